// SPDX-License-Identifier: Apache-2.0
// One target against one truststore: self-signed clients, anchors, when the verdict changes, how
// sure it is, and what a duplicate costs.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/world.h"

#define CA_TRUE                                                                                    \
    {                                                                                              \
        .name = "basicConstraints", .conf = "critical,CA:TRUE"                                     \
    }

static const world_row rows[] = {
    {"root", .ca = true, .spec.not_after = "400101000000Z"},
    {"ca", .by = "root", .ca = true, .spec.not_after = "300101000000Z"},
    {"leaf", .by = "ca", .spec.not_after = "280101000000Z"},
    {"long-leaf", .by = "ca", .key_of = "leaf", .spec.not_after = "350101000000Z"},
    {"far-leaf", .by = "ca", .key_of = "leaf", .spec.not_after = "450101000000Z"},
    // The CA's renewals: same name, same key.
    {"ca-to-2032", .by = "root", .key_of = "ca", .ca = true,
     .spec = {.subject = "CN=ca", .serial = "02", .not_after = "320101000000Z"}},
    {"ca-to-2038", .by = "root", .key_of = "ca", .ca = true,
     .spec = {.subject = "CN=ca",
              .serial = "03",
              .not_before = "310601000000Z",
              .not_after = "380101000000Z"}},
    {"ca-from-2033", .by = "root", .key_of = "ca", .ca = true,
     .spec = {.subject = "CN=ca",
              .serial = "04",
              .not_before = "330101000000Z",
              .not_after = "380101000000Z"}},
    {"old-ca", .by = "root", .key_of = "ca", .ca = true,
     .spec = {.subject = "CN=ca", .serial = "05", .not_after = "250101000000Z"}},
    {"ca-from-2027", .by = "root", .key_of = "ca", .ca = true,
     .spec = {.subject = "CN=ca", .serial = "06", .not_before = "270101000000Z"}},
    {"ca-from-2029", .by = "root", .key_of = "ca", .ca = true,
     .spec = {.subject = "CN=ca", .serial = "07", .not_before = "290101000000Z"}},
    {"leaf-from-2028", .by = "ca", .key_of = "leaf", .spec.not_before = "280101000000Z"},
    {"leaf-from-2031", .by = "ca", .key_of = "leaf", .spec.not_before = "310101000000Z"},
    {"early-expired-leaf", .by = "ca", .key_of = "leaf",
     .spec = {.not_before = "290101000000Z", .not_after = "280101000000Z"}},
    // Self-signed clients.
    {"self", .key_of = "leaf", .spec.subject = "CN=self"},
    {"self-renewed", .key_of = "leaf", .spec = {.subject = "CN=self", .serial = "02"}},
    {"self-shouted", .key_of = "leaf",
     .spec = {.subject = "CN=self", .issuer = "CN=SELF", .serial = "03"}},
    {"self-forged", .key_of = "leaf", .forged = true,
     .spec = {.subject = "CN=self", .serial = "04"}},
    {"self-expired", .key_of = "leaf",
     .spec = {.subject = "CN=self", .serial = "05", .not_after = "250101000000Z"}},
    {"self-ca", .key_of = "leaf", .ca = true, .spec = {.subject = "CN=self", .serial = "06"}},
    {"self-from-2027", .key_of = "leaf",
     .spec = {.subject = "CN=self", .serial = "07", .not_before = "270101000000Z"}},
    {"self-other-key", .spec = {.subject = "CN=self", .serial = "08"}},
    {"self-server", .key_of = "leaf",
     .spec = {.subject = "CN=self",
              .serial = "09",
              .extensions = {{.name = "extendedKeyUsage", .conf = "serverAuth"}}}},
    {"self-named-otherwise", .key_of = "leaf", .spec = {.subject = "CN=self-named-otherwise"}},
    // Issued under its own name by a CA of that name, as a CA is that changes its key.
    {"rolled-leaf", .by = "root", .key_of = "leaf", .spec.subject = "CN=root"},
    // An anchor by name and identifiers.
    {"key-id-root", .ca = true, .spec.extensions = {SKI("A"), AKI("B")}},
    {"under-key-id-root", .by = "key-id-root", .key_of = "leaf"},
    {"serial-root", .ca = true,
     .spec.extensions = {SKI("A"),
                         {.name = "2.5.29.35",
                          .der = {(const uint8_t *)"\x30\x1f\xa1\x1a\xa4\x18\x30\x16\x31\x14\x30"
                                                   "\x12\x06\x03\x55\x04\x03\x0c\x0bserial-root"
                                                   "\x82\x01\x02",
                                  33}}}},
    {"under-serial-root", .by = "serial-root", .key_of = "leaf"},
    {"server-leaf", .by = "ca", .key_of = "leaf",
     .spec.extensions = {{.name = "extendedKeyUsage", .conf = "serverAuth"}}},
};

