namespace Peregrine.Capture;

/// <summary>What to say when the stream has fewer bytes than the format promises.</summary>
internal static class InputFailure
{
    public static CaptureException Of(CaptureInput input, long wanted, string block) =>
        input.Failure is { } failure
            ? new CaptureException($"error reading file: {failure.Message}", input.Offset + input.Count, block, failure)
            : CaptureException.Truncated(wanted, input.Count, input.Offset, block);
}
