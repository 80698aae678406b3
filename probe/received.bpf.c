/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Descriptors that came with a message (SCM_RIGHTS). The message has their new numbers only, and who got them may be gone before user space can look, so each is
 * described by an event of its own, as the kernel's list of open files describes those that were there before. Unix sockets and anonymous inodes are left to a look-up.
 */

#define PG_RECEIVED 16        /* descriptors of one message that are described */
#define PG_CONTROL_MESSAGES 4 /* control messages that are looked through for them */

struct user_cmsghdr {
	u64 len;
	s32 level, type;
};

/* The number of the `index`th descriptor; -1 behind the last. */
static __always_inline s32 received_descriptor(u64 control, u64 length, u32 index)
{
	u64 at = control, end = control + length;

#pragma clang loop unroll(disable)
	for (int i = 0; i < PG_CONTROL_MESSAGES; i++) {
		struct user_cmsghdr header = {};

		if (at + sizeof(header) > end || bpf_probe_read_user(&header, sizeof(header), (void *)at) || header.len < sizeof(header))
			return -1;
		if (header.level == SOL_SOCKET && header.type == SCM_RIGHTS) {
			u64 count = (header.len - sizeof(header)) / sizeof(s32);
			s32 number = -1;

			if (index < count)
				return bpf_probe_read_user(&number, sizeof(number), (void *)(at + sizeof(header) + index * sizeof(s32))) ? -1 : number;
			index -= count;
		}
		at += (header.len + 7) & ~7ull;
	}
	return -1;
}

#define RECEIVED_BEGIN(r, EVENT, fd)                                              \
	if (!record_begin(r, PG_EVENT_##EVENT, PG_NPARAMS_##EVENT))               \
		return;                                                           \
	put_u32(r, fd)

static __always_inline void tell_regular(struct record *r, s32 fd, struct file *file)
{
	struct mount *mount = (void *)READ(file, f_path.mnt) - bpf_core_field_offset(struct mount, mnt);

	RECEIVED_BEGIN(r, ITER_TASK_FILE_REGULAR_E, fd);
	put_file_path(r, file);
	put_u32(r, open_flags(READ(file, f_flags)));
	put_u32(r, READ(mount, mnt_id));
	put_u64(r, READ(file, f_inode, i_ino));
	record_end(r);
}

#define TELL_PLAIN(kind, EVENT)                                                   \
	static __always_inline void tell_##kind(struct record *r, s32 fd, struct file *file) \
	{                                                                         \
		RECEIVED_BEGIN(r, EVENT, fd);                                     \
		put_file_path(r, file);                                           \
		put_u64(r, READ(file, f_inode, i_ino));                           \
		record_end(r);                                                    \
	}

TELL_PLAIN(directory, ITER_TASK_FILE_DIRECTORY_E)
TELL_PLAIN(memfd, ITER_TASK_FILE_MEMFD_E)

static __always_inline void tell_pipe(struct record *r, s32 fd, struct file *file)
{
	RECEIVED_BEGIN(r, ITER_TASK_FILE_PIPE_E, fd);
	put_empty(r);
	put_u64(r, READ(file, f_inode, i_ino));
	record_end(r);
}

static __always_inline void tell_inet(struct record *r, s32 fd, struct file *file, struct sock *sk)
{
	struct inet_sock *inet = (struct inet_sock *)sk;

	RECEIVED_BEGIN(r, ITER_TASK_FILE_SOCKET_INET_E, fd);
	put_u16(r, READ(sk, sk_type));
	put_u16(r, READ(sk, sk_protocol));
	put_u32(r, READ(inet, inet_saddr));
	put_u16(r, __builtin_bswap16(READ(inet, inet_sport)));
	put_u32(r, READ(sk, __sk_common.skc_daddr));
	put_u16(r, __builtin_bswap16(READ(sk, __sk_common.skc_dport)));
	put_u64(r, READ(file, f_inode, i_ino));
	record_end(r);
}

static __always_inline void put_ipv6(struct record *r, const void *address)
{
	put_length(r, append_ipv6(r, address));
}

static __always_inline void tell_inet6(struct record *r, s32 fd, struct file *file, struct sock *sk)
{
	struct inet_sock *inet = (struct inet_sock *)sk;

	RECEIVED_BEGIN(r, ITER_TASK_FILE_SOCKET_INET6_E, fd);
	put_u16(r, READ(sk, sk_type));
	put_u16(r, READ(sk, sk_protocol));
	put_ipv6(r, (void *)READ(inet, pinet6) + bpf_core_field_offset(struct ipv6_pinfo, saddr));
	put_u16(r, __builtin_bswap16(READ(inet, inet_sport)));
	put_ipv6(r, (void *)sk + bpf_core_field_offset(struct sock, __sk_common) + bpf_core_field_offset(struct sock_common, skc_v6_daddr));
	put_u16(r, __builtin_bswap16(READ(sk, __sk_common.skc_dport)));
	put_u64(r, READ(file, f_inode, i_ino));
	record_end(r);
}

static __always_inline void tell_received(struct record *r, s32 fd)
{
	struct file *file = file_of(fd);
	struct sock *sk;
	u16 family;

	if (!file)
		return;
	switch (READ(file, f_inode, i_mode) & S_IFMT) {
	case S_IFREG:
		if (is_memfd(file))
			tell_memfd(r, fd, file);
		else
			tell_regular(r, fd, file);
		break;
	case S_IFCHR:
	case S_IFBLK:
		tell_regular(r, fd, file);
		break;
	case S_IFDIR:
		tell_directory(r, fd, file);
		break;
	case S_IFIFO:
		tell_pipe(r, fd, file);
		break;
	case S_IFSOCK:
		sk = sock_of(fd);
		family = sk ? READ(sk, __sk_common.skc_family) : AF_UNSPEC;
		if (family == AF_INET)
			tell_inet(r, fd, file, sk);
		else if (family == AF_INET6)
			tell_inet6(r, fd, file, sk);
		break;
	}
}

/* One descriptor, then itself again for the next. 32-bit programs lay control messages out in another way; theirs are looked up. */
SEC("tp_btf/sys_exit")
int step_received(u64 *ctx)
{
	struct call call = {.regs = (struct pt_regs *)ctx[0], .ret = (s64)ctx[1], .ctx = ctx};
	struct pg_cpu *cpu = this_cpu();
	struct message message;
	u32 index;
	s32 fd;

	if (!cpu || cpu->compat)
		return 0;
	call.r.cpu = cpu;
	index = cpu->batch_index;
	message = load_message(&call.r, argument(&call, 1));
	fd = received_descriptor(message.control, message.controllen, index);
	if (fd < 0)
		return 0;
	tell_received(&call.r, fd);
	index++;
	cpu->batch_index = index;
	if (index < PG_RECEIVED)
		bpf_tail_call(ctx, &pg_steps, PG_STEP_RECEIVED);
	return 0;
}
