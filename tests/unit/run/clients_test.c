// SPDX-License-Identifier: Apache-2.0
// Lists of client paths, and the walk through directories: which files are taken, in which order,
// and what is told of those that cannot be read.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "run/clients.h"
#include "unit/run/scene.h"

#include <errno.h>

// What a walk gives, a path a line; a path that comes with a status has "!" in front.
static tv_buf walk_all(const tv_clients *clients)
{
    tv_client_walk *walk;
    tv_buf out = {0};
    assert_int_equal(tv_client_walk_open(&walk, clients), TV_OK);
    for (;;) {
        char *path;
        int error;
        tv_status status = tv_client_walk_next(walk, &path, &error);
        assert_true(status == TV_OK || status == TV_ERR_READ);
        assert_int_equal(status == TV_OK, error == 0);
        if (path == NULL) {
            assert_int_equal(status, TV_OK);
            break;
        }
        tv_buf_add_text(&out, status == TV_OK ? "" : "!");
        tv_buf_add_text(&out, path);
        tv_buf_add_byte(&out, '\n');
        free(path);
    }
    tv_client_walk_close(walk);
    tv_buf_add_byte(&out, 0);
    return out;
}

static void assert_walk(const tv_clients *clients, const char *expected)
{
    tv_buf out = walk_all(clients);
    assert_string_equal((const char *)out.ptr, expected);
    tv_buf_close(&out);
}

static void test_paths_as_given(void **state)
{
    (void)state;
    tv_clients *clients;
    assert_int_equal(tv_clients_open(&clients), TV_OK);
    assert_walk(clients, "");
    static const char *const paths[] = {"missing", "-", "file", "file", "fifo", ""};
    scene_write_text("file", "");
    assert_int_equal(mkfifo("fifo", 0600), 0);
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        assert_int_equal(tv_clients_add(clients, paths[i]), TV_OK);
    }
    // Whether they can be read is seen when they are opened.
    assert_walk(clients, "missing\n-\nfile\nfile\nfifo\n\n");
    tv_clients_close(clients);
    tv_clients_close(NULL);
}

static void test_directories(void **state)
{
    (void)state;
    static const char *const dirs[] = {"d", "d/b", "d/b/deep", "d/empty", "d/.hidden", "outside"};
    static const char *const files[] = {"d/a.pem",   "d/b/2",     "d/b/10",    "d/b/deep/x",
                                        "d/B",       "d/zz",      "d/.secret", "d/.hidden/x",
                                        "outside/o", "d/\xc3\xa4"};
    for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
        assert_int_equal(mkdir(dirs[i], 0700), 0);
    }
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        scene_write_text(files[i], "");
    }
    assert_int_equal(mkfifo("d/pipe", 0600), 0);
    assert_int_equal(symlink("../outside/o", "d/link-out"), 0);
    assert_int_equal(symlink("../outside", "d/link-dir"), 0);
    assert_int_equal(symlink("..", "d/b/loop"), 0);
    assert_int_equal(symlink("b/10", "d/link-in"), 0);
    assert_int_equal(symlink("nowhere", "d/dangling"), 0);
    tv_clients *clients;
    assert_int_equal(tv_clients_open(&clients), TV_OK);
    assert_int_equal(tv_clients_add(clients, "d"), TV_OK);
    static const char below_d[] =
        "d/B\nd/a.pem\nd/b/10\nd/b/2\nd/b/deep/x\nd/link-in\nd/zz\nd/\xc3\xa4\n";
    assert_walk(clients, below_d);
    // A link that is named is followed, and is the bound of what lies below it.
    assert_int_equal(tv_clients_add(clients, "d/link-dir"), TV_OK);
    assert_int_equal(tv_clients_add(clients, "outside/"), TV_OK);
    tv_buf expected = {0};
    tv_buf_add_text(&expected, below_d);
    tv_buf_add(&expected, TV_LIT("d/link-dir/o\noutside/o\n\0"));
    assert_walk(clients, (const char *)expected.ptr);
    tv_buf_close(&expected);
    tv_clients_close(clients);
}

