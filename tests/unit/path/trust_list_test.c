// SPDX-License-Identifier: Apache-2.0
// What the trust settings of a truststore say of its certificates, alone and on a path; every
// judgement is also asked of X509_verify_cert with the same settings.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "path/trust_list.h"
#include "sig/reference.h"
#include "support/world.h"

#define EKU(purpose)                                                                               \
    {                                                                                              \
        .name = "extendedKeyUsage", .conf = (purpose)                                              \
    }

// clang-format off
static const world_row rows[] = {
    {"root", .ca = true},
    {"other-root", .ca = true},
    {"ca", .by = "root", .ca = true},
    {"ca-twin", .by = "other-root", .key_of = "ca", .ca = true, .spec.subject = "CN=ca"},
    {"leaf", .by = "ca", .spec.extensions = {EKU("clientAuth")}},
    {"bare", .by = "ca", .key_of = "leaf"},
    {"server-leaf", .by = "ca", .key_of = "leaf", .spec.extensions = {EKU("serverAuth")}},
    {"server-ca", .by = "root", .ca = true, .spec.extensions = {EKU("serverAuth")}},
    {"under-server-ca", .by = "server-ca", .key_of = "leaf"},
    {"not-ca", .by = "root"},
    {"under-not-ca", .by = "not-ca", .key_of = "leaf"},
    {"expired-ca", .by = "root", .ca = true, .spec.not_after = "250101000000Z"},
    {"under-expired-ca", .by = "expired-ca", .key_of = "leaf"},
    {"self", .spec.extensions = {EKU("clientAuth")}},
    {"server-self", .spec.extensions = {EKU("serverAuth")}},
};
// clang-format on

static world w;

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

static uint16_t purpose_of(const char *name, size_t len)
{
    static const struct {
        const char *name;
        uint16_t bit;
    } purposes[] = {{"any", TV_EKU_ANY},
                    {"client", TV_EKU_CLIENT_AUTH},
                    {"server", TV_EKU_SERVER_AUTH},
                    {"email", TV_EKU_EMAIL}};
    for (size_t i = 0; i < sizeof(purposes) / sizeof(purposes[0]); i++) {
        if (strlen(purposes[i].name) == len && memcmp(purposes[i].name, name, len) == 0) {
            return purposes[i].bit;
        }
    }
    assert_int_equal(len, 0);
    return 0;
}

// Reads settings like "ca:+client-server root:+", + for trusted purposes and - for rejected ones.
static size_t read_settings(const char *text, tv_node_trust *items)
{
    size_t num = 0;
    while (*text != '\0') {
        size_t name = strcspn(text, ":");
        items[num] = (tv_node_trust){.node = world_node(&w, text, name), .place = (uint32_t)num};
        for (text += name + 1; *text == '+' || *text == '-';) {
            size_t len = strcspn(text + 1, "+- ");
            uint16_t bit = purpose_of(text + 1, len);
            *(*text == '+' ? &items[num].trust.trusted : &items[num].trust.rejected) |= bit;
            items[num].trust.listed |= *text == '+';
            text += len + 1;
        }
        text += strspn(text, " ");
        num++;
    }
    return num;
}

