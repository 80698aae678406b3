namespace Peregrine.State;

/// <summary>Puts a descriptor that an event made into its thread's table and into the event's context.</summary>
internal static class NewDescriptors
{
    public static void Add(ref EventContext context, ThreadEntry thread, long number, FdEntry entry)
    {
        entry.OwnerPid = thread.Pid;
        thread.Fds.Set(number, entry);
        context.State.Budget.NoteFd(entry);
        context.Fd = entry;
        context.FdNumber = number;
    }
}
