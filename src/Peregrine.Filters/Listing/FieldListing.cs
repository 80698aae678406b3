using System.Security.Cryptography;
using System.Text;
using Peregrine.Events;
using Peregrine.Filters.Fields;

namespace Peregrine.Filters.Listing;

/// <summary>The reference of fields that <c>--list</c> prints and <c>docs/fields.md</c> holds, made from the declarations.</summary>
public static class FieldListing
{
    private const int NameColumn = 32;
    private const int Width = 100;

    /// <summary>The classes that events of a source have (null: of any), without those that listings leave out.</summary>
    public static IEnumerable<FieldClass> Of(IEnumerable<FieldClass> classes, string? source) =>
        classes.Where(c => !c.IsHidden && (source is null || c.Sources.Count == 0 || c.Sources.Contains(source)));

    /// <summary>The field names alone, one a line.</summary>
    public static string Names(IEnumerable<FieldClass> classes) => string.Concat(classes.SelectMany(Shown).Select(f => f.Name + "\n"));

    /// <summary>SHA-256, in hexadecimal, of the names and types of the fields: the same as long as rules find the same fields, whatever the descriptions say.</summary>
    public static string Checksum(IEnumerable<FieldClass> classes)
    {
        var lines = classes.SelectMany(Shown).Select(f => $"{f.Name} {FieldTypeName.Of(f)} {ArgumentOf(f)}\n").Order(StringComparer.Ordinal);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
    }

    /// <summary>For terminals: a block per class, descriptions wrapped beside the names.</summary>
    public static string Text(IEnumerable<FieldClass> classes)
    {
        var text = new StringBuilder();
        foreach (var c in classes)
        {
            text.Append("-------------------------------\nField Class:                  ").Append(Title(c)).Append('\n');
            if (c.Description.Length > 0) text.Append("Description:                  ").Append(c.Description).Append('\n');
            text.Append("Event Sources:                ").Append(SourceNames(c)).Append("\n\n");
            foreach (var field in Shown(c)) AppendWrapped(text, field);
            text.Append('\n');
        }
        return text.ToString();
    }

    /// <summary>For <c>docs/fields.md</c>.</summary>
    public static string Markdown(IEnumerable<FieldClass> classes)
    {
        var text = new StringBuilder("# Fields\n\nMade from the declarations by `peregrine --list --markdown`; do not edit.\n\n");
        text.Append("Conditions and outputs name these fields. *index* and *key* stand for an argument in brackets (`proc.aname[2]`), *suffix* for one after a dot (`evt.arg.flags`); in parentheses it may be left out.\n");
        foreach (var c in classes)
        {
            text.Append("\n## ").Append(Title(c)).Append("\n\n");
            if (c.Description.Length > 0) text.Append(c.Description).Append(' ');
            text.Append("Event sources: ").Append(SourceNames(c)).Append(".\n\n| field | type | argument | what it is |\n|---|---|---|---|\n");
            foreach (var field in Shown(c))
                text.Append("| `").Append(field.Name).Append("` | ").Append(FieldTypeName.Of(field)).Append(" | ").Append(ArgumentOf(field)).Append(" | ").Append(Escaped(Described(field))).Append(" |\n");
        }
        return text.ToString();
    }

    internal static IEnumerable<Field> Shown(FieldClass c) => c.Fields.Where(f => (f.Traits & FieldTraits.TableOnly) == 0);

    internal static string Described(Field field)
    {
        var notes = (field.Traits & FieldTraits.FilterOnly) != 0 ? " For conditions only." : (field.Traits & FieldTraits.PrintOnly) != 0 ? " For output only." : "";
        return ((field.Traits & FieldTraits.Deprecated) != 0 ? "Deprecated. " : "") + field.Description + notes;
    }

    private static string Title(FieldClass c) => c.Availability.Length > 0 ? $"{c.Name} ({c.Availability})" : c.Name;

    private static string SourceNames(FieldClass c) => c.Sources.Count == 0 ? "all" : string.Join(", ", c.Sources);

    private static string ArgumentOf(Field field)
    {
        var kinds = new List<string>(3);
        if ((field.Argument & FieldArgument.Index) != 0) kinds.Add("index");
        if ((field.Argument & FieldArgument.Key) != 0) kinds.Add("key");
        if ((field.Argument & FieldArgument.Suffix) != 0) kinds.Add("suffix");
        var text = string.Join(" or ", kinds);
        return (field.Argument & FieldArgument.Required) != 0 || text.Length == 0 ? text : $"({text})";
    }

    private static string Escaped(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);

    private static void AppendWrapped(StringBuilder text, Field field)
    {
        text.Append(field.Name);
        var at = field.Name.Length;
        if (at >= NameColumn) at = NewLine(text);
        else at = Pad(text, at);
        foreach (var word in $"({FieldTypeName.Of(field)}) {Described(field)}".Split(' '))
        {
            if (at > NameColumn && at + word.Length > Width) at = NewLine(text);
            text.Append(word).Append(' ');
            at += word.Length + 1;
        }
        text.Length--;
        text.Append('\n');
    }

    private static int NewLine(StringBuilder text)
    {
        while (text[^1] == ' ') text.Length--;
        text.Append('\n');
        return Pad(text, 0);
    }

    private static int Pad(StringBuilder text, int at)
    {
        text.Append(' ', NameColumn - at);
        return NameColumn;
    }
}
