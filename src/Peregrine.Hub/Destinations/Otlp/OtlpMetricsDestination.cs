using Microsoft.Extensions.Logging;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;

namespace Peregrine.Hub.Destinations.Otlp;

/// <summary>
/// OpenTelemetry metrics: how often rules matched, counted since the hub's start. A delivery sends the counts that it changed, and what was counted is kept only once the collector has it, so that a repeated delivery says the same number
/// again. Now and then all counts are sent, since backends forget what is not repeated.
/// </summary>
internal sealed partial class OtlpMetricsDestination : OtlpDestination
{
    private readonly SemaphoreSlim _one = new(1);
    private readonly MatchCounts _counts;
    private readonly ITimer _repeat;
    private readonly CancellationTokenSource _stop = new();
    private readonly bool _isDelta;
    private readonly long _start;

    // What the delivery under way says.
    private IReadOnlyDictionary<MatchSeries, long> _changed = new Dictionary<MatchSeries, long>();

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
            if (result.All.Outcome == DeliveryOutcome.Delivered && !_isDelta) _counts.Keep(_changed);
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
        return [Metric(_changed)];
    }

    private async Task RepeatAsync()
    {
        if (!await _one.WaitAsync(0)) return;
        try
        {
            if (_counts.All.Count == 0) return;
            var result = await ExportAsync(CreateRequest([Metric(_counts.All)]), [], _stop.Token);
            if (result.All.Outcome != DeliveryOutcome.Delivered) Log.NotRepeated(Context.Log, result.All.Reason);
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

    private OtlpMessage Metric(IReadOnlyDictionary<MatchSeries, long> counts)
    {
        var now = Now;
        var points = counts.Select(c => new OtlpMessage()
            .Messages(7, "attributes", c.Key.Attributes)
            .Fixed(2, "startTimeUnixNano", _start)
            .Fixed(3, "timeUnixNano", now)
            .Fixed(6, "asInt", c.Value));
        return new OtlpMessage()
            .Text(1, "name", "falcosecurity_falco_rules_matches_total")
            .Text(2, "description", "Number of times rules match")
            .Message(7, "sum", new OtlpMessage().Messages(1, "dataPoints", points).Number(2, "aggregationTemporality", _isDelta ? 1 : 2).Flag(3, "isMonotonic", true));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The counts could not be sent again: {Reason}")]
        public static partial void NotRepeated(ILogger log, string reason);
    }
}
