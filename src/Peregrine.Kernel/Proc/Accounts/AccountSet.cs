using Peregrine.Kernel.Proc.Native;
using Peregrine.State;

namespace Peregrine.Kernel.Proc.Accounts;

/// <summary>The accounts of one root as its files told them. Immutable; a change of a file makes a new set.</summary>
internal sealed record AccountSet(Dictionary<uint, UserEntry> Users, FileIdentity UsersFile, Dictionary<uint, GroupEntry> Groups, FileIdentity GroupsFile)
{
    public static AccountSet Empty { get; } = new([], default, [], default);

    public bool Knows(bool isGroup, uint id) => isGroup ? Groups.ContainsKey(id) : Users.ContainsKey(id);
}

/// <summary>Reads account files, keeping what several roots share (bind mounts, private mount namespaces of services) by the identity of the file. Used by one thread at a time.</summary>
internal sealed class AccountReader(AccountCounters counters)
{
    private const int MostFiles = 4096;
    private readonly FileBuffer _buffer = new();
    private readonly Dictionary<FileIdentity, Dictionary<uint, UserEntry>> _users = [];
    private readonly Dictionary<FileIdentity, Dictionary<uint, GroupEntry>> _groups = [];

    /// <summary>Reads the files below a root. Returns <paramref name="before"/> itself when they have not changed.</summary>
    public AccountSet Read(ProcDirectory root, AccountSet before)
    {
        var users = Read(root, "etc/passwd"u8, before.Users, before.UsersFile, _users, AccountFile.ParseUsers, out var usersFile);
        var groups = Read(root, "etc/group"u8, before.Groups, before.GroupsFile, _groups, AccountFile.ParseGroups, out var groupsFile);
        return usersFile == before.UsersFile && groupsFile == before.GroupsFile ? before : new AccountSet(users, usersFile, groups, groupsFile);
    }

    private delegate Dictionary<uint, T> Parser<T>(ReadOnlySpan<byte> text);

    private Dictionary<uint, T> Read<T>(
        ProcDirectory root, ReadOnlySpan<byte> path, Dictionary<uint, T> before, FileIdentity beforeFile, Dictionary<FileIdentity, Dictionary<uint, T>> known, Parser<T> parse, out FileIdentity identity)
    {
        var fd = RootedFile.Open(root, path, out identity);
        if (fd < 0) return [];
        try
        {
            if (identity == beforeFile) return before;
            if (known.TryGetValue(identity, out var entries)) return entries;
            var length = _buffer.ReadAll(fd, RootedFile.LargestFile);
            if (length < 0) return [];
            counters.FilesRead++;
            if (known.Count >= MostFiles) known.Clear();
            return known[identity] = parse(_buffer.Text(length));
        }
        finally
        {
            _ = LibC.Close(fd);
        }
    }
}
