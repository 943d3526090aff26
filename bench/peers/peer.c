// SPDX-License-Identifier: Apache-2.0
// A command line goes in, a line of counts comes out. The clients are cut between blocks into as
// many parts as there are threads; all threads share the truststore.
#include "peer.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_THREADS 256
#define BEGIN "-----BEGIN "
#define END "-----END "

typedef struct part {
    const peer_ops *ops;
    void *store;
    peer_text clients;
    peer_counts counts;
    pthread_t thread;
} part;

typedef struct peer_options {
    const char *at;
    const char *files[2]; // truststore, clients
    long threads;
} peer_options;

void peer_die(const char *what)
{
    (void)fprintf(stderr, "%s failed\n", what);
    exit(2);
}

static peer_text read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        peer_die(path);
    }
    long len = ftell(file);
    char *bytes = len < 0 ? NULL : malloc((size_t)len + 1);
    if (bytes == NULL || fseek(file, 0, SEEK_SET) != 0 ||
        fread(bytes, 1, (size_t)len, file) != (size_t)len) {
        peer_die(path);
    }
    (void)fclose(file);
    bytes[len] = '\0';
    return (peer_text){bytes, (size_t)len};
}

// The first place from `start` on where a block begins, or the end.
static size_t next_begin(peer_text text, size_t start)
{
    const char *begin = strstr(text.ptr + start, BEGIN);
    return begin != NULL ? (size_t)(begin - text.ptr) : text.len;
}

int peer_next_block(peer_text *block, peer_text *text)
{
    const char *end_of_text = text->ptr + text->len;
    const char *begin = text->len > 0 ? strstr(text->ptr, BEGIN) : NULL;
    if (begin == NULL || begin >= end_of_text) {
        return 0;
    }
    const char *end = strstr(begin, END);
    const char *stop = end != NULL ? strchr(end, '\n') : NULL;
    stop = stop != NULL && stop < end_of_text ? stop + 1 : end_of_text;
    *block = (peer_text){begin, (size_t)(stop - begin)};
    *text = (peer_text){stop, (size_t)(end_of_text - stop)};
    return 1;
}

// Days since 1970-01-01 of a date in the Gregorian calendar, by counting in years from March.
static long long days_of(int year, int month, int day)
{
    long long y = year - (month <= 2);
    long long era = y / 400;
    long long year_of_era = y - era * 400;
    long long day_of_year = (153LL * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           719468;
}

// "2026-06-01T00:00:00Z"
static time_t parse_time(const char *text)
{
    static const char shape[] = "0000-00-00T00:00:00Z";
    int numbers[6] = {0}; // year, month, day, hour, minute, second
    size_t number = 0;
    for (size_t i = 0; i < sizeof(shape); i++) {
        bool digit = shape[i] == '0';
        if (text == NULL || (digit ? text[i] < '0' || text[i] > '9' : text[i] != shape[i])) {
            peer_die("--at takes a time like 2026-06-01T00:00:00Z; it");
        }
        if (digit) {
            numbers[number] = numbers[number] * 10 + (text[i] - '0');
        } else if (number + 1 < sizeof(numbers) / sizeof(numbers[0])) {
            number++;
        }
    }
    return (time_t)(days_of(numbers[0], numbers[1], numbers[2]) * 86400 + numbers[3] * 3600LL +
                    numbers[4] * 60LL + numbers[5]);
}

static void parse_options(peer_options *options, int argc, char **argv)
{
    int files = 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--threads") == 0 && i + 1 < argc) {
            options->threads = strtol(argv[++i], NULL, 10);
        } else if (strcmp(argv[i], "--at") == 0 && i + 1 < argc) {
            options->at = argv[++i];
        } else if (files < 2) {
            options->files[files++] = argv[i];
        } else {
            files = 3;
        }
    }
    if (files != 2 || options->threads < 1 || options->threads > MAX_THREADS) {
        (void)fprintf(stderr, "usage: %s [--threads N] --at TIME TRUSTSTORE CLIENTS\n", argv[0]);
        exit(2);
    }
}

static void *judge_part(void *arg)
{
    part *mine = arg;
    mine->ops->judge(&mine->counts, mine->store, mine->clients);
    return NULL;
}

int peer_main(int argc, char **argv, const peer_ops *ops)
{
    static part parts[MAX_THREADS];
    peer_options options = {.threads = 1};
    peer_counts sum = {0};
    parse_options(&options, argc, argv);
    time_t at = parse_time(options.at);
    peer_text truststore = read_file(options.files[0]);
    peer_text clients = read_file(options.files[1]);
    void *store = ops->open(truststore, at);
    size_t threads = (size_t)options.threads;
    size_t start = next_begin(clients, 0);
    for (size_t i = 0; i < threads; i++) {
        size_t stop =
            i + 1 < threads ? next_begin(clients, clients.len / threads * (i + 1)) : clients.len;
        parts[i] =
            (part){.ops = ops, .store = store, .clients = {clients.ptr + start, stop - start}};
        if (pthread_create(&parts[i].thread, NULL, judge_part, &parts[i]) != 0) {
            peer_die("a thread");
        }
        start = stop;
    }
    for (size_t i = 0; i < threads; i++) {
        (void)pthread_join(parts[i].thread, NULL);
        sum.accept += parts[i].counts.accept;
        sum.deny += parts[i].counts.deny;
    }
    ops->close(store);
    free((void *)truststore.ptr);
    free((void *)clients.ptr);
    (void)printf("accept %lu deny %lu\n", sum.accept, sum.deny);
    return fflush(stdout) == 0 ? 0 : 2;
}
