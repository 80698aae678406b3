namespace Peregrine.Hub.Destinations;

/// <summary>Workflows and response engines.</summary>
internal static class WorkflowKinds
{
    public static IReadOnlyList<DestinationKind> All { get; } = [Workflow.N8nDestination.Kind, Workflow.TektonDestination.Kind, Workflow.TalonDestination.Kind];
}
