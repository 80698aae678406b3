/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Resource limits and quotas. */

struct user_limit {
	u64 current, max;
};

/* A struct rlimit of the caller's width; prlimit64's is 64 bits wide for all. */
static __always_inline struct user_limit load_limit(struct record *r, u64 pointer, bool wide)
{
	struct user_limit limit = {};

	if (r->cpu->compat && !wide) {
		limit.current = (s64)user_value(s32, pointer);
		limit.max = (s64)user_value(s32, pointer + 4);
	} else {
		bpf_probe_read_user(&limit, sizeof(limit), (void *)pointer);
	}
	return limit;
}

/* The first 16 have the kernel's numbers in the schema. */
static __always_inline u8 limit_resource(u32 resource)
{
	return resource < 16 ? resource : PG_FLAG_RLIMIT_RESOURCES_RLIMIT_UNKNOWN;
}

SYSCALL_EVENT(getrlimit, SYSCALL_GETRLIMIT_X)
{
	struct user_limit limit = {-1, -1};

	if (c->ret == 0)
		limit = load_limit(R, ARG(1), false);
	put_s64(R, c->ret);
	put_s64(R, limit.current);
	put_s64(R, limit.max);
	put_u8(R, limit_resource(ARG(0)));
}

SYSCALL_EVENT(setrlimit, SYSCALL_SETRLIMIT_X)
{
	struct user_limit limit = load_limit(R, ARG(1), false);

	put_s64(R, c->ret);
	put_s64(R, limit.current);
	put_s64(R, limit.max);
	put_u8(R, limit_resource(ARG(0)));
}

SYSCALL_EVENT(prlimit64, SYSCALL_PRLIMIT_X)
{
	struct user_limit new = load_limit(R, ARG(2), true), old = {-1, -1};

	if (c->ret == 0)
		old = load_limit(R, ARG(3), true);
	put_s64(R, c->ret);
	put_s64(R, new.current);
	put_s64(R, new.max);
	put_s64(R, old.current);
	put_s64(R, old.max);
	put_s64(R, (s32)ARG(0));
	put_u8(R, limit_resource(ARG(1)));
}

#define QUOTA(name) PG_FLAG_QUOTACTL_CMDS_Q_##name

static __always_inline u16 quota_command(u32 command)
{
	switch (command) {
	case 0x800001: return QUOTA(SYNC);
	case 0x800002: return QUOTA(QUOTAON);
	case 0x800003: return QUOTA(QUOTAOFF);
	case 0x800004: return QUOTA(GETFMT);
	case 0x800005: return QUOTA(GETINFO);
	case 0x800006: return QUOTA(SETINFO);
	case 0x800007: return QUOTA(GETQUOTA);
	case 0x800008: return QUOTA(SETQUOTA);
	case 0x5801: return QUOTA(XQUOTAON);
	case 0x5802: return QUOTA(XQUOTAOFF);
	case 0x5803: return QUOTA(XGETQUOTA);
	case 0x5804: return QUOTA(XSETQLIM);
	case 0x5805: return QUOTA(XGETQSTAT);
	case 0x5806: return QUOTA(XQUOTARM);
	case 0x5807: return QUOTA(XQUOTASYNC);
	default: return 0;
	}
}

static __always_inline u8 quota_format(u32 format)
{
	switch (format) {
	case 1: return PG_FLAG_QUOTACTL_QUOTA_FMTS_QFMT_VFS_OLD;
	case 2: return PG_FLAG_QUOTACTL_QUOTA_FMTS_QFMT_VFS_V0;
	case 4: return PG_FLAG_QUOTACTL_QUOTA_FMTS_QFMT_VFS_V1;
	default: return PG_FLAG_QUOTACTL_QUOTA_FMTS_QFMT_NOT_USED;
	}
}

struct user_quota {
	u64 hard_blocks, soft_blocks, space, hard_inodes, soft_inodes, inodes, block_time, inode_time;
	u32 valid, pad;
};

struct user_quota_info {
	u64 block_grace, inode_grace;
	u32 flags, valid;
};

#define IF_VALID(bit, value) (quota.valid & (bit) ? (value) : 0)

SYSCALL_EVENT(quotactl, SYSCALL_QUOTACTL_X)
{
	u32 number = (u32)ARG(0), type = number & 0xff;
	u16 command = quota_command(number >> 8);
	u32 id = ARG(2);
	struct user_quota quota = {};
	struct user_quota_info info = {};
	u8 format_out = PG_FLAG_QUOTACTL_QUOTA_FMTS_QFMT_NOT_USED;
	bool uses_id = command == QUOTA(GETQUOTA) || command == QUOTA(SETQUOTA) || command == QUOTA(XGETQUOTA) || command == QUOTA(XSETQLIM);

	if (command == QUOTA(GETQUOTA) || command == QUOTA(SETQUOTA))
		bpf_probe_read_user(&quota, sizeof(quota), (void *)ARG(3));
	if (command == QUOTA(GETINFO) || command == QUOTA(SETINFO))
		bpf_probe_read_user(&info, sizeof(info), (void *)ARG(3));
	if (command == QUOTA(GETFMT) && c->ret == 0)
		format_out = quota_format(user_value(u32, ARG(3)));
	put_s64(R, c->ret);
	put_user_path(R, ARG(1));
	if (command == QUOTA(QUOTAON))
		put_user_path(R, ARG(3));
	else
		put_empty(R);
	/* A quota says in its last word which members it sets. */
	put_u64(R, IF_VALID(1, quota.hard_blocks));
	put_u64(R, IF_VALID(1, quota.soft_blocks));
	put_u64(R, IF_VALID(2, quota.space));
	put_u64(R, IF_VALID(4, quota.hard_inodes));
	put_u64(R, IF_VALID(4, quota.soft_inodes));
	put_u64(R, IF_VALID(16, quota.block_time));
	put_u64(R, IF_VALID(32, quota.inode_time));
	put_u64(R, info.valid & 1 ? info.block_grace : 0);
	put_u64(R, info.valid & 2 ? info.inode_grace : 0);
	put_u8(R, info.valid & 4 && info.flags & 1 ? PG_FLAG_QUOTACTL_DQI_FLAGS_V1_DQF_RSQUASH : PG_FLAG_QUOTACTL_DQI_FLAGS_DQF_NONE);
	put_u8(R, format_out);
	put_u16(R, command);
	put_u8(R, type == 0 ? PG_FLAG_QUOTACTL_TYPES_USRQUOTA : type == 1 ? PG_FLAG_QUOTACTL_TYPES_GRPQUOTA : 0);
	put_u32(R, uses_id ? id : 0);
	put_u8(R, command == QUOTA(QUOTAON) ? quota_format(id) : PG_FLAG_QUOTACTL_QUOTA_FMTS_QFMT_NOT_USED);
}
