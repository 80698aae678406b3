using System.Text;
using Peregrine.Kernel.Proc;
using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.Kernel.Proc;

/// <summary>In which layer of a real overlay an executable lies.</summary>
public sealed class OverlayTests
{
    [Fact]
    public void TheUpperLayerIsToldFromTheLower()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "lower", "upper", "work", "merged" }) Directory.CreateDirectory(Path.Combine(folder.Path, name));
        File.Copy("/bin/sleep", Path.Combine(folder.Path, "lower", "of-the-image"));
        // The mount lives in a namespace of its own and goes with its last process.
        using var script = Child.Start("unshare", "--mount", "sh", "-c", $"""
            cd {folder.Path} && mount -t overlay overlay -o lowerdir=lower,upperdir={folder.Path}/upper,workdir={folder.Path}/work merged || exit 9
            cp /bin/sleep merged/dropped
            merged/of-the-image 300 & merged/dropped 300 & echo $!
            trap 'kill %1 %2' TERM
            wait
            """);
        using var host = new ProcHost();
        List<ThreadEntry> found = [];
        for (var i = 0; i < 300 && found.Count < 2; i++)
        {
            if (script.HasExited) Assert.Skip("an overlay cannot be mounted here");
            found = [.. host.Scan().Where(t => t.ParentTid == script.Id && t.ExePath.AsSpan().EndsWith("dropped"u8) | t.ExePath.AsSpan().EndsWith("of-the-image"u8))];
            if (found.Count < 2) Thread.Sleep(20);
        }
        try
        {
            Assert.Equal(2, found.Count);
            var upper = found.Single(t => Encoding.UTF8.GetString(t.ExePath) == Path.Combine(folder.Path, "merged/dropped"));
            var lower = found.Single(t => !ReferenceEquals(t, upper));
            Assert.Equal((true, false), (upper.ExeUpperLayer, upper.ExeLowerLayer));
            Assert.Equal((false, true), (lower.ExeUpperLayer, lower.ExeLowerLayer));
        }
        finally
        {
            foreach (var thread in found) System.Diagnostics.Process.GetProcessById((int)thread.Tid).Kill();
        }
    }
}
