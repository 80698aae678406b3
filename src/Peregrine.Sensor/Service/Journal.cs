using System.Globalization;
using Peregrine.Kernel.Files;

namespace Peregrine.Sensor.Service;

/// <summary>Whether what is written to standard error goes to the journal of systemd, which then knows its time by itself and reads its priority from the line.</summary>
internal static class Journal
{
    private const string SyslogSocket = "/run/systemd/journal/dev-log";

    /// <summary><c>JOURNAL_STREAM</c> holds device and inode of the stream; standard error may have been redirected since.</summary>
    public static bool IsStandardError(Func<string, string?> environment)
    {
        if (environment("JOURNAL_STREAM")?.Split(':') is not [var device, var inode]) return false;
        return ulong.TryParse(device, NumberStyles.None, CultureInfo.InvariantCulture, out var wantedDevice) && ulong.TryParse(inode, NumberStyles.None, CultureInfo.InvariantCulture, out var wantedInode)
            && FileIdentity.Of("/proc/self/fd/2") is { } file && ((ulong)file.Device, (ulong)file.Inode) == (wantedDevice, wantedInode);
    }

    /// <summary>Whether this syslog socket leads to the journal too.</summary>
    public static bool Owns(string syslogSocket)
    {
        try
        {
            return File.ResolveLinkTarget(syslogSocket, returnFinalTarget: true)?.FullName == SyslogSocket;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
