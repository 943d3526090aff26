// SPDX-License-Identifier: Apache-2.0
// How an operation ended. What is wrong with a certificate is never a status: it is a verdict with
// a reason (verdict.h) or a finding (finding.h).
#ifndef TV_STATUS_H
#define TV_STATUS_H

#include "tv/common.h"

#ifdef __cplusplus
extern "C" {
#endif

// name, text
#define TV_STATUS_LIST(X)                                                                          \
    X(TV_OK, "no error")                                                                           \
    X(TV_ERR_NOMEM, "out of memory")                                                               \
    X(TV_ERR_OPEN, "cannot be opened")                                                             \
    X(TV_ERR_READ, "cannot be read")                                                               \
    X(TV_ERR_WRITE, "cannot be written")                                                           \
    X(TV_ERR_IS_DIRECTORY, "is a directory")                                                       \
    X(TV_ERR_TOO_LARGE, "is larger than the limit")                                                \
    X(TV_ERR_NO_CERTIFICATE, "holds no certificate")                                               \
    X(TV_ERR_SYNTAX, "is not understood")                                                          \
    X(TV_ERR_UNKNOWN_NAME, "is not a known name")                                                  \
    X(TV_ERR_RANGE, "is out of range")                                                             \
    X(TV_ERR_STATE, "was called in the wrong order")                                               \
    X(TV_ERR_CRYPTO, "libcrypto failed")                                                           \
    X(TV_ERR_THREAD, "a thread or lock could not be made")                                         \
    X(TV_ERR_CANCELLED, "was interrupted")

typedef enum tv_status {
#define TV_STATUS_ENUM(name, text) name,
    TV_STATUS_LIST(TV_STATUS_ENUM)
#undef TV_STATUS_ENUM
} tv_status;

// The text of a status, lower case, without a period, made to follow a file's name. Static storage.
TV_API const char *tv_status_text(tv_status status);

#ifdef __cplusplus
}
#endif

#endif
