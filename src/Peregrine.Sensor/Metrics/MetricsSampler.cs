using System.Net;
using Peregrine.Kernel.Proc;
using Peregrine.Kernel.Proc.Facts;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;

namespace Peregrine.Sensor.Metrics;

/// <summary>Takes samples of all metrics. From any thread, one at a time.</summary>
internal sealed class MetricsSampler(Session session)
{
    /// <summary>A worker that does not answer in this time is busier than metrics are worth; then its figures are those of the sample before.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly DateTimeOffset _started = DateTimeOffset.UnixEpoch.AddTicks((long)session.Current.MadeAt / 100);
    private ResourceUsage? _resources;
    private HostIdentity? _host;
    private WorkerFigures _worker = new();

    /// <param name="cancelled">Ends the wait for the worker.</param>
    public MetricsSample Take(CancellationToken cancelled)
    {
        lock (_gate)
        {
            WorkerFigures? figures = null;
            if (session.Errands.Ask(worker => figures = worker.Count(), Patience, cancelled) && figures is not null) _worker = figures;
            var generation = session.Current;
            return new MetricsSample
            {
                Time = DateTimeOffset.UtcNow,
                Host = _host ??= Identity(),
                Generation = generation,
                Worker = _worker,
                Outputs = session.Outputs.Counters,
                Reloads = session.Reloads,
                Budget = session.Budget,
                Latency = session.Latency,
                Resources = generation.Configuration.Metrics.Resources ? (_resources ??= new ResourceUsage(session.Console.Environment, _started)).Read() : new ResourceFigures(),
            };
        }
    }

    private HostIdentity Identity()
    {
        var facts = HostFacts.Read(ProcOptions.FromEnvironment().HostRoot);
        var engine = session.Configuration.Engine.Kind switch { EngineKind.Kernel => "modern_bpf", EngineKind.Replay => "savefile", _ => "nodriver" };
        var cards = facts.Interfaces.Where(i => i.Name != "lo").GroupBy(i => i.Name).Select(card => (card.Key, Addresses(card, ipv6: false), Addresses(card, ipv6: true)));
        return new HostIdentity(session.Alerts.Hostname, facts.KernelRelease, facts.OnlineCpus, facts.BootTime, (ulong)(_started - DateTimeOffset.UnixEpoch).Ticks * 100, engine, [.. cards]);
    }

    private static string Addresses(IEnumerable<HostInterface> card, bool ipv6) =>
        string.Join(',', card.Where(i => i.IsIpv6 == ipv6).Select(i => new IPAddress(i.Address).ToString()));
}
