// SPDX-License-Identifier: Apache-2.0
// Key, signature and serial number of a view as the short texts that rows show. An algorithm that
// the view has no kind for is named by its OID.
#include "cert/cert_text.h"

#include "cert/alg.h"
#include "der/der.h"
#include "der/oid.h"

static void add_oid(tv_buf *out, tv_span contents)
{
    char dotted[128];
    tv_oid oid = tv_oid_find(contents);
    if (oid != TV_OID_UNKNOWN) {
        tv_buf_add_text(out, tv_oid_name(oid));
    } else {
        bool good = tv_oid_dotted(contents, dotted, sizeof(dotted));
        tv_buf_add_text(out, good ? dotted : tv_oid_name(TV_OID_UNKNOWN));
    }
}

// The AlgorithmIdentifier at the front of `in`. False when there is none that can be read.
static bool alg_at(tv_span in, tv_alg *out)
{
    tv_der_value sequence;
    return tv_der_read_tag(&in, TV_DER_SEQUENCE, &sequence) && tv_alg_read(sequence.contents, out);
}

static bool key_alg(const tv_cert *cert, tv_alg *out)
{
    tv_span in = cert->spki;
    tv_der_value spki;
    return tv_der_read_tag(&in, TV_DER_SEQUENCE, &spki) && alg_at(spki.contents, out);
}

static void add_sized(tv_buf *out, const char *name, uint16_t bits)
{
    tv_buf_add_text(out, name);
    if (bits > 0) {
        tv_buf_add_byte(out, '-');
        tv_buf_add_u64(out, bits);
    }
}

// "EC-secp256k1"; "EC" alone when the curve has no name.
static void add_other_curve(tv_buf *out, const tv_cert *cert)
{
    tv_alg alg;
    tv_buf_add_text(out, "EC");
    if (key_alg(cert, &alg) && alg.parameters.tag == TV_DER_OID) {
        tv_buf_add_byte(out, '-');
        add_oid(out, alg.parameters.contents);
    }
}

void tv_cert_key_text(const tv_cert *cert, tv_buf *out)
{
    tv_alg alg;
    switch ((tv_key_kind)cert->key) {
    case TV_KEY_RSA:
        add_sized(out, "RSA", cert->key_size);
        return;
    case TV_KEY_RSA_PSS:
        add_sized(out, "RSA-PSS", cert->key_size);
        return;
    case TV_KEY_EC_P256:
        tv_buf_add_text(out, "EC-P256");
        return;
    case TV_KEY_EC_P384:
        tv_buf_add_text(out, "EC-P384");
        return;
    case TV_KEY_EC_P521:
        tv_buf_add_text(out, "EC-P521");
        return;
    case TV_KEY_EC_OTHER:
        add_other_curve(out, cert);
        return;
    case TV_KEY_ED25519:
        tv_buf_add_text(out, "Ed25519");
        return;
    case TV_KEY_ED448:
        tv_buf_add_text(out, "Ed448");
        return;
    case TV_KEY_DSA:
        add_sized(out, "DSA", cert->key_size);
        return;
    case TV_KEY_X25519:
        tv_buf_add_text(out, "X25519");
        return;
    case TV_KEY_X448:
        tv_buf_add_text(out, "X448");
        return;
    case TV_KEY_UNKNOWN:
        break;
    }
    if (key_alg(cert, &alg)) {
        add_oid(out, alg.oid_contents);
    } else {
        tv_buf_add_text(out, "unknown");
    }
}

// The algorithms whose kind and hash tell their OID. The others (two OIDs stand for RSA with SHA-1)
// are looked up in the certificate, whose end may be far from what was read of it last.
static tv_oid oid_of_signature(tv_sig_alg sig)
{
    static const uint8_t oids[][TV_HASH_SHA512 + 1] = {
        [TV_SIG_RSA_PKCS1] = {[TV_HASH_SHA256] = TV_OID_RSA_SHA256,
                              [TV_HASH_SHA384] = TV_OID_RSA_SHA384,
                              [TV_HASH_SHA512] = TV_OID_RSA_SHA512},
        [TV_SIG_RSA_PSS] = {TV_OID_UNKNOWN},
        [TV_SIG_ECDSA] = {[TV_HASH_SHA256] = TV_OID_ECDSA_SHA256,
                          [TV_HASH_SHA384] = TV_OID_ECDSA_SHA384,
                          [TV_HASH_SHA512] = TV_OID_ECDSA_SHA512},
        [TV_SIG_ED25519] = {[TV_HASH_NONE] = TV_OID_ED25519},
        [TV_SIG_ED448] = {[TV_HASH_NONE] = TV_OID_ED448},
        [TV_SIG_DSA] = {TV_OID_UNKNOWN},
    };
    return (tv_oid)oids[sig.kind][sig.hash];
}

void tv_cert_signature_text(const tv_cert *cert, tv_buf *out)
{
    static const char *const hashes[] = {
        [TV_HASH_NONE] = "",          [TV_HASH_MD2] = "-MD2",       [TV_HASH_MD4] = "-MD4",
        [TV_HASH_MD5] = "-MD5",       [TV_HASH_SHA1] = "-SHA1",     [TV_HASH_SHA224] = "-SHA224",
        [TV_HASH_SHA256] = "-SHA256", [TV_HASH_SHA384] = "-SHA384", [TV_HASH_SHA512] = "-SHA512",
    };
    tv_alg alg;
    tv_oid oid = oid_of_signature(cert->sig);
    if (oid != TV_OID_UNKNOWN) {
        tv_buf_add_text(out, tv_oid_name(oid));
        return;
    }
    if (!alg_at(cert->sig_alg_der, &alg)) {
        tv_buf_add_text(out, "unknown");
        return;
    }
    add_oid(out, alg.oid_contents);
    if (cert->sig.kind == TV_SIG_RSA_PSS) {
        tv_buf_add_text(out, hashes[cert->sig.hash]);
    }
}

// Minus a two's complement number: its trailing zeros stay, the byte before them is negated, the
// bytes before that one are inverted. The caller has put the minus.
static void add_magnitude(tv_buf *out, tv_span serial)
{
    size_t pivot = serial.len;
    while (pivot > 0 && serial.ptr[pivot - 1] == 0) {
        pivot--;
    }
    bool started = false;
    for (size_t i = 0; i < serial.len; i++) {
        uint8_t byte = serial.ptr[i];
        if (i < pivot) {
            byte = (uint8_t)(i + 1 == pivot ? 0x100 - byte : 0xff - byte);
        }
        if (byte != 0 || started || i + 1 == serial.len) {
            tv_buf_add_hex(out, (tv_span){&byte, 1});
            started = true;
        }
    }
}

void tv_cert_serial_text(const tv_cert *cert, tv_buf *out)
{
    tv_span serial = cert->serial;
    if (serial.len > 0 && serial.ptr[0] >= 0x80) {
        tv_buf_add_byte(out, '-');
        add_magnitude(out, serial);
        return;
    }
    while (serial.len > 1 && serial.ptr[0] == 0) {
        serial.ptr++;
        serial.len--;
    }
    tv_buf_add_hex(out, serial);
}
