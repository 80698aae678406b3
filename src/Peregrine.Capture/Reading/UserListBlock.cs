namespace Peregrine.Capture;

/// <summary>Reads users and groups, both versions. A later list replaces an earlier one.</summary>
internal static class UserListBlock
{
    private const byte User = 0;
    private const int RecordCost = 100;

    public static void Read(BlockCursor c, MetadataBuilder into)
    {
        into.Users.Clear();
        into.Groups.Clear();
        while (c.HasEntry)
        {
            var start = c.Consumed;
            var length = c.Block == BlockType.UserListV2 ? c.U32() : 0;
            c.Charge(RecordCost);
            if (c.U8() == User)
                into.Users.Add(new(c.U32(), c.U32(), Text(c, "user name"), Text(c, "user homedir"), Text(c, "user shell")));
            else
                into.Groups.Add(new(c.U32(), Text(c, "group name")));
            c.FinishEntry(start, length, "userlist");
        }
    }

    private static byte[] Text(BlockCursor c, string what)
    {
        var count = c.U16();
        if (count >= CaptureLimits.CredentialText) throw c.Fail($"invalid {what} len {count}");
        return BlockCursor.UpToNul(c.Bytes(count));
    }
}
