using System.Globalization;

namespace Peregrine.Hub.Store;

/// <summary>How far a store outside of the data folder is, beside the journal. A number that is too small, or lost, costs only that alerts are brought again, so that it need not be synced.</summary>
internal sealed class StoredPosition(string file)
{
    /// <summary>The number behind the last record that is stored; 0 when it is not known.</summary>
    public long Read() => File.Exists(file) && long.TryParse(File.ReadAllText(file), NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position : 0;

    public void Write(long position)
    {
        File.WriteAllText(file + ".new", position.ToString(CultureInfo.InvariantCulture));
        File.Move(file + ".new", file, overwrite: true);
    }
}
