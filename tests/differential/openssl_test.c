// SPDX-License-Identifier: Apache-2.0
// The profile `openssl` against X509_verify_cert: every client of the corpus, and a seeded stream
// of odd hierarchies and mutated certificates. Both accept or both deny; each class of difference
// is proved, and explained in divergences.csv. TV_SEED and TV_QUESTIONS make it a hunt, in which a
// class may be absent.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bundle/bundle.h"
#include "policy/profile.h"
#include "support/judging/chains.h"
#include "support/judging/divergence.h"
#include "support/judging/mutate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ROUND = 1000,          // questions that are judged together
    MUTANTS_OF_ONE = 12,   // of one hierarchy, itself among them
    MUTANTS_OF_A_CASE = 8, // of one corpus case
    MAX_CASE_CERTS = 12,   // larger cases are not mutated
    POOL = 1 << 24,
    DEFAULT_QUESTIONS = 20000,
    DEFAULT_SEED = 3, // its stream has all of the classes
};

static tv_profile *openssl;

static uint64_t number_from(const char *variable, uint64_t otherwise)
{
    const char *text = getenv(variable);
    return text != NULL ? strtoull(text, NULL, 0) : otherwise;
}

// Memory of one round.
static uint8_t *pool;
static size_t pool_used;

static void *take(size_t len)
{
    len = (len + 15) & ~(size_t)15;
    assert_true(len <= POOL - pool_used);
    pool_used += len;
    return pool + (pool_used - len);
}

// The files of one case.
typedef struct case_ders {
    tv_workspace *workspace;
    tv_span trusted[1100], untrusted[1100], clients[1100];
    tv_span settings[1100]; // trust settings of the trusted ones
    size_t num_trusted, num_untrusted, num_clients;
} case_ders;

// TV_ID_NONE when there is no such file.
static tv_bundle_id add_file(tv_workspace *workspace, char *path)
{
    tv_bundle_id id = TV_ID_NONE;
    if (path != NULL) {
        tv_status status = tv_workspace_add(workspace, &id, path, NULL, TV_ROLE_UNTRUSTED, NULL);
        assert_true(status == TV_OK || status == TV_ERR_NO_CERTIFICATE);
        free(path);
    }
    return id;
}

// The certificates of a file, borrowed from `workspace`; those of which nothing can be decoded are
// empty.
static size_t read_ders(const tv_workspace *workspace, tv_bundle_id id, tv_span *out, size_t cap)
{
    size_t num = 0;
    if (id == TV_ID_NONE) {
        return 0;
    }
    const tv_bundle *bundle = tv_workspace_bundle(workspace, id);
    for (; num < tv_bundle_num_entries(bundle); num++) {
        const tv_entry *entry = tv_bundle_entry(bundle, num);
        assert_true(num < cap);
        out[num] = entry->cert != TV_ID_NONE ? tv_workspace_cert(workspace, entry->cert)->cert.der
                                             : (tv_span){NULL, 0};
    }
    return num;
}

// The trust settings of a file's entries.
static void read_settings(const tv_workspace *workspace, tv_bundle_id id, tv_span *out, size_t cap)
{
    memset(out, 0, cap * sizeof(*out));
    if (id == TV_ID_NONE) {
        return;
    }
    const tv_bundle *bundle = tv_workspace_bundle(workspace, id);
    for (size_t i = 0; i < bundle->num_settings; i++) {
        const tv_entry_settings *settings = &bundle->settings[i];
        assert_true(settings->entry < cap);
        out[settings->entry] =
            (tv_span){bundle->settings_bytes.ptr + settings->offset, settings->len};
    }
}

static void open_case(case_ders *out, const char *name)
{
    const size_t cap = sizeof(out->trusted) / sizeof(out->trusted[0]);
    assert_int_equal(tv_workspace_open(&out->workspace, NULL), TV_OK);
    tv_bundle_id trusted = add_file(out->workspace, tv_case_truststore(name));
    tv_bundle_id untrusted = add_file(out->workspace, tv_case_file(name, "untrusted.pem"));
    tv_bundle_id clients = add_file(out->workspace, tv_case_file(name, "clients.pem"));
    assert_int_equal(tv_workspace_freeze(out->workspace), TV_OK);
    read_settings(out->workspace, trusted, out->settings, cap);
    out->num_trusted = read_ders(out->workspace, trusted, out->trusted, cap);
    out->num_untrusted = read_ders(out->workspace, untrusted, out->untrusted, cap);
    out->num_clients = read_ders(out->workspace, clients, out->clients, cap);
}

static void close_case(case_ders *ders)
{
    tv_openssl_forget();
    tv_workspace_close(ders->workspace);
}

static tv_question question_of(const case_ders *ders, const char *at, size_t client)
{
    tv_question question = {
        .trusted = ders->trusted,
        .untrusted = ders->untrusted,
        .num_trusted = ders->num_trusted,
        .num_untrusted = ders->num_untrusted,
        .leaf = ders->clients[client],
    };
    assert_true(tv_time_parse(&question.at, (tv_span){(const uint8_t *)at, strlen(at)}, 0));
    return question;
}

