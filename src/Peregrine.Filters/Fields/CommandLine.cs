using Peregrine.Filters.Rendering;
using Peregrine.State;

namespace Peregrine.Filters.Fields;

/// <summary>Command lines, from arguments that are kept separated by NUL.</summary>
internal static class CommandLine
{
    /// <summary>Name and arguments.</summary>
    public static bool Set(ref FieldValue value, ThreadEntry thread)
    {
        if (thread.Args.Length == 0) return value.Set(thread.Comm);
        value.Buffer.Begin();
        Append(value.Buffer, thread);
        return value.Set(value.Buffer.End());
    }

    /// <summary>Appends name and arguments to the open text.</summary>
    public static void Append(ValueBuffer text, ThreadEntry thread)
    {
        text.Append(thread.Comm);
        if (thread.Args.Length == 0) return;
        text.Append((byte)' ');
        BufferText.AppendJoined(text, thread.Args);
    }

    /// <summary>First word and arguments; the blank is there even when no argument follows.</summary>
    public static bool SetExeLine(ref FieldValue value, ThreadEntry thread)
    {
        value.Buffer.Begin();
        value.Buffer.Append(thread.Exe);
        value.Buffer.Append((byte)' ');
        BufferText.AppendJoined(value.Buffer, thread.Args);
        return value.Set(value.Buffer.End());
    }

    /// <summary>All arguments, or the one at the index.</summary>
    public static bool SetArguments(ref FieldValue value, ThreadEntry thread, long index)
    {
        if (index >= 0) return value.Set(At(thread.Args, index));
        if (thread.Args.AsSpan().IndexOf((byte)0) < 0) return value.Set(thread.Args);
        value.Buffer.Begin();
        BufferText.AppendJoined(value.Buffer, thread.Args);
        return value.Set(value.Buffer.End());
    }

    public static long Count(ReadOnlySpan<byte> arguments) => arguments.IsEmpty ? 0 : arguments.Count((byte)0) + 1;

    public static long Length(ReadOnlySpan<byte> arguments) => arguments.Length - arguments.Count((byte)0);

    private static ReadOnlySpan<byte> At(ReadOnlySpan<byte> arguments, long index)
    {
        for (var i = 0L; i < index; i++)
        {
            var end = arguments.IndexOf((byte)0);
            if (end < 0) return default;
            arguments = arguments[(end + 1)..];
        }
        var last = arguments.IndexOf((byte)0);
        return last < 0 ? arguments : arguments[..last];
    }
}
