using Peregrine.Events;
using Xunit;

namespace Peregrine.UnitTests.Events;

public sealed class EventViewTests
{
    /// <summary>Whether a record's lengths have 16 or 32 bits.</summary>
    [Theory]
    [InlineData(EventType.SyscallOpenat_2X)]
    [InlineData(EventType.AsynceventE)]
    public void WhoWalksThroughTheParametersSeesWhatAskingForEachGives(EventType type)
    {
        byte[][] values = [[1, 2, 3, 4, 5, 6, 7, 8], [], "text\0"u8.ToArray(), [255]];
        var buffer = new byte[256];
        var writer = new EventWriter(buffer, type, 1, 2, values.Length);
        foreach (var value in values) writer.Bytes(value);
        Assert.True(EventView.TryRead(writer.Finish(), out var view));
        Assert.Equal(values.Length, view.ParamCount);
        var walk = view.Values();
        for (var i = 0; i < values.Length; i++)
        {
            Assert.Equal(values[i], view.Param(i).ToArray());
            Assert.Equal(values[i], walk.Next().ToArray());
        }
        // Old records have fewer than their type has today.
        Assert.True(walk.Next().IsEmpty);
        Assert.True(walk.Next().IsEmpty);
        Assert.True(view.Param(values.Length).IsEmpty);
        Assert.Equal("text"u8.ToArray(), view.Text(2).ToArray());
        Assert.Equal((-1L, 255UL, 7L), (view.Int(3), view.Uint(3), view.Int(1, absent: 7)));
    }

    [Fact]
    public void WhatIsSaidOfATypeAsCodeIsWhatTheTableSays()
    {
        foreach (var info in EventSchema.Events)
        {
            Assert.Equal(info.Has(EventFlags.LargePayload), EventSchema.IsLarge(info.Type));
            Assert.Equal((info.Flags & (EventFlags.CreatesFd | EventFlags.UsesFd | EventFlags.DestroysFd)) != 0, EventSchema.HasDescriptor(info.Type));
        }
        Assert.Equal(EventSchema.Count, EventSchema.Events.Length);
        foreach (var beyond in (EventType[])[(EventType)EventSchema.Count, (EventType)(EventSchema.Count + 8), (EventType)ushort.MaxValue])
            Assert.False(EventSchema.IsLarge(beyond) || EventSchema.HasDescriptor(beyond));
    }
}
