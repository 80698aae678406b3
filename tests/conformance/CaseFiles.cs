namespace Peregrine.ConformanceTests;

/// <summary>Makes a case's arguments real: its files are found, what it writes goes to a folder of its own.</summary>
internal sealed class CaseFiles : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peregrine-case-");

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>An argument, or a <c>key=value</c> one, whose path is looked for among the input files.</summary>
    public string Argument(string argument)
    {
        if (argument.StartsWith("?\"file_output.filename=", StringComparison.Ordinal)) return "file_output.filename=" + Path.Combine(_folder.FullName, "alerts");
        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        var path = argument[(equals + 1)..];
        return path.Contains('/', StringComparison.Ordinal) && File.Exists(ConformanceData.File(path)) ? argument[..(equals + 1)] + ConformanceData.File(path) : argument;
    }

    /// <summary>The files carry the name of their case before two underscores; the reference's results do not.</summary>
    public static string WithoutCase(string name) => name[(name.IndexOf("__", StringComparison.Ordinal) is var at and >= 0 ? at + 2 : 0)..];
}
