// SPDX-License-Identifier: Apache-2.0
// trustval rules: the reasons of verdicts and the catalogue of rules, all or one, for people or as
// JSON. Every text here is the library's own.
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/judge.h"
#include "cli/messages.h"
#include "cli/terminal.h"

static const char *scope_text(tv_rule_scope scope)
{
    switch (scope) {
    case TV_SCOPE_BUNDLE:
        return "bundle";
    case TV_SCOPE_ENTRY:
        return "entry";
    case TV_SCOPE_CLIENT:
        break;
    }
    return "client";
}

// A JSON string of one of the library's own texts: printable ASCII and UTF-8.
static void print_json_text(const char *key, const char *text)
{
    printf(",\"%s\":\"", key);
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\') {
            putchar('\\');
        }
        putchar(*at);
    }
    putchar('"');
}

static void print_reason_json(tv_reason reason)
{
    printf("{\"type\":\"reason\"");
    print_json_text("id", tv_reason_id(reason));
    printf(",\"openssl_code\":%d", tv_reason_openssl_code(reason));
    print_json_text("text", tv_reason_text(reason));
    putchar('}');
}

static void print_rule_json(const tv_rule *rule)
{
    printf("{\"type\":\"rule\"");
    print_json_text("id", rule->id);
    print_json_text("severity", tv_severity_text(rule->severity));
    print_json_text("scope", scope_text(rule->scope));
    print_json_text("certainty", tv_certainty_text(rule->certainty));
    print_json_text("source", rule->source);
    print_json_text("title", rule->title);
    print_json_text("help", rule->help);
    putchar('}');
}

// The records between what the format puts around them: of `only_reason` or `only_rule`, or of all
// when there is neither.
static void print_json(bool is_document, tv_reason only_reason, const tv_rule *only_rule)
{
    bool all = only_reason == TV_REASON_NONE && only_rule == NULL;
    const char *between = "";
    if (is_document) {
        printf("{\"schema\":\"%s\",\"records\":[\n", TV_SCHEMA);
    }
    for (int i = TV_REASON_NONE + 1; i < TV_REASON_COUNT; i++) {
        if (all || i == (int)only_reason) {
            printf("%s", between);
            print_reason_json((tv_reason)i);
            between = is_document ? ",\n" : "\n";
        }
    }
    for (size_t i = 0; i < tv_rule_count(); i++) {
        if (all || tv_rule_at(i) == only_rule) {
            printf("%s", between);
            print_rule_json(tv_rule_at(i));
            between = is_document ? ",\n" : "\n";
        }
    }
    printf(is_document ? "\n]}\n" : "\n");
}

static void print_list(void)
{
    puts("Reasons of verdicts, the most telling first");
    for (int i = TV_REASON_NONE + 1; i < TV_REASON_COUNT; i++) {
        printf("  %-32s  %s\n", tv_reason_id((tv_reason)i), tv_reason_text((tv_reason)i));
    }
    puts("\nRules, whose breach is a finding");
    for (size_t i = 0; i < tv_rule_count(); i++) {
        const tv_rule *rule = tv_rule_at(i);
        printf("  %-32s  %-7s  %-6s  %s\n", rule->id, tv_severity_text(rule->severity),
               scope_text(rule->scope), rule->title);
    }
    puts("\n`trustval rules ID` explains one.");
}

// Prints `text` below the margin, wrapped at blanks.
static void print_paragraph(const char *text)
{
    enum { MARGIN = 4 };
    size_t width = cli_columns();
    size_t at = 0;
    for (const char *word = text; *word != '\0';) {
        size_t len = strcspn(word, " ");
        if (at > 0 && at + 1 + len > width) {
            putchar('\n');
            at = 0;
        }
        printf("%*s%.*s", at == 0 ? MARGIN : 1, "", (int)len, word);
        at += len + (at == 0 ? MARGIN : 1);
        word += len + (word[len] == ' ' ? 1 : 0);
    }
    putchar('\n');
}

static int explain_reason(tv_reason reason)
{
    printf("%s: %s\n\n", tv_reason_id(reason), tv_reason_text(reason));
    printf("  a reason of verdicts; X509_V_ERR number %d\n\n", tv_reason_openssl_code(reason));
    puts("  What the target itself says, by profile");
    for (size_t i = 0; tv_profile_builtin(i) != NULL; i++) {
        tv_profile *profile = cli_load_profile(tv_profile_builtin(i));
        if (profile == NULL) {
            return CLI_EXIT_FAILED;
        }
        const char *text = tv_profile_reason_text(profile, reason);
        printf("    %-20s  %s\n", tv_profile_name(profile),
               text != NULL ? text : "(no text is published)");
        tv_profile_close(profile);
    }
    return CLI_EXIT_CLEAN;
}

static void explain_rule(const tv_rule *rule)
{
    printf("%s: %s\n\n", rule->id, rule->title);
    printf("  severity   %s (a profile may say otherwise)\n", tv_severity_text(rule->severity));
    printf("  about      %s\n", rule->scope == TV_SCOPE_BUNDLE  ? "the truststore as a whole"
                                : rule->scope == TV_SCOPE_ENTRY ? "an entry of a truststore"
                                                                : "a client certificate");
    printf("  certainty  %s\n", tv_certainty_text(rule->certainty));
    printf("  source     %s\n\n", rule->source);
    print_paragraph(rule->help);
}

static int refuse_id(const char *id)
{
    cli_nearest nearest;
    cli_nearest_open(&nearest, id);
    for (int i = TV_REASON_NONE + 1; i < TV_REASON_COUNT; i++) {
        cli_nearest_offer(&nearest, tv_reason_id((tv_reason)i));
    }
    for (size_t i = 0; i < tv_rule_count(); i++) {
        cli_nearest_offer(&nearest, tv_rule_at(i)->id);
    }
    if (nearest.best != NULL) {
        return cli_fail("rules: '%s' is no rule or reason; did you mean '%s'?", id, nearest.best);
    }
    return cli_fail("rules: '%s' is no rule or reason; `trustval rules` lists all", id);
}

int cli_rules(const cli_args *args)
{
    if (args->num_operands > 1) {
        return cli_fail("rules: one id at a time, not %zu", args->num_operands);
    }
    if (args->format == TV_FORMAT_CSV) {
        return cli_fail("rules: --format is one of text, json, ndjson here");
    }
    tv_reason reason = TV_REASON_NONE;
    const tv_rule *rule = NULL;
    if (args->num_operands == 1) {
        reason = tv_reason_find(args->operands[0]);
        rule = tv_rule_find(args->operands[0]);
        if (reason == TV_REASON_NONE && rule == NULL) {
            return refuse_id(args->operands[0]);
        }
    }
    int code = CLI_EXIT_CLEAN;
    if (args->format != TV_FORMAT_TEXT) {
        print_json(args->format == TV_FORMAT_JSON, reason, rule);
    } else if (reason != TV_REASON_NONE) {
        code = explain_reason(reason);
    } else if (rule != NULL) {
        explain_rule(rule);
    } else {
        print_list();
    }
    return cli_finish_output(code);
}
