/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Strings and buffers. What cannot be read (a null pointer, a page that is gone) is an empty value. */
#ifndef PG_VALUES_H
#define PG_VALUES_H

#define PG_PATH_MAX 4096

/*
 * Both return the bytes written with the NUL, 0 when nothing could be read. A null pointer is not tried: reading it would be a page fault, which costs more than all the rest of a record.
 */
static __always_inline u32 write_user_string(struct record *r, u64 pointer, u32 max)
{
	long length = pointer ? bpf_probe_read_user_str(record_at(r, r->position), max, (void *)pointer) : 0;

	return length > 0 ? (u32)length & PG_VALUE_MAX : 0;
}

static __always_inline u32 write_kernel_string(struct record *r, const void *pointer, u32 max)
{
	long length = bpf_probe_read_kernel_str(record_at(r, r->position), max, pointer);

	return length > 0 ? (u32)length & PG_VALUE_MAX : 0;
}

static __always_inline void put_user_string(struct record *r, u64 pointer, u32 max)
{
	put_written(r, write_user_string(r, pointer, max));
}

static __always_inline void put_kernel_string(struct record *r, const void *pointer, u32 max)
{
	put_written(r, write_kernel_string(r, pointer, max));
}

static __always_inline void put_user_path(struct record *r, u64 pointer)
{
	put_user_string(r, pointer, PG_PATH_MAX);
}

/* Copies up to `length` bytes; when a page is missing, what lies before the first page boundary. */
static __always_inline u32 write_user_bytes(struct record *r, u64 pointer, u64 length, u32 max)
{
	u32 size = length > max ? max : (u32)length;

	/* The compiler knows that this mask changes nothing and would leave it out; older verifiers (6.1) do not know it. */
	asm volatile("" : "+r"(size));
	size &= PG_VALUE_MAX;
	if (!size || !pointer)
		return 0;
	if (!bpf_probe_read_user(record_at(r, r->position), size, (void *)pointer))
		return size;
	if (size > 4096 - (pointer & 4095))
		size = 4096 - (pointer & 4095);
	asm volatile("" : "+r"(size));
	size &= 0x1fff;
	return bpf_probe_read_user(record_at(r, r->position), size, (void *)pointer) ? 0 : size;
}

static __always_inline void put_user_bytes(struct record *r, u64 pointer, u64 length, u32 max)
{
	put_written(r, write_user_bytes(r, pointer, length, max));
}

/* Whether anybody looks at what this call has read or written. */
static __always_inline bool wants_data(struct pg_cpu *cpu)
{
	return pg_switches.interest[cpu->native & (PG_SYSCALLS - 1)] & PG_WANT_DATA;
}

/* The data of a read or write that transferred `transferred` bytes; nothing when it failed, or where nobody looks at it. */
static __always_inline void put_data(struct record *r, u64 pointer, s64 transferred)
{
	u32 length = 0;

	if (transferred > 0 && wants_data(r->cpu))
		length = write_user_bytes(r, pointer, transferred, pg_settings.snaplen & PG_VALUE_MAX);
	put_written(r, length);
}

/* An integer of user memory; 0 when it cannot be read. */
#define user_value(type, pointer)                                                   \
	({                                                                           \
		type value_ = 0;                                                     \
		u64 pointer_ = (pointer);                                            \
		if (pointer_)                                                        \
			bpf_probe_read_user(&value_, sizeof(value_), (void *)pointer_); \
		value_;                                                              \
	})

#endif
