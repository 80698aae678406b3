using System.Text;
using System.Text.RegularExpressions;

namespace Peregrine.Sensor.Configuration;

/// <summary>
/// Keeps credentials out of what is printed: those in URLs (user and password, secret parameters, the path of a webhook), behind names that say so (<c>token: x</c>, <c>api_key=x</c>),
/// and in authorization headers. Everything that the sensor logs, and everything that it shows of its configuration, goes through here.
/// </summary>
internal static partial class Secrets
{
    private const string Mask = "***";

    /// <summary>How names of secrets end, but for what may follow: an expression.</summary>
    private const string Names = "token|password|passwd|secret|api[_-]?key|access[_-]?key|credentials?";

    /// <summary>One line, or several, without its credentials.</summary>
    public static string Hide(string text)
    {
        if (!text.AsSpan().ContainsAny(":=")) return text;
        text = UserInfo().Replace(text, "$1" + Mask + "@");
        text = Webhook().Replace(text, "$1" + Mask);
        text = Header().Replace(text, "$1" + Mask);
        return Named().Replace(text, "$1" + Mask);
    }

    /// <summary>An option <c>key=value</c>; the value is shown only where it cannot be a secret.</summary>
    public static string HideOption(string option)
    {
        var equals = option.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0) return Hide(option);
        var key = option[..equals];
        return MayHold(key.Trim()) ? $"{key}={Mask}" : $"{key}={Hide(option[(equals + 1)..])}";
    }

    /// <summary>The arguments of a command line, those of <c>-o</c> by their keys.</summary>
    public static IEnumerable<string> HideArguments(IEnumerable<string> arguments)
    {
        var isOption = false;
        foreach (var argument in arguments)
        {
            var head = argument.StartsWith("--option=", StringComparison.Ordinal) ? "--option=" : argument.StartsWith("-o", StringComparison.Ordinal) ? "-o" : "";
            yield return isOption || head.Length > 0 ? head + HideOption(argument[head.Length..]) : Hide(argument);
            isOption = argument is "-o" or "--option";
        }
    }

    /// <summary>Whether the value of this key may be a secret, or hold one.</summary>
    public static bool MayHold(string path) => SecretName().IsMatch(path) || ConfigKeys.All.Any(k => k.IsSecret && (k.Path == path || k.Path.StartsWith(path + ".", StringComparison.Ordinal)));

    /// <summary>A file of configuration without its credentials; a text over several lines below a secret's name goes as a whole.</summary>
    public static string HideFile(string text)
    {
        var shown = new StringBuilder(text.Length);
        var hiddenBelow = -1;
        foreach (var line in text.Split('\n'))
        {
            var indent = line.Length - line.TrimStart().Length;
            if (hiddenBelow >= 0 && (line.Trim().Length == 0 || indent > hiddenBelow)) continue;
            hiddenBelow = BlockOfSecret().IsMatch(line) ? indent : -1;
            if (shown.Length > 0) shown.Append('\n');
            shown.Append(hiddenBelow >= 0 ? line[..(line.IndexOf(':', StringComparison.Ordinal) + 1)] + " " + Mask : Hide(line));
        }
        return shown.ToString();
    }

    [GeneratedRegex(@"(://)[^/\s]*@", RegexOptions.CultureInvariant)]
    private static partial Regex UserInfo();

    /// <summary>The paths of chat webhooks are their passwords.</summary>
    [GeneratedRegex(@"(https?://[\w.-]*(?:hooks\.slack\.com|webhook\.office\.com|discord(?:app)?\.com/api/webhooks|chat\.googleapis\.com)/)[^\s'""]+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Webhook();

    [GeneratedRegex(@"(\b(?:authorization|proxy-authorization)\s*[:=]\s*[""']?(?:(?:basic|bearer|token)\s+)?)[^\s'"",}]+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Header();

    [GeneratedRegex(@"((?:" + Names + @")[\w-]*[""']?\s*[:=]\s*)(?:""[^""]*""|'[^']*'|[^\s,}&""']+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Named();

    [GeneratedRegex(@"(?:" + Names + @")[\w-]*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretName();

    [GeneratedRegex(@"^\s*(?:- )?[""']?[\w.-]*(?:" + Names + @")[\w-]*[""']?\s*:\s*(?:[|>][+-]?\d*\s*(?:#.*)?)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex BlockOfSecret();
}
