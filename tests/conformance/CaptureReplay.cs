using System.Text;
using Peregrine.Capture;
using Peregrine.Filters;
using Peregrine.Filters.Fields;
using Peregrine.Sensor.Replay;
using Peregrine.State;

namespace Peregrine.ConformanceTests;

/// <summary>Looks at an event between the state's update and its completion.</summary>
internal delegate void EventLook(ref EventContext context);

/// <summary>Replays a capture through the state engine, as the sensor does, and reads fields of its events.</summary>
internal static class CaptureReplay
{
    public static FieldCatalog Catalog { get; } = new(SyscallFields.All);

    /// <summary>Calls back for every surfaced event; ends quietly where the capture is cut or corrupt.</summary>
    public static void Run(string path, EventLook look)
    {
        CaptureReader reader;
        try
        {
            reader = CaptureReader.Open(path);
        }
        catch (CaptureException)
        {
            return;
        }
        using (reader)
        {
            var engine = Seeded(reader.Metadata);
            try
            {
                while (reader.TryRead(out var captured))
                {
                    if (captured.StartsSection) engine = Seeded(reader.Metadata);
                    var context = new EventContext { Event = captured.Event, Number = captured.Number, Cpu = captured.Cpu, State = engine, IsStateOnly = !captured.IsSurfaced };
                    engine.Apply(ref context);
                    if (captured.IsSurfaced) look(ref context);
                    engine.Complete(ref context);
                }
            }
            catch (CaptureException)
            {
                return;
            }
        }
    }

    /// <summary>The text of a field as outputs print it; null when it has no value.</summary>
    public static string? Text(ref EventContext context, string name, ValueBuffer buffer)
    {
        var reference = Catalog.Resolve(name);
        var value = new FieldValue(buffer);
        if (reference.Field.Extract is not { } extract || !extract(ref context, reference.Arg, ref value)) return null;
        buffer.Begin();
        ValueRenderer.Append(ref value, reference.Field.Type, reference.Field.Format, buffer);
        return Encoding.UTF8.GetString(buffer.End());
    }

    /// <summary>The order of a list of kinds is that of a hash table in the reference: it says nothing.</summary>
    public static string? Comparable(string field, string? text) =>
        field == "fd.types" && text is { Length: > 2 } ? string.Join(',', text[1..^1].Split(',').Order(StringComparer.Ordinal)) : text;

    private static StateEngine Seeded(CaptureMetadata metadata)
    {
        var engine = new StateEngine(new StateOptions(), NoHost.Instance);
        foreach (var thread in CaptureSeed.Threads(metadata)) engine.AddThread(thread);
        foreach (var user in CaptureSeed.Users(metadata)) engine.AddUser(user);
        foreach (var group in CaptureSeed.Groups(metadata)) engine.AddGroup(group);
        foreach (var address in metadata.Interfaces)
        {
            if (address.IsIpv6) engine.Interfaces.AddIpv6(address.Address);
            else engine.Interfaces.AddIpv4(address.Address, address.Netmask);
        }
        return engine;
    }
}
