using Microsoft.Extensions.Logging;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Metrics;

namespace Peregrine.Hub.Destinations.Otlp;

/// <summary>
/// OpenTelemetry metrics: how often rules matched, counted since the hub's start, and what the hub counted of its own work. A delivery sends the counts of matches that it changed, and what was counted is kept only once the collector has
/// it, so that a repeated delivery says the same number again. Now and then all counts are sent, since backends forget what is not repeated.
/// </summary>
internal sealed partial class OtlpMetricsDestination : OtlpDestination
{
    private readonly SemaphoreSlim _one = new(1);
    private readonly MatchCounts _counts;
    private readonly ITimer _repeat;
    private readonly CancellationTokenSource _stop = new();
    private readonly bool _isDelta;
    private readonly Dictionary<(string Name, string About, string Status), long> _sent = [];

    // Where the counts begin: at the start, or where they are deltas at the last time.
    private long _start;

    // What the delivery under way says.
    private IReadOnlyDictionary<MatchSeries, long> _changed = new Dictionary<MatchSeries, long>();
    private IReadOnlyList<HubTotal> _totals = [];
    private long _now;

    private OtlpMetricsDestination(DestinationContext context)
        : base(context, OtlpSignal.Metrics)
    {
        _counts = new MatchCounts([.. context.AddedFields, .. context.Text("extraattributes").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)]);
        _isDelta = OtlpSettings.Variable(context, OtlpSettings.Temporality).Equals("delta", StringComparison.OrdinalIgnoreCase);
        _start = Now;
        var pause = OtlpSettings.Milliseconds(context, OtlpSettings.Interval, 60_000);
        _repeat = context.Clock.CreateTimer(_ => _ = RepeatAsync(), null, pause, pause);
    }

    public static DestinationKind Kind { get; } = OtlpSettings.Declare(
        "otlpmetrics", "otlp.metrics", "OTLP metrics", DestinationFamily.Metrics, context => new OtlpMetricsDestination(context),
        Setting.Text("extraattributes", "Output fields that become attributes of the counter, separated by commas; dots become underscores"));

    public override async ValueTask<DeliveryResult> DeliverAsync(IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            var result = await base.DeliverAsync(batch, cancellation);
            if (result.All.Outcome == DeliveryOutcome.Delivered) Keep();
            return result;
        }
        finally
        {
            _one.Release();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _repeat.DisposeAsync();
        await _stop.CancelAsync();
        // Whoever sends at the moment ends first.
        await _one.WaitAsync();
        await base.DisposeAsync();
    }

    protected override IEnumerable<OtlpMessage> Items(IReadOnlyList<Alert> batch)
    {
        _changed = _counts.With(batch, fromZero: _isDelta);
        return Metrics(_changed);
    }

    private async Task RepeatAsync()
    {
        if (!await _one.WaitAsync(0)) return;
        try
        {
            _changed = new Dictionary<MatchSeries, long>();
            var metrics = Metrics(_counts.All).ToList();
            if (metrics.Count == 0) return;
            var result = await ExportAsync(CreateRequest(metrics), [], _stop.Token);
            if (result.All.Outcome == DeliveryOutcome.Delivered) Keep();
            else Log.NotRepeated(Context.Log, result.All.Reason);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // The next time sends the same again.
            Log.NotRepeated(Context.Log, e.Message);
        }
        finally
        {
            _one.Release();
        }
    }

    // The collector has what was sent.
    private void Keep()
    {
        if (!_isDelta)
        {
            _counts.Keep(_changed);
            return;
        }
        foreach (var total in _totals) _sent[Key(total)] = total.Value;
        _start = _now;
    }

    private IEnumerable<OtlpMessage> Metrics(IReadOnlyDictionary<MatchSeries, long> matches)
    {
        (_totals, _now) = ([.. Context.Totals.Read()], Now);
        if (matches.Count > 0) yield return Sum("falcosecurity_falco_rules_matches_total", "Number of times rules match", matches.Select(c => Point(c.Key.Attributes, c.Value)));
        foreach (var totals in _totals.GroupBy(t => t.Name, StringComparer.Ordinal))
        {
            var description = totals.Key == HubTotals.InputsName ? "Number of alerts that came in" : "Number of alerts that were brought to destinations";
            yield return Sum("falcosecurity_falcosidekick_" + totals.Key, description, totals.Select(t => Point(
                [OtlpAttributes.Attribute(t.About.Name, t.About.Value), OtlpAttributes.Attribute("status", t.Status)],
                t.Value - _sent.GetValueOrDefault(Key(t)))));
        }
    }

    private OtlpMessage Point(IEnumerable<OtlpMessage> attributes, long value) => new OtlpMessage()
        .Messages(7, "attributes", attributes)
        .Fixed(2, "startTimeUnixNano", _start)
        .Fixed(3, "timeUnixNano", _now)
        .Fixed(6, "asInt", value);

    private OtlpMessage Sum(string name, string description, IEnumerable<OtlpMessage> points) => new OtlpMessage()
        .Text(1, "name", name)
        .Text(2, "description", description)
        .Message(7, "sum", new OtlpMessage().Messages(1, "dataPoints", points).Number(2, "aggregationTemporality", _isDelta ? 1 : 2).Flag(3, "isMonotonic", true));

    private static (string Name, string About, string Status) Key(HubTotal total) => (total.Name, total.About.Value, total.Status);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The counts could not be sent again: {Reason}")]
        public static partial void NotRepeated(ILogger log, string reason);
    }
}
