namespace Peregrine.Sensor.Configuration;

/// <summary>Keys about the form of alerts.</summary>
internal static class AlertKeys
{
    public static ConfigSection Section { get; } = new(
        "Alerts",
        "How alerts are written, to all outputs alike.",
        [
            new("json_output", ConfigType.Boolean, "false", "Alerts are JSON objects instead of lines of text."),
            new("json_include_output_property", ConfigType.Boolean, "true", "With the member `output`: time, priority and message."),
            new("json_include_message_property", ConfigType.Boolean, "false", "With the member `message`: the message alone."),
            new("json_include_tags_property", ConfigType.Boolean, "true", "With the rule's `tags`."),
            new("json_include_output_fields_property", ConfigType.Boolean, "true", "With `output_fields`: the fields of the message with their types."),
            new("time_format_iso_8601", ConfigType.Boolean, "false", "Times in UTC as `2026-01-31T23:59:59.000000000+0000`, in alerts and in the log."),
            new("buffer_format_base64", ConfigType.Boolean, "false", "`evt.buffer` is shown in base64 instead of printable text."),
            new("append_output", ConfigType.Sequence, null, "What is added to the output of rules."),
            new("append_output[].match.source", ConfigType.Text, null, "Only rules of this source."),
            new("append_output[].match.rule", ConfigType.Text, null, "Only the rule of this name."),
            new("append_output[].match.tags", ConfigType.Sequence, null, "Only rules that have all of these tags."),
            new("append_output[].match.tags[]", ConfigType.Text, null, "A tag."),
            new("append_output[].extra_output", ConfigType.Text, null, "Text with fields that is put behind the message, after a blank."),
            new("append_output[].extra_fields", ConfigType.Sequence, null, "Fields that are added to `output_fields`."),
            new("append_output[].extra_fields[]", ConfigType.Any, null, "A field's name, or a mapping of a key to a text with fields."),
            new("append_output[].suggested_output", ConfigType.Boolean, "false", "Adds the fields that sources suggest, such as those of containers."),
        ]);
}
