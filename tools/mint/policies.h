// SPDX-License-Identifier: Apache-2.0
// The extensions of certificate policies, from a short notation.
#ifndef MINT_POLICIES_H
#define MINT_POLICIES_H

#include "buf.h"

// Appends up to four Extensions. `text` has fields with one blank between them: "p=1.2.3,any" the
// policies, "m=1.2.3>1.2.4,..." the mappings, "e=N", "i=N" and "a=N" requireExplicitPolicy,
// inhibitPolicyMapping and inhibitAnyPolicy, in this order.
void mint_policies(mint_buf *out, const char *text);

#endif
