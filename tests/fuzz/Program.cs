using System.Globalization;
using Peregrine.Fuzz;

FuzzTarget[] targets = [new LexerTarget(), new ParserTarget(), new YamlTarget(), new RegexTarget(), new CaptureTarget()];
var names = string.Join(", ", targets.Select(static t => t.Name));
var minutes = 1.0;
var seed = Environment.TickCount;
if (args.Length > 3 || (args.Length > 0 && targets.All(t => t.Name != args[0]))
    || (args.Length > 1 && !double.TryParse(args[1], CultureInfo.InvariantCulture, out minutes))
    || (args.Length > 2 && !int.TryParse(args[2], CultureInfo.InvariantCulture, out seed)))
{
    Console.Error.WriteLine($"usage: fuzz [TARGET [MINUTES [SEED]]]; targets: {names}. With 0 minutes only the inputs to start from are read.");
    return 1;
}
var repository = AppContext.BaseDirectory;
while (!File.Exists(Path.Combine(repository, "Peregrine.slnx"))) repository = Path.GetDirectoryName(repository) ?? throw new DirectoryNotFoundException("the repository was not found above the program");
var corpus = FuzzCorpus.Find(repository);
var failed = false;
foreach (var target in targets)
{
    if (args.Length > 0 && target.Name != args[0]) continue;
    failed |= !new FuzzRun(target, corpus, seed, Path.Combine(repository, "artifacts", "fuzz")).Run(TimeSpan.FromMinutes(minutes));
    if (failed) break;
}
return failed ? 1 : 0;
