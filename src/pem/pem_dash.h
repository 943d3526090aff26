// SPDX-License-Identifier: Apache-2.0
// The search for dashes, which is where all of a text goes through once: every BEGIN and END starts
// with them, and base64 has none.
#ifndef TV_PEM_PEM_DASH_H
#define TV_PEM_PEM_DASH_H

#include "tv/common.h"

// The offset of the first dash at or after `from`, or `text.len`. `*lines` grows by the line ends
// before it, as tv_pem_count_lines counts them. No CR stands right before `from`.
size_t tv_pem_find_dash(tv_span text, size_t from, uint32_t *lines);

#if defined(__x86_64__)
size_t tv_pem_find_dash_avx2(tv_span text, size_t from, uint32_t *lines);
size_t tv_pem_find_dash_avx512(tv_span text, size_t from, uint32_t *lines);
#endif
size_t tv_pem_find_dash_portable(tv_span text, size_t from, uint32_t *lines);

#endif
