using System.Text;
using Peregrine.Sensor.Configuration;

namespace Peregrine.Sensor.Commands;

/// <summary><c>--config-schema --markdown</c>: all keys of the configuration as the page docs/configuration.md.</summary>
internal static class ConfigurationPage
{
    public static string Write()
    {
        var text = new StringBuilder("""
            # Configuration

            Made from the table of keys by `peregrine --config-schema --markdown`; do not edit.

            The configuration is `/etc/peregrine/peregrine.yaml`, or `/etc/falco/falco.yaml` where there is no such file, or what `-c` names; without any, the defaults below hold. A `falco.yaml` works as it is.

            * `${NAME}` in a value is replaced by the environment variable, or by nothing when there is none; `$${NAME}` stands for the text `${NAME}`.
            * `-o KEY=VALUE` sets a key over the files: `-o http_output.url=https://host/`, `-o rules_files[0]=a.yaml` (an element), `-o rules_files[]=b.yaml` (one more), `-o 'append_output[]={extra_output: "x=%proc.name"}'`. A backslash takes the next
              character of the key as it is.
            * An unknown key is ignored with a warning that shows its place and the nearest known key. A value that cannot be is an error with its place, and the sensor does not start; when it runs already, it goes on with what it has.
            * Passwords, tokens and the credentials in URLs are never printed: not in errors, not in the log, not by `--support`.
            * `peregrine --config-schema` prints the keys as a JSON schema, for editors.

            Keys marked with * are Peregrine's own.

            """);
        foreach (var section in ConfigKeys.Sections)
        {
            text.Append("\n## ").Append(section.Title).Append("\n\n").Append(section.Introduction).Append("\n\n| key | type | default | meaning |\n|---|---|---|---|\n");
            foreach (var key in section.Keys) Row(text, key);
        }
        return text.ToString();
    }

    private static void Row(StringBuilder text, ConfigKey key)
    {
        text.Append("| `").Append(key.Path).Append('`').Append(key.IsOwn ? " *" : "").Append(" | ").Append(TypeName(key.Type)).Append(" | ");
        if (key.Default is { Length: > 0 } value) text.Append('`').Append(value.Replace("|", "\\|", StringComparison.Ordinal)).Append('`');
        text.Append(" | ").Append(key.Help.Replace("|", "\\|", StringComparison.Ordinal));
        if (key.Values.Count > 0) text.Append(" One of ").Append(string.Join(", ", key.Values.Select(v => $"`{v}`"))).Append('.');
        if (key.Inert is { } reason) text.Append(" *Accepted, without effect:* ").Append(reason);
        text.Append(" |\n");
    }

    private static string TypeName(ConfigType type) => type switch
    {
        ConfigType.Boolean => "boolean",
        ConfigType.Integer => "integer",
        ConfigType.Number => "number",
        ConfigType.Text => "text",
        ConfigType.Sequence => "list",
        _ => "any",
    };
}
