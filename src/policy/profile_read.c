// SPDX-License-Identifier: Apache-2.0
// Names, files and texts come in, profiles go out. The chain of inherited profiles is found first,
// then each text is applied to one profile, the most distant ancestor first. inih splits lines into
// section, key and value; the reader here hands it the lines one by one, so that every refusal
// knows its line. What the lines mean is left to profile_set.c.

#include "policy/profile.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"
#include "builtin_profiles.h"
#include "io/map.h"
#include "policy/profile_set.h"

#include <ini.h>
#include <stdlib.h>

enum {
    MAX_INHERITED = 8,      // profiles in a chain of inheritance, the first included
    MAX_FILE = 1024 * 1024, // bytes of a profile file
    MAX_SECTION = 64,       // bytes of what stands between the brackets
};

// One text of a chain.
typedef struct text_source {
    const char *name;   // as it was asked for
    const char *origin; // where siblings are looked for; NULL: built in, nothing lies beside it
    tv_span text;
    tv_map map;       // owns the text of a file, zeroed otherwise
    const char *base; // what it inherits, or NULL
    int base_line;    // of the line that says so
} text_source;

typedef struct ancestry {
    text_source sources[MAX_INHERITED];
    size_t len;
    tv_arena names;
} ancestry;

// The walk over one text.
typedef struct walk {
    tv_span text;
    size_t at;
    int line;
    tv_status status;
    tv_profile_error *error;
    bool in_section;
    tv_section section;
    uint32_t seen;       // keys of the section at hand, by row of known_keys
    bool named;          // [profile] has a name
    tv_profile *profile; // NULL: only `inherits` is looked for
    ancestry *chain;     // owner of the texts below
    text_source *source;
} walk;

static const char *const known_keys[] = {"certainty", "source", "value",   "check",   "severity",
                                         "text",      "name",   "summary", "inherits"};
enum { PROVENANCE_KEYS = 3, VALUE_KEYS = 7 << 2 }; // bits of certainty, source; value to severity

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static tv_span trim(tv_span line)
{
    while (line.len > 0 && is_blank(line.ptr[line.len - 1])) {
        line.len--;
    }
    while (line.len > 0 && is_blank(line.ptr[0])) {
        line = tv_span_part(line, 1, line.len);
    }
    return line;
}

static bool is_comment(tv_span line)
{
    return line.len > 0 && (line.ptr[0] == ';' || line.ptr[0] == '#');
}

// Ends the walk: the first refusal is the one that is told.
static void stop(walk *w, tv_status status)
{
    w->status = status;
    if (w->error != NULL) {
        w->error->line = w->line;
    }
}

static void refuse(walk *w, const char *text)
{
    stop(w, tv_profile_refuse(w->error, TV_ERR_SYNTAX, (const char *const[]){text, NULL}));
}

// The next line without its end and the blanks around it.
static tv_span take_line(walk *w)
{
    tv_span rest = tv_span_part(w->text, w->at, w->text.len);
    const uint8_t *end = memchr(rest.ptr, '\n', rest.len);
    size_t len = end != NULL ? (size_t)(end - rest.ptr) : rest.len;
    w->at += end != NULL ? len + 1 : len;
    w->line++;
    if (w->line == 1 && tv_span_starts_with(rest, TV_LIT("\xef\xbb\xbf"))) {
        rest = tv_span_part(rest, 3, rest.len);
        len -= 3;
    }
    return trim(tv_span_part(rest, 0, len));
}

// A line that begins with '['. Sections are understood here, so that one without keys is, too.
static void open_section(walk *w, tv_span line)
{
    const uint8_t *end = memchr(line.ptr, ']', line.len);
    size_t len = end != NULL ? (size_t)(end - line.ptr) - 1 : 0;
    tv_span behind = end != NULL ? trim(tv_span_part(line, len + 2, line.len)) : line;
    if (end == NULL || (behind.len > 0 && !is_comment(behind))) {
        refuse(w, "a section is one pair of brackets on a line of its own");
        return;
    }
    char name[MAX_SECTION];
    if (len >= sizeof(name)) {
        refuse(w, "the name of a section is too long");
        return;
    }
    memcpy(name, line.ptr + 1, len);
    name[len] = '\0';
    tv_status status = tv_section_find(&w->section, name, w->error);
    if (status != TV_OK) {
        stop(w, status);
        return;
    }
    w->in_section = true;
    w->seen = 0;
}

