using Peregrine.Filters;
using Peregrine.State;

namespace Peregrine.Rules;

/// <summary>Takes the matches of an event.</summary>
public interface IAlertSink
{
    /// <summary>Called on the thread that reads events, for each rule that matches. What the event's values point to is valid until it returns.</summary>
    void OnMatch(Rule rule, ref EventContext context, EvaluationScratch scratch);
}
