using System.Text;

namespace Peregrine.Sensor.Terminal;

/// <summary>
/// A line at the bottom of a terminal that is drawn anew again and again. What else is written to the terminal goes through <see cref="Guard(Stream)"/> or <see cref="Guard(TextWriter)"/>,
/// which take the line away first, so that the two never mix. Usable from every thread.
/// </summary>
public sealed class ProgressLine(TextWriter terminal)
{
    private const string EraseLine = "\r\u001b[K";

    private readonly Lock _gate = new();
    private bool _drawn;

    /// <summary>Shows a text in place of the last one.</summary>
    public void Draw(string text)
    {
        lock (_gate)
        {
            terminal.Write(EraseLine + text);
            terminal.Flush();
            _drawn = true;
        }
    }

    public void Erase()
    {
        lock (_gate) EraseDrawn();
    }

    /// <summary>A stream that shows on the same terminal.</summary>
    public Stream Guard(Stream stream) => new GuardedStream(this, stream);

    /// <summary>A writer that shows on the same terminal.</summary>
    public TextWriter Guard(TextWriter writer) => new GuardedWriter(this, writer);

    private void EraseDrawn()
    {
        if (!_drawn) return;
        _drawn = false;
        terminal.Write(EraseLine);
        terminal.Flush();
    }

    private sealed class GuardedStream(ProgressLine line, Stream below) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            lock (line._gate)
            {
                line.EraseDrawn();
                below.Write(buffer);
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush() => below.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }

    private sealed class GuardedWriter(ProgressLine line, TextWriter below) : TextWriter
    {
        public override Encoding Encoding => below.Encoding;

        public override void Write(char value) => Write(value.ToString());

        public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

        public override void Write(string? value)
        {
            lock (line._gate)
            {
                line.EraseDrawn();
                below.Write(value);
            }
        }

        public override void Flush() => below.Flush();
    }
}
