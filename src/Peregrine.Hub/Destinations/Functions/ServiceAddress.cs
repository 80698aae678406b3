using System.Globalization;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Kubernetes;

namespace Peregrine.Hub.Destinations.Functions;

/// <summary>A service of a cluster.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Domain">What stands behind both in the names that the cluster's DNS knows; may be empty.</param>
/// <param name="PortKey">The setting of its port.</param>
internal readonly record struct ClusterService(string Name, string Namespace, string Domain, string PortKey);

/// <summary>Where a service of a cluster answers: at its DNS name inside, behind the cluster's API server where a kubeconfig says how to get there, or at an address of one's own (an ingress).</summary>
/// <param name="Address">What is called.</param>
/// <param name="Access">The API server on the way; null where there is none.</param>
internal sealed record ServiceAddress(Uri Address, KubernetesAccess? Access)
{
    private const string OwnAddress = "address";
    private const string KubeConfig = "kubeconfig";

    public static IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Text(KubeConfig, "File that says where the cluster is, for a hub outside: the service is called through its API server"),
        .. Setting.Ours(Setting.Text(OwnAddress, "Address that stands for the service's name and port, for a hub outside the cluster")),
    ];

    /// <param name="context">The instance's settings.</param>
    /// <param name="service">The service.</param>
    /// <param name="path">The function's path, escaped.</param>
    /// <exception cref="ConfigurationException">The kubeconfig cannot be used, or the settings make no address.</exception>
    public static ServiceAddress Of(DestinationContext context, ClusterService service, string path)
    {
        var settings = context.Settings;
        if (settings.IsSet(OwnAddress)) return new ServiceAddress(context.Address(OwnAddress, path), null);
        var port = settings.Integer(service.PortKey).ToString(CultureInfo.InvariantCulture);
        if (settings.IsSet(KubeConfig))
        {
            var access = KubernetesAccess.Find(settings.Text(KubeConfig), context.Kind.Section);
            return new ServiceAddress(new Uri(access.Server, $"api/v1/namespaces/{Uri.EscapeDataString(service.Namespace)}/services/{Uri.EscapeDataString(service.Name)}:{port}/proxy{path}"), access);
        }
        var text = $"http://{service.Name}.{service.Namespace}{service.Domain}:{port}{path}";
        return Uri.TryCreate(text, UriKind.Absolute, out var address) ? new ServiceAddress(address, null) : throw new ConfigurationException($"{context.Kind.Section}: '{text}' is no address");
    }
}
