using Peregrine.Events;

namespace Peregrine.Filters;

/// <summary>Turns the field expressions of a condition or an output format into value sources, checking types on the way.</summary>
/// <param name="catalog">The fields that there are.</param>
/// <param name="semantics">Whether transformed buffers keep the byte that the reference ends them with.</param>
/// <param name="forOutput">Whether values are printed, with the type that the event gives them, and not compared.</param>
internal sealed class SourceCompiler(FieldCatalog catalog, FilterSemantics semantics = FilterSemantics.Strict, bool forOutput = false)
{
    /// <exception cref="FilterException">A field does not exist, or a transformer does not take what it is given.</exception>
    public ValueSource Compile(Expression expression) => expression switch
    {
        FieldExpression field => Field(catalog.Resolve(FieldCatalog.TextOf(field))),
        TransformerExpression transformer => Transformer(transformer),
        LiteralExpression literal => new LiteralSource(literal.Text),
        ListExpression list => new ListSource([.. list.Items.Select(Compile)]),
        _ => throw new FilterException($"filter error: unexpected expression {expression}"),
    };

    private FieldSource Field(FieldReference reference) =>
        reference.Field.Type == ParamType.Dyn && !forOutput ? new RawArgumentSource(reference) : new FieldSource(reference);

    /// <summary>The innermost field of an expression, which messages name; null when it is made of constants only.</summary>
    public static FieldReference? FieldOf(ValueSource source) => source switch
    {
        FieldSource field => field.Reference,
        TextTransformer transformer => FieldOf(transformer.Inner),
        LengthSource length => FieldOf(length.Inner),
        _ => null,
    };

    private ValueSource Transformer(TransformerExpression transformer)
    {
        if (transformer.Name != "getopt" && transformer.Selector is not null)
            throw new FilterException($"filter error: transformer '{transformer.Name}' does not support field arguments");
        if (transformer.Name == TransformerNames.Val) return Compile(transformer.Arguments[0]);
        if (transformer.Arguments.Count > 1) return Several(transformer);
        return Single(transformer.Name, Compile(transformer.Arguments[0]));
    }

    private ValueSource Single(string name, ValueSource inner)
    {
        if (name is not ("tolower" or "toupper" or "basename" or "b64" or "len")) throw new FilterException($"unknown field transfomer '{name}'");
        var field = FieldOf(inner);
        if (field is { } f && (f.Field.Traits & FieldTraits.NoTransformer) != 0)
            throw new FilterException($"field '{f.Field.Name}' does not support transformers");
        if (!Takes(name, inner))
        {
            var list = inner.IsList ? "list " : "";
            throw new FilterException(
                $"can't add field transformer: type '{ValueClasses.NameOf(inner.Type)}' is not supported by '{name}' transformer applied on {list}field '{field?.Field.Name}'");
        }
        return name switch
        {
            "basename" => new BasenameSource(inner),
            "b64" => new Base64Source(inner, terminated: semantics == FilterSemantics.Reference),
            "len" => new LengthSource(inner),
            _ => new CaseSource(name, inner, upper: name == "toupper"),
        };
    }

    private static bool Takes(string name, ValueSource inner) => name switch
    {
        "len" => inner.IsList || ValueClasses.Of(inner.Type) is ValueClass.Text or ValueClass.Bytes,
        "b64" => inner.Type is ParamType.Charbuf or ParamType.Bytebuf,
        _ => ValueClasses.Of(inner.Type) == ValueClass.Text,
    };

    private ValueSource Several(TransformerExpression transformer)
    {
        var arguments = transformer.Arguments.Select(Compile).ToArray();
        return transformer.Name switch
        {
            "join" => Join(arguments),
            "concat" => Concat(arguments),
            "getopt" => Getopt(arguments, transformer.Selector),
            var name => throw new FilterException($"unknown field transfomer '{name}'"),
        };
    }

    private static JoinSource Join(ValueSource[] arguments)
    {
        if (arguments.Length != 2) throw new FilterException("join() requires exactly 2 arguments: separator and list");
        if (arguments[0].IsList) throw new FilterException("join() first argument (separator) must be a single value, not a list");
        if (!IsString(arguments[0])) throw new FilterException("join() first argument (separator) must be a string");
        if (!arguments[1].IsList) throw new FilterException("join() second argument must be a list");
        return new JoinSource(arguments[0], arguments[1]);
    }

    private static ConcatSource Concat(ValueSource[] arguments)
    {
        foreach (var argument in arguments)
            if (argument.IsList || !IsString(argument)) throw new FilterException("concat() arguments must be strings");
        return new ConcatSource(arguments);
    }

    private static GetoptSource Getopt(ValueSource[] arguments, string? selector)
    {
        if (arguments.Length != 2) throw new FilterException("getopt() requires exactly 2 arguments: args list and optstring");
        if (!arguments[0].IsList) throw new FilterException("getopt() first argument must be a list");
        if (arguments[1].IsList) throw new FilterException("getopt() second argument (optstring) must be a single value");
        if (!IsString(arguments[0]) || !IsString(arguments[1])) throw new FilterException("getopt() arguments must be strings");
        if (selector is null) return new GetoptSource(arguments[0], arguments[1], null);
        var bytes = System.Text.Encoding.UTF8.GetBytes(selector);
        return bytes.Length == 1
            ? new GetoptSource(arguments[0], arguments[1], bytes[0])
            : throw new FilterException("getopt() field argument must be a single option character");
    }

    private static bool IsString(ValueSource source) => UntransformedType(source) == ParamType.Charbuf;

    /// <summary>Transformers of several arguments judge these by the field at the bottom, not by what a transformer makes of it.</summary>
    private static ParamType UntransformedType(ValueSource source) => FieldOf(source)?.Field.Type ?? source.Type;
}
