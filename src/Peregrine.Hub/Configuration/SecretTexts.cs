using System.Collections.Immutable;

namespace Peregrine.Hub.Configuration;

/// <summary>
/// The secrets of the configuration, and the one place that takes them out of what is shown. Every text that came from outside (errors of libraries, answers of services) passes through <see cref="Hide"/>
/// before it reaches a log, a metric, an answer or a dead letter. Threads may share it.
/// </summary>
public sealed class SecretTexts
{
    public const string Cover = "***";

    // Hiding "ab" wherever it stands would make texts unreadable and protect nothing.
    private const int ShortestSecret = 4;

    private ImmutableHashSet<string> _secrets = [];

    /// <summary>Remembers the value of a secret setting: a text, or a map whose values are secret.</summary>
    internal void Add(object value)
    {
        if (value is string text) Add(text);
        else if (value is IReadOnlyDictionary<string, string> map)
            foreach (var entry in map.Values) Add(entry);
    }

    public void Add(string secret)
    {
        if (secret.Length < ShortestSecret) return;
        ImmutableInterlocked.Update(ref _secrets, (all, one) => all.Add(one), secret);
        foreach (var inner in Inner(secret)) Add(inner);
        // What an address holds behind its host is the secret of webhooks; libraries print it without the host.
        if (Uri.TryCreate(secret, UriKind.Absolute, out var address) && address.Scheme is not "file")
        {
            foreach (var part in new[] { address.PathAndQuery.Length > 1 ? address.PathAndQuery : "", Uri.UnescapeDataString(address.UserInfo), address.UserInfo })
                if (part.Length > ShortestSecret) ImmutableInterlocked.Update(ref _secrets, (all, one) => all.Add(one), part);
        }
        else
        {
            ImmutableInterlocked.Update(ref _secrets, (all, one) => all.Add(one), Uri.EscapeDataString(secret));
        }
    }

    // Headers in one text (name=value,name=value), and the token behind its scheme (Bearer …): services repeat them alone.
    private static IEnumerable<string> Inner(string secret)
    {
        if (secret.Contains("://", StringComparison.Ordinal)) return [];
        var pairs = secret.Split(',').Where(p => p.Contains('=', StringComparison.Ordinal)).Select(p => p[(p.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim());
        return [.. pairs.SelectMany(p => new[] { p, Uri.UnescapeDataString(p) }).Append(secret[(secret.LastIndexOf(' ') + 1)..]).Where(i => i.Length < secret.Length)];
    }

    /// <summary>The text with all secrets covered.</summary>
    public string Hide(string text)
    {
        // Longer ones first: one may hold another.
        foreach (var secret in _secrets.OrderByDescending(s => s.Length))
            if (text.Contains(secret, StringComparison.Ordinal)) text = text.Replace(secret, Cover, StringComparison.Ordinal);
        return text;
    }
}
