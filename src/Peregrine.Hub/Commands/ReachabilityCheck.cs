using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations;
using Peregrine.Hub.Ingest;
using Peregrine.Hub.Subscriptions;

namespace Peregrine.Hub.Commands;

/// <summary>Asks whether somebody answers where a configuration leads: its destinations and sensors, all at the same time. Nothing is sent to them.</summary>
internal sealed class ReachabilityCheck(SecretTexts secrets)
{
    // Enough for a far server; a name service that is away takes longer, and is as good as nobody.
    private static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(10);

    private readonly List<Task<string?>> _probes = [];

    public void Add(DestinationInstance instance, IDestination destination) =>
        _probes.Add(TryAsync($"{Place(instance)}: {instance.Name}", end => destination.ProbeAsync(IngestEndpoint.TestAlert(), end)));

    public void Add(SettingValues sensors, SensorCall sensor) => _probes.Add(TryAsync($"{sensors.PlaceOf("addresses")}: the sensor", sensor.ProbeAsync));

    /// <summary>A warning for each that does not answer, in the order in which they were added.</summary>
    public async Task<IReadOnlyList<string>> FinishAsync() => [.. (await Task.WhenAll(_probes)).OfType<string>()];

    private Task<string?> TryAsync(string who, Func<CancellationToken, ValueTask> probe) => Task.Run(async () =>
    {
        using var end = new CancellationTokenSource(LongestProbe);
        try
        {
            await probe(end.Token);
            return null;
        }
        catch (OperationCanceledException)
        {
            return $"{who} cannot be reached: no answer within {LongestProbe.TotalSeconds:0} s";
        }
        catch (Exception e)
        {
            // Whatever a client library throws is the answer to this question.
            var reason = e.InnerException is { } inner and not OperationCanceledException && !e.Message.Contains(inner.Message, StringComparison.Ordinal) ? $"{e.Message}: {inner.Message}" : e.Message;
            return $"{who} cannot be reached: {secrets.Hide(reason).ReplaceLineEndings(" ")}";
        }
    });

    // The value that switches it on is its address, or stands beside it.
    private static string Place(DestinationInstance instance) => instance.Settings.PlaceOf(instance.Kind.EnabledBy[0]);
}
