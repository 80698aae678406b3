/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The kernel's flag bits to the schema's. Written without branches (a bit is divided down and multiplied up, which compiles to
 * shifts): with a branch per flag the verifier would walk every combination.
 */
#ifndef PG_FLAGS_H
#define PG_FLAGS_H

#define BIT_TO(value, from, to) ((((u32)(value) & (from)) / (from)) * (to))

#define O_ACCMODE_ 3
#define O_CREAT_ 00000100
#define O_EXCL_ 00000200
#define O_TRUNC_ 00001000
#define O_APPEND_ 00002000
#define O_NONBLOCK_ 00004000
#define O_DSYNC_ 00010000
#define O_DIRECT_ 00040000
#define O_LARGEFILE_ 00100000
#define O_DIRECTORY_ 00200000
#define O_CLOEXEC_ 02000000
#define O_SYNC_ONLY_ 04000000
#define O_TMPFILE_ONLY_ 020000000

#define FILE_FLAG(name) PG_FLAG_FILE_FLAGS_O_##name

/* O_RDONLY, O_WRONLY, O_RDWR (0, 1, 2; 3 counts as reading) become 1, 2, 3. */
static __always_inline u32 open_flags(u64 flags)
{
	u32 mode = flags & O_ACCMODE_;

	return ((0x1321u >> (mode * 4)) & 3) |
	       BIT_TO(flags, O_CREAT_, FILE_FLAG(CREAT)) | BIT_TO(flags, O_EXCL_, FILE_FLAG(EXCL)) |
	       BIT_TO(flags, O_TRUNC_, FILE_FLAG(TRUNC)) | BIT_TO(flags, O_APPEND_, FILE_FLAG(APPEND)) |
	       BIT_TO(flags, O_NONBLOCK_, FILE_FLAG(NONBLOCK)) | BIT_TO(flags, O_DSYNC_, FILE_FLAG(DSYNC)) |
	       BIT_TO(flags, O_SYNC_ONLY_, FILE_FLAG(SYNC)) | BIT_TO(flags, O_DIRECT_, FILE_FLAG(DIRECT)) |
	       BIT_TO(flags, O_LARGEFILE_, FILE_FLAG(LARGEFILE)) | BIT_TO(flags, O_DIRECTORY_, FILE_FLAG(DIRECTORY)) |
	       BIT_TO(flags, O_CLOEXEC_, FILE_FLAG(CLOEXEC)) | BIT_TO(flags, O_TMPFILE_ONLY_, FILE_FLAG(TMPFILE));
}

/* The flags of descriptors without an access mode: pipe2, dup3, socket types, eventfd2, inotify_init1, userfaultfd, signalfd4. */
static __always_inline u32 descriptor_flags(u64 flags)
{
	return BIT_TO(flags, O_CLOEXEC_, FILE_FLAG(CLOEXEC)) | BIT_TO(flags, O_NONBLOCK_, FILE_FLAG(NONBLOCK)) |
	       BIT_TO(flags, O_DIRECT_, FILE_FLAG(DIRECT));
}

#define CLONE_FLAG(name) PG_FLAG_CLONE_FLAGS_CLONE_##name

#define CLONE_VM_ 0x00000100
#define CLONE_FS_ 0x00000200
#define CLONE_FILES_ 0x00000400
#define CLONE_SIGHAND_ 0x00000800
#define CLONE_VFORK_ 0x00004000
#define CLONE_THREAD_ 0x00010000

