using System.Net.Security;
using Microsoft.Extensions.Logging;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;
using Peregrine.Hub.Metrics;

namespace Peregrine.Hub.Destinations;

/// <summary>What an instance is made from.</summary>
public sealed partial class DestinationContext
{
    public required DestinationKind Kind { get; init; }

    public required SettingValues Settings { get; init; }

    /// <summary>The values of the kind's shared section; empty where it has none.</summary>
    public SettingValues Shared { get; init; } = SettingValues.Empty;

    /// <summary>The hub's certificates for connections that it makes.</summary>
    public ClientTls Tls { get; init; } = ClientTls.None;

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public required ILogger Log { get; init; }

    /// <summary>The names of all destinations that are switched on.</summary>
    public IReadOnlyList<string> AllNames { get; init; } = [];

    /// <summary>The names of the fields that the configuration adds to each alert (<c>customfields</c>, <c>templatedfields</c>).</summary>
    public IReadOnlyList<string> AddedFields { get; init; } = [];

    /// <summary>What the hub counted of its own work.</summary>
    public HubTotals Totals { get; init; } = new();

    /// <summary>Says what is odd about a setting and no reason to stop: in the hub's log, and as a warning of <c>peregrine-hub check</c>.</summary>
    /// <param name="key">The setting; for an entry of a map with the entry's name behind a dot.</param>
    /// <param name="message">What is odd, behind the setting's name.</param>
    public void Warn(string key, string message) => LogOdd(Log, Settings.PlaceOf(key), Kind.Section, key, message);

    public string Text(string key) => Settings.Text(key);

    /// <summary>TLS for a connection to a host, as <c>checkcert</c> and <c>mutualtls</c> want it.</summary>
    public SslClientAuthenticationOptions TlsOptions(string host) => Tls.Options(host, Settings.Flag(HttpSettings.CheckCertificate), Settings.Flag(HttpSettings.MutualTls));

    /// <summary>An address from the settings with a path behind it.</summary>
    /// <exception cref="ConfigurationException">The value is no absolute http or https address.</exception>
    public Uri Address(string key, string path = "")
    {
        var text = path.Length == 0 ? Settings.Text(key) : Settings.Text(key).TrimEnd('/') + path;
        // People write "host:port" where the reference took it; that is no address, though it parses as one with the host for a scheme.
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new ConfigurationException($"{Kind.Section}.{key}: an address that begins with http:// or https:// is expected");
        return address;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Place}: {Section}.{Key} {Message}")]
    private static partial void LogOdd(ILogger log, string place, string section, string key, string message);
}
