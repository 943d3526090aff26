// SPDX-License-Identifier: Apache-2.0
// Cases about who issued a certificate: signatures that do not verify, issuers and roots that are
// missing, self-signed clients, names that more than one CA bears.
#include "cases.h"
#include "output.h"

#include <stdio.h>

static const mint_spec other_root = {.subject = "CN=Root B", .key = "p256:root-b", .role = MINT_CA};
static const mint_spec rekeyed_inter = {.subject = INTER_NAME,
                                        .key = "p256:issuing-a-2026",
                                        .by = &mint_root,
                                        .role = MINT_CA,
                                        .not_before = "20260401000000Z"};
static const mint_spec renewed_root = {
    .subject = ROOT_NAME, .key = ROOT_KEY, .role = MINT_CA, .not_after = "20400101000000Z"};
static const mint_spec expired_root = {.subject = ROOT_NAME,
                                       .key = ROOT_KEY,
                                       .role = MINT_CA,
                                       .not_before = "20150101000000Z",
                                       .not_after = "20251231235959Z"};
static const mint_spec plain_a = {
    .subject = "CN=Twin", .key = "p256:twin-1", .role = MINT_CA, .flags = MINT_NO_SKI};
static const mint_spec plain_b = {
    .subject = "CN=Twin", .key = "p256:twin-2", .role = MINT_CA, .flags = MINT_NO_SKI};
static const mint_spec twin_a = {.subject = "CN=Twin", .key = "p256:twin-1", .role = MINT_CA};
static const mint_spec twin_b = {.subject = "CN=Twin", .key = "p256:twin-2", .role = MINT_CA};

static const mint_spec alone = {.subject = "CN=alone", .key = "p256:alone"};
static const mint_spec alone_again = {
    .subject = "CN=alone", .key = "p256:alone", .not_after = "20300101000000Z"};
static const mint_spec alone_renamed = {.subject = "CN=alone in company", .key = "p256:alone"};

// Two CAs that certify each other, and a third that hangs below them.
static const mint_spec loop_a_self = {.subject = "CN=Loop A", .key = "p256:loop-a"};
static const mint_spec loop_b_self = {.subject = "CN=Loop B", .key = "p256:loop-b"};
static const mint_spec loop_a = {
    .subject = "CN=Loop A", .key = "p256:loop-a", .by = &loop_b_self, .role = MINT_CA};
static const mint_spec loop_b = {
    .subject = "CN=Loop B", .key = "p256:loop-b", .by = &loop_a_self, .role = MINT_CA};
static const mint_spec loop_b_rooted = {
    .subject = "CN=Loop B", .key = "p256:loop-b", .by = &mint_root, .role = MINT_CA};
static const mint_spec loop_leaf = {.subject = LEAF_NAME, .key = LEAF_KEY, .by = &loop_a_self};

// 400 CAs of one name without key identifiers, none of which signed the client.
#define NUM_NAMESAKES 400
static void namesakes(mint_buf *out, mint_pool *pool, const mint_buf *ders, size_t num_ders);

