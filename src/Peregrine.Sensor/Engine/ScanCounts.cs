using Peregrine.State;

namespace Peregrine.Sensor.Engine;

/// <summary>What was found when the sensor looked at the machine before the first event: threads, and their descriptors by kind.</summary>
internal sealed record ScanCounts
{
    private static readonly (string Name, FdType[] Types)[] Kinds =
    [
        ("task_file_pipe", [FdType.Fifo]),
        ("task_file_memfd", [FdType.Memfd]),
        ("task_file_regular", [FdType.File, FdType.FileV2]),
        ("task_file_directory", [FdType.Directory]),
        ("task_file_socket_inet", [FdType.Ipv4Socket, FdType.Ipv4Listener]),
        ("task_file_socket_inet6", [FdType.Ipv6Socket, FdType.Ipv6Listener]),
        ("task_file_socket_unix", [FdType.UnixSocket]),
        ("task_file_socket_netlink", [FdType.Netlink]),
        ("task_file_anon_inode", [FdType.EventFd, FdType.SignalFd, FdType.EventPoll, FdType.Inotify, FdType.TimerFd, FdType.Bpf, FdType.Userfaultfd, FdType.IoUring, FdType.Pidfd]),
    ];

    /// <summary>Counts under the names that dashboards know.</summary>
    public IReadOnlyList<(string Name, ulong Count)> Named { get; private init; } = [];

    public static ScanCounts Of(StateEngine state)
    {
        ulong tasks = 0;
        var byType = new ulong[byte.MaxValue + 1];
        foreach (var thread in state.Threads.All)
        {
            tasks++;
            if (thread.Tid != thread.Pid) continue;
            foreach (var (_, entry) in thread.Fds.Entries()) byType[(int)entry.Type]++;
        }
        return new ScanCounts { Named = [("task", tasks), .. Kinds.Select(k => (k.Name, k.Types.Aggregate(0ul, (sum, type) => sum + byType[(int)type])))] };
    }
}
