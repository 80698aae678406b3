namespace Peregrine.Outputs;

/// <summary>A spool has as many bytes as it may have.</summary>
internal sealed class SpoolFullException(string message) : Exception(message);
