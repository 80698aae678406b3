/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The kernel's types, cut down to the members that the probe reads. Offsets are not those of this file: every access is
 * relocated when the object is loaded, against the BTF of the running kernel (CO-RE), so members may be left out and reordered.
 * A name with three underscores is a flavour: the same kernel type as an older or newer kernel lays it out.
 */
#ifndef PG_KERNEL_TYPES_H
#define PG_KERNEL_TYPES_H

#include <linux/types.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s16 s16;
typedef __s32 s32;
typedef __s64 s64;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct pt_regs {
	unsigned long r10, r9, r8, ax, cx, dx, si, di, bp, bx, orig_ax;
};

struct thread_info {
	u32 status;
};

struct list_head {
	struct list_head *next, *prev;
};

struct qstr {
	u32 len;
	const unsigned char *name;
};

struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
	struct super_block *d_sb;
};

struct vfsmount {
	struct dentry *mnt_root;
	struct super_block *mnt_sb;
	int mnt_flags;
};

struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
	int mnt_id;
};

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

struct super_block {
	u32 s_dev;
	unsigned long s_flags;
	unsigned long s_magic;
};

typedef struct {
	u32 val;
} kuid_t;

typedef struct {
	u32 val;
} kgid_t;

struct timespec64 {
	s64 tv_sec;
	long tv_nsec;
};

struct inode {
	u16 i_mode;
	kuid_t i_uid;
	kgid_t i_gid;
	unsigned int i_flags;
	struct super_block *i_sb;
	unsigned long i_ino;
	s64 i_mtime_sec, i_ctime_sec; /* 6.11 */
	u32 i_mtime_nsec, i_ctime_nsec;
};

struct inode___v6_6 {
	struct timespec64 __i_ctime;
};

struct inode___v6_7 {
	struct timespec64 __i_mtime;
};

struct inode___v5 {
	struct timespec64 i_ctime, i_mtime;
};

struct ovl_inode {
	struct inode vfs_inode;
	struct dentry *__upperdentry;
};

struct file {
	u32 f_mode;
	void *private_data;
	struct inode *f_inode;
	unsigned int f_flags;
	struct path f_path;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
};

struct fs_struct {
	struct path root;
	struct path pwd;
};

struct rlimit {
	unsigned long rlim_cur, rlim_max;
};

struct tty_driver {
	int major;
	int minor_start;
};

struct tty_struct {
	int index;
	struct tty_driver *driver;
};

struct pid_namespace {
	struct task_struct *child_reaper;
	unsigned int level;
};

struct upid {
	int nr;
	struct pid_namespace *ns;
};

struct pid {
	unsigned int level;
	struct upid numbers[1];
};

struct signal_struct {
	struct list_head thread_head;
	unsigned int is_child_subreaper : 1;
	unsigned int has_child_subreaper : 1;
	struct pid *pids[4];
	struct tty_struct *tty;
	struct rlimit rlim[16];
};

struct nsproxy {
	struct pid_namespace *pid_ns_for_children;
};

typedef struct {
	u64 val;
} kernel_cap_t;

struct group_info {
	int ngroups;
	kgid_t gid[1];
};

struct cred {
	kuid_t uid;
	kgid_t gid;
	kuid_t suid;
	kgid_t sgid;
	kuid_t euid;
	kgid_t egid;
	kuid_t fsuid;
	kgid_t fsgid;
	kernel_cap_t cap_inheritable;
	kernel_cap_t cap_permitted;
	kernel_cap_t cap_effective;
	struct group_info *group_info;
};

struct percpu_counter {
	s64 count;
};

struct mm_struct {
	unsigned long total_vm;
	unsigned long arg_start, arg_end, env_start, env_end;
	struct percpu_counter rss_stat[4]; /* 6.2 */
	struct file *exe_file;
};

typedef struct {
	s64 counter;
} atomic64_t;

struct mm_rss_stat {
	atomic64_t count[4];
};

struct mm_struct___v6_1 {
	struct mm_rss_stat rss_stat;
};

struct kernfs_node {
	struct kernfs_node *__parent; /* 6.15 */
	const char *name;
};

struct kernfs_node___v6_14 {
	struct kernfs_node *parent;
};

struct cgroup {
	int level;
	struct kernfs_node *kn;
};

struct cgroup_subsys_state {
	struct cgroup *cgroup;
};

struct css_set {
	struct cgroup_subsys_state *subsys[16];
	struct cgroup *dfl_cgrp;
};

struct sighand_struct {
	int unused;
};

struct task_struct {
	struct thread_info thread_info;
	unsigned int flags;
	struct mm_struct *mm;
	int exit_code;
	int pid, tgid;
	struct task_struct *real_parent;
	struct list_head children;
	struct task_struct *group_leader;
	struct pid *thread_pid;
	struct list_head thread_node;
	u64 start_boottime;
	unsigned long min_flt, maj_flt;
	const struct cred *cred;
	char comm[16];
	struct fs_struct *fs;
	struct files_struct *files;
	struct nsproxy *nsproxy;
	struct signal_struct *signal;
	struct sighand_struct *sighand;
	kuid_t loginuid;
	struct css_set *cgroups;
};

struct linux_binprm {
	const char *filename;
};

struct in6_addr {
	u8 bytes[16];
};

struct sock_common {
	u32 skc_daddr, skc_rcv_saddr;
	u16 skc_dport, skc_num;
	unsigned short skc_family;
	struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr;
};

struct sock {
	struct sock_common __sk_common;
	u16 sk_type, sk_protocol;
	u32 sk_ack_backlog, sk_max_ack_backlog;
};

struct ipv6_pinfo {
	struct in6_addr saddr;
};

struct inet_sock {
	struct sock sk;
	struct ipv6_pinfo *pinet6;
	u32 inet_saddr;
	u16 inet_sport;
};

struct sockaddr_un {
	char sun_path[108];
};

struct unix_address {
	int len;
	struct sockaddr_un name[1];
};

struct unix_sock {
	struct sock sk;
	struct unix_address *addr;
	struct sock *peer;
};

struct socket {
	struct sock *sk;
};

#pragma clang attribute pop

/* What user space hands to system calls: fixed by the ABI, so not relocated. */

struct user_iovec {
	u64 base, len;
};

struct user_msghdr {
	u64 name;
	u32 namelen, pad0;
	u64 iov, iovlen;
	u64 control, controllen;
	u32 flags, pad1;
};

struct user_mmsghdr {
	struct user_msghdr header;
	u32 len, pad;
};

#endif
