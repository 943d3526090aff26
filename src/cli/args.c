// SPDX-License-Identifier: Apache-2.0
// In: argv. Out: cli_args, or one line that names what is wrong and the way out. An option is a row
// of the table below and a function that takes its argument; getopt_long and the help are fed from
// the rows. What the values mean for a run is left to the commands.
#include "cli/args.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/messages.h"

enum {
    FIRST_LONG = 256, // values of getopt_long for rows
    MAX_THREADS = 1024,
    MAX_CLIENTS = 1000000, // of a measurement
    MAX_SECONDS = 3600,
    HELP_COLUMN = 30, // where the help of an option starts
    HELP_WIDTH = 80,
};

// Takes the argument of an option; false when it is not one, which was said then.
typedef bool take_fn(cli_args *args, const char *value);

typedef struct option_row {
    const char *name;
    char letter;          // 0: none
    const char *argument; // NULL: takes none; "[=WORD]": may be left out
    const char *help;     // lower case, no period
    unsigned commands;
    take_fn *take; // NULL: --help
} option_row;

// Says which words an option takes.
static bool refuse(const char *option, const char *value, const char *allowed)
{
    cli_fail("%s: '%s' is not one of %s", option, value, allowed);
    return false;
}

// The index of `value` in `words`, which a NULL ends; -1 when it is not among them.
static int word_index(const char *const *words, const char *value, size_t len)
{
    for (int i = 0; words[i] != NULL; i++) {
        if (strlen(words[i]) == len && strncmp(words[i], value, len) == 0) {
            return i;
        }
    }
    return -1;
}

static bool take_profile(cli_args *args, const char *value)
{
    args->profile = value;
    return true;
}

static bool take_policy(cli_args *args, const char *value)
{
    args->policies[args->num_policies++] = value;
    return true;
}

static bool take_at(cli_args *args, const char *value)
{
    tv_span text = {(const uint8_t *)value, strlen(value)};
    if (tv_time_parse(&args->at, text, (tv_time)time(NULL))) {
        return true;
    }
    cli_fail("--at: '%s' is not a time; write 2026-12-31, 2026-12-31T23:59:59Z, @SECONDS or +90d",
             value);
    return false;
}

// A decimal number from `least` to `most`, digits alone.
static bool read_number(const char *value, uint64_t least, uint64_t most, uint64_t *out)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(value, &end, 10);
    *out = number;
    return value[0] >= '0' && value[0] <= '9' && *end == '\0' && errno == 0 && number >= least &&
           number <= most;
}

static bool take_threads(cli_args *args, const char *value)
{
    uint64_t number;
    if (!read_number(value, 0, MAX_THREADS, &number)) {
        cli_fail("--threads: '%s' is not a number from 0 (one per core) to %d", value, MAX_THREADS);
        return false;
    }
    args->threads = (unsigned)number;
    return true;
}

static bool take_clients(cli_args *args, const char *value)
{
    uint64_t number;
    if (!read_number(value, 1, MAX_CLIENTS, &number)) {
        cli_fail("--clients: '%s' is not a number from 1 to %d", value, MAX_CLIENTS);
        return false;
    }
    args->clients = (uint32_t)number;
    return true;
}

static bool take_seed(cli_args *args, const char *value)
{
    if (read_number(value, 0, UINT64_MAX, &args->seed)) {
        return true;
    }
    cli_fail("--seed: '%s' is not a number from 0 to 18446744073709551615", value);
    return false;
}

static bool take_seconds(cli_args *args, const char *value)
{
    char *end;
    args->seconds = strtod(value, &end);
    if (end == value || *end != '\0' || !(args->seconds > 0 && args->seconds <= MAX_SECONDS)) {
        cli_fail("--seconds: '%s' is not a number above 0 and up to %d", value, MAX_SECONDS);
        return false;
    }
    return true;
}

static bool take_quick(cli_args *args, const char *value)
{
    (void)value;
    args->quick = true;
    return true;
}

static bool take_crosscheck(cli_args *args, const char *value)
{
    args->crosscheck = 100;
    if (value == NULL) {
        return true;
    }
    char *end;
    args->crosscheck = strtod(value, &end);
    if (end == value || *end != '\0' || !(args->crosscheck > 0 && args->crosscheck <= 100)) {
        cli_fail("--crosscheck: '%s' is not a percentage above 0 and up to 100", value);
        return false;
    }
    return true;
}

