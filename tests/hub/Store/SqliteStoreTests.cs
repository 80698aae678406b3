using Microsoft.Data.Sqlite;
using Peregrine.Hub.Store;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Store;

/// <summary>The embedded store.</summary>
public sealed class SqliteStoreTests : AlertStoreTests, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    internal override IAlertStore Open(string hub = "hub-1") => SqliteStore.Open(_folder.File("alerts.db"), hub);

    // Part of them may stand in the log still.
    internal override async Task<long> BytesAsync()
    {
        await using var connection = new SqliteConnection("Data Source=" + _folder.File("alerts.db"));
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
