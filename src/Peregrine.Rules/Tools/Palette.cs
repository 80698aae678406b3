namespace Peregrine.Rules;

/// <summary>The colours of texts for people: those of a terminal, or none.</summary>
public readonly record struct Palette(bool HasColours)
{
    public string Red(string text) => Paint(text, 31);

    public string Green(string text) => Paint(text, 32);

    public string Yellow(string text) => Paint(text, 33);

    public string Bold(string text) => Paint(text, 1);

    public string Dim(string text) => Paint(text, 2);

    private string Paint(string text, int code) => HasColours ? $"\e[{code}m{text}\e[0m" : text;
}
