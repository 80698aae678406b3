namespace Peregrine.Kernel;

/// <summary>One thing that the kernel, this machine or this process's rights offer or lack.</summary>
/// <param name="Name">What it is.</param>
/// <param name="State">What was found.</param>
/// <param name="Advice">What to do about a gap; empty when there is none.</param>
/// <param name="IsMissing">Whether the sensor cannot watch without it.</param>
public sealed record KernelFeature(string Name, string State, string Advice, bool IsMissing);
