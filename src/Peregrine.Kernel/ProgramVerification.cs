namespace Peregrine.Kernel;

/// <summary>What the kernel's verifier had to do with one program of the probe.</summary>
/// <param name="Name">The program's.</param>
/// <param name="Instructions">Of the program.</param>
/// <param name="Walked">Instructions that were looked at on all paths together: the kernel's limit is a million. 0 where it does not tell, before 5.16.</param>
public sealed record ProgramVerification(string Name, int Instructions, int Walked);
