// SPDX-License-Identifier: Apache-2.0
// Cells held against libcrypto's: true ones agree, false ones are differences, and what is
// explained is explained by proof.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "run/crosscheck.h"
#include "run/judging.h"
#include "unit/run/scene.h"

static tv_profile *profile;
static tv_span root, stranger, client, foreign, gone, last_second;

static int setup(void **state)
{
    if (scene_open(state) != 0 || tv_profile_load(&profile, "rfc5280", NULL) != TV_OK) {
        return -1;
    }
    root = scene_mint_ca("CN=root", 0);
    stranger = scene_mint_ca("CN=root", 1); // the same name, another key
    client = scene_mint_client(1, "CN=root", 0, NULL);
    foreign = scene_mint_client(2, "CN=elsewhere", 3, NULL);
    gone = scene_mint_client(3, "CN=root", 0, "251231000000Z");
    last_second = scene_mint_client(4, "CN=root", 0, "260101000000Z"); // is SCENE_NOW
    return 0;
}

static int teardown(void **state)
{
    const tv_span minted[] = {root, stranger, client, foreign, gone, last_second};
    for (size_t i = 0; i < sizeof(minted) / sizeof(minted[0]); i++) {
        tv_mint_free(minted[i]);
    }
    tv_profile_close(profile);
    return scene_close(state);
}

// One client against one store, and what the second opinion says of a cell.
typedef struct bench {
    tv_workspace *workspace;
    tv_judge_options options;
    tv_judge judge;
    tv_path_worker worker;
    tv_target *target;
    tv_crosscheck *check;
    tv_buf text;
    tv_finding finding;
} bench;

static void open_bench_on(bench *self, const tv_profile *rules, tv_span store, double percent)
{
    static const char *const stores[] = {"store.pem", NULL};
    memset(self, 0, sizeof(*self));
    scene_write("store.pem", store);
    self->workspace = scene_workspace(&(scene_ask){.stores = stores, .options.threads = 1});
    self->options = (tv_judge_options){.profile = rules, .at = SCENE_NOW};
    self->judge = tv_workspace_judge(self->workspace, &self->options);
    self->target = calloc(1, sizeof(*self->target));
    assert_non_null(self->target);
    assert_int_equal(tv_path_worker_open(&self->worker, self->workspace->sig), TV_OK);
    assert_int_equal(tv_crosscheck_open(&self->check, self->workspace, &self->options, percent),
                     TV_OK);
}

static void open_bench_under(bench *self, const tv_profile *rules, const tv_span *store, size_t num,
                             double percent)
{
    tv_buf text = {0};
    for (size_t i = 0; i < num; i++) {
        scene_add_cert(&text, store[i]);
    }
    open_bench_on(self, rules, tv_buf_span(&text), percent);
    tv_buf_close(&text);
}

static void open_bench(bench *self, const tv_span *store, size_t num, double percent)
{
    open_bench_under(self, profile, store, num, percent);
}

static void close_bench(bench *self)
{
    tv_crosscheck_close(self->check);
    tv_path_worker_close(&self->worker);
    tv_workspace_close(self->workspace);
    tv_buf_close(&self->text);
    free(self->target);
}

static void judge_client(bench *self, tv_span der, tv_cert *cert, tv_cell *cell)
{
    tv_cert_problem problem;
    assert_true(tv_cert_parse(cert, der, &problem));
    tv_target_open(self->target, self->workspace->graph, cert, TV_ID_NONE, 0, &self->text);
    tv_path_judge(&self->judge, &self->worker, self->workspace->stores[0].set,
                  self->workspace->untrusted, self->target, cell);
}

static tv_crosscheck_result ask(bench *self, tv_span der, const tv_cert *cert, const tv_cell *cell)
{
    tv_fingerprint fingerprint;
    tv_sha256(fingerprint.bytes, der);
    tv_item item = {.file = "clients.pem", .line = 1, .cert = cert, .fingerprint = &fingerprint};
    return tv_crosscheck_cell(self->check, 0, der, &item, cell, &self->text, &self->finding);
}

