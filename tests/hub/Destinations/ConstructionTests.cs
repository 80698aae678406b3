using Microsoft.Extensions.Logging.Abstractions;
using Peregrine.Hub;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations;
using Peregrine.Hub.Ingest;

namespace Peregrine.HubTests.Destinations;

/// <summary>Whatever stands in a section, a start either goes on or says in words what is wrong; the reference crashes when a client cannot be made.</summary>
public sealed class ConstructionTests
{
    private static readonly string[] Odd = ["x", "http://[", "%", "a b", ":", "ftp://h/x", "127.0.0.1:99999999", "http://h:1/", "host:123"];

    public static TheoryData<string> Kinds => [.. DestinationKinds.All.Select(k => k.Name)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task OddValuesAreTakenOrRefusedInWords(string name)
    {
        var kind = DestinationKinds.Find(name)!;
        var texts = kind.Settings.Where(s => s is { Kind: SettingKind.Text or SettingKind.Secret, Choices.Count: 0 });
        foreach (var odd in Odd)
        {
            await TryAsync(kind, kind.EnabledBy.ToDictionary(k => k, _ => odd), []);
            foreach (var setting in texts)
            {
                var values = kind.EnabledBy.ToDictionary(k => k, _ => "http://h:1/");
                values[setting.Key] = odd;
                await TryAsync(kind, values, []);
            }
            foreach (var setting in kind.Shared?.Settings.Where(s => s.Kind == SettingKind.Text) ?? [])
                await TryAsync(kind, kind.EnabledBy.ToDictionary(k => k, _ => "x"), new() { [setting.Key] = odd });
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task EachCanBeAskedWhetherItIsThere(string name)
    {
        var kind = DestinationKinds.Find(name)!;
        await TryAsync(kind, kind.EnabledBy.ToDictionary(k => k, k => k is "hostport" or "forwarder" && !kind.IsHttp ? "h:1" : "http://h:1/"), [], isAsked: true);
    }

    private static async Task TryAsync(DestinationKind kind, Dictionary<string, string> values, Dictionary<string, string> shared, bool isAsked = false)
    {
        // Keys are there, so that what follows them is reached.
        foreach (var (key, value) in new[] { ("accesskeyid", "A"), ("secretaccesskey", "B"), ("region", "eu-west-1") })
            if (kind.Shared?.Settings.Any(s => s.Key == key) == true) shared.TryAdd(key, value);

        foreach (var key in kind.EnabledBy)
            if (kind.Settings.First(s => s.Key == key) is { Kind: SettingKind.Flag } or { Choices.Count: > 0 })
                values[key] = kind.Settings.First(s => s.Key == key) is { Choices.Count: > 0 } choice ? choice.Choices[^1] : "true";
        var section = kind.Shared is null ? "" : $"{kind.Shared.Section}: {{{string.Join(", ", shared.Select(v => $"'{v.Key}': '{v.Value}'"))}}}\n";
        var yaml = $"{section}destinations: [{{name: d, kind: {kind.Name}, {string.Join(", ", values.Select(v => $"'{v.Key}': '{v.Value}'"))}}}]";
        try
        {
            var configuration = HubConfigurationReader.ReadText(yaml, _ => null);
            var instance = Assert.Single(configuration.Destinations);
            await using var destination = kind.Create(AlertHub.Context(instance, configuration, TimeProvider.System, NullLoggerFactory.Instance));
            if (isAsked) await AskAsync(destination);
        }
        catch (ConfigurationException e)
        {
            Assert.True(e.Message.Length > 10, e.Message);
        }
        catch (Exception e)
        {
            Assert.Fail($"{yaml}\n{e}");
        }
    }

    // The time is over at once, so that nobody is asked.
    private static async Task AskAsync(IDestination destination)
    {
        try
        {
            await destination.ProbeAsync(IngestEndpoint.TestAlert(), new CancellationToken(canceled: true));
            Assert.Fail("nobody was asked");
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            Assert.True(e.Message.Length > 5, e.Message);
        }
    }
}
