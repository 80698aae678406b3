using Peregrine.Rules;

namespace Peregrine.Hub.Configuration;

/// <summary>What is put behind a complaint about a name that is not known.</summary>
internal static class Suggestion
{
    /// <summary><c>; did you mean 'NAME'?</c> with the nearest known name; empty when none is near.</summary>
    public static string For(string name, IEnumerable<string> known) => NearestName.Of(name, known) is [var first, ..] ? $"; did you mean '{first}'?" : "";
}
