using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Destinations.Aws.Ocsf;

/// <summary>The tactics and techniques of MITRE ATT&amp;CK that rules name in their tags (<c>mitre_execution</c>, <c>T1059</c>, <c>T1552.001</c>).</summary>
internal static class AttackTags
{
    private const string TacticPrefix = "mitre_";

    private static readonly Dictionary<string, (string Name, string Uid)> Tactics = new(StringComparer.OrdinalIgnoreCase)
    {
        ["reconnaissance"] = ("Reconnaissance", "TA0043"),
        ["resource_development"] = ("Resource Development", "TA0042"),
        ["initial_access"] = ("Initial Access", "TA0001"),
        ["execution"] = ("Execution", "TA0002"),
        ["persistence"] = ("Persistence", "TA0003"),
        ["privilege_escalation"] = ("Privilege Escalation", "TA0004"),
        ["defense_evasion"] = ("Defense Evasion", "TA0005"),
        ["credential_access"] = ("Credential Access", "TA0006"),
        ["discovery"] = ("Discovery", "TA0007"),
        ["lateral_movement"] = ("Lateral Movement", "TA0008"),
        ["collection"] = ("Collection", "TA0009"),
        ["exfiltration"] = ("Exfiltration", "TA0010"),
        ["command_and_control"] = ("Command and Control", "TA0011"),
        ["impact"] = ("Impact", "TA0040"),
    };

    /// <summary>One entry for each tag that is one, since tags do not say which technique belongs to which tactic; null when none is.</summary>
    public static List<OcsfAttack>? Of(Alert alert)
    {
        var attacks = alert.Tags.Select(Attack).OfType<OcsfAttack>().ToList();
        return attacks.Count > 0 ? attacks : null;
    }

    private static OcsfAttack? Attack(string tag)
    {
        if (tag.StartsWith(TacticPrefix, StringComparison.OrdinalIgnoreCase))
            return Tactics.TryGetValue(tag[TacticPrefix.Length..], out var tactic) ? new OcsfAttack { Tactic = new OcsfEntity { Name = tactic.Name, Uid = tactic.Uid } } : null;
        var parts = tag.Split('.');
        if (parts.Length > 2 || !IsTechnique(parts[0]) || parts.Length == 2 && !(parts[1].Length == 3 && parts[1].All(char.IsAsciiDigit))) return null;
        return new OcsfAttack { Technique = new OcsfEntity { Uid = parts[0] }, SubTechnique = parts.Length == 2 ? new OcsfEntity { Uid = tag } : null };
    }

    private static bool IsTechnique(string text) => text.Length == 5 && text[0] == 'T' && text.Skip(1).All(char.IsAsciiDigit);
}
