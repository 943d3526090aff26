// SPDX-License-Identifier: Apache-2.0
// Wycheproof's signature vectors: signatures/wycheproof.ndjson.gz below $TV_SUITES, a JSON object a
// line with hexadecimal `spki`, `message` and `signature`. `valid` has to be good, `invalid` bad
// and `acceptable` either; every algorithm in the file is one that is supported. All go one by one,
// then many at a time, then those that lanes take in lanes, then one by one and many at a time with
// a table for each P-256 key that can have one, then many with no set of instructions chosen; an
// `acceptable` one has the same answer each time. Without the file the test is skipped.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/vec.h"
#include "sig/way.h"
#include "tv/cpu.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINE_MAX_LEN = 1 << 20, FIELD_MAX_LEN = 1 << 16, SKIPPED = 77 };

static const char *const hash_names[] = {
    [TV_HASH_SHA1] = "SHA-1",     [TV_HASH_SHA224] = "SHA-224", [TV_HASH_SHA256] = "SHA-256",
    [TV_HASH_SHA384] = "SHA-384", [TV_HASH_SHA512] = "SHA-512",
};

typedef struct vector {
    char id[200];
    char expected[20];
    char key[40];
    tv_key_kind key_kind;
    tv_sig_alg alg;
    tv_span spki, message, signature; // on the heap
    tv_key *key_made;                 // shared by vectors of one SPKI
    tv_edge_state state;              // the first answer
    tv_cert cert;                     // what tv_key_check_many reads of a certificate
} vector;

static vector *vectors;
static size_t num_vectors, cap_vectors;
static tv_sig *sig;
static tv_sig_worker *worker;

static char path[4096];

// Finds `"name":` in a line and copies the string after it. False when there is none, or null.
static bool field(const char *line, const char *name, char *out, size_t cap)
{
    char quoted[40];
    (void)snprintf(quoted, sizeof(quoted), "\"%s\":\"", name);
    const char *start = strstr(line, quoted);
    if (start == NULL) {
        return false;
    }
    start += strlen(quoted);
    const char *end = strchr(start, '"');
    assert_non_null(end);
    assert_true((size_t)(end - start) < cap);
    memcpy(out, start, (size_t)(end - start));
    out[end - start] = '\0';
    return true;
}

static uint8_t hash_field(const char *line, const char *name)
{
    char text[20];
    if (!field(line, name, text, sizeof(text))) {
        return TV_HASH_NONE;
    }
    for (size_t i = 0; i < sizeof(hash_names) / sizeof(hash_names[0]); i++) {
        if (hash_names[i] != NULL && strcmp(hash_names[i], text) == 0) {
            return (uint8_t)i;
        }
    }
    fail_msg("unknown hash %s", text);
    return TV_HASH_NONE;
}

static tv_span hex_field(const char *line, const char *name)
{
    static char text[FIELD_MAX_LEN];
    assert_true(field(line, name, text, sizeof(text)));
    size_t len = strlen(text) / 2;
    uint8_t *bytes = malloc(len == 0 ? 1 : len);
    assert_non_null(bytes);
    for (size_t i = 0; i < len; i++) {
        char pair[3] = {text[2 * i], text[2 * i + 1], '\0'};
        char *end;
        bytes[i] = (uint8_t)strtoul(pair, &end, 16);
        assert_ptr_equal(end, pair + 2);
    }
    return (tv_span){bytes, len};
}

// The kind of key that the view of a certificate would tell: by the start of the SPKI.
static tv_key_kind kind_of(tv_span spki)
{
    static const struct {
        const char *what; // OIDs, hexadecimal
        tv_key_kind kind;
    } marks[] = {
        {"06092a864886f70d010101", TV_KEY_RSA},
        {"06092a864886f70d01010a", TV_KEY_RSA_PSS},
        {"06072a8648ce3d020106082a8648ce3d030107", TV_KEY_EC_P256},
        {"06072a8648ce3d020106052b81040022", TV_KEY_EC_P384},
        {"06072a8648ce3d020106052b81040023", TV_KEY_EC_P521},
        {"06032b6570", TV_KEY_ED25519},
        {"06032b6571", TV_KEY_ED448},
    };
    char start[2 * 32 + 1] = "";
    for (size_t i = 0; i < 32 && i < spki.len; i++) {
        (void)snprintf(start + 2 * i, 3, "%02x", spki.ptr[i]);
    }
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (strstr(start, marks[i].what) != NULL) {
            return marks[i].kind;
        }
    }
    return TV_KEY_UNKNOWN;
}

