// SPDX-License-Identifier: Apache-2.0
// In: a seed and a number. Out: the PEM of a truststore and of its clients. The truststore has six
// roots of the kinds that public CAs have, the clients' issuers below them, and, last, roots that
// no client stands on. Every signature is real; a client's own key need not be, since nobody checks
// anything under it: its RSA modulus is an odd number. Keys and signatures are left to sig.
#include "measure/mint.h"

#include "base/sequence.h"
#include "base/span.h"
#include "measure/der_write.h"
#include "sig/keypair.h"

#include <assert.h>

enum {
    NUM_ROOTS = 6,
    MAX_ISSUERS = 24,
    CLIENTS_PER_ISSUER = 200, // at least, when there is more than one of a kind
    RSA_PERCENT = 70,
    NUM_CLIENT_KEYS = 16, // of each kind
    MAX_CAS = NUM_ROOTS + MAX_ISSUERS,
    MODULUS_LEN = 256, // of a client's RSA key
    MAX_NAME = 96,
};

#define OID_SHA256_RSA "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b"
#define OID_ECDSA_SHA256 "\x2a\x86\x48\xce\x3d\x04\x03\x02"
#define OID_ECDSA_SHA384 "\x2a\x86\x48\xce\x3d\x04\x03\x03"

// What a key signs with: the AlgorithmIdentifier, and the same as a value.
typedef struct signing {
    tv_span algorithm; // DER
    tv_sig_alg alg;
} signing;

static const signing rsa_sha256 = {
    {(const uint8_t *)"\x30\x0d\x06\x09" OID_SHA256_RSA "\x05\x00", 15},
    {TV_SIG_RSA_PKCS1, TV_HASH_SHA256, TV_HASH_NONE, 0},
};
static const signing ecdsa_sha256 = {
    {(const uint8_t *)"\x30\x0a\x06\x08" OID_ECDSA_SHA256, 12},
    {TV_SIG_ECDSA, TV_HASH_SHA256, TV_HASH_NONE, 0},
};
static const signing ecdsa_sha384 = {
    {(const uint8_t *)"\x30\x0a\x06\x08" OID_ECDSA_SHA384, 12},
    {TV_SIG_ECDSA, TV_HASH_SHA384, TV_HASH_NONE, 0},
};

typedef struct authority {
    tv_keypair *pair;
    const signing *signing;
    char organization[MAX_NAME];
    char common_name[MAX_NAME];
    uint8_t key_id[20];
} authority;

typedef struct mint {
    uint64_t seed;
    authority cas[MAX_CAS]; // roots, then the clients' issuers, those with an RSA key first
    size_t num_rsa_issuers, num_ec_issuers;
    tv_buf client_keys[2 * NUM_CLIENT_KEYS]; // SubjectPublicKeyInfos: RSA-2048, then P-256
    tv_buf tbs, der, signature;              // scratch
} mint;

// One certificate to be made.
typedef struct description {
    const authority *issuer;
    const char *organization, *unit, *common_name; // of the subject; `unit` may be NULL
    tv_span spki;
    const uint8_t *serial; // 16 bytes, a positive INTEGER in its shortest form
    const char *not_before, *not_after;
    bool is_ca;
    bool has_path_len; // of 0
} description;

// Writes `before`, the number in at least `digits` digits, and `after`.
static void number_text(char out[MAX_NAME], const char *before, uint64_t number, size_t digits,
                        const char *after)
{
    char text[20];
    size_t at = sizeof(text);
    for (; number > 0 || sizeof(text) - at < digits; number /= 10) {
        text[--at] = (char)('0' + number % 10);
    }
    size_t before_len = strlen(before);
    size_t len = sizeof(text) - at;
    assert(before_len + len + strlen(after) < MAX_NAME);
    memcpy(out, before, before_len);
    memcpy(out + before_len, text + at, len);
    memcpy(out + before_len + len, after, strlen(after) + 1);
}

// RFC 7093 2, method 1, over the whole SubjectPublicKeyInfo.
static void make_key_id(uint8_t out[20], tv_span spki)
{
    uint8_t digest[32];
    tv_sha256(digest, spki);
    memcpy(out, digest, 20);
}