static bool message_has(const bench *self, const char *part)
{
    char message[4096];
    size_t len = self->finding.message.len;
    assert_true(len < sizeof(message));
    memcpy(message, self->finding.message.ptr, len);
    message[len] = '\0';
    return strstr(message, part) != NULL;
}

static void test_true_cells_agree(void **state)
{
    (void)state;
    const struct {
        tv_span der;
        tv_verdict verdict;
    } rows[] = {{client, TV_VERDICT_ACCEPT}, {foreign, TV_VERDICT_DENY}, {gone, TV_VERDICT_DENY}};
    bench self;
    open_bench(&self, &root, 1, 100);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        tv_cert cert;
        tv_cell cell;
        judge_client(&self, rows[i].der, &cert, &cell);
        assert_int_equal(cell.verdict, rows[i].verdict);
        assert_int_equal(ask(&self, rows[i].der, &cert, &cell), TV_CROSSCHECK_AGREES);
    }
    close_bench(&self);
}

// libcrypto is given the trust settings, when the profile heeds them and only then.
static void test_trust_settings_are_handed_on(void **state)
{
    enum { SERVER = 1, CLIENT = 2 };
    static const struct {
        const char *profile;
        uint8_t purpose;
        bool with_root;
        tv_verdict verdict;
        tv_crosscheck_result result;
        tv_crosscheck_result turned; // when the cell says the opposite
    } rows[] = {
        {"openssl", CLIENT, false, TV_VERDICT_ACCEPT, TV_CROSSCHECK_AGREES, TV_CROSSCHECK_DIFFERS},
        {"openssl", SERVER, true, TV_VERDICT_DENY, TV_CROSSCHECK_SKIPPED, TV_CROSSCHECK_DIFFERS},
        {"rfc5280", SERVER, true, TV_VERDICT_ACCEPT, TV_CROSSCHECK_AGREES, TV_CROSSCHECK_DIFFERS},
    };
    (void)state;
    tv_span middle = scene_mint_sub_ca("CN=middle", 5, "CN=root", 0);
    tv_span below = scene_mint_client(7, "CN=middle", 5, NULL);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        tv_buf text = {0};
        bench self;
        tv_cert cert;
        tv_cell cell;
        tv_profile *rules;
        assert_int_equal(tv_profile_load(&rules, rows[i].profile, NULL), TV_OK);
        scene_add_trusted(&text, middle, rows[i].purpose);
        if (rows[i].with_root) {
            scene_add_cert(&text, root);
        }
        open_bench_on(&self, rules, tv_buf_span(&text), 100);
        judge_client(&self, below, &cert, &cell);
        assert_int_equal(cell.verdict, rows[i].verdict);
        assert_int_equal(ask(&self, below, &cert, &cell), rows[i].result);
        bool accepted = cell.verdict == TV_VERDICT_ACCEPT;
        cell.verdict = accepted ? TV_VERDICT_DENY : TV_VERDICT_ACCEPT;
        cell.reason = accepted ? TV_REASON_ROOT_NOT_FOUND : TV_REASON_NONE;
        cell.reasons = accepted ? TV_REASON_BIT(TV_REASON_ROOT_NOT_FOUND) : 0;
        assert_int_equal(ask(&self, below, &cert, &cell), rows[i].turned);
        close_bench(&self);
        tv_profile_close(rules);
        tv_buf_close(&text);
    }
    tv_mint_free(middle);
    tv_mint_free(below);
}

