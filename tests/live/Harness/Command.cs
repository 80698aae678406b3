using System.Diagnostics;
using System.Text;

namespace Peregrine.LiveTests.Harness;

/// <summary>What a finished program left.</summary>
public sealed record CommandResult(int Pid, int ExitCode, string Output, string Error)
{
    public CommandResult Succeeded()
    {
        if (ExitCode != 0) throw new InvalidOperationException($"a program that a test needs ended with {ExitCode}:\n{Output}{Error}");
        return this;
    }
}

/// <summary>Runs programs to their end, never longer than three minutes.</summary>
public static class Command
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static CommandResult Run(string program, params string[] arguments) => RunIn(null, program, arguments);

    public static CommandResult RunIn(string? folder, string program, params string[] arguments)
    {
        using var process = Start(folder, program, arguments);
        process.StandardInput.Close();
        var output = new StreamText(process.StandardOutput);
        var error = new StreamText(process.StandardError);
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end");
        }
        return new CommandResult(process.Id, process.ExitCode, output.Finish(), error.Finish());
    }

    public static Process Start(string? folder, string program, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        WorkingDirectory = folder ?? "/",
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    /// <summary>Runs a line in bash, which stays its parent: the line is never the shell's last word, so the shell does not exec it away.</summary>
    public static CommandResult Shell(string line) => Run("/bin/bash", "-c", line + "\ntrue");

    /// <summary>
    /// What a program wrote. A daemon that it leaves behind may hold its streams: their end is taken to be there when nothing has come for two seconds. Read by a thread of its own, since the pool's may all be
    /// waiting for programs.
    /// </summary>
    private sealed class StreamText
    {
        private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

        private readonly StringBuilder _text = new();
        private readonly StreamReader _reader;
        private readonly Thread _thread;

        public StreamText(StreamReader reader)
        {
            _reader = reader;
            _thread = new Thread(Read) { IsBackground = true, Name = "output" };
            _thread.Start();
        }

        public string Finish()
        {
            int before;
            do before = Length;
            while (!_thread.Join(Silence) && Length != before);
            lock (_text) return _text.ToString();
        }

        private int Length
        {
            get
            {
                lock (_text) return _text.Length;
            }
        }

        private void Read()
        {
            var buffer = new char[16 * 1024];
            try
            {
                for (int count; (count = _reader.Read(buffer)) > 0;)
                    lock (_text) _text.Append(buffer, 0, count);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
            {
                // The process was disposed of, and a daemon still holds the stream.
            }
        }
    }
}
