namespace Peregrine.Hub.Commands;

/// <summary>The command line cannot be understood.</summary>
internal sealed class CommandLineException(string message) : Exception(message);

/// <summary>What the command line asks for.</summary>
internal sealed record HubCommandLine
{
    private static readonly string[] Commands = ["check", "destinations"];

    /// <summary>Empty to serve.</summary>
    public string Command { get; private set; } = "";

    public string? Argument { get; private set; }

    public string? ConfigFile { get; private set; }

    /// <summary>The destination that gets a test alert.</summary>
    public string? SendTest { get; private set; }

    public bool ShowHelp { get; private set; }

    public bool ShowVersion { get; private set; }

    /// <exception cref="CommandLineException">An option is not known or lacks its value.</exception>
    public static HubCommandLine Parse(IReadOnlyList<string> args)
    {
        var line = new HubCommandLine();
        for (var i = 0; i < args.Count; i++)
        {
            var (name, value) = args[i].StartsWith("--", StringComparison.Ordinal) && args[i].IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? (args[i][..at], args[i][(at + 1)..]) : (args[i], null);
            string Value() => value ?? (++i < args.Count ? args[i] : throw new CommandLineException($"{name} needs a value"));
            switch (name)
            {
                case "-c" or "--config-file": line.ConfigFile = Value(); break;
                case "--send-test": line.SendTest = Value(); break;
                case "-h" or "--help": line.ShowHelp = true; break;
                case "-v" or "--version": line.ShowVersion = true; break;
                case ['-', ..]: throw new CommandLineException($"there is no option {name}");
                default: line.Take(name); break;
            }
        }
        return line;
    }

    private void Take(string word)
    {
        if (Command.Length == 0 && Commands.Contains(word)) Command = word;
        else if (Command == "destinations" && Argument is null) Argument = word;
        else throw new CommandLineException($"'{word}' is no command");
    }
}
