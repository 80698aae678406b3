/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Numbers of the kernel's ABI (x86-64) that the probe tests for. What records carry are the schema's numbers, not these. */
#ifndef PG_KERNEL_CONSTANTS_H
#define PG_KERNEL_CONSTANTS_H

#define EINPROGRESS 115

#define TS_COMPAT 0x0002
#define PF_EXITING 0x00000004
#define PF_KTHREAD 0x00200000

#define AT_FDCWD (-100)

#define S_IFMT 0170000
#define S_IFSOCK 0140000
#define S_IFREG 0100000
#define S_IFDIR 0040000
#define S_IFCHR 0020000
#define S_IFBLK 0060000
#define S_IFIFO 0010000

#define AF_UNSPEC 0
#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10

#define SOL_SOCKET 1
#define SCM_RIGHTS 1

#define OVERLAYFS_MAGIC 0x794c7630

#define FMODE_CREATED 0x100000

#define SB_RDONLY 1
#define MNT_READONLY 0x40
#define S_IMMUTABLE 8

#define CAP_DAC_OVERRIDE 1

#define PIDTYPE_PGID 2
#define RLIMIT_NOFILE 7

#define MM_FILEPAGES 0
#define MM_ANONPAGES 1
#define MM_SWAPENTS 2
#define MM_SHMEMPAGES 3

#define KB_PER_PAGE 4

#endif
