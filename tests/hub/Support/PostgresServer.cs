using System.Globalization;

namespace Peregrine.HubTests.Support;

/// <summary>A PostgreSQL of the test's own on loopback: user <c>falco</c>, password <c>secret</c>. It can be ended and started again with what it holds.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const string Programs = "/usr/lib/postgresql/15/bin/";
    private const string Password = "secret";

    private readonly TemporaryFolder _folder = new();
    private readonly string[] _options;
    private ServerProcess? _server;

    private PostgresServer(string[] options) => _options = options;

    public int Port { get; } = FreePort.Next();

    /// <summary>The address of a database for the hub's <c>store</c>.</summary>
    public string Address(string database = "postgres", string password = Password) => $"postgres://falco:{password}@127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}/{database}";

    public static async Task<PostgresServer> StartAsync()
    {
        var server = await CreateAsync();
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Makes its files, and does not start it.</summary>
    /// <param name="certificates">Lets it take TLS with the server's certificate.</param>
    public static async Task<PostgresServer> CreateAsync(TestCertificates? certificates = null)
    {
        var server = new PostgresServer(certificates is null ? [] : ["-c", "ssl=on", "-c", "ssl_cert_file=server.pem", "-c", "ssl_key_file=server.key"]);
        var (data, passwords) = (server._folder.File("data"), server._folder.File("password"));
        await File.WriteAllTextAsync(passwords, Password);
        Directory.CreateDirectory(data);
        // PostgreSQL does not run as root.
        if (Environment.IsPrivilegedProcess) await ServerProcess.RunAsync("chown", "-R", "postgres", server._folder.Path);
        await AsPostgresAsync(Programs + "initdb", "-D", data, "-U", "falco", "--pwfile", passwords, "-A", "scram-sha-256", "-E", "UTF8", "--locale", "C", "--no-sync");
        if (certificates is null) return server;
        File.Copy(certificates.Server, Path.Combine(data, "server.pem"));
        File.Copy(certificates.ServerKey, Path.Combine(data, "server.key"));
        await ServerProcess.RunAsync("chmod", "600", Path.Combine(data, "server.key"));
        if (Environment.IsPrivilegedProcess) await ServerProcess.RunAsync("chown", "-R", "postgres", data);
        return server;
    }

    /// <summary>Ends it at once, as a crash does: its clients are cut off.</summary>
    public async Task StopAsync()
    {
        if (_server is null) return;
        await ServerProcess.RunAsync("kill", "-QUIT", File.ReadLines(Path.Combine(_folder.File("data"), "postmaster.pid")).First());
        await _server.EndAsync();
        await _server.DisposeAsync();
        _server = null;
    }

    public async Task StartAgainAsync()
    {
        string[] command = [Programs + "postgres", "-D", _folder.File("data"), "-p", Port.ToString(CultureInfo.InvariantCulture), "-h", "127.0.0.1,127.0.0.2", "-k", _folder.Path, "-F", .. _options];
        _server = Environment.IsPrivilegedProcess ? await ServerProcess.StartAsync("setpriv", Port, [.. ForPostgres, .. command]) : await ServerProcess.StartAsync(command[0], Port, command[1..]);
        // It listens before it answers.
        for (var tries = 0; ; tries++)
        {
            try
            {
                await AskAsync("SELECT 1");
                return;
            }
            catch (Xunit.Sdk.XunitException) when (tries < 200)
            {
                await Task.Delay(50);
            }
        }
    }

    public async Task<string> AskAsync(string sql, string database = "postgres") =>
        (await ServerProcess.RunAsync("psql", $"host=127.0.0.1 port={Port} user=falco password={Password} dbname={database} options='-c timezone=UTC'", "-Atqc", sql)).Trim();

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }

    private static string[] ForPostgres => ["--reuid", "postgres", "--regid", "postgres", "--clear-groups"];

    private static Task AsPostgresAsync(params string[] command) => Environment.IsPrivilegedProcess ? ServerProcess.RunAsync("setpriv", [.. ForPostgres, .. command]) : ServerProcess.RunAsync(command[0], command[1..]);
}
