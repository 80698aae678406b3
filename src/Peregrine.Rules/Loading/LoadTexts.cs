namespace Peregrine.Rules;

/// <summary>Messages that more than one place says.</summary>
internal static class LoadTexts
{
    public const string AppendIsDeprecated =
        "'append' key is deprecated. Add an 'append' entry (e.g. 'condition: append') under 'override' instead.";

    public const string EnabledIsDeprecated =
        "The standalone 'enabled' key usage is deprecated. The correct approach requires also a 'replace' entry under the 'override' key (i.e. 'enabled: replace').";

    public const string OverrideWithAppend =
        "Keys 'override' and 'append: true' cannot be used together. Add an 'append' entry (e.g. 'condition: append') under 'override' instead.";

    public const string ContainerInfo =
        "%container.info is deprecated and no more useful, and will be dropped by Falco 1.0.0. The container plugin will automatically add required fields to the output message.";

    public const string OtherSource = "Rule has been re-defined with a different source";
}
