using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Peregrine.Bench;

/// <summary>Servers under load on the loopback interface. What counts is the time of the server and its client together, for each request.</summary>
internal static partial class Servers
{
    private const int NginxPort = 18_080;
    private const int RedisPort = 18_379;
    private const int RedisRequests = 60_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>nginx with one worker, under wrk with 16 connections for two seconds.</summary>
    public static Workload Nginx(string folder)
    {
        var root = Directory.CreateDirectory(Path.Combine(folder, "nginx")).FullName;
        File.WriteAllText(Path.Combine(root, "index.html"), "<p>peregrine</p>\n");
        var configuration = Path.Combine(root, "nginx.conf");
        File.WriteAllText(configuration, $$"""
            daemon off; master_process off; pid {{root}}/pid; error_log {{root}}/error.log;
            events { worker_connections 256; }
            http { access_log {{root}}/access.log; server { listen 127.0.0.1:{{NginxPort}}; root {{root}}; } }

            """);
        return Under("nginx under wrk", ["/usr/sbin/nginx", "-p", root, "-c", configuration], NginxPort, ["/usr/bin/wrk", "-t1", "-c16", "-d2s", $"http://127.0.0.1:{NginxPort}/index.html"], WrkRequests());
    }

    /// <summary>redis under its own benchmark: SET and GET.</summary>
    public static Workload Redis() => Under("redis-benchmark", ["/usr/bin/redis-server", "--port", $"{RedisPort}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"], RedisPort,
        ["/usr/bin/redis-benchmark", "-p", $"{RedisPort}", "-q", "-n", $"{RedisRequests}", "-t", "set,get"], null);

    private static Workload Under(string name, string[] server, int port, string[] client, Regex? requests) => new(name, "request", () =>
    {
        var before = ChildUsage.CpuOfChildren();
        var watch = Stopwatch.StartNew();
        using var serving = Workload.Start(server);
        var silent = Task.WhenAll(serving.StandardOutput.ReadToEndAsync(), serving.StandardError.ReadToEndAsync());
        try
        {
            AwaitPort(serving, port);
            using var asking = Workload.Start(client);
            var output = asking.StandardOutput.ReadToEnd();
            asking.WaitForExit();
            var units = requests is null ? 2 * RedisRequests : double.Parse(requests.Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
            serving.Kill();
            serving.WaitForExit();
            return new WorkResult(ChildUsage.CpuOfChildren() - before, watch.Elapsed.TotalSeconds, units);
        }
        finally
        {
            if (!serving.HasExited) serving.Kill();
            silent.Wait(Patience);
        }
    });

    private static void AwaitPort(Process server, int port)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var client = new TcpClient("127.0.0.1", port);
                return;
            }
            catch (SocketException)
            {
                if (server.HasExited || watch.Elapsed > Patience) throw new BenchException($"{server.StartInfo.FileName} does not listen");
                Thread.Sleep(20);
            }
        }
    }

    [GeneratedRegex("([0-9]+) requests in")]
    private static partial Regex WrkRequests();
}
