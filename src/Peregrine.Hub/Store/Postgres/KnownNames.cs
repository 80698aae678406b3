namespace Peregrine.Hub.Store.Postgres;

/// <summary>The names and sets of tags that the database has, as far as this hub knows. Used by one task at a time.</summary>
internal sealed class KnownNames
{
    // Names that attackers choose must not fill the memory; what is forgotten is only written again.
    private const int Most = 50_000;

    private readonly Dictionary<string, long> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _tagSets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _newNames = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Id, IReadOnlyList<string> Tags)> _newTagSets = new(StringComparer.Ordinal);

    /// <summary>Names that are written with this group.</summary>
    public IEnumerable<(long Id, string Text)> NewNames => _newNames.Select(n => (n.Value, n.Key)).OrderBy(n => n.Value);

    /// <summary>Tags with the sets that they belong to, which are written with this group.</summary>
    public IEnumerable<(long Tag, long TagSet)> NewTags => _newTagSets.Values.SelectMany(s => s.Tags.Select(t => (NameId.Of(t), s.Id))).Order();

    public long Name(string text)
    {
        if (_names.TryGetValue(text, out var id) || _newNames.TryGetValue(text, out id)) return id;
        return _newNames[text] = NameId.Of(text);
    }

    public long TagSet(IReadOnlyList<string> tags)
    {
        var key = string.Join('\n', tags);
        if (_tagSets.TryGetValue(key, out var id)) return id;
        if (_newTagSets.TryGetValue(key, out var added)) return added.Id;
        foreach (var tag in tags) Name(tag);
        id = NameId.Of(key);
        _newTagSets[key] = (id, tags);
        return id;
    }

    /// <summary>The group is in the database.</summary>
    public void Written()
    {
        if (_names.Count + _tagSets.Count > Most) Forget();
        foreach (var (text, id) in _newNames) _names[text] = id;
        foreach (var (key, set) in _newTagSets) _tagSets[key] = set.Id;
        _newNames.Clear();
        _newTagSets.Clear();
    }

    /// <summary>Nothing is known of the database any more.</summary>
    public void Clear()
    {
        Forget();
        _newNames.Clear();
        _newTagSets.Clear();
    }

    private void Forget()
    {
        _names.Clear();
        _tagSets.Clear();
    }
}
