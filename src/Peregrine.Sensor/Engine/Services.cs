using Peregrine.Sensor.Budgets;
using Peregrine.Sensor.Grpc;
using Peregrine.Sensor.Metrics;
using Peregrine.Sensor.Reloading;
using Peregrine.Sensor.Service;
using Peregrine.Sensor.Web;

namespace Peregrine.Sensor.Engine;

/// <summary>What runs beside the worker and follows the configuration. None of it can delay or end the sensor.</summary>
internal sealed class Services : IDisposable
{
    private readonly Session _session;
    private readonly MetricsTicker _ticker;
    private readonly WebService _web;
    private readonly GrpcService _grpc;
    private readonly BudgetService _budget;
    private readonly Watchdog _watchdog;

    public Services(Session session)
    {
        _session = session;
        var sampler = new MetricsSampler(session);
        _ticker = new MetricsTicker(session, sampler);
        _web = new WebService(session, sampler);
        _grpc = new GrpcService(session);
        _budget = new BudgetService(session);
        _watchdog = new Watchdog(session);
    }

    /// <summary>Follows a generation that is in force. Called by one thread at a time.</summary>
    public void Apply(Generation generation)
    {
        try
        {
            _ticker.Apply(generation.Configuration.Metrics);
            if (generation.Configuration.Engine.Kind == Configuration.EngineKind.Replay) return;
            _web.Apply(generation.Configuration.Web);
            _budget.Apply(generation.Configuration.Budget);
            _grpc.Apply(generation.Configuration.Grpc);
        }
        catch (Exception e)
        {
            _session.Log.Error($"a part beside the sensor does not follow the configuration: {e.Message}");
        }
    }

    public void Dispose()
    {
        _budget.Dispose();
        _watchdog.Dispose();
        _grpc.Dispose();
        _web.Dispose();
        _ticker.Dispose();
    }
}
