namespace Peregrine.Hub.Templates;

/// <summary>Commands joined by <c>|</c>, each getting the result of the one before as its last argument; optionally kept in variables.</summary>
internal sealed class TemplatePipeline(IReadOnlyList<TemplateCommand> commands, IReadOnlyList<string> variables, bool isAssignment)
{
    public IReadOnlyList<string> Variables => variables;

    public object? Evaluate(TemplateRun run, object? dot, bool declare = true)
    {
        object? value = null;
        for (var i = 0; i < commands.Count; i++) value = commands[i].Evaluate(run, dot, value, hasFinal: i > 0);
        if (!declare) return value;
        foreach (var name in variables)
        {
            if (isAssignment) run.Assign(name, value);
            else run.Declare(name, value);
        }
        return value;
    }
}

/// <summary>A value, or a function with its arguments.</summary>
internal sealed class TemplateCommand(TemplateFunction? function, IReadOnlyList<TemplateOperand> operands)
{
    public object? Evaluate(TemplateRun run, object? dot, object? final, bool hasFinal)
    {
        if (function is null)
        {
            if (hasFinal) throw new TemplateException("a value can't take the pipeline's result: a function is expected behind |");
            return operands[0].Evaluate(run, dot);
        }
        if (function.Lazy is not null)
        {
            var parts = operands.Select<TemplateOperand, Func<object?>>(o => () => o.Evaluate(run, dot));
            return function.Lazy([.. parts, .. hasFinal ? [() => final] : Array.Empty<Func<object?>>()]);
        }
        var arguments = new object?[operands.Count + (hasFinal ? 1 : 0)];
        for (var i = 0; i < operands.Count; i++) arguments[i] = operands[i].Evaluate(run, dot);
        if (hasFinal) arguments[^1] = final;
        return function.Call!(arguments);
    }
}

/// <summary>A constant, the dot, a variable or a pipeline in parentheses, with names of fields behind it.</summary>
internal sealed class TemplateOperand(Func<TemplateRun, object?, object?> start, IReadOnlyList<string> fields)
{
    public object? Evaluate(TemplateRun run, object? dot)
    {
        var value = start(run, dot);
        foreach (var field in fields)
        {
            value = value switch
            {
                IReadOnlyDictionary<string, object?> map => map.GetValueOrDefault(field),
                null => throw new TemplateException($"nil has no field {field}"),
                _ => throw new TemplateException($"can't evaluate field {field} in {TemplateValues.Print(value)}"),
            };
        }
        return value;
    }
}
