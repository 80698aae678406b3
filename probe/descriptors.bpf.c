/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What makes, copies and closes descriptors other than open and the socket calls. */

SYSCALL_EVENT(close, SYSCALL_CLOSE_X)
{
	put_s64(R, c->ret);
	put_fd(R, ARG(0));
}

SYSCALL_EVENT(close_range, SYSCALL_CLOSE_RANGE_X)
{
	put_s64(R, c->ret);
	put_u32(R, ARG(0));
	put_u32(R, ARG(1));
	put_u32(R, BIT_TO(ARG(2), 2, PG_FLAG_CLOSE_RANGE_FLAGS_CLOSE_RANGE_UNSHARE) | BIT_TO(ARG(2), 4, PG_FLAG_CLOSE_RANGE_FLAGS_CLOSE_RANGE_CLOEXEC));
}

SYSCALL_EVENT(dup, SYSCALL_DUP_1_X)
{
	put_s64(R, c->ret);
	put_fd(R, ARG(0));
}

SYSCALL_EVENT(dup2, SYSCALL_DUP2_X)
{
	put_s64(R, c->ret);
	put_fd(R, ARG(0));
	put_fd(R, ARG(1));
}

SYSCALL_EVENT(dup3, SYSCALL_DUP3_X)
{
	put_s64(R, c->ret);
	put_fd(R, ARG(0));
	put_fd(R, ARG(1));
	put_u32(R, descriptor_flags(ARG(2)));
}

#define FCNTL(name) PG_FLAG_FCNTL_COMMANDS_F_##name

static __always_inline u8 fcntl_command(u64 command)
{
	switch ((u32)command) {
	case 0: return FCNTL(DUPFD);
	case 1: return FCNTL(GETFD);
	case 2: return FCNTL(SETFD);
	case 3: return FCNTL(GETFL);
	case 4: return FCNTL(SETFL);
	case 5: return FCNTL(GETLK);
	case 6: return FCNTL(SETLK);
	case 7: return FCNTL(SETLKW);
	case 8: return FCNTL(SETOWN);
	case 9: return FCNTL(GETOWN);
	case 10: return FCNTL(SETSIG);
	case 11: return FCNTL(GETSIG);
	case 12: return FCNTL(GETLK64);
	case 13: return FCNTL(SETLK64);
	case 14: return FCNTL(SETLKW64);
	case 15: return FCNTL(SETOWN_EX);
	case 16: return FCNTL(GETOWN_EX);
	case 36: return FCNTL(OFD_GETLK);
	case 37: return FCNTL(OFD_SETLK);
	case 38: return FCNTL(OFD_SETLKW);
	case 1024: return FCNTL(SETLEASE);
	case 1025: return FCNTL(GETLEASE);
	case 1026: return FCNTL(NOTIFY);
	case 1029: return FCNTL(CANCELLK);
	case 1030: return FCNTL(DUPFD_CLOEXEC);
	case 1031: return FCNTL(SETPIPE_SZ);
	case 1032: return FCNTL(GETPIPE_SZ);
	default: return PG_FLAG_FCNTL_COMMANDS_UNKNOWN;
	}
}

SYSCALL_EVENT(fcntl, SYSCALL_FCNTL_X)
{
	put_s64(R, c->ret);
	put_fd(R, ARG(0));
	put_u8(R, fcntl_command(ARG(1)));
	put_u64(R, ARG(2));
}

/* The two descriptors are in the caller's memory, where the kernel has just put them; the pipe's inode comes from the file. */
static __always_inline void put_pipe(struct call *c)
{
	s32 fds[2] = {-1, -1};
	struct file *file = 0;

	if (c->ret == 0) {
		bpf_probe_read_user(fds, sizeof(fds), (void *)ARG(0));
		file = file_of(fds[0]);
	}
	put_s64(R, c->ret);
	put_s64(R, fds[0]);
	put_s64(R, fds[1]);
	put_u64(R, file ? READ(file, f_inode, i_ino) : 0);
}

SYSCALL_EVENT(pipe, SYSCALL_PIPE_X)
{
	put_pipe(c);
}

SYSCALL_EVENT(pipe2, SYSCALL_PIPE2_X)
{
	put_pipe(c);
	put_u32(R, descriptor_flags(ARG(1)));
}
