// SPDX-License-Identifier: Apache-2.0
// Records to all writers of a run: workers format into a batch's own buffers, the calling thread
// writes the buffers in order.
#ifndef TV_RUN_OUTPUTS_H
#define TV_RUN_OUTPUTS_H

#include "base/buf.h"
#include "tv/verify.h"

// One buffer per writer. A zeroed set is empty; tv_output_bufs_open gives it its buffers.
typedef struct tv_output_bufs {
    tv_buf *bufs;
    size_t num;
} tv_output_bufs;

TV_MUST_USE tv_status tv_output_bufs_open(tv_output_bufs *out, size_t num_writers);
void tv_output_bufs_close(tv_output_bufs *out);
size_t tv_output_bufs_len(const tv_output_bufs *out); // of all buffers

// The first record; `info` is borrowed until the run's end.
TV_MUST_USE tv_status tv_outputs_begin(const tv_judge_options *options, const tv_run_info *info,
                                       tv_output_bufs *scratch);
void tv_outputs_entry(const tv_judge_options *options, const tv_entry_record *entry,
                      tv_output_bufs *out);
void tv_outputs_finding(const tv_judge_options *options, const tv_finding *finding,
                        tv_output_bufs *out);
void tv_outputs_row(const tv_judge_options *options, const tv_row *row, tv_output_bufs *out);
// Writes and clears the buffers. TV_ERR_NOMEM when formatting ran out of memory, TV_ERR_WRITE.
TV_MUST_USE tv_status tv_outputs_flush(const tv_judge_options *options, tv_output_bufs *out);
TV_MUST_USE tv_status tv_outputs_end(const tv_judge_options *options, const tv_summary *summary,
                                     tv_output_bufs *scratch);

#endif
