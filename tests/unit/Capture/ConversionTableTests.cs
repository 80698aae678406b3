using System.Text.Json;
using Peregrine.Capture;
using Peregrine.Events;
using Xunit;

namespace Peregrine.UnitTests.Capture;

/// <summary>The compiled table says what <c>schema/conversions.json</c> says, and all it says is possible.</summary>
public sealed class ConversionTableTests
{
    private static readonly JsonElement[] Rows = [.. JsonDocument.Parse(File.ReadAllText(Path.Combine(Root(), "schema", "conversions.json"))).RootElement.EnumerateArray()];

    [Fact]
    public void EveryRowAgreesWithTheFile()
    {
        foreach (var row in Rows)
        {
            var entry = ConversionTable.Find((EventType)row.GetProperty("code").GetInt32(), row.GetProperty("nparams").GetInt32());
            Assert.NotNull(entry);
            Assert.Equal(row.GetProperty("action").GetString()!.Replace("_", "", StringComparison.Ordinal), entry.Action.ToString(), ignoreCase: true);
            Assert.Equal(row.TryGetProperty("to_code", out var to) ? to.GetInt32() : row.GetProperty("code").GetInt32(), (int)entry.To);
            var instructions = row.TryGetProperty("instructions", out var list) ? list.EnumerateArray().ToArray() : [];
            Assert.Equal(instructions.Length, entry.Instructions.Length);
            for (var i = 0; i < instructions.Length; i++)
            {
                var operation = instructions[i].GetProperty("op").GetString() == "callback" ? "container_json" : instructions[i].GetProperty("op").GetString()!;
                Assert.Equal(operation.Replace("_", "", StringComparison.Ordinal), entry.Instructions[i].Source.ToString(), ignoreCase: true);
                Assert.Equal(instructions[i].TryGetProperty("param", out var param) ? param.GetInt32() : 0, entry.Instructions[i].Param);
                Assert.Equal(instructions[i].TryGetProperty("fallback", out var fallback) && fallback.GetString() == "empty", entry.Instructions[i].FallsBackToEmpty);
            }
        }
    }

    [Fact]
    public void EveryChainEndsInTheCurrentSchema()
    {
        foreach (var row in Rows)
        {
            var buffer = new byte[8192];
            var type = (EventType)row.GetProperty("code").GetInt32();
            var count = row.GetProperty("nparams").GetInt32();
            var writer = new EventWriter(buffer, type, 1, 1, count);
            for (var i = 0; i < count; i++) writer.U64(0);
            var view = EventView.Trusted(writer.Finish());
            if (!new EventConverter().Convert(ref view) || view.Info.IsEnter) continue;
            Assert.Equal(view.Info.Params.Length, view.ParamCount);
            Assert.False(view.Info.Has(EventFlags.OldVersion));
        }
    }

    [Fact]
    public void AContainerEventBecomesJson()
    {
        var buffer = new byte[512];
        var writer = new EventWriter(buffer, EventType.ContainerE, 1, 1);
        writer.Text("3ad7b26ded6d"u8);
        writer.U32(0);
        writer.Text("a\"b"u8);
        writer.Text("nginx:1"u8);
        var view = EventView.Trusted(writer.Finish());
        Assert.True(new EventConverter().Convert(ref view));
        Assert.Equal(EventType.ContainerJson_2E, view.Type);
        var json = JsonDocument.Parse(System.Text.Encoding.UTF8.GetString(view.Text(0))).RootElement;
        Assert.Equal(("3ad7b26ded6d", 0, "a\"b", "nginx:1"), (json.GetProperty("id").GetString(), json.GetProperty("type").GetInt32(),
            json.GetProperty("name").GetString(), json.GetProperty("image").GetString()));
    }

    [Fact]
    public void AnEnterEventIsUsedOnceAndOnlyByItsThread()
    {
        var converter = new EventConverter();
        Assert.False(Enter(converter, tid: 1, fd: 5));
        Assert.Equal(0, Exit(converter, tid: 2));
        Assert.Equal(5, Exit(converter, tid: 1));
        Assert.Equal(0, Exit(converter, tid: 1));
    }

    [Fact]
    public void AnExitAfterTheEnterOfAnotherSyscallIsAnError()
    {
        var converter = new EventConverter();
        Enter(converter, tid: 1, fd: 5);
        var problem = Assert.Throws<ConversionException>(() =>
        {
            var buffer = new byte[64];
            var writer = new EventWriter(buffer, EventType.SyscallReadX, 1, 1, 2);
            var view = EventView.Trusted(writer.Finish());
            converter.Convert(ref view);
        }).Message;
        Assert.Equal("The enter event for 'read_X' is not the right one! Event found 'close_E'.", problem);
    }

    [Fact]
    public void AnEventThatTheTableDoesNotHaveIsAnError() =>
        Assert.Equal("Required conversion for event (type: 5, nparams: 7), but we don't handle it in the table.", Assert.Throws<ConversionException>(() =>
        {
            var buffer = new byte[64];
            var writer = new EventWriter(buffer, EventType.SyscallCloseX, 1, 1, 7);
            var view = EventView.Trusted(writer.Finish());
            new EventConverter().Convert(ref view);
        }).Message);

    private static bool Enter(EventConverter converter, long tid, long fd)
    {
        var buffer = new byte[64];
        var writer = new EventWriter(buffer, EventType.SyscallCloseE, 1, tid, 1);
        writer.I64(fd);
        var view = EventView.Trusted(writer.Finish());
        return converter.Convert(ref view);
    }

    private static long Exit(EventConverter converter, long tid)
    {
        var buffer = new byte[64];
        var writer = new EventWriter(buffer, EventType.SyscallCloseX, 1, tid, 1);
        writer.I64(0);
        var view = EventView.Trusted(writer.Finish());
        Assert.True(converter.Convert(ref view));
        return view.Int(EventParams.SyscallCloseX.Fd);
    }

    private static string Root()
    {
        for (var dir = new DirectoryInfo(AppContext.BaseDirectory); dir is not null; dir = dir.Parent)
            if (File.Exists(Path.Combine(dir.FullName, "Peregrine.slnx"))) return dir.FullName;
        throw new InvalidOperationException("the tests run outside the repository");
    }
}
