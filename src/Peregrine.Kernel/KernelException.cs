namespace Peregrine.Kernel;

/// <summary>The kernel, or the right to use it, lacks something that the sensor needs. The message is one line: what is missing and what to do.</summary>
public sealed class KernelException : Exception
{
    public KernelException(string message)
        : base(message)
    {
    }

    public KernelException(string message, string detail)
        : base(message) => Detail = detail;

    public KernelException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public KernelException()
    {
    }

    /// <summary>What libbpf and the kernel's verifier said, several lines; empty when nothing more is known.</summary>
    public string Detail { get; } = "";
}
