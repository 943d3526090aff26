// SPDX-License-Identifier: Apache-2.0
// The texts of tv_status, the default limits and the version: constants that every room shares.
#include "tv/status.h"

// The build sets the version; a compile by hand gets the one of the source.
#ifndef TV_VERSION
#define TV_VERSION "0.1.0"
#endif

const char *tv_status_text(tv_status status)
{
    switch (status) {
#define TV_STATUS_CASE(name, text)                                                                 \
    case name:                                                                                     \
        return text;
        TV_STATUS_LIST(TV_STATUS_CASE)
#undef TV_STATUS_CASE
    }
    return "unknown status";
}

tv_limits tv_limits_default(void)
{
    return (tv_limits){
        .bundle_bytes = UINT64_C(4) << 30,
        .path_nodes = 4096,
        .path_signatures = 256,
        .path_depth = 32,
        .issuer_candidates = 64,
        .name_comparisons = UINT64_C(1) << 20,
    };
}

const char *tv_version(void)
{
    return TV_VERSION;
}
