/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* keyctl: what its arguments are depends on the operation; those that are strings are recorded as such. */

/* Variants of keyctl_dynamic_param. */
enum keyctl_value { KEYCTL_INT64, KEYCTL_STRING };

#define KEYCTL(name) (1ull << PG_FLAG_KEYCTL_OPERATIONS_KEYCTL_##name)

/* The operations for which the second, third or fourth argument is a string. */
#define STRING_2 KEYCTL(JOIN_SESSION_KEYRING)
#define STRING_3 (KEYCTL(SEARCH) | KEYCTL(RESTRICT_KEYRING))
#define STRING_4 (KEYCTL(SEARCH) | KEYCTL(RESTRICT_KEYRING))
/* … and for which the third is a buffer in which the kernel has put a string. */
#define FILLED_3 (KEYCTL(DESCRIBE) | KEYCTL(GET_SECURITY))

static __always_inline void put_key_argument(struct record *r, u64 value, bool string)
{
	u32 length = 0;

	if (string && value) {
		append(r, u8, KEYCTL_STRING);
		length = write_user_string(r, value, PG_PATH_MAX);
		advance(r, length);
		put_length(r, forget(r->cpu, length + 1));
	} else {
		append(r, u8, KEYCTL_INT64);
		append(r, s64, value);
		put_length(r, 9);
	}
}

SYSCALL_EVENT(keyctl, SYSCALL_KEYCTL_X)
{
	u32 operation = ARG(0);
	u64 bit = 1ull << (operation & 63);

	put_s64(R, c->ret);
	put_u32(R, operation);
	put_key_argument(R, ARG(1), bit & STRING_2);
	put_key_argument(R, ARG(2), bit & STRING_3 || (bit & FILLED_3 && c->ret > 0));
	put_key_argument(R, ARG(3), bit & STRING_4);
	put_key_argument(R, ARG(4), false);
}
