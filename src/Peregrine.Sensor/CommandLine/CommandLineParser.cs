using Peregrine.Sensor.Configuration;

namespace Peregrine.Sensor.CommandLine;

/// <summary>Reads the command line: <c>-x value</c>, <c>-xvalue</c>, <c>-xyz</c>, <c>--name value</c>, <c>--name=value</c>, <c>--</c>.</summary>
public static class CommandLineParser
{
    /// <param name="args">The arguments without the program's name.</param>
    /// <param name="commands">The subcommands that exist; the first argument may be one.</param>
    public static CommandLineOptions Parse(IReadOnlyList<string> args, IReadOnlyCollection<string> commands)
    {
        var options = new CommandLineOptions();
        var at = 0;
        if (args.Count > 0 && commands.Contains(args[0])) options.Command = args[at++];
        else if (args.Count > 0 && !args[0].StartsWith('-')) throw UnknownCommand(args[0], commands);
        IReadOnlyList<OptionSpec> table = options.Command is null ? OptionTable.Sensor : [.. CommandHelp.Find(options.Command)!.Specs, .. OptionTable.Former];
        while (at < args.Count)
        {
            var arg = args[at++];
            if (arg == "--")
            {
                options.Arguments.AddRange(args.Skip(at));
                break;
            }
            if (arg.StartsWith("--", StringComparison.Ordinal)) Long(options, table, arg, args, ref at);
            else if (arg.Length > 1 && arg[0] == '-') Short(options, table, arg, args, ref at);
            else if (options.Command is null) throw new UsageException($"unexpected argument '{arg}'; peregrine --help lists what there is");
            else options.Arguments.Add(arg);
        }
        return options;
    }

    private static void Long(CommandLineOptions options, IReadOnlyList<OptionSpec> table, string arg, IReadOnlyList<string> args, ref int at)
    {
        var equals = arg.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? arg[2..] : arg[2..equals];
        var inline = equals < 0 ? null : arg[(equals + 1)..];
        var spec = table.FirstOrDefault(s => s.Long == name) ?? throw Unknown(options, "--" + name, Nearest.Of(name, table.Where(s => s.Long is not null).Select(s => s.Long!)));
        if (spec.Value == OptionValue.None && inline is not null) throw new UsageException($"the option --{name} takes no value");
        if (spec.Value == OptionValue.Required) inline ??= Next(arg, args, ref at);
        spec.Apply(options, inline);
    }

    private static void Short(CommandLineOptions options, IReadOnlyList<OptionSpec> table, string arg, IReadOnlyList<string> args, ref int at)
    {
        for (var i = 1; i < arg.Length; i++)
        {
            var letter = arg[i];
            var spec = table.FirstOrDefault(s => s.Short == letter) ?? throw Unknown(options, $"-{letter}", null);
            if (spec.Value != OptionValue.Required)
            {
                spec.Apply(options, null);
                continue;
            }
            spec.Apply(options, i + 1 < arg.Length ? arg[(i + 1)..] : Next("-" + letter, args, ref at));
            return;
        }
    }

    private static string Next(string option, IReadOnlyList<string> args, ref int at) =>
        at < args.Count ? args[at++] : throw new UsageException($"the option {option} needs a value");

    private static UsageException Unknown(CommandLineOptions options, string option, string? near)
    {
        var what = options.Command is { } command ? $"the command '{command}' has no option '{option}'" : $"unknown option '{option}'";
        return new UsageException(near is null ? $"{what}; peregrine {options.Command ?? "help options"}{(options.Command is null ? "" : " --help")} lists what there is" : $"{what}; did you mean '--{near}'?");
    }

    private static UsageException UnknownCommand(string name, IReadOnlyCollection<string> commands)
    {
        var near = Nearest.Of(name, commands);
        return new UsageException(near is null ? $"there is no command '{name}'; peregrine --help lists what there is" : $"there is no command '{name}'; did you mean '{near}'?");
    }
}
