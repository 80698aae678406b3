using Microsoft.Extensions.Logging;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations;
using Peregrine.Hub.Escalations;
using Peregrine.Hub.Journal;
using Peregrine.Hub.Metrics;
using Peregrine.Hub.Routing;
using Peregrine.Hub.Store;
using Peregrine.Hub.Store.Postgres;

namespace Peregrine.Hub;

/// <summary>
/// The way of an alert behind the network: journal, store, router, queues, workers. Starting it contacts nobody. One hub owns a data folder: a second one is refused.
/// </summary>
public sealed class AlertHub : IAsyncDisposable
{
    private static readonly TimeSpan CleanInterval = TimeSpan.FromSeconds(10);

    private readonly FileStream _lock;
    private readonly IAlertStore _store;
    private readonly StoreFiller _filler;
    private readonly AlertRouter _router;
    private readonly IReadOnlyList<DestinationWorker> _workers;
    private readonly Timer _cleaner;

    private AlertHub(FileStream @lock, AlertJournal journal, RecentAlerts recent, IAlertStore store, StoreFiller filler, AlertRouter router, IReadOnlyList<DestinationWorker> workers)
    {
        (_lock, Journal, Recent, _store, _filler, _router, _workers) = (@lock, journal, recent, store, filler, router, workers);
        _cleaner = new Timer(_ => Clean(), null, CleanInterval, CleanInterval);
    }

    public AlertJournal Journal { get; }

    /// <summary>The last alerts, which need not be read from the journal.</summary>
    public RecentAlerts Recent { get; }

    public IAlertStore Store => _store;

    public StoreFiller Filler => _filler;

    /// <summary>How many records of the journal are not in the store yet.</summary>
    public long StoreLag => Math.Max(0, Journal.End.Sequence - _filler.Position);

    public AlertRouter Router => _router;

    /// <summary>What waits to be acknowledged.</summary>
    public OpenAlerts Open => _router.Plan.Open;

    public IReadOnlyList<DestinationWorker> Workers => _workers;

    /// <summary>What was counted of its own work.</summary>
    public required HubTotals Totals { get; init; }

    /// <summary>Opens the data folder and starts the work.</summary>
    /// <exception cref="ConfigurationException">A destination cannot be made from its settings.</exception>
    /// <exception cref="IOException">The data folder cannot be used, or another hub uses it.</exception>
    public static async ValueTask<AlertHub> StartAsync(HubConfiguration configuration, TimeProvider clock, ILoggerFactory logs)
    {
        var folders = new HubFolders(configuration.DataFolder);
        Directory.CreateDirectory(configuration.DataFolder);
        // What was opened is closed again, the last first, when something behind it cannot be.
        var opened = new Stack<IAsyncDisposable>();
        T Opened<T>(T one)
            where T : IAsyncDisposable
        {
            opened.Push(one);
            return one;
        }
        try
        {
            var own = Opened(Take(folders.Lock));
            var store = Opened(OpenStore(configuration, folders));
            var journal = Opened(AlertJournal.Open(folders.Journal, logs.CreateLogger<AlertJournal>(), atLeast: await store.ReadPositionAsync(CancellationToken.None)));
            var recent = new RecentAlerts();
            var totals = new HubTotals();
            var workers = new List<DestinationWorker>();
            foreach (var instance in configuration.Destinations) workers.Add(Opened(Worker(instance, configuration, folders, journal, recent, clock, logs, totals)));
            foreach (var worker in workers) worker.Shown = new OpenIdentity(configuration.Routing.Routes, worker.Instance.Name).Show;
            totals.Workers = workers;
            var open = Opened(new OpenAlerts(configuration.Routing.Routes, new OpenAlertFile(folders.OpenAlerts), journal.End.Sequence, logs.CreateLogger<OpenAlerts>()));
            var plan = new RoutePlan(configuration.Routing, configuration.Destinations, open);
            var router = Opened(new AlertRouter(journal, recent, workers.ToDictionary(w => w.Instance.Name, w => w.Queue, StringComparer.Ordinal), plan, folders.Checkpoint, clock, logs.CreateLogger<AlertRouter>()));
            var filler = Opened(new StoreFiller(journal, recent, store, Retention(configuration.Retention), configuration.Secrets, clock, logs.CreateLogger<StoreFiller>()));
            foreach (var worker in workers.Where(w => w.Instance.Delivery.Fallback.Length > 0))
            {
                var fallback = workers.First(w => w.Instance.Name == worker.Instance.Delivery.Fallback);
                worker.Fallback = alerts => PutAsync(journal, fallback.Queue, alerts);
            }
            filler.Start();
            router.Start();
            foreach (var worker in workers) worker.Start();
            return new AlertHub(own, journal, recent, store, filler, router, workers) { Totals = totals };
        }
        catch
        {
            while (opened.TryPop(out var one)) await one.DisposeAsync();
            throw;
        }
    }

