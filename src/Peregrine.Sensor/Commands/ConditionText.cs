using Peregrine.Filters;

namespace Peregrine.Sensor.Commands;

/// <summary>Conditions and formats from the command line, their mistakes shown with a caret.</summary>
internal static class ConditionText
{
    public static ConditionNode Parse(string text)
    {
        try
        {
            return ConditionParser.Parse(text);
        }
        catch (ConditionSyntaxException e)
        {
            throw new SensorException($"in the condition: {e.Message}\n  {text}\n  {new string(' ', Math.Clamp(e.Offset, 0, text.Length))}^", e);
        }
    }

    public static CompiledFilter Compile(ConditionNode condition, string text, FieldCatalog catalog)
    {
        try
        {
            return new FilterCompiler(catalog, new FilterOptions { Services = ServiceTable.OfMachine }).Compile(condition);
        }
        catch (FilterException e)
        {
            throw new SensorException($"in the condition '{text}': {e.Message}", e);
        }
    }

    public static OutputFormat Format(string text, FieldCatalog catalog)
    {
        try
        {
            return OutputFormat.Compile(text.StartsWith('*') ? text : "*" + text, catalog);
        }
        catch (FilterException e)
        {
            throw new SensorException($"in the format '{text}': {e.Message}", e);
        }
    }
}
