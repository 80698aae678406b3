using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations;

namespace Peregrine.Hub.Commands;

/// <summary>Lists the kinds of destination, or the settings of one with their environment names.</summary>
internal static class DestinationListing
{
    /// <exception cref="CommandLineException">There is no such kind.</exception>
    public static void Write(TextWriter output, string? kindName)
    {
        if (kindName is null)
        {
            foreach (var family in DestinationKinds.All.GroupBy(k => k.Family))
            {
                output.WriteLine(family.Key);
                foreach (var kind in family) output.WriteLine($"  {kind.Name,-22} {kind.Title}");
            }
            return;
        }
        var one = DestinationKinds.Find(kindName) ?? throw new CommandLineException($"there is no kind of destination '{kindName}'; 'peregrine-hub destinations' lists them");
        output.WriteLine($"{one.Title}: section '{one.Section}', on when set: {string.Join(", ", one.EnabledBy)}");
        foreach (var setting in one.Settings) output.WriteLine($"  {setting.Key,-24} {setting.EnvironmentName(one.Section),-40} {setting.Description}{(setting.Default.Length > 0 ? $" (default: {setting.Default})" : "")}");
    }
}
