using Peregrine.Events;
using Peregrine.State;

namespace Peregrine.Filters.Fields;

/// <summary>Reads the description that infrastructure events of old recordings carry: <c>Event:start;ID:0123…;name:web;Image:nginx@sha256…</c>.</summary>
internal static class InfrastructureEvent
{
    private const int ShortIdLength = 12;

    public static bool TryExtract(ref EventContext context, ReadOnlySpan<byte> key, ref FieldValue value)
    {
        var text = Find(ref context, key, out var found);
        return found && value.Set(text);
    }

    public static bool TryExtractId(ref EventContext context, ref FieldValue value)
    {
        var id = Find(ref context, "ID"u8, out var found);
        return found && value.Set(id.Length > ShortIdLength ? id[..ShortIdLength] : id);
    }

    /// <summary>The image without its digest.</summary>
    public static bool TryExtractImage(ref EventContext context, ref FieldValue value)
    {
        var image = Find(ref context, "Image"u8, out var found);
        var digest = image.IndexOf((byte)'@');
        return found && value.Set(digest < 0 ? image : image[..digest]);
    }

    private static ReadOnlySpan<byte> Find(scoped ref EventContext context, ReadOnlySpan<byte> key, out bool found)
    {
        found = false;
        if (context.Event.Type != EventType.InfrastructureEventE) return default;
        var rest = context.Event.Text(EventParams.InfrastructureEventE.Description);
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)';');
            var element = (end < 0 ? rest : rest[..end]).Trim((byte)' ');
            rest = end < 0 ? default : rest[(end + 1)..];
            var colon = element.IndexOf((byte)':');
            if (!element.StartsWith(key) || colon < 0) continue;
            found = true;
            return element[(colon + 1)..].Trim((byte)' ');
        }
        return default;
    }
}
