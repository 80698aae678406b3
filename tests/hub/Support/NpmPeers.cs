namespace Peregrine.HubTests.Support;

/// <summary>Servers and readers from npm; <c>./dev test hub</c> installs them into artifacts/.</summary>
internal static class NpmPeers
{
    private static readonly string Folder = Path.Combine(Repository.Root, "artifacts", "hub-peers");

    /// <summary>A file of them.</summary>
    public static string File(string name)
    {
        var file = Path.Combine(Folder, name);
        Assert.True(System.IO.File.Exists(file), $"{file} is missing: ./dev test hub installs it");
        return file;
    }
}
