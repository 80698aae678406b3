using Peregrine.Events;

namespace Peregrine.Kernel;

/// <summary>What the probe looks at for every syscall, in memory shared with it: <c>struct pg_switches</c> in probe/maps.h.</summary>
internal sealed unsafe class ProbeSwitches : IDisposable
{
    internal const int Syscalls = 512;

    private const byte WantNative = 1;
    private const byte WantCompat = 2;
    private const byte WantData = 4;

    private const int CompatToNative = Syscalls;
    private const int SyscallCodes = CompatToNative + Syscalls * 2;
    private const int WantProcessExit = SyscallCodes + Syscalls * 2;
    private const int ReaderSleeps = WantProcessExit + 4;
    private const int Size = ReaderSleeps + 4;

    private readonly MappedMap _memory;

    internal ProbeSwitches(int fd)
    {
        _memory = new MappedMap(fd, Size, 0, writable: true, "the probe's switches");
        var compat = (ushort*)(_memory.Start + CompatToNative);
        for (var number = 0; number < Syscalls; number++)
            compat[number] = number < I386Syscalls.ToNative.Length ? I386Syscalls.ToNative[number] : I386Syscalls.None;
        var codes = (ushort*)(_memory.Start + SyscallCodes);
        foreach (var slot in EventSchema.SyscallTableX64)
            if (slot.Number < Syscalls) codes[slot.Number] = (ushort)slot.Code;
    }

    /// <summary>Switches the recording of each syscall on or off; takes effect at once, one syscall after the other.</summary>
    /// <param name="wanted">Those that are recorded.</param>
    /// <param name="withData">Of them, those whose events hold what was read or written; null for all.</param>
    internal void SetSyscalls(ReadOnlySpan<SyscallCode> wanted, IReadOnlySet<SyscallCode>? withData)
    {
        Span<byte> interest = stackalloc byte[Syscalls];
        interest.Clear();
        var processExit = false;
        foreach (var code in wanted)
        {
            processExit |= code == SyscallCode.SchedProcessExit;
            // A code may stand in the x86-64 table or only in that of i386 (setuid32), where its number there leads to a native one.
            foreach (var slot in EventSchema.SyscallTableX64)
                if (slot.Code == code && slot.Number < Syscalls) interest[slot.Number] |= withData is null || withData.Contains(code) ? (byte)(WantNative | WantData) : WantNative;
        }
        var sockets = false;
        for (var number = 41; number <= 55; number++) sockets |= (interest[number] & WantNative) != 0;
        sockets |= ((interest[288] | interest[299] | interest[307]) & WantNative) != 0;
        for (var number = 0; number < I386Syscalls.ToNative.Length; number++)
        {
            var native = I386Syscalls.ToNative[number];
            if (native < Syscalls && (interest[native] & WantNative) != 0) interest[number] |= WantCompat;
        }
        if (sockets) interest[I386Syscalls.SocketCall] |= WantCompat;
        for (var number = 0; number < Syscalls; number++) Volatile.Write(ref _memory.Start[number], interest[number]);
        Volatile.Write(ref *(uint*)(_memory.Start + WantProcessExit), processExit ? 1u : 0u);
    }

    /// <summary>Asks for a wake-up with the next record, or takes that back.</summary>
    internal void SetReaderSleeps(bool sleeps)
    {
        Volatile.Write(ref *(uint*)(_memory.Start + ReaderSleeps), sleeps ? 1u : 0u);
        // The rings must be looked at after the probe can see the wish, or both sides could miss each other.
        Interlocked.MemoryBarrier();
    }

    public void Dispose() => _memory.Dispose();
}