// inih's fgets: one line at a time into `out`, which has room for `num` bytes. Comments and blank
// lines pass as empty ones, so that they may be of any length.
static char *next_line(char *out, int num, void *stream)
{
    walk *w = stream;
    if (w->status != TV_OK || w->at >= w->text.len) {
        return NULL;
    }
    tv_span line = take_line(w);
    if (is_comment(line)) {
        line.len = 0;
    }
    if (line.len > 0 && memchr(line.ptr, '\0', line.len) != NULL) {
        refuse(w, "a NUL byte");
    } else if (num < 2 || line.len > (size_t)num - 2) {
        refuse(w, "the line is too long");
    } else if (line.len > 0 && line.ptr[0] == '[') {
        open_section(w, line);
    } else if (line.len > 0 && !w->in_section) {
        refuse(w, "a line before the first [section]");
    } else if (line.len > 0 && memchr(line.ptr, '=', line.len) == NULL) {
        refuse(w, "neither [section] nor key = value nor ; comment");
    }
    if (w->status != TV_OK) {
        return NULL;
    }
    if (line.len > 0) {
        memcpy(out, line.ptr, line.len);
    }
    out[line.len] = '\n';
    out[line.len + 1] = '\0';
    return out;
}

// Refuses a key that stands twice in its section, and certainty or source before the value that
// they belong to (setting the value would forget them).
static bool key_in_order(walk *w, const char *key)
{
    for (size_t i = 0; i < sizeof(known_keys) / sizeof(known_keys[0]); i++) {
        if (strcmp(key, known_keys[i]) != 0) {
            continue;
        }
        uint32_t bit = UINT32_C(1) << i;
        const char *what = NULL;
        if ((w->seen & bit) != 0) {
            what = "' stands twice in this section";
        } else if ((bit & VALUE_KEYS) != 0 && (w->seen & PROVENANCE_KEYS) != 0) {
            what = "' must stand before certainty and source";
        }
        if (what != NULL) {
            stop(w, tv_profile_refuse(w->error, TV_ERR_SYNTAX,
                                      (const char *const[]){"'", key, what, NULL}));
            return false;
        }
        w->seen |= bit;
        return true;
    }
    return true; // unknown: the section says so
}

static void note_base(walk *w, const char *value)
{
    if (!tv_profile_name_ok(value)) {
        stop(w, tv_profile_refuse(w->error, TV_ERR_SYNTAX,
                                  (const char *const[]){"'", value,
                                                        "' names neither a built-in profile nor "
                                                        "a file beside this one",
                                                        NULL}));
        return;
    }
    tv_span copy = tv_arena_copy(&w->chain->names, tv_span_from_text(value));
    if (copy.ptr == NULL) {
        stop(w, TV_ERR_NOMEM);
        return;
    }
    w->source->base = (const char *)copy.ptr;
    w->source->base_line = w->line;
}

// inih's handler. The section is the walk's own: inih cuts names that are long.
static int take_key(void *user, const char *section, const char *key, const char *value)
{
    (void)section;
    walk *w = user;
    bool is_profile = w->section.kind == TV_SECTION_PROFILE;
    bool is_base = is_profile && strcmp(key, "inherits") == 0;
    if (w->status != TV_OK) {
        return 0;
    }
    if (w->profile == NULL) {
        if (is_base && w->source->base == NULL) {
            note_base(w, value);
        }
        return w->status == TV_OK;
    }
    if (!key_in_order(w, key) || is_base) {
        return w->status == TV_OK;
    }
    tv_status status = tv_section_set(w->profile, w->section, key, value, w->error);
    if (status != TV_OK) {
        stop(w, status);
    }
    w->named = w->named || (is_profile && strcmp(key, "name") == 0);
    return status == TV_OK;
}