// Every client of a case at one instant.
static size_t compare_case(const tv_expectation *row, const tv_profile *profile)
{
    static case_ders ders;
    open_case(&ders, row->name);
    tv_answers *answers = tv_case_judge(row->name, profile, row->at, TV_JUDGE_CLIENTS);
    assert_int_equal(answers->num_clients, ders.num_clients);
    for (size_t i = 0; i < ders.num_clients; i++) {
        tv_question question = question_of(&ders, row->at, i);
        question.settings = profile->set.trust_settings ? ders.settings : NULL;
        tv_openssl_answer theirs;
        char label[160];
        (void)snprintf(label, sizeof(label), "%s client %zu at %s under %s", row->name, i, row->at,
                       tv_profile_name(profile));
        tv_openssl_judge(&question, &theirs);
        if (profile == openssl) {
            tv_divergence_take(&question, label, &answers->clients[i], &theirs);
        } else {
            tv_divergence_take_accept(&question, row->profile, label, &answers->clients[i],
                                      &theirs);
        }
    }
    tv_answers_free(answers);
    size_t num = ders.num_clients;
    close_case(&ders);
    return num;
}

// Whether an earlier row asks for the same case at the same instant (under the same profile).
static bool seen_before(const tv_expectation *rows, size_t i, bool same_profile)
{
    for (size_t j = 0; j < i; j++) {
        if (strcmp(rows[j].name, rows[i].name) == 0 && strcmp(rows[j].at, rows[i].at) == 0 &&
            (!same_profile || strcmp(rows[j].profile, rows[i].profile) == 0)) {
            return true;
        }
    }
    return false;
}

static void test_the_corpus_under_profile_openssl(void **state)
{
    size_t num;
    size_t compared = 0;
    size_t before = tv_divergence_num_unexplained();
    const tv_expectation *rows = tv_expectations(&num);
    (void)state;
    for (size_t i = 0; i < num; i++) {
        if (!seen_before(rows, i, false)) {
            compared += compare_case(&rows[i], openssl);
        }
    }
    print_message("%zu clients of the corpus\n", compared);
    assert_true(compared > 100);
    assert_int_equal(tv_divergence_num_unexplained() - before, 0);
}

// API Gateway is taken for the stricter one where nothing is published: what it is said to accept,
// OpenSSL accepts.
static void test_the_corpus_as_given(void **state)
{
    size_t num;
    size_t compared = 0;
    size_t before = tv_divergence_num_unexplained();
    const tv_expectation *rows = tv_expectations(&num);
    tv_profile *gateway = tv_load_profile("aws-apigateway");
    (void)state;
    for (size_t i = 0; i < num; i++) {
        if (strcmp(rows[i].profile, tv_profile_name(gateway)) == 0 && !seen_before(rows, i, true)) {
            compared += compare_case(&rows[i], gateway);
        }
    }
    tv_profile_close(gateway);
    assert_true(compared > 100);
    assert_int_equal(tv_divergence_num_unexplained() - before, 0);
}

static tv_span copy_der(const tv_der *der)
{
    uint8_t *bytes = take(der->len + 1);
    memcpy(bytes, der->bytes, der->len);
    return (tv_span){bytes, der->len};
}

static bool same_span(tv_span a, tv_span b)
{
    return a.ptr == b.ptr && a.len == b.len;
}

static const tv_span *replace_in(const tv_span *list, size_t num, tv_span old, tv_span new)
{
    tv_span *copy = take((num + 1) * sizeof(*copy));
    for (size_t i = 0; i < num; i++) {
        copy[i] = same_span(list[i], old) ? new : list[i];
    }
    return copy;
}

// `question` with one certificate edited, wherever it stands. `signer` NULL: as it comes out.
static tv_question mutate_question(const tv_question *question, tv_rng *rng, tv_span old,
                                   tv_span donor, EVP_PKEY *signer)
{
    static tv_der der;
    tv_question out = *question;
    size_t num_edits = 1 + tv_rng_below(rng, 2);
    if (old.len == 0 || old.len > TV_DER_MAX / 2) {
        return out;
    }
    memcpy(der.bytes, old.ptr, old.len);
    der.len = old.len;
    for (size_t i = 0; i < num_edits; i++) {
        tv_mutate(rng, &der, donor);
    }
    if (signer != NULL) {
        (void)tv_resign(&der, signer);
    }
    tv_span new = copy_der(&der);
    out.trusted = replace_in(question->trusted, question->num_trusted, old, new);
    out.untrusted = replace_in(question->untrusted, question->num_untrusted, old, new);
    out.leaf = same_span(question->leaf, old) ? new : question->leaf;
    return out;
}

static void compare_round(const tv_question *questions, size_t num)
{
    static tv_answer answers[ROUND];
    tv_questions_judge(questions, num, openssl, answers);
    for (size_t i = 0; i < num; i++) {
        tv_openssl_answer theirs;
        tv_openssl_judge(&questions[i], &theirs);
        tv_divergence_take(&questions[i], questions[i].name, &answers[i], &theirs);
    }
    tv_openssl_forget();
    pool_used = 0;
}

