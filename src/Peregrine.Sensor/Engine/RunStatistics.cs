using System.Globalization;
using System.Text;
using Peregrine.Outputs;

namespace Peregrine.Sensor.Engine;

/// <summary>Counts the alerts of a run by priority and by rule, and writes the summary at its end.</summary>
public sealed class RunStatistics
{
    private readonly ulong[] _byPriority = new ulong[8];
    private readonly Dictionary<string, ulong> _byRule = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];

    /// <summary>Alerts of rules; internal alerts are not counted.</summary>
    public ulong Alerts { get; private set; }

    public IReadOnlyDictionary<string, ulong> ByRule => _byRule;

    public void Count(string rule, AlertPriority priority)
    {
        Alerts++;
        _byPriority[(int)priority]++;
        if (!_byRule.TryGetValue(rule, out var count)) _order.Add(rule);
        _byRule[rule] = count + 1;
    }

    /// <summary>The counts by rule as they are now.</summary>
    public IReadOnlyDictionary<string, ulong> Copy() => new Dictionary<string, ulong>(_byRule, StringComparer.Ordinal);

    /// <summary>The summary in the form that people's scripts read.</summary>
    public string Summary()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Events detected: {Alerts}\nRule counts by severity:\n");
        for (var p = 0; p < _byPriority.Length; p++)
            if (_byPriority[p] > 0) text.Append(CultureInfo.InvariantCulture, $"   {ShortName((AlertPriority)p)}: {_byPriority[p]}\n");
        text.Append("Triggered rules by rule name:\n");
        foreach (var rule in _order.Order(StringComparer.Ordinal)) text.Append(CultureInfo.InvariantCulture, $"   {rule}: {_byRule[rule]}\n");
        return text.ToString();
    }

    private static string ShortName(AlertPriority priority) => priority switch
    {
        AlertPriority.Informational => "INFO",
        _ => Configuration.PriorityNames.Name(priority).ToUpperInvariant(),
    };
}
