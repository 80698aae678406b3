using System.Text;
using Peregrine.Filters;
using Peregrine.Filters.Fields;
using Peregrine.State;
using Xunit;

namespace Peregrine.ConformanceTests;

/// <summary>Rules remember what they found out about a process or a descriptor for as long as its stamp stays the same. So as long must every field of such a scope keep its value.</summary>
public sealed class RememberedFactsTests
{
    /// <summary>Of a large capture every so manieth event is looked at.</summary>
    private const int LargeStep = 7;

    private static readonly Field[] Remembered =
    [
        .. SyscallFields.All.Concat(ContainerFields.All).Where(f => f is { Scope: FieldScope.Process or FieldScope.Lineage or FieldScope.Container, Extract: not null } && (f.Argument & FieldArgument.Required) == 0),
    ];

    private static readonly Field[] OfDescriptor =
    [
        .. SyscallFields.All.Where(f => FieldScopes.IsOfDescriptor(f) && f.Extract is not null && (f.Argument & FieldArgument.Required) == 0),
    ];

    [Fact]
    public void A_fact_about_a_process_changes_only_with_its_stamp() => CheckAll(CheckProcesses);

    [Fact]
    public void A_fact_about_a_descriptor_changes_only_with_its_stamp() => CheckAll(CheckDescriptors);

    private static void CheckAll(Action<string, int, List<string>> check)
    {
        if (!Directory.Exists(ConformanceData.Folder)) Assert.Skip($"{ConformanceData.Folder} is not there");
        var failures = new List<string>();
        foreach (var capture in Directory.EnumerateFiles(ConformanceData.Folder, "*.scap*", SearchOption.AllDirectories)) check(capture, 1, failures);
        var large = Path.Combine(ConformanceData.Folder, "..", "captures", "workstation.scap.gz");
        if (File.Exists(large)) check(large, LargeStep, failures);
        Assert.True(failures.Count == 0, string.Join('\n', failures.Take(40)));
    }

    private static void CheckDescriptors(string capture, int step, List<string> failures)
    {
        var buffer = new ValueBuffer();
        long number = 0;
        CaptureReplay.Run(capture, (ref EventContext context) =>
        {
            if (++number % step != 0 || context is not { Thread: { } thread, Fd: { } fd } || !DescriptorMemory.Serves(context.Event.Type)) return;
            buffer.Reset();
            var stamp = fd.StampFor(thread);
            var facts = Facts(OfDescriptor, ref context, buffer);
            if (fd.Memory is (DescriptorStamp before, string[] known) && before == stamp)
            {
                for (var i = 0; i < facts.Length && failures.Count < 1000; i++)
                    if (facts[i] != known[i]) failures.Add($"{Path.GetFileName(capture)} event {context.Number} ({context.Event.Type}) thread {thread.Tid} descriptor {context.FdNumber}: {OfDescriptor[i].Name} was {known[i]}, is {facts[i]}");
            }
            fd.Memory = (stamp, facts);
        });
    }

    private static void CheckProcesses(string capture, int step, List<string> failures)
    {
        var buffer = new ValueBuffer();
        long number = 0;
        CaptureReplay.Run(capture, (ref EventContext context) =>
        {
            if (++number % step != 0 || context.Thread is not { } thread) return;
            buffer.Reset();
            var stamp = context.State.StampOf(thread);
            var facts = Facts(Remembered, ref context, buffer);
            // Finding a parent may link it: that is a change of its own, seen from the next event on.
            if (stamp != context.State.StampOf(thread)) return;
            if (thread.Memory is (ProcessStamp before, string[] known) && before == stamp)
            {
                for (var i = 0; i < facts.Length && failures.Count < 1000; i++)
                    if (facts[i] != known[i]) failures.Add($"{Path.GetFileName(capture)} event {context.Number} ({context.Event.Type}) thread {thread.Tid}: {Remembered[i].Name} was {known[i]}, is {facts[i]}");
            }
            thread.Memory = (stamp, facts);
        });
    }

    private static string[] Facts(Field[] fields, ref EventContext context, ValueBuffer buffer)
    {
        var facts = new string[fields.Length];
        for (var i = 0; i < facts.Length; i++)
        {
            var value = new FieldValue(buffer);
            if (!fields[i].Extract!(ref context, FieldArg.None, ref value)) facts[i] = "-";
            else if (value.List is { } list) facts[i] = list.Count.ToString();
            else facts[i] = value.Bytes.IsEmpty ? value.Number.ToString() : Encoding.Latin1.GetString(value.Bytes);
        }
        return facts;
    }
}
