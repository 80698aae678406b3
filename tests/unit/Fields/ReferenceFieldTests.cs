using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.Filters.Fields;
using Xunit;

namespace Peregrine.UnitTests.Fields;

/// <summary>Every field of the reference is declared with the type, argument, format and restrictions that rules rely on; <c>reference-fields.tsv</c> holds them.</summary>
public sealed class ReferenceFieldTests
{
    private static readonly FieldClass[] Classes = [.. SyscallFields.Classes, ContainerFields.Class];

    private sealed record Facts(string Class, string Name, string Type, string Format, string DisplayName, string Argument, string[] Flags)
    {
        public bool Has(string flag) => Flags.Contains(flag);
    }

    private static Facts[] Reference { get; } =
    [
        .. File.ReadLines(Path.Combine(Repository.Root, "tests", "unit", "Fields", "reference-fields.tsv"))
            .Where(line => !line.StartsWith('#')).Select(line => line.Split('\t'))
            .Select(f => new Facts(f[0], f[1], f[2], f[3], f[4], f[5], f[6].Split(' ', StringSplitOptions.RemoveEmptyEntries))),
    ];

    public static IEnumerable<TheoryDataRow<string>> Names() => Reference.Select(f => new TheoryDataRow<string>(f.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void FieldIsDeclaredAsInTheReference(string name)
    {
        var facts = Reference.Single(f => f.Name == name);
        var field = Classes.SelectMany(c => c.Fields).Single(f => f.Name == name);
        Assert.Equal(facts.Class, field.Class);
        Assert.Equal(facts.Type, field.Type.ToString().ToUpperInvariant());
        Assert.Equal(facts.Has("IS_LIST"), field.IsList);
        Assert.Equal(ArgumentOf(facts), Needs(field));
        // Plugins say nothing of formats, titles and what may stand on the right.
        if (facts.Format.Length == 0) return;
        Assert.Equal(facts.Format, field.Format.ToString().TrimStart('_').ToUpperInvariant() is var format && format == "10PADDEDDEC" ? "10_PADDED_DEC" : format);
        Assert.Equal(facts.DisplayName, field.DisplayName);
        foreach (var (flag, trait) in Restrictions) Assert.True(facts.Has(flag) == field.Traits.HasFlag(trait), flag);
    }

    [Fact]
    public void NamesAreLookedUpInTheOrderOfTheReference() =>
        Assert.Equal(Runs(Reference.Select(f => f.Class)), Runs(Classes.Select(c => c.Name)));

    [Fact]
    public void NoFieldOfTheReferenceIsMissingAndTheOthersAreOurs() =>
        Assert.Equal(["container.user", "container.size", "container.lookup"], Classes.SelectMany(c => c.Fields).Select(f => f.Name).Except(Reference.Select(f => f.Name)));

    /// <summary>A condition takes every field with an argument that fits, and none that must have one without it.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void ConditionsTakeTheFieldWithItsArgument(string name)
    {
        var compiler = new FilterCompiler(new FieldCatalog(Classes.SelectMany(c => c.Fields)));
        var argument = ArgumentOf(Reference.Single(f => f.Name == name));
        Assert.NotNull(compiler.Compile($"{name}{(argument == "required" ? Argument(name) : "")} exists"));
        // The suffix of evt.abspath may be left out, though its table says otherwise.
        if (argument == "required" && name != "evt.abspath") Assert.Throws<FilterException>(() => compiler.Compile($"{name} exists"));
        if (argument == "optional") Assert.NotNull(compiler.Compile($"{name}[1] exists"));
        if (argument == "none") Assert.Throws<FilterException>(() => compiler.Compile($"{name}[1] exists"));
    }

    private static readonly (string Flag, FieldTraits Trait)[] Restrictions =
    [
        ("FILTER_ONLY", FieldTraits.FilterOnly), ("PRINT_ONLY", FieldTraits.PrintOnly), ("TABLE_ONLY", FieldTraits.TableOnly), ("DEPRECATED", FieldTraits.Deprecated),
        ("NO_RHS", FieldTraits.NoRightHand), ("NO_TRANSFORMER", FieldTraits.NoTransformer),
    ];

    private static string ArgumentOf(Facts facts) => facts.Argument.Split(' ')[0];

    private static string Needs(Field field) =>
        field.Argument.HasFlag(FieldArgument.Required) ? "required" : field.Argument.HasFlag(FieldArgument.Allowed) ? "optional" : "none";

    private static string Argument(string name) => name switch
    {
        "evt.type.is" => ".open",
        "evt.arg" or "evt.rawarg" => ".flags",
        "evt.abspath" => ".src",
        "evt.around" => "[1]",
        "thread.cgroup" => ".memory",
        _ => "[x]",
    };

    /// <summary>Without repetitions in a row.</summary>
    private static List<string> Runs(IEnumerable<string> names)
    {
        var runs = new List<string>();
        foreach (var name in names)
            if (runs.Count == 0 || runs[^1] != name) runs.Add(name);
        return runs;
    }
}
