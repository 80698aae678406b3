/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Scattered buffers: arrays of struct iovec, as 64-bit and as 32-bit callers lay them out. */
#ifndef PG_VECTORS_H
#define PG_VECTORS_H

#define PG_VECTORS 32 /* buffers looked at */

static __always_inline struct user_iovec load_vector(struct record *r, u64 array, u32 index)
{
	struct user_iovec vector = {};

	if (r->cpu->compat) {
		u32 narrow[2] = {};

		bpf_probe_read_user(narrow, sizeof(narrow), (void *)(array + (u64)index * sizeof(narrow)));
		vector.base = narrow[0];
		vector.len = narrow[1];
	} else {
		bpf_probe_read_user(&vector, sizeof(vector), (void *)(array + (u64)index * sizeof(vector)));
	}
	return vector;
}

/* All buffers' sizes together. */
static __always_inline u32 vector_size(struct record *r, u64 array, u64 count)
{
	/* A count of its own: what the loop learns of it must not follow the caller's into the next loop. */
	u32 buffers = forget(r->cpu, count > PG_VECTORS ? PG_VECTORS : count);
	u32 size = forget(r->cpu, 0);

#pragma clang loop unroll(disable)
	for (u32 i = 0; i < PG_VECTORS; i++) {
		if (i >= buffers)
			break;
		size = forget(r->cpu, size + (u32)load_vector(r, array, i).len);
	}
	return size;
}

/* The buffers' contents one after the other, up to what was transferred (when it is known) and the snap length. */
static __always_inline void put_vector_data(struct record *r, u64 array, u64 count, s64 transferred)
{
	u32 buffers = forget(r->cpu, count > PG_VECTORS ? PG_VECTORS : count);
	u32 limit = pg_settings.snaplen & PG_VALUE_MAX;
	u32 total = forget(r->cpu, 0);

	if (transferred > 0 && transferred < limit)
		limit = transferred;
	limit = forget(r->cpu, limit);
#pragma clang loop unroll(disable)
	for (u32 i = 0; i < PG_VECTORS; i++) {
		struct user_iovec vector;
		u32 length;

		if (i >= buffers || total >= limit)
			break;
		vector = load_vector(r, array, i);
		length = write_user_bytes(r, vector.base, vector.len, limit - total);
		advance(r, length);
		total = forget(r->cpu, total + length);
	}
	put_length(r, total);
}

struct message {
	u64 name, namelen;
	u64 vectors, count;
	u64 control, controllen;
};

/* A struct msghdr; the size of one is what an array of struct mmsghdr steps by, less its length field. */
static __always_inline struct message load_message(struct record *r, u64 pointer)
{
	struct message message = {};

	if (r->cpu->compat) {
		u32 narrow[7] = {};

		bpf_probe_read_user(narrow, sizeof(narrow), (void *)pointer);
		message = (struct message){narrow[0], narrow[1], narrow[2], narrow[3], narrow[4], narrow[5]};
	} else {
		struct user_msghdr wide = {};

		bpf_probe_read_user(&wide, sizeof(wide), (void *)pointer);
		message = (struct message){wide.name, wide.namelen, wide.iov, wide.iovlen, wide.control, wide.controllen};
	}
	return message;
}

#endif