// Says that `name` is no format.
static bool refuse_format(const char *option, const char *name)
{
    cli_nearest nearest;
    cli_nearest_open(&nearest, name);
    for (int i = 0; tv_format_name((tv_format)i) != NULL; i++) {
        cli_nearest_offer(&nearest, tv_format_name((tv_format)i));
    }
    cli_fail("%s: '%s' is not one of text, csv, json, ndjson%s%s%s", option, name,
             nearest.best != NULL ? "; did you mean '" : "",
             nearest.best != NULL ? nearest.best : "", nearest.best != NULL ? "'?" : "");
    return false;
}

static bool take_format(cli_args *args, const char *value)
{
    args->has_format = tv_format_find(value, &args->format);
    return args->has_format || refuse_format("--format", value);
}

static bool take_output(cli_args *args, const char *value)
{
    const char *equals = strchr(value, '=');
    if (equals == NULL || equals == value || equals[1] == '\0') {
        cli_fail("-o: '%s' lacks its format; write FORMAT=FILE, for example csv=%s", value,
                 equals == NULL ? value : "result.csv");
        return false;
    }
    char name[16] = "";
    size_t len = (size_t)(equals - value);
    cli_output *output = &args->outputs[args->num_outputs];
    memcpy(name, value, len < sizeof(name) ? len : sizeof(name) - 1);
    if (!tv_format_find(name, &output->format)) {
        return refuse_format("-o", name);
    }
    output->path = equals + 1;
    for (size_t i = 0; i < args->num_outputs; i++) {
        if (strcmp(args->outputs[i].path, output->path) == 0) {
            cli_fail("-o: %s is given twice", output->path);
            return false;
        }
    }
    args->num_outputs++;
    args->output_is_stdout = args->output_is_stdout || strcmp(output->path, "-") == 0;
    return true;
}

static bool take_fail_on(cli_args *args, const char *value)
{
    static const char *const words[] = {"error", "warning", "never", NULL};
    int index = word_index(words, value, strlen(value));
    args->fail_on = index < 0 ? CLI_FAIL_ON_ERROR : (cli_fail_on)index;
    return index >= 0 || refuse("--fail-on", value, "error, warning, never");
}

static bool take_exit_zero(cli_args *args, const char *value)
{
    (void)value;
    args->fail_on = CLI_FAIL_ON_NEVER;
    return true;
}

static bool take_unique(cli_args *args, const char *value)
{
    (void)value;
    args->unique = true;
    return true;
}

static bool take_only(cli_args *args, const char *value)
{
    static const char *const words[] = {"deny",      "undecided", "accept", "invalid",
                                        "undecided", "valid",     NULL};
    const char *at = value;
    while (true) {
        size_t len = strcspn(at, ",");
        int index = word_index(words, at, len);
        if (index < 0) {
            return refuse("--only", value, "deny, accept, undecided (or several, with commas)");
        }
        args->only |= UINT32_C(1) << (index % 3); // in the order of tv_verdict
        if (at[len] == '\0') {
            return true;
        }
        at += len + 1;
    }
}

static bool take_layout(cli_args *args, const char *value)
{
    static const char *const words[] = {"long", "wide", NULL};
    int index = word_index(words, value, strlen(value));
    args->layout = index < 0 ? TV_LAYOUT_LONG : (tv_layout)index;
    return index >= 0 || refuse("--layout", value, "long, wide");
}

static bool take_no_mmap(cli_args *args, const char *value)
{
    (void)value;
    args->no_mmap = true;
    return true;
}

static bool take_when(cli_when *when, const char *option, const char *value)
{
    static const char *const words[] = {"auto", "always", "never", NULL};
    int index = word_index(words, value, strlen(value));
    *when = index < 0 ? CLI_AUTO : (cli_when)index;
    return index >= 0 || refuse(option, value, "auto, always, never");
}

static bool take_color(cli_args *args, const char *value)
{
    return take_when(&args->color, "--color", value);
}

