// SPDX-License-Identifier: Apache-2.0
// The ways to find that a signature is good. Questions come in, in blocks; the way marks those of
// which it is sure. A way never says that a signature is bad: what it does not call good, by doubt,
// by lack of memory or because it is not, is judged by tv_sig_judge, whose answer stands.
#ifndef TV_SIG_WAY_H
#define TV_SIG_WAY_H

#include "sig/key.h"

enum { TV_SIG_BLOCK_MAX = 128 }; // questions that a way gets at a time

// One signature that may be good: key and algorithm fit each other, libcrypto offers what they are
// made of, and the signature has a length that the key allows (see tv_sig_admit).
typedef struct tv_sig_question {
    const tv_key *key;
    const tv_sig_alg *alg;
    tv_span message, signature;
    bool is_good; // out; false: nothing is known
} tv_sig_question;

// `message` may be no bytes at no place; what is handed on has a pointer.
static inline tv_sig_question tv_sig_question_make(const tv_key *key, const tv_sig_alg *alg,
                                                   tv_span message, tv_span signature)
{
    return (tv_sig_question){key, alg, message.len != 0 ? message : TV_LIT(""), signature, false};
}

typedef struct tv_sig_way {
    bool (*takes)(const tv_key *key, const tv_sig_alg *alg); // of the last: NULL, it takes all
    // At most TV_SIG_BLOCK_MAX questions, each of which it takes, with `is_good` false. Those of
    // one key, and keys of one kind and size, come next to each other.
    void (*answer)(tv_sig_worker *worker, tv_sig_question *questions, size_t num);
} tv_sig_way;

// In order of preference; the last is tv_way_plain.
extern const tv_sig_way *const tv_sig_ways[];
extern const size_t tv_sig_num_ways;

// The first that takes a question of this kind.
const tv_sig_way *tv_sig_way_find(const tv_key *key, const tv_sig_alg *alg);

extern const tv_sig_way tv_way_rsa_lanes; // eight at a time, by arithmetic of our own
extern const tv_sig_way tv_way_rsa;       // a kept Montgomery context
extern const tv_sig_way tv_way_p256;      // a kept table
extern const tv_sig_way tv_way_plain;     // libcrypto's calls for one signature

// libcrypto's calls for a PSS encoding, which is as long as the key's modulus. No
// TV_KEY_RSA_PSS: EVP knows what such a key itself asks for.
bool tv_pss_is_good(const tv_sig *sig, const tv_sig_question *question, const uint8_t *digest,
                    const uint8_t *encoded);

void tv_rsa_scratch_free(tv_rsa_scratch *scratch);
void tv_p256_scratch_free(tv_p256_scratch *scratch);
void tv_many_scratch_free(tv_many_scratch *scratch);

// TV_EDGE_UNKNOWN when the question has to be asked, else its answer.
tv_edge_state tv_sig_admit(const tv_key *key, const tv_sig *sig, const tv_sig_alg *alg,
                           tv_span signature);

// The slow way, by the book: EVP_DigestVerify, and what it means when it says no.
tv_edge_state tv_sig_judge(tv_sig_worker *worker, const tv_sig_question *question);

// Notes that `num` signatures of any kind are asked for, in all.
void tv_sig_count(const tv_sig_worker *worker, uint64_t num);

#endif
