// SPDX-License-Identifier: Apache-2.0
// Each thing that OpenSSL asks for with -x509_strict, broken by a certificate of its own: our
// answer is that of X509_verify_cert with and without the flag.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sig/reference.h"
#include "support/world.h"

#define EXT(id, text)                                                                              \
    {                                                                                              \
        .name = (id), .conf = (text)                                                               \
    }
#define BC EXT("basicConstraints", "critical,CA:TRUE")
#define KU EXT("keyUsage", "critical,keyCertSign,cRLSign")
#define SERIAL_AKI                                                                                 \
    {                                                                                              \
        .name = "2.5.29.35", .der = {(const uint8_t *)"\x30\x00", 2 }                              \
    }

static const world_row rows[] = {
    {"root", .spec.extensions = {BC, KU, SKI("r")}},
    {"ca", .by = "root", .spec.extensions = {BC, KU, SKI("c"), AKI("r")}},
    {"good", .by = "ca", .spec.extensions = {AKI("c")}},
    // Of the target.
    {"no-aki", .by = "ca"},
    {"aki-without-key-id", .by = "ca", .spec.extensions = {SERIAL_AKI}},
    {"leaf-ski", .by = "ca", .spec.extensions = {AKI("c"), SKI("l")}},
    {"signs-certs", .by = "ca",
     .spec.extensions = {AKI("c"), EXT("keyUsage", "keyCertSign,digitalSignature")}},
    {"signs-lists-nameless", .by = "ca",
     .spec = {.subject = "",
              .extensions = {AKI("c"), EXT("keyUsage", "cRLSign,digitalSignature"),
                             EXT("subjectAltName", "critical,DNS:a.example")}}},
    {"nameless", .by = "ca", .spec = {.subject = "", .extensions = {AKI("c")}}},
    {"san-alone", .by = "ca",
     .spec = {.subject = "", .extensions = {AKI("c"), EXT("subjectAltName", "DNS:a.example")}}},
    {"san-alone-critical", .by = "ca",
     .spec = {.subject = "",
              .extensions = {AKI("c"), EXT("subjectAltName", "critical,DNS:a.example")}}},
    {"version-1", .by = "ca", .spec.version = 1},
    {"pathlen-of-no-ca", .by = "ca",
     .spec.extensions = {AKI("c"), EXT("basicConstraints", "critical,CA:FALSE,pathlen:1")}},
    {"netscape-ca", .by = "ca", .spec.extensions = {AKI("c"), EXT("nsCertType", "client,sslCA")}},
    {"no-ca", .by = "ca", .spec.extensions = {AKI("c"), EXT("basicConstraints", "CA:FALSE")}},
    // Of a CA.
    {"bc-not-critical", .by = "root",
     .spec.extensions = {EXT("basicConstraints", "CA:TRUE"), KU, SKI("c"), AKI("r")}},
    {"of-bc", .by = "bc-not-critical", .key_of = "good", .spec.extensions = {AKI("c")}},
    {"no-key-usage", .by = "root", .spec.extensions = {BC, SKI("c"), AKI("r")}},
    {"of-no-key-usage", .by = "no-key-usage", .key_of = "good", .spec.extensions = {AKI("c")}},
    {"ca-without-ski", .by = "root", .spec.extensions = {BC, KU, AKI("r")}},
    {"of-ca-without-ski", .by = "ca-without-ski", .key_of = "good", .spec.extensions = {AKI("c")}},
    {"ca-without-aki", .by = "root", .spec.extensions = {BC, KU, SKI("c")}},
    {"of-ca-without-aki", .by = "ca-without-aki", .key_of = "good", .spec.extensions = {AKI("c")}},
    {"ca-with-pathlen", .by = "root",
     .spec.extensions = {EXT("basicConstraints", "critical,CA:TRUE,pathlen:0"), KU, SKI("c"),
                         AKI("r")}},
    {"of-ca-with-pathlen", .by = "ca-with-pathlen", .key_of = "good",
     .spec.extensions = {AKI("c")}},
    // Of the anchor.
    {"bare-root", .spec.extensions = {BC, KU}},
    {"of-bare-root", .by = "bare-root", .key_of = "good", .spec.extensions = {AKI("c")}},
    {"root-1", .spec.version = 1},
    {"of-root-1", .by = "root-1", .key_of = "good", .spec.extensions = {AKI("c")}},
};

