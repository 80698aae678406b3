using Peregrine.Filters;

namespace Peregrine.Rules;

/// <summary>Builds a rule's output: what the configuration appends, what is left out of it, and the compiled formats.</summary>
internal sealed class OutputBuilder(RuleLoaderOptions options, LoadResult result)
{
    private const string ContainerInfo = "%container.info";

    /// <summary>The output as text.</summary>
    public string Text(RuleItem rule)
    {
        var output = rule.Output;
        foreach (var append in options.AppendOutput)
        {
            if (!append.AppliesTo(rule)) continue;
            if (append.ExtraOutput.Length > 0) output = $"{output} {append.ExtraOutput}";
            if (append.SuggestedOutput && SuggestedOutput(rule.Source) is { Length: > 0 } suggested) output = $"{output} {suggested}";
        }
        if (!output.Contains(ContainerInfo, StringComparison.Ordinal)) return output;
        result.Add(LoadWarningCode.DeprecatedItem, LoadTexts.ContainerInfo, rule.Context);
        return output.Replace(ContainerInfo, "", StringComparison.Ordinal);
    }

    public OutputFormat Compile(string output, RuleItem rule, SourceFields source)
    {
        var format = source.Format(output);
        WarnDeprecated(output, rule);
        return format;
    }

    public List<CompiledExtraField> ExtraFields(RuleItem rule, SourceFields source)
    {
        // A later entry for the same key takes its place; keys come in alphabetical order.
        var fields = new SortedDictionary<string, ExtraField>(StringComparer.Ordinal);
        foreach (var append in options.AppendOutput)
        {
            if (!append.AppliesTo(rule)) continue;
            foreach (var field in append.ExtraFields) fields[field.Key] = field;
        }
        var compiled = new List<CompiledExtraField>(fields.Count);
        foreach (var field in fields.Values)
        {
            try
            {
                compiled.Add(new(field, source.Format(field.Format)));
            }
            catch (FilterException e)
            {
                throw new LoadException(LoadErrorCode.CompileOutput, e.Message, rule.OutputContext);
            }
            WarnDeprecated(field.Format, rule);
        }
        return compiled;
    }

    /// <summary>The names are searched as they are: one that begins another is reported with it.</summary>
    private void WarnDeprecated(string output, RuleItem rule)
    {
        foreach (var field in ConditionReview.DeprecatedFields)
            if (output.Contains(field, StringComparison.Ordinal))
                result.Add(LoadWarningCode.DeprecatedItem, $"usage of deprecated field '{field}' has been detected in the rule output", rule.OutputContext, field);
    }

    private string SuggestedOutput(string source) => string.Join(' ', options.Plugins
        .Where(p => p.ExtractSources is null || p.ExtractSources.Contains(source))
        .SelectMany(static p => p.SuggestedOutput)
        .Select(static f => $"{f.Replace('.', '_')}=%{f}"));
}
