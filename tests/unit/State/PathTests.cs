using System.Text;
using Peregrine.Events;
using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.State;

public sealed class PathTests
{
    private readonly World _world = new();

    public PathTests() => _world.Fork(1, 10);

    [Theory]
    [InlineData("/", "a", "/a")]
    [InlineData("/tmp/", "a/b", "/tmp/a/b")]
    [InlineData("/tmp", "../etc/passwd", "/etc/passwd")]
    [InlineData("/tmp", "../../../..", "/")]
    [InlineData("/tmp", "/abs//x/./y/", "/abs/x/y")]
    [InlineData("/tmp", "", "/tmp")]
    [InlineData("", "a/../b", "b")]
    [InlineData("", "../a/../../b", "../../b")]
    [InlineData("./", "name", "name")]
    [InlineData("<UNKNOWN>", "name", "<UNKNOWN>/name")]
    [InlineData("/tmp/dirfd1/dirfd2", "../\\.../../tmp/f", "/tmp/dirfd1/tmp/f")]
    [InlineData("/a", "...", "/a/...")]
    [InlineData("/a", "..b/.c", "/a/..b/.c")]
    [InlineData("/a/", "/b", "/b")]
    [InlineData("/a/b", "c/", "/a/b/c")]
    [InlineData("//a", "b", "/a/b")]
    [InlineData("a", "b", "a/b")]
    [InlineData("", "", "")]
    public void PathsAreJoinedAndMadePlain(string directory, string path, string expected)
    {
        var output = new byte[PathText.MaxLength(directory.Length, path.Length)];
        var length = PathText.Join(Encoding.UTF8.GetBytes(directory), Encoding.UTF8.GetBytes(path), output);
        Assert.Equal(expected, Encoding.UTF8.GetString(output, 0, length));
    }

    /// <summary>Whatever stands wherever in a path, of whatever length: what is said to be plain comes out of the joining as it is.</summary>
    [Fact]
    public void WhatIsPlainIsNotChangedByJoining()
    {
        var random = new Random(4711);
        var (plain, other) = (0, 0);
        for (var i = 0; i < 50_000; i++)
        {
            var path = new byte[1 + random.Next(70)];
            random.NextBytes(path);
            for (var j = 0; j < path.Length; j++) path[j] = path[j] switch { < 8 => (byte)'/', < 12 => (byte)'.', var b => (byte)('a' + b % 26) };
            var isPlain = PathText.IsPlain(path);
            Assert.Equal(Looks(path), isPlain);
            _ = isPlain ? plain++ : other++;
            var output = new byte[PathText.MaxLength(4, path.Length)];
            var joined = output.AsSpan(0, PathText.Join("/d/"u8, path, output));
            if (isPlain) Assert.Equal(path[0] == '/' ? path : [.. "/d/"u8, .. path], joined.ToArray());
            Assert.Equal(Plainly(path), Encoding.UTF8.GetString(joined));
        }
        Assert.InRange(plain, 1000, 49_000);

        static bool Looks(byte[] path)
        {
            var text = Encoding.UTF8.GetString(path);
            return !text.EndsWith('/') && !text.Contains("//", StringComparison.Ordinal) && !text.Split('/').Any(static part => part == "." || part.StartsWith("..", StringComparison.Ordinal));
        }

        static string Plainly(byte[] path)
        {
            var parts = new List<string>();
            var text = Encoding.UTF8.GetString(path);
            foreach (var part in (text[0] == '/' ? text : "d/" + text).Split('/'))
            {
                if (part == ".." && parts.Count > 0) parts.RemoveAt(parts.Count - 1);
                else if (part is not ("" or "." or "..")) parts.Add(part);
            }
            return "/" + string.Join('/', parts);
        }
    }

    [Fact]
    public void RelativeOpensStartAtTheWorkingDirectory()
    {
        Chdir("/srv/data");
        _world.Open(10, 3, "../x//y");
        Assert.Equal("/srv/x/y", _world.FdName(10, 3));
        Assert.Equal("../x//y", Encoding.UTF8.GetString(_world.Thread(10).Fds.Find(3)!.NameRaw));
    }

