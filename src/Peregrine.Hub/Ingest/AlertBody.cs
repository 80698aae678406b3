using System.Text.Json;
using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Ingest;

/// <summary>What a request's body holds.</summary>
/// <param name="Alerts">The alerts that can be read.</param>
/// <param name="Errors">What is wrong with the others, each with its number from 1.</param>
internal readonly record struct AlertBody(IReadOnlyList<Alert> Alerts, IReadOnlyList<string> Errors)
{
    // Enough to see what is wrong; a body of rubbish must not make an answer as large.
    private const int MaxErrors = 10;

    /// <summary>Reads one alert, an array of them, or one after the other (a line each, or not).</summary>
    public static AlertBody Read(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return ReadValues(utf8);
        }
        catch (InvalidOperationException)
        {
            return ReadValues(AlertReader.WellFormed(utf8));
        }
    }

    private static AlertBody ReadValues(ReadOnlySpan<byte> utf8)
    {
        var alerts = new List<Alert>();
        var errors = new List<string>();
        var reader = new Utf8JsonReader(utf8, AlertReader.Options with { AllowMultipleValues = true });
        var number = 0;
        try
        {
            while (reader.Read())
            {
                // An array's items count one by one; its end is no value.
                if (reader.CurrentDepth == 0 && reader.TokenType is JsonTokenType.StartArray or JsonTokenType.EndArray) continue;
                number++;
                ReadOne(ref reader, number, alerts, errors);
            }
        }
        catch (JsonException e)
        {
            // What follows broken JSON cannot be told apart; what was read before it counts.
            Add(errors, AlertReader.Describe(e));
        }
        return new AlertBody(alerts, errors);
    }

    private static void ReadOne(ref Utf8JsonReader reader, int number, List<Alert> alerts, List<string> errors)
    {
        // A reader that failed inside an alert stands anywhere; a copy from before finds the alert's end.
        var begin = reader;
        try
        {
            alerts.Add(AlertReader.Read(ref reader));
        }
        catch (AlertException e)
        {
            begin.Skip();
            reader = begin;
            Add(errors, $"alert {number}: {e.Message}");
        }
    }

    private static void Add(List<string> errors, string error)
    {
        if (errors.Count < MaxErrors) errors.Add(error);
        else if (errors.Count == MaxErrors) errors.Add("…");
    }
}
