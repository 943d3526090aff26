// SPDX-License-Identifier: Apache-2.0
// Reads gzip'ed lines of JSON, asks one process of the program, and puts answers beside cases.

#include "suites/cases.h"

#include "suites/spawn.h"
#include "suites/table.h"

#include <assert.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *tv_suites_dir(const char *what)
{
    static char path[4096];
    const char *dir = getenv("TV_SUITES");
    int len = snprintf(path, sizeof(path), "%s/%s", dir != NULL ? dir : "", what);
    assert(len > 0 && (size_t)len < sizeof(path));
    if (dir == NULL || access(path, R_OK) != 0) {
        (void)printf("skipped: $TV_SUITES has no %s\n", what);
        return NULL;
    }
    return dir;
}

const char *tv_said_text(tv_said said)
{
    static const char *const texts[] = {
        [TV_SAID_NOTHING] = "error",
        [TV_SAID_ACCEPT] = "accept",
        [TV_SAID_REJECT] = "reject",
        [TV_SAID_UNDECIDED] = "undecided",
    };
    return texts[said];
}

static tv_said said_of(const char *text)
{
    static const struct {
        const char *text;
        tv_said said;
    } words[] = {
        {"accept", TV_SAID_ACCEPT},
        {"reject", TV_SAID_REJECT},
        {"deny", TV_SAID_REJECT},
        {"undecided", TV_SAID_UNDECIDED},
    };
    for (size_t i = 0; text != NULL && i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(text, words[i].text) == 0) {
            return words[i].said;
        }
    }
    return TV_SAID_NOTHING;
}

static const char *text_field(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    assert(text != NULL);
    return text;
}

static void add_case(tv_cases *cases, const char *line, size_t len)
{
    if (cases->num == cases->cap) {
        cases->cap = cases->cap == 0 ? 256 : 2 * cases->cap;
        tv_case *list = realloc(cases->list, cases->cap * sizeof(*list));
        assert(list != NULL);
        cases->list = list;
    }
    tv_case *c = &cases->list[cases->num++];
    *c = (tv_case){.json = json_loadb(line, len, 0, NULL)};
    c->id = text_field(c->json, "id");
    c->suite = text_field(c->json, "suite");
    c->tier = text_field(c->json, "tier");
    c->expected = said_of(text_field(c->json, "expected"));
    assert(c->expected != TV_SAID_NOTHING);
}

static void read_suite(tv_cases *cases, const char *path)
{
    tv_spawned lines = tv_spawn((const char *const[]){"gzip", "-dc", path, NULL}, NULL, NULL);
    assert(lines.code == 0);
    for (const char *line = lines.text; *line != '\0';) {
        const char *end = strchr(line, '\n');
        assert(end != NULL);
        add_case(cases, line, (size_t)(end - line));
        line = end + 1;
    }
    free(lines.text);
}

static int by_id(const void *a, const void *b)
{
    const tv_case *left = a;
    const tv_case *right = b;
    return strcmp(left->id, right->id);
}

static tv_case *find_case(const tv_cases *cases, const char *id)
{
    tv_case key = {.id = id};
    return bsearch(&key, cases->list, cases->num, sizeof(key), by_id);
}

const tv_case *tv_cases_find(const tv_cases *cases, const char *id)
{
    return find_case(cases, id);
}

static void read_others(tv_cases *cases, const tv_table *table)
{
    size_t id = tv_table_column(table, "id");
    size_t verdict = tv_table_column(table, "openssl");
    size_t error = tv_table_column(table, "openssl_error");
    for (size_t i = 0; i < table->num_rows; i++) {
        tv_case *c = find_case(cases, table->rows[i].fields[id]);
        assert(c != NULL);
        c->openssl = said_of(table->rows[i].fields[verdict]);
        c->openssl_text = table->rows[i].fields[error];
        assert(c->openssl != TV_SAID_NOTHING);
    }
}

// Whether a file name is that of cases without revocation lists.
static bool is_plain(const char *path)
{
    return strstr(path, ".crl.") == NULL;
}

static void find_files(glob_t *out, const char *dir, const char *pattern)
{
    char path[4096];
    int len = snprintf(path, sizeof(path), "%s/cases/%s", dir, pattern);
    assert(len > 0 && (size_t)len < sizeof(path));
    int found = glob(path, 0, NULL, out);
    assert(found == 0);
}

