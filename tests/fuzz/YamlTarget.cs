using System.Buffers;
using System.Text;
using System.Text.Json;
using Peregrine.Filters;
using Peregrine.Filters.Fields;
using Peregrine.Rules;
using Peregrine.Rules.Yaml;

namespace Peregrine.Fuzz;

/// <summary>The YAML reader, the loader of rules on top of it, the reports about it and the formatter.</summary>
internal sealed class YamlTarget : FuzzTarget
{
    private static readonly RuleLoaderOptions Options = new() { Sources = [new(RuleSource.Syscall, new FieldCatalog([.. SyscallFields.All, .. ContainerFields.All]))] };

    private static readonly string[] Files =
    [
        "- required_engine_version: 0.31.0\n- required_plugin_versions:\n  - name: a\n    version: 1.0.0\n    alternatives: [{name: b, version: 2.0.0}]\n",
        "- list: l\n  items: [a, \"b c\", 'd']\n- macro: m\n  condition: proc.name in (l)\n- rule: r\n  desc: d\n  condition: >\n    m and\n    evt.type = open\n  output: |\n    x %proc.name\n  priority: INFO\n  tags: [t]\n",
        "- rule: r\n  desc: d\n  condition: evt.type=open\n  output: o\n  priority: debug\n  exceptions:\n  - name: e\n    fields: [proc.name, fd.name]\n    comps: [in, startswith]\n    values:\n    - [[a, b], /etc]\n- rule: r\n  exceptions:\n  - name: e\n    values: [[c, /tmp]]\n  override: {exceptions: append}\n",
        "&a a: &b [x, *b]\n", "--- !t\n? {k: v}\n: [1, 2\n  3]\n...\n%YAML 1.2\n---\n'it''s': \"\\u00e9\\x41\\\n  z\"\n", "- <<: &d {rule: r, desc: d}\n  condition: a\n- *d\n", "a: |2+\n   x\n\n# c\nb: >-\n  y\n  z\n\n\n", "\ufeff- list: l\r\n  items:\r\n  - a\r\n  append: true\r\n",
    ];

    public override string Name => "yaml";

    public override IReadOnlyList<string> Words { get; } =
    [
        "- ", ": ", ":", "? ", "&a ", "*a", "!t ", "!!str ", "[", "]", "{", "}", ", ", "|", ">", "|2-", ">+", "\"", "'", "#", " #", "---\n", "...\n", "%YAML 1.2\n", "<<: ", "\n", "\n  ", "\n\n", "\t", "~", "null", "\\",
        "- rule: ", "- macro: ", "- list: ", "  condition: ", "  output: ", "  desc: ", "  priority: INFO\n", "  items: ", "  exceptions:\n", "  override:\n", "  append: true\n", "    condition: append\n", "  enabled: false\n",
        "  tags: ", "  source: syscall\n", "  - name: e\n", "    fields: ", "    comps: ", "    values: ", "proc.name", "evt.type=open", "and ", "required_engine_version: ", "%container.info", "  warn_evttypes: no\n", "skip-if-unknown-filter: true\n",
    ];

    public override IReadOnlyList<(string Open, string Close)> Nests { get; } = [("[", "]"), ("{a: ", "}"), ("- ", ""), ("? ", ""), ("[a, ", "]"), ("{? ", "}"), ("\n - ", ""), ("a:\n ", "")];

    public override IEnumerable<byte[]> Seeds(FuzzCorpus corpus) => Files.Select(Encoding.UTF8.GetBytes).Concat(corpus.Items()).Concat(corpus.RuleFiles);

    /// <summary>Each input is read seven times and more: alone, by the loader, and before and after each of the formatter's passes.</summary>
    public override TimeSpan Deadline => TimeSpan.FromSeconds(10);

    public override string Run(byte[] input)
    {
        string answer;
        try
        {
            answer = YamlDocuments.Read(input).Count.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (YamlException e)
        {
            answer = Kind(e.Problem);
        }
        return answer + Loaded(input) + Formatted(input);
    }

    private static string Loaded(byte[] input)
    {
        var loader = new RuleLoader(Options);
        var result = loader.Load("fuzz.yaml", input);
        Must(result.ToText().Length > 0 && result.ToSummary().Length > 0, "a result has a text");
        using (var json = new Utf8JsonWriter(new ArrayBufferWriter<byte>())) LoadJson.Write(json, result);
        Must(new ValidationReport(loader, [result]).WriteText(new Palette(HasColours: true)).Length > 0, "a result has a report");
        return $"{string.Join(',', result.Errors.Select(static e => Kind(e.Message)))} {string.Join(',', result.Warnings.Select(static w => w.Code).Distinct())} {result.SchemaValid}";
    }

    private static string Formatted(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        var formatted = RuleFormatter.Format(text);
        if (formatted.Problem is not null) return " ";
        var again = RuleFormatter.Format(formatted.Text);
        Must(again.Problem is null && again.Text == formatted.Text, "formatted text must stay as it is when it is formatted again");
        return formatted.Changed ? "f" : "F";
    }
}
