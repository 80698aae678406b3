using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.State;

/// <summary>The table of threads holds what was put into it, in whatever order ids come and go.</summary>
public sealed class IdTableTests
{
    [Theory]
    [InlineData(50, 1, 64)]
    [InlineData(5000, 1, 64)]
    [InlineData(5000, 4096, 64)]
    [InlineData(300, long.MaxValue / 400, 64)]
    [InlineData(5, 77, 4)]
    [InlineData(5000, 1, 4)]
    public void ItHoldsWhatADictionaryHolds(int ids, long stride, int smallest)
    {
        var random = new Random(ids);
        var table = new IdTable<string>(smallest);
        var model = new Dictionary<long, string>();
        for (var i = 0; i < 60_000; i++)
        {
            // First it grows, then it shrinks, then it does both.
            var id = random.Next(ids) * stride - 3;
            if (random.Next(10) < (i < 20_000 ? 8 : i < 40_000 ? 2 : 5))
            {
                table.Set(id, $"{i}");
                model[id] = $"{i}";
            }
            else
            {
                Assert.Equal(model.Remove(id), table.Remove(id));
            }
            Assert.Equal(model.GetValueOrDefault(id), table.Find(id));
            if (i % 1000 != 0) continue;
            var copy = table.Copy();
            table.Set(-1_000_000, "new");
            table.Remove(-1_000_000);
            Assert.Equal(model.Values.Order(StringComparer.Ordinal), copy.Order(StringComparer.Ordinal));
            Assert.Equal(model.Count, table.Count);
            Assert.Equal(model.Values.Order(StringComparer.Ordinal), table.Order(StringComparer.Ordinal));
            foreach (var (key, value) in model) Assert.Equal(value, table.Find(key));
        }
    }
}
