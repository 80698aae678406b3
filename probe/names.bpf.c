/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What changes or asks about the names and attributes of files. Names are the caller's, read at exit. */

SYSCALL_EVENT(rename, SYSCALL_RENAME_X)
{
	put_s64(R, c->ret);
	put_user_path(R, ARG(0));
	put_user_path(R, ARG(1));
}

static __always_inline void put_renameat(struct call *c)
{
	put_s64(R, c->ret);
	put_fd(R, ARG(0));
	put_user_path(R, ARG(1));
	put_fd(R, ARG(2));
	put_user_path(R, ARG(3));
}

SYSCALL_EVENT(renameat, SYSCALL_RENAMEAT_X)
{
	put_renameat(c);
}

/* RENAME_* have the schema's values. */
SYSCALL_EVENT(renameat2, SYSCALL_RENAMEAT2_X)
{
	put_renameat(c);
	put_u32(R, ARG(4) & 7);
}

SYSCALL_EVENT(link, SYSCALL_LINK_2_X)
{
	put_s64(R, c->ret);
	put_user_path(R, ARG(0));
	put_user_path(R, ARG(1));
}

/* The AT_* flags here and below have the schema's values unless a line says otherwise. */
SYSCALL_EVENT(linkat, SYSCALL_LINKAT_2_X)
{
	put_s64(R, c->ret);
	put_fd(R, ARG(0));
	put_user_path(R, ARG(1));
	put_fd(R, ARG(2));
	put_user_path(R, ARG(3));
	put_u32(R, ARG(4) & (PG_FLAG_LINKAT_FLAGS_AT_SYMLINK_FOLLOW | PG_FLAG_LINKAT_FLAGS_AT_EMPTY_PATH));
}

SYSCALL_EVENT(symlink, SYSCALL_SYMLINK_X)
{
	put_s64(R, c->ret);
	put_user_path(R, ARG(0));
	put_user_path(R, ARG(1));
}

SYSCALL_EVENT(symlinkat, SYSCALL_SYMLINKAT_X)
{
	put_s64(R, c->ret);
	put_user_path(R, ARG(0));
	put_fd(R, ARG(1));
	put_user_path(R, ARG(2));
}

SYSCALL_EVENT(unlink, SYSCALL_UNLINK_2_X)
{
	put_s64(R, c->ret);
	put_user_path(R, ARG(0));
}

SYSCALL_EVENT(unlinkat, SYSCALL_UNLINKAT_2_X)
{
	put_s64(R, c->ret);
	put_fd(R, ARG(0));
	put_user_path(R, ARG(1));
	put_u32(R, ARG(2) & PG_FLAG_UNLINKAT_FLAGS_AT_REMOVEDIR);
}

SYSCALL_EVENT(mkdir, SYSCALL_MKDIR_2_X)
{
	put_s64(R, c->ret);
	put_user_path(R, ARG(0));
	put_u32(R, ARG(1));
}

SYSCALL_EVENT(mkdirat, SYSCALL_MKDIRAT_X)
{
	put_s64(R, c->ret);
	put_fd(R, ARG(0));
	put_user_path(R, ARG(1));
	put_u32(R, ARG(2));
}

SYSCALL_EVENT(rmdir, SYSCALL_RMDIR_2_X)
{
	put_s64(R, c->ret);
	put_user_path(R, ARG(0));
}

#define NODE_MODE (PERMISSIONS | S_IFMT)

SYSCALL_EVENT(mknod, SYSCALL_MKNOD_X)
{
	put_s64(R, c->ret);
	put_user_path(R, ARG(0));
	put_u32(R, ARG(1) & NODE_MODE);
	put_u32(R, ARG(2));
}

SYSCALL_EVENT(mknodat, SYSCALL_MKNODAT_X)
{
	put_s64(R, c->ret);
	put_fd(R, ARG(0));
	put_user_path(R, ARG(1));
	put_u32(R, ARG(2) & NODE_MODE);
	put_u32(R, ARG(3));
}