static void put_attribute(tv_buf *out, tv_span oid, uint8_t tag, const char *value)
{
    size_t set = tv_der_begin(out, TV_DER_SET);
    size_t pair = tv_der_begin(out, TV_DER_SEQUENCE);
    tv_der_put(out, TV_DER_OID, oid);
    tv_der_put_text(out, tag, value);
    tv_der_end(out, pair);
    tv_der_end(out, set);
}

static void put_name(tv_buf *out, const char *organization, const char *unit,
                     const char *common_name)
{
    size_t name = tv_der_begin(out, TV_DER_SEQUENCE);
    put_attribute(out, TV_LIT("\x55\x04\x06"), TV_DER_PRINTABLE_STRING, "DE");
    put_attribute(out, TV_LIT("\x55\x04\x0a"), TV_DER_UTF8_STRING, organization);
    if (unit != NULL) {
        put_attribute(out, TV_LIT("\x55\x04\x0b"), TV_DER_UTF8_STRING, unit);
    }
    put_attribute(out, TV_LIT("\x55\x04\x03"), TV_DER_UTF8_STRING, common_name);
    tv_der_end(out, name);
}

// Opens an extension up to the contents of its OCTET STRING; end_extension closes the two.
static void begin_extension(tv_buf *out, size_t marks[2], uint8_t id, bool critical)
{
    const uint8_t oid[] = {0x55, 0x1d, id}; // id-ce
    marks[0] = tv_der_begin(out, TV_DER_SEQUENCE);
    tv_der_put(out, TV_DER_OID, tv_span_make(oid, sizeof(oid)));
    if (critical) {
        tv_der_put(out, TV_DER_BOOLEAN, TV_LIT("\xff"));
    }
    marks[1] = tv_der_begin(out, TV_DER_OCTET_STRING);
}

static void end_extension(tv_buf *out, const size_t marks[2])
{
    tv_der_end(out, marks[1]);
    tv_der_end(out, marks[0]);
}

static void put_extension(tv_buf *out, uint8_t id, bool critical, tv_span contents)
{
    size_t marks[2];
    begin_extension(out, marks, id, critical);
    tv_buf_add(out, contents);
    end_extension(out, marks);
}

static void put_key_ids(tv_buf *out, const description *what)
{
    uint8_t key_id[20];
    size_t marks[2];
    make_key_id(key_id, what->spki);
    begin_extension(out, marks, 14, false);
    tv_der_put(out, TV_DER_OCTET_STRING, tv_span_make(key_id, sizeof(key_id)));
    end_extension(out, marks);
    begin_extension(out, marks, 35, false);
    size_t sequence = tv_der_begin(out, TV_DER_SEQUENCE);
    tv_der_put(out, TV_DER_CONTEXT(0),
               tv_span_make(what->issuer->key_id, sizeof(what->issuer->key_id)));
    tv_der_end(out, sequence);
    end_extension(out, marks);
}

static void put_alternative_name(tv_buf *out, const description *what)
{
    size_t marks[2];
    begin_extension(out, marks, 17, false);
    size_t names = tv_der_begin(out, TV_DER_SEQUENCE);
    tv_der_put_text(out, TV_DER_CONTEXT(2), what->common_name); // dNSName
    size_t uri = tv_der_begin(out, TV_DER_CONTEXT(6));
    tv_buf_add_text(out, "spiffe://fleet.example/");
    tv_buf_add_text(out, what->common_name);
    tv_der_end(out, uri);
    tv_der_end(out, names);
    end_extension(out, marks);
}

