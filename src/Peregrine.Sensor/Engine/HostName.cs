namespace Peregrine.Sensor.Engine;

/// <summary>The machine's name as alerts show it: <c>FALCO_HOSTNAME</c> where it is set (a container has a name of its own), else what the kernel says.</summary>
internal static class HostName
{
    public static string Find(SensorConsole console)
    {
        if (console.Hostname is { } given) return given;
        return console.Environment("FALCO_HOSTNAME") is { Length: > 0 } set ? set : Environment.MachineName;
    }
}
