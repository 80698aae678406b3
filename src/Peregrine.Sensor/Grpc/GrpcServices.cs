using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Peregrine.Sensor.Grpc;

/// <summary>The two services: <c>falco.outputs.service</c> with <c>get</c> and <c>sub</c>, and <c>falco.version.service</c> with <c>version</c>.</summary>
/// <param name="feed">The alerts; null when they are not served.</param>
/// <param name="stopping">Ends all calls.</param>
internal sealed class GrpcServices(AlertFeed? feed, CancellationToken stopping) : IHttpApplication<IFeatureCollection>
{
    /// <summary>Subscribers hold queues; more than this are turned away.</summary>
    private const int MostSubscribers = 64;

    /// <summary>Written before a flush, so that many small alerts share the cost of one.</summary>
    private const int FlushAt = 64 * 1024;

    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(IFeatureCollection context)
    {
        var call = new GrpcCall(context);
        if (call.HttpStatus is not 200 and var refused)
        {
            call.Refuse(refused);
            return;
        }
        using var deadline = new CancellationTokenSource();
        if (call.Timeout is { } timeout) deadline.CancelAfter(timeout);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, call.Aborted, stopping);
        var (status, message) = (GrpcStatus.Ok, "");
        try
        {
            await call.BeginAsync(ends.Token).ConfigureAwait(false);
            await Serve(call, ends.Token).ConfigureAwait(false);
        }
        catch (GrpcException e)
        {
            (status, message) = (e.Status, e.Message);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // A client that has gone hears nothing any more.
            if (call.Aborted.IsCancellationRequested) return;
            (status, message) = deadline.IsCancellationRequested ? (GrpcStatus.DeadlineExceeded, "the deadline has passed") : (GrpcStatus.Unavailable, "the server is ending");
        }
        await call.EndAsync(status, message).ConfigureAwait(false);
    }

    private Task Serve(GrpcCall call, CancellationToken ends) => call.Path switch
    {
        "/falco.outputs.service/get" => Get(call, ends),
        "/falco.outputs.service/sub" => Subscribe(call, ends),
        "/falco.version.service/version" => Version(call, ends),
        _ => throw new GrpcException(GrpcStatus.Unimplemented, $"there is no method {call.Path}"),
    };

    private AlertFeed Alerts => feed ?? throw new GrpcException(GrpcStatus.FailedPrecondition, "alerts are not served: grpc_output.enabled is false");

    /// <summary>What waits, then the end.</summary>
    private async Task Get(GrpcCall call, CancellationToken ends)
    {
        await OneRequest(call, ends).ConfigureAwait(false);
        var unsent = 0;
        foreach (var alert in Alerts.Take())
        {
            call.Write(alert);
            unsent += alert.Length;
            if (unsent < FlushAt) continue;
            unsent = 0;
            await call.FlushAsync(ends).ConfigureAwait(false);
        }
        await call.FlushAsync(ends).ConfigureAwait(false);
    }

    /// <summary>What waits, and every alert from then on. Clients may send further requests, to keep the call alive; they mean nothing more.</summary>
    private async Task Subscribe(GrpcCall call, CancellationToken ends)
    {
        if (Alerts.Counters.Subscribers >= MostSubscribers) throw new GrpcException(GrpcStatus.ResourceExhausted, $"there are {MostSubscribers} subscribers already");
        await OneRequest(call, ends).ConfigureAwait(false);
        using var subscription = Alerts.Subscribe();
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(ends);
        var requests = ReadOn(call, broken);
        try
        {
            while (true)
            {
                await subscription.WaitAsync(broken.Token).ConfigureAwait(false);
                var unsent = 0;
                while (unsent < FlushAt && subscription.TryTake(out var alert))
                {
                    call.Write(alert);
                    unsent += alert.Length;
                }
                await call.FlushAsync(broken.Token).ConfigureAwait(false);
            }
        }
        finally
        {
            await broken.CancelAsync().ConfigureAwait(false);
            // Throws what was wrong with a request, which then is why the call ends.
            await requests.ConfigureAwait(false);
        }
    }

    /// <summary>Reads further requests; one that is none ends the call.</summary>
    private static async Task ReadOn(GrpcCall call, CancellationTokenSource broken)
    {
        try
        {
            while (await call.NextRequestAsync(broken.Token).ConfigureAwait(false))
            {
            }
        }
        catch (OperationCanceledException)
        {
        }
        catch (GrpcException)
        {
            await broken.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task Version(GrpcCall call, CancellationToken ends)
    {
        await OneRequest(call, ends).ConfigureAwait(false);
        call.Write(GrpcMessages.Version());
        await call.FlushAsync(ends).ConfigureAwait(false);
    }

    private static async Task OneRequest(GrpcCall call, CancellationToken ends)
    {
        if (!await call.NextRequestAsync(ends).ConfigureAwait(false)) throw new GrpcException(GrpcStatus.Internal, "a request is missing");
    }
}
