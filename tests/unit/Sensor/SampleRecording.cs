using System.Text;
using Peregrine.Capture;
using Peregrine.Events;
using P = Peregrine.Events.EventParams.SyscallClone_20X;

namespace Peregrine.UnitTests.Sensor;

/// <summary>A recording of a small machine, event by event: one shell (100, in <see cref="Home"/>), and what a test adds. Times are milliseconds from its beginning.</summary>
internal sealed class SampleRecording : IDisposable
{
    public const long Shell = 100;
    public const string Home = "/home/one/";
    public const ulong Start = 1_700_000_000_000_000_000;

    private readonly byte[] _buffer = new byte[70_000];
    private readonly CaptureWriter _writer;

    public SampleRecording(string path)
    {
        _writer = CaptureWriter.Create(path);
        _writer.WriteSection(new CaptureMetadata
        {
            Machine = new MachineInfo(2, 1 << 30, 32768, "sample"u8.ToArray(), Start - 1_000_000_000, 0),
            Users = [new UserRecord(0, 0, "root"u8.ToArray(), "/root"u8.ToArray(), "/bin/sh"u8.ToArray()), new UserRecord(1000, 1000, "one"u8.ToArray(), [], [])],
            Groups = [new GroupRecord(0, "root"u8.ToArray())],
            Threads =
            [
                new ThreadRecord
                {
                    Tid = Shell, Pid = Shell, ParentTid = 1, Uid = 1000, Comm = "bash"u8.ToArray(), Exe = "bash"u8.ToArray(), ExePath = "/bin/bash"u8.ToArray(), Args = "-i\0"u8.ToArray(),
                    Cwd = Encoding.UTF8.GetBytes(Home), VirtualTid = Shell, VirtualPid = Shell, Fds = [new FdRecord { Fd = 5, Type = FdRecordType.File, Name = "/etc/motd"u8.ToArray() }],
                },
            ],
        });
    }

    public static ulong At(int milliseconds) => Start + (ulong)milliseconds * 1_000_000;

    public SampleRecording Open(int time, string path, long tid = Shell)
    {
        _writer.WriteEvent(EventView.Trusted(Capture.CaptureSamples.Open(_buffer, At(time), tid, Encoding.UTF8.GetBytes(path))), 1);
        return this;
    }

    /// <summary>Of the descriptor 5, which the shell has had from the beginning.</summary>
    public SampleRecording Close(int time, long tid = Shell)
    {
        var w = new EventWriter(_buffer, EventType.SyscallCloseX, At(time), tid);
        w.I64(0);
        w.I64(5);
        return Write(w.Finish());
    }

    public SampleRecording Chdir(int time, string path, long tid = Shell)
    {
        var w = new EventWriter(_buffer, EventType.SyscallChdirX, At(time), tid);
        w.I64(0);
        w.Text(Encoding.UTF8.GetBytes(path));
        return Write(w.Finish());
    }

    /// <summary>The child's own side.</summary>
    public SampleRecording Clone(int time, long child, string comm, long parent = Shell)
    {
        var w = new EventWriter(_buffer, EventType.SyscallClone_20X, At(time), child);
        for (var i = 0; i < EventSchema.Get(EventType.SyscallClone_20X).Params.Length; i++)
        {
            switch (i)
            {
                case P.Res: w.I64(0); break;
                case P.Exe or P.Comm: w.Text(Encoding.UTF8.GetBytes(comm)); break;
                case P.Args: w.Bytes(Encoding.UTF8.GetBytes("-x\0")); break;
                case P.Tid or P.Pid or P.Vtid or P.Vpid: w.I64(child); break;
                case P.Ptid: w.I64(parent); break;
                case P.Uid: w.U32(1000); break;
                case P.Gid: w.U32(0); break;
                default: w.Empty(); break;
            }
        }
        return Write(w.Finish());
    }

    public SampleRecording Exit(int time, long tid)
    {
        var w = new EventWriter(_buffer, EventType.Procexit_1E, At(time), tid);
        w.I64(0);
        return Write(w.Finish());
    }

    public void Dispose() => _writer.Dispose();

    private SampleRecording Write(ReadOnlySpan<byte> record)
    {
        _writer.WriteEvent(EventView.Trusted(record), 0);
        return this;
    }
}
