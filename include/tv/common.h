// SPDX-License-Identifier: Apache-2.0
// What every other public header stands on: visibility, borrowed bytes, time, ids and limits.
//
// Units: sizes and offsets are bytes; lines count from 1; indexes and ids count from 0; depth 0 is
// the target certificate; tv_time is seconds since 1970-01-01T00:00:00Z, without leap seconds.
// Ownership: *_open, *_new and *_load hand an object to the caller that *_close or *_free takes
// back (NULL is fine). Everything else is borrowed from its parent and dies with it.
#ifndef TV_COMMON_H
#define TV_COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define TV_API __attribute__((visibility("default")))
#define TV_MUST_USE __attribute__((warn_unused_result))
#else
#define TV_API
#define TV_MUST_USE
#endif

#ifdef __cplusplus
extern "C" {
#endif

// Bytes that belong to somebody else. `ptr` may be NULL when `len` is 0.
typedef struct tv_span {
    const uint8_t *ptr;
    size_t len;
} tv_span;

// A string literal as a span, without its final NUL.
#define TV_LIT(text) ((tv_span){(const uint8_t *)("" text), sizeof(text) - 1})

typedef int64_t tv_time;
#define TV_TIME_NONE INT64_MIN // no such instant

// Reads an instant as a person writes it: RFC 3339 (with a fraction, which is cut off, and any
// offset; a bare date is its midnight UTC), `@SECONDS` or a bare decimal count of seconds since the
// epoch, or `+N` / `-N` with a unit s, m, h, d, w or y (365 days) relative to `now`. False, `*out`
// untouched, when it is none of these or lies outside the years 0 to 9999.
TV_API bool tv_time_parse(tv_time *out, tv_span text, tv_time now);

// Writes "2026-11-23T23:00:00Z" with its NUL. Years outside 0 to 9999 are clamped to that range.
#define TV_TIME_TEXT_LEN 21
TV_API void tv_time_format(char out[TV_TIME_TEXT_LEN], tv_time time);

typedef uint32_t tv_cert_id;   // held certificates: dense from 0, in order of first appearance
typedef uint32_t tv_bundle_id; // bundles of a workspace: dense from 0, in order of addition
#define TV_ID_NONE UINT32_MAX  // no such certificate, bundle or entry

// SHA-256 of a certificate's DER.
typedef struct tv_fingerprint {
    uint8_t bytes[32];
} tv_fingerprint;

// The largest bounds that the search has room for.
#define TV_LIMIT_SIGNATURES 512
#define TV_LIMIT_DEPTH 33
#define TV_LIMIT_CANDIDATES 64

// Bounds that keep hostile input cheap. A zero takes the default of tv_limits_default(), a value
// above the TV_LIMIT_ of its field is taken for that.
typedef struct tv_limits {
    uint64_t bundle_bytes;      // largest held file; larger ones are refused
    uint32_t path_nodes;        // certificates looked at per cell
    uint32_t path_signatures;   // distinct (child, issuer key) pairs consulted per cell
                                // (TV_LIMIT_SIGNATURES)
    uint32_t path_depth;        // certificates in one path, the target included (TV_LIMIT_DEPTH)
    uint32_t issuer_candidates; // issuers tried per certificate (TV_LIMIT_CANDIDATES)
    uint64_t name_comparisons;  // names × constraints, and policies, compared per cell
} tv_limits;

TV_API tv_limits tv_limits_default(void);

// The version of the library, "MAJOR.MINOR.PATCH". Static storage.
TV_API const char *tv_version(void);

#ifdef __cplusplus
}
#endif

#endif
