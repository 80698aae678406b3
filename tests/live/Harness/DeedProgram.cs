using System.Diagnostics;

namespace Peregrine.LiveTests.Harness;

/// <summary>The driver (<c>tests/live/Driver</c>), compiled once into a folder of its own, under the names that scenarios need.</summary>
public sealed class DeedProgram
{
    public DeedProgram(string folder)
    {
        Folder = folder;
        Directory.CreateDirectory(folder);
        Path = System.IO.Path.Combine(folder, "deeds");
        var sources = Directory.GetFiles(System.IO.Path.Combine(Repository.Root, "tests", "live", "Driver"), "*.c");
        Command.Run(Compiler(), ["-static", "-O1", "-w", "-pthread", "-o", Path, .. sources]).Succeeded();
    }

    public string Folder { get; }

    public string Path { get; }

    /// <summary>A copy under another name: the sensor sees a program of that name.</summary>
    public string Named(string name)
    {
        var copy = System.IO.Path.Combine(Folder, name);
        if (!File.Exists(copy)) File.Copy(Path, copy);
        return copy;
    }

    public CommandResult Do(params string[] arguments) => Command.Run(Path, arguments);

    public Process Start(params string[] arguments) => Command.Start(null, Path, arguments);

    private static string Compiler()
    {
        var names = new[] { "clang" }.Concat(Enumerable.Range(11, 11).Reverse().Select(version => $"clang-{version}")).Concat(["gcc", "cc"]);
        foreach (var name in names)
            foreach (var folder in new[] { "/usr/bin", "/usr/local/bin" })
                if (File.Exists(System.IO.Path.Combine(folder, name))) return System.IO.Path.Combine(folder, name);
        throw new InvalidOperationException("no C compiler for the tests' driver: install the package clang");
    }
}
