namespace Peregrine.Outputs;

/// <summary>Appends each alert as a line to a file: kept open, or opened for each delivery so that the file may be moved away at any time.</summary>
public sealed class FileOutput : IAlertOutput
{
    private readonly string _path;
    private readonly bool _keepOpen;
    private FileStream? _file;

    public FileOutput(string path, bool keepOpen) => (_path, _keepOpen) = (path, keepOpen);

    public string Name => "file";

    public void Deliver(ReadOnlySpan<Alert> alerts, ref DeliveryReport report)
    {
        try
        {
            // A file handle without a buffer: a line is in the file when Write returns.
            _file ??= new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            foreach (var alert in alerts)
            {
                _file.Write(alert.Line.Span);
                report.Delivered++;
            }
        }
        catch
        {
            Close();
            throw;
        }
        if (!_keepOpen) Close();
    }

    public void Flush()
    {
    }

    public void Reopen() => Close();

    public void Abort()
    {
    }

    public void Dispose() => Close();

    private void Close()
    {
        var file = _file;
        _file = null;
        file?.Dispose();
    }
}
