using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.Filters;

public sealed class FilterCompilerTests
{
    private static readonly MadeUpFields Fields = new();

    [Theory]
    [InlineData("t.int = 4294967295", -1L, true)]
    [InlineData("t.int = +7", 7L, true)]
    [InlineData("t.uint = -1", -1L, true)]
    [InlineData("t.uint > -1", 5L, false)]
    [InlineData("t.uint = 99999999999999999999", -1L, true)]
    [InlineData("t.port = 99999", 34463L, true)]
    [InlineData("t.port = https", 443L, true)]
    [InlineData("t.port = ''", 0L, true)]
    public void Numbers_wrap_around_as_in_the_reference(string condition, long value, bool expected)
    {
        var name = condition.Split(' ')[0];
        var compiler = new FilterCompiler(Fields.Catalog, new FilterOptions { Services = ServiceTable.Parse("# comment\nhttps 443/tcp # tls\n") });
        Fields.Current = new EventValues { [name] = value };
        var context = default(EventContext);
        Assert.Equal(expected, compiler.Compile(condition).Matches(ref context, new EvaluationScratch()));
    }

    [Fact]
    public void Every_condition_with_a_shared_check_names_its_hosts()
    {
        var compiler = new FilterCompiler(new FieldCatalog(Peregrine.Filters.Fields.SyscallFields.All));
        var shared = ConditionParser.Parse("fd.sip.name = api.example.com");
        Assert.Equal("api.example.com", Assert.Single(compiler.Compile(shared).Hosts).Name);
        Assert.Equal("api.example.com", Assert.Single(compiler.Compile(shared).Hosts).Name);
    }

    [Fact]
    public void A_number_that_wraps_is_warned_about()
    {
        var compiler = new FilterCompiler(Fields.Catalog);
        compiler.Compile("t.uint > -1 and t.int = 5");
        var warning = Assert.Single(compiler.Warnings);
        Assert.Equal(FilterWarningKind.NumberOutOfRange, warning.Kind);
        Assert.False(warning.IsReference);
    }

    [Theory]
    [InlineData("t.int = 1x", "1x is not a valid number")]
    [InlineData("t.int = ''", " is not a valid number")]
    [InlineData("t.flag = yes", "filter error: unrecognized boolean value yes")]
    [InlineData("t.ip = 1.2.3.4.5", "unrecognized IPv4 address 1.2.3.4.5")]
    [InlineData("t.ip = 01.2.3.4", "unrecognized IPv4 address 01.2.3.4")]
    [InlineData("t.ip = zz", "unrecognized IPv6 address zz")]
    [InlineData("t.ip = ::ffff:1.2.3.4", "unrecognized IPv4 address ::ffff:1.2.3.4")]
    [InlineData("t.net = 10.0.0.0/33", "invalid netmask 33")]
    [InlineData("t.net = 10.0.0/8", "unrecognized IP address 10.0.0/8")]
    [InlineData("t.net = 10.0.0.0", "unrecognized IP network 10.0.0.0")]
    [InlineData("t.net = 10.0.0.0/", " is not a valid number")]
    [InlineData("t.net = 10.0.0.0/8/9", "8/9 is not a valid number")]
    [InlineData("t.net = ::1", "invalid v6 netmask: ::1")]
    [InlineData("t.net = fe80::/129", "invalid v6 netmask 129")]
    [InlineData("t.net = fe80:::/64", "unrecognized IPv6 address fe80:::/64")]
    [InlineData("t.nothing exists", "filter_check called with nonexistent field t.nothing")]
    [InlineData("t.list = a", "filter error: '=' operator not supported list filters")]
    [InlineData("t.text regex 'a('", "invalid regex pattern: missing ): a(")]
    [InlineData("t.text = val(t.list)", "field 't.text' has type 'CHARBUF' while the right-hand side field 't.list' has incompatible type 'CHARBUF (list)'")]
    [InlineData("t.text in val(t.list)", "field 't.text' has type 'CHARBUF' while the right-hand side field 't.list' has incompatible type 'CHARBUF (list)'")]
    [InlineData("t.any pmatch val(t.text)", "operator 'PMATCH' doesn't support right-hand side fields")]
    [InlineData("concat(t.path, t.text) = a", "concat() arguments must be strings")]
    [InlineData("getopt(t.numbers, 'a') in (a)", "getopt() arguments must be strings")]
    public void Mistakes_are_named(string condition, string message) =>
        Assert.Equal(message, Assert.Throws<FilterException>(() => new FilterCompiler(Fields.Catalog).Compile(condition)).Message);