// CRL distribution points and authority information access, RFC 5280 4.2.1.13 and 4.2.2.1.
static void put_addresses(tv_buf *out)
{
    size_t marks[2];
    begin_extension(out, marks, 31, false);
    size_t points = tv_der_begin(out, TV_DER_SEQUENCE);
    size_t point = tv_der_begin(out, TV_DER_SEQUENCE);
    size_t name = tv_der_begin(out, TV_DER_CONTEXT_CONSTRUCTED(0));
    size_t full = tv_der_begin(out, TV_DER_CONTEXT_CONSTRUCTED(0));
    tv_der_put_text(out, TV_DER_CONTEXT(6), "http://crl.pki.example/issuing.crl");
    tv_der_end(out, full);
    tv_der_end(out, name);
    tv_der_end(out, point);
    tv_der_end(out, points);
    end_extension(out, marks);

    size_t extension = tv_der_begin(out, TV_DER_SEQUENCE);
    tv_der_put(out, TV_DER_OID, TV_LIT("\x2b\x06\x01\x05\x05\x07\x01\x01"));
    size_t octets = tv_der_begin(out, TV_DER_OCTET_STRING);
    size_t list = tv_der_begin(out, TV_DER_SEQUENCE);
    static const struct {
        tv_span method;
        const char *address;
    } accesses[] = {
        {{(const uint8_t *)"\x2b\x06\x01\x05\x05\x07\x30\x01", 8}, "http://ocsp.pki.example"},
        {{(const uint8_t *)"\x2b\x06\x01\x05\x05\x07\x30\x02", 8},
         "http://aia.pki.example/issuing.cer"},
    };
    for (size_t i = 0; i < sizeof(accesses) / sizeof(accesses[0]); i++) {
        size_t access = tv_der_begin(out, TV_DER_SEQUENCE);
        tv_der_put(out, TV_DER_OID, accesses[i].method);
        tv_der_put_text(out, TV_DER_CONTEXT(6), accesses[i].address);
        tv_der_end(out, access);
    }
    tv_der_end(out, list);
    tv_der_end(out, octets);
    tv_der_end(out, extension);
}

static void put_extensions(tv_buf *out, const description *what)
{
    size_t outer = tv_der_begin(out, TV_DER_CONTEXT_CONSTRUCTED(3));
    size_t list = tv_der_begin(out, TV_DER_SEQUENCE);
    put_key_ids(out, what);
    if (what->is_ca) {
        put_extension(out, 19, true,
                      what->has_path_len ? TV_LIT("\x30\x06\x01\x01\xff\x02\x01\x00")
                                         : TV_LIT("\x30\x03\x01\x01\xff"));
        put_extension(out, 15, true, TV_LIT("\x03\x02\x01\x06")); // keyCertSign, cRLSign
    } else {
        put_extension(out, 19, true, TV_LIT("\x30\x00"));
        put_extension(out, 15, true, TV_LIT("\x03\x02\x07\x80")); // digitalSignature
        put_extension(out, 37, false,                             // serverAuth, clientAuth
                      TV_LIT("\x30\x14\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01\x06\x08\x2b\x06\x01"
                             "\x05\x05\x07\x03\x02"));
        put_alternative_name(out, what);
        put_addresses(out);
    }
    tv_der_end(out, list);
    tv_der_end(out, outer);
}

static void put_tbs(tv_buf *out, const description *what)
{
    size_t tbs = tv_der_begin(out, TV_DER_SEQUENCE);
    tv_buf_add(out, TV_LIT("\xa0\x03\x02\x01\x02")); // version 3
    tv_der_put(out, TV_DER_INTEGER, tv_span_make(what->serial, 16));
    tv_buf_add(out, what->issuer->signing->algorithm);
    put_name(out, what->issuer->organization, NULL, what->issuer->common_name);
    size_t validity = tv_der_begin(out, TV_DER_SEQUENCE);
    tv_der_put_text(out, TV_DER_UTC_TIME, what->not_before);
    tv_der_put_text(out, TV_DER_UTC_TIME, what->not_after);
    tv_der_end(out, validity);
    put_name(out, what->organization, what->unit, what->common_name);
    tv_buf_add(out, what->spki);
    put_extensions(out, what);
    tv_der_end(out, tbs);
}

// Appends the PEM of a certificate.
static tv_status put_certificate(mint *self, tv_buf *out, const description *what)
{
    tv_buf_clear(&self->tbs);
    tv_buf_clear(&self->der);
    tv_buf_clear(&self->signature);
    put_tbs(&self->tbs, what);
    const authority *issuer = what->issuer;
    tv_status status = tv_keypair_sign(issuer->pair, &issuer->signing->alg, tv_buf_span(&self->tbs),
                                       &self->signature);
    if (status != TV_OK) {
        return status;
    }
    size_t whole = tv_der_begin(&self->der, TV_DER_SEQUENCE);
    tv_buf_add(&self->der, tv_buf_span(&self->tbs));
    tv_buf_add(&self->der, issuer->signing->algorithm);
    tv_der_put_bits(&self->der, tv_buf_span(&self->signature));
    tv_der_end(&self->der, whole);
    tv_pem_put_certificate(out, tv_buf_span(&self->der));
    return self->tbs.failed || self->der.failed || out->failed ? TV_ERR_NOMEM : TV_OK;
}

