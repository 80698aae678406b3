using System.Text;

namespace Peregrine.Rules;

/// <summary>What loading one rule file found.</summary>
public sealed class LoadResult
{
    private readonly List<LoadError> _errors = [];
    private readonly List<LoadWarning> _warnings = [];
    private readonly List<Advice> _advice = [];
    private IReadOnlyList<string> _schema = [];

    internal LoadResult(string name, byte[] content) => (Name, Content) = (name, content);

    /// <summary>The file's name, without its folder.</summary>
    public string Name { get; }

    /// <summary>The file's text, for snippets.</summary>
    public byte[] Content { get; }

    public bool Successful => _errors.Count == 0;

    public IReadOnlyList<LoadError> Errors => _errors;

    public IReadOnlyList<LoadWarning> Warnings => _warnings;

    /// <summary>Our own warnings (<c>PEREGRINE_…</c>), which the compatible outputs leave out.</summary>
    public IReadOnlyList<Advice> Advice => _advice;

    /// <summary>Null when the text was no YAML or held no document, so that nothing was checked.</summary>
    public bool? SchemaValid => _schema.Count == 0 ? null : _schema[0] == Schema.SchemaValidator.Ok;

    /// <summary>What does not follow the format's schema. Never an error.</summary>
    public IReadOnlyList<string> SchemaWarnings => SchemaValid == false ? _schema : [];

    /// <summary>The reference's text with every finding, its place and its line.</summary>
    public string ToText() => LoadText.Write(this);

    /// <summary>The same with a line of ours below each finding: how to mend it.</summary>
    /// <param name="loader">What loaded it; knows the names that may have been meant.</param>
    public string ToText(RuleLoader loader) => LoadText.Write(this, new Hints(loader));

    /// <summary>Name and outcome, and the codes that were found: one line each for errors and warnings.</summary>
    public string ToSummary() => LoadText.WriteSummary(this);

    public override string ToString() => ToSummary();

    internal void Add(LoadErrorCode code, string message, LoadContext context) => _errors.Add(new(code, message, context));

    internal void Add(LoadWarningCode code, string message, LoadContext context, string? deprecatedField = null) =>
        _warnings.Add(new(code, message, context) { DeprecatedField = deprecatedField });

    internal void Add(Advice advice) => _advice.Add(advice);

    internal void SetSchema(IReadOnlyList<string> findings) => _schema = findings;

    internal string Snippet(LoadContext context) =>
        Rules.Snippet.Of(context.Condition is null ? Content : Encoding.UTF8.GetBytes(context.Condition), context.Last.Position.Offset);
}
