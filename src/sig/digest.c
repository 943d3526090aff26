// SPDX-License-Identifier: Apache-2.0
// In: bytes and a hash's name. Out: digests, without a fetch per call. tv_sig_open fetches each
// EVP_MD once, because an implicit fetch costs a quarter of a microsecond and shared locks;
// SHA-256, which nearly every certificate needs, does without EVP. Which hash is too weak is not
// decided here: whatever libcrypto still offers is computed, so that the verdict can name the
// weakness.

// The SHA256_ calls are deprecated in favour of EVP, but cost two thirds of it and take no lock.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "sig/key.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <assert.h>
#include <stdlib.h>

static_assert(TV_DIGEST_MAX == EVP_MAX_MD_SIZE, "every digest of libcrypto fits");

static const char *const digest_names[TV_HASH_SHA512 + 1] = {
    [TV_HASH_MD2] = "MD2",         [TV_HASH_MD4] = "MD4",         [TV_HASH_MD5] = "MD5",
    [TV_HASH_SHA1] = "SHA1",       [TV_HASH_SHA224] = "SHA2-224", [TV_HASH_SHA256] = "SHA2-256",
    [TV_HASH_SHA384] = "SHA2-384", [TV_HASH_SHA512] = "SHA2-512",
};

tv_sig_errors tv_sig_drain_errors(void)
{
    tv_sig_errors errors = {false, false};
    unsigned long error;
    while ((error = ERR_get_error()) != 0) {
        // Reasons common to all of libcrypto tell of its own failures.
        bool is_refusal = ERR_GET_LIB(error) == ERR_LIB_PROV && !ERR_COMMON_ERROR(error);
        errors.out_of_memory =
            errors.out_of_memory || ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE;
        errors.provider = errors.provider || is_refusal;
    }
    return errors;
}

tv_status tv_sig_open(tv_sig **out)
{
    *out = NULL;
    tv_sig *sig = calloc(1, sizeof(*sig));
    if (sig == NULL) {
        return TV_ERR_NOMEM;
    }
    for (size_t i = TV_HASH_MD2; i <= TV_HASH_SHA512; i++) {
        sig->digests[i] = EVP_MD_fetch(NULL, digest_names[i], NULL);
    }
    sig->demand = calloc(1, sizeof(*sig->demand));
    bool has_curve = sig->demand != NULL && tv_p256_open(sig);
    // A digest that is not offered leaves an error as well.
    bool out_of_memory = tv_sig_drain_errors().out_of_memory || sig->demand == NULL;
    if (out_of_memory || !has_curve || sig->digests[TV_HASH_SHA256] == NULL) {
        tv_sig_close(sig);
        return out_of_memory ? TV_ERR_NOMEM : TV_ERR_CRYPTO;
    }
    *out = sig;
    return TV_OK;
}

void tv_sig_close(tv_sig *sig)
{
    if (sig == NULL) {
        return;
    }
    for (size_t i = 0; i <= TV_HASH_SHA512; i++) {
        EVP_MD_free(sig->digests[i]);
    }
    tv_p256_close(sig);
    free(sig->demand);
    free(sig);
}

const EVP_MD *tv_digest_find(const tv_sig *sig, uint8_t hash)
{
    return hash <= TV_HASH_SHA512 ? sig->digests[hash] : NULL;
}

size_t tv_digest(uint8_t out[TV_DIGEST_MAX], const tv_sig_worker *worker, tv_hash_kind hash,
                 tv_span bytes)
{
    if (hash == TV_HASH_SHA256) {
        tv_sha256(out, bytes);
        return SHA256_DIGEST_LENGTH;
    }
    const EVP_MD *md = tv_digest_find(worker->sig, (uint8_t)hash);
    unsigned int len = 0;
    if (md == NULL || EVP_DigestInit_ex2(worker->hasher, md, NULL) != 1 ||
        EVP_DigestUpdate(worker->hasher, bytes.ptr, bytes.len) != 1 ||
        EVP_DigestFinal_ex(worker->hasher, out, &len) != 1) {
        return 0;
    }
    return len;
}

void tv_sha256(uint8_t out[32], tv_span bytes)
{
    // These return 1 whatever they are given.
    SHA256_CTX context;
    (void)SHA256_Init(&context);
    (void)SHA256_Update(&context, bytes.ptr, bytes.len);
    (void)SHA256_Final(out, &context);
}
