using System.Diagnostics;

namespace Peregrine.Outputs;

/// <summary>
/// Gives each alert as a line to a shell command's standard input: a command per alert, or one that is kept running and started again when it ends. Delivered is what the command's input took.
/// </summary>
/// <remarks>The command is not named in errors: it often holds a secret, such as the URL of a web hook.</remarks>
/// <param name="command">What <c>/bin/sh -c</c> is given.</param>
/// <param name="keepRunning">Whether one command takes all alerts.</param>
/// <param name="timeout">How long a command may take for its one alert, before it is ended with all that it started. One that is kept running may take its time: its alerts wait.</param>
public sealed class ProgramOutput(string command, bool keepRunning, TimeSpan timeout) : IAlertOutput
{
    /// <summary>How long a command that was kept running has for its end, once its input is closed.</summary>
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(1);

    private volatile Process? _process;
    private volatile bool _aborted;

    public string Name => "program";

    public int BatchSize => keepRunning ? 256 : 1;

    public void Deliver(ReadOnlySpan<Alert> alerts, ref DeliveryReport report)
    {
        foreach (var alert in alerts)
        {
            if (_aborted) throw new DeliveryException(DeliveryFailure.Rejected, "the sensor is ending");
            if (keepRunning) Write(alert);
            else RunFor(alert);
            report.Delivered++;
        }
    }

    public void Flush()
    {
    }

    public void Reopen() => End(EndPatience);

    public void Abort()
    {
        _aborted = true;
        if (_process is { } process) Kill(process);
    }

    public void Dispose() => End(EndPatience);

    /// <summary>Gives the alert to the command that is kept running.</summary>
    private void Write(Alert alert)
    {
        var process = Running();
        try
        {
            Feed(process, alert);
        }
        catch (IOException e)
        {
            // What it has been given already it may still read.
            End(EndPatience);
            throw new DeliveryException(DeliveryFailure.Unreachable, $"the command no longer reads its input, it is started again: {e.Message}", e);
        }
    }

    /// <summary>Runs the command for one alert.</summary>
    private void RunFor(Alert alert)
    {
        var process = Start();
        try
        {
            try
            {
                Feed(process, alert);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // A command needs not read what it is told about.
            }
            if (!process.WaitForExit(timeout)) throw new DeliveryException(DeliveryFailure.TimedOut, $"the command did not end in {timeout.TotalSeconds:0.#} s and was ended");
            if (_aborted) throw new DeliveryException(DeliveryFailure.TimedOut, "the command was ended, as the sensor is");
        }
        finally
        {
            End(TimeSpan.Zero);
        }
    }

    private static void Feed(Process process, Alert alert)
    {
        var input = process.StandardInput.BaseStream;
        input.Write(alert.Line.Span);
        input.Flush();
    }

    private Process Running()
    {
        if (_process is { HasExited: false } running) return running;
        End(TimeSpan.Zero);
        return Start();
    }

    private Process Start()
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(command);
        try
        {
            var process = Process.Start(start)!;
            _process = process;
            // Whoever wants the end may have looked just before.
            if (_aborted) Kill(process);
            return process;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new DeliveryException(DeliveryFailure.Unreachable, $"the command cannot be started: {new System.ComponentModel.Win32Exception(e.NativeErrorCode).Message}", e);
        }
    }

    /// <summary>Closes its input, which tells it that there is no more, and ends it when it does not end by itself.</summary>
    private void End(TimeSpan patience)
    {
        var process = _process;
        _process = null;
        if (process is null) return;
        using (process)
        {
            try
            {
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It closed its input first.
            }
            if (!process.WaitForExit(patience)) Kill(process);
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception or AggregateException)
        {
            // It ended by itself in the meantime.
        }
    }
}
