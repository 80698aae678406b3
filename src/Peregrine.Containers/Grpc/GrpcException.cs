namespace Peregrine.Containers.Grpc;

/// <summary>The status that a gRPC call ended with.</summary>
internal enum GrpcStatus
{
    Ok = 0,
    Unknown = 2,
    NotFound = 5,
    Unimplemented = 12,
}

/// <summary>A call that did not end well.</summary>
internal sealed class GrpcException(GrpcStatus status, string message) : Exception(message)
{
    public GrpcStatus Status => status;
}
