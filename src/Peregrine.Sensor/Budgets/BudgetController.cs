namespace Peregrine.Sensor.Budgets;

/// <summary>
/// Decides how much is shed, from what was used lately. Up at once when more was used than may be in two looks in a row; down again step by step when clearly less was used for a while; and when
/// that proves too early, the next while is twice as long. It knows no clock: one call is one look, once a second.
/// </summary>
internal sealed class BudgetController
{
    /// <summary>Looks in a row above the budget before the next step.</summary>
    private const int LooksToRise = 2;

    /// <summary>After a step back there is work of its own to do: what went on unseen is read.</summary>
    private const int LooksOfGrace = 4;

    /// <summary>The part of the budget below which a step could be taken back.</summary>
    private const double Calm = 0.7;

    private const int ShortestCalm = 10;
    private const int LongestCalm = 600;

    /// <summary>A step that is needed again within so many looks was taken back too early.</summary>
    private const int TooSoon = 60;

    private int _above;
    private int _calm;
    private int _calmNeeded = ShortestCalm;
    private int _sinceFall = int.MaxValue;

    public SheddingLevel Level { get; private set; }

    /// <summary>Whether memory was the reason for a step that still holds; processor time is not saved by remembering less.</summary>
    public bool ShedsState { get; private set; }

    /// <param name="cpu">Processor time used, as a part of the budget; 0 without one.</param>
    /// <param name="memory">Memory in use, as a part of the budget; 0 without one.</param>
    /// <returns>Whether the level changed.</returns>
    public bool Look(double cpu, double memory)
    {
        if (_sinceFall < int.MaxValue) _sinceFall++;
        var isAbove = cpu > 1 || memory > 1;
        var isCalm = cpu < Calm && memory < Calm;
        _above = isAbove ? _above + 1 : Math.Min(_above, 0);
        if (_above < 0 && !isAbove) _above++;
        _calm = isCalm ? _calm + 1 : 0;
        if (_above >= LooksToRise && Level < SheddingLevel.Files)
        {
            _above = 0;
            if (_sinceFall <= TooSoon) _calmNeeded = Math.Min(_calmNeeded * 2, LongestCalm);
            _sinceFall = int.MaxValue;
            ShedsState |= memory > 1;
            Level = Level == SheddingLevel.None && !ShedsState ? SheddingLevel.Bulk : Level + 1;
            return true;
        }
        if (_calm < _calmNeeded || Level == SheddingLevel.None) return false;
        (_calm, _sinceFall, _above) = (0, 0, -LooksOfGrace);
        Level = Level == SheddingLevel.Bulk && !ShedsState ? SheddingLevel.None : Level - 1;
        if (Level == SheddingLevel.None) ShedsState = false;
        return true;
    }

    /// <summary>Without budgets nothing is shed. True when that is a change.</summary>
    public bool Reset()
    {
        var changed = Level != SheddingLevel.None;
        (Level, ShedsState, _above, _calm, _calmNeeded, _sinceFall) = (SheddingLevel.None, false, 0, 0, ShortestCalm, int.MaxValue);
        return changed;
    }
}