static __always_inline u32 clone_flags(u64 flags)
{
	return BIT_TO(flags, CLONE_VM_, CLONE_FLAG(VM)) | BIT_TO(flags, CLONE_FS_, CLONE_FLAG(FS)) |
	       BIT_TO(flags, CLONE_FILES_, CLONE_FLAG(FILES)) | BIT_TO(flags, CLONE_SIGHAND_, CLONE_FLAG(SIGHAND)) |
	       BIT_TO(flags, 0x00002000, CLONE_FLAG(PTRACE)) | BIT_TO(flags, CLONE_VFORK_, CLONE_FLAG(VFORK)) |
	       BIT_TO(flags, 0x00008000, CLONE_FLAG(PARENT)) | BIT_TO(flags, CLONE_THREAD_, CLONE_FLAG(THREAD)) |
	       BIT_TO(flags, 0x00020000, CLONE_FLAG(NEWNS)) | BIT_TO(flags, 0x00040000, CLONE_FLAG(SYSVSEM)) |
	       BIT_TO(flags, 0x00080000, CLONE_FLAG(SETTLS)) | BIT_TO(flags, 0x00100000, CLONE_FLAG(PARENT_SETTID)) |
	       BIT_TO(flags, 0x00200000, CLONE_FLAG(CHILD_CLEARTID)) | BIT_TO(flags, 0x00800000, CLONE_FLAG(UNTRACED)) |
	       BIT_TO(flags, 0x01000000, CLONE_FLAG(CHILD_SETTID)) | BIT_TO(flags, 0x02000000, CLONE_FLAG(NEWCGROUP)) |
	       BIT_TO(flags, 0x04000000, CLONE_FLAG(NEWUTS)) | BIT_TO(flags, 0x08000000, CLONE_FLAG(NEWIPC)) |
	       BIT_TO(flags, 0x10000000, CLONE_FLAG(NEWUSER)) | BIT_TO(flags, 0x20000000, CLONE_FLAG(NEWPID)) |
	       BIT_TO(flags, 0x40000000, CLONE_FLAG(NEWNET)) | BIT_TO(flags, 0x80000000u, CLONE_FLAG(IO));
}

/* Permission bits have the same values in the schema; what lies above them does not belong to a mode. */
#define PERMISSIONS 07777

/* open's third argument counts only for a file that the call may create. */
static __always_inline u32 open_mode(u64 flags, u64 mode)
{
	return flags & (O_CREAT_ | O_TMPFILE_ONLY_) ? mode & PERMISSIONS : 0;
}

#define PROT_FLAG(name) PG_FLAG_PROT_FLAGS_PROT_##name

static __always_inline u32 prot_flags(u64 prot)
{
	return BIT_TO(prot, 1, PROT_FLAG(READ)) | BIT_TO(prot, 2, PROT_FLAG(WRITE)) | BIT_TO(prot, 4, PROT_FLAG(EXEC)) |
	       BIT_TO(prot, 8, PROT_FLAG(SEM)) | BIT_TO(prot, 0x01000000, PROT_FLAG(GROWSDOWN)) |
	       BIT_TO(prot, 0x02000000, PROT_FLAG(GROWSUP));
}

#define MMAP_FLAG(name) PG_FLAG_MMAP_FLAGS_MAP_##name

static __always_inline u32 mmap_flags(u64 flags)
{
	return BIT_TO(flags, 0x01, MMAP_FLAG(SHARED)) | BIT_TO(flags, 0x02, MMAP_FLAG(PRIVATE)) |
	       BIT_TO(flags, 0x10, MMAP_FLAG(FIXED)) | BIT_TO(flags, 0x20, MMAP_FLAG(ANONYMOUS)) |
	       BIT_TO(flags, 0x40, MMAP_FLAG(32BIT)) | BIT_TO(flags, 0x4000, MMAP_FLAG(NORESERVE)) |
	       BIT_TO(flags, 0x8000, MMAP_FLAG(POPULATE)) | BIT_TO(flags, 0x10000, MMAP_FLAG(NONBLOCK)) |
	       BIT_TO(flags, 0x0100, MMAP_FLAG(GROWSDOWN)) | BIT_TO(flags, 0x0800, MMAP_FLAG(DENYWRITE)) |
	       BIT_TO(flags, 0x1000, MMAP_FLAG(EXECUTABLE)) | BIT_TO(flags, 0x2000, MMAP_FLAG(LOCKED));
}

#endif
