using Peregrine.Events;
using Peregrine.Filters;

namespace Peregrine.Rules;

/// <summary>Compiles everything that was collected, and reports what is not used.</summary>
/// <remarks>
/// 1 lists are put into each other; 2 macros are parsed and resolved; per rule: 3 the output, 4 the exceptions become part of the condition, 5 lists are put in and the text
/// is parsed, 6 macros are put in, 7 the condition is compiled, 8 its event types are inferred.
/// </remarks>
internal sealed class RuleCompiler(RuleLoaderOptions options, SourceTable sources, ParsedConditions parsed, LoadResult result)
{
    /// <summary>Conditions for more event types cost too much to go unmentioned.</summary>
    private const int ManyEventTypes = 100;

    private readonly OutputBuilder _outputs = new(options, result);

    /// <summary>Null when there is an error, which is then in the result.</summary>
    public CompileOutput? Compile(RuleCollector collector)
    {
        try
        {
            var lists = new ListTable(collector.Lists);
            var replacement = new ListReplacement(lists.All, options.Semantics);
            var macros = CompileMacros(collector, replacement);
            var expansion = new MacroExpansion(macros);
            var rules = new List<CompiledRule>();
            foreach (var rule in collector.Rules.All)
                if (!rule.HasUnknownSource && CompileRule(rule, replacement, expansion) is { } compiled) rules.Add(compiled);
            WarnUnused(lists, macros);
            return new(lists, macros, rules);
        }
        catch (LoadException e)
        {
            result.Add(e.Code, e.Message, e.Context);
            return null;
        }
    }

    private MacroTable CompileMacros(RuleCollector collector, ListReplacement replacement)
    {
        var macros = new MacroTable();
        foreach (var macro in collector.Macros.All)
            macros.Add(new CompiledMacro(macro, Parse(macro.Condition, replacement, macro.ConditionContext)));
        var expansion = new MacroExpansion(macros);
        foreach (var macro in macros.All) expansion.Resolve(macro);
        return macros;
    }

    /// <summary>Null when the rule names something unknown and asks to be skipped then.</summary>
    private CompiledRule? CompileRule(RuleItem rule, ListReplacement replacement, MacroExpansion expansion)
    {
        var source = sources.Find(rule.Source)!;
        var exceptionFields = new SortedSet<string>(StringComparer.Ordinal);
        var text = rule.Exceptions.Count > 0 ? ExceptionCondition.Build(rule.Condition, rule.Exceptions, exceptionFields) : rule.Condition;
        var output = _outputs.Text(rule);
        OutputFormat format;
        try
        {
            format = _outputs.Compile(output, rule, source);
        }
        catch (FilterException e)
        {
            if (!rule.SkipUnknown || !IsUnknown(e.Message)) throw new LoadException(LoadErrorCode.CompileOutput, e.Message, rule.OutputContext);
            result.Add(LoadWarningCode.UnknownFilter, e.Message, rule.OutputContext);
            return null;
        }
        var extraFields = _outputs.ExtraFields(rule, source);
        var condition = expansion.Resolve(Parse(text, replacement, rule.ConditionContext), text, rule.Context);
        ConditionReview.Report(condition, text, rule.ConditionContext, result);
        if (CompileFilter(condition, text, rule, source) is not { } filter) return null;
        return new(new Rule
        {
            Name = rule.Name,
            Description = rule.Description,
            Source = rule.Source,
            Priority = rule.Priority,
            Tags = [.. rule.Tags],
            Capture = rule.Capture,
            CaptureDuration = rule.CaptureDuration,
            Enabled = rule.Enabled,
            Output = output,
            Format = format,
            ExtraFields = extraFields,
            Condition = condition,
            Filter = filter,
            EventTypes = EventTypes(condition, text, rule),
            Syscalls = source.Source.IsSyscall ? [.. EventTypeInference.InferSyscalls(condition)] : [],
            Index = rule.Index,
        }, rule, exceptionFields);
    }

    private ConditionNode Parse(string condition, ListReplacement replacement, LoadContext context)
    {
        var text = replacement.Apply(condition, context, list => AdviseQuoted(list, context));
        try
        {
            return parsed.Parse(text);
        }
        catch (ConditionSyntaxException e)
        {
            throw new LoadException(LoadErrorCode.CompileCondition, e.Message, context.InCondition(text, e.Position));
        }
    }

    private CompiledFilter? CompileFilter(ConditionNode condition, string text, RuleItem rule, SourceFields source)
    {
        CompiledFilter filter;
        try
        {
            filter = source.Compiler.Compile(condition);
        }
        catch (FilterException e)
        {
            var place = rule.ConditionContext.InCondition(text, e.Position);
            if (!rule.SkipUnknown || !IsUnknown(e.Message)) throw new LoadException(LoadErrorCode.CompileCondition, e.Message, place);
            result.Add(LoadWarningCode.UnknownFilter, e.Message, place);
            return null;
        }
        foreach (var warning in source.Compiler.Warnings)
        {
            var place = rule.ConditionContext.InCondition(text, warning.Position);
            if (warning.IsReference) result.Add(LoadWarningCode.CompileCondition, warning.Message, place);
            else if (Advices.Of(warning, place) is { } advice) result.Add(advice);
        }
        return filter;
    }

    private List<EventType> EventTypes(ConditionNode condition, string text, RuleItem rule)
    {
        if (rule.Source != RuleSource.Syscall) return [EventType.PlugineventE, EventType.AsynceventE];
        try
        {
            var types = new List<EventType>(EventTypeInference.Infer(condition));
            if (types.Count is 0 or > ManyEventTypes && rule.WarnEventTypes)
                result.Add(LoadWarningCode.NoEvttype, "Rule matches too many evt.type values. This has a significant performance penalty.", rule.Context);
            if (!types.Contains(EventType.AsynceventE)) types.Add(EventType.AsynceventE);
            return types;
        }
        catch (FilterException e)
        {
            throw new LoadException(LoadErrorCode.CompileCondition, e.Message, rule.ConditionContext.InCondition(text, e.Position));
        }
    }

    private void WarnUnused(ListTable lists, MacroTable macros)
    {
        foreach (var macro in macros.All)
            if (!macro.IsUsed) result.Add(LoadWarningCode.UnusedMacro, "Macro not referred to by any other rule/macro", macro.Definition.Context);
        foreach (var list in lists.All)
            if (!list.IsUsed) result.Add(LoadWarningCode.UnusedList, "List not referred to by any other rule/macro", list.Definition.Context);
    }

    private void AdviseQuoted(CompiledList list, LoadContext context) => result.Add(Advices.ListNameInQuotes(list.Name, options.Semantics, context));

    /// <summary>Errors that come of names which another version or a missing plugin would know.</summary>
    private static bool IsUnknown(string message) =>
        message.Contains("nonexistent field", StringComparison.Ordinal) || message.Contains("invalid formatting token", StringComparison.Ordinal)
        || message.Contains("unknown event type", StringComparison.Ordinal) || message.Contains("unknown filter:", StringComparison.Ordinal);
}
