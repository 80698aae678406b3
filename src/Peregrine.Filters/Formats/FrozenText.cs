using System.Buffers;
using Peregrine.State;

namespace Peregrine.Filters;

/// <summary>
/// An output text for one event with everything filled in that was known when the event happened. What was not known of its container is filled in when it is written: the process may
/// have ended by then, and the rest of the text shows it as it was.
/// </summary>
public sealed class FrozenText
{
    private static ReadOnlySpan<byte> Missing => "<NA>"u8;

    private readonly List<(byte[] Text, ValueSource? Later, int Width)> _parts = [];
    private readonly bool _keepsMissing;
    private bool _breaksOff;

    internal FrozenText(bool keepsMissing) => _keepsMissing = keepsMissing;

    /// <summary>What must still become known.</summary>
    public ContainerFacts Awaits { get; private set; }

    /// <summary>Bytes that it holds.</summary>
    public int Size { get; private set; }

    /// <summary>Appends the text. False when a value is missing and the format does not keep missing ones.</summary>
    /// <param name="context">The event as it was kept: of it, only the container is asked.</param>
    /// <param name="scratch">The worker's.</param>
    /// <param name="output">Where the text goes.</param>
    public bool TryWrite(ref EventContext context, EvaluationScratch scratch, IBufferWriter<byte> output)
    {
        foreach (var (text, later, width) in _parts)
        {
            if (later is null)
            {
                output.Write(text);
                continue;
            }
            var value = new FieldValue(scratch.Buffer);
            if (OutputValues.TryRender(later, ref context, ref value, out var rendered)) OutputFormat.Write(output, rendered, width);
            else if (_keepsMissing) OutputFormat.Write(output, Missing, width);
            else return false;
        }
        return !_breaksOff;
    }

    /// <summary>Whether the value of a source waits for something that may still become known.</summary>
    internal static bool IsAwaited(ValueSource source, ref EventContext context) => source.Awaits is not ContainerFacts.None and var facts && context.Thread?.Container is { } container && container.Awaits(facts);

    internal void Add(ReadOnlySpan<byte> text, int width)
    {
        var output = new ArrayBufferWriter<byte>(Math.Max(1, Math.Max(text.Length, width)));
        OutputFormat.Write(output, text, width);
        _parts.Add((output.WrittenSpan.ToArray(), null, 0));
        Size += output.WrittenCount;
    }

    internal void AddLater(ValueSource source, int width)
    {
        _parts.Add(([], source, width));
        Awaits |= source.Awaits;
    }

    /// <summary>A value is missing, which ends a text that does not keep missing ones.</summary>
    internal void AddEnd() => _breaksOff = true;
}
