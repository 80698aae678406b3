using System.Globalization;
using Peregrine.Outputs;
using Peregrine.Sensor.Alerts;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;

namespace Peregrine.Sensor.Budgets;

/// <summary>Keeps the sensor within <c>budget</c>: looks once a second what it uses, has the worker shed events when that is too much, and says so in the log and by an internal alert.</summary>
internal sealed class BudgetService : IDisposable
{
    public const string RuleName = "Peregrine internal: budget";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>A collection that gives memory back stops the worker for some milliseconds, so it is not repeated at once.</summary>
    private static readonly TimeSpan BetweenCollections = TimeSpan.FromSeconds(30);

    /// <summary>Looks over which processor time is averaged, so that one busy moment is none.</summary>
    private const int Window = 3;

    private readonly Session _session;
    private readonly BudgetController _controller = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Queue<(long At, TimeSpan Used)> _looks = new();
    private Thread? _thread;
    private BudgetOptions _options = new(null, null);
    private long _collected;
    private bool _isAtEnd;
    private int _warmUp = Window;

    public BudgetService(Session session) => _session = session;

    /// <summary>Follows a new configuration.</summary>
    public void Apply(BudgetOptions options)
    {
        Volatile.Write(ref _options, options);
        if (_thread is not null || options is { Cpu: null, Memory: null }) return;
        _thread = new Thread(Run) { IsBackground = true, Name = "budget" };
        _thread.Start();
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _thread?.Join();
        _stopping.Dispose();
    }

    private void Run()
    {
        _looks.Enqueue((_session.Console.Clock.GetTimestamp(), Environment.CpuUsage.TotalTime));
        while (!_stopping.Token.WaitHandle.WaitOne(Interval))
        {
            try
            {
                Look(Volatile.Read(ref _options));
            }
            catch (Exception e)
            {
                _session.Log.Warning($"the budget could not be looked at: {e.Message}");
            }
        }
    }

    private void Look(BudgetOptions options)
    {
        var cpu = CpuUsed();
        // The start takes what it takes: rules are compiled and all processes read.
        if (!_session.Errands.IsAttached || _warmUp-- > 0) return;
        var memory = Environment.WorkingSet;
        var before = _controller.Level;
        var changed = options is { Cpu: null, Memory: null } ? _controller.Reset() : _controller.Look(cpu / (options.Cpu ?? double.PositiveInfinity), memory / (double)(options.Memory ?? long.MaxValue));
        _session.Budget.Count(_controller.Level);
        if (options.Memory is { } most && memory > most) GiveBack();
        if (changed) Change(before, _controller.Level, Usage(options, cpu, memory));
        else TellTheEnd(options, cpu, memory);
    }

    /// <summary>Processors in use, on average over the last looks.</summary>
    private double CpuUsed()
    {
        var now = (At: _session.Console.Clock.GetTimestamp(), Used: Environment.CpuUsage.TotalTime);
        var (at, used) = _looks.Peek();
        _looks.Enqueue(now);
        if (_looks.Count > Window) _looks.Dequeue();
        var passed = _session.Console.Clock.GetElapsedTime(at, now.At);
        return passed > TimeSpan.Zero ? (now.Used - used) / passed : 0;
    }

    private void Change(SheddingLevel before, SheddingLevel level, string usage)
    {
        var message = level > before ? $"{usage}; {Shedding.Name(level)} are shed" : level == SheddingLevel.None ? $"{usage}; nothing is shed any more" : $"{usage}; only {Shedding.Name(level)} are shed any more";
        if (level is SheddingLevel.State && level > before) message = $"{usage}; half of the state is shed";
        if (level > before) _session.Log.Warning("Budget: " + message);
        else _session.Log.Info("Budget: " + message);
        _isAtEnd = false;
        var shedsState = _controller.ShedsState;
        _session.Errands.Ask(
            worker =>
            {
                worker.Shed(level, shedsState);
                _session.Outputs.Offer(_session.Alerts.MakeInternal(RuleName, AlertPriority.Warning, $"{RuleName}. {message}.", Now(), [new InternalField("budget.level", (ulong)level), new InternalField("budget.shed", Shedding.Name(level))]));
            },
            Timeout.InfiniteTimeSpan,
            _stopping.Token);
        _session.Budget.Change(level);
    }

    /// <summary>Once per spell, when even the last step is not enough.</summary>
    private void TellTheEnd(BudgetOptions options, double cpu, long memory)
    {
        var isAbove = cpu > options.Cpu || memory > options.Memory;
        if (_controller.Level != SheddingLevel.Files || !isAbove || _isAtEnd) return;
        _isAtEnd = true;
        _session.Log.Warning($"Budget: {Usage(options, cpu, memory)}; nothing more can be shed, since the life of processes is always watched");
    }

    private static string Usage(BudgetOptions options, double cpu, long memory)
    {
        var parts = new List<string>();
        if (options.Cpu is { } processors) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{cpu:0.00} of {processors:0.##} processors"));
        if (options.Memory is { } bytes) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{memory >> 20} of {bytes >> 20} MiB"));
        return parts.Count > 0 ? string.Join(" and ", parts) + " in use" : "there is no budget any more";
    }

    private void GiveBack()
    {
        if (_collected != 0 && _session.Console.Clock.GetElapsedTime(_collected) < BetweenCollections) return;
        _collected = _session.Console.Clock.GetTimestamp();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    private ulong Now() => (ulong)(_session.Console.Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
}
