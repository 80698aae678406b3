using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Peregrine.LiveTests.Harness;

namespace Peregrine.LiveTests.Engines;

/// <summary>Packs a root file system as an OCI image archive, for engines that import nothing less.</summary>
internal static class OciImage
{
    private const string Kind = "application/vnd.oci.image.";

    /// <param name="image">What it holds.</param>
    /// <param name="reference">Its name.</param>
    /// <param name="archive">The file.</param>
    /// <param name="program">What a container of it runs when nothing else is asked for.</param>
    public static void Write(RootFileSystem image, string reference, string archive, params string[] program)
    {
        using var folder = new LiveFolder("image");
        var blobs = Path.Combine(folder.Path, "blobs", "sha256");
        Directory.CreateDirectory(blobs);
        var layer = Store(blobs, Kind + "layer.v1.tar", File.ReadAllBytes(image.Archive));
        var config = Store(blobs, Kind + "config.v1+json", Bytes(new JsonObject
        {
            ["architecture"] = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "amd64",
            ["os"] = "linux",
            ["config"] = new JsonObject { ["Env"] = new JsonArray("PATH=/bin:/usr/bin"), ["Cmd"] = new JsonArray([.. program.Select(word => (JsonNode)word)]) },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray(layer["digest"]!.GetValue<string>()) },
        }));
        var manifest = Store(blobs, Kind + "manifest.v1+json", Bytes(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = Kind + "manifest.v1+json",
            ["config"] = config,
            ["layers"] = new JsonArray(layer),
        }));
        manifest["annotations"] = new JsonObject { ["io.containerd.image.name"] = reference };
        folder.Write("oci-layout", """{"imageLayoutVersion":"1.0.0"}""");
        folder.Write("index.json", new JsonObject { ["schemaVersion"] = 2, ["manifests"] = new JsonArray(manifest) }.ToJsonString());
        Command.Run("tar", "-C", folder.Path, "-cf", archive, "oci-layout", "index.json", "blobs").Succeeded();
    }

    /// <summary>Keeps a blob under its digest; returns how others refer to it.</summary>
    private static JsonObject Store(string folder, string kind, byte[] blob)
    {
        var digest = Convert.ToHexString(SHA256.HashData(blob)).ToLower(CultureInfo.InvariantCulture);
        File.WriteAllBytes(Path.Combine(folder, digest), blob);
        return new JsonObject { ["mediaType"] = kind, ["digest"] = "sha256:" + digest, ["size"] = blob.Length };
    }

    private static byte[] Bytes(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString());
}
