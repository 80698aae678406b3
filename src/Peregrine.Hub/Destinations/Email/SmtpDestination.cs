using System.Net.Mail;
using Microsoft.Extensions.Logging;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Wire;

namespace Peregrine.Hub.Destinations.Email;

/// <summary>Mail through a server, on a kept connection. Port 465 has TLS from the start; on others it is begun with STARTTLS unless <c>tls</c> is off.</summary>
internal sealed partial class SmtpDestination : WireDestination
{
    private const int TlsFromTheStart = 465;

    private readonly DestinationContext _context;
    private readonly ServerAddress _server;
    private readonly MailAddress _from;
    private readonly IReadOnlyList<MailAddress> _to;
    private SmtpSession? _session;

    private SmtpDestination(DestinationContext context, ServerAddress server)
        : base(new StreamConnection(server.Host, server.Port, server.Port == TlsFromTheStart ? context.TlsOptions(server.Host) : null))
    {
        (_context, _server) = (context, server);
        _from = Address("from", context.Text("from"));
        _to = [.. context.Text("to").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(t => Address("to", t))];
        if (_to.Count == 0) throw new ConfigurationException("smtp.to: an address is expected");
    }

    public static DestinationKind Kind { get; } = new()
    {
        Name = "smtp",
        Section = "smtp",
        Title = "SMTP",
        Family = DestinationFamily.Email,
        EnabledBy = ["hostport", "from", "to"],
        OwnSettings =
        [
            Setting.Text("hostport", "The server (host:port); port 465 has TLS from the start"),
            Setting.Flag("tls", "Begin TLS with STARTTLS", true),
            Setting.Choice("authmechanism", "How to authenticate", "plain", "plain", "login", "oauthbearer", "xoauth2", "external", "anonymous", "none"),
            Setting.Text("user", "User; without one, nothing is said for plain and login"),
            Setting.Secret("password", "Password"),
            Setting.Secret("token", "Token for oauthbearer and xoauth2"),
            Setting.Text("identity", "Identity to act for, for plain and external"),
            Setting.Text("trace", "What to say for anonymous"),
            Setting.Text("from", "Sender"),
            Setting.Text("to", "Receivers, separated by commas"),
            Setting.Choice("outputformat", "A page with a plain text beside it, or the text alone", "html", "html", "text"),
            .. Setting.Ours(
                Setting.Flag("checkcert", "Check the server's certificate", true),
                Setting.Flag("mutualtls", "Show the hub's client certificate")),
        ],
        Create = context => new SmtpDestination(context, ServerAddress.Read(context, "hostport", _ => 25, "smtp")),
    };

    protected override async ValueTask<PeerStream> GreetAsync(PeerStream peer, CancellationToken cancellation)
    {
        peer = await GreetAsync(peer, isEncrypted: _server.Port == TlsFromTheStart, cancellation);
        var settings = _context.Settings;
        var mechanism = settings.Text("authmechanism");
        var (user, token) = (settings.Text("user"), settings.Text("token"));
        if (mechanism == "none" || (mechanism is "plain" or "login" && user.Length == 0)) return peer;
        await _session!.AuthenticateAsync(mechanism, mechanism switch
        {
            "plain" => [$"{settings.Text("identity")}\0{user}\0{settings.Text("password")}"],
            "login" => [user, settings.Text("password")],
            "oauthbearer" => [$"n,a={user},\u0001host={_server.Host}\u0001port={_server.Port}\u0001auth=Bearer {token}\u0001\u0001"],
            "xoauth2" => [$"user={user}\u0001auth=Bearer {token}\u0001\u0001"],
            "external" => [settings.Text("identity")],
            _ => [settings.Text("trace")],
        }, cancellation);
        return peer;
    }

    protected override async ValueTask<DeliveryResult> ExchangeAsync(PeerStream peer, IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        if (await _session!.SayAsync($"MAIL FROM:<{_from.Address}>", cancellation) is { IsConsent: false } sender) return await RefusedAsync(sender, cancellation);
        var refused = new List<SmtpAnswer>();
        foreach (var receiver in _to)
        {
            if (await _session.SayAsync($"RCPT TO:<{receiver.Address}>", cancellation) is not { IsConsent: false } answer) continue;
            // All or nobody while it may work later: the next try would send to the others again.
            if (answer.MayWorkLater) return await RefusedAsync(answer, cancellation);
            refused.Add(answer);
            LogReceiver(_context.Log, receiver.Address, answer.ToString());
        }
        if (refused.Count == _to.Count) return await RefusedAsync(refused[0], cancellation);
        if (await _session.SayAsync("DATA", cancellation) is { IsConsent: false } start) return await RefusedAsync(start, cancellation);
        var isPage = _context.Text("outputformat") == "html";
        await peer.SendAsync(AlertMail.Of(batch[0], _from, _to, isPage, _context.Clock.GetUtcNow()), cancellation);
        var taken = await _session.SayAsync(".", cancellation);
        return taken.IsConsent ? DeliveryResult.Delivered : Verdict(taken);
    }

    private async ValueTask<PeerStream> GreetAsync(PeerStream peer, bool isEncrypted, CancellationToken cancellation)
    {
        _session = new SmtpSession(peer);
        if (await _session.ReadAsync(cancellation) is { IsConsent: false } greeting) throw new IOException(greeting.ToString());
        await _session.DemandAsync("EHLO " + OwnName(), cancellation);
        if (isEncrypted || !_context.Settings.Flag("tls")) return peer;
        if (!_session.Offers("STARTTLS")) throw new IOException("the server does not offer STARTTLS; smtp.tls: false would send without TLS");
        await _session.DemandAsync("STARTTLS", cancellation);
        if (peer.HasUnread) throw new IOException("the server went on before TLS began");
        var secure = new PeerStream(await Connection.SecureAsync(_context.TlsOptions(_server.Host), cancellation));
        _session = new SmtpSession(secure);
        await _session.DemandAsync("EHLO " + OwnName(), cancellation);
        return secure;
    }

    // The transaction is given up so that the next one begins anew.
    private async ValueTask<DeliveryResult> RefusedAsync(SmtpAnswer answer, CancellationToken cancellation)
    {
        await _session!.SayAsync("RSET", cancellation);
        return Verdict(answer);
    }

    private static DeliveryResult Verdict(SmtpAnswer answer) => answer.MayWorkLater ? DeliveryResult.Retry(answer.ToString()) : DeliveryResult.Rejected(answer.ToString());

    private static string OwnName() => string.Concat(Environment.MachineName.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.')) is { Length: > 0 } name ? name : "localhost";

    // Anything but plain characters in an address would need an extension of the server's, and line breaks would be commands.
    private static MailAddress Address(string key, string text) => MailAddress.TryCreate(text, out var address) && address.Address.All(c => c is > ' ' and < (char)127)
        ? address
        : throw new ConfigurationException($"smtp.{key}: '{text}' is no mail address");

    [LoggerMessage(Level = LogLevel.Warning, Message = "the mail server refuses the receiver {Receiver}: {Answer}")]
    private static partial void LogReceiver(ILogger log, string receiver, string answer);
}
