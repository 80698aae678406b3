/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Scattered buffers: arrays of struct iovec, as 64-bit and as 32-bit callers lay them out. */
#ifndef PG_VECTORS_H
#define PG_VECTORS_H

#define PG_VECTORS 32 /* buffers looked at */

static __always_inline struct user_iovec load_vector(struct pg_cpu *cpu, u64 array, u32 index)
{
	struct user_iovec vector = {};

	if (cpu->compat) {
		u32 narrow[2] = {};

		bpf_probe_read_user(narrow, sizeof(narrow), (void *)(array + (u64)index * sizeof(narrow)));
		vector.base = narrow[0];
		vector.len = narrow[1];
	} else {
		bpf_probe_read_user(&vector, sizeof(vector), (void *)(array + (u64)index * sizeof(vector)));
	}
	return vector;
}

struct vector_walk {
	struct pg_cpu *cpu;
	u64 array;
	u32 buffers;
	u32 limit;    /* most bytes that are copied */
	u32 total;    /* sizes counted, or bytes copied */
	u32 position; /* of the record */
};

static __always_inline struct vector_walk walk_vectors(struct record *r, u64 array, u64 count)
{
	/* A count of its own: what a loop learns of it must not follow the caller's into the next loop. */
	u32 buffers = forget(r->cpu, count > PG_VECTORS ? PG_VECTORS : count);

	return (struct vector_walk){.cpu = r->cpu, .array = array, .buffers = buffers, .total = forget(r->cpu, 0), .position = r->position};
}

LOOP_BODY count_vector(u32 index, struct vector_walk *walk)
{
	if (index >= walk->buffers)
		return LOOP_END;
	walk->total = forget(walk->cpu, walk->total + (u32)load_vector(walk->cpu, walk->array, index).len);
	return LOOP_ON;
}

/* All buffers' sizes together. */
static __always_inline u32 vector_size(struct record *r, u64 array, u64 count)
{
	struct vector_walk walk = walk_vectors(r, array, count);

	LOOP(PG_VECTORS, count_vector, &walk);
	return walk.total;
}

LOOP_BODY copy_vector(u32 index, struct vector_walk *walk)
{
	struct record r = {.cpu = walk->cpu, .position = walk->position};
	struct user_iovec vector;
	u32 length;

	if (index >= walk->buffers || walk->total >= walk->limit)
		return LOOP_END;
	vector = load_vector(r.cpu, walk->array, index);
	length = write_user_bytes(&r, vector.base, vector.len, walk->limit - walk->total);
	walk->position = forget(r.cpu, r.position + length);
	walk->total = forget(r.cpu, walk->total + length);
	return LOOP_ON;
}

/* The buffers' contents one after the other, up to what was transferred (when it is known) and the snap length; nothing where nobody looks at it. */
static __always_inline void put_vector_data(struct record *r, u64 array, u64 count, s64 transferred)
{
	struct vector_walk walk = walk_vectors(r, array, count);
	u32 limit = pg_settings.snaplen & PG_VALUE_MAX;

	if (transferred > 0 && transferred < limit)
		limit = transferred;
	walk.limit = forget(r->cpu, limit);
	if (wants_data(r->cpu)) {
		LOOP(PG_VECTORS, copy_vector, &walk);
	}
	r->position = forget(r->cpu, walk.position);
	put_length(r, walk.total);
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