static uint8_t sig_kind_of(const vector *v)
{
    if (strcmp(v->key, "RSASSA-PKCS1-v1_5") == 0) {
        return TV_SIG_RSA_PKCS1;
    }
    if (strcmp(v->key, "RSASSA-PSS") == 0) {
        return TV_SIG_RSA_PSS;
    }
    if (strcmp(v->key, "ECDSA") == 0) {
        return TV_SIG_ECDSA;
    }
    if (strcmp(v->key, "EDDSA") == 0) {
        return v->key_kind == TV_KEY_ED448 ? TV_SIG_ED448 : TV_SIG_ED25519;
    }
    fail_msg("unknown key %s", v->key);
    return TV_SIG_UNKNOWN;
}

static void read_vector(vector *out, const char *line)
{
    memset(out, 0, sizeof(*out));
    assert_true(field(line, "id", out->id, sizeof(out->id)));
    assert_true(field(line, "key", out->key, sizeof(out->key)));
    assert_true(field(line, "expected", out->expected, sizeof(out->expected)));
    out->spki = hex_field(line, "spki");
    out->message = hex_field(line, "message");
    out->signature = hex_field(line, "signature");
    out->key_kind = kind_of(out->spki);
    out->alg.kind = sig_kind_of(out);
    out->alg.hash = hash_field(line, "hash");
    if (out->alg.kind == TV_SIG_RSA_PSS) {
        out->alg.mgf_hash = hash_field(line, "mgf_hash");
        const char *salt = strstr(line, "\"salt\":");
        assert_non_null(salt);
        out->alg.salt_len = (uint16_t)strtoul(salt + strlen("\"salt\":"), NULL, 10);
    }
}

static bool is_as_expected(const vector *v, tv_edge_state state)
{
    if (strcmp(v->expected, "acceptable") == 0) {
        return state == v->state && (state == TV_EDGE_GOOD || state == TV_EDGE_BAD);
    }
    assert_true(strcmp(v->expected, "valid") == 0 || strcmp(v->expected, "invalid") == 0);
    return state == (strcmp(v->expected, "valid") == 0 ? TV_EDGE_GOOD : TV_EDGE_BAD);
}

static void open_key(vector *v)
{
    for (const vector *known = v; known-- > vectors;) {
        if (known->key_kind == v->key_kind && known->spki.len == v->spki.len &&
            memcmp(known->spki.ptr, v->spki.ptr, v->spki.len) == 0) {
            v->key_made = known->key_made;
            return;
        }
    }
    assert_int_equal(tv_key_open(&v->key_made, sig, v->spki, v->key_kind), TV_OK);
}

static size_t check_one_by_one(const char *way, bool is_first)
{
    size_t num_misses = 0;
    for (size_t i = 0; i < num_vectors; i++) {
        vector *v = &vectors[i];
        tv_edge_state state =
            tv_key_check_message(v->key_made, worker, &v->alg, v->message, v->signature);
        v->state = is_first ? state : v->state;
        if (!is_as_expected(v, state)) {
            print_error("%s, %s: not %s\n", way, v->id, v->expected);
            num_misses++;
        }
    }
    return num_misses;
}

// All at once, in an order that takes the keys in turns.
static size_t check_many(const char *way)
{
    enum { STRIDE = 1009 };
    assert_true(num_vectors % STRIDE != 0);
    tv_sig_ask *asks = calloc(num_vectors, sizeof(*asks));
    assert_non_null(asks);
    for (size_t i = 0; i < num_vectors; i++) {
        vector *v = &vectors[i * STRIDE % num_vectors];
        v->cert.sig = v->alg;
        v->cert.tbs = v->message;
        v->cert.signature = v->signature;
        asks[i] = (tv_sig_ask){v->key_made, &v->cert, TV_EDGE_UNKNOWN};
    }
    tv_key_check_many(worker, asks, num_vectors);
    size_t num_misses = 0;
    for (size_t i = 0; i < num_vectors; i++) {
        const vector *v = &vectors[i * STRIDE % num_vectors];
        if (!is_as_expected(v, asks[i].state)) {
            print_error("%s, %s: not %s\n", way, v->id, v->expected);
            num_misses++;
        }
    }
    free(asks);
    return num_misses;
}

