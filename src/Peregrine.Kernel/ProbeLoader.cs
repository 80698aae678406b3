using Peregrine.Events;
using Peregrine.Kernel.Rings;

namespace Peregrine.Kernel;

/// <summary>Puts the probe into the kernel: settings, rings, programs in their tables. What it returns is loaded but not attached.</summary>
internal static class ProbeLoader
{
    internal const string CpusMap = "pg_cpus";
    internal const string SwitchesMap = ".data.switches";

    private const string FrontsMap = "pg_fronts";
    private const string SettingsMap = ".rodata.settings";
    private const string RingsMap = "pg_rings";
    private const string ProgramsMap = "pg_programs";
    private const string GenericProgram = "sys_generic";

    /// <summary>The programs that sit on tracepoints, in the order of attaching, and the names under which dashboards know them; all others are called by these.</summary>
    internal static (string Program, string Name)[] AttachedPrograms => [("process_exit", "sched_proc_exit"), ("exec_done", "sched_p_exec"), ("sys_exit_dispatch", "sys_exit")];

    /// <summary>CPUs that the machine could have, by number below this.</summary>
    internal static int PossibleCpus => CpuList.Count(ReadCpus("possible"));

    /// <summary>CPUs that run now.</summary>
    internal static IReadOnlyList<int> OnlineCpus => CpuList.Parse(ReadCpus("online"));

    /// <param name="parts">Stay the caller's.</param>
    /// <param name="options">How it is set up.</param>
    /// <param name="bootTime">Of the machine, in nanoseconds since the epoch.</param>
    internal static LoadedProbe Load(ProbeParts parts, KernelProbeOptions options, ulong bootTime)
    {
        try
        {
            return LoadForm(parts, options, bootTime);
        }
        catch (KernelException) when (parts.HasKernelLoops)
        {
            // The other form asks less of the kernel; whatever else is wrong is told then.
            using var plain = ProbeParts.Read(withKernelLoops: false);
            return LoadForm(plain, options, bootTime);
        }
    }

    private static LoadedProbe LoadForm(ProbeParts parts, KernelProbeOptions options, ulong bootTime)
    {
        // The kernel takes a while to find the memory, which is not needed while the programs are verified.
        var making = Task.Run(() => MakeRings(options));
        ProbePrograms? probe = null;
        try
        {
            probe = new ProbePrograms(parts, Environment.ProcessorCount);
            var settings = new ProbeSettings
            {
                BootTime = bootTime,
                OwnThreadGroup = options.OwnThreadGroup,
                SnapLength = (uint)options.SnapLength,
                DropFailed = options.DropFailed ? 1u : 0u,
            };
            var frontCpus = FrontRing.Cpus(options.RingBytes, options.Online ?? OnlineCpus);
            settings.FrontCpus = (uint)frontCpus;
            settings.SetRing(options.RingBytes);
            settings.SetKinds();
            probe.First.SetInitialValue(SettingsMap, settings);
            probe.First.SetMaxEntries(CpusMap, PossibleCpus);
            probe.First.SetMaxEntries(RingsMap, PossibleCpus);
            probe.First.SetMaxEntries(FrontsMap, Math.Max(1, frontCpus));
            using (var pattern = Ring.Create(0, Environment.SystemPageSize)) probe.Load(pattern.Fd);
            FillPrograms(probe);
            var rings = making.GetAwaiter().GetResult();
            foreach (var ring in rings) probe.Maps.Update(RingsMap, (uint)ring.Cpu, ring.Fd);
            var (cpus, cpuBytes) = (probe.Maps.Fd(CpusMap), probe.Maps.ValueSize(CpusMap));
            CpuStates.SetRings(cpus, cpuBytes, PossibleCpus, rings, options.RingBytes);
            return new LoadedProbe(bootTime, probe.Maps.Fd(SwitchesMap), cpus, cpuBytes, probe.Maps.Fd(FrontsMap), frontCpus, [.. AttachedPrograms.Select(p => new AttachedProgram(p.Name, probe.Fd(p.Program)))], rings) { Loader = probe };
        }
        catch
        {
            probe?.Dispose();
            Abandon(making);
            throw;
        }
    }

    private static Ring[] MakeRings(KernelProbeOptions options)
    {
        var rings = new List<Ring>();
        try
        {
            foreach (var (cpu, bytes) in RingPlan.Make(CpuList.Parse(ReadCpus("possible")), options.Online ?? OnlineCpus, options.RingBytes, options.SpareRingBytes)) rings.Add(Ring.Create(cpu, bytes));
            return [.. rings];
        }
        catch
        {
            foreach (var ring in rings) ring.Dispose();
            throw;
        }
    }

    /// <summary>Rings that nobody will use.</summary>
    private static void Abandon(Task<Ring[]> making)
    {
        ((IAsyncResult)making).AsyncWaitHandle.WaitOne();
        if (!making.IsCompletedSuccessfully) return;
        foreach (var ring in making.Result) ring.Dispose();
    }

    /// <summary>The program of a row of the syscall table: by the syscall's name, or the one for all that have no event of their own.</summary>
    internal static string ProgramName(SyscallSlot slot) =>
        slot.Exit == EventType.GenericX ? GenericProgram : "sys_" + EventSchema.Get(slot.Code).Name;

    private static void FillPrograms(ProbePrograms probe)
    {
        Span<int> programs = stackalloc int[ProbeSwitches.Syscalls];
        programs.Fill(probe.Fd(GenericProgram));
        foreach (var slot in EventSchema.SyscallTableX64)
            if (slot.Number < programs.Length && probe.Fd(ProgramName(slot)) is var program and >= 0) programs[slot.Number] = program;
        for (var number = 0; number < programs.Length; number++) probe.Maps.Update(ProgramsMap, (uint)number, programs[number]);
        FillSteps(probe, "pg_steps", ["step_exec_failed_state", "step_exec_failed_paths", "step_clone_state", "step_received"]);
        FillSteps(probe, "pg_exec_steps", ["step_exec_state", "step_exec_paths"]);
    }

    /// <summary>In the order of the enumerations in probe/maps.h.</summary>
    private static void FillSteps(ProbePrograms probe, string map, ReadOnlySpan<string> programs)
    {
        for (var step = 0; step < programs.Length; step++) probe.Maps.Update(map, (uint)step, probe.Fd(programs[step]));
    }

    private static string ReadCpus(string which)
    {
        try
        {
            return File.ReadAllText($"/sys/devices/system/cpu/{which}");
        }
        catch (IOException e)
        {
            throw new KernelException($"cannot read the list of {which} CPUs: mount sysfs at /sys", e);
        }
    }
}