static const struct {
    const char *name;
    const char *target, *trusted, *untrusted;
    const char *settings;
    const char *changes; // of the openssl profile
    const char *reasons; // none: accepted
    bool unlike;         // OpenSSL says the opposite
} cases[] = {
    {"no settings", "leaf", "ca root", "", "", "", "", false},
    {"no settings, no root", "leaf", "ca", "", "", "", "root-not-found", false},

    {"a CA that is trusted by name needs no root", "leaf", "ca", "", "ca:+client", "", "", false},
    {"nor one that is trusted for any purpose", "leaf", "ca", "", "ca:+any", "", "", false},
    {"settings that are not heeded", "leaf", "ca", "", "ca:+client", "setting trust_settings = no",
     "root-not-found", false},
    {"a refusal that is not heeded", "leaf", "ca root", "", "ca:-client",
     "setting trust_settings = no", "", false},
    {"trusted for another purpose", "leaf", "ca root", "", "ca:+server", "", "extended-key-usage",
     false},
    {"trusted for nothing", "leaf", "ca root", "", "ca:+", "", "extended-key-usage", false},
    {"rejected", "leaf", "ca root", "", "ca:-client", "", "extended-key-usage", false},
    {"rejected for any purpose", "leaf", "ca root", "", "ca:-any", "", "extended-key-usage", false},
    {"rejected for another purpose", "leaf", "ca root", "", "ca:-server", "", "", false},
    {"rejected for another purpose, no root", "leaf", "ca", "", "ca:-server", "", "root-not-found",
     false},
    {"rejected and trusted", "leaf", "ca root", "", "ca:+client-client", "", "extended-key-usage",
     false},
    {"rejected for any and trusted for this", "leaf", "ca root", "", "ca:+client-any", "",
     "extended-key-usage", false},
    {"a purpose that nobody asks for", "leaf", "ca root", "", "ca:-email", "", "", false},

    {"a root that is trusted", "leaf", "ca root", "", "root:+client", "", "", false},
    {"a root that is trusted for another purpose", "leaf", "ca root", "", "root:+server", "",
     "extended-key-usage", false},
    {"a root that is rejected", "leaf", "ca root", "", "root:-client", "", "extended-key-usage",
     false},
    {"a root that is rejected, the CA sent by the client", "leaf", "root", "ca", "root:-client", "",
     "extended-key-usage", false},
    {"the path ends where trust is named", "leaf", "ca root", "", "ca:+client root:-client", "", "",
     false},
    {"a refusal on the way to a trusted root", "leaf", "ca root", "", "ca:-client root:+client", "",
     "extended-key-usage", false},
    {"the first entry of a certificate speaks", "leaf", "ca root", "", "ca:+client ca:-client", "",
     "", false},
    {"the first entry of a certificate refuses", "leaf", "ca root", "", "ca:-client ca:+client", "",
     "extended-key-usage", false},

    {"trust stands for the usage of the CA", "under-server-ca", "server-ca root", "",
     "server-ca:+client", "", "", false},
    {"which counts without it", "under-server-ca", "server-ca root", "", "", "",
     "extended-key-usage", false},
    {"but not for that of the client", "server-leaf", "ca root", "", "ca:+client", "",
     "extended-key-usage", false},
    {"trust makes no CA", "under-not-ca", "not-ca root", "", "not-ca:+client", "", "not-a-ca",
     false},
    {"nor an expired one valid", "under-expired-ca", "expired-ca root", "", "expired-ca:+client",
     "", "issuer-expired", true},

    {"a refused CA in another certificate", "leaf", "ca root other-root", "ca-twin", "ca:-client",
     "", "extended-key-usage", false},
    {"a CA that is not refused in another certificate", "leaf", "ca other-root", "ca-twin",
     "ca:-server", "", "", true},
    {"a refused CA in another certificate that is trusted, too", "leaf",
     "ca root ca-twin other-root", "", "ca:-client", "", "", true},

    {"any purpose, trusted for one", "leaf", "ca root", "", "ca:+client", "setting purpose = any",
     "extended-key-usage", false},
    {"any purpose, trusted for any", "leaf", "ca", "", "ca:+any", "setting purpose = any", "",
     false},
    {"any purpose, rejected for one", "leaf", "ca root", "", "ca:-client", "setting purpose = any",
     "", false},
    {"any purpose, rejected for any", "leaf", "ca root", "", "ca:-any", "setting purpose = any",
     "extended-key-usage", false},
    {"servers, trusted", "server-leaf", "ca", "", "ca:+server", "setting purpose = server", "",
     false},
    {"servers, trusted for clients", "server-leaf", "ca root", "", "ca:+client",
     "setting purpose = server", "extended-key-usage", false},

    {"a target is no anchor for being trusted", "leaf", "leaf", "", "leaf:+client", "",
     "issuer-not-found", false},
    {"a target's refusal is not asked for", "leaf", "leaf ca root", "", "leaf:-client", "", "",
     false},
    {"a self-signed target", "self", "self", "", "", "", "", false},
    {"a self-signed target that is rejected", "self", "self", "", "self:-client", "",
     "extended-key-usage", false},
    {"a self-signed target for servers", "server-self", "server-self", "", "", "",
     "extended-key-usage", false},
    {"a self-signed target for servers that is trusted for clients", "server-self", "server-self",
     "", "server-self:+client", "", "", false},

    {"any anchor, rejected", "leaf", "ca", "", "ca:-client", "setting anchors = any",
     "extended-key-usage", false},
    {"any anchor, rejected for another purpose", "leaf", "ca", "", "ca:-server",
     "setting anchors = any", "", false},
    {"any anchor, the target itself", "leaf", "leaf", "", "", "setting anchors = any", "", false},
    {"any anchor, the target itself rejected", "leaf", "leaf", "", "leaf:-client",
     "setting anchors = any", "extended-key-usage", false},
    {"any anchor, the target rejected and its issuer not", "leaf", "leaf ca", "", "leaf:-client",
     "setting anchors = any", "", false},
    {"any anchor, a target for servers", "server-leaf", "server-leaf", "", "",
     "setting anchors = any", "extended-key-usage", false},
    {"any anchor, a target for servers that is trusted", "server-leaf", "server-leaf", "",
     "server-leaf:+client", "setting anchors = any", "", false},
    {"any anchor, a target for servers that is trusted, and its issuer", "server-leaf",
     "server-leaf ca", "", "server-leaf:+client", "setting anchors = any", "extended-key-usage",
     false},
};

