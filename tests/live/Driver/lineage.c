// SPDX-License-Identifier: Apache-2.0
// Ways for one process to become another, and to leave the room that it shares with others.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "deeds.h"

extern char **environ;

// vfork-do DEED...: done by the child while its parent waits for it to exec or end; the child borrows the parent's memory.
static int vfork_do(char **a)
{
	pid_t pid = vfork();

	if (pid == 0)
		_exit(perform(a));
	printf("%d\n", pid);
	return reap(pid);
}

// spawn PROGRAM ARG...: posix_spawn, which opens the program's standard input for it.
static int spawn(char **a)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	if (posix_spawn(&pid, a[0], &actions, NULL, a, environ))
		return fail(a[0]);
	printf("%d\n", pid);
	return reap(pid);
}

static void *executed(void *words)
{
	char **a = words;

	prctl(PR_SET_NAME, "not the leader");
	execve(a[0], a, environ);
	return (void *)(long)fail(a[0]);
}

// thread-program PROGRAM ARG...: a thread that is not the leader executes it, while the leader and another thread wait.
static int thread_program(char **a)
{
	pthread_t waiting, executing;

	pthread_create(&waiting, NULL, (void *(*)(void *))pause, NULL);
	pthread_create(&executing, NULL, executed, a);
	pthread_join(executing, NULL);
	return 1;
}

// descriptor-program FLAGS PROGRAM ARG...: execveat of a descriptor with an empty path; u: the file is unlinked first.
static int descriptor_program(char **a)
{
	int fd = open(a[1], O_RDONLY | O_CLOEXEC);

	if (fd < 0 || (strchr(a[0], 'u') && unlink(a[1])))
		return fail(a[1]);
	syscall(SYS_execveat, fd, "", a + 1, environ, AT_EMPTY_PATH);
	return fail("execveat");
}

// no-arguments PROGRAM: executed with an argument list that is empty; the kernel puts an empty word there.
static int no_arguments(char **a)
{
	char *none[] = { NULL };

	syscall(SYS_execve, a[0], none, environ);
	return fail(a[0]);
}

// unlinked DEED...: after its own program file is gone.
static int unlinked(char **a)
{
	char path[4096] = { 0 };

	if (readlink("/proc/self/exe", path, sizeof(path) - 1) < 0 || unlink(path))
		return fail("unlink");
	return perform(a);
}

static pid_t clone_with(unsigned long flags)
{
	return syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
}

// shared-folder FOLDER DEED...: a process that shares the working directory (CLONE_FS) changes it; the deed is done here.
static int shared_folder(char **a)
{
	pid_t pid = clone_with(CLONE_FS);

	if (pid == 0)
		_exit(chdir(a[0]) != 0);
	return reap(pid) ? fail(a[0]) : perform(a + 1);
}

static void *moved(void *folder)
{
	return (void *)(long)(unshare(CLONE_FS) || chdir(folder));
}

// left-folder FOLDER DEED...: a thread that shares it no more goes elsewhere; the deed is done by the leader, where it was.
static int left_folder(char **a)
{
	pthread_t thread;
	void *failed = NULL;

	pthread_create(&thread, NULL, moved, a[0]);
	pthread_join(thread, &failed);
	return failed ? fail(a[0]) : perform(a + 1);
}

// sibling DEED...: done by a child that is its parent's sibling (CLONE_PARENT).
static int sibling(char **a)
{
	pid_t pid = clone_with(CLONE_PARENT);

	if (pid == 0)
		_exit(perform(a));
	printf("%d\n", pid);
	usleep(100000);
	return 0;
}

// new-session DEED...: done by a child that has left its terminal's session.
static int new_session(char **a)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(setsid() < 0 ? fail("setsid") : perform(a));
	return reap(pid);
}

// adopted DEED...: the deed's parent is gone; this process adopts it (PR_SET_CHILD_SUBREAPER).
static int adopted(char **a)
{
	pid_t pid;

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_NAME, "between");
		if (fork() == 0) {
			usleep(100000);
			_exit(perform(a));
		}
		_exit(0);
	}
	while (wait(NULL) > 0)
		;
	return 0;
}

const struct deed lineage_deeds[] = {
	{ "vfork-do", 1, vfork_do }, { "spawn", 1, spawn }, { "thread-program", 1, thread_program }, { "descriptor-program", 2, descriptor_program }, { "no-arguments", 1, no_arguments },
	{ "unlinked", 1, unlinked }, { "shared-folder", 2, shared_folder }, { "left-folder", 2, left_folder }, { "sibling", 1, sibling }, { "new-session", 1, new_session }, { "adopted", 1, adopted }, { 0 },
};
