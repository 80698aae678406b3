namespace Peregrine.Rules.Yaml;

/// <summary>Checks a <c>%</c> line; what it says changes nothing here.</summary>
internal static class YamlDirective
{
    public static void Check(YamlToken token)
    {
        var words = token.Text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        var comment = Array.FindIndex(words, static w => w.StartsWith('#'));
        if (comment > 0) words = words[..comment];
        if (words[0] == "%TAG" && words.Length != 3) throw new YamlException(token.Mark, "TAG directives must have exactly two arguments");
        if (words[0] != "%YAML") return;
        if (words.Length != 2) throw new YamlException(token.Mark, "YAML directives must have exactly one argument");
        var parts = words[1].Split('.');
        if (parts.Length != 2 || !uint.TryParse(parts[0], out var major) || !uint.TryParse(parts[1], out _))
            throw new YamlException(token.Mark, "bad YAML version: " + words[1]);
        if (major > 1) throw new YamlException(token.Mark, "YAML major version too large");
    }
}
