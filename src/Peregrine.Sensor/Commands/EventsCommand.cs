using System.Buffers;
using System.Text.Json;
using Peregrine.Capture;
using Peregrine.Filters;
using Peregrine.Sensor.Alerts;
using Peregrine.Sensor.CommandLine;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;
using Peregrine.Sensor.Recording;
using Peregrine.Sensor.Replay;
using Peregrine.Sensor.Terminal;
using Peregrine.State;

namespace Peregrine.Sensor.Commands;

/// <summary><c>events FILE</c>: prints the events of a capture, all or those that fit a condition, a line each; with <c>-w</c> it writes them to another capture instead.</summary>
internal static class EventsCommand
{
    private const string DefaultFormat = "%evt.num %evt.time %evt.cpu %proc.name (%thread.tid) %evt.type %evt.args";
    private const int FlushAt = 64 * 1024;

    public static int Run(SensorConsole console, CommandLineOptions options, ConfigSources sources)
    {
        if (options.Arguments is not [var file]) throw new UsageException("events needs one capture: peregrine events FILE (- for standard input)");
        var configuration = SensorConfigurationReader.Read(new LoadedConfig(ConfigNode.Mapping(default), [], []));
        var catalog = new RulesSetup(configuration, null).Syscall;
        var filter = options.Filter is { } condition ? ConditionText.Compile(ConditionText.Parse(condition), condition, catalog) : null;
        var format = ConditionText.Format(options.Format ?? DefaultFormat, catalog);
        if (options.WriteFile == file && file != CaptureFiles.Standard) throw new UsageException($"the copy of {file} needs another name");
        using var reader = CaptureFiles.Open(file, console.Stop, keepUnknown: options.WriteFile is not null);
        try
        {
            if (options.WriteFile is { } target) Copy(console, reader, target, filter, file);
            else Print(console, reader, filter, format, options.Json);
        }
        catch (CaptureException e)
        {
            throw new SensorException($"the capture {file} cannot be read further: {e.Message}", e);
        }
        return 0;
    }

    private static void Copy(SensorConsole console, CaptureReader reader, string target, CompiledFilter? filter, string file)
    {
        try
        {
            using var progress = new Progress(console.Progress, "Copying " + file);
            using var writer = CaptureWriter.Create(target, CaptureFiles.Writing(CaptureFiles.CompressionOf(target), WriteBehind.Wait));
            CaptureCopy.Run(reader, writer, filter, progress, console.Stop);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SensorException($"cannot write {target}: {e.Message}", e);
        }
    }

    private static void Print(SensorConsole console, CaptureReader reader, CompiledFilter? filter, OutputFormat format, bool asJson)
    {
        var scratch = new EvaluationScratch();
        var output = new ArrayBufferWriter<byte>(FlushAt * 2);
        using var json = new Utf8JsonWriter(output, AlertMaker.JsonOptions);
        var state = CaptureSeed.NewState(reader.Metadata, new StateOptions());
        try
        {
            while (reader.TryRead(out var captured) && !console.Stop.IsCancellationRequested)
            {
                if (captured.StartsSection) state = CaptureSeed.NewState(reader.Metadata, new StateOptions());
                var context = new EventContext { Event = captured.Event, Cpu = captured.Cpu, Number = captured.Number, IsStateOnly = !captured.IsSurfaced };
                state.Apply(ref context);
                if (captured.IsSurfaced && (filter is null || filter.Matches(ref context, scratch))) Line(ref context, scratch, format, output, asJson ? json : null);
                state.Complete(ref context);
                if (output.WrittenCount < FlushAt) continue;
                console.Out.Write(output.WrittenSpan);
                output.ResetWrittenCount();
            }
        }
        catch (CaptureException)
        {
            // What stands before the mistake is printed before the error.
            console.Out.Write(output.WrittenSpan);
            throw;
        }
        console.Out.Write(output.WrittenSpan);
    }

    private static void Line(ref EventContext context, EvaluationScratch scratch, OutputFormat format, ArrayBufferWriter<byte> output, Utf8JsonWriter? json)
    {
        if (json is null)
        {
            format.TryFormat(ref context, scratch, output);
        }
        else
        {
            json.Reset();
            json.WriteStartObject();
            format.TryWriteFields(ref context, scratch, json);
            json.WriteEndObject();
            json.Flush();
        }
        output.Write("\n"u8);
    }
}
