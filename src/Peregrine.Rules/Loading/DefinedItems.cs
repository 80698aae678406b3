namespace Peregrine.Rules;

/// <summary>Items in the order of their first definition, found by name.</summary>
internal sealed class DefinedItems<T>
    where T : DefinedItem
{
    private readonly List<T> _items = [];
    private readonly Dictionary<string, int> _positions = new(StringComparer.Ordinal);

    public IReadOnlyList<T> All => _items;

    public T? Find(string name) => _positions.TryGetValue(name, out var position) ? _items[position] : null;

    public bool Contains(string name) => _positions.ContainsKey(name);

    /// <summary>Adds an item, or puts it in the place of the one with its name.</summary>
    public void Define(T item, int number)
    {
        item.Visibility = number;
        if (_positions.TryGetValue(item.Name, out var position))
        {
            item.Index = _items[position].Index;
            _items[position] = item;
            return;
        }
        item.Index = number;
        _positions[item.Name] = _items.Count;
        _items.Add(item);
    }
}
