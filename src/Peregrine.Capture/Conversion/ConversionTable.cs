using System.Buffers.Binary;
using Peregrine.Events;

namespace Peregrine.Capture;

/// <summary>What becomes of an old event. The order is that of the generated table.</summary>
internal enum ConversionAction : byte
{
    /// <summary>Hand it on as it is.</summary>
    Pass,
    /// <summary>Keep it as the thread's last enter event.</summary>
    Store,
    StoreAndPass,
    /// <summary>Keep its parameters and append more.</summary>
    AddParams,
    /// <summary>A new code, all parameters anew.</summary>
    ChangeType,
}

/// <summary>Where a parameter of the new event comes from. The order is that of the generated table.</summary>
internal enum ConversionSource : byte
{
    FromOld,
    FromEnter,
    Default,
    Empty,
    ContainerJson,
}

/// <summary>One parameter of the new event. With <see cref="ConversionSource.FromEnter"/>, a missing enter event gives an empty value or the type's default.</summary>
internal readonly record struct ConversionInstruction(ConversionSource Source, byte Param, bool FallsBackToEmpty);

/// <summary>One row of the table.</summary>
internal sealed record ConversionEntry(ConversionAction Action, EventType To, ConversionInstruction[] Instructions);

/// <summary>The table of <c>schema/conversions.json</c>, by event code and number of parameters. Immutable.</summary>
internal static class ConversionTable
{
    private const byte EmptyFallback = 2;

    private static readonly Dictionary<int, ConversionEntry> Entries = Read(ConversionBlob.Bytes);

    public static ConversionEntry? Find(EventType type, int paramCount) => Entries.GetValueOrDefault(Key(type, paramCount));

    private static int Key(EventType type, int paramCount) => ((int)type << 8) | paramCount;

    private static Dictionary<int, ConversionEntry> Read(ReadOnlySpan<byte> blob)
    {
        var entries = new Dictionary<int, ConversionEntry>(256);
        while (!blob.IsEmpty)
        {
            var type = (EventType)BinaryPrimitives.ReadUInt16LittleEndian(blob);
            var to = (EventType)BinaryPrimitives.ReadUInt16LittleEndian(blob[4..]);
            var instructions = new ConversionInstruction[blob[6]];
            for (var i = 0; i < instructions.Length; i++)
            {
                var at = blob.Slice(7 + i * 3, 3);
                instructions[i] = new((ConversionSource)at[0], at[1], at[2] == EmptyFallback);
            }
            entries[Key(type, blob[2])] = new((ConversionAction)blob[3], to, instructions);
            blob = blob[(7 + instructions.Length * 3)..];
        }
        return entries;
    }
}
