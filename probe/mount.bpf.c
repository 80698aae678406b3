/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Mounts, roots and namespaces. */

#define MS_MAGIC 0xC0ED0000u

SYSCALL_EVENT(mount, SYSCALL_MOUNT_X)
{
	u32 flags = ARG(3);

	/* Old programs put a magic number into the upper half; MS_* have the schema's values. */
	if ((flags & 0xffff0000u) == MS_MAGIC)
		flags &= 0xffff;
	put_s64(R, c->ret);
	put_user_path(R, ARG(0));
	put_user_path(R, ARG(1));
	put_user_path(R, ARG(2));
	put_u32(R, flags);
}

SYSCALL_EVENT(umount2, SYSCALL_UMOUNT2_X)
{
	put_s64(R, c->ret);
	put_user_path(R, ARG(0));
	put_u32(R, ARG(1) & 0xf);
}

SYSCALL_EVENT(chroot, SYSCALL_CHROOT_X)
{
	put_s64(R, c->ret);
	put_user_path(R, ARG(0));
}

SYSCALL_EVENT(setns, SYSCALL_SETNS_X)
{
	put_s64(R, c->ret);
	put_fd(R, ARG(0));
	put_u32(R, clone_flags(ARG(1)));
}

SYSCALL_EVENT(unshare, SYSCALL_UNSHARE_X)
{
	put_s64(R, c->ret);
	put_u32(R, clone_flags(ARG(0)));
}

#define FSCONFIG(name) PG_FLAG_FSCONFIG_CMDS_FSCONFIG_##name

SYSCALL_EVENT(fsconfig, SYSCALL_FSCONFIG_X)
{
	u32 command = ARG(1);

	put_s64(R, c->ret);
	put_fd(R, ARG(0));
	put_u32(R, command);
	put_user_path(R, ARG(2));
	if (c->ret >= 0 && command == FSCONFIG(SET_BINARY))
		put_user_bytes(R, ARG(3), (u32)ARG(4), PG_PATH_MAX);
	else
		put_empty(R);
	if (c->ret >= 0 && (command == FSCONFIG(SET_STRING) || command == FSCONFIG(SET_PATH) || command == FSCONFIG(SET_PATH_EMPTY)))
		put_user_path(R, ARG(3));
	else
		put_empty(R);
	put_u32(R, ARG(4));
}
