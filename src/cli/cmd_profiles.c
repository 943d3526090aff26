// SPDX-License-Identifier: Apache-2.0
// trustval profiles: the names of the built-in profiles, or one profile as a file that loads back.
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/judge.h"
#include "cli/messages.h"

static int list_profiles(void)
{
    for (size_t i = 0; tv_profile_builtin(i) != NULL; i++) {
        tv_profile *profile = cli_load_profile(tv_profile_builtin(i));
        if (profile == NULL) {
            return CLI_EXIT_FAILED;
        }
        printf("%-20s  %s\n", tv_profile_name(profile), tv_profile_summary(profile));
        tv_profile_close(profile);
    }
    return cli_finish_output(CLI_EXIT_CLEAN);
}

int cli_profiles(const cli_args *args)
{
    if (args->num_operands == 0) {
        return list_profiles();
    }
    if (args->num_operands > 1) {
        return cli_fail("profiles: one name at a time, not %zu", args->num_operands);
    }
    tv_profile *profile = cli_load_profile(args->operands[0]);
    if (profile == NULL) {
        return CLI_EXIT_FAILED;
    }
    char *text = NULL;
    size_t len = 0;
    tv_status status = tv_profile_print(profile, &text, &len);
    tv_profile_close(profile);
    if (status != TV_OK) {
        return cli_fail("%s", tv_status_text(status));
    }
    (void)fwrite(text, 1, len, stdout);
    free(text);
    return cli_finish_output(CLI_EXIT_CLEAN);
}