static size_t fill(const char *names, tv_span *ders, uint32_t *nodes)
{
    size_t num = 0;
    while (*names != '\0') {
        size_t len = strcspn(names, " ");
        nodes[num] = world_node(&w, names, len);
        ders[num] = w.ders[nodes[num]];
        num++;
        names += len;
        names += strspn(names, " ");
    }
    return num;
}

// Whether X509_verify_cert accepts under the settings of w.profile.
static bool openssl_accepts(size_t i)
{
    enum { MOST = 8 };
    const tv_settings *set = &w.profile->set;
    tv_span trusted[MOST];
    tv_span untrusted[MOST];
    uint32_t nodes[MOST];
    tv_reference_anchor anchors[MOST];
    size_t num_untrusted = fill(cases[i].untrusted, untrusted, nodes);
    size_t num = fill(cases[i].trusted, trusted, nodes);
    for (size_t k = 0; k < num; k++) {
        const tv_trust *trust = set->trust_settings ? tv_trust_find(w.trust, nodes[k]) : NULL;
        anchors[k] = (tv_reference_anchor){trusted[k], trust};
    }
    const tv_reference_settings settings = {
        .at = w.judge.at,
        .check_time = true,
        .partial_chain = set->anchors == TV_ANCHOR_ANY,
        .client = set->purpose == TV_PURPOSE_CLIENT,
        .server = set->purpose == TV_PURPOSE_SERVER,
        .trust_client = set->purpose == TV_PURPOSE_CLIENT,
        .trust_server = set->purpose == TV_PURPOSE_SERVER,
        .auth_level = 1,
        .depth = -1,
    };
    tv_reference *reference;
    tv_reference_verdict verdict;
    assert_int_equal(tv_reference_open(&reference, anchors, num, untrusted, num_untrusted), TV_OK);
    tv_span target = w.ders[world_node(&w, cases[i].target, strlen(cases[i].target))];
    assert_true(tv_reference_verify(reference, &settings, target, &verdict));
    tv_reference_close(reference);
    assert_true(verdict.decoded);
    return verdict.code == 0;
}

static void settings_decide_as_in_openssl(void **state)
{
    unsigned failed = 0;
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_node_trust items[8];
        tv_trust_list list;
        world_take_profile(&w, "openssl");
        world_change(&w, cases[i].changes);
        assert_int_equal(
            tv_trust_list_open(&list, w.graph, items, read_settings(cases[i].settings, items)),
            TV_OK);
        w.trust = &list;
        tv_cell cell = world_judge(&w, cases[i].target, cases[i].trusted, cases[i].untrusted);
        bool accepted = cell.verdict == TV_VERDICT_ACCEPT;
        if (strcmp(world_reasons(cell.reasons), cases[i].reasons) != 0 ||
            accepted != (cases[i].reasons[0] == '\0')) {
            world_tell(&w, cases[i].name, &cell);
            failed++;
        }
        if ((accepted == openssl_accepts(i)) == cases[i].unlike) {
            print_error("%s: OpenSSL says %s\n", cases[i].name,
                        openssl_accepts(i) ? "accept" : "deny");
            failed++;
        }
        w.trust = NULL;
        tv_trust_list_close(&list);
    }
    assert_int_equal(failed, 0);
}

// A setting that only tells must not lead to trust.
static void a_refusal_that_is_only_told_trusts_nothing(void **state)
{
    tv_node_trust items[1];
    tv_trust_list list;
    (void)state;
    assert_int_equal(tv_trust_list_open(&list, w.graph, items, read_settings("ca:+server", items)),
                     TV_OK);
    world_take_profile(&w, "openssl");
    world_change(&w, "reason extended-key-usage = advice");
    w.trust = &list;
    tv_cell cell = world_judge(&w, "leaf", "ca", "");
    assert_int_equal(cell.verdict, TV_VERDICT_DENY);
    assert_string_equal(world_reasons(cell.reasons), "root-not-found");
    cell = world_judge(&w, "leaf", "ca root", "");
    assert_int_equal(cell.verdict, TV_VERDICT_ACCEPT);
    assert_string_equal(world_reasons(cell.advices), "extended-key-usage");
    w.trust = NULL;
    tv_trust_list_close(&list);
}

