namespace Peregrine.Sensor.Configuration;

/// <summary>Keys about gRPC, which the reference had until 0.43.</summary>
internal static class GrpcKeys
{
    public static ConfigSection Section { get; } = new(
        "gRPC",
        "Alerts and versions for programs that speak gRPC, as Falco offered them until 0.43: the services `falco.outputs.service` and `falco.version.service`.",
        [
            new("grpc.enabled", ConfigType.Boolean, "false", "Whether the server listens."),
            new("grpc.bind_address", ConfigType.Text, "unix:///run/falco/falco.sock", "`unix://` and the path of a socket, which only root and its group can use; or an address and a port, such as `0.0.0.0:5060`, where clients must show a certificate."),
            new("grpc.threadiness", ConfigType.Integer, "0", "How many threads read and write connections; 0 for as many as there are processors."),
            new("grpc.private_key", ConfigType.Text, "/etc/falco/certs/server.key", "The key of our certificate, for an address with a port."),
            new("grpc.cert_chain", ConfigType.Text, "/etc/falco/certs/server.crt", "Our certificate, and those between it and its root."),
            new("grpc.root_certs", ConfigType.Text, "/etc/falco/certs/ca.crt", "The authorities of the clients' certificates."),
            new("grpc_output.enabled", ConfigType.Boolean, "false", "Whether alerts are served. They wait, up to `outputs_queue.capacity`, until a client takes them."),
        ]);
}
