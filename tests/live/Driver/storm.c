// SPDX-License-Identifier: Apache-2.0
// A storm: processes, threads, files, pipes and sockets as fast as they come; in the end the workers stay, each with the descriptors that it has left open.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "deeds.h"

#define KEPT 64

static int kept[KEPT];

// Keeps a descriptor in the place of one that was kept before.
static void keep(int fd)
{
	int place = rand() % KEPT;

	if (fd < 0)
		return;
	if (kept[place])
		close(kept[place]);
	kept[place] = fd;
}

static void *nothing(void *argument)
{
	return argument;
}

static void *lasting(void *argument)
{
	pause();
	return argument;
}

static void thread_of(void *(*does)(void *), int joined)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, does, NULL))
		return;
	if (joined)
		pthread_join(thread, NULL);
	else
		pthread_detach(thread);
}

// A child that ends in one of the ways in which processes end.
static void child(int way)
{
	int pid = fork();

	if (pid > 0) {
		waitpid(pid, NULL, 0);
		return;
	}
	if (pid < 0)
		return;
	switch (way % 4) {
	case 0:
		execl("/proc/self/exe", "deeds", "nothing", NULL);
		break;
	case 1:
		thread_of(lasting, 0);
		break;
	case 2:
		if (fork() == 0)
			usleep(rand() % 2000);
		break;
	case 3:
		raise(SIGKILL);
	}
	_exit(0);
}

static void sockets(const struct sockaddr_in *address, int listener)
{
	int pair[2], client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (client >= 0 && !connect(client, (const struct sockaddr *)address, sizeof(*address))) {
		int server = accept(listener, NULL, NULL);

		if (rand() % 8)
			close(server);
		else
			keep(server);
	}
	close(client);
	if (!socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) {
		keep(pair[0]);
		close(pair[1]);
	}
}

static void files(const char *folder, int worker)
{
	char path[256];
	int fd, ends[2];

	snprintf(path, sizeof(path), "%s/storm-%d-%d", folder, worker, rand() % 8);
	fd = open(path, O_RDWR | O_CREAT, 0600);
	if (fd >= 0) {
		keep(fcntl(fd, F_DUPFD_CLOEXEC, 3));
		keep(dup(fd));
		close(fd);
	}
	if (!pipe(ends)) {
		close(ends[0]);
		keep(ends[1]);
	}
	keep(open("/etc/hostname", O_RDONLY));
	keep(eventfd(0, 0));
	keep(epoll_create1(0));
}

static int work(const char *folder, int worker, time_t end)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	unsigned long children = 0;

	srand(worker + 1);
	if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) || listen(listener, 64) || getsockname(listener, (struct sockaddr *)&address, &length))
		return fail("listen");
	for (int round = 0; time(NULL) < end; round++) {
		child(round);
		children++;
		thread_of(nothing, 1);
		sockets(&address, listener);
		files(folder, worker);
	}
	printf("worker %d children %lu\n", getpid(), children);
	pause();
	return 0;
}

// storm FOLDER SECONDS WORKERS: then prints "quiet", and ends with its workers when its input ends.
static int storm(char **words)
{
	time_t end = time(NULL) + atoi(words[1]);
	int count = atoi(words[2]), workers[16], ends[2];
	char line[256];
	FILE *said;

	if (count < 1 || count > 16 || pipe(ends))
		return 2;
	for (int i = 0; i < count; i++) {
		workers[i] = fork();
		if (workers[i] == 0) {
			dup2(ends[1], 1);
			close(ends[0]);
			close(ends[1]);
			setvbuf(stdout, NULL, _IOLBF, 0);
			_exit(work(words[0], i, end));
		}
	}
	close(ends[1]);
	said = fdopen(ends[0], "r");
	for (int i = 0; i < count && fgets(line, sizeof(line), said); i++)
		fputs(line, stdout);
	puts("quiet");
	while (getchar() != EOF)
		;
	for (int i = 0; i < count; i++)
		kill(workers[i], SIGKILL);
	while (wait(NULL) > 0)
		;
	return 0;
}

const struct deed storm_deeds[] = {
	{ "storm", 3, storm },
	{ 0 }
};
