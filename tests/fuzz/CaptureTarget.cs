using Peregrine.Capture;
using Peregrine.UnitTests.Capture;

namespace Peregrine.Fuzz;

/// <summary>The reader of captures, plain and compressed.</summary>
internal sealed class CaptureTarget : FuzzTarget
{
    public override string Name => "capture";

    public override IReadOnlyList<string> Words { get; } = ["\0\0\0\0", "\u0001\0\0\0", "\n\r\r\n", "\u0001\u0002\0\0", "\u0016\u0002\0\0", "\u0017\u0002\0\0", "\u0021\u0002\0\0", "\u007f", "aaaaaaaaaaaaaaaa"];

    public override IEnumerable<byte[]> Seeds(FuzzCorpus corpus) =>
        [CaptureSamples.Small(), CaptureSamples.Small(CaptureCompression.Gzip), BlockBytes.Section().Event().ToArray(), BlockBytes.Section().Event(0x217).ToArray()];

    public override string Run(byte[] input)
    {
        long events = 0;
        try
        {
            using var reader = CaptureReader.Open(new MemoryStream(input, writable: false));
            while (reader.TryRead(out var e))
            {
                events++;
                for (var i = 0; i < e.Event.ParamCount; i++) _ = e.Event.Param(i).Length;
            }
            return $"{Math.Min(events, 10)}";
        }
        catch (CaptureException e)
        {
            return $"{Math.Min(events, 10)} {Kind(e.Message)}";
        }
    }
}
