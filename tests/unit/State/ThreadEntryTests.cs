using System.Reflection;
using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.State;

/// <summary>The entries of threads that have ended are used again.</summary>
public sealed class ThreadEntryTests
{
    private readonly World _world = new();

    /// <summary>Whatever fields there are: none may be forgotten.</summary>
    [Fact]
    public void ABlankEntryIsLikeANewOne()
    {
        var group = new ThreadGroup();
        var used = new ThreadEntry { Group = new ThreadGroup() };
        var fields = typeof(ThreadEntry).GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
        foreach (var field in fields) field.SetValue(used, Other(field));
        var (version, memory) = (used.Version, used.Memory);
        used.Blank(group);
        var blank = new ThreadEntry { Group = group };
        foreach (var field in fields.Where(f => f.Name is not (nameof(ThreadEntry.Version) or nameof(ThreadEntry.Memory))))
            Assert.True(Equals(field.GetValue(blank), field.GetValue(used)), field.Name);
        Assert.Equal(version + 1, used.Version);
        Assert.Same(memory, used.Memory);
    }

    [Fact]
    public void AProcessThatBeginsKnowsNothingOfTheOneBefore()
    {
        _world.Fork(1, 10);
        _world.Open(10, 3, "/etc/hosts");
        _world.Open(10, 700, "/etc/shadow");
        var first = _world.Thread(10);
        (first.SessionId, first.ExePath, first.IsDead) = (10, "/bin/first"u8.ToArray(), false);
        _world.Exit(10);
        _world.Fork(1, 20);
        var second = _world.Thread(20);
        Assert.Same(first, second);
        Assert.Equal((20, 20, 1), (second.Tid, second.Pid, second.ParentTid));
        Assert.NotEqual(10, second.SessionId);
        Assert.Empty(second.ExePath);
        Assert.Null(second.Fds.Find(3));
        Assert.Null(second.Fds.Find(700));
        Assert.Equal(1, second.Group.ThreadCount);
        Assert.Same(second, second.Group.Leader);
    }

    [Fact]
    public void ACopyThatIsShownLaterIsNotTouched()
    {
        _world.Fork(1, 10);
        _world.Open(10, 3, "/etc/hosts");
        var shown = _world.Thread(10).Snapshot();
        _world.Exit(10);
        _world.Fork(1, 20);
        _world.Open(20, 3, "/etc/shadow");
        Assert.Equal(10, shown.Tid);
        Assert.Equal(10, shown.Group.Pid);
        Assert.Null(shown.Fds.Find(3));
        Assert.NotSame(shown.Group, _world.Thread(20).Group);
    }

    /// <summary>Who read it from the machine may have it still.</summary>
    [Fact]
    public void AnEntryThatWasListedIsNotUsedAgain()
    {
        _world.Fork(1, 10);
        var listed = _world.Thread(10);
        listed.Origin = ThreadOrigin.Listed;
        _world.Exit(10);
        _world.Fork(1, 20);
        Assert.NotSame(listed, _world.Thread(20));
    }

    private static object? Other(FieldInfo field) => field.FieldType switch
    {
        var t when t == typeof(byte[]) => new byte[] { 1 },
        var t when t == typeof(bool) => !(bool)field.GetValue(new ThreadEntry { Group = new ThreadGroup() })!,
        { IsEnum: true } t => Enum.GetValues(t).GetValue(1),
        { IsPrimitive: true } t => Convert.ChangeType(42, t, System.Globalization.CultureInfo.InvariantCulture),
        var t when t == typeof(object) => new object(),
        var t when t == typeof(ThreadEntry) => new ThreadEntry { Group = new ThreadGroup() },
        var t when t == typeof(ContainerEntry) => new ContainerEntry { Engine = default, FullId = [], Id = [] },
        var t => Activator.CreateInstance(t, nonPublic: true),
    };
}
