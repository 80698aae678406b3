using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.State;
using Peregrine.UnitTests.Fields;
using Peregrine.UnitTests.State;
using Xunit;

namespace Peregrine.UnitTests.Containers;

/// <summary>While a container is not known, what else a condition asks is answered at once, and only the rest waits.</summary>
public sealed class ConditionsWaitTests
{
    private const string Hash = "5ea733068030962afe24c88712a2d865516ac6416d875c62ff481c8ab84dd928";

    public static TheoryData<string, string> Conditions => new()
    {
        { "evt.type=execve and container.privileged=true", "left" },
        { "evt.type=open and container.privileged=true", "no" },
        { "evt.type=execve or container.privileged=true", "yes" },
        { "not container.privileged=true", "left" },
        { "container.id != host", "yes" },
        { "container.id = host or container.image.repository = nginx and evt.type=execve", "left" },
        { "not (container.name = web and evt.type = open)", "yes" },
        { "proc.name = cat", "no" },
        { "toupper(container.name) = WEB", "left" },
    };

    [Theory]
    [MemberData(nameof(Conditions))]
    public void WhatDoesNotAskForTheContainerIsAnswered(string condition, string answer)
    {
        Inside(waiting: true, (ref context) =>
        {
            var rest = PartialAnswer.Of(Filter(condition), ref context, new EvaluationScratch());
            Assert.Equal(answer, rest is ConstantPredicate { Value: var value } ? value ? "yes" : "no" : "left");
        });
    }

    [Theory]
    [MemberData(nameof(Conditions))]
    public void TheRestGivesTheWholeConditionsAnswerLater(string condition, string _)
    {
        foreach (var privileged in new[] { true, false })
        {
            Inside(waiting: true, (ref context) =>
            {
                var scratch = new EvaluationScratch();
                var filter = Filter(condition);
                var rest = PartialAnswer.Of(filter, ref context, scratch);
                context.Thread!.Container!.Learn(Details(privileged), ContainerLookup.Answered);
                var later = PartialAnswer.Of(rest, ref context, scratch);
                Assert.Equal(filter.Matches(ref context, scratch), Assert.IsType<ConstantPredicate>(later).Value);
            });
        }
    }

    [Fact]
    public void ATextIsFrozenButForTheContainer()
    {
        Inside(waiting: true, (ref context) =>
        {
            var scratch = new EvaluationScratch();
            var frozen = OutputFormat.Compile("*%proc.name in %container.name (%container.ip)", FieldTexts.Catalog).FreezeText(ref context, scratch);
            context.Thread!.Comm = "changed"u8.ToArray();
            context.Thread.Container!.Learn(Details(true), ContainerLookup.Answered);
            var text = new System.Buffers.ArrayBufferWriter<byte>();
            Assert.True(frozen.TryWrite(ref context, scratch, text));
            Assert.Equal("sh in web (<NA>)", World.Text(text.WrittenSpan.ToArray()));
        });
    }

    private static CompiledFilter Filter(string condition) => new FilterCompiler(FieldTexts.Catalog, null).Compile(ConditionParser.Parse(condition));

    private static ContainerDetails Details(bool privileged) => new()
    {
        Known = ContainerFacts.Privileged | ContainerFacts.Name | ContainerFacts.Image,
        Privileged = privileged,
        Name = "web"u8.ToArray(),
        ImageRepository = "nginx"u8.ToArray(),
    };

    private static void Inside(bool waiting, Look look)
    {
        var world = new World();
        world.Fork(1, 10);
        world.Exec(10, "/bin/sh", cgroups: $"cpu=/docker/{Hash} memory=/docker/{Hash}");
        if (waiting) world.Thread(10).Container!.Learn(null, ContainerLookup.Waiting);
        world.Event(EventType.SyscallExecve_19X, 10, (ref w) =>
        {
            for (var i = 0; i < EventSchema.Get(EventType.SyscallExecve_19X).Params.Length; i++) w.Empty();
        }, look);
    }
}
