/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * execve and execveat. One that succeeds is reported by the sched_process_exec tracepoint: everything comes from the kernel and
 * from memory that no other thread can change yet. One that fails is reported at the syscall's exit, from its arguments.
 */

#define PG_GROUPS 32 /* of a task that are looked at */

struct group_search {
	struct group_info *groups;
	u32 gid;
	u32 found;
};

LOOP_BODY look_at_group(u32 index, struct group_search *search)
{
	struct group_info *groups = search->groups;
	u32 group = 0;

	if ((s32)index >= READ(groups, ngroups))
		return LOOP_END;
	bpf_probe_read_kernel(&group, sizeof(group), (void *)groups + bpf_core_field_offset(struct group_info, gid) + index * sizeof(group));
	search->found = group == search->gid;
	return search->found ? LOOP_END : LOOP_ON;
}

/* Whether the task may write to the file that it runs: by owner, group or others' permission, or because permissions do not bind it. */
static __always_inline bool may_write(struct task_struct *task, struct file *file, struct inode *inode)
{
	u16 mode = READ(inode, i_mode);
	const struct cred *cred = READ(task, cred);
	struct group_search search = {.gid = READ(inode, i_gid.val)};

	if (READ(inode, i_sb, s_flags) & SB_RDONLY || READ(file, f_path.mnt, mnt_flags) & MNT_READONLY || READ(inode, i_flags) & S_IMMUTABLE)
		return false;
	if (read_caps(cred, cap_effective) & (1ull << CAP_DAC_OVERRIDE))
		return true;
	if (READ(cred, fsuid.val) == READ(inode, i_uid.val))
		return mode & 0200;
	if (READ(cred, fsgid.val) == search.gid)
		return mode & 0020;
	search.groups = READ(cred, group_info);
	LOOP(PG_GROUPS, look_at_group, &search);
	return mode & (search.found ? 0020 : 0002);
}

/* The controlling terminal's device number; 0 without one. */
static __always_inline u32 terminal(struct task_struct *task)
{
	struct tty_struct *tty = READ(task, signal, tty);
	u32 major, minor;

	if (!tty)
		return 0;
	major = READ(tty, driver, major);
	minor = READ(tty, driver, minor_start) + READ(tty, index);
	return user_device((major << 20) | (minor & 0xfffff));
}

static __always_inline u32 login_uid(struct task_struct *task)
{
	return bpf_core_field_exists(task->loginuid) ? READ(task, loginuid.val) : (u32)-1;
}

/* tty … uid: parameters 17 to 27. */
static __always_inline void put_exec_state(struct record *r, struct task_struct *task)
{
	struct file *file = READ(task, mm, exe_file);
	struct inode *inode = READ(file, f_inode);
	u32 flags = 0;

	put_u32(r, terminal(task));
	put_s64(r, pid_in_own_namespace(READ(task, signal, pids[PIDTYPE_PGID]), task));
	put_u32(r, login_uid(task));
	if (inode) {
		flags = layer_flags(inode_layer(inode), PG_FLAG_EXECVE_FLAGS_EXE_UPPER_LAYER, PG_FLAG_EXECVE_FLAGS_EXE_LOWER_LAYER);
		if (may_write(task, file, inode))
			flags |= PG_FLAG_EXECVE_FLAGS_EXE_WRITABLE;
		if (is_memfd(file))
			flags |= PG_FLAG_EXECVE_FLAGS_EXE_FROM_MEMFD;
	}
	put_u32(r, flags);
	put_caps(r, task);
	put_u64(r, inode ? READ(inode, i_ino) : 0);
	put_u64(r, inode ? inode_ctime(inode) : 0);
	put_u64(r, inode ? inode_mtime(inode) : 0);
	put_u32(r, READ(task, cred, euid.val));
}

/* trusted_exepath, pgid, gid: parameters 28 to 30. */
static __always_inline void put_exec_paths(struct record *r, struct task_struct *task)
{
	put_file_path(r, READ(task, mm, exe_file));
	put_s64(r, pid_in_first_namespace(READ(task, signal, pids[PIDTYPE_PGID])));
	put_u32(r, READ(task, cred, egid.val));
}

/* Whether exec events are wanted at all: by either name, as the kernel reports both as execve once they have succeeded. */
#define NR_EXECVE 59
#define NR_EXECVEAT 322

SEC("tp_btf/sched_process_exec")
int exec_done(u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	struct record record, *r = &record;

	if (!((pg_switches.interest[NR_EXECVE] | pg_switches.interest[NR_EXECVEAT]) & PG_WANT_NATIVE) || task->tgid == pg_settings.own_tgid)
		return 0;
	if (!record_begin(r, PG_EVENT_SYSCALL_EXECVE_19_X, PG_NPARAMS_SYSCALL_EXECVE_19_X))
		return 0;
	put_s64(r, 0);
	put_command_line(r, READ(task, mm));
	put_identity(r, task);
	record_suspend(r);
	bpf_tail_call(ctx, &pg_exec_steps, PG_STEP_EXEC_STATE);
	record_drop(r, PG_DROP_BUG);
	return 0;
}

SEC("tp_btf/sched_process_exec")
int step_exec_state(u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	struct record record, *r = &record;
	u64 start, end;

	if (!record_resume(r, 0, PG_NPARAMS_SYSCALL_EXECVE_19_X, PG_PARAM_SYSCALL_EXECVE_19_X_CGROUPS))
		return 0;
	put_cgroups(r, task);
	start = READ(task, mm, env_start);
	end = READ(task, mm, env_end);
	put_user_bytes(r, start, start < end ? end - start : 0, PG_ENVIRONMENT_MAX);
	put_exec_state(r, task);
	record_suspend(r);
	bpf_tail_call(ctx, &pg_exec_steps, PG_STEP_EXEC_PATHS);
	record_drop(r, PG_DROP_BUG);
	return 0;
}

