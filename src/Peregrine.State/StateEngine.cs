using Peregrine.Events;

namespace Peregrine.State;

/// <summary>Keeps what the events say about threads, descriptors, users and containers. One engine owns one partition of the world and belongs to one worker; it is not thread-safe.</summary>
/// <remarks>
/// 1. Seed it: <see cref="AddThread"/> for all that runs already, <see cref="Users"/>, <see cref="Interfaces"/>.
/// 2. For every event, in order of time: <see cref="Apply"/>, let the rules look, <see cref="Complete"/>.
/// </remarks>
public sealed partial class StateEngine
{
    private bool _unlinked;
    private IStateListener? _listener;
    private ulong _nextPurge;
    private ulong _nextContainerPurge;
    private readonly ThreadPurge _purge;
    private readonly EventStep[] _steps = EventSteps.All;

    /// <param name="options">Limits and names of the machine.</param>
    /// <param name="host">Where an unknown thread or user can be looked up; <see cref="NoHost"/> when replaying.</param>
    public StateEngine(StateOptions options, IHost host)
    {
        Options = options;
        Host = host;
        FdPool = new FdPool { Statistics = Statistics };
        Budget = new StateBudget(this, options);
        Threads = new ThreadTable(options, FdPool) { Budget = Budget };
        _purge = new ThreadPurge(this);
        Users = new UserTable(options, host);
    }

    public StateOptions Options { get; }

    public IHost Host { get; }

    public ThreadTable Threads { get; }

    public UserTable Users { get; }

    /// <summary>The machine's own addresses.</summary>
    public LocalAddresses Interfaces { get; } = new();

    /// <summary>The containers that threads have been seen in.</summary>
    public ContainerResolver Containers { get; } = new();

    public StateStatistics Statistics { get; } = new();

    /// <summary>Keeps the tables within their bytes.</summary>
    public StateBudget Budget { get; }

    /// <summary>Texts that repeat; others who keep texts of events may share them.</summary>
    public NameInterner Names { get; } = new();

    /// <summary>When the seeding list was made, ns since the epoch. Events up to then may tell of what the list already has. 0 for captures, whose list is older than all events.</summary>
    public ulong SeedTime { get; set; }

    /// <summary>When the machine started, ns since the epoch: events count the starts of pid namespaces from there.</summary>
    public ulong BootTime { get; set; }

    /// <summary>When the first event that is not about the machine itself happened, ns since the epoch; 0 before it.</summary>
    public ulong FirstTimestamp { get; private set; }

    /// <summary>When the event that was seen before the one at hand happened, ns since the epoch; 0 at the first.</summary>
    public ulong PreviousTimestamp { get; internal set; }

    /// <summary>
    /// Whether the event at hand may have changed more than the time of its thread's last event, so that a <see cref="StateReplica"/> must be given it. False for most reads, writes and looks at files.
    /// </summary>
    public bool NeedsFollowing { get; private set; }

    /// <summary>Told of what no event tells a replica; null when nobody follows.</summary>
    public IStateJournal? Journal { get; set; }

    /// <summary>Told of what is learned beside the events; null when nobody wants to know.</summary>
    public IStateListener? Listener
    {
        get => _listener;
        set => _listener = Users.Listener = value;
    }

    /// <summary>Puts the state right after losses; null for captures.</summary>
    internal StateHealer? Healer { get; set; }

    internal FdPool FdPool { get; }

    internal MissingFds MissingFds { get; } = new();

    /// <summary>For a replica: what the machine answered to the state that it follows.</summary>
    internal Queue<uint> TranslatedIds { get; } = new();

    internal RecentExits RecentExits { get; } = new();

    internal CpuSwitches Switches { get; } = new();

    internal PathScratch Scratch { get; } = new();

    /// <summary>Adds a thread that runs already. False when the table is full.</summary>
    public bool AddThread(ThreadEntry thread)
    {
        if (!Threads.Add(thread)) return false;
        _unlinked = true;
        Budget.NoteTexts(thread.Args.Length + thread.Group.Env.Length);
        if (Texts.WithoutDeleted(thread.ExePath) is var path && path.Length < thread.ExePath.Length) thread.ExePath = path.ToArray();
        Statistics.ThreadsAdded++;
        PlaceInContainer(thread);
        PrepareAccounts(thread);
        return true;
    }

    /// <summary>
    /// Has the names of a container's users read before anybody asks for them. To be called when the thread runs a program of the container: what an engine runs before that may still have the machine's
    /// root.
    /// </summary>
    internal void PrepareAccounts(ThreadEntry thread)
    {
        if (thread.Container is { HasAccounts: false } container && Options.LookUpUnknown) container.HasAccounts = Host.PrepareAccounts(thread.Pid);
    }

