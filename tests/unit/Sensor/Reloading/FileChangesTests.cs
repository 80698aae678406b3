using Peregrine.Kernel.Files;
using Peregrine.Sensor.Reloading;
using Xunit;

namespace Peregrine.UnitTests.Sensor.Reloading;

public sealed class FileChangesTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peregrine-changes-");

    public void Dispose() => _folder.Delete(recursive: true);

    public static TheoryData<string, Action<string>> Ways { get; } = new()
    {
        { "written in place", file => File.WriteAllText(file, "new") },
        { "appended to", file => File.AppendAllText(file, "new") },
        { "replaced by a rename", file => { File.WriteAllText(file + ".tmp", "new"); File.Move(file + ".tmp", file, overwrite: true); } },
        { "deleted", File.Delete },
        { "made unreadable", file => File.SetUnixFileMode(file, UnixFileMode.None) },
        { "moved away", file => File.Move(file, file + ".old") },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_file_that_is_changed_is_noticed(string way, Action<string> change)
    {
        var file = Write("falco.yaml", "old");
        AssertNoticed([file], () => change(file), way);
    }

    [Fact]
    public void A_link_that_is_turned_is_noticed()
    {
        Write("..1/falco.yaml", "old");
        Write("..2/falco.yaml", "new");
        Directory.CreateSymbolicLink(In("..data"), "..1");
        File.CreateSymbolicLink(In("falco.yaml"), "..data/falco.yaml");
        AssertNoticed([In("falco.yaml")], Turn, "turned");

        void Turn()
        {
            Directory.CreateSymbolicLink(In("..data_tmp"), "..2");
            // A rename of the link itself, as Kubernetes does it; .NET's Move would follow it.
            Run("mv", "-T", In("..data_tmp"), In("..data"));
        }
    }

    [Fact]
    public void A_file_behind_a_link_is_noticed()
    {
        var file = Write("elsewhere/real.yaml", "old");
        File.CreateSymbolicLink(In("falco.yaml"), file);
        AssertNoticed([In("falco.yaml")], () => File.WriteAllText(file, "new"), "behind a link");
    }

    [Fact]
    public void A_file_that_was_missing_is_noticed_with_its_folder()
    {
        var path = In("rules.d/mine.yaml");
        AssertNoticed([In("rules.d")], () => Directory.CreateDirectory(In("rules.d")), "folder");
        AssertNoticed([In("rules.d")], () => File.WriteAllText(path, "x"), "file");
    }

    [Fact]
    public void What_else_happens_in_the_folder_is_no_change()
    {
        var file = Write("falco.yaml", "old");
        Directory.CreateDirectory(In("rules.d"));
        string[] watched = [file, In("rules.d")];
        var before = Fingerprint.Of(watched);
        Write("events.txt", "an alert");
        Write("rules.d/.mine.yaml.swp", "an editor");
        Assert.True(Fingerprint.Of(watched).Equals(before));
    }

    [Fact]
    public void A_file_is_cut_short_until_it_has_its_words_again()
    {
        string[] watched = [Write("falco.yaml", "old"), Write("empty.yaml", "")];
        var before = Fingerprint.Of(watched);
        Assert.False(before.IsCutShort(before));
        Write("falco.yaml", "");
        Assert.True(Fingerprint.Of(watched).IsCutShort(before));
        Write("falco.yaml", "new");
        Assert.False(Fingerprint.Of(watched).IsCutShort(before));
        File.Delete(watched[0]);
        Assert.False(Fingerprint.Of(watched).IsCutShort(before));
    }

    [Fact]
    public void Another_thread_can_end_the_wait()
    {
        using var changes = new FileChanges();
        changes.WakeUp();
        Assert.Equal(ChangeWait.WokenUp, changes.Wait(Patience));
        Assert.Equal(ChangeWait.TimedOut, changes.Wait(TimeSpan.Zero));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_told()
    {
        using var changes = new FileChanges();
        Assert.Equal(In("nowhere"), Assert.Single(changes.Watch([In("nowhere"), _folder.FullName])).Folder);
        Write("x", "x");
        Assert.Equal(ChangeWait.Changed, changes.Wait(Patience));
    }

    private static void AssertNoticed(string[] watched, Action change, string way)
    {
        using var changes = new FileChanges();
        Assert.Empty(changes.Watch(WatchedFolders.Of(watched)));
        var before = Fingerprint.Of(watched);
        change();
        Assert.True(changes.Wait(Patience) == ChangeWait.Changed, way);
        Assert.False(Fingerprint.Of(watched).Equals(before), way);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private string In(string name) => Path.Combine(_folder.FullName, name);

    private string Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(In(name))!);
        File.WriteAllText(In(name), text);
        return In(name);
    }
}
