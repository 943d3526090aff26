// SPDX-License-Identifier: Apache-2.0
// What a workspace holds, for the other files of this room. Frozen after tv_workspace_freeze but
// for the summary of the last run and the cancel flag.
#ifndef TV_RUN_WORKSPACE_H
#define TV_RUN_WORKSPACE_H

#include "base/intern.h"
#include "bundle/shelf.h"
#include "path/path.h"
#include "report/tally.h"
#include "tv/verify.h"
#include "tv/workspace.h"

#include <stdatomic.h>

// A truststore as a set of nodes. Truststores with the same set and settings share it.
typedef struct tv_store {
    const tv_bundle *bundle;
    tv_node_set set;
    tv_trust_list trust; // what `set` points to when it has items
    uint32_t next_alike; // the next store with these nodes; TV_ID_NONE: none
    uint32_t same_as; // index of the first store with this set; its own when there is none before
} tv_store;

// The names that are taken in one role.
typedef struct tv_names {
    tv_intern *set;
    uint32_t *next; // by id: the number to try first when the name is wanted again
    size_t cap;
} tv_names;

enum { TV_MAX_HELP = 20 };

struct tv_workspace {
    tv_options options;
    unsigned threads;
    bool frozen;
    size_t piece_len;  // of client input, in a job; 0: what is usual
    bool plain_search; // without summaries of paths and rows
    atomic_bool cancel;
    tv_shelf *shelf;       // until the freeze
    size_t num_remembered; // bundles that the shelf knows
    tv_intern *ders;       // distinct DERs; ids are tv_cert_id and the graph's nodes
    tv_bundle **bundles;
    tv_role *roles;
    size_t num_bundles, cap_bundles, cap_roles;
    tv_names names[2];   // by tv_role
    uint64_t num_failed; // files that could not be added

    // After the freeze:
    tv_held *held;             // by id
    const tv_held **held_list; // the same as pointers
    size_t num_held;
    tv_sig *sig;
    tv_graph *graph;
    tv_keyring *keys;
    tv_sig_memo *memo;
    uint64_t *bits; // of all sets: nodes, and places when there are several sets
    tv_store *stores;
    tv_store_info *infos; // by store
    size_t num_stores;
    tv_node_set untrusted;

    // Of the last run:
    tv_summary summary;
    tv_tally total;
    tv_buf help_texts;
    tv_help_count help[TV_MAX_HELP];
};

// Defaults where a limit is zero, and no more than what is built for.
void tv_limits_complete(tv_limits *limits);

// Makes the summary of a run from `workspace->total`.
void tv_workspace_sum_up(tv_workspace *workspace, bool complete, uint64_t num_files,
                         uint64_t num_failed);

// The judge of a run under `options`.
tv_judge tv_workspace_judge(const tv_workspace *workspace, const tv_judge_options *options);

#endif
