using System.Globalization;
using Peregrine.Kernel;
using Peregrine.Outputs;
using Peregrine.Sensor.Logging;

namespace Peregrine.Sensor.Engine;

/// <summary>What the log says at the end of a run: events, drops by reason, class and CPU, what each output delivered.</summary>
internal static class RunReport
{
    public static void Write(SensorLog log, SensorConsole console, RunResult result, IReadOnlyList<OutputCounters> outputs)
    {
        if (result.Kernel is { } kernel)
        {
            log.Info(string.Create(CultureInfo.InvariantCulture, $"Events generated: {kernel.Generated}; read: {kernel.Read}; dropped: {kernel.Dropped}{LossText.Reasons(kernel.Total)}"));
            if (kernel.Dropped > 0) log.Warning("Dropped events: " + LossText.ClassesAndCpus(kernel));
        }
        else
        {
            log.Info(string.Create(CultureInfo.InvariantCulture, $"Events read: {result.Events}; dropped: 0"));
        }
        foreach (var o in outputs)
        {
            if (o.Offered + o.Recovered == 0) continue;
            var text = string.Create(CultureInfo.InvariantCulture, $"Output {o.Output}: {o.Delivered} alerts delivered, {o.Retried} attempts repeated, {o.Lost.Total} lost");
            if (o.Lost.Total > 0) text += $" ({o.Lost})";
            if (o.Waiting > 0) text += string.Create(CultureInfo.InvariantCulture, $", {o.Waiting} wait in the spool");
            if (o.Lost.Total > 0) log.Warning(text);
            else log.Info(text);
        }
        if (result.Monitor is { } monitor)
            console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"Syscall event drop monitoring:\n   - event drop detected: {monitor.Occurrences} occurrences\n   - num times actions taken: {monitor.ActionsTaken}\n"));
        if (result.Failure is { Length: > 0 } failure) console.Error.Write($"Error: {failure}\n");
        console.Error.Flush();
    }
}
