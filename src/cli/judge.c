// SPDX-License-Identifier: Apache-2.0
// In: the command line's values. Out: a filled workspace, open writers, and at the end committed
// outputs and an exit code. A file that cannot be read is said and remembered; the others are still
// judged. Judging itself is the library's.
#include "cli/judge.h"

#include <stdlib.h>
#include <string.h>

#include "cli/messages.h"

tv_profile *cli_load_profile(const char *name)
{
    tv_profile *profile;
    tv_profile_error error = {0};
    tv_status status = tv_profile_load(&profile, name, &error);
    if (status == TV_OK) {
        return profile;
    }
    if (status == TV_ERR_UNKNOWN_NAME && error.line == 0) {
        cli_nearest nearest;
        cli_nearest_open(&nearest, name);
        for (size_t i = 0; tv_profile_builtin(i) != NULL; i++) {
            cli_nearest_offer(&nearest, tv_profile_builtin(i));
        }
        if (nearest.best != NULL) {
            cli_fail("profile '%s' is not a known name; did you mean '%s'?", name, nearest.best);
        } else {
            cli_fail("profile '%s' is not a known name; `trustval profiles` lists all", name);
        }
    } else if (error.line > 0) {
        cli_fail("%s:%d: %s", name, error.line, error.text);
    } else {
        cli_fail("%s: %s", name, error.text[0] != '\0' ? error.text : tv_status_text(status));
    }
    return NULL;
}

// What --policy asks for, as the text of a setting; NULL when memory is out.
static char *join_policies(const cli_args *args)
{
    size_t len = 1;
    for (size_t i = 0; i < args->num_policies; i++) {
        len += strlen(args->policies[i]) + 1;
    }
    char *text = malloc(len);
    size_t at = 0;
    for (size_t i = 0; text != NULL && i < args->num_policies; i++) {
        size_t part = strlen(args->policies[i]);
        memcpy(text + at, args->policies[i], part);
        at += part;
        text[at++] = i + 1 < args->num_policies ? ',' : '\0';
    }
    return text;
}

// Has a valid policy of those that --policy names asked for.
static bool set_policies(tv_profile *profile, const cli_args *args)
{
    static const char *const switches[] = {"setting check_policies", "setting explicit_policy"};
    tv_profile_error error = {.text = "out of memory"};
    char *policies = join_policies(args);
    tv_status status = policies != NULL
                           ? tv_profile_set(profile, "setting policies", "value", policies, &error)
                           : TV_ERR_NOMEM;
    for (size_t i = 0; i < 2 && status == TV_OK; i++) {
        status = tv_profile_set(profile, switches[i], "value", "yes", &error);
    }
    free(policies);
    if (status != TV_OK) {
        cli_fail("--policy: %s", error.text);
    }
    return status == TV_OK;
}

tv_profile *cli_load_judging_profile(const cli_args *args)
{
    tv_profile *profile = cli_load_profile(args->profile);
    if (profile != NULL && args->num_policies > 0 && !set_policies(profile, args)) {
        tv_profile_close(profile);
        return NULL;
    }
    return profile;
}

// Whether a word of the command line is standard input, under a name or not.
static bool is_stdin(const char *text)
{
    const char *equals = strchr(text, '=');
    return strcmp(equals != NULL ? equals + 1 : text, "-") == 0;
}

bool cli_stdin_is_sound(const cli_args *args)
{
    size_t count = args->jobs != NULL && is_stdin(args->jobs) ? 1 : 0;
    for (size_t i = 0; i < args->num_operands; i++) {
        count += is_stdin(args->operands[i]) ? 1 : 0;
    }
    for (size_t i = 0; i < args->num_trust; i++) {
        count += !args->trust[i].is_directory && is_stdin(args->trust[i].text) ? 1 : 0;
    }
    for (size_t i = 0; i < args->num_untrusted; i++) {
        count += is_stdin(args->untrusted[i]) ? 1 : 0;
    }
    for (size_t i = 0; i < args->num_lists; i++) {
        count += is_stdin(args->lists[i]) ? 1 : 0;
    }
    if (count > 1) {
        cli_fail("%s: standard input can be read once only, and '-' names it %zu times",
                 args->command->name, count);
        return false;
    }
    if (count == 1 && cli_is_terminal(CLI_STDIN)) {
        cli_fail("%s: '-' is a terminal; pipe certificates in, or name a file",
                 args->command->name);
        return false;
    }
    return true;
}

