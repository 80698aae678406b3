namespace Peregrine.Filters;

/// <summary>
/// Parses regular expressions as RE2 does in POSIX (egrep) syntax: alternation, groups, <c>* + ? {n,m}</c>, bracket expressions with POSIX classes, anchors, the dot, C escapes.
/// No Perl classes, no lazy repetition, no group options, no back-references, no Unicode classes.
/// </summary>
internal sealed class RegexParser(string pattern)
{
    /// <summary>How deep groups may be nested; compiling recurses as deep.</summary>
    private const int MaxDepth = 1000;

    /// <summary>Longer ones would not compile within the bounds of a program either.</summary>
    private const int MaxLength = 1 << 17;

    private readonly Stack<Group> _groups = new();
    private int _at;

    /// <exception cref="RegexSyntaxException">The pattern is refused.</exception>
    public static RegexTree Parse(string pattern) => new RegexParser(pattern).Parse();

    private RegexTree Parse()
    {
        if (pattern.Length > MaxLength) throw new RegexSyntaxException("pattern too large - compile failed");
        _groups.Push(new Group());
        for (var count = 0; _at < pattern.Length; count++)
        {
            // Nearly every part becomes an instruction at least, so nothing is lost by giving up here.
            if (count > RegexProgram.MaxInstructions) throw new RegexSyntaxException("pattern too large - compile failed");
            Next();
        }
        if (_groups.Count > 1) throw new RegexSyntaxException("missing )", pattern);
        return Checked(_groups.Pop().Close());
    }

    private void Next()
    {
        var group = _groups.Peek();
        switch (pattern[_at])
        {
            case '(':
                if (_groups.Count > MaxDepth) throw new RegexSyntaxException("expression nests too deeply");
                _groups.Push(new Group());
                _at++;
                break;
            case ')':
                if (_groups.Count == 1) throw new RegexSyntaxException("unexpected )", pattern);
                _groups.Pop();
                _groups.Peek().Add(Checked(group.Close()));
                _at++;
                break;
            case '|':
                group.Alternate();
                _at++;
                break;
            case '^':
                group.Add(RegexLineStart.Instance);
                _at++;
                break;
            case '$':
                group.Add(RegexLineEnd.Instance);
                _at++;
                break;
            case '.':
                group.Add(new RegexSet(RuneSet.Dot));
                _at++;
                break;
            case '[':
                group.Add(new RegexSet(RegexBracket.Read(pattern, ref _at)));
                break;
            case '*':
                Repeat(group, 0, RegexTree.Unbounded, "*");
                break;
            case '+':
                Repeat(group, 1, RegexTree.Unbounded, "+");
                break;
            case '?':
                Repeat(group, 0, 1, "?");
                break;
            case '{' when RegexCount.TryRead(pattern, _at, out var min, out var max, out var length):
                Repeat(group, min, max, pattern.Substring(_at, length));
                break;
            case '\\':
                group.Add(new RegexSet(RuneSet.Of(RegexEscape.Read(pattern, ref _at))));
                break;
            default:
                group.Add(new RegexSet(RuneSet.Of(RegexEscape.ReadRune(pattern, ref _at))));
                break;
        }
    }

    private void Repeat(Group group, int min, int max, string text)
    {
        if (min > RegexTree.MaxRepeat || max > RegexTree.MaxRepeat || (max >= 0 && max < min)) throw new RegexSyntaxException("invalid repetition size", text);
        if (group.TakeLast() is not { } part) throw new RegexSyntaxException("no argument for repetition operator", text);
        var repeated = Repeated(part, min, max);
        if ((min >= 2 || max >= 2) && repeated.RepeatBudget(RegexTree.MaxRepeat) == 0) throw new RegexSyntaxException("invalid repetition size", text);
        group.Add(Checked(repeated));
        _at += text.Length;
    }

    /// <summary>Stacked operators are folded so that they cannot nest without bound.</summary>
    private static RegexTree Repeated(RegexTree part, int min, int max)
    {
        if (max == 0 || part is RegexEmpty) return RegexEmpty.Instance;
        if (min == 1 && max == 1) return part;
        var repeat = new RegexRepeat(part, min, max);
        if (part is not RegexRepeat { IsPlain: true } inner || !repeat.IsPlain) return repeat;
        return inner.Min == min && inner.Max == max ? inner : new RegexRepeat(inner.Part, 0, RegexTree.Unbounded);
    }

    private static RegexTree Checked(RegexTree tree) =>
        tree.Depth <= 2 * MaxDepth ? tree : throw new RegexSyntaxException("expression nests too deeply");

    /// <summary>What stands between two parentheses so far.</summary>
    private sealed class Group
    {
        private readonly List<RegexTree> _alternatives = [];
        private readonly List<RegexTree> _sequence = [];

        public void Add(RegexTree tree) => _sequence.Add(tree);

        public RegexTree? TakeLast()
        {
            if (_sequence.Count == 0) return null;
            var last = _sequence[^1];
            _sequence.RemoveAt(_sequence.Count - 1);
            return last;
        }

        public void Alternate()
        {
            _alternatives.Add(Sequence());
            _sequence.Clear();
        }

        public RegexTree Close()
        {
            if (_alternatives.Count == 0) return Sequence();
            Alternate();
            return new RegexAlternatives([.. _alternatives]);
        }

        private RegexTree Sequence() => _sequence.Count switch
        {
            0 => RegexEmpty.Instance,
            1 => _sequence[0],
            _ => new RegexSequence([.. _sequence]),
        };
    }
}
