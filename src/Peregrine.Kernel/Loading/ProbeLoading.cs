using System.Globalization;
using System.Runtime.InteropServices;
using Peregrine.Kernel.Interop;
using Peregrine.Kernel.Privileges;

namespace Peregrine.Kernel.Loading;

/// <summary>
/// A process beside this one that loads and attaches the probe, which takes long and needs many privileges, while this one gives up its own and starts anew. It is this program too, hands over the probe's descriptors and ends.
/// <code>
/// here: Begin, Ask, HandOver, exec, KernelProbe.TakeOver        there: Serve
/// </code>
/// </summary>
public sealed class ProbeLoading : IDisposable
{
    /// <summary>Tells the other process which descriptor leads to this one.</summary>
    public const string Variable = "PEREGRINE_LOADER";

    private const char Between = ';';
    private const char Failed = '!';

    private readonly DescriptorSocket _socket;
    private readonly int _process;
    private bool _disposed;

    private ProbeLoading(DescriptorSocket socket, int process) => (_socket, _process) = (socket, process);

    /// <summary>Starts the process. It prepares what needs no options, and ends when this object does unless it is asked.</summary>
    /// <exception cref="KernelException">It cannot be started.</exception>
    public static unsafe ProbeLoading Begin()
    {
        var (here, there) = DescriptorSocket.Pair();
        using (there)
        using (var own = new OwnCommandLine())
        {
            Confinement.SetInherited(there.Fd, true);
            _ = Privileged.SetVariable(Variable, there.Fd.ToString(CultureInfo.InvariantCulture), 1);
            int process;
            var error = Handover.Spawn(&process, own.Path, null, null, own.Arguments, Handover.Environment);
            _ = Privileged.UnsetVariable(Variable);
            if (error == 0) return new ProbeLoading(here, process);
            here.Dispose();
            throw new KernelException($"cannot start the process that loads the probe ({Marshal.GetPInvokeErrorMessage(error)})");
        }
    }

    /// <summary>Has the probe loaded and attached for this process.</summary>
    public void Ask(KernelProbeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        // Should it be gone, the answer will tell.
        _ = _socket.Send(string.Create(CultureInfo.InvariantCulture, $"{options.RingBytes}{Between}{options.SnapLength}{Between}{(options.DropFailed ? 1 : 0)}{Between}{options.OwnThreadGroup}"));
    }

    /// <summary>Lets the answer be waited for after an exec; the text is for <see cref="KernelProbe.TakeOver"/>.</summary>
    public string HandOver()
    {
        Confinement.SetInherited(_socket.Fd, true);
        return string.Create(CultureInfo.InvariantCulture, $"{_socket.Fd}{Between}{_process}");
    }

    /// <summary>Ends the process, unless it has answered already.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _socket.Dispose();
        TakeLeave(_process);
    }

    /// <summary>What the process does that was begun: waits for the question, loads, answers.</summary>
    /// <param name="socket">The text of <see cref="Variable"/>.</param>
    /// <returns>Its exit code.</returns>
    public static int Serve(string socket)
    {
        if (!IsNumber(socket, out var fd)) return 1;
        using var there = new DescriptorSocket(fd);
        Confinement.SetInherited(fd, false);
        var reading = Task.Run(ProbeParts.Read);
        if (there.Receive([])?.Split(Between) is not { Length: 4 } asked) return 1;
        try
        {
            var options = new KernelProbeOptions { RingBytes = Number(asked[0]), SnapLength = Number(asked[1]), DropFailed = Number(asked[2]) != 0, OwnThreadGroup = Number(asked[3]) };
            // The end of the process gives everything back.
            var probe = KernelProbe.LoadUnread(options, reading.GetAwaiter().GetResult());
            probe.Attach();
            var (text, descriptors) = probe.HandOver();
            return there.Send(text, descriptors) ? 0 : 1;
        }
        catch (KernelException e)
        {
            _ = there.Send($"{Failed}{e.Message}{Failed}{e.Detail}");
            return 1;
        }
    }

    /// <summary>Waits for the answer to a question that this process has asked before an exec.</summary>
    /// <exception cref="KernelException">The probe could not be loaded; the message says why.</exception>
    internal static LoadedProbe Take(string text)
    {
        var numbers = text.Split(Between);
        if (numbers.Length != 2 || !IsNumber(numbers[0], out var fd) || !IsNumber(numbers[1], out var process)) throw new KernelException(LoadedProbe.Unreadable);
        var descriptors = new List<int>();
        string? answer;
        using (var here = new DescriptorSocket(fd)) answer = here.Receive(descriptors);
        TakeLeave(process);
        if (answer is null) throw new KernelException("the process that was to load the probe has ended without it");
        if (!answer.StartsWith(Failed)) return LoadedProbe.TakeOver(answer, descriptors);
        var parts = answer.Split(Failed, 3);
        throw new KernelException(parts[1], parts[2]);
    }

    /// <summary>Has the kernel forget the process when it ends, which nobody needs to wait for.</summary>
    private static void TakeLeave(int process) => Task.Run(() =>
    {
        while (Await(process) < 0 && Marshal.GetLastPInvokeError() == Handover.Interrupted)
        {
        }
    });

    private static unsafe int Await(int process) => Handover.Await(process, null, 0);

    private static bool IsNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
