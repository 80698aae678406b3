using System.Globalization;

namespace Peregrine.Sensor.Engine;

/// <summary>The file that tells our process id; it goes with the sensor.</summary>
internal sealed class PidFile : IDisposable
{
    private readonly string _path;

    private PidFile(string path) => _path = path;

    /// <summary>Writes it; null when none is wanted.</summary>
    public static PidFile? Write(string? path)
    {
        if (string.IsNullOrEmpty(path)) return null;
        try
        {
            File.WriteAllText(path, Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
            return new PidFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SensorException($"cannot write the pid file {path}: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        try
        {
            File.Delete(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody else took it or its folder away.
        }
    }
}
