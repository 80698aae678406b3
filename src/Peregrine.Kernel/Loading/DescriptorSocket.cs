using System.Runtime.InteropServices;
using System.Text;
using Peregrine.Kernel.Interop;
using static Peregrine.Kernel.Interop.Handover;

namespace Peregrine.Kernel.Loading;

/// <summary>One end of a connection between two processes of ours, on which texts and descriptors are sent: a sequenced packet socket of the Unix family. Not thread-safe.</summary>
internal sealed unsafe class DescriptorSocket : IDisposable
{
    /// <summary>The kernel takes 253 at a time.</summary>
    private const int MostDescriptors = 250;

    private const int LongestText = 128 * 1024;

    /// <param name="fd">Belongs to the socket from here on.</param>
    internal DescriptorSocket(int fd) => Fd = fd;

    internal int Fd { get; }

    /// <summary>Both ends; neither is there after an exec.</summary>
    internal static (DescriptorSocket, DescriptorSocket) Pair()
    {
        var ends = stackalloc int[2];
        if (SocketPair(Unix, Seqpacket | Cloexec, 0, ends) != 0) throw new KernelException($"cannot make a pair of sockets ({Marshal.GetLastPInvokeErrorMessage()})");
        return (new(ends[0]), new(ends[1]));
    }

    /// <summary>Sends a text with descriptors, which stay the sender's. False when the other end is gone.</summary>
    internal bool Send(string text, IReadOnlyList<int>? descriptors = null)
    {
        var left = descriptors ?? [];
        // All but the last packet hold descriptors alone.
        for (; left.Count > MostDescriptors; left = [.. left.Skip(MostDescriptors)])
            if (!SendPacket([0], [.. left.Take(MostDescriptors)])) return false;
        return SendPacket(Encoding.UTF8.GetBytes(text), [.. left]);
    }

    /// <summary>Waits for a text and the descriptors that came with it, which belong to the caller. Null when the other end is gone.</summary>
    internal string? Receive(List<int> descriptors)
    {
        var bytes = new byte[LongestText];
        while (true)
        {
            var length = ReceivePacket(bytes, descriptors);
            if (length <= 0) return null;
            if (length > 1 || bytes[0] != 0) return Encoding.UTF8.GetString(bytes, 0, length);
        }
    }

    public void Dispose() => _ = Libc.Close(Fd);

    private bool SendPacket(byte[] bytes, int[] descriptors)
    {
        var control = stackalloc byte[ControlSize(MostDescriptors)];
        fixed (byte* start = bytes)
        {
            var part = new Part { Start = start, Length = (nuint)bytes.Length };
            var message = new MessageHeader { Parts = &part, PartCount = 1 };
            if (descriptors.Length > 0)
            {
                *(ControlHeader*)control = new ControlHeader { Length = (nuint)ControlSize(descriptors.Length), Level = SocketLevel, Type = Rights };
                descriptors.CopyTo(new Span<int>(control + sizeof(ControlHeader), descriptors.Length));
                message.Control = control;
                message.ControlLength = (nuint)ControlSize(descriptors.Length);
            }
            nint sent;
            do sent = Handover.Send(Fd, &message, NoSignal);
            while (sent < 0 && Marshal.GetLastPInvokeError() == Interrupted);
            return sent == bytes.Length;
        }
    }

    private int ReceivePacket(byte[] bytes, List<int> descriptors)
    {
        var control = stackalloc byte[ControlSize(MostDescriptors) + sizeof(nuint)];
        fixed (byte* start = bytes)
        {
            var part = new Part { Start = start, Length = (nuint)bytes.Length };
            var message = new MessageHeader { Parts = &part, PartCount = 1, Control = control, ControlLength = (nuint)(ControlSize(MostDescriptors) + sizeof(nuint)) };
            nint length;
            do length = Handover.Receive(Fd, &message, CloexecDescriptors);
            while (length < 0 && Marshal.GetLastPInvokeError() == Interrupted);
            var header = (ControlHeader*)control;
            if (length > 0 && message.ControlLength >= (nuint)sizeof(ControlHeader) && header->Level == SocketLevel && header->Type == Rights)
                descriptors.AddRange(new ReadOnlySpan<int>(control + sizeof(ControlHeader), (int)(header->Length - (nuint)sizeof(ControlHeader)) / sizeof(int)));
            return (int)length;
        }
    }

    private static int ControlSize(int descriptors) => sizeof(ControlHeader) + descriptors * sizeof(int);
}
