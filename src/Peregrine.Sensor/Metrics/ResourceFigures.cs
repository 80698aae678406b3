namespace Peregrine.Sensor.Metrics;

/// <summary>What the sensor and the machine use at one moment. Memory in bytes, processors in percent: of one processor for the sensor, of all for the machine.</summary>
internal sealed record ResourceFigures
{
    public double CpuPercent { get; init; }

    public long Resident { get; init; }

    public long Virtual { get; init; }

    /// <summary>Resident, shared pages counted by their share.</summary>
    public long Proportional { get; init; }

    /// <summary>Of the control group that the sensor is in, as <c>FALCO_CGROUP_MEM_PATH</c> or the usual place tells.</summary>
    public long Container { get; init; }

    public double HostCpuPercent { get; init; }

    public long HostMemory { get; init; }

    public long HostProcessesRunning { get; init; }

    public long HostOpenFiles { get; init; }
}