// A name that was there when the directory was read and is gone when its turn comes is handed out,
// so that the loss is told.
static void test_a_file_that_vanishes(void **state)
{
    (void)state;
    assert_int_equal(mkdir("v", 0700), 0);
    scene_write_text("v/1", "");
    scene_write_text("v/2", "");
    tv_clients *clients;
    tv_client_walk *walk;
    char *path;
    int error;
    assert_int_equal(tv_clients_open(&clients), TV_OK);
    assert_int_equal(tv_clients_add(clients, "v"), TV_OK);
    assert_int_equal(tv_client_walk_open(&walk, clients), TV_OK);
    assert_int_equal(tv_client_walk_next(walk, &path, &error), TV_OK);
    assert_string_equal(path, "v/1");
    free(path);
    assert_int_equal(unlink("v/2"), 0);
    assert_int_equal(tv_client_walk_next(walk, &path, &error), TV_OK);
    assert_non_null(path);
    assert_string_equal(path, "v/2");
    free(path);
    assert_int_equal(tv_client_walk_next(walk, &path, &error), TV_OK);
    assert_null(path);
    tv_client_walk_close(walk);
    tv_clients_close(clients);
}

static void test_a_directory_that_vanishes(void **state)
{
    (void)state;
    assert_int_equal(mkdir("w", 0700), 0);
    assert_int_equal(mkdir("w/1", 0700), 0);
    scene_write_text("w/1/a", "");
    scene_write_text("w/1/b", "");
    scene_write_text("w/2", "");
    tv_clients *clients;
    tv_client_walk *walk;
    char *path;
    int error;
    assert_int_equal(tv_clients_open(&clients), TV_OK);
    assert_int_equal(tv_clients_add(clients, "w"), TV_OK);
    assert_int_equal(tv_client_walk_open(&walk, clients), TV_OK);
    assert_int_equal(tv_client_walk_next(walk, &path, &error), TV_OK);
    assert_string_equal(path, "w/1/a");
    free(path);
    // Closed in the middle: what was read of the directories is given back.
    tv_client_walk_close(walk);

    if (geteuid() != 0) { // root reads everything
        assert_int_equal(chmod("w/1", 0), 0);
        assert_walk(clients, "!w/1\nw/2\n");
        assert_int_equal(chmod("w/1", 0700), 0);
    }
    tv_clients_close(clients);
}

static void test_lists(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t len;
        bool nul;
        const char *paths;
    } cases[] = {
        {"", 0, false, ""},
        {"a\nb\n", 4, false, "a\nb\n"},
        {"a\r\n\r\n\nb c", 9, false, "a\nb c\n"},
        {"a\0b\n\0\0c", 7, true, "a\nb\n\nc\n"},
        {"a\r\0", 3, true, "a\r\n"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_clients *clients;
        int error = 0;
        scene_write("list", tv_span_make(cases[i].text, cases[i].len));
        assert_int_equal(tv_clients_open(&clients), TV_OK);
        assert_int_equal(tv_clients_add_list(clients, "list", cases[i].nul, &error), TV_OK);
        assert_walk(clients, cases[i].paths);
        tv_clients_close(clients);
    }
    tv_clients *clients;
    int error = 0;
    assert_int_equal(tv_clients_open(&clients), TV_OK);
    assert_int_equal(tv_clients_add_list(clients, "no-list", false, &error), TV_ERR_OPEN);
    assert_int_equal(error, ENOENT);
    assert_int_equal(tv_clients_add_list(clients, "no-list", false, NULL), TV_ERR_OPEN);
    assert_int_equal(tv_clients_add_list(clients, scene_dir, false, &error), TV_ERR_IS_DIRECTORY);
    assert_walk(clients, "");
    tv_clients_close(clients);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths_as_given),
        cmocka_unit_test(test_directories),
        cmocka_unit_test(test_a_file_that_vanishes),
        cmocka_unit_test(test_a_directory_that_vanishes),
        cmocka_unit_test(test_lists),
    };
    return cmocka_run_group_tests(tests, scene_open, scene_close);
}
