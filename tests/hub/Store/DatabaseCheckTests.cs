using Peregrine.Hub.Commands;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Store;

/// <summary>What a check says of the database, and that TLS is checked as the address asks.</summary>
public sealed class DatabaseCheckTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private TestCertificates _certificates = null!;
    private PostgresServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _certificates = new TestCertificates(_folder);
        _server = await PostgresServer.CreateAsync(_certificates);
        await _server.StartAgainAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<(int Code, string Output, string Error)> CheckAsync(string address, string more = "")
    {
        var file = _folder.File("config.yaml");
        await File.WriteAllTextAsync(file, $"data: {_folder.File("data")}\nname: hub-1\nstore: {address}\n{more}", TestContext.Current.CancellationToken);
        using var error = new StringWriter();
        using var output = new StringWriter();
        return (await HubCommand.RunAsync(["check", "-c", file], output, error), output.ToString(), error.ToString());
    }

    private string Warning(string reason) => $"warning: {_folder.File("config.yaml")}:3:8: the store, PostgreSQL at 127.0.0.1:{_server.Port}/postgres, cannot be used: {reason}";

    [Fact]
    public async Task ACheckConnectsAndChangesNothing()
    {
        var (code, output, error) = await CheckAsync(_server.Address());
        Assert.Equal((0, ""), (code, error));
        Assert.Matches($"(?m)^store: PostgreSQL 15\\.\\d+.* at 127\\.0\\.0\\.1:{_server.Port}/postgres, for the hub 'hub-1'$", output);
        Assert.Contains("0 destinations, 0 routes, 0 warnings", output, StringComparison.Ordinal);
        Assert.Equal("0", await _server.AskAsync("SELECT count(*) FROM pg_class WHERE relname LIKE 'peregrine%'"));
    }

    [Fact]
    public async Task OfSeveralServersTheOneThatTakesWritesIsFound()
    {
        var hosts = _server.Address().Replace("127.0.0.1", $"127.0.0.1:{FreePort.Next()},127.0.0.1", StringComparison.Ordinal);
        Assert.Equal("", (await CheckAsync(hosts)).Error);
        Assert.Equal("", (await CheckAsync(hosts + "?target_session_attrs=read-write")).Error);
        Assert.Contains("cannot be used: ", (await CheckAsync(hosts + "?target_session_attrs=standby")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatAStartWouldMeetIsAWarningWithItsPlaceAndWithoutThePassword()
    {
        Assert.Equal(Warning("password authentication failed for user \"falco\" (28P01)\n"), (await CheckAsync(_server.Address(password: "wr0ngone"))).Error);
        Assert.Equal(Warning("database \"nowhere\" does not exist (3D000)\n").Replace("/postgres,", "/nowhere,", StringComparison.Ordinal), (await CheckAsync(_server.Address("nowhere"))).Error);
        await _server.AskAsync("CREATE TABLE peregrine_schema (version integer); INSERT INTO peregrine_schema VALUES (7)");
        Assert.StartsWith(Warning("its tables have version 7, and this hub knows version 2: a newer hub made them"), (await CheckAsync(_server.Address())).Error, StringComparison.Ordinal);
        await _server.StopAsync();
        var (code, output, error) = await CheckAsync(_server.Address());
        Assert.StartsWith(Warning("Failed to connect to 127.0.0.1"), error, StringComparison.Ordinal);
        Assert.Contains("Connection refused", error, StringComparison.Ordinal);
        Assert.Equal(0, code);
        Assert.Contains("1 warnings", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheServersCertificateIsCheckedAsTheAddressAsks()
    {
        using var elsewhere = new TemporaryFolder();
        var others = new TestCertificates(elsewhere);
        var local = _server.Address().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        Assert.Equal("", (await CheckAsync($"{local}?sslmode=verify-full&sslrootcert={_certificates.Authority}")).Error);
        Assert.Equal("", (await CheckAsync($"{local}?sslmode=verify-full", $"tlsclient: {{cacertfile: {_certificates.Authority}}}")).Error);
        Assert.Equal("", (await CheckAsync($"{local}?sslmode=require")).Error);
        Assert.Contains("cannot be used: ", (await CheckAsync($"{local}?sslmode=verify-full")).Error, StringComparison.Ordinal);
        Assert.Contains("certificate", (await CheckAsync($"{local}?sslmode=verify-full&sslrootcert={others.Authority}")).Error, StringComparison.OrdinalIgnoreCase);
        // Its certificate is not for this name of the same server.
        var byOtherName = _server.Address().Replace("127.0.0.1", "127.0.0.2", StringComparison.Ordinal);
        Assert.Contains("certificate", (await CheckAsync($"{byOtherName}?sslmode=verify-full&sslrootcert={_certificates.Authority}")).Error, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("", (await CheckAsync($"{byOtherName}?sslmode=verify-ca&sslrootcert={_certificates.Authority}")).Error);
    }
}
