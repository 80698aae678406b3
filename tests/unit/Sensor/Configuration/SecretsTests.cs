using Peregrine.Sensor.Configuration;
using Xunit;

namespace Peregrine.UnitTests.Sensor.Configuration;

public sealed class SecretsTests
{
    [Theory]
    [InlineData("url: https://user:hunter2@host/path", "url: https://***@host/path")]
    [InlineData("output http: https://hunter2@host did not answer", "output http: https://***@host did not answer")]
    [InlineData("https://hooks.slack.com/services/T0/B0/hunter2 answered 404", "https://hooks.slack.com/*** answered 404")]
    [InlineData("https://user:p@hunter2@host:8080/", "https://***@host:8080/")]
    [InlineData("  token: hunter2", "  token: ***")]
    [InlineData("  api_key: \"hunter2 and more\"", "  api_key: ***")]
    [InlineData("{password: 'hunter2', a: b}", "{password: ***, a: b}")]
    [InlineData("GET /x?access_key=hunter2&y=1", "GET /x?access_key=***&y=1")]
    [InlineData("Authorization: Bearer hunter2", "Authorization: Bearer ***")]
    [InlineData("curl -H 'authorization: Basic aHVudGVyMg==' x", "curl -H 'authorization: Basic ***' x")]
    [InlineData("json_output: true", "json_output: true")]
    [InlineData("Rules: /etc/peregrine/rules.yaml", "Rules: /etc/peregrine/rules.yaml")]
    public void Credentials_are_hidden_and_the_rest_is_not(string text, string shown) => Assert.Equal(shown, Secrets.Hide(text));

    [Fact]
    public void Options_with_secrets_are_shown_by_their_key() =>
        Assert.Equal(
            ["-o", "http_output.url=***", "-ohttp_output.url=***", "--option=plugins[0].init_config.token=***", "-o", "json_output=true", "-r", "x.yaml"],
            Secrets.HideArguments(["-o", "http_output.url=https://h/hunter2", "-ohttp_output.url=https://h/hunter2", "--option=plugins[0].init_config.token=hunter2", "-o", "json_output=true", "-r", "x.yaml"]));

    [Fact]
    public void A_secret_over_several_lines_goes_as_a_whole() =>
        Assert.Equal("a: 1\n  token: ***\nb: 2\n- password: ***\nc: 3", Secrets.HideFile("a: 1\n  token: |\n    hunter2\n\n    more\nb: 2\n- password:\n    hunter2\nc: 3"));

    [Theory]
    [InlineData("http_output={enabled: true, url: 'ftp://h/hunter2'}")]
    [InlineData("http_output.url={a: hunter2}", "http_output.enabled=true")]
    [InlineData("program_output.program[0].token=hunter2", "program_output.enabled=true")]
    public void Errors_about_options_show_no_secret(params string[] options)
    {
        var sources = new ConfigSources();
        var error = Assert.Throws<ConfigException>(() => new ConfigInput(_ => null, "/dev/null", [.. options, "priority=loud"]).Read(sources));
        Assert.DoesNotContain("hunter2", sources.Describe(error), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_value_of_a_secret_key_is_not_repeated()
    {
        var loaded = new ConfigLoader(_ => null, new ConfigSources()).Load("/dev/null", ["http_output.token=hunter2"]);
        Assert.DoesNotContain("hunter2", string.Join('\n', loaded.Warnings), StringComparison.Ordinal);
    }
}
