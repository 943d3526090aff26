// SPDX-License-Identifier: Apache-2.0
// Random truststores out of a pool of certificates that know each other: roots that cross-sign,
// twins that are expired, early, constrained or of another key, circles, leaves of all kinds.
//
// Input: the instant, the target, where the order of the pool begins (a byte each), then two bits a
// certificate: trusted, at hand. What is held: what we accept along a path, libcrypto accepts from
// the certificates of that path alone; what libcrypto accepts from all of them, we do not deny; a
// judgement is the same the second time and with the log of the first, which then asks for no
// signature; and the verdict holds until the instant that is foreseen, and changes there.
#include "base/span.h"
#include "path/path.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER_LEN = 3, MAX_EXTENSIONS = 4 };

#define CA "basicConstraints=critical,CA:TRUE"
#define SIGNS "keyUsage=critical,keyCertSign"
#define ID "subjectKeyIdentifier=hash"
#define NC "nameConstraints=critical,permitted;DNS:example.com"
#define CLIENT "extendedKeyUsage=clientAuth"
#define SERVER "extendedKeyUsage=serverAuth"

static const struct {
    const char *subject, *issuer;
    unsigned key, signer;
    const char *extensions[MAX_EXTENSIONS];
    const char *not_before, *not_after; // NULL: 2024, 2034
    unsigned version;                   // 0: 3
    bool with_aki;                      // the key identifier of the signer
    bool sha1;
} pool[] = {
    {"R", "R", 0, 0, .extensions = {CA, SIGNS, ID}},
    {"R", "R", 0, 0, .extensions = {CA, SIGNS, ID}, .not_after = "250101000000Z"},
    {"R", "S", 0, 1, .extensions = {CA, SIGNS, ID}, .with_aki = true},
    {"S", "S", 1, 1, .extensions = {CA, SIGNS}},
    {"S", "R", 1, 0, .extensions = {CA, SIGNS}},
    {"V", "V", 2, 2, .version = 1},
    {"A", "R", 3, 0, .extensions = {CA, SIGNS, ID}},
    {"A", "S", 3, 1, .extensions = {CA, SIGNS, ID}},
    {"A", "V", 3, 2, .extensions = {CA, SIGNS, ID}},
    {"A", "R", 3, 0, .extensions = {CA, SIGNS, ID}, .not_after = "270101000000Z", .with_aki = true},
    {"A", "R", 3, 0, .extensions = {CA, SIGNS, ID}, .not_before = "280101000000Z"},
    {"A", "S", 3, 1, .extensions = {"basicConstraints=critical,CA:TRUE,pathlen:0", SIGNS}},
    {"A", "R", 3, 0, .extensions = {CA, SIGNS, NC}},
    {"A", "R", 3, 0, .version = 1},
    {"A", "R", 3, 0, .extensions = {CA, "keyUsage=cRLSign", ID}},
    {"A", "R", 3, 0, .extensions = {"basicConstraints=CA:FALSE"}},
    {"A", "R", 3, 0, .extensions = {CA, SIGNS, SERVER}},
    {"A", "R", 4, 0, .extensions = {CA, SIGNS, ID}},
    {"A", "A", 4, 3, .extensions = {CA, SIGNS, ID}, .with_aki = true}, // a new key, by the old
    {"A", "A", 3, 4, .extensions = {CA, SIGNS, ID}, .with_aki = true}, // and the old by the new
    {"B", "A", 5, 3, .extensions = {CA, SIGNS, ID}, .with_aki = true},
    {"B", "A", 5, 4, .extensions = {CA, SIGNS}},
    {"A", "B", 3, 5, .extensions = {CA, SIGNS, ID}}, // a circle
    {"B", "S", 5, 1, .extensions = {"basicConstraints=critical,CA:TRUE,pathlen:1", SIGNS}},
    {"L", "A", 6, 3, .extensions = {CLIENT}},
    {"L", "A", 6, 3, .extensions = {CLIENT, "subjectAltName=DNS:a.example.com"}, .with_aki = true},
    {"L", "A", 6, 3, .extensions = {"subjectAltName=DNS:a.example.org"}, .with_aki = true},
    {"L", "A", 6, 4, .extensions = {CLIENT}, .not_after = "300101000000Z"},
    {"L", "B", 6, 5, .extensions = {CLIENT}},
    {"L", "B", 6, 5, .extensions = {SERVER}},
    {"L", "L", 6, 6, .extensions = {CLIENT}},
    {"L", "A", 6, 3, .sha1 = true},
    {"L", "A", 6, 3, .extensions = {"keyUsage=keyEncipherment"}},
    {"L", "R", 6, 0, .extensions = {CLIENT}, .not_before = "270101000000Z"},
    {"L", "V", 6, 2, .version = 1},
    {"L", "A", 6, 5, .extensions = {CLIENT}}, // signed by none of its name
};

