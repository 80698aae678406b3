using Peregrine.Events;
using Peregrine.Kernel;
using Xunit;

namespace Peregrine.UnitTests.Kernel;

/// <summary>Which class of losses an event counts in, and how soon it is given up.</summary>
public sealed class EventClassTests
{
    [Theory]
    [InlineData(EventType.SyscallClone_20X, EventClass.CloneFork)]
    [InlineData(EventType.SyscallExecve_19X, EventClass.Execve)]
    [InlineData(EventType.SocketConnectX, EventClass.Connect)]
    [InlineData(EventType.SyscallOpenat_2X, EventClass.Open)]
    [InlineData(EventType.SyscallRenameat2X, EventClass.DirFile)]
    [InlineData(EventType.SyscallSetresuidX, EventClass.OtherInterest)]
    [InlineData(EventType.SyscallCloseX, EventClass.Close)]
    [InlineData(EventType.Procexit_1E, EventClass.ProcExit)]
    [InlineData(EventType.SyscallReadX, EventClass.ReadWrite)]
    [InlineData(EventType.SocketSendtoX, EventClass.ReadWrite)]
    [InlineData(EventType.GenericX, EventClass.Routine)]
    [InlineData(EventType.SyscallFutexX, EventClass.Routine)]
    [InlineData(EventType.SocketAccept4_6X, EventClass.Other)]
    [InlineData(EventType.SyscallChdirX, EventClass.Other)]
    public void An_event_counts_in_its_class(EventType type, EventClass expected) => Assert.Equal(expected, EventClasses.Class(type));

    [Fact]
    public void Processes_are_kept_before_files_and_files_before_reads()
    {
        foreach (var type in new[] { EventType.SyscallClone_20X, EventType.SyscallExecve_19X, EventType.Procexit_1E, EventType.SyscallSetuidX, EventType.SyscallChdirX, EventType.SyscallPtraceX })
            Assert.Equal(EventRank.Process, EventClasses.Rank(type));
        foreach (var type in new[] { EventType.SyscallOpenat_2X, EventType.SyscallCloseX, EventType.SocketConnectX, EventType.SyscallUnlink_2X, EventType.SyscallDup3X })
            Assert.Equal(EventRank.File, EventClasses.Rank(type));
        foreach (var type in new[] { EventType.SyscallReadX, EventType.SyscallWriteX, EventType.SocketRecvmsgX, EventType.SyscallMmapX, EventType.GenericX, EventType.SyscallLseekX })
            Assert.Equal(EventRank.Bulk, EventClasses.Rank(type));
    }
}
