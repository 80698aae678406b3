using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;
using Peregrine.Rules.Yaml;

namespace Peregrine.Hub.Destinations.Kubernetes;

/// <summary>Reads the current context of a kubeconfig.</summary>
internal sealed class KubeConfigReader
{
    private readonly ConfigSource _source;
    private readonly string _folder;

    private KubeConfigReader(string file)
    {
        _source = ConfigSource.Read(file, _ => null);
        _folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
    }

    /// <exception cref="ConfigurationException">The file cannot be used; the message has the place.</exception>
    public static KubernetesAccess Read(string file) =>
        new KubeConfigReader(file.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), file[2..]) : file).Read();

    private KubernetesAccess Read()
    {
        var current = Text(_source.Root, "current-context");
        if (current.Length == 0) throw new ConfigurationException($"{_source.File}: there is no current-context");
        var context = Named("contexts", "context", current);
        var cluster = Named("clusters", "cluster", Text(context, "cluster"));
        var user = Text(context, "user") is { Length: > 0 } name ? Named("users", "user", name) : null;
        if (!Uri.TryCreate(Text(cluster, "server").TrimEnd('/') + "/", UriKind.Absolute, out var server) || server.Scheme is not ("http" or "https"))
            throw _source.Error(cluster, "server: an address that begins with https:// is expected");
        var tls = new ClientTls { ExtraAuthorities = Authorities(cluster), Certificate = Certificate(user) };
        return new KubernetesAccess(server, KubernetesAccess.Options(tls, Text(cluster, "insecure-skip-tls-verify") != "true"), Text(cluster, "tls-server-name"), Authorization(user, cluster));
    }

    private Func<CancellationToken, ValueTask<AuthenticationHeaderValue?>> Authorization(YamlNode? user, YamlNode cluster)
    {
        if (user?.Find("auth-provider") is { IsNull: false } provider) throw _source.Error(provider, "auth-provider is not known; use exec, a token, a tokenFile or a certificate");
        if (user?.Find("exec") is { IsNull: false } exec) return Program(exec, cluster).TokenAsync;
        if (FileOf(user, "tokenFile") is { Length: > 0 } file) return stop => KubernetesAccess.FileTokenAsync(file, stop);
        var fixedOne = HttpAuthorization.Token("Bearer", Text(user, "token")) ?? HttpAuthorization.Basic(Text(user, "username"), Text(user, "password"));
        return _ => ValueTask.FromResult(fixedOne);
    }

    private ExecCredential Program(YamlNode exec, YamlNode cluster)
    {
        var (version, command) = (Text(exec, "apiVersion"), Text(exec, "command"));
        if (command.Length == 0) throw _source.Error(exec, "exec.command: a program is expected");
        if (version is not ("client.authentication.k8s.io/v1" or "client.authentication.k8s.io/v1beta1")) throw _source.Error(exec, "exec.apiVersion: client.authentication.k8s.io/v1 or v1beta1 is expected");
        if (Text(exec, "interactiveMode") == "Always") throw _source.Error(exec, "exec.interactiveMode: the hub has no terminal where a program could ask");
        // A name alone is looked for where programs are; a path begins at the file's folder.
        var program = command.Contains('/', StringComparison.Ordinal) ? Path.Combine(_folder, command) : command;
        var environment = (exec.Find("env")?.Items ?? []).Select(v => (Text(v, "name"), Text(v, "value"))).Where(v => v.Item1.Length > 0);
        var info = JsonBody.Bytes(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("kind", "ExecCredential");
            writer.WriteString("apiVersion", version);
            writer.WriteStartObject("spec");
            writer.WriteBoolean("interactive", false);
            if (Text(exec, "provideClusterInfo") == "true")
            {
                writer.WriteStartObject("cluster");
                writer.WriteString("server", Text(cluster, "server"));
                if (Text(cluster, "tls-server-name") is { Length: > 0 } name) writer.WriteString("tls-server-name", name);
                if (Text(cluster, "insecure-skip-tls-verify") == "true") writer.WriteBoolean("insecure-skip-tls-verify", true);
                if (Pem(cluster, "certificate-authority") is { Length: > 0 } pem) writer.WriteBase64String("certificate-authority-data", Encoding.UTF8.GetBytes(pem));
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
            writer.WriteEndObject();
        });
        return new ExecCredential([program, .. (exec.Find("args")?.Items ?? []).Select(a => a.Text)], [.. environment], Encoding.UTF8.GetString(info));
    }

    private X509Certificate2Collection Authorities(YamlNode cluster)
    {
        const string Key = "certificate-authority";
        if (Pem(cluster, Key) is not { Length: > 0 } pem) return [];
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPem(pem);
            return authorities.Count > 0 ? authorities : throw _source.Error(cluster, Key + ": there is no certificate in it");
        }
        catch (CryptographicException e)
        {
            throw new ConfigurationException($"{_source.Place(cluster)}: {Key}: {e.Message}", e);
        }
    }

    private X509Certificate2? Certificate(YamlNode? user)
    {
        var (certificate, key) = (Pem(user, "client-certificate"), Pem(user, "client-key"));
        if (certificate.Length == 0) return null;
        try
        {
            return ClientTlsReader.FromPem(certificate, key);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new ConfigurationException($"{_source.Place(user!)}: client-certificate and client-key cannot be used: {e.Message}", e);
        }
    }

    /// <summary>A certificate or a key, which may stand in a file of its own.</summary>
    private string Pem(YamlNode? node, string key)
    {
        try
        {
            if (Text(node, key + "-data") is { Length: > 0 } data) return Encoding.UTF8.GetString(Convert.FromBase64String(data));
            return FileOf(node, key) is { Length: > 0 } file ? File.ReadAllText(file) : "";
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{_source.Place(node!)}: {key} cannot be read: {e.Message}", e);
        }
    }

    // Paths begin at the file's own folder.
    private string FileOf(YamlNode? node, string key) => Text(node, key) is { Length: > 0 } path ? Path.Combine(_folder, path) : "";

    private YamlNode Named(string list, string key, string name) =>
        _source.Root?.Find(list)?.Items.FirstOrDefault(i => i.IsMap && Text(i, "name") == name)?.Find(key) is { IsMap: true } found
            ? found
            : throw new ConfigurationException($"{_source.File}: {list} has no '{name}'");

    private static string Text(YamlNode? node, string key) => node is { IsMap: true } && node.Find(key) is { IsScalar: true } value ? value.Text : "";
}
