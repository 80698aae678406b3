/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Socket options, and the names of sockets. */

#define SOL_SOCKET_ 1
#define SOL_TCP_ 6

/* Variants of sockopt_dynamic_param. */
enum sockopt_value { SOCKOPT_BYTES, SOCKOPT_ERRNO, SOCKOPT_UINT32, SOCKOPT_UINT64, SOCKOPT_TIME };

static __always_inline u8 sockopt_level(s32 level)
{
	return level == SOL_SOCKET_ ? PG_FLAG_SOCKOPT_LEVELS_SOL_SOCKET : level == SOL_TCP_ ? PG_FLAG_SOCKOPT_LEVELS_SOL_TCP : PG_FLAG_SOCKOPT_LEVELS_UNKNOWN;
}

/* The schema numbers the socket level's options as the kernel does, up to SO_COOKIE; newer ones and those of other levels are unknown. */
static __always_inline u8 sockopt_name(s32 level, s32 name)
{
	return level == SOL_SOCKET_ && name > 0 && name <= (s32)PG_FLAG_SOCKOPT_OPTIONS_SO_COOKIE ? name : PG_FLAG_SOCKOPT_OPTIONS_UNKNOWN;
}

#define SO(name) PG_FLAG_SOCKOPT_OPTIONS_SO_##name

/* Options whose value is no integer: addresses, credentials, filters, names, linger. */
#define STRUCTURED ((1ull << SO(LINGER)) | (1ull << SO(PEERCRED)) | (1ull << SO(BINDTODEVICE)) | (1ull << SO(ATTACH_FILTER)) | \
		    (1ull << SO(PEERNAME)) | (1ull << SO(PEERSEC)) | (1ull << SO(ATTACH_BPF)) | (1ull << SO(PEERGROUPS)) |      \
		    (1ull << SO(MEMINFO)) | (1ull << SO(SECURITY_AUTHENTICATION)) | (1ull << SO(SECURITY_ENCRYPTION_TRANSPORT)) | \
		    (1ull << SO(SECURITY_ENCRYPTION_NETWORK)) | 1)

static __always_inline void put_sockopt_value(struct record *r, u8 name, u64 pointer, u32 length)
{
	u32 size = 1;

	if (name == SO(ERROR)) {
		append(r, u8, SOCKOPT_ERRNO);
		append(r, s64, -(s64)user_value(s32, pointer));
		size += 8;
	} else if (name == SO(RCVTIMEO) || name == SO(SNDTIMEO)) {
		append(r, u8, SOCKOPT_TIME);
		append(r, u64, user_value(u64, pointer) * 1000000000ull + user_value(u64, pointer + 8) * 1000);
		size += 8;
	} else if (name == SO(COOKIE)) {
		append(r, u8, SOCKOPT_UINT64);
		append(r, u64, user_value(u64, pointer));
		size += 8;
	} else if (!((STRUCTURED >> (name & 63)) & 1)) {
		append(r, u8, SOCKOPT_UINT32);
		append(r, u32, user_value(u32, pointer));
		size += 4;
	} else {
		u32 bytes;

		append(r, u8, SOCKOPT_BYTES);
		bytes = write_user_bytes(r, pointer, length, pg_settings.snaplen & PG_VALUE_MAX);
		advance(r, bytes);
		size += bytes;
	}
	put_length(r, forget(r->cpu, size));
}

static __always_inline void put_sockopt(struct call *c, u32 length)
{
	s32 level = ARG(1), name = ARG(2);

	put_s64(R, c->ret);
	put_fd(R, ARG(0));
	put_u8(R, sockopt_level(level));
	put_u8(R, sockopt_name(level, name));
	put_sockopt_value(R, sockopt_name(level, name), ARG(3), length);
	put_u32(R, length);
}

SYSCALL_EVENT(setsockopt, SOCKET_SETSOCKOPT_X)
{
	put_sockopt(c, ARG(4));
}

SYSCALL_EVENT(getsockopt, SOCKET_GETSOCKOPT_X)
{
	put_sockopt(c, user_value(u32, ARG(4)));
}

SYSCALL_EVENT(getsockname, SOCKET_GETSOCKNAME_X)
{
}

SYSCALL_EVENT(getpeername, SOCKET_GETPEERNAME_X)
{
}
