using System.Buffers;

namespace Peregrine.Outputs;

/// <summary>Writes each alert as a line to a stream. Unbuffered, the alerts that wait are written together at once; buffered, they are collected until 32 KB or a second have passed.</summary>
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
        var before = 0;
        for (var i = 0; i < alerts.Length; i++)
        {
            _buffer.Write(alerts[i].Line.Span);
            if (_buffer.WrittenCount < BufferSize) continue;
            WriteOut();
            before = i + 1;
            report.Delivered = before;
        }
        if (!_buffered && before < alerts.Length) WriteOut();
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
            // What could not be written is counted as failed: writing it again could double the part that did go out.
            _buffer.ResetWrittenCount();
        }
    }
}