// Each vector that goes through lanes, in each of them at once: what is found there is what was
// answered before.
static size_t check_in_lanes(size_t *num_asked)
{
    size_t num_misses = 0;
    *num_asked = 0;
    for (size_t i = 0; i < num_vectors; i++) {
        const vector *v = &vectors[i];
        tv_sig_question questions[TV_RSA_LANES];
        if (!tv_way_rsa_lanes.takes(v->key_made, &v->alg) ||
            tv_sig_admit(v->key_made, sig, &v->alg, v->signature) != TV_EDGE_UNKNOWN) {
            continue;
        }
        for (size_t lane = 0; lane < TV_RSA_LANES; lane++) {
            questions[lane] = tv_sig_question_make(v->key_made, &v->alg, v->message, v->signature);
        }
        tv_way_rsa_lanes.answer(worker, questions, TV_RSA_LANES);
        (*num_asked)++;
        for (size_t lane = 0; lane < TV_RSA_LANES; lane++) {
            bool is_missed = questions[lane].is_good && v->state != TV_EDGE_GOOD;
            // A lane may leave to others what is acceptable, but not what is valid.
            is_missed |= !questions[lane].is_good && strcmp(v->expected, "valid") == 0;
            if (is_missed) {
                print_error("lane %zu, %s: not %s\n", lane, v->id, v->expected);
                num_misses++;
            }
        }
    }
    return num_misses;
}

static size_t build_tables(void)
{
    size_t num_tables = 0;
    for (size_t i = 0; i < num_vectors; i++) {
        const tv_key *key = vectors[i].key_made;
        if (key->table != NULL && tv_p256_table_get(key) == NULL) {
            tv_p256_table_build(key, worker);
            num_tables += tv_p256_table_get(key) != NULL;
        }
    }
    return num_tables;
}

// The decompressed file, through gzip(1).
static FILE *open_vectors(pid_t *child)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    *child = fork();
    assert_true(*child >= 0);
    if (*child == 0) {
        (void)dup2(ends[1], STDOUT_FILENO);
        (void)close(ends[0]);
        (void)close(ends[1]);
        (void)execlp("gzip", "gzip", "-dc", path, (char *)NULL);
        _exit(127);
    }
    (void)close(ends[1]);
    FILE *file = fdopen(ends[0], "r");
    assert_non_null(file);
    return file;
}

static void read_vectors(void)
{
    char *line = malloc(LINE_MAX_LEN);
    assert_non_null(line);
    pid_t child;
    FILE *file = open_vectors(&child);
    while (fgets(line, LINE_MAX_LEN, file) != NULL) {
        assert_true(tv_vec_grow((void **)&vectors, &cap_vectors, num_vectors + 1, sizeof(vector)));
        read_vector(&vectors[num_vectors], line);
        open_key(&vectors[num_vectors++]);
    }
    (void)fclose(file);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    free(line);
}

static void close_vectors(void)
{
    for (size_t i = 0; i < num_vectors; i++) {
        tv_key *key = vectors[i].key_made;
        for (size_t j = i; key != NULL && j < num_vectors; j++) {
            vectors[j].key_made = vectors[j].key_made == key ? NULL : vectors[j].key_made;
        }
        tv_key_close(key);
        free((void *)vectors[i].spki.ptr);
        free((void *)vectors[i].message.ptr);
        free((void *)vectors[i].signature.ptr);
    }
    free(vectors);
}

static void test_wycheproof(void **state)
{
    (void)state;
    assert_int_equal(tv_sig_open(&sig), TV_OK);
    assert_int_equal(tv_sig_worker_open(&worker, sig), TV_OK);
    read_vectors();
    size_t num_misses = check_one_by_one("one by one", true);
    num_misses += check_many("many");
    size_t num_in_lanes;
    num_misses += check_in_lanes(&num_in_lanes);
    size_t num_tables = build_tables();
    num_misses += check_one_by_one("one by one, tables", false);
    num_misses += check_many("many, tables");
    bool has_lanes = tv_rsa_lanes_used();
    assert_true(tv_cpu_use(TV_CPU_PORTABLE));
    num_misses += check_many("many, portable");
    assert_true(tv_cpu_use(tv_cpu_best()));
    print_message("%zu vectors, %zu in lanes, %zu tables\n", num_vectors, num_in_lanes, num_tables);
    close_vectors();
    tv_sig_worker_close(worker);
    tv_sig_close(sig);
    assert_true(num_vectors > 0);
    assert_true(num_tables > 0);
    assert_int_equal(num_in_lanes > 0, has_lanes);
    assert_int_equal(num_misses, 0);
}

int main(void)
{
    const char *suites = getenv("TV_SUITES");
    (void)snprintf(path, sizeof(path), "%s/signatures/wycheproof.ndjson.gz",
                   suites != NULL ? suites : TV_SOURCE_DIR "/../shared/suites");
    if (access(path, R_OK) != 0) {
        printf("skipped: %s: %s\n", path, strerror(errno));
        return SKIPPED;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wycheproof),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
