// SPDX-License-Identifier: Apache-2.0
// The public call: options in, all figures out, one kind after the other.
#include "tv/measure.h"

#include "measure/sample.h"
#include "measure/signatures.h"
#include "measure/stages.h"
#include "measure/whole.h"

static const double usual_seconds = 0.3;

static void step(const tv_measure_options *options, const char *what)
{
    if (options->step != NULL) {
        options->step(options->payload, what);
    }
}

static tv_status count_cores(unsigned *out)
{
    tv_workspace *workspace;
    tv_status status = tv_workspace_open(&workspace, NULL);
    if (status == TV_OK) {
        *out = workspace->threads;
        tv_workspace_close(workspace);
    }
    return status;
}

static tv_status measure_stages(tv_measurement *out, const tv_input *input,
                                const tv_profile *profile, double seconds)
{
    tv_sample sample;
    tv_status status = tv_sample_open(&sample, input, profile);
    if (status == TV_OK) {
        out->num_clients = sample.num_blocks;
        out->num_certificates = sample.num_clients;
        out->num_unique = sample.num_unique;
        out->pem_bytes = sample.map.bytes.len;
        out->der_bytes = sample.der_bytes;
        out->num_truststores = sample.workspace->num_stores;
        out->num_held = sample.workspace->num_held;
        status = tv_measure_stages(out->stages, &sample, seconds);
    }
    tv_sample_close(&sample);
    return status;
}

static tv_status measure_all(tv_measurement *out, const tv_measure_options *options,
                             const tv_input *input)
{
    double seconds = options->seconds > 0 ? options->seconds : usual_seconds;
    unsigned threads = options->threads > 0 ? options->threads : out->cores;
    out->minted = input->minted;
    out->seed = input->seed;
    step(options, "measuring the stages");
    tv_status status = measure_stages(out, input, options->profile, seconds);
    if (status == TV_OK) {
        step(options, "measuring duplicates and truststores");
        status = tv_measure_extras(out->extras, &out->num_extras, input, options->profile, seconds);
    }
    if (status == TV_OK) {
        step(options, "measuring signatures");
        status = tv_measure_signatures(out->signatures, options->seed, seconds / 2, options->quick);
    }
    if (status == TV_OK) {
        step(options, "measuring whole runs");
        status =
            tv_measure_runs(out->runs, &out->num_runs, input, options->profile, threads, seconds);
    }
    return status;
}

tv_status tv_measure(tv_measurement *out, const tv_measure_options *options)
{
    *out = (tv_measurement){.level = tv_cpu_used()};
    tv_input input;
    tv_status status = count_cores(&out->cores);
    if (status != TV_OK) {
        return status;
    }
    step(options, options->num_truststores == 0 ? "minting certificates" : "reading");
    status = tv_input_open(&input, options);
    if (status == TV_OK) {
        status = measure_all(out, options, &input);
    }
    tv_input_close(&input);
    return status;
}
