// SPDX-License-Identifier: Apache-2.0
// Names from a short notation into DER.
#ifndef MINT_NAMES_H
#define MINT_NAMES_H

#include "buf.h"

// A Name. `text` is "C=DE/O=Example/CN=Root", one RDN a part, in certificate order; "" is the empty
// name. `+` joins values of one RDN, which DER wants in the order of their bytes. A letter behind
// the attribute picks the string type: "CN.P=" PrintableString, "CN.T=" TeletexString, "CN.B="
// BMPString, "CN.U=" UTF8String; otherwise C is PrintableString, E and DC are IA5String, the rest
// is UTF8String. \x and two hex digits is any byte.
void mint_name(mint_buf *out, const char *text);

// The contents of GeneralNames. `text` is
// "dns:a.example,email:b@c,ip:10.0.0.1,uri:...,dir:C=DE/CN=x". With `subtrees` each name is wrapped
// as a GeneralSubtree and ip takes a mask, "ip:10.0.0.0/255.0.0.0".
void mint_general_names(mint_buf *out, const char *text, int subtrees);

#endif
