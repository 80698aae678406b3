/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The end of a thread: the sched_process_exit tracepoint, which sees every way to die. */

#define PG_SIBLINGS 64  /* threads looked at for one that lives on */
#define PG_ANCESTORS 32 /* processes looked at for one that adopts */

static __always_inline struct task_struct *task_of_node(struct list_head *node)
{
	return (void *)node - bpf_core_field_offset(struct task_struct, thread_node);
}

struct sibling_search {
	struct task_struct *task, *found;
	struct list_head *head, *node;
};

LOOP_BODY look_at_sibling(u32 index, struct sibling_search *search)
{
	struct list_head *node = search->node;
	struct task_struct *other = task_of_node(node);

	if (!node || node == search->head)
		return LOOP_END;
	if (other != search->task && !(READ(other, flags) & PF_EXITING)) {
		search->found = other;
		return LOOP_END;
	}
	search->node = READ(node, next);
	return LOOP_ON;
}

/* A thread of the same process that is not exiting: the kernel gives the children to it first. */
static __always_inline struct task_struct *living_sibling(struct task_struct *task)
{
	struct signal_struct *signal = READ(task, signal);
	struct list_head *head = (void *)signal + bpf_core_field_offset(struct signal_struct, thread_head);
	struct sibling_search search = {.task = task, .head = head, .node = READ(head, next)};

	LOOP(PG_SIBLINGS, look_at_sibling, &search);
	return search.found;
}

struct reaper_search {
	struct task_struct *ancestor, *heir;
	u32 level;
};

LOOP_BODY look_at_ancestor(u32 index, struct reaper_search *search)
{
	struct task_struct *ancestor = search->ancestor;
	struct signal_struct *group;

	if (!ancestor || ancestor == search->heir || READ(ancestor, pid) == 0 || READ(ancestor, thread_pid, level) != search->level)
		return LOOP_END;
	group = READ(ancestor, signal);
	/* Exactly: one with a living thread. A subreaper whose leader alone has exited is passed over; user space then walks on itself. */
	if (BPF_CORE_READ_BITFIELD_PROBED(group, is_child_subreaper) && !(READ(ancestor, flags) & PF_EXITING)) {
		search->heir = ancestor;
		return LOOP_END;
	}
	search->ancestor = READ(ancestor, real_parent);
	return LOOP_ON;
}

/* Who becomes the parent of this thread's children; 0 when it has none (user space then needs no answer). */
static __always_inline s64 reaper(struct task_struct *task)
{
	struct list_head *children = (void *)task + bpf_core_field_offset(struct task_struct, children);
	struct signal_struct *signal = READ(task, signal);
	struct reaper_search search = {};
	struct task_struct *heir;
	struct pid_namespace *namespace;

	if (READ(children, next) == children)
		return 0;
	heir = living_sibling(task);
	if (heir)
		return READ(heir, pid);
	namespace = namespace_of(task);
	heir = READ(namespace, child_reaper);
	if (heir == task)
		return 0;
	if (!BPF_CORE_READ_BITFIELD_PROBED(signal, has_child_subreaper))
		return READ(heir, pid);
	search.heir = heir;
	search.ancestor = READ(task, real_parent);
	search.level = READ(namespace, level);
	LOOP(PG_ANCESTORS, look_at_ancestor, &search);
	heir = search.heir;
	return READ(heir, pid);
}

SEC("tp_btf/sched_process_exit")
int process_exit(u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	struct record record, *r = &record;
	u32 code, signal;

	if (!pg_switches.want_procexit || task->flags & PF_KTHREAD || task->tgid == pg_settings.own_tgid)
		return 0;
	if (!record_begin_for(r, PG_EVENT_PROCEXIT_1_E, PG_NPARAMS_PROCEXIT_1_E, task->pid))
		return 0;
	code = task->exit_code;
	signal = code & 0x7f;
	put_s64(r, (s32)code);
	put_s64(r, signal ? 0 : (code >> 8) & 0xff);
	put_u8(r, signal);
	put_u8(r, (code & 0x80) != 0);
	put_s64(r, reaper(task));
	record_end(r);
	return 0;
}
