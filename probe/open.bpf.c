/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * open, openat, openat2, creat, open_by_handle_at. Device, inode, layer and "created" come from the opened file. The name is the
 * caller's, read at exit: rules name files as programs do, through links and relative; where it is gone by then, the file's own path.
 */

struct opened {
	struct file *file;
	u32 device, flags;
	u64 inode;
};

static __always_inline struct opened opened_file(s64 fd)
{
	struct file *file = fd >= 0 ? file_of(fd) : 0;
	struct opened opened = {.file = file};

	if (file) {
		struct inode *inode = READ(file, f_inode);
		struct super_block *file_system = READ(inode, i_sb);

		opened.device = user_device(READ(file_system, s_dev));
		opened.inode = READ(inode, i_ino);
		opened.flags = BIT_TO(READ(file, f_mode), FMODE_CREATED, FILE_FLAG(F_CREATED)) |
			       layer_flags(inode_layer_on(inode, file_system), PG_FLAG_FILE_FLAGS_FD_UPPER_LAYER, PG_FLAG_FILE_FLAGS_FD_LOWER_LAYER);
	}
	return opened;
}

static __always_inline void put_opened_name(struct record *r, u64 pointer, struct file *file)
{
	u32 length = write_user_string(r, pointer, PG_PATH_MAX);

	if (length <= 1 && file)
		length = write_path(r, READ(file, f_path.mnt), READ(file, f_path.dentry));
	put_written(r, length);
}

SYSCALL_EVENT(open, SYSCALL_OPEN_X)
{
	struct opened opened = opened_file(c->ret);

	put_s64(R, c->ret);
	put_opened_name(R, ARG(0), opened.file);
	put_u32(R, open_flags(ARG(1)) | opened.flags);
	put_u32(R, open_mode(ARG(1), ARG(2)));
	put_u32(R, opened.device);
	put_u64(R, opened.inode);
}

SYSCALL_EVENT(openat, SYSCALL_OPENAT_2_X)
{
	struct opened opened = opened_file(c->ret);

	put_s64(R, c->ret);
	put_fd(R, ARG(0));
	put_opened_name(R, ARG(1), opened.file);
	put_u32(R, open_flags(ARG(2)) | opened.flags);
	put_u32(R, open_mode(ARG(2), ARG(3)));
	put_u32(R, opened.device);
	put_u64(R, opened.inode);
}

struct user_open_how {
	u64 flags, mode, resolve;
};

#define RESOLVE_FLAG(name) PG_FLAG_OPENAT2_FLAGS_RESOLVE_##name

SYSCALL_EVENT(openat2, SYSCALL_OPENAT2_X)
{
	struct opened opened = opened_file(c->ret);
	struct user_open_how how = {};

	bpf_probe_read_user(&how, sizeof(how), (void *)ARG(2));
	put_s64(R, c->ret);
	put_fd(R, ARG(0));
	put_opened_name(R, ARG(1), opened.file);
	put_u32(R, open_flags(how.flags) | opened.flags);
	put_u32(R, open_mode(how.flags, how.mode));
	put_u32(R, BIT_TO(how.resolve, 0x01, RESOLVE_FLAG(NO_XDEV)) | BIT_TO(how.resolve, 0x02, RESOLVE_FLAG(NO_MAGICLINKS)) |
			   BIT_TO(how.resolve, 0x04, RESOLVE_FLAG(NO_SYMLINKS)) | BIT_TO(how.resolve, 0x08, RESOLVE_FLAG(BENEATH)) |
			   BIT_TO(how.resolve, 0x10, RESOLVE_FLAG(IN_ROOT)) | BIT_TO(how.resolve, 0x20, RESOLVE_FLAG(CACHED)));
	put_u32(R, opened.device);
	put_u64(R, opened.inode);
}

SYSCALL_EVENT(creat, SYSCALL_CREAT_X)
{
	struct opened opened = opened_file(c->ret);

	put_s64(R, c->ret);
	put_opened_name(R, ARG(0), opened.file);
	put_u32(R, ARG(1) & PERMISSIONS);
	put_u32(R, opened.device);
	put_u64(R, opened.inode);
	put_u16(R, BIT_TO(opened.flags, PG_FLAG_FILE_FLAGS_FD_UPPER_LAYER, PG_FLAG_CREAT_FLAGS_FD_UPPER_LAYER_CREAT) |
			   BIT_TO(opened.flags, PG_FLAG_FILE_FLAGS_FD_LOWER_LAYER, PG_FLAG_CREAT_FLAGS_FD_LOWER_LAYER_CREAT));
}

/* A handle has no name: the path is always the file's. */
SYSCALL_EVENT(open_by_handle_at, SYSCALL_OPEN_BY_HANDLE_AT_X)
{
	struct opened opened = opened_file(c->ret);

	put_s64(R, c->ret);
	put_fd(R, ARG(0));
	put_u32(R, open_flags(ARG(2)) | opened.flags);
	put_file_path(R, opened.file);
	put_u32(R, opened.device);
	put_u64(R, opened.inode);
}