const mint_case mint_cases_issuer[] = {
    {"altered-certificate", .trust = {&mint_root, &mint_inter},
     .clients = {LEAF(.by = &mint_inter, .damage = MINT_ALTERED_TBS),
                 LEAF(.by = &mint_inter, .damage = MINT_ALTERED_SIGNATURE),
                 LEAF(.by = &mint_root, .damage = MINT_ALTERED_TBS),
                 LEAF(.by = &mint_root, .damage = MINT_ZERO_SIGNATURE), &mint_leaf},
     .expect = {DENY(0, "bad-signature", "a changed serial number, ECDSA"),
                DENY(1, "bad-signature", "a changed signature, ECDSA"),
                DENY(2, "bad-signature", "a changed serial number, RSA"),
                DENY(3, "bad-signature", "a signature of zeros"), ACCEPT(4, "its sound twin"),
                SSL_DENY(0, "bad-signature", ""), SSL_DENY(1, "bad-signature", ""),
                SSL_DENY(2, "bad-signature", ""), SSL_DENY(3, "bad-signature", "")}},
    {"impostor", .trust = {&mint_root, &mint_inter},
     .clients = {LEAF(.by = &mint_inter, .signed_with = "p256:impostor")},
     .expect = {DENY(0, "bad-signature", "names the CA and its key, signed by another"),
                SSL_DENY(0, "bad-signature", "")}},
    {"entry-altered", .trust = {&mint_root, INTER(.by = &mint_root, .damage = MINT_ALTERED_TBS)},
     .clients = {&mint_leaf},
     .expect = {INVALID(1, "bad-signature", "an intermediate that its root did not sign so"),
                FINDING("entry-bad-signature", "G13"), DENY(0, NULL, "no sound path"),
                SSL_DENY(0, NULL, "")}},
    {"root-altered",
     .trust = {CERT(.subject = ROOT_NAME, .key = ROOT_KEY, .role = MINT_CA,
                    .damage = MINT_ALTERED_TBS)},
     .clients = {LEAF(.by = &mint_root)},
     .expect = {INVALID(0, "bad-signature", "G13: a root that its own key did not sign so"),
                DENY(0, NULL, "no anchor"), SSL_ACCEPT(0, "an anchor is a name and a key")}},
    {"issuer-unknown", .trust = {&mint_root, &mint_inter}, .clients = {LEAF(.by = &other_root)},
     .expect = {DENY(0, "issuer-not-found", "G16: a CA that is not in the store"),
                SSL_DENY(0, "issuer-not-found", "")}},
    {"intermediate-missing", .trust = {&mint_root}, .clients = {&mint_leaf},
     .expect = {DENY(0, "issuer-not-found", "G16: only the root is in the store"),
                SSL_DENY(0, "issuer-not-found", "")}},
    {"intermediate-sent-by-client", .trust = {&mint_root}, .untrusted = {&mint_inter},
     .clients = {&mint_leaf},
     .expect = {DENY(0, "issuer-not-found", "what clients send does not help at API Gateway"),
                SSL_ACCEPT(0, "with OpenSSL it does")}},
    {"issuer-rekeyed", .trust = {&mint_root, &rekeyed_inter}, .clients = {&mint_leaf},
     .expect = {DENY(0, "issuer-not-found", "near miss: the CA has a new key"),
                SSL_DENY(0, "issuer-not-found", "")}},
    {"issuer-rekeyed-both", .trust = {&mint_root, &rekeyed_inter, &mint_inter},
     .clients = {&mint_leaf, LEAF(.by = &rekeyed_inter)},
     .expect = {ACCEPT(0, "issued by the old key"), ACCEPT(1, "issued by the new key"),
                SSL_ACCEPT(0, ""), SSL_ACCEPT(1, ""),
                FINDING("duplicate-subject", "G06: one subject, two CAs")}},
    {"self-signed-not-in-store", .trust = {&mint_root}, .clients = {&alone},
     .expect = {DENY(0, "self-signed", "G18"), SSL_DENY(0, "self-signed", "")}},
    {"self-signed-other-certificate", .trust = {&mint_root, &alone}, .clients = {&alone_again},
     .expect = {DENY(0, "self-signed", "G18: same name and key, another certificate"),
                SSL_DENY(0, "self-signed", "")}},
    {"self-signed-key-in-store", .trust = {&mint_root, &alone_renamed}, .clients = {&alone},
     .expect = {DENY(0, "self-signed", "G18: the key is in the store under another name"),
                SSL_DENY(0, "self-signed", "")}},
    {"root-missing", .trust = {&mint_inter}, .clients = {&mint_leaf},
     .expect = {DENY(0, "root-not-found", "G16: the issuer is there, its root is not"),
                SSL_DENY(0, "root-not-found", ""), INVALID(0, "issuer-not-found", "G12"),
                FINDING("entry-issuer-missing", "G12")}},
    {"cross-signed-loop", .trust = {&loop_a, &loop_b}, .clients = {&loop_leaf},
     .expect = {DENY(0, "root-not-found", "the search ends although the paths do not"),
                SSL_DENY(0, NULL, "")}},
    {"cross-signed-loop-with-root", .trust = {&loop_a, &loop_b, &loop_b_rooted, &mint_root},
     .clients = {&loop_leaf},
     .expect = {ACCEPT(0, "client, Loop A by Loop B, Loop B by the root")}},
    {"twins-with-key-ids", .trust = {&twin_a, &twin_b},
     .clients = {LEAF(.by = &twin_a), LEAF(.by = &twin_b)},
     .expect = {ACCEPT(0, "the key identifier tells which"), ACCEPT(1, ""), SSL_ACCEPT(0, ""),
                SSL_ACCEPT(1, ""), FINDING("duplicate-subject", "G06")}},
    {"twins-without-key-ids", .trust = {&plain_a, &plain_b},
     .clients = {LEAF(.by = &plain_a), LEAF(.by = &plain_b)},
     .expect = {ACCEPT(0, "every issuer of the name is tried"), ACCEPT(1, ""),
                FINDING("order-dependent", ""), FINDING("duplicate-subject", "G06")}},
    {"twins-without-key-ids-reversed", .trust = {&plain_b, &plain_a},
     .clients = {LEAF(.by = &plain_a), LEAF(.by = &plain_b)},
     .expect = {ACCEPT(0, "the order does not matter"), ACCEPT(1, "")}},
    {"wrong-twin-only", .trust = {&plain_b}, .clients = {LEAF(.by = &plain_a)},
     .expect = {DENY(0, NULL, "the only CA of the name did not sign it"), SSL_DENY(0, NULL, "")}},
    {"renewed-root-first", .trust = {&renewed_root, &expired_root, &mint_inter},
     .clients = {&mint_leaf},
     .expect = {ACCEPT(0, "the expired root beside its renewal"), SSL_ACCEPT(0, ""),
                FINDING("entry-expired", "G08"), FINDING("duplicate-subject", "G06")}},
    {"renewed-root-last", .trust = {&expired_root, &renewed_root, &mint_inter},
     .clients = {&mint_leaf}, .expect = {ACCEPT(0, "in either order"), SSL_ACCEPT(0, "")}},
    {"cross-signed-new-root",
     .trust = {&mint_root, &other_root,
               CERT(.subject = "CN=Root B", .key = "p256:root-b", .by = &mint_root,
                    .role = MINT_CA)},
     .clients = {LEAF(.by = &other_root)},
     .expect = {ACCEPT(0, "two ways up, the shorter one is enough"), SSL_ACCEPT(0, "")}},
    {"cross-signed-old-root-expired",
     .trust = {&expired_root, &other_root,
               CERT(.subject = "CN=Root B", .key = "p256:root-b", .by = &expired_root,
                    .role = MINT_CA)},
     .clients = {LEAF(.by = &other_root)},
     .expect = {ACCEPT(0, "the branch to the expired root is left"), SSL_ACCEPT(0, "")}},
    {"namesakes",
     .clients = {CERT(.subject = LEAF_NAME, .key = LEAF_KEY,
                      .by = CERT(.subject = "CN=Namesake", .key = "p256:namesake", .role = MINT_CA,
                                 .flags = MINT_NO_SKI))},
     .store = namesakes, .expect = {UNDECIDED(0, "budget-spent", "400 CAs of the issuer's name")}},
    {.name = NULL},
};

static void namesakes(mint_buf *out, mint_pool *pool, const mint_buf *ders, size_t num_ders)
{
    (void)ders;
    (void)num_ders;
    for (unsigned i = 0; i < NUM_NAMESAKES; i++) {
        char key[32];
        (void)snprintf(key, sizeof(key), "p256:namesake-%u", i);
        const mint_spec spec = {
            .subject = "CN=Namesake", .key = key, .role = MINT_CA, .flags = MINT_NO_SKI};
        mint_buf der = {0};
        mint_cert(&der, pool, &spec);
        mint_pem(out, "CERTIFICATE", &der);
        mint_buf_free(&der);
    }
}
