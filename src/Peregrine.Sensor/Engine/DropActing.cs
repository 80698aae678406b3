using Peregrine.Kernel;
using Peregrine.Outputs;
using Peregrine.Sensor.Configuration;

namespace Peregrine.Sensor.Engine;

/// <summary>Carries out what <c>syscall_event_drops</c> asks for.</summary>
/// <param name="session">Whose log and outputs are told.</param>
/// <param name="giveUp">Ends the run with an error.</param>
internal sealed class DropActing(Session session, Action giveUp)
{
    /// <summary>What a run that gives up says at its very end.</summary>
    public const string GaveUp = "Drop manager internal error";

    /// <summary>A monitor that acts for a session.</summary>
    public static DropMonitor Watch(Session session, Func<KernelStatistics> counts, Action giveUp) =>
        new(session.Configuration.Drops, counts, new DropActing(session, giveUp).Act, (detail, text) => session.Log.Write(detail ? AlertPriority.Debug : AlertPriority.Informational, text));

    private void Act(DropActions actions, ulong time, ulong dropped, KernelStatistics delta)
    {
        var message = DropMonitor.Message(dropped);
        if (actions.HasFlag(DropActions.Log)) session.Log.Write(AlertPriority.Debug, message);
        if (actions.HasFlag(DropActions.Alert))
        {
            var fields = DropFields.Make(dropped, delta.Total, session.Configuration.Engine.Kind == EngineKind.Kernel);
            session.Outputs.Offer(session.Alerts.MakeInternal(DropMonitor.RuleName, AlertPriority.Debug, message, time, fields));
        }
        if (!actions.HasFlag(DropActions.Exit)) return;
        session.Log.Write(AlertPriority.Critical, message);
        session.Log.Write(AlertPriority.Critical, "Exiting.");
        giveUp();
    }
}
