/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What the kernel knows of an open file: which it is, where it lies, whether an overlay's upper or lower layer holds it. */
#ifndef PG_FILES_H
#define PG_FILES_H

#define READ(...) BPF_CORE_READ(__VA_ARGS__)

static __always_inline struct task_struct *current_task(void)
{
	return (struct task_struct *)bpf_get_current_task_btf();
}

/* The file behind a descriptor of the current process, or NULL. The kernel may free it at any time; reads through it are fault-safe. */
static __always_inline struct file *file_of(s64 fd)
{
	/* Plain loads: through pointers whose type the verifier knows they are as safe as a call that reads. */
	struct files_struct *files = current_task()->files;
	struct fdtable *table = files ? files->fdt : 0;
	struct file *file = 0;

	if (!table || fd < 0 || fd >= table->max_fds)
		return 0;
	bpf_probe_read_kernel(&file, sizeof(file), &table->fd[fd]);
	return file;
}

/* The device number as user space writes it (makedev of stat). */
static __always_inline u32 user_device(u32 dev)
{
	u32 major = dev >> 20, minor = dev & 0xfffff;

	return (minor & 0xff) | (major << 8) | ((minor & ~0xffu) << 12);
}

static __always_inline u32 inode_device(struct inode *inode)
{
	return user_device(READ(inode, i_sb, s_dev));
}

/* A memfd is a file without a directory whose name the kernel starts with "memfd:". */
static __always_inline bool is_memfd(struct file *file)
{
	struct dentry *dentry = READ(file, f_path.dentry);
	char name[8] = {};

	if (READ(dentry, d_parent) != dentry)
		return false;
	bpf_probe_read_kernel_str(name, 7, READ(dentry, d_name.name));
	return name[0] == 'm' && name[1] == 'e' && name[2] == 'm' && name[3] == 'f' && name[4] == 'd' && name[5] == ':';
}

enum layer { LAYER_NONE, LAYER_UPPER, LAYER_LOWER };

/* In which layer of an overlay file system an inode lies. One that was copied up, or made in the upper layer, has an upper dentry. */
static __always_inline enum layer inode_layer_on(struct inode *inode, struct super_block *file_system)
{
	struct dentry *upper = 0;

	if (!inode || READ(file_system, s_magic) != OVERLAYFS_MAGIC)
		return LAYER_NONE;
	if (bpf_core_type_exists(struct ovl_inode)) {
		struct ovl_inode *overlay = (void *)inode - bpf_core_field_offset(struct ovl_inode, vfs_inode);

		upper = READ(overlay, __upperdentry);
	} else {
		/* The overlay is a module without BTF of its own here: the upper dentry follows the inode in every version. */
		bpf_probe_read_kernel(&upper, sizeof(upper), (void *)inode + bpf_core_type_size(struct inode));
	}
	return upper && READ(upper, d_inode) ? LAYER_UPPER : LAYER_LOWER;
}

static __always_inline enum layer inode_layer(struct inode *inode)
{
	return inode_layer_on(inode, READ(inode, i_sb));
}

static __always_inline u32 layer_flags(enum layer layer, u32 upper, u32 lower)
{
	return layer == LAYER_UPPER ? upper : layer == LAYER_LOWER ? lower : 0;
}

/* Nanoseconds since the epoch. Up to 6.5 a timespec, then renamed, then split; the top bits of the nanoseconds may be flags. */
static __always_inline u64 inode_ctime(struct inode *inode)
{
	struct timespec64 time = {};

	if (bpf_core_field_exists(inode->i_ctime_sec)) {
		time.tv_sec = READ(inode, i_ctime_sec);
		time.tv_nsec = READ(inode, i_ctime_nsec);
	} else if (bpf_core_field_exists(((struct inode___v6_6 *)inode)->__i_ctime)) {
		BPF_CORE_READ_INTO(&time, (struct inode___v6_6 *)inode, __i_ctime);
	} else {
		BPF_CORE_READ_INTO(&time, (struct inode___v5 *)inode, i_ctime);
	}
	return time.tv_sec * 1000000000ull + (time.tv_nsec & 0x3fffffff);
}

static __always_inline u64 inode_mtime(struct inode *inode)
{
	struct timespec64 time = {};

	if (bpf_core_field_exists(inode->i_mtime_sec)) {
		time.tv_sec = READ(inode, i_mtime_sec);
		time.tv_nsec = READ(inode, i_mtime_nsec);
	} else if (bpf_core_field_exists(((struct inode___v6_7 *)inode)->__i_mtime)) {
		BPF_CORE_READ_INTO(&time, (struct inode___v6_7 *)inode, __i_mtime);
	} else {
		BPF_CORE_READ_INTO(&time, (struct inode___v5 *)inode, i_mtime);
	}
	return time.tv_sec * 1000000000ull + (time.tv_nsec & 0x3fffffff);
}

#endif
