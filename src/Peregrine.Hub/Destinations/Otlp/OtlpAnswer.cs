using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Wire;

namespace Peregrine.Hub.Destinations.Otlp;

/// <summary>What collectors answer. They may take a part of a batch without saying which: all of it counts as refused then, and is tried in halves.</summary>
internal static class OtlpAnswer
{
    /// <summary>The answer to a batch that was taken, in protobuf; one that is no message says nothing, since the status was good.</summary>
    public static DeliveryResult Protobuf(byte[] body)
    {
        // ExportXServiceResponse { ExportXPartialSuccess partial_success = 1 { int64 rejected_x = 1; string error_message = 2 } }
        try
        {
            var part = ProtobufFields.Read(body).Message(1);
            return Verdict(part.Number(1), part.Text(2));
        }
        catch (InvalidProtocolBufferException)
        {
            return DeliveryResult.Delivered;
        }
    }

    /// <summary>The same in JSON.</summary>
    public static DeliveryResult Json(byte[] body, string rejectedName)
    {
        try
        {
            using var answer = JsonDocument.Parse(body.Length == 0 ? "{}"u8.ToArray() : body);
            if (!answer.RootElement.TryGetProperty("partialSuccess", out var part) || !part.TryGetProperty(rejectedName, out var rejected)) return DeliveryResult.Delivered;
            _ = long.TryParse(rejected.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
            return Verdict(number, part.TryGetProperty("errorMessage", out var message) ? message.ToString() : "");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Some answer with a word; the status was good.
            return DeliveryResult.Delivered;
        }
    }

    /// <summary>What an error in protobuf says: <c>google.rpc.Status { int32 code = 1; string message = 2 }</c>.</summary>
    public static string ErrorText(byte[] body)
    {
        try
        {
            return ProtobufFields.Read(body).Text(2);
        }
        catch (InvalidProtocolBufferException)
        {
            return "";
        }
    }

    /// <summary>What a gRPC status means: those that say the call can never work are refusals, all else may work later.</summary>
    public static DeliveryResult Status(int code, string text)
    {
        var reason = text.Length == 0 ? $"gRPC status {code}" : $"gRPC status {code}: {ShortText.Cut(text, 300)}";
        return code switch
        {
            0 => DeliveryResult.Delivered,
            // InvalidArgument, NotFound, AlreadyExists, PermissionDenied, FailedPrecondition, Unimplemented, Unauthenticated
            3 or 5 or 6 or 7 or 9 or 12 or 16 => DeliveryResult.Rejected(reason),
            _ => DeliveryResult.Retry(reason),
        };
    }

    private static DeliveryResult Verdict(long rejected, string message) => rejected == 0 ? DeliveryResult.Delivered : DeliveryResult.Rejected($"{rejected} were refused: {message}");
}
