using Peregrine.State;
using Peregrine.UnitTests.State;
using Xunit;

namespace Peregrine.UnitTests.Fields;

public sealed class ProcessFieldTests
{
    private readonly World _world = new();

    public ProcessFieldTests()
    {
        _world.Fork(1, 10, comm: "systemd");
        _world.Exec(10, "/bin/bash", ["-bash"]);
        _world.Fork(10, 11, comm: "bash");
        _world.Exec(11, "/usr/bin/find", ["find", "/root", "-name", "id rsa"], env: "A=1 B=two");
    }

    [Theory]
    [InlineData("proc.name", "find")]
    [InlineData("proc.exe", "find")]
    [InlineData("proc.exepath", "/usr/bin/find")]
    [InlineData("proc.args", "/root -name id rsa")]
    [InlineData("proc.args[0]", "/root")]
    [InlineData("proc.args[2]", "id rsa")]
    [InlineData("proc.args[3]", "")]
    [InlineData("proc.cmdline", "find /root -name id rsa")]
    [InlineData("proc.exeline", "find /root -name id rsa")]
    [InlineData("proc.cmdnargs", "3")]
    [InlineData("proc.cmdlenargs", "16")]
    [InlineData("proc.env", "A=1 B=two")]
    [InlineData("proc.env[B]", "two")]
    [InlineData("proc.env[C]", "")]
    [InlineData("proc.pname", "bash")]
    [InlineData("proc.pexe", "bash")]
    [InlineData("proc.aname", "bash systemd")]
    [InlineData("proc.aname[0]", "find")]
    [InlineData("proc.aname[2]", "systemd")]
    [InlineData("proc.aname[3]", null)]
    [InlineData("proc.apid", "11")]
    [InlineData("proc.apid[1]", "10")]
    [InlineData("proc.loginshellid", "10")]
    [InlineData("proc.ppid", "10")]
    [InlineData("proc.nthreads", "1")]
    [InlineData("proc.nchilds", "0")]
    [InlineData("thread.ismain", "true")]
    [InlineData("thread.nametid", "find11")]
    [InlineData("user.name", "root")]
    [InlineData("user.loginuid", "-1")]
    [InlineData("user.loginname", "<NA>")]
    [InlineData("container.id", "host")]
    [InlineData("container.image", null)]
    [InlineData("k8s.pod.name", null)]
    [InlineData("evt.type", "open")]
    [InlineData("evt.type.is.open", "1")]
    [InlineData("evt.type.is.close", "0")]
    [InlineData("evt.dir", "<")]
    [InlineData("evt.source", "syscall")]
    [InlineData("evt.is_async", "false")]
    [InlineData("evt.asynctype", null)]
    public void AFieldHasItsValue(string field, string? text) => _world.Open(11, 3, "/etc/passwd", look: (ref context) => Assert.Equal(text, FieldTexts.Of(ref context, field)));

    [Theory]
    [InlineData("proc.aname = systemd", true)]
    [InlineData("proc.aname = find", false)]
    [InlineData("proc.aname != systemd", true)]
    [InlineData("proc.aname in (zsh, bash)", true)]
    [InlineData("proc.aname[1] = bash", true)]
    [InlineData("proc.aname[9] != bash", false)]
    [InlineData("proc.acmdline contains bash", true)]
    [InlineData("proc.apid = 10", true)]
    [InlineData("proc.apid = 11", false)]
    [InlineData("proc.aenv[B] = two", false)]
    [InlineData("container.id != host", false)]
    public void AConditionOnAncestorsHoldsWhenItHoldsForAny(string condition, bool holds) =>
        _world.Open(11, 3, "/etc/passwd", look: (ref context) => Assert.Equal(holds, FieldTexts.Holds(ref context, condition)));

    [Fact]
    public void AThreadThatNothingDescribesHasItsIdAndSaysThatItIsNotKnown() => _world.Open(77, 3, "/etc/passwd", look: (ref context) =>
    {
        Assert.Equal("77", FieldTexts.Of(ref context, "thread.tid"));
        Assert.Equal("<NA>", FieldTexts.Of(ref context, "proc.name"));
        Assert.Equal("./", FieldTexts.Of(ref context, "proc.cwd"));
        Assert.Null(FieldTexts.Of(ref context, "proc.ppid"));
    });

    [Fact]
    public void TheNameKeepsWhatTheProcessPutThereAndIsShownPrintable()
    {
        _world.Exec(11, "/bin/x", ["x", "a\nb"]);
        _world.Open(11, 3, "/etc/passwd", look: (ref context) =>
        {
            Assert.Equal("x a\uFFFDb", FieldTexts.Of(ref context, "proc.cmdline"));
            Assert.True(FieldTexts.Holds(ref context, "proc.cmdline contains \"a\\nb\""));
        });
    }
}
