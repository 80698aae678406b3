using System.Diagnostics;

namespace Peregrine.Outputs;

/// <summary>
/// Gives each alert as a line to a shell command's standard input: a command per alert, or one that is kept running and started again when it ends.
/// </summary>
public sealed class ProgramOutput : IAlertOutput
{
    private readonly string _command;
    private readonly bool _keepRunning;
    private volatile Process? _process;
    private volatile bool _aborted;

    public ProgramOutput(string command, bool keepRunning) => (_command, _keepRunning) = (command, keepRunning);

    public string Name => "program";

    public void Deliver(ReadOnlySpan<Alert> alerts, ref DeliveryReport report)
    {
        foreach (var alert in alerts)
        {
            if (_aborted) throw new IOException("the sensor is ending");
            try
            {
                var process = Running();
                var input = process.StandardInput.BaseStream;
                input.Write(alert.Line.Span);
                input.Flush();
                if (!_keepRunning) End();
            }
            catch
            {
                Kill();
                throw;
            }
            report.Delivered++;
        }
    }

    public void Flush()
    {
    }

    public void Reopen() => End();

    public void Abort()
    {
        _aborted = true;
        try
        {
            _process?.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It ended by itself in the meantime.
        }
    }

    public void Dispose() => End();

    private Process Running()
    {
        if (_process is { HasExited: false } running) return running;
        _process?.Dispose();
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(_command);
        return _process = Process.Start(start) ?? throw new IOException($"cannot start '{_command}'");
    }

    /// <summary>Closes its input, which tells it that there is no more, and waits for its end.</summary>
    private void End()
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
            // Abort() can no longer see it: the wait needs an end of its own.
            if (!process.WaitForExit(_keepRunning ? 1_000 : 60_000)) process.Kill(entireProcessTree: true);
        }
    }

    private void Kill()
    {
        var process = _process;
        _process = null;
        if (process is null) return;
        using (process)
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
