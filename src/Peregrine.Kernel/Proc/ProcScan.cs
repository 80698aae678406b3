using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Peregrine.Kernel.Proc.Native;
using Peregrine.State;

namespace Peregrine.Kernel.Proc;

/// <summary>
/// Reads all processes on a thread of its own, which rests between two of them so that it takes no more than its share of a CPU. It also rests while its readings are not taken:
/// an old reading is worth little.
/// </summary>
public sealed class ProcScan : IProcessScan, IDisposable
{
    private const int MostWaiting = 32;

    /// <summary>Waits are no finer than this; shorter ones are saved up.</summary>
    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(1);

    private readonly ThreadReader _reader;
    private readonly ProcDirectory _proc;
    private readonly HostClock _clock;
    private readonly ProcOptions _options;
    private readonly TimeProvider _time;
    private readonly BlockingCollection<ProcessReading> _readings = new(MostWaiting);
    private readonly CancellationTokenSource _stop = new();
    private Thread? _thread;
    private volatile bool _reads;

    internal ProcScan(ThreadReader reader, ProcDirectory proc, HostClock clock, ProcOptions options, TimeProvider time) =>
        (_reader, _proc, _clock, _options, _time) = (reader, proc, clock, options, time);

    /// <inheritdoc />
    public bool IsDone => !_reads && _readings.Count == 0;

    /// <inheritdoc />
    public ProcessList Begin()
    {
        if (!IsDone) throw new InvalidOperationException("the last scan is not done");
        var now = _clock.Now;
        var pids = new List<long>();
        using (var folder = ProcDirectory.Open(_proc.Fd, "."u8)) folder.ListNumbers(pids);
        _reads = true;
        _thread = new Thread(() => Run(pids)) { IsBackground = true, Name = "healing" };
        _thread.Start();
        return new ProcessList(now, pids);
    }

    /// <inheritdoc />
    public bool TryTake([NotNullWhen(true)] out ProcessReading? reading) => _readings.TryTake(out reading);

    /// <inheritdoc />
    public void Dispose()
    {
        _stop.Cancel();
        _thread?.Join();
        _stop.Dispose();
        _readings.Dispose();
    }

    private void Run(List<long> pids)
    {
        try
        {
            _reader.Forget();
            var tables = _time.GetTimestamp();
            var rest = TimeSpan.Zero;
            foreach (var pid in pids)
            {
                var start = _time.GetTimestamp();
                if (_time.GetElapsedTime(tables, start) >= _options.TableAge)
                {
                    _reader.Forget();
                    tables = start;
                }
                _readings.Add(Read(pid), _stop.Token);
                rest += _time.GetElapsedTime(start) * (1 / _options.ScanShare - 1);
                if (rest < ShortestRest) continue;
                if (_stop.Token.WaitHandle.WaitOne(rest)) return;
                rest = TimeSpan.Zero;
            }
            _reader.Forget();
        }
        catch (OperationCanceledException)
        {
            // The sensor ends.
        }
        finally
        {
            _reads = false;
        }
    }

    private ProcessReading Read(long pid)
    {
        var now = _clock.Now;
        using var process = ProcDirectory.Open(_proc.Fd, pid);
        if (!process.IsOpen) return ProcessReading.Gone(pid, now);
        var threads = new List<ThreadEntry>();
        var (allThreads, allFds) = _reader.ReadProcess(process, _options.MaxFdsPerProcess, int.MaxValue, threads);
        _reader.PidNamespaces.Settle();
        return new ProcessReading(pid, now, threads, allThreads, allFds);
    }
}
