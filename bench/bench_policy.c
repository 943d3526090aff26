// SPDX-License-Identifier: Apache-2.0
// The policy room: loading a built-in profile, and the checks on a truststore of 200 CAs, of the
// file as a whole and entry by entry.
#include "bench.h"

#include "minted.h"
#include "policy/check.h"

static void *setup_nothing(tv_bench_load *load)
{
    load->items = 1;
    return malloc(1);
}

static void *setup_entries(tv_bench_load *load)
{
    minted *self = minted_open();
    load->items = self != NULL ? tv_bundle_num_entries(self->sample.workspace->bundles[0]) : 0;
    return self;
}

static uint64_t run_load(void *state)
{
    tv_profile *profile;
    (void)state;
    if (tv_profile_load(&profile, "aws-apigateway", NULL) != TV_OK) {
        return 0;
    }
    uint64_t first = (uint64_t)tv_profile_name(profile)[0];
    tv_profile_close(profile);
    return first;
}

static void count_finding(void *payload, const tv_finding *finding)
{
    uint64_t *count = payload;
    (void)finding;
    (*count)++;
}

static tv_check_input input_of(const minted *self)
{
    const tv_workspace *workspace = self->sample.workspace;
    return (tv_check_input){self->profile, workspace->bundles[0], workspace->held_list,
                            self->input.at};
}

static uint64_t run_check_bundle(void *state)
{
    const minted *self = state;
    tv_check_input input = input_of(self);
    uint64_t count = 0;
    return tv_check_bundle(&input, count_finding, &count) == TV_OK ? count : UINT64_MAX;
}

static uint64_t run_check_entries(void *state)
{
    minted *self = state;
    tv_check_input input = input_of(self);
    uint64_t count = 0;
    size_t num = tv_bundle_num_entries(input.bundle);
    for (size_t i = 0; i < num; i++) {
        if (tv_check_entry(&input, i, &self->sample.run.workers[0].scratch, count_finding,
                           &count) != TV_OK) {
            return UINT64_MAX;
        }
    }
    return count;
}

const tv_bench_case tv_bench_policy[] = {
    {"load_profile", setup_nothing, run_load, free},
    {"check_bundle", setup_entries, run_check_bundle, minted_close},
    {"check_entries", setup_entries, run_check_entries, minted_close},
    {0},
};
