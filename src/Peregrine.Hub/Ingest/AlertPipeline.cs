using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Templates;

namespace Peregrine.Hub.Ingest;

/// <summary>
/// Completes an alert before it is kept, in the reference's order: 1 custom fields, 2 custom tags, 3 source and identity, 4 templated fields, 5 sorted tags, 6 names without brackets, 7 the output line written anew.
/// </summary>
public sealed class AlertPipeline
{
    private readonly IReadOnlyDictionary<string, string> _customFields;
    private readonly IReadOnlyList<string> _customTags;
    private readonly IReadOnlyList<(string Name, MessageTemplate Template)> _templatedFields;
    private readonly string _bracketReplacer;
    private readonly OutputFormat? _format;
    private readonly bool _changesFields;

    /// <exception cref="ConfigurationException">A template cannot be read.</exception>
    public AlertPipeline(SettingValues settings)
    {
        _customFields = settings.Map("customfields");
        _customTags = settings.List("customtags");
        _bracketReplacer = settings.Text("bracketreplacer");
        _templatedFields = [.. settings.Map("templatedfields").Select(f => (f.Key, Parse(f.Key, f.Value)))];
        var format = settings.Text("outputfieldformat");
        _format = format.Length == 0 ? null : new OutputFormat(format);
        _changesFields = _customFields.Count + _templatedFields.Count + _bracketReplacer.Length + format.Length > 0;
    }

    /// <summary>Names of the fields that the hub adds: labels of the alert counter.</summary>
    public IReadOnlyList<string> OwnFields => [.. _customFields.Keys, .. _templatedFields.Select(t => t.Name)];

    /// <summary>Templates that could not be rendered: their fields were left out.</summary>
    public long FailedTemplates => Interlocked.Read(ref _failedTemplates);

    private long _failedTemplates;

    public Alert Complete(Alert alert)
    {
        // The reference's word for what old sensors, which name no source, send.
        var source = alert.IsTest ? "internal" : alert.Source.Length > 0 ? alert.Source : "syscalls";
        var tags = _customTags.Count == 0 && IsSorted(alert.Tags) ? alert.Tags : [.. alert.Tags.Concat(_customTags).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (!_changesFields) return alert with { Source = source, Tags = tags };
        var fields = new List<AlertField>(alert.Fields.Count + _customFields.Count + _templatedFields.Count);
        fields.AddRange(alert.Fields);
        foreach (var (name, value) in _customFields) Set(fields, name, AlertValue.Of(value));
        var completed = alert with { Source = source, Tags = tags, Fields = fields };
        if (_templatedFields.Count > 0) AddTemplated(completed, fields);
        var output = _format is null ? alert.Output : _format.Apply(completed, _customFields.Keys, _templatedFields.Select(t => t.Name));
        if (_bracketReplacer.Length > 0)
        {
            for (var i = 0; i < fields.Count; i++)
                fields[i] = fields[i] with { Name = fields[i].Name.Replace("[", _bracketReplacer, StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal) };
        }
        return completed with { Output = output };
    }

    // As sensors send them.
    private static bool IsSorted(IReadOnlyList<string> tags)
    {
        for (var i = 1; i < tags.Count; i++)
            if (string.CompareOrdinal(tags[i - 1], tags[i]) >= 0) return false;
        return true;
    }

    private void AddTemplated(Alert alert, List<AlertField> fields)
    {
        foreach (var (name, template) in _templatedFields)
        {
            try
            {
                Set(fields, name, AlertValue.Of(template.RenderFields(alert)));
            }
            catch (TemplateException)
            {
                Interlocked.Increment(ref _failedTemplates);
            }
        }
    }

    private static void Set(List<AlertField> fields, string name, AlertValue value)
    {
        var at = fields.FindIndex(f => f.Name == name);
        if (at < 0) fields.Add(new AlertField(name, value));
        else fields[at] = new AlertField(name, value);
    }

    private static MessageTemplate Parse(string name, string text)
    {
        try
        {
            return MessageTemplate.Parse(text);
        }
        catch (TemplateException e)
        {
            throw new ConfigurationException($"templatedfields.{name}: {e.Message}", e);
        }
    }
}
