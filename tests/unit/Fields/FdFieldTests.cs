using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.State;
using Peregrine.UnitTests.State;
using Xunit;

namespace Peregrine.UnitTests.Fields;

public sealed class FdFieldTests
{
    private readonly World _world = new();

    public FdFieldTests()
    {
        _world.Fork(1, 10);
        _world.Exec(10, "/bin/sh", cwd: "/srv/shop");
    }

    [Theory]
    [InlineData("fd.num", "3")]
    [InlineData("fd.name", "/srv/log/x")]
    [InlineData("fd.nameraw", "../log/x")]
    [InlineData("fd.directory", "/srv/log")]
    [InlineData("fd.filename", "x")]
    [InlineData("fd.type", "file")]
    [InlineData("fd.typechar", "f")]
    [InlineData("fd.uid", "103")]
    [InlineData("fd.containername", ":/srv/log/x")]
    [InlineData("fd.l4proto", "<NA>")]
    [InlineData("fd.sip", null)]
    [InlineData("fd.types", "(file)")]
    [InlineData("fd.types[3]", "(file)")]
    [InlineData("fd.types[9]", null)]
    [InlineData("fd.ino", "42")]
    [InlineData("fs.path.name", "/srv/log/x")]
    [InlineData("fs.path.nameraw", "../log//x")]
    [InlineData("evt.arg.name", "/srv/log/x")]
    [InlineData("evt.arg[0]", "<f>/srv/log/x")]
    [InlineData("evt.rawarg.name", "../log//x")]
    [InlineData("evt.rawarg.fd", "3")]
    [InlineData("evt.args", "fd=3(<f>/srv/log/x) name=../log//x(/srv/log/x) flags=1(O_RDONLY) mode=0 dev=5 ino=42")]
    [InlineData("evt.is_open_read", "true")]
    [InlineData("evt.is_open_write", "false")]
    [InlineData("evt.rawres", "3")]
    [InlineData("evt.res", "SUCCESS")]
    public void AnOpenedFileHasTheFields(string field, string? text) => _world.Open(10, 3, "../log//x", look: (ref context) => Assert.Equal(text, FieldTexts.Of(ref context, field)));

    [Theory]
    [InlineData("fd.num", "-1")]
    [InlineData("fd.name", "/srv/shop/x")]
    [InlineData("fd.directory", "/srv/shop")]
    [InlineData("fd.filename", null)]
    [InlineData("fd.type", null)]
    [InlineData("fd.typechar", "f")]
    [InlineData("evt.res", "ENOENT")]
    [InlineData("evt.failed", "true")]
    [InlineData("evt.count.error.file", "1")]
    [InlineData("evt.count.error.net", null)]
    public void AnOpenThatFailedSaysWhatWasAskedFor(string field, string? text) => _world.Open(10, -2, "x", look: (ref context) => Assert.Equal(text, FieldTexts.Of(ref context, field)));

    [Theory]
    [InlineData("fd.ip = 10.0.0.1", true)]
    [InlineData("fd.ip = 10.0.0.2", true)]
    [InlineData("fd.ip = 10.0.0.3", false)]
    [InlineData("fd.ip != 10.0.0.1", false)]
    [InlineData("fd.ip != 10.0.0.3", true)]
    [InlineData("fd.port = 443", true)]
    [InlineData("fd.port != 443", false)]
    [InlineData("fd.port in (1, 40000)", true)]
    [InlineData("fd.net = 10.0.0.0/31", true)]
    [InlineData("fd.net in (192.168.0.0/16, 10.0.0.0/8)", false)]
    [InlineData("fd.snet in (192.168.0.0/16, 10.0.0.0/8)", true)]
    [InlineData("fd.cnet = 10.0.0.2/32", false)]
    [InlineData("fd.sip = 10.0.0.2", true)]
    [InlineData("fd.cport = 40000", true)]
    [InlineData("fd.l4proto = tcp", true)]
    [InlineData("fd.connected = true", true)]
    [InlineData("fd.ip = ::1", false)]
    [InlineData("fd.ip != ::1", true)]
    public void AConditionOnASocketTriesBothEnds(string condition, bool holds)
    {
        Connect((ref context) => Assert.Equal(holds, FieldTexts.Holds(ref context, condition)));
    }

    [Fact]
    public void TheEndsOfASocketAreFoundByRoleAndByTheMachinesAddresses()
    {
        _world.State.Interfaces.AddIpv4([10, 0, 0, 1], [255, 0, 0, 0]);
        Connect((ref context) =>
        {
            Assert.Equal("10.0.0.1", FieldTexts.Of(ref context, "fd.lip"));
            Assert.Equal("10.0.0.2", FieldTexts.Of(ref context, "fd.rip"));
            Assert.Equal("443", FieldTexts.Of(ref context, "fd.rport"));
            Assert.Equal("false", FieldTexts.Of(ref context, "fd.is_server"));
            Assert.Equal("ip", FieldTexts.Of(ref context, "fd.sockfamily"));
        });
    }

    [Theory]
    [InlineData("evt.arg = x", "filter syntax error: evt.arg")]
    [InlineData("evt.arg.nosuch = x", "unknown event argument nosuch")]
    [InlineData("evt.rawarg[0] = x", "evt.arg fields must be expressed explicitly")]
    [InlineData("evt.type.is = 1", "filter syntax error: evt.type.is")]
    [InlineData("evt.around = 1", "filter syntax error: evt.around")]
    [InlineData("thread.cgroup = x", "filter syntax error: thread.cgroup")]
    [InlineData("proc.args[a] = x", "filter_check called with nonexistent field proc.args[a]")]
    public void AWrongArgumentIsSaid(string condition, string message) =>
        Assert.Equal(message, Assert.Throws<FilterException>(() => new FilterCompiler(FieldTexts.Catalog, null).Compile(ConditionParser.Parse(condition))).Message);

    [Fact]
    public void AroundIsTrueWithinTheInterval() => _world.Open(10, 3, "x", look: (ref context) =>
    {
        var time = context.Event.Timestamp + 2_500_000;
        Assert.True(FieldTexts.Holds(ref context, $"evt.around[{time}] = 3"));
        Assert.False(FieldTexts.Holds(ref context, $"evt.around[{time}] = 2"));
    });

    private void Connect(Look look)
    {
        _world.Event(EventType.SocketSocketX, 10, (ref w) =>
        {
            w.I64(4);
            w.U32(2);
            w.U32(1);
            w.U32(0);
            w.U32(0);
        });
        _world.Event(EventType.SocketConnectX, 10, (ref w) =>
        {
            w.I64(0);
            w.Bytes(Convert.FromHexString("020A000001409C0A000002BB01"));
            w.I64(4);
            w.Empty();
        }, look);
    }
}
