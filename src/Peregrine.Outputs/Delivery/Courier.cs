using System.Diagnostics;
using Polly;
using Polly.Retry;

namespace Peregrine.Outputs;

/// <summary>Is told what became of the alerts that a <see cref="Courier"/> was given. Every alert is settled or lost once, in order.</summary>
internal interface IDeliveryTally
{
    void Settled(int count);

    void Lost(AlertLoss reason);

    /// <summary>An alert is about to be tried once more.</summary>
    void Retrying();
}

/// <summary>Brings alerts to one output: tries again what may succeed later, gives up on what will not, and says so. For one thread.</summary>
internal sealed class Courier
{
    /// <summary>Milliseconds between two complaints.</summary>
    private const long ComplaintInterval = 10_000;

    private readonly IAlertOutput _output;
    private readonly RetryOptions _options;
    private readonly IDeliveryTally _tally;
    private readonly OutputLog _log;
    private readonly ResiliencePipeline _pipeline;
    private ReadOnlyMemory<Alert> _left;
    private int _unreachableInRow, _uncertainInRow;
    private long _failingSince, _failures;
    private long _lastComplaint = long.MinValue;
    private bool _pausing;

    /// <param name="output">Who takes the alerts.</param>
    /// <param name="options">When to try again.</param>
    /// <param name="tally">Who counts.</param>
    /// <param name="log">Told about failures, at most one line in ten seconds, and about their end.</param>
    public Courier(IAlertOutput output, RetryOptions options, IDeliveryTally tally, OutputLog log)
    {
        (_output, _options, _tally, _log) = (output, options, tally, log);
        _pipeline = new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = options.FirstDelay,
            MaxDelay = options.MaxDelay,
            ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is { } e && MayRetry(e)),
            OnRetry = arguments =>
            {
                _tally.Retrying();
                Complain(arguments.Outcome.Exception!);
                return ValueTask.CompletedTask;
            },
        }).Build();
    }

    /// <summary>Whether the last attempt failed.</summary>
    public bool IsFailing => Volatile.Read(ref _failingSince) != 0;

    /// <summary>Delivers a batch. What is neither settled nor lost when it returns was abandoned.</summary>
    public void Deliver(ReadOnlyMemory<Alert> batch, CancellationToken abandoned)
    {
        _left = batch;
        while (_left.Length > 0 && !abandoned.IsCancellationRequested)
        {
            try
            {
                if (_pausing) abandoned.WaitHandle.WaitOne(_options.MaxDelay);
                _pausing = false;
                _pipeline.Execute(static (courier, _) => courier.Attempt(), this, abandoned);
            }
            catch (Exception e)
            {
                // Whatever an output's library throws, it must end neither the thread nor the sensor.
                if (abandoned.IsCancellationRequested) break;
                GiveUp(e);
            }
        }
        _left = default;
    }

    /// <summary>Does something with the output that may fail and concerns no alert.</summary>
    public void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            Complain(e);
        }
    }

    private void Attempt()
    {
        var report = default(DeliveryReport);
        try
        {
            _output.Deliver(_left.Span, ref report);
            Progress(_left.Length);
        }
        catch (Exception e)
        {
            if (report.Delivered > 0) Progress(report.Delivered);
            Fail(e);
            if (report.Delivered == 0 || !MayRetry(e)) throw;
            // Others got through just now: this one is tried again at once.
            _tally.Retrying();
        }
    }

    private void Progress(int count)
    {
        _tally.Settled(count);
        _left = _left[count..];
        (_unreachableInRow, _uncertainInRow) = (0, 0);
        if (_failingSince == 0) return;
        _log.Info($"output {_output.Name}: delivers again, after {Stopwatch.GetElapsedTime(_failingSince).TotalSeconds:0.0} s and {_failures} failed attempts");
        _lastComplaint = long.MinValue;
        Volatile.Write(ref _failingSince, 0);
        _failures = 0;
    }

    private void Fail(Exception e)
    {
        if (DeliveryException.Classify(e) is DeliveryFailure.Rejected) return;
        if (DeliveryException.Classify(e) is DeliveryFailure.Unreachable) _unreachableInRow++;
        else _uncertainInRow++;
        _failures++;
        if (_failingSince == 0) Volatile.Write(ref _failingSince, Stopwatch.GetTimestamp());
    }

    private bool MayRetry(Exception e) => DeliveryException.Classify(e) switch
    {
        DeliveryFailure.Unreachable => _options.MaxUnreachable == 0 || _unreachableInRow < _options.MaxUnreachable,
        DeliveryFailure.Rejected => false,
        _ => _options.MaxUncertain == 0 || _uncertainInRow < _options.MaxUncertain,
    };

    private void GiveUp(Exception e)
    {
        var failure = DeliveryException.Classify(e);
        Complain(e);
        _left = _left[1..];
        _pausing = _options.PausesAfterLoss && failure is not DeliveryFailure.Rejected;
        _tally.Lost(failure switch
        {
            DeliveryFailure.Unreachable => AlertLoss.Unreachable,
            DeliveryFailure.TimedOut => AlertLoss.TimedOut,
            _ => e is SpoolFullException ? AlertLoss.SpoolFull : AlertLoss.Rejected,
        });
    }

    private void Complain(Exception e)
    {
        var now = Environment.TickCount64;
        if (_lastComplaint != long.MinValue && now - _lastComplaint < ComplaintInterval) return;
        _lastComplaint = now;
        _log.Warning($"output {_output.Name}: {e.Message}");
    }
}
