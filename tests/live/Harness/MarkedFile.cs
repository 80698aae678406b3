namespace Peregrine.LiveTests.Harness;

/// <summary>A file whose opening one rule tells of, for scenarios about what becomes of an alert.</summary>
public static class MarkedFile
{
    public const string Rule = "Marked file opened";

    public static string Path(LiveFolder folder) => System.IO.Path.Combine(folder.Path, "marked");

    /// <summary>Makes the file, and a file with the rule.</summary>
    /// <returns>The path of the rule's file.</returns>
    public static string WriteRule(LiveFolder folder)
    {
        var marked = folder.Write("marked", "");
        return folder.Write("rules.yaml", $"""
            - rule: {Rule}
              desc: d
              condition: evt.type in (open, openat, openat2) and fd.name = {marked}
              output: opened %fd.name (image=%container.image.repository)
              priority: WARNING
              tags: [live, test]

            """);
    }
}
