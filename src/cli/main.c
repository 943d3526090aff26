// SPDX-License-Identifier: Apache-2.0
// In: the process's arguments and TV_CPU. Out: its exit code. Holds the table of commands, from
// which dispatch and help are made; what a command does is in its own file.
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/messages.h"
#include "tv/tv.h"

static const char exit_codes[] =
    "Exit codes: 0 nothing found at or above --fail-on; 1 something found; 2 not all of the work\n"
    "could be done (bad usage, unreadable input, no certificate, lost output, interrupted).\n";

static const cli_command commands[] = {
    {"audit", "[NAME=]TRUSTSTORE...", "judge every entry of each truststore",
     "Each entry (PEM block, or certificate of a DER file) gets a verdict against its own\n"
     "truststore, and findings: rules that it, or the file, breaks. '-' is standard input.\n"
     "An entry that is not valid counts as an error.\n"
     "\n"
     "With -o nothing is written to standard output unless --format asks for it. CSV has a row an\n"
     "entry and no findings; the other formats have both.\n",
     CLI_AUDIT, cli_audit},
    {"verify", "--trust [NAME=]STORE... CLIENTS...", "judge clients against truststores",
     "Every certificate found in CLIENTS (files, directories, '-') is judged against every\n"
     "truststore. Text has a row a client and a column per truststore where these fit. A client\n"
     "that is denied or undecided anywhere counts as an error.\n"
     "\n"
     "With -o nothing is written to standard output unless --format asks for it. CSV has verdicts\n"
     "and no findings; the other formats have both.\n",
     CLI_VERIFY, cli_verify},
    {"rules", "[ID]", "list the reasons and rules, or explain one", "", CLI_RULES, cli_rules},
    {"profiles", "[NAME]", "list the built-in profiles, or print one as a file",
     "A printed profile loads back with --profile FILE.ini, changed to taste.\n", CLI_PROFILES,
     cli_profiles},
    {"bench", "[--trust [NAME=]STORE... CLIENTS...]",
     "measure what each stage costs on this machine",
     "Without files, clients and a truststore of 200 CA certificates are minted from a seed and\n"
     "judged at an instant of their own. Otherwise CLIENTS are PEM files, measured on up to\n"
     "--clients blocks. Each figure is the median of rounds on the CPU clock of one thread, so "
     "that\n"
     "other programs count little; whole runs are on 1, 2, 4, ... threads up to --threads.\n"
     "\n"
     "Output is text, or json (docs/trustval-bench-1.schema.json). Files without a name in TMPDIR\n"
     "(or /tmp) hold what is measured on. TV_CPU=portable, avx2 or ifma chooses instruction "
     "sets.\n",
     CLI_BENCH, cli_bench},
};

enum {
    NUM_COMMANDS = sizeof(commands) / sizeof(commands[0]),
};

static void print_usage(FILE *to)
{
    (void)fputs("trustval judges truststores and client certificates in bulk.\n\nUsage:\n", to);
    for (size_t i = 0; i < NUM_COMMANDS; i++) {
        (void)fprintf(to, "  trustval %-9s%s\n      %s\n", commands[i].name, commands[i].operands,
                      commands[i].summary);
    }
    (void)fputs(
        "\n`trustval COMMAND --help` tells the options of one, `trustval --version` the version.\n",
        to);
}

void cli_print_help(const cli_command *command)
{
    printf("Usage: trustval %s [options] %s\n%s\n\n", command->name, command->operands,
           command->summary);
    if (command->details[0] != '\0') {
        printf("%s\n", command->details);
    }
    puts("Options:");
    cli_args_print_options(command->bit);
    printf("\n%s", exit_codes);
}

int cli_nothing_to_read(const cli_command *command)
{
    return cli_fail("%s: nothing to read; usage: trustval %s [options] %s (`trustval %s --help`)",
                    command->name, command->name, command->operands, command->name);
}

// The command of that name; NULL, said on standard error, when there is none.
static const cli_command *find_command(const char *name)
{
    cli_nearest nearest;
    cli_nearest_open(&nearest, name);
    for (size_t i = 0; i < NUM_COMMANDS; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
        cli_nearest_offer(&nearest, commands[i].name);
    }
    if (name[0] == '-') {
        cli_fail("option '%s' before the command; write trustval COMMAND [options]", name);
    } else if (nearest.best != NULL) {
        cli_fail("unknown command '%s'; did you mean '%s'?", name, nearest.best);
    } else {
        cli_fail("unknown command '%s'; `trustval --help` lists all", name);
    }
    return NULL;
}

static int help(int argc, char **argv)
{
    if (argc < 3) {
        print_usage(stdout);
        return cli_finish_output(CLI_EXIT_CLEAN);
    }
    const cli_command *command = find_command(argv[2]);
    if (command == NULL) {
        return CLI_EXIT_FAILED;
    }
    cli_print_help(command);
    return cli_finish_output(CLI_EXIT_CLEAN);
}

// Holds the library to the instruction sets that TV_CPU names; empty is as good as absent. False,
// said on standard error, when it names none or what this machine lacks.
static bool choose_cpu(void)
{
    const char *name = getenv("TV_CPU");
    if (name == NULL || name[0] == '\0') {
        return true;
    }
    tv_cpu_level level;
    if (!tv_cpu_find(&level, name)) {
        cli_fail("TV_CPU: unknown '%s'; it takes portable, avx2 or ifma", name);
        return false;
    }
    if (!tv_cpu_use(level)) {
        cli_fail("TV_CPU: this machine has no '%s'; the most it has is %s", name,
                 tv_cpu_name(tv_cpu_best()));
        return false;
    }
    return true;
}

static int run_command(const cli_command *command, int argc, char **argv)
{
    cli_args args;
    int code = CLI_EXIT_FAILED;
    switch (cli_args_parse(&args, command, argc, argv)) {
    case CLI_PARSED_HELP:
        cli_print_help(command);
        code = cli_finish_output(CLI_EXIT_CLEAN);
        break;
    case CLI_PARSED_RUN:
        code = choose_cpu() ? command->run(&args) : CLI_EXIT_FAILED;
        break;
    case CLI_PARSED_BAD:
        break;
    }
    cli_args_close(&args);
    return code;
}

// A standard descriptor that is closed would be the number of the next file that is opened, and
// what is meant for standard output would land in that file. It is held by one that cannot be used:
// a write to standard output then fails, as it should.
static bool hold_standard_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) == -1 &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd) {
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    if (!hold_standard_descriptors()) {
        return CLI_EXIT_FAILED;
    }
    // A closed pipe is an error to report, not a way to die in the middle of an output file.
    (void)signal(SIGPIPE, SIG_IGN);
    if (argc < 2) {
        print_usage(stderr);
        return CLI_EXIT_FAILED;
    }
    const char *word = argv[1];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0) {
        return help(argc, argv);
    }
    if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
        printf("trustval %s\n", tv_version());
        return cli_finish_output(CLI_EXIT_CLEAN);
    }
    const cli_command *command = find_command(word);
    return command == NULL ? CLI_EXIT_FAILED : run_command(command, argc - 1, argv + 1);
}
