using System.Text.Json;
using Peregrine.Events;
using Xunit;

namespace Peregrine.UnitTests.Events;

/// <summary>The generated C# schema and the probe's C header say what <c>schema/events.json</c> says.</summary>
public sealed class EventSchemaTests
{
    private static readonly string Root = FindRoot();
    private static readonly JsonElement Table = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root, "schema", "events.json"))).RootElement;

    [Fact]
    public void EveryEventAndParameterAgreesWithTheTable()
    {
        var rows = Table.GetProperty("events").EnumerateArray().ToArray();
        Assert.Equal(rows.Length, EventSchema.Count);
        foreach (var row in rows)
        {
            var info = EventSchema.Get((EventType)row.GetProperty("code").GetInt32());
            Assert.Equal(row.GetProperty("id").GetString(), info.Id);
            Assert.Equal(row.GetProperty("name").GetString(), info.Name);
            Assert.Equal(row.GetProperty("category_value").GetInt32(), (int)info.Category);
            Assert.Equal(row.GetProperty("flags_value").GetInt32(), (int)info.Flags);
            var parameters = row.GetProperty("params").EnumerateArray().ToArray();
            Assert.Equal(parameters.Length, info.Params.Length);
            for (var i = 0; i < parameters.Length; i++)
            {
                Assert.Equal(parameters[i].GetProperty("name").GetString(), info.Params[i].Name);
                Assert.Equal(Table.GetProperty("param_types").GetProperty("PT_" + parameters[i].GetProperty("type").GetString()).GetInt32(), (int)info.Params[i].Type);
                Assert.Equal(Table.GetProperty("print_formats").GetProperty("PF_" + parameters[i].GetProperty("fmt").GetString()).GetInt32(), (int)info.Params[i].Format);
                var table = parameters[i].TryGetProperty("table", out var name) ? name.GetString() : null;
                Assert.Equal(table, info.Params[i].Flags?.Name ?? info.Params[i].Variants?.Name);
            }
        }
    }

    [Fact]
    public void EveryFlagTableAgreesWithTheTable()
    {
        foreach (var table in Table.GetProperty("flag_tables").EnumerateObject())
        {
            var symbols = EventSchema.FlagTables[table.Name].Symbols;
            Assert.Equal(table.Value.EnumerateArray().Select(s => s[0].GetString()), symbols.Select(s => System.Text.Encoding.UTF8.GetString(s.Utf8)));
            Assert.Equal(table.Value.EnumerateArray().Select(s => unchecked((uint)s[1].GetInt64())), symbols.Select(s => s.Value));
        }
    }

    [Fact]
    public void TheSyscallTableAgreesWithTheTable()
    {
        var rows = Table.GetProperty("syscall_table_x86_64").EnumerateArray().ToArray();
        Assert.Equal(rows.Length, EventSchema.SyscallTableX64.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            var slot = EventSchema.SyscallTableX64[i];
            Assert.Equal(rows[i].GetProperty("nr").GetInt32(), slot.Number);
            Assert.Equal(rows[i].GetProperty("ppm_sc").GetString(), EventSchema.Get(slot.Code).Id);
        }
    }

    [Fact]
    public void TheProbesHeaderAgreesWithTheTable()
    {
        var defines = File.ReadLines(Path.Combine(Root, "schema", "peregrine_schema.h"))
            .Select(line => line.Split(' ')).Where(c => c.Length == 3 && c[0] == "#define" && int.TryParse(c[2], out _)).ToDictionary(c => c[1], c => int.Parse(c[2]));
        Assert.Equal(EventSchema.Count, defines["PG_EVENT_COUNT"]);
        foreach (var info in EventSchema.Events)
        {
            var id = info.Id["PPME_".Length..];
            Assert.Equal((int)info.Type, defines["PG_EVENT_" + id]);
            Assert.Equal(info.Params.Length, defines["PG_NPARAMS_" + id]);
            for (var i = 0; i < info.Params.Length; i++)
                Assert.Equal(i, defines["PG_PARAM_" + id + "_" + info.Params[i].Name.ToUpperInvariant()]);
        }
        foreach (var syscall in EventSchema.Syscalls)
            Assert.Equal((int)syscall.Code, defines["PG_SC_" + syscall.Id["PPM_SC_".Length..]]);
    }

    private static string FindRoot()
    {
        for (var dir = new DirectoryInfo(AppContext.BaseDirectory); dir is not null; dir = dir.Parent)
            if (File.Exists(Path.Combine(dir.FullName, "Peregrine.slnx"))) return dir.FullName;
        throw new InvalidOperationException("the tests run outside the repository");
    }
}
