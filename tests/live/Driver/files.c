// SPDX-License-Identifier: Apache-2.0
// Files, by the exact system call.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "deeds.h"

#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif

// r w b(oth) c(reate) t(runcate) a(ppend) d(irectory) p(ath) T(emporary) n(o link) x(new)
static int flags_of(const char *letters)
{
	int flags = 0;

	for (; *letters; letters++)
		switch (*letters) {
		case 'w': flags |= O_WRONLY; break;
		case 'b': flags |= O_RDWR; break;
		case 'c': flags |= O_CREAT; break;
		case 't': flags |= O_TRUNC; break;
		case 'a': flags |= O_APPEND; break;
		case 'd': flags |= O_DIRECTORY; break;
		case 'p': flags |= O_PATH; break;
		case 'T': flags |= O_TMPFILE; break;
		case 'n': flags |= O_NOFOLLOW; break;
		case 'x': flags |= O_EXCL; break;
		}
	return flags;
}

static int open_by(const char *call, const char *letters, int at, const char *path)
{
	int flags = flags_of(letters);
	struct open_how how = { .flags = flags, .mode = flags & (O_CREAT | O_TMPFILE) ? 0755 : 0 };

	if (!strcmp(call, "open"))
		return syscall(SYS_open, path, flags, 0755);
	if (!strcmp(call, "creat"))
		return syscall(SYS_creat, path, 0755);
	if (!strcmp(call, "openat2"))
		return syscall(SYS_openat2, at, path, &how, sizeof(how));
	return syscall(SYS_openat, at, path, flags, 0755);
}

// file CALL FLAGS PATH
static int file(char **a)
{
	return open_by(a[0], a[1], AT_FDCWD, a[2]) < 0 ? fail(a[2]) : 0;
}

// file-at CALL FLAGS FOLDER NAME
static int file_at(char **a)
{
	int at = open(a[2], O_PATH | O_DIRECTORY);

	return at < 0 || open_by(a[0], a[1], at, a[3]) < 0 ? fail(a[3]) : 0;
}

// mode CALL MODE PATH
static int mode(char **a)
{
	unsigned bits = strtoul(a[1], NULL, 8);
	int done;

	if (!strcmp(a[0], "chmod"))
		done = syscall(SYS_chmod, a[2], bits);
	else if (!strcmp(a[0], "fchmod"))
		done = fchmod(open(a[2], O_RDONLY), bits);
	else if (!strcmp(a[0], "fchmodat2"))
		done = syscall(SYS_fchmodat2, AT_FDCWD, a[2], bits, 0);
	else
		done = syscall(SYS_fchmodat, AT_FDCWD, a[2], bits);
	return done ? fail(a[2]) : 0;
}

// name CALL PATH [PATH]: everything that makes, moves and removes names.
static int name(char **a)
{
	const char *call = a[0], *one = a[1], *two = a[2] ? a[2] : "";
	int done = -1;

	if (!strcmp(call, "rename")) done = syscall(SYS_rename, one, two);
	else if (!strcmp(call, "renameat")) done = syscall(SYS_renameat, AT_FDCWD, one, AT_FDCWD, two);
	else if (!strcmp(call, "renameat2")) done = syscall(SYS_renameat2, AT_FDCWD, one, AT_FDCWD, two, 0);
	else if (!strcmp(call, "link")) done = syscall(SYS_link, one, two);
	else if (!strcmp(call, "linkat")) done = syscall(SYS_linkat, AT_FDCWD, one, AT_FDCWD, two, 0);
	else if (!strcmp(call, "symlink")) done = syscall(SYS_symlink, one, two);
	else if (!strcmp(call, "symlinkat")) done = syscall(SYS_symlinkat, one, AT_FDCWD, two);
	else if (!strcmp(call, "unlink")) done = syscall(SYS_unlink, one);
	else if (!strcmp(call, "unlinkat")) done = syscall(SYS_unlinkat, AT_FDCWD, one, 0);
	else if (!strcmp(call, "rmdir")) done = syscall(SYS_rmdir, one);
	else if (!strcmp(call, "mkdir")) done = syscall(SYS_mkdir, one, 0755);
	else if (!strcmp(call, "mkdirat")) done = syscall(SYS_mkdirat, AT_FDCWD, one, 0755);
	else errno = ENOSYS;
	return done ? fail(call) : 0;
}

// open-many FOLDER COUNT RATE: opens FOLDER/1 to FOLDER/COUNT, which need not be there, so many in a second.
static int open_many(char **a)
{
	long count = atol(a[1]), rate = atol(a[2]), burst = rate / 200 > 0 ? rate / 200 : 1;
	struct timespec next;
	char path[4096];

	clock_gettime(CLOCK_MONOTONIC, &next);
	for (long i = 1; i <= count; i++) {
		snprintf(path, sizeof(path), "%s/%ld", a[0], i);
		close(open(path, O_RDONLY));
		if (i % burst)
			continue;
		next.tv_nsec += 1000000000 / rate * burst;
		next.tv_sec += next.tv_nsec / 1000000000;
		next.tv_nsec %= 1000000000;
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
	}
	return 0;
}

const struct deed file_deeds[] = { { "file", 3, file }, { "file-at", 4, file_at }, { "mode", 3, mode }, { "name", 2, name }, { "open-many", 3, open_many }, { 0 } };
