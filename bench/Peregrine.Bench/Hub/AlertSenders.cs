using System.Net.Sockets;
using System.Text;

namespace Peregrine.Bench;

/// <summary>Sends alerts as a sensor's HTTP output does, each connection one request after the other. Requests are made before, so that sending costs little beside the hub.</summary>
internal sealed class AlertSenders(int port, int alertsEach, int connections)
{
    private const int Different = 64;
    private const int Threads = 2;
    private const int WaitMicroseconds = 1_000_000;

    private readonly byte[][] _requests = [.. Enumerable.Range(0, Different).Select(i => Request(i, alertsEach))];
    private readonly List<double> _times = [];
    private long _kept;

    /// <summary>Stands once in the output of each alert.</summary>
    public static ReadOnlySpan<byte> Mark => "bench-mark"u8;

    /// <summary>Alerts that were answered with 200.</summary>
    public long Kept => _kept;

    /// <summary>From a request to its answer, in milliseconds, sorted.</summary>
    public double[] Times { get; private set; } = [];

    public void Run(TimeSpan length)
    {
        using var end = new CancellationTokenSource(length);
        var threads = Enumerable.Range(0, Math.Min(connections, Threads)).Select(i => new Thread(() => Send(i, end.Token))).ToList();
        threads.ForEach(static t => t.Start());
        threads.ForEach(static t => t.Join());
        Times = [.. _times.Order()];
    }

    // A thread has many connections: it sends on each that was answered, and sleeps until others are. Tasks that wake each other for every answer would take the hub's processors.
    private void Send(int thread, CancellationToken end)
    {
        var waiting = Enumerable.Range(0, connections).Where(i => i % Threads == thread).Select(i => new SendingConnection(port, i)).ToDictionary(static c => c.Socket);
        var (times, kept) = (new List<double>(), 0L);
        foreach (var connection in waiting.Values) connection.Send(_requests);
        while (waiting.Count > 0)
        {
            var answered = waiting.Keys.ToList();
            Socket.Select(answered, null, null, WaitMicroseconds);
            foreach (var socket in answered)
            {
                if (!waiting[socket].Receive(times)) continue;
                kept += alertsEach;
                if (!end.IsCancellationRequested) waiting[socket].Send(_requests);
                else if (waiting.Remove(socket)) socket.Dispose();
            }
        }
        lock (_times) _times.AddRange(times);
        Interlocked.Add(ref _kept, kept);
    }

    private static byte[] Request(int seed, int alerts)
    {
        var body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, alerts).Select(i => Alert(seed * alerts + i) + "\n")));
        return [.. Encoding.ASCII.GetBytes($"POST / HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n"), .. body];
    }

    // Of the size and with the fields of what the stable rules give in a cluster.
    private static string Alert(int n) => $$$"""{"hostname":"node-{{{n % 40}}}","output":"12:31:07.482915036: Warning {{{Encoding.ASCII.GetString(Mark)}}} A shell was spawned in a container with an attached terminal (evt_type=execve user=root user_uid=0 process=bash proc_exepath=/usr/bin/bash parent=runc command=bash -l terminal=34816 container_id=4c2a{{{n % 997:x8}}})","output_fields":{"container.id":"4c2a{{{n % 997:x8}}}","container.image.repository":"registry.example/shop/cart","container.name":"cart","evt.time":17000000001234{{{n % 90000 + 10000}}},"evt.type":"execve","k8s.ns.name":"shop-{{{n % 12}}}","k8s.pod.name":"cart-{{{n % 60}}}","proc.cmdline":"bash -l","proc.exepath":"/usr/bin/bash","proc.name":"bash","proc.pid":{{{n % 30000 + 2}}},"proc.pname":"runc","proc.tty":34816,"user.name":"root","user.uid":0},"priority":"{{{(n % 3 == 0 ? "Notice" : "Warning")}}}","rule":"Rule {{{n % 25}}}","source":"syscall","tags":["T1059","container","maturity_stable","mitre_execution","shell"],"time":"2026-05-01T12:31:07.482{{{n % 900000 + 100000}}}Z"}""";
}
