/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Kernel modules. The image is what the caller passed, cut at the snap length. */

SYSCALL_EVENT(init_module, SYSCALL_INIT_MODULE_X)
{
	put_s64(R, c->ret);
	put_user_bytes(R, ARG(0), ARG(1), pg_settings.snaplen & PG_VALUE_MAX);
	put_u64(R, ARG(1));
	put_user_path(R, ARG(2));
}

/* MODULE_INIT_* have the schema's values. */
SYSCALL_EVENT(finit_module, SYSCALL_FINIT_MODULE_X)
{
	put_s64(R, c->ret);
	put_fd(R, ARG(0));
	put_user_path(R, ARG(1));
	put_u32(R, ARG(2) & 7);
}

SYSCALL_EVENT(delete_module, SYSCALL_DELETE_MODULE_X)
{
	put_s64(R, c->ret);
	put_user_path(R, ARG(0));
	put_u32(R, BIT_TO(ARG(1), O_NONBLOCK_, PG_FLAG_DELETE_MODULE_FLAGS_O_NONBLOCK) | BIT_TO(ARG(1), O_TRUNC_, PG_FLAG_DELETE_MODULE_FLAGS_O_TRUNC));
}
