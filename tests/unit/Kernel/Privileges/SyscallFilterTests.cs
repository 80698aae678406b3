using System.Runtime.InteropServices;
using Peregrine.Events;
using Peregrine.Kernel.Privileges;
using Xunit;

namespace Peregrine.UnitTests.Kernel.Privileges;

/// <summary>What the system-call filter answers, found by running its program as the kernel would.</summary>
public sealed class SyscallFilterTests
{
    private const uint Allowed = 0x7fff0000;
    private const uint NotPermitted = 0x00050001;
    private const uint NotImplemented = 0x00050026;
    private const uint X64 = 0xc000003e;
    private const uint Arm64 = 0xc00000b7;
    private const uint I386 = 0x40000003;

    [Theory]
    [InlineData(Architecture.X64, X64)]
    [InlineData(Architecture.Arm64, Arm64)]
    public void Every_forbidden_call_fails_and_all_other_known_ones_go_on(Architecture architecture, uint mark)
    {
        var forbidden = new HashSet<int>();
        foreach (var syscall in ForbiddenSyscalls.All)
            if (syscall.Number(architecture) is var number and >= 0) Assert.True(forbidden.Add(number), $"{syscall.Name} has a number that another call has too");
        for (var number = 0; number < ForbiddenSyscalls.FirstUnknown; number++)
            if (number != 435) Assert.Equal(forbidden.Contains(number) ? NotPermitted : Allowed, Answer(architecture, mark, (uint)number));
        Assert.Contains(architecture == Architecture.X64 ? 101 : 117, forbidden);
    }

    [Fact]
    public void Numbers_that_come_one_day_and_other_conventions_are_as_if_they_did_not_exist()
    {
        Assert.Equal(NotImplemented, Answer(Architecture.X64, X64, ForbiddenSyscalls.FirstUnknown));
        Assert.Equal(NotImplemented, Answer(Architecture.X64, X64, uint.MaxValue));
        Assert.Equal(NotImplemented, Answer(Architecture.X64, X64, 0x40000000 | 101));
        Assert.Equal(NotImplemented, Answer(Architecture.X64, I386, 26));
    }

    [Theory]
    [InlineData(0x00000011, Allowed)] // fork
    [InlineData(0x003d0f00, Allowed)] // a thread
    [InlineData(0x00004111, Allowed)] // vfork
    [InlineData(0x10000011, NotPermitted)] // a user namespace
    [InlineData(0x00020011, NotPermitted)] // a mount namespace
    [InlineData(0x40000011, NotPermitted)] // a network namespace
    public void Clones_with_namespaces_fail_and_threads_and_children_do_not(uint flags, uint expected)
    {
        Assert.Equal(expected, Answer(Architecture.X64, X64, 56, flags));
        Assert.Equal(expected, Answer(Architecture.Arm64, Arm64, 220, flags));
    }

    [Fact]
    public void Clone3_is_not_implemented_so_that_libraries_take_clone() => Assert.Equal(NotImplemented, Answer(Architecture.X64, X64, 435));

    [Fact]
    public void Numbers_are_those_of_the_schema()
    {
        var checkedNames = 0;
        foreach (var syscall in ForbiddenSyscalls.All)
        {
            foreach (var slot in EventSchema.SyscallTableX64)
            {
                if (EventSchema.Get(slot.Code).Name != syscall.Name) continue;
                Assert.Equal(slot.Number, syscall.X64);
                checkedNames++;
            }
        }
        Assert.True(checkedNames > 40, $"only {checkedNames} names are in the schema");
    }

    [Fact]
    public void A_processor_that_it_was_not_written_for_has_no_filter() => Assert.Empty(SyscallFilter.Build(Architecture.Wasm));

    /// <summary>Runs the program over <c>struct seccomp_data</c>.</summary>
    private static uint Answer(Architecture architecture, uint mark, uint number, uint firstArgument = 0)
    {
        uint accumulator = 0;
        var program = SyscallFilter.Build(architecture);
        for (var at = 0; ; at++)
        {
            var (code, ifTrue, ifFalse, value) = program[at];
            switch (code)
            {
                case 0x20:
                    accumulator = value switch { 0 => number, 4 => mark, 16 => firstArgument, _ => throw new InvalidOperationException($"reads at {value}") };
                    break;
                case 0x15:
                    at += accumulator == value ? ifTrue : ifFalse;
                    break;
                case 0x35:
                    at += accumulator >= value ? ifTrue : ifFalse;
                    break;
                case 0x45:
                    at += (accumulator & value) != 0 ? ifTrue : ifFalse;
                    break;
                case 0x06:
                    return value;
                default:
                    throw new InvalidOperationException($"instruction {code:x}");
            }
        }
    }
}
