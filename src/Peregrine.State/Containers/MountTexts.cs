namespace Peregrine.State;

/// <summary>Mounts as one text, the way <c>container.mounts</c> shows them.</summary>
public static class MountTexts
{
    /// <summary>More mounts than this are some program's mistake.</summary>
    public const int Limit = 1024;

    public static byte[] Join(IReadOnlyList<ContainerMount> mounts)
    {
        var text = new MemoryStream();
        foreach (var mount in mounts)
        {
            if (text.Length > 0) text.WriteByte((byte)',');
            text.Write(mount.Source);
            text.WriteByte((byte)':');
            text.Write(mount.Destination);
            text.WriteByte((byte)':');
            text.Write(mount.Mode);
            text.Write(mount.Writable ? ":true:"u8 : ":false:"u8);
            text.Write(mount.Propagation);
        }
        return text.ToArray();
    }
}
