// SPDX-License-Identifier: Apache-2.0
// A description goes in, the DER of a certificate comes out. Extensions are in cert_ext.c. Damages
// are done where they belong: in the fields before signing, or in the finished bytes.
#include "cert.h"

#include "cert_ext.h"
#include "names.h"

#include <openssl/sha.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_NOT_BEFORE "20250101000000Z"
#define DEFAULT_NOT_AFTER "20350101000000Z"
#define MAX_KEYS 1024

struct mint_pool {
    const char *seed;
    mint_key keys[MAX_KEYS];
    char *names[MAX_KEYS];
    size_t len;
};

mint_pool *mint_pool_open(const char *seed)
{
    mint_pool *pool = calloc(1, sizeof(*pool));
    if (pool == NULL) {
        mint_die("out of memory");
    }
    pool->seed = seed;
    return pool;
}

void mint_pool_close(mint_pool *pool)
{
    if (pool == NULL) {
        return;
    }
    for (size_t i = 0; i < pool->len; i++) {
        mint_key_close(&pool->keys[i]);
        free(pool->names[i]);
    }
    free(pool);
}

const mint_key *mint_pool_key(mint_pool *pool, const char *name)
{
    for (size_t i = 0; i < pool->len; i++) {
        if (strcmp(pool->names[i], name) == 0) {
            return &pool->keys[i];
        }
    }
    if (pool->len == MAX_KEYS) {
        mint_die("too many keys");
    }
    mint_key_open(&pool->keys[pool->len], pool->seed, name);
    pool->names[pool->len] = strdup(name);
    if (pool->names[pool->len] == NULL) {
        mint_die("out of memory");
    }
    return &pool->keys[pool->len++];
}

// RFC 5280 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050 on.
static void put_time(mint_buf *out, const char *text, mint_damage damage)
{
    char utc[32];
    bool late = strncmp(text, "2050", 4) >= 0 || strncmp(text, "1950", 4) < 0;
    if (late || damage == MINT_EARLY_GENERALIZED) {
        mint_der_text(out, MINT_GENERALIZED_TIME, text);
        return;
    }
    size_t len = strlen(text + 2);
    memcpy(utc, text + 2, len + 1); // "YYMMDDHHMMSSZ"
    switch (damage) {
    case MINT_BAD_MONTH:
        utc[2] = '1';
        utc[3] = '3';
        break;
    case MINT_NO_SECONDS:
        memcpy(utc + 10, "Z", 2);
        break;
    case MINT_TIME_OFFSET:
        memcpy(utc + 12, "+0100", 6);
        break;
    case MINT_TIME_FRACTION:
        mint_der_text(out, MINT_GENERALIZED_TIME, "20350101000000.5Z");
        return;
    default:
        break;
    }
    mint_der_text(out, MINT_UTC_TIME, utc);
}

static void put_validity(mint_buf *out, const mint_spec *spec)
{
    size_t validity = mint_der_open(out, MINT_SEQUENCE);
    put_time(out, spec->not_before != NULL ? spec->not_before : DEFAULT_NOT_BEFORE,
             spec->damage == MINT_EARLY_GENERALIZED ? MINT_EARLY_GENERALIZED : MINT_SOUND);
    put_time(out, spec->not_after != NULL ? spec->not_after : DEFAULT_NOT_AFTER, spec->damage);
    mint_der_close(out, validity);
}

static void put_version(mint_buf *out, const mint_spec *spec)
{
    bool bare = spec->role == MINT_BARE;
    unsigned version = spec->version != 0 ? spec->version : bare ? 1 : 3;
    if (version == 1 || spec->damage == MINT_EXTENSIONS_IN_V1) {
        return; // the default is not written
    }
    size_t mark = mint_der_open(out, MINT_CONTEXT_CONSTRUCTED | 0);
    mint_der_int(out, version - 1);
    mint_der_close(out, mark);
}

static void put_serial(mint_buf *out, const mint_spec *spec, const uint8_t *serial, size_t len)
{
    if (spec->damage == MINT_EMPTY_SERIAL) {
        len = 0;
    }
    mint_der_put(out, spec->damage == MINT_SERIAL_NOT_INTEGER ? MINT_OCTET_STRING : MINT_INTEGER,
                 serial, len);
}

static const char *issuer_name(const mint_spec *spec)
{
    if (spec->issuer != NULL) {
        return spec->issuer;
    }
    return spec->by != NULL ? spec->by->subject : spec->subject;
}

static void put_tbs(mint_buf *out, const mint_spec *spec, const mint_cert_keys *keys,
                    const uint8_t *serial, size_t serial_len)
{
    size_t tbs = mint_der_open(out, MINT_SEQUENCE);
    put_version(out, spec);
    put_serial(out, spec, serial, serial_len);
    mint_sig_algorithm(out, keys->signer, spec->sig);
    mint_name(out, issuer_name(spec));
    put_validity(out, spec);
    mint_name(out, spec->subject);
    mint_add_buf(out, &keys->subject->spki);
    if (spec->role != MINT_BARE) {
        mint_cert_extensions(out, spec, keys);
    }
    mint_der_close(out, tbs);
}

// The serial number follows the first INTEGER-like element of the TBS; its last byte takes the
// flip.
static void alter_serial(mint_buf *tbs, const uint8_t *serial, size_t len)
{
    for (size_t i = 0; i + len <= tbs->len; i++) {
        if (memcmp(tbs->ptr + i, serial, len) == 0) {
            tbs->ptr[i + len - 1] ^= 1;
            return;
        }
    }
}

