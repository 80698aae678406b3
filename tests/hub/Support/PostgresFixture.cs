using System.Globalization;

namespace Peregrine.HubTests.Support;

/// <summary>One PostgreSQL for the tests of a class, with a database for each.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private int _databases;

    internal PostgresServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await PostgresServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (Server is not null) await Server.DisposeAsync();
    }

    /// <summary>Makes an empty database.</summary>
    internal async Task<string> DatabaseAsync()
    {
        var name = "db" + Interlocked.Increment(ref _databases).ToString(CultureInfo.InvariantCulture);
        await Server.AskAsync("CREATE DATABASE " + name);
        return name;
    }
}
