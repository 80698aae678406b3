using Microsoft.Extensions.Logging;
using Peregrine.Hub.Configuration;

namespace Peregrine.Hub.Commands;

/// <summary>A log for <c>check</c>: what destinations warn of becomes lines of its answer, each once, with secrets covered; the rest is not heard.</summary>
internal sealed class WarningLog(TextWriter output, SecretTexts secrets) : ILoggerFactory, ILogger
{
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    /// <summary>How many there were.</summary>
    public int Count => _told.Count;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("the answer of a check goes to one place");

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        var message = secrets.Hide(formatter(state, exception)).ReplaceLineEndings(" ");
        lock (_told)
            if (_told.Add(message)) output.WriteLine("warning: " + message);
    }

    public void Dispose()
    {
    }
}
