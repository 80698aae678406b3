/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Loops. LOOP(most, body, state) calls body(0, state), body(1, state) … until it returns LOOP_END, `most` times at most.
 *
 * Since Linux 5.17 the kernel can call a function again and again (bpf_loop), and the verifier looks at that function a few times. Without, it walks each turn of a loop as if it
 * stood there: that was nine tenths of its work, and half of a start. So the probe is compiled twice, with PG_KERNEL_LOOPS and without, and the loader takes what the kernel can do.
 *
 * What the body changes is in the state alone, on the caller's stack; numbers in it that grow go through `forget`, so that the verifier sees no difference between turns.
 */
#ifndef PG_LOOPS_H
#define PG_LOOPS_H

#define LOOP_ON 0
#define LOOP_END 1

#ifdef PG_KERNEL_LOOPS
#define LOOP_BODY static __noinline long
#define LOOP(most, body, state) bpf_loop(most, body, state, 0)
#else
#define LOOP_BODY static __always_inline long
#define LOOP(most, body, state)                                    \
	_Pragma("clang loop unroll(disable)")                      \
	for (u32 turn_ = 0; turn_ < (most); turn_++)               \
		if (body(turn_, state) == LOOP_END)                \
			break
#endif

#endif
