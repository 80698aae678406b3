using Peregrine.Capture;
using Peregrine.Events;
using Xunit;

namespace Peregrine.UnitTests.Capture;

/// <summary>Captures of bounded size, each complete in itself.</summary>
public sealed class RotatingCaptureTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peregrine-rotate").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void EachFileStaysBelowTheLimitAndReadsByItself()
    {
        using (var capture = Capture(new() { Path = At("c.scap"), MaxBytes = 20_000, Continue = true }))
        {
            Fill(capture, 2000);
            Assert.Equal(2000UL, capture.Events);
            Assert.Equal(capture.Files, Directory.GetFiles(_folder).Length);
        }
        var files = Directory.GetFiles(_folder).OrderBy(File.GetLastWriteTimeUtc).ToArray();
        Assert.True(files.Length > 5);
        Assert.All(files, f => Assert.InRange(new FileInfo(f).Length, 1, 20_000));
        var reads = files.Select(f => ReadResult.Of(File.ReadAllBytes(f))).ToArray();
        Assert.All(reads, r => Assert.Null(r.Error));
        Assert.All(reads, r => Assert.Equal(2, r.Metadata!.Threads.Count));
        Assert.Equal(2000, reads.Sum(r => r.Records.Count));
    }

    [Fact]
    public void OnlyTheNewestAreKept()
    {
        using (var capture = Capture(new() { Path = At("c.scap"), MaxBytes = 20_000, Continue = true, Keep = 3 })) Fill(capture, 2000);
        Assert.Equal(3, Directory.GetFiles(_folder).Length);
        Assert.False(File.Exists(At("c.scap")));
    }

    [Fact]
    public void WithoutRotationTheCaptureEndsWhenItIsFull()
    {
        using (var capture = Capture(new() { Path = At("c.scap.gz"), Writing = new() { Compression = CaptureCompression.Gzip }, MaxBytes = 100_000 }))
        {
            var random = new Random(1);
            var data = new byte[1000];
            for (var i = 0; i < 5000 && !capture.IsFull; i++)
            {
                random.NextBytes(data);
                capture.WriteEvent(EventView.Trusted(CaptureSamples.Read(new byte[2000], CaptureSamples.Start, 1, data)), 0);
            }
            Assert.True(capture.IsFull);
        }
        Assert.InRange(new FileInfo(At("c.scap.gz")).Length, 100_000, 1_200_000);
        Assert.Null(ReadResult.Of(File.ReadAllBytes(At("c.scap.gz"))).Error);
    }

    private static RotatingCapture Capture(RotatingCaptureOptions options) => new(options, CaptureSamples.Metadata);

    private static void Fill(RotatingCapture capture, int count)
    {
        var buffer = new byte[256];
        for (var i = 0; i < count; i++) capture.WriteEvent(EventView.Trusted(CaptureSamples.Read(buffer, CaptureSamples.Start + (ulong)i, 1, "0123456789"u8)), 0);
    }

    private string At(string name) => Path.Combine(_folder, name);
}
