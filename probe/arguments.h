/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* A syscall's arguments: from the registers saved at entry, or, for i386 callers, from where the dispatcher laid them out. */
#ifndef PG_ARGUMENTS_H
#define PG_ARGUMENTS_H

struct call {
	struct record r;
	struct pt_regs *regs;
	s64 ret;
	void *ctx;
};

static __always_inline u64 native_argument(struct pt_regs *regs, int n)
{
	switch (n) {
	case 0:
		return regs->di;
	case 1:
		return regs->si;
	case 2:
		return regs->dx;
	case 3:
		return regs->r10;
	case 4:
		return regs->r8;
	default:
		return regs->r9;
	}
}

static __always_inline u64 argument(struct call *c, int n)
{
	u64 value = native_argument(c->regs, n);

	/* Keeps clang from choosing between two addresses and then loading: the verifier takes one kind of pointer per load. */
	asm volatile("" : "+r"(value));
	if (c->r.cpu->compat)
		value = c->r.cpu->args[n];
	return value;
}

#define ARG(n) argument(c, n)
#define R (&c->r)

/*
 * SYSCALL_EVENT(name, event) { … } defines the program of a syscall: `sys_<name>`, found by that name when loading. The body puts
 * the parameters in the schema's order; a body that puts too few or too many shows as a drop for the reason "bug".
 */
#define SYSCALL_EVENT_IF(syscall, EVENT, condition)                                                      \
	static __always_inline void syscall##_parameters(struct call *c);                                \
	static __always_inline int syscall##_event(u64 *ctx)                                             \
	{                                                                                                \
		struct call call = {.regs = (struct pt_regs *)ctx[0], .ret = (s64)ctx[1], .ctx = ctx};   \
		s64 ret __attribute__((unused)) = call.ret;                                              \
                                                                                                         \
		if (!(condition) || !record_begin(&call.r, PG_EVENT_##EVENT, PG_NPARAMS_##EVENT))        \
			return 0;                                                                        \
		syscall##_parameters(&call);                                                             \
		record_end(&call.r);                                                                     \
		return 0;                                                                                \
	}                                                                                                \
	SEC("tp_btf/sys_exit")                                                                           \
	int sys_##syscall(u64 *ctx)                                                                      \
	{                                                                                                \
		return syscall##_event(ctx);                                                             \
	}                                                                                                \
	static __always_inline void syscall##_parameters(struct call *c)

#define SYSCALL_EVENT(syscall, EVENT) SYSCALL_EVENT_IF(syscall, EVENT, true)

/* The same, for a body that two steps share: the first ends by calling the second program, which goes on at parameter `from`. */
#define SYSCALL_FIRST_STEP(syscall, EVENT, condition, step)                                              \
	static __always_inline void syscall##_parameters(struct call *c);                                \
	SEC("tp_btf/sys_exit")                                                                           \
	int sys_##syscall(u64 *ctx)                                                                      \
	{                                                                                                \
		struct call call = {.regs = (struct pt_regs *)ctx[0], .ret = (s64)ctx[1], .ctx = ctx};   \
		s64 ret __attribute__((unused)) = call.ret;                                                                      \
                                                                                                         \
		if (!(condition) || !record_begin(&call.r, PG_EVENT_##EVENT, PG_NPARAMS_##EVENT))        \
			return 0;                                                                        \
		syscall##_parameters(&call);                                                             \
		record_suspend(&call.r);                                                                 \
		bpf_tail_call(ctx, &pg_steps, step);                                                     \
		record_drop(&call.r, PG_DROP_BUG);                                                       \
		return 0;                                                                                \
	}                                                                                                \
	static __always_inline void syscall##_parameters(struct call *c)

#endif
