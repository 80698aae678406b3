/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Paths out of the kernel: of a dentry in its mount as the process sees it (up to the process's root), of a cgroup in its hierarchy.
 * Tracing programs may not call d_path, so the chain of parents is walked, and the path is put together from its end.
 */
#ifndef PG_PATHS_H
#define PG_PATHS_H

#define PG_PATH_DEPTH 96   /* names and mount points; a deeper path loses its beginning */
#define PG_CGROUP_DEPTH 24

/* Puts a name before what is there, and a slash before the name. Returns the new start; the old one when there is no room. */
static __always_inline u32 path_prepend(struct pg_cpu *cpu, u32 start, const void *name, u32 length, bool slash)
{
	length &= 0xff;
	if (start < length + 1)
		return start;
	start -= length;
	bpf_probe_read_kernel(&cpu->path[start & PG_PATH_MASK], length, name);
	if (slash) {
		start--;
		cpu->path[start & PG_PATH_MASK] = '/';
	}
	return forget(cpu, start);
}

/* Writes the assembled path (with its NUL) at the record's position and returns its size. */
static __always_inline u32 path_take(struct record *r, u32 start)
{
	u32 size = (PG_PATH_MASK + 1 - start + 1) & 0x1fff;

	r->cpu->path[PG_PATH_MASK + 1] = 0;
	bpf_probe_read_kernel(record_at(r, r->position), size, &r->cpu->path[start & PG_PATH_MASK]);
	return size;
}

struct path_walk {
	struct pg_cpu *cpu;
	struct dentry *dentry, *top, *root;
	struct mount *mount;
	struct vfsmount *root_mount;
	u32 start;
	u32 bare; /* a file without a directory: no slash stands before its name */
};

LOOP_BODY path_step(u32 index, struct path_walk *walk)
{
	struct dentry *dentry = walk->dentry, *parent = READ(dentry, d_parent);
	struct mount *mount = walk->mount;

	if (dentry == walk->root && (void *)mount + bpf_core_field_offset(struct mount, mnt) == (void *)walk->root_mount)
		return LOOP_END;
	if (dentry == walk->top) {
		struct mount *above = READ(mount, mnt_parent);

		if (above == mount || !above)
			return LOOP_END;
		walk->dentry = READ(mount, mnt_mountpoint);
		walk->mount = above;
		walk->top = READ(above, mnt.mnt_root);
		return LOOP_ON;
	}
	/* Its own parent but no root: such as a memfd. */
	walk->start = path_prepend(walk->cpu, walk->start, READ(dentry, d_name.name), READ(dentry, d_name.len), dentry != parent);
	if (dentry == parent || !parent) {
		walk->bare = 1;
		return LOOP_END;
	}
	walk->dentry = parent;
	return LOOP_ON;
}

static __always_inline u32 write_path(struct record *r, struct vfsmount *vfsmount, struct dentry *dentry)
{
	struct task_struct *task = current_task();
	struct mount *mount = (void *)vfsmount - bpf_core_field_offset(struct mount, mnt);
	struct path_walk walk = {.cpu = r->cpu, .dentry = dentry, .mount = mount, .start = forget(r->cpu, PG_PATH_MASK + 1)};

	if (!dentry || !vfsmount)
		return 0;
	walk.root = READ(task, fs, root.dentry);
	walk.root_mount = READ(task, fs, root.mnt);
	walk.top = READ(mount, mnt.mnt_root);
	LOOP(PG_PATH_DEPTH, path_step, &walk);
	if (walk.start == PG_PATH_MASK + 1 && !walk.bare)
		walk.start = path_prepend(r->cpu, walk.start, 0, 0, true);
	return path_take(r, walk.start);
}

static __always_inline void put_path(struct record *r, struct vfsmount *mount, struct dentry *dentry)
{
	put_written(r, write_path(r, mount, dentry));
}

static __always_inline void put_file_path(struct record *r, struct file *file)
{
	if (file)
		put_path(r, READ(file, f_path.mnt), READ(file, f_path.dentry));
	else
		put_empty(r);
}

static __always_inline struct kernfs_node *kernfs_parent(struct kernfs_node *node)
{
	if (bpf_core_field_exists(node->__parent))
		return READ(node, __parent);
	return READ((struct kernfs_node___v6_14 *)node, parent);
}

struct cgroup_walk {
	struct pg_cpu *cpu;
	struct kernfs_node *node;
	u32 start;
};

LOOP_BODY cgroup_step(u32 index, struct cgroup_walk *walk)
{
	struct pg_cpu *cpu = walk->cpu;
	struct kernfs_node *node = walk->node, *parent = kernfs_parent(node);
	long length;

	if (!node || !parent)
		return LOOP_END;
	/* The length of a kernfs name is not stored: it is read into the scratch space's end, then moved before the path. */
	length = bpf_probe_read_kernel_str(cpu->address, sizeof(cpu->address), READ(node, name));
	if (length > 0)
		walk->start = path_prepend(cpu, walk->start, cpu->address, length - 1, true);
	walk->node = parent;
	return LOOP_ON;
}

/* Writes a cgroup's path within its hierarchy, NUL included; "/" for its root. */
static __always_inline u32 write_cgroup_path(struct record *r, struct cgroup *cgroup)
{
	struct cgroup_walk walk = {.cpu = r->cpu, .node = READ(cgroup, kn), .start = forget(r->cpu, PG_PATH_MASK + 1)};

	LOOP(PG_CGROUP_DEPTH, cgroup_step, &walk);
	if (walk.start == PG_PATH_MASK + 1)
		walk.start = path_prepend(r->cpu, walk.start, 0, 0, true);
	return path_take(r, walk.start);
}

#endif
