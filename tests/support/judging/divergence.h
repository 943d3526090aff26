// SPDX-License-Identifier: Apache-2.0
// Where the library and X509_verify_cert differ: each difference belongs to a class, each class is
// a line of tests/differential/divergences.csv with what explains it. Differences without a line
// and lines without a difference are told.
#ifndef TV_TESTS_DIVERGENCE_H
#define TV_TESTS_DIVERGENCE_H

#include "support/judging/question.h"

// Takes both answers to a question. `label` names it in the words that tell a difference.
void tv_divergence_take(const tv_question *question, const char *label, const tv_answer *ours,
                        const tv_openssl_answer *theirs);
// The same for another profile, which is meant to be the stricter one: its denials are not
// compared, and a class bears its name.
void tv_divergence_take_accept(const tv_question *question, const char *profile, const char *label,
                               const tv_answer *ours, const tv_openssl_answer *theirs);

// Differences so far that no line explains.
size_t tv_divergence_num_unexplained(void);
// Lines of which there was no difference, each told.
size_t tv_divergence_num_unused(void);
// The table of agreements and classes.
void tv_divergence_print(void);

#endif
