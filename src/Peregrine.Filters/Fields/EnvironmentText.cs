using Peregrine.Filters.Rendering;
using Peregrine.State;

namespace Peregrine.Filters.Fields;

/// <summary>Environments, kept as <c>NAME=value</c> separated by NUL.</summary>
internal static class EnvironmentText
{
    /// <summary>The whole environment, or the variable that the argument names.</summary>
    public static bool Set(ref FieldValue value, ThreadEntry thread, FieldArg arg)
    {
        if (arg.Text is { Length: > 0 }) return value.Set(Variable(thread, arg.Utf8));
        return SetAll(ref value, thread);
    }

    public static bool SetAll(ref FieldValue value, ThreadEntry thread)
    {
        value.Buffer.Begin();
        BufferText.AppendJoined(value.Buffer, thread.Group.Env);
        return value.Set(value.Buffer.End());
    }

    /// <summary>The value of a variable without blanks around it; empty when it is not set.</summary>
    public static ReadOnlySpan<byte> Variable(ThreadEntry thread, ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> rest = thread.Group.Env;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)0);
            var entry = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (entry.Length > name.Length && entry[name.Length] == (byte)'=' && entry.StartsWith(name)) return entry[(name.Length + 1)..].Trim((byte)' ');
        }
        return default;
    }
}
