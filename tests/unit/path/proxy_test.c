// SPDX-License-Identifier: Apache-2.0
// Each rule of RFC 3820 denies what breaks it, and X509_verify_cert is of the same opinion. The
// settings are those of the openssl profile with proxies taken.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sig/reference.h"
#include "support/world.h"

// proxyCertInfo for any language, without a path length, and with one of 0 and of 1.
#define PROXY_OF(text, len, is_critical)                                                           \
    {                                                                                              \
        .name = "1.3.6.1.5.5.7.1.14", .der = {(const uint8_t *)(text), (len)},                     \
        .critical = (is_critical)                                                                  \
    }
#define ANY_LANGUAGE "\x30\x0a\x06\x08\x2b\x06\x01\x05\x05\x07\x15\x00"
#define PROXY PROXY_OF("\x30\x0c" ANY_LANGUAGE, 14, true)
#define PROXY_0 PROXY_OF("\x30\x0f\x02\x01\x00" ANY_LANGUAGE, 17, true)
#define PROXY_1 PROXY_OF("\x30\x0f\x02\x01\x01" ANY_LANGUAGE, 17, true)
#define NOT_CRITICAL PROXY_OF("\x30\x0c" ANY_LANGUAGE, 14, false)
#define KEY_USAGE(text)                                                                            \
    {                                                                                              \
        .name = "keyUsage", .conf = (text)                                                         \
    }
#define EKU(text)                                                                                  \
    {                                                                                              \
        .name = "extendedKeyUsage", .conf = (text)                                                 \
    }

static const world_row rows[] = {
    {"root", .ca = true},
    {"ca", .by = "root", .ca = true},
    {"ee", .by = "ca", .spec.extensions = {KEY_USAGE("digitalSignature"), EKU("clientAuth")}},
    {"proxy", .by = "ee", .spec = {.subject = "CN=ee/CN=proxy", .extensions = {PROXY}}},
    {"second", .by = "proxy",
     .spec = {.subject = "CN=ee/CN=proxy/CN=second", .extensions = {PROXY}}},
    {"not-critical", .by = "ee", .spec = {.subject = "CN=ee/CN=p", .extensions = {NOT_CRITICAL}}},

    {"of-ca", .by = "ca", .spec = {.subject = "CN=ca/CN=p", .extensions = {PROXY}}},
    {"of-root", .by = "root", .spec = {.subject = "CN=root/CN=p", .extensions = {PROXY}}},
    {"usage-root", .spec.extensions = {KEY_USAGE("keyCertSign,digitalSignature")}},
    {"of-usage-root", .by = "usage-root",
     .spec = {.subject = "CN=usage-root/CN=p", .extensions = {PROXY}}},
    {"netscape-root", .spec.extensions = {{.name = "nsCertType", .conf = "client,objCA"}}},
    {"of-netscape-root", .by = "netscape-root",
     .spec = {.subject = "CN=netscape-root/CN=p", .extensions = {PROXY}}},
    {"bare-root", .spec.version = 1},
    {"of-bare-root", .by = "bare-root",
     .spec = {.subject = "CN=bare-root/CN=p", .extensions = {PROXY}}},

    {"other-case", .by = "ee", .spec = {.subject = "CN=EE/CN=p", .extensions = {PROXY}}},
    {"other-name", .by = "ee", .spec = {.subject = "CN=eve/CN=p", .extensions = {PROXY}}},
    {"longer-name", .by = "ee", .spec = {.subject = "CN=ee/CN=a/CN=p", .extensions = {PROXY}}},
    {"own-name", .by = "ee", .spec = {.subject = "CN=p", .extensions = {PROXY}}},
    {"other-type", .by = "ee", .spec = {.subject = "CN=ee/O=p", .extensions = {PROXY}}},

    {"with-san", .by = "ee",
     .spec = {.subject = "CN=ee/CN=p",
              .extensions = {PROXY, {.name = "subjectAltName", .conf = "DNS:a.example"}}}},
    {"with-ian", .by = "ee",
     .spec = {.subject = "CN=ee/CN=p",
              .extensions = {PROXY, {.name = "issuerAltName", .conf = "DNS:a.example"}}}},
    {"a-ca", .by = "ee", .ca = true, .spec = {.subject = "CN=ee/CN=p", .extensions = {PROXY}}},
    {"no-ca", .by = "ee",
     .spec = {.subject = "CN=ee/CN=p",
              .extensions = {PROXY, {.name = "basicConstraints", .conf = "CA:FALSE"}}}},

    {"last", .by = "ee", .spec = {.subject = "CN=ee/CN=last", .extensions = {PROXY_0}}},
    {"under-last", .by = "last", .spec = {.subject = "CN=ee/CN=last/CN=p", .extensions = {PROXY}}},
    {"one-more", .by = "ee", .spec = {.subject = "CN=ee/CN=more", .extensions = {PROXY_1}}},
    {"under-one-more", .by = "one-more",
     .spec = {.subject = "CN=ee/CN=more/CN=a", .extensions = {PROXY_0}}},
    {"two-more", .by = "under-one-more",
     .spec = {.subject = "CN=ee/CN=more/CN=a/CN=b", .extensions = {PROXY}}},

    {"agrees", .by = "ca", .spec.extensions = {KEY_USAGE("keyAgreement")}},
    {"of-agrees", .by = "agrees", .spec = {.subject = "CN=agrees/CN=p", .extensions = {PROXY}}},
    {"server", .by = "ca", .spec.extensions = {EKU("serverAuth")}},
    {"of-server", .by = "server", .spec = {.subject = "CN=server/CN=p", .extensions = {PROXY}}},
    {"ordinary", .by = "proxy", .spec.subject = "CN=ordinary"},
    {"short-ca", .by = "root",
     .spec.extensions = {{.name = "basicConstraints", .conf = "critical,CA:TRUE,pathlen:0"}}},
    {"short-ee", .by = "short-ca"},
    {"of-short-ee", .by = "short-ee",
     .spec = {.subject = "CN=short-ee/CN=p", .extensions = {PROXY}}},
};

