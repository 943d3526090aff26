// SPDX-License-Identifier: Apache-2.0
// Cases about certificate policies, which the rfc5280 profile processes and the others do not.
#include "cases.h"

#define GOLD "1.3.6.1.4.1.55555.2.1"
#define SILVER "1.3.6.1.4.1.55555.2.2"
#define PARTNER_GOLD "1.3.6.1.4.1.55555.3.1"

#define RFC_ACCEPT(i, note)                                                                        \
    {                                                                                              \
        "client", i, "rfc5280", NULL, "accept", NULL, note                                         \
    }
#define RFC_DENY(i, note)                                                                          \
    {                                                                                              \
        "client", i, "rfc5280", NULL, "deny", "certificate-policy", note                           \
    }

static const mint_spec asks_for_gold = {.subject = INTER_NAME,
                                        .key = INTER_KEY,
                                        .by = &mint_root,
                                        .role = MINT_CA,
                                        .policies = "p=" GOLD " e=0"};
static const mint_spec asks_for_silver = {.subject = INTER_NAME,
                                          .key = INTER_KEY,
                                          .by = &mint_root,
                                          .role = MINT_CA,
                                          .policies = "p=" SILVER " e=0"};
static const mint_spec asks_for_any = {.subject = INTER_NAME,
                                       .key = INTER_KEY,
                                       .by = &mint_root,
                                       .role = MINT_CA,
                                       .policies = "p=any e=0"};
static const mint_spec maps_gold = {.subject = INTER_NAME,
                                    .key = INTER_KEY,
                                    .by = &mint_root,
                                    .role = MINT_CA,
                                    .policies = "p=" GOLD " m=" GOLD ">" PARTNER_GOLD " e=0"};
static const mint_spec keeps_anys_out = {.subject = INTER_NAME,
                                         .key = INTER_KEY,
                                         .by = &mint_root,
                                         .role = MINT_CA,
                                         .policies = "p=" GOLD " e=0 a=0"};
static const mint_spec below_any = {.subject = "C=DE/O=Mint/CN=Issuing B",
                                    .key = "p256:issuing-b",
                                    .by = &asks_for_any,
                                    .role = MINT_CA,
                                    .policies = "p=" SILVER};

#define UNDER(authority, text) LEAF(.by = &(authority), .policies = (text))

const mint_case mint_cases_policies[] = {
    {"policy-asked-for-by-nobody", .trust = {&mint_root, &mint_inter},
     .clients = {&mint_leaf, UNDER(mint_inter, "p=" GOLD)},
     .expect = {RFC_ACCEPT(0, "no policy"), RFC_ACCEPT(1, "one that its issuer lacks"),
                ACCEPT(0, ""), SSL_ACCEPT(0, "")}},
    {"policy-asked-for", .trust = {&mint_root}, .untrusted = {&asks_for_gold},
     .clients = {UNDER(asks_for_gold, "p=" GOLD), UNDER(asks_for_gold, "p=" SILVER),
                 LEAF(.by = &asks_for_gold)},
     .expect = {RFC_ACCEPT(0, ""), RFC_DENY(1, "another policy"), RFC_DENY(2, "no policy"),
                SSL_ACCEPT(1, "policies are not processed")}},
    {"policy-of-another-path", .trust = {&mint_root},
     .untrusted = {&asks_for_gold, &asks_for_silver},
     .clients = {UNDER(asks_for_gold, "p=" GOLD), UNDER(asks_for_gold, "p=" SILVER),
                 UNDER(asks_for_gold, "p=" PARTNER_GOLD)},
     .expect = {RFC_ACCEPT(0, "either path is tried"), RFC_ACCEPT(1, "either path is tried"),
                RFC_DENY(2, "neither path is good")}},
    {"policy-any", .trust = {&mint_root}, .untrusted = {&asks_for_any, &below_any},
     .clients = {UNDER(asks_for_any, "p=" GOLD), UNDER(below_any, "p=" GOLD),
                 UNDER(below_any, "p=any")},
     .expect = {RFC_ACCEPT(0, "any has every policy"), RFC_DENY(1, "its issuer has another"),
                RFC_ACCEPT(2, "that of its issuer")}},
    {"policy-any-kept-out", .trust = {&mint_root}, .untrusted = {&keeps_anys_out},
     .clients = {UNDER(keeps_anys_out, "p=any"), UNDER(keeps_anys_out, "p=any," GOLD)},
     .expect = {RFC_DENY(0, "any is none here"), RFC_ACCEPT(1, "")}},
    {"policy-mapped", .trust = {&mint_root}, .untrusted = {&maps_gold},
     .clients = {UNDER(maps_gold, "p=" PARTNER_GOLD), UNDER(maps_gold, "p=" GOLD)},
     .expect = {RFC_ACCEPT(0, ""), RFC_DENY(1, "it goes by its other name below")}},
    {.name = NULL},
};
