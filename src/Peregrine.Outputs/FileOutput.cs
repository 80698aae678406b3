using Peregrine.Kernel.Files;

namespace Peregrine.Outputs;

/// <summary>Appends each alert as a line to a file: kept open, or opened for each delivery so that the file may be moved away at any time.</summary>
/// <param name="path">The file; made when it is missing, its folder is not.</param>
/// <param name="keepOpen">Whether it stays open between deliveries.</param>
public sealed class FileOutput(string path, bool keepOpen) : IAlertOutput
{
    private volatile AppendedFile? _file;

    public string Name => "file";

    public void Deliver(ReadOnlySpan<Alert> alerts, ref DeliveryReport report)
    {
        try
        {
            var file = _file ??= AppendedFile.Open(path);
            foreach (var alert in alerts)
            {
                file.Write(alert.Line.Span);
                report.Delivered++;
            }
        }
        catch (IOException e)
        {
            Close();
            throw new DeliveryException(DeliveryFailure.Unreachable, $"cannot write to {path}: {e.Message}", e);
        }
        if (!keepOpen) Close();
    }

    public void Flush()
    {
    }

    public void Reopen() => Close();

    public void Abort() => _file?.Abort();

    public void Dispose() => Close();

    private void Close()
    {
        var file = _file;
        _file = null;
        file?.Dispose();
    }
}
