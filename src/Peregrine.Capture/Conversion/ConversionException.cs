namespace Peregrine.Capture;

/// <summary>An old event that cannot be brought to the current form; the reader adds the place.</summary>
internal sealed class ConversionException(string problem) : Exception(problem);
