/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Making, naming and connecting sockets. */

#define SOCK_TYPE_FLAGS 02004000 /* SOCK_CLOEXEC | SOCK_NONBLOCK, the values of O_CLOEXEC and O_NONBLOCK */

SYSCALL_EVENT(socket, SOCKET_SOCKET_X)
{
	put_s64(R, c->ret);
	put_u32(R, ARG(0));
	put_u32(R, ARG(1));
	put_u32(R, ARG(2));
	put_u32(R, descriptor_flags(ARG(1) & SOCK_TYPE_FLAGS));
}

SYSCALL_EVENT(socketpair, SOCKET_SOCKETPAIR_X)
{
	s32 fds[2] = {-1, -1};
	struct sock *source = 0, *peer = 0;

	if (c->ret == 0) {
		bpf_probe_read_user(fds, sizeof(fds), (void *)ARG(3));
		source = sock_of(fds[0]);
		peer = source ? READ((struct unix_sock *)source, peer) : 0;
	}
	put_s64(R, c->ret);
	put_s64(R, fds[0]);
	put_s64(R, fds[1]);
	put_u64(R, (u64)source);
	put_u64(R, (u64)peer);
	put_u32(R, ARG(0));
	put_u32(R, ARG(1));
	put_u32(R, ARG(2));
}

/* A bound address is read back from the caller, as it was given (port 0 stays 0: the name of the socket says what it became). */
SYSCALL_EVENT(bind, SOCKET_BIND_X)
{
	put_s64(R, c->ret);
	put_address(R, ARG(1), ARG(2));
	put_fd(R, ARG(0));
}

SYSCALL_EVENT(listen, SOCKET_LISTEN_X)
{
	put_s64(R, c->ret);
	put_fd(R, ARG(0));
	put_u32(R, ARG(1));
}

/* The tuple is the socket's own; `addr` is what the caller asked for, which may differ when another thread writes to it. */
SYSCALL_EVENT(connect, SOCKET_CONNECT_X)
{
	put_s64(R, c->ret);
	if (c->ret == 0 || c->ret == -EINPROGRESS)
		put_tuple(R, (s32)ARG(0), OUTBOUND, ARG(1), ARG(2));
	else
		put_empty(R);
	put_fd(R, ARG(0));
	put_address(R, ARG(1), ARG(2));
}

/* The new socket's tuple; the fill of the listening socket's queue. */
static __always_inline void put_accepted(struct call *c)
{
	struct sock *listener = sock_of((s32)ARG(0));
	u32 length = 0, max = 0, percent = 0;

	put_s64(R, c->ret);
	if (c->ret >= 0)
		put_tuple(R, c->ret, INBOUND, 0, 0);
	else
		put_empty(R);
	if (c->ret >= 0 && listener) {
		length = READ(listener, sk_ack_backlog);
		max = READ(listener, sk_max_ack_backlog);
		if (max)
			percent = (u32)((u64)length * 100 / max);
	}
	put_u8(R, percent);
	put_u32(R, length);
	put_u32(R, max);
}

SYSCALL_EVENT(accept, SOCKET_ACCEPT_5_X)
{
	put_accepted(c);
}

SYSCALL_EVENT(accept4, SOCKET_ACCEPT4_6_X)
{
	put_accepted(c);
	put_u32(R, descriptor_flags(ARG(3)));
}

SYSCALL_EVENT(shutdown, SOCKET_SHUTDOWN_X)
{
	put_s64(R, c->ret);
	put_fd(R, ARG(0));
	put_u8(R, (u32)ARG(1) <= 2 ? ARG(1) : (u8)PG_FLAG_SHUTDOWN_HOW_SHUT_UNKNOWN);
}
