// SPDX-License-Identifier: Apache-2.0
// A random sample of real cells, judged again by X509_verify_cert under settings equal to the
// profile's: a cell comes in, a finding goes out where the two differ. A difference is explained
// only by proof: the path that libcrypto did not try and accepts when it is given nothing else, the
// instant at which the two count a second differently, the bytes that one reader takes and the
// other refuses. Everything else is reported as a difference.
#ifndef TV_RUN_CROSSCHECK_H
#define TV_RUN_CROSSCHECK_H

#include "run/workspace.h"

typedef struct tv_crosscheck tv_crosscheck;

// `percent` of the cells, from above 0 to 100. Reads the truststores as libcrypto does.
TV_MUST_USE tv_status tv_crosscheck_open(tv_crosscheck **out, const tv_workspace *workspace,
                                         const tv_judge_options *options, double percent);
void tv_crosscheck_close(tv_crosscheck *check);

typedef enum tv_crosscheck_result {
    TV_CROSSCHECK_SKIPPED = 0, // not in the sample, or a rule that libcrypto does not have
    TV_CROSSCHECK_AGREES,
    TV_CROSSCHECK_EXPLAINED, // differs, with a proof
    TV_CROSSCHECK_DIFFERS,
} tv_crosscheck_result;

// Judges the cell of `target` (its DER and what the cell says) against truststore `store`. For the
// last two results `finding` is set; `text` is cleared and keeps its message. Any thread.
tv_crosscheck_result tv_crosscheck_cell(const tv_crosscheck *check, uint32_t store, tv_span target,
                                        const tv_item *item, const tv_cell *cell, tv_buf *text,
                                        tv_finding *finding);

#endif