static world w;

static const struct {
    const char *name;
    const char *target, *trusted, *untrusted;
    const char *changes; // of the openssl profile
    const char *reasons; // none: accepted
    const char *path;
} cases[] = {
    {"a self-signed client in the truststore", "self", "root self", "", "", "", ""},
    {"a self-signed client that is not", "self", "root", "", "", "self-signed", ""},
    {"a self-signed client in an empty truststore", "self", "", "", "", "self-signed", ""},
    {"a self-signed client whose renewal is in the truststore", "self", "self-renewed", "", "",
     "self-signed", ""},
    {"a self-signed client whose key is there under another name", "self", "self-named-otherwise",
     "", "", "self-signed", ""},
    {"a self-signed client whose renewal is there as a CA", "self", "self-ca", "", "",
     "self-signed", ""},
    {"a self-signed client that is at hand only", "self", "root", "self", "", "self-signed", ""},
    {"a self-signed client, its two names written differently", "self-shouted", "self-renewed", "",
     "", "self-signed", ""},
    {"a self-issued client that nobody signed", "self-forged", "root", "", "", "bad-signature", ""},
    {"an expired self-signed client in the truststore", "self-expired", "self-expired", "", "",
     "expired", ""},
    {"an expired self-signed client elsewhere", "self-expired", "root", "", "",
     "self-signed expired", ""},
    {"a self-signed server in the truststore", "self-server", "self-server", "", "",
     "extended-key-usage", ""},
    {"a self-issued client that another key of its name signed", "rolled-leaf", "root", "", "", "",
     "root"},

    {"a complete chain", "leaf", "root ca", "", "", "", "ca root"},
    {"a complete chain, the intermediate sent along", "leaf", "root", "ca", "", "", "ca root"},
    {"what clients send does not count", "leaf", "root", "ca", "setting intermediates = truststore",
     "issuer-not-found", ""},
    {"a root that is sent along is no anchor", "leaf", "", "ca root", "", "root-not-found",
     "ca root"},
    {"a chain without its root", "leaf", "ca", "", "", "root-not-found", "ca"},
    {"a partial chain", "leaf", "ca", "", "setting anchors = any", "", "ca"},
    {"a partial chain ends as soon as it can", "leaf", "ca root", "", "setting anchors = any", "",
     "ca"},
    {"an intermediate that is not trusted ends no chain", "leaf", "", "ca", "setting anchors = any",
     "root-not-found", "ca"},
    {"a client that is trusted itself", "leaf", "leaf", "", "setting anchors = any", "", ""},
    {"a client in the truststore is no anchor where they must be self-signed", "leaf", "leaf", "",
     "", "issuer-not-found", ""},
    {"an empty truststore", "leaf", "", "", "", "issuer-not-found", ""},

    {"a self-issued anchor that says that another key signed it", "under-key-id-root",
     "key-id-root", "", "", "root-not-found", "key-id-root"},
    {"the same where key identifiers decide nothing", "under-key-id-root", "key-id-root", "",
     "setting key_identifiers = hint", "", "key-id-root"},
    {"a self-issued anchor that names another serial number", "under-serial-root", "serial-root",
     "", "", "root-not-found", "serial-root"},
};

