using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Wire;
using Peregrine.Hub.Metrics;

namespace Peregrine.Hub.Destinations.Metrics;

/// <summary>Counts alerts by priority, and what the hub counted of its own work, in StatsD, which has the priority in the metric's name, or in DogStatsD, which has tags. Equal lines of a batch are added up; a datagram holds as many as fit a usual network.</summary>
internal sealed class StatsDDestination : IDestination
{
    // An Ethernet frame less the headers.
    private const int DatagramBytes = 1432;

    private readonly string _namespace;
    private readonly string? _tags;
    private readonly ServerAddress _server;
    private readonly HubTotals _totals;
    private readonly Dictionary<(string Name, string About, string Status), long> _told = [];
    private UdpClient? _socket;

    private StatsDDestination(DestinationContext context, bool hasTags)
    {
        _namespace = context.Text("namespace");
        _totals = context.Totals;
        // Without DogStatsD's tags, plain StatsD takes the configured ones as parts of the names.
        _tags = hasTags ? string.Concat(context.Settings.List("tags").Select(t => "," + Clean(t, keepColon: true))) : null;
        if (!hasTags) _namespace += string.Concat(context.Settings.List("tags").Select(t => Clean(t[(t.IndexOf(':', StringComparison.Ordinal) + 1)..], keepColon: false) + "."));
        _server = ServerAddress.Read(context, "forwarder", _ => 8125, "udp");
    }

    public static DestinationKind Kind { get; } = Declare("statsd", "StatsD", hasTags: false);

    public static DestinationKind DogKind { get; } = Declare("dogstatsd", "DogStatsD", hasTags: true);

    public async ValueTask<DeliveryResult> DeliverAsync(IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        try
        {
            _socket ??= new UdpClient(_server.Host, _server.Port);
            foreach (var datagram in Datagrams(batch)) await _socket.SendAsync(Encoding.UTF8.GetBytes(datagram), cancellation);
            return DeliveryResult.Delivered;
        }
        catch (SocketException)
        {
            _socket?.Dispose();
            _socket = null;
            throw;
        }
    }

    public ValueTask ProbeAsync(Alert sample, CancellationToken cancellation) => HostName.ProbeAsync(_server.Host, cancellation);

    public ValueTask DisposeAsync()
    {
        _socket?.Dispose();
        return ValueTask.CompletedTask;
    }

    private static DestinationKind Declare(string name, string title, bool hasTags) => new()
    {
        Name = name,
        Section = name,
        Title = title,
        Family = DestinationFamily.Metrics,
        EnabledBy = ["forwarder"],
        OwnSettings =
        [
            Setting.Text("forwarder", "The server (host:port), reached by UDP"),
            Setting.Text("namespace", "What stands before the names", "falcosidekick."),
            Setting.List("tags", hasTags ? "Tags of all metrics (name:value)" : "Words that stand in all names behind the namespace"),
        ],
        Batch = _ => BatchLimits.Many(1000),
        Create = context => new StatsDDestination(context, hasTags),
    };

    private IEnumerable<string> Datagrams(IReadOnlyList<Alert> batch)
    {
        var datagram = new StringBuilder();
        foreach (var line in Lines(batch))
        {
            if (datagram.Length > 0 && datagram.Length + 1 + line.Length > DatagramBytes)
            {
                yield return datagram.ToString();
                datagram.Clear();
            }
            if (datagram.Length > 0) datagram.Append('\n');
            datagram.Append(line);
        }
        yield return datagram.ToString();
    }

    private IEnumerable<string> Lines(IReadOnlyList<Alert> batch)
    {
        foreach (var level in batch.GroupBy(a => a.Priority)) yield return Line("falco.accepted", level.Count(), ("priority", level.Key.LowerName()));
        foreach (var total in _totals.Read())
        {
            // Counters say what came since the last time.
            var count = total.Value - _told.GetValueOrDefault((total.Name, total.About.Value, total.Status));
            if (count == 0) continue;
            _told[(total.Name, total.About.Value, total.Status)] = total.Value;
            yield return total.Name == HubTotals.InputsName ? Line($"inputs.{total.About.Value}.{total.Status}", count) : Line(total.Name, count, ("output", total.About.Value), ("status", total.Status));
        }
    }

    private string Line(string name, long count, params (string Name, string Value)[] tags)
    {
        var number = count.ToString(CultureInfo.InvariantCulture);
        if (_tags is null) return $"{_namespace}{name}{string.Concat(tags.Select(t => "." + t.Value))}:{number}|c";
        var all = string.Concat(tags.Select(t => $",{t.Name}:{t.Value}")) + _tags;
        return $"{_namespace}{name}:{number}|c{(all.Length > 0 ? "|#" + all[1..] : "")}";
    }

    // The characters that the protocol itself is made of.
    private static string Clean(string text, bool keepColon) => string.Concat(text.Select(c => c is '|' or '@' or '#' or ',' or '\n' or '\r' || (c == ':' && !keepColon) ? '_' : c));
}
