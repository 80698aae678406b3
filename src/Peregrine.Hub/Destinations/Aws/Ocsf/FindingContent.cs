using System.Net;
using System.Net.Http.Headers;
using Parquet;
using Parquet.Serialization;
using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Destinations.Aws.Ocsf;

/// <summary>Alerts as a Parquet file, in the shape that Security Lake asks for: ordered by time, compressed with Zstandard, pages below a megabyte.</summary>
/// <typeparam name="T">The row, whose properties are the columns.</typeparam>
internal sealed class FindingContent<T> : HttpContent
    where T : class
{
    // A column's values in one group of rows make one page; the JSON of the alerts bounds each column.
    private const int GroupBytes = 900_000;
    private const int LongestAlert = 400_000;

    private readonly IReadOnlyList<Alert> _alerts;
    private readonly Func<Alert, byte[], T> _row;

    /// <param name="alerts">The alerts, in any order.</param>
    /// <param name="row">Makes a row of an alert and its JSON; alerts that are very long come shortened.</param>
    public FindingContent(IReadOnlyList<Alert> alerts, Func<Alert, byte[], T> row)
    {
        (_alerts, _row) = (alerts, row);
        Headers.ContentType = new MediaTypeHeaderValue("application/vnd.apache.parquet");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // Groups are appended to what can be read again, which the connection cannot.
        using var file = new MemoryStream();
        var group = new List<T>();
        var bytes = 0;
        foreach (var (alert, json) in _alerts.OrderBy(a => a.UnixNanoseconds).Select(a => ShortAlert.Fit(a, LongestAlert)))
        {
            if (group.Count > 0 && bytes + json.Length > GroupBytes) await AppendAsync();
            group.Add(_row(alert, json));
            bytes += json.Length;
        }
        await AppendAsync();
        file.Position = 0;
        await file.CopyToAsync(stream, cancellationToken);

        async Task AppendAsync()
        {
            await ParquetSerializer.SerializeAsync(group, file, new ParquetOptions { CompressionMethod = CompressionMethod.Zstd, Append = file.Length > 0 }, cancellationToken: cancellationToken);
            group.Clear();
            bytes = 0;
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