bool cli_judge_open(cli_judge *judge, const cli_args *args)
{
    *judge = (cli_judge){.args = args};
    bool to_terminal = cli_is_terminal(CLI_STDOUT) && args->num_outputs == 0;
    cli_progress_open(&judge->progress, args->quiet ? CLI_NEVER : args->progress, to_terminal);
    judge->profile = cli_load_judging_profile(args);
    if (judge->profile == NULL) {
        return false;
    }
    tv_options options = {.threads = args->threads, .no_mmap = args->no_mmap};
    tv_status status = tv_workspace_open(&judge->workspace, &options);
    if (status != TV_OK) {
        cli_fail("%s", tv_status_text(status));
    }
    return status == TV_OK;
}

// Adds one file; false when it was not added.
static bool add_file(cli_judge *judge, const char *path, const char *name, tv_role role)
{
    tv_bundle_id id;
    int error = 0;
    tv_status status = tv_workspace_add(judge->workspace, &id, path, name, role, &error);
    if (status != TV_OK) {
        cli_fail_file(path, status, error);
        judge->failed = true;
    }
    return status == TV_OK || status == TV_ERR_NO_CERTIFICATE;
}

bool cli_judge_add_stores(cli_judge *judge, const cli_stores *stores)
{
    for (size_t i = 0; i < stores->count; i++) {
        const cli_store *store = &stores->items[i];
        if (add_file(judge, store->path, store->name, TV_ROLE_TRUSTSTORE)) {
            judge->num_stores++;
        }
    }
    return judge->num_stores > 0;
}

void cli_judge_add_untrusted(cli_judge *judge)
{
    for (size_t i = 0; i < judge->args->num_untrusted; i++) {
        add_file(judge, judge->args->untrusted[i], NULL, TV_ROLE_UNTRUSTED);
    }
}

bool cli_judge_freeze(cli_judge *judge)
{
    tv_status status = tv_workspace_freeze(judge->workspace);
    if (status != TV_OK) {
        cli_fail("%s", tv_status_text(status));
    }
    return status == TV_OK;
}

static bool open_output(cli_judge *judge, const cli_output *output)
{
    const cli_args *args = judge->args;
    bool is_stdout = strcmp(output->path, "-") == 0;
    tv_writer_options options = {
        .format = output->format,
        .layout = args->layout,
        .only = args->only,
        .unique = args->unique,
        .color = is_stdout ? cli_wants_color(args->color) : args->color == CLI_ALWAYS,
        .columns = cli_columns(),
    };
    int error = 0;
    tv_status status =
        tv_writer_open(&judge->writers[judge->num_writers], &options, output->path, &error);
    if (status != TV_OK) {
        cli_fail_file(output->path, status, error);
        return false;
    }
    judge->num_writers++;
    return true;
}

bool cli_judge_open_outputs(cli_judge *judge)
{
    const cli_args *args = judge->args;
    judge->writers = calloc(args->num_outputs + 1, sizeof(tv_writer *));
    if (judge->writers == NULL) {
        cli_fail("%s", tv_status_text(TV_ERR_NOMEM));
        return false;
    }
    for (size_t i = 0; i < args->num_outputs; i++) {
        if (!open_output(judge, &args->outputs[i])) {
            return false;
        }
    }
    // Standard output gets a result unless files take its place or nobody wants to read it.
    bool wants_stdout = args->has_format || (args->num_outputs == 0 && !args->quiet);
    return !wants_stdout || open_output(judge, &(cli_output){args->format, "-"});
}

static void tell_problem(void *payload, const char *file, tv_status status, int error)
{
    cli_judge *judge = payload;
    cli_progress_clear(&judge->progress);
    cli_fail_file(file, status, error);
    judge->failed = true;
}

static void tell_progress(void *payload, const tv_progress *now)
{
    cli_judge *judge = payload;
    cli_progress_show(&judge->progress, now);
}

tv_judge_options cli_judge_options(cli_judge *judge)
{
    return (tv_judge_options){
        .profile = judge->profile,
        .at = judge->args->at,
        .writers = judge->writers,
        .num_writers = judge->num_writers,
        .unique = judge->args->unique,
        .crosscheck = judge->args->crosscheck,
        .catch_signals = true,
        .problem = tell_problem,
        .progress = judge->progress.is_shown ? tell_progress : NULL,
        .payload = judge,
    };
}

