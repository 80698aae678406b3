using System.Runtime.CompilerServices;
using Peregrine.Filters;
using Peregrine.Outputs;
using Peregrine.Rules;
using Peregrine.Sensor.Alerts;
using Peregrine.Sensor.Configuration;
using Peregrine.State;

namespace Peregrine.Sensor.Holding;

/// <summary>Takes an alert that is ready.</summary>
internal delegate void HeldAlertSink(Rule rule, Alert alert);

/// <summary>
/// Alerts that wait for what a container is. While its engine has not answered, the rules are asked about the container's events part by part: what the event, the process and the file decide is decided
/// at once; only where the answer or the text hangs on the container, the event is kept with its alerts made but for that. They go out in order when the answer is there, or as they are when the time is over.
/// The events of all others go their usual way, and no event ever waits.
/// </summary>
/// <remarks>
/// Bounded: a container's events are held for the configured time after its first one, then no more; when the room is full, the longest held go out as they are. Belongs to the worker.
/// </remarks>
internal sealed class HeldEvents
{
    /// <summary>Most bytes that wait.</summary>
    private const long Room = 64 << 20;

    /// <summary>An engine's answer can come very late; until then a container is remembered as one that has waited.</summary>
    private const long Remembered = 60_000;

    private readonly Dictionary<ContainerEntry, HeldContainer> _containers = new(ReferenceEqualityComparer.Instance);
    private readonly EvaluationScratch _late = new();
    private AlertMaker _alerts;
    private readonly HeldAlertSink _sink;
    private readonly int _limit;
    private readonly long _patience;
    private readonly TimeProvider _time;
    private readonly long _start;
    private long _next = long.MaxValue;
    private long _bytes;

    /// <param name="alerts">Makes the alerts.</param>
    /// <param name="settings">How long alerts wait, and how many.</param>
    /// <param name="sink">Told of each alert when it is ready.</param>
    /// <param name="time">For deadlines.</param>
    public HeldEvents(AlertMaker alerts, ContainerSettings? settings, HeldAlertSink sink, TimeProvider? time = null)
    {
        (_alerts, _sink, _time) = (alerts, sink, time ?? TimeProvider.System);
        _start = _time.GetTimestamp();
        _limit = settings?.MaxHeld ?? 0;
        _patience = _limit > 0 ? (long)(settings?.AlertHold ?? default).TotalMilliseconds : 0;
    }

    /// <summary>Milliseconds since this was made.</summary>
    private long Now => (long)_time.GetElapsedTime(_start).TotalMilliseconds;

    /// <summary>Events that wait now.</summary>
    public int Waiting { get; private set; }

    /// <summary>Events that had to wait.</summary>
    public ulong Held { get; private set; }

    /// <summary>Of those, how many went out without the answer because their time was over.</summary>
    public ulong Expired { get; private set; }

    /// <summary>Of those, how many went out without the answer because the room was full.</summary>
    public ulong Displaced { get; private set; }

    /// <summary>Another generation's maker makes the alerts from now on. Everything must have been released before: what waits was made by the last one.</summary>
    public void TakeUp(AlertMaker alerts) => _alerts = alerts;

    /// <summary>Whether the event must be matched here: its container is not known yet, and a rule for such events asks or shows what it is. Nearly always one comparison.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Takes(ref EventContext context, RuleEngine rules) =>
        context.Thread?.Container is { Lookup: ContainerLookup.Waiting } container && context.Source == 0 && MayHold(container, rules.Awaits(context.Event.Type));

    /// <summary>Asks the rules; what is clear goes to the sink, what is not is kept.</summary>
    public void Match(ref EventContext context, EvaluationScratch scratch, RuleEngine rules)
    {
        var container = context.Thread!.Container!;
        var held = Of(container);
        List<HeldMatch>? matches = null;
        foreach (var index in rules.RulesFor(context.Event.Type))
        {
            var rule = rules.Rules[index];
            var rest = PartialAnswer.Of(rule.Filter, ref context, scratch);
            if (ReferenceEquals(rest, ConstantPredicate.False)) continue;
            var isCertain = ReferenceEquals(rest, ConstantPredicate.True);
            var alert = _alerts.Hold(rule, ref context, scratch);
            if (isCertain && matches is null && held.Events.Count == 0 && !container.Awaits(alert.Awaits))
            {
                rules.Count(index);
                _sink(rule, _alerts.Finish(alert, ref context, scratch));
            }
            else
            {
                (matches ??= []).Add(new HeldMatch(index, rest, alert));
            }
            if (isCertain && rules.TakesFirstOnly) break;
        }
        if (matches is null) return;
        var kept = new HeldEvent(ref context, matches);
        held.Events.Enqueue(kept);
        Held++;
        Waiting++;
        _bytes += kept.Size;
        while (Waiting > _limit || _bytes > Room) Displace(rules, context.State);
    }

