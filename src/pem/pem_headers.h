// SPDX-License-Identifier: Apache-2.0
// The header fields that RFC 1421 puts before the base64 of a block ("Proc-Type: 4,ENCRYPTED").
#ifndef TV_PEM_PEM_HEADERS_H
#define TV_PEM_PEM_HEADERS_H

#include "tv/common.h"

// The offset of the first line of `body` that is no header field, 0 when the body has none. Lines
// with a colon are header fields, and lines that start with a blank continue the one before.
size_t tv_pem_headers_end(tv_span body);

#endif
