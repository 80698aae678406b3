using System.Diagnostics;

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
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end");
        }
        // A daemon that a program leaves behind may hold its streams: what came until now is enough.
        Task.WaitAll([output, error], TimeSpan.FromSeconds(2));
        return new CommandResult(process.Id, process.ExitCode, output.IsCompletedSuccessfully ? output.Result : "", error.IsCompletedSuccessfully ? error.Result : "");
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
}