// An entry is what its settings make of it, and is not asked for a purpose.
static void entries_are_not_refused(void **state)
{
    static const struct {
        const char *settings, *target, *trusted, *reasons;
    } entries[] = {
        {"ca:+client", "ca", "ca", ""},       {"ca:+server", "ca", "ca", "issuer-not-found"},
        {"", "ca", "ca", "issuer-not-found"}, {"root:-client", "ca", "ca root", ""},
        {"ca:-client", "ca", "ca root", ""},  {"root:-any", "root", "root", ""},
    };
    (void)state;
    world_take_profile(&w, "openssl");
    for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
        tv_node_trust items[2];
        tv_trust_list list;
        assert_int_equal(
            tv_trust_list_open(&list, w.graph, items, read_settings(entries[i].settings, items)),
            TV_OK);
        w.trust = &list;
        tv_cell cell = world_judge_entry(&w, entries[i].target, entries[i].trusted);
        assert_string_equal(world_reasons(cell.reasons), entries[i].reasons);
        w.trust = NULL;
        tv_trust_list_close(&list);
    }
}

static void a_list_has_each_node_once(void **state)
{
    tv_node_trust items[] = {
        {.node = 2, .place = 3, .trust = {.listed = true}},
        {.node = 0, .place = 1, .trust = {.rejected = TV_EKU_CLIENT_AUTH}},
        {.node = 2, .place = 0, .trust = {.rejected = TV_EKU_SERVER_AUTH}},
        {.node = 1, .place = 2},                           // says nothing,
        {.node = 1, .place = 4, .trust = {.listed = true}} // and comes first
    };
    tv_trust_list list;
    tv_trust_list other;
    (void)state;
    assert_int_equal(tv_trust_list_open(&list, w.graph, items, 5), TV_OK);
    assert_int_equal(list.num, 2);
    assert_int_equal(tv_trust_find(&list, 0)->rejected, TV_EKU_CLIENT_AUTH);
    assert_null(tv_trust_find(&list, 1));
    assert_false(tv_trust_find(&list, 2)->listed);
    assert_int_equal(tv_trust_find(&list, 2)->rejected, TV_EKU_SERVER_AUTH);
    assert_null(tv_trust_find(&list, 3));
    assert_null(tv_trust_find(NULL, 0));

    assert_int_equal(tv_trust_list_open(&other, w.graph, items, 4), TV_OK);
    assert_true(tv_trust_list_equal(&list, &other));
    other.items[1].trust.listed = true;
    assert_false(tv_trust_list_equal(&list, &other));
    other.items[1] = (tv_node_trust){.node = 3, .trust = list.items[1].trust};
    assert_false(tv_trust_list_equal(&list, &other));
    tv_trust_list_close(&other);
    assert_false(tv_trust_list_equal(&list, &other));
    assert_int_equal(tv_trust_list_open(&other, w.graph, NULL, 0), TV_OK);
    assert_int_equal(other.num, 0);
    assert_null(tv_trust_find(&other, 0));
    tv_trust_list_close(&other);
    tv_trust_list_close(&list);
}

static void refusals_of_a_name_and_key_add_up(void **state)
{
    tv_node_trust items[4];
    tv_trust_list list;
    (void)state;
    assert_int_equal(tv_trust_list_open(&list, w.graph, items,
                                        read_settings("ca:-server ca-twin:-client self:-email "
                                                      "root:+any",
                                                      items)),
                     TV_OK);
    assert_int_equal(list.num_refused, 1);
    uint32_t ca = world_node(&w, "ca", 2);
    uint32_t root = world_node(&w, "root", 4);
    tv_name_id name = tv_graph_subject(w.graph, ca);
    tv_key_id key = tv_graph_key(w.graph, ca);
    assert_true(tv_trust_refuses(&list, name, key, TV_EKU_CLIENT_AUTH));
    assert_true(tv_trust_refuses(&list, name, key, TV_EKU_SERVER_AUTH));
    assert_false(tv_trust_refuses(&list, name, key, TV_EKU_ANY));
    assert_false(tv_trust_refuses(&list, name, tv_graph_key(w.graph, root), TV_EKU_CLIENT_AUTH));
    assert_false(tv_trust_refuses(&list, tv_graph_subject(w.graph, root), key, TV_EKU_CLIENT_AUTH));
    assert_false(tv_trust_refuses(NULL, name, key, TV_EKU_CLIENT_AUTH));
    tv_trust_list_close(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_decide_as_in_openssl),
        cmocka_unit_test(a_refusal_that_is_only_told_trusts_nothing),
        cmocka_unit_test(entries_are_not_refused),
        cmocka_unit_test(a_list_has_each_node_once),
        cmocka_unit_test(refusals_of_a_name_and_key_add_up),
    };
    return cmocka_run_group_tests(tests, open_world, shut_world);
}
