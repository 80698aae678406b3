using Peregrine.Hub.Templates;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Templates;

public sealed class MessageTemplateTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("{{ .Rule }}|{{.Priority}}|{{ .Source }}|{{ .Hostname }}", "Terminal shell in container|Warning|syscall|node-1")]
    [InlineData("{{ index .OutputFields \"k8s.ns.name\" }}", "payments")]
    [InlineData("{{ index .OutputFields \"nothing\" }}", "<no value>")]
    [InlineData("a {{- .Rule -}}  b", "aTerminal shell in containerb")]
    [InlineData("{{/* nothing */}}x", "x")]
    [InlineData("{{ range .Tags }}<{{ . }}>{{ end }}", "<container><mitre_execution>")]
    [InlineData("{{ range $i, $t := .Tags }}{{ if $i }}, {{ end }}{{ $t }}{{ end }}", "container, mitre_execution")]
    [InlineData("{{ range $i, $t := .Tags }}{{ if eq $i 1 }}{{ break }}{{ end }}{{ $t }}{{ else }}none{{ end }}", "container")]
    [InlineData("{{ with index .OutputFields \"proc.pid\" }}pid {{ . }}{{ else }}?{{ end }}", "pid 4711")]
    [InlineData("{{ if and (eq .Priority \"Warning\") (gt (len .Tags) 1) }}yes{{ else if true }}no{{ end }}", "yes")]
    [InlineData("{{ if eq .Priority \"Notice\" \"Warning\" }}one of them{{ end }}", "one of them")]
    [InlineData("{{ .Rule | printf \"%-30s|\" }}", "Terminal shell in container   |")]
    [InlineData("{{ printf \"%05d %x %q %.1f%%\" 42 255 \"a\\\"b\" 2.55 }}", "00042 ff \"a\\\"b\" 2.5%")]
    [InlineData("{{ $x := \"a\" }}{{ if true }}{{ $x = \"b\" }}{{ end }}{{ $x }}", "b")]
    [InlineData("{{ slice .Rule 0 8 }}", "Terminal")]
    [InlineData("{{ html \"<a>&\" }}", "&lt;a&gt;&amp;")]
    [InlineData("{{ urlquery \"a b&c\" }}", "a+b%26c")]
    [InlineData("{{ .Tags }}", "[container mitre_execution]")]
    [InlineData("{{ not true }} {{ or \"\" \"x\" }} {{ print 1 2 \"a\" 3 }}", "false x 1 2a3")]
    [InlineData("{{ `raw }} text` }}", "raw }} text")]
    public void TemplatesAreRenderedAsGoDoes(string template, string expected) => Assert.Equal(expected, MessageTemplate.Parse(template).Render(TestAlerts.Typical()));

    [Fact]
    public void TemplatedFieldsSeeTheOutputFieldsAlone() =>
        Assert.Equal("payments/4711", MessageTemplate.Parse("{{ index . \"k8s.ns.name\" }}/{{ index . \"proc.pid\" }}").RenderFields(TestAlerts.Typical()));

    [Theory]
    [InlineData("{{ .Rule", "unclosed action")]
    [InlineData("line\n  {{ nosuch 1 }}", "line 2")]
    [InlineData("{{ if true }}x", "{{end}} is missing")]
    [InlineData("{{ end }}", "unexpected {{end}}")]
    [InlineData("{{ $x }}", "undefined variable \"$x\"")]
    [InlineData("{{ define \"a\" }}{{ end }}", "not supported")]
    [InlineData("{{ break }}", "outside {{range}}")]
    [InlineData("{{ \"a }}", "unclosed action")]
    public void WhatIsNoTemplateIsRefusedWithItsPlace(string template, string message) =>
        Assert.Contains(message, Assert.Throws<TemplateException>(() => MessageTemplate.Parse(template)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{{ index .Tags 7 }}")]
    [InlineData("{{ lt .Rule 1 }}")]
    [InlineData("{{ .Rule.Name }}")]
    [InlineData("{{ len 3 }}")]
    [InlineData("{{ slice .Rule 5 2 }}")]
    [InlineData("{{ eq 1 }}")]
    public void WhatCannotBeRenderedIsAnErrorOfTheTemplate(string template) =>
        Assert.Throws<TemplateException>(() => MessageTemplate.Parse(template).Render(TestAlerts.Typical()));

    [Fact]
    public void HostileTemplatesEnd()
    {
        Assert.Throws<TemplateException>(() => MessageTemplate.Parse(string.Concat(Enumerable.Repeat("{{ if true }}", 10_000))));
        Assert.Throws<TemplateException>(() => MessageTemplate.Parse("{{ " + new string('(', 10_000) + " }}"));
        var large = MessageTemplate.Parse("{{ range 1000000 }}{{ printf \"%9999s\" \"x\" }}{{ end }}").Render(TestAlerts.Typical());
        Assert.True(large.Length <= 256 * 1024);
    }
}
