/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The one program on sys_exit: decides within a few instructions whether a syscall is recorded, and by which program. */

/*
 * The calls that come in floods are recorded by functions of this program: a tail call costs what two more pages of code and an indirect jump cost, which is a tenth of a
 * short record.
 */
#define DIRECT(syscall)                                                \
	static __noinline int syscall##_directly(u64 *ctx)             \
	{                                                              \
		return syscall##_event(ctx);                           \
	}

#define NR_CLOSE 3
#define NR_SENDTO 44
#define NR_RECVFROM 45
#define NR_OPENAT 257

DIRECT(close)
DIRECT(openat)
DIRECT(sendto)
DIRECT(recvfrom)

#define NR_COMPAT_SOCKETCALL 102
#define X32_MARK 0x40000000ull
#define SOCKETCALL_SEND 9
#define SOCKETCALL_RECV 10

/* socketcall(call, args) stands for a whole syscall: its number on x86-64, by `call` (1 = socket … 20 = sendmmsg). */
static const volatile u16 pg_socketcalls[32] = {
	0xffff, 41, 49, 42, 50, 43, 51, 52, 53, 44, 45, 44, 45, 48, 54, 55, 46, 47, 288, 299, 307,
};

static __always_inline void take_registers(struct pg_cpu *cpu, struct pt_regs *regs)
{
	cpu->args[0] = (u32)regs->bx;
	cpu->args[1] = (u32)regs->cx;
	cpu->args[2] = (u32)regs->dx;
	cpu->args[3] = (u32)regs->si;
	cpu->args[4] = (u32)regs->di;
	cpu->args[5] = (u32)regs->bp;
}

static __always_inline void take_socketcall(struct pg_cpu *cpu, u32 call, u64 block)
{
	u32 args[6] = {};

	bpf_probe_read_user(args, sizeof(args), (void *)block);
	/* send and recv are sendto and recvfrom without an address; what follows their arguments in memory is none. */
	if (call == SOCKETCALL_SEND || call == SOCKETCALL_RECV)
		args[4] = args[5] = 0;
	for (int i = 0; i < 6; i++)
		cpu->args[i] = args[i];
}

SEC("tp_btf/sys_exit")
int sys_exit_dispatch(u64 *ctx)
{
	struct pt_regs *regs = (struct pt_regs *)ctx[0];
	u64 number = regs->orig_ax;
	struct task_struct *task;
	struct pg_cpu *cpu;
	u8 interest;

	/* Beyond the table: x32's numbers, which mean the same without their mark (up to 511), or one that a tracer has voided (-1). */
	if (number >= PG_SYSCALLS) {
		number &= ~X32_MARK;
		if (number >= PG_SYSCALLS)
			return 0;
	}
	interest = pg_switches.interest[number];
	if (!interest || (pg_settings.drop_failed && (s64)ctx[1] < 0 && (s64)ctx[1] != -EINPROGRESS))
		return 0;
	task = current_task();
	if (task->tgid == pg_settings.own_tgid)
		return 0;
	cpu = this_cpu();
	if (!cpu)
		return 0;
	if (task->thread_info.status & TS_COMPAT) {
		/* i386: its numbers and registers are others. */
		if (!(interest & PG_WANT_COMPAT))
			return 0;
		cpu->compat = 1;
		if (number == NR_COMPAT_SOCKETCALL) {
			number = pg_socketcalls[regs->bx & 31];
			take_socketcall(cpu, (u32)regs->bx, (u32)regs->cx);
			if (number >= PG_SYSCALLS || !(pg_switches.interest[number] & PG_WANT_NATIVE))
				return 0;
		} else {
			take_registers(cpu, regs);
			number = pg_switches.compat_to_native[number];
		}
		if (number >= PG_SYSCALLS)
			return 0;
	} else {
		if (!(interest & PG_WANT_NATIVE))
			return 0;
		cpu->compat = 0;
	}
	cpu->native = number;
	cpu->batch_index = 0;
	switch (number) {
	case NR_CLOSE:
		return close_directly(ctx);
	case NR_OPENAT:
		return openat_directly(ctx);
	case NR_SENDTO:
		return sendto_directly(ctx);
	case NR_RECVFROM:
		return recvfrom_directly(ctx);
	}
	bpf_tail_call(ctx, &pg_programs, number);
	return 0;
}

/* A syscall without an event of its own. */
SYSCALL_EVENT(generic, GENERIC_X)
{
	u32 number = c->r.cpu->native & (PG_SYSCALLS - 1);

	put_u16(R, pg_switches.syscall_code[number]);
	put_u16(R, number);
}
