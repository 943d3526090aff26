// SPDX-License-Identifier: Apache-2.0
// A JSON object comes in, a job goes out. jansson reads the JSON; what the fields mean is decided
// here, by tables.

#include "jobs/job.h"

#include "base/span.h"
#include "base/time.h"

#include <jansson.h>

static tv_span text_of(const json_t *value, tv_arena *arena)
{
    return tv_arena_copy(arena, tv_span_make(json_string_value(value), json_string_length(value)));
}

static void fail(tv_job *job, const char *error)
{
    if (job->error == NULL) {
        job->error = error;
    }
}

// "ABOUT: NAME", for errors that name a word of the input.
static void fail_name(tv_job *job, const char *about, const char *name, tv_arena *arena)
{
    size_t about_len = strlen(about);
    size_t len = strlen(name);
    char *text = tv_arena_alloc(arena, about_len + len + 3);
    if (text == NULL) {
        fail(job, about);
        return;
    }
    memcpy(text, about, about_len);
    memcpy(text + about_len, ": ", 2);
    memcpy(text + about_len + 2, name, len + 1);
    fail(job, text);
}

static void read_id(tv_job *job, const json_t *value, tv_arena *arena)
{
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    if (text != NULL) {
        job->id = tv_arena_copy(arena, tv_span_from_text(text));
        free(text);
    }
}

static void read_texts(tv_job *job, const json_t *list, tv_arena *arena, tv_span **out, size_t *num)
{
    size_t count = json_array_size(list);
    if (!json_is_array(list)) {
        fail(job, "trusted and untrusted must be arrays of strings");
        return;
    }
    *out = tv_arena_array(arena, count + 1, sizeof(tv_span));
    if (*out == NULL) {
        fail(job, "out of memory");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(list, i);
        if (!json_is_string(item)) {
            fail(job, "trusted and untrusted must be arrays of strings");
            return;
        }
        (*out)[(*num)++] = text_of(item, arena);
    }
}

static void read_time(tv_job *job, const json_t *value, tv_arena *arena)
{
    // The years 0 to 9999, as in texts.
    static const tv_time earliest = INT64_C(-62167219200);
    static const tv_time latest = INT64_C(253402300799);
    tv_time seconds = (tv_time)json_integer_value(value);
    if (json_is_integer(value) && seconds >= earliest && seconds <= latest) {
        job->time = seconds;
        return;
    }
    if (!json_is_string(value) || !tv_time_parse(&job->time, text_of(value, arena), 0)) {
        fail(job, "time must be RFC 3339 or seconds");
    }
}

static void read_purpose(tv_job *job, const json_t *value)
{
    static const struct {
        const char *name;
        tv_purpose purpose;
    } purposes[] = {
        {"any", TV_PURPOSE_ANY},
        {"client", TV_PURPOSE_CLIENT},
        {"server", TV_PURPOSE_SERVER},
    };
    const char *name = json_string_value(value);
    for (size_t i = 0; name != NULL && i < sizeof(purposes) / sizeof(purposes[0]); i++) {
        if (strcmp(name, purposes[i].name) == 0) {
            job->purpose = (int)purposes[i].purpose;
            return;
        }
    }
    fail(job, "purpose must be client, server or any");
}

static void read_depth(tv_job *job, const json_t *value)
{
    if (json_is_null(value)) {
        return;
    }
    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        json_integer_value(value) > UINT32_MAX) {
        fail(job, "depth must be a number of intermediates");
        return;
    }
    job->depth = json_integer_value(value);
}

static void read_switch(tv_job *job, const char *name, const json_t *value, int *out,
                        tv_arena *arena)
{
    if (!json_is_boolean(value)) {
        fail_name(job, "option must be true or false", name, arena);
        return;
    }
    *out = json_is_true(value) ? 1 : 0;
}

// A list of OIDs. anyPolicy among them, or none at all, stands for every policy.
static void read_policies(tv_job *job, const json_t *list, tv_arena *arena)
{
    tv_policy_set *policies = tv_arena_array(arena, 1, sizeof(*policies));
    if (policies == NULL) {
        fail(job, "out of memory");
        return;
    }
    bool any = false;
    bool good = json_is_array(list);
    for (size_t i = 0; good && i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        tv_span text = tv_span_make(json_string_value(item), json_string_length(item));
        bool is_any = tv_span_equal(text, TV_LIT("2.5.29.32.0"));
        any = any || is_any;
        good = json_is_string(item) && (is_any || tv_policy_set_add(policies, text));
    }
    if (!good) {
        fail(job, "policies must be an array of at most 32 OIDs in dotted decimal");
        return;
    }
    policies->count = any ? 0 : policies->count;
    job->policies = policies;
}