static void clients_are_judged_by_what_is_trusted(void **state)
{
    (void)state;
    unsigned wrong = 0;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        world_take_profile(&w, "openssl");
        world_change(&w, cases[i].changes);
        tv_cell cell = world_judge(&w, cases[i].target, cases[i].trusted, cases[i].untrusted);
        bool denied = cases[i].reasons[0] != '\0';
        if (strcmp(world_reasons(cell.reasons), cases[i].reasons) != 0 ||
            cell.verdict != (denied ? TV_VERDICT_DENY : TV_VERDICT_ACCEPT) ||
            strcmp(w.path, cases[i].path) != 0) {
            world_tell(&w, cases[i].name, &cell);
            wrong++;
        }
        if (!denied) {
            const char *anchor = cell.path_len == 0 ? cases[i].target : strrchr(w.path, ' ');
            anchor = anchor == NULL ? w.path : anchor[0] == ' ' ? anchor + 1 : anchor;
            assert_string_equal(w.rows[cell.anchor->id].name, anchor);
        }
    }
    assert_int_equal(wrong, 0);
}

static const struct {
    const char *name;
    const char *target, *trusted;
    const char *changes;
    tv_verdict verdict;
    const char *breaks_at; // NULL: never
} breaks[] = {
    {"the client ends first", "leaf", "root ca", "", TV_VERDICT_ACCEPT, "2028-01-01"},
    {"the last second is the client's", "leaf", "root ca", "setting not_after_inclusive = yes",
     TV_VERDICT_ACCEPT, "2028-01-01T00:00:01Z"},
    {"the CA ends first", "long-leaf", "root ca", "", TV_VERDICT_ACCEPT, "2030-01-01"},
    {"the CA ends first and goes on renewed", "long-leaf", "root ca ca-to-2032", "",
     TV_VERDICT_ACCEPT, "2032-01-01"},
    {"renewed twice, the client ends", "long-leaf", "root ca ca-to-2032 ca-to-2038", "",
     TV_VERDICT_ACCEPT, "2035-01-01"},
    {"renewed too late", "long-leaf", "root ca ca-from-2033", "", TV_VERDICT_ACCEPT, "2030-01-01"},
    {"the root ends last of all", "far-leaf", "root", "setting intermediates = any",
     TV_VERDICT_DENY, NULL},
    {"only the client's own end counts", "long-leaf", "root ca", "reason issuer-expired = no",
     TV_VERDICT_ACCEPT, "2035-01-01"},
    {"no end counts", "long-leaf", "root ca", "reason issuer-expired = no; reason expired = advice",
     TV_VERDICT_ACCEPT, NULL},
    {"an anchor whose end does not count", "far-leaf", "ca",
     "setting anchors = any; setting anchor_validity = no", TV_VERDICT_ACCEPT, "2045-01-01"},
    {"an anchor whose end counts", "far-leaf", "ca", "setting anchors = any", TV_VERDICT_ACCEPT,
     "2030-01-01"},
    {"a self-signed client in the truststore", "self", "self", "", TV_VERDICT_ACCEPT, "2034-01-01"},

    {"a client that is early", "leaf-from-2028", "root ca", "", TV_VERDICT_DENY, "2028-01-01"},
    {"a client that begins when its CA is gone", "leaf-from-2031", "root ca", "", TV_VERDICT_DENY,
     NULL},
    {"a client that begins when its CA is renewed", "leaf-from-2031", "root ca ca-to-2032", "",
     TV_VERDICT_DENY, "2031-01-01"},
    {"a client that never is valid", "early-expired-leaf", "root ca", "", TV_VERDICT_DENY, NULL},
    {"a CA that is early", "long-leaf", "root ca-from-2029", "", TV_VERDICT_DENY, "2029-01-01"},
    {"two CAs that are early, the first in the file last", "long-leaf",
     "root ca-from-2029 ca-from-2027", "", TV_VERDICT_DENY, "2027-01-01"},
    {"one CA gone, one early", "long-leaf", "root old-ca ca-from-2029", "", TV_VERDICT_DENY,
     "2029-01-01"},
    {"an anchor whose beginning does not count", "leaf-from-2028", "ca-from-2029",
     "setting anchors = any; setting anchor_validity = no", TV_VERDICT_DENY, "2028-01-01"},
    {"an expired client", "leaf", "root old-ca", "", TV_VERDICT_DENY, NULL},
    {"an early self-signed client in the truststore", "self-from-2027", "self-from-2027", "",
     TV_VERDICT_DENY, "2027-01-01"},
    {"an early self-signed client elsewhere", "self-from-2027", "root", "", TV_VERDICT_DENY, NULL},
    {"a server that is early", "leaf-from-2028", "root ca", "setting purpose = server",
     TV_VERDICT_DENY, "2028-01-01"},
};

