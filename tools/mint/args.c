// SPDX-License-Identifier: Apache-2.0
// A table of options and the words of a command line go in; values come out, or the help.
#include "args.h"

#include "buf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_COLUMN = 24 };

MINT_NORETURN static void print_help(const mint_args *args)
{
    (void)printf("usage: mint_corpus %s [options]\n%s\n\n", args->command, args->summary);
    for (size_t i = 0; i < args->num_options; i++) {
        const mint_option *option = &args->options[i];
        const char *value = option->value != NULL ? option->value : "";
        int used = printf("  %s%s%s", option->name != NULL ? option->name : "",
                          option->value != NULL ? " " : "", value);
        (void)printf("%*s%s\n", used < NAME_COLUMN ? NAME_COLUMN - used : 1, "", option->help);
    }
    (void)printf("  %-*s%s\n", NAME_COLUMN - 2, "--help", "print this help");
    exit(fflush(stdout) == 0 ? EXIT_SUCCESS : 2);
}

static unsigned parse_number(const mint_option *option, const char *text)
{
    char *end = NULL;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 || value < option->least ||
        value > option->most) {
        mint_die("%s takes a number from %u to %u", option->name, option->least, option->most);
    }
    return (unsigned)value;
}

static const mint_option *find_option(const mint_args *args, const char *name)
{
    for (size_t i = 0; i < args->num_options; i++) {
        if (args->options[i].name != NULL && strcmp(args->options[i].name, name) == 0) {
            return &args->options[i];
        }
    }
    mint_die("%s does not know %s", args->command, name);
}

void mint_args_parse(const mint_args *args, int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            print_help(args);
        }
        const mint_option *option = find_option(args, argv[i]);
        if (option->flag != NULL) {
            *option->flag = true;
            continue;
        }
        if (++i == argc) {
            mint_die("%s needs a value", option->name);
        }
        if (option->text != NULL) {
            *option->text = argv[i];
        } else {
            *option->number = parse_number(option, argv[i]);
        }
    }
}
