// SPDX-License-Identifier: Apache-2.0
// Settings for another deed: who does it, from where, how long after its start.
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "deeds.h"

extern char **environ;

static void *performed(void *words)
{
	return (void *)(long)perform(words);
}

// in-thread DEED...
static int in_thread(char **a)
{
	pthread_t thread;
	void *result = NULL;

	if (pthread_create(&thread, NULL, performed, a))
		return fail("pthread_create");
	pthread_join(thread, &result);
	return (int)(long)result;
}

// in-fork DEED...
static int in_fork(char **a)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(perform(a));
	return reap(pid);
}

// in-folder FOLDER DEED...
static int in_folder(char **a)
{
	return chdir(a[0]) ? fail(a[0]) : perform(a + 1);
}

// in-root FOLDER DEED...
static int in_root(char **a)
{
	return chroot(a[0]) || chdir("/") ? fail(a[0]) : perform(a + 1);
}

// as-user UID DEED...: keeps no group but its own; the rights go with the root user.
static int as_user(char **a)
{
	int id = atoi(a[0]);

	return setgroups(0, NULL) || setgid(id) || setuid(id) ? fail("setuid") : perform(a + 1);
}

// later SECONDS DEED...
static int later(char **a)
{
	usleep((useconds_t)(atof(a[0]) * 1e6));
	return perform(a + 1);
}

// program PATH ARG...: in this process's place; the rest of the words are its whole argument list.
static int program(char **a)
{
	execve(a[0], a + 1, environ);
	return fail(a[0]);
}

// child PROGRAM ARG...: started and waited for.
static int child(char **a)
{
	pid_t pid = fork();

	if (pid == 0) {
		execve(a[0], a, environ);
		_exit(fail(a[0]));
	}
	return reap(pid);
}

// named NAME DEED...
static int named(char **a)
{
	prctl(PR_SET_NAME, a[0]);
	return perform(a + 1);
}

const struct deed setting_deeds[] = {
	{ "in-thread", 1, in_thread }, { "in-fork", 1, in_fork }, { "in-folder", 2, in_folder }, { "in-root", 2, in_root }, { "as-user", 2, as_user },
	{ "later", 2, later }, { "program", 1, program }, { "child", 1, child }, { "named", 2, named }, { 0 },
};
