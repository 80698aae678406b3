using Peregrine.Rules.Yaml;

namespace Peregrine.Rules;

/// <summary>Whether documents say the same, wherever their parts stand.</summary>
internal static class YamlEquality
{
    public static bool Same(IReadOnlyList<YamlNode> a, IReadOnlyList<YamlNode> b)
    {
        if (a.Count != b.Count) return false;
        for (var i = 0; i < a.Count; i++)
            if (!Same(a[i], b[i])) return false;
        return true;
    }

    private static bool Same(YamlNode a, YamlNode b)
    {
        if (a.Kind != b.Kind || a.Text != b.Text || a.Entries.Count != b.Entries.Count || !Same(a.Items, b.Items)) return false;
        for (var i = 0; i < a.Entries.Count; i++)
            if (!Same(a.Entries[i].Key, b.Entries[i].Key) || !Same(a.Entries[i].Value, b.Entries[i].Value)) return false;
        return true;
    }
}