static void test_a_false_accept_is_a_difference(void **state)
{
    (void)state;
    bench self;
    tv_cert cert;
    tv_cell cell;
    open_bench(&self, &root, 1, 100);
    judge_client(&self, foreign, &cert, &cell);
    cell = (tv_cell){.verdict = TV_VERDICT_ACCEPT,
                     .path_len = 1,
                     .path = {&self.workspace->held[0]},
                     .anchor = &self.workspace->held[0],
                     .breaks_at = TV_TIME_NONE};
    assert_int_equal(ask(&self, foreign, &cert, &cell), TV_CROSSCHECK_DIFFERS);
    assert_string_equal(self.finding.rule->id, "crosscheck-difference");
    assert_int_equal(self.finding.severity, TV_ERROR);
    assert_true(message_has(&self, "X509_verify_cert: 20 "));
    close_bench(&self);
}

static void test_a_false_denial_is_a_difference(void **state)
{
    (void)state;
    bench self;
    tv_cert cert;
    tv_cell cell;
    open_bench(&self, &root, 1, 100);
    judge_client(&self, client, &cert, &cell);
    cell = (tv_cell){.verdict = TV_VERDICT_DENY,
                     .reason = TV_REASON_EXPIRED,
                     .reasons = TV_REASON_BIT(TV_REASON_EXPIRED)};
    assert_int_equal(ask(&self, client, &cert, &cell), TV_CROSSCHECK_DIFFERS);
    assert_true(message_has(&self, "trustval: deny expired"));
    close_bench(&self);
}

static tv_span mint_with_policy(const char *policy)
{
    return tv_mint(&(tv_mint_spec){
        .subject = "CN=with a policy",
        .issuer = "CN=root",
        .key = tv_mint_key_number("P-256", 9),
        .signer = tv_mint_key_number("P-256", 0),
        .extensions = {{.name = "certificatePolicies", .conf = policy}},
    });
}

// Under a profile that asks for a policy both answers are compared, and both false ones found.
static void test_policies_are_compared(void **state)
{
    (void)state;
    static const struct {
        const char *policy; // of the certificate
        tv_verdict verdict;
        const char *difference; // when the other verdict is told
    } rows[] = {
        {"1.2.3.4", TV_VERDICT_ACCEPT, "trustval: deny certificate-policy; X509_verify_cert: 0 "},
        {"1.2.3.5", TV_VERDICT_DENY, "trustval: accept; X509_verify_cert: 43 "},
    };
    static const char *const settings[][2] = {{"setting policies", "1.2.3.4"},
                                              {"setting explicit_policy", "yes"}};
    tv_profile *asking;
    assert_int_equal(tv_profile_copy(&asking, profile), TV_OK);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(tv_profile_set(asking, settings[i][0], "value", settings[i][1], NULL),
                         TV_OK);
    }
    bench self;
    open_bench_under(&self, asking, &root, 1, 100);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        tv_span der = mint_with_policy(rows[i].policy);
        tv_cert cert;
        tv_cell cell;
        judge_client(&self, der, &cert, &cell);
        assert_int_equal(cell.verdict, rows[i].verdict);
        assert_int_equal(ask(&self, der, &cert, &cell), TV_CROSSCHECK_AGREES);
        bool accepted = cell.verdict == TV_VERDICT_ACCEPT;
        cell.verdict = accepted ? TV_VERDICT_DENY : TV_VERDICT_ACCEPT;
        cell.reason = accepted ? TV_REASON_CERTIFICATE_POLICY : TV_REASON_NONE;
        cell.reasons = accepted ? TV_REASON_BIT(TV_REASON_CERTIFICATE_POLICY) : 0;
        assert_int_equal(ask(&self, der, &cert, &cell), TV_CROSSCHECK_DIFFERS);
        assert_true(message_has(&self, rows[i].difference));
        tv_mint_free(der);
    }
    close_bench(&self);
    tv_profile_close(asking);
}

