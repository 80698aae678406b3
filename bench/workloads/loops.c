// Loops of system calls for the benchmarks: loops MODE COUNT.
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int open_close(long count)
{
    for (long i = 0; i < count; i++) {
        int fd = open("/etc/hostname", O_RDONLY);
        if (fd < 0) return 1;
        close(fd);
    }
    return 0;
}

static int spawn(long count)
{
    char *argv[] = {"/bin/true", NULL};
    for (long i = 0; i < count; i++) {
        pid_t pid;
        int status;
        if (posix_spawn(&pid, argv[0], NULL, NULL, argv, environ) != 0) return 1;
        if (waitpid(pid, &status, 0) != pid) return 1;
    }
    return 0;
}

// Keeps COUNT files open in each of 100 processes, until standard input ends.
static int hold(long count)
{
    for (int child = 0; child < 100; child++) {
        pid_t pid = fork();
        if (pid < 0) return 1;
        if (pid > 0) continue;
        for (long i = 0; i < count; i++) {
            char path[64];
            snprintf(path, sizeof path, "/tmp/peregrine-bench-hold/%d/%ld", child, i % 100);
            if (open(path, O_RDONLY | O_CREAT, 0600) < 0) return 1;
        }
        char byte;
        while (read(0, &byte, 1) < 0 && errno == EINTR) {}
        _exit(0);
    }
    puts("ready");
    fflush(stdout);
    while (wait(NULL) > 0) {}
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: loops open-close|spawn|hold COUNT\n");
        return 2;
    }
    long count = atol(argv[2]);
    if (!strcmp(argv[1], "open-close")) return open_close(count);
    if (!strcmp(argv[1], "spawn")) return spawn(count);
    if (!strcmp(argv[1], "hold")) return hold(count);
    fprintf(stderr, "loops: no such mode: %s\n", argv[1]);
    return 2;
}
