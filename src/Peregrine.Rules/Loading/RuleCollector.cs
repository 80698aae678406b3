namespace Peregrine.Rules;

/// <summary>Everything defined by the files so far. It outlives each file: later ones add to it, also after one that failed.</summary>
internal sealed class RuleCollector(SourceTable sources, RulesSemantics semantics)
{
    private readonly List<PluginRequirement> _plugins = [];
    private int _next;

    /// <summary>The result of the file that is being read, for its warnings.</summary>
    public LoadResult? Result { get; set; }

    public DefinedItems<ListItem> Lists { get; } = new();

    public DefinedItems<MacroItem> Macros { get; } = new();

    public DefinedItems<RuleItem> Rules { get; } = new();

    /// <summary>The highest version of the engine asked for.</summary>
    public EngineVersion RequiredEngine { get; private set; }

    public IReadOnlyList<PluginRequirement> RequiredPlugins => _plugins;

    public void Require(EngineVersion version, LoadContext context)
    {
        if (!sources.EngineVersion.Satisfies(version))
            throw Invalid($"Rules require engine version {version}, but engine version is {sources.EngineVersion}", context);
        if (version > RequiredEngine) RequiredEngine = version;
    }

    public void Require(PluginRequirement requirement, LoadContext context)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, version) in requirement.Alternatives)
        {
            if (!EngineVersion.TryParse(version, out _)) throw Invalid($"Invalid required version '{version}' for plugin '{name}'", context);
            if (!names.Add(name)) throw Invalid($"Defined multiple alternative version requirements for plugin '{name}'", context);
        }
        _plugins.Add(requirement);
    }

    public void Define(ListItem list) => Lists.Define(list, _next++);

    public void Append(ListItem list)
    {
        var existing = Lists.Find(list.Name)
            ?? throw Invalid("List uses 'append' or 'override.items: append' but no list by that name already exists", list.Context);
        existing.Items.AddRange(list.Items);
        existing.Visibility = _next++;
    }

    public void Define(MacroItem macro) => Macros.Define(macro, _next++);

    public void Append(MacroItem macro)
    {
        var existing = Macros.Find(macro.Name)
            ?? throw Invalid("Macro uses 'append' or 'override.condition: append' but no macro by that name already exists", macro.Context);
        existing.Condition = AppendedCondition.Join(existing.Condition, macro.Condition, semantics, macro.Context, Result!);
        existing.Visibility = _next++;
    }

    public void Define(RuleItem rule)
    {
        if (Rules.Find(rule.Name) is { } previous && previous.Source != rule.Source) throw Invalid(LoadTexts.OtherSource, rule.Context);
        var source = sources.Find(rule.Source);
        if (source is null)
        {
            rule.HasUnknownSource = true;
            Result!.Add(LoadWarningCode.UnknownSource, $"Unknown source {rule.Source}, skipping", rule.Context);
        }
        foreach (var exception in rule.Exceptions)
        {
            if (!exception.Fields.IsGiven) throw Invalid("Rule exception item must have fields property with a list of fields", exception.Context);
            ExceptionCheck.Complete(exception, source);
        }
        Rules.Define(rule, _next++);
    }

    public void Append(RuleChange change)
    {
        var rule = Rules.Find(change.Name)
            ?? throw Invalid("Rule uses 'append' or 'override.<key>: append' but no rule by that name already exists", change.Context);
        if (change.IsEmpty) throw Invalid("Appended rule must have exceptions or condition property", change.Context);
        CheckSource(rule, change);
        if (change.Condition is { } condition) rule.Condition = AppendedCondition.Join(rule.Condition, condition, semantics, change.Context, Result!);
        if (change.Output is { } output) rule.Output = $"{rule.Output} {output}";
        if (change.Description is { } description) rule.Description = $"{rule.Description} {description}";
        if (change.Tags is { } tags) rule.Tags.UnionWith(tags);
        foreach (var exception in change.Exceptions ?? []) Append(rule, exception);
        rule.Visibility = _next++;
    }

    public void Replace(RuleChange change)
    {
        var rule = Rules.Find(change.Name)
            ?? throw Invalid("An 'override.<key>: replace' to a rule was requested but no rule by that name already exists", change.Context);
        CheckSource(rule, change);
        if (change.Exceptions is { } exceptions)
        {
            foreach (var exception in exceptions)
            {
                if (!exception.Fields.IsGiven) throw Invalid("Rule exception must have fields property with a list of fields", exception.Context);
                ExceptionCheck.Complete(exception, sources.Find(rule.Source));
            }
            rule.Exceptions = exceptions;
        }
        rule.Condition = change.Condition ?? rule.Condition;
        rule.Output = change.Output ?? rule.Output;
        rule.Description = change.Description ?? rule.Description;
        rule.Tags = change.Tags ?? rule.Tags;
        rule.Priority = change.Priority ?? rule.Priority;
        rule.Enabled = change.Enabled ?? rule.Enabled;
        rule.Capture = change.Capture ?? rule.Capture;
        rule.CaptureDuration = change.CaptureDuration ?? rule.CaptureDuration;
        rule.WarnEventTypes = change.WarnEventTypes ?? rule.WarnEventTypes;
        rule.SkipUnknown = change.SkipUnknown ?? rule.SkipUnknown;
        rule.Visibility = _next++;
    }

    public void Enable(string name, bool enabled, LoadContext context)
    {
        var rule = Rules.Find(name) ?? throw Invalid("Rule has 'enabled' key but no rule by that name already exists", context);
        rule.Enabled = enabled;
    }

    private void Append(RuleItem rule, ExceptionItem exception)
    {
        var existing = rule.Exceptions.Find(e => e.Name == exception.Name);
        if (existing is null)
        {
            if (!exception.Fields.IsGiven) throw Invalid("Rule exception must have fields property with a list of fields", exception.Context);
            if (exception.Values.Count == 0) throw Invalid("Rule exception must have values property with a list of values", exception.Context);
            ExceptionCheck.Complete(exception, rule.HasUnknownSource ? null : sources.Find(rule.Source));
            rule.Exceptions.Add(exception);
            return;
        }
        if (exception.Fields.IsGiven) throw Invalid("Can not append exception fields to existing exception, only values", exception.Context);
        if (exception.Comparisons.IsGiven) throw Invalid("Can not append exception comps to existing exception, only values", exception.Context);
        existing.Values.AddRange(exception.Values);
    }

    private static void CheckSource(RuleItem rule, RuleChange change)
    {
        if (change.Source is { } source && source != rule.Source) throw Invalid(LoadTexts.OtherSource, change.Context);
    }

    private static LoadException Invalid(string message, LoadContext context) => new(LoadErrorCode.Validate, message, context);
}
