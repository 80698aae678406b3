using System.Buffers;
using System.Text;
using Peregrine.Sensor.Alerts;

namespace Peregrine.Sensor.Commands;

/// <summary>Texts as JSON strings.</summary>
internal static class JsonLiteral
{
    public static string Of(string text)
    {
        var buffer = new ArrayBufferWriter<byte>();
        JsonText.WriteString(buffer, Encoding.UTF8.GetBytes(text));
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
