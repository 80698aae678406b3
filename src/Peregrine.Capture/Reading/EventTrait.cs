using Peregrine.Events;

namespace Peregrine.Capture;

/// <summary>What the reader wants to know of each event's type, in one look.</summary>
internal readonly struct EventTrait
{
    private const short Any = -1;
    private const short None = -2;

    private readonly short _currentCount;

    private EventTrait(EventType type)
    {
        _currentCount = ConversionNeeds.CurrentCount(type) switch
        {
            { } count => (short)count,
            null => ConversionNeeds.Of(type, 0) == ConversionNeed.None ? Any : None,
        };
        (IsHidden, IsInitialState) = (EventVisibility.IsHidden(type), EventVisibility.IsInitialState(type));
    }

    /// <summary>See <see cref="EventVisibility.IsHidden"/>.</summary>
    public bool IsHidden { get; }

    /// <summary>See <see cref="EventVisibility.IsInitialState"/>.</summary>
    public bool IsInitialState { get; }

    /// <summary>Whether an event with so many parameters goes on as it is, without a conversion.</summary>
    public bool IsCurrent(int paramCount) => _currentCount == paramCount || _currentCount == Any;

    /// <summary>The traits of all types, by their codes.</summary>
    public static EventTrait[] OfAll()
    {
        var traits = new EventTrait[EventSchema.Count];
        for (var type = 0; type < traits.Length; type++) traits[type] = new((EventType)type);
        return traits;
    }
}
