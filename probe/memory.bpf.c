/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Memory maps, and files that live in memory. */

SYSCALL_EVENT(mmap, SYSCALL_MMAP_X)
{
	put_s64(R, c->ret);
	put_memory(R, READ(current_task(), mm));
	put_u64(R, ARG(0));
	put_u64(R, ARG(1));
	put_u32(R, prot_flags(ARG(2)));
	put_u32(R, mmap_flags(ARG(3)));
	put_fd(R, ARG(4));
	put_u64(R, ARG(5));
}

SYSCALL_EVENT(munmap, SYSCALL_MUNMAP_X)
{
	put_s64(R, c->ret);
	put_memory(R, READ(current_task(), mm));
	put_u64(R, ARG(0));
	put_u64(R, ARG(1));
}

SYSCALL_EVENT(brk, SYSCALL_BRK_4_X)
{
	put_s64(R, c->ret);
	put_memory(R, READ(current_task(), mm));
	put_u64(R, ARG(0));
}

SYSCALL_EVENT(mprotect, SYSCALL_MPROTECT_X)
{
	put_s64(R, c->ret);
	put_u64(R, ARG(0));
	put_u64(R, ARG(1));
	put_u32(R, prot_flags(ARG(2)));
}

SYSCALL_EVENT(mlock, SYSCALL_MLOCK_X)
{
	put_s64(R, c->ret);
	put_u64(R, ARG(0));
	put_u64(R, ARG(1));
}

SYSCALL_EVENT(mlock2, SYSCALL_MLOCK2_X)
{
	put_s64(R, c->ret);
	put_u64(R, ARG(0));
	put_u64(R, ARG(1));
	put_u32(R, ARG(2) & PG_FLAG_MLOCK2_FLAGS_MLOCK_ONFAULT);
}

SYSCALL_EVENT(munlock, SYSCALL_MUNLOCK_X)
{
	put_s64(R, c->ret);
	put_u64(R, ARG(0));
	put_u64(R, ARG(1));
}

SYSCALL_EVENT(mlockall, SYSCALL_MLOCKALL_X)
{
	put_s64(R, c->ret);
	put_u32(R, ARG(0) & 7);
}

SYSCALL_EVENT(munlockall, SYSCALL_MUNLOCKALL_X)
{
	put_s64(R, c->ret);
}

/* MFD_* have the schema's values. */
SYSCALL_EVENT(memfd_create, SYSCALL_MEMFD_CREATE_X)
{
	put_s64(R, c->ret);
	put_user_path(R, ARG(0));
	put_u32(R, ARG(1) & 7);
}

SYSCALL_EVENT(userfaultfd, SYSCALL_USERFAULTFD_X)
{
	put_s64(R, c->ret);
	put_u32(R, descriptor_flags(ARG(0)));
}
