using Peregrine.Events;
using Xunit;

namespace Peregrine.UnitTests.Kernel;

/// <summary>A copy of an event, with its parameters by name.</summary>
internal sealed record RecordedEvent(ushort Cpu, byte[] Bytes)
{
    public EventType Type => View.Type;

    public long ThreadId => View.ThreadId;

    public ulong Timestamp => View.Timestamp;

    private EventView View
    {
        get
        {
            Assert.True(EventView.TryRead(Bytes, out var view));
            return view;
        }
    }

    public long Int(string name) => View.Int(Index(name));

    public ulong Uint(string name) => View.Uint(Index(name));

    public string Text(string name) => System.Text.Encoding.UTF8.GetString(View.Text(Index(name)));

    public byte[] Raw(string name) => View.Param(Index(name)).ToArray();

    public int Size(string name) => View.Param(Index(name)).Length;

    private int Index(string name)
    {
        var index = View.Info.IndexOf(System.Text.Encoding.UTF8.GetBytes(name));
        Assert.True(index >= 0, $"{View.Info.Id} has no parameter {name}");
        return index;
    }
}
