using Peregrine.Outputs;
using Peregrine.Sensor.Configuration;

namespace Peregrine.Sensor.Engine;

/// <summary>Carries out what <c>syscall_event_drops</c> asks for.</summary>
/// <param name="session">Whose log and outputs are told.</param>
/// <param name="giveUp">Ends the run with an error.</param>
internal sealed class DropActing(Session session, Action giveUp)
{
    public void Act(DropActions actions, ulong time, DropCounts delta)
    {
        var message = DropMonitor.Message(delta.Dropped);
        if (actions.HasFlag(DropActions.Log)) session.Log.Write(AlertPriority.Error, message);
        if (actions.HasFlag(DropActions.Alert))
            session.Outputs.Offer(session.Alerts.MakeInternal(DropMonitor.RuleName, AlertPriority.Debug, message, time, [("n_drops", delta.Dropped), ("n_evts", delta.Events)]));
        if (!actions.HasFlag(DropActions.Exit)) return;
        session.Log.Write(AlertPriority.Critical, message);
        session.Log.Write(AlertPriority.Critical, "Exiting.");
        giveUp();
    }
}