static const struct {
    const char *name;
    const char *target, *trusted, *untrusted;
    bool partial; // any certificate ends a path
    const char *reasons;
    unsigned depth;
} cases[] = {
    {"a proxy", "proxy", "root", "ee ca", false, "", 0},
    {"a proxy of a proxy", "second", "root", "proxy ee ca", false, "", 0},
    {"one that is not critical", "not-critical", "root", "ee ca", false, "", 0},

    {"a CA's", "of-ca", "root", "ca", false, "key-usage", 1},
    {"a root's", "of-root", "root", "", false, "key-usage", 1},
    {"of a root by key usage", "of-usage-root", "usage-root", "", false, "key-usage", 1},
    {"of a root by its Netscape type", "of-netscape-root", "netscape-root", "", false, "key-usage",
     1},
    {"of a version 1 root", "of-bare-root", "bare-root", "", false, "key-usage", 1},

    {"its issuer's name in another form", "other-case", "root", "ee ca", false, "", 0},
    {"another name", "other-name", "root", "ee ca", false, "unhandled-critical-extension", 0},
    {"two names more", "longer-name", "root", "ee ca", false, "unhandled-critical-extension", 0},
    {"a name of its own", "own-name", "root", "ee ca", false, "unhandled-critical-extension", 0},
    {"an attribute of another type", "other-type", "root", "ee ca", false,
     "unhandled-critical-extension", 0},

    {"another name of its own", "with-san", "root", "ee ca", false, "unhandled-critical-extension",
     0},
    {"another name of its issuer", "with-ian", "root", "ee ca", false,
     "unhandled-critical-extension", 0},
    {"a CA", "a-ca", "root", "ee ca", false, "key-usage unhandled-critical-extension", 0},
    {"one that says it is no CA", "no-ca", "root", "ee ca", false, "", 0},

    {"the last one", "last", "root", "ee ca", false, "", 0},
    {"below the last one", "under-last", "root", "last ee ca", false, "path-length", 1},
    {"as many as allowed", "under-one-more", "root", "one-more ee ca", false, "", 0},
    {"one more than both allow", "two-more", "root", "under-one-more one-more ee ca", false,
     "path-length", 1},
    {"a CA's path length is for CAs", "of-short-ee", "root", "short-ee short-ca", false, "", 0},

    {"of a key that does not sign", "of-agrees", "root", "agrees ca", false, "key-usage", 1},
    {"of a server", "of-server", "root", "server ca", false, "extended-key-usage", 1},
    {"what a proxy issues is a proxy", "ordinary", "root", "proxy ee ca", false, "not-a-ca", 1},

    {"a trusted end entity's", "proxy", "ee", "", true, "", 0},
    {"a trusted proxy", "proxy", "proxy", "", true, "", 0},
    {"a trusted proxy's", "second", "proxy", "", true, "", 0},
    {"a trusted CA's", "of-ca", "ca", "", true, "key-usage", 1},
    {"trusted under another name", "other-name", "other-name", "", true,
     "unhandled-critical-extension", 0},
};

