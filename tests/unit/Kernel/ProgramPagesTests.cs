using System.Globalization;
using Peregrine.Kernel.Memory;
using Xunit;

namespace Peregrine.UnitTests.Kernel;

/// <summary>Pages of the program's file that a running sensor gives back.</summary>
public sealed class ProgramPagesTests
{
    [Fact]
    public void Only_unwritable_and_unwritten_parts_of_the_program_and_its_libraries_are_given_back()
    {
        string[] smaps =
        [
            "1000-3000 r-xp 00000000 fe:00 7                    /usr/bin/peregrine", "Rss:                   8 kB", "Anonymous:             0 kB", "VmFlags: rd ex mr",
            "3000-4000 rw-p 00002000 fe:00 7                    /usr/bin/peregrine", "Anonymous:             0 kB",
            "4000-5000 r--p 00003000 fe:00 7                    /usr/bin/peregrine", "Anonymous:             4 kB",
            "5000-6000 r--s 00003000 fe:00 7                    /usr/bin/peregrine", "Anonymous:             0 kB",
            "5800-6000 r-xp 00003000 fe:00 9                    /usr/lib/libc.so.6", "Anonymous:             0 kB",
            "5900-6000 rw-p 00003000 fe:00 9                    /usr/lib/libc.so.6", "Anonymous:             0 kB",
            "5a00-6000 r--p 00000000 fe:00 9                    /var/lib/captures.so/today.scap", "Anonymous:             0 kB",
            "5b00-6000 r-xp 00000000 fe:00 9                    /usr/lib/libbpf.so.1 (deleted)", "Anonymous:             0 kB",
            "6000-7000 r-xp 00000000 fe:00 8                    /opt/usr/bin/peregrine", "Anonymous:             0 kB",
            "7000-8000 r-xp 00000000 00:00 0 ", "Anonymous:             0 kB",
            "7f0000008000-7f000000b000 r--p 00004000 fe:00 7                    /usr/bin/peregrine", "Anonymous:             0 kB",
        ];
        Assert.Equal([(0x1000L, 0x2000L), (0x5000L, 0x1000L), (0x5800L, 0x800L), (0x7f0000008000L, 0x3000L)], ProgramPages.Parts(smaps, "/usr/bin/peregrine").Select(static p => ((long)p.Start, (long)p.Length)));
    }

    [Fact]
    public void The_programs_pages_leave_the_process()
    {
        var before = Resident();
        Assert.SkipWhen(before == 0, "the machine has taken the pages already");
        ProgramPages.GiveBack();
        Assert.InRange(Resident(), 0, before - 1);
    }

    /// <summary>KB of the program's own code that the process has in memory.</summary>
    private static long Resident()
    {
        long sum = 0;
        var isProgram = false;
        foreach (var line in File.ReadLines("/proc/self/smaps"))
        {
            if (line.Contains(" r-xp ", StringComparison.Ordinal) || line.Contains(" rw-p ", StringComparison.Ordinal) || line.Contains("--p ", StringComparison.Ordinal))
                isProgram = line.EndsWith(' ' + Environment.ProcessPath, StringComparison.Ordinal) && line.Contains(" r-xp ", StringComparison.Ordinal);
            else if (isProgram && line.StartsWith("Rss:", StringComparison.Ordinal)) sum += long.Parse(line.AsSpan(4, line.Length - 7), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture);
        }
        return sum;
    }
}