SEC("tp_btf/sched_process_exec")
int step_exec_paths(u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	struct linux_binprm *program = (void *)ctx[2];
	struct record record, *r = &record;

	if (!record_resume(r, 0, PG_NPARAMS_SYSCALL_EXECVE_19_X, PG_PARAM_SYSCALL_EXECVE_19_X_TRUSTED_EXEPATH))
		return 0;
	put_exec_paths(r, task);
	put_kernel_string(r, READ(program, filename), PG_PATH_MAX);
	record_end(r);
	return 0;
}

#define PG_FAILED_STRINGS 128 /* arguments, or variables, of a failed exec */

struct string_walk {
	struct pg_cpu *cpu;
	u64 array;
	u32 skip, max;
	u32 total;
	u32 position; /* of the record */
};

LOOP_BODY copy_string(u32 index, struct string_walk *walk)
{
	struct record r = {.cpu = walk->cpu, .position = walk->position};
	u64 at = (u64)index + walk->skip;
	u64 pointer;
	u32 length;

	if (!walk->array || walk->total > walk->max)
		return LOOP_END;
	if (r.cpu->compat)
		pointer = user_value(u32, walk->array + at * 4);
	else
		pointer = user_value(u64, walk->array + at * 8);
	if (!pointer)
		return LOOP_END;
	length = write_user_string(&r, pointer, PG_PATH_MAX) & 0x1fff;
	walk->position = forget(r.cpu, r.position + length);
	walk->total = forget(r.cpu, walk->total + length);
	return LOOP_ON;
}

/* The strings that an array of pointers names, one after the other, NULs included, from the `skip`th. */
static __always_inline void put_user_strings(struct record *r, u64 array, u32 skip, u32 max)
{
	struct string_walk walk = {.cpu = r->cpu, .array = array, .skip = skip, .max = max, .total = forget(r->cpu, 0), .position = r->position};

	LOOP(PG_FAILED_STRINGS, copy_string, &walk);
	r->position = forget(r->cpu, walk.position);
	put_length(r, walk.total);
}

/* The program's arguments stand behind its path, which for execveat stands behind a directory's descriptor. */
static __always_inline u64 exec_argument(struct call *c, int n)
{
	return c->r.event == PG_EVENT_SYSCALL_EXECVEAT_X ? ARG(n + 1) : ARG(n);
}

#define FAILED_EXEC(syscall, EVENT, step)                                             \
	SYSCALL_FIRST_STEP(syscall, EVENT, ret < 0, step)                             \
	{                                                                             \
		struct task_struct *task = current_task();                            \
		u64 arguments = exec_argument(c, 1);                                  \
		u64 first = c->r.cpu->compat ? user_value(u32, arguments) : user_value(u64, arguments); \
                                                                                      \
		put_s64(R, c->ret);                                                   \
		put_user_string(R, first, PG_COMMAND_MAX);                            \
		if (first)                                                            \
			put_user_strings(R, arguments, 1, 0x7fff);                    \
		else                                                                  \
			put_empty(R);                                                 \
		put_identity(R, task);                                                \
	}

FAILED_EXEC(execve, SYSCALL_EXECVE_19_X, PG_STEP_EXEC_FAILED_STATE)
FAILED_EXEC(execveat, SYSCALL_EXECVEAT_X, PG_STEP_EXEC_FAILED_STATE)

static __always_inline u32 event_in_progress(struct record *r)
{
	return *(u16 *)&r->cpu->bytes[20];
}

SEC("tp_btf/sys_exit")
int step_exec_failed_state(u64 *ctx)
{
	struct call call = {.regs = (struct pt_regs *)ctx[0], .ret = (s64)ctx[1]};
	struct task_struct *task = current_task();
	struct record *r = &call.r;

	if (!record_resume(r, 0, PG_NPARAMS_SYSCALL_EXECVE_19_X, PG_PARAM_SYSCALL_EXECVE_19_X_CGROUPS))
		return 0;
	r->event = event_in_progress(r);
	put_cgroups(r, task);
	put_user_strings(r, exec_argument(&call, 2), 0, PG_ENVIRONMENT_MAX);
	put_exec_state(r, task);
	record_suspend(r);
	bpf_tail_call(ctx, &pg_steps, PG_STEP_EXEC_FAILED_PATHS);
	record_drop(r, PG_DROP_BUG);
	return 0;
}

SEC("tp_btf/sys_exit")
int step_exec_failed_paths(u64 *ctx)
{
	struct call call = {.regs = (struct pt_regs *)ctx[0], .ret = (s64)ctx[1]};
	struct task_struct *task = current_task();
	struct record *r = &call.r;

	if (!record_resume(r, 0, PG_NPARAMS_SYSCALL_EXECVE_19_X, PG_PARAM_SYSCALL_EXECVE_19_X_TRUSTED_EXEPATH))
		return 0;
	r->event = event_in_progress(r);
	put_exec_paths(r, task);
	/* execve's event has the path as its last parameter, execveat's has not. */
	if (r->event == PG_EVENT_SYSCALL_EXECVEAT_X)
		r->count = PG_NPARAMS_SYSCALL_EXECVEAT_X;
	else
		put_user_path(r, argument(&call, 0));
	record_end(r);
	return 0;
}
