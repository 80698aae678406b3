namespace Peregrine.Filters;

/// <summary>Finds the instructions that can be reached without taking a byte. Holds the work lists; used under its automaton's lock.</summary>
internal sealed class RegexSubset(RegexInstruction[] program)
{
    private readonly int[] _marks = new int[program.Length];
    private readonly List<int> _found = [];
    private readonly Stack<int> _open = new();
    private int _mark;

    /// <summary>The waiting instructions reached from one: those that take a byte, wait for the end of a line, or match.</summary>
    public int[] From(int instruction, bool isLineStart)
    {
        Begin();
        Reach(instruction, isLineStart, isLineEnd: false);
        return Finish();
    }

    /// <summary>The waiting instructions after a byte was taken.</summary>
    public int[] After(int[] set, byte b, bool isLineStart)
    {
        Begin();
        foreach (var i in set)
        {
            ref readonly var instruction = ref program[i];
            if (instruction.Op == RegexOp.Byte && b >= instruction.Low && b <= instruction.High) Reach(instruction.Target, isLineStart, isLineEnd: false);
        }
        return Finish();
    }

    /// <summary>The same set once it is known that a line ends here.</summary>
    public int[] AtLineEnd(int[] set, bool isLineStart)
    {
        Begin();
        foreach (var i in set) Reach(i, isLineStart, isLineEnd: true);
        return Finish();
    }

    private void Begin()
    {
        _mark++;
        _found.Clear();
    }

    private int[] Finish()
    {
        _found.Sort();
        return [.. _found];
    }

    private void Reach(int from, bool isLineStart, bool isLineEnd)
    {
        _open.Push(from);
        while (_open.TryPop(out var i))
        {
            if (_marks[i] == _mark) continue;
            _marks[i] = _mark;
            ref readonly var instruction = ref program[i];
            switch (instruction.Op)
            {
                case RegexOp.Split:
                    _open.Push(instruction.Other);
                    _open.Push(instruction.Target);
                    break;
                case RegexOp.LineStart:
                    if (isLineStart) _open.Push(instruction.Target);
                    break;
                case RegexOp.LineEnd when isLineEnd:
                    _open.Push(instruction.Target);
                    break;
                default:
                    _found.Add(i);
                    break;
            }
        }
    }
}
