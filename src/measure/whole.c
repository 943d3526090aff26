// SPDX-License-Identifier: Apache-2.0
// In: the input's files. Out: the time of whole runs, through the calls that any program makes. A
// cost that a run does not show by itself (one more duplicate, one more truststore) is the
// difference of two runs that differ in nothing else.
#include "measure/whole.h"

#include "measure/stopwatch.h"
#include "tv/verify.h"

// What one run reads, and how.
typedef struct run_plan {
    const tv_input *input;
    const tv_profile *profile;
    const char *clients;
    unsigned threads;
    size_t num_further; // truststores beside the input's
    bool unique;
} run_plan;

static tv_status load(tv_workspace **out, const run_plan *plan)
{
    const tv_input *input = plan->input;
    tv_bundle_id id;
    tv_status status = tv_workspace_open(out, &(tv_options){.threads = plan->threads});
    for (size_t i = 0; i < input->num_stores && status == TV_OK; i++) {
        status = tv_workspace_add(*out, &id, input->stores[i], NULL, TV_ROLE_TRUSTSTORE, NULL);
    }
    for (size_t i = 0; i < plan->num_further && status == TV_OK; i++) {
        status =
            tv_workspace_add(*out, &id, input->further[i].path, NULL, TV_ROLE_TRUSTSTORE, NULL);
    }
    return status == TV_OK ? tv_workspace_freeze(*out) : status;
}

static tv_status verify(tv_workspace *workspace, const run_plan *plan, const tv_summary **summary)
{
    tv_clients *clients = NULL;
    tv_writer *writer = NULL;
    tv_writer_options csv = {.format = TV_FORMAT_CSV, .unique = plan->unique};
    tv_status status = tv_writer_open(&writer, &csv, "/dev/null", NULL);
    if (status == TV_OK) {
        status = tv_clients_open(&clients);
    }
    if (status == TV_OK) {
        status = tv_clients_add(clients, plan->clients);
    }
    if (status == TV_OK) {
        tv_judge_options options = {
            .profile = plan->profile,
            .at = plan->input->at,
            .writers = &writer,
            .num_writers = 1,
            .unique = plan->unique,
        };
        status = tv_verify(workspace, clients, &options, summary);
    }
    if (status == TV_OK) {
        status = tv_writer_commit(writer);
    }
    tv_clients_close(clients);
    tv_writer_close(writer);
    return status;
}

static tv_status run_once(const run_plan *plan, tv_run_figure *figure)
{
    tv_workspace *workspace = NULL;
    const tv_summary *summary = NULL;
    double wall = tv_stopwatch_wall_ns();
    double cpu = tv_stopwatch_process_ns();
    tv_status status = load(&workspace, plan);
    if (status == TV_OK) {
        status = verify(workspace, plan, &summary);
    }
    figure->cpu = (tv_stopwatch_process_ns() - cpu) / 1e9;
    figure->seconds = (tv_stopwatch_wall_ns() - wall) / 1e9;
    if (status == TV_OK) {
        figure->num_blocks = summary->num_blocks;
        figure->signature_checks = summary->signature_checks;
        for (size_t i = 0; i < 3; i++) {
            figure->verdicts[i] = 0;
            for (size_t s = 0; s < summary->num_stores; s++) {
                figure->verdicts[i] += summary->stores[s].verdicts[i];
            }
        }
    }
    tv_workspace_close(workspace);
    return status;
}

// The median of rounds of the same run, each on truststores loaded anew.
static tv_status measure_run(tv_run_figure *out, const run_plan *plan, double seconds)
{
    tv_laps walls = {0};
    tv_laps cpus = {0};
    *out = (tv_run_figure){.threads = plan->threads};
    while (tv_laps_wanted(&walls, seconds)) {
        tv_status status = run_once(plan, out);
        if (status != TV_OK) {
            return status;
        }
        tv_laps_add(&walls, out->seconds * 1e9);
        tv_laps_add(&cpus, out->cpu * 1e9);
    }
    out->rounds = (uint32_t)walls.num;
    out->seconds = tv_laps_median(&walls) / 1e9;
    out->cpu = tv_laps_median(&cpus) / 1e9;
    return TV_OK;
}

tv_status tv_measure_runs(tv_run_figure out[TV_MAX_RUNS], size_t *num, const tv_input *input,
                          const tv_profile *profile, unsigned threads, double seconds)
{
    *num = 0;
    run_plan plan = {.input = input, .profile = profile, .clients = input->clients.path};
    for (unsigned next = 1; *num < TV_MAX_RUNS; next *= 2) {
        plan.threads = next < threads ? next : threads;
        tv_status status = measure_run(&out[*num], &plan, seconds);
        if (status != TV_OK) {
            return status;
        }
        (*num)++;
        if (next >= threads) {
            break;
        }
    }
    return TV_OK;
}

