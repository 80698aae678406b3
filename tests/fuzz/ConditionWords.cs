using System.Text;
using Peregrine.Filters;

namespace Peregrine.Fuzz;

/// <summary>Words of the condition language, and conditions to start from.</summary>
internal static class ConditionWords
{
    private static readonly string[] Conditions =
    [
        "evt.type in (open, openat) and not fd.name startswith /tmp",
        "proc.aname[2] = sshd or (proc.name exists and evt.arg.flags contains \"O_CREAT\")",
        "tolower(proc.name) = val(proc.pname) and len(fd.types) > 1",
        "join(\",\", (proc.name, \"a\\tb\", 3)) glob '*x?[a-z]' and getopt(proc.args, \"nt:\")[t] != oneof (a, b)",
        "fd.net in (\"10.0.0.0/8\", '::1/128') or fd.sport = https and evt.rawres < -1.5e+3",
        "b64(evt.buffer) bcontains 6162 or concat(fd.name, \"x\") regex ^(a|b)*$ and macro1",
        "evt.around[1000] = 5 and thread.cgroup.cpu pmatch (/a, /b/*/c)",
        "notproc.name=a and(x.y=1)and not(not z.w intersects names)",
    ];

    public static IReadOnlyList<string> All { get; } =
    [
        .. OperatorToken.All.Select(static o => o.Text + " "),
        .. TransformerNames.All.Select(static t => t + "("),
        "val(", "oneof ", "anyof (", "allof (", " and ", " or ", "not ", "not(", "and(", "or(", "(", ")", ",", ", ", "[", "]", "[\"\"]", "[0]", "\"", "'", "\\", "\\\"", "\\'", "\\x41", "\\ ",
        "proc.name", "evt.type", "fd.types", "fd.net", "evt.rawarg.flags", "proc.aname", "0x1F", "-1.5e+3", "1e", " ", "\t", "\n", "%", "%40", "*", "<NA>", "=", "10.0.0.0/8", "::1", "true",
    ];

    public static IEnumerable<byte[]> Seeds(FuzzCorpus corpus) => Conditions.Concat(corpus.Values("condition")).Concat(corpus.Values("output")).Select(Encoding.UTF8.GetBytes);
}
