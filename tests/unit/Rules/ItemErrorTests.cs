using Peregrine.Rules;
using Xunit;
using static Peregrine.UnitTests.Rules.RuleFiles;

namespace Peregrine.UnitTests.Rules;

/// <summary>What is wrong with an item is said with the reference's code and words, at the part of the item that is wrong.</summary>
public sealed class ItemErrorTests
{
    private const string Name = "- rule: r\n";
    private const string Head = Name + "  desc: d\n";
    private const string Full = Head + "  condition: evt.type=open\n  output: o\n  priority: INFO\n";
    private const string Exception = Full + "  exceptions:\n  - name: e\n";

    [Theory]
    [InlineData("a: b\n", "Rules content is not yaml array of objects")]
    [InlineData("- list: a\n  items: []\n---\nhello\n", "Rules content is not yaml")]
    [InlineData("- 5\n", "Unexpected element type. Each element should be a yaml associative array.")]
    [InlineData("- rule:\n", "Mapping for key 'rule' is empty")]
    [InlineData("- rule: ''\n", "Value must be non-empty")]
    [InlineData("- rule: [r]\n", "Value is not a scalar value")]
    [InlineData(Name, "Item has no mapping for key 'enabled'")]
    [InlineData(Head, "Item has no mapping for key 'condition'")]
    [InlineData(Head + "  condition: a\n", "Item has no mapping for key 'output'")]
    [InlineData(Head + "  condition: a\n  output: o\n", "Item has no mapping for key 'priority'")]
    [InlineData(Head + "  condition:\n", "Mapping for key 'condition' is empty")]
    [InlineData(Head + "  condition: {a: b}\n", "Value is not a scalar value")]
    [InlineData(Head + "  condition: a\n  output: o\n  priority: WARN\n", "Invalid priority")]
    [InlineData(Full + "  enabled: 0\n", "Can't decode YAML scalar value")]
    [InlineData(Full + "  enabled: tRUE\n", "Can't decode YAML scalar value")]
    [InlineData(Full + "  enabled:\n", "Mapping for key 'enabled' is empty")]
    [InlineData(Full + "  capture_duration: -1\n", "Can't decode YAML scalar value")]
    [InlineData(Full + "  source: [a]\n", "Value is not a scalar value")]
    [InlineData(Full + "  tags:\n", "Value is not a sequence")]
    [InlineData(Full + "  tags: [[a]]\n", "sequence value is not scalar")]
    [InlineData(Full + "  exceptions: x\n", "Rule exceptions must be a sequence")]
    [InlineData(Full + "  exceptions: [x]\n", "Rule exception must be a mapping")]
    [InlineData(Full + "  exceptions: [{name: }]\n", "Mapping for key 'name' is empty")]
    [InlineData(Exception, "Item has no mapping for key 'fields'")]
    [InlineData(Exception + "    fields: [proc.name]\n    values:\n", "Rule exception values must be a sequence")]
    [InlineData(Exception + "    fields: proc.name\n    values: ['']\n", "Value must be non-empty")]
    [InlineData("- list: l\n", "Item has no mapping for key 'items'")]
    [InlineData("- list: l\n  items:\n", "Value is not a sequence")]
    [InlineData("- list: l\n  items: [a, {b: c}]\n", "sequence value is not scalar")]
    [InlineData("- list: l\n  items: [a]\n  append: maybe\n", "Can't decode YAML scalar value")]
    [InlineData("- macro: m\n", "Item has no mapping for key 'condition'")]
    [InlineData("- required_engine_version: 0.30\n", "Unable to parse engine version '0.30' as a semver string. Expected \"x.y.z\" semver format.")]
    [InlineData("- required_engine_version: -1\n", "Unable to parse engine version '-1' as a semver string. Expected \"x.y.z\" semver format.")]
    [InlineData("- required_engine_version: [1]\n", "Value is not a scalar value")]
    [InlineData("- required_plugin_versions:\n", "Value of required_plugin_versions must be a sequence")]
    [InlineData("- required_plugin_versions: [a]\n", "Plugin version must be a mapping")]
    [InlineData("- required_plugin_versions: [{version: 1.0.0}]\n", "Item has no mapping for key 'name'")]
    [InlineData("- required_plugin_versions: [{name: a, version: 1.0.0, alternatives: b}]\n", "Value of plugin version alternatives must be a sequence")]
    [InlineData("- required_plugin_versions: [{name: a, version: 1.0.0, alternatives: [b]}]\n", "Plugin version alternative must be a mapping")]
    public void AFileOfTheWrongShapeIsRefused(string file, string message)
    {
        var error = Error(file);
        Assert.Equal((LoadErrorCode.YamlValidate, message), (error.Code, error.Message));
    }

