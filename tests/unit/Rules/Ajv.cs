using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Peregrine.UnitTests.Rules;

/// <summary>An independent judge of JSON schemas: ajv, under Node. Installed once below <c>artifacts/</c> in the versions of the lock file beside the script.</summary>
internal static class Ajv
{
    private static readonly string Scripts = Path.Combine(Repository.Root, "tests", "unit", "Rules", "SchemaCheck");
    private static readonly string Installed = Path.Combine(Repository.Root, "artifacts", "schema-check");
    private static readonly Lock Gate = new();

    /// <summary>What is wrong with each YAML file, by its name. Skips the test where Node or the packages cannot be had.</summary>
    public static IReadOnlyDictionary<string, string[]> Check(ReadOnlySpan<byte> schema, IEnumerable<(string Name, string Text)> files)
    {
        Install();
        using var input = new MemoryStream();
        using (var json = new Utf8JsonWriter(input))
        {
            json.WriteStartObject();
            json.WritePropertyName("schema");
            json.WriteRawValue(schema);
            json.WriteStartArray("files");
            foreach (var (name, text) in files)
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteString("text", text);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        var (code, output, error) = Run("node", [Path.Combine(Scripts, "check.mjs"), Installed], Encoding.UTF8.GetString(input.ToArray()), Scripts);
        Assert.True(code == 0, error);
        using var results = JsonDocument.Parse(output);
        return results.RootElement.EnumerateObject().ToDictionary(static r => r.Name, static r => r.Value.EnumerateArray().Select(static e => e.GetString()!).ToArray());
    }

    private static void Install()
    {
        Assert.SkipUnless(IsOnPath("node") && IsOnPath("npm"), "node and npm are not installed");
        lock (Gate)
        {
            if (Directory.Exists(Path.Combine(Installed, "node_modules", "ajv"))) return;
            Directory.CreateDirectory(Installed);
            foreach (var name in (string[])["package.json", "package-lock.json"]) File.Copy(Path.Combine(Scripts, name), Path.Combine(Installed, name), overwrite: true);
            var (code, _, error) = Run("npm", ["ci", "--no-audit", "--no-fund"], "", Installed);
            Assert.SkipUnless(code == 0, "npm cannot install ajv: " + error);
        }
    }

    private static bool IsOnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    private static (int Code, string Out, string Error) Run(string program, string[] args, string input, string folder)
    {
        using var run = Process.Start(new ProcessStartInfo(program, args) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = run.StandardError.ReadToEndAsync();
        var output = run.StandardOutput.ReadToEndAsync();
        run.StandardInput.Write(input);
        run.StandardInput.Close();
        run.WaitForExit();
        return (run.ExitCode, output.Result, error.Result);
    }
}
