using System.Reflection;
using System.Runtime.InteropServices;

namespace Peregrine.Hub.Store;

/// <summary>Uses the system's SQLite where there is one, which the distribution keeps up to date, else the one that the package brings.</summary>
internal static class SqliteLibrary
{
    private const string System = "libsqlite3.so.0";
    private static readonly Lock Once = new();
    private static bool _loaded;

    public static void Load()
    {
        lock (Once)
        {
            if (_loaded) return;
            NativeLibrary.SetDllImportResolver(typeof(SQLitePCL.SQLite3Provider_e_sqlite3).Assembly, Resolve);
            SQLitePCL.Batteries_V2.Init();
            _loaded = true;
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name == "e_sqlite3" && NativeLibrary.TryLoad(System, out var handle) ? handle : 0;
}