    [Theory]
    [InlineData("- required_engine_version: 1.0.0\n", "Rules require engine version 1.0.0, but engine version is 0.62.0")]
    [InlineData("- required_engine_version: 63\n", "Rules require engine version 0.63.0, but engine version is 0.62.0")]
    [InlineData("- required_engine_version: 1.2.3.4\n", "Rules require engine version 1.2.3, but engine version is 0.62.0")]
    [InlineData("- required_plugin_versions: [{name: a, version: 1.0}]\n", "Invalid required version '1.0' for plugin 'a'")]
    [InlineData("- required_plugin_versions: [{name: a, version: 1.0.0, alternatives: [{name: b, version: q}]}]\n", "Invalid required version 'q' for plugin 'b'")]
    [InlineData(Name + "  enabled: false\n", "Rule has 'enabled' key but no rule by that name already exists")]
    [InlineData(Exception + "    fields:\n    values: [x]\n", "Rule exception item must have fields property with a list of fields")]
    [InlineData(Exception + "    fields: []\n    values: [[]]\n", "Rule exception item must have fields property with a list of fields")]
    [InlineData(Exception + "    fields: [[proc.name]]\n    values: [[x]]\n", "'' is not a supported filter field")]
    [InlineData(Exception + "    fields: [evt.arg]\n    values: [[x]]\n", "'evt.arg' is not a supported filter field")]
    [InlineData(Exception + "    fields: [proc.name, fd.name]\n    comps: [=]\n    values: [[x, y]]\n", "Fields and comps lists must have equal length")]
    [InlineData(Exception + "    fields: [proc.name]\n    comps: =\n    values: [[x]]\n", "Fields and comps lists must have equal length")]
    [InlineData(Exception + "    fields: proc.name\n    comps: [in]\n    values: [x]\n", "Fields and comps must both be strings")]
    [InlineData(Exception + "    fields: proc.name\n    comps: =\n    values: [x]\n",
        "When fields is a single value, comps must be one of (in, pmatch, intersects) or a modifier operator (e.g. startswith oneof)")]
    [InlineData(Exception + "    fields: [proc.name]\n    comps: [in oneof]\n    values: [[x]]\n", "'in oneof' is not a supported comparison operator")]
    [InlineData(Exception + "    fields: [proc.name]\n    values: [x]\n", "Fields and values lists must have equal length")]
    [InlineData(Exception + "    fields: [proc.name]\n    values: [{a: b}]\n", "Fields and values lists must have equal length")]
    [InlineData(Exception + "    fields: proc.name\n    values: [[x]]\n", "Expected values array to contain a list of strings")]
    public void WhatContradictsItselfOrTheEngineIsRefused(string file, string message)
    {
        var error = Error(file);
        Assert.Equal((LoadErrorCode.Validate, message), (error.Code, error.Message));
    }

