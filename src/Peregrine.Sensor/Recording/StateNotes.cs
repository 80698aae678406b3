using Peregrine.Capture;
using Peregrine.Events;
using Peregrine.State;

namespace Peregrine.Sensor.Recording;

/// <summary>Takes one event of a capture.</summary>
internal delegate void NoteSink(EventView note, CaptureEventFlags flags);

/// <summary>
/// Turns what the state learns beside the events into events of the format, so that a replay knows it too: threads and descriptors read from <c>/proc</c>, accounts, containers. They are marked as
/// belonging to the state, so no reader shows them. Whoever records writes them in front of the event at hand: <see cref="Flush"/>.
/// </summary>
/// <remarks>Belongs to the worker. Notes that nobody takes within <see cref="MostBytes"/> are forgotten.</remarks>
internal sealed class StateNotes(StateEngine state) : IStateListener
{
    /// <summary>The one that notes about the machine are of.</summary>
    private const long Init = 1;

    private const uint CloseRangeCloexec = 4;

    private const int MostBytes = 16 << 20;

    private readonly byte[] _buffer = new byte[ThreadNote.Room];
    private readonly List<byte[]> _waiting = [];
    private long _bytes;

    /// <summary>The time that notes carry: that of the event at hand, ns since the epoch.</summary>
    public ulong Time { get; set; }

    /// <summary>Has the accounts looked up that a process runs under from now on, whether a rule asks for them or not: a replay has other rules.</summary>
    public void Accompany(ref EventContext context)
    {
        if (!ChangesAccounts(context.Event.Type) || context.Thread is not { IsKnown: true } thread) return;
        state.Users.FindUser(thread.Uid, thread);
        state.Users.FindUser(thread.LoginUid, thread);
        state.Users.FindGroup(thread.Gid, thread);
    }

    /// <summary>Hands over what was learned since the last time; nearly always nothing.</summary>
    public void Flush(NoteSink sink)
    {
        if (_waiting.Count == 0) return;
        foreach (var note in _waiting) sink(EventView.Trusted(note), CaptureEventFlags.StateOnly);
        _waiting.Clear();
        _bytes = 0;
    }

    /// <summary>What a capture must be told besides its tables: which descriptors close at an exec, the containers, and the accounts in them.</summary>
    /// <param name="state">The state now.</param>
    /// <param name="writer">The capture, whose tables have been written.</param>
    /// <param name="tables">These.</param>
    /// <param name="time">When they were made, ns since the epoch.</param>
    public static void WriteBeginning(StateEngine state, CaptureWriter writer, CaptureMetadata tables, ulong time)
    {
        foreach (var thread in tables.Threads)
            if (thread.Fds.Count > 0) WriteMarks(thread, writer, time);
        var notes = new StateNotes(state) { Time = time };
        foreach (var container in state.Containers.All) notes.ContainerChanged(container);
        foreach (var (place, user) in state.Users.Users)
            if (place is not null) notes.UserFound(user.Uid, user, place);
        foreach (var (place, group) in state.Users.Groups)
            if (place is not null) notes.GroupFound(group.Gid, group, place);
        notes.Flush((note, flags) => writer.WriteEvent(note, 0, flags));
    }

    /// <summary>As a process would have marked them: a close_range for each run of numbers.</summary>
    private static void WriteMarks(ThreadRecord thread, CaptureWriter writer, ulong time)
    {
        Span<byte> buffer = stackalloc byte[128];
        var marked = thread.Fds.Where(static fd => fd.IsCloseOnExec).Select(static fd => fd.Fd).Order().ToList();
        for (var i = 0; i < marked.Count; i++)
        {
            var first = marked[i];
            while (i + 1 < marked.Count && marked[i + 1] == marked[i] + 1) i++;
            var w = new EventWriter(buffer, EventType.SyscallCloseRangeX, time, thread.Tid);
            w.I64(0);
            w.U32((uint)first);
            w.U32((uint)marked[i]);
            w.U32(CloseRangeCloexec);
            writer.WriteEvent(EventView.Trusted(w.Finish()), 0, CaptureEventFlags.StateOnly);
        }
    }

