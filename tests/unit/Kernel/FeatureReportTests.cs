using System.Text;
using Peregrine.Kernel;
using Xunit;

namespace Peregrine.UnitTests.Kernel;

/// <summary>What is found of a machine, and what is said about each gap.</summary>
public sealed class FeatureReportTests : IDisposable
{
    private const string Btf = "sys/kernel/btf/vmlinux";
    private const string All = "000001ffffffffff";
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("peregrine-features-");

    public FeatureReportTests()
    {
        Write(Btf, "\0btf_trace_sys_exit\0btf_trace_sched_process_exec\0btf_trace_sched_process_exit\0bpf_iter__task_file\0");
        Write("sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
        Write("sys/fs/cgroup/cgroup.controllers", "");
        Write("proc/sys/net/core/bpf_jit_enable", "1\n");
    }

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void A_machine_with_everything_has_no_gap() => Assert.All(FeatureReport.Read(Machine()), f => Assert.True(f is { Advice: "", IsMissing: false }, $"{f}"));

    [Fact]
    public void Without_type_information_a_kernel_is_no_use()
    {
        File.Delete(Path.Combine(_root.FullName, Btf));
        IsMissing("type information (BTF)", "CONFIG_DEBUG_INFO_BTF");
    }

    [Fact]
    public void A_tracepoint_that_is_not_there_is_named()
    {
        Write(Btf, "\0btf_trace_sys_exit\0btf_trace_sched_process_exec\0");
        IsMissing("tracepoints", "sched_process_exit is not there");
    }

    [Fact]
    public void Iterators_are_told_and_not_needed()
    {
        Write(Btf, "\0btf_trace_sys_exit\0btf_trace_sched_process_exec\0btf_trace_sched_process_exit\0");
        var found = Find("iterators");
        Assert.StartsWith("missing", found.State, StringComparison.Ordinal);
        Assert.False(found.IsMissing);
    }

    [Fact]
    public void Lockdown_that_hides_the_kernels_memory_is_in_the_way()
    {
        Write("sys/kernel/security/lockdown", "none integrity [confidentiality]\n");
        IsMissing("lockdown", "lockdown=integrity");
    }

    [Theory]
    [InlineData(1, "root")]
    [InlineData(12, "memory")]
    [InlineData(22, "5.11")]
    public void A_refused_ring_buffer_comes_with_the_error_and_what_to_do(int error, string advice)
    {
        var found = Find("BPF ring buffer", Machine() with { MakeRing = () => error });
        Assert.True(found.IsMissing);
        Assert.Contains($"error {error}", found.State, StringComparison.Ordinal);
        Assert.Contains(advice, found.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void The_library_that_loads_the_probe_is_named_when_it_is_missing() => IsMissing("libbpf", "libbpf1", Machine() with { HasLibbpf = false });

    [Fact]
    public void An_old_kernel_is_told_and_may_have_what_is_needed() => IsGap("kernel", "older than 5.11", Machine() with { Kernel = new Version(4, 18, 0) });

    [Theory]
    [InlineData("CAP_BPF", 39, true)]
    [InlineData("CAP_PERFMON", 38, true)]
    [InlineData("CAP_SYS_PTRACE", 19, false)]
    [InlineData("CAP_DAC_READ_SEARCH", 2, false)]
    public void A_missing_capability_is_told_with_what_it_is_for(string name, int number, bool isNeededToWatch)
    {
        // Without CAP_SYS_ADMIN, which stands for the first two.
        var found = Find(name, Machine(capabilities: $"{0x1ffffffffff & ~(1ul << number) & ~(1ul << 21):x16}"));
        Assert.Equal("missing", found.State);
        Assert.Contains("needed to", found.Advice, StringComparison.Ordinal);
        Assert.Equal(isNeededToWatch, found.IsMissing);
    }

    [Fact]
    public void The_right_to_more_memory_is_needed_by_old_kernels_alone()
    {
        var without = $"{0x1ffffffffff & ~(1ul << 24):x16}";
        Assert.Empty(Find("CAP_SYS_RESOURCE", Machine(without)).Advice);
        var old = Find("CAP_SYS_RESOURCE", Machine(without) with { Kernel = new Version(5, 10, 0) });
        Assert.Contains("ulimit -l", old.Advice, StringComparison.Ordinal);
        Assert.False(old.IsMissing);
    }

    [Fact]
    public void What_the_sensor_works_without_is_a_gap_with_advice()
    {
        Write("proc/sys/net/core/bpf_jit_enable", "0\n");
        File.Delete(Path.Combine(_root.FullName, "sys/fs/cgroup/cgroup.controllers"));
        IsGap("BPF compiler", "net.core.bpf_jit_enable");
        IsGap("control groups", "mount /sys/fs/cgroup");
        IsGap("system-call filters (seccomp)", "CONFIG_SECCOMP_FILTER", Machine() with { Status = $"CapEff:\t{All}\n" });
    }

    [Theory]
    [InlineData("sys/fs/cgroup/unified/cgroup.controllers", "hybrid: v1 with v2 beside it")]
    [InlineData("sys/fs/cgroup/memory/tasks", "v1")]
    [InlineData("sys/fs/cgroup/cgroup.controllers", "v2")]
    public void The_mode_of_control_groups_is_told(string file, string expected)
    {
        File.Delete(Path.Combine(_root.FullName, "sys/fs/cgroup/cgroup.controllers"));
        Write(file, "");
        Assert.Equal(expected, Find("control groups").State);
    }

    [Fact]
    public void Engines_are_listed() => Assert.Equal("/run/one.sock, /run/two.sock", Find("container engines", Machine() with { Engines = ["/run/one.sock", "/run/two.sock"] }).State);

    [Theory]
    [InlineData("none [integrity] confidentiality", "integrity")]
    [InlineData("", "")]
    public void The_chosen_word_is_in_brackets(string text, string expected) => Assert.Equal(expected, FeatureReport.Bracketed(text));

    private void IsMissing(string name, string advice, MachineView? machine = null)
    {
        var found = Find(name, machine);
        Assert.True(found.IsMissing, $"{found}");
        Assert.Contains(advice, found.Advice, StringComparison.Ordinal);
    }

    private void IsGap(string name, string advice, MachineView? machine = null)
    {
        var found = Find(name, machine);
        Assert.False(found.IsMissing, $"{found}");
        Assert.Contains(advice, found.Advice, StringComparison.Ordinal);
    }

    private KernelFeature Find(string name, MachineView? machine = null) => Assert.Single(FeatureReport.Read(machine ?? Machine()), f => f.Name == name);

    private MachineView Machine(string capabilities = All) => new()
    {
        Root = _root.FullName,
        Status = $"Name:\tx\nCapEff:\t{capabilities}\nSeccomp:\t0\n",
        Kernel = new Version(6, 1, 0),
        HasLibbpf = true,
        MakeRing = () => 0,
    };

    private void Write(string path, string text)
    {
        var file = Path.Combine(_root.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text, Encoding.ASCII);
    }
}
