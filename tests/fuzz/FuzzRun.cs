using System.Diagnostics;
using System.Security.Cryptography;

namespace Peregrine.Fuzz;

/// <summary>Runs one target for some time. The first input that breaks a promise ends the run and stays in a file.</summary>
internal sealed class FuzzRun(FuzzTarget target, FuzzCorpus corpus, int seed, string folder)
{
    private readonly InputMaker _make = new(new Random(seed), target);
    private readonly HashSet<string> _answers = [];
    private readonly Process _process = Process.GetCurrentProcess();
    private volatile Attempt? _attempt;
    private volatile WorkClock? _worked;
    private long _count;
    private long _largest;
    private TimeSpan _slowest;
    private byte[] _slowestInput = [];
    private Exception? _failure;
    private volatile bool _done;

    /// <summary>Whether nothing failed.</summary>
    public bool Run(TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        // Deep inputs must be refused on a thread with an ordinary stack.
        var worker = new Thread(() => Work(clock, time), 1 << 20) { IsBackground = true };
        worker.Start();
        var told = TimeSpan.Zero;
        while (!_done)
        {
            Thread.Sleep(200);
            if (Broken() is { } problem)
            {
                Tell(clock.Elapsed);
                return Failed(problem);
            }
            if (clock.Elapsed - told < TimeSpan.FromMinutes(1)) continue;
            told = clock.Elapsed;
            Tell(clock.Elapsed);
        }
        Tell(clock.Elapsed);
        if (_slowest > TimeSpan.FromSeconds(1)) Console.WriteLine($"{target.Name}: slowest input: {Save(_slowestInput, "slowest")}");
        return _failure is null || Failed(_failure.ToString());
    }

    private bool Failed(string problem)
    {
        var input = _attempt?.Input ?? [];
        Console.WriteLine($"{target.Name}: FAILED (seed {seed}): {problem}\ninput: {Save(input, Convert.ToHexStringLower(SHA256.HashData(input))[..12])}");
        return false;
    }

    private void Work(Stopwatch clock, TimeSpan time)
    {
        _worked = WorkClock.OfThisThread();
        try
        {
            foreach (var input in target.Seeds(corpus)) Try(input);
            while (clock.Elapsed < time) Try(_make.Next());
        }
#pragma warning disable CA1031 // Whatever comes out of a target is what this looks for.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _failure = e;
        }
        _done = true;
    }

    private void Try(byte[] input)
    {
        var attempt = new Attempt(input, _worked!.Elapsed);
        _attempt = attempt;
        var answer = target.Run(input);
        var took = _worked!.Elapsed - attempt.StartedAt;
        if (took > Limit(input)) throw new FuzzException($"took {took}");
        if (took > _slowest) (_slowest, _slowestInput) = (took, input);
        if (input.Length > _largest) _largest = input.Length;
        _count++;
        if (_answers.Count < 100_000 && _answers.Add(answer)) _make.Keep(input);
    }

    /// <summary>An input that never ends, or eats the machine, is only seen from outside. Null while all is well.</summary>
    private string? Broken()
    {
        if (_attempt is not { } attempt) return null;
        if (_worked!.Elapsed - attempt.StartedAt > 2 * Limit(attempt.Input)) return $"took longer than {Limit(attempt.Input)}";
        return Peak() > target.MostMemory ? $"needs more than {target.MostMemory >> 20} MB" : null;
    }

    private TimeSpan Limit(byte[] input) => target.Deadline * (1 + input.Length / (double)(1 << 20));

    private void Tell(TimeSpan elapsed) => Console.WriteLine(
        $"{target.Name}: {elapsed.TotalSeconds:F0} s ({(_worked?.Elapsed ?? TimeSpan.Zero).TotalSeconds:F0} s of work), {_count} inputs, {_answers.Count} different answers, largest input {_largest} bytes, slowest {_slowest.TotalMilliseconds:F0} ms, peak memory {Peak() >> 20} MB");

    private long Peak()
    {
        lock (_process)
        {
            _process.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    private string Save(byte[] input, string name)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{target.Name}-{name}");
        File.WriteAllBytes(path, input);
        return path;
    }

    /// <summary>An input at work, and how long the worker had worked when it began.</summary>
    private sealed record Attempt(byte[] Input, TimeSpan StartedAt);
}
