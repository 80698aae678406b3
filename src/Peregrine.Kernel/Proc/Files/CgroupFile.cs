namespace Peregrine.Kernel.Proc.Files;

/// <summary>
/// <c>/proc/PID/cgroup</c>: a line <c>id:controllers:path</c> for each hierarchy, turned into <c>controller=path</c> entries separated by NUL.
/// </summary>
/// <remarks>
/// The five controllers that events carry come first, in their order and under their names (version 1 calls <c>io</c> <c>blkio</c>), so that a scanned thread and one seen starting look alike. The
/// unified hierarchy stands for the controllers that it manages; where version 1 has the important ones it is listed as <c>unified</c> besides, since its path may be the only one with a container's id.
/// </remarks>
internal sealed class CgroupFile
{
    private static readonly byte[] Unified = "unified"u8.ToArray();
    private static readonly byte[] Io = "io"u8.ToArray();
    private readonly byte[][] _unifiedControllers;
    private readonly bool _listUnified;
    private readonly List<(int Order, int Controller, int ControllerLength, int Path, int PathLength, byte[]? Name)> _entries = [];

    /// <param name="unifiedControllers">The content of <c>cgroup.controllers</c> at the root of the unified hierarchy; empty when there is none.</param>
    public CgroupFile(ReadOnlySpan<byte> unifiedControllers)
    {
        var names = new List<byte[]>();
        var cells = new TextCursor(unifiedControllers);
        for (var cell = cells.Cell(); !cell.IsEmpty; cell = cells.Cell())
            names.Add(cell.ToArray());
        _listUnified = !names.Exists(name => name.AsSpan().SequenceEqual("memory"u8));
        _unifiedControllers = [.. names];
    }

    /// <summary>Writes the entries into <paramref name="output"/>; returns the length. Entries that no longer fit are left out.</summary>
    public int Convert(ReadOnlySpan<byte> text, Span<byte> output)
    {
        _entries.Clear();
        for (var at = 0; at < text.Length;)
        {
            var length = text[at..].IndexOf((byte)'\n');
            if (length < 0) length = text.Length - at;
            Line(text, at, length);
            at += length + 1;
        }
        _entries.Sort(static (a, b) => a.Order.CompareTo(b.Order));
        var written = 0;
        foreach (var entry in _entries)
        {
            var name = entry.Name is null ? text.Slice(entry.Controller, entry.ControllerLength) : entry.Name;
            var path = WithoutParents(text.Slice(entry.Path, entry.PathLength));
            if (written + name.Length + path.Length + 2 > output.Length) break;
            if (written > 0) output[written++] = 0;
            name.CopyTo(output[written..]);
            written += name.Length;
            output[written++] = (byte)'=';
            path.CopyTo(output[written..]);
            written += path.Length;
        }
        return written;
    }

    private void Line(ReadOnlySpan<byte> text, int at, int length)
    {
        var line = text.Slice(at, length);
        var first = line.IndexOf((byte)':');
        if (first < 0) return;
        var second = line[(first + 1)..].IndexOf((byte)':');
        if (second < 0) return;
        var path = at + first + second + 2;
        var pathLength = at + length - path;
        if (second == 0)
        {
            for (var i = 0; i < _unifiedControllers.Length; i++)
                _entries.Add((Order(_unifiedControllers[i]) + _entries.Count, 0, 0, path, pathLength, _unifiedControllers[i]));
            if (_listUnified && !text.Slice(path, pathLength).SequenceEqual("/"u8)) _entries.Add((Last, 0, 0, path, pathLength, Unified));
            return;
        }
        for (var controller = at + first + 1; controller < path - 1;)
        {
            var rest = text[controller..(path - 1)];
            var comma = rest.IndexOf((byte)',');
            var controllerLength = comma < 0 ? rest.Length : comma;
            var name = rest[..controllerLength].SequenceEqual("blkio"u8) ? Io : null;
            _entries.Add((Order(name ?? rest[..controllerLength]) + _entries.Count, controller, controllerLength, path, pathLength, name));
            controller += controllerLength + 1;
        }
    }

    private const int Step = 10_000;
    private const int Last = int.MaxValue;

    /// <summary>Large steps between the controllers that events carry; the rest keeps the order of the file behind them.</summary>
    private static int Order(ReadOnlySpan<byte> controller)
    {
        if (controller.SequenceEqual("cpuset"u8)) return 0;
        if (controller.SequenceEqual("cpu"u8)) return Step;
        if (controller.SequenceEqual("cpuacct"u8)) return 2 * Step;
        if (controller.SequenceEqual("io"u8)) return 3 * Step;
        return controller.SequenceEqual("memory"u8) ? 4 * Step : 5 * Step;
    }

    /// <summary>A reader inside a cgroup namespace sees what lies outside as <c>/../..</c>; the steps up say nothing about the group.</summary>
    private static ReadOnlySpan<byte> WithoutParents(ReadOnlySpan<byte> path)
    {
        while (path.StartsWith("/../"u8)) path = path[3..];
        return path.SequenceEqual("/.."u8) ? "/"u8 : path;
    }
}
