/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Builds one event record in its final form: header, parameter lengths, values (layout: EventView). The record grows in the CPU's
 * scratch space and is copied into the ring once, when its size is known. Positions are compile-time constants up to the
 * first value of variable size, so events of fixed size cost plain stores.
 */
#ifndef PG_RECORD_H
#define PG_RECORD_H

#define PG_HEADER 26

struct record {
	struct pg_cpu *cpu;
	u32 position; /* of the next value */
	u32 next;     /* the next parameter */
	u32 event;
	u32 count;
};

#define store(type, where, value) (*(type *)(where) = (type)(value))

/* A constant index stays constant; a variable one is bounded where it is used, for the verifier. */
static __always_inline u8 *record_at(struct record *r, u32 position)
{
	if (!__builtin_constant_p(position)) {
		position &= PG_RECORD_MASK;
		asm volatile("" : "+r"(position));
	}
	return &r->cpu->bytes[position & PG_RECORD_MASK];
}

static __always_inline struct pg_cpu *this_cpu(void)
{
	u32 cpu = bpf_get_smp_processor_id();

	return bpf_map_lookup_elem(&pg_cpus, &cpu);
}

/*
 * Sends a number through memory, so that the verifier knows nothing of it. Else every branch that leads to a different size makes the
 * verifier walk all that follows once more; as an unknown number, both ways are the same state. Bounds are set where it is used.
 */
static __always_inline u32 forget(struct pg_cpu *cpu, u32 number)
{
	*(volatile u32 *)&cpu->forgotten = number;
	return *(volatile u32 *)&cpu->forgotten;
}

static __always_inline void advance(struct record *r, u32 length)
{
	r->position = forget(r->cpu, r->position + length);
}

static __always_inline void count_drop(struct pg_cpu *cpu, u32 kind, enum pg_drop reason)
{
	cpu->counters.dropped[reason * PG_CLASSES + (kind & (PG_CLASSES - 1))]++;
}

static __always_inline void *this_ring(void)
{
	u32 cpu = bpf_get_smp_processor_id();

	return bpf_map_lookup_elem(&pg_rings, &cpu);
}

/*
 * Looks how full the ring is: from which rank on records are shed, so that what is left of it stays for those that matter more. This is
 * a call into the kernel, so it is done once in a while (look_bytes), and before each record of a rank that is being shed: such a record costs
 * that and no more.
 */
static __always_inline u64 look_at_fill(struct pg_cpu *cpu, void *ring)
{
	u64 fill = bpf_ringbuf_query(ring, BPF_RB_AVAIL_DATA) << (cpu->ring_shift & 31);
	u32 rank = 0;

	while (rank < PG_RANKS - 1 && fill <= pg_settings.room[rank])
		rank++;
	cpu->shed_from = rank;
	cpu->unseen = 0;
	return fill;
}

static __always_inline bool is_shed(struct pg_cpu *cpu, u32 rank)
{
	void *ring;

	if (rank < cpu->shed_from)
		return false;
	ring = this_ring();
	if (!ring)
		return false;
	look_at_fill(cpu, ring);
	return rank >= cpu->shed_from;
}

/*
 * Touches the memory of the front ring that the record will take. The reader has read that memory a round ago, so another CPU's cache has it, and to fetch it back takes longer than to build a short record; this way it
 * comes meanwhile. Only where the reader is known to have left it: nothing of what it may still read is changed.
 */
static __always_inline void reach_for_front(struct pg_cpu *cpu)
{
	u32 id = bpf_get_smp_processor_id();
	struct pg_front *front;
	u64 head;
	u32 at;

	if (id >= pg_settings.front_cpus)
		return;
	front = bpf_map_lookup_elem(&pg_fronts, &id);
	if (!front)
		return;
	head = front->head;
	if (head + 4 * PG_CACHE_LINE > cpu->front_limit)
		return;
	at = head & (PG_FRONT - 8);
	asm volatile("" : "+r"(at));
	at &= PG_FRONT - 8;
	*(volatile u64 *)&front->bytes[at] = 0;
	*(volatile u64 *)&front->bytes[at + PG_CACHE_LINE] = 0;
	*(volatile u64 *)&front->bytes[at + 2 * PG_CACHE_LINE] = 0;
}

