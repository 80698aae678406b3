namespace Peregrine.LiveTests.Engines;

/// <summary>A container as a test wants it.</summary>
/// <param name="Name">Its name, where the engine has names.</param>
/// <param name="Program">What runs in it.</param>
public sealed record ContainerWish(string Name, params string[] Program)
{
    public bool Privileged { get; init; }

    /// <summary>Whether the engine forgets the container as soon as it has ended.</summary>
    public bool ForgetAtEnd { get; init; }

    /// <summary>Every container's own label.</summary>
    public const string Label = "peregrine.live";
}

/// <summary>An engine that can be asked about its containers over a socket.</summary>
public interface IEngineWithApi : IContainerEngine
{
    /// <summary>What <c>container.type</c> says of its containers.</summary>
    string Type { get; }

    /// <summary>The image's name as its engine writes it.</summary>
    string Image { get; }

    /// <summary>Where it listens.</summary>
    string Socket { get; }

    /// <summary>The engine makes privileged containers here.</summary>
    bool MakesPrivileged => true;

    /// <summary>Whether the engine can forget a container as soon as it has ended.</summary>
    bool ForgetsAtEnd => false;

    /// <summary>Starts a container that bears its name in the label too; returns its whole id.</summary>
    string Run(ContainerWish wish);

    /// <summary>What <c>container.name</c> says of it.</summary>
    string NameOf(ContainerWish wish, string id) => wish.Name;
}
