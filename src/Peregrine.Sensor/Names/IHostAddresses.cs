namespace Peregrine.Sensor.Names;

/// <summary>A place where the addresses of hosts are to be found.</summary>
public interface IHostAddresses
{
    /// <summary>The addresses of a host, 4 or 16 bytes each; none when this place does not know it.</summary>
    /// <exception cref="IOException">The place could not be asked; the message says why, without the name.</exception>
    Task<IReadOnlyList<byte[]>> Find(string name, CancellationToken cancelled);
}
