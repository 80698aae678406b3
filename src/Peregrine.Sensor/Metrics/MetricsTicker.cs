using System.Buffers;
using System.Text.Json;
using Peregrine.Outputs;
using Peregrine.Sensor.Alerts;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;

namespace Peregrine.Sensor.Metrics;

/// <summary>Takes a snapshot of the metrics each time the interval is over and sends it where the configuration says: to the outputs as an alert, to a file as a line.</summary>
internal sealed class MetricsTicker(Session session, MetricsSampler sampler) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private Timer? _timer;
    private TimeSpan _interval;
    private MetricsSample? _last;
    private long _samples;

    /// <summary>Follows a new configuration. The rhythm begins anew only when the interval is another.</summary>
    public void Apply(MetricsOptions options)
    {
        var wanted = options.Enabled && (options.OutputRule || options.OutputFile.Length > 0) ? options.Interval : TimeSpan.Zero;
        lock (_gate)
        {
            if (wanted == _interval) return;
            _interval = wanted;
            _timer?.Dispose();
            _timer = wanted > TimeSpan.Zero ? new Timer(_ => Tick(), null, wanted, wanted) : null;
        }
    }

    public void Dispose()
    {
        _stopping.Cancel();
        lock (_gate)
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    private void Tick()
    {
        // A tick that comes while the one before still works is left out.
        if (!_gate.TryEnter()) return;
        try
        {
            if (_timer is null) return;
            var sample = sampler.Take(_stopping.Token);
            var fields = MetricsSnapshot.Fields(sample, _last);
            _last = sample;
            _samples++;
            var options = sample.Generation.Configuration.Metrics;
            if (options.OutputRule) Send(sample, fields);
            if (options.OutputFile.Length > 0) Append(options.OutputFile, fields);
        }
        catch (Exception e)
        {
            // Metrics are never worth the sensor.
            session.Log.Warning($"no metrics snapshot: {e.Message}");
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>The maker of alerts is the worker's.</summary>
    private void Send(MetricsSample sample, IReadOnlyList<InternalField> fields)
    {
        var time = (ulong)(sample.Time - DateTimeOffset.UnixEpoch).Ticks * 100;
        session.Errands.Ask(_ => session.Outputs.Offer(session.Alerts.MakeInternal(MetricsSnapshot.RuleName, AlertPriority.Informational, MetricsSnapshot.Message, time, fields)), Patience, _stopping.Token);
    }

    /// <summary>Opened for each line, so that it may be moved away at any time.</summary>
    private void Append(string path, IReadOnlyList<InternalField> fields)
    {
        var line = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(line, AlertMaker.JsonOptions))
        {
            json.WriteStartObject();
            json.WriteStartObject("output_fields");
            foreach (var field in fields) field.Write(json);
            json.WriteEndObject();
            json.WriteNumber("sample", _samples);
            json.WriteEndObject();
        }
        line.Write("\n"u8);
        using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        file.Write(line.WrittenSpan);
    }
}
