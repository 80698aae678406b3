using Microsoft.Extensions.Logging;
using Peregrine.Hub.Configuration;

namespace Peregrine.Hub.Store;

/// <summary>Whether the store can be used, told once when that changes. One task says so, any may read.</summary>
public sealed partial class StoreHealth
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    private readonly string _name;
    private readonly SecretTexts _secrets;
    private readonly ILogger _log;
    private volatile string _lastError = "";
    private volatile bool _hasWorked;
    private int _inRow;
    private long _failures;
    private long _givenUp;

    internal StoreHealth(string name, SecretTexts secrets, ILogger log) => (_name, _secrets, _log) = (name, secrets, log);

    /// <summary>Why it cannot be used; empty when it can.</summary>
    public string LastError => _lastError;

    /// <summary><c>ok</c>, <c>failing</c>, or <c>connecting</c> before the first try ended.</summary>
    public string Status => _lastError.Length > 0 ? "failing" : _hasWorked ? "ok" : "connecting";

    /// <summary>Tries that failed.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>Alerts that were never stored because too many waited.</summary>
    public long GivenUp => Interlocked.Read(ref _givenUp);

    internal void Works()
    {
        if (_inRow > 0) Log.Back(_log, _name);
        (_inRow, _lastError, _hasWorked) = (0, "", true);
    }

    /// <returns>How long to wait before the next try.</returns>
    internal TimeSpan Failed(string reason)
    {
        reason = _secrets.Hide(reason);
        Interlocked.Increment(ref _failures);
        // Told again only when something else is wrong.
        if (_inRow++ == 0 || reason != _lastError) Log.Failed(_log, reason);
        _lastError = reason;
        // With some chance, so that hubs do not come back in step.
        var pause = FirstPause * Math.Pow(2, Math.Min(_inRow - 1, 20));
        return (pause < LongestPause ? pause : LongestPause) * (0.5 + Random.Shared.NextDouble() / 2);
    }

    internal void GaveUp(long alerts) => Interlocked.Add(ref _givenUp, alerts);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Reason}; alerts wait in the journal, and it is tried again")]
        public static partial void Failed(ILogger log, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "the store, {Store}, can be used again")]
        public static partial void Back(ILogger log, string store);
    }
}
