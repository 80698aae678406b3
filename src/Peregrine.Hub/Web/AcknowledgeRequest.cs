using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Peregrine.Hub.Ingest;

namespace Peregrine.Hub.Web;

/// <summary>What somebody acknowledges: <c>{"ids": ["…"], "match": "alert.rule = x", "by": "alice", "comment": "…"}</c>.</summary>
internal sealed record AcknowledgeRequest
{
    private const int MostIds = 1000;
    private const int LongestText = 2000;

    public IReadOnlyList<Guid> Ids { get; private init; } = [];

    public string? Match { get; private init; }

    public string? By { get; private init; }

    public string? Comment { get; private init; }

    /// <exception cref="RefusedException">It is something else.</exception>
    public static AcknowledgeRequest Read(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8);
            using var document = JsonDocument.ParseValue(ref reader);
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw Bad("a JSON object with 'ids' or 'match' is expected");
            var request = new AcknowledgeRequest();
            foreach (var property in document.RootElement.EnumerateObject())
            {
                request = property.Name switch
                {
                    "ids" => request with { Ids = IdsOf(property.Value) },
                    "match" => request with { Match = Text(property) },
                    "by" => request with { By = Text(property) },
                    "comment" => request with { Comment = Text(property) },
                    var other => throw Bad($"'{other}' is not known: ids, match, by and comment are"),
                };
            }
            return request;
        }
        catch (JsonException e)
        {
            throw Bad($"invalid JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");
        }
    }

    private static List<Guid> IdsOf(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > MostIds) throw Bad($"'ids' is a list of at most {MostIds} alerts' identities");
        return [.. value.EnumerateArray().Select(i => i.ValueKind == JsonValueKind.String && i.TryGetGuid(out var id) ? id : throw Bad($"{i.GetRawText()} is no alert's identity (its uuid)"))];
    }

    private static string? Text(JsonProperty property) => property.Value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String when property.Value.GetString() is var text && text!.Length <= LongestText => text.Length == 0 ? null : text,
        _ => throw Bad($"'{property.Name}' is a text of at most {LongestText} characters"),
    };

    private static RefusedException Bad(string message) => new(StatusCodes.Status400BadRequest, message);
}
