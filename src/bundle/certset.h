// SPDX-License-Identifier: Apache-2.0
// The set of distinct certificates: DER → dense id, in order of first appearance. XXH3-128 with the
// run's seed finds a candidate, the bytes decide. One thread fills it.
#ifndef TV_BUNDLE_CERTSET_H
#define TV_BUNDLE_CERTSET_H

#include "base/arena.h"
#include "tv/status.h"

typedef struct tv_certset tv_certset;

TV_MUST_USE tv_status tv_certset_open(tv_certset **out);
void tv_certset_close(tv_certset *set);

// The id of `der`, which is copied when it is new. `*is_new` may be NULL.
TV_MUST_USE tv_status tv_certset_add(tv_certset *set, tv_span der, tv_cert_id *id, bool *is_new);
size_t tv_certset_count(const tv_certset *set);
tv_span tv_certset_der(const tv_certset *set, tv_cert_id id); // lives as long as the set

#endif