// Makes the outputs final. An interrupted run's outputs say that they are incomplete.
static void commit_outputs(cli_judge *judge, tv_status status)
{
    bool is_final = status == TV_OK || status == TV_ERR_CANCELLED;
    for (size_t i = 0; i < judge->num_writers; i++) {
        tv_writer *writer = judge->writers[i];
        tv_status committed = is_final ? tv_writer_commit(writer) : TV_OK;
        if (committed != TV_OK || tv_writer_errno(writer) != 0) {
            const char *path = tv_writer_path(writer);
            const char *name = strcmp(path, "-") == 0 ? "standard output" : path;
            cli_fail_file(name, TV_ERR_WRITE, tv_writer_errno(writer));
            judge->failed = true;
        }
    }
}

// A line per truststore for those who get no result on standard output.
static void tell_counts(const cli_judge *judge, const tv_summary *summary)
{
    bool is_audit = judge->args->command->bit == CLI_AUDIT;
    for (size_t i = 0; i < summary->num_stores; i++) {
        // Truststores were added first.
        const tv_bundle *bundle = tv_workspace_bundle(judge->workspace, (tv_bundle_id)i);
        const tv_store_counts *counts = &summary->stores[i];
        cli_say(
            "%s: %llu %s, %llu %s, %llu undecided", tv_bundle_name(bundle),
            (unsigned long long)counts->verdicts[TV_VERDICT_ACCEPT], is_audit ? "valid" : "accept",
            (unsigned long long)counts->verdicts[TV_VERDICT_DENY], is_audit ? "invalid" : "deny",
            (unsigned long long)counts->verdicts[TV_VERDICT_UNDECIDED]);
    }
}

static void tell_speed(const cli_judge *judge, const tv_summary *summary)
{
    double seconds = (double)cli_progress_elapsed(&judge->progress) / 1000;
    cli_say("%llu %s (%llu distinct), %.1f MB, in %.2f s: %.0f/s; %llu signatures checked",
            (unsigned long long)summary->num_blocks,
            judge->args->command->bit == CLI_AUDIT ? "entries" : "clients",
            (unsigned long long)summary->num_unique, (double)summary->num_bytes / 1e6, seconds,
            (double)summary->num_blocks / seconds, (unsigned long long)summary->signature_checks);
}

static bool has_found(const cli_judge *judge, const tv_summary *summary)
{
    if (judge->args->fail_on == CLI_FAIL_ON_NEVER) {
        return false;
    }
    for (size_t i = 0; i < summary->num_stores; i++) {
        const uint64_t *verdicts = summary->stores[i].verdicts;
        if (verdicts[TV_VERDICT_DENY] > 0 || verdicts[TV_VERDICT_UNDECIDED] > 0) {
            return true;
        }
    }
    return summary->findings[TV_ERROR] > 0 ||
           (judge->args->fail_on == CLI_FAIL_ON_WARNING && summary->findings[TV_WARNING] > 0);
}

int cli_judge_end(cli_judge *judge, tv_status status, const tv_summary *summary)
{
    cli_progress_clear(&judge->progress);
    commit_outputs(judge, status);
    if (status == TV_ERR_CANCELLED) {
        cli_fail("interrupted; the result is marked incomplete");
    } else if (status != TV_OK && !(status == TV_ERR_WRITE && judge->failed)) {
        cli_fail("%s", tv_status_text(status));
    }
    if (summary == NULL) {
        return CLI_EXIT_FAILED;
    }
    bool has_none = summary->num_unique == 0 && status == TV_OK;
    if (has_none && !judge->failed) {
        cli_fail("the input %s", tv_status_text(TV_ERR_NO_CERTIFICATE));
    }
    if (!judge->args->quiet && judge->args->num_outputs > 0 && !judge->args->has_format) {
        tell_counts(judge, summary);
    }
    if (summary->crosscheck_differences > 0) {
        cli_fail("%llu of %llu cells that libcrypto judged again differ; see the findings "
                 "crosscheck-difference",
                 (unsigned long long)summary->crosscheck_differences,
                 (unsigned long long)summary->crosschecked);
        judge->failed = true;
    }
    if (judge->args->verbose) {
        tell_speed(judge, summary);
    }
    if (status != TV_OK || judge->failed || has_none || !summary->complete) {
        return CLI_EXIT_FAILED;
    }
    return has_found(judge, summary) ? CLI_EXIT_FOUND : CLI_EXIT_CLEAN;
}

void cli_judge_close(cli_judge *judge)
{
    for (size_t i = 0; i < judge->num_writers; i++) {
        tv_writer_close(judge->writers[i]);
    }
    free(judge->writers);
    tv_workspace_close(judge->workspace);
    tv_profile_close(judge->profile);
    *judge = (cli_judge){0};
}
