// SPDX-License-Identifier: Apache-2.0
// A scratch file can be opened by its path, leaves no name behind, and says why it cannot be made.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "io/scratch.h"

#include "base/span.h"
#include "io/map.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static size_t count_names(const char *directory)
{
    DIR *dir = opendir(directory);
    size_t count = 0;
    assert_non_null(dir);
    while (readdir(dir) != NULL) {
        count++;
    }
    closedir(dir);
    return count;
}

static void what_was_written_is_read_by_path(void **state)
{
    (void)state;
    char directory[] = "/tmp/scratch_test-XXXXXX";
    assert_non_null(mkdtemp(directory));
    size_t empty = count_names(directory);
    tv_scratch a;
    tv_scratch b;
    int error = -1;
    assert_int_equal(tv_scratch_open(&a, directory, TV_LIT("first"), &error), TV_OK);
    assert_int_equal(error, 0);
    assert_int_equal(tv_scratch_open(&b, directory, TV_LIT("second"), NULL), TV_OK);
    assert_int_equal(count_names(directory), empty);
    for (int again = 0; again < 2; again++) {
        tv_map map;
        assert_int_equal(tv_map_open(&map, a.path, true, 0), TV_OK);
        assert_int_equal(map.kind, TV_MAP_MAPPED);
        assert_true(tv_span_equal(map.bytes, TV_LIT("first")));
        tv_map_close(&map);
        assert_int_equal(tv_map_open(&map, b.path, true, 0), TV_OK);
        assert_true(tv_span_equal(map.bytes, TV_LIT("second")));
        tv_map_close(&map);
    }
    tv_scratch_close(&a);
    tv_scratch_close(&b);
    assert_false(a.is_open);
    tv_scratch_close(&a); // closed is fine
    assert_int_equal(rmdir(directory), 0);
}

static void a_directory_that_is_not_there_is_an_errno(void **state)
{
    (void)state;
    tv_scratch scratch;
    int error = 0;
    assert_int_equal(tv_scratch_open(&scratch, "/nonexistent", TV_LIT("x"), &error), TV_ERR_OPEN);
    assert_int_equal(error, ENOENT);
    assert_false(scratch.is_open);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_read_by_path),
        cmocka_unit_test(a_directory_that_is_not_there_is_an_errno),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
