using System.Text;
using Peregrine.Events;
using Peregrine.Filters;
using Xunit;

namespace Peregrine.UnitTests.Filters;

public sealed class Base64BufferTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(767)]
    [InlineData(768)]
    [InlineData(5_000)]
    public void Bytes_of_any_length_are_shown_in_base64(int length)
    {
        var bytes = Enumerable.Range(0, length).Select(i => (byte)(i * 7)).ToArray();
        var buffer = new ValueBuffer();
        var value = new FieldValue(buffer) { Bytes = bytes };
        buffer.Begin();
        ValueRenderer.Append(ref value, ParamType.Bytebuf, ValueRenderer.Base64, buffer);
        Assert.Equal(Convert.ToBase64String(bytes), Encoding.ASCII.GetString(buffer.End()));
    }
}