static tv_status open_authority(authority *ca, tv_key_kind kind, unsigned bits, uint64_t seed,
                                size_t number, const char *title)
{
    number_text(ca->organization, "Example Trust ", number % 7, 1, "");
    number_text(ca->common_name, title, number, 1, "");
    ca->signing = kind == TV_KEY_RSA       ? &rsa_sha256
                  : kind == TV_KEY_EC_P384 ? &ecdsa_sha384
                                           : &ecdsa_sha256;
    tv_status status =
        tv_keypair_open(&ca->pair, kind, bits, tv_sequence_of(seed, number + 1).state);
    if (status == TV_OK) {
        make_key_id(ca->key_id, tv_keypair_spki(ca->pair));
    }
    return status;
}

static tv_status open_authorities(mint *self)
{
    static const struct {
        tv_key_kind kind;
        unsigned bits;
    } roots[NUM_ROOTS] = {{TV_KEY_RSA, 2048}, {TV_KEY_RSA, 4096},  {TV_KEY_EC_P384, 0},
                          {TV_KEY_RSA, 2048}, {TV_KEY_EC_P256, 0}, {TV_KEY_RSA, 3072}};
    tv_status status = TV_OK;
    for (size_t i = 0; i < NUM_ROOTS && status == TV_OK; i++) {
        status = open_authority(&self->cas[i], roots[i].kind, roots[i].bits, self->seed, i,
                                "Example Root CA ");
    }
    size_t num_issuers = self->num_rsa_issuers + self->num_ec_issuers;
    for (size_t i = 0; i < num_issuers && status == TV_OK; i++) {
        bool rsa = i < self->num_rsa_issuers;
        status = open_authority(&self->cas[NUM_ROOTS + i], rsa ? TV_KEY_RSA : TV_KEY_EC_P256,
                                rsa ? 2048 : 0, self->seed, NUM_ROOTS + i, "Example Issuing CA ");
    }
    return status;
}

static void draw_serial(uint8_t serial[16], uint64_t seed, uint64_t number)
{
    tv_sequence sequence = tv_sequence_of(seed ^ UINT64_C(0x5e71a1), number);
    tv_sequence_fill(&sequence, serial, 16);
    serial[0] = (uint8_t)((serial[0] & 0x3f) | 0x40);
    for (size_t i = 0; i < 4; i++) {
        serial[4 + i] = (uint8_t)(number >> (24 - 8 * i)); // no two alike
    }
}

static tv_status put_authority(mint *self, tv_buf *out, const authority *ca,
                               const authority *issuer, uint64_t number)
{
    uint8_t serial[16];
    draw_serial(serial, self->seed, number);
    description what = {
        .issuer = issuer,
        .organization = ca->organization,
        .common_name = ca->common_name,
        .spki = tv_keypair_spki(ca->pair),
        .serial = serial,
        .not_before = "200101000000Z",
        .not_after = "491231235959Z",
        .is_ca = true,
        .has_path_len = ca != issuer,
    };
    return put_certificate(self, out, &what);
}

static tv_status put_truststore(mint *self, tv_buf *out)
{
    tv_status status = TV_OK;
    size_t num = NUM_ROOTS + self->num_rsa_issuers + self->num_ec_issuers;
    for (size_t i = 0; i < num && status == TV_OK; i++) {
        const authority *ca = &self->cas[i];
        status = put_authority(self, out, ca, i < NUM_ROOTS ? ca : &self->cas[i % NUM_ROOTS], i);
    }
    for (size_t i = num; i < TV_MINT_AUTHORITIES && status == TV_OK; i++) {
        authority other = {0};
        status = open_authority(&other, TV_KEY_EC_P256, 0, self->seed, i, "Example Other CA ");
        if (status == TV_OK) {
            status = put_authority(self, out, &other, &other, i);
        }
        tv_keypair_close(other.pair);
    }
    return status;
}

static void put_rsa_key(tv_buf *out, tv_sequence *sequence)
{
    uint8_t modulus[MODULUS_LEN + 1] = {0};
    tv_sequence_fill(sequence, modulus + 1, MODULUS_LEN);
    modulus[1] |= 0x80;
    modulus[MODULUS_LEN] |= 1;
    size_t spki = tv_der_begin(out, TV_DER_SEQUENCE);
    tv_buf_add(out, TV_LIT("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00"));
    size_t bits = tv_der_begin(out, TV_DER_BIT_STRING);
    tv_buf_add_byte(out, 0);
    size_t key = tv_der_begin(out, TV_DER_SEQUENCE);
    tv_der_put(out, TV_DER_INTEGER, tv_span_make(modulus, sizeof(modulus)));
    tv_der_put(out, TV_DER_INTEGER, TV_LIT("\x01\x00\x01"));
    tv_der_end(out, key);
    tv_der_end(out, bits);
    tv_der_end(out, spki);
}

