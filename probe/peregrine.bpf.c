// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * Peregrine's probe: one unit of translation, so that the families share maps and inlined helpers and clang alone builds it.
 * The way of a syscall: dispatcher (is it wanted? whose is it?) → tail call → the program of that syscall → ring.
 */
#include <stdbool.h>
#include "kernel_types.h"
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "peregrine_schema.h"
#include "kernel_constants.h"
#include "maps.h"
#include "record.h"
#include "loops.h"
#include "values.h"
#include "arguments.h"
#include "flags.h"
#include "files.h"
#include "paths.h"
#include "vectors.h"
#include "tasks.h"
#include "sockets.h"

#include "process.bpf.c"
#include "exec.bpf.c"
#include "exit.bpf.c"
#include "open.bpf.c"
#include "descriptors.bpf.c"
#include "io.bpf.c"
#include "names.bpf.c"
#include "mount.bpf.c"
#include "socket.bpf.c"
#include "sockopt.bpf.c"
#include "received.bpf.c"
#include "messages.bpf.c"
#include "ids.bpf.c"
#include "memory.bpf.c"
#include "signals.bpf.c"
#include "module.bpf.c"
#include "limits.bpf.c"
#include "events.bpf.c"
#include "waiting.bpf.c"
#include "keys.bpf.c"
#include "dispatch.bpf.c"

/* The object is offered under either licence; the kernel asks for the GPL by this word. */
char pg_license[] SEC("license") = "GPL";
