namespace Peregrine.Hub.Destinations;

/// <summary>What a destination is for; the documentation is grouped by it.</summary>
public enum DestinationFamily : byte
{
    Chat,
    Metrics,
    Alerting,
    Logs,
    ObjectStorage,
    Functions,
    Queues,
    Email,
    Database,
    Web,
    Workflow,
    Response,
}
