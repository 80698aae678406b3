/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Signals, tracing, and what a process lets the kernel do to it. */

SYSCALL_EVENT(kill, SYSCALL_KILL_X)
{
	put_s64(R, c->ret);
	put_s64(R, (s32)ARG(0));
	put_u8(R, ARG(1));
}

SYSCALL_EVENT(tkill, SYSCALL_TKILL_X)
{
	put_s64(R, c->ret);
	put_s64(R, (s32)ARG(0));
	put_u8(R, ARG(1));
}

SYSCALL_EVENT(tgkill, SYSCALL_TGKILL_X)
{
	put_s64(R, c->ret);
	put_s64(R, (s32)ARG(0));
	put_s64(R, (s32)ARG(1));
	put_u8(R, ARG(2));
}

#define PTRACE(name) PG_FLAG_PTRACE_REQUESTS_PTRACE_##name

static __always_inline u16 ptrace_request(u64 request)
{
	switch ((u32)request) {
	case 0: return PTRACE(TRACEME);
	case 1: return PTRACE(PEEKTEXT);
	case 2: return PTRACE(PEEKDATA);
	case 3: return PTRACE(PEEKUSR);
	case 4: return PTRACE(POKETEXT);
	case 5: return PTRACE(POKEDATA);
	case 6: return PTRACE(POKEUSR);
	case 7: return PTRACE(CONT);
	case 8: return PTRACE(KILL);
	case 9: return PTRACE(SINGLESTEP);
	case 12: return PTRACE(GETREGS);
	case 13: return PTRACE(SETREGS);
	case 14: return PTRACE(GETFPREGS);
	case 15: return PTRACE(SETFPREGS);
	case 16: return PTRACE(ATTACH);
	case 17: return PTRACE(DETACH);
	case 18: return PTRACE(GETFPXREGS);
	case 19: return PTRACE(SETFPXREGS);
	case 21: return PTRACE(OLDSETOPTIONS);
	case 24: return PTRACE(SYSCALL);
	case 25: return PTRACE(GET_THREAD_AREA);
	case 26: return PTRACE(SET_THREAD_AREA);
	case 30: return PTRACE(ARCH_PRCTL);
	case 31: return PTRACE(SYSEMU);
	case 32: return PTRACE(SYSEMU_SINGLESTEP);
	case 33: return PTRACE(SINGLEBLOCK);
	case 0x4200: return PTRACE(SETOPTIONS);
	case 0x4201: return PTRACE(GETEVENTMSG);
	case 0x4202: return PTRACE(GETSIGINFO);
	case 0x4203: return PTRACE(SETSIGINFO);
	case 0x4204: return PTRACE(GETREGSET);
	case 0x4205: return PTRACE(SETREGSET);
	case 0x4206: return PTRACE(SEIZE);
	case 0x4207: return PTRACE(INTERRUPT);
	case 0x4208: return PTRACE(LISTEN);
	case 0x4209: return PTRACE(PEEKSIGINFO);
	case 0x420a: return PTRACE(GETSIGMASK);
	case 0x420b: return PTRACE(SETSIGMASK);
	default: return PTRACE(UNKNOWN);
	}
}

/* Variants of ptrace_dynamic_param. */
enum ptrace_value { PTRACE_UINT64, PTRACE_SIGNAL };

static __always_inline void put_ptrace_number(struct record *r, u64 number)
{
	append(r, u8, PTRACE_UINT64);
	append(r, u64, number);
	put_length(r, 9);
}

SYSCALL_EVENT(ptrace, SYSCALL_PTRACE_X)
{
	u32 request = ARG(0);
	u64 data = ARG(3);

	put_s64(R, c->ret);
	put_ptrace_number(R, c->ret < 0 ? 0 : ARG(2));
	if (c->ret < 0) {
		put_ptrace_number(R, 0);
	} else if (request == 7 || request == 9 || request == 17 || request == 24) {
		/* cont, singlestep, detach, syscall: the signal to deliver */
		append(R, u8, PTRACE_SIGNAL);
		append(R, u8, data);
		put_length(R, 2);
	} else {
		/* peek stores the word that it found where data points */
		put_ptrace_number(R, request >= 1 && request <= 3 ? user_value(u64, data) : data);
	}
	put_u16(R, ptrace_request(request));
	put_s64(R, (s32)ARG(1));
}

#define PR_NAME_SET 15
#define PR_NAME_GET 16
#define PR_SUBREAPER_GET 37

/* Options have the kernel's numbers in the schema. */
SYSCALL_EVENT(prctl, SYSCALL_PRCTL_X)
{
	u32 option = ARG(0);

	put_s64(R, c->ret);
	put_u32(R, option);
	if (option == PR_NAME_SET || option == PR_NAME_GET) {
		put_user_string(R, ARG(1), 16);
		put_s64(R, 0);
	} else {
		put_empty(R);
		put_s64(R, option == PR_SUBREAPER_GET ? user_value(s32, ARG(1)) : (s64)ARG(1));
	}
}

SYSCALL_EVENT(seccomp, SYSCALL_SECCOMP_X)
{
	put_s64(R, c->ret);
	put_u64(R, ARG(0));
	put_u64(R, ARG(1));
}

SYSCALL_EVENT(bpf, SYSCALL_BPF_2_X)
{
	put_s64(R, c->ret);
	put_u32(R, ARG(0));
}
