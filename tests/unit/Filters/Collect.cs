using Peregrine.Filters;
using Peregrine.State;

namespace Peregrine.UnitTests.Filters;

/// <summary>Takes down the numbers of the conditions that hold, until there are so many.</summary>
internal readonly struct Collect(List<int> found, int most = int.MaxValue) : IMatchSink
{
    public bool OnMatch(int condition, ref EventContext context, EvaluationScratch scratch)
    {
        found.Add(condition);
        return found.Count < most;
    }
}
