using System.Text;

namespace Peregrine.UnitTests.Kernel.Proc;

/// <summary>A folder that looks like a machine: procfs and what lies beside it, as far as a test writes it. Gone when the test ends.</summary>
internal sealed class FakeProc : IDisposable
{
    public FakeProc()
    {
        Root = Directory.CreateTempSubdirectory("proc-").FullName;
        Directory.CreateDirectory(Path.Combine(Root, "proc"));
    }

    public string Root { get; }

    public FakeProcess Add(int pid, string comm = "app", int parent = 1) => new(Path.Combine(Root, "proc", $"{pid}"), pid, comm, parent);

    public string Write(string path, string text)
    {
        var full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        return full;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}

/// <summary>One process's folder.</summary>
internal sealed class FakeProcess
{
    public FakeProcess(string folder, int pid, string comm, int parent)
    {
        Folder = folder;
        Pid = pid;
        Directory.CreateDirectory(folder);
        Stat(comm, parent);
        Status($"Name:\t{comm}\nTgid:\t{pid}\nPid:\t{pid}\nPPid:\t{parent}\nUid:\t1000\t1001\t1002\t1003\nGid:\t2000\t2001\t2002\t2003\nNStgid:\t{pid}\nNSpid:\t{pid}\nNSpgid:\t{pid}\nThreads:\t1\n");
    }

    public string Folder { get; }

    public int Pid { get; }

    public FakeProcess Stat(string comm, int parent, uint flags = 0x400000, ulong start = 12345)
        => Write("stat", $"{Pid} ({comm}) S {parent} {Pid} 77 34816 -1 {flags} 111 0 222 0 1 2 0 0 20 0 1 0 {start} 1000 10 0\n");

    public FakeProcess Status(string text) => Write("status", text);

    public FakeProcess Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    public FakeProcess Write(string path, byte[] bytes)
    {
        var full = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, bytes);
        return this;
    }

    public FakeProcess Link(string path, string target)
    {
        var full = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.CreateSymbolicLink(full, target);
        return this;
    }

    public FakeProcess Fd(int fd, string target, string flags = "02")
        => Link($"fd/{fd}", target).Write($"fdinfo/{fd}", $"pos:\t0\nflags:\t{flags}\nmnt_id:\t30\nino:\t9\n");
}
