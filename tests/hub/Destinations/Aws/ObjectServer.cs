using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Aws;

/// <summary>s3rver: a server of S3's protocol that knows the key <c>S3RVER</c> and keeps objects as files; it does not check signatures of today's version.</summary>
internal sealed class ObjectServer : IAsyncDisposable
{
    private const string Suffix = "._S3rver_object";

    private readonly TemporaryFolder _folder;
    private readonly ServerProcess _server;

    private ObjectServer(TemporaryFolder folder, ServerProcess server) => (_folder, _server) = (folder, server);

    public string Address => $"http://127.0.0.1:{_server.Port}";

    public static async Task<ObjectServer> StartAsync(string bucket)
    {
        var (folder, port) = (new TemporaryFolder(), FreePort.Next());
        var arguments = new[] { NpmPeers.File("node_modules/s3rver/bin/s3rver.js"), "-d", folder.Path, "-a", "127.0.0.1", "-p", port.ToString(System.Globalization.CultureInfo.InvariantCulture), "--configure-bucket", bucket };
        return new ObjectServer(folder, await ServerProcess.StartAsync("node", port, arguments));
    }

    /// <summary>The objects by their keys, the bucket in front.</summary>
    public IReadOnlyDictionary<string, string> Objects() => Directory.EnumerateFiles(_folder.Path, "*" + Suffix, SearchOption.AllDirectories)
        .ToDictionary(f => Path.GetRelativePath(_folder.Path, f)[..^Suffix.Length].Replace('\\', '/'), f => f);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }
}
