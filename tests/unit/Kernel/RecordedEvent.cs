using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Peregrine.Events;
using Xunit;

namespace Peregrine.UnitTests.Kernel;

/// <summary>A copy of an event, with its parameters by name.</summary>
internal sealed record RecordedEvent(ushort Cpu, byte[] Bytes)
{
    /// <summary>Stands for a parameter that may be anything in <see cref="Has"/>.</summary>
    public static readonly object Any = new();

    /// <summary>Stands for an empty parameter in <see cref="Has"/>.</summary>
    public static readonly object Empty = new();

    public EventType Type => View.Type;

    public long ThreadId => View.ThreadId;

    public ulong Timestamp => View.Timestamp;

    private EventView View
    {
        get
        {
            Assert.True(EventView.TryRead(Bytes, out var view), "the record is malformed");
            return view;
        }
    }

    public long Int(string name) => View.Int(Index(name));

    public ulong Uint(string name) => View.Uint(Index(name));

    public string Text(string name) => Encoding.UTF8.GetString(View.Text(Index(name)));

    public byte[] Raw(string name) => View.Param(Index(name)).ToArray();

    /// <summary>Asserts all parameters byte by byte, in the schema's order. Numbers take the size of their type, strings get their NUL.</summary>
    public void Has(params ReadOnlySpan<object> expected)
    {
        var info = View.Info;
        Assert.Equal(info.Params.Length, View.ParamCount);
        Assert.Equal(info.Params.Length, expected.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            if (ReferenceEquals(expected[i], Any)) continue;
            var want = ReferenceEquals(expected[i], Empty) ? [] : Encode(info.Params[i].Type, expected[i]);
            Assert.True(View.Param(i).SequenceEqual(want),
                $"{info.Id} {info.Params[i].Name}: expected {Convert.ToHexString(want)} ({expected[i]}), got {Convert.ToHexString(View.Param(i))}");
        }
    }

    private static byte[] Encode(ParamType type, object value)
    {
        if (value is byte[] bytes) return bytes;
        if (value is string text) return [.. Encoding.UTF8.GetBytes(text), 0];
        var number = value is ulong unsigned ? unchecked((long)unsigned) : value is nint native ? native : Convert.ToInt64(value, CultureInfo.InvariantCulture);
        var buffer = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(buffer, number);
        return buffer[..(int)Math.Max(1, type is ParamType.Int16 or ParamType.Uint16 ? 2 : EventSchema.LengthOf(type).Min)];
    }

    private int Index(string name)
    {
        var index = View.Info.IndexOf(Encoding.UTF8.GetBytes(name));
        Assert.True(index >= 0, $"{View.Info.Id} has no parameter {name}");
        return index;
    }
}
