// SPDX-License-Identifier: Apache-2.0
// Does one small thing to the kernel, exactly, so that a test can say what the sensor must have seen. Linked statically: it runs in empty containers too.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "deeds.h"

extern char **environ;

int fail(const char *what)
{
	fprintf(stderr, "deeds: %s: %s\n", what, strerror(errno));
	return 1;
}

static int open_it(const char *path)
{
	int fd = open(path, O_RDONLY);

	return fd < 0 ? fail(path) : (close(fd), 0);
}

int reap(int pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// open-hex HEX: a path of arbitrary bytes.
static int open_hex(const char *hex)
{
	char path[4096];
	size_t n = 0;

	for (; hex[0] && hex[1] && n + 1 < sizeof(path); hex += 2) {
		unsigned int byte;

		if (sscanf(hex, "%2x", &byte) != 1)
			break;
		path[n++] = (char)byte;
	}
	path[n] = 0;
	return open_it(path);
}

// fork-open PATH: a child that never executes a program opens it and is gone.
static int fork_open(const char *path)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(open_it(path));
	printf("%d\n", pid);
	return reap(pid);
}

static void *opener(void *path)
{
	prctl(PR_SET_NAME, "opener");
	printf("%ld\n", syscall(SYS_gettid));
	return (void *)(long)open_it(path);
}

// thread-open PATH: a second thread, with a name of its own, opens it.
static int thread_open(char *path)
{
	pthread_t thread;
	void *result = NULL;

	if (pthread_create(&thread, NULL, opener, path))
		return fail("pthread_create");
	pthread_join(thread, &result);
	return (int)(long)result;
}

// openat DIR NAME: relative to a descriptor, not to the working directory.
static int open_at(const char *dir, const char *name)
{
	int at = open(dir, O_RDONLY | O_DIRECTORY);
	int fd = openat(at, name, O_RDONLY);

	return at < 0 || fd < 0 ? fail(name) : 0;
}

// fchdir-open DIR NAME: the working directory comes from a descriptor.
static int fchdir_open(const char *dir, const char *name)
{
	int at = open(dir, O_RDONLY | O_DIRECTORY);

	if (at < 0 || fchdir(at))
		return fail(dir);
	close(at);
	return open_it(name);
}

// exec-memfd NAME PROGRAM ARG...: runs a copy of the program that lives in memory only.
static int exec_memfd(char **argv)
{
	int from = open(argv[1], O_RDONLY | O_CLOEXEC);
	int to = memfd_create(argv[0], MFD_CLOEXEC);
	struct stat stat;

	if (from < 0 || to < 0 || fstat(from, &stat) || sendfile(to, from, NULL, stat.st_size) != stat.st_size)
		return fail("exec-memfd");
	fexecve(to, argv + 1, environ);
	return fail("fexecve");
}

// ptrace PID: takes hold of it and lets it go.
static int trace(const char *pid)
{
	pid_t target = atoi(pid);

	if (ptrace(PTRACE_ATTACH, target, NULL, NULL))
		return fail("ptrace");
	waitpid(target, NULL, __WALL);
	return ptrace(PTRACE_DETACH, target, NULL, NULL) ? fail("ptrace") : 0;
}

// pty PROGRAM ARG...: with a new terminal; what it says is copied to stdout.
static int pty(char **argv)
{
	char buffer[4096];
	int master;
	ssize_t got;
	pid_t pid = forkpty(&master, NULL, NULL, NULL);

	if (pid < 0)
		return fail("forkpty");
	if (pid == 0) {
		execvp(argv[0], argv);
		_exit(fail(argv[0]));
	}
	while ((got = read(master, buffer, sizeof(buffer))) > 0)
		if (write(STDOUT_FILENO, buffer, got) != got)
			break;
	return reap(pid);
}

static int loopback(struct sockaddr_in *address)
{
	socklen_t length = sizeof(*address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memset(address, 0, sizeof(*address));
	address->sin_family = AF_INET;
	address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (void *)address, sizeof(*address)) || listen(fd, 1) || getsockname(fd, (void *)address, &length))
		return -1;
	return fd;
}

// reverse-shell PROGRAM ARG...: the program runs with its three streams on a connection, and is told to exit.
static int reverse_shell(char **argv)
{
	struct sockaddr_in address;
	int listener = loopback(&address);
	char buffer[1024];
	int fd;
	pid_t pid;

	if (listener < 0)
		return fail("listen");
	pid = fork();
	if (pid == 0) {
		fd = socket(AF_INET, SOCK_STREAM, 0);
		if (connect(fd, (void *)&address, sizeof(address)))
			_exit(fail("connect"));
		dup2(fd, 0);
		dup2(fd, 1);
		dup2(fd, 2);
		close(fd);
		execvp(argv[0], argv);
		_exit(fail(argv[0]));
	}
	printf("%d\n", ntohs(address.sin_port));
	fd = accept(listener, NULL, NULL);
	if (write(fd, "exit 0\n", 7) != 7)
		return fail("write");
	while (read(fd, buffer, sizeof(buffer)) > 0)
		;
	return reap(pid);
}