static bool take_progress(cli_args *args, const char *value)
{
    return take_when(&args->progress, "--progress", value);
}

static bool take_quiet(cli_args *args, const char *value)
{
    (void)value;
    args->quiet = true;
    return true;
}

static bool take_verbose(cli_args *args, const char *value)
{
    (void)value;
    args->verbose = true;
    return true;
}

static bool take_trust(cli_args *args, const char *value)
{
    args->trust[args->num_trust++] = (cli_trust){value, false};
    return true;
}

static bool take_trust_dir(cli_args *args, const char *value)
{
    args->trust[args->num_trust++] = (cli_trust){value, true};
    return true;
}

static bool take_untrusted(cli_args *args, const char *value)
{
    args->untrusted[args->num_untrusted++] = value;
    return true;
}

static bool take_files_from(cli_args *args, const char *value)
{
    args->lists[args->num_lists++] = value;
    return true;
}

static bool take_null(cli_args *args, const char *value)
{
    (void)value;
    args->nul = true;
    return true;
}

static bool take_jobs(cli_args *args, const char *value)
{
    if (args->jobs != NULL) {
        cli_fail("--jobs is given twice");
        return false;
    }
    args->jobs = value;
    return true;
}

#define JUDGES (CLI_AUDIT | CLI_VERIFY)
#define ALL (JUDGES | CLI_RULES | CLI_PROFILES | CLI_BENCH)

static const option_row rows[] = {
    {"trust", 't', "[NAME=]FILE", "a truststore to judge against; repeatable",
     CLI_VERIFY | CLI_BENCH, take_trust},
    {"trust-dir", 0, "DIR", "each file below DIR is a truststore; repeatable", CLI_VERIFY,
     take_trust_dir},
    {"untrusted", 'u', "FILE", "intermediates at hand that nobody trusts; repeatable", CLI_VERIFY,
     take_untrusted},
    {"files-from", 0, "LIST", "read the names of client files from LIST, one a line", CLI_VERIFY,
     take_files_from},
    {"null", '0', NULL, "names in LIST end with NUL instead", CLI_VERIFY, take_null},
    {"jobs", 0, "FILE", "judge a list of independent questions, a JSON object a line", CLI_VERIFY,
     take_jobs},
    {"clients", 0, "N", "mint N clients, or take the first N of those given (20000)", CLI_BENCH,
     take_clients},
    {"seed", 0, "N", "mint from seed N; the same seed makes the same input (1)", CLI_BENCH,
     take_seed},
    {"seconds", 0, "S", "measure each figure for S seconds at least (0.3)", CLI_BENCH,
     take_seconds},
    {"quick", 0, NULL, "500 clients and 0.02 seconds: rough figures within two seconds", CLI_BENCH,
     take_quick},
    {"profile", 'p', "NAME|FILE",
     "the rules to judge by (aws-apigateway); a name of `trustval profiles`, or an .ini file",
     JUDGES | CLI_BENCH, take_profile},
    {"policy", 0, "OID",
     "ask for a certificate policy that is valid along the whole path; repeatable: one of them",
     JUDGES, take_policy},
    {"at", 0, "TIME", "judge as of TIME (now): RFC 3339, @SECONDS, or +90d", JUDGES | CLI_BENCH,
     take_at},
    {"format", 'f', "FORMAT", "what standard output gets: text, csv, json or ndjson (text)",
     JUDGES | CLI_RULES | CLI_BENCH, take_format},
    {"output", 'o', "FORMAT=FILE",
     "write FILE instead of standard output, whole or not at all; repeatable", JUDGES, take_output},
    {"layout", 0, "long|wide", "csv: a row a verdict, or a column per truststore (long)",
     CLI_VERIFY, take_layout},
    {"only", 0, "VERDICTS", "show deny, accept or undecided alone, or several, with commas", JUDGES,
     take_only},
    {"unique", 0, NULL, "leave duplicates out", JUDGES, take_unique},
    {"fail-on", 0, "LEVEL", "exit 1 from error, warning or never on (error)", JUDGES, take_fail_on},
    {"exit-zero", 0, NULL, "the same as --fail-on never", JUDGES, take_exit_zero},
    {"crosscheck", 0, "[=PERCENT]",
     "have libcrypto judge a random sample of the cells again (100); a difference that is not "
     "explained is a finding and exit code 2",
     CLI_VERIFY, take_crosscheck},
    {"threads", 'j', "N", "workers (one per core); results do not depend on it", JUDGES | CLI_BENCH,
     take_threads},
    {"no-mmap", 0, NULL, "read files instead of mapping them", JUDGES, take_no_mmap},
    {"color", 0, "WHEN", "auto, always or never (auto)", JUDGES, take_color},
    {"progress", 0, "WHEN", "auto, always or never (auto)", JUDGES | CLI_BENCH, take_progress},
    {"quiet", 'q', NULL, "no text on standard output unless --format asks, no progress", JUDGES,
     take_quiet},
    {"verbose", 'v', NULL, "say counts, time and rate on standard error", JUDGES, take_verbose},
    {"help", 'h', NULL, "print this help", ALL, NULL},
};

