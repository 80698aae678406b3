using Peregrine.LiveTests.Harness;

namespace Peregrine.LiveTests.Engines;

/// <summary>The smallest image: busybox, the driver, two users and a mounted-looking secret. Made on the spot, from nothing but local files.</summary>
public sealed class RootFileSystem
{
    public const uint AppUser = 4711;

    private static readonly string[] Applets = ["sh", "cat", "ls", "sleep", "cp", "chmod", "id", "mkdir", "true"];

    /// <param name="folder">Where it is made.</param>
    /// <param name="deeds">The driver.</param>
    /// <param name="names">Other names that the driver has in it.</param>
    public RootFileSystem(string folder, string deeds, params string[] names)
    {
        Folder = Path.Combine(folder, "rootfs");
        foreach (var name in new[] { "bin", "etc", "tmp", "proc", "sys", "dev", "root", "usr/bin", "var/run/secrets/kubernetes.io/serviceaccount" }) Directory.CreateDirectory(Path.Combine(Folder, name));
        File.Copy("/bin/busybox", Path.Combine(Folder, "bin/busybox"));
        File.Copy(deeds, Path.Combine(Folder, "bin/deeds"));
        foreach (var applet in Applets) File.CreateSymbolicLink(Path.Combine(Folder, "bin", applet), "busybox");
        foreach (var name in names) File.CreateSymbolicLink(Path.Combine(Folder, "bin", name), "deeds");
        File.WriteAllText(Path.Combine(Folder, "etc/shadow"), "");
        File.WriteAllText(Path.Combine(Folder, "etc/passwd"), $"root:x:0:0:root:/root:/bin/sh\nappuser:x:{AppUser}:{AppUser}::/:/bin/sh\n");
        File.WriteAllText(Path.Combine(Folder, "etc/group"), $"root:x:0:\nappgroup:x:{AppUser}:\n");
        File.WriteAllText(Path.Combine(Folder, "var/run/secrets/kubernetes.io/serviceaccount/token"), "token\n");
        File.SetUnixFileMode(Path.Combine(Folder, "tmp"), (UnixFileMode)0b111_111_111);
        Archive = Path.Combine(folder, "root.tar");
        Command.Run("tar", "-C", Folder, "-cf", Archive, ".").Succeeded();
    }

    public string Folder { get; }

    /// <summary>The same as a tarball.</summary>
    public string Archive { get; }
}
