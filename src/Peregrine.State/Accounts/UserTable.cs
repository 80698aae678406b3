namespace Peregrine.State;

/// <summary>
/// Users and groups, per container. They come from a capture's list, from events that tell of accounts, and, live, from the machine as the asking thread's mount namespace sees it.
/// </summary>
public sealed class UserTable
{
    /// <summary>Uid and gid 0 have their name everywhere, even where no list says so.</summary>
    private static readonly UserEntry Root = new(0, 0, "root"u8.ToArray(), "/root"u8.ToArray(), "<NA>"u8.ToArray());
    private static readonly GroupEntry RootGroup = new(0, "root"u8.ToArray());

    /// <summary>A container whose processes have more distinct ids than this is making them up.</summary>
    private const int Limit = 65_536;

    /// <summary>A second.</summary>
    private const ulong AskAgain = 1_000_000_000;

    /// <summary>Ten milliseconds.</summary>
    private const ulong AskSoon = 10_000_000;

    private readonly Dictionary<(ContainerEntry? Place, uint Id), Answer<UserEntry>> _users = [];
    private readonly Dictionary<(ContainerEntry? Place, uint Id), Answer<GroupEntry>> _groups = [];
    private readonly IHost _host;
    private readonly bool _live;
    private readonly ulong _lifetime;

    internal UserTable(StateOptions options, IHost host) =>
        (_host, _live, _lifetime) = (host, options.LookUpUnknown, (ulong)options.AccountLifetime.Ticks * 100);

    /// <summary>Told of answers that the host gave.</summary>
    internal IStateListener? Listener { get; set; }

    /// <summary>The time that answers are aged by: the last event's, ns since the epoch.</summary>
    internal ulong Now { get; set; }

    /// <param name="user">What is known of it; it replaces what was known before.</param>
    /// <param name="place">The container that it belongs to; null for the host.</param>
    public void Add(UserEntry user, ContainerEntry? place = null) => _users[(place, user.Uid)] = new(user, ulong.MaxValue);

    public void Add(GroupEntry group, ContainerEntry? place = null) => _groups[(place, group.Gid)] = new(group, ulong.MaxValue);

    /// <summary>There is no such user any more. A container's is not looked for among the host's then.</summary>
    public void RemoveUser(uint uid, ContainerEntry? place = null)
    {
        if (place is null) _users.Remove((place, uid));
        else _users[(place, uid)] = new(null, ulong.MaxValue);
    }

    /// <summary>A group, likewise.</summary>
    public void RemoveGroup(uint gid, ContainerEntry? place = null)
    {
        if (place is null) _groups.Remove((place, gid));
        else _groups[(place, gid)] = new(null, ulong.MaxValue);
    }

    public void Clear()
    {
        _users.Clear();
        _groups.Clear();
    }

    /// <summary>The users that were listed or told of, of the host and of all containers.</summary>
    public IEnumerable<(ContainerEntry? Place, UserEntry User)> Users => from pair in _users where pair.Value.Entry is not null select (pair.Key.Place, pair.Value.Entry);

    public IEnumerable<(ContainerEntry? Place, GroupEntry Group)> Groups => from pair in _groups where pair.Value.Entry is not null select (pair.Key.Place, pair.Value.Entry);

    /// <summary>Forgets answers that are too old to be given again: those of containers that have gone among them.</summary>
    internal void Purge()
    {
        Purge(_users);
        Purge(_groups);
    }

    /// <summary>The user with this id as the thread sees it; null when nobody knows it (and for "no user", all ones).</summary>
    public UserEntry? FindUser(uint uid, ThreadEntry thread)
    {
        if (uid == uint.MaxValue) return null;
        var key = (thread.Container, uid);
        if (_users.TryGetValue(key, out var answer) && answer.Until > Now) return answer.Entry;
        UserEntry? found = null;
        if (_live)
        {
            if (!_host.TryReadUser(uid, Witness(thread), out found) && Deputy(thread) is > 0 and var deputy) _ = _host.TryReadUser(uid, deputy, out found);
        }
        else if (thread.Container is not null && _users.TryGetValue((null, uid), out var hosts)) found = hosts.Entry;
        found ??= uid == 0 ? Root : null;
        // What lists and events say is looked up again each time: no question changes what a later one is told.
        if (!_live) return found;
        if (Listener is not null && (answer.Until == 0 || answer.Entry != found)) Listener.UserFound(uid, found, thread.Container);
        if (_users.Count >= Limit) Purge(_users);
        if (_users.Count < Limit) _users[key] = new(found, Until(found, thread.Container));
        return found;
    }

    /// <summary>The group, likewise.</summary>
    public GroupEntry? FindGroup(uint gid, ThreadEntry thread)
    {
        if (gid == uint.MaxValue) return null;
        var key = (thread.Container, gid);
        if (_groups.TryGetValue(key, out var answer) && answer.Until > Now) return answer.Entry;
        GroupEntry? found = null;
        if (_live)
        {
            if (!_host.TryReadGroup(gid, Witness(thread), out found) && Deputy(thread) is > 0 and var deputy) _ = _host.TryReadGroup(gid, deputy, out found);
        }
        else if (thread.Container is not null && _groups.TryGetValue((null, gid), out var hosts)) found = hosts.Entry;
        found ??= gid == 0 ? RootGroup : null;
        if (!_live) return found;
        if (Listener is not null && (answer.Until == 0 || answer.Entry != found)) Listener.GroupFound(gid, found, thread.Container);
        if (_groups.Count >= Limit) Purge(_groups);
        if (_groups.Count < Limit) _groups[key] = new(found, Until(found, thread.Container));
        return found;
    }

    /// <summary>An unanswered question is asked again in a while, because an account may be added; at once nearly, when a container's files have not been read yet.</summary>
    private ulong Until(object? found, ContainerEntry? place) =>
        Now + (found is not null ? _lifetime : Math.Min(_lifetime, place is { HasAccounts: false } ? AskSoon : AskAgain));

    /// <summary>Through whose eyes the host looks: the process itself in a container, nobody's on the host.</summary>
    private static long Witness(ThreadEntry thread) => thread.Container is null ? 0 : thread.Pid;

    /// <summary>Who else in the container can be looked through when the process itself is gone; 0 for nobody.</summary>
    private static long Deputy(ThreadEntry thread) => thread.Container?.WitnessPid ?? 0;

    /// <summary>Removes what has expired; when the table is full none the less, all that can be asked for again.</summary>
    private void Purge<T>(Dictionary<(ContainerEntry? Place, uint Id), Answer<T>> answers)
        where T : class
    {
        var all = false;
        do
        {
            foreach (var (key, answer) in answers)
                if (answer.Until <= Now || (all && answer.Until != ulong.MaxValue)) answers.Remove(key);
            all = !all;
        }
        while (all && answers.Count >= Limit);
    }

    private readonly record struct Answer<T>(T? Entry, ulong Until)
        where T : class;
}
