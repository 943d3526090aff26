// SPDX-License-Identifier: Apache-2.0
// What the programs share that trustval is compared with: options, files, threads and the line of
// counts. Each gives the three functions that its library is about.
//
//     PROGRAM [--threads N] --at TIME TRUSTSTORE CLIENTS
//
// prints `accept N deny N`. TIME is RFC 3339 in UTC. Every certificate is judged as a TLS client's,
// any certificate of the truststore is a trust anchor, and nothing is fetched.
#ifndef PEER_H
#define PEER_H

#include <stddef.h>
#include <time.h>

typedef struct peer_text {
    const char *ptr; // a NUL follows the last byte of a file
    size_t len;
} peer_text;

typedef struct peer_counts {
    unsigned long accept;
    unsigned long deny; // what cannot be read, too
} peer_counts;

typedef struct peer_ops {
    // Loads the truststore; `at` is when everything is judged. Any thread reads what is returned.
    void *(*open)(peer_text truststore, time_t at);
    // Judges the certificates of a part of the clients, which is cut between blocks.
    void (*judge)(peer_counts *counts, void *store, peer_text clients);
    void (*close)(void *store);
} peer_ops;

// The whole program: the exit code is 0, whatever was found, and 2 when it could not be done.
int peer_main(int argc, char **argv, const peer_ops *ops);

// Takes the next PEM block off the front of `text`. Returns 0 when there is none.
int peer_next_block(peer_text *block, peer_text *text);

// Says what failed and exits with 2.
#if defined(__GNUC__)
__attribute__((noreturn))
#endif
void peer_die(const char *what);

#endif
