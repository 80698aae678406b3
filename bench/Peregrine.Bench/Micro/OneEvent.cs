using System.Text;
using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.Filters.Fields;
using Peregrine.Rules;
using Peregrine.State;

namespace Peregrine.Bench;

/// <summary>A state with many threads and descriptors, and one <c>openat</c> in it that conditions are asked about.</summary>
internal sealed class OneEvent
{
    public const long FirstThread = 1_000;

    private readonly FieldCatalog _fields = new([.. SyscallFields.All, .. ContainerFields.All]);
    private readonly ThreadEntry _thread;
    private readonly FdEntry _file = new() { Type = FdType.File, Name = "/usr/lib/x86_64-linux-gnu/libcrypto.so.3"u8.ToArray() };

    public OneEvent(int threads, int descriptors)
    {
        for (var i = 0; i < threads; i++) State.AddThread(NewThread(FirstThread + i, i == 0 ? 0 : FirstThread + i / 4));
        _thread = State.Threads.Find(FirstThread + threads - 1)!;
        for (var i = 0; i < descriptors; i++) Descriptors.Set(i, new FdEntry { Type = FdType.File });
        var writer = new EventWriter(new byte[512], EventType.SyscallOpenat_2X, 1, _thread.Tid);
        writer.I64(5);
        writer.I64(-100);
        writer.Text(_file.Name);
        writer.U32(1);
        writer.U32(0);
        writer.U32(0);
        writer.U64(7);
        Record = writer.Finish().ToArray();
    }

    public StateEngine State { get; } = new(new StateOptions(), NoHost.Instance);

    public FdTable Descriptors { get; } = new();

    public byte[] Record { get; }

    /// <summary>Asks a rule with this condition about the event, as often as is said.</summary>
    public Action<int> Matcher(string condition)
    {
        var loader = new RuleLoader(new RuleLoaderOptions { Sources = [new RuleSource(RuleSource.Syscall, _fields)] });
        var result = loader.Load("micro.yaml", $"- rule: micro\n  desc: d\n  condition: >\n    {condition}\n  output: o\n  priority: DEBUG\n");
        if (!result.Successful) throw new BenchException(result.ToText(loader));
        var engine = new RuleEngine(loader.Rules, [], RuleMatching.First);
        var (scratch, none) = (new EvaluationScratch(), new NoAlerts());
        return calls =>
        {
            for (var i = 1; i <= calls; i++)
            {
                var context = new EventContext { Event = EventView.Trusted(Record), Number = (ulong)i, FdNumber = 5, State = State, Thread = _thread, Fd = _file };
                engine.Match(ref context, scratch, none);
            }
        };
    }

    private static ThreadEntry NewThread(long id, long parent) => new()
    {
        Tid = id,
        Pid = id,
        ParentTid = parent,
        VirtualTid = id,
        VirtualPid = id,
        SessionId = id,
        Comm = Encoding.ASCII.GetBytes($"thread{id}"),
        Exe = "/usr/bin/thread"u8.ToArray(),
        Group = new ThreadGroup { Pid = id, Cwd = "/"u8.ToArray() },
    };

    private sealed class NoAlerts : IAlertSink
    {
        public void OnMatch(Rule rule, ref EventContext context, EvaluationScratch scratch) => throw new BenchException("the condition was not to match");
    }
}
