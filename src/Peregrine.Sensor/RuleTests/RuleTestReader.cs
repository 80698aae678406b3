using System.Globalization;
using System.Text;
using Peregrine.Rules;
using Peregrine.Rules.Yaml;

namespace Peregrine.Sensor.RuleTests;

/// <summary>Reads files with tests of rules; whatever is wrong is an error with its place.</summary>
internal sealed class RuleTestReader
{
    private readonly string _path;
    private readonly string _folder;
    private readonly string[] _lines;

    private RuleTestReader(string path, byte[] text) => (_path, _folder, _lines) = (path, Path.GetDirectoryName(path) ?? "", Encoding.UTF8.GetString(text).Split('\n'));

    /// <exception cref="SensorException">The file cannot be read, or is no file with tests.</exception>
    public static RuleTestFile Read(string path)
    {
        byte[] text;
        try
        {
            text = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SensorException($"cannot read the tests {path}: {e.Message}", e);
        }
        var reader = new RuleTestReader(path, text);
        try
        {
            return YamlDocuments.Read(text) is [{ IsMap: true } document] ? reader.Tests(document) : throw new SensorException($"{path}: tests are a mapping with the keys 'rules' and 'tests'; docs/rules-testing.md has an example");
        }
        catch (YamlException e)
        {
            throw reader.Error(e.Mark, e.Problem);
        }
    }

    private RuleTestFile Tests(YamlNode document)
    {
        CheckKeys(document, "rules", "options", "tests");
        var tests = Needed(document, "tests", "a file with tests");
        if (!tests.IsSequence || tests.Items.Count == 0) throw Error(tests.Mark, "'tests' is a list of tests");
        var all = tests.Items.Select(Test).ToList();
        foreach (var again in all.GroupBy(static t => t.Name).Where(static g => g.Count() > 1))
            throw new SensorException($"{_path}:{again.Last().Line}: there are two tests with the name '{again.Key}'");
        return new(_path, [.. Texts(Needed(document, "rules", "a file with tests")).Select(At)], document.Find("options") is { } options ? [.. Texts(options)] : [], all);
    }

    private RuleTest Test(YamlNode test)
    {
        if (!test.IsMap) throw Error(test.Mark, "a test is a mapping with the keys 'name', 'capture' and 'expect'");
        CheckKeys(test, "name", "capture", "expect", "others");
        var expect = Needed(test, "expect", "a test");
        if (!expect.IsSequence && !(expect.IsMap && expect.Entries.Count == 0)) throw Error(expect.Mark, "'expect' is a list of alerts; [] for none");
        return new(Text(Needed(test, "name", "a test")), test.Mark.Line + 1, At(Text(Needed(test, "capture", "a test"))), [.. expect.Items.Select(Expected)], AllowsOthers(test.Find("others")));
    }

    private bool AllowsOthers(YamlNode? others) => others is null ? false : Text(others) switch
    {
        "allowed" => true,
        "forbidden" => false,
        _ => throw Error(others.Mark, "'others' is allowed or forbidden"),
    };

    private ExpectedAlert Expected(YamlNode alert)
    {
        if (!alert.IsMap) throw Error(alert.Mark, "an expected alert is a mapping with the key 'rule'");
        CheckKeys(alert, "rule", "count", "event", "output", "fields", "where");
        var (least, most) = alert.Find("count") is { } count ? Count(count) : (1, long.MaxValue);
        return new(Text(Needed(alert, "rule", "an expected alert")), alert.Mark)
        {
            Least = least,
            Most = most,
            Event = alert.Find("event") is { } number ? Number(number) : null,
            Output = alert.Find("output") is { } output ? Text(output) : null,
            Fields = alert.Find("fields") is { } fields ? [.. Fields(fields)] : [],
            Where = alert.Find("where") is { } where ? Text(where) : null,
        };
    }

    private (long Least, long Most) Count(YamlNode count)
    {
        var text = Text(count);
        var open = text.EndsWith('+');
        if (!long.TryParse(open ? text[..^1] : text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) throw Error(count.Mark, "'count' is a number, or one with a plus behind it for at least so many");
        return (number, open ? long.MaxValue : number);
    }

    private ulong Number(YamlNode number) =>
        ulong.TryParse(Text(number), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : throw Error(number.Mark, "'event' is the number of an event, as peregrine events prints it");

    private IEnumerable<(string Field, IReadOnlyList<string?> Values)> Fields(YamlNode fields)
    {
        if (!fields.IsMap) throw Error(fields.Mark, "'fields' is a mapping from fields to their values");
        foreach (var (field, value) in fields.Entries)
            yield return (Text(field), value.IsSequence && value.Items.Count > 0 ? [.. value.Items.Select(Value)] : [Value(value)]);
    }

    private string? Value(YamlNode value) => value switch
    {
        { IsNull: true } or { IsScalar: true, IsQuoted: false, Text: "null" or "~" } => null,
        { IsScalar: true } => value.Text,
        _ => throw Error(value.Mark, "a field's value is a text, or a list of them"),
    };

    private IEnumerable<string> Texts(YamlNode node) => node.IsSequence ? node.Items.Select(Text) : [Text(node)];

    private string Text(YamlNode node) => node is { IsScalar: true, Text.Length: > 0 } ? node.Text : throw Error(node.Mark, "here must be a text");

    private string At(string path) => Path.Combine(_folder, path);

    private YamlNode Needed(YamlNode map, string key, string what) => map.Find(key) ?? throw Error(map.Mark, $"{what} needs the key '{key}'");

    private void CheckKeys(YamlNode map, params ReadOnlySpan<string> known)
    {
        foreach (var (key, _) in map.Entries)
        {
            var name = key.IsScalar ? key.Text : "";
            if (known.Contains(name)) continue;
            var near = NearestName.Of(name, [.. known]);
            throw Error(key.Mark, $"there is no key '{name}' here; " + (near.Count > 0 ? $"did you mean '{near[0]}'?" : $"there are {string.Join(", ", known.ToArray())}"));
        }
    }

    private SensorException Error(YamlMark mark, string problem)
    {
        var line = mark.Line < _lines.Length ? _lines[mark.Line].TrimEnd('\r') : "";
        return new SensorException(string.Create(CultureInfo.InvariantCulture, $"{_path}:{mark.Line + 1}:{mark.Column + 1}: {problem}\n  {line}\n  {new string(' ', Math.Min(mark.Column, line.Length))}^"));
    }
}