// Walks the text of one source: with a profile to apply it, with NULL to find what it inherits.
static tv_status walk_source(ancestry *chain, text_source *source, tv_profile *profile,
                             tv_profile_error *error)
{
    walk w = {
        .text = source->text, .error = error, .profile = profile, .chain = chain, .source = source};
    int first_error = ini_parse_stream(next_line, &w, take_key, &w);
    if (w.status == TV_OK && first_error != 0) {
        w.line = first_error;
        refuse(&w, "neither [section] nor key = value nor ; comment");
    }
    if (w.status == TV_OK && profile != NULL && !w.named) {
        w.line = 0;
        refuse(&w, "[profile] has no name");
    }
    return w.status;
}

static const tv_builtin_profile *find_builtin(const char *name)
{
    for (size_t i = 0; i < tv_num_builtin_profiles; i++) {
        if (strcmp(tv_builtin_profiles[i].name, name) == 0) {
            return &tv_builtin_profiles[i];
        }
    }
    return NULL;
}

const char *tv_profile_builtin(size_t i)
{
    return i < tv_num_builtin_profiles ? tv_builtin_profiles[i].name : NULL;
}

static tv_status unknown_name(const char *name, tv_profile_error *error)
{
    enum { MAX_NAMES = 24 };
    const char *parts[MAX_NAMES] = {"no profile is named '", name, "'; built in are "};
    size_t n = 3;
    for (size_t i = 0; i < tv_num_builtin_profiles && n + 3 < MAX_NAMES; i++) {
        if (i > 0) {
            parts[n++] = ", ";
        }
        parts[n++] = tv_builtin_profiles[i].name;
    }
    parts[n] = "; a file has a '/' or ends in .ini";
    return tv_profile_refuse(error, TV_ERR_UNKNOWN_NAME, parts);
}

static bool is_path(const char *name)
{
    size_t len = strlen(name);
    return strchr(name, '/') != NULL || (len > 4 && strcmp(name + len - 4, ".ini") == 0);
}

// Appends the profile of that name, or the file at that path, to the chain.
static tv_status add_source(ancestry *chain, const char *name, tv_profile_error *error)
{
    text_source *next = &chain->sources[chain->len];
    *next = (text_source){.name = name};
    if (!is_path(name)) {
        const tv_builtin_profile *builtin = find_builtin(name);
        if (builtin == NULL) {
            return unknown_name(name, error);
        }
        next->text = tv_span_make(builtin->text, builtin->len);
        chain->len++;
        return TV_OK;
    }
    tv_status status = tv_map_open(&next->map, name, false, MAX_FILE);
    if (status != TV_OK) {
        return tv_profile_refuse(error, status,
                                 (const char *const[]){name, " ", tv_status_text(status), NULL});
    }
    next->origin = name;
    next->text = next->map.bytes;
    chain->len++;
    return TV_OK;
}

// The name under which the last source's base is loaded: a built-in name as it is, any other as the
// file NAME or NAME.ini beside the source.
static tv_status base_name(ancestry *chain, const char **out, tv_profile_error *error)
{
    const text_source *from = &chain->sources[chain->len - 1];
    *out = from->base;
    if (find_builtin(from->base) != NULL) {
        return TV_OK;
    }
    if (from->origin == NULL) {
        return unknown_name(from->base, error);
    }
    const char *slash = strrchr(from->origin, '/');
    tv_buf path = {0};
    tv_buf_add(&path,
               tv_span_make(from->origin, slash != NULL ? (size_t)(slash - from->origin) + 1 : 0));
    tv_buf_add_text(&path, from->base);
    if (!is_path(from->base)) {
        tv_buf_add_text(&path, ".ini");
    }
    tv_span copy =
        path.failed ? (tv_span){NULL, 0} : tv_arena_copy(&chain->names, tv_buf_span(&path));
    tv_buf_close(&path);
    *out = (const char *)copy.ptr;
    return copy.ptr != NULL ? TV_OK : TV_ERR_NOMEM;
}

static tv_status refuse_base(const ancestry *chain, const char *what, tv_profile_error *error)
{
    return tv_profile_refuse(
        error, TV_ERR_SYNTAX,
        (const char *const[]){chain->sources[chain->len - 1].base, ": ", what, NULL});
}

