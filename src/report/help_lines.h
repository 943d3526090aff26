// SPDX-License-Identifier: Apache-2.0
// A set of distinct help lines, each with a dense id in order of first appearance. What lines are
// made from comes in (store and tv_hint_source), ids go out; texts are left to hint.c, counts to
// tally.c. Found by XXH3 with a seed of the run, decided by the bytes.
#ifndef TV_REPORT_HELP_LINES_H
#define TV_REPORT_HELP_LINES_H

#include "base/arena.h"
#include "report/hint.h"
#include "tv/status.h"

typedef struct tv_help_line {
    uint32_t store;
    uint32_t source;
} tv_help_line;

// What a lookup takes, made once for the cells of one target that have it in common. Sets with one
// seed understand each other's keys.
typedef struct tv_help_key {
    tv_hint_source source;
    uint64_t hash;
} tv_help_key;

typedef struct tv_help_slots {
    struct tv_help_slot {
        uint32_t tag; // of the hash
        uint32_t id;  // plus one; 0: free
    } * slots;
    size_t num; // a power of two, or 0
} tv_help_slots;

// One thread fills a set; while nobody does, any number may read it.
typedef struct tv_help_lines {
    tv_help_line *lines;
    size_t num_lines, cap_lines;
    tv_help_key *sources; // with bytes of its own
    size_t num_sources, cap_sources;
    tv_help_slots line_slots, source_slots;
    tv_arena bytes;
    uint64_t seed;
} tv_help_lines;

// Allocates nothing yet.
void tv_help_lines_open(tv_help_lines *set, uint64_t seed);
void tv_help_lines_clear(tv_help_lines *set); // costs what is in it
void tv_help_lines_close(tv_help_lines *set); // leaves it open and empty

tv_help_key tv_help_key_make(const tv_help_lines *set, const tv_hint_source *source);

// TV_ID_NONE when it is not in.
uint32_t tv_help_lines_find(const tv_help_lines *set, uint32_t store, const tv_help_key *key);
// TV_ID_NONE when it is new and memory is out. The bytes of the key are copied.
uint32_t tv_help_lines_add(tv_help_lines *set, uint32_t store, const tv_help_key *key);

static inline const tv_help_key *tv_help_lines_key(const tv_help_lines *set, uint32_t line)
{
    return &set->sources[set->lines[line].source];
}

#endif
