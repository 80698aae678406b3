namespace Peregrine.Sensor.Configuration;

/// <summary>Keys about rules.</summary>
internal static class RuleKeys
{
    public static ConfigSection Section { get; } = new(
        "Rules",
        "Which rules run, and how they match.",
        [
            new("rules_files", ConfigType.Sequence, "[\"/etc/falco/falco_rules.yaml\", \"/etc/falco/falco_rules.local.yaml\", \"/etc/falco/rules.d\"]", "Files and folders of rules, loaded in order; `-r` replaces them. A configuration that does not name any must get some by `-r`; without any configuration, the rules that come with the sensor run."),
            new("rules_files[]", ConfigType.Text, null, "A file, or a folder whose `.yaml` and `.yml` files are loaded by name."),
            new("rule_files", ConfigType.Sequence, null, "Another name of `rules_files`; only one of them may be set."),
            new("rule_files[]", ConfigType.Text, null, "As for `rules_files`."),
            new("rules_file", ConfigType.Any, null, "The old name of `rules_files`."),
            new("rules_file[]", ConfigType.Text, null, "As for `rules_files`."),
            new("rules", ConfigType.Sequence, null, "Switches rules on and off, step by step in order, after all were loaded."),
            new("rules[].disable.rule", ConfigType.Text, null, "A rule's name; `*` stands for any text."),
            new("rules[].disable.tag", ConfigType.Text, null, "All rules with this tag."),
            new("rules[].enable.rule", ConfigType.Text, null, "A rule's name; `*` stands for any text."),
            new("rules[].enable.tag", ConfigType.Text, null, "All rules with this tag."),
            new("rule_matching", ConfigType.Text, "first", "Whether an event raises the alert of the first rule that matches, or of all.") { Values = ["first", "all"] },
            new("priority", ConfigType.Text, "debug", "The least grave rules that are loaded: `emergency`, `alert`, `critical`, `error`, `warning`, `notice`, `info` or `debug`, in any case."),
            new("rules_semantics", ConfigType.Text, "compatible", "Whether constructs that mean in Falco what hardly an author wants mean what was meant: see differences.md.") { Values = ["compatible", "strict"], IsOwn = true },
            new("host_names", ConfigType.Text, "dns", "Where hosts that rules name (`fd.sip.name`) are looked up: the hosts file and then name servers, or the hosts file alone.") { Values = ["dns", "hosts_file"], IsOwn = true },
            new("static_fields", ConfigType.Any, null, "A mapping of names to texts: `%static.NAME` shows the text in outputs, and conditions can compare it."),
            new("load_plugins", ConfigType.Sequence, null, "The names of the plugins to load, of those under `plugins`; all of them when it is absent."),
            new("load_plugins[]", ConfigType.Text, null, "A plugin's name."),
            new("plugins", ConfigType.Sequence, "[{\"name\": \"container\", \"library_path\": \"libcontainer.so\", \"init_config\": {\"label_max_len\": 100, \"with_size\": false}}]", "Plugins. The one named `container` is built in; its library is not looked for."),
            new("plugins[].name", ConfigType.Text, null, "How the plugin is called."),
            new("plugins[].library_path", ConfigType.Text, null, "Its library; a path that is not absolute counts from the folder of plugins."),
            new("plugins[].init_config", ConfigType.Any, null, "What the plugin is told when it starts: a text or a mapping. Of the container plugin: `label_max_len`, `with_size`, `hooks`, and per engine under `engines` whether it is asked, and where."),
            new("plugins[].open_params", ConfigType.Text, null, "What the plugin is told when its source of events is opened."),
            new("plugins_hostinfo", ConfigType.Boolean, "true", "Whether sources of plugins know the machine's interfaces and users.") { Inert = "No source but the kernel's asks for interfaces or users, so nothing would be read for the others." },
        ]);
}
