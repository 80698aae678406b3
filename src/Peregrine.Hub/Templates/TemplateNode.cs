namespace Peregrine.Hub.Templates;

/// <summary>A part of a template that writes something.</summary>
internal abstract class TemplateNode
{
    /// <returns>How a loop around it goes on.</returns>
    public abstract TemplateFlow Run(TemplateRun run, object? dot);
}

internal enum TemplateFlow : byte
{
    Next,
    Break,
    Continue,
}

internal sealed class TextNode(string text) : TemplateNode
{
    public override TemplateFlow Run(TemplateRun run, object? dot)
    {
        run.Write(text);
        return TemplateFlow.Next;
    }
}

internal sealed class ListNode(IReadOnlyList<TemplateNode> children) : TemplateNode
{
    public override TemplateFlow Run(TemplateRun run, object? dot)
    {
        foreach (var child in children)
            if (child.Run(run, dot) is var flow and not TemplateFlow.Next) return flow;
        return TemplateFlow.Next;
    }
}

/// <summary><c>{{ pipeline }}</c>; what declares or sets a variable prints nothing.</summary>
internal sealed class ActionNode(TemplatePipeline pipeline) : TemplateNode
{
    public override TemplateFlow Run(TemplateRun run, object? dot)
    {
        var value = pipeline.Evaluate(run, dot);
        if (pipeline.Variables.Count == 0) run.Write(TemplateValues.Print(value));
        return TemplateFlow.Next;
    }
}

internal sealed class FlowNode(TemplateFlow flow) : TemplateNode
{
    public override TemplateFlow Run(TemplateRun run, object? dot) => flow;
}

/// <summary><c>if</c> and <c>with</c>.</summary>
internal sealed class BranchNode(TemplatePipeline condition, TemplateNode body, TemplateNode? otherwise, bool setsDot) : TemplateNode
{
    public override TemplateFlow Run(TemplateRun run, object? dot)
    {
        var depth = run.Depth;
        var value = condition.Evaluate(run, dot);
        var flow = TemplateValues.IsTrue(value) ? body.Run(run, setsDot ? value : dot) : otherwise?.Run(run, dot) ?? TemplateFlow.Next;
        run.Leave(depth);
        return flow;
    }
}

internal sealed class RangeNode(TemplatePipeline over, TemplateNode body, TemplateNode? otherwise) : TemplateNode
{
    public override TemplateFlow Run(TemplateRun run, object? dot)
    {
        var depth = run.Depth;
        var any = false;
        foreach (var (key, item) in Items(over.Evaluate(run, dot, declare: false)))
        {
            any = true;
            run.Leave(depth);
            Declare(run, key, item);
            var flow = body.Run(run, item);
            if (flow == TemplateFlow.Break || run.Output.Length >= MessageTemplate.MaxLength) break;
        }
        run.Leave(depth);
        return any || otherwise is null ? TemplateFlow.Next : otherwise.Run(run, dot);
    }

    private void Declare(TemplateRun run, object? key, object? item)
    {
        var names = over.Variables;
        if (names.Count == 2) run.Declare(names[0], key);
        if (names.Count > 0) run.Declare(names[^1], item);
    }

    private static IEnumerable<(object? Key, object? Item)> Items(object? value) => value switch
    {
        null => [],
        IReadOnlyList<object?> list => list.Select((item, i) => ((object?)TemplateNumber.Of(i), item)),
        IReadOnlyDictionary<string, object?> map => map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => ((object?)p.Key, p.Value)),
        TemplateNumber { IsInteger: true } number => Enumerable.Range(0, (int)Math.Clamp(number.Value, 0, MessageTemplate.MaxLength)).Select(i => ((object?)TemplateNumber.Of(i), (object?)TemplateNumber.Of(i))),
        _ => throw new TemplateException($"range can't iterate over {TemplateValues.Print(value)}"),
    };
}
