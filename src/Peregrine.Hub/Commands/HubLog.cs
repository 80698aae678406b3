using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Peregrine.Hub.Commands;

/// <summary>The hub's log, on standard error. It outlives runs, which may change how much it says.</summary>
internal sealed class HubLog : IDisposable
{
    private volatile bool _tellsAll;

    public HubLog() => Logs = LoggerFactory.Create(builder => builder
        .SetMinimumLevel(LogLevel.Debug)
        .AddFilter((category, level) => level >= Least(category))
        .AddConsoleFormatter<LogLine, ConsoleFormatterOptions>()
        .AddConsole(options =>
        {
            options.FormatterName = LogLine.FormatName;
            options.LogToStandardErrorThreshold = LogLevel.Trace;
        }));

    public ILoggerFactory Logs { get; }

    /// <summary>Whether every delivery is told.</summary>
    public bool TellsAll
    {
        get => _tellsAll;
        set => _tellsAll = value;
    }

    public void Dispose() => Logs.Dispose();

    // A server that cannot start throws what is wrong; it would be told twice, and here with a stack.
    private LogLevel Least(string? category) => category switch
    {
        "Microsoft.Extensions.Hosting.Internal.Host" => LogLevel.None,
        not null when category.StartsWith("Microsoft", StringComparison.Ordinal) => LogLevel.Warning,
        _ => _tellsAll ? LogLevel.Debug : LogLevel.Information,
    };
}
