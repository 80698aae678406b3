using Peregrine.Events;
using Xunit;
using static Peregrine.UnitTests.Kernel.NativeCalls;

namespace Peregrine.UnitTests.Kernel;

/// <summary>i386 system calls (int 0x80) count by i386's numbers: close is 6, which is lstat on x86-64.</summary>
[Collection(ProbeTests.Name)]
public sealed unsafe class CompatEventTests(ProbeFixture fixture)
{
    private ProbeSession Session => fixture.Session;

    [Fact]
    public void Numbers_and_registers_are_those_of_i386()
    {
        using var call = new CompatCall();
        Assert.SkipUnless(call.Works, "this kernel or machine runs no i386 system calls");
        var path = call.Memory("/etc/no such file\0"u8.ToArray());
        var events = Session.Record([SyscallCode.Close, SyscallCode.Open, SyscallCode.Lstat, SyscallCode.Fstat], () =>
        {
            call.Invoke(6, 4444, 0, 0);
            call.Invoke(5, path, 0x80001, 0);
        }, ProbeSession.FromThisThread(EventType.SyscallOpenX));
        Assert.Equal("/etc/no such file", events[0].Text("name"));
        events[0].Has(-2, "/etc/no such file", 2 | 4096, 0, 0, 0);
        events = Session.Record([SyscallCode.Close, SyscallCode.Lstat], () => call.Invoke(6, 4444, 0, 0), ProbeSession.FromThisThread(EventType.SyscallCloseX));
        events[0].Has(-9, 4444);
    }

    [Fact]
    public void Socketcall_is_the_call_that_it_stands_for()
    {
        using var call = new CompatCall();
        Assert.SkipUnless(call.Works, "this kernel or machine runs no i386 system calls");
        var block = call.Memory(BitConverter.GetBytes(2), BitConverter.GetBytes(2), BitConverter.GetBytes(0));
        var fd = 0;
        var events = Session.Record([SyscallCode.Socket, SyscallCode.Getuid], () => fd = call.Invoke(102, 1, block, 0), ProbeSession.FromThisThread(EventType.SocketSocketX));
        events[0].Has(fd, 2, 2, 0, 0);
        Close(fd);
    }

    /// <summary>A page of code that makes the call, and memory that 32 bits can address.</summary>
    private sealed class CompatCall : IDisposable
    {
        private const int Page = 4096;
        private readonly byte* _memory;
        private int _used = 256;

        public CompatCall()
        {
            if (System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture != System.Runtime.InteropServices.Architecture.X64 || !RunsPrograms()) return;
            // readable, writable, executable; private, anonymous, below 2 GB
            var at = NativeCalls.Invoke(SyscallCode.Mmap, 0, Page, 7, 0x62, -1, 0);
            if (at < 0) return;
            _memory = (byte*)at;
            // push rbx; mov eax, edi; mov ebx, esi; xchg edx, ecx; int 0x80; pop rbx; ret
            ReadOnlySpan<byte> code = [0x53, 0x89, 0xf8, 0x89, 0xf3, 0x87, 0xca, 0xcd, 0x80, 0x5b, 0xc3];
            code.CopyTo(new Span<byte>(_memory, Page));
            Works = Invoke(20, 0, 0, 0) == Environment.ProcessId;
        }

        public bool Works { get; }

        /// <summary>
        /// Whether the kernel runs 32-bit programs. It can be built with them and still have them switched off (ia32_emulation=0); then the call itself would end this process.
        /// </summary>
        private static bool RunsPrograms()
        {
            // An ELF program of one segment that does exit(0): mov eax, 1; xor ebx, ebx; int 0x80.
            var program = Convert.FromHexString(
                "7f454c4601010100000000000000000002000300010000005480040834000000000000000000000034002000010000000000000001000000000000000080040800800408"
                + "5d0000005d0000000500000000100000" + "b80100000031dbcd80");
            var path = Path.Combine(Path.GetTempPath(), $"peregrine-i386-{Guid.NewGuid():n}");
            try
            {
                File.WriteAllBytes(path, program);
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
                using var process = System.Diagnostics.Process.Start(path);
                process.WaitForExit();
                return process.ExitCode == 0;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false;
            }
            finally
            {
                File.Delete(path);
            }
        }

        public int Invoke(int number, int a, int b, int c) => ((delegate* unmanaged<int, int, int, int, int>)_memory)(number, a, b, c);

        public int Memory(params ReadOnlySpan<byte[]> parts)
        {
            var start = _used;
            foreach (var part in parts) Memory(part.AsSpan());
            return (int)(nint)(_memory + start);
        }

        private int Memory(Span<byte> bytes)
        {
            bytes.CopyTo(new Span<byte>(_memory + _used, Page - _used));
            var at = _memory + _used;
            _used += (bytes.Length + 4) & ~3;
            if (bytes.Length % 4 == 0) _used -= 4;
            return (int)(nint)at;
        }

        public void Dispose()
        {
            if (_memory is not null) NativeCalls.Invoke(SyscallCode.Munmap, (nint)_memory, Page);
        }
    }
}
