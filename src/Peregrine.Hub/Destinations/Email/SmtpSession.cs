using System.Globalization;
using System.Text;
using Peregrine.Hub.Destinations.Wire;

namespace Peregrine.Hub.Destinations.Email;

/// <param name="Code">Three digits: 2xx and 3xx are consent, 4xx may work later, 5xx never.</param>
/// <param name="Text">What the server said, in one line.</param>
internal readonly record struct SmtpAnswer(int Code, string Text)
{
    public bool IsConsent => Code < 400;

    public bool MayWorkLater => Code is >= 400 and < 500;

    public override string ToString() => $"{Code} {Text}";
}

/// <summary>What is said on one connection to a mail server (RFC 5321, RFC 4954).</summary>
internal sealed class SmtpSession(PeerStream peer)
{
    private readonly HashSet<string> _offers = new(StringComparer.OrdinalIgnoreCase);
    private string _mechanisms = "";

    public bool Offers(string extension) => _offers.Contains(extension);

    /// <exception cref="IOException">The server does not greet, or says goodbye (421).</exception>
    public async ValueTask<SmtpAnswer> ReadAsync(CancellationToken cancellation)
    {
        var text = new List<string>();
        while (true)
        {
            var line = await peer.ReadLineAsync(cancellation);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code)) throw new IOException("what answers speaks no SMTP; is it a port with TLS from the start?");
            text.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length > 3 && line[3] == '-') continue;
            var answer = new SmtpAnswer(code, ShortText.Cut(string.Join(' ', text), 300));
            return code == 421 ? throw new IOException(answer.ToString()) : text.Count > 1 ? Remember(answer, text) : answer;
        }
    }

    public async ValueTask<SmtpAnswer> SayAsync(string line, CancellationToken cancellation)
    {
        await peer.SendAsync(line + "\r\n", cancellation);
        return await ReadAsync(cancellation);
    }

    /// <exception cref="IOException">The server refuses what nothing goes without.</exception>
    public async ValueTask DemandAsync(string line, CancellationToken cancellation)
    {
        if (await SayAsync(line, cancellation) is { IsConsent: false } answer) throw new IOException(answer.ToString());
    }

    /// <summary>Says who we are.</summary>
    /// <exception cref="IOException">The server does not take it.</exception>
    public async ValueTask AuthenticateAsync(string mechanism, IReadOnlyList<string> words, CancellationToken cancellation)
    {
        var name = mechanism.ToUpperInvariant();
        if (!_mechanisms.Split(' ').Contains(name, StringComparer.OrdinalIgnoreCase)) throw new IOException(_mechanisms.Length == 0 ? "the server takes no authentication; set smtp.authmechanism: none" : $"the server does not take the authentication '{mechanism}' but {_mechanisms}");
        // LOGIN is asked for its words; the others say theirs at once.
        var answer = await SayAsync(name == "LOGIN" ? "AUTH LOGIN" : $"AUTH {name} {Base64(words[0])}", cancellation);
        for (var i = 0; answer.Code == 334; i++) answer = await SayAsync(name == "LOGIN" && i < words.Count ? Base64(words[i]) : name == "OAUTHBEARER" ? "AQ==" : "", cancellation);
        if (!answer.IsConsent) throw new IOException($"authentication failed: {answer}");
    }

    private static string Base64(string text) => text.Length == 0 ? "=" : Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private SmtpAnswer Remember(SmtpAnswer answer, List<string> lines)
    {
        foreach (var words in lines.Skip(1).Select(l => l.Split(' ', 2)))
        {
            _offers.Add(words[0]);
            if (words[0].Equals("AUTH", StringComparison.OrdinalIgnoreCase) && words.Length > 1) _mechanisms = words[1];
        }
        return answer;
    }
}
