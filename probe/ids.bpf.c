/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Users, groups, capabilities, sessions. A call names ids as its user namespace numbers them; the reader translates them by the namespace's map. */

SYSCALL_EVENT(setuid, SYSCALL_SETUID_X)
{
	wake_reader();
	put_s64(R, c->ret);
	put_u32(R, ARG(0));
}

SYSCALL_EVENT(setgid, SYSCALL_SETGID_X)
{
	wake_reader();
	put_s64(R, c->ret);
	put_u32(R, ARG(0));
}

SYSCALL_EVENT(setreuid, SYSCALL_SETREUID_X)
{
	wake_reader();
	put_s64(R, c->ret);
	put_u32(R, ARG(0));
	put_u32(R, ARG(1));
}

SYSCALL_EVENT(setregid, SYSCALL_SETREGID_X)
{
	wake_reader();
	put_s64(R, c->ret);
	put_u32(R, ARG(0));
	put_u32(R, ARG(1));
}

SYSCALL_EVENT(setresuid, SYSCALL_SETRESUID_X)
{
	wake_reader();
	put_s64(R, c->ret);
	put_u32(R, ARG(0));
	put_u32(R, ARG(1));
	put_u32(R, ARG(2));
}

SYSCALL_EVENT(setresgid, SYSCALL_SETRESGID_X)
{
	wake_reader();
	put_s64(R, c->ret);
	put_u32(R, ARG(0));
	put_u32(R, ARG(1));
	put_u32(R, ARG(2));
}

SYSCALL_EVENT(getuid, SYSCALL_GETUID_X)
{
	put_u32(R, c->ret);
}

SYSCALL_EVENT(geteuid, SYSCALL_GETEUID_X)
{
	put_u32(R, c->ret);
}

SYSCALL_EVENT(getgid, SYSCALL_GETGID_X)
{
	put_u32(R, c->ret);
}

SYSCALL_EVENT(getegid, SYSCALL_GETEGID_X)
{
	put_u32(R, c->ret);
}

SYSCALL_EVENT(getresuid, SYSCALL_GETRESUID_X)
{
	put_s64(R, c->ret);
	put_u32(R, user_value(u32, ARG(0)));
	put_u32(R, user_value(u32, ARG(1)));
	put_u32(R, user_value(u32, ARG(2)));
}

SYSCALL_EVENT(getresgid, SYSCALL_GETRESGID_X)
{
	put_s64(R, c->ret);
	put_u32(R, user_value(u32, ARG(0)));
	put_u32(R, user_value(u32, ARG(1)));
	put_u32(R, user_value(u32, ARG(2)));
}

/* What the task has after the call, not what was asked for. */
SYSCALL_EVENT(capset, SYSCALL_CAPSET_X)
{
	struct task_struct *task = current_task();

	put_s64(R, c->ret);
	put_caps(R, task);
}

SYSCALL_EVENT(setsid, SYSCALL_SETSID_X)
{
	put_s64(R, c->ret);
}

SYSCALL_EVENT(setpgid, SYSCALL_SETPGID_X)
{
	put_s64(R, c->ret);
	put_s64(R, (s32)ARG(0));
	put_s64(R, (s32)ARG(1));
}