static __always_inline bool record_begin_for(struct record *r, u32 event, u32 count, u64 tid)
{
	struct pg_cpu *cpu = this_cpu();
	u32 kind;

	if (!cpu)
		return false;
	/* The event is a constant and the settings do not change, so the verifier puts the number itself here. */
	kind = pg_settings.kind[event & (PG_EVENT_TYPES - 1)];
	cpu->counters.generated[kind & (PG_CLASSES - 1)]++;
	if (cpu->busy) {
		count_drop(cpu, kind, PG_DROP_BUSY);
		return false;
	}
	if (is_shed(cpu, kind >> PG_RANK_SHIFT)) {
		count_drop(cpu, kind, PG_DROP_RESERVED);
		return false;
	}
	cpu->busy = 1;
	reach_for_front(cpu);
	cpu->kind = kind;
	r->cpu = cpu;
	r->event = event;
	r->count = count;
	r->next = 0;
	r->position = PG_HEADER + 2 * count;
	store(u64, &cpu->bytes[0], pg_settings.boot_time + bpf_ktime_get_boot_ns());
	store(u64, &cpu->bytes[8], tid);
	store(u16, &cpu->bytes[20], event);
	store(u32, &cpu->bytes[22], count);
	return true;
}

static __always_inline bool record_begin(struct record *r, u32 event, u32 count)
{
	return record_begin_for(r, event, count, (u32)bpf_get_current_pid_tgid());
}

static __always_inline void drop(struct pg_cpu *cpu, enum pg_drop reason)
{
	count_drop(cpu, cpu->kind, reason);
	cpu->busy = 0;
}

static __always_inline void record_drop(struct record *r, enum pg_drop reason)
{
	drop(r->cpu, reason);
}

/* A record in two programs: the first leaves it here, the second takes it up. */
static __always_inline void record_suspend(struct record *r)
{
	r->cpu->position = r->position;
	r->cpu->next = r->next;
}

static __always_inline bool record_resume(struct record *r, u32 event, u32 count, u32 next)
{
	r->cpu = this_cpu();
	if (!r->cpu)
		return false;
	r->event = event;
	r->count = count;
	r->position = r->cpu->position;
	r->next = next;
	if (r->cpu->next != next) {
		record_drop(r, PG_DROP_BUG);
		return false;
	}
	return true;
}

/*
 * Puts the record that was built into the CPU's front ring; false when it has to go to the ring behind. A tracepoint's programs are not preempted and `busy` keeps out what interrupts them, so nobody else
 * writes here. Stores show in their order on x86-64: who sees the new head sees the record.
 */
static __always_inline bool write_front(struct pg_cpu *cpu, u32 length)
{
	u32 id = bpf_get_smp_processor_id();
	struct pg_front *front;
	u64 head, step;
	void *ring;
	u32 at;

	if (id >= pg_settings.front_cpus)
		return false;
	if (cpu->spilled) {
		ring = this_ring();
		if (!ring || bpf_ringbuf_query(ring, BPF_RB_AVAIL_DATA))
			return false;
		cpu->spilled = 0;
	}
	front = bpf_map_lookup_elem(&pg_fronts, &id);
	if (!front)
		return false;
	head = front->head;
	at = head & (PG_FRONT - 8);
	step = (sizeof(u64) + length + 7) & ~7ull;
	if (at + step >= PG_FRONT)
		step = PG_FRONT - at;
	if (head + step > cpu->front_limit)
		cpu->front_limit = *(volatile u64 *)&front->tail + PG_FRONT;
	if (length > PG_FRONT_LONGEST || head + step > cpu->front_limit) {
		cpu->spilled = 1;
		return false;
	}
	asm volatile("" : "+r"(at));
	at &= PG_FRONT - 8;
	store(u64, &front->bytes[at], length);
	bpf_probe_read_kernel(&front->bytes[at + sizeof(u64)], length & PG_FRONT_LONGEST, cpu->bytes);
	*(volatile u64 *)&front->head = head + step;
	return true;
}

