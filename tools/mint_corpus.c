// SPDX-License-Identifier: Apache-2.0
// mint_corpus: makes the certificates that tests and benchmarks judge, from seeds, the same bytes
// on every machine. The work is in tools/mint; here are the names of the commands.
#include "mint/buf.h"
#include "mint/commands.h"

#include <stdio.h>
#include <string.h>

static const struct command {
    const char *name;
    const char *operands;
    const char *summary;
    int (*run)(int argc, char **argv);
} commands[] = {
    {"cases", "[--large] DIR", "a case for each reason, rule and quirk, with expectations.tsv",
     mint_cmd_cases},
    {"demo", "DIR", "the truststores and clients of the demo", mint_cmd_demo},
    {"seeds", "DIR", "small inputs to start fuzzing from", mint_cmd_seeds},
    {"bulk", "--out DIR [options]", "clients and truststores of any size for benchmarks",
     mint_cmd_bulk},
    {"bundle", "--out DIR [options]", "one bundle of any size for benchmarks", mint_cmd_bundle},
    {"odd", "--out DIR --shape SHAPE [options]", "shapes that are hard for a path builder",
     mint_cmd_odd},
};

static int usage(FILE *out, int code)
{
    (void)fputs("usage: mint_corpus COMMAND ...\n", out);
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        (void)fprintf(out, "  %-6s %-33s %s\n", commands[i].name, commands[i].operands,
                      commands[i].summary);
    }
    (void)fputs("Commands with options tell them: mint_corpus COMMAND --help\n", out);
    return code;
}

int main(int argc, char **argv)
{
    if (argc >= 2 && strcmp(argv[1], "--help") == 0) {
        return usage(stdout, 0);
    }
    for (size_t i = 0; argc >= 2 && i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (strcmp(argv[1], commands[i].name) == 0) {
            if (argc > 2 && strcmp(argv[2], "--help") == 0 &&
                strstr(commands[i].operands, "[options]") == NULL) {
                return usage(stdout, 0);
            }
            return commands[i].run(argc - 2, argv + 2);
        }
    }
    return usage(stderr, 2);
}