static void the_next_change_is_foreseen(void **state)
{
    (void)state;
    unsigned wrong = 0;
    for (size_t i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++) {
        world_take_profile(&w, "openssl");
        world_change(&w, breaks[i].changes);
        tv_cell cell = world_judge(&w, breaks[i].target, breaks[i].trusted, "");
        tv_time expected =
            breaks[i].breaks_at != NULL ? world_time(breaks[i].breaks_at) : TV_TIME_NONE;
        bool right = cell.verdict == breaks[i].verdict && cell.breaks_at == expected;
        if (right && expected != TV_TIME_NONE) {
            // The verdict holds until then, and no longer.
            w.judge.at = expected - 1;
            right = world_judge(&w, breaks[i].target, breaks[i].trusted, "").verdict ==
                    breaks[i].verdict;
            w.judge.at = expected;
            right = right && world_judge(&w, breaks[i].target, breaks[i].trusted, "").verdict !=
                                 breaks[i].verdict;
        }
        if (!right) {
            world_tell(&w, breaks[i].name, &cell);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void set_certainty(const char *reason, const char *certainty)
{
    world_must(tv_profile_set(w.profile, reason, "certainty", certainty, NULL), reason);
}

static void a_denial_is_as_sure_as_its_surest_reason(void **state)
{
    (void)state;
    world_take_profile(&w, "openssl");
    set_certainty("reason self-signed", "inferred");
    set_certainty("reason expired", "measured");
    assert_int_equal(world_judge(&w, "self", "root", "").certainty, TV_INFERRED);
    assert_int_equal(world_judge(&w, "self-expired", "root", "").certainty, TV_MEASURED);
    set_certainty("reason self-signed", "documented");
    assert_int_equal(world_judge(&w, "self-expired", "root", "").certainty, TV_DOCUMENTED);
}

static void an_acceptance_is_as_sure_as_the_rules_that_it_passes_over(void **state)
{
    (void)state;
    world_take_profile(&w, "openssl");
    world_change(&w, "reason extended-key-usage = advice");
    set_certainty("reason extended-key-usage", "measured");
    tv_cell plain = world_judge(&w, "leaf", "root ca", "");
    assert_int_equal(plain.certainty, TV_DOCUMENTED);
    assert_false(plain.advice);
    tv_cell advised = world_judge(&w, "server-leaf", "root ca", "");
    assert_int_equal(advised.verdict, TV_VERDICT_ACCEPT);
    assert_int_equal(advised.certainty, TV_MEASURED);
    assert_true(advised.advice);
    assert_int_equal(advised.advices, TV_REASON_BIT(TV_REASON_EXTENDED_KEY_USAGE));
}

static void a_duplicate_asks_for_no_signature(void **state)
{
    (void)state;
    static const struct {
        const char *target, *first, *second; // two truststores, judged one after the other
    } targets[] = {
        {"leaf", "root ca", "root ca-to-2032"},
        {"self", "self-renewed", "root"},
        {"self-forged", "self-ca", "self-other-key"},
        {"rolled-leaf", "root", "ca"},
        {"leaf-from-2028", "root ca", ""},
    };
    world_take_profile(&w, "openssl");
    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        tv_cell cells[2];
        world_aim(&w, targets[i].target, targets[i].first, "", 0);
        cells[0] = world_judge_target(&w);
        world_fill(&w, w.trusted, targets[i].second);
        cells[1] = world_judge_target(&w);
        tv_edge_log log = w.target.log;
        assert_true(w.target.signature_checks > 0);

        world_aim(&w, targets[i].target, targets[i].first, "", log);
        tv_cell again = world_judge_target(&w);
        assert_true(world_same(&again, &cells[0]));
        world_fill(&w, w.trusted, targets[i].second);
        again = world_judge_target(&w);
        assert_true(world_same(&again, &cells[1]));
        assert_int_equal(w.target.signature_checks, 0);
        assert_int_equal(w.target.log, log);
    }
}

static void a_log_is_left_alone_once_memory_is_out(void **state)
{
    (void)state;
    world_take_profile(&w, "openssl");
    world_aim(&w, "leaf", "root ca", "", 0);
    w.target.log_closed = true;
    assert_int_equal(world_judge_target(&w).verdict, TV_VERDICT_ACCEPT);
    assert_int_equal(w.target.log, 0);
    // A log that says that nothing is good is not read.
    world_aim(&w, "leaf", "root ca", "", UINT64_MAX);
    assert_int_equal(world_judge_target(&w).verdict, TV_VERDICT_DENY);
    world_aim(&w, "leaf", "root ca", "", UINT64_MAX);
    w.target.log_closed = true;
    assert_int_equal(world_judge_target(&w).verdict, TV_VERDICT_ACCEPT);
    // Names that do not fit into memory close it.
    tv_buf_close(&w.worker.names);
    w.worker.names.ceiling = 4;
    world_aim(&w, "self-named-otherwise", "root", "", 0);
    w.worker.names.ceiling = 0;
    assert_false(w.target.log_closed); // its name is in the graph as it is written
    tv_buf_close(&w.worker.names);
    w.worker.names.ceiling = 4;
    tv_cert cert = w.held[0].cert;
    cert.issuer = TV_LIT("\x30\x0e\x31\x0c\x30\x0a\x06\x03\x55\x04\x03\x0c\x03new");
    tv_target_open(&w.target, w.graph, &cert, TV_ID_NONE, 0, &w.worker.names);
    w.worker.names.ceiling = 0;
    assert_true(w.target.log_closed);
}

static void what_cannot_be_read_is_denied(void **state)
{
    (void)state;
    world_take_profile(&w, "openssl");
    set_certainty("reason malformed", "measured");
    tv_cell cell;
    tv_cell_malformed(w.profile, &cell);
    assert_int_equal(cell.verdict, TV_VERDICT_DENY);
    assert_int_equal(cell.reason, TV_REASON_MALFORMED);
    assert_int_equal(cell.reasons, TV_REASON_BIT(TV_REASON_MALFORMED));
    assert_int_equal(cell.certainty, TV_MEASURED);
    assert_int_equal(cell.breaks_at, TV_TIME_NONE);
    assert_int_equal(cell.path_len, 0);
}

static void a_held_client_is_judged_like_one_that_streams_by(void **state)
{
    (void)state;
    world_take_profile(&w, "openssl");
    tv_cell streamed = world_judge(&w, "leaf", "root ca", "");
    tv_cell held = world_judge(&w, "leaf", "root ca", "leaf");
    assert_true(world_same(&streamed, &held));
    assert_int_equal(w.target.signature_checks, 0); // that is the memo's business
}

static int open_world(void **state)
{
    (void)state;
    world_open(&w, rows, sizeof(rows) / sizeof(rows[0]), "openssl");
    return 0;
}

static int shut_world(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clients_are_judged_by_what_is_trusted),
        cmocka_unit_test(the_next_change_is_foreseen),
        cmocka_unit_test(a_denial_is_as_sure_as_its_surest_reason),
        cmocka_unit_test(an_acceptance_is_as_sure_as_the_rules_that_it_passes_over),
        cmocka_unit_test(a_duplicate_asks_for_no_signature),
        cmocka_unit_test(a_log_is_left_alone_once_memory_is_out),
        cmocka_unit_test(what_cannot_be_read_is_denied),
        cmocka_unit_test(a_held_client_is_judged_like_one_that_streams_by),
    };
    return cmocka_run_group_tests(tests, open_world, shut_world);
}
