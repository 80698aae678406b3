namespace Peregrine.Capture;

/// <summary>Bounds what the tables of a capture cost in memory, whatever the capture says.</summary>
internal sealed class MetadataBudget(long most)
{
    private long _used;

    public void Charge(int cost, BlockCursor at)
    {
        _used += cost;
        if (_used > most) throw at.Fail($"the tables before the first event need more than {most >> 20} MiB");
    }
}
