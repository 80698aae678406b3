using Peregrine.Events;
using Peregrine.Sensor.Engine;

namespace Peregrine.Sensor.Commands;

/// <summary><c>-i</c>: the syscalls that are not recorded unless <c>base_syscalls.all</c> is set.</summary>
internal static class IgnoredSyscallsCommand
{
    public static int Run(SensorConsole console)
    {
        var names = SyscallSelection.IgnoredSet().Select(c => EventSchema.Get(c).Name).Distinct().Order(StringComparer.Ordinal);
        console.Print("Ignored syscall(s):\n" + string.Concat(names.Select(n => "- " + n + "\n")));
        return 0;
    }
}
