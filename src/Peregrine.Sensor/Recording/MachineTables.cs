using System.Text;
using Peregrine.Capture;
using Peregrine.Kernel.Proc.Facts;
using Peregrine.Sensor.Commands;
using Peregrine.Sensor.Live;
using Peregrine.State;

namespace Peregrine.Sensor.Recording;

/// <summary>What a recording of this machine begins with.</summary>
internal static class MachineTables
{
    public static CaptureMetadata Of(HostFacts facts, StateEngine state)
    {
        var threads = state.Threads.All;
        return new CaptureMetadata
        {
            Application = CaptureMetadata.ApplicationOf(Versions.Peregrine),
            Machine = new MachineInfo((uint)facts.OnlineCpus, facts.MemoryBytes, facts.MaxPid, Encoding.UTF8.GetBytes(facts.Hostname), facts.BootTime, 0),
            Interfaces = [.. facts.Interfaces.Select(Interface)],
            Users = StateTables.Users(UsersOf(state, threads)),
            Groups = StateTables.Groups(GroupsOf(state, threads)),
            Threads = StateTables.Threads(threads),
        };
    }

    private static InterfaceRecord Interface(HostInterface i) => new(i.IsIpv6, i.Address, i.Netmask, i.Broadcast, i.LinkSpeed, Encoding.UTF8.GetBytes(i.Name));

    /// <summary>The accounts that something runs as; the sensor is never told of all there are (LDAP).</summary>
    private static IEnumerable<UserEntry> UsersOf(StateEngine state, IEnumerable<ThreadEntry> threads) =>
        threads.SelectMany(t => (IEnumerable<uint>)[t.Uid, t.LoginUid]).Append(0u).Distinct()
            .Select(uid => state.Host.TryReadUser(uid, 0, out var user) ? user : null).OfType<UserEntry>();

    private static IEnumerable<GroupEntry> GroupsOf(StateEngine state, IEnumerable<ThreadEntry> threads) =>
        threads.Select(t => t.Gid).Append(0u).Distinct()
            .Select(gid => state.Host.TryReadGroup(gid, 0, out var group) ? group : null).OfType<GroupEntry>();
}
