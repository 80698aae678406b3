using Peregrine.Hub.Configuration;

namespace Peregrine.Hub.Destinations;

/// <summary>What every destination over HTTP can be told.</summary>
internal static class HttpSettings
{
    public const string CheckCertificate = "checkcert";
    public const string MutualTls = "mutualtls";
    public const string MaxConcurrentRequests = "maxconcurrentrequests";
    public const string Headers = "customheaders";

    public static IReadOnlyList<Setting> All { get; } =
    [
        Setting.Flag(CheckCertificate, "Check the server's certificate", true),
        Setting.Flag(MutualTls, "Show the hub's client certificate (mutualtlsclient)"),
        Setting.Integer(MaxConcurrentRequests, "Requests under way at once; 0 for as many as the hub allows", 1, most: 65_535),
    ];

    public static IReadOnlyList<Setting> CustomHeaders { get; } = [Setting.SecretMap(Headers, "Headers that are added to each request")];
}
