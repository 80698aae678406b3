using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Peregrine.HubTests.Support;

/// <summary>
/// A service that is hard to deliver to: it refuses, resets, hangs, answers 429, 500, pages and garbage, takes alerts and does not say so, and goes away and comes back. It counts the alerts that it took by their field <c>n</c>; each path
/// is a destination of its own.
/// </summary>
internal sealed class HardService : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, TakenAlerts> _taken;
    private readonly Task _run;

    /// <param name="alerts">How many numbers there are.</param>
    /// <param name="paths">The paths that are served.</param>
    public HardService(int alerts, params string[] paths)
    {
        _taken = new ConcurrentDictionary<string, TakenAlerts>(paths.Select(p => KeyValuePair.Create(p, new TakenAlerts(alerts))), StringComparer.Ordinal);
        _run = Task.Run(RunAsync);
    }

    public int Port { get; } = FreePort.Next();

    /// <summary>Deliveries that failed, of all kinds that it knows of.</summary>
    public int Failures => _failures;

    private int _failures;

    /// <summary>Requests that are not answered yet.</summary>
    public int UnderWay => Volatile.Read(ref _underWay);

    private int _underWay;

    /// <summary>What came by a path.</summary>
    public TakenAlerts this[string path] => _taken[path];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _stop.Dispose();
    }

    // Serves for a while and is away for a moment, each time in another way.
    private async Task RunAsync()
    {
        for (var turn = 0; !_stop.IsCancellationRequested; turn++)
        {
            await ServeAsync(TimeSpan.FromMilliseconds(Random.Shared.Next(1000, 10_000)));
            var away = TimeSpan.FromMilliseconds(Random.Shared.Next(100, 1000));
            if (turn % 3 == 0) await PauseAsync(away);
            else await SpoilAsync(away, speaks: turn % 3 == 1);
        }
    }

    private async Task ServeAsync(TimeSpan time)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, Port));
        await using var application = builder.Build();
        application.MapFallback("{**path}", TakeAsync);
        await application.StartAsync();
        await PauseAsync(time);
        // Who is in the middle of a request is cut off.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await application.StopAsync(now.Token);
    }

    // Somebody else has the port: it talks nonsense, or says nothing at all.
    private async Task SpoilAsync(TimeSpan time, bool speaks)
    {
        using var listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Start();
        var clients = new ConcurrentBag<Socket>();
        var accepting = Task.Run(async () =>
        {
            try
            {
                while (true)
                {
                    var client = await listener.AcceptSocketAsync();
                    clients.Add(client);
                    if (!speaks) continue;
                    await client.SendAsync("\0\u0001nonsense\r\n\r\n"u8.ToArray());
                    client.Close();
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // Its time is over.
            }
        });
        await PauseAsync(time);
        listener.Stop();
        await accepting;
        foreach (var client in clients) client.Dispose();
    }

    private async Task PauseAsync(TimeSpan time)
    {
        try
        {
            await Task.Delay(time, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            // The caller asks whether it goes on.
        }
    }

    private async Task TakeAsync(HttpContext context)
    {
        Interlocked.Increment(ref _underWay);
        try
        {
            await AnswerAsync(context);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var taken = _taken[context.Request.Path.Value!];
        var dice = Random.Shared.Next(1000);
        if (dice < 100) Interlocked.Increment(ref _failures);
        switch (dice)
        {
            case < 1:
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                return;
            case < 20:
                context.Abort();
                return;
            case < 40:
                // It has them, and the hub never hears of it.
                taken.Add(Numbers(body.ToArray()));
                context.Abort();
                return;
            case < 60:
                context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
                context.Response.Headers.RetryAfter = "0";
                return;
            case < 80:
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                return;
            case < 100:
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                await context.Response.WriteAsync("<html>");
                return;
        }
        var numbers = Numbers(body.ToArray());
        taken.Add(numbers);
        taken.Confirm(numbers.Count);
    }

    // One event after the other, each an alert or with one inside (as Splunk has it).
    private static List<int> Numbers(byte[] body)
    {
        var numbers = new List<int>();
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { AllowMultipleValues = true });
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("n"u8)) continue;
            reader.Read();
            numbers.Add(reader.GetInt32());
        }
        return numbers;
    }
}

/// <summary>How often each number came. Threads may share it.</summary>
internal sealed class TakenAlerts(int alerts)
{
    private readonly int[] _times = new int[alerts];
    private int _distinct;
    private long _confirmed;

    /// <summary>How many different ones came.</summary>
    public int Distinct => Volatile.Read(ref _distinct);

    /// <summary>How many were taken with an answer that says so.</summary>
    public long Confirmed => Interlocked.Read(ref _confirmed);

    public bool Has(int number) => Volatile.Read(ref _times[number]) > 0;

    public void Add(IEnumerable<int> numbers)
    {
        foreach (var number in numbers)
            if (Interlocked.Increment(ref _times[number]) == 1) Interlocked.Increment(ref _distinct);
    }

    public void Confirm(int count) => Interlocked.Add(ref _confirmed, count);
}
