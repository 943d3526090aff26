// SPDX-License-Identifier: Apache-2.0
// Paths come in, files go out, directories expanded in byte order of their names. Links that lead
// out of the directory they were found below, sockets, devices and dot files are left out.

#include "run/clients.h"

#include "base/span.h"
#include "base/vec.h"
#include "io/map.h"

#include <stdlib.h>
#include <uv.h>

struct tv_clients {
    char **paths;
    size_t num, cap;
};

typedef struct found_name {
    char *name;   // owned
    bool is_file; // the directory says so; else its type is still to be told
} found_name;

// A directory that is being walked.
typedef struct directory {
    char *path;
    found_name *names; // sorted
    size_t num, next;
} directory;

struct tv_client_walk {
    const tv_clients *clients;
    size_t next;
    char *root; // real path of the directory that was named, while it is walked
    directory *stack;
    size_t depth, cap;
};

static char *copy_bytes(const char *text, size_t len)
{
    char *copy = malloc(len + 1);
    if (copy != NULL) {
        memcpy(copy, text, len);
        copy[len] = '\0';
    }
    return copy;
}

tv_status tv_clients_open(tv_clients **out)
{
    *out = calloc(1, sizeof(**out));
    return *out != NULL ? TV_OK : TV_ERR_NOMEM;
}

static tv_status add_path(tv_clients *clients, const char *path, size_t len)
{
    if (!tv_vec_grow((void **)&clients->paths, &clients->cap, clients->num + 1, sizeof(char *))) {
        return TV_ERR_NOMEM;
    }
    char *copy = copy_bytes(path, len);
    if (copy == NULL) {
        return TV_ERR_NOMEM;
    }
    clients->paths[clients->num++] = copy;
    return TV_OK;
}

tv_status tv_clients_add(tv_clients *clients, const char *path)
{
    return add_path(clients, path, strlen(path));
}

tv_status tv_clients_add_list(tv_clients *clients, const char *list, bool nul, int *error)
{
    tv_map map;
    tv_status status = tv_map_open(&map, list, true, 0);
    if (status != TV_OK) {
        if (error != NULL) {
            *error = map.error;
        }
        return status;
    }
    tv_span rest = map.bytes;
    while (rest.len > 0 && status == TV_OK) {
        const uint8_t *end = memchr(rest.ptr, nul ? '\0' : '\n', rest.len);
        size_t len = end != NULL ? (size_t)(end - rest.ptr) : rest.len;
        size_t used = end != NULL ? len + 1 : len;
        if (!nul && len > 0 && rest.ptr[len - 1] == '\r') {
            len--;
        }
        if (len > 0) {
            status = add_path(clients, (const char *)rest.ptr, len);
        }
        rest = tv_span_part(rest, used, rest.len);
    }
    tv_map_close(&map);
    return status;
}

void tv_clients_close(tv_clients *clients)
{
    if (clients == NULL) {
        return;
    }
    for (size_t i = 0; i < clients->num; i++) {
        free(clients->paths[i]);
    }
    free(clients->paths);
    free(clients);
}

tv_status tv_client_walk_open(tv_client_walk **out, const tv_clients *clients)
{
    *out = calloc(1, sizeof(**out));
    if (*out == NULL) {
        return TV_ERR_NOMEM;
    }
    (*out)->clients = clients;
    return TV_OK;
}

static void close_directory(directory *dir)
{
    for (size_t i = dir->next; i < dir->num; i++) {
        free(dir->names[i].name);
    }
    free(dir->names);
    free(dir->path);
}

void tv_client_walk_close(tv_client_walk *walk)
{
    if (walk == NULL) {
        return;
    }
    while (walk->depth > 0) {
        close_directory(&walk->stack[--walk->depth]);
    }
    free(walk->stack);
    free(walk->root);
    free(walk);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const found_name *)a)->name, ((const found_name *)b)->name);
}

static tv_status read_names(directory *dir, uv_fs_t *request)
{
    size_t cap = 0;
    bool sorted = true; // as libuv hands them out today
    uv_dirent_t entry;
    while (uv_fs_scandir_next(request, &entry) != UV_EOF) {
        if (entry.name[0] == '.') {
            continue;
        }
        if (!tv_vec_grow((void **)&dir->names, &cap, dir->num + 1, sizeof(found_name))) {
            return TV_ERR_NOMEM;
        }
        found_name *found = &dir->names[dir->num];
        found->name = copy_bytes(entry.name, strlen(entry.name));
        found->is_file = entry.type == UV_DIRENT_FILE;
        if (found->name == NULL) {
            return TV_ERR_NOMEM;
        }
        sorted = sorted && (dir->num == 0 || compare_names(found - 1, found) <= 0);
        dir->num++;
    }
    if (!sorted) {
        qsort(dir->names, dir->num, sizeof(found_name), compare_names);
    }
    return TV_OK;
}

