using Peregrine.Filters;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;

namespace Peregrine.Hub.Routing;

/// <summary>
/// A condition of the rule language over an alert: its output fields under their names (<c>k8s.ns.name = payments</c>, <c>proc.aname[2] exists</c>), and <c>alert.rule</c>, <c>alert.priority</c>, <c>alert.level</c>
/// (0 emergency … 7 debug, to compare), <c>alert.source</c>, <c>alert.hostname</c>, <c>alert.output</c>, <c>alert.tags</c>. A field that the alert does not have makes a check false, as in rules.
/// </summary>
public sealed class AlertCondition
{
    private readonly Func<Alert, bool> _holds;

    private AlertCondition(string text, Func<Alert, bool> holds) => (Text, _holds) = (text, holds);

    public string Text { get; }

    /// <summary>Holds for every alert.</summary>
    public static AlertCondition Always { get; } = new("", static _ => true);

    /// <exception cref="ConfigurationException">It is no condition; the message has the place in it and says what is wrong.</exception>
    public static AlertCondition Parse(string text)
    {
        try
        {
            return new AlertCondition(text, AlertConditionCompiler.Compile(ConditionParser.Parse(text)));
        }
        catch (ConditionSyntaxException e)
        {
            throw new ConfigurationException($"the condition cannot be read, at line {e.Line}, column {e.Column}: {e.Message}", e);
        }
    }

    public bool Holds(Alert alert) => _holds(alert);
}
