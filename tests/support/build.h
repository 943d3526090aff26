// SPDX-License-Identifier: Apache-2.0
// DER by hand: values and whole certificates put together from parts, right or wrong, without
// signing anything. Memory is one pool that lives as long as the test program.
#ifndef TV_TESTS_BUILD_H
#define TV_TESTS_BUILD_H

#include "tv/common.h"

// Bytes from hex digits; anything else in the text is passed over.
tv_span tv_build_hex(const char *hex);
// The characters of a text.
tv_span tv_build_text(const char *text);
// `count` times the same byte.
tv_span tv_build_fill(uint8_t byte, size_t count);
// The parts one after another.
tv_span tv_build_join(const tv_span *parts, size_t num_parts);
// A TLV, its length in shortest form, around the parts.
tv_span tv_build_tlv(uint8_t tag, const tv_span *parts, size_t num_parts);

#define TV_BUILD_PARTS(...)                                                                        \
    (const tv_span[]){__VA_ARGS__}, sizeof((const tv_span[]){__VA_ARGS__}) / sizeof(tv_span)
#define TV_JOIN(...) tv_build_join(TV_BUILD_PARTS(__VA_ARGS__))
#define TV_TLV(tag, ...) tv_build_tlv(tag, TV_BUILD_PARTS(__VA_ARGS__))
#define TV_HEX(hex) tv_build_hex(hex)

// An attribute that is alone in its RDN: type 2.5.4.`type`, a value of `tag`.
tv_span tv_build_rdn(uint8_t type, uint8_t tag, tv_span value);
// A Name of one common name in a UTF8String.
tv_span tv_build_name(const char *common_name);
// An Extension with these contents octets of its OID.
tv_span tv_build_ext(const char *oid_hex, bool critical, tv_span value);

// The fields of a certificate. Those that are NULL are what a small valid certificate has; an empty
// span that is not NULL (TV_LIT("")) leaves the field out.
typedef struct tv_build_fields {
    tv_span version; // [0], with its header; by default v3
    tv_span serial, inner_algorithm, issuer, validity, subject, spki;
    tv_span unique_ids;
    tv_span extensions; // contents of the SEQUENCE OF; by default the field is absent
    tv_span after_extensions;
    tv_span outer_algorithm, signature;
    tv_span after_signature, trailing;
} tv_build_fields;

tv_span tv_build_cert(const tv_build_fields *fields);

#endif
