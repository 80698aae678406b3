using Peregrine.Hub.Configuration;

namespace Peregrine.Hub.Destinations.Aws;

/// <summary>Yandex Cloud's keys: its storage and streams speak the protocols of AWS.</summary>
internal static class YandexAccount
{
    public static SharedSection Section { get; } = new("yandex",
    [
        Setting.Secret("accesskeyid", "Id of the static key"),
        Setting.Secret("secretaccesskey", "Its secret"),
        Setting.Text("region", "Region", "ru-central1"),
    ]);

    /// <exception cref="ConfigurationException">Keys are missing.</exception>
    public static AwsAccount Of(DestinationContext context)
    {
        var account = new AwsAccount(context.Shared.Text("accesskeyid"), context.Shared.Text("secretaccesskey"), "", context.Shared.Text("region"));
        return account.KeyId.Length > 0 && account.Secret.Length > 0 ? account : throw new ConfigurationException("yandex.accesskeyid and yandex.secretaccesskey are needed");
    }
}