// A hierarchy as it was made, then with one of its certificates edited, three in four of them
// signed again.
static size_t add_mutants(tv_question *out, const tv_hierarchy *hierarchy, tv_rng *rng,
                          size_t number)
{
    out[0] = hierarchy->question;
    for (size_t i = 1; i < MUTANTS_OF_ONE; i++) {
        size_t which = tv_rng_below(rng, hierarchy->num_certs);
        size_t donor = tv_rng_below(rng, hierarchy->num_certs);
        bool leaf = tv_rng_percent(rng, 30);
        for (size_t j = 0; leaf && j < hierarchy->num_certs; j++) {
            which = same_span(hierarchy->certs[j].der, hierarchy->question.leaf) ? j : which;
        }
        EVP_PKEY *signer = tv_rng_percent(rng, 75) ? hierarchy->certs[which].signer : NULL;
        out[i] = mutate_question(&hierarchy->question, rng, hierarchy->certs[which].der,
                                 hierarchy->certs[donor].der, signer);
    }
    for (size_t i = 0; i < MUTANTS_OF_ONE; i++) {
        (void)snprintf(out[i].name, sizeof(out[i].name), "hierarchy %zu, mutant %zu", number, i);
    }
    return MUTANTS_OF_ONE;
}

static void test_a_stream_of_mutants(void **state)
{
    enum { MAX_HIERARCHIES = ROUND / MUTANTS_OF_ONE };
    static tv_question questions[ROUND];
    static tv_hierarchy hierarchies[MAX_HIERARCHIES];
    size_t before = tv_divergence_num_unexplained();
    size_t wanted = number_from("TV_QUESTIONS", DEFAULT_QUESTIONS);
    tv_rng rng = {number_from("TV_SEED", DEFAULT_SEED)};
    (void)state;
    for (size_t asked = 0, number = 0; asked < wanted;) {
        size_t num = 0;
        size_t made = 0;
        for (; made < MAX_HIERARCHIES; made++) {
            tv_hierarchy_make(&hierarchies[made], &rng);
            num += add_mutants(questions + num, &hierarchies[made], &rng, number++);
        }
        compare_round(questions, num);
        asked += num;
        while (made > 0) {
            tv_hierarchy_free(&hierarchies[--made]);
        }
    }
    assert_int_equal(tv_divergence_num_unexplained() - before, 0);
}

// The corpus has other keys and algorithms; nobody signs these again.
static size_t add_case_mutants(tv_question *out, const case_ders *ders, tv_rng *rng,
                               const tv_expectation *row)
{
    size_t num = 0;
    if (ders->num_clients == 0 || ders->num_trusted == 0 || ders->num_trusted > MAX_CASE_CERTS ||
        ders->num_untrusted > MAX_CASE_CERTS) {
        return 0;
    }
    for (; num < MUTANTS_OF_A_CASE; num++) {
        size_t client = tv_rng_below(rng, ders->num_clients);
        tv_question question = question_of(ders, row->at, client);
        tv_span other = ders->trusted[tv_rng_below(rng, ders->num_trusted)];
        bool leaf = tv_rng_percent(rng, 30);
        out[num] = mutate_question(&question, rng, leaf ? question.leaf : other,
                                   leaf ? other : question.leaf, NULL);
        (void)snprintf(out[num].name, sizeof(out[num].name), "%.50s %zu, mutant %zu", row->name,
                       client, num);
    }
    return num;
}

static void test_mutants_of_the_corpus(void **state)
{
    static tv_question questions[MUTANTS_OF_A_CASE];
    static case_ders ders;
    size_t num;
    size_t before = tv_divergence_num_unexplained();
    const tv_expectation *rows = tv_expectations(&num);
    tv_rng rng = {number_from("TV_SEED", DEFAULT_SEED)};
    (void)state;
    for (size_t i = 0; i < num; i++) {
        if (!seen_before(rows, i, false)) {
            open_case(&ders, rows[i].name);
            size_t made = add_case_mutants(questions, &ders, &rng, &rows[i]);
            if (made > 0) {
                compare_round(questions, made);
            }
            close_case(&ders);
        }
    }
    assert_int_equal(tv_divergence_num_unexplained() - before, 0);
}

static void test_every_line_still_differs(void **state)
{
    (void)state;
    if (getenv("TV_SEED") == NULL && getenv("TV_QUESTIONS") == NULL) {
        assert_int_equal(tv_divergence_num_unused(), 0);
    }
}

static int set_up(void **state)
{
    (void)state;
    openssl = tv_load_profile("openssl");
    pool = malloc(POOL);
    return pool != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    tv_divergence_print();
    tv_profile_close(openssl);
    free(pool);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_corpus_under_profile_openssl),
        cmocka_unit_test(test_the_corpus_as_given),
        cmocka_unit_test(test_a_stream_of_mutants),
        cmocka_unit_test(test_mutants_of_the_corpus),
        cmocka_unit_test(test_every_line_still_differs),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
