/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Descriptors that are neither files nor sockets: event counters, timers, watches, signals, processes, io_uring. */

SYSCALL_EVENT(eventfd, SYSCALL_EVENTFD_X)
{
	put_s64(R, c->ret);
	put_u64(R, (u32)ARG(0));
	put_u32(R, 0);
}

SYSCALL_EVENT(eventfd2, SYSCALL_EVENTFD2_X)
{
	put_s64(R, c->ret);
	put_u16(R, descriptor_flags(ARG(1)));
	put_u64(R, (u32)ARG(0));
}

SYSCALL_EVENT(epoll_create, SYSCALL_EPOLL_CREATE_X)
{
	put_s64(R, c->ret);
	put_u32(R, ARG(0));
}

SYSCALL_EVENT(epoll_create1, SYSCALL_EPOLL_CREATE1_X)
{
	put_s64(R, c->ret);
	put_u32(R, BIT_TO(ARG(0), O_CLOEXEC_, PG_FLAG_EPOLL_CREATE1_FLAGS_EPOLL_CLOEXEC));
}

SYSCALL_EVENT(inotify_init, SYSCALL_INOTIFY_INIT_X)
{
	put_s64(R, c->ret);
	put_u8(R, 0);
}

SYSCALL_EVENT(inotify_init1, SYSCALL_INOTIFY_INIT1_X)
{
	put_s64(R, c->ret);
	put_u16(R, descriptor_flags(ARG(0)));
}

/* The mask's first 32 signals: all that the type can hold. */
SYSCALL_EVENT(signalfd, SYSCALL_SIGNALFD_X)
{
	put_s64(R, c->ret);
	put_fd(R, ARG(0));
	put_u32(R, user_value(u32, ARG(1)));
	put_u8(R, 0);
}

SYSCALL_EVENT(signalfd4, SYSCALL_SIGNALFD4_X)
{
	put_s64(R, c->ret);
	put_u16(R, descriptor_flags(ARG(3)));
	put_fd(R, ARG(0));
	put_u32(R, user_value(u32, ARG(1)));
}

/* The flags do not fit into eight bits; the schema leaves them out. */
SYSCALL_EVENT(timerfd_create, SYSCALL_TIMERFD_CREATE_X)
{
	put_s64(R, c->ret);
	put_u8(R, ARG(0));
	put_u8(R, 0);
}

SYSCALL_EVENT(pidfd_open, SYSCALL_PIDFD_OPEN_X)
{
	put_s64(R, c->ret);
	put_s64(R, (s32)ARG(0));
	put_u32(R, BIT_TO(ARG(1), O_NONBLOCK_, PG_FLAG_PIDFD_OPEN_FLAGS_PIDFD_NONBLOCK));
}

SYSCALL_EVENT(pidfd_getfd, SYSCALL_PIDFD_GETFD_X)
{
	put_s64(R, c->ret);
	put_fd(R, ARG(0));
	put_fd(R, ARG(1));
	put_u32(R, ARG(2));
}

struct user_uring_parameters {
	u32 sq_entries, cq_entries, flags, sq_thread_cpu, sq_thread_idle, features;
};

#define URING_SETUP(name) PG_FLAG_IO_URING_SETUP_FLAGS_IORING_SETUP_##name

/* The kernel fills in the parameters before it returns. */
SYSCALL_EVENT(io_uring_setup, SYSCALL_IO_URING_SETUP_X)
{
	struct user_uring_parameters p = {};

	bpf_probe_read_user(&p, sizeof(p), (void *)ARG(1));
	put_s64(R, c->ret);
	put_u32(R, ARG(0));
	put_u32(R, p.sq_entries);
	put_u32(R, p.cq_entries);
	put_u32(R, BIT_TO(p.flags, 1, URING_SETUP(IOPOLL)) | BIT_TO(p.flags, 2, URING_SETUP(SQPOLL)) | BIT_TO(p.flags, 4, URING_SETUP(SQ_AFF)) |
			   BIT_TO(p.flags, 8, URING_SETUP(CQSIZE)) | BIT_TO(p.flags, 16, URING_SETUP(CLAMP)) |
			   BIT_TO(p.flags, 32, URING_SETUP(ATTACH_RW)) | BIT_TO(p.flags, 64, URING_SETUP(R_DISABLED)));
	put_u32(R, p.sq_thread_cpu);
	put_u32(R, p.sq_thread_idle);
	put_u32(R, p.features & 0x7ff);
}

#define URING_EXT_ARG 8

SYSCALL_EVENT(io_uring_enter, SYSCALL_IO_URING_ENTER_X)
{
	u32 flags = ARG(3);

	put_s64(R, c->ret);
	put_fd(R, ARG(0));
	put_u32(R, ARG(1));
	put_u32(R, ARG(2));
	put_u32(R, flags & 0xf);
	/* With the extended argument the fifth is no signal mask. */
	put_u32(R, flags & URING_EXT_ARG ? 0 : user_value(u32, ARG(4)));
}

SYSCALL_EVENT(io_uring_register, SYSCALL_IO_URING_REGISTER_X)
{
	put_s64(R, c->ret);
	put_fd(R, ARG(0));
	put_u16(R, ARG(1));
	put_u64(R, ARG(2));
	put_u32(R, ARG(3));
}
