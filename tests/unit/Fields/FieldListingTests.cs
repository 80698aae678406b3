using System.Text.Json;
using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.Filters.Fields;
using Peregrine.Filters.Listing;
using Xunit;

namespace Peregrine.UnitTests.Fields;

/// <summary>The listings of fields and events say what the declarations say, and <c>docs/fields.md</c> is one of them.</summary>
public sealed class FieldListingTests
{
    private static readonly FieldClass[] Classes = [.. SyscallFields.Classes, ContainerFields.Class];

    [Fact]
    public void TheFieldsPageIsUpToDate() => AssertUpToDate("fields.md", FieldListing.Markdown(FieldListing.Of(Classes, null)));

    [Fact]
    public void TheEventsPageIsUpToDate() => AssertUpToDate("events.md", EventListing.Markdown());

    [Fact]
    public void EveryFieldHasADescriptionADisplayNameAndAClass() =>
        Assert.Empty(Classes.SelectMany(c => c.Fields).Where(f => !f.Description.EndsWith('.') || f.DisplayName.Length == 0 || f.Class.Length == 0).Select(f => f.Name));

    [Fact]
    public void NoFieldIsDeclaredTwice() => Assert.Equal(Classes.Sum(c => c.Fields.Count), Classes.SelectMany(c => c.Fields).Select(f => f.Name).Distinct().Count());

    [Fact]
    public void TheTextNamesEveryShownFieldAndLeavesOutHiddenClasses()
    {
        var text = FieldListing.Text(FieldListing.Of(Classes, "syscall"));
        Assert.Contains("proc.aname", text);
        Assert.Contains("(LIST(CHARBUF))", text);
        Assert.DoesNotContain("util.cnt", text);
        Assert.DoesNotContain("evt.latency.quantized", text);
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 120, line));
    }

    [Fact]
    public void OnlyTheClassesOfTheSourceAreListed() => Assert.Equal(["evt"], FieldListing.Of(Classes, "k8s_audit").Select(c => c.Name));

    [Fact]
    public void TheJsonHasOneEntryPerShownField()
    {
        var classes = JsonDocument.Parse(FieldJson.Of(FieldListing.Of(Classes, null))).RootElement.GetProperty("fieldclasses").EnumerateArray().ToArray();
        var names = classes.SelectMany(c => c.GetProperty("fields").EnumerateArray()).Select(f => f.GetProperty("name").GetString());
        Assert.Equal(FieldListing.Names(FieldListing.Of(Classes, null)).Split('\n', StringSplitOptions.RemoveEmptyEntries), names);
    }

    [Fact]
    public void EventsAreListedWithoutOldLayoutsAndEntries()
    {
        var events = EventListing.Current().ToArray();
        Assert.Single(events, e => e.Name == "openat");
        Assert.DoesNotContain(events, e => e.Has(EventFlags.OldVersion) || e.Type == EventType.SyscallOpenE);
        Assert.Contains(events, e => e.Type == EventType.Procexit_1E);
        Assert.Contains("openat(FD fd, FD dirfd, FSRELPATH name", EventListing.Text());
        Assert.Equal(events.Length, JsonDocument.Parse(EventListing.Json()).RootElement.GetProperty("events").GetArrayLength());
    }

    private static void AssertUpToDate(string page, string made) =>
        Assert.True(made == File.ReadAllText(Path.Combine(Repository.Root, "docs", page)), $"docs/{page} is out of date: run ./dev docs");
}
