namespace Peregrine.UnitTests;

/// <summary>Where things lie in the repository that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Peregrine.slnx"))) return folder.FullName;
        throw new InvalidOperationException("the tests run outside the repository");
    }
}
