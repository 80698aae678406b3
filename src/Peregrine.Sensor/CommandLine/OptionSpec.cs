namespace Peregrine.Sensor.CommandLine;

/// <summary>Whether an option takes a value.</summary>
public enum OptionValue
{
    None,
    Required,
    /// <summary>Only as <c>--option=value</c>.</summary>
    Optional,
}

/// <summary>A command-line option.</summary>
/// <remarks><c>Short</c>: The letter after one dash; <c>'\0'</c> for none. <c>Long</c>: The name after two dashes; null for none. <c>ValueName</c>: How the value is called in the help. <c>Help</c>: What it does, for the help. <c>Apply</c>: Takes the option (and its value) into the result.</remarks>
internal sealed record OptionSpec(char Short, string? Long, OptionValue Value, string? ValueName, string Help, Action<CommandLineOptions, string?> Apply)
{
    /// <summary>The option as people would type it.</summary>
    public string Display => Long is null ? "-" + Short : Short == '\0' ? "--" + Long : $"-{Short}, --{Long}";
}
