using Peregrine.LiveTests.Harness;

namespace Peregrine.LiveTests.Peers;

/// <summary>An authority, a server's certificate for localhost and a client's, made by openssl.</summary>
internal sealed class Certificates
{
    public Certificates(string folder)
    {
        (Authority, Server, ServerKey, Client, ClientKey) = (In("ca.crt"), In("server.crt"), In("server.key"), In("client.crt"), In("client.key"));
        OpenSsl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", In("ca.key"), "-out", Authority, "-subj", "/CN=peregrine test authority", "-days", "2");
        File.WriteAllText(In("names"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
        Sign("server", "/CN=localhost", "-extfile", In("names"));
        Sign("client", "/CN=sensor");

        string In(string name) => Path.Combine(folder, name);

        void Sign(string name, string subject, params string[] more)
        {
            OpenSsl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", In(name + ".key"), "-out", In(name + ".csr"), "-subj", subject);
            OpenSsl(["x509", "-req", "-in", In(name + ".csr"), "-CA", Authority, "-CAkey", In("ca.key"), "-CAcreateserial", "-days", "2", "-out", In(name + ".crt"), .. more]);
        }
    }

    public string Authority { get; }

    public string Server { get; }

    public string ServerKey { get; }

    public string Client { get; }

    public string ClientKey { get; }

    private static void OpenSsl(params string[] arguments) => Command.Run("/usr/bin/openssl", arguments).Succeeded();
}
