using System.Runtime.CompilerServices;
using Peregrine.Events;
using Peregrine.Filters.Rendering;
using Peregrine.State;
using static Peregrine.Filters.FieldScope;

namespace Peregrine.Filters.Fields;

/// <summary>Fields of the class fd that descriptors of every kind have. Only events that make, use or close a descriptor have them.</summary>
internal static class FdFields
{
    // Lambdas, since a delegate of a static method has to shift all arguments by one place with each call.
    public static readonly Field[] All =
    [
        Declare.Id("fd.num", ParamType.Int64, "FD Number", Event, "Number of the descriptor; -1 when the call made none.", static (ref c, _, ref v) => HasFd(ref c) && v.Set(c.FdNumber)),
        Declare.Text("fd.type", "FD Type", Fd, "Kind of descriptor: file, directory, ipv4, ipv6, unix, pipe, event, signalfd, eventpoll, inotify, timerfd, netlink, bpf, userfaultfd, io_uring, memfd, pidfd.",
            static (ref c, _, ref v) => TryGet(ref c) is { } fd && v.Set(FdText.TypeName(fd.Type))) with { Format = PrintFormat.Dec },
        Declare.Text("fd.typechar", "FD Type Char", Event, "Kind of descriptor as a letter: f for a file, 4 and 6 for IP sockets, u for a unix socket, p for a pipe and so on.", static (ref c, _, ref v) => TypeLetter(ref c, ref v)) with { Traits = FieldTraits.OfKnownDescriptor, Format = PrintFormat.Dec },
        Declare.Text("fd.name", "FD Name", Event, "Path of a file, addresses of a socket (10.0.0.1:4000->10.0.0.2:80), label of other kinds. Of an open that failed, the path that was asked for.", static (ref c, _, ref v) => FdName.Extract(ref c, ref v)) with { Traits = FieldTraits.OfKnownDescriptor },
        Declare.Text("fd.directory", "FD Directory", Event, "Path of a file without its last part.", static (ref c, _, ref v) => FdName.TryGetDirectory(ref c, ref v)) with { Traits = FieldTraits.OfKnownDescriptor },
        Declare.Text("fd.filename", "FD Filename", Fd, "The last part of a file's path.", static (ref c, _, ref v) => FileName(ref c, ref v)),
        Declare.Text("fd.uid", "FD ID", Event, "Thread id and descriptor number in one, to tell descriptors of different threads apart.", UniqueId),
        Declare.Text("fd.containername", "FD Container Name", Event, "Container id and name of the descriptor, with a colon between.", FdName.ExtractWithContainer),
        Declare.Text("fd.containerdirectory", "FD Container Directory", Event, "Container id and directory of the file, with a colon between.", FdName.ExtractDirectoryWithContainer),
        Declare.Amount("fd.dev", ParamType.Int32, "FD Device", Fd, "Number of the device that the file lies on.", static (ref c, _, ref v) => TryGet(ref c) is { } fd && v.Set((int)fd.Device)) with { Format = PrintFormat.Hex },
        Declare.Amount("fd.dev.major", ParamType.Int32, "FD Major Device", Fd, "Major number of that device.", static (ref c, _, ref v) => TryGet(ref c) is { } fd && v.Set(Major(fd.Device))),
        Declare.Amount("fd.dev.minor", ParamType.Int32, "FD Minor Device", Fd, "Minor number of that device.", static (ref c, _, ref v) => TryGet(ref c) is { } fd && v.Set(Minor(fd.Device))),
        Declare.Amount("fd.ino", ParamType.Int64, "FD Inode Number", Fd, "Inode number of the file.", static (ref c, _, ref v) => TryGet(ref c) is { } fd && v.Set(fd.Inode)),
        Declare.Text("fd.nameraw", "FD Name Raw", Event, "The path as the process gave it, before it was made absolute.", static (ref c, _, ref v) => FdName.ExtractRaw(ref c, ref v)) with { Traits = FieldTraits.OfKnownDescriptor },
        Declare.Text("fd.types", "FD Type", Event, "The kinds of all descriptors that the process has open, each once; with a number in brackets, the kind of that descriptor.", Types)
            .With(FieldArgument.Allowed | FieldArgument.Index, FieldTails.OptionalIndex) with { Format = PrintFormat.Dec, Traits = FieldTraits.List | FieldTraits.NoRightHand },
        Declare.Flag("fd.is_upper_layer", "FD Upper Layer", Fd, "True when the file lies in the upper layer of an overlay file system: it was made or changed after its image.",
            static (ref c, _, ref v) => TryGet(ref c) is { } fd && v.Set((fd.Flags & FdFlags.UpperLayer) != 0)),
        Declare.Flag("fd.is_lower_layer", "FD Lower Layer", Fd, "True when the file lies in the lower layer of an overlay file system: it is part of an image.",
            static (ref c, _, ref v) => TryGet(ref c) is { } fd && v.Set((fd.Flags & FdFlags.LowerLayer) != 0)),
    ];

