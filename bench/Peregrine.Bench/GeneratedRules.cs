using System.Globalization;
using System.Text;

namespace Peregrine.Bench;

/// <summary>
/// Rule files of any size that look like what people write: macros for opening, spawning and connecting, lists of names with exceptions, paths below the usual directories. The same number gives the same file.
/// </summary>
internal static class GeneratedRules
{
    private const int WordCount = 4000;

    private static readonly string[] Directories = ["/etc/", "/usr/bin/", "/var/lib/", "/root/", "/home/", "/opt/", "/var/log/", "/usr/lib/", "/tmp/", "/dev/"];

    private const string Preamble = """
        - macro: spawned
          condition: (evt.type in (execve, execveat))
        - macro: opened_for_writing
          condition: (evt.type in (open, openat, openat2) and evt.is_open_write=true and fd.typechar='f' and fd.num>=0)
        - macro: opened_for_reading
          condition: (evt.type in (open, openat, openat2) and evt.is_open_read=true and fd.typechar='f' and fd.num>=0)
        - macro: in_container
          condition: (container.id != host)
        - macro: sent_out
          condition: (evt.type in (connect, sendto, sendmsg) and fd.typechar in (4, 6))
        - list: shell_names
          items: [bash, sh, zsh, ksh, dash, ash]
        - macro: package_manager
          condition: (proc.name in (dpkg, apt, apt-get, rpm, yum, dnf) or proc.pname in (dpkg, apt, rpm))

        """;

    /// <summary>Writes a file with so many rules and returns its path.</summary>
    public static string Write(string folder, int count)
    {
        var random = new Random(count);
        var words = Enumerable.Range(0, WordCount).Select(_ => string.Concat(Enumerable.Range(0, random.Next(3, 10)).Select(_ => (char)('a' + random.Next(26))))).ToArray();
        var text = new StringBuilder(Preamble);
        for (var i = 0; i < count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"- rule: Generated {i}\n  desc: Generated to measure with.\n  condition: >\n    {Condition(random, words)}\n");
            text.Append("  output: generated | file=%fd.name user=%user.name command=%proc.cmdline\n  priority: WARNING\n  tags: [generated]\n");
        }
        var path = Path.Combine(folder, $"generated-{count}.yaml");
        File.WriteAllText(path, text.ToString());
        return path;
    }

    private static string Condition(Random random, string[] words)
    {
        string Word() => words[random.Next(words.Length)];
        string Below() => Directories[random.Next(Directories.Length)] + Word();
        string List(int most, Func<string> make) => "(" + string.Join(", ", Enumerable.Range(0, random.Next(1, most + 1)).Select(_ => make())) + ")";
        return random.Next(100) switch
        {
            < 35 => $"spawned and proc.name in {List(6, Word)} and not proc.pname in {List(2, Word)}",
            < 50 => $"spawned and proc.cmdline contains \"{Word()} -{Word()[0]}\" and not package_manager",
            < 60 => $"spawned and in_container and proc.pname in (shell_names) and proc.args contains \"{Word()}\" and not proc.name in {List(2, Word)}",
            < 75 => $"opened_for_writing and fd.name startswith {Below()} and not package_manager and not proc.name in {List(2, Word)}",
            < 85 => $"opened_for_reading and fd.name in {List(5, Below)} and not proc.name in {List(3, Word)}",
            < 90 => $"opened_for_reading and (fd.name glob \"{Directories[random.Next(Directories.Length)]}*/{Word()}\" or fd.directory = {Below()}) and not proc.aname in {List(1, Word)}",
            < 97 => $"sent_out and proc.name in {List(2, Word)} and not fd.sport in ({random.Next(1, 65536)}, 443)",
            _ => $"evt.type in (chmod, fchmod, fchmodat, unlink, unlinkat, rename, renameat) and proc.name = {Word()} and in_container",
        };
    }
}
