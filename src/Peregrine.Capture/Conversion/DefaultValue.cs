using Peregrine.Events;

namespace Peregrine.Capture;

/// <summary>What stands for a value that an old event does not have.</summary>
internal static class DefaultValue
{
    private static ReadOnlySpan<byte> Zeros => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>No id: all ones.</summary>
    private static ReadOnlySpan<byte> NoId => [255, 255, 255, 255];

    /// <summary>Zeros of the type's size; nothing for texts, buffers and addresses.</summary>
    public static ReadOnlySpan<byte> Of(ParamType type) => type switch
    {
        ParamType.Uid or ParamType.Gid => NoId,
        _ => Zeros[..(int)EventSchema.LengthOf(type).Min],
    };
}
