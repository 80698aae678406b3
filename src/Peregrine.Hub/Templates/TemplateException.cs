namespace Peregrine.Hub.Templates;

/// <summary>A template cannot be read, or not be rendered for this alert.</summary>
public sealed class TemplateException : Exception
{
    public TemplateException()
    {
    }

    public TemplateException(string message)
        : base(message)
    {
    }

    public TemplateException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
