/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What the probe shares with user space: settings, switches, counters, per-CPU rings. Sizes of the maps are set by the loader. */
#ifndef PG_MAPS_H
#define PG_MAPS_H

#define PG_SYSCALLS 512 /* above every native number in use */

/* A record never grows past this; one that would is dropped and counted. */
#define PG_RECORD_MASK 0x1ffff
/* The largest single value, and so what must fit behind the last position of a record. */
#define PG_VALUE_MAX 0xffff
#define PG_RECORD_SPACE (PG_RECORD_MASK + 1 + PG_VALUE_MAX + 1)

/* A path is put together from its end in here; the name of a directory entry (255 bytes at most) may start at the last byte. */
#define PG_PATH_MASK 0xfff
#define PG_PATH_SPACE (PG_PATH_MASK + 1 + 256)

/* Of an event type: its class (EventClass in Peregrine.Kernel) in the low bits, its rank above. */
#define PG_EVENT_TYPES 512
#define PG_CLASSES 16
#define PG_RANK_SHIFT 4
#define PG_RANKS 4

/* Set before loading; the layout is that of ProbeSettings in Peregrine.Kernel. */
struct pg_settings {
	u64 boot_time;  /* of the epoch, in ns: event time = this + time since boot */
	s32 own_tgid;   /* the sensor's process: its events are not recorded */
	u32 snaplen;    /* most bytes of a read or written buffer */
	u32 wake_bytes; /* fill of a ring above which the reader is woken in any case */
	u32 look_bytes; /* written to a ring between two looks at its fill */
	u32 drop_failed; /* calls that failed are not recorded */
	u32 front_cpus; /* CPUs below this number have a front ring */
	u32 room[PG_RANKS]; /* fill of a ring up to which records of each rank are taken */
	u8 kind[PG_EVENT_TYPES]; /* class and rank of each event type */
};

const volatile struct pg_settings pg_settings SEC(".rodata.settings") = {};

/*
 * Whether a record of a syscall is wanted, by number: bit 0 as x86-64 counts, bit 1 as i386 counts. Bit 2, beside bit 0: with what was read or written.
 */
#define PG_WANT_NATIVE 1
#define PG_WANT_COMPAT 2
#define PG_WANT_DATA 4

/* Written by user space at any time; the layout is that of ProbeSwitches in Peregrine.Kernel. */
struct pg_switches {
	u8 interest[PG_SYSCALLS];
	u16 compat_to_native[PG_SYSCALLS]; /* what number an i386 syscall has on x86-64; 0xffff: none */
	u16 syscall_code[PG_SYSCALLS];     /* the schema's code of each x86-64 number */
	u32 want_procexit;
	u32 reader_sleeps;                 /* set by the reader before it goes to sleep; the next record wakes it and clears this */
};

struct pg_switches pg_switches SEC(".data.switches") = {};

enum pg_drop {
	PG_DROP_RING_FULL,
	PG_DROP_RESERVED,
	PG_DROP_TOO_LARGE,
	PG_DROP_BUSY,
	PG_DROP_NO_RING,
	PG_DROP_BUG,
	PG_DROP_REASONS
};

/* Per class and in all, generated = written + dropped, always. Read by user space through the mapped array: layout in CpuStates. */
struct pg_counters {
	u64 written;
	u64 wakeups;
	u64 generated[PG_CLASSES];
	u64 dropped[PG_DROP_REASONS * PG_CLASSES];
};

/* What a CPU needs to build one record. Programs run with preemption or at least migration disabled, one at a time (see busy). */
struct pg_cpu {
	struct pg_counters counters;
	u32 busy;       /* a record is being built: an event that interrupts is dropped, not mixed in */
	u32 compat;     /* the arguments of this syscall are in args, not in the registers */
	u32 native;     /* the number of this syscall on x86-64 */
	u32 forgotten;  /* see forget */
	u32 batch_index; /* of the message that sendmmsg or recvmmsg is at */
	u32 kind;        /* class and rank of the record that is being built */
	u32 unseen;      /* bytes written since the ring's fill was looked at */
	u32 shed_from;   /* lowest rank that the ring has no room for */
	u32 ring_shift;  /* by how many powers of two the ring is smaller than the settings say; set by user space */
	u32 spilled;     /* records went to the ring behind the front ring, and the reader may not have taken them all */
	u64 front_limit; /* up to where the front ring may be written, as seen last */
	u64 args[6];
	u32 position;   /* of a record that the next program goes on with */
	u32 next;
	u8 path[PG_PATH_SPACE];
	u8 address[256];  /* a socket address, or a name while it is measured */
	u8 bytes[PG_RECORD_SPACE];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct pg_cpu);
} pg_cpus SEC(".maps");

/*
 * In front of a CPU's ring: a small one of our own, in plain memory. The kernel's ring takes a lock for each record, though here nobody else writes, and it is so large that each record begins in memory that no cache
 * holds; together that was a quarter of what a short record costs. This one stays in the cache. What does not fit, because the reader is behind or the record is long, goes to the kernel's ring, and so does all that
 * follows until the reader has emptied that one: so the records of a CPU keep their order, and how much a CPU can hold is a matter of the large ring.
 *
 * Records lie one behind the other, each behind a word with its length, in steps of eight bytes. One that begins before the end runs on behind it, and the next begins at the start of the next round. Positions only
 * grow; the place is the position modulo the size. Layout and rules are those of FrontRing in Peregrine.Kernel.
 */
#define PG_FRONT (256 * 1024)
#define PG_FRONT_LONGEST 0xfff
#define PG_CACHE_LINE 64

struct pg_front {
	u64 head; /* up to where the probe has written */
	u8 apart[120];
	u64 tail; /* up to where the reader has read; written by user space */
	u8 page[4096 - 136];
	u8 bytes[PG_FRONT + 8192];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct pg_front);
} pg_fronts SEC(".maps");

struct pg_ring {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u32);
	__array(values, struct pg_ring);
} pg_rings SEC(".maps");

/* Programs by native syscall number; numbers without one of their own hold the generic program. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, PG_SYSCALLS);
	__type(key, u32);
	__type(value, u32);
} pg_programs SEC(".maps");

/*
 * The later steps of records too large for one program. One array per tracepoint: newer kernels let programs share an array only when
 * they attach to the same one.
 */
enum pg_exec_step { PG_STEP_EXEC_STATE, PG_STEP_EXEC_PATHS, PG_EXEC_STEPS };

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, PG_EXEC_STEPS);
	__type(key, u32);
	__type(value, u32);
} pg_exec_steps SEC(".maps");

enum pg_step {
	PG_STEP_EXEC_FAILED_STATE,
	PG_STEP_EXEC_FAILED_PATHS,
	PG_STEP_CLONE_STATE,
	PG_STEP_RECEIVED,
	PG_STEPS
};

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, PG_STEPS);
	__type(key, u32);
	__type(value, u32);
} pg_steps SEC(".maps");

#endif
