/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Data through sockets. Tuples as in sockets.h; sendmmsg and recvmmsg make one event per message. */

#define PG_MESSAGES 32 /* of one call that become events; what the rest of a larger batch holds is not looked at */

SYSCALL_EVENT(sendto, SOCKET_SENDTO_X)
{
	put_s64(R, c->ret);
	put_data(R, ARG(1), c->ret > 0 ? c->ret : (u32)ARG(2));
	put_fd(R, ARG(0));
	put_u32(R, ARG(2));
	put_tuple(R, (s32)ARG(0), OUTBOUND, ARG(4), ARG(5));
}

SYSCALL_EVENT(recvfrom, SOCKET_RECVFROM_X)
{
	put_s64(R, c->ret);
	put_data(R, ARG(1), c->ret);
	if (c->ret >= 0)
		put_tuple(R, (s32)ARG(0), INBOUND, ARG(4), user_value(u32, ARG(5)));
	else
		put_empty(R);
	put_fd(R, ARG(0));
	put_u32(R, ARG(2));
}

SYSCALL_EVENT(sendmsg, SOCKET_SENDMSG_X)
{
	struct message message = load_message(R, ARG(1));

	put_s64(R, c->ret);
	put_vector_data(R, message.vectors, message.count, c->ret);
	put_fd(R, ARG(0));
	put_u32(R, vector_size(R, message.vectors, message.count));
	put_tuple(R, (s32)ARG(0), OUTBOUND, message.name, message.namelen);
}

static __always_inline void put_recvmsg(struct call *c, struct message *message)
{
	put_s64(R, c->ret);
	put_u32(R, c->ret > 0 ? c->ret : 0);
	put_vector_data(R, message->vectors, c->ret > 0 ? message->count : 0, c->ret);
	if (c->ret > 0)
		put_tuple(R, (s32)ARG(0), INBOUND, message->name, message->namelen);
	else
		put_empty(R);
	if (c->ret >= 0)
		put_user_bytes(R, message->control, message->controllen, PG_PATH_MAX);
	else
		put_empty(R);
	put_fd(R, ARG(0));
}

/* The descriptors that came with the message are told after it, by a program of their own. */
SEC("tp_btf/sys_exit")
int sys_recvmsg(u64 *ctx)
{
	struct call call = {.regs = (struct pt_regs *)ctx[0], .ret = (s64)ctx[1], .ctx = ctx};
	struct message message;

	if (!record_begin(&call.r, PG_EVENT_SOCKET_RECVMSG_X, PG_NPARAMS_SOCKET_RECVMSG_X))
		return 0;
	message = load_message(&call.r, argument(&call, 1));
	put_recvmsg(&call, &message);
	record_end(&call.r);
	if (call.ret >= 0 && message.controllen > sizeof(struct user_cmsghdr))
		bpf_tail_call(ctx, &pg_steps, PG_STEP_RECEIVED);
	return 0;
}

/* One message of a batch: its header in the caller's array, and the length that the kernel has written behind it. */
static __always_inline u64 batch_message(struct record *r, u64 array, u32 index, u32 *length)
{
	u64 pointer = array + (u64)index * (r->cpu->compat ? 32 : sizeof(struct user_mmsghdr));

	*length = user_value(u32, pointer + (r->cpu->compat ? 28 : sizeof(struct user_msghdr)));
	return pointer;
}

static __always_inline void put_sent_message(struct call *c, u32 index)
{
	struct message message = {};
	u32 sent = 0;

	if (c->ret > 0)
		message = load_message(R, batch_message(R, ARG(1), index, &sent));
	put_s64(R, c->ret > 0 ? sent : c->ret);
	put_fd(R, ARG(0));
	put_u32(R, vector_size(R, message.vectors, message.count));
	put_vector_data(R, message.vectors, message.count, sent);
	if (c->ret > 0)
		put_tuple(R, (s32)ARG(0), OUTBOUND, message.name, message.namelen);
	else
		put_empty(R);
}

static __always_inline void put_received_message(struct call *c, u32 index)
{
	struct message message = {};
	u32 received = 0;

	if (c->ret > 0)
		message = load_message(R, batch_message(R, ARG(1), index, &received));
	put_s64(R, c->ret > 0 ? received : c->ret);
	put_fd(R, ARG(0));
	put_u32(R, received);
	put_vector_data(R, message.vectors, message.count, received);
	if (c->ret > 0) {
		put_tuple(R, (s32)ARG(0), INBOUND, message.name, message.namelen);
		put_user_bytes(R, message.control, message.controllen, PG_PATH_MAX);
	} else {
		put_empty(R);
		put_empty(R);
	}
}

/* Each message is a tail call of the program to itself: the loop costs the verifier nothing. The kernel ends it after 33. */
#define BATCH_EVENT(syscall, EVENT, NUMBER, body)                                                        \
	SEC("tp_btf/sys_exit")                                                                           \
	int sys_##syscall(u64 *ctx)                                                                      \
	{                                                                                                \
		struct call call = {.regs = (struct pt_regs *)ctx[0], .ret = (s64)ctx[1], .ctx = ctx};   \
		struct pg_cpu *cpu;                                                                      \
		u32 index;                                                                               \
                                                                                                         \
		if (!record_begin(&call.r, PG_EVENT_##EVENT, PG_NPARAMS_##EVENT))                        \
			return 0;                                                                        \
		cpu = call.r.cpu;                                                                        \
		index = cpu->batch_index;                                                                \
		body(&call, index);                                                                      \
		record_end(&call.r);                                                                     \
		index = cpu->batch_index + 1;                                                            \
		cpu->batch_index = index;                                                                \
		if ((s64)index < call.ret && index < PG_MESSAGES)                                        \
			bpf_tail_call(ctx, &pg_programs, NUMBER);                                        \
		return 0;                                                                                \
	}

BATCH_EVENT(sendmmsg, SOCKET_SENDMMSG_X, 307, put_sent_message)
BATCH_EVENT(recvmmsg, SOCKET_RECVMMSG_X, 299, put_received_message)
