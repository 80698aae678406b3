using System.Globalization;
using Peregrine.Hub.Configuration;

namespace Peregrine.Hub.Destinations.Functions;

/// <summary>Where a service inside a cluster answers: its DNS name, or an address of one's own (a hub outside the cluster, an ingress).</summary>
internal static class ServiceAddress
{
    public const string OwnAddress = "address";
    public const string KubeConfig = "kubeconfig";

    public static IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Text(KubeConfig, "Refused when set: functions are reached by their service's name or by 'address', not through the API server"),
        .. Setting.Ours(Setting.Text(OwnAddress, "Address that stands for the service's name and port, for a hub outside the cluster")),
    ];

    /// <param name="context">The instance's settings.</param>
    /// <param name="host">The service's DNS name.</param>
    /// <param name="portKey">The setting of its port.</param>
    /// <param name="path">The function's path, escaped.</param>
    /// <exception cref="ConfigurationException">The settings ask for the API server, or make no address.</exception>
    public static Uri Of(DestinationContext context, string host, string portKey, string path)
    {
        if (context.Settings.IsSet(KubeConfig))
            throw new ConfigurationException($"{context.Kind.Section}.{KubeConfig}: functions are not called through the API server; leave it out inside the cluster, or set {OwnAddress} to where the service answers");
        if (context.Settings.IsSet(OwnAddress)) return context.Address(OwnAddress, path);
        var text = string.Create(CultureInfo.InvariantCulture, $"http://{host}:{context.Settings.Integer(portKey)}{path}");
        return Uri.TryCreate(text, UriKind.Absolute, out var address) ? address : throw new ConfigurationException($"{context.Kind.Section}: '{text}' is no address");
    }
}