// connect: listens on the loopback and connects to itself; prints both ports.
static int connect_self(void)
{
	struct sockaddr_in address, own;
	socklen_t length = sizeof(own);
	int listener = loopback(&address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (listener < 0 || connect(fd, (void *)&address, sizeof(address)) || getsockname(fd, (void *)&own, &length))
		return fail("connect");
	printf("%d %d\n", ntohs(own.sin_port), ntohs(address.sin_port));
	return 0;
}

// as UID GID PROGRAM ARG...: gives up its rights, then runs the program.
static int as(char **argv)
{
	if (setgid(atoi(argv[1])) || setuid(atoi(argv[0])))
		return fail("setuid");
	execvp(argv[2], argv + 2);
	return fail(argv[2]);
}

// setuid-open UID PATH: another user without an execve in between.
static int setuid_open(const char *uid, const char *path)
{
	return setuid(atoi(uid)) ? fail("setuid") : open_it(path);
}

// rename-open NAME PATH: changes what the kernel calls the process, then opens.
static int named_open(const char *name, const char *path)
{
	prctl(PR_SET_NAME, name);
	return open_it(path);
}

// vfork PROGRAM ARG...
static int vfork_exec(char **argv)
{
	pid_t pid = vfork();

	if (pid == 0) {
		execv(argv[0], argv);
		_exit(127);
	}
	return reap(pid);
}

// exec-at DIR NAME ARG...: execveat relative to a descriptor.
static int exec_at(char **argv)
{
	int at = open(argv[0], O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	syscall(SYS_execveat, at, argv[1], argv + 1, environ, 0);
	return fail("execveat");
}

// orphan-open PATH: the opener's parent is gone before it opens.
static int orphan_open(const char *path)
{
	int ready[2];
	char byte;

	if (pipe(ready))
		return fail("pipe");
	if (fork() == 0) {
		if (fork() == 0) {
			close(ready[1]);
			if (read(ready[0], &byte, 1) == 0)
				open_it(path);
			_exit(0);
		}
		_exit(0);
	}
	wait(NULL);
	close(ready[1]);
	close(ready[0]);
	usleep(50000);
	return 0;
}

// clone-pidns PROGRAM ARG...: as process 1 of a new pid namespace.
static int clone_pidns(char **argv)
{
	pid_t pid;

	if (unshare(CLONE_NEWPID))
		return fail("unshare");
	pid = fork();
	if (pid == 0) {
		execvp(argv[0], argv);
		_exit(127);
	}
	return reap(pid);
}

// churn PATH SECONDS: opens and closes without a pause; prints how often.
static int churn(const char *path, const char *seconds)
{
	time_t end = time(NULL) + atoi(seconds);
	unsigned long count = 0;

	while (time(NULL) < end)
		for (int i = 0; i < 1000; i++, count++)
			close(open(path, O_RDONLY));
	printf("%lu\n", count);
	return 0;
}

// The deeds of this file.
static int plain(int count, char **words)
{
	const char *deed = count ? words[0] : "";
	char **rest = words + 1;

#define DEED(name, needed) (count >= 1 + (needed) && !strcmp(deed, name))
	if (DEED("nothing", 0)) return 0;
	if (DEED("open", 1)) return open_it(rest[0]);
	if (DEED("open-hex", 1)) return open_hex(rest[0]);
	if (DEED("fork-open", 1)) return fork_open(rest[0]);
	if (DEED("thread-open", 1)) return thread_open(rest[0]);
	if (DEED("openat", 2)) return open_at(rest[0], rest[1]);
	if (DEED("fchdir-open", 2)) return fchdir_open(rest[0], rest[1]);
	if (DEED("exec-memfd", 2)) return exec_memfd(rest);
	if (DEED("ptrace", 1)) return trace(rest[0]);
	if (DEED("pty", 1)) return pty(rest);
	if (DEED("reverse-shell", 1)) return reverse_shell(rest);
	if (DEED("connect", 0)) return connect_self();
	if (DEED("as", 3)) return as(rest);
	if (DEED("setuid-open", 2)) return setuid_open(rest[0], rest[1]);
	if (DEED("named-open", 2)) return named_open(rest[0], rest[1]);
	if (DEED("vfork", 1)) return vfork_exec(rest);
	if (DEED("exec-at", 2)) return exec_at(rest);
	if (DEED("orphan-open", 1)) return orphan_open(rest[0]);
	if (DEED("clone-pidns", 1)) return clone_pidns(rest);
	if (DEED("churn", 2)) return churn(rest[0], rest[1]);
	fprintf(stderr, "deeds: no such deed, or too few arguments: %s\n", deed);
	return 2;
}

int perform(char **words)
{
	const struct deed *lists[] = { file_deeds, socket_deeds, kernel_deeds, setting_deeds, lineage_deeds, descriptor_deeds, storm_deeds };
	int count = 0;

	while (words[count])
		count++;
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		for (const struct deed *deed = lists[i]; deed->name; deed++)
			if (count > deed->needed && !strcmp(words[0], deed->name))
				return deed->act(words + 1);
	return plain(count, words);
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGPIPE, SIG_IGN);
	return argc > 1 ? perform(argv + 1) : 2;
}
