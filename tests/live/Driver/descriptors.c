// SPDX-License-Identifier: Apache-2.0
// Descriptors that are not where they were opened. In the end each is used once: its mode is set to what it is.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include "deeds.h"

static int use(int fd)
{
	struct stat stat;

	return fstat(fd, &stat) || fchmod(fd, stat.st_mode & 07777) ? fail("fchmod") : 0;
}

// Writable, so that a file can be used; never created.
static int opened(const char *path)
{
	return open(path, O_RDWR);
}

static int send_descriptor(int to, int fd)
{
	char data = 'x', control[CMSG_SPACE(sizeof(fd))] = { 0 };
	struct iovec vector = { &data, 1 };
	struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	*header = (struct cmsghdr){ CMSG_LEN(sizeof(fd)), SOL_SOCKET, SCM_RIGHTS };
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	return sendmsg(to, &message, 0) == 1 ? 0 : fail("sendmsg");
}

static int receive_descriptor(int from)
{
	char data, control[CMSG_SPACE(sizeof(int))];
	struct iovec vector = { &data, 1 };
	struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
	int fd = -1;

	if (recvmsg(from, &message, 0) == 1 && CMSG_FIRSTHDR(&message))
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	return fd;
}

// passed PATH: one child opens it and sends it to another, which uses it and is gone at once.
static int passed(char **a)
{
	int ends[2], fd;
	pid_t receiver;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		return fail("socketpair");
	receiver = fork();
	if (receiver == 0)
		_exit((fd = receive_descriptor(ends[1])) < 0 || use(fd));
	printf("%d\n", receiver);
	if (fork() == 0)
		_exit((fd = opened(a[0])) < 0 || send_descriptor(ends[0], fd));
	wait(NULL);
	wait(NULL);
	return 0;
}

// high PATH NUMBER: used under a number far above what most programs have.
static int high(char **a)
{
	struct rlimit limit = { 20000, 20000 };
	int fd = opened(a[0]), number = atoi(a[1]);

	setrlimit(RLIMIT_NOFILE, &limit);
	return dup2(fd, number) != number || close(fd) || use(number);
}

// onto PATH OTHER: one file takes the number of another.
static int onto(char **a)
{
	int fd = opened(a[0]), other = opened(a[1]);

	return dup2(fd, other) != other || close(fd) || use(other);
}

// range PATH OTHER: all numbers are closed at once; the next file gets the lowest of them.
static int range(char **a)
{
	opened(a[0]);
	opened(a[0]);
	syscall(SYS_close_range, 3, ~0u, 0);
	return use(opened(a[1]));
}

// kept PATH PROGRAM: the descriptor goes through an exec; the program is this one again, and uses it.
static int kept(char **a)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", opened(a[0]));
	execl(a[1], a[1], "use", number, a[0], NULL);
	return fail(a[1]);
}

// use NUMBER
static int use_number(char **a)
{
	return use(atoi(a[0]));
}

// fork-apart PATH OTHER: a child closes its copy and opens something else; the parent's is what it was.
static int fork_apart(char **a)
{
	int fd = opened(a[0]);
	pid_t pid = fork();

	if (pid == 0)
		_exit(close(fd) || opened(a[1]) != fd);
	return reap(pid) || use(fd);
}

// abstract NAME: connects to a unix socket that has no file.
static int abstract(char **a)
{
	struct sockaddr_un address = { AF_UNIX };
	socklen_t length = offsetof(struct sockaddr_un, sun_path) + 1 + strlen(a[0]);
	int server = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(address.sun_path + 1, a[0]);
	return bind(server, (void *)&address, length) || listen(server, 1) || connect(client, (void *)&address, length) ? fail(a[0]) : 0;
}

const struct deed descriptor_deeds[] = {
	{ "passed", 1, passed }, { "high", 2, high }, { "onto", 2, onto }, { "range", 2, range }, { "kept", 2, kept }, { "use", 1, use_number }, { "fork-apart", 2, fork_apart }, { "abstract", 1, abstract }, { 0 },
};
