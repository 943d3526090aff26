// SPDX-License-Identifier: Apache-2.0
// The owner of all that is held: truststores and extra intermediates. Fill it, freeze it, then
// judge with it (audit.h, verify.h).
//
// Threads: one thread fills a workspace. After tv_workspace_freeze it and all that is borrowed from
// it never change, and any thread may read; any number of audits and verifications may follow.
#ifndef TV_WORKSPACE_H
#define TV_WORKSPACE_H

#include "tv/bundle.h"
#include "tv/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tv_options {
    unsigned threads; // workers; 0: as many as there are cores
    bool no_mmap;     // read files instead of mapping them
    tv_limits limits; // zeros take defaults
} tv_options;

typedef enum tv_role {
    TV_ROLE_TRUSTSTORE, // judged, and judged against; its order gives the columns of the matrix
    TV_ROLE_UNTRUSTED,  // intermediates that are at hand but trusted by nobody
} tv_role;

typedef struct tv_workspace tv_workspace;

// `options` may be NULL.
TV_API TV_MUST_USE tv_status tv_workspace_open(tv_workspace **out, const tv_options *options);

// Reads a file ("-" is standard input) and all of its blocks. `name` may be NULL: the file's base
// name without its extension, made unique. A file without one readable certificate is added, too,
// and TV_ERR_NO_CERTIFICATE is returned with `*out` set. TV_ERR_OPEN, TV_ERR_READ,
// TV_ERR_IS_DIRECTORY, TV_ERR_TOO_LARGE, TV_ERR_NOMEM add nothing; `*error` (may be NULL) is the
// errno then.
TV_API TV_MUST_USE tv_status tv_workspace_add(tv_workspace *workspace, tv_bundle_id *out,
                                              const char *path, const char *name, tv_role role,
                                              int *error);

TV_API TV_MUST_USE tv_status tv_workspace_freeze(tv_workspace *workspace);

TV_API size_t tv_workspace_num_bundles(const tv_workspace *workspace); // of both roles
TV_API const tv_bundle *tv_workspace_bundle(const tv_workspace *workspace, tv_bundle_id id);
TV_API const tv_held *tv_workspace_cert(const tv_workspace *workspace, tv_cert_id id);

// Ends a running tv_verify or tv_audit early, from any thread or a signal handler: rows in flight
// are finished, the output is marked incomplete and TV_ERR_CANCELLED is returned.
TV_API void tv_workspace_cancel(tv_workspace *workspace);
TV_API void tv_workspace_close(tv_workspace *workspace);

#ifdef __cplusplus
}
#endif

#endif
