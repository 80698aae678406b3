using Peregrine.State;

namespace Peregrine.Kernel.Proc.Descriptors;

/// <summary>Descriptors that are no file: the kernel names their kind in the link (<c>anon_inode:[eventpoll]</c>).</summary>
internal static class AnonymousInode
{
    /// <summary>The kind; <see cref="FdType.Unsupported"/> for kinds that have no type of their own and keep the link's text as their name.</summary>
    public static FdType Classify(ReadOnlySpan<byte> link)
    {
        if (!link.StartsWith("anon_inode:"u8)) return FdType.Unsupported;
        var kind = link["anon_inode:"u8.Length..].TrimStart((byte)'[').TrimEnd((byte)']');
        if (kind.SequenceEqual("eventpoll"u8)) return FdType.EventPoll;
        if (kind.SequenceEqual("eventfd"u8)) return FdType.EventFd;
        if (kind.SequenceEqual("timerfd"u8)) return FdType.TimerFd;
        if (kind.SequenceEqual("signalfd"u8)) return FdType.SignalFd;
        if (kind.SequenceEqual("inotify"u8)) return FdType.Inotify;
        if (kind.SequenceEqual("io_uring"u8)) return FdType.IoUring;
        if (kind.SequenceEqual("userfaultfd"u8)) return FdType.Userfaultfd;
        if (kind.SequenceEqual("pidfd"u8)) return FdType.Pidfd;
        if (kind.SequenceEqual("bpf-map"u8) || kind.SequenceEqual("bpf-prog"u8)) return FdType.Bpf;
        return FdType.Unsupported;
    }
}
