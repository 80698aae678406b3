namespace Peregrine.Filters;

/// <summary>The spelling of modifiers.</summary>
internal static class ModifierNames
{
    public static CheckModifier Find(string word) => word switch
    {
        "oneof" => CheckModifier.OneOf,
        "anyof" => CheckModifier.AnyOf,
        "allof" => CheckModifier.AllOf,
        _ => CheckModifier.None,
    };

    public static CheckModifier Find(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("oneof"u8) ? CheckModifier.OneOf
        : word.SequenceEqual("anyof"u8) ? CheckModifier.AnyOf
        : word.SequenceEqual("allof"u8) ? CheckModifier.AllOf
        : CheckModifier.None;

    public static string Spell(CheckModifier modifier) => modifier switch
    {
        CheckModifier.OneOf => "oneof",
        CheckModifier.AnyOf => "anyof",
        CheckModifier.AllOf => "allof",
        _ => "",
    };
}
