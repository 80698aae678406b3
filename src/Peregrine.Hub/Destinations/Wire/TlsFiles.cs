using System.Net.Security;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Wire;

/// <summary>TLS of destinations that can have files of their own in place of the hub's.</summary>
internal static class TlsFiles
{
    public const string Certificate = "certfile";
    private const string Key = "keyfile";
    private const string Authorities = "cacertfile";

    public static IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Text(Certificate, "Client certificate (PEM) in place of the hub's"),
        Setting.Text(Key, "Its key (PEM)"),
        Setting.Text(Authorities, "Authorities (PEM) that the server's certificate may come from, beside the system's"),
    ];

    /// <summary>Options for a connection to a host, from <c>checkcert</c>, <c>mutualtls</c> and the files.</summary>
    /// <exception cref="ConfigurationException">A file cannot be used.</exception>
    public static SslClientAuthenticationOptions Options(DestinationContext context, string host)
    {
        var settings = context.Settings;
        var mutual = settings.Flag(HttpSettings.MutualTls);
        var authorities = settings.IsSet(Authorities) ? ClientTlsReader.Authorities(settings.Text(Authorities)) : context.Tls.ExtraAuthorities;
        var tls = new ClientTls
        {
            Certificate = mutual && settings.IsSet(Certificate) ? ClientTlsReader.Certificate(settings.Text(Certificate), settings.Text(Key)) : context.Tls.Certificate,
            MutualAuthorities = settings.IsSet(Authorities) ? [] : context.Tls.MutualAuthorities,
            ExtraAuthorities = authorities,
        };
        return tls.Options(host, settings.Flag(HttpSettings.CheckCertificate), mutual);
    }
}