// Appends what the last source inherits; `*more` tells whether there was anything.
static tv_status add_base(ancestry *chain, bool *more, tv_profile_error *error)
{
    const text_source *last = &chain->sources[chain->len - 1];
    *more = last->base != NULL;
    if (last->base == NULL) {
        return TV_OK;
    }
    const char *name;
    tv_status status = base_name(chain, &name, error);
    if (status != TV_OK) {
        return status;
    }
    for (size_t i = 0; i < chain->len; i++) {
        if (strcmp(chain->sources[i].name, name) == 0) {
            return refuse_base(chain, "the profile inherits itself", error);
        }
    }
    if (chain->len == MAX_INHERITED) {
        return refuse_base(chain, "more than 8 profiles inherit one another", error);
    }
    return add_source(chain, name, error);
}

static tv_status add_ancestors(ancestry *chain, tv_profile_error *error)
{
    bool more = true;
    while (more) {
        text_source *last = &chain->sources[chain->len - 1];
        tv_status status = walk_source(chain, last, NULL, error);
        if (status != TV_OK) {
            return status;
        }
        status = add_base(chain, &more, error);
        if (status != TV_OK) {
            if (error != NULL) {
                error->line = last->base_line;
            }
            return status;
        }
    }
    return TV_OK;
}

// A refusal of an ancestor is told at the line of the first text that leads to it.
static void blame_ancestor(const ancestry *chain, size_t which, tv_profile_error *error)
{
    if (which == 0 || error == NULL) {
        return;
    }
    tv_profile_error inner = *error;
    tv_buf line = {0};
    tv_buf_add_u64(&line, (uint64_t)inner.line);
    tv_buf_add_byte(&line, 0);
    (void)tv_profile_refuse(
        error, TV_OK,
        (const char *const[]){"inherited ", chain->sources[which].name, ", line ",
                              line.failed ? "?" : (const char *)line.ptr, ": ", inner.text, NULL});
    tv_buf_close(&line);
    error->line = chain->sources[0].base_line;
}

// The chain, whose first source is at hand, becomes a profile.
static tv_status load_chain(tv_profile **out, ancestry *chain, tv_profile_error *error)
{
    *out = NULL;
    tv_status status = add_ancestors(chain, error);
    if (status != TV_OK) {
        blame_ancestor(chain, chain->len - 1, error);
        return status;
    }
    tv_profile *profile = NULL;
    status = tv_profile_new(&profile);
    for (size_t left = chain->len; left > 0 && status == TV_OK; left--) {
        status = walk_source(chain, &chain->sources[left - 1], profile, error);
        if (status != TV_OK) {
            blame_ancestor(chain, left - 1, error);
        }
    }
    if (status != TV_OK) {
        tv_profile_close(profile);
        return status;
    }
    *out = profile;
    return TV_OK;
}

static void close_chain(ancestry *chain)
{
    for (size_t i = 0; i < chain->len; i++) {
        tv_map_close(&chain->sources[i].map);
    }
    tv_arena_close(&chain->names);
}

static void clear_error(tv_profile_error *error)
{
    if (error != NULL) {
        error->line = 0;
        error->text[0] = '\0';
    }
}

tv_status tv_profile_load(tv_profile **out, const char *name_or_path, tv_profile_error *error)
{
    *out = NULL;
    clear_error(error);
    ancestry chain = {.len = 0};
    tv_status status = add_source(&chain, name_or_path, error);
    if (status == TV_OK) {
        status = load_chain(out, &chain, error);
    }
    close_chain(&chain);
    return status;
}

tv_status tv_profile_parse(tv_profile **out, tv_span text, const char *origin,
                           tv_profile_error *error)
{
    *out = NULL;
    clear_error(error);
    ancestry chain = {.len = 1};
    chain.sources[0] =
        (text_source){.name = origin != NULL ? origin : "", .origin = origin, .text = text};
    tv_status status = load_chain(out, &chain, error);
    close_chain(&chain);
    return status;
}
