namespace Peregrine.Rules;

/// <summary>What compiling everything collected so far gave.</summary>
internal sealed record CompileOutput(ListTable Lists, MacroTable Macros, IReadOnlyList<CompiledRule> Rules);

/// <summary>A rule with what it was made from.</summary>
internal sealed record CompiledRule(Rule Rule, RuleItem Definition, IReadOnlySet<string> ExceptionFields);