// Truststores that are loaded and were judged with before.
static tv_status load_warm(tv_workspace **out, const run_plan *plan)
{
    const tv_summary *summary;
    tv_status status = load(out, plan);
    return status == TV_OK ? verify(*out, plan, &summary) : status;
}

// Adds the CPU time that a run takes, of whatever threads it has, to `*ns`, times `sign`.
static tv_status time_judging(double *ns, double sign, tv_workspace *workspace,
                              const run_plan *plan)
{
    const tv_summary *summary;
    double start = tv_stopwatch_process_ns();
    tv_status status = verify(workspace, plan, &summary);
    *ns += sign * (tv_stopwatch_process_ns() - start);
    return status;
}

// A figure from two runs that differ by `items`, made in turns, so that what disturbs one disturbs
// the other: the median of their differences. Runs on the same truststores share them, and so the
// tables that keys come to have: else the run with more clients would have cheaper signatures.
static tv_status measure_difference(tv_figure *out, const run_plan *less, const run_plan *more,
                                    uint64_t items, double seconds)
{
    tv_laps laps = {0};
    tv_workspace *high = NULL;
    tv_workspace *other = NULL;
    bool is_shared = less->num_further == more->num_further;
    tv_status status = load_warm(&high, more);
    if (status == TV_OK && !is_shared) {
        status = load_warm(&other, less);
    }
    tv_workspace *low = is_shared ? high : other;
    double start = tv_stopwatch_process_ns();
    while (status == TV_OK && tv_laps_wanted(&laps, seconds)) {
        double difference = 0;
        status = time_judging(&difference, -1, low, less);
        if (status == TV_OK) {
            status = time_judging(&difference, 1, high, more);
        }
        tv_laps_add(&laps, difference);
        laps.total_ns = tv_stopwatch_process_ns() - start;
    }
    tv_workspace_close(high);
    tv_workspace_close(other);
    double difference = tv_laps_median(&laps);
    out->items = items;
    out->rounds = (uint32_t)laps.num;
    out->ns = difference > 0 ? difference / (double)items : 0; // noise can be more than the work
    return status;
}

static uint64_t count_entries(const tv_workspace *workspace)
{
    uint64_t entries = 0;
    for (size_t i = 0; i < tv_workspace_num_bundles(workspace); i++) {
        entries += tv_bundle_num_entries(tv_workspace_bundle(workspace, (tv_bundle_id)i));
    }
    return entries;
}

static tv_status measure_loading(tv_figure *out, const run_plan *plan, double seconds)
{
    tv_laps laps = {0};
    while (tv_laps_wanted(&laps, seconds)) {
        tv_workspace *workspace = NULL;
        double start = tv_stopwatch_process_ns();
        tv_status status = load(&workspace, plan);
        tv_laps_add(&laps, tv_stopwatch_process_ns() - start);
        out->items = status == TV_OK ? count_entries(workspace) : 0;
        tv_workspace_close(workspace);
        if (status != TV_OK) {
            return status;
        }
    }
    out->rounds = (uint32_t)laps.num;
    out->ns = out->items > 0 ? tv_laps_median(&laps) / (double)out->items : 0;
    return TV_OK;
}

tv_status tv_measure_extras(tv_figure out[TV_NUM_EXTRAS], size_t *num, const tv_input *input,
                            const tv_profile *profile, double seconds)
{
    const run_plan few = {
        .input = input, .profile = profile, .clients = input->few.path, .threads = 1};
    run_plan repeated = few;
    repeated.clients = input->repeated.path;
    run_plan few_unique = few;
    few_unique.unique = true;
    run_plan repeated_unique = repeated;
    repeated_unique.unique = true;
    run_plan further = repeated;
    further.num_further = input->num_further;
    uint64_t duplicates = input->num_repeated - input->num_few;
    const struct {
        const char *name;
        const char *contains;
        const run_plan *less, *more;
        uint64_t items;
    } pairs[] = {
        {"duplicate", "a client that occurred before, with its CSV rows", &few, &repeated,
         duplicates},
        {"duplicate-left-out", "the same with --unique: looked up and counted", &few_unique,
         &repeated_unique, duplicates},
        {"further-truststore", "one more verdict of a client, with its CSV row", &repeated,
         &further, input->num_repeated * input->num_further},
    };
    *num = 0;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        if (pairs[i].items == 0) {
            continue; // a truststore of one entry has no variations
        }
        tv_figure *figure = &out[(*num)++];
        *figure = (tv_figure){.name = pairs[i].name, .contains = pairs[i].contains};
        tv_status status =
            measure_difference(figure, pairs[i].less, pairs[i].more, pairs[i].items, seconds);
        if (status != TV_OK) {
            return status;
        }
    }
    tv_figure *figure = &out[(*num)++];
    *figure = (tv_figure){.name = "load",
                          .contains = "an entry of a truststore: read, held, put into the graph"};
    return measure_loading(figure, &few, seconds);
}
