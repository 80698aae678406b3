using System.Text;

namespace Peregrine.Rules;

/// <summary>A finding for people.</summary>
/// <param name="IsError">Whether it keeps the file from being loaded.</param>
/// <param name="Code">Its code, the reference's or ours.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Hint">How to mend it.</param>
/// <param name="Context">Where it is.</param>
public sealed record ValidationFinding(bool IsError, string Code, string Message, string Hint, LoadContext Context)
{
    /// <summary>The innermost place in the file: a condition's place is where its text begins, because folding has moved what is inside.</summary>
    public LoadLocation Place => Context.Locations.Last(static l => l.Type != LoadItemType.ConditionExpression);

    /// <summary>The list, macro, rule or other item that it is about, such as <c>rule 'x'</c>; empty when it has no name.</summary>
    public string Item
    {
        get
        {
            var item = Context.Locations.LastOrDefault(static l => l.ItemName.Length > 0);
            return item.ItemName is { Length: > 0 } name ? $"{LoadItemTypes.Name(item.Type)} '{name}'" : "";
        }
    }

    /// <summary>The line of the text and, where there is one, the line with the caret.</summary>
    /// <param name="content">The file's text.</param>
    public string[] Lines(byte[] content)
    {
        var text = Context.Condition is null ? content : Encoding.UTF8.GetBytes(Context.Condition);
        // In the compatible output the caret is moved by the place of the item; here it stands below what is meant.
        var offset = Context.Last.Position.Offset - (Context.Condition is null ? 0 : Context.Locations[^2].Position.Offset);
        return Snippet.Of(text, offset).TrimEnd('\n').Split('\n');
    }
}

/// <summary>What was found in one file: its own findings, whichever load reported them.</summary>
public sealed record ValidatedFile(string Name, bool IsValid, byte[] Content, IReadOnlyList<ValidationFinding> Findings, IReadOnlyList<string> Schema)
{
    public IEnumerable<ValidationFinding> Errors => Findings.Where(static f => f.IsError);

    public IEnumerable<ValidationFinding> Warnings => Findings.Where(static f => !f.IsError);
}

/// <summary>
/// Sorts the findings of several files by the file that they are in. Each load looks at everything so far, so the same finding is reported again and again, and what only a later file
/// uses is reported as unused: here each counts once, and what is unused is decided by the last load.
/// </summary>
public static class ValidationFindings
{
    public static IReadOnlyList<ValidatedFile> Of(RuleLoader loader, IReadOnlyList<LoadResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        var all = All(new Hints(loader), results).DistinctBy(static f => (f.Code, f.Message, f.Context.File, f.Place.Position.Offset, f.Context.Last.Position.Offset)).ToLookup(static f => f.Context.File);
        return [.. results.DistinctBy(static r => r.Name).Select(r => new ValidatedFile(r.Name, r.Successful, r.Content, [.. all[r.Name]], r.SchemaWarnings))];
    }

    private static IEnumerable<ValidationFinding> All(Hints hints, IReadOnlyList<LoadResult> results)
    {
        var last = results.LastOrDefault(static r => r.Successful);
        foreach (var result in results)
        {
            foreach (var error in result.Errors) yield return new(true, LoadErrorCodes.Code(error.Code), error.Message, hints.For(error), error.Context);
            foreach (var warning in result.Warnings)
            {
                if (warning.Code is LoadWarningCode.UnusedMacro or LoadWarningCode.UnusedList && result != last) continue;
                var message = warning.Message.Length > 0 ? warning.Message : LoadWarningCodes.Description(warning.Code);
                yield return new(false, LoadWarningCodes.Code(warning.Code), message, hints.For(warning), warning.Context);
            }
            foreach (var advice in result.Advice) yield return new(false, advice.CodeName, advice.Message, advice.Mend, advice.Context);
        }
    }
}
