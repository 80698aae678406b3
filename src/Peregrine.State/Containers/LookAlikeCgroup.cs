namespace Peregrine.State;

/// <summary>
/// What the reference takes for a container of containerd: any path of two or more parts whose last is no unit of systemd. Wrong for many host processes, so it is
/// used only where there is no machine to ask and the reference's answers are compared with: see <see cref="ContainerResolver.TakesLookAlikes"/>.
/// </summary>
internal static class LookAlikeCgroup
{
    public static bool TryFind(ReadOnlySpan<byte> cgroups, out CgroupMatch match)
    {
        match = new CgroupMatch { Engine = ContainerEngine.Containerd };
        for (var rest = cgroups; !rest.IsEmpty;)
        {
            var path = CgroupReader.NextPath(ref rest);
            var slash = path.LastIndexOf((byte)'/');
            if (slash <= 0 || slash + 1 == path.Length) continue;
            var last = path[(slash + 1)..];
            if (ContainerIds.IsUnit(last)) continue;
            match.Id = last[..Math.Min(last.Length, ContainerIds.ShortLength)];
            return true;
        }
        return false;
    }
}
