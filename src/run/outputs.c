// SPDX-License-Identifier: Apache-2.0
// One record comes in, its bytes for each writer go out.

#include "run/outputs.h"

#include "write/format.h"

#include <stdlib.h>

tv_status tv_output_bufs_open(tv_output_bufs *out, size_t num_writers)
{
    out->num = num_writers;
    out->bufs = calloc(num_writers + 1, sizeof(tv_buf));
    return out->bufs != NULL ? TV_OK : TV_ERR_NOMEM;
}

void tv_output_bufs_close(tv_output_bufs *out)
{
    for (size_t i = 0; i < out->num && out->bufs != NULL; i++) {
        tv_buf_close(&out->bufs[i]);
    }
    free(out->bufs);
    *out = (tv_output_bufs){0};
}

size_t tv_output_bufs_len(const tv_output_bufs *out)
{
    size_t len = 0;
    for (size_t i = 0; i < out->num; i++) {
        len += out->bufs[i].len;
    }
    return len;
}

tv_status tv_outputs_begin(const tv_judge_options *options, const tv_run_info *info,
                           tv_output_bufs *scratch)
{
    for (size_t i = 0; i < options->num_writers; i++) {
        tv_writer *writer = options->writers[i];
        writer->run = info;
        writer->ops->begin(writer, info, &scratch->bufs[i]);
    }
    return tv_outputs_flush(options, scratch);
}

void tv_outputs_entry(const tv_judge_options *options, const tv_entry_record *entry,
                      tv_output_bufs *out)
{
    for (size_t i = 0; i < options->num_writers; i++) {
        options->writers[i]->ops->entry(options->writers[i], entry, &out->bufs[i]);
    }
}

void tv_outputs_finding(const tv_judge_options *options, const tv_finding *finding,
                        tv_output_bufs *out)
{
    for (size_t i = 0; i < options->num_writers; i++) {
        options->writers[i]->ops->finding(options->writers[i], finding, &out->bufs[i]);
    }
}

void tv_outputs_row(const tv_judge_options *options, const tv_row *row, tv_output_bufs *out)
{
    for (size_t i = 0; i < options->num_writers; i++) {
        options->writers[i]->ops->row(options->writers[i], row, &out->bufs[i]);
    }
}

tv_status tv_outputs_flush(const tv_judge_options *options, tv_output_bufs *out)
{
    for (size_t i = 0; i < options->num_writers; i++) {
        tv_buf *buf = &out->bufs[i];
        if (buf->failed) {
            return TV_ERR_NOMEM;
        }
        tv_status status = tv_sink_write(options->writers[i]->sink, tv_buf_span(buf));
        if (status != TV_OK) {
            return status;
        }
        tv_buf_clear(buf);
    }
    return TV_OK;
}

tv_status tv_outputs_end(const tv_judge_options *options, const tv_summary *summary,
                         tv_output_bufs *scratch)
{
    for (size_t i = 0; i < options->num_writers; i++) {
        tv_writer *writer = options->writers[i];
        writer->ops->end(writer, summary, &scratch->bufs[i]);
    }
    return tv_outputs_flush(options, scratch);
}
