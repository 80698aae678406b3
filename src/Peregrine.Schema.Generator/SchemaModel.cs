using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Peregrine.Schema;

/// <summary>The tables of <c>schema/events.json</c>, as the emitters need them.</summary>
internal sealed class SchemaModel
{
    public string Version = "";
    public List<EventModel> Events = new();
    public List<KeyValuePair<string, List<KeyValuePair<string, long>>>> FlagTables = new();
    public List<KeyValuePair<string, List<ParamModel>>> DynamicTables = new();
    public List<SyscallModel> Syscalls = new();
    public List<SyscallSlotModel> SyscallTableX64 = new();
    public List<KeyValuePair<string, long>> ParamTypes = new();
    public List<KeyValuePair<string, long>> PrintFormats = new();
    public List<KeyValuePair<string, long>> Categories = new();
    public List<KeyValuePair<string, long>> EventFlags = new();
    public List<TypeLengthModel> TypeLengths = new();

    public static SchemaModel Parse(string json)
    {
        var root = (Dictionary<string, object?>)JsonReader.Read(json)!;
        var model = new SchemaModel
        {
            Version = (string)root["schema_version"]!,
            ParamTypes = Numbers(root["param_types"]),
            PrintFormats = Numbers(root["print_formats"]),
            Categories = Numbers(root["categories"]),
            EventFlags = Numbers(root["event_flags"]),
        };
        foreach (var table in Map(root["flag_tables"]))
        {
            var entries = List(table.Value).Select(e => List(e)).Select(e => new KeyValuePair<string, long>((string)e[0]!, (long)e[1]!));
            model.FlagTables.Add(new(table.Key, entries.ToList()));
        }
        foreach (var table in Map(root["dynamic_tables"]))
            model.DynamicTables.Add(new(table.Key, List(table.Value).Select(v => ParamModel.Parse(Map(v), Text(Map(v), "index"))).ToList()));
        foreach (var item in List(root["events"])) model.Events.Add(EventModel.Parse(Map(item)));
        foreach (var item in List(root["syscalls"])) model.Syscalls.Add(SyscallModel.Parse(Map(item)));
        foreach (var item in List(root["syscall_table_x86_64"])) model.SyscallTableX64.Add(SyscallSlotModel.Parse(Map(item)));
        foreach (var item in Map(root["type_lengths"]))
        {
            var m = Map(item.Value);
            long Get(string key) => m.TryGetValue(key, out var v) ? (long)v! : 0;
            model.TypeLengths.Add(new TypeLengthModel { Type = item.Key, Value = Get("value"), Min = Get("min"), Max16 = Get("max16"), Max32 = Get("max32") });
        }
        return model;
    }

    /// <summary><c>PPME_SYSCALL_OPENAT_2_X</c> → <c>SyscallOpenat_2X</c>; the underscore keeps it apart from <c>PPME_SYSCALL_OPENAT2_X</c>.</summary>
    public static string Pascal(string upperSnake, string prefix)
    {
        var text = new StringBuilder();
        foreach (var word in upperSnake.Substring(upperSnake.StartsWith(prefix, StringComparison.Ordinal) ? prefix.Length : 0).Split('_'))
        {
            if (word.Length == 0) continue;
            if (char.IsDigit(word[0])) text.Append('_');
            text.Append(char.ToUpperInvariant(word[0])).Append(word.Substring(1).ToLowerInvariant());
        }
        return text.ToString();
    }

    /// <summary><c>pgft_maj</c> → <c>PgftMaj</c>.</summary>
    public static string ParamName(string name)
    {
        var text = new StringBuilder();
        foreach (var word in name.Split('_'))
            if (word.Length > 0) text.Append(char.ToUpperInvariant(word[0])).Append(word.Substring(1));
        return text.ToString();
    }

    internal static Dictionary<string, object?> Map(object? value) => (Dictionary<string, object?>)value!;

    internal static List<object?> List(object? value) => (List<object?>)value!;

    internal static string Text(Dictionary<string, object?> map, string key) => map.TryGetValue(key, out var v) && v != null ? v.ToString()! : "";

    private static List<KeyValuePair<string, long>> Numbers(object? map) =>
        Map(map).Select(p => new KeyValuePair<string, long>(p.Key, (long)p.Value!)).ToList();
}

internal sealed class EventModel
{
    public long Code;
    public string Id = "";
    public string Name = "";
    public long Category;
    public long Flags;
    public List<ParamModel> Params = new();

    public static EventModel Parse(Dictionary<string, object?> m) => new()
    {
        Code = (long)m["code"]!,
        Id = (string)m["id"]!,
        Name = (string)m["name"]!,
        Category = (long)m["category_value"]!,
        Flags = (long)m["flags_value"]!,
        Params = SchemaModel.List(m["params"]).Select(p => ParamModel.Parse(SchemaModel.Map(p), "")).ToList(),
    };
}

internal sealed class ParamModel
{
    public string Name = "";
    public string Type = "";
    public string Format = "";
    public string Table = "";
    public string DirFd = "";

    public static ParamModel Parse(Dictionary<string, object?> m, string name) => new()
    {
        Name = name.Length > 0 ? name : SchemaModel.Text(m, "name"),
        Type = SchemaModel.Text(m, "type"),
        Format = SchemaModel.Text(m, "fmt"),
        Table = SchemaModel.Text(m, "table"),
        DirFd = SchemaModel.Text(m, "dirfd_param"),
    };
}

internal sealed class SyscallModel
{
    public long Code;
    public string Id = "";
    public string Name = "";
    public string Native = "";
    public string Events = "";

    public static SyscallModel Parse(Dictionary<string, object?> m) => new()
    {
        Code = (long)m["ppm_sc"]!,
        // One code has no syscall; it keeps its slot.
        Id = (string)m["id"]! == "?" ? "PPM_SC_UNUSED_" + m["ppm_sc"] : (string)m["id"]!,
        Name = (string)m["name"]!,
        Native = SchemaModel.Text(m, "native_x86_64"),
        Events = string.Join(",", SchemaModel.List(m["events"])),
    };
}

internal sealed class SyscallSlotModel
{
    public long Number;
    public long Flags;
    public string Enter = "";
    public string Exit = "";
    public string Syscall = "";

    public static SyscallSlotModel Parse(Dictionary<string, object?> m) => new()
    {
        Number = (long)m["nr"]!,
        Flags = (long)m["flags"]!,
        Enter = SchemaModel.Text(m, "enter"),
        Exit = SchemaModel.Text(m, "exit"),
        Syscall = SchemaModel.Text(m, "ppm_sc"),
    };
}

internal sealed class TypeLengthModel
{
    public string Type = "";
    public long Value;
    public long Min;
    public long Max16;
    public long Max32;
}
