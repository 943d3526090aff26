// SPDX-License-Identifier: Apache-2.0
// trustval audit: truststores in, a verdict per entry and findings out.
#include <stddef.h>

#include "cli/commands.h"
#include "cli/judge.h"
#include "cli/messages.h"

// The operands as truststores; standard input when there are none.
static bool collect_stores(cli_stores *stores, const cli_args *args)
{
    for (size_t i = 0; i < args->num_operands; i++) {
        if (!cli_stores_add(stores, args->operands[i])) {
            return false;
        }
    }
    return args->num_operands > 0 || cli_stores_add(stores, "-");
}

int cli_audit(const cli_args *args)
{
    if (args->num_operands == 0 && cli_is_terminal(CLI_STDIN)) {
        return cli_nothing_to_read(args->command);
    }
    if (!cli_stdin_is_sound(args)) {
        return CLI_EXIT_FAILED;
    }
    int code = CLI_EXIT_FAILED;
    cli_judge judge = {0};
    cli_stores stores = {0};
    if (collect_stores(&stores, args) && cli_judge_open(&judge, args) &&
        cli_judge_add_stores(&judge, &stores) && cli_judge_freeze(&judge) &&
        cli_judge_open_outputs(&judge)) {
        tv_judge_options options = cli_judge_options(&judge);
        const tv_summary *summary = NULL;
        tv_status status = tv_audit(judge.workspace, &options, &summary);
        code = cli_judge_end(&judge, status, summary);
    }
    cli_stores_close(&stores);
    cli_judge_close(&judge);
    return code;
}
