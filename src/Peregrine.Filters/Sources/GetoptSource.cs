using System.Text;
using Peregrine.Events;
using Peregrine.State;

namespace Peregrine.Filters;

/// <summary>
/// <c>getopt(arguments, options)</c>: the options that a command line holds, each followed by its value; with a selector, the last value of one option.
/// Reading ends at <c>--</c> and at the first argument that is no option; long options are skipped.
/// </summary>
internal sealed class GetoptSource(ValueSource arguments, ValueSource options, byte? selector) : ValueSource
{
    public override ParamType Type => ParamType.Charbuf;

    public override bool IsList => selector is null;

    public override FieldScope Scope => arguments.Scope > options.Scope ? arguments.Scope : options.Scope;

    public override ContainerFacts Awaits => arguments.Awaits | options.Awaits;

    public override bool TryGet(ref EventContext context, ref FieldValue value)
    {
        var words = new FieldValue(value.Buffer);
        var known = new FieldValue(value.Buffer);
        if (!arguments.TryGet(ref context, ref words) || !options.TryGet(ref context, ref known) || words.List is not { } list) return false;
        var found = value.Buffer.List();
        var last = -1;
        for (var i = 0; i < list.Count; i++)
        {
            var word = list.Text(i);
            if (word.Length < 2 || word[0] != '-' || word.SequenceEqual("--"u8)) break;
            if (word[1] == '-') continue;
            for (var at = 1; at < word.Length; at++)
            {
                var option = word[at];
                switch (KindOf(option, known.Bytes))
                {
                    case Kind.Flag:
                        found.Add([option]);
                        if (option == selector) last = found.Count - 1;
                        continue;
                    case Kind.Unknown:
                        found.Add("?"u8);
                        continue;
                }
                if (at + 1 == word.Length && i + 1 == list.Count)
                {
                    // The value is missing: the list gets an empty one and not the option.
                    found.Add(default(ReadOnlySpan<byte>));
                }
                else
                {
                    if (selector is null) found.Add([option]);
                    found.Add(at + 1 < word.Length ? word[(at + 1)..] : list.Text(++i));
                }
                if (option == selector) last = found.Count - 1;
                break;
            }
        }
        if (selector is null)
        {
            value.List = found;
            return true;
        }
        return last >= 0 && value.Set(found.Text(last));
    }

    public override void AppendKey(StringBuilder key)
    {
        key.Append("getopt(");
        arguments.AppendKey(key);
        key.Append(',');
        options.AppendKey(key);
        key.Append(')');
        if (selector is { } s) key.Append('[').Append((char)s).Append(']');
    }

    private static Kind KindOf(byte option, ReadOnlySpan<byte> known)
    {
        if (option == ':') return Kind.Unknown;
        var at = known.IndexOf(option);
        if (at < 0) return Kind.Unknown;
        return at + 1 < known.Length && known[at + 1] == ':' ? Kind.WithValue : Kind.Flag;
    }

    private enum Kind : byte
    {
        Unknown,
        Flag,
        WithValue,
    }
}
