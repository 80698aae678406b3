namespace Peregrine.LiveTests.Harness;

/// <summary>A folder for what a test leaves behind; gone with the test.</summary>
public sealed class LiveFolder : IDisposable
{
    public LiveFolder(string kind = "live")
    {
        // Not in a folder of the user: containers of other users must be able to reach what lies here.
        Path = Directory.CreateTempSubdirectory($"peregrine-{kind}-").FullName;
        File.SetUnixFileMode(Path, (UnixFileMode)0b111_101_101);
    }

    public string Path { get; }

    public string Write(string name, string content)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    public void Dispose()
    {
        // By a program: names here may be no valid UTF-8, and .NET cannot delete those.
        Command.Run("rm", "-rf", "--one-file-system", Path);
    }
}