/* A ring wakes for a record only, so an empty one is reserved and discarded. */
static __always_inline void wake(struct pg_cpu *cpu)
{
	void *ring = this_ring(), *nothing;

	pg_switches.reader_sleeps = 0;
	cpu->counters.wakeups++;
	if (!ring)
		return;
	nothing = bpf_ringbuf_reserve(ring, 8, 0);
	if (nothing)
		bpf_ringbuf_discard(nothing, BPF_RB_FORCE_WAKEUP);
}

/* Hands over the record that was built. A function of its own, not a part of every program: the probe would else be half as large again. */
static __noinline void hand_over(struct pg_cpu *cpu, u32 length)
{
	bool fills = false;
	void *ring;

	length = forget(cpu, length);
	if (!write_front(cpu, length)) {
		ring = this_ring();
		if (!ring) {
			drop(cpu, PG_DROP_NO_RING);
			return;
		}
		if (bpf_ringbuf_output(ring, cpu->bytes, length & PG_RECORD_MASK, BPF_RB_NO_WAKEUP)) {
			drop(cpu, PG_DROP_RING_FULL);
			return;
		}
		cpu->unseen += length << (cpu->ring_shift & 31);
		if (cpu->unseen >= pg_settings.look_bytes)
			fills = look_at_fill(cpu, ring) > pg_settings.wake_bytes;
	}
	cpu->counters.written++;
	cpu->busy = 0;
	/*
	 * The reader sets the flag, then looks into the rings once more, then sleeps. A new head may still be on its way out of this CPU when the flag is looked at, and a barrier would cost as much as all else that is
	 * done here: so the reader looks again a millisecond later, a thousand times as long as that can take.
	 */
	if (fills || pg_switches.reader_sleeps)
		wake(cpu);
}

static __always_inline void record_end(struct record *r)
{
	if (r->next != r->count) {
		record_drop(r, PG_DROP_BUG);
		return;
	}
	if (r->position > PG_RECORD_MASK) {
		record_drop(r, PG_DROP_TOO_LARGE);
		return;
	}
	store(u32, &r->cpu->bytes[16], r->position);
	hand_over(r->cpu, r->position);
}

/* The record that is being built wakes the reader: its meaning is looked up in /proc, while the process is there. */
static __always_inline void wake_reader(void)
{
	pg_switches.reader_sleeps = 1;
}

static __always_inline void put_length(struct record *r, u32 length)
{
	store(u16, &r->cpu->bytes[PG_HEADER + 2 * (r->next & 63)], length);
	r->next++;
}

#define PG_PUT(name, type)                                                     \
	static __always_inline void put_##name(struct record *r, type value)  \
	{                                                                      \
		store(type, record_at(r, r->position), value);                 \
		r->position += sizeof(type);                                   \
		put_length(r, sizeof(type));                                   \
	}

PG_PUT(u8, u8)
PG_PUT(u16, u16)
PG_PUT(u32, u32)
PG_PUT(u64, u64)
PG_PUT(s64, s64)

/* A file descriptor argument: its upper half is the caller's rubbish. */
static __always_inline void put_fd(struct record *r, u64 fd)
{
	put_s64(r, (s32)fd);
}

static __always_inline void put_empty(struct record *r)
{
	put_length(r, 0);
}

/* A value whose first `length` bytes are already at the position. */
static __always_inline void put_written(struct record *r, u32 length)
{
	length = forget(r->cpu, length) & PG_VALUE_MAX;
	advance(r, length);
	put_length(r, length);
}

/* Appends to a value that put_length counts later. */
#define append(r, type, value)                                                \
	do {                                                                   \
		store(type, record_at(r, (r)->position), value);               \
		(r)->position += sizeof(type);                                 \
	} while (0)

#endif
