using Peregrine.Capture;
using Peregrine.State;

namespace Peregrine.Sensor.Recording;

/// <summary>What a capture begins with that is made while another one is replayed: its machine, and the state as the replay has it.</summary>
internal static class ReplayTables
{
    public static CaptureMetadata Of(CaptureMetadata replayed, StateEngine state) => new()
    {
        Application = replayed.Application,
        Machine = replayed.Machine,
        Interfaces = replayed.Interfaces,
        // Those of containers are told by events; the list is the host's.
        Users = StateTables.Users(state.Users.Users.Where(static u => u.Place is null).Select(static u => u.User).OrderBy(static u => u.Uid)),
        Groups = StateTables.Groups(state.Users.Groups.Where(static g => g.Place is null).Select(static g => g.Group).OrderBy(static g => g.Gid)),
        Threads = StateTables.Threads(state.Threads.All),
    };
}
