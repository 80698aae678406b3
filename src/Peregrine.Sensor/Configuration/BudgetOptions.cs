namespace Peregrine.Sensor.Configuration;

/// <summary>What the sensor may use: the keys of <c>budget</c>.</summary>
/// <param name="Cpu">Processors, such as 0.5; null for as much as it takes.</param>
/// <param name="Memory">Bytes of resident memory; null for as much as it takes.</param>
public sealed record BudgetOptions(double? Cpu, long? Memory);

/// <summary>Reads <c>budget</c>.</summary>
internal static class BudgetOptionsReader
{
    private const string CpuKey = "budget.cpu";
    private const string MemoryKey = "budget.memory";
    private const long LeastMemory = 16L << 20;
    private const long MostMemory = 1L << 50;

    public static BudgetOptions Read(ConfigReader reader)
    {
        var cpu = reader.Number(CpuKey);
        if (cpu is not 0 and not (>= 0.01 and <= 4096)) throw reader.Invalid(CpuKey, $"'{CpuKey}' must be a number of processors from 0.01 on, such as 0.5, or 0 for no limit");
        var memory = reader.Text(MemoryKey) is "0" ? 0 : reader.Size(MemoryKey, LeastMemory, MostMemory);
        return new BudgetOptions(cpu > 0 ? cpu : null, memory > 0 ? memory : null);
    }
}