// A rule that libcrypto does not have is no difference, and neither is a search that gave up.
static void test_what_cannot_be_compared_is_skipped(void **state)
{
    (void)state;
    bench self;
    tv_cert cert;
    tv_cell cell;
    open_bench(&self, &root, 1, 100);
    judge_client(&self, client, &cert, &cell);
    cell = (tv_cell){.verdict = TV_VERDICT_DENY,
                     .reason = TV_REASON_WEAK_KEY,
                     .reasons = TV_REASON_BIT(TV_REASON_WEAK_KEY)};
    assert_int_equal(ask(&self, client, &cert, &cell), TV_CROSSCHECK_SKIPPED);
    cell.verdict = TV_VERDICT_UNDECIDED;
    assert_int_equal(ask(&self, client, &cert, &cell), TV_CROSSCHECK_SKIPPED);
    close_bench(&self);
}

// libcrypto takes the first CA of a name when no key identifier tells them apart. In one of the two
// orders that is the wrong one.
static void test_a_path_not_tried_is_proved(void **state)
{
    (void)state;
    const tv_span orders[2][2] = {{root, stranger}, {stranger, root}};
    unsigned explained = 0;
    for (size_t i = 0; i < 2; i++) {
        bench self;
        tv_cert cert;
        tv_cell cell;
        open_bench(&self, orders[i], 2, 100);
        judge_client(&self, client, &cert, &cell);
        assert_int_equal(cell.verdict, TV_VERDICT_ACCEPT);
        tv_crosscheck_result result = ask(&self, client, &cert, &cell);
        assert_int_not_equal(result, TV_CROSSCHECK_DIFFERS);
        if (result == TV_CROSSCHECK_EXPLAINED) {
            explained++;
            assert_string_equal(self.finding.rule->id, "crosscheck-explained");
            assert_true(message_has(&self, "given our path alone"));
        }
        close_bench(&self);
    }
    assert_int_equal(explained, 1);
}

static void test_the_last_second_is_proved(void **state)
{
    (void)state;
    bench self;
    tv_cert cert;
    tv_cell cell;
    open_bench(&self, &root, 1, 100);
    judge_client(&self, last_second, &cert, &cell);
    assert_int_equal(cell.verdict, TV_VERDICT_ACCEPT);
    assert_int_equal(ask(&self, last_second, &cert, &cell), TV_CROSSCHECK_EXPLAINED);
    assert_true(message_has(&self, "one second earlier"));
    close_bench(&self);
}

// The sample is about as large as asked for and the same every time.
static void test_the_sample_is_a_share(void **state)
{
    (void)state;
    bench self;
    tv_cert cert;
    tv_cell cell;
    open_bench(&self, &root, 1, 25);
    judge_client(&self, foreign, &cert, &cell);
    unsigned taken = 0;
    for (unsigned i = 0; i < 400; i++) {
        tv_fingerprint fingerprint = {{(uint8_t)i, (uint8_t)(i >> 8)}};
        tv_item item = {.file = "f", .cert = &cert, .fingerprint = &fingerprint};
        tv_crosscheck_result once =
            tv_crosscheck_cell(self.check, 0, foreign, &item, &cell, &self.text, &self.finding);
        tv_crosscheck_result again =
            tv_crosscheck_cell(self.check, 0, foreign, &item, &cell, &self.text, &self.finding);
        assert_int_equal(once, again);
        taken += once == TV_CROSSCHECK_AGREES ? 1 : 0;
    }
    assert_in_range(taken, 60, 140);
    close_bench(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_true_cells_agree),
        cmocka_unit_test(test_trust_settings_are_handed_on),
        cmocka_unit_test(test_a_false_accept_is_a_difference),
        cmocka_unit_test(test_a_false_denial_is_a_difference),
        cmocka_unit_test(test_policies_are_compared),
        cmocka_unit_test(test_what_cannot_be_compared_is_skipped),
        cmocka_unit_test(test_a_path_not_tried_is_proved),
        cmocka_unit_test(test_the_last_second_is_proved),
        cmocka_unit_test(test_the_sample_is_a_share),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
