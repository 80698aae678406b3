using Peregrine.Sensor.CommandLine;
using Xunit;

namespace Peregrine.UnitTests.Sensor;

public sealed class CommandLineTests
{
    private static CommandLineOptions Parse(params string[] args) => CommandLineParser.Parse(args, ["validate", "events"]);

    [Fact]
    public void Values_follow_their_option_in_every_form()
    {
        var options = Parse("-r", "a.yaml", "-rb.yaml", "-o", "x=1", "--option", "y=2", "--option=z=3", "-M", "45", "-UvN");
        Assert.Equal(["a.yaml", "b.yaml"], options.RulesFiles);
        Assert.Equal(["x=1", "y=2", "z=3"], options.Overrides);
        Assert.Equal(45, options.Seconds);
        Assert.True(options.Unbuffered && options.Verbose && options.NamesOnly);
    }

    [Fact]
    public void List_takes_its_source_only_behind_an_equals_sign()
    {
        Assert.Equal("syscall", Parse("--list=syscall").ListSource);
        Assert.Null(Parse("--list", "-N").ListSource);
    }

    [Fact]
    public void A_command_takes_arguments()
    {
        var options = Parse("events", "file.scap", "--filter", "evt.type=open");
        Assert.Equal(("events", "evt.type=open"), (options.Command, options.Filter));
        Assert.Equal(["file.scap"], options.Arguments);
    }

    [Theory]
    [InlineData("unknown option '--jsn'", "--jsn")]
    [InlineData("did you mean '--version'?", "--versoin")]
    [InlineData("unknown option '-x'", "-x")]
    [InlineData("needs a value", "-r")]
    [InlineData("takes no value", "--version=3")]
    [InlineData("a number of seconds", "-M", "soon")]
    [InlineData("did you mean 'events'?", "evnts")]
    [InlineData("the format of a line is --format", "events", "--output", "%evt.num")]
    [InlineData("--color is auto, always or never", "validate", "--color", "red")]
    [InlineData("unexpected argument 'b'", "-r", "a", "b")]
    public void Mistakes_are_explained(string expected, params string[] args)
    {
        var error = Assert.Throws<UsageException>(() => Parse(args));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
