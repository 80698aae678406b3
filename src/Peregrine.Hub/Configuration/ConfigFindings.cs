namespace Peregrine.Hub.Configuration;

/// <summary>What reading a configuration found beside its values.</summary>
internal sealed class ConfigFindings
{
    private readonly List<string> _warnings = [];

    public IReadOnlyList<string> Warnings => _warnings;

    public SecretTexts Secrets { get; } = new();

    public void Warn(string warning) => _warnings.Add(warning);
}
