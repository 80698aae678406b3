/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * fork, vfork, clone, clone3: one event in the parent (res = the child's pid) and one in the child (res = 0). The child's comes from its
 * own first return to user space, so it is there before any other event of the child.
 */


/*
 * The child's flags as the kernel made it: it may start only after its parent has gone on and reused the memory of clone3's
 * arguments, and fork and vfork have none.
 */
static __always_inline u64 shared_with_parent(struct task_struct *task)
{
	bool thread = READ(task, pid) != READ(task, tgid);
	struct task_struct *origin = thread ? READ(task, group_leader) : READ(task, real_parent);
	struct mm_struct *mm = READ(task, mm);
	u64 flags = thread ? CLONE_THREAD_ : 0;

	flags |= mm && mm == READ(origin, mm) ? CLONE_VM_ : 0;
	flags |= READ(task, files) == READ(origin, files) ? CLONE_FILES_ : 0;
	flags |= READ(task, fs) == READ(origin, fs) ? CLONE_FS_ : 0;
	flags |= READ(task, sighand) == READ(origin, sighand) ? CLONE_SIGHAND_ : 0;
	return flags;
}

#define CLONE_EVENT(syscall, EVENT, step)                                            \
	SYSCALL_FIRST_STEP(syscall, EVENT, true, step)                               \
	{                                                                            \
		struct task_struct *task = current_task();                           \
                                                                                     \
		put_s64(R, c->ret);                                                  \
		put_command_line(R, READ(task, mm));                                 \
		put_identity(R, task);                                               \
	}

CLONE_EVENT(clone, SYSCALL_CLONE_20_X, PG_STEP_CLONE_STATE)
CLONE_EVENT(clone3, SYSCALL_CLONE3_X, PG_STEP_CLONE_STATE)
CLONE_EVENT(fork, SYSCALL_FORK_20_X, PG_STEP_CLONE_STATE)
CLONE_EVENT(vfork, SYSCALL_VFORK_20_X, PG_STEP_CLONE_STATE)

#define NR_CLONE 56
#define NR_VFORK 58
#define NR_CLONE3 435

/* The four events have the same parameters, so they share the second step. */
SEC("tp_btf/sys_exit")
int step_clone_state(u64 *ctx)
{
	struct call call = {.regs = (struct pt_regs *)ctx[0], .ret = (s64)ctx[1]};
	struct record *r = &call.r;
	struct task_struct *task = current_task();
	struct pid_namespace *namespace;
	u64 number, flags = 0;
	u32 bits;

	if (!record_resume(r, 0, PG_NPARAMS_SYSCALL_CLONE_20_X, PG_PARAM_SYSCALL_CLONE_20_X_CGROUPS))
		return 0;
	put_cgroups(r, task);

	number = r->cpu->native;
	if (number == NR_CLONE)
		flags = argument(&call, 0);
	else if (number == NR_CLONE3)
		flags = user_value(u64, argument(&call, 0));
	else if (number == NR_VFORK)
		flags = CLONE_VFORK_ | CLONE_VM_;
	if (call.ret == 0) {
		u64 mask = CLONE_THREAD_ | CLONE_VM_ | CLONE_FILES_ | CLONE_FS_ | CLONE_SIGHAND_;

		if (number == NR_CLONE3)
			flags = 0;
		flags = (flags & ~mask) | shared_with_parent(task);
	}
	bits = clone_flags(flags);
	namespace = namespace_of(task);
	if (READ(namespace, level) > 0 || READ(task, nsproxy, pid_ns_for_children) != namespace)
		bits |= PG_FLAG_CLONE_FLAGS_CLONE_CHILD_IN_PIDNS;
	put_u32(r, bits);
	put_u32(r, READ(task, cred, euid.val));
	put_u32(r, READ(task, cred, egid.val));
	put_s64(r, pid_in_own_namespace(READ(task, thread_pid), task));
	put_s64(r, pid_in_own_namespace(READ(task, group_leader, thread_pid), task));
	put_u64(r, call.ret == 0 ? READ(namespace, child_reaper, start_boottime) : 0);
	record_end(r);
	return 0;
}
