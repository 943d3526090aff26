// SPDX-License-Identifier: Apache-2.0
// In: [NAME=]FILE texts and directories. Out: names and paths of truststores, in order. The files
// are opened by the library.
#include "cli/stores.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/messages.h"

// A copy of `len` bytes with a NUL behind them.
static char *copy_text(const char *text, size_t len)
{
    char *copy = malloc(len + 1);
    if (copy != NULL) {
        memcpy(copy, text, len);
        copy[len] = '\0';
    }
    return copy;
}

// Appends a store and takes both strings over, also on failure. A NULL path is memory that is out.
static bool append(cli_stores *stores, char *name, char *path)
{
    if (stores->count == stores->room && path != NULL) {
        size_t room = stores->room == 0 ? 16 : stores->room * 2;
        cli_store *items = realloc(stores->items, room * sizeof(*items));
        if (items != NULL) {
            stores->items = items;
            stores->room = room;
        }
    }
    if (path == NULL || stores->count == stores->room) {
        free(name);
        free(path);
        cli_fail("%s", tv_status_text(TV_ERR_NOMEM));
        return false;
    }
    stores->items[stores->count++] = (cli_store){name, path};
    return true;
}

bool cli_stores_add(cli_stores *stores, const char *text)
{
    const char *equals = strchr(text, '=');
    const char *slash = strchr(text, '/');
    if (equals == NULL || (slash != NULL && slash < equals)) {
        return append(stores, NULL, copy_text(text, strlen(text)));
    }
    size_t len = (size_t)(equals - text);
    if (len == 0 || equals[1] == '\0') {
        cli_fail("'%s' lacks its %s; write NAME=FILE", text, len == 0 ? "name" : "file");
        return false;
    }
    for (size_t i = 0; i < stores->count; i++) {
        const char *name = stores->items[i].name;
        if (name != NULL && strlen(name) == len && memcmp(name, text, len) == 0) {
            cli_fail("two truststores are named '%s'; names have to differ", name);
            return false;
        }
    }
    char *name = copy_text(text, len);
    if (name == NULL) {
        cli_fail("%s", tv_status_text(TV_ERR_NOMEM));
        return false;
    }
    return append(stores, name, copy_text(equals + 1, strlen(equals + 1)));
}

static char *join_path(const char *directory, const char *name)
{
    size_t directory_len = strlen(directory);
    size_t name_len = strlen(name);
    bool has_slash = directory_len > 0 && directory[directory_len - 1] == '/';
    char *path = malloc(directory_len + name_len + 2);
    if (path != NULL) {
        memcpy(path, directory, directory_len);
        path[directory_len] = '/';
        memcpy(path + directory_len + (has_slash ? 0 : 1), name, name_len + 1);
    }
    return path;
}

// Adds the files of one directory to `files` and its directories to `directories`.
static bool list_directory(cli_stores *files, cli_stores *directories, const char *path)
{
    DIR *open = opendir(path);
    if (open == NULL) {
        cli_fail_file(path, TV_ERR_OPEN, errno);
        return false;
    }
    bool done = true;
    struct dirent *entry;
    while (done && (errno = 0, entry = readdir(open)) != NULL) {
        if (entry->d_name[0] == '.') {
            continue;
        }
        char *child = join_path(path, entry->d_name);
        struct stat itself;
        struct stat target;
        if (child != NULL && lstat(child, &itself) == 0 && S_ISDIR(itself.st_mode)) {
            done = append(directories, NULL, child);
        } else if (child == NULL || (stat(child, &target) == 0 && S_ISREG(target.st_mode))) {
            done = append(files, NULL, child);
        } else {
            free(child);
        }
    }
    if (done && errno != 0) {
        cli_fail_file(path, TV_ERR_READ, errno);
        done = false;
    }
    closedir(open);
    return done;
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(((const cli_store *)a)->path, ((const cli_store *)b)->path);
}

bool cli_stores_add_directory(cli_stores *stores, const char *directory)
{
    // Directories wait in a list: no recursion, whatever the depth. Links to directories are not
    // followed, so the walk ends.
    cli_stores directories = {0};
    size_t first = stores->count;
    bool done = append(&directories, NULL, copy_text(directory, strlen(directory)));
    for (size_t i = 0; done && i < directories.count; i++) {
        done = list_directory(stores, &directories, directories.items[i].path);
    }
    cli_stores_close(&directories);
    if (stores->count > first) {
        qsort(stores->items + first, stores->count - first, sizeof(*stores->items), compare_paths);
    } else if (done) {
        cli_fail("%s: holds no file", directory);
        done = false;
    }
    return done;
}

void cli_stores_close(cli_stores *stores)
{
    for (size_t i = 0; i < stores->count; i++) {
        free(stores->items[i].name);
        free(stores->items[i].path);
    }
    free(stores->items);
    *stores = (cli_stores){0};
}