    /// <summary>Also where it is the end of the absolute one, and after the entry served for another file.</summary>
    [Theory]
    [InlineData("/srv/data/a", "/srv/data/a")]
    [InlineData("a", "/srv/data/a")]
    [InlineData("b/.hidden", "/srv/data/b/.hidden")]
    [InlineData("/srv//data/a", "/srv/data/a")]
    [InlineData("./a", "/srv/data/a")]
    public void WhatTheProcessGaveIsKept(string given, string name)
    {
        Chdir("/srv/data");
        foreach (var path in (string[])[given, "..", given])
        {
            _world.Open(10, 3, path);
            if (path == given)
            {
                Assert.Equal(name, _world.FdName(10, 3));
                Assert.Equal(given, Encoding.UTF8.GetString(_world.Thread(10).Fds.Find(3)!.NameRaw));
                Assert.Equal(given, Encoding.UTF8.GetString(_world.Thread(10).Fds.Find(3)!.Snapshot().NameRaw));
            }
            _world.Close(10, 3);
        }
    }

    [Fact]
    public void ChdirAddsUpAndEndsWithASlash()
    {
        Chdir("/srv");
        Chdir("data/./deep/..");
        Assert.Equal("/srv/data/", _world.Cwd(10));
        Chdir("/");
        Assert.Equal("/", _world.Cwd(10));
    }

    [Fact]
    public void AFailedChdirStays()
    {
        Chdir("/srv");
        Chdir("/root", -13);
        Assert.Equal("/srv/", _world.Cwd(10));
    }

    [Fact]
    public void FchdirGoesWhereTheDescriptorIs()
    {
        _world.Open(10, 4, "/var/lib", 1 | World.OpenDirectory);
        Assert.Equal(FdType.Directory, _world.Thread(10).Fds.Find(4)!.Type);
        _world.Numbers(EventType.SyscallFchdirX, 10, [0, 4]);
        Assert.Equal("/var/lib/", _world.Cwd(10));
    }

    [Fact]
    public void OpenatStartsAtItsDirectory()
    {
        Chdir("/srv");
        _world.Open(10, 4, "/var/lib", 1 | World.OpenDirectory);
        _world.Openat(10, 5, 4, "dpkg/../apt/lists");
        _world.Openat(10, 6, -100, "file");
        _world.Openat(10, 7, 77, "lost");
        _world.Openat(10, 8, 4, "/abs");
        Assert.Equal("/var/lib/apt/lists", _world.FdName(10, 5));
        Assert.Equal("/srv/file", _world.FdName(10, 6));
        Assert.Equal("<UNKNOWN>/lost", _world.FdName(10, 7));
        Assert.Equal("/abs", _world.FdName(10, 8));
    }

    [Fact]
    public void NamesOf255BytesAndInvalidUtf8AreKeptAsTheyAre()
    {
        byte[] name = [.. "/tmp/"u8, .. Enumerable.Repeat((byte)0xFF, 255)];
        _world.Event(EventType.SyscallOpenX, 10, (ref w) =>
        {
            w.I64(3);
            w.Text(name);
            w.U32(1);
        });
        Assert.Equal(name, _world.Thread(10).Fds.Find(3)!.Name);
    }

    [Fact]
    public void ALoopOfOpenAndCloseAllocatesNothing()
    {
        for (var i = 0; i < 100; i++) OpenAndClose();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++) OpenAndClose();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
    }

    private static readonly WriteParams OpenParams = static (ref w) =>
    {
        w.I64(3);
        w.Text("../etc//hosts"u8);
        w.U32(1);
    };

    private static readonly WriteParams CloseParams = static (ref w) =>
    {
        w.I64(0);
        w.I64(3);
    };

    private void OpenAndClose()
    {
        _world.Event(EventType.SyscallOpenX, 10, OpenParams);
        _world.Event(EventType.SyscallCloseX, 10, CloseParams);
    }

    private void Chdir(string path, long result = 0, long tid = 10) => _world.Event(EventType.SyscallChdirX, tid, (ref w) =>
    {
        w.I64(result);
        w.Text(Encoding.UTF8.GetBytes(path));
    });
}