enum { NUM_CERTS = sizeof(pool) / sizeof(pool[0]), NUM_KEYS = 7 };

static EVP_PKEY *keys[NUM_KEYS];
static X509 *certs[NUM_CERTS];
static tv_held held[NUM_CERTS];
static tv_sig *sig;
static tv_profile *profile;
static tv_path_worker worker;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
    if (!good) {
        ERR_print_errors_fp(stderr);
        abort();
    }
}

static void set_name(X509_NAME *name, const char *common_name)
{
    must(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const uint8_t *)common_name, -1, -1,
                                    0) == 1);
}

static void add_extension(X509 *cert, X509V3_CTX *context, const char *text)
{
    const char *value = strchr(text, '=');
    char name[32];
    must(value != NULL && (size_t)(value - text) < sizeof(name));
    memcpy(name, text, (size_t)(value - text));
    name[value - text] = '\0';
    X509_EXTENSION *extension = X509V3_EXT_nconf(NULL, context, name, value + 1);
    must(extension != NULL && X509_add_ext(cert, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

// The key identifier of `key`, as "hash" makes that of a subject.
static void add_aki(X509 *cert, EVP_PKEY *key)
{
    X509 *issuer = X509_new();
    X509V3_CTX context;
    must(issuer != NULL && X509_set_pubkey(issuer, key) == 1);
    X509V3_set_ctx(&context, issuer, issuer, NULL, NULL, 0);
    add_extension(issuer, &context, ID);
    X509V3_set_ctx(&context, issuer, cert, NULL, NULL, 0);
    add_extension(cert, &context, "authorityKeyIdentifier=keyid:always");
    X509_free(issuer);
}

static X509 *mint(unsigned i)
{
    X509 *cert = X509_new();
    X509V3_CTX context;
    must(cert != NULL);
    unsigned version = pool[i].version != 0 ? pool[i].version : 3;
    must(X509_set_version(cert, (long)version - 1) == 1);
    must(ASN1_INTEGER_set(X509_get_serialNumber(cert), (long)i + 1) == 1);
    set_name(X509_get_subject_name(cert), pool[i].subject);
    set_name(X509_get_issuer_name(cert), pool[i].issuer);
    const char *not_before = pool[i].not_before != NULL ? pool[i].not_before : "240101000000Z";
    const char *not_after = pool[i].not_after != NULL ? pool[i].not_after : "340101000000Z";
    must(ASN1_TIME_set_string(X509_getm_notBefore(cert), not_before) == 1);
    must(ASN1_TIME_set_string(X509_getm_notAfter(cert), not_after) == 1);
    must(X509_set_pubkey(cert, keys[pool[i].key]) == 1);
    X509V3_set_ctx(&context, cert, cert, NULL, NULL, 0);
    for (unsigned e = 0; e < MAX_EXTENSIONS && pool[i].extensions[e] != NULL; e++) {
        add_extension(cert, &context, pool[i].extensions[e]);
    }
    if (pool[i].with_aki) {
        add_aki(cert, keys[pool[i].signer]);
    }
    must(X509_sign(cert, keys[pool[i].signer], pool[i].sha1 ? EVP_sha1() : EVP_sha256()) > 0);
    return cert;
}

static void set_up(void)
{
    for (unsigned i = 0; i < NUM_KEYS; i++) {
        keys[i] = EVP_EC_gen("P-256");
        must(keys[i] != NULL);
    }
    for (unsigned i = 0; i < NUM_CERTS; i++) {
        X509 *made = mint(i);
        uint8_t *der = NULL;
        int len = i2d_X509(made, &der);
        must(len > 0);
        const uint8_t *at = der;
        certs[i] = d2i_X509(NULL, &at, len); // what libcrypto reads, not what it made
        X509_free(made);
        held[i].id = i;
        must(certs[i] != NULL &&
             tv_cert_parse(&held[i].cert, tv_span_make(der, (size_t)len), &held[i].problem));
        tv_sha256(held[i].fingerprint.bytes, held[i].cert.der);
    }
    must(tv_sig_open(&sig) == TV_OK && tv_profile_load(&profile, "openssl", NULL) == TV_OK &&
         tv_path_worker_open(&worker, sig) == TV_OK);
}

// What one input asks. Nodes are the pool from `start` on; bits are of nodes.
typedef struct question {
    tv_graph *graph;
    tv_judge judge;
    uint64_t trusted, untrusted;
    unsigned start;
    unsigned target; // in the pool
    uint32_t node;   // TV_ID_NONE when it is neither trusted nor at hand
} question;

static unsigned pool_of(const question *q, unsigned node)
{
    return (q->start + node) % NUM_CERTS;
}

static bool libcrypto_accepts(X509 *target, STACK_OF(X509) * trusted, STACK_OF(X509) * untrusted,
                              tv_time at)
{
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    must(store != NULL && context != NULL);
    for (int i = 0; i < sk_X509_num(trusted); i++) {
        must(X509_STORE_add_cert(store, sk_X509_value(trusted, i)) == 1);
    }
    must(X509_STORE_CTX_init(context, store, target, untrusted) == 1);
    X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(context);
    must(X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SSL_CLIENT) == 1);
    must(X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_TRUSTED_FIRST) == 1);
    X509_VERIFY_PARAM_set_time(param, (time_t)at);
    X509_VERIFY_PARAM_set_auth_level(param, 1);
    bool accepted = X509_verify_cert(context) == 1;
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    ERR_clear_error();
    return accepted;
}

static bool path_is_accepted(const question *q, const tv_cell *cell)
{
    STACK_OF(X509) *trusted = sk_X509_new_null();
    STACK_OF(X509) *untrusted = sk_X509_new_null();
    must(trusted != NULL && untrusted != NULL);
    for (unsigned i = 0; i + 1 < cell->path_len; i++) {
        must(sk_X509_push(untrusted, certs[cell->path[i]->id]) > 0);
    }
    must(sk_X509_push(trusted, certs[cell->anchor->id]) > 0);
    bool accepted = libcrypto_accepts(certs[q->target], trusted, untrusted, q->judge.at);
    sk_X509_free(trusted);
    sk_X509_free(untrusted);
    return accepted;
}

static bool all_is_accepted(const question *q)
{
    STACK_OF(X509) *trusted = sk_X509_new_null();
    STACK_OF(X509) *untrusted = sk_X509_new_null();
    must(trusted != NULL && untrusted != NULL);
    for (unsigned node = 0; node < NUM_CERTS; node++) {
        X509 *cert = certs[pool_of(q, node)];
        must((q->trusted >> node & 1) == 0 || sk_X509_push(trusted, cert) > 0);
        must((q->untrusted >> node & 1) == 0 || sk_X509_push(untrusted, cert) > 0);
    }
    bool accepted = libcrypto_accepts(certs[q->target], trusted, untrusted, q->judge.at);
    sk_X509_free(trusted);
    sk_X509_free(untrusted);
    return accepted;
}

static tv_edge_log judge(const question *q, tv_edge_log log, tv_cell *out, uint64_t *checks)
{
    tv_target target;
    tv_target_open(&target, q->graph, &held[q->target].cert, q->node, log, &worker.names);
    tv_path_judge(&q->judge, &worker, (tv_node_set){&q->trusted, NULL, NULL},
                  (tv_node_set){&q->untrusted, NULL, NULL}, &target, out);
    *checks = target.signature_checks;
    return target.log;
}

static void assert_same(const tv_cell *a, const tv_cell *b)
{
    assert(a->verdict == b->verdict && a->reasons == b->reasons && a->depth == b->depth);
    assert(a->path_len == b->path_len && a->anchor == b->anchor && a->breaks_at == b->breaks_at);
    assert(memcmp(a->path, b->path, a->path_len * sizeof(a->path[0])) == 0);
    assert(a->hint == b->hint && a->near_miss == b->near_miss && a->certainty == b->certainty);
}

static void check_break(const question *q, const tv_cell *cell)
{
    question later = *q;
    tv_cell then;
    uint64_t checks;
    if (cell->breaks_at == TV_TIME_NONE) {
        return;
    }
    assert(cell->breaks_at > q->judge.at);
    later.judge.at = cell->breaks_at - 1;
    (void)judge(&later, 0, &then, &checks);
    assert(then.verdict == cell->verdict);
    later.judge.at = cell->breaks_at;
    (void)judge(&later, 0, &then, &checks);
    assert(then.verdict != cell->verdict);
}

static void check(const question *q)
{
    tv_cell cell;
    tv_cell again;
    uint64_t checks;
    tv_edge_log log = judge(q, 0, &cell, &checks);
    assert(cell.verdict != TV_VERDICT_UNDECIDED); // the pool is too small for that
    assert((cell.verdict == TV_VERDICT_ACCEPT) == (cell.reasons == 0));
    assert(cell.reason == tv_reason_first(cell.reasons));
    if (cell.verdict == TV_VERDICT_ACCEPT) {
        assert(cell.anchor != NULL);
        assert(path_is_accepted(q, &cell));
    } else {
        assert(!all_is_accepted(q));
    }
    assert(judge(q, 0, &again, &checks) == log);
    assert_same(&cell, &again);
    assert(judge(q, log, &again, &checks) == log && checks == 0);
    assert_same(&cell, &again);
    check_break(q, &cell);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const tv_time instants[] = {1735689599, 1767225600, 1798761600, 1830297600, 1893456000};
    if (sig == NULL) {
        set_up();
    }
    if (size < HEADER_LEN) {
        return 0;
    }
    question q = {.start = data[2] % NUM_CERTS, .target = data[1] % NUM_CERTS, .node = TV_ID_NONE};
    const tv_held *list[NUM_CERTS];
    for (unsigned node = 0; node < NUM_CERTS; node++) {
        unsigned byte = HEADER_LEN + node / 4;
        unsigned bits = byte < size ? data[byte] >> (node % 4 * 2) & 3U : 0;
        q.trusted |= (uint64_t)(bits & 1) << node;
        q.untrusted |= (uint64_t)(bits >> 1) << node;
        list[node] = &held[pool_of(&q, node)];
        if (bits != 0 && pool_of(&q, node) == q.target) {
            q.node = node;
        }
    }
    q.judge = (tv_judge){.profile = profile,
                         .at = instants[data[0] % (sizeof(instants) / sizeof(instants[0]))],
                         .limits = tv_limits_default()};
    must(tv_graph_open(&q.graph, list, NUM_CERTS) == TV_OK);
    q.judge.graph = q.graph;
    must(tv_keyring_open(&q.judge.keys, sig, q.graph) == TV_OK);
    must(tv_sig_memo_open(&q.judge.memo, (size_t)NUM_CERTS * NUM_KEYS) == TV_OK);
    check(&q);
    tv_sig_memo_close(q.judge.memo);
    tv_keyring_close(q.judge.keys);
    tv_graph_close(q.graph);
    return 0;
}