    public void ThreadFound(ThreadEntry thread)
    {
        Add(thread.IsLeader ? ThreadNote.Task(_buffer, Time, thread, state.BootTime) : ThreadNote.Clone(_buffer, Time, thread, state.BootTime));
        foreach (var (number, descriptor) in thread.Group.Fds.Entries()) DescriptorFound(thread, number, descriptor);
    }

    public void DescriptorFound(ThreadEntry thread, long number, FdEntry descriptor)
    {
        if (number is < 0 or > int.MaxValue) return;
        var note = ThreadNote.Descriptor(_buffer, Time, thread.Tid, number, descriptor);
        if (!note.IsEmpty) Add(note);
    }

    public void ThreadCorrected(ThreadEntry thread) => Add(ThreadNote.Task(_buffer, Time, thread, state.BootTime));

    public void ThreadGone(ThreadEntry thread)
    {
        var w = new EventWriter(_buffer, EventType.Procexit_1E, Time, thread.Tid);
        w.I64(0);
        Add(w.Finish());
    }

    public void DescriptorGone(ThreadEntry thread, long number)
    {
        var w = new EventWriter(_buffer, EventType.SyscallCloseX, Time, thread.Tid);
        w.I64(0);
        w.I64(number);
        Add(w.Finish());
    }

    public void UserFound(uint uid, UserEntry? user, ContainerEntry? place)
    {
        // On the host nobody has an account that no list names.
        if (user is null && place is null) return;
        var w = new EventWriter(_buffer, user is null ? EventType.UserDeletedE : EventType.UserAddedE, Time, Init);
        w.U32(uid);
        w.U32(user?.Gid ?? uint.MaxValue);
        w.Text(Short(user?.Name));
        w.Text(Short(user?.HomeDir));
        w.Text(Short(user?.Shell));
        w.Text(place?.Id);
        Add(w.Finish());
    }

    public void GroupFound(uint gid, GroupEntry? group, ContainerEntry? place)
    {
        if (group is null && place is null) return;
        var w = new EventWriter(_buffer, group is null ? EventType.GroupDeletedE : EventType.GroupAddedE, Time, Init);
        w.U32(gid);
        w.Text(Short(group?.Name));
        w.Text(place?.Id);
        Add(w.Finish());
    }

    public void ContainerChanged(ContainerEntry container)
    {
        if (container is { Lookup: ContainerLookup.NotAsked, Details: null }) return;
        var json = ContainerNote.Write(container);
        var buffer = json.Length + 256 <= _buffer.Length ? _buffer : new byte[json.Length + 256];
        var w = new EventWriter(buffer, EventType.AsynceventE, Time, Init);
        w.U32(0);
        w.Text("container"u8);
        w.Bytes(json);
        Add(w.Finish());
    }

    private static bool ChangesAccounts(EventType type) => type is EventType.SyscallExecve_19X or EventType.SyscallExecveatX
        or EventType.SyscallClone_20X or EventType.SyscallClone3X or EventType.SyscallFork_20X or EventType.SyscallVfork_20X
        or EventType.SyscallSetuidX or EventType.SyscallSetresuidX or EventType.SyscallSetreuidX or EventType.SyscallSetgidX or EventType.SyscallSetresgidX or EventType.SyscallSetregidX;

    private void Add(ReadOnlySpan<byte> note)
    {
        _waiting.Add(note.ToArray());
        _bytes += note.Length;
        if (_bytes <= MostBytes) return;
        _waiting.Clear();
        _bytes = 0;
    }

    private static ReadOnlySpan<byte> Short(byte[]? text) => text is null ? default : text.AsSpan(0, Math.Min(text.Length, CaptureLimits.CredentialText - 1));
}
