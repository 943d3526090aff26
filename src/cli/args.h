// SPDX-License-Identifier: Apache-2.0
// The command line as values. One table of options feeds the parser and every help text.
#ifndef TV_CLI_ARGS_H
#define TV_CLI_ARGS_H

#include "tv/tv.h"

// Bits: which commands take an option.
enum {
    CLI_AUDIT = 1 << 0,
    CLI_VERIFY = 1 << 1,
    CLI_RULES = 1 << 2,
    CLI_PROFILES = 1 << 3,
    CLI_BENCH = 1 << 4,
};

typedef struct cli_args cli_args;

// A command: a row of the table in main.c, which dispatch and help read.
typedef struct cli_command {
    const char *name;
    const char *operands;
    const char *summary; // one line of `trustval --help`, lower case, no period
    const char *details; // paragraphs of `trustval COMMAND --help`
    unsigned bit;
    int (*run)(const cli_args *args); // exit code
} cli_command;

typedef enum cli_when {
    CLI_AUTO = 0,
    CLI_ALWAYS,
    CLI_NEVER,
} cli_when;

typedef enum cli_fail_on {
    CLI_FAIL_ON_ERROR = 0,
    CLI_FAIL_ON_WARNING,
    CLI_FAIL_ON_NEVER,
} cli_fail_on;

typedef struct cli_output {
    tv_format format;
    const char *path;
} cli_output;

// A truststore as named on the command line, or a directory of them.
typedef struct cli_trust {
    const char *text; // [NAME=]FILE, or DIR
    bool is_directory;
} cli_trust;

// Texts are borrowed from argv; lists have room for one item per word of it.
struct cli_args {
    const cli_command *command;
    const char *profile;
    const char **policies; // --policy
    size_t num_policies;
    tv_time at;
    unsigned threads;
    bool has_format;
    tv_format format; // of standard output
    cli_output *outputs;
    size_t num_outputs;
    bool output_is_stdout; // one of them is
    cli_fail_on fail_on;
    bool unique;
    double crosscheck; // percent; 0: none
    uint32_t only;     // bits 1 << tv_verdict, 0: all
    tv_layout layout;
    bool no_mmap;
    cli_when color, progress;
    bool quiet, verbose;
    cli_trust *trust;
    size_t num_trust;
    const char **untrusted;
    size_t num_untrusted;
    const char **lists; // --files-from
    size_t num_lists;
    bool nul;
    const char *jobs;
    uint32_t clients; // to measure with; 0: as many as is usual
    double seconds;   // of each measurement at least; 0: as is usual
    bool quick;
    uint64_t seed;
    const char **operands;
    size_t num_operands;
};

typedef enum cli_parsed {
    CLI_PARSED_RUN,
    CLI_PARSED_HELP, // --help was given
    CLI_PARSED_BAD,  // said on standard error
} cli_parsed;

// Reads the words behind the command's name: argv[0] is that name. `*args` is to be closed in any
// case.
cli_parsed cli_args_parse(cli_args *args, const cli_command *command, int argc, char **argv);
void cli_args_close(cli_args *args);

// Prints the options that the commands in `commands` take, for a help text.
void cli_args_print_options(unsigned commands);

#endif
