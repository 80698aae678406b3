namespace Peregrine.Capture;

/// <summary>An event that the conversion table does not provide for; the reader adds the place.</summary>
internal sealed class ConversionException(string problem) : Exception(problem);
