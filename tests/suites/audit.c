// SPDX-License-Identifier: Apache-2.0
// Runs the program and sorts its records.

#include "suites/audit.h"

#include "suites/spawn.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static json_t *file_of(tv_audited *out, const char *name)
{
    json_t *file = json_object_get(out->files, name);
    if (file == NULL) {
        file = json_pack("{s:[],s:[]}", "entries", "findings");
        int set = json_object_set_new(out->files, name, file);
        assert(set == 0);
    }
    return file;
}

// The last record says that all was done.
static bool is_last(const json_t *record)
{
    return strcmp(json_string_value(json_object_get(record, "type")), "summary") == 0;
}

static void take_record(tv_audited *out, json_t *record)
{
    const char *type = json_string_value(json_object_get(record, "type"));
    const char *name = json_string_value(json_object_get(record, "file"));
    const char *list = strcmp(type, "entry") == 0     ? "entries"
                       : strcmp(type, "finding") == 0 ? "findings"
                                                      : NULL;
    if (list != NULL && name != NULL) {
        int added = json_array_append(json_object_get(file_of(out, name), list), record);
        assert(added == 0);
    }
}

static void take_output(tv_audited *out, const char *text)
{
    bool last = false;
    for (const char *line = text; *line != '\0';) {
        const char *end = strchr(line, '\n');
        assert(end != NULL && !last);
        json_t *record = json_loadb(line, (size_t)(end - line), JSON_ALLOW_NUL, NULL);
        assert(json_is_object(record));
        take_record(out, record);
        if (is_last(record)) {
            last = json_is_true(json_object_get(record, "complete"));
        }
        json_decref(record);
        line = end + 1;
    }
    assert(last);
}

void tv_audit(tv_audited *out, const char *const *files, size_t num)
{
    static const char *const head[] = {NULL,       "audit",  "--profile", "openssl",
                                       "--format", "ndjson", "--"};
    enum { HEAD = sizeof(head) / sizeof(head[0]) };
    const char **argv = calloc(num + HEAD + 1, sizeof(*argv));
    assert(argv != NULL);
    memcpy(argv, head, sizeof(head));
    memcpy(argv + HEAD, files, num * sizeof(*files));
    argv[0] = getenv("TRUSTVAL");
    assert(argv[0] != NULL);
    // A sanitizer's report is not to be taken for the program's own exit code.
    int set = setenv("ASAN_OPTIONS", "exitcode=99", 0);
    set += setenv("UBSAN_OPTIONS", "exitcode=99:print_stacktrace=1", 0);
    assert(set == 0);
    tv_spawned done = tv_spawn(argv, NULL, "audit.errors");
    out->code = done.code;
    if (out->files == NULL) {
        out->files = json_object();
    }
    take_output(out, done.text);
    free(done.text);
    free(argv);
}

const json_t *tv_audited_entries(const tv_audited *audited, const char *file)
{
    return json_object_get(json_object_get(audited->files, file), "entries");
}

const json_t *tv_audited_findings(const tv_audited *audited, const char *file)
{
    return json_object_get(json_object_get(audited->files, file), "findings");
}

bool tv_entry_is_malformed(const json_t *entry)
{
    size_t i;
    const json_t *reason;
    json_array_foreach(json_object_get(entry, "reasons"), i, reason)
    {
        if (strcmp(json_string_value(reason), "malformed") == 0) {
            return true;
        }
    }
    return false;
}

size_t tv_findings_count(const json_t *findings, const char *prefix)
{
    size_t count = 0;
    size_t i;
    const json_t *finding;
    json_array_foreach(findings, i, finding)
    {
        const char *rule = json_string_value(json_object_get(finding, "rule"));
        count += strncmp(rule, prefix, strlen(prefix)) == 0 ? 1 : 0;
    }
    return count;
}
