/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Reading and writing. A read's data is what has arrived in the caller's buffer; a write's data is what it gave, also when the
 * write failed. Either is cut at the snap length.
 */

SYSCALL_EVENT(read, SYSCALL_READ_X)
{
	put_s64(R, c->ret);
	put_data(R, ARG(1), c->ret);
	put_fd(R, ARG(0));
	put_u32(R, ARG(2));
}

SYSCALL_EVENT(write, SYSCALL_WRITE_X)
{
	put_s64(R, c->ret);
	put_data(R, ARG(1), c->ret > 0 ? c->ret : (u32)ARG(2));
	put_fd(R, ARG(0));
	put_u32(R, ARG(2));
}

SYSCALL_EVENT(pread64, SYSCALL_PREAD_X)
{
	put_s64(R, c->ret);
	put_data(R, ARG(1), c->ret);
	put_fd(R, ARG(0));
	put_u32(R, ARG(2));
	put_u64(R, ARG(3));
}

SYSCALL_EVENT(pwrite64, SYSCALL_PWRITE_X)
{
	put_s64(R, c->ret);
	put_data(R, ARG(1), c->ret > 0 ? c->ret : (u32)ARG(2));
	put_fd(R, ARG(0));
	put_u32(R, ARG(2));
	put_u64(R, ARG(3));
}

SYSCALL_EVENT(readv, SYSCALL_READV_X)
{
	put_s64(R, c->ret);
	put_u32(R, c->ret > 0 ? c->ret : 0);
	put_vector_data(R, ARG(1), c->ret > 0 ? ARG(2) : 0, c->ret);
	put_fd(R, ARG(0));
}

SYSCALL_EVENT(writev, SYSCALL_WRITEV_X)
{
	put_s64(R, c->ret);
	put_vector_data(R, ARG(1), ARG(2), c->ret);
	put_fd(R, ARG(0));
	put_u32(R, vector_size(R, ARG(1), ARG(2)));
}

SYSCALL_EVENT(preadv, SYSCALL_PREADV_X)
{
	put_s64(R, c->ret);
	put_u32(R, c->ret > 0 ? c->ret : 0);
	put_vector_data(R, ARG(1), c->ret > 0 ? ARG(2) : 0, c->ret);
	put_fd(R, ARG(0));
	put_u64(R, ARG(3));
}

SYSCALL_EVENT(pwritev, SYSCALL_PWRITEV_X)
{
	put_s64(R, c->ret);
	put_vector_data(R, ARG(1), ARG(2), c->ret);
	put_fd(R, ARG(0));
	put_u32(R, vector_size(R, ARG(1), ARG(2)));
	put_u64(R, ARG(3));
}

SYSCALL_EVENT(process_vm_readv, SYSCALL_PROCESS_VM_READV_X)
{
	put_s64(R, c->ret);
	put_s64(R, (s32)ARG(0));
	put_vector_data(R, ARG(1), c->ret > 0 ? ARG(2) : 0, c->ret);
}

SYSCALL_EVENT(process_vm_writev, SYSCALL_PROCESS_VM_WRITEV_X)
{
	put_s64(R, c->ret);
	put_s64(R, (s32)ARG(0));
	put_vector_data(R, ARG(1), c->ret > 0 ? ARG(2) : 0, c->ret);
}

SYSCALL_EVENT(sendfile, SYSCALL_SENDFILE_X)
{
	put_s64(R, c->ret);
	put_u64(R, user_value(u64, ARG(2)));
	put_fd(R, ARG(0));
	put_fd(R, ARG(1));
	put_u64(R, ARG(3));
}

SYSCALL_EVENT(copy_file_range, SYSCALL_COPY_FILE_RANGE_X)
{
	put_s64(R, c->ret);
	put_fd(R, ARG(2));
	put_u64(R, user_value(u64, ARG(3)));
	put_fd(R, ARG(0));
	put_u64(R, user_value(u64, ARG(1)));
	put_u64(R, ARG(4));
}

/* SPLICE_F_* have the schema's values. */
SYSCALL_EVENT(splice, SYSCALL_SPLICE_X)
{
	put_s64(R, c->ret);
	put_fd(R, ARG(0));
	put_fd(R, ARG(2));
	put_u64(R, ARG(4));
	put_u32(R, ARG(5) & 0xf);
}

SYSCALL_EVENT(lseek, SYSCALL_LSEEK_X)
{
	put_s64(R, c->ret);
	put_fd(R, ARG(0));
	put_u64(R, ARG(1));
	put_u8(R, ARG(2));
}

SYSCALL_EVENT(ioctl, SYSCALL_IOCTL_3_X)
{
	put_s64(R, c->ret);
	put_fd(R, ARG(0));
	put_u64(R, ARG(1));
	put_u64(R, ARG(2));
}

/* LOCK_SH, LOCK_EX, LOCK_NB, LOCK_UN have the schema's values. */
SYSCALL_EVENT(flock, SYSCALL_FLOCK_X)
{
	put_s64(R, c->ret);
	put_fd(R, ARG(0));
	put_u32(R, ARG(1) & 0xf);
}

SYSCALL_EVENT(getdents, SYSCALL_GETDENTS_X)
{
	put_s64(R, c->ret);
	put_fd(R, ARG(0));
}

SYSCALL_EVENT(getdents64, SYSCALL_GETDENTS64_X)
{
	put_s64(R, c->ret);
	put_fd(R, ARG(0));
}
