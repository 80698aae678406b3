using System.Globalization;
using Peregrine.Capture;
using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.Sensor.Replay;
using Peregrine.State;
using Peregrine.UnitTests.Fields;
using Xunit;

namespace Peregrine.UnitTests.Capture;

/// <summary>
/// Mutated captures end in events, in an error or in both: never in another exception, never in a hang, never in memory without bound.
/// <c>PEREGRINE_MUTATIONS</c> sets how many (default 4,000); <c>PEREGRINE_MUTATION_SEED</c> where the series begins, to repeat one.
/// </summary>
public sealed class CaptureMutationTests
{
    /// <summary>A small capture may fill what its own lengths allow; a lying length must not.</summary>
    private const long MostMemory = 64 << 20;

    /// <summary>What reads the most different things.</summary>
    private static readonly string[] Shown =
    [
        "evt.num", "evt.time", "evt.type", "evt.args", "evt.res", "evt.info", "evt.category", "evt.buffer", "evt.abspath", "proc.name", "proc.cmdline", "proc.aname[2]", "proc.exepath", "proc.cwd", "proc.env",
        "proc.sname", "user.name", "group.name", "fd.name", "fd.type", "fd.cip", "fd.sport", "fd.nameraw", "thread.cgroups", "container.id", "container.name", "container.mounts", "k8s.pod.name",
    ];

    [Fact]
    public void NoMutationGetsPastTheReader()
    {
        var count = Setting("PEREGRINE_MUTATIONS", 4000);
        var first = Setting("PEREGRINE_MUTATION_SEED", 1);
        var seeds = CaptureMutations.Seeds();
        foreach (var seed in seeds) Assert.Null(ReadResult.Of(seed).Error);
        for (var i = first; i < first + count; i++)
        {
            var capture = CaptureMutations.Mutate(seeds, new Random(i));
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                ReadAll(capture);
            }
            catch (Exception e)
            {
                Assert.Fail($"mutation {i}: {e}");
            }
            var used = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(used < MostMemory, $"mutation {i} allocated {used} bytes");
        }
    }

    [Fact]
    public void NoMutationGetsPastTheStateAndTheFields()
    {
        var count = Setting("PEREGRINE_MUTATIONS", 2000);
        var first = Setting("PEREGRINE_MUTATION_SEED", 1);
        List<byte[]> seeds = [.. CaptureMutations.Seeds(), CaptureMutations.EveryEvent()];
        var format = OutputFormat.Compile("*" + string.Join(' ', Shown.Select(f => "%" + f)), FieldTexts.Catalog);
        var scratch = new EvaluationScratch();
        for (var i = first; i < first + count; i++)
        {
            try
            {
                ReplayAll(CaptureMutations.Mutate(seeds, new Random(i)), format, scratch);
            }
            catch (Exception e)
            {
                Assert.Fail($"mutation {i}: {e}");
            }
        }
    }

    private static void ReplayAll(byte[] capture, OutputFormat format, EvaluationScratch scratch)
    {
        var text = new System.Buffers.ArrayBufferWriter<byte>();
        try
        {
            using var reader = CaptureReader.Open(new MemoryStream(capture, writable: false));
            var state = CaptureSeed.NewState(reader.Metadata, new StateOptions());
            while (reader.TryRead(out var captured))
            {
                if (captured.StartsSection) state = CaptureSeed.NewState(reader.Metadata, new StateOptions());
                var context = new EventContext { Event = captured.Event, Cpu = captured.Cpu, Number = captured.Number, IsStateOnly = !captured.IsSurfaced };
                state.Apply(ref context);
                format.TryFormat(ref context, scratch, text);
                text.ResetWrittenCount();
                state.Complete(ref context);
            }
        }
        catch (CaptureException)
        {
        }
    }

    private static void ReadAll(byte[] capture)
    {
        try
        {
            using var reader = CaptureReader.Open(new MemoryStream(capture, writable: false));
            while (reader.TryRead(out var e))
                for (var i = 0; i < e.Event.ParamCount; i++) _ = e.Event.Param(i).Length;
        }
        catch (CaptureException)
        {
        }
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
