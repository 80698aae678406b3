using System.Globalization;
using System.Linq;
using System.Text;

namespace Peregrine.Schema;

/// <summary>Writes the probe's side of the schema: event codes, parameter counts and positions, flag values, the x86-64 syscall table.</summary>
internal static class CHeaderEmitter
{
    public static string Header(SchemaModel model)
    {
        var s = new StringBuilder();
        s.Append("/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */\n");
        s.Append("/* Generated from schema/events.json (schema ").Append(model.Version).Append("); `./dev schema` writes it again. */\n");
        s.Append("#ifndef PEREGRINE_SCHEMA_H\n#define PEREGRINE_SCHEMA_H\n\n");
        s.Append("#define PG_EVENT_COUNT ").Append(model.Events.Count).Append("\n#define PG_SYSCALL_CODE_COUNT ").Append(model.Syscalls.Count).Append("\n\n");
        foreach (var e in model.Events)
        {
            var id = e.Id.Substring("PPME_".Length);
            s.Append("#define PG_EVENT_").Append(id).Append(' ').Append(Number(e.Code)).Append('\n');
            s.Append("#define PG_NPARAMS_").Append(id).Append(' ').Append(Number(e.Params.Count)).Append('\n');
            for (var i = 0; i < e.Params.Count; i++)
                s.Append("#define PG_PARAM_").Append(id).Append('_').Append(e.Params[i].Name.ToUpperInvariant()).Append(' ').Append(Number(i)).Append('\n');
        }
        s.Append('\n');
        foreach (var table in model.FlagTables)
        {
            foreach (var symbol in table.Value.GroupBy(symbol => symbol.Key).Select(same => same.First()))
                s.Append("#define PG_FLAG_").Append(table.Key.ToUpperInvariant()).Append('_').Append(symbol.Key).Append(' ').Append(Number(symbol.Value)).Append("u\n");
        }
        s.Append('\n');
        foreach (var c in model.Syscalls)
            s.Append("#define PG_SC_").Append(Suffix(c.Id)).Append(' ').Append(Number(c.Code)).Append('\n');
        s.Append("\n/* X(native number, syscall code, exit event, flags) */\n#define PG_SYSCALL_TABLE_X86_64(X) \\\n");
        var slots = model.SyscallTableX64.Select(slot =>
            "\tX(" + Number(slot.Number) + ", PG_SC_" + Suffix(slot.Syscall) + ", PG_EVENT_" + Exit(slot) + ", " + Number(slot.Flags) + ")");
        s.Append(string.Join(" \\\n", slots)).Append("\n\n#endif\n");
        return s.ToString();
    }

    private static string Suffix(string id) => id.Substring("PPM_SC_".Length);

    private static string Exit(SyscallSlotModel slot) =>
        slot.Exit == "PPME_GENERIC_E" ? "GENERIC_X" : slot.Exit.Substring("PPME_".Length);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
