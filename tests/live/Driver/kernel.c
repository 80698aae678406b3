// SPDX-License-Identifier: Apache-2.0
// What programs ask of the kernel itself: namespaces, tracing, modules, BPF. Most of it may fail; the asking is the deed.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>
#include "deeds.h"

// module init|finit: nothing that the kernel would take for a module.
static int module(char **a)
{
	static char nothing[64];

	if (!strcmp(a[0], "init"))
		syscall(SYS_init_module, nothing, sizeof(nothing), "");
	else
		syscall(SYS_finit_module, open("/proc/self/exe", O_RDONLY), "", 0);
	return 0;
}

// bpf COMMAND: with nothing in its attributes.
static int ask_bpf(char **a)
{
	union bpf_attr attributes;

	memset(&attributes, 0, sizeof(attributes));
	syscall(SYS_bpf, !strcmp(a[0], "load") ? BPF_PROG_LOAD : BPF_MAP_CREATE, &attributes, sizeof(attributes));
	return 0;
}

// userfaultfd FLAGS
static int faults(char **a)
{
	syscall(SYS_userfaultfd, atoi(a[0]));
	return 0;
}

// enter NAMESPACE-FILE
static int enter(char **a)
{
	return setns(open(a[0], O_RDONLY), 0) ? fail("setns") : 0;
}

// leave KIND: user, net, mnt, uts, ipc, pid, files
static int leave(char **a)
{
	int flags = !strcmp(a[0], "user") ? CLONE_NEWUSER : !strcmp(a[0], "net") ? CLONE_NEWNET : !strcmp(a[0], "mnt") ? CLONE_NEWNS
		: !strcmp(a[0], "uts") ? CLONE_NEWUTS : !strcmp(a[0], "ipc") ? CLONE_NEWIPC : !strcmp(a[0], "pid") ? CLONE_NEWPID : CLONE_FILES;

	unshare(flags);
	return 0;
}

// trace REQUEST: traceme, attach, seize, poke-text, poke-data, set-registers, peek, continue, on a child of its own.
static int trace(char **a)
{
	long word = 0;
	struct user_regs_struct registers;
	pid_t pid = fork();

	if (pid == 0) {
		if (!strcmp(a[0], "traceme"))
			_exit(ptrace(PTRACE_TRACEME, 0, 0, 0) != 0);
		for (;;)
			pause();
	}
	if (!strcmp(a[0], "traceme"))
		return reap(pid);
	if (!strcmp(a[0], "continue"))
		ptrace(PTRACE_CONT, pid, 0, 0);
	else if (!strcmp(a[0], "peek"))
		ptrace(PTRACE_PEEKTEXT, pid, &word, 0);
	else if (!strcmp(a[0], "poke-text"))
		ptrace(PTRACE_POKETEXT, pid, &word, 0);
	else if (!strcmp(a[0], "poke-data"))
		ptrace(PTRACE_POKEDATA, pid, &word, 0);
	else if (!strcmp(a[0], "set-registers"))
		ptrace(PTRACE_SETREGS, pid, 0, &registers);
	else if (ptrace(!strcmp(a[0], "seize") ? PTRACE_SEIZE : PTRACE_ATTACH, pid, 0, 0))
		fail("ptrace");
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, __WALL) > 0)
		;
	return 0;
}

// set-uid CALL UID: setuid, setreuid, setresuid
static int set_uid(char **a)
{
	int id = atoi(a[1]);

	if (!strcmp(a[0], "setreuid"))
		return syscall(SYS_setreuid, id, id) ? fail(a[0]) : 0;
	if (!strcmp(a[0], "setresuid"))
		return syscall(SYS_setresuid, id, id, id) ? fail(a[0]) : 0;
	return syscall(SYS_setuid, id) ? fail(a[0]) : 0;
}

const struct deed kernel_deeds[] = {
	{ "module", 1, module }, { "bpf", 1, ask_bpf }, { "userfaultfd", 1, faults }, { "enter", 1, enter }, { "leave", 1, leave }, { "trace", 1, trace }, { "set-uid", 2, set_uid }, { 0 },
};
