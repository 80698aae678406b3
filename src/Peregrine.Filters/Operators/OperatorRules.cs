using Peregrine.Events;

namespace Peregrine.Filters;

/// <summary>Which operators a type allows.</summary>
internal static class OperatorRules
{
    /// <summary>Checks the operator against the left side's type; the message is the reference's.</summary>
    /// <exception cref="FilterException">They do not go together.</exception>
    public static void Check(CheckOperator op, CheckModifier modifier, ParamType type, bool isList)
    {
        if (op == CheckOperator.Exists) return;
        if (isList)
        {
            if (!ValueClasses.IsList(type)) throw new FilterException($"filter error: list filters are not supported for type '{ValueClasses.NameOf(type)}'");
            if (op is not (CheckOperator.In or CheckOperator.Intersects)) throw Refuse(op, "list filters", joined: "");
            return;
        }
        switch (ValueClasses.Of(type))
        {
            case ValueClass.Signed or ValueClass.Unsigned or ValueClass.Double or ValueClass.Port:
                if (!IsNumeric(op)) throw Refuse(op, "numeric filters");
                break;
            case ValueClass.Bool:
                if (!IsEquality(op)) throw Refuse(op, "numeric filters");
                break;
            case ValueClass.Address or ValueClass.Network:
                // With a modifier the check is made once more, of the operator and the modifier together.
                if (modifier != CheckModifier.None && !IsEquality(op))
                    throw new FilterException($"filter error: '{OperatorToken.Spell(op)}' with modifier not supported for ip address and network filters");
                if (!IsEquality(op)) throw Refuse(op, "ip address and network filters");
                break;
            case ValueClass.Text:
                if (op is CheckOperator.BContains or CheckOperator.BStartsWith) throw Refuse(op, "string filters");
                break;
            case ValueClass.Bytes:
                if (!IsBuffer(op)) throw Refuse(op, "buffer filters");
                break;
            default:
                throw Refuse(op, $"type '{ValueClasses.NameOf(type)}'");
        }
    }

    private static bool IsEquality(CheckOperator op) =>
        op is CheckOperator.Equal or CheckOperator.NotEqual or CheckOperator.In or CheckOperator.Intersects;

    private static bool IsNumeric(CheckOperator op) => IsEquality(op)
        || op is CheckOperator.Less or CheckOperator.LessOrEqual or CheckOperator.Greater or CheckOperator.GreaterOrEqual;

    private static bool IsBuffer(CheckOperator op) => IsEquality(op)
        || op is CheckOperator.Contains or CheckOperator.StartsWith or CheckOperator.EndsWith or CheckOperator.BContains or CheckOperator.BStartsWith;

    private static FilterException Refuse(CheckOperator op, string what, string joined = "for ") =>
        new($"filter error: '{OperatorToken.Spell(op)}' operator not supported {joined}{what}");
}
