using Peregrine.Filters;

namespace Peregrine.Rules;

/// <summary>The fields of an output, each as often as it stands there; a transformer counts with the fields in it.</summary>
internal static class OutputFieldNames
{
    public static List<string> Of(Rule rule, FieldCatalog fields)
    {
        var names = new List<string>();
        foreach (var token in rule.Format.Tokens)
            if (token.IsField) names.AddRange(Of(token.Key, fields));
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    private static IEnumerable<string> Of(string key, FieldCatalog fields)
    {
        try
        {
            return OutputFormat.Compile("%" + key, fields).Fields.Select(static f => f.Key);
        }
        catch (FilterException)
        {
            // The canonical text leaves quotes out, so not every transformer can be read back.
            return [key];
        }
    }
}
