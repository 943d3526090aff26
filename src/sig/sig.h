// SPDX-License-Identifier: Apache-2.0
// All that the project asks of libcrypto: public keys, signatures, SHA-256.
//
// tv_sig_open fetches what OpenSSL 3 would otherwise fetch call by call under global locks; after
// it nothing here fetches. A tv_key may be used by any thread; what it comes to keep for speed, it
// guards by itself. Each thread brings a tv_sig_worker of its own.
#ifndef TV_SIG_SIG_H
#define TV_SIG_SIG_H

#include "tv/cert.h"
#include "tv/status.h"

typedef struct tv_sig tv_sig;               // what is fetched once
typedef struct tv_sig_worker tv_sig_worker; // contexts of one thread
typedef struct tv_key tv_key;               // one issuer key

TV_MUST_USE tv_status tv_sig_open(tv_sig **out);
void tv_sig_close(tv_sig *sig); // when its keys and workers are closed

// A hint: about so many signatures are still to be asked for from now on, under all keys together;
// 0: unknown. With it, what pays only for a key with many signatures (tables) is made early for
// those keys that will have them, and not at all for the others. Any thread, any time.
void tv_sig_expect(tv_sig *sig, uint64_t signatures);

TV_MUST_USE tv_status tv_sig_worker_open(tv_sig_worker **out, const tv_sig *sig);
void tv_sig_worker_close(tv_sig_worker *worker);

// Decodes a SubjectPublicKeyInfo (with its header). A key that cannot be decoded, or that this
// library does not check signatures with (DSA, unknown curves), still gives a tv_key: every check
// with it answers TV_EDGE_UNSUPPORTED. Only TV_ERR_NOMEM fails.
TV_MUST_USE tv_status tv_key_open(tv_key **out, const tv_sig *sig, tv_span spki, tv_key_kind kind);
void tv_key_close(tv_key *key);

typedef enum tv_edge_state {
    TV_EDGE_UNKNOWN = 0, // not checked yet
    TV_EDGE_GOOD,        // the key verifies the certificate's signature
    TV_EDGE_BAD,         // it does not: wrong key, altered certificate, broken encoding
    TV_EDGE_UNSUPPORTED, // algorithm or key is not one this library checks; nothing is known
} tv_edge_state;

// Whether `key` verifies `child`'s signature. An algorithm that does not fit the key (ECDSA under
// an RSA key) is TV_EDGE_BAD when both are known. Never TV_EDGE_UNKNOWN; a libcrypto failure that
// is not an answer (memory) is TV_EDGE_UNSUPPORTED.
tv_edge_state tv_key_check(const tv_key *key, tv_sig_worker *worker, const tv_cert *child);

// The same for a bare message, as signature vectors bring it.
tv_edge_state tv_key_check_message(const tv_key *key, tv_sig_worker *worker, const tv_sig_alg *alg,
                                   tv_span message, tv_span signature);

// One question of many.
typedef struct tv_sig_ask {
    const tv_key *key;
    const tv_cert *child;
    tv_edge_state state; // the answer
} tv_sig_ask;

// Answers each question as tv_key_check does, in whatever order is cheapest; `asks` keeps its
// order. Many at a time are worth more than one by one: those of one key share what is kept for it,
// and those of one kind what is computed once for all.
void tv_key_check_many(tv_sig_worker *worker, tv_sig_ask *asks, size_t num);

// SHA-256 without a fetch, on any thread.
void tv_sha256(uint8_t out[32], tv_span bytes);

#endif
