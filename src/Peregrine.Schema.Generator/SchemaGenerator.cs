using System;
using System.IO;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Peregrine.Schema;

/// <summary>Compiles <c>schema/events.json</c>, given as an additional file, into the C# schema.</summary>
[Generator]
public sealed class SchemaGenerator : IIncrementalGenerator
{
    private static readonly DiagnosticDescriptor Unreadable = new(
        "PGS001", "The event schema cannot be read", "{0}", "Schema", DiagnosticSeverity.Error, isEnabledByDefault: true);

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var files = context.AdditionalTextsProvider
            .Where(static f => Path.GetFileName(f.Path) == "events.json")
            .Select(static (f, cancel) => f.GetText(cancel)?.ToString() ?? "");
        context.RegisterSourceOutput(files, static (output, json) =>
        {
            try
            {
                var model = SchemaModel.Parse(json);
                output.AddSource("Schema.Enums.g.cs", SourceText.From(CSharpEmitter.Enums(model), Encoding.UTF8));
                output.AddSource("Schema.Params.g.cs", SourceText.From(CSharpEmitter.Params(model), Encoding.UTF8));
                output.AddSource("Schema.Blob.g.cs", SourceText.From(CSharpEmitter.Blob(model), Encoding.UTF8));
            }
            catch (Exception e) when (e is FormatException or InvalidCastException or System.Collections.Generic.KeyNotFoundException)
            {
                output.ReportDiagnostic(Diagnostic.Create(Unreadable, Location.None, e.Message));
            }
        });
    }
}