    [Theory]
    [InlineData("  override:\n", "Item has no mapping for key 'enabled'")]
    [InlineData("  override: append\n  condition: x\n", "Item has no mapping for key 'output'")]
    [InlineData("  override: {condition: }\n  condition: x\n", "Invalid override operation for key 'condition': 'null'. Allowed values are: append replace ")]
    [InlineData("  override: {priority: foo}\n  priority: ERROR\n", "Invalid override operation for key 'priority': 'foo'. Allowed values are: replace ")]
    [InlineData("  override: {foo: foo}\n", "Invalid override operation for key 'foo': 'foo'. Allowed values are: ")]
    [InlineData("  override: {source: replace}\n  source: syscall\n", "Key 'source' cannot be replaced")]
    [InlineData("  override: {enabled: append}\n  enabled: true\n", "Key 'enabled' cannot be appended to, use 'replace' instead")]
    [InlineData("  override: {desc: replace}\n  desc: q\n  enabled: false\n  output: x\n", "Unexpected key 'enabled': no corresponding entry under 'override' is defined.")]
    [InlineData("  override: {desc: append, desc: replace}\n  desc: q\n", "An replace override for 'desc' was specified but 'desc' is not defined")]
    [InlineData("  override: {exceptions: replace}\n  exceptions: [{name: e, values: [a]}]\n", "Item has no mapping for key 'fields'")]
    [InlineData("  override: {priority: replace}\n  priority: foo\n", "Invalid priority")]
    [InlineData("  append: true\n  condition: ''\n", "Value must be non-empty")]
    public void AnOverrideThatCannotBeIsRefused(string change, string message)
    {
        var error = Error(Full, Name + change);
        Assert.Equal((LoadErrorCode.YamlValidate, message), (error.Code, error.Message));
    }

    [Theory]
    [InlineData("  append: true\n  tags: [x]\n", "Appended rule must have exceptions or condition property")]
    [InlineData("  append: true\n  condition: and proc.name=x\n  source: foo\n", "Rule has been re-defined with a different source")]
    [InlineData("  override: {exceptions: append}\n  exceptions: [{name: n, fields: [proc.pid]}]\n", "Rule exception must have values property with a list of values")]
    [InlineData("  override: {exceptions: append}\n  exceptions: [{name: n, values: [[1]]}]\n", "Rule exception must have fields property with a list of fields")]
    public void AnAppendThatDoesNotFitIsRefused(string change, string message)
    {
        var error = Error(Full, Name + change);
        Assert.Equal((LoadErrorCode.Validate, message), (error.Code, error.Message));
    }

    [Theory]
    [InlineData("'   '", "empty formatting token")]
    [InlineData("'%container.info'", "empty formatting token")]
    [InlineData("'a %'", "invalid formatting syntax: formatting cannot end with a %")]
    [InlineData("'a %5'", "invalid formatting syntax: formatting cannot end with a number")]
    [InlineData("'a %%proc.name'", "unknown filter: unexpected token after '")]
    [InlineData("'%Proc.name'", "unknown filter: unexpected token after '")]
    [InlineData("'%val(proc.name)'", "unknown filter: unexpected token after '")]
    public void AnOutputThatNamesNothingIsRefused(string output, string message)
    {
        var error = Error(Rule("evt.type=open").Replace("o %proc.name", output, StringComparison.Ordinal));
        Assert.Equal((LoadErrorCode.CompileOutput, message), (error.Code, error.Message));
    }

    [Theory]
    [InlineData("'u=%user.name[%proc.pid] %proc.aname[2] %proc.aname[x]'")]
    [InlineData("'%toupper(user.name)[a b] %toupper(user.name)[x]'")]
    [InlineData("'%proc.namex %proc.name.foo %fd.ip %evt.around[5] %thread.cgroup.memory/'")]
    [InlineData("'%join(\",\", (proc.name, proc.pname)) %getopt((proc.name), \"a:\")[a]'")]
    [InlineData("'**'")]
    public void AnOutputMayNameFieldsInAnyText(string output) => Loaded(Rule("evt.type=open").Replace("o %proc.name", output, StringComparison.Ordinal));
}
