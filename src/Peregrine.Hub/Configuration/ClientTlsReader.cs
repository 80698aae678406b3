using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Configuration;

/// <summary>Reads the certificates for connections that the hub makes.</summary>
internal static class ClientTlsReader
{
    /// <param name="folder">Where <c>client.crt</c>, <c>client.key</c> and <c>ca.crt</c> lie, where no file is named.</param>
    /// <param name="mutual">Files by name, before the folder's.</param>
    /// <param name="extraAuthority">An authority beside the system's; empty for none.</param>
    /// <param name="isNeeded">Whether a destination wants mutual TLS: then the files must be there.</param>
    /// <exception cref="ConfigurationException">A file that is named or needed cannot be used.</exception>
    public static ClientTls Read(string folder, SettingValues mutual, string extraAuthority, bool isNeeded)
    {
        string File(string key, string name) => mutual.IsSet(key) ? mutual.Text(key) : Path.Combine(folder, name);
        return new ClientTls
        {
            Certificate = isNeeded ? Certificate(File("certfile", "client.crt"), File("keyfile", "client.key")) : null,
            MutualAuthorities = isNeeded && System.IO.File.Exists(File("cacertfile", "ca.crt")) ? Authorities(File("cacertfile", "ca.crt")) : [],
            ExtraAuthorities = extraAuthority.Length > 0 ? Authorities(extraAuthority) : [],
        };
    }

    /// <exception cref="ConfigurationException">A file cannot be used.</exception>
    public static X509Certificate2 Certificate(string certificate, string key)
    {
        try
        {
            return FromPem(File.ReadAllText(certificate), File.ReadAllText(key));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ConfigurationException($"the certificate {certificate} with the key {key} cannot be used: {e.Message}", e);
        }
    }

    /// <exception cref="CryptographicException">The texts hold no certificate with its key.</exception>
    public static X509Certificate2 FromPem(string certificate, string key)
    {
        using var pem = X509Certificate2.CreateFromPem(certificate, key);
        // The TLS stack wants the key in a store of its own form.
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
    }

    /// <exception cref="ConfigurationException">The file cannot be used.</exception>
    public static X509Certificate2Collection Authorities(string file)
    {
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(file);
            return authorities.Count > 0 ? authorities : throw new ConfigurationException($"{file} holds no certificate");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ConfigurationException($"the certificates of {file} cannot be used: {e.Message}", e);
        }
    }
}
