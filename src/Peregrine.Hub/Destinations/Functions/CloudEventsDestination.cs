using System.Text;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Functions;

/// <summary>CloudEvents over HTTP in binary mode (Knative and others): the event is the body, what describes it are headers.</summary>
internal sealed class CloudEventsDestination : HttpDestination
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "cloudevents",
        Section = "cloudevents",
        Title = "CloudEvents",
        Family = DestinationFamily.Functions,
        EnabledBy = ["address"],
        IsHttp = true,
        OwnSettings = [Setting.Text("address", "Address that takes the events"), Setting.Map("extensions", "Attributes that are added to each event; names of lower-case letters and digits")],
        Create = context => new CloudEventsDestination(context),
    };

    // Servers take headers of 8 KiB and more together; escaping makes three characters of a byte.
    private const int LongestValue = 512;

    private readonly Uri _address;
    private readonly IReadOnlyDictionary<string, string> _extensions;

    public CloudEventsDestination(DestinationContext context)
        : base(context)
    {
        _address = context.Address("address");
        _extensions = context.Settings.Map("extensions").ToDictionary(e => e.Key.ToLowerInvariant(), e => e.Value, StringComparer.Ordinal);
        if (_extensions.Keys.FirstOrDefault(k => k.Length == 0 || !k.All(char.IsAsciiLetterOrDigit)) is { } wrong)
            throw new ConfigurationException($"cloudevents.extensions: '{wrong}' cannot be an attribute of a CloudEvent: only letters and digits are allowed");
    }

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch)
    {
        var alert = batch[0];
        var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = JsonBody.Of(alert) };
        Add("specversion", "1.0");
        Add("id", alert.Id.ToString());
        Add("source", "https://falco.org");
        Add("type", "falco.rule.output.v1");
        Add("time", alert.TimeText());
        Add("priority", alert.Priority.Name());
        Add("rule", alert.Rule);
        Add("eventsource", alert.Source);
        Add("hostname", alert.Hostname);
        foreach (var (name, value) in _extensions) Add(name, value);
        return request;

        void Add(string name, string value)
        {
            // An attribute is there with a value or not at all; a configured one replaces ours.
            if (value.Length == 0) return;
            request.Headers.Remove("ce-" + name);
            request.Headers.TryAddWithoutValidation("ce-" + name, Escape(ShortText.Cut(value, LongestValue)));
        }
    }

    /// <summary>The binding's escaping: all but visible ASCII, and the quote and the percent sign, as the UTF-8 bytes in percent form.</summary>
    private static string Escape(string value)
    {
        var text = new StringBuilder(value.Length);
        foreach (var unit in Encoding.UTF8.GetBytes(value))
        {
            if (unit is > 0x20 and < 0x7f and not (byte)'"' and not (byte)'%') text.Append((char)unit);
            else text.Append('%').Append(unit.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }
        return text.ToString();
    }
}
