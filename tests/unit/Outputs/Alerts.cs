using System.Text;
using Peregrine.Outputs;

namespace Peregrine.UnitTests.Outputs;

/// <summary>Alerts for tests.</summary>
internal static class Alerts
{
    public static Alert Text(string text, AlertPriority priority = AlertPriority.Warning) => new()
    {
        Time = 1,
        Priority = priority,
        Rule = "a rule",
        Source = "syscall",
        Line = Encoding.UTF8.GetBytes(text + "\n"),
    };

    public static string TextOf(Alert alert) => Encoding.UTF8.GetString(alert.Body.Span);
}
