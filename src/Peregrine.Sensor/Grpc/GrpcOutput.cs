using Peregrine.Outputs;

namespace Peregrine.Sensor.Grpc;

/// <summary>Gives alerts to the clients of the gRPC server, who take them at their own pace: delivered is what the feed has; what clients miss is counted there.</summary>
internal sealed class GrpcOutput(AlertFeed feed) : IAlertOutput
{
    public string Name => "grpc";

    public void Deliver(ReadOnlySpan<Alert> alerts, ref DeliveryReport report)
    {
        foreach (var alert in alerts)
        {
            feed.Publish(GrpcMessages.Of(alert));
            report.Delivered++;
        }
    }

    public void Flush()
    {
    }

    public void Reopen()
    {
    }

    public void Abort()
    {
    }

    public void Dispose()
    {
    }
}
