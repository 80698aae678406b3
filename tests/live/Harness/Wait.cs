using System.Diagnostics;

namespace Peregrine.LiveTests.Harness;

/// <summary>Waits for what comes sooner or later; never longer than a minute.</summary>
public static class Wait
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static void For(Func<bool> condition, Func<string> otherwise)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed > Patience) throw new TimeoutException(otherwise());
            Thread.Sleep(50);
        }
    }
}
