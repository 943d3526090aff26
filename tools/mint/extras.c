// SPDX-License-Identifier: Apache-2.0
// Keys, names and certificates go in, other PEM contents come out.
#include "extras.h"

#include "names.h"

static void put_signed(mint_buf *out, const mint_key *key, const mint_buf *body)
{
    mint_buf signature = {0};
    mint_sign(&signature, key, MINT_SIG_AUTO, body);
    size_t whole = mint_der_open(out, MINT_SEQUENCE);
    mint_add_buf(out, body);
    mint_sig_algorithm(out, key, MINT_SIG_AUTO);
    mint_der_bits(out, signature.ptr, signature.len);
    mint_der_close(out, whole);
    mint_buf_free(&signature);
}

void mint_request(mint_buf *out, const mint_key *key, const char *name)
{
    mint_buf info = {0};
    size_t mark = mint_der_open(&info, MINT_SEQUENCE);
    mint_der_int(&info, 0);
    mint_name(&info, name);
    mint_add_buf(&info, &key->spki);
    mint_der_put(&info, MINT_CONTEXT_CONSTRUCTED | 0, "", 0);
    mint_der_close(&info, mark);
    put_signed(out, key, &info);
    mint_buf_free(&info);
}

void mint_crl(mint_buf *out, mint_pool *pool, const mint_spec *ca)
{
    const mint_key *key = mint_pool_key(pool, ca->key);
    mint_buf list = {0};
    size_t mark = mint_der_open(&list, MINT_SEQUENCE);
    mint_der_int(&list, 1);
    mint_sig_algorithm(&list, key, MINT_SIG_AUTO);
    mint_name(&list, ca->subject);
    mint_der_text(&list, MINT_UTC_TIME, "260501000000Z");
    mint_der_text(&list, MINT_UTC_TIME, "260701000000Z");
    mint_der_close(&list, mark);
    put_signed(out, key, &list);
    mint_buf_free(&list);
}

void mint_pkcs7(mint_buf *out, const mint_buf *ders, size_t num_ders)
{
    size_t info = mint_der_open(out, MINT_SEQUENCE);
    mint_der_oid(out, "1.2.840.113549.1.7.2");
    size_t content = mint_der_open(out, MINT_CONTEXT_CONSTRUCTED | 0);
    size_t data = mint_der_open(out, MINT_SEQUENCE);
    mint_der_int(out, 1);
    mint_der_put(out, MINT_SET, "", 0); // no digest algorithms
    size_t nothing = mint_der_open(out, MINT_SEQUENCE);
    mint_der_oid(out, "1.2.840.113549.1.7.1");
    mint_der_close(out, nothing);
    size_t certificates = mint_der_open(out, MINT_CONTEXT_CONSTRUCTED | 0);
    for (size_t i = 0; i < num_ders; i++) {
        mint_add_buf(out, &ders[i]);
    }
    mint_der_close(out, certificates);
    mint_der_put(out, MINT_SET, "", 0); // no signers
    mint_der_close(out, data);
    mint_der_close(out, content);
    mint_der_close(out, info);
}

void mint_trust_settings(mint_buf *out, const char *purpose, const char *alias)
{
    size_t settings = mint_der_open(out, MINT_SEQUENCE);
    size_t trusted = mint_der_open(out, MINT_SEQUENCE);
    mint_der_oid(out, purpose);
    mint_der_close(out, trusted);
    mint_der_text(out, MINT_UTF8_STRING, alias);
    mint_der_close(out, settings);
}

void mint_text_dump(mint_buf *out, const char *subject)
{
    mint_add_format(out,
                    "Certificate:\n"
                    "    Data:\n"
                    "        Version: 3 (0x2)\n"
                    "        Signature Algorithm: sha256WithRSAEncryption\n"
                    "        Subject: %s\n"
                    "        X509v3 extensions:\n"
                    "            X509v3 Basic Constraints: critical\n"
                    "                CA:TRUE\n"
                    "    Signature Value:\n"
                    "        3a:7f:00:ff\n",
                    subject);
}
