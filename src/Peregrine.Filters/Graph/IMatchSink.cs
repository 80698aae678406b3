using Peregrine.State;

namespace Peregrine.Filters;

/// <summary>Takes the conditions that hold for an event.</summary>
public interface IMatchSink
{
    /// <summary>Called for each condition that holds, in order. False ends the search.</summary>
    bool OnMatch(int condition, ref EventContext context, EvaluationScratch scratch);
}
