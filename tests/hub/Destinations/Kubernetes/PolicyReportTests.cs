using System.Text.Json.Nodes;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Delivery;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Kubernetes;

public sealed class PolicyReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Yaml(ApiServer server, string more = "")
    {
        File.WriteAllText(_folder.File("config"), $$"""
            current-context: here
            contexts: [{name: here, context: {cluster: c, user: u} }]
            clusters: [{name: c, cluster: {server: '{{server.Recorder.Address}}' } }]
            users: [{name: u, user: {token: abc} }]
            """);
        return $"policyreport: {{enabled: true, kubeconfig: '{_folder.File("config")}'{more}}}";
    }

    private static Alert InNamespace(string space, AlertPriority priority = AlertPriority.Warning, string rule = "A rule") => TestAlerts.Of(rule, priority, ("k8s.ns.name", space));

    private static IEnumerable<string?> Policies(ApiServer server, string space) => server.Results(space).Select(r => (string?)r["policy"]);

    [Fact]
    public async Task ResultsStandInTheReportOfTheirNamespaceOrTheClusters()
    {
        await using var server = await ApiServer.StartAsync();
        var typical = TestAlerts.Typical();
        var audit = TestAlerts.Of("Secret read", AlertPriority.Error, ("ka.target.namespace", "payments"), ("ka.target.resource", "secrets"), ("ka.target.name", "db"));
        Assert.Equal(DeliveryOutcome.Delivered, (await TestDestinations.DeliverAsync(Yaml(server, ", falconamespace: falco"), typical, audit, TestAlerts.Of("Elsewhere"))).All.Outcome);
        Assert.All(server.Recorder.Requests, r => Assert.Equal("Bearer abc", r.Headers["Authorization"]));
        var report = server.Report("payments")!;
        Assert.Equal("""{"pass":0,"fail":1,"warn":1,"error":0,"skip":0}""", report["summary"]!.ToJsonString());
        Assert.Equal("""[{"apiVersion":"v1","kind":"Namespace","name":"falco","uid":"8f1c","controller":false}]""", report["metadata"]!["ownerReferences"]!.ToJsonString());
        var results = server.Results("payments");
        Assert.Equal(("Terminal shell in container", "Falco", "warn", "medium", typical.Output), ((string?)results[0]["policy"], (string?)results[0]["source"], (string?)results[0]["result"], (string?)results[0]["severity"], (string?)results[0]["message"]));
        Assert.Equal("""{"seconds":1700000000,"nanos":123456789}""", results[0]["timestamp"]!.ToJsonString());
        Assert.Equal(("4711", "true", """["-c","x"]""", null), ((string?)results[0]["properties"]!["proc.pid"], (string?)results[0]["properties"]!["proc.is_exe_upper_layer"], (string?)results[0]["properties"]!["proc.args"], results[0]["properties"]!["fd.lport"]));
        Assert.Null(results[0]["resources"]);
        Assert.Equal("""[{"kind":"Secret","name":"db","apiVersion":"v1","namespace":"payments"}]""", results[1]["resources"]!.ToJsonString());
        Assert.Equal(["Elsewhere"], Policies(server, ""));
    }

    [Fact]
    public async Task LevelsAreResultsAndSeverities()
    {
        await using var server = await ApiServer.StartAsync();
        await TestDestinations.DeliverAsync(Yaml(server), [.. AlertPriorities.Levels.Select(p => TestAlerts.Of(priority: p))]);
        Assert.Equal("skip info,skip info,skip low,warn medium,fail high,fail critical,fail critical,fail critical", string.Join(',', server.Results("").Select(r => $"{r["result"]} {r["severity"]}")));
        Assert.Equal("""{"pass":0,"fail":4,"warn":1,"error":0,"skip":3}""", server.Report("")!["summary"]!.ToJsonString());
    }

    [Theory]
    [InlineData("false", "2 3 4")]
    [InlineData("true", "0 3 4")]
    public async Task AFullReportLosesItsOldestOrLeastSevere(string byPriority, string left)
    {
        await using var server = await ApiServer.StartAsync();
        await using var reports = TestDestinations.Create(Yaml(server, $", maxevents: 3, prunebypriority: {byPriority}"));
        AlertPriority[] levels = [AlertPriority.Critical, AlertPriority.Warning, AlertPriority.Debug, AlertPriority.Error, AlertPriority.Notice];
        for (var i = 0; i < levels.Length; i++)
            await reports.DeliverAsync([InNamespace("payments", levels[i], i.ToString(System.Globalization.CultureInfo.InvariantCulture))], TestContext.Current.CancellationToken);
        Assert.Equal(left.Split(' '), Policies(server, "payments"));
        Assert.Equal(3, server.Report("payments")!["summary"]!.AsObject().Sum(o => (int)o.Value!));
    }

    [Fact]
    public async Task AnotherStartGoesOnAndARepeatedDeliveryAddsNothing()
    {
        await using var server = await ApiServer.StartAsync();
        var alert = InNamespace("payments");
        for (var i = 0; i < 2; i++) Assert.Equal(DeliveryOutcome.Delivered, (await TestDestinations.DeliverAsync(Yaml(server), alert)).All.Outcome);
        await TestDestinations.DeliverAsync(Yaml(server), alert, InNamespace("payments", rule: "Another"));
        Assert.Equal(["A rule", "Another"], Policies(server, "payments"));
    }

    [Fact]
    public async Task WhatOthersWriteMeanwhileIsKept()
    {
        await using var server = await ApiServer.StartAsync();
        const string Path = "/apis/wgpolicyk8s.io/v1alpha2/namespaces/payments/policyreports/falco-policy-report";
        JsonObject Foreign(int count) => JsonNode.Parse($$$"""
            {"apiVersion":"wgpolicyk8s.io/v1alpha2","kind":"PolicyReport","metadata":{"name":"falco-policy-report","namespace":"payments","annotations":{"x":"y"}},
             "results":[{{{string.Join(',', Enumerable.Range(0, count).Select(i => $$$"""{"policy":"foreign {{{i}}}","result":"pass","severity":"info","properties":{}}"""))}}}]}
            """)!.AsObject();
        // Another one makes the report between our look and our write, then changes it, then removes it.
        server.BeforeWrite = () => server.Put(Path, Foreign(1));
        Assert.Equal(DeliveryOutcome.Delivered, (await TestDestinations.DeliverAsync(Yaml(server), InNamespace("payments"))).All.Outcome);
        Assert.Equal(["foreign 0", "A rule"], Policies(server, "payments"));
        server.BeforeWrite = () => server.Put(Path, Foreign(2));
        await TestDestinations.DeliverAsync(Yaml(server), InNamespace("payments"));
        Assert.Equal(["foreign 0", "foreign 1", "A rule"], Policies(server, "payments"));
        Assert.Equal("y", (string?)server.Report("payments")!["metadata"]!["annotations"]!["x"]);
        Assert.Equal("""{"pass":2,"fail":0,"warn":1,"error":0,"skip":0}""", server.Report("payments")!["summary"]!.ToJsonString());
    }

    [Fact]
    public async Task AReportThatIsChangedAllTheTimeIsTriedAgainLater()
    {
        await using var server = await ApiServer.StartAsync();
        await TestDestinations.DeliverAsync(Yaml(server), TestAlerts.Of());
        const string Path = "/apis/wgpolicyk8s.io/v1alpha2/clusterpolicyreports/falco-cluster-policy-report";
        void Change()
        {
            server.Put(Path, server.Report("")!);
            server.BeforeWrite = Change;
        }
        server.BeforeWrite = Change;
        var result = await TestDestinations.DeliverAsync(Yaml(server), TestAlerts.Of());
        Assert.Equal((DeliveryOutcome.Retry, "others change falco-cluster-policy-report all the time"), (result.All.Outcome, result.All.Reason));
    }

    [Fact]
    public async Task ANamespaceThatIsGoneHasItsResultsInTheClustersReport()
    {
        await using var server = await ApiServer.StartAsync();
        Assert.Equal(DeliveryOutcome.Delivered, (await TestDestinations.DeliverAsync(Yaml(server), InNamespace("gone"), InNamespace("payments"))).All.Outcome);
        Assert.Equal("gone", (string?)Assert.Single(server.Results(""))["properties"]!["k8s.ns.name"]);
        Assert.Single(server.Results("payments"));
    }

    [Fact]
    public async Task WithoutTheKindsNothingIsLost()
    {
        await using var server = await ApiServer.StartAsync();
        server.HasKinds = false;
        var result = await TestDestinations.DeliverAsync(Yaml(server), InNamespace("payments"));
        Assert.Equal(DeliveryOutcome.Retry, result.All.Outcome);
        Assert.StartsWith("the cluster does not know wgpolicyk8s.io/v1alpha2", result.All.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, DeliveryOutcome.Rejected)]
    [InlineData(500, DeliveryOutcome.Retry)]
    public async Task AStatusSaysWhatIsWrong(int status, DeliveryOutcome outcome)
    {
        await using var server = await ApiServer.StartAsync();
        server.Recorder.AnswerWith(status, """{"kind":"Status","message":"policyreports is not for you"}""");
        var result = await TestDestinations.DeliverAsync(Yaml(server), TestAlerts.Of());
        Assert.Equal((outcome, $"HTTP {status}: policyreports is not for you"), (result.All.Outcome, result.All.Reason));
    }

    [Fact]
    public async Task AReportFitsTheClustersStore()
    {
        await using var server = await ApiServer.StartAsync();
        var large = TestAlerts.Of(fields: [.. Enumerable.Range(0, 30).Select(i => ($"field.{i}", new string('ä', 1 << 16)))]) with { Output = string.Concat(Enumerable.Repeat("😀", 1 << 20)) };
        await using var reports = TestDestinations.Create(Yaml(server));
        for (var i = 0; i < 3; i++)
            Assert.Equal(DeliveryOutcome.Delivered, (await reports.DeliverAsync([.. Enumerable.Range(0, 20).Select(_ => large with { Id = Guid.CreateVersion7() })], TestContext.Current.CancellationToken)).All.Outcome);
        Assert.InRange(server.Results("").Count, 10, 59);
        await reports.DeliverAsync([TestAlerts.Of(fields: [.. Enumerable.Range(0, 10_000).Select(i => ($"a.field.of.many.{i}", new string('x', 400)))])], TestContext.Current.CancellationToken);
        var properties = server.Results("")[^1]["properties"]!.AsObject();
        Assert.EndsWith(" more", (string?)properties["…"], StringComparison.Ordinal);
        Assert.InRange(properties.Count, 50, 200);
    }
}
