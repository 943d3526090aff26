// SPDX-License-Identifier: Apache-2.0
// trustval bench: what each stage costs on this machine, on minted certificates or on the user's.
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/judge.h"
#include "cli/messages.h"

static const uint32_t quick_clients = 500;
static const double quick_seconds = 0.02;

// What the library is told to call.
typedef struct cli_bench_state {
    bool is_shown; // whether a line tells where it is
    bool was_told; // what went wrong was said
} cli_bench_state;

static void clear_line(const cli_bench_state *state)
{
    if (state->is_shown) {
        (void)fputs("\r\033[K", stderr);
    }
}

static void tell_step(void *payload, const char *what)
{
    const cli_bench_state *state = payload;
    if (state->is_shown) {
        clear_line(state);
        (void)fputs(what, stderr);
        (void)fflush(stderr);
    }
}

static void tell_problem(void *payload, const char *file, tv_status status, int error)
{
    cli_bench_state *state = payload;
    clear_line(state);
    cli_fail_file(file, status, error);
    state->was_told = true;
}

// Half a measurement is worth nothing, so there is nothing to finish.
static void end_at_once(int signal_number)
{
    static const char words[] = "\ntrustval: interrupted\n";
    (void)signal_number;
    (void)!write(STDERR_FILENO, words, sizeof(words) - 1);
    _exit(CLI_EXIT_FAILED);
}

// Whether the words fit together; false is said.
static bool usage_is_sound(const cli_args *args)
{
    if (args->num_operands > 0 && args->num_trust == 0) {
        cli_fail("bench: no truststore to judge the clients against; name one with --trust FILE");
        return false;
    }
    if (args->num_trust > 0 && args->num_operands == 0) {
        cli_fail("bench: no clients to judge; name PEM files, or leave --trust out to have both "
                 "minted");
        return false;
    }
    if (args->has_format && args->format != TV_FORMAT_TEXT && args->format != TV_FORMAT_JSON) {
        cli_fail("bench: --format is one of text, json here");
        return false;
    }
    return cli_stdin_is_sound(args);
}

// The files of `stores`, or NULL: said when memory is out or one can be read only once.
static const char **list_files(const cli_stores *stores)
{
    const char **files = calloc(stores->count + 1, sizeof(*files));
    if (files == NULL) {
        cli_fail("%s", tv_status_text(TV_ERR_NOMEM));
        return NULL;
    }
    for (size_t i = 0; i < stores->count; i++) {
        files[i] = stores->items[i].path;
        if (strcmp(files[i], "-") == 0) {
            cli_fail("bench: a truststore is read again and again, standard input is not; name a "
                     "file");
            free(files);
            return NULL;
        }
    }
    return files;
}

static int print(const tv_measurement *measurement, tv_format format)
{
    char *text;
    size_t len;
    tv_status status = tv_measurement_print(measurement, format, &text, &len);
    if (status != TV_OK) {
        return cli_fail("%s", tv_status_text(status));
    }
    (void)fwrite(text, 1, len, stdout);
    free(text);
    return cli_finish_output(CLI_EXIT_CLEAN);
}

static int measure(const cli_args *args, const cli_stores *stores, const tv_profile *profile)
{
    const char **files = list_files(stores);
    if (files == NULL) {
        return CLI_EXIT_FAILED;
    }
    cli_bench_state state = {
        .is_shown = args->progress == CLI_ALWAYS ||
                    (args->progress == CLI_AUTO && !args->quiet && cli_is_terminal(CLI_STDERR))};
    const char *directory = getenv("TMPDIR"); // one thread as yet
    tv_measure_options options = {
        .profile = profile,
        .seed = args->seed,
        .clients = args->clients == 0 && args->quick ? quick_clients : args->clients,
        .seconds = args->seconds == 0 && args->quick ? quick_seconds : args->seconds,
        .quick = args->quick,
        .threads = args->threads,
        .scratch = directory != NULL && directory[0] != '\0' ? directory : NULL,
        .truststores = files,
        .num_truststores = stores->count,
        .files = args->operands,
        .num_files = args->num_operands,
        .at = args->at,
        .step = tell_step,
        .problem = tell_problem,
        .payload = &state,
    };
    tv_measurement *measurement = malloc(sizeof(*measurement));
    tv_status status = measurement != NULL ? tv_measure(measurement, &options) : TV_ERR_NOMEM;
    clear_line(&state);
    int code = CLI_EXIT_FAILED;
    if (status == TV_OK) {
        code = print(measurement, args->has_format ? args->format : TV_FORMAT_TEXT);
    } else if (status == TV_ERR_NO_CERTIFICATE && !state.was_told) {
        cli_fail("the input %s", tv_status_text(status));
    } else if (!state.was_told) {
        cli_fail("%s", tv_status_text(status));
    }
    free(measurement);
    free(files);
    return code;
}

int cli_bench(const cli_args *args)
{
    if (!usage_is_sound(args)) {
        return CLI_EXIT_FAILED;
    }
    cli_stores stores = {0};
    for (size_t i = 0; i < args->num_trust; i++) {
        if (!cli_stores_add(&stores, args->trust[i].text)) {
            cli_stores_close(&stores);
            return CLI_EXIT_FAILED;
        }
    }
    (void)signal(SIGINT, end_at_once);
    (void)signal(SIGTERM, end_at_once);
    int code = CLI_EXIT_FAILED;
    tv_profile *profile = cli_load_profile(args->profile);
    if (profile != NULL) {
        code = measure(args, &stores, profile);
    }
    tv_profile_close(profile);
    cli_stores_close(&stores);
    return code;
}