// Takes over `path`.
static tv_status push_directory(tv_client_walk *walk, char *path, int *error)
{
    if (!tv_vec_grow((void **)&walk->stack, &walk->cap, walk->depth + 1, sizeof(directory))) {
        free(path);
        return TV_ERR_NOMEM;
    }
    uv_fs_t request;
    directory dir = {.path = path};
    int result = uv_fs_scandir(NULL, &request, path, 0, NULL);
    tv_status status = TV_ERR_READ;
    if (result >= 0) {
        status = read_names(&dir, &request);
    } else {
        *error = -result;
    }
    uv_fs_req_cleanup(&request);
    if (status != TV_OK) {
        dir.path = NULL; // told to the caller by the path it gave
        free(path);
        close_directory(&dir);
        return status;
    }
    walk->stack[walk->depth++] = dir;
    return TV_OK;
}

// The type of a file; 0 when that cannot be told.
static uint64_t mode_of(const char *path, bool follow)
{
    uv_fs_t request;
    int result =
        follow ? uv_fs_stat(NULL, &request, path, NULL) : uv_fs_lstat(NULL, &request, path, NULL);
    uint64_t mode = result == 0 ? request.statbuf.st_mode : 0;
    uv_fs_req_cleanup(&request);
    return mode & 0170000; // S_IFMT: the file's type
}

enum { MODE_DIRECTORY = 0040000, MODE_REGULAR = 0100000, MODE_LINK = 0120000 };

static char *real_path(const char *path)
{
    uv_fs_t request;
    char *real = NULL;
    if (uv_fs_realpath(NULL, &request, path, NULL) == 0) {
        real = copy_bytes(request.ptr, strlen(request.ptr));
    }
    uv_fs_req_cleanup(&request);
    return real;
}

// Whether a link leads to a regular file below the directory that was named.
static bool link_stays_inside(const tv_client_walk *walk, const char *path)
{
    if (walk->root == NULL || mode_of(path, true) != MODE_REGULAR) {
        return false;
    }
    char *real = real_path(path);
    size_t len = strlen(walk->root);
    bool inside = real != NULL && strncmp(real, walk->root, len) == 0 &&
                  (real[len] == '/' || walk->root[len - 1] == '/');
    free(real);
    return inside;
}

static char *join(const char *directory_path, const char *name)
{
    size_t len = strlen(directory_path);
    size_t name_size = strlen(name) + 1;
    char *path = malloc(len + 1 + name_size);
    if (path == NULL) {
        return NULL;
    }
    memcpy(path, directory_path, len);
    if (len > 0 && path[len - 1] != '/') {
        path[len++] = '/';
    }
    memcpy(path + len, name, name_size);
    return path;
}

// The next path below the directories that are being walked. `*path` NULL: none is left.
static tv_status next_below(tv_client_walk *walk, char **path, int *error)
{
    while (walk->depth > 0) {
        directory *dir = &walk->stack[walk->depth - 1];
        if (dir->next == dir->num) {
            close_directory(dir);
            walk->depth--;
            continue;
        }
        found_name *found = &dir->names[dir->next++];
        char *full = join(dir->path, found->name);
        free(found->name);
        if (full == NULL) {
            return TV_ERR_NOMEM;
        }
        uint64_t mode = found->is_file ? MODE_REGULAR : mode_of(full, false);
        if (mode == MODE_DIRECTORY) {
            *path = copy_bytes(full, strlen(full));
            tv_status status = push_directory(walk, full, error);
            if (status != TV_OK) {
                return status; // `*path` names the directory
            }
            free(*path);
            *path = NULL;
            continue;
        }
        // What cannot be looked at is handed out, too: opening it tells why.
        if (mode == MODE_REGULAR || mode == 0 ||
            (mode == MODE_LINK && link_stays_inside(walk, full))) {
            *path = full;
            return TV_OK;
        }
        free(full);
    }
    return TV_OK;
}

tv_status tv_client_walk_next(tv_client_walk *walk, char **path, int *error)
{
    *error = 0;
    for (;;) {
        *path = NULL;
        tv_status status = next_below(walk, path, error);
        if (status != TV_OK || *path != NULL) {
            return status;
        }
        if (walk->next == walk->clients->num) {
            return TV_OK;
        }
        const char *named = walk->clients->paths[walk->next++];
        *path = copy_bytes(named, strlen(named));
        if (*path == NULL) {
            return TV_ERR_NOMEM;
        }
        if (strcmp(named, "-") == 0 || mode_of(named, true) != MODE_DIRECTORY) {
            return TV_OK;
        }
        free(walk->root);
        walk->root = real_path(named);
        char *directory_path = copy_bytes(named, strlen(named));
        if (directory_path == NULL) {
            return TV_ERR_NOMEM;
        }
        status = push_directory(walk, directory_path, error);
        if (status != TV_OK) {
            return status;
        }
        free(*path);
    }
}
