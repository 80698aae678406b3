using System.Text;
using Peregrine.Sensor.CommandLine;

namespace Peregrine.Sensor.Commands;

/// <summary><c>help man</c>: the manual page peregrine(8), in the language of the man macros, made from the tables.</summary>
internal static class ManualPage
{
    public static string Write()
    {
        var text = new StringBuilder("""
            .\" Made by `peregrine help man`; do not edit.
            .TH PEREGRINE 8 "" "Peregrine" "System Administration"
            .ad l
            .SH NAME
            peregrine \- runtime security for Linux
            .SH SYNOPSIS
            .B peregrine
            .RI [ OPTION ...]
            .br
            .B peregrine
            .I COMMAND
            .RI [ OPTION ...]
            .SH DESCRIPTION
            Peregrine sees each system call of the machine through eBPF, adds what it knows of the process, user and container behind it, matches it against rules that people can read, and writes an alert within milliseconds.
            .PP
            Without a command it watches this machine until it is told to end, which needs root. Configuration and rules are taken up anew when their files change.
            .SH OPTIONS

            """);
        foreach (var spec in OptionTable.Sensor) Option(text, spec);
        text.Append(".SH COMMANDS\n");
        foreach (var command in CommandHelp.All)
        {
            text.Append(".SS \"").Append(Escaped($"{command.Name} {command.Usage}".TrimEnd())).Append("\"\n").Append(Sentence(command.Summary)).Append('\n');
            if (command.Details.Length > 0) text.Append(Escaped(command.Details)).Append('\n');
            foreach (var spec in command.Specs) Option(text, spec);
            foreach (var example in command.Examples) text.Append(".PP\n.EX\n").Append(Escaped(example)).Append("\n.EE\n");
        }
        return text.Append("""
            .SH SIGNALS
            .TP
            .B SIGHUP
            Loads configuration and rules anew. What is broken is refused, and the sensor goes on with what it has.
            .TP
            .B SIGUSR1
            Opens output files anew, after they were rotated.
            .TP
            .BR SIGINT ", " SIGTERM
            End the sensor: what the kernel has recorded is read, outputs deliver what they have, the summary is printed.
            .SH EXIT STATUS
            0 for an orderly end; 1 after an error, which is told on standard error.
            .SH ENVIRONMENT
            .TP
            .B HOST_ROOT
            Where the machine's own file system is, when the sensor runs in a container.
            .TP
            .B FALCO_HOSTNAME
            The machine's name, as alerts show it.
            .TP
            .B FALCO_CGROUP_MEM_PATH
            The file with the memory that the sensor's control group uses, for metrics.
            .TP
            .BR NOTIFY_SOCKET ", " WATCHDOG_USEC
            Set by
            .BR systemd (1):
            the sensor says when it is ready, reloads and ends, and that its worker works.
            .SH FILES
            .TP
            .IR /etc/peregrine/peregrine.yaml ", " /etc/falco/falco.yaml
            The configuration: the first that exists, unless
            .B \-c
            names another.
            .TP
            .I /etc/peregrine/peregrine_rules.yaml
            The rules, when the configuration does not say otherwise.
            .SH SEE ALSO
            .BR systemd (1),
            .BR bpf (2),
            .BR syslog (3)

            """).ToString();
    }

    private static void Option(StringBuilder text, OptionSpec spec)
    {
        text.Append(".TP\n").Append(".BR \"").Append(Escaped(spec.Display)).Append('"');
        if (spec.Value == OptionValue.Required) text.Append(" \" \\fI").Append(Escaped(spec.ValueName!)).Append("\\fR\"");
        else if (spec.Value == OptionValue.Optional) text.Append(" \"[=\\fI").Append(Escaped(spec.ValueName!)).Append("\\fR]\"");
        text.Append('\n').Append(Sentence(spec.Help)).Append('\n');
    }

    private static string Sentence(string text) => Escaped(char.ToUpperInvariant(text[0]) + text[1..] + ".");

    /// <summary>Text as roff shows it: no dash that could become a hyphen, no line that begins like a request.</summary>
    private static string Escaped(string text)
    {
        text = text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal).Replace("\"", "\\(dq", StringComparison.Ordinal).Replace("'", "\\(aq", StringComparison.Ordinal);
        return text.StartsWith('.') ? "\\&" + text : text;
    }
}
