using System.Buffers;
using System.Text;
using Peregrine.Filters;
using Peregrine.Rules;
using Peregrine.Sensor.Commands;
using Peregrine.State;

namespace Peregrine.Sensor.RuleTests;

/// <summary>Something of an alert that is not as expected.</summary>
/// <param name="What">The field, or what else it is.</param>
/// <param name="Expected">What should have been there.</param>
/// <param name="Actual">What was; null for no value.</param>
internal sealed record Mismatch(string What, string Expected, string? Actual);

/// <summary>Holds alerts against one expectation: counts those that fit, and keeps the one that came nearest.</summary>
internal sealed class AlertCheck
{
    private readonly ExpectedAlert _expected;
    private readonly OutputFormat[] _fields;
    private readonly CompiledFilter? _where;

    /// <exception cref="SensorException">It names a field that does not exist, or its condition is none.</exception>
    public AlertCheck(ExpectedAlert expected, FieldCatalog catalog)
    {
        _expected = expected;
        _fields = [.. expected.Fields.Select(f => Compile(f.Field, catalog))];
        if (expected.Where is { } where) _where = ConditionText.Compile(ConditionText.Parse(where), where, catalog);
    }

    public ExpectedAlert Expected => _expected;

    /// <summary>Alerts that fit.</summary>
    public long Count { get; private set; }

    /// <summary>All alerts of the rule.</summary>
    public long Seen { get; private set; }

    public bool IsMet => Count >= _expected.Least && Count <= _expected.Most;

    /// <summary>The last event that fitted, or the one that came nearest while none did.</summary>
    public ulong Event { get; private set; }

    /// <summary>Where the nearest alert differs; empty when one fitted.</summary>
    public IReadOnlyList<Mismatch> Nearest { get; private set; } = [];

    /// <summary>Looks at an alert of the rule. True when it fits.</summary>
    public bool Takes(ref EventContext context, EvaluationScratch scratch, string output)
    {
        Seen++;
        var mismatches = Mismatches(ref context, scratch, output);
        if (mismatches.Count == 0)
        {
            Count++;
            (Nearest, Event) = ([], context.Number);
            return true;
        }
        if (Count == 0 && (Seen == 1 || mismatches.Count < Nearest.Count)) (Nearest, Event) = (mismatches, context.Number);
        return false;
    }

    private List<Mismatch> Mismatches(ref EventContext context, EvaluationScratch scratch, string output)
    {
        var mismatches = new List<Mismatch>();
        if (_expected.Event is { } number && number != context.Number) mismatches.Add(new("event", $"{number}", $"{context.Number}"));
        if (_expected.Output is { } part && !output.Contains(part, StringComparison.Ordinal)) mismatches.Add(new("output", "… " + part + " …", output));
        for (var i = 0; i < _fields.Length; i++)
        {
            var (field, values) = _expected.Fields[i];
            var actual = Value(_fields[i], ref context, scratch);
            if (!values.Contains(actual)) mismatches.Add(new(field, string.Join(" or ", values.Select(static v => v ?? "no value")), actual));
        }
        if (_where is not null && !_where.Matches(ref context, scratch)) mismatches.Add(new("where", _expected.Where!, "not fulfilled"));
        return mismatches;
    }

    private static string? Value(OutputFormat field, ref EventContext context, EvaluationScratch scratch)
    {
        var text = new ArrayBufferWriter<byte>();
        return field.TryFormat(ref context, scratch, text) ? Encoding.UTF8.GetString(text.WrittenSpan) : null;
    }

    private static OutputFormat Compile(string field, FieldCatalog catalog)
    {
        try
        {
            return OutputFormat.Compile("%" + field, catalog) is { Tokens: [{ IsField: true }] } format ? format : throw new SensorException($"'{field}' is no field");
        }
        catch (FilterException)
        {
            var near = NearestName.Of(field.Split('[')[0], catalog.Fields.Select(static f => f.Name));
            throw new SensorException($"there is no field '{field}'" + (near.Count > 0 ? $"; did you mean '{near[0]}'?" : "; peregrine --list shows those that exist"));
        }
    }
}
