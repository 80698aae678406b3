/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Socket addresses and tuples. A tuple comes from the kernel's socket wherever it has one; the address that the caller gave (which
 * another thread may change meanwhile) only fills in what the socket does not know: the peer of an unconnected datagram socket.
 */
#ifndef PG_SOCKETS_H
#define PG_SOCKETS_H

#define PG_UNIX_PATH_MAX 108

enum direction { OUTBOUND, INBOUND };

static __always_inline struct sock *sock_of(s64 fd)
{
	struct file *file = file_of(fd);
	struct socket *socket;

	if (!file || (READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return 0;
	socket = READ(file, private_data);
	return socket ? READ(socket, sk) : 0;
}

/* Copies a caller's socket address into the scratch space and returns its family; AF_UNSPEC when it is missing or cut short. */
static __always_inline u16 load_address(struct pg_cpu *cpu, u64 pointer, u64 length)
{
	u32 size = (u32)length > 127 ? 127 : (u32)length;
	u16 family;

	size &= 127;
	if (!pointer || size < 2)
		return AF_UNSPEC;
	/* A path may fill the whole structure, without a NUL behind it. */
	__builtin_memset(cpu->address, 0, 128);
	if (bpf_probe_read_user(cpu->address, size, (void *)pointer))
		return AF_UNSPEC;
	family = *(u16 *)cpu->address;
	if (family == AF_INET && size < 8)
		return AF_UNSPEC;
	if (family == AF_INET6 && size < 24)
		return AF_UNSPEC;
	return family;
}

/* The parts of the address that load_address left: sockaddr_in, sockaddr_in6, sockaddr_un. */
#define loaded_port(cpu) __builtin_bswap16(*(u16 *)&(cpu)->address[2])
#define loaded_ipv4(cpu) (*(u32 *)&(cpu)->address[4])
#define loaded_ipv6(cpu) (&(cpu)->address[8])

static __always_inline u32 append_ipv6(struct record *r, const void *address)
{
	bpf_probe_read_kernel(record_at(r, r->position), 16, address);
	r->position += 16;
	return 16;
}

/*
 * A unix socket's path, or its abstract name without the leading NUL. `size` is that of the name in its address, 0 for none: no NUL needs to stand behind it.
 */
static __always_inline u32 append_unix_path(struct record *r, const char *path, u32 size)
{
	char first = 0;
	u32 length = 0;

	size = forget(r->cpu, size > PG_UNIX_PATH_MAX ? PG_UNIX_PATH_MAX : size);
	if (size) {
		bpf_probe_read_kernel(&first, 1, path);
		length = write_kernel_string(r, first ? path : path + 1, ((first ? size + 1 : size) & 0x7f)) & 0xff;
		advance(r, length);
	}
	if (!length) {
		append(r, u8, 0);
		length = 1;
	}
	return length;
}

/* SOCKADDR: family, then by family ip and port, or path. */
static __always_inline void put_address(struct record *r, u64 pointer, u64 length)
{
	struct pg_cpu *cpu = r->cpu;
	u16 family = load_address(cpu, pointer, length);
	u32 size = 1;

	if (family == AF_INET) {
		append(r, u8, PG_FLAG_SOCKET_FAMILIES_AF_INET);
		append(r, u32, loaded_ipv4(cpu));
		append(r, u16, loaded_port(cpu));
		size += 6;
	} else if (family == AF_INET6) {
		append(r, u8, PG_FLAG_SOCKET_FAMILIES_AF_INET6);
		size += append_ipv6(r, loaded_ipv6(cpu));
		append(r, u16, loaded_port(cpu));
		size += 2;
	} else if (family == AF_UNIX) {
		append(r, u8, PG_FLAG_SOCKET_FAMILIES_AF_UNIX);
		size += append_unix_path(r, (char *)&cpu->address[2], length - 2);
	} else {
		size = 0;
	}
	put_length(r, size);
}

static __always_inline u32 append_ipv4_tuple(struct record *r, struct sock *sk, enum direction direction, u16 given)
{
	struct inet_sock *inet = (struct inet_sock *)sk;
	u32 local = READ(inet, inet_saddr), remote = READ(sk, __sk_common.skc_daddr);
	u16 local_port = __builtin_bswap16(READ(inet, inet_sport)), remote_port = __builtin_bswap16(READ(sk, __sk_common.skc_dport));

	if (!remote_port && given == AF_INET) {
		remote = loaded_ipv4(r->cpu);
		remote_port = loaded_port(r->cpu);
	}
	append(r, u8, PG_FLAG_SOCKET_FAMILIES_AF_INET);
	append(r, u32, direction == OUTBOUND ? local : remote);
	append(r, u16, direction == OUTBOUND ? local_port : remote_port);
	append(r, u32, direction == OUTBOUND ? remote : local);
	append(r, u16, direction == OUTBOUND ? remote_port : local_port);
	return 13;
}

static __always_inline u32 append_ipv6_tuple(struct record *r, struct sock *sk, enum direction direction, u16 given)
{
	struct inet_sock *inet = (struct inet_sock *)sk;
	void *local = (void *)READ(inet, pinet6) + bpf_core_field_offset(struct ipv6_pinfo, saddr);
	void *remote = (void *)sk + bpf_core_field_offset(struct sock, __sk_common) + bpf_core_field_offset(struct sock_common, skc_v6_daddr);
	u16 local_port = __builtin_bswap16(READ(inet, inet_sport)), remote_port = __builtin_bswap16(READ(sk, __sk_common.skc_dport));

	if (!remote_port && given == AF_INET6) {
		remote = loaded_ipv6(r->cpu);
		remote_port = loaded_port(r->cpu);
	}
	append(r, u8, PG_FLAG_SOCKET_FAMILIES_AF_INET6);
	append_ipv6(r, direction == OUTBOUND ? local : remote);
	append(r, u16, direction == OUTBOUND ? local_port : remote_port);
	append_ipv6(r, direction == OUTBOUND ? remote : local);
	append(r, u16, direction == OUTBOUND ? remote_port : local_port);
	return 37;
}

/* Two kernel addresses as the sockets' identities (the destination's first for outbound), then the path of the one that has it. */
static __always_inline u32 append_unix_tuple(struct record *r, struct sock *sk, enum direction direction, u16 given)
{
	struct sock *peer = READ((struct unix_sock *)sk, peer);
	struct unix_address *address = READ((struct unix_sock *)(direction == OUTBOUND ? peer : sk), addr);
	u32 length;

	append(r, u8, PG_FLAG_SOCKET_FAMILIES_AF_UNIX);
	append(r, u64, direction == OUTBOUND ? (u64)peer : (u64)sk);
	append(r, u64, direction == OUTBOUND ? (u64)sk : (u64)peer);
	if (address)
		length = append_unix_path(r, (char *)address + bpf_core_field_offset(struct unix_address, name) + bpf_core_field_offset(struct sockaddr_un, sun_path), READ(address, len) - 2);
	else
		length = append_unix_path(r, (char *)&r->cpu->address[2], given == AF_UNIX ? PG_UNIX_PATH_MAX : 0);
	return 17 + length;
}

/* SOCKTUPLE of a socket; `pointer` and `length` are the address that the caller gave or got, 0 where it did not. */
static __always_inline void put_tuple(struct record *r, s64 fd, enum direction direction, u64 pointer, u64 length)
{
	struct sock *sk = sock_of(fd);
	u16 given = load_address(r->cpu, pointer, length);
	u16 family = sk ? READ(sk, __sk_common.skc_family) : AF_UNSPEC;
	u32 size = 0;

	if (family == AF_INET)
		size = append_ipv4_tuple(r, sk, direction, given);
	else if (family == AF_INET6)
		size = append_ipv6_tuple(r, sk, direction, given);
	else if (family == AF_UNIX)
		size = append_unix_tuple(r, sk, direction, given);
	put_length(r, size);
}

#endif
