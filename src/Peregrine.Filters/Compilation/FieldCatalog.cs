using Peregrine.Events;

namespace Peregrine.Filters;

/// <summary>A field with its argument, as a condition or an output format names it.</summary>
public readonly record struct FieldReference(Field Field, FieldArg Arg, string Text)
{
    /// <summary>The type that a condition checks and compares the value with: a parameter's for <c>evt.rawarg</c>.</summary>
    public ParamType Type => Field.Type == ParamType.Dyn && Arg.Param is { } param ? param.Type : Field.Type;
}

/// <summary>
/// The fields that a condition may name. A name is looked up class by class; the first class that knows a beginning of it decides, by its longest one,
/// and must then account for the whole text.
/// </summary>
public sealed class FieldCatalog
{
    private readonly ClassOfFields[] _classes;

    /// <param name="fields">In the order in which their classes are looked up; fields of one class stand together.</param>
    public FieldCatalog(IEnumerable<Field> fields)
    {
        Fields = [.. fields];
        var classes = new List<ClassOfFields>();
        foreach (var field in Fields)
        {
            if (classes.Count == 0 || classes[^1].Name != field.Class) classes.Add(new ClassOfFields(field.Class));
            classes[^1].Add(field);
        }
        _classes = [.. classes];
    }

    public IReadOnlyList<Field> Fields { get; }

    /// <summary>The field that the text names; null when there is none.</summary>
    /// <exception cref="FilterException">The text is for a field that gives its own message.</exception>
    public FieldReference? Find(string text)
    {
        foreach (var c in _classes)
        {
            if (c.Find(text) is not { } match) continue;
            return match.Length == text.Length ? new FieldReference(match.Field, match.Arg, text) : null;
        }
        return null;
    }

    /// <summary>Whether the text names a field; a bad argument counts as none.</summary>
    public bool Contains(string text)
    {
        try
        {
            return Find(text) is not null;
        }
        catch (FilterException)
        {
            return false;
        }
    }

    /// <exception cref="FilterException">There is no such field.</exception>
    public FieldReference Resolve(string text) =>
        Find(text) ?? throw new FilterException($"filter_check called with nonexistent field {text}");

    /// <summary>The text under which a field expression is looked up. An empty argument is none.</summary>
    public static string TextOf(FieldExpression field) => string.IsNullOrEmpty(field.Argument) ? field.Name : $"{field.Name}[{field.Argument}]";

    private readonly record struct Match(Field Field, FieldArg Arg, int Length);

    private sealed class ClassOfFields(string name)
    {
        private readonly Dictionary<string, Field> _byName = new(StringComparer.Ordinal);

        /// <summary>What names of this class begin with, up to their first dot: most texts that are asked about do not.</summary>
        private readonly List<string> _beginnings = [];
        private int _longest;

        public string Name { get; } = name;

        public void Add(Field field)
        {
            _byName.TryAdd(field.Name, field);
            _longest = Math.Max(_longest, field.Name.Length);
            var beginning = field.Name[..(field.Name.IndexOf('.', StringComparison.Ordinal) + 1)];
            if (!_beginnings.Contains(beginning)) _beginnings.Add(beginning);
        }

        public Match? Find(string text)
        {
            if (!MayName(text)) return null;
            var lookup = _byName.GetAlternateLookup<ReadOnlySpan<char>>();
            for (var length = Math.Min(_longest, text.Length); length > 0; length--)
            {
                if (!lookup.TryGetValue(text.AsSpan(0, length), out var field)) continue;
                if (FieldTail.TryRead(field, text, length, out var consumed, out var arg)) return new Match(field, arg, length + consumed);
            }
            return null;
        }

        private bool MayName(string text)
        {
            foreach (var beginning in _beginnings)
                if (text.StartsWith(beginning, StringComparison.Ordinal)) return true;
            return false;
        }
    }
}