    [Theory]
    [InlineData("= X")]
    [InlineData("glob X")]
    [InlineData("regex X")]
    [InlineData("pmatch (X)")]
    [InlineData("in (b, X)")]
    [InlineData("startswith oneof (X)")]
    public void A_constant_may_have_4095_bytes(string check)
    {
        var compiler = new FilterCompiler(Fields.Catalog);
        string Condition(int length) => "t.text " + check.Replace("X", new string('a', length), StringComparison.Ordinal);
        compiler.Compile(Condition(4095));
        Assert.StartsWith("filter parameter too long:aaa", Assert.Throws<FilterException>(() => compiler.Compile(Condition(4096))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mistake_has_its_place()
    {
        var error = Assert.Throws<FilterException>(() => new FilterCompiler(Fields.Catalog).Compile(ConditionParser.Parse("t.int = 1 and\n  t.int = x")));
        Assert.Equal(new SourcePosition(16, 2, 3), error.Position);
    }

    [Theory]
    [InlineData("tolower(t.list) in (a)", FilterSemantics.Reference, false)]
    [InlineData("tolower(t.list) in (a)", FilterSemantics.Strict, true)]
    [InlineData("t.text in tolower(t.text)", FilterSemantics.Reference, false)]
    [InlineData("t.text in tolower(t.text)", FilterSemantics.Strict, true)]
    [InlineData("tolower(t.list) in tolower(t.list)", FilterSemantics.Reference, true)]
    [InlineData("b64(t.buffer) = hi", FilterSemantics.Reference, false)]
    [InlineData("b64(t.buffer) = hi", FilterSemantics.Strict, true)]
    [InlineData("len(b64(t.buffer)) = 3", FilterSemantics.Reference, true)]
    public void What_a_transformer_ends_with_a_byte_equals_nothing_unless_strict(string condition, FilterSemantics semantics, bool expected)
    {
        Fields.Current = new EventValues { ["t.list"] = new[] { "A"u8.ToArray() }, ["t.text"] = "a"u8.ToArray(), ["t.buffer"] = "aGk="u8.ToArray() };
        var compiler = new FilterCompiler(Fields.Catalog, new FilterOptions { Semantics = semantics });
        var context = default(EventContext);
        Assert.Equal(expected, compiler.Compile(condition).Matches(ref context, new EvaluationScratch()));
        Assert.Equal(expected, compiler.Warnings.Count == 0);
    }

    [Theory]
    [InlineData("YWFhL2Jiag==", "aaa/bbj", true)]
    [InlineData("YWFhL2Jiag", "aaa/bbj", true)]
    [InlineData("YWFh!", "aaa", false)]
    [InlineData("YW Fh", "aaa", false)]
    [InlineData("YWF", "aa", false)]
    [InlineData("YWFhAGJi", "aaa", true)]
    public void Base64_may_lack_its_padding(string text, string decoded, bool expected)
    {
        Fields.Current = new EventValues { ["t.text"] = System.Text.Encoding.UTF8.GetBytes(text) };
        var context = default(EventContext);
        var filter = new FilterCompiler(Fields.Catalog).Compile($"b64(t.text) = {decoded}");
        Assert.Equal(expected, filter.Matches(ref context, new EvaluationScratch()));
    }

    [Fact]
    public void Deep_trees_are_refused_not_overflowed()
    {
        ConditionNode node = ConditionParser.Parse("t.text exists");
        for (var i = 0; i < 100_000; i++) node = new NotNode(node, default);
        Assert.StartsWith("exceeded max depth", Assert.Throws<FilterException>(() => new FilterCompiler(Fields.Catalog).Compile(node)).Message);
    }

    [Fact]
    public void A_list_of_a_hundred_thousand_compiles_and_finds()
    {
        var filter = new FilterCompiler(Fields.Catalog).Compile("t.text in (" + string.Join(',', Enumerable.Range(0, 100_000).Select(i => "v" + i)) + ")");
        Fields.Current = new EventValues { ["t.text"] = "v99999"u8.ToArray() };
        var context = default(EventContext);
        Assert.True(filter.Matches(ref context, new EvaluationScratch()));
    }

    [Fact]
    public void Types_that_are_transformed_or_compared_with_a_field_cannot_be_inferred()
    {
        Assert.Throws<FilterException>(() => EventTypeInference.Infer(ConditionParser.Parse("tolower(evt.type) = open")));
        Assert.Throws<FilterException>(() => EventTypeInference.Infer(ConditionParser.Parse("evt.type = val(syscall.type)")));
        Assert.Equal([EventType.GenericE, EventType.GenericX], EventTypeInference.Infer(ConditionParser.Parse("evt.type = sched_yield")));
        Assert.Contains(EventType.AsynceventE, EventTypeInference.Infer(ConditionParser.Parse("evt.type = of_a_plugin")));
        Assert.Equal(EventSchema.Count - 2, EventTypeInference.Infer(ConditionParser.Parse("evt.type != allof (close, close)")).Count);
    }
}
