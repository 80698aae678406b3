using System.Globalization;

namespace Peregrine.Sensor.Recording;

/// <summary>The files of captures that alerts start: <c>PREFIX_TIME_NUMBER.scap</c>, both padded, so that names sort by time.</summary>
internal static class CaptureNames
{
    private const string Extension = ".scap";
    private const int Digits = 20;

    /// <param name="prefix">The configured beginning, with its folder.</param>
    /// <param name="time">Of the event that started it, ns since the epoch.</param>
    /// <param name="number">That event's number.</param>
    public static string Of(string prefix, ulong time, ulong number) => string.Create(CultureInfo.InvariantCulture, $"{prefix}_{time:D20}_{number:D20}{Extension}");

    /// <exception cref="SensorException">The folder is not there.</exception>
    public static void CheckFolder(string prefix)
    {
        if (!Directory.Exists(Folder(prefix))) throw new SensorException($"captures cannot be written: capture.path_prefix is {prefix}, and there is no folder {Folder(prefix)}");
    }

    /// <summary>Deletes the oldest files of this prefix above <paramref name="count"/>. A file that cannot be deleted stays.</summary>
    public static void KeepNewest(string prefix, int count)
    {
        var name = Path.GetFileName(prefix) + "_";
        if (!Directory.Exists(Folder(prefix))) return;
        var files = Directory.EnumerateFiles(Folder(prefix), "*" + Extension).Where(f => IsOurs(Path.GetFileName(f), name)).Order(StringComparer.Ordinal).ToArray();
        foreach (var file in files.AsSpan(0, Math.Max(0, files.Length - count)))
        {
            try
            {
                File.Delete(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
            }
        }
    }

    private static string Folder(string prefix) => Path.GetDirectoryName(Path.GetFullPath(prefix)) ?? "/";

    private static bool IsOurs(string file, string prefix) =>
        file.Length == prefix.Length + Digits + 1 + Digits + Extension.Length
        && file.StartsWith(prefix, StringComparison.Ordinal)
        && file[prefix.Length + Digits] == '_'
        && AreDigits(file.AsSpan(prefix.Length, Digits))
        && AreDigits(file.AsSpan(prefix.Length + Digits + 1, Digits));

    private static bool AreDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');
}
