using System.Collections.Concurrent;
using System.Diagnostics;
using Peregrine.LiveTests.Harness;

namespace Peregrine.LiveTests.Engines;

/// <summary>Pods, as a kubelet has them made: over containerd's CRI, each with a sandbox and one container in it.</summary>
public sealed class CriEngine : IEngineWithApi
{
    public const string Namespace = "live-tests";

    private readonly ContainerdEngine _containerd;
    private readonly CriRuntime _cri;
    private readonly ConcurrentDictionary<string, (string Sandbox, PodWish Pod)> _pods = new();

    /// <param name="image">What its containers hold.</param>
    /// <param name="pty">The driver.</param>
    public CriEngine(RootFileSystem image, string pty)
    {
        _containerd = new ContainerdEngine(image, pty, withCri: true);
        _cri = new CriRuntime(_containerd.Socket);
        // Imported images come to the CRI's knowledge by an event.
        var clock = Stopwatch.StartNew();
        while (!_cri.HasImage("localhost/pause:1") || !_cri.HasImage(Image))
        {
            if (clock.Elapsed > TimeSpan.FromSeconds(40)) throw new InvalidOperationException("the CRI does not know the images that containerd has imported");
            Thread.Sleep(100);
        }
    }

    public string Type => "containerd";

    public string Image => _containerd.Image;

    public string Socket => _containerd.Socket;

    /// <summary>The same containerd without the pods.</summary>
    public IEngineWithApi Containerd => _containerd;

    public string Start(bool terminal, params string[] program)
    {
        if (terminal) throw new NotSupportedException("the terminal of a pod's container is the kubelet's; use ExecTerminal");
        return Run(new ContainerWish(NewName(), program))[..12];
    }

    public string StartPrivileged(params string[] program) => Run(new ContainerWish(NewName(), program) { Privileged = true })[..12];

    public string Run(ContainerWish wish) => RunPod(wish, new Dictionary<string, string>());

    /// <summary>A pod of the container's name with these annotations.</summary>
    internal string RunPod(ContainerWish wish, IReadOnlyDictionary<string, string> annotations)
    {
        var uid = Guid.NewGuid().ToString();
        // As the kubelet marks them.
        var marks = new Dictionary<string, string> { ["io.kubernetes.pod.name"] = PodOf(wish), ["io.kubernetes.pod.namespace"] = Namespace, ["io.kubernetes.pod.uid"] = uid };
        var pod = new PodWish(PodOf(wish), uid, Namespace) { Privileged = wish.Privileged, Labels = new Dictionary<string, string>(marks) { ["app"] = wish.Name }, Annotations = annotations };
        var sandbox = _cri.RunPod(pod);
        try
        {
            var labels = new Dictionary<string, string>(marks) { ["io.kubernetes.container.name"] = wish.Name, [ContainerWish.Label] = wish.Name };
            var id = _cri.Run(sandbox, pod, wish.Name, Image, wish.Privileged, labels, wish.Program);
            _pods[id] = (sandbox, pod);
            return id;
        }
        catch
        {
            _cri.RemovePod(sandbox);
            throw;
        }
    }

    /// <summary>The name of the pod that holds a container.</summary>
    public static string PodOf(ContainerWish wish) => "pod-of-" + wish.Name;

    /// <summary>The sandbox's id and the pod's uid.</summary>
    public (string Sandbox, string Uid) Pod(string id) => (_pods[Whole(id)].Sandbox, _pods[Whole(id)].Pod.Uid);

    /// <summary>Runs a program as the kubelet does for a probe.</summary>
    public void Probe(string id, params string[] program)
    {
        if (_cri.Exec(Whole(id), program) is not 0 and var code) throw new InvalidOperationException($"a probe ended with {code}");
    }

    public CommandResult Exec(string id, uint user, params string[] program) => _containerd.Exec(id, user, program);

    public CommandResult ExecTerminal(string id, params string[] program) => _containerd.ExecTerminal(id, program);

    public void Remove(string id)
    {
        if (!_pods.TryRemove(Whole(id), out var pod)) return;
        _cri.RemovePod(pod.Sandbox);
        ControlGroups.RemoveEmpty(pod.Pod.ControlGroup[1..]);
    }

    public void Dispose()
    {
        foreach (var id in _pods.Keys) Remove(id);
        _cri.Dispose();
        _containerd.Dispose();
        ControlGroups.RemoveEmpty("kubepods");
    }

    private static string NewName() => $"c{Guid.NewGuid():N}";

    private string Whole(string id) => id.Length == 64 ? id : _pods.Keys.First(k => k.StartsWith(id, StringComparison.Ordinal));
}