    /// <summary>Finds the thread's container again after its control groups or pid namespace may have changed.</summary>
    internal void PlaceInContainer(ThreadEntry thread)
    {
        var container = Containers.Resolve(thread.Cgroups, thread.IsInPidNamespace);
        if (container is not null && (container.WitnessPid == 0 || thread.VirtualPid == 1)) container.WitnessPid = thread.Pid;
        if (ReferenceEquals(container, thread.Container)) return;
        if (thread.Container is { } former) former.Threads--;
        thread.Container = container;
        thread.Version++;
        if (container is null) return;
        container.Threads++;
        // The first thread is the question: later ones add nothing to it.
        if (container is { Version: 0, Lookup: ContainerLookup.NotAsked, Threads: 1 } && Containers.Directory is { } directory)
        {
            directory.Ask(container, thread, this);
            Journal?.ContainerLearned(container);
            _listener?.ContainerChanged(container);
        }
    }

    /// <summary>A user as a list gives it.</summary>
    public void AddUser(UserEntry user) => Users.Add(user);

    public void AddGroup(GroupEntry group) => Users.Add(group);

    /// <summary>What the facts about the thread's process depend on, now.</summary>
    public ProcessStamp StampOf(ThreadEntry thread)
    {
        var leader = thread.Group.Leader;
        return new(((ulong)thread.Version << 32) | (leader?.Version ?? 0), ((ulong)Threads.LineageVersion << 32) | (thread.Container?.Version ?? 0), leader);
    }

    /// <summary>Updates the state by the event and fills in the context. Call <see cref="Complete"/> when the rules have seen it.</summary>
    public void Apply(ref EventContext context)
    {
        if (!ReferenceEquals(context.State, this)) context.State = this;
        context.Thread = null;
        context.Fd = null;
        context.FdNumber = -1;
        NeedsFollowing = false;
        if (context.Source != 0) return;
        var type = (uint)context.Event.Type;
        if (type >= (uint)_steps.Length) return;
        var time = context.Event.Timestamp;
        Users.Now = time;
        if (_unlinked) FinishSeeding();
        ref readonly var step = ref _steps[type];
        NeedsFollowing = step.Handler is not null || FirstTimestamp == 0;
        if (FirstTimestamp == 0 && !step.IsAboutMachine) FirstTimestamp = time;
        if (time >= _nextPurge) BeginPurge(time);
        if (_purge.IsBusy) _purge.Step();
        if (Budget.IsDue) Budget.Settle();
        if (time >= _nextContainerPurge) PurgeContainers(time);
        if (Healer is { IsHealing: true } healer) healer.Reach(time);
        FindSubject(ref context, in step, time);
        if (step.Handler is { } handler) handler(this, ref context);
    }

    /// <summary>Does what must wait until the rules have seen the event: removes the closed descriptor, the exited thread.</summary>
    public void Complete(ref EventContext context)
    {
        if (!context.IsStateOnly) PreviousTimestamp = context.Event.Timestamp;
        if (context.Fd is { } fd && (fd.Flags & FdFlags.NameChanged) != 0) fd.Flags &= ~FdFlags.NameChanged;
        if (_closing is { } table)
        {
            table.Remove(_closingFd, out _);
            _closing = null;
        }
        if (_exiting is { } thread)
        {
            _exiting = null;
            RecentExits.Add(thread.Tid, context.Event.Timestamp, awaitsParent: thread is { Origin: not ThreadOrigin.ParentsEvent, BothSidesSeen: false });
            Threads.Remove(thread);
            Statistics.ThreadsRemoved++;
        }
    }

    private void FinishSeeding()
    {
        _unlinked = false;
        Threads.LinkAll();
        ListedSockets.Complete(this);
    }

    private void PurgeContainers(ulong time)
    {
        NeedsFollowing = true;
        var lifetime = (ulong)Options.ContainerLifetime.Ticks * 100;
        _nextContainerPurge = time + lifetime / 4;
        if (time > lifetime) Containers.Purge(time, time - lifetime);
    }

    private void BeginPurge(ulong time)
    {
        var first = _nextPurge == 0;
        _nextPurge = time + (ulong)Options.PurgeInterval.Ticks * 100;
        var timeout = (ulong)Options.ThreadTimeout.Ticks * 100;
        if (first || !Options.LookUpUnknown) return;
        Users.Purge();
        if (time > timeout && !Options.IsReplica) _purge.Begin(time - timeout);
    }
}
