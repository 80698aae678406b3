using Xunit;

namespace Peregrine.LiveTests.Reference;

/// <summary>Rules about what programs ask of the kernel: users, namespaces, tracing, modules, BPF.</summary>
[Collection(RuleCollection.Name)]
public sealed class PrivilegeRules(RuleSensor sensor)
{
    [Theory]
    [InlineData("PTRACE attached to process", "{deeds} trace attach", "proc.name=deeds; evt.res=SUCCESS")]
    [InlineData("PTRACE attached to process", "{deeds} trace seize", "proc.cmdline=deeds trace seize")]
    [InlineData("PTRACE attached to process", "{deeds} trace poke-text", "proc.cmdline=deeds trace poke-text; evt.res=ESRCH")]
    [InlineData("PTRACE attached to process", "{deeds} trace poke-data", "proc.cmdline=deeds trace poke-data")]
    [InlineData("PTRACE attached to process", "{deeds} trace set-registers", "proc.cmdline=deeds trace set-registers")]
    [InlineData("PTRACE anti-debug attempt", "{deeds} trace traceme", "proc.cmdline=deeds trace traceme; proc.pname=deeds")]
    [InlineData("Change thread namespace", "{deeds} enter /proc/self/ns/uts", "proc.name=deeds; evt.type=setns")]
    [InlineData("Change thread namespace", "{runner} in-thread enter /proc/self/ns/net", "proc.name=runner")]
    [InlineData("BPF Program Not Profiled", "{deeds} bpf load", "proc.name=deeds; evt.type=bpf")]
    [InlineData("Unprivileged Delegation of Page Faults Handling to a Userspace Process", "{deeds} as-user 1 userfaultfd 1", "proc.name=deeds; user.uid=1; user.name=daemon")]
    [InlineData("Unprivileged Delegation of Page Faults Handling to a Userspace Process", "{deeds} as-user 1 in-fork userfaultfd 0", "user.uid=1; evt.res=EPERM")]
    [InlineData("Non sudo setuid", "{deeds} as-user 1 set-uid setuid 1", "proc.name=deeds; user.name=daemon; evt.res=SUCCESS")]
    [InlineData("Non sudo setuid", "{deeds} as-user 1 set-uid setuid 0", "user.name=daemon; evt.res=EPERM")]
    public void OnTheHost(string rule, string line, string says) => sensor.Expect(rule, sensor.OnTheHost(line), says);

    [Theory]
    [InlineData(ContainerKind.Plain, "Change namespace privileges via unshare", "{deeds} leave net", "proc.name=deeds; evt.type=unshare; evt.res=EPERM")]
    [InlineData(ContainerKind.Plain, "Change namespace privileges via unshare", "{deeds} leave files", "proc.name=deeds")]
    [InlineData(ContainerKind.Plain, "Change thread namespace", "{deeds} enter /proc/self/ns/uts", "evt.res=EPERM")]
    [InlineData(ContainerKind.Plain, "PTRACE attached to process", "{deeds} trace attach", "proc.name=deeds")]
    [InlineData(ContainerKind.Plain, "BPF Program Not Profiled", "{deeds} bpf load", "evt.res=EPERM")]
    [InlineData(ContainerKind.Privileged, "Linux Kernel Module Injection Detected", "{deeds} module init", "proc.name=deeds; evt.type=init_module")]
    [InlineData(ContainerKind.Privileged, "Linux Kernel Module Injection Detected", "/bin/insmod module finit", "proc.name=insmod; evt.type=finit_module")]
    [InlineData(ContainerKind.Privileged, "Detect release_agent File Container Escapes", "echo /cmd > {dir}/release_agent", "fd.name={dir}/release_agent; user.uid=0")]
    [InlineData(ContainerKind.Privileged, "Detect release_agent File Container Escapes", "{deeds} file-at openat2 wc {dir} release_agent", "fd.name={dir}/release_agent; evt.type=openat2")]
    [InlineData(ContainerKind.Privileged, "Debugfs Launched in Privileged Container", "debugfs nothing", "proc.name=debugfs; container.privileged=True")]
    [InlineData(ContainerKind.Privileged, "Mount Launched in Privileged Container", "/bin/mount nothing /mnt", "proc.name=mount; proc.cmdline=mount nothing /mnt")]
    [InlineData(ContainerKind.Privileged, "Non sudo setuid", "{deeds} as-user 4711 set-uid setuid 4711", "user.uid=4711; user.name=appuser")]
    public void InAContainer(ContainerKind kind, string rule, string line, string says) => sensor.Expect(rule, sensor.InAContainer(line, kind), says);

    [Theory]
    [InlineData("PTRACE attached to process", "{deeds} trace continue")]
    [InlineData("PTRACE attached to process", "{deeds} trace peek")]
    [InlineData("PTRACE attached to process", "{deeds} trace traceme")]
    [InlineData("PTRACE anti-debug attempt", "{deeds} trace attach")]
    [InlineData("BPF Program Not Profiled", "{deeds} bpf map")]
    [InlineData("Non sudo setuid", "{deeds} set-uid setuid 0")]
    [InlineData("Non sudo setuid", "{deeds} as-user 65534 set-uid setuid 65534")]
    [InlineData("Non sudo setuid", "{ping} as-user 1 set-uid setuid 1")]
    [InlineData("Unprivileged Delegation of Page Faults Handling to a Userspace Process", "{deeds} userfaultfd 1")]
    [InlineData("Change namespace privileges via unshare", "{deeds} leave uts")]
    public void Nothing(string rule, string line) => sensor.ExpectNone(rule, sensor.OnTheHost(line));

    [Theory]
    [InlineData(ContainerKind.Plain, "Linux Kernel Module Injection Detected", "{deeds} module init")]
    [InlineData(ContainerKind.Plain, "Detect release_agent File Container Escapes", "echo > {dir}/release_agent")]
    [InlineData(ContainerKind.Privileged, "Change namespace privileges via unshare", "{deeds} leave uts")]
    [InlineData(ContainerKind.Plain, "Debugfs Launched in Privileged Container", "debugfs nothing")]
    [InlineData(ContainerKind.Plain, "Mount Launched in Privileged Container", "/bin/mount nothing /mnt")]
    [InlineData(ContainerKind.Privileged, "Mount Launched in Privileged Container", "/bin/mount -l")]
    public void NothingInAContainer(ContainerKind kind, string rule, string line) => sensor.ExpectNone(rule, sensor.InAContainer(line, kind));
}
