using System;
using System.IO;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Peregrine.Schema;

/// <summary>Compiles <c>schema/events.json</c> and <c>schema/conversions.json</c>, given as additional files, into the C# schema and the conversion table.</summary>
[Generator]
public sealed class SchemaGenerator : IIncrementalGenerator
{
    private static readonly DiagnosticDescriptor Unreadable = new(
        "PGS001", "The event schema cannot be read", "{0}", "Schema", DiagnosticSeverity.Error, isEnabledByDefault: true);

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        Compile(context, "events.json", static (output, json) =>
        {
            var model = SchemaModel.Parse(json);
            output.AddSource("Schema.Enums.g.cs", SourceText.From(CSharpEmitter.Enums(model), Encoding.UTF8));
            output.AddSource("Schema.Params.g.cs", SourceText.From(CSharpEmitter.Params(model), Encoding.UTF8));
            output.AddSource("Schema.Blob.g.cs", SourceText.From(CSharpEmitter.Blob(model), Encoding.UTF8));
        });
        Compile(context, "conversions.json", static (output, json) =>
            output.AddSource("Conversions.Blob.g.cs", SourceText.From(ConversionEmitter.Blob(json), Encoding.UTF8)));
    }

    private static void Compile(IncrementalGeneratorInitializationContext context, string file, Action<SourceProductionContext, string> emit)
    {
        var texts = context.AdditionalTextsProvider
            .Where(f => Path.GetFileName(f.Path) == file)
            .Select(static (f, cancel) => f.GetText(cancel)?.ToString() ?? "");
        context.RegisterSourceOutput(texts, (output, json) =>
        {
            try
            {
                emit(output, json);
            }
            catch (Exception e) when (e is FormatException or InvalidCastException or System.Collections.Generic.KeyNotFoundException)
            {
                output.ReportDiagnostic(Diagnostic.Create(Unreadable, Location.None, e.Message));
            }
        });
    }
}
