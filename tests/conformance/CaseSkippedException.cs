namespace Peregrine.ConformanceTests;

/// <summary>Ends a case that cannot be compared; the table at the end tells the reason, which is the message.</summary>
internal sealed class CaseSkippedException(string reason) : Exception(reason);
