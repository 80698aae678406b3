using Peregrine.Capture;

namespace Peregrine.UnitTests.Capture;

/// <summary>A capture read to its end or its first mistake.</summary>
internal sealed record ReadResult(CaptureMetadata? Metadata, List<byte[]> Records, int Surfaced, CaptureException? Error)
{
    public static ReadResult Of(byte[] capture) => Of(new MemoryStream(capture, writable: false));

    public static ReadResult Of(Stream stream)
    {
        var records = new List<byte[]>();
        var surfaced = 0;
        CaptureReader? reader = null;
        try
        {
            reader = CaptureReader.Open(stream);
            while (reader.TryRead(out var e))
            {
                records.Add(e.Event.Record.ToArray());
                if (e.IsSurfaced) surfaced++;
            }
            return new ReadResult(reader.Metadata, records, surfaced, null);
        }
        catch (CaptureException e)
        {
            return new ReadResult(reader?.Metadata, records, surfaced, e);
        }
        finally
        {
            reader?.Dispose();
        }
    }
}