    /// <summary>Whether the event has to do with a descriptor at all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasFd(ref EventContext context) =>
        context.Thread is not null && EventSchema.HasDescriptor(context.Event.Type);

    /// <summary>The descriptor of the event; null when it has none or it is not known.</summary>
    public static FdEntry? TryGet(ref EventContext context) => HasFd(ref context) ? context.Fd : null;

    private static long Major(uint device) => (device & 0xfff00) >> 8;

    private static long Minor(uint device) => (device & 0xff) | ((device >> 12) & 0xfff00);

    /// <summary>Of a call that failed to make a descriptor, the kind that it would have been.</summary>
    private static bool TypeLetter(ref EventContext context, ref FieldValue value)
    {
        if (!HasFd(ref context)) return false;
        if (context.Fd is { } fd) return value.Set(SingleLetter.Of(FdText.TypeLetter(fd.Type)));
        return value.Set(context.Event.Type switch
        {
            EventType.SyscallOpenX or EventType.SyscallOpenat_2X or EventType.SyscallOpenat2X or EventType.SyscallCreatX => "f"u8,
            EventType.SocketSocketX or EventType.SocketAccept_5X or EventType.SocketAccept4_6X => "4"u8,
            EventType.SyscallPipeX or EventType.SyscallPipe2X => "p"u8,
            EventType.SyscallEventfdX or EventType.SyscallEventfd2X => "e"u8,
            EventType.SyscallSignalfdX or EventType.SyscallSignalfd4X => "s"u8,
            EventType.SyscallTimerfdCreateX => "t"u8,
            EventType.SyscallInotifyInitX or EventType.SyscallInotifyInit1X => "i"u8,
            _ => "o"u8,
        });
    }

    private static bool FileName(ref EventContext context, ref FieldValue value)
    {
        if (TryGet(ref context) is not { Type: FdType.File or FdType.FileV2 } fd) return false;
        var slash = fd.Name.AsSpan().LastIndexOf((byte)'/');
        if (slash < 0) return value.Set("/"u8);
        return value.Set(slash == fd.Name.Length - 1 ? fd.Name : fd.Name.AsSpan(slash + 1));
    }

    private static bool UniqueId(ref EventContext context, FieldArg arg, ref FieldValue value)
    {
        if (!HasFd(ref context)) return false;
        value.Buffer.Begin();
        value.Buffer.Append(context.Thread!.Tid);
        value.Buffer.Append(context.FdNumber);
        return value.Set(value.Buffer.End());
    }

    private static bool Types(ref EventContext context, FieldArg arg, ref FieldValue value)
    {
        if (!HasFd(ref context)) return false;
        var list = value.Buffer.List();
        value.List = list;
        if (arg.Index >= 0)
        {
            if (context.Thread!.Fds.Find(arg.Index) is not { } one) return false;
            list.Add(FdText.TypeName(one.Type));
            return true;
        }
        var seen = 0L;
        foreach (var (_, entry) in context.Thread!.Fds.Entries())
        {
            var kind = KindOf(entry.Type);
            if ((seen & (1L << kind)) != 0) continue;
            seen |= 1L << kind;
            list.Add(FdText.TypeName(entry.Type));
        }
        return true;
    }

    /// <summary>Types that share a word count as one.</summary>
    private static int KindOf(FdType type) => type switch
    {
        FdType.Ipv4Listener => (int)FdType.Ipv4Socket,
        FdType.Ipv6Listener => (int)FdType.Ipv6Socket,
        FdType.FileV2 => (int)FdType.File,
        > FdType.Pidfd => 63,
        _ => (int)type,
    };

    private static class SingleLetter
    {
        private static readonly byte[] Letters = [.. Enumerable.Range(0, 128).Select(b => (byte)b)];

        /// <summary>The letter as a text of length 1.</summary>
        public static ReadOnlySpan<byte> Of(byte letter) => Letters.AsSpan(letter, 1);
    }
}
