namespace Peregrine.State;

/// <summary>Makes a table of descriptors agree with what was read of the machine. What is still the same file keeps what events have told of it.</summary>
internal static class DescriptorHealing
{
    /// <param name="known">The table to mend.</param>
    /// <param name="read">What the machine showed.</param>
    /// <param name="isComplete">Whether it showed all.</param>
    /// <param name="scratch">Used within.</param>
    /// <param name="told">Told of each descriptor that was put in or replaced (with its entry) or taken out (with null).</param>
    /// <returns>How many descriptors were put in, replaced or taken out.</returns>
    public static int Apply(FdTable known, FdTable read, bool isComplete, List<long> scratch, Action<long, FdEntry?>? told = null)
    {
        var changed = 0;
        foreach (var (fd, entry) in read.Entries())
        {
            var existing = known.Find(fd);
            if (existing is null || !IsSame(existing, entry))
            {
                known.Set(fd, entry);
                told?.Invoke(fd, entry);
                changed++;
            }
            else
            {
                if (existing.Inode == 0 && entry.Inode != 0)
                {
                    existing.Inode = entry.Inode;
                    existing.Version++;
                }
                known.SetCloseOnExec(fd, entry.IsCloseOnExec);
            }
        }
        if (!isComplete) return changed;
        scratch.Clear();
        foreach (var (fd, _) in known.Entries())
            if (read.Find(fd) is null) scratch.Add(fd);
        foreach (var fd in scratch)
        {
            known.Remove(fd, out _);
            told?.Invoke(fd, null);
        }
        return changed + scratch.Count;
    }

    /// <summary>Whether both are the same open file, as far as can be told. In doubt they are not: then what was just read counts.</summary>
    internal static bool IsSame(FdEntry known, FdEntry read)
    {
        var kind = Kind(known.Type);
        if (kind != Kind(read.Type)) return false;
        return kind switch
        {
            FdType.File or FdType.Directory or FdType.Fifo or FdType.Memfd => known.Inode != 0 && known.Inode == read.Inode,
            FdType.Socket => IsSameSocket(known, read),
            FdType.Pidfd => true,
            _ => known.Inode == 0 || read.Inode == 0 || known.Inode == read.Inode,
        };
    }

    private static bool IsSameSocket(FdEntry known, FdEntry read)
    {
        if (known.Inode != 0 && read.Inode != 0) return known.Inode == read.Inode && IsSameEnd(known, read);
        if (known.Type == FdType.Socket || read.Type == FdType.Socket) return known.SocketFamily == read.SocketFamily;
        return known.IsListener == read.IsListener && IsSameEnd(known, read);
    }

    /// <summary>An entry may hold its ends the other way round: which side is the client is a guess for what was read.</summary>
    private static bool IsSameEnd(FdEntry known, FdEntry read)
    {
        if (Transport(known.Type) != Transport(read.Type)) return false;
        if (known.Type == FdType.UnixSocket) return read.Name.Length == 0 || known.Name.AsSpan().IndexOf(read.Name) >= 0;
        if (!known.IsIpSocket) return true;
        var (a, b) = (known.Tuple, read.Tuple);
        if (b.DestinationPort == 0) return true;
        return (a.SourcePort == b.SourcePort && a.DestinationPort == b.DestinationPort && a.DestinationAddress == b.DestinationAddress)
            || (a.SourcePort == b.DestinationPort && a.DestinationPort == b.SourcePort && a.SourceAddress == b.DestinationAddress);
    }

    private static FdType Transport(FdType type) => type switch
    {
        FdType.Ipv4Listener => FdType.Ipv4Socket,
        FdType.Ipv6Listener => FdType.Ipv6Socket,
        _ => type,
    };

    private static FdType Kind(FdType type) => type switch
    {
        FdType.FileV2 => FdType.File,
        FdType.Ipv4Socket or FdType.Ipv6Socket or FdType.Ipv4Listener or FdType.Ipv6Listener or FdType.UnixSocket or FdType.Netlink => FdType.Socket,
        _ => type,
    };
}
