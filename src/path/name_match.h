// SPDX-License-Identifier: Apache-2.0
// One name against one subtree (RFC 5280 4.2.1.10, 7.2 to 7.5), for the forms whose names are
// hosts, mailboxes or addresses. A name and a base are each taken apart once, in time linear in
// their length; a comparison then costs no more than the shorter of the two. Allocates nothing.
// Which names are held against which subtrees is left to name_constraints.
#ifndef TV_PATH_NAME_MATCH_H
#define TV_PATH_NAME_MATCH_H

#include "cert/general_name.h"

// Which hosts a base stands for.
typedef enum tv_match_reach {
    TV_REACH_ALONE, // its own
    TV_REACH_BELOW, // those below its own
    TV_REACH_TREE,  // its own and those below
} tv_match_reach;

// A name, or the base of a subtree. Spans borrow from where it was read.
typedef struct tv_match_name {
    tv_span host;         // host name; octets of an address, with the mask's behind those of a base
    tv_span local;        // rfc822Name: before the '@', as written; in a base empty when it is any
    tv_match_reach reach; // of a base
    bool wildcard;        // dNSName: the first label of `host` stands for more than itself
} tv_match_name;

// Takes apart a name as it stands in a certificate. False when it is not a well-formed one with a
// host that a subtree could hold (a URI without a host name, an address literal), or when its form
// is not one of dNSName, rfc822Name, uniformResourceIdentifier and iPAddress.
bool tv_match_read_name(const tv_general_name *name, tv_match_name *out);

// Takes apart the base of a subtree. False like tv_match_read_name; masks that leave gaps have no
// meaning either (RFC 4632 3.1).
bool tv_match_read_base(const tv_general_name *base, tv_match_name *out);

// How much of what a name stands for lies in a subtree. A name that is no wildcard stands for
// itself.
typedef enum tv_match {
    TV_MATCH_NONE = 0,
    TV_MATCH_PART, // that cannot be ruled out for some
    TV_MATCH_ALL,
} tv_match;

// Both were read as names of the form `kind`.
tv_match tv_match_names(tv_general_kind kind, const tv_match_name *base, const tv_match_name *name);

#endif