    /// <summary>Brings a destination's dead letters into its queue again.</summary>
    /// <returns>How many.</returns>
    public async ValueTask<long> ReplayAsync(DestinationWorker worker)
    {
        return await worker.DeadLetters.TakeAllAsync(alerts => PutAsync(Journal, worker.Queue, alerts));
    }

    // Alerts that come to a queue from elsewhere than the router.
    private static async ValueTask PutAsync(AlertJournal journal, DestinationQueue queue, IReadOnlyList<byte[]> alerts)
    {
        var positions = await journal.AppendAsync(alerts, JournalRecordKind.Derived);
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        for (var i = 0; i < positions.Count; i++) queue.Append(new QueueEntry(positions[i], RecordFormat.Length(alerts[i].Length), queue.LastSource, now));
        queue.Flush();
    }

    /// <summary>Stops in the order of the way: nothing that was taken in is lost, what was not confirmed is delivered after the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await _cleaner.DisposeAsync();
        await _router.DisposeAsync();
        await Open.DisposeAsync();
        await Task.WhenAll(_workers.Select(w => w.DisposeAsync().AsTask()));
        await _filler.DisposeAsync();
        await Journal.DisposeAsync();
        await _store.DisposeAsync();
        await _lock.DisposeAsync();
    }

    private static IAlertStore OpenStore(HubConfiguration configuration, HubFolders folders) => configuration.Database is { } database
        ? PostgresStore.Open(database, configuration.ClientTls.ExtraAuthorities, configuration.HubName, folders.StoredPosition)
        : SqliteStore.Open(folders.Store, configuration.HubName);

    private static StoreRetention Retention(SettingValues retention) => new(retention.Duration("age"), retention.Integer("bytes"), retention.Integer("backlog"));

    private static FileStream Take(string file)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new IOException($"the data folder {Path.GetDirectoryName(file)} cannot be used, or another hub uses it: {e.Message}", e);
        }
    }

    private static DestinationWorker Worker(DestinationInstance instance, HubConfiguration configuration, HubFolders folders, AlertJournal journal, RecentAlerts recent, TimeProvider clock, ILoggerFactory logs, HubTotals totals)
    {
        var folder = folders.Destination(instance.Name);
        var log = logs.CreateLogger<DestinationWorker>();
        var destination = instance.Kind.Create(Context(instance, configuration, clock, logs, totals));
        return new DestinationWorker(instance, destination, new DestinationQueue(Path.Combine(folder, "queue")), journal, recent, new DeadLetters(folder, clock), configuration.Secrets, clock, log);
    }

    internal static DestinationContext Context(DestinationInstance instance, HubConfiguration configuration, TimeProvider clock, ILoggerFactory logs, HubTotals? totals = null) => new()
    {
        Kind = instance.Kind,
        Settings = instance.Settings,
        Shared = instance.Shared,
        Tls = configuration.ClientTls,
        Clock = clock,
        Log = logs.CreateLogger("Peregrine.Hub.Destinations." + instance.Kind.Name),
        Totals = totals ?? new HubTotals(),
        AllNames = [.. configuration.Destinations.Select(d => d.Name)],
        AddedFields = [.. configuration.Top.Map("customfields").Keys.Concat(configuration.Top.Map("templatedfields").Keys).Distinct(StringComparer.Ordinal)],
    };

    // Segments that nobody needs: routed, stored, and no queue refers to them.
    private void Clean()
    {
        var needed = Math.Min(_router.SafeSequence, _filler.Position);
        foreach (var worker in _workers)
            if (worker.Queue.Read(worker.Queue.Confirmed) is { } oldest) needed = Math.Min(needed, oldest.Position.Sequence);
        try
        {
            Journal.RemoveBefore(needed);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next round tries again; until then the disk holds more than it must.
        }
    }
}
