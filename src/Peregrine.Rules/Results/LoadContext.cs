using System.Text;
using Peregrine.Filters;
using Peregrine.Rules.Yaml;

namespace Peregrine.Rules;

/// <summary>One step of the way to a finding: a part of the file, or of a condition; its name is the file's, or the beginning of the condition in quotes.</summary>
public readonly record struct LoadLocation(string Name, YamlMark Position, LoadItemType Type, string ItemName);

/// <summary>Where a finding is: from the whole file down to the place. Immutable; each step adds one location.</summary>
public sealed class LoadContext
{
    private const int ShownCondition = 20;
    private readonly LoadLocation[] _locations;

    /// <summary>The whole file.</summary>
    public LoadContext(string file) => _locations = [new(file, default, LoadItemType.RulesContent, "")];

    private LoadContext(LoadContext parent, LoadLocation last, string? condition)
    {
        _locations = [.. parent._locations, last];
        Condition = condition;
    }

    public IReadOnlyList<LoadLocation> Locations => _locations;

    /// <summary>The text that the last place lies in, where that is a condition and not the file.</summary>
    public string? Condition { get; }

    public string File => _locations[0].Name;

    public LoadLocation Last => _locations[^1];

    public LoadContext Item(YamlNode node, LoadItemType type, string name = "") => At(node.Mark, type, name);

    public LoadContext At(YamlMark mark, LoadItemType type, string name = "") => new(this, new(File, mark, type, name), null);

    /// <summary>A place in a condition's text. The parser's position, whose line and column count from 1, is added to the place of the item, as people's tools expect.</summary>
    public LoadContext InCondition(string condition, SourcePosition position)
    {
        var item = Last.Position;
        var mark = new YamlMark(item.Offset + position.Offset, item.Line + position.Line, item.Column + position.Column);
        return new(this, new(Beginning(condition), mark, LoadItemType.ConditionExpression, ""), condition);
    }

    /// <summary>A condition as a whole.</summary>
    public LoadContext InCondition(string condition) => InCondition(condition, new SourcePosition(0, 0, 0));

    private static string Beginning(string condition)
    {
        var utf8 = Encoding.UTF8.GetBytes(condition);
        var shown = utf8.Length > ShownCondition ? Encoding.UTF8.GetString(utf8.AsSpan(0, ShownCondition - 3)) + "..." : condition;
        return "\"" + shown.Replace('\n', ' ').Replace('\r', ' ') + "\"";
    }
}
