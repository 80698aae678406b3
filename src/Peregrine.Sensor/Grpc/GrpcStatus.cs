namespace Peregrine.Sensor.Grpc;

/// <summary>How a call ended; the numbers are those of gRPC.</summary>
internal enum GrpcStatus
{
    Ok = 0,
    DeadlineExceeded = 4,
    ResourceExhausted = 8,
    FailedPrecondition = 9,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
}

/// <summary>Ends a call with a status and a message for the client.</summary>
internal sealed class GrpcException(GrpcStatus status, string message) : Exception(message)
{
    public GrpcStatus Status => status;
}
