// SPDX-License-Identifier: Apache-2.0
// X509_verify_cert with nothing at hand but the path that the program found: proof that a path is
// good where OpenSSL, left to itself, does not find it.
#ifndef TV_TESTS_SUITES_SECOND_OPINION_H
#define TV_TESTS_SUITES_SECOND_OPINION_H

#include "suites/cases.h"

// Whether libcrypto takes the path of the case's answer under the settings of the case.
bool tv_openssl_takes_path(const tv_case *c);

#endif
