using System.Text;
using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Destinations.Queues;

/// <summary>Subjects made from a template with <c>&lt;priority&gt;</c> and <c>&lt;rule&gt;</c>, both in lower case, the rule with an underscore for whatever stands between letters and digits.</summary>
internal static class EventSubject
{
    public static string Of(string template, Alert alert) => template
        .Replace("<priority>", alert.Priority.LowerName(), StringComparison.Ordinal)
        .Replace("<rule>", Slug(alert.Rule), StringComparison.Ordinal);

    private static string Slug(string text)
    {
        var slug = new StringBuilder(text.Length);
        foreach (var c in text.ToLowerInvariant())
        {
            if (char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)) slug.Append(c);
            else if (slug.Length > 0 && slug[^1] != '_') slug.Append('_');
        }
        return slug.ToString().TrimEnd('_');
    }
}
