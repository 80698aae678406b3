namespace Peregrine.Hub.Commands;

/// <summary>The command line cannot be understood.</summary>
internal sealed class CommandLineException(string message) : Exception(message);

/// <summary>What the command line asks for.</summary>
internal sealed record HubCommandLine
{
    private static readonly string[] Commands = ["ack", "check", "destinations"];

    private readonly List<string> _ids = [];
    private (string Option, string Command)? _bound;

    /// <summary>Empty to serve.</summary>
    public string Command { get; private set; } = "";

    public string? Argument { get; private set; }

    public string? ConfigFile { get; private set; }

    /// <summary>The destination that gets a test alert.</summary>
    public string? SendTest { get; private set; }

    /// <summary>A check contacts nobody.</summary>
    public bool Offline { get; private set; }

    /// <summary>Identities of the alerts that are acknowledged.</summary>
    public IReadOnlyList<string> Ids => _ids;

    /// <summary>A condition over those that are acknowledged or listed.</summary>
    public string? Match { get; private set; }

    public string? By { get; private set; }

    public string? Comment { get; private set; }

    /// <summary>Show what is open.</summary>
    public bool List { get; private set; }

    /// <summary>The hub's address; null for the one of the configuration.</summary>
    public string? Url { get; private set; }

    public string? AuthorityFile { get; private set; }

    public string? CertificateFile { get; private set; }

    public string? KeyFile { get; private set; }

    public bool ShowHelp { get; private set; }

    public bool ShowVersion { get; private set; }

    /// <exception cref="CommandLineException">An option is not known or lacks its value.</exception>
    public static HubCommandLine Parse(IReadOnlyList<string> args)
    {
        var line = new HubCommandLine();
        for (var i = 0; i < args.Count; i++)
        {
            var (name, value) = args[i].StartsWith("--", StringComparison.Ordinal) && args[i].IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? (args[i][..at], args[i][(at + 1)..]) : (args[i], null);
            string OfAck(string text)
            {
                line._bound = (name, "ack");
                return text;
            }

            string Value() => value ?? (++i < args.Count ? args[i] : throw new CommandLineException($"{name} needs a value"));
            switch (name)
            {
                case "-c" or "--config-file": line.ConfigFile = Value(); break;
                case "--send-test": line.SendTest = Value(); break;
                case "--offline": (line.Offline, line._bound) = (true, (name, "check")); break;
                case "--by": line.By = OfAck(Value()); break;
                case "--comment": line.Comment = OfAck(Value()); break;
                case "--match": line.Match = OfAck(Value()); break;
                case "--url": line.Url = OfAck(Value()); break;
                case "--cacertfile": line.AuthorityFile = OfAck(Value()); break;
                case "--certfile": line.CertificateFile = OfAck(Value()); break;
                case "--keyfile": line.KeyFile = OfAck(Value()); break;
                case "-l" or "--list": line.List = OfAck("").Length == 0; break;
                case "-h" or "--help": line.ShowHelp = true; break;
                case "-v" or "--version": line.ShowVersion = true; break;
                case ['-', ..]: throw new CommandLineException($"there is no option {name}");
                default: line.Take(name); break;
            }
        }
        if (line is { _bound: var (option, command), ShowHelp: false } && line.Command != command) throw new CommandLineException($"{option} is an option of 'peregrine-hub {command}'");
        if (line is { Offline: true, SendTest: not null }) throw new CommandLineException("--send-test does not go with --offline");
        return line;
    }

    private void Take(string word)
    {
        if (Command.Length == 0 && Commands.Contains(word)) Command = word;
        else if (Command == "ack") _ids.Add(word);
        else if (Command == "destinations" && Argument is null) Argument = word;
        else throw new CommandLineException($"'{word}' is no command");
    }
}
