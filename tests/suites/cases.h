// SPDX-License-Identifier: Apache-2.0
// The cases of other projects' suites: cases/*.ndjson.gz below $TV_SUITES go in, questions for
// `trustval verify --jobs` go out, and its answers come back to their cases. Cases that need a
// revocation list are left out. What the answers are worth is left to the tests.
#ifndef TV_TESTS_SUITES_CASES_H
#define TV_TESTS_SUITES_CASES_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum { TV_SUITES_SKIPPED = 77 }; // the exit code of a test that ctest calls skipped

typedef enum tv_said {
    TV_SAID_NOTHING = 0, // the question was refused
    TV_SAID_ACCEPT,
    TV_SAID_REJECT,
    TV_SAID_UNDECIDED,
} tv_said;

typedef struct tv_case {
    json_t *json;
    const char *id, *suite, *tier;
    tv_said expected;
    tv_said openssl;          // what OpenSSL 3.0 says of it
    const char *openssl_text; // its error, "NUMBER text" or empty
    // Of the last run.
    tv_said said;
    json_t *answer;
    uint64_t nodes, signatures, comparisons;
} tv_case;

// Sorted by id.
typedef struct tv_cases {
    tv_case *list;
    size_t num, cap;
    struct tv_table *others; // what other validators say, by suite
    size_t num_others;
} tv_cases;

// The directory of the suites: $TV_SUITES. NULL, with a word about it, when it has no `what`.
const char *tv_suites_dir(const char *what);

const char *tv_said_text(tv_said said);

// Reads all cases below `dir`.
void tv_cases_open(tv_cases *out, const char *dir);
void tv_cases_close(tv_cases *cases);
// The case of that id, NULL when there is none.
const tv_case *tv_cases_find(const tv_cases *cases, const char *id);
// Asks the program $TRUSTVAL all of them at once.
void tv_cases_ask(tv_cases *cases, const char *profile);

bool tv_case_has_feature(const tv_case *c, const char *feature);
// The value of an option of the case, NULL when there is none.
const json_t *tv_case_option(const tv_case *c, const char *name);

#endif
