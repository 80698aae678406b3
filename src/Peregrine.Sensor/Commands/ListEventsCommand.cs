using Peregrine.Filters.Listing;
using Peregrine.Sensor.CommandLine;

namespace Peregrine.Sensor.Commands;

/// <summary><c>--list-events</c>: the events of today's schema that conditions can name, with their parameters.</summary>
internal static class ListEventsCommand
{
    public static int Run(SensorConsole console, CommandLineOptions options)
    {
        console.Print(options.Format switch
        {
            "json" => EventListing.Json(),
            "markdown" => EventListing.Markdown(),
            null or "text" => EventListing.Text(),
            var other => throw new UsageException($"'{other}' is no format for lists; there are text, markdown and json"),
        });
        return 0;
    }
}
