using System.Text;
using System.Text.Json;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Ingest;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Alerts;

public sealed class AlertReaderTests
{
    private static Alert Read(string json) => AlertReader.Read(Encoding.UTF8.GetBytes(json));

    private static string WithFields(string fields) => """{"rule":"a","priority":"info","time":"2023-11-14T22:13:20Z","output_fields":{""" + fields + "}}";

    [Fact]
    public void WritingAndReadingGivesTheSameAlert()
    {
        var alert = TestAlerts.Typical();
        var again = AlertReader.Read(alert.ToJson());
        Assert.Equal(alert.ToJson(), again.ToJson());
        Assert.Equal("2023-11-14T22:13:20.123456789Z", again.TimeText());
        Assert.Equal("1700000000123456789", again.FieldText("evt.time"));
        Assert.Equal("[\"-c\",\"x\"]", again.FieldText("proc.args"));
        Assert.True(again.Find("fd.lport")!.Value.IsNull);
    }

    [Theory]
    [InlineData("[]", "an alert is a JSON object")]
    [InlineData("{}", "no rule")]
    [InlineData("""{"rule":"x","time":"2023-11-14T22:13:20Z"}""", "no priority")]
    [InlineData("""{"rule":"x","priority":"loud","time":"2023-11-14T22:13:20Z"}""", "'loud'")]
    [InlineData("""{"rule":"x","priority":"info"}""", "no time")]
    [InlineData("""{"rule":"x","priority":"info","time":"yesterday"}""", "'yesterday'")]
    [InlineData("""{"rule":7,"priority":"info","time":"2023-11-14T22:13:20Z"}""", "'rule' is not a string")]
    [InlineData("""{"rule":"x","priority":"info","time":"2023-11-14T22:13:20Z","tags":"a"}""", "'tags' is not a list")]
    [InlineData("""{"rule":"x","priority":"info","time":"2023-11-14T22:13:20Z","output_fields":[1]}""", "'output_fields' is not an object")]
    [InlineData("""{"rule":"x",""", "invalid JSON at line 1")]
    public void WhatIsNoAlertIsRefusedWithItsReason(string json, string reason) =>
        Assert.Contains(reason, Assert.Throws<AlertException>(() => Read(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void TheLastOfTwoEqualKeysCounts()
    {
        var alert = Read("""{"rule":"a","rule":"b","priority":"info","time":"2023-11-14T22:13:20Z","output_fields":{"x":"1","y":"2","x":"3"}}""");
        Assert.Equal("b", alert.Rule);
        Assert.Equal([("x", "3"), ("y", "2")], alert.Fields.Select(f => (f.Name, f.Value.Text)));
    }

    [Fact]
    public void ManyFieldsWithRepeatsKeepTheirLastValues()
    {
        var fields = string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"\"f{i % 5000}\":{i}"));
        var alert = Read(WithFields(fields));
        Assert.Equal(5000, alert.Fields.Count);
        Assert.Equal("9999", alert.FieldText("f4999"));
    }

    [Fact]
    public void TooManyFieldsAndTooDeepValuesAreRefused()
    {
        var fields = string.Join(',', Enumerable.Range(0, AlertReader.MaxFields + 1).Select(i => $"\"f{i}\":{i}"));
        Assert.Throws<AlertException>(() => Read(WithFields(fields)));
        var deep = new string('[', 100_000) + new string(']', 100_000);
        Assert.Throws<AlertException>(() => Read(WithFields("\"x\":" + deep)));
    }

    [Fact]
    public void BytesThatAreNoTextDoNotCostTheAlert()
    {
        var bytes = Encoding.UTF8.GetBytes("""{"rule":"a","priority":"info","time":"2023-11-14T22:13:20Z","output":"file @@ opened"}""");
        bytes.AsSpan().Replace((byte)'@', (byte)0xff);
        Assert.Equal("file \ufffd\ufffd opened", AlertReader.Read(bytes).Output);
    }

    [Theory]
    [InlineData("2023-11-14T22:13:20+01:00", "2023-11-14T21:13:20Z")]
    [InlineData("2023-11-14T22:13:20.5+0000", "2023-11-14T22:13:20.5Z")]
    [InlineData("2023-11-14T22:13:20.1234567899Z", "2023-11-14T22:13:20.123456789Z")]
    public void TimesHaveAnyOffsetAndPrecision(string time, string expected) =>
        Assert.Equal(expected, Read($$"""{"rule":"a","priority":"info","time":"{{time}}"}""").TimeText());

    [Theory]
    [InlineData("{A}", 1)]
    [InlineData("[{A},{A}]", 2)]
    [InlineData("{A}\n{A}\n{A}\n", 3)]
    [InlineData("{A}{A}", 2)]
    [InlineData("[]", 0)]
    public void ABodyHoldsOneAlertOrMany(string shape, int count)
    {
        var body = AlertBody.Read(Encoding.UTF8.GetBytes(shape.Replace("{A}", TestAlerts.Json, StringComparison.Ordinal)));
        Assert.Empty(body.Errors);
        Assert.Equal(count, body.Alerts.Count);
    }

    [Fact]
    public void OneThatIsNoAlertDoesNotCostTheOthers()
    {
        var body = AlertBody.Read(Encoding.UTF8.GetBytes($"{TestAlerts.Json}\n{{\"rule\":7,\"output_fields\":{{\"a\":[1,2]}}}}\n3\n{TestAlerts.Json}\n{{\"rule\":"));
        Assert.Equal(2, body.Alerts.Count);
        Assert.Equal(3, body.Errors.Count);
        Assert.StartsWith("alert 2: ", body.Errors[0], StringComparison.Ordinal);
        Assert.StartsWith("alert 3: ", body.Errors[1], StringComparison.Ordinal);
        Assert.StartsWith("invalid JSON", body.Errors[2], StringComparison.Ordinal);
    }

    [Fact]
    public void NumbersKeepTheirDigits()
    {
        var alert = Read("""{"rule":"a","priority":"info","time":"2023-11-14T22:13:20Z","output_fields":{"big":18446744073709551616,"small":0.10}}""");
        using var written = JsonDocument.Parse(alert.ToJson());
        Assert.Equal("18446744073709551616", written.RootElement.GetProperty("output_fields").GetProperty("big").GetRawText());
        Assert.Equal("0.10", written.RootElement.GetProperty("output_fields").GetProperty("small").GetRawText());
    }
}
