namespace Peregrine.Capture;

/// <summary>Writes what stands before the events: section header, machine, interfaces, users, threads and their descriptors, each in the newest version.</summary>
internal static class SectionWriter
{
    private const uint Magic = 0x1A2B3C4D;
    private const ushort Major = 1;
    private const ushort Minor = 2;
    private const int HostnameSize = 128;

    /// <summary>A process list is continued in another block above this size, so that writing needs no more memory than this.</summary>
    private const int ProcessListSize = 4 << 20;

    public static void Write(CaptureMetadata metadata, CaptureOutput output)
    {
        var block = new BlockBuilder();
        WriteHeader(block, metadata.Application, output);
        if (metadata.Machine is { } machine) WriteMachine(block, machine, output);
        if (metadata.Interfaces.Count > 0) WriteInterfaces(block, metadata.Interfaces, output);
        if (metadata.Users.Count > 0 || metadata.Groups.Count > 0) WriteUsers(block, metadata, output);
        WriteThreads(block, metadata.Threads, output);
        // As the reference does: a list for each thread of the processes that have descriptors, empty where they stand with another thread.
        var processes = new HashSet<long>();
        foreach (var thread in metadata.Threads)
            if (thread.Fds.Count > 0) processes.Add(thread.Pid);
        foreach (var thread in metadata.Threads)
            if (processes.Contains(thread.Pid)) FdListWriter.Write(block, thread, output);
    }

    private static void WriteHeader(BlockBuilder block, string application, CaptureOutput output)
    {
        block.Begin(BlockType.SectionHeader);
        block.U32(Magic);
        block.U16(Major);
        block.U16(Minor);
        block.U64(ulong.MaxValue);
        SectionOptions.Write(block, application);
        block.End(output);
    }

    private static void WriteMachine(BlockBuilder block, MachineInfo machine, CaptureOutput output)
    {
        block.Begin(BlockType.MachineInfo);
        block.U32(machine.CpuCount);
        block.U64(machine.MemoryBytes);
        block.U64(machine.MaxPid);
        Span<byte> hostname = stackalloc byte[HostnameSize];
        hostname.Clear();
        // The last byte stays a NUL.
        machine.Hostname.AsSpan(0, Math.Min(machine.Hostname.Length, HostnameSize - 1)).CopyTo(hostname);
        block.Bytes(hostname);
        block.U64(machine.BootTime);
        block.U64(machine.Flags);
        block.U64(machine.Reserved1);
        block.U64(machine.Reserved2);
        block.End(output);
    }

    private static void WriteInterfaces(BlockBuilder block, IReadOnlyList<InterfaceRecord> interfaces, CaptureOutput output)
    {
        block.Begin(BlockType.InterfaceListV2);
        foreach (var item in interfaces)
        {
            var start = block.BeginEntry();
            var name = item.Name.AsSpan(0, Math.Min(item.Name.Length, CaptureLimits.PathText - 1));
            block.U16(item.IsIpv6 ? (ushort)2 : (ushort)1);
            block.U16((ushort)name.Length);
            block.Bytes(item.Address);
            block.Bytes(item.Netmask);
            block.Bytes(item.Broadcast);
            block.U64(item.LinkSpeed);
            block.Bytes(name);
            block.EndEntry(start, countsItself: false);
        }
        block.End(output);
    }

    private static void WriteUsers(BlockBuilder block, CaptureMetadata metadata, CaptureOutput output)
    {
        const int Limit = CaptureLimits.CredentialText - 1;
        block.Begin(BlockType.UserListV2);
        foreach (var user in metadata.Users)
        {
            var start = block.BeginEntry();
            block.U8(0);
            block.U32(user.Uid);
            block.U32(user.Gid);
            block.Text(user.Name, Limit);
            block.Text(user.HomeDir, Limit);
            block.Text(user.Shell, Limit);
            block.EndEntry(start);
        }
        foreach (var group in metadata.Groups)
        {
            var start = block.BeginEntry();
            block.U8(1);
            block.U32(group.Gid);
            block.Text(group.Name, Limit);
            block.EndEntry(start);
        }
        block.End(output);
    }

    private static void WriteThreads(BlockBuilder block, IReadOnlyList<ThreadRecord> threads, CaptureOutput output)
    {
        if (threads.Count == 0) return;
        block.Begin(BlockType.ProcessListV9);
        foreach (var thread in threads)
        {
            if (block.Size > ProcessListSize)
            {
                block.End(output);
                block.Begin(BlockType.ProcessListV9);
            }
            ThreadEntryWriter.Write(block, thread);
        }
        block.End(output);
    }
}
