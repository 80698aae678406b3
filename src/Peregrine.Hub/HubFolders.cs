namespace Peregrine.Hub;

/// <summary>Where things lie in the hub's data folder.</summary>
internal sealed class HubFolders(string data)
{
    public string Journal => Path.Combine(data, "journal");

    public string Store => Path.Combine(data, "alerts.db");

    /// <summary>How far a database is; with the journal, since one without the other says nothing.</summary>
    public string StoredPosition => Path.Combine(Journal, "stored");

    public string Checkpoint => Path.Combine(data, "routed");

    public string OpenAlerts => Path.Combine(data, "open-alerts.db");

    public string Lock => Path.Combine(data, "lock");

    /// <summary>A destination's own folder; names are people's, so that what is no plain letter is encoded.</summary>
    public string Destination(string name) => Path.Combine(data, "destinations", Uri.EscapeDataString(name).Replace(".", "%2E", StringComparison.Ordinal));
}
