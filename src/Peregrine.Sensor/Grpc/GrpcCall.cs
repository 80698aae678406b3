using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace Peregrine.Sensor.Grpc;

/// <summary>One call as gRPC puts it on HTTP/2: messages with five bytes before each (whether it is packed, its length), the status in trailers behind the body.</summary>
internal sealed class GrpcCall
{
    private const int PrefixLength = 5;

    /// <summary>Requests of these services are empty; who sends more than this means something else.</summary>
    private const int MostRequestBytes = 64 * 1024;

    private readonly IHttpRequestFeature _request;
    private readonly IHttpResponseFeature _response;
    private readonly IHttpResponseBodyFeature _body;
    private readonly IHttpResponseTrailersFeature _trailers;
    private readonly PipeReader _requests;

    public GrpcCall(IFeatureCollection context)
    {
        _request = context.GetRequiredFeature<IHttpRequestFeature>();
        _response = context.GetRequiredFeature<IHttpResponseFeature>();
        _body = context.GetRequiredFeature<IHttpResponseBodyFeature>();
        _trailers = context.GetRequiredFeature<IHttpResponseTrailersFeature>();
        _requests = PipeReader.Create(_request.Body, new StreamPipeReaderOptions(leaveOpen: true));
        Aborted = context.GetRequiredFeature<IHttpRequestLifetimeFeature>().RequestAborted;
    }

    /// <summary>The client is gone, or wants no more.</summary>
    public CancellationToken Aborted { get; }

    public string Path => _request.Path;

    /// <summary>The HTTP status of what is no gRPC at all; 200 for a call.</summary>
    public int HttpStatus => _request.Method != "POST" ? 405 : _request.Headers.ContentType.ToString().StartsWith("application/grpc", StringComparison.Ordinal) ? 200 : 415;

    /// <summary>How long the client will wait; null for as long as it takes. A number of eight digits at most and a unit, as the header <c>grpc-timeout</c> has it.</summary>
    public static TimeSpan? ParseTimeout(string? text)
    {
        if (text is not { Length: >= 2 and <= 9 } || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
        return text[^1] switch
        {
            'H' => Bounded(number * (double)TimeSpan.TicksPerHour),
            'M' => Bounded(number * (double)TimeSpan.TicksPerMinute),
            'S' => Bounded(number * (double)TimeSpan.TicksPerSecond),
            'm' => Bounded(number * (double)TimeSpan.TicksPerMillisecond),
            'u' => Bounded(number * (double)TimeSpan.TicksPerMicrosecond),
            'n' => Bounded(number / 100.0),
            _ => null,
        };

        // What is longer than a timer can wait is no limit.
        static TimeSpan? Bounded(double ticks) => ticks > TimeSpan.FromDays(40).Ticks ? null : TimeSpan.FromTicks((long)ticks);
    }

    public TimeSpan? Timeout => ParseTimeout(_request.Headers["grpc-timeout"]);

    public void Refuse(int httpStatus) => _response.StatusCode = httpStatus;

    /// <summary>Sends the headers, so that the client knows that the call has begun.</summary>
    public async Task BeginAsync(CancellationToken cancelled)
    {
        _response.StatusCode = 200;
        _response.Headers.ContentType = "application/grpc";
        _response.Headers["grpc-accept-encoding"] = "identity";
        await _body.StartAsync(cancelled).ConfigureAwait(false);
        // The start alone leaves them in the buffer until there is a message.
        await FlushAsync(cancelled).ConfigureAwait(false);
    }

    /// <summary>Reads past the next request. False when the client has sent its last.</summary>
    public async Task<bool> NextRequestAsync(CancellationToken cancelled)
    {
        while (true)
        {
            var read = await _requests.ReadAsync(cancelled).ConfigureAwait(false);
            if (TryRequest(read.Buffer, out var end))
            {
                _requests.AdvanceTo(end);
                return true;
            }
            if (read.IsCompleted) return read.Buffer.IsEmpty ? false : throw new GrpcException(GrpcStatus.Internal, "the request ends in the middle of a message");
            _requests.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Puts a message behind those that were written; <see cref="FlushAsync"/> sends them.</summary>
    public void Write(ReadOnlySpan<byte> message)
    {
        var to = _body.Writer.GetSpan(PrefixLength + message.Length);
        to[0] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(to[1..], (uint)message.Length);
        message.CopyTo(to[PrefixLength..]);
        _body.Writer.Advance(PrefixLength + message.Length);
    }

    /// <summary>Waits until the client has room for what was written.</summary>
    public async Task FlushAsync(CancellationToken cancelled) => await _body.Writer.FlushAsync(cancelled).ConfigureAwait(false);

    public async Task EndAsync(GrpcStatus status, string message)
    {
        _trailers.Trailers["grpc-status"] = ((int)status).ToString(CultureInfo.InvariantCulture);
        if (message.Length > 0) _trailers.Trailers["grpc-message"] = Uri.EscapeDataString(message).Replace("%20", " ", StringComparison.Ordinal);
        await _body.CompleteAsync().ConfigureAwait(false);
    }

    private static bool TryRequest(ReadOnlySequence<byte> buffer, out SequencePosition end)
    {
        end = buffer.Start;
        if (buffer.Length < PrefixLength) return false;
        Span<byte> prefix = stackalloc byte[PrefixLength];
        buffer.Slice(0, PrefixLength).CopyTo(prefix);
        if (prefix[0] != 0) throw new GrpcException(GrpcStatus.Unimplemented, "messages must not be packed: grpc-accept-encoding is identity");
        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        if (length > MostRequestBytes) throw new GrpcException(GrpcStatus.ResourceExhausted, $"a request of {length} bytes is larger than {MostRequestBytes}");
        if (buffer.Length < PrefixLength + length) return false;
        end = buffer.GetPosition(PrefixLength + length);
        return true;
    }
}
