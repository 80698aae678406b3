using Peregrine.Rules;

namespace Peregrine.Sensor.Terminal;

/// <summary>When texts for people have colours.</summary>
public enum ColourChoice
{
    /// <summary>On a terminal, unless <c>NO_COLOR</c> is set (https://no-color.org) or it is a dumb one.</summary>
    Auto,
    Always,
    Never,
}

internal static class Colours
{
    public static Palette Of(SensorConsole console, ColourChoice choice) => new(choice switch
    {
        ColourChoice.Always => true,
        ColourChoice.Never => false,
        _ => console.IsTerminal && string.IsNullOrEmpty(console.Environment("NO_COLOR")) && console.Environment("TERM") != "dumb",
    });
}
