using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Peregrine.Hub.Commands;

/// <summary>Writes the hub's log as the sensor writes its own: the local time, the word for warnings and errors, the message.</summary>
internal sealed class LogLine() : ConsoleFormatter(FormatName)
{
    public const string FormatName = "peregrine";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var word = logEntry.LogLevel switch { >= LogLevel.Error => "Error: ", LogLevel.Warning => "Warning: ", _ => "" };
        // One line each, whatever a service's answer holds.
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception).ReplaceLineEndings(" ");
        textWriter.Write($"{Timestamp(DateTime.Now)}: {word}{message}\n");
        if (logEntry.Exception is { } exception) textWriter.Write(exception + "\n");
    }

    private static string Timestamp(DateTime now) => string.Create(CultureInfo.InvariantCulture, $"{now:ddd MMM} {now.Day,2} {now:HH:mm:ss yyyy}");
}
