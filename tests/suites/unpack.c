// SPDX-License-Identifier: Apache-2.0
// An archive is known by its size and time, which are the target of a symbolic link beside what was
// unpacked; the link is made last.

#include "suites/unpack.h"

#include "suites/spawn.h"
#include "suites/table.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_CAP = 4096 };

static void make_dir(const char *path)
{
    int made = mkdir(path, 0700);
    assert(made == 0 || errno == EEXIST);
}

static void run(const char *const argv[])
{
    tv_spawned done = tv_spawn(argv, NULL, NULL);
    assert(done.code == 0);
    free(done.text);
}

void tv_unpack_and_enter(const char *dir, const char *name)
{
    char archive[PATH_CAP];
    char link[PATH_CAP];
    char place[PATH_CAP];
    char wanted[80];
    char there[80] = "";
    struct stat status;
    (void)snprintf(archive, sizeof(archive), "%s/%s.tar.xz", dir, name);
    (void)snprintf(place, sizeof(place), "suites/%s", name);
    (void)snprintf(link, sizeof(link), "suites/%s.from", name);
    int found = stat(archive, &status);
    assert(found == 0);
    (void)snprintf(wanted, sizeof(wanted), "%lld-%lld", (long long)status.st_size,
                   (long long)status.st_mtime);
    make_dir("suites");
    ssize_t len = readlink(link, there, sizeof(there) - 1);
    if (len < 0 || strcmp(there, wanted) != 0) {
        run((const char *const[]){"rm", "-rf", place, link, NULL});
        make_dir(place);
        run((const char *const[]){"tar", "-xJf", archive, "-C", place, NULL});
        int linked = symlink(wanted, link);
        assert(linked == 0);
    }
    int entered = chdir(place);
    assert(entered == 0);
}

json_t *tv_index_load(void)
{
    json_t *index = json_array();
    char *text = tv_file_text("index.ndjson", NULL);
    assert(index != NULL);
    for (const char *line = text; *line != '\0';) {
        size_t len = strcspn(line, "\n");
        int added = json_array_append_new(index, json_loadb(line, len, 0, NULL));
        assert(added == 0);
        line += len + (line[len] == '\n' ? 1 : 0);
    }
    free(text);
    return index;
}
