using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Peregrine.Filters.Fields;
using Peregrine.Filters.Listing;
using Peregrine.Outputs;
using Peregrine.Sensor.Grpc;
using Xunit;

namespace Peregrine.UnitTests.Sensor.Grpc;

/// <summary>The services as HTTP/2 has them, at a unix socket; the live tests call them with a client that is not ours.</summary>
public sealed class GrpcServerTests : IDisposable
{
    private readonly IdleSensor _sensor;
    private readonly HttpClient _client;

    public GrpcServerTests()
    {
        _sensor = new IdleSensor("webserver: {enabled: false}\ngrpc: {enabled: true, bind_address: 'unix:///tmp/peregrine-grpc-" + Guid.NewGuid().ToString("N") + "/s'}\ngrpc_output: {enabled: true}\n");
        var path = _sensor.Session.Configuration.Grpc!.SocketPath!;
        _client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, cancelled) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancelled);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        { Timeout = TimeSpan.FromSeconds(30) };
        _sensor.Until(() => _sensor.Log.Contains("gRPC server: unix://" + path, StringComparison.Ordinal));
    }

    public void Dispose()
    {
        var folder = Path.GetDirectoryName(_sensor.Session.Configuration.Grpc!.SocketPath!)!;
        _client.Dispose();
        _sensor.Dispose();
        Assert.Empty(Directory.GetFiles(folder));
        Directory.Delete(folder);
    }

    [Fact]
    public async Task The_version_is_told()
    {
        var (status, messages) = await Call("falco.version.service/version");
        Assert.Equal("0", status);
        var version = Read(Assert.Single(messages), entries: 0);
        Assert.Equal("0.44.1 44 1 62 0.62.0", string.Join(' ', version[1], version[3], version[4], version[7], version[11]));
        // Of the fields that --list shows: the same at each call.
        Assert.Matches("^[0-9a-f]{64}$", (string)version[8]);
        Assert.Equal(version[8], Read(Assert.Single((await Call("falco.version.service/version")).Messages), entries: 0)[8]);
        Assert.NotEqual(version[8], FieldListing.Checksum(SyscallFields.Classes));
    }

    [Fact]
    public async Task Get_takes_what_waits_and_ends()
    {
        Offer("first");
        Offer("second");
        _sensor.Until(() => Feed.Counters.Waiting == 2);
        var (status, messages) = await Call("falco.outputs.service/get");
        Assert.Equal(("0", 2), (status, messages.Count));
        var alert = Read(messages[0]);
        Assert.Equal("first|10:00:00: Warning it happened|host|a tag|syscall|4", string.Join('|', alert[4], alert[5], alert[7], alert[8], alert[9], alert[2]));
        Assert.Equal("1700000000 123", string.Join(' ', Read((byte[])alert[-1])[1], Read((byte[])alert[-1])[2]));
        Assert.Equal("second", Read(messages[1])[4]);
        Assert.Empty((await Call("falco.outputs.service/get")).Messages);
    }

    [Fact]
    public async Task Fields_are_told_as_texts()
    {
        Offer("r", """{"evt.time":5,"fd.num":null,"list":["a",1],"proc.name":"x\"y","yes":true}""");
        _sensor.Until(() => Feed.Counters.Waiting == 1);
        var alert = Read(Assert.Single((await Call("falco.outputs.service/get")).Messages));
        Assert.Equal("evt.time=5 fd.num=<NA> list=(a,1) proc.name=x\"y yes=true", alert[6]);
    }

    [Fact]
    public async Task Every_subscriber_gets_every_alert()
    {
        Offer("before");
        _sensor.Until(() => Feed.Counters.Waiting == 1);
        using var first = await Begin("falco.outputs.service/sub", Frame([]));
        using var second = await Begin("falco.outputs.service/sub", Frame([]));
        _sensor.Until(() => Feed.Counters.Subscribers == 2);
        Offer("after");
        var (one, two) = (await first.Content.ReadAsStreamAsync(Cancelled), await second.Content.ReadAsStreamAsync(Cancelled));
        Assert.Equal("before", Read(await Message(one))[4]);
        Assert.Equal("after", Read(await Message(one))[4]);
        Assert.Equal("after", Read(await Message(two))[4]);
        first.Dispose();
        _sensor.Until(() => Feed.Counters.Subscribers == 1);
    }

    [Fact]
    public async Task A_subscriber_that_reads_nothing_delays_nobody_and_misses_what_it_has_no_room_for()
    {
        using var slow = await Begin("falco.outputs.service/sub", Frame([]));
        _sensor.Until(() => Feed.Counters.Subscribers == 1);
        // More than its queue and all buffers of the connection can hold: 80 MB.
        var large = new byte[1 << 20];
        for (var i = 0; i < 80; i++) Feed.Publish(large);
        _sensor.Until(() => Feed.Counters.Missed is > 0 and < 80);
        Offer("later");
        _sensor.Until(() => _sensor.Outputs.Counters.Single(o => o.Output == "grpc") is { Delivered: 1, Waiting: 0 });
    }

    [Fact]
    public async Task The_deadline_ends_a_call_with_its_status()
    {
        using var request = Request("falco.outputs.service/sub", Frame([]));
        request.Headers.Add("grpc-timeout", "50m");
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseContentRead, Cancelled);
        Assert.Equal("4", Status(response));
        _sensor.Until(() => Feed.Counters.Subscribers == 0);
    }

    [Theory]
    [InlineData("falco.outputs.service/nothing", "12", "there is no method /falco.outputs.service/nothing", new byte[] { 0, 0, 0, 0, 0 })]
    [InlineData("falco.version.service/version", "13", "a request is missing", new byte[] { })]
    [InlineData("falco.version.service/version", "13", "the request ends in the middle of a message", new byte[] { 0, 0, 0, 0, 9, 1 })]
    [InlineData("falco.version.service/version", "12", "messages must not be packed", new byte[] { 1, 0, 0, 0, 1, 1 })]
    [InlineData("falco.outputs.service/get", "8", "larger than", new byte[] { 0, 0xff, 0, 0, 0 })]
    [InlineData("falco.outputs.service/sub", "8", "larger than", new byte[] { 0, 0, 0, 0, 0, 0, 0xff, 0, 0, 0 })]
    public async Task What_cannot_be_answered_ends_with_a_status_and_a_reason(string method, string status, string reason, byte[] body)
    {
        using var request = Request(method, body);
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseContentRead, Cancelled);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(status, Status(response));
        Assert.Contains(reason, Uri.UnescapeDataString(response.TrailingHeaders.GetValues("grpc-message").Single()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "application/grpc", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "application/json", HttpStatusCode.UnsupportedMediaType)]
    public async Task What_is_no_call_is_refused(string method, string type, HttpStatusCode expected)
    {
        using var request = Request("falco.version.service/version", method == "GET" ? null : Frame([]), type);
        request.Method = new HttpMethod(method);
        using var response = await _client.SendAsync(request, Cancelled);
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task Alerts_are_not_served_unless_they_are_asked_for()
    {
        var place = _sensor.Session.Configuration.Grpc!.Place;
        _sensor.Write("main.yaml", _sensor.Main($"webserver: {{enabled: false}}\ngrpc: {{enabled: true, bind_address: '{place}'}}\n"));
        _sensor.Until(() => _sensor.Log.Split("gRPC server: ").Length == 3);
        Assert.Equal("9", (await Call("falco.outputs.service/get")).Status);
        Assert.Equal("0", (await Call("falco.version.service/version")).Status);
    }

    [Theory]
    [InlineData("1H", 3_600_000)]
    [InlineData("2M", 120_000)]
    [InlineData("3S", 3_000)]
    [InlineData("4m", 4)]
    [InlineData("5000u", 5)]
    [InlineData("6000000n", 6)]
    [InlineData("99999999H", null)]
    [InlineData("123456789S", null)]
    [InlineData("x", null)]
    [InlineData(null, null)]
    public void Deadlines_have_their_units(string? text, int? milliseconds) =>
        Assert.Equal(milliseconds, (int?)GrpcCall.ParseTimeout(text)?.TotalMilliseconds);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private AlertFeed Feed => _sensor.Session.Current.Feed;

    private void Offer(string rule, string fields = "{}") => _sensor.Outputs.Offer(new Alert
    {
        Time = 1_700_000_000_000_000_123,
        Priority = AlertPriority.Warning,
        Rule = rule,
        Source = "syscall",
        Line = "line\n"u8.ToArray(),
        Parts = new AlertParts("host", ["a tag"], "10:00:00: Warning it happened"u8.ToArray(), System.Text.Encoding.UTF8.GetBytes(fields)),
    });

    private async Task<(string Status, List<byte[]> Messages)> Call(string method)
    {
        using var request = Request(method, Frame([]));
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseContentRead, Cancelled);
        var body = await response.Content.ReadAsByteArrayAsync(Cancelled);
        var messages = new List<byte[]>();
        for (var at = 0; at < body.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(at + 1));
            messages.Add(body[(at + 5)..(at + 5 + length)]);
            at += 5 + length;
        }
        return (Status(response), messages);
    }

    private Task<HttpResponseMessage> Begin(string method, byte[] body) => _client.SendAsync(Request(method, body), HttpCompletionOption.ResponseHeadersRead, Cancelled);

    private static HttpRequestMessage Request(string method, byte[]? body, string type = "application/grpc")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "http://localhost/" + method) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        if (body is null) return request;
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new(type);
        return request;
    }

    private static string Status(HttpResponseMessage response) => response.TrailingHeaders.GetValues("grpc-status").Single();

    private static byte[] Frame(byte[] message) => [0, 0, 0, 0, (byte)message.Length, .. message];

    private static async Task<byte[]> Message(Stream stream)
    {
        var prefix = new byte[5];
        await stream.ReadExactlyAsync(prefix, Cancelled);
        var message = new byte[BinaryPrimitives.ReadUInt32BigEndian(prefix.AsSpan(1))];
        await stream.ReadExactlyAsync(message, Cancelled);
        return message;
    }

    /// <summary>Fields by number: texts, numbers, the entries of a map as one text; the bytes of field 1 under -1.</summary>
    private static Dictionary<int, object> Read(byte[] message, int entries = 6)
    {
        var fields = new Dictionary<int, object>();
        var input = new CodedInputStream(message);
        for (var tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            var field = WireFormat.GetTagFieldNumber(tag);
            if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.Varint)
            {
                fields[field] = input.ReadUInt64();
                continue;
            }
            var bytes = input.ReadBytes();
            if (field == 1) fields[-1] = bytes.ToByteArray();
            if (field != entries) fields[field] = bytes.ToStringUtf8();
            else
            {
                var entry = Read(bytes.ToByteArray());
                fields[field] = (fields.TryGetValue(field, out var others) ? others + " " : "") + entry[1] + "=" + entry[2];
            }
        }
        return fields;
    }
}
