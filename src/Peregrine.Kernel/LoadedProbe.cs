using Peregrine.Kernel.Rings;

namespace Peregrine.Kernel;

/// <summary>A probe in the kernel and its rings, owned by who gets it.</summary>
internal sealed record LoadedProbe(BpfObject Object, Ring[] Rings) : IDisposable
{
    public void Dispose()
    {
        Object.Dispose();
        foreach (var ring in Rings) ring.Dispose();
    }
}
