using System.Text.Json;
using Peregrine.Rules;
using Xunit;

namespace Peregrine.ConformanceTests;

/// <summary>
/// The groups whose events come from plugins. Their rules must load with the plugins' fields; what the rules find is compared once plugins can be loaded, and said to be missing until then.
/// </summary>
public sealed class PluginGroupTests
{
    private const string Audit = "5_k8s_audit";
    private const string Cloudtrail = "5_cloudtrail_hist";
    private const string PodPolicies = "5_psp";

    private const string NoPlugins = "its events are taken apart by binary plugins (k8saudit, cloudtrail, json), which the sensor does not load yet; that the rules load is checked";
    private const string NoPolicies = "asks for rules made of a PodSecurityPolicy, an interface that Kubernetes removed in 1.25 and the reference's own tool no longer converts";

    public static IEnumerable<TheoryDataRow<string>> AuditNames() => ConformanceData.Names(Audit);

    public static IEnumerable<TheoryDataRow<string>> CloudtrailNames() => ConformanceData.Names(Cloudtrail);

    public static IEnumerable<TheoryDataRow<string>> PolicyNames() => ConformanceData.Names(PodPolicies);

    [Theory]
    [MemberData(nameof(AuditNames))]
    public void RulesForKubernetesAuditEventsLoad(string name) => ConformanceData.Run(Audit, name, test =>
    {
        Loads(test.GetProperty("rules"), [.. test.GetProperty("plugins").EnumerateArray().Select(p => p.GetString()!)]);
        throw new CaseSkippedException(NoPlugins);
    });

    [Theory]
    [MemberData(nameof(CloudtrailNames))]
    public void RulesForCloudtrailEventsLoad(string name) => ConformanceData.Run(Cloudtrail, name, test =>
    {
        if (test.TryGetProperty("rules_file", out var files)) Loads(files, ["cloudtrail", "json"]);
        throw new CaseSkippedException(NoPlugins);
    });

    [Theory]
    [MemberData(nameof(PolicyNames))]
    public void PodSecurityPoliciesAreNotConverted(string name) => ConformanceData.Run(PodPolicies, name, _ => throw new CaseSkippedException(NoPolicies));

    private static void Loads(JsonElement files, string[] plugins)
    {
        var loader = new RuleLoader(RuleCatalogs.Options(plugins, []));
        foreach (var file in files.EnumerateArray().Select(f => f.GetString()!))
        {
            var result = loader.Load(Path.GetFileName(file), File.ReadAllBytes(ConformanceData.File(file)));
            Assert.True(result.Successful, result.ToText());
        }
    }
}