    /// <summary>Something has been found out about a container: what it decides goes out.</summary>
    public void OnLearned(ContainerEntry container, RuleEngine rules, StateEngine state)
    {
        if (!_containers.TryGetValue(container, out var held)) return;
        while (held.Events.TryPeek(out var first) && Release(first, container, rules, state, asItIs: false)) Drop(held);
        if (container.Lookup != ContainerLookup.Waiting) _containers.Remove(container);
    }

    /// <summary>Lets out what has waited long enough. To be called between events, and at least as often as <see cref="Sleep"/> says.</summary>
    public void Look(RuleEngine rules, StateEngine state)
    {
        var now = Now;
        if (now < _next) return;
        _next = long.MaxValue;
        foreach (var (container, held) in _containers)
        {
            if (now < held.Deadline)
            {
                _next = Math.Min(_next, held.Deadline);
                continue;
            }
            Expire(container, held, rules, state);
            if (now - held.Deadline > Remembered) _containers.Remove(container);
        }
        if (_next == long.MaxValue && _containers.Count > 0) _next = now + Remembered / 4;
    }

    /// <summary>Lets out all, as it is: the rules change, or the run ends.</summary>
    public void ReleaseAll(RuleEngine rules, StateEngine state)
    {
        foreach (var (container, held) in _containers) Expire(container, held, rules, state);
    }

    /// <summary>How long the worker may sleep at most, given how long it would like to.</summary>
    public TimeSpan Sleep(TimeSpan longest)
    {
        if (Waiting == 0) return longest;
        var left = TimeSpan.FromMilliseconds(Math.Max(1, _next - Now));
        return left < longest ? left : longest;
    }

    private bool MayHold(ContainerEntry container, ContainerFacts facts)
    {
        if (_patience == 0) return false;
        if (_containers.TryGetValue(container, out var held)) return !held.IsOver && (held.Events.Count > 0 || container.Awaits(facts));
        return container.Awaits(facts);
    }

    private HeldContainer Of(ContainerEntry container)
    {
        if (_containers.TryGetValue(container, out var held)) return held;
        held = new HeldContainer(Now + _patience);
        _next = Math.Min(_next, held.Deadline);
        return _containers[container] = held;
    }

    private void Expire(ContainerEntry container, HeldContainer held, RuleEngine rules, StateEngine state)
    {
        held.IsOver = true;
        while (held.Events.TryPeek(out var first))
        {
            Release(first, container, rules, state, asItIs: true);
            Drop(held);
            Expired++;
        }
    }

    /// <summary>The container that has waited longest gives up its first event.</summary>
    private void Displace(RuleEngine rules, StateEngine state)
    {
        var (container, held) = _containers.Where(static c => c.Value.Events.Count > 0).MinBy(static c => c.Value.Deadline);
        Release(held.Events.Peek(), container, rules, state, asItIs: true);
        Drop(held);
        Displaced++;
    }

    private void Drop(HeldContainer held)
    {
        _bytes -= held.Events.Dequeue().Size;
        Waiting--;
    }

    /// <summary>Lets out the alerts of an event up to the first that must wait on. True when none is left.</summary>
    private bool Release(HeldEvent kept, ContainerEntry container, RuleEngine rules, StateEngine state, bool asItIs)
    {
        var context = kept.Context(state);
        _late.Reset();
        var matches = kept.Matches;
        while (matches.Count > 0)
        {
            var match = matches[0];
            var rest = asItIs ? match.Rest.Evaluate(ref context, _late) ? ConstantPredicate.True : ConstantPredicate.False : PartialAnswer.Of(match.Rest, ref context, _late);
            var isCertain = ReferenceEquals(rest, ConstantPredicate.True);
            if (isCertain && (asItIs || !container.Awaits(match.Alert.Awaits)))
            {
                rules.Count(match.Index);
                _sink(match.Alert.Rule, _alerts.Finish(match.Alert, ref context, _late));
                if (rules.TakesFirstOnly) return true;
            }
            else if (!ReferenceEquals(rest, ConstantPredicate.False))
            {
                matches[0] = match with { Rest = rest };
                return false;
            }
            matches.RemoveAt(0);
        }
        return true;
    }
}
