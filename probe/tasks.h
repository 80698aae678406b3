/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Facts of a task that clone and exec events share. Ids are those of the initial pid namespace unless a name says otherwise. */
#ifndef PG_TASKS_H
#define PG_TASKS_H

/* Capabilities of a task's credentials: a number since 6.3, an array of two halves before, and the same eight bytes always. */
#define read_caps(cred, set)                                 \
	({                                                    \
		u64 caps_ = 0;                                \
		BPF_CORE_READ_INTO(&caps_, cred, set);        \
		caps_;                                        \
	})

static __always_inline void put_caps(struct record *r, struct task_struct *task)
{
	const struct cred *cred = READ(task, cred);

	put_u64(r, read_caps(cred, cap_inheritable));
	put_u64(r, read_caps(cred, cap_permitted));
	put_u64(r, read_caps(cred, cap_effective));
}

#define PG_COMMAND_MAX 4096   /* argv[0] */
#define PG_ENVIRONMENT_MAX 0x3fff
#define PG_CGROUP_SUBSYSTEMS 5

static __always_inline u64 resident_pages(struct mm_struct *mm, int counter)
{
	s64 pages;

	if (bpf_core_field_exists(struct mm_struct, rss_stat)) {
		struct percpu_counter *counters = (void *)mm + bpf_core_field_offset(struct mm_struct, rss_stat);

		pages = READ((struct percpu_counter *)((void *)counters + counter * bpf_core_type_size(struct percpu_counter)), count);
	} else {
		s64 *counters = (void *)mm + bpf_core_field_offset(struct mm_struct___v6_1, rss_stat);

		pages = 0;
		bpf_probe_read_kernel(&pages, sizeof(pages), counters + counter);
	}
	return pages < 0 ? 0 : pages;
}

/* vm_size, vm_rss, vm_swap in KB; zeroes for a task without memory (one that is exiting). */
static __always_inline void put_memory(struct record *r, struct mm_struct *mm)
{
	u64 resident = 0, swapped = 0;

	if (mm) {
		resident = resident_pages(mm, MM_FILEPAGES) + resident_pages(mm, MM_ANONPAGES) + resident_pages(mm, MM_SHMEMPAGES);
		swapped = resident_pages(mm, MM_SWAPENTS);
	}
	put_u32(r, mm ? READ(mm, total_vm) * KB_PER_PAGE : 0);
	put_u32(r, resident * KB_PER_PAGE);
	put_u32(r, swapped * KB_PER_PAGE);
}

/* argv[0], then the other arguments: the block that the kernel laid out in the process's memory at exec. */
static __always_inline void put_command_line(struct record *r, struct mm_struct *mm)
{
	u64 start = mm ? READ(mm, arg_start) : 0;
	u64 end = mm ? READ(mm, arg_end) : 0;
	u32 length = start ? write_user_string(r, start, PG_COMMAND_MAX) : 0;

	put_written(r, length);
	start += length;
	if (length && start < end)
		length = write_user_bytes(r, start, end - start, PG_VALUE_MAX);
	else
		length = 0;
	put_written(r, length);
}

/* A pid as the namespace of the task itself numbers it. */
static __always_inline s64 pid_in_own_namespace(struct pid *pid, struct task_struct *task)
{
	u32 level = READ(task, thread_pid, level);
	struct upid *number = (void *)pid + bpf_core_field_offset(struct pid, numbers) + level * bpf_core_type_size(struct upid);

	return pid ? READ(number, nr) : 0;
}

static __always_inline s64 pid_in_first_namespace(struct pid *pid)
{
	return pid ? READ(pid, numbers[0].nr) : 0;
}

static __always_inline struct pid_namespace *namespace_of(struct task_struct *task)
{
	struct pid *pid = READ(task, thread_pid);
	u32 level = READ(pid, level);
	struct upid *number = (void *)pid + bpf_core_field_offset(struct pid, numbers) + level * bpf_core_type_size(struct upid);

	return READ(number, ns);
}

/* tid … comm: what the events of clone and exec have in common after the command line. */
static __always_inline void put_identity(struct record *r, struct task_struct *task)
{
	put_s64(r, READ(task, pid));
	put_s64(r, READ(task, tgid));
	put_s64(r, READ(task, real_parent, tgid)); /* the process, not the thread of it that called fork */
	put_path(r, READ(task, fs, pwd.mnt), READ(task, fs, pwd.dentry));
	put_u64(r, READ(task, signal, rlim[RLIMIT_NOFILE].rlim_cur));
	put_u64(r, READ(task, maj_flt));
	put_u64(r, READ(task, min_flt));
	put_memory(r, READ(task, mm));
	put_kernel_string(r, &task->comm, 16);
}

static __always_inline u32 append_cgroup(struct record *r, struct cgroup *cgroup, const char *name, u32 name_size)
{
	u32 size;

	bpf_probe_read_kernel(record_at(r, r->position), name_size, name);
	r->position += name_size;
	size = write_cgroup_path(r, cgroup) & 0x1fff;
	advance(r, size);
	return forget(r->cpu, name_size + size);
}

static __always_inline struct cgroup *cgroup_of(struct css_set *set, int subsystem)
{
	struct cgroup_subsys_state *state = 0;

	bpf_probe_read_kernel(&state, sizeof(state), (void *)set + bpf_core_field_offset(struct css_set, subsys) + subsystem * sizeof(void *));
	return READ(state, cgroup);
}

/* A name that the running kernel may number differently, or not have. */
enum cgroup_subsys_id { cpuset_cgrp_id, cpu_cgrp_id, cpuacct_cgrp_id, io_cgrp_id, memory_cgrp_id };

#define APPEND_SUBSYSTEM(id, text)                                                                                    \
	if (bpf_core_enum_value_exists(enum cgroup_subsys_id, id))                                                     \
		length += append_cgroup(r, cgroup_of(set, bpf_core_enum_value(enum cgroup_subsys_id, id)), text, sizeof(text) - 1);

/*
 * NUL-separated "subsystem=path". The path in the unified hierarchy comes last, as "unified", where it is not the root and not what the
 * memory controller has: on a hybrid machine an engine may use either.
 */
static __always_inline void put_cgroups(struct record *r, struct task_struct *task)
{
	struct css_set *set = READ(task, cgroups);
	struct cgroup *unified = READ(set, dfl_cgrp);
	u32 length = 0;

	APPEND_SUBSYSTEM(cpuset_cgrp_id, "cpuset=")
	APPEND_SUBSYSTEM(cpu_cgrp_id, "cpu=")
	APPEND_SUBSYSTEM(cpuacct_cgrp_id, "cpuacct=")
	APPEND_SUBSYSTEM(io_cgrp_id, "io=")
	APPEND_SUBSYSTEM(memory_cgrp_id, "memory=")
	if (READ(unified, level) > 0 && unified != cgroup_of(set, bpf_core_enum_value(enum cgroup_subsys_id, memory_cgrp_id)))
		length += append_cgroup(r, unified, "unified=", 8);
	put_length(r, length);
}

#endif
