using Peregrine.Hub.Store;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Store;

/// <summary>The embedded store.</summary>
public sealed class SqliteStoreTests : AlertStoreTests, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    internal override IAlertStore Open(string hub = "hub-1") => SqliteStore.Open(_folder.File("alerts.db"), hub);

    internal override Task<long> BytesAsync() => Task.FromResult(new FileInfo(_folder.File("alerts.db")).Length);
}
