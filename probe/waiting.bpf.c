/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Waiting: poll and its kin, sleeping, futexes, System V semaphores. */

#define PG_POLL_FDS 16 /* descriptors of one poll that are recorded */

#define POLL(name) PG_FLAG_POLL_FLAGS_POLL##name

static __always_inline u16 poll_flags(u16 events)
{
	return BIT_TO(events, 0x001, POLL(IN)) | BIT_TO(events, 0x002, POLL(PRI)) | BIT_TO(events, 0x004, POLL(OUT)) |
	       BIT_TO(events, 0x2000, POLL(RDHUP)) | BIT_TO(events, 0x008, POLL(ERR)) | BIT_TO(events, 0x010, POLL(HUP)) |
	       BIT_TO(events, 0x020, POLL(NVAL)) | BIT_TO(events, 0x040, POLL(RDNORM)) | BIT_TO(events, 0x080, POLL(RDBAND)) |
	       BIT_TO(events, 0x100, POLL(WRNORM)) | BIT_TO(events, 0x200, POLL(WRBAND));
}

struct user_pollfd {
	s32 fd;
	u16 events, revents;
};

/* FDLIST: the count, then each descriptor with what it is ready for. */
static __always_inline void put_poll_fds(struct record *r, u64 array, u32 count)
{
	u32 list = r->position;
	u32 written = 0;

	r->position += 2;
#pragma clang loop unroll(disable)
	for (u32 i = 0; i < PG_POLL_FDS; i++) {
		struct user_pollfd entry = {};

		if (i >= count || bpf_probe_read_user(&entry, sizeof(entry), (void *)(array + i * sizeof(entry))))
			break;
		store(s64, record_at(r, r->position), entry.fd);
		store(u16, record_at(r, r->position + 8), poll_flags(entry.revents));
		advance(r, 10);
		written = forget(r->cpu, written + 1);
	}
	store(u16, record_at(r, list), written);
	put_length(r, 2 + written * 10);
}

static __always_inline u64 user_time(struct record *r, u64 pointer)
{
	if (r->cpu->compat)
		return (u64)user_value(u32, pointer) * 1000000000ull + user_value(u32, pointer + 4);
	return user_value(u64, pointer) * 1000000000ull + user_value(u64, pointer + 8);
}

SYSCALL_EVENT(poll, SYSCALL_POLL_X)
{
	put_s64(R, c->ret);
	put_poll_fds(R, ARG(0), ARG(1));
	put_s64(R, (s32)ARG(2));
}

/* Without a timeout, all ones. */
SYSCALL_EVENT(ppoll, SYSCALL_PPOLL_X)
{
	put_s64(R, c->ret);
	put_poll_fds(R, ARG(0), ARG(1));
	put_u64(R, ARG(2) ? user_time(R, ARG(2)) : (u64)-1);
	put_u32(R, user_value(u32, ARG(3)));
}

SYSCALL_EVENT(select, SYSCALL_SELECT_X)
{
	put_s64(R, c->ret);
}

SYSCALL_EVENT(epoll_wait, SYSCALL_EPOLLWAIT_X)
{
	put_s64(R, c->ret);
	put_s64(R, (s32)ARG(2));
}

SYSCALL_EVENT(nanosleep, SYSCALL_NANOSLEEP_X)
{
	put_s64(R, c->ret);
	put_u64(R, user_time(R, ARG(0)));
}

/* Operations and their two flags have the kernel's numbers in the schema. */
SYSCALL_EVENT(futex, SYSCALL_FUTEX_X)
{
	put_s64(R, c->ret);
	put_u64(R, ARG(0));
	put_u16(R, ARG(1) & 0x1ff);
	put_u64(R, (u32)ARG(2));
}

SYSCALL_EVENT(semget, SYSCALL_SEMGET_X)
{
	put_s64(R, c->ret);
	put_u32(R, ARG(0));
	put_u32(R, ARG(1));
	put_u32(R, BIT_TO(ARG(2), 01000, PG_FLAG_SEMGET_FLAGS_IPC_CREAT) | BIT_TO(ARG(2), 02000, PG_FLAG_SEMGET_FLAGS_IPC_EXCL));
}

struct user_sembuf {
	u16 number;
	s16 operation;
	u16 flags;
};

SYSCALL_EVENT(semop, SYSCALL_SEMOP_X)
{
	struct user_sembuf operations[2] = {};
	u32 count = ARG(2);

	if (count > 1)
		bpf_probe_read_user(operations, sizeof(operations), (void *)ARG(1));
	else if (count == 1)
		bpf_probe_read_user(operations, sizeof(operations[0]), (void *)ARG(1));
	put_s64(R, c->ret);
	put_u32(R, count);
	for (int i = 0; i < 2; i++) {
		put_u16(R, operations[i].number);
		put_u16(R, operations[i].operation);
		put_u16(R, BIT_TO(operations[i].flags, 04000, PG_FLAG_SEMOP_FLAGS_IPC_NOWAIT) | BIT_TO(operations[i].flags, 0x1000, PG_FLAG_SEMOP_FLAGS_SEM_UNDO));
	}
	put_u32(R, ARG(0));
}

#define SEMCTL(name) PG_FLAG_SEMCTL_COMMANDS_##name
#define SEMCTL_SETVAL 16

static __always_inline u16 semctl_command(u32 command)
{
	switch (command) {
	case 0: return SEMCTL(IPC_RMID);
	case 1: return SEMCTL(IPC_SET);
	case 2: return SEMCTL(IPC_STAT);
	case 3: return SEMCTL(IPC_INFO);
	case 11: return SEMCTL(GETPID);
	case 12: return SEMCTL(GETVAL);
	case 13: return SEMCTL(GETALL);
	case 14: return SEMCTL(GETNCNT);
	case 15: return SEMCTL(GETZCNT);
	case 16: return SEMCTL(SETVAL);
	case 17: return SEMCTL(SETALL);
	case 18: return SEMCTL(SEM_STAT);
	case 19: return SEMCTL(SEM_INFO);
	default: return 0;
	}
}

SYSCALL_EVENT(semctl, SYSCALL_SEMCTL_X)
{
	put_s64(R, c->ret);
	put_u32(R, ARG(0));
	put_u32(R, ARG(1));
	put_u16(R, semctl_command(ARG(2)));
	put_u32(R, (u32)ARG(2) == SEMCTL_SETVAL ? ARG(3) : 0);
}