SYSCALL_EVENT(chmod, SYSCALL_CHMOD_X)
{
	put_s64(R, c->ret);
	put_user_path(R, ARG(0));
	put_u32(R, ARG(1) & PERMISSIONS);
}

SYSCALL_EVENT(fchmod, SYSCALL_FCHMOD_X)
{
	put_s64(R, c->ret);
	put_fd(R, ARG(0));
	put_u32(R, ARG(1) & PERMISSIONS);
}

SYSCALL_EVENT(fchmodat, SYSCALL_FCHMODAT_X)
{
	put_s64(R, c->ret);
	put_fd(R, ARG(0));
	put_user_path(R, ARG(1));
	put_u32(R, ARG(2) & PERMISSIONS);
}

static __always_inline void put_chown(struct call *c)
{
	put_s64(R, c->ret);
	put_user_path(R, ARG(0));
	put_u32(R, ARG(1));
	put_u32(R, ARG(2));
}

SYSCALL_EVENT(chown, SYSCALL_CHOWN_X)
{
	put_chown(c);
}

SYSCALL_EVENT(lchown, SYSCALL_LCHOWN_X)
{
	put_chown(c);
}

SYSCALL_EVENT(fchown, SYSCALL_FCHOWN_X)
{
	put_s64(R, c->ret);
	put_fd(R, ARG(0));
	put_u32(R, ARG(1));
	put_u32(R, ARG(2));
}

SYSCALL_EVENT(fchownat, SYSCALL_FCHOWNAT_X)
{
	put_s64(R, c->ret);
	put_fd(R, ARG(0));
	put_user_path(R, ARG(1));
	put_u32(R, ARG(2));
	put_u32(R, ARG(3));
	put_u32(R, BIT_TO(ARG(4), 0x100, PG_FLAG_FCHOWNAT_FLAGS_AT_SYMLINK_NOFOLLOW) | (ARG(4) & PG_FLAG_FCHOWNAT_FLAGS_AT_EMPTY_PATH));
}

SYSCALL_EVENT(access, SYSCALL_ACCESS_X)
{
	put_s64(R, c->ret);
	put_user_path(R, ARG(0));
	put_u32(R, ARG(1) & 7);
}

SYSCALL_EVENT(stat, SYSCALL_STAT_X)
{
	put_s64(R, c->ret);
	put_user_path(R, ARG(0));
}

SYSCALL_EVENT(lstat, SYSCALL_LSTAT_X)
{
	put_s64(R, c->ret);
	put_user_path(R, ARG(0));
}

SYSCALL_EVENT(fstat, SYSCALL_FSTAT_X)
{
	put_s64(R, c->ret);
	put_fd(R, ARG(0));
}

SYSCALL_EVENT(newfstatat, SYSCALL_NEWFSTATAT_X)
{
	put_s64(R, c->ret);
	put_fd(R, ARG(0));
	put_user_path(R, ARG(1));
	put_u32(R, ARG(3) & (PG_FLAG_NEWFSTATAT_FLAGS_AT_EMPTY_PATH | PG_FLAG_NEWFSTATAT_FLAGS_AT_NO_AUTOMOUNT | PG_FLAG_NEWFSTATAT_FLAGS_AT_SYMLINK_NOFOLLOW));
}

SYSCALL_EVENT(chdir, SYSCALL_CHDIR_X)
{
	put_s64(R, c->ret);
	put_user_path(R, ARG(0));
}

SYSCALL_EVENT(fchdir, SYSCALL_FCHDIR_X)
{
	put_s64(R, c->ret);
	put_fd(R, ARG(0));
}

SYSCALL_EVENT(getcwd, SYSCALL_GETCWD_X)
{
	put_s64(R, c->ret);
	if (c->ret > 0)
		put_user_path(R, ARG(0));
	else
		put_empty(R);
}
