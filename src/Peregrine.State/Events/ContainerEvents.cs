using Peregrine.Events;

namespace Peregrine.State;

/// <summary>What captures tell of containers: events of the recorder's container plugin, and those that stood in their place before.</summary>
internal static class ContainerEvents
{
    public static void Register(EventHandler?[] handlers)
    {
        handlers[(int)EventType.ContainerJson_2E] = static (s, ref c) => Take(s, c.Event.Text(EventParams.ContainerJson_2E.Json));
        handlers[(int)EventType.AsynceventE] = static (s, ref c) =>
        {
            if (c.Event.Text(EventParams.AsynceventE.Name).SequenceEqual("container"u8)) Take(s, Vectors.WithoutEnd(c.Event.Param(EventParams.AsynceventE.Data)));
        };
    }

    /// <summary>A description that cannot be read says nothing: it is a plugin's text, and no reason to stop.</summary>
    private static void Take(StateEngine state, ReadOnlySpan<byte> json)
    {
        if (ContainerDescription.Read(json) is not { } told) return;
        if (state.Containers.Tell(told) is { } container) state.Listener?.ContainerChanged(container);
    }
}