static tv_status make_client_keys(mint *self)
{
    for (size_t i = 0; i < NUM_CLIENT_KEYS; i++) {
        tv_sequence sequence = tv_sequence_of(self->seed, UINT64_C(1) << 32 | i);
        put_rsa_key(&self->client_keys[i], &sequence);
        tv_keypair *pair;
        tv_status status = tv_keypair_open(&pair, TV_KEY_EC_P256, 0, tv_sequence_next(&sequence));
        if (status != TV_OK) {
            return status;
        }
        tv_buf *ec = &self->client_keys[NUM_CLIENT_KEYS + i];
        tv_buf_add(ec, tv_keypair_spki(pair));
        tv_keypair_close(pair);
        if (self->client_keys[i].failed || ec->failed) {
            return TV_ERR_NOMEM;
        }
    }
    return TV_OK;
}

static tv_status put_client(mint *self, tv_buf *out, uint32_t number)
{
    tv_sequence sequence = tv_sequence_of(self->seed, UINT64_C(2) << 32 | number);
    bool rsa = tv_sequence_below(&sequence, 100) < RSA_PERCENT;
    size_t issuer = NUM_ROOTS + (rsa ? tv_sequence_below(&sequence, self->num_rsa_issuers)
                                     : self->num_rsa_issuers +
                                           tv_sequence_below(&sequence, self->num_ec_issuers));
    uint64_t key = tv_sequence_below(&sequence, 2 * (uint64_t)NUM_CLIENT_KEYS);
    uint64_t month = 1 + tv_sequence_below(&sequence, 12);
    uint64_t day = 1 + tv_sequence_below(&sequence, 28);
    char organization[MAX_NAME];
    char common_name[MAX_NAME];
    char not_before[MAX_NAME];
    char not_after[MAX_NAME];
    uint8_t serial[16];
    draw_serial(serial, self->seed, (uint64_t)MAX_CAS + TV_MINT_AUTHORITIES + number);
    number_text(organization, "Fleet ", number % 97, 1, "");
    number_text(common_name, "device-", number, 8, ".fleet.example");
    number_text(not_before, "26", month * 100 + day, 4, "000000Z");
    number_text(not_after, "28", month * 100 + day, 4, "000000Z");
    description what = {
        .issuer = &self->cas[issuer],
        .organization = organization,
        .unit = "Devices",
        .common_name = common_name,
        .spki = tv_buf_span(&self->client_keys[key]),
        .serial = serial,
        .not_before = not_before,
        .not_after = not_after,
    };
    return put_certificate(self, out, &what);
}

static void close_mint(mint *self)
{
    for (size_t i = 0; i < MAX_CAS; i++) {
        tv_keypair_close(self->cas[i].pair);
    }
    for (size_t i = 0; i < 2 * (size_t)NUM_CLIENT_KEYS; i++) {
        tv_buf_close(&self->client_keys[i]);
    }
    tv_buf_close(&self->tbs);
    tv_buf_close(&self->der);
    tv_buf_close(&self->signature);
}

tv_status tv_mint_input(tv_buf *truststore, tv_buf *clients, uint64_t seed, uint32_t num_clients)
{
    mint self = {.seed = seed};
    size_t num_issuers = num_clients / CLIENTS_PER_ISSUER;
    num_issuers = num_issuers < 2 ? 2 : num_issuers;
    num_issuers = num_issuers > MAX_ISSUERS ? MAX_ISSUERS : num_issuers;
    self.num_rsa_issuers = num_issuers * RSA_PERCENT / 100;
    self.num_ec_issuers = num_issuers - self.num_rsa_issuers;
    tv_status status = open_authorities(&self);
    if (status == TV_OK) {
        status = put_truststore(&self, truststore);
    }
    if (status == TV_OK) {
        status = make_client_keys(&self);
    }
    for (uint32_t i = 0; i < num_clients && status == TV_OK; i++) {
        status = put_client(&self, clients, i);
    }
    close_mint(&self);
    return status;
}
