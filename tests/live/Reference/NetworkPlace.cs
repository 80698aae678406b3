using System.Diagnostics;
using Peregrine.LiveTests.Harness;

namespace Peregrine.LiveTests.Reference;

/// <summary>A network namespace without a way out. Its loopback has addresses as others have them, so that nothing that a rule asks about leaves the machine.</summary>
public sealed class NetworkPlace : IDisposable
{
    /// <summary>Where the cluster's server is, by the sensor's hosts file.</summary>
    public const string Cluster = "203.0.113.8";

    /// <summary>Where a well-known pool of miners is.</summary>
    public const string MinerPool = "203.0.113.9";

    /// <summary>A public address (of those kept for examples), the cloud's metadata service, a private network, and IPv6.</summary>
    public static readonly string[] Addresses = ["203.0.113.7/32", Cluster + "/32", MinerPool + "/32", "169.254.169.254/32", "10.9.8.7/32", "2001:db8::7/128"];

    private readonly Process _keeper = Command.Start(null, "/usr/bin/unshare", "-n", "/bin/sleep", "3600");

    public NetworkPlace()
    {
        var own = File.ResolveLinkTarget("/proc/self/ns/net", returnFinalTarget: false)!.Name;
        for (var i = 0; i < 200 && File.ResolveLinkTarget(Path, returnFinalTarget: false)!.Name == own; i++) Thread.Sleep(10);
        Furnish(Path);
    }

    /// <summary>The namespace's file.</summary>
    public string Path => $"/proc/{_keeper.Id}/ns/net";

    /// <summary>Gives a namespace the addresses.</summary>
    public static void Furnish(string path)
    {
        var lines = Addresses.Select(address => $"ip address add {address} dev lo" + (address.Contains(':', StringComparison.Ordinal) ? " nodad || true" : ""));
        Command.Run("/usr/bin/nsenter", $"--net={path}", "/bin/sh", "-ec", "ip link set lo up\n" + string.Join('\n', lines)).Succeeded();
    }

    public void Dispose()
    {
        if (!_keeper.HasExited) _keeper.Kill();
        _keeper.WaitForExit();
        _keeper.Dispose();
    }
}
