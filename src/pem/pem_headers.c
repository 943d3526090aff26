// SPDX-License-Identifier: Apache-2.0
// In: the body of a PEM block. Out: where its base64 begins. What the header fields say is of no
// interest: they belong to private keys.
#include "pem/pem_headers.h"

#include "pem/pem_line.h"

static bool has_colon(tv_span text)
{
    return text.len > 0 && memchr(text.ptr, ':', text.len) != NULL;
}

size_t tv_pem_headers_end(tv_span body)
{
    if (!has_colon(body)) {
        return 0;
    }
    tv_span rest = body;
    size_t end_len;
    tv_span line;
    // The rest of the BEGIN line and what is blank after it.
    do {
        line = tv_pem_take_line(&rest, &end_len);
    } while (end_len > 0 && tv_pem_trim(line).len == 0);

    size_t end = 0;
    bool field = has_colon(line);
    while (field) {
        end = body.len - rest.len;
        if (end_len == 0) {
            break;
        }
        line = tv_pem_take_line(&rest, &end_len);
        bool folded = line.len > 0 && tv_pem_is_blank(line.ptr[0]) && tv_pem_trim(line).len > 0;
        field = folded || has_colon(line);
    }
    return end;
}