enum {
    NUM_ROWS = sizeof(rows) / sizeof(rows[0]),
};

// What getopt_long is told, for one command.
typedef struct getopt_tables {
    struct option longs[NUM_ROWS + 1];
    char shorts[2 * NUM_ROWS + 2];
} getopt_tables;

static int arguments_of(const option_row *row)
{
    if (row->argument == NULL) {
        return no_argument;
    }
    return row->argument[0] == '[' && row->argument[1] == '=' ? optional_argument
                                                              : required_argument;
}

static void fill_tables(getopt_tables *tables, unsigned command)
{
    size_t num_longs = 0;
    size_t len = 0;
    *tables = (getopt_tables){0};
    tables->shorts[len++] = ':'; // a missing argument is told apart
    for (int i = 0; i < NUM_ROWS; i++) {
        const option_row *row = &rows[i];
        if ((row->commands & command) == 0) {
            continue;
        }
        tables->longs[num_longs++] =
            (struct option){.name = row->name, .has_arg = arguments_of(row), .val = FIRST_LONG + i};
        if (row->letter != 0) {
            tables->shorts[len++] = row->letter;
            if (row->argument != NULL) {
                tables->shorts[len++] = ':';
            }
        }
    }
}

static const option_row *row_of(int value)
{
    if (value >= FIRST_LONG && value < FIRST_LONG + NUM_ROWS) {
        return &rows[value - FIRST_LONG];
    }
    for (int i = 0; i < NUM_ROWS; i++) {
        if (rows[i].letter != 0 && rows[i].letter == value) {
            return &rows[i];
        }
    }
    return NULL;
}

// `word` starts with "--" and getopt_long did not take it.
static void refuse_long(const cli_args *args, const char *word)
{
    char name[64] = "";
    size_t len = strcspn(word + 2, "=");
    memcpy(name, word + 2, len < sizeof(name) ? len : sizeof(name) - 1);
    cli_nearest nearest;
    cli_nearest_open(&nearest, name);
    const char *starts[2] = {NULL, NULL};
    size_t num_starts = 0;
    for (int i = 0; i < NUM_ROWS; i++) {
        if ((rows[i].commands & args->command->bit) == 0) {
            continue;
        }
        cli_nearest_offer(&nearest, rows[i].name);
        if (strncmp(rows[i].name, name, len) == 0 && num_starts < 2) {
            starts[num_starts++] = rows[i].name;
        }
    }
    const char *command = args->command->name;
    if (num_starts == 2) {
        cli_fail("%s: option '--%s' may be --%s or --%s", command, name, starts[0], starts[1]);
    } else if (nearest.best != NULL) {
        cli_fail("%s: unknown option '--%s'; did you mean '--%s'?", command, name, nearest.best);
    } else {
        cli_fail("%s: unknown option '--%s'; `trustval %s --help` lists all", command, name,
                 command);
    }
}

// What getopt_long answered with '?' or ':'.
static void refuse_option(const cli_args *args, int answer, char *const *argv)
{
    const char *command = args->command->name;
    const char *word = argv[optind - 1];
    const option_row *row = optopt != 0 ? row_of(optopt) : NULL;
    if (answer == ':' && row != NULL) {
        cli_fail("%s: option '--%s' needs an argument: --%s %s", command, row->name, row->name,
                 row->argument);
    } else if (row != NULL && optopt >= FIRST_LONG) {
        cli_fail("%s: option '--%s' takes no argument", command, row->name);
    } else if (optopt != 0) {
        cli_fail("%s: unknown option '-%c'; `trustval %s --help` lists all", command, optopt,
                 command);
    } else {
        refuse_long(args, word);
    }
}

