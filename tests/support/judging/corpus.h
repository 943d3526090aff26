// SPDX-License-Identifier: Apache-2.0
// The minted corpus: its expectations, and what the library says of a case, by the public calls
// alone: workspace, audit, verify, and a reader of the NDJSON that they write. What goes wrong
// outside of judging (a missing corpus, a full disk) ends the test program with a message.
#ifndef TV_TESTS_CORPUS_H
#define TV_TESTS_CORPUS_H

#include "tv/tv.h"

// One line of expectations.tsv. Texts live as long as the program.
typedef struct tv_expectation {
    const char *name; // of the case: its directory
    const char *kind; // "entry", "client" or "bundle"
    const char *profile, *at;
    const char *expected; // accept deny undecided, valid invalid, finding no-finding, refused
    const char *reason;   // of a verdict, or the rule of a finding; "-" when nothing is said
    const char *note;
    unsigned index; // of the entry or client; 0 for a bundle
    unsigned line;  // in expectations.tsv
} tv_expectation;

// The directory in TV_CORPUS.
const char *tv_corpus_dir(void);
// All lines, read once. Ends the program when there is none.
const tv_expectation *tv_expectations(size_t *num);

enum { TV_ANSWER_PATH_MAX = TV_PATH_MAX + 1 };

// The verdict about an entry or a client of a case.
typedef struct tv_answer {
    char verdict[12];                        // as records say it
    tv_reason reason;                        // told first, TV_REASON_NONE on accept
    uint32_t reasons;                        // TV_REASON_BITs
    tv_fingerprint target;                   // zero when there is no DER
    tv_fingerprint path[TV_ANSWER_PATH_MAX]; // the target first
    size_t path_len;
} tv_answer;

typedef struct tv_answer_finding {
    char rule[48];
    bool of_client;
    unsigned index; // of the client or entry; UINT_MAX: the whole file
} tv_answer_finding;

typedef struct tv_answers {
    tv_answer *entries, *clients;
    tv_answer_finding *findings;
    size_t num_entries, num_clients, num_findings;
    bool no_certificate; // the truststore was refused: TV_ERR_NO_CERTIFICATE
} tv_answers;

enum { TV_JUDGE_ENTRIES = 1, TV_JUDGE_CLIENTS = 2, TV_JUDGE_ALL = 3 };

// Judges a case at `at`: TV_JUDGE_ bits say what of it.
tv_answers *tv_case_judge(const char *name, const tv_profile *profile, const char *at, int what);
void tv_answers_free(tv_answers *answers);

// NULL when there is none of that index, or the row is about a bundle.
const tv_answer *tv_answers_find(const tv_answers *answers, const tv_expectation *row);
// Whether a finding of `row->reason` is there, at the row's place when it is about a client.
bool tv_answers_has_finding(const tv_answers *answers, const tv_expectation *row);

// Reads the fields of a verdict or entry record from a line of NDJSON; false when it is neither.
bool tv_answer_read(tv_answer *out, const char *line, size_t len);

// The file of a case that is its truststore, or "clients.pem", "untrusted.pem": malloc'ed, NULL
// when there is none.
char *tv_case_file(const char *name, const char *file);
char *tv_case_truststore(const char *name);

// A profile by name; the caller closes it.
tv_profile *tv_load_profile(const char *name);

#endif
