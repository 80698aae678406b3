using System.Buffers;

namespace Peregrine.Outputs;

/// <summary>Writes each alert as a line to a stream: at once, or, buffered, when 32 KB have come together or nothing came for a second.</summary>
public sealed class StdoutOutput : IAlertOutput
{
    private const int BufferSize = 32 * 1024;
    private readonly Stream _stream;
    private readonly bool _buffered;
    private readonly ArrayBufferWriter<byte> _buffer = new(BufferSize);

    /// <param name="stream">Standard output; it is flushed, never closed.</param>
    /// <param name="buffered">Whether lines may be kept back.</param>
    public StdoutOutput(Stream stream, bool buffered) => (_stream, _buffered) = (stream, buffered);

    public string Name => "stdout";

    public void Deliver(ReadOnlySpan<Alert> alerts, ref DeliveryReport report)
    {
        // A line is written at a time, so that after a failure it is known which were.
        foreach (var alert in alerts)
        {
            if (_buffered) Keep(alert.Line.Span);
            else _stream.Write(alert.Line.Span);
            report.Delivered++;
        }
        if (!_buffered) _stream.Flush();
    }

    public void Flush() => WriteOut();

    public void Reopen()
    {
    }

    public void Abort()
    {
    }

    public void Dispose()
    {
    }

    private void Keep(ReadOnlySpan<byte> line)
    {
        if (_buffer.WrittenCount + line.Length > BufferSize) WriteOut();
        _buffer.Write(line);
    }

    private void WriteOut()
    {
        if (_buffer.WrittenCount == 0) return;
        try
        {
            _stream.Write(_buffer.WrittenSpan);
            _stream.Flush();
        }
        finally
        {
            // What could not be written is not written again, which could double the part that did go out.
            _buffer.ResetWrittenCount();
        }
    }
}
