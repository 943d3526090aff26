// SPDX-License-Identifier: Apache-2.0
// A case comes in, its files are judged by the public calls, and the records that they write go
// out as answers.
#include "support/judging/corpus.h"

#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void must(bool good, const char *what, const char *name)
{
    if (!good) {
        (void)fprintf(stderr, "corpus: %s: %s\n", name, what);
        exit(EXIT_FAILURE);
    }
}

tv_profile *tv_load_profile(const char *name)
{
    tv_profile *profile;
    must(tv_profile_load(&profile, name, NULL) == TV_OK, "profile cannot be loaded", name);
    return profile;
}

// Reads 64 hexadecimal digits.
static void read_fingerprint(tv_fingerprint *out, const json_t *value)
{
    const char *text = json_string_value(value);
    *out = (tv_fingerprint){{0}};
    for (size_t i = 0; text != NULL && i < sizeof(out->bytes) && strlen(text) == 64; i++) {
        char pair[3] = {text[2 * i], text[2 * i + 1], '\0'};
        out->bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
}

static tv_reason read_reason(const json_t *value)
{
    const char *id = json_string_value(value);
    return id != NULL ? tv_reason_find(id) : TV_REASON_NONE;
}

static const char *type_of(const json_t *record)
{
    const char *type = json_string_value(json_object_get(record, "type"));
    return type != NULL ? type : "";
}

static void read_answer(tv_answer *out, const json_t *record)
{
    const char *verdict = json_string_value(json_object_get(record, "verdict"));
    const json_t *about = json_object_get(record, "client");
    const json_t *reasons = json_object_get(record, "reasons");
    const json_t *path = json_object_get(record, "path");
    *out = (tv_answer){.reason = read_reason(json_object_get(record, "reason"))};
    (void)snprintf(out->verdict, sizeof(out->verdict), "%s", verdict != NULL ? verdict : "");
    read_fingerprint(&out->target, json_object_get(about != NULL ? about : record, "fingerprint"));
    for (size_t i = 0; i < json_array_size(reasons); i++) {
        out->reasons |= TV_REASON_BIT(read_reason(json_array_get(reasons, i)));
    }
    out->path_len = json_array_size(path);
    must(out->path_len <= TV_ANSWER_PATH_MAX, "path is too long", "record");
    for (size_t i = 0; i < out->path_len; i++) {
        read_fingerprint(&out->path[i], json_array_get(path, i));
    }
}

bool tv_answer_read(tv_answer *out, const char *line, size_t len)
{
    json_error_t error;
    json_t *record = json_loadb(line, len, 0, &error);
    must(record != NULL, error.text, "record");
    bool known = strcmp(type_of(record), "verdict") == 0 || strcmp(type_of(record), "entry") == 0;
    if (known) {
        read_answer(out, record);
    }
    json_decref(record);
    return known;
}

static unsigned index_of(const json_t *place, const char *field)
{
    const json_t *value = json_object_get(place, field);
    return json_is_integer(value) ? (unsigned)json_integer_value(value) : UINT_MAX;
}

// A list that grows by one zeroed element; the element.
static void *grow(void **list, size_t *num, size_t size)
{
    void *grown = realloc(*list, (*num + 1) * size);
    must(grown != NULL, "out of memory", "answers");
    *list = grown;
    char *added = (char *)grown + *num * size;
    memset(added, 0, size);
    (*num)++;
    return added;
}

static void take_record(tv_answers *answers, const json_t *record, bool of_client)
{
    if (strcmp(type_of(record), "entry") == 0) {
        tv_answer *answer =
            grow((void **)&answers->entries, &answers->num_entries, sizeof(*answer));
        read_answer(answer, record);
        must(index_of(record, "index") + 1 == answers->num_entries, "out of order", "entry");
    } else if (strcmp(type_of(record), "verdict") == 0) {
        tv_answer *answer =
            grow((void **)&answers->clients, &answers->num_clients, sizeof(*answer));
        read_answer(answer, record);
        must(index_of(json_object_get(record, "client"), "index") + 1 == answers->num_clients,
             "out of order", "client");
    } else if (strcmp(type_of(record), "finding") == 0) {
        tv_answer_finding *finding =
            grow((void **)&answers->findings, &answers->num_findings, sizeof(*finding));
        const char *rule = json_string_value(json_object_get(record, "rule"));
        (void)snprintf(finding->rule, sizeof(finding->rule), "%s", rule != NULL ? rule : "");
        finding->of_client = of_client;
        finding->index = index_of(record, "entry");
    }
}

// Reads what a run wrote; the last record must say that it is complete.
static void take_file(tv_answers *answers, const char *path, bool of_client)
{
    FILE *file = fopen(path, "rb");
    bool complete = false;
    must(file != NULL, "cannot be read", path);
    for (;;) {
        json_error_t error;
        json_t *record = json_loadf(file, JSON_DISABLE_EOF_CHECK, &error);
        if (record == NULL) {
            break;
        }
        take_record(answers, record, of_client);
        complete = strcmp(type_of(record), "summary") == 0 &&
                   json_is_true(json_object_get(record, "complete"));
        json_decref(record);
    }
    must(complete, "no summary, or an incomplete one, at the end", path);
    (void)fclose(file);
}

// One audit or verification into a temporary file, and from there into `answers`.
static void run(tv_answers *answers, tv_workspace *workspace, tv_clients *clients,
                tv_judge_options *options)
{
    char path[] = "/tmp/trustval-corpus-XXXXXX";
    int fd = mkstemp(path);
    must(fd >= 0 && close(fd) == 0, "cannot be made", path);
    const tv_writer_options format = {.format = TV_FORMAT_NDJSON};
    const tv_summary *summary;
    tv_writer *writer;
    must(tv_writer_open(&writer, &format, path, NULL) == TV_OK, "cannot be written", path);
    options->writers = &writer;
    options->num_writers = 1;
    tv_status status = clients != NULL ? tv_verify(workspace, clients, options, &summary)
                                       : tv_audit(workspace, options, &summary);
    must(status == TV_OK, tv_status_text(status), "judging");
    must(tv_writer_commit(writer) == TV_OK, "cannot be written", path);
    tv_writer_close(writer);
    take_file(answers, path, clients != NULL);
    (void)unlink(path);
}

static void add_bundles(tv_workspace *workspace, const char *name, tv_answers *answers)
{
    tv_bundle_id id;
    char *store = tv_case_truststore(name);
    char *untrusted = tv_case_file(name, "untrusted.pem");
    tv_status status = tv_workspace_add(workspace, &id, store, NULL, TV_ROLE_TRUSTSTORE, NULL);
    answers->no_certificate = status == TV_ERR_NO_CERTIFICATE;
    must(status == TV_OK || answers->no_certificate, tv_status_text(status), store);
    if (untrusted != NULL) {
        must(tv_workspace_add(workspace, &id, untrusted, NULL, TV_ROLE_UNTRUSTED, NULL) == TV_OK,
             "cannot be added", untrusted);
    }
    must(tv_workspace_freeze(workspace) == TV_OK, "cannot be frozen", name);
    free(store);
    free(untrusted);
}

tv_answers *tv_case_judge(const char *name, const tv_profile *profile, const char *at, int what)
{
    tv_workspace *workspace = NULL;
    tv_answers *answers = calloc(1, sizeof(*answers));
    const tv_options few = {.threads = 1};
    tv_judge_options options = {.profile = profile};
    must(answers != NULL && tv_workspace_open(&workspace, &few) == TV_OK, "no workspace", name);
    must(tv_time_parse(&options.at, (tv_span){(const uint8_t *)at, strlen(at)}, 0), "no time", at);
    add_bundles(workspace, name, answers);
    if ((what & TV_JUDGE_ENTRIES) != 0) {
        run(answers, workspace, NULL, &options);
    }
    char *path = tv_case_file(name, "clients.pem");
    if ((what & TV_JUDGE_CLIENTS) != 0 && path != NULL) {
        tv_clients *clients;
        must(tv_clients_open(&clients) == TV_OK && tv_clients_add(clients, path) == TV_OK,
             "cannot be added", path);
        run(answers, workspace, clients, &options);
        tv_clients_close(clients);
    }
    free(path);
    tv_workspace_close(workspace);
    return answers;
}

void tv_answers_free(tv_answers *answers)
{
    if (answers != NULL) {
        free(answers->entries);
        free(answers->clients);
        free(answers->findings);
        free(answers);
    }
}

const tv_answer *tv_answers_find(const tv_answers *answers, const tv_expectation *row)
{
    bool is_entry = strcmp(row->kind, "entry") == 0;
    const tv_answer *list = is_entry ? answers->entries : answers->clients;
    size_t num = is_entry ? answers->num_entries : answers->num_clients;
    return strcmp(row->kind, "bundle") != 0 && row->index < num ? &list[row->index] : NULL;
}

bool tv_answers_has_finding(const tv_answers *answers, const tv_expectation *row)
{
    bool of_client = strcmp(row->kind, "client") == 0;
    for (size_t i = 0; i < answers->num_findings; i++) {
        const tv_answer_finding *finding = &answers->findings[i];
        if (strcmp(finding->rule, row->reason) == 0 && finding->of_client == of_client &&
            (!of_client || finding->index == row->index)) {
            return true;
        }
    }
    return false;
}
