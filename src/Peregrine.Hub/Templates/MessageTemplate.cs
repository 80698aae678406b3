using System.Text;
using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Templates;

/// <summary>
/// A message template in the language of Go's <c>text/template</c>, which is what people have in <c>messageformat</c> and <c>templatedfields</c>: actions with pipelines, <c>if</c>, <c>range</c>, <c>with</c>,
/// variables and the standard functions. Named templates (<c>define</c>, <c>template</c>, <c>block</c>) are refused, since one setting holds one template.
/// </summary>
public sealed class MessageTemplate
{
    // Output beyond this is cut: a range over a list of a hostile alert must not fill the memory.
    internal const int MaxLength = 256 * 1024;

    private readonly TemplateNode _root;

    private MessageTemplate(string text, TemplateNode root) => (Text, _root) = (text, root);

    /// <summary>The template as it was written.</summary>
    public string Text { get; }

    /// <exception cref="TemplateException">The text is no template; the message has line and column.</exception>
    public static MessageTemplate Parse(string text) => new(text, new TemplateParser(text).Whole());

    /// <summary>Renders it for an alert: <c>.Output .Priority .Rule .Time .Source .Hostname .Tags .UUID .OutputFields</c>.</summary>
    /// <exception cref="TemplateException">A function was given what it cannot take.</exception>
    public string Render(Alert alert) => Render(TemplateData.OfAlert(alert));

    /// <summary>Renders it for the alert's output fields alone: <c>{{ index . "proc.name" }}</c>.</summary>
    /// <exception cref="TemplateException">A function was given what it cannot take.</exception>
    public string RenderFields(Alert alert) => Render(TemplateData.OfFields(alert));

    private string Render(object root)
    {
        var run = new TemplateRun(root);
        _root.Run(run, root);
        return run.Output.ToString();
    }
}

/// <summary>One rendering: its output and variables.</summary>
internal sealed class TemplateRun(object root)
{
    private readonly List<(string Name, object? Value)> _variables = [("$", root)];

    public StringBuilder Output { get; } = new();

    public int Depth => _variables.Count;

    public void Write(string text)
    {
        var room = MessageTemplate.MaxLength - Output.Length;
        if (room > 0) Output.Append(text.AsSpan(0, Math.Min(room, text.Length)));
    }

    public void Declare(string name, object? value) => _variables.Add((name, value));

    public void Assign(string name, object? value)
    {
        var at = _variables.FindLastIndex(v => v.Name == name);
        _variables[at] = (name, value);
    }

    public object? Get(string name) => _variables[_variables.FindLastIndex(v => v.Name == name)].Value;

    public void Leave(int depth) => _variables.RemoveRange(depth, _variables.Count - depth);
}
