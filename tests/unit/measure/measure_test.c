// SPDX-License-Identifier: Apache-2.0
// A whole measurement of a few clients: every figure is there, and what can be counted is right.
// How large a figure is, is not tested.
// tv-label: threaded
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/measure/scene.h"

#include <stdlib.h>

static void check_figures(const tv_figure *figures, size_t num)
{
    for (size_t i = 0; i < num; i++) {
        const tv_figure *figure = &figures[i];
        assert_non_null(figure->name);
        assert_non_null(figure->contains);
        // The difference that a truststore makes can be less than the noise of a few rounds.
        bool may_be_none = strcmp(figure->name, "further-truststore") == 0;
        if (!(figure->ns > 0 || (may_be_none && figure->ns >= 0))) {
            fail_msg("%s: %f ns", figure->name, figure->ns);
        }
        assert_true(figure->items > 0);
        assert_true(figure->rounds >= 5);
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(figure->name, figures[j].name);
        }
    }
}

static void check_signatures(const tv_measurement *m)
{
    for (size_t i = 0; i < TV_NUM_SIGNATURES; i++) {
        assert_true(m->signatures[i].alone > 0 && m->signatures[i].many > 0);
        assert_true(m->signatures[i].items > 0);
    }
}

static void minted_clients_are_measured(void **state)
{
    (void)state;
    enum { NUM = 200 };
    scene s;
    tv_measurement *m = malloc(sizeof(*m));
    assert_non_null(m);
    scene_open(&s, NUM);
    s.options.threads = 3;
    assert_int_equal(tv_measure(m, &s.options), TV_OK);
    assert_true(m->minted);
    assert_true(m->cores > 0);
    assert_int_equal(m->num_clients, NUM);
    assert_int_equal(m->num_certificates, NUM);
    assert_int_equal(m->num_unique, NUM);
    assert_int_equal(m->num_held, TV_MINT_AUTHORITIES);
    assert_int_equal(m->num_extras, TV_NUM_EXTRAS);
    check_figures(m->stages, TV_NUM_STAGES);
    check_figures(m->extras, m->num_extras);
    check_signatures(m);
    assert_int_equal(m->num_runs, 3);
    for (unsigned i = 0; i < 3; i++) {
        const tv_run_figure *run = &m->runs[i];
        assert_int_equal(run->threads, i + 1);
        assert_int_equal(run->num_blocks, NUM);
        assert_int_equal(run->verdicts[TV_VERDICT_ACCEPT], NUM);
        assert_int_equal(run->verdicts[TV_VERDICT_DENY], 0);
        assert_int_equal(run->signature_checks, m->runs[0].signature_checks);
        assert_in_range(run->signature_checks, NUM, NUM + TV_MINT_AUTHORITIES);
        assert_true(run->seconds > 0 && run->cpu > 0);
    }
    assert_int_equal(s.num_steps, 5);
    assert_string_equal(s.problem, "");
    free(m);
    scene_close(&s);
}

static void a_users_clients_are_measured(void **state)
{
    (void)state;
    scene s;
    tv_measurement *m = malloc(sizeof(*m));
    assert_non_null(m);
    scene_open(&s, 0);
    scene_use_files(&s, 20);
    s.options.threads = 1;
    assert_int_equal(tv_measure(m, &s.options), TV_OK);
    assert_false(m->minted);
    assert_int_equal(m->num_clients, 41);
    assert_int_equal(m->num_certificates, 40);
    assert_int_equal(m->num_unique, 20);
    assert_int_equal(m->stages[0].items, 41);
    assert_int_equal(m->stages[1].items, 40);
    check_figures(m->stages, TV_NUM_STAGES);
    assert_int_equal(m->num_runs, 1);
    const tv_run_figure *run = &m->runs[0];
    assert_int_equal(run->num_blocks, 41);
    assert_int_equal(run->verdicts[TV_VERDICT_ACCEPT], 40);
    assert_int_equal(run->verdicts[TV_VERDICT_DENY], 1);
    free(m);
    scene_close(&s);
}

static void what_goes_wrong_is_a_status(void **state)
{
    (void)state;
    scene s;
    tv_measurement *m = malloc(sizeof(*m));
    assert_non_null(m);
    scene_open(&s, 0);
    scene_use_files(&s, 2);
    s.store_path = "/nonexistent";
    assert_int_equal(tv_measure(m, &s.options), TV_ERR_OPEN);
    assert_string_equal(s.problem, "/nonexistent");
    assert_int_equal(s.problem_status, TV_ERR_OPEN);
    free(m);
    scene_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(minted_clients_are_measured),
        cmocka_unit_test(a_users_clients_are_measured),
        cmocka_unit_test(what_goes_wrong_is_a_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
