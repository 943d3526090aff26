// SPDX-License-Identifier: Apache-2.0
// A client's number goes in, its certificate and the verdicts to expect come out. Each client has a
// generator of its own, so that any thread can make any client, in any order.
#include "bulk_client.h"

#include "output.h"
#include "rng.h"

#include <stdio.h>
#include <string.h>

static unsigned below(mint_rng *rng, unsigned limit)
{
    return (unsigned)mint_rng_below(rng, limit);
}

static void open_rng(mint_rng *rng, const bulk_options *options, unsigned number)
{
    char label[32];
    (void)snprintf(label, sizeof(label), "client %u", number);
    mint_rng_open(rng, options->seed, label);
}

// The client whose certificate client `number` shows: its own number, or an earlier one.
static unsigned original_of(const bulk_options *options, unsigned number)
{
    for (;;) {
        mint_rng rng;
        unsigned place = number % BULK_BATCH;
        open_rng(&rng, options, number);
        if (number == 0 || below(&rng, 100) >= options->duplicates) {
            return number;
        }
        bool far = number >= BULK_BATCH && (place == 0 || below(&rng, 2) == 0);
        number = far ? below(&rng, BULK_BATCH) : number - place + below(&rng, place);
    }
}

static void draw_validity(bulk_plan *plan, mint_rng *rng)
{
    unsigned begin_month = 1 + below(rng, 12);
    unsigned begin_day = 1 + below(rng, 28);
    unsigned end_year = 2027 + below(rng, 3);
    (void)snprintf(plan->not_before, sizeof(plan->not_before), "2025%02u%02u000000Z", begin_month,
                   begin_day);
    (void)snprintf(plan->not_after, sizeof(plan->not_after), "%u%02u%02u000000Z", end_year,
                   begin_month, begin_day);
    if (plan->fault == BULK_EXPIRED) {
        (void)snprintf(plan->not_after, sizeof(plan->not_after), "202605%02u000000Z", begin_day);
    }
    if (plan->fault == BULK_NOT_YET_VALID) {
        (void)snprintf(plan->not_before, sizeof(plan->not_before), "202609%02u000000Z", begin_day);
    }
}

// Unique by the number in it; the last byte is not part of that, so altering it cannot collide.
static void draw_serial(bulk_plan *plan, mint_rng *rng)
{
    mint_rng_bytes(rng, plan->serial, sizeof(plan->serial));
    plan->serial[0] = (uint8_t)((plan->serial[0] & 0x3f) | 0x40);
    for (size_t i = 0; i < 4; i++) {
        plan->serial[4 + i] = (uint8_t)(plan->number >> (24 - 8 * i));
    }
}

static const bulk_class *draw_class(const bulk_pki *pki, mint_rng *rng)
{
    unsigned i = 0;
    unsigned drawn = pki->num_classes > 1 ? below(rng, 100) : 0;
    while (drawn >= pki->classes[i].share) { // the shares are 100 in sum
        drawn -= pki->classes[i++].share;
    }
    return &pki->classes[i];
}

void bulk_plan_client(bulk_plan *plan, const bulk_pki *pki, const bulk_options *options,
                      unsigned number)
{
    mint_rng rng;
    *plan = (bulk_plan){.number = original_of(options, number)};
    open_rng(&rng, options, plan->number);
    (void)below(&rng, 100); // whether it is a duplicate
    if (below(&rng, 100) < options->faults) {
        plan->fault = options->fault_kinds[below(&rng, options->num_fault_kinds)];
    }
    const bulk_class *issuers = draw_class(pki, &rng);
    plan->rsa = strncmp(issuers->kind, "rsa", 3) == 0;
    plan->issuer = issuers->first + below(&rng, issuers->len);
    plan->key = below(&rng, BULK_CLIENT_KEYS);
    draw_serial(plan, &rng);
    draw_validity(plan, &rng);
}

static const bulk_ca *issuer_of(const bulk_pki *pki, const bulk_plan *plan)
{
    switch (plan->fault) {
    case BULK_ISSUER_NOT_FOUND:
        return &pki->unknown;
    case BULK_ROOT_NOT_FOUND:
        return &pki->cas[pki->orphan];
    case BULK_ISSUER_EXPIRED:
        return &pki->cas[pki->expired];
    default:
        return bulk_issuer(pki, plan->issuer);
    }
}

void bulk_mint_client(mint_buf *out, const bulk_pki *pki, const bulk_plan *plan)
{
    char subject[96];
    char san[160];
    (void)snprintf(subject, sizeof(subject), "C=DE/O=Fleet %u/OU=Devices/CN=device-%08u",
                   plan->number % 97, plan->number);
    (void)snprintf(san, sizeof(san),
                   "dns:device-%08u.fleet.example,uri:spiffe://fleet.example/device/%08u",
                   plan->number, plan->number);
    const bulk_ca *issuer = issuer_of(pki, plan);
    bool alone = plan->fault == BULK_SELF_SIGNED;
    mint_cert_keys keys = {.subject = plan->rsa ? &pki->rsa_clients[plan->key]
                                                : &pki->ec_clients[plan->key],
                           .signer = &issuer->key,
                           .authority = &issuer->key};
    mint_spec spec = {.subject = subject,
                      .by = &issuer->spec,
                      .not_before = plan->not_before,
                      .not_after = plan->not_after,
                      .san = san,
                      .flags = MINT_REVOCATION};
    if (alone) {
        keys.signer = keys.subject;
        keys.authority = NULL;
        spec.by = NULL;
    }
    if (plan->fault == BULK_WEAK_KEY) {
        keys.subject = &pki->weak_client;
    }
    if (plan->fault == BULK_WEAK_SIGNATURE) {
        spec.sig = MINT_SIG_SHA1;
    }
    if (plan->fault == BULK_BAD_SIGNATURE) {
        spec.damage = MINT_ALTERED_TBS;
    }
    if (plan->fault == BULK_MALFORMED) {
        spec.damage = MINT_TRUNCATED;
    }
    mint_buf der = {0};
    mint_cert_with(&der, &spec, &keys, plan->serial, sizeof(plan->serial));
    mint_pem(out, "CERTIFICATE", &der);
    mint_buf_free(&der);
}

const char *bulk_reason(bulk_fault fault)
{
    static const char *const reasons[BULK_FAULTS] = {NULL,
                                                     "malformed",
                                                     "bad-signature",
                                                     "issuer-not-found",
                                                     "self-signed",
                                                     "root-not-found",
                                                     "expired",
                                                     "not-yet-valid",
                                                     "issuer-expired",
                                                     "weak-signature-algorithm",
                                                     "weak-key"};
    return reasons[fault];
}

const char *bulk_expected(const bulk_pki *pki, const bulk_plan *plan, unsigned store)
{
    switch (plan->fault) {
    case BULK_MALFORMED:
    case BULK_ISSUER_NOT_FOUND:
    case BULK_SELF_SIGNED:
    case BULK_ROOT_NOT_FOUND:
    case BULK_ISSUER_EXPIRED:
        break; // whatever the clients' issuers
    default:
        if (plan->issuer == bulk_missing_issuer(pki, store)) {
            return "issuer-not-found"; // told before the fault
        }
        break;
    }
    return bulk_reason(plan->fault);
}