static bool make_lists(cli_args *args, int argc)
{
    size_t room = (size_t)argc + 1;
    args->policies = calloc(room, sizeof(*args->policies));
    args->outputs = calloc(room, sizeof(*args->outputs));
    args->trust = calloc(room, sizeof(*args->trust));
    args->untrusted = calloc(room, sizeof(*args->untrusted));
    args->lists = calloc(room, sizeof(*args->lists));
    args->operands = calloc(room, sizeof(*args->operands));
    return args->policies != NULL && args->outputs != NULL && args->trust != NULL &&
           args->untrusted != NULL && args->lists != NULL && args->operands != NULL;
}

// Whether standard output is asked for once at most.
static bool stdout_is_sound(const cli_args *args)
{
    if (args->has_format && args->output_is_stdout) {
        cli_fail("%s: both --format and -o write to standard output; give one of them",
                 args->command->name);
        return false;
    }
    return true;
}

cli_parsed cli_args_parse(cli_args *args, const cli_command *command, int argc, char **argv)
{
    *args = (cli_args){
        .command = command, .profile = "aws-apigateway", .at = (tv_time)time(NULL), .seed = 1};
    if (!make_lists(args, argc)) {
        cli_fail("%s", tv_status_text(TV_ERR_NOMEM));
        return CLI_PARSED_BAD;
    }
    getopt_tables tables;
    fill_tables(&tables, command->bit);
    opterr = 0;
    optind = 1;
    int answer;
    while ((answer = getopt_long(argc, argv, tables.shorts, tables.longs, NULL)) != -1) {
        if (answer == '?' || answer == ':') {
            refuse_option(args, answer, argv);
            return CLI_PARSED_BAD;
        }
        const option_row *row = row_of(answer);
        if (row->take == NULL) {
            return CLI_PARSED_HELP;
        }
        if (!row->take(args, optarg)) {
            return CLI_PARSED_BAD;
        }
    }
    for (int i = optind; i < argc; i++) {
        args->operands[args->num_operands++] = argv[i];
    }
    return stdout_is_sound(args) ? CLI_PARSED_RUN : CLI_PARSED_BAD;
}

void cli_args_close(cli_args *args)
{
    free(args->policies);
    free(args->outputs);
    free(args->trust);
    free(args->untrusted);
    free(args->lists);
    free(args->operands);
    *args = (cli_args){0};
}

// Prints `text` from column HELP_COLUMN on, wrapped at blanks.
static void print_wrapped(const char *text)
{
    size_t at = HELP_COLUMN;
    const char *word = text;
    while (*word != '\0') {
        size_t len = strcspn(word, " ");
        if (at > HELP_COLUMN && at + 1 + len > HELP_WIDTH) {
            printf("\n%*s", HELP_COLUMN, "");
            at = HELP_COLUMN;
        } else if (at > HELP_COLUMN) {
            putchar(' ');
            at++;
        }
        printf("%.*s", (int)len, word);
        at += len;
        word += len + (word[len] == ' ' ? 1 : 0);
    }
    putchar('\n');
}

void cli_args_print_options(unsigned commands)
{
    for (int i = 0; i < NUM_ROWS; i++) {
        const option_row *row = &rows[i];
        if ((row->commands & commands) == 0) {
            continue;
        }
        char letter[8] = "   ";
        if (row->letter != 0) {
            (void)snprintf(letter, sizeof(letter), "-%c,", row->letter);
        }
        int used = printf("  %s --%s%s%s", letter, row->name,
                          arguments_of(row) == required_argument ? " " : "",
                          row->argument != NULL ? row->argument : "");
        if (used > HELP_COLUMN - 2) {
            putchar('\n');
            used = 0;
        }
        printf("%*s", HELP_COLUMN - used, "");
        print_wrapped(row->help);
    }
}
