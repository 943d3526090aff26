// SPDX-License-Identifier: Apache-2.0
// trustval verify: truststores and clients in, the matrix of verdicts out; or, with --jobs, a list
// of independent questions in and an answer a line out.
#include <stddef.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/judge.h"
#include "cli/messages.h"

// The truststores that --trust and --trust-dir name, in order. A directory that cannot be read is
// said and remembered in `*failed`; false is bad usage.
static bool collect_stores(cli_stores *stores, const cli_args *args, bool *failed)
{
    for (size_t i = 0; i < args->num_trust; i++) {
        const cli_trust *trust = &args->trust[i];
        if (!trust->is_directory) {
            if (!cli_stores_add(stores, trust->text)) {
                return false;
            }
        } else if (!cli_stores_add_directory(stores, trust->text)) {
            *failed = true;
        }
    }
    return true;
}

// Where clients come from: operands, then lists; standard input when there are none.
static bool collect_clients(cli_judge *judge, tv_clients **out)
{
    const cli_args *args = judge->args;
    tv_status status = tv_clients_open(out);
    for (size_t i = 0; status == TV_OK && i < args->num_operands; i++) {
        status = tv_clients_add(*out, args->operands[i]);
    }
    if (status == TV_OK && args->num_operands == 0 && args->num_lists == 0) {
        status = tv_clients_add(*out, "-");
    }
    if (status != TV_OK) {
        cli_fail("%s", tv_status_text(status));
        return false;
    }
    for (size_t i = 0; i < args->num_lists; i++) {
        int error = 0;
        status = tv_clients_add_list(*out, args->lists[i], args->nul, &error);
        if (status != TV_OK) {
            cli_fail_file(args->lists[i], status, error);
            judge->failed = true;
        }
    }
    return true;
}

static int verify_clients(cli_judge *judge, const cli_stores *stores)
{
    if (!cli_judge_add_stores(judge, stores)) {
        return CLI_EXIT_FAILED;
    }
    cli_judge_add_untrusted(judge);
    int code = CLI_EXIT_FAILED;
    tv_clients *clients = NULL;
    if (collect_clients(judge, &clients) && cli_judge_freeze(judge) &&
        cli_judge_open_outputs(judge)) {
        tv_judge_options options = cli_judge_options(judge);
        const tv_summary *summary = NULL;
        tv_status status = tv_verify(judge->workspace, clients, &options, &summary);
        code = cli_judge_end(judge, status, summary);
    }
    tv_clients_close(clients);
    return code;
}

// Whether the other words fit --jobs, whose questions bring their own certificates.
static bool jobs_usage_is_sound(const cli_args *args)
{
    if (args->num_trust > 0 || args->num_untrusted > 0 || args->num_lists > 0 ||
        args->num_operands > 0) {
        cli_fail("verify: --jobs brings its own certificates; leave truststores and clients out");
        return false;
    }
    bool is_ndjson = !args->has_format || args->format == TV_FORMAT_NDJSON;
    for (size_t i = 0; i < args->num_outputs; i++) {
        is_ndjson = is_ndjson && args->outputs[i].format == TV_FORMAT_NDJSON;
    }
    if (!is_ndjson || args->num_outputs + (args->has_format ? 1 : 0) > 1) {
        cli_fail("verify: --jobs answers in ndjson, on standard output or in one -o ndjson=FILE");
        return false;
    }
    return true;
}

static int verify_jobs(const cli_args *args)
{
    if (!jobs_usage_is_sound(args)) {
        return CLI_EXIT_FAILED;
    }
    tv_profile *profile = cli_load_judging_profile(args);
    if (profile == NULL) {
        return CLI_EXIT_FAILED;
    }
    tv_jobs_options options = {.profile = profile, .at = args->at, .threads = args->threads};
    const char *output = args->num_outputs > 0 ? args->outputs[0].path : "-";
    tv_jobs_summary summary = {0};
    int error = 0;
    tv_status status = tv_verify_jobs(args->jobs, output, &options, &summary, &error);
    tv_profile_close(profile);
    if (status == TV_ERR_WRITE) {
        return cli_fail_file(strcmp(output, "-") == 0 ? "standard output" : output, status, error);
    }
    if (status != TV_OK) {
        return cli_fail_file(args->jobs, status, error);
    }
    if (args->verbose) {
        cli_say("%llu jobs, %llu of them in error; %llu signatures checked",
                (unsigned long long)summary.num_jobs, (unsigned long long)summary.num_errors,
                (unsigned long long)summary.signature_checks);
    }
    if (summary.num_jobs == 0) {
        return cli_fail("%s: holds no job", args->jobs);
    }
    if (summary.num_errors > 0) {
        return cli_fail("%llu of %llu jobs could not be judged; their records say why",
                        (unsigned long long)summary.num_errors,
                        (unsigned long long)summary.num_jobs);
    }
    bool all_accepted = summary.verdicts[TV_VERDICT_ACCEPT] == summary.num_jobs;
    return all_accepted || args->fail_on == CLI_FAIL_ON_NEVER ? CLI_EXIT_CLEAN : CLI_EXIT_FOUND;
}

int cli_verify(const cli_args *args)
{
    if (!cli_stdin_is_sound(args)) {
        return CLI_EXIT_FAILED;
    }
    if (args->jobs != NULL) {
        return verify_jobs(args);
    }
    if (args->num_trust == 0) {
        return cli_fail("verify: no truststore to judge against; name one with --trust FILE");
    }
    bool has_clients = args->num_operands > 0 || args->num_lists > 0;
    if (!has_clients && cli_is_terminal(CLI_STDIN)) {
        return cli_nothing_to_read(args->command);
    }
    int code = CLI_EXIT_FAILED;
    bool failed = false;
    cli_judge judge = {0};
    cli_stores stores = {0};
    if (collect_stores(&stores, args, &failed) && cli_judge_open(&judge, args)) {
        judge.failed = failed;
        code = verify_clients(&judge, &stores);
    }
    cli_stores_close(&stores);
    cli_judge_close(&judge);
    return code;
}
