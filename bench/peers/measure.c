// SPDX-License-Identifier: Apache-2.0
// measure REPORT COMMAND...: runs a command and appends one line to REPORT, with tabs: user+sys
// time of the command and of all that it started and waited for, and wall time, both in
// microseconds; the largest resident set of one process, and the largest private part of the
// command's own, both in KB; and its exit code. Exits with 0 whenever the command could be run.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SAMPLE_NANOSECONDS 2000000

typedef struct probe {
    int status;      // /proc/PID/status, or -1
    long private_kb; // the largest so far
} probe;

static long long microseconds_of(struct timeval time)
{
    return (long long)time.tv_sec * 1000000 + time.tv_usec;
}

// What no file stands behind is private: heap, stacks, tables. The kernel keeps no peak of it.
static void sample(probe *p)
{
    char text[4096];
    ssize_t len = p->status < 0 ? -1 : pread(p->status, text, sizeof(text) - 1, 0);
    if (len <= 0) {
        return;
    }
    text[len] = '\0';
    const char *field = strstr(text, "\nRssAnon:");
    long kb = field != NULL ? strtol(field + strlen("\nRssAnon:"), NULL, 10) : 0;
    p->private_kb = kb > p->private_kb ? kb : p->private_kb;
}

// Waits for the child, looking at its memory from time to time. Returns its exit code.
static int wait_for(pid_t child, probe *p)
{
    char path[64];
    int status;
    (void)snprintf(path, sizeof(path), "/proc/%ld/status", (long)child);
    p->status = open(path, O_RDONLY | O_CLOEXEC);
    for (;;) {
        sample(p);
        pid_t ended = waitpid(child, &status, WNOHANG);
        if (ended == child) {
            break;
        }
        if (ended < 0 && errno != EINTR) {
            return -1;
        }
        (void)nanosleep(&(struct timespec){.tv_nsec = SAMPLE_NANOSECONDS}, NULL);
    }
    if (p->status >= 0) {
        (void)close(p->status);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
    struct timespec begin, end;
    struct rusage usage;
    probe p = {0};
    if (argc < 3) {
        (void)fputs("usage: measure REPORT COMMAND...\n", stderr);
        return 2;
    }
    (void)clock_gettime(CLOCK_MONOTONIC, &begin);
    pid_t child = fork();
    if (child == 0) {
        (void)execvp(argv[2], argv + 2);
        (void)fprintf(stderr, "measure: %s: %s\n", argv[2], strerror(errno));
        _exit(127);
    }
    int code = child > 0 ? wait_for(child, &p) : -1;
    (void)clock_gettime(CLOCK_MONOTONIC, &end);
    FILE *report = fopen(argv[1], "a");
    if (code < 0 || code == 127 || report == NULL || getrusage(RUSAGE_CHILDREN, &usage) != 0) {
        (void)fprintf(stderr, "measure: %s: %s\n", argv[code < 0 || code == 127 ? 2 : 1],
                      "cannot be run or written");
        return 2;
    }
    long long wall =
        (long long)(end.tv_sec - begin.tv_sec) * 1000000 + (end.tv_nsec - begin.tv_nsec) / 1000;
    (void)fprintf(report, "%lld\t%lld\t%ld\t%ld\t%d\n",
                  microseconds_of(usage.ru_utime) + microseconds_of(usage.ru_stime), wall,
                  usage.ru_maxrss, p.private_kb, code);
    return fclose(report) == 0 ? 0 : 2;
}