static void put_signature(mint_buf *out, const mint_spec *spec, const mint_buf *signature)
{
    mint_buf bits = {0};
    mint_add_buf(&bits, signature);
    if (spec->damage == MINT_ALTERED_SIGNATURE) {
        bits.ptr[bits.len - 1] ^= 1;
    }
    if (spec->damage == MINT_ZERO_SIGNATURE) {
        memset(bits.ptr, 0, bits.len);
    }
    mint_der_bits(out, bits.ptr, bits.len);
    mint_buf_free(&bits);
}

// What is wrong with the outer shape of the finished certificate.
static void put_shaped(mint_buf *out, const mint_spec *spec, const mint_buf *der)
{
    size_t header = 4; // 30 82 and two octets of length, as every certificate here has
    switch (spec->damage) {
    case MINT_TRUNCATED:
        mint_add(out, der->ptr, der->len - 40);
        return;
    case MINT_TRAILING:
        mint_add_buf(out, der);
        mint_add_byte(out, 0);
        return;
    case MINT_LONG_LENGTH:
        mint_add(out, "\x30\x83\x00", 3);
        mint_add(out, der->ptr + 2, der->len - 2);
        return;
    case MINT_INDEFINITE:
        mint_add(out, "\x30\x80", 2);
        mint_add(out, der->ptr + header, der->len - header);
        mint_add(out, "\x00\x00", 2);
        return;
    case MINT_NOT_A_CERTIFICATE:
        mint_add(out, "\x30\x03\x02\x01\x05", 5);
        return;
    default:
        mint_add_buf(out, der);
        return;
    }
}

void mint_cert_with(mint_buf *out, const mint_spec *spec, const mint_cert_keys *keys,
                    const uint8_t *serial, size_t serial_len)
{
    mint_buf tbs = {0};
    mint_buf signature = {0};
    mint_buf der = {0};
    put_tbs(&tbs, spec, keys, serial, serial_len);
    mint_sign(&signature, keys->signer, spec->sig, &tbs);
    if (spec->damage == MINT_ALTERED_TBS) {
        alter_serial(&tbs, serial, serial_len);
    }
    size_t cert = mint_der_open(&der, MINT_SEQUENCE);
    mint_add_buf(&der, &tbs);
    mint_sig_algorithm(&der, keys->signer,
                       spec->damage == MINT_ALGORITHMS_DIFFER ? MINT_SIG_SHA512 : spec->sig);
    put_signature(&der, spec, &signature);
    mint_der_close(&der, cert);
    put_shaped(out, spec, &der);
    mint_buf_free(&der);
    mint_buf_free(&signature);
    mint_buf_free(&tbs);
}

static void add_field(mint_buf *out, const char *text)
{
    mint_add_text(out, text != NULL ? text : "-");
    mint_add_byte(out, 0);
}

// Sixteen bytes that differ whenever the descriptions do, positive and without a leading zero.
static void derive_serial(uint8_t serial[16], const mint_spec *spec)
{
    mint_buf text = {0};
    add_field(&text, spec->subject);
    add_field(&text, spec->key);
    add_field(&text, issuer_name(spec));
    add_field(&text, spec->by != NULL ? spec->by->key : spec->signed_with);
    add_field(&text, spec->not_before);
    add_field(&text, spec->not_after);
    add_field(&text, spec->eku);
    add_field(&text, spec->san);
    add_field(&text, spec->permitted);
    add_field(&text, spec->excluded);
    if (spec->policies != NULL) {
        add_field(&text, spec->policies);
    }
    mint_add_format(&text, "%d %d %d %x %u %u", (int)spec->role, (int)spec->sig, (int)spec->damage,
                    spec->flags, spec->version, spec->path_len);
    uint8_t hash[SHA256_DIGEST_LENGTH];
    (void)SHA256(text.ptr, text.len, hash);
    memcpy(serial, hash, 16);
    serial[0] = (uint8_t)((serial[0] & 0x3f) | 0x40);
    mint_buf_free(&text);
}

static size_t parse_serial(uint8_t *serial, size_t room, const char *hex)
{
    size_t len = strlen(hex) / 2;
    if (len > room) {
        mint_die("a serial number is too long");
    }
    for (size_t i = 0; i < len; i++) {
        char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        serial[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return len;
}

void mint_cert(mint_buf *out, mint_pool *pool, const mint_spec *spec)
{
    uint8_t serial[64];
    size_t serial_len = 16;
    if (spec->serial != NULL) {
        serial_len = parse_serial(serial, sizeof(serial), spec->serial);
    } else {
        derive_serial(serial, spec);
    }
    const mint_spec *by = spec->by != NULL ? spec->by : spec;
    mint_cert_keys keys = {.subject = mint_pool_key(pool, spec->key),
                           .signer = mint_pool_key(pool, by->key)};
    bool named = spec->by != NULL && (spec->flags & MINT_NO_AKI) == 0 &&
                 (spec->by->flags & MINT_NO_SKI) == 0;
    keys.authority = named ? keys.signer : NULL;
    if (spec->signed_with != NULL) {
        keys.signer = mint_pool_key(pool, spec->signed_with);
    }
    mint_cert_with(out, spec, &keys, serial, serial_len);
}