static world w;

// The DERs of rows, by names in one text.
static size_t ders_of(const char *names, tv_span out[8])
{
    size_t num = 0;
    while (*names != '\0') {
        size_t len = strcspn(names, " ");
        assert_true(num < 8);
        out[num++] = w.ders[world_node(&w, names, len)];
        names += len + strspn(names + len, " ");
    }
    return num;
}

static bool libcrypto_accepts(size_t i)
{
    tv_span trusted[8];
    tv_span untrusted[8];
    tv_reference_anchor anchors[8];
    tv_reference *reference;
    tv_reference_verdict verdict;
    const tv_reference_settings settings = {
        .at = w.judge.at,
        .check_time = true,
        .partial_chain = cases[i].partial,
        .proxy_certificates = true,
        .client = true,
        .auth_level = 1,
        .depth = -1,
    };
    size_t num_trusted = ders_of(cases[i].trusted, trusted);
    size_t num_untrusted = ders_of(cases[i].untrusted, untrusted);
    for (size_t k = 0; k < num_trusted; k++) {
        anchors[k] = (tv_reference_anchor){trusted[k], NULL};
    }
    assert_int_equal(tv_reference_open(&reference, anchors, num_trusted, untrusted, num_untrusted),
                     TV_OK);
    tv_span target = w.ders[world_node(&w, cases[i].target, strlen(cases[i].target))];
    assert_true(tv_reference_verify(reference, &settings, target, &verdict));
    tv_reference_close(reference);
    return verdict.decoded && verdict.code == 0;
}

static void each_rule_denies_what_breaks_it(void **state)
{
    (void)state;
    unsigned wrong = 0;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        world_take_profile(&w, "openssl");
        world_change(&w, "setting proxy_certificates = yes");
        world_change(&w, cases[i].partial ? "setting anchors = any" : "");
        tv_cell cell = world_judge(&w, cases[i].target, cases[i].trusted, cases[i].untrusted);
        bool accepted = cell.verdict == TV_VERDICT_ACCEPT;
        if (strcmp(world_reasons(cell.reasons), cases[i].reasons) != 0 ||
            cell.depth != cases[i].depth || accepted != (cases[i].reasons[0] == '\0') ||
            accepted != libcrypto_accepts(i)) {
            world_tell(&w, cases[i].name, &cell);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void proxies_are_taken_where_a_profile_says_so(void **state)
{
    (void)state;
    static const char *const denied = "unhandled-critical-extension";
    world_take_profile(&w, "openssl");
    tv_cell cell = world_judge(&w, "second", "root", "proxy ee ca");
    assert_string_equal(world_reasons(cell.reasons), denied);
    cell = world_judge(&w, "not-critical", "root", "ee ca");
    assert_string_equal(world_reasons(cell.reasons), denied);
    // Unasked, a proxy is a proxy all the same, and never a certificate as others.
    world_change(&w, "reason unhandled-critical-extension = no");
    cell = world_judge(&w, "of-ca", "root", "ca");
    assert_string_equal(world_reasons(cell.reasons), "key-usage");
    cell = world_judge(&w, "second", "root", "proxy ee ca");
    assert_int_equal(cell.verdict, TV_VERDICT_ACCEPT);
}

static void an_anchor_whatever_it_says_issues_no_proxy(void **state)
{
    (void)state;
    world_take_profile(&w, "openssl");
    world_change(&w, "setting proxy_certificates = yes; setting anchor_constraints = no");
    tv_cell cell = world_judge(&w, "of-root", "root", "");
    assert_string_equal(world_reasons(cell.reasons), "key-usage");
}

// RFC 3820 3.8.
static void strict_profiles_want_it_critical(void **state)
{
    (void)state;
    world_take_profile(&w, "openssl");
    world_change(&w, "setting proxy_certificates = yes; setting strict = yes");
    tv_cell cell = world_judge(&w, "not-critical", "root", "ee ca");
    assert_string_equal(world_reasons(cell.reasons), "malformed");
    cell = world_judge(&w, "proxy", "root", "ee ca");
    assert_int_equal(cell.verdict, TV_VERDICT_ACCEPT);
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
        cmocka_unit_test(each_rule_denies_what_breaks_it),
        cmocka_unit_test(proxies_are_taken_where_a_profile_says_so),
        cmocka_unit_test(an_anchor_whatever_it_says_issues_no_proxy),
        cmocka_unit_test(strict_profiles_want_it_critical),
    };
    return cmocka_run_group_tests(tests, open_world, shut_world);
}
