// SPDX-License-Identifier: Apache-2.0
// Archives of the suites, unpacked once into the working directory of the tests.
#ifndef TV_TESTS_SUITES_UNPACK_H
#define TV_TESTS_SUITES_UNPACK_H

#include <jansson.h>

// Unpacks `dir`/`name`.tar.xz into ./suites/`name`, unless that is its contents already, and goes
// there. Ends the test when it cannot.
void tv_unpack_and_enter(const char *dir, const char *name);

// The objects of index.ndjson, here, as an array.
json_t *tv_index_load(void);

#endif
