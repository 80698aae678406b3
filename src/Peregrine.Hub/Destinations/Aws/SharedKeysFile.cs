using Peregrine.Hub.Configuration;

namespace Peregrine.Hub.Destinations.Aws;

/// <summary>The file that AWS's tools keep keys in (<c>~/.aws/credentials</c>): sections of <c>name = value</c>, one for each profile.</summary>
internal static class SharedKeysFile
{
    /// <summary>The profile's keys; null when the file or the profile is not there, or holds none.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read.</exception>
    public static AwsAccount? Read(Func<string, string?> environment, string region)
    {
        var file = environment("AWS_SHARED_CREDENTIALS_FILE") is { Length: > 0 } named ? named : Path.Combine(environment("HOME") ?? "", ".aws", "credentials");
        if (!File.Exists(file)) return null;
        var profile = environment("AWS_PROFILE") is { Length: > 0 } chosen ? chosen : "default";
        var values = Lines(file).Select(l => l.Trim())
            .SkipWhile(l => l != $"[{profile}]").Skip(1).TakeWhile(l => !l.StartsWith('['))
            .Select(l => l.Split('=', 2)).Where(p => p.Length == 2)
            .GroupBy(p => p[0].Trim(), StringComparer.OrdinalIgnoreCase).ToDictionary(p => p.Key, p => p.Last()[1].Trim(), StringComparer.OrdinalIgnoreCase);
        return values.TryGetValue("aws_access_key_id", out var id) && values.TryGetValue("aws_secret_access_key", out var secret)
            ? new AwsAccount(id, secret, values.GetValueOrDefault("aws_session_token", ""), region)
            : null;
    }

    private static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"the keys of AWS in {file} cannot be read: {e.Message}", e);
        }
    }
}