static void read_auth_level(tv_job *job, const json_t *value)
{
    if (!json_is_integer(value) || json_integer_value(value) < 0 || json_integer_value(value) > 5) {
        fail(job, "auth_level must be 0 to 5");
        return;
    }
    job->auth_level = (int)json_integer_value(value);
}

static void read_option(tv_job *job, const char *name, const json_t *value, tv_arena *arena)
{
    const struct {
        const char *name;
        int *out;
    } switches[] = {
        {"partial_chain", &job->partial_chain},
        {"no_check_time", &job->no_check_time},
        {"check_ss_sig", &job->check_ss_sig},
        {"allow_proxy_certs", &job->allow_proxy_certs},
        {"x509_strict", &job->x509_strict},
        {"policy_check", &job->policy_check},
        {"explicit_policy", &job->explicit_policy},
        {"inhibit_any_policy", &job->inhibit_any_policy},
        {"inhibit_policy_mapping", &job->inhibit_policy_mapping},
    };
    // Notes of a job's source that change nothing here.
    static const char *const notes[] = {"gnutls_flags", "vfyopt"};
    for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++) {
        if (strcmp(name, switches[i].name) == 0) {
            read_switch(job, name, value, switches[i].out, arena);
            return;
        }
    }
    for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++) {
        if (strcmp(name, notes[i]) == 0) {
            return;
        }
    }
    if (strcmp(name, "auth_level") == 0) {
        read_auth_level(job, value);
    } else if (strcmp(name, "policies") == 0) {
        read_policies(job, value, arena);
    } else {
        fail_name(job, "option is not known", name, arena);
    }
}

static void read_options(tv_job *job, json_t *options, tv_arena *arena)
{
    const char *name;
    json_t *value;
    if (!json_is_object(options)) {
        fail(job, "options must be an object");
        return;
    }
    json_object_foreach(options, name, value)
    {
        read_option(job, name, value, arena);
    }
}

static void read_field(tv_job *job, const char *name, json_t *value, tv_arena *arena)
{
    if (strcmp(name, "trusted") == 0) {
        read_texts(job, value, arena, &job->trusted, &job->num_trusted);
    } else if (strcmp(name, "untrusted") == 0) {
        read_texts(job, value, arena, &job->untrusted, &job->num_untrusted);
    } else if (strcmp(name, "leaf") == 0 && json_is_string(value)) {
        job->leaf = text_of(value, arena);
    } else if (strcmp(name, "time") == 0) {
        read_time(job, value, arena);
    } else if (strcmp(name, "purpose") == 0) {
        read_purpose(job, value);
    } else if (strcmp(name, "depth") == 0) {
        read_depth(job, value);
    } else if (strcmp(name, "options") == 0) {
        read_options(job, value, arena);
    } else if (strcmp(name, "crls") == 0 && json_array_size(value) > 0) {
        fail(job, "revocation lists are not judged");
    }
}

void tv_job_read(tv_job *job, tv_span line, tv_arena *arena)
{
    *job = (tv_job){
        .time = TV_TIME_NONE,
        .purpose = TV_JOB_AS_PROFILE,
        .depth = TV_JOB_AS_PROFILE,
        .auth_level = TV_JOB_AS_PROFILE,
        .partial_chain = TV_JOB_AS_PROFILE,
        .no_check_time = TV_JOB_AS_PROFILE,
        .check_ss_sig = TV_JOB_AS_PROFILE,
        .allow_proxy_certs = TV_JOB_AS_PROFILE,
        .x509_strict = TV_JOB_AS_PROFILE,
        .policy_check = TV_JOB_AS_PROFILE,
        .explicit_policy = TV_JOB_AS_PROFILE,
        .inhibit_any_policy = TV_JOB_AS_PROFILE,
        .inhibit_policy_mapping = TV_JOB_AS_PROFILE,
    };
    json_error_t problem;
    json_t *root = json_loadb((const char *)line.ptr, line.len, JSON_ALLOW_NUL, &problem);
    if (!json_is_object(root)) {
        fail(job, root == NULL ? "not JSON" : "not a JSON object");
        json_decref(root);
        return;
    }
    const char *name;
    json_t *value;
    json_t *id = json_object_get(root, "id");
    if (id != NULL) {
        read_id(job, id, arena);
    }
    json_object_foreach(root, name, value)
    {
        read_field(job, name, value, arena);
    }
    if (job->leaf.len == 0) {
        fail(job, "leaf is missing");
    }
    json_decref(root);
}