static const struct {
    const char *target, *trusted, *untrusted;
    bool accepted; // under the flag; without it all are
} cases[] = {
    {"good", "root", "ca", true},
    {"no-aki", "root", "ca", false},
    {"aki-without-key-id", "root", "ca", false},
    {"leaf-ski", "root", "ca", true},
    {"signs-certs", "root", "ca", false},
    {"signs-lists-nameless", "root", "ca", false},
    {"nameless", "root", "ca", false},
    {"san-alone", "root", "ca", false},
    {"san-alone-critical", "root", "ca", true},
    {"version-1", "root", "ca", true},
    {"pathlen-of-no-ca", "root", "ca", false},
    {"netscape-ca", "root", "ca", false},
    {"no-ca", "root", "ca", true},
    {"of-bc", "root", "bc-not-critical", false},
    {"of-no-key-usage", "root", "no-key-usage", false},
    {"of-ca-without-ski", "root", "ca-without-ski", false},
    {"of-ca-without-aki", "root", "ca-without-aki", false},
    {"of-ca-with-pathlen", "root", "ca-with-pathlen", true},
    {"of-bare-root", "bare-root", "", false},
    {"of-root-1", "root-1", "", false},
    // A trusted target is a path of one certificate, of which nothing is asked.
    {"bare-root", "bare-root", "", true},
};

static world w;

static bool libcrypto_accepts(size_t i, bool strict)
{
    tv_reference *reference;
    tv_reference_verdict verdict;
    const tv_reference_settings settings = {
        .at = w.judge.at, .check_time = true, .strict = strict, .auth_level = 1, .depth = -1};
    tv_reference_anchor anchor = {
        w.ders[world_node(&w, cases[i].trusted, strlen(cases[i].trusted))], NULL};
    bool has_other = cases[i].untrusted[0] != '\0';
    tv_span other = {NULL, 0};
    if (has_other) {
        other = w.ders[world_node(&w, cases[i].untrusted, strlen(cases[i].untrusted))];
    }
    assert_int_equal(tv_reference_open(&reference, &anchor, 1, &other, has_other ? 1 : 0), TV_OK);
    tv_span target = w.ders[world_node(&w, cases[i].target, strlen(cases[i].target))];
    assert_true(tv_reference_verify(reference, &settings, target, &verdict));
    tv_reference_close(reference);
    return verdict.decoded && verdict.code == 0;
}

static void every_answer_is_that_of_openssl(void **state)
{
    (void)state;
    unsigned wrong = 0;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (unsigned strict = 0; strict < 2; strict++) {
            world_take_profile(&w, "openssl");
            world_change(&w, "setting purpose = any");
            world_change(&w, strict ? "setting strict_openssl = yes" : "");
            tv_cell cell = world_judge(&w, cases[i].target, cases[i].trusted, cases[i].untrusted);
            bool accepted = cell.verdict == TV_VERDICT_ACCEPT;
            bool wanted = !strict || cases[i].accepted;
            if (accepted != wanted || libcrypto_accepts(i, strict) != wanted ||
                (!accepted && cell.reason != (strcmp(cases[i].target, "of-root-1") == 0
                                                  ? TV_REASON_NOT_A_CA
                                                  : TV_REASON_MALFORMED))) {
                fprintf(stderr, "libcrypto %s, strict %u: ",
                        libcrypto_accepts(i, strict) ? "accepts" : "denies", strict);
                world_tell(&w, cases[i].target, &cell);
                wrong++;
            }
        }
    }
    assert_int_equal(wrong, 0);
}

static int open_world(void **state)
{
    (void)state;
    world_open(&w, rows, sizeof(rows) / sizeof(rows[0]), "openssl");
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_answer_is_that_of_openssl)};
    return cmocka_run_group_tests(tests, open_world, close_world);
}
