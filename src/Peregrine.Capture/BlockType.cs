namespace Peregrine.Capture;

/// <summary>Numbers of the blocks. Those above 0x80000000 are aliases that old writers used.</summary>
internal static class BlockType
{
    public const uint SectionHeader = 0x0A0D0D0A;
    public const uint MachineInfo = 0x201;
    public const uint MachineInfoInt = 0x8002ABCD;
    public const uint ProcessListV1 = 0x202;
    public const uint ProcessListV1Int = 0x8000ABCD;
    public const uint ProcessListV2 = 0x207;
    public const uint ProcessListV2Int = 0x8013ABCD;
    public const uint ProcessListV3 = 0x209;
    public const uint ProcessListV3Int = 0x8014ABCD;
    public const uint ProcessListV4 = 0x210;
    public const uint ProcessListV5 = 0x211;
    public const uint ProcessListV6 = 0x212;
    public const uint ProcessListV7 = 0x213;
    public const uint ProcessListV8 = 0x214;
    public const uint ProcessListV9 = 0x215;
    public const uint FdListV1 = 0x203;
    public const uint FdListV1Int = 0x8001ABCD;
    public const uint FdListV2 = 0x218;
    public const uint EventV1 = 0x204;
    public const uint EventV1Int = 0x8010ABCD;
    public const uint EventV2 = 0x216;
    public const uint EventV2Large = 0x221;
    public const uint EventFlagsV1 = 0x208;
    public const uint EventFlagsV2 = 0x217;
    public const uint EventFlagsV2Large = 0x222;
    public const uint InterfaceListV1 = 0x205;
    public const uint InterfaceListV1Int = 0x8011ABCD;
    public const uint InterfaceListV2 = 0x219;
    public const uint UserListV1 = 0x206;
    public const uint UserListV1Int = 0x8012ABCD;
    public const uint UserListV2 = 0x220;

    public const int HeaderSize = 8;
    public const int TrailerSize = 4;
    public const int Envelope = HeaderSize + TrailerSize;

    /// <summary>Name for errors.</summary>
    public static string Name(uint type) => type switch
    {
        SectionHeader => "section header",
        MachineInfo or MachineInfoInt => "machine info",
        FdListV1 or FdListV1Int or FdListV2 => "fd list",
        InterfaceListV1 or InterfaceListV1Int or InterfaceListV2 => "interface list",
        UserListV1 or UserListV1Int or UserListV2 => "user list",
        _ when ProcessListVersion(type) != 0 => "process list",
        _ when EventShape.Of(type).IsEvent => "event",
        _ => $"block type 0x{type:x}",
    };

    /// <summary>1 to 9 for a process list, 0 for anything else.</summary>
    public static int ProcessListVersion(uint type) => type switch
    {
        ProcessListV1 or ProcessListV1Int => 1,
        ProcessListV2 or ProcessListV2Int => 2,
        ProcessListV3 or ProcessListV3Int => 3,
        ProcessListV4 => 4,
        ProcessListV5 => 5,
        ProcessListV6 => 6,
        ProcessListV7 => 7,
        ProcessListV8 => 8,
        ProcessListV9 => 9,
        _ => 0,
    };
}

/// <summary>How an event block is laid out. One word, because it goes from step to step for each event.</summary>
internal readonly struct EventShape
{
    private const int Event = 1;
    private const int Flags = 2;
    private const int ParamCount = 4;
    private const int Large = 8;

    private readonly int _bits;

    private EventShape(int bits) => _bits = bits;

    /// <summary>Whether the block is one of an event at all.</summary>
    public bool IsEvent => _bits != 0;

    public bool HasFlags => (_bits & Flags) != 0;

    public bool HasParamCount => (_bits & ParamCount) != 0;

    public bool IsLarge => (_bits & Large) != 0;

    /// <summary>Bytes between the block header and the event's header: the CPU and, in some blocks, flags.</summary>
    public int Prefix => HasFlags ? 6 : 2;

    public static EventShape Of(uint blockType) => new(blockType switch
    {
        BlockType.EventV2 => Event | ParamCount,
        BlockType.EventV2Large => Event | ParamCount | Large,
        BlockType.EventFlagsV2 => Event | Flags | ParamCount,
        BlockType.EventFlagsV2Large => Event | Flags | ParamCount | Large,
        BlockType.EventV1 or BlockType.EventV1Int => Event,
        BlockType.EventFlagsV1 => Event | Flags,
        _ => 0,
    });
}
