using Peregrine.Events;

namespace Peregrine.Capture;

/// <summary>Whether an event of some code must be converted.</summary>
internal enum ConversionNeed : byte
{
    /// <summary>It is current.</summary>
    None,
    /// <summary>It says nothing any more.</summary>
    Drop,
    /// <summary>Always.</summary>
    Always,
    /// <summary>When its parameters are not as many as the schema has.</summary>
    OtherCount,
    /// <summary>It would have to be, but the schema does not provide for it.</summary>
    Impossible,
}

/// <summary>The need of every code, worked out once from the schema's flags.</summary>
internal static class ConversionNeeds
{
    private static readonly ConversionNeed[] ByType = Build();
    private static readonly byte[] Counts = BuildCounts();

    /// <summary>The need of an event, settled: never <see cref="ConversionNeed.OtherCount"/>.</summary>
    public static ConversionNeed Of(EventType type, int paramCount)
    {
        var need = ByType[(int)type];
        if (need != ConversionNeed.OtherCount) return need;
        return paramCount == Counts[(int)type] ? ConversionNeed.None : ConversionNeed.Always;
    }

    /// <summary>How many parameters an event of the type has when it needs no conversion; null where their number does not matter.</summary>
    public static int? CurrentCount(EventType type) => ByType[(int)type] == ConversionNeed.OtherCount ? Counts[(int)type] : null;

    private static ConversionNeed[] Build()
    {
        var needs = new ConversionNeed[EventSchema.Count];
        foreach (var info in EventSchema.Events) needs[(int)info.Type] = Need(info);
        return needs;
    }

    private static ConversionNeed Need(EventInfo info)
    {
        if (info.Has(EventFlags.Unused)) return ConversionNeed.Drop;
        var old = info.Has(EventFlags.OldVersion);
        if (!info.Has(EventFlags.ConverterManaged))
            return !old ? ConversionNeed.None : info.IsEnter ? ConversionNeed.Drop : ConversionNeed.Impossible;
        return info.IsEnter || old ? ConversionNeed.Always : ConversionNeed.OtherCount;
    }

    private static byte[] BuildCounts()
    {
        var counts = new byte[EventSchema.Count];
        foreach (var info in EventSchema.Events) counts[(int)info.Type] = (byte)info.Params.Length;
        return counts;
    }
}
