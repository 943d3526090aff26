// SPDX-License-Identifier: Apache-2.0
// One question of the comparison with OpenSSL: a client, what is trusted, what is at hand. Asked of
// the library as independent questions are (tv_verify_jobs), and of X509_verify_cert.
#ifndef TV_TESTS_QUESTION_H
#define TV_TESTS_QUESTION_H

#include "support/judging/corpus.h"

// All is borrowed.
typedef struct tv_question {
    char name[120]; // where it comes from
    const tv_span *trusted, *untrusted;
    size_t num_trusted, num_untrusted;
    const tv_span *settings; // trust settings behind the trusted ones, for X509_verify_cert alone:
                             // tv_questions_judge asks without; NULL: none has any
    tv_span leaf;
    tv_time at;
} tv_question;

// What the library says of each of `questions` under `profile`, in order.
void tv_questions_judge(const tv_question *questions, size_t num, const tv_profile *profile,
                        tv_answer *out);

typedef struct tv_openssl_answer {
    bool accepted;
    int error;                         // X509_V_ERR_*; -1: the client cannot be decoded
    tv_span chain[TV_ANSWER_PATH_MAX]; // that it ended with, the client first; the question's bytes
    size_t chain_len;
} tv_openssl_answer;

// X509_verify_cert: purpose sslclient, security level 1, chains to a self-signed certificate.
void tv_openssl_judge(const tv_question *question, tv_openssl_answer *out);
// The same of one path, client first: each certificate is offered the next as its issuer, and no
// other, however many bear its name. `any_purpose`: sslclient is not asked for.
bool tv_openssl_accepts_path(const tv_span *ders, size_t len, tv_time at, bool any_purpose);
// Whether OpenSSL takes a certificate for self-signed that its own key does not verify: subject and
// issuer are one name, and no key identifier or key usage says otherwise.
bool tv_openssl_mistakes_own_key(tv_span der);
// Whether the key of `issuer` verifies the signature.
bool tv_openssl_signed_by(tv_span der, tv_span issuer);
// Forgets decoded certificates; to be called before spans are used again for something else.
void tv_openssl_forget(void);

// The certificate of a question with that fingerprint; an empty span when there is none.
tv_span tv_question_find(const tv_question *question, const tv_fingerprint *fingerprint);

// Writes NUMBER-trusted.pem, NUMBER-untrusted.pem and NUMBER-leaf.pem into a directory.
void tv_question_dump(const tv_question *question, const char *dir, size_t number);

#endif
