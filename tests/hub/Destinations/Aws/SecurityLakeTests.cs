using System.Text;
using System.Text.Json;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Aws.Ocsf;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Aws;

/// <summary>Files for Security Lake, kept by a server of S3's protocol and read by a reader of Parquet that is not ours.</summary>
public sealed class SecurityLakeTests
{
    private const long Second = 1_000_000_000;
    private const long Day = 86_400 * Second;

    private static string Yaml(string host, string key = "S3RVER", string settings = "") =>
        $"aws: {{accesskeyid: {key}, secretaccesskey: S3RVER, securitylake: {{bucket: lake, region: eu-west-1, prefix: /ext/falco/, accountid: '123456789012', endpoint: '{host}'{settings}}}}}";

    private static Alert At(long day, long second, string rule = "r") => new() { Id = Guid.NewGuid(), UnixNanoseconds = (19_000 + day) * Day + second * Second, Priority = AlertPriority.Error, Rule = rule };

    private static async Task<JsonElement> ReadAsync(string file)
    {
        using var document = JsonDocument.Parse(await ServerProcess.RunAsync("node", NpmPeers.File("read-parquet.mjs"), file));
        return document.RootElement.Clone();
    }

    private static async Task<JsonElement> WriteAndReadAsync<T>(Func<Alert, byte[], T> row, params Alert[] alerts)
        where T : class
    {
        using var folder = new TemporaryFolder();
        using var content = new FindingContent<T>(alerts, row);
        await File.WriteAllBytesAsync(folder.File("f.parquet"), await content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        return await ReadAsync(folder.File("f.parquet"));
    }

    private static async Task<JsonElement> FindingAsync(Alert alert) => (await WriteAndReadAsync(DetectionFinding.Of, alert)).GetProperty("rows")[0];

    private static string? Text(JsonElement element, params string[] path)
    {
        foreach (var name in path)
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element)) return null;
        return element.ValueKind == JsonValueKind.Null ? null : element.ToString();
    }

    [Fact]
    public async Task EachDayOfEventsIsAFileInItsPartitionOrderedByTimeAndARepetitionIsTheSameFile()
    {
        await using var server = await ObjectServer.StartAsync("lake");
        Alert[] batch = [At(1, 20), At(0, 9), At(1, 5), At(0, 86_399), At(1, 10)];
        await using var destination = TestDestinations.Create(Yaml(server.Address));
        for (var i = 0; i < 2; i++) Assert.Equal(DeliveryOutcome.Delivered, (await destination.DeliverAsync(batch, TestContext.Current.CancellationToken)).All.Outcome);
        var objects = server.Objects().OrderBy(o => o.Key, StringComparer.Ordinal).ToList();
        Assert.Equal(2, objects.Count);
        Assert.Matches("^lake/ext/falco/region=eu-west-1/accountId=123456789012/eventDay=20220108/[0-9a-f-]{36}\\.parquet$", objects[0].Key);
        Assert.Matches("^lake/ext/falco/region=eu-west-1/accountId=123456789012/eventDay=20220109/[0-9a-f-]{36}\\.parquet$", objects[1].Key);
        string[] Ids(JsonElement file) => [.. file.GetProperty("rows").EnumerateArray().Select(r => Text(r, "finding_info", "uid")!)];
        Assert.Equal([batch[1].Id.ToString(), batch[3].Id.ToString()], Ids(await ReadAsync(objects[0].Value)));
        Assert.Equal([batch[2].Id.ToString(), batch[4].Id.ToString(), batch[0].Id.ToString()], Ids(await ReadAsync(objects[1].Value)));
    }

    [Fact]
    public async Task AKeyThatNobodyKnowsIsRefused()
    {
        await using var server = await ObjectServer.StartAsync("lake");
        var result = await TestDestinations.DeliverAsync(Yaml(server.Address, "wrong"), At(0, 0), At(1, 0));
        Assert.Equal((DeliveryOutcome.Rejected, DeliveryOutcome.Rejected), (result[0].Outcome, result[1].Outcome));
        Assert.Contains("InvalidAccessKeyId", result.All.Reason, StringComparison.Ordinal);
        Assert.Empty(server.Objects());
    }

    [Fact]
    public async Task FilesKeepToTheLakesFormat()
    {
        Alert[] alerts = [.. Enumerable.Range(0, 3000).Select(i => TestAlerts.Typical() with { Id = Guid.NewGuid() }), TestAlerts.Of("Huge", fields: ("f", new string('"', 1024 * 1024)))];
        var file = await WriteAndReadAsync(DetectionFinding.Of, alerts);
        Assert.Equal(3001, file.GetProperty("rows").GetArrayLength());
        var groups = file.GetProperty("groups").EnumerateArray().ToList();
        Assert.InRange(groups.Count, 2, 20);
        Assert.Equal(3001, groups.Sum(g => g.GetProperty("rows").GetInt32()));
        // A column's pages of one group together.
        Assert.All(groups.SelectMany(g => g.GetProperty("columns").EnumerateArray()), c => Assert.True(Text(c, "codec") == "ZSTD" && c.GetProperty("bytes").GetInt64() <= 1024 * 1024, c.ToString()));
        Assert.Contains(file.GetProperty("rows").EnumerateArray(), r => Text(r, "unmapped", "f")?.EndsWith("\"…", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task AnAlertIsADetectionFindingWithAllItsFields()
    {
        var alert = TestAlerts.Typical();
        var row = await FindingAsync(alert);
        foreach (var (column, value) in new Dictionary<string, string>
        {
            ["activity_id"] = "1",
            ["activity_name"] = "Create",
            ["category_uid"] = "2",
            ["category_name"] = "Findings",
            ["class_uid"] = "2004",
            ["class_name"] = "Detection Finding",
            ["type_uid"] = "200401",
            ["type_name"] = "Detection Finding: Create",
            ["status_id"] = "1",
            ["status"] = "New",
            ["time"] = "1700000000123",
            ["message"] = alert.Output,
            ["raw_data"] = Encoding.UTF8.GetString(alert.ToJson()),
            ["metadata.version"] = "1.3.0",
            ["metadata.product.name"] = "Falco",
            ["metadata.product.vendor_name"] = "Falcosecurity",
            ["metadata.uid"] = alert.Id.ToString(),
            ["metadata.log_name"] = "syscall",
            ["metadata.original_time"] = "2023-11-14T22:13:20.123456789Z",
            ["metadata.labels"] = "[\"container\",\"mitre_execution\"]",
            ["finding_info.uid"] = alert.Id.ToString(),
            ["finding_info.title"] = alert.Rule,
            ["finding_info.desc"] = alert.Output,
            ["finding_info.types"] = "[\"syscall\"]",
            ["finding_info.created_time"] = "1700000000123",
            ["finding_info.analytic.name"] = alert.Rule,
            ["finding_info.analytic.type_id"] = "1",
            ["device.hostname"] = "node-1",
            ["device.type_id"] = "0",
        })
            Assert.Equal((column, value), (column, Text(row, column.Split('.'))));
        var unmapped = row.GetProperty("unmapped");
        Assert.Equal(alert.Fields.Select(f => f.Name), unmapped.EnumerateObject().Select(f => f.Name));
        Assert.All(alert.Fields, f => Assert.Equal(f.Value.IsNull ? null : f.Value.Text, Text(unmapped, f.Name)));
        var attack = Assert.Single(row.GetProperty("finding_info").GetProperty("attacks").EnumerateArray());
        Assert.Equal(("Execution", "TA0002", null), (Text(attack, "tactic", "name"), Text(attack, "tactic", "uid"), Text(attack, "technique", "uid")));
    }

    [Fact]
    public async Task AllLevelsHaveASeverity()
    {
        var file = await WriteAndReadAsync(DetectionFinding.Of, [.. AlertPriorities.Levels.Select((p, i) => At(0, i) with { Priority = p })]);
        Assert.Equal(["1 Informational", "1 Informational", "2 Low", "3 Medium", "4 High", "5 Critical", "6 Fatal", "6 Fatal"], file.GetProperty("rows").EnumerateArray().Select(r => $"{Text(r, "severity_id")} {Text(r, "severity")}"));
    }

    [Fact]
    public async Task WhatAnAlertDoesNotSayIsAbsent()
    {
        var row = await FindingAsync(At(0, 1));
        Assert.Equal("r", Text(row, "message"));
        foreach (var column in new[] { "device", "resources", "evidences", "observables", "unmapped", "metadata.labels", "metadata.log_name", "finding_info.desc", "finding_info.types", "finding_info.attacks" }) Assert.Equal((column, null), (column, Text(row, column.Split('.'))));
    }

    [Fact]
    public async Task EvidenceStandsWhereTheSchemaWantsIt()
    {
        (string, string)[] fields =
        [
            ("proc.pid", "4711"), ("proc.name", "sh"), ("proc.cmdline", "sh -c \"x\""), ("proc.exepath", "/bin/sh"), ("proc.ppid", "1"), ("proc.pname", "init"), ("user.name", "root"), ("user.uid", "0"), ("container.id", "abc"),
            ("container.name", "web"), ("container.image.id", "sha"), ("container.image.repository", "nginx"), ("fd.name", "/etc/shadow"), ("fd.type", "file"), ("fd.cip", "10.0.0.1"), ("fd.cport", "40000"), ("fd.sip", "10.0.0.2"), ("fd.sport", "443"),
            ("k8s.pod.name", "pod-1"), ("k8s.ns.name", "payments"),
        ];
        var row = await FindingAsync(TestAlerts.Of(fields: fields) with { Tags = ["T1059", "T1552.001", "mitre_lateral_movement", "Tea", "mitre_magic", "T1.2.3"] });
        var evidence = Assert.Single(row.GetProperty("evidences").EnumerateArray());
        foreach (var (path, value) in new Dictionary<string, string>
        {
            ["actor.process.pid"] = "4711",
            ["actor.process.name"] = "sh",
            ["actor.process.cmd_line"] = "sh -c \"x\"",
            ["actor.process.file.path"] = "/bin/sh",
            ["actor.process.file.name"] = "sh",
            ["actor.process.parent_process.pid"] = "1",
            ["actor.process.parent_process.name"] = "init",
            ["actor.user.name"] = "root",
            ["actor.user.uid"] = "0",
            ["container.uid"] = "abc",
            ["container.name"] = "web",
            ["container.image.name"] = "nginx",
            ["container.image.uid"] = "sha",
            ["file.path"] = "/etc/shadow",
            ["file.name"] = "shadow",
            ["file.type_id"] = "1",
            ["src_endpoint.ip"] = "10.0.0.1",
            ["src_endpoint.port"] = "40000",
            ["dst_endpoint.ip"] = "10.0.0.2",
            ["dst_endpoint.port"] = "443",
        })
            Assert.Equal((path, value), (path, Text(evidence, path.Split('.'))));
        var resource = Assert.Single(row.GetProperty("resources").EnumerateArray());
        Assert.Equal(("pod-1", "payments", "Pod"), (Text(resource, "name"), Text(resource, "namespace"), Text(resource, "type")));
        Assert.Equal(["T1059//", "T1552/T1552.001/", "//TA0008"], row.GetProperty("finding_info").GetProperty("attacks").EnumerateArray().Select(a => $"{Text(a, "technique", "uid")}/{Text(a, "sub_technique", "uid")}/{Text(a, "tactic", "uid")}"));
        var observables = row.GetProperty("observables").EnumerateArray().Select(o => $"{Text(o, "name")} {Text(o, "type_id")} {Text(o, "value")}").ToList();
        Assert.Equal("device.hostname 1 node-1", observables[0]);
        Assert.Superset(new HashSet<string> { "unmapped.fd.cip 2 10.0.0.1", "unmapped.user.name 4 root", "unmapped.proc.name 9 sh", "unmapped.proc.cmdline 13 sh -c \"x\"" }, observables.ToHashSet());
        // Without a process id there is no process, by the schema; who did it is told all the same.
        evidence = Assert.Single((await FindingAsync(TestAlerts.Of(fields: [("proc.name", "sh"), ("user.name", "root"), ("container.id", "host"), ("fd.name", "<NA>")]))).GetProperty("evidences").EnumerateArray());
        Assert.Equal(("root", null, null, null), (Text(evidence, "actor", "user", "name"), Text(evidence, "actor", "process"), Text(evidence, "container"), Text(evidence, "file")));
    }

    [Fact]
    public async Task TheReferencesClassCanBeHadForTablesOfOld()
    {
        await using var server = await ObjectServer.StartAsync("lake");
        var alert = TestAlerts.Typical();
        await TestDestinations.DeliverAsync(Yaml(server.Address, settings: ", class: securityfinding"), alert);
        var row = (await ReadAsync(Assert.Single(server.Objects()).Value)).GetProperty("rows")[0];
        Assert.Equal(("2001", "Security Finding", "200101", "0.1.0", "Warning", "Medium", "New"), (Text(row, "class_uid"), Text(row, "classname"), Text(row, "type_uid"), Text(row, "metadata", "version"), Text(row, "status"), Text(row, "severity"), Text(row, "state")));
        Assert.Equal((alert.Id.ToString(), alert.Rule, alert.Output), (Text(row, "finding", "uid"), Text(row, "finding", "title"), Text(row, "finding", "desc")));
        Assert.Equal(["hostname", "container.id", "evt.time", "k8s.ns.name", "proc.aname[2]", "proc.cmdline", "proc.is_exe_upper_layer", "proc.pid", "proc.args"], row.GetProperty("observables").EnumerateArray().Select(o => Text(o, "name")!));
    }

    [Theory]
    [InlineData("", 1000, 5)]
    [InlineData(", interval: 1, batchsize: 50", 50, 5)]
    [InlineData(", interval: 60", 1000, 60)]
    public void FilesWaitUntilTheyAreFullOrTheTimeIsOver(string settings, int most, int minutes)
    {
        var limits = Assert.Single(HubConfigurationReader.ReadText(Yaml("http://x", settings: settings), _ => null).Destinations).Delivery.Batch;
        Assert.Equal((most, TimeSpan.FromMinutes(minutes)), (limits.MaxAlerts, limits.MaxWait));
    }

    [Fact]
    public async Task WhatWaitsForItsFileOutlivesTheHub()
    {
        await using var server = await ObjectServer.StartAsync("lake");
        using var folder = new TemporaryFolder();
        await using (var hub = await RunningHub.StartAsync(folder.Path, Yaml(server.Address, settings: ", batchsize: 3")))
        using (var answer = await hub.PostAsync(TestAlerts.Json)) answer.EnsureSuccessStatusCode();
        Assert.Empty(server.Objects());
        await using (var hub = await RunningHub.StartAsync(folder.Path, Yaml(server.Address, settings: ", batchsize: 3")))
        {
            using (var answer = await hub.PostAsync($"[{TestAlerts.Json},{TestAlerts.Json}]")) answer.EnsureSuccessStatusCode();
            await Eventually.HoldsAsync(() => hub.Hub.Workers.Single().Counters.Delivered == 3, () => "the file was not written: " + hub.Hub.Workers.Single().Counters.LastError);
        }
        Assert.Equal(3, (await ReadAsync(Assert.Single(server.Objects()).Value)).GetProperty("rows").GetArrayLength());
    }

    [Fact]
    public async Task AFileThatIsFullOfLongEventsDoesNotWait()
    {
        await using var server = await ObjectServer.StartAsync("lake");
        using var folder = new TemporaryFolder();
        var json = Encoding.UTF8.GetString(TestAlerts.Of(fields: ("f", new string('x', 1024 * 1024))).ToJson());
        await using (var hub = await RunningHub.StartAsync(folder.Path, Yaml(server.Address)))
            for (var i = 0; i < 18; i++)
                using (var answer = await hub.PostAsync(json)) answer.EnsureSuccessStatusCode();
        await using (var hub = await RunningHub.StartAsync(folder.Path, Yaml(server.Address)))
            await Eventually.HoldsAsync(() => hub.Hub.Workers.Single().Counters.Delivered > 0, () => "16 MiB wait, and no file was written: " + hub.Hub.Workers.Single().Counters.LastError);
        Assert.InRange((await ReadAsync(Assert.Single(server.Objects()).Value)).GetProperty("rows").GetArrayLength(), 14, 16);
    }

    [Fact]
    public async Task TheSourcesOwnRoleWrites()
    {
        await using var aws = await HttpRecorder.StartAsync();
        aws.Answer = request => request.Path != "/sts" ? (200, "", []) : (200, TestRole.Answer(), []);
        await TestDestinations.DeliverAsync($"aws: {{region: eu-central-1, accesskeyid: key1, secretaccesskey: secret1, rolearn: 'arn:all', stsendpoint: '{aws.Address}/sts', securitylake: {{bucket: lake, region: eu-west-1, prefix: ext/falco, accountid: external_me, rolearn: 'arn:source', externalid: ext1, endpoint: '{aws.Address}'}}}}", At(0, 0));
        Assert.Equal(("arn:source", "ext1"), (aws.Requests[0].Form["RoleArn"], aws.Requests[0].Form["ExternalId"]));
        // The bucket's region signs, whatever region the events belong to.
        ReceivedSignature.Check(aws.Requests[1], "secret2", "eu-central-1", "s3");
        Assert.StartsWith("/lake/ext/falco/region=eu-west-1/accountId=external_me/eventDay=20220108/", aws.Requests[1].Path, StringComparison.Ordinal);
        Assert.Equal(("application/vnd.apache.parquet", "bucket-owner-full-control", Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(aws.Requests[1].Body))), (aws.Requests[1].Headers["Content-Type"], aws.Requests[1].Headers["x-amz-acl"], aws.Requests[1].Headers["x-amz-checksum-sha256"]));
    }
}