void tv_cases_open(tv_cases *out, const char *dir)
{
    glob_t files;
    *out = (tv_cases){0};
    find_files(&files, dir, "*.ndjson.gz");
    for (size_t i = 0; i < files.gl_pathc; i++) {
        if (is_plain(files.gl_pathv[i])) {
            read_suite(out, files.gl_pathv[i]);
        }
    }
    globfree(&files);
    qsort(out->list, out->num, sizeof(*out->list), by_id);
    find_files(&files, dir, "*.others.tsv");
    out->others = calloc(files.gl_pathc, sizeof(*out->others));
    assert(out->others != NULL);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        if (is_plain(files.gl_pathv[i])) {
            tv_table *table = &out->others[out->num_others++];
            tv_table_open(table, files.gl_pathv[i], '\t');
            read_others(out, table);
        }
    }
    globfree(&files);
}

void tv_cases_close(tv_cases *cases)
{
    for (size_t i = 0; i < cases->num; i++) {
        json_decref(cases->list[i].json);
        json_decref(cases->list[i].answer);
    }
    for (size_t i = 0; i < cases->num_others; i++) {
        tv_table_close(&cases->others[i]);
    }
    free(cases->others);
    free(cases->list);
    *cases = (tv_cases){0};
}

// The case as a question: what it asks, without what it expects. A setting that is absent is off.
static void write_question(const tv_case *c, FILE *out)
{
    static const char *const asked[] = {"id",   "trusted", "untrusted", "leaf",
                                        "time", "purpose", "depth"};
    json_t *question = json_object();
    for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
        json_t *value = json_object_get(c->json, asked[i]);
        if (value != NULL) {
            int set = json_object_set(question, asked[i], value);
            assert(set == 0);
        }
    }
    const json_t *settings = json_object_get(c->json, "options");
    json_t *options = json_is_object(settings) ? json_deep_copy(settings) : json_object();
    if (json_object_get(options, "partial_chain") == NULL) {
        int set = json_object_set_new(options, "partial_chain", json_false());
        assert(set == 0);
    }
    int set = json_object_set_new(question, "options", options);
    int written = json_dumpf(question, out, JSON_COMPACT);
    assert(set == 0 && written == 0);
    (void)fputc('\n', out);
    json_decref(question);
}

static uint64_t cost_of(const json_t *answer, const char *what)
{
    const json_t *cost = json_object_get(json_object_get(answer, "cost"), what);
    return (uint64_t)json_integer_value(cost);
}

static void take_answers(tv_cases *cases, const char *text)
{
    size_t taken = 0;
    for (const char *line = text; *line != '\0'; taken++) {
        const char *end = strchr(line, '\n');
        assert(end != NULL);
        json_t *answer = json_loadb(line, (size_t)(end - line), 0, NULL);
        tv_case *c = find_case(cases, text_field(answer, "id"));
        assert(c != NULL);
        json_decref(c->answer);
        c->answer = answer;
        c->said = said_of(json_string_value(json_object_get(answer, "verdict")));
        c->nodes = cost_of(answer, "nodes");
        c->signatures = cost_of(answer, "signatures");
        c->comparisons = cost_of(answer, "comparisons");
        line = end + 1;
    }
    assert(taken == cases->num);
}

void tv_cases_ask(tv_cases *cases, const char *profile)
{
    const char *program = getenv("TRUSTVAL");
    assert(program != NULL);
    char path[] = "/tmp/tv-questions-XXXXXX";
    int fd = mkstemp(path);
    FILE *out = fd >= 0 ? fdopen(fd, "w") : NULL;
    assert(out != NULL);
    for (size_t i = 0; i < cases->num; i++) {
        write_question(&cases->list[i], out);
    }
    int closed = fclose(out);
    assert(closed == 0);
    const char *const argv[] = {program, "verify", "--jobs", "-", "--profile", profile, NULL};
    tv_spawned answers = tv_spawn(argv, path, NULL);
    (void)unlink(path);
    assert(answers.code == 0 || answers.code == 1 || answers.code == 2);
    take_answers(cases, answers.text);
    free(answers.text);
}

bool tv_case_has_feature(const tv_case *c, const char *feature)
{
    size_t i;
    const json_t *value;
    json_array_foreach(json_object_get(c->json, "features"), i, value)
    {
        if (strcmp(json_string_value(value), feature) == 0) {
            return true;
        }
    }
    return false;
}

const json_t *tv_case_option(const tv_case *c, const char *name)
{
    return json_object_get(json_object_get(c->json, "options"), name);
}
