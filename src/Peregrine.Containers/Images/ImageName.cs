namespace Peregrine.Containers.Images;

/// <summary>An image's name taken apart: <c>registry:5000/path/name:tag@sha256:digest</c>.</summary>
public readonly record struct ImageName(string Repository, string Tag, string Digest)
{
    /// <summary>A colon begins a tag only behind the last slash; before it, it is a registry's port.</summary>
    public static ImageName Parse(string name)
    {
        var digest = "";
        if (name.IndexOf('@', StringComparison.Ordinal) is >= 0 and var at)
        {
            digest = name[(at + 1)..];
            name = name[..at];
        }
        var colon = name.LastIndexOf(':');
        return colon < 0 || colon < name.LastIndexOf('/') ? new(name, "", digest) : new(name[..colon], name[(colon + 1)..], digest);
    }

    /// <summary>The digits of an id that may have the name of its hash before.</summary>
    public static string Digits(string id) => id[(id.IndexOf(':', StringComparison.Ordinal) + 1)..];
}
