using Peregrine.Filters.Fields;
using Peregrine.Filters.Listing;
using Peregrine.Sensor.CommandLine;

namespace Peregrine.Sensor.Commands;

/// <summary><c>--list</c>: the fields by class, as text, markdown or JSON; with <c>-N</c> only their names.</summary>
internal static class ListFieldsCommand
{
    public static int Run(SensorConsole console, CommandLineOptions options)
    {
        if (options.ListSource is { } source && source != "syscall") throw new UsageException($"there is no event source '{source}'; there is syscall");
        FieldClass[] classes = [.. FieldListing.Of([.. SyscallFields.Classes, ContainerFields.Class], options.ListSource)];
        console.Print(options switch
        {
            { NamesOnly: true } => FieldListing.Names(classes),
            { Format: "json" } => FieldJson.Of(classes),
            { Format: "markdown" } => FieldListing.Markdown(classes),
            { Format: null or "text" } => FieldListing.Text(classes),
            _ => throw new UsageException($"'{options.Format}' is no format for lists; there are text, markdown and json"),
        });
        return 0;
    }
}
