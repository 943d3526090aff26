// SPDX-License-Identifier: Apache-2.0
// A random plan becomes specifications, those become certificates. Oddities are rows of tables.
#include "support/judging/chains.h"

#include "support/mint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUM_KEYS = 24, MAX_INTERMEDIATES = 3 };

static EVP_PKEY *keys[NUM_KEYS];

static void free_keys(void)
{
    for (size_t i = 0; i < NUM_KEYS; i++) {
        EVP_PKEY_free(keys[i]);
    }
}

EVP_PKEY *tv_fixed_key(unsigned which)
{
    unsigned char secret[32];
    which %= NUM_KEYS;
    if (keys[which] == NULL) {
        memset(secret, (int)which + 1, sizeof(secret));
        keys[which] = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, secret, sizeof(secret));
        if (keys[which] == NULL || (which == 0 && atexit(free_keys) != 0)) {
            (void)fputs("chains: no key\n", stderr);
            exit(EXIT_FAILURE);
        }
    }
    return keys[which];
}

// A certificate to be: what tv_mint() takes, with room for its key identifiers.
typedef struct cert_plan {
    tv_mint_spec spec;
    size_t num_extensions;
    uint8_t ski[22], aki[24];
    unsigned signer;
    bool is_ca;
} cert_plan;

static void add_extension(cert_plan *plan, tv_mint_ext ext)
{
    // The last row ends the list.
    if (plan->num_extensions + 1 <
        sizeof(plan->spec.extensions) / sizeof(plan->spec.extensions[0])) {
        plan->spec.extensions[plan->num_extensions++] = ext;
    }
}

// Takes an extension out, so that another takes its place.
static void drop_extension(cert_plan *plan, const char *name)
{
    size_t kept = 0;
    for (size_t i = 0; i < plan->num_extensions; i++) {
        if (strcmp(plan->spec.extensions[i].name, name) != 0) {
            plan->spec.extensions[kept++] = plan->spec.extensions[i];
        }
    }
    plan->num_extensions = kept;
    memset(&plan->spec.extensions[kept], 0, sizeof(plan->spec.extensions[0]));
}

static void add_key_ids(cert_plan *plan, unsigned key, unsigned signer)
{
    static const uint8_t ski_head[] = {0x04, 20};
    static const uint8_t aki_head[] = {0x30, 22, 0x80, 20};
    memset(plan->ski, (int)key + 1, sizeof(plan->ski));
    memcpy(plan->ski, ski_head, sizeof(ski_head));
    memset(plan->aki, (int)signer + 1, sizeof(plan->aki));
    memcpy(plan->aki, aki_head, sizeof(aki_head));
    add_extension(plan, (tv_mint_ext){.name = "2.5.29.14", .der = {plan->ski, sizeof(plan->ski)}});
    add_extension(plan, (tv_mint_ext){.name = "2.5.29.35", .der = {plan->aki, sizeof(plan->aki)}});
}

static void plan_cert(cert_plan *plan, const char *subject, unsigned key, const char *issuer,
                      unsigned signer, bool is_ca)
{
    *plan = (cert_plan){.signer = signer, .is_ca = is_ca};
    plan->spec.subject = subject;
    plan->spec.issuer = issuer;
    plan->spec.key = tv_fixed_key(key);
    plan->spec.signer = tv_fixed_key(signer);
    add_extension(plan, (tv_mint_ext){.name = "basicConstraints",
                                      .conf = is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE"});
    add_extension(plan, (tv_mint_ext){.name = "keyUsage",
                                      .conf = is_ca ? "critical,keyCertSign,cRLSign"
                                                    : "critical,digitalSignature"});
    if (!is_ca) {
        add_extension(plan, (tv_mint_ext){.name = "extendedKeyUsage", .conf = "clientAuth"});
    }
    add_key_ids(plan, key, signer);
}

// An extension in place of the usual one; NULL: without it.
typedef struct oddity {
    const char *name, *conf;
} oddity;

static const oddity oddities[] = {
    {"basicConstraints", NULL},
    {"basicConstraints", "critical,CA:FALSE"},
    {"basicConstraints", "CA:TRUE"},
    {"basicConstraints", "critical,CA:TRUE,pathlen:0"},
    {"basicConstraints", "critical,CA:TRUE,pathlen:0"},
    {"basicConstraints", "critical,CA:TRUE,pathlen:1"},
    {"basicConstraints", "CA:FALSE,pathlen:0"},
    {"keyUsage", NULL},
    {"keyUsage", "digitalSignature"},
    {"keyUsage", "keyCertSign"},
    {"keyUsage", "critical,keyEncipherment"},
    {"keyUsage", "keyAgreement"},
    {"keyUsage", "nonRepudiation"},
    {"extendedKeyUsage", NULL},
    {"extendedKeyUsage", "serverAuth"},
    {"extendedKeyUsage", "critical,clientAuth"},
    {"extendedKeyUsage", "serverAuth,clientAuth"},
    {"extendedKeyUsage", "anyExtendedKeyUsage"},
    {"extendedKeyUsage", "emailProtection"},
    {"nsCertType", "client"},
    {"nsCertType", "server"},
    {"nsCertType", "critical,server,email"},
    {"nsCertType", "sslCA"},
    {"nsCertType", "emailCA"},
    {"2.5.29.32", "critical,DER:3007300506032a0304"},
    {"policyConstraints", "critical,requireExplicitPolicy:0"},
    {"inhibitAnyPolicy", "critical,0"},
    {"crlDistributionPoints", "critical,URI:http://crl.example/x"},
    {"authorityInfoAccess", "critical,OCSP;URI:http://ocsp.example/"},
    {"issuerAltName", "critical,DNS:ca.example"},
    {"nameConstraints", "critical,permitted;DNS:example.com"},
    {"nameConstraints", "permitted;DNS:.example.com"},
    {"nameConstraints", "critical,excluded;DNS:bad.example.com"},
    {"nameConstraints", "critical,permitted;email:example.com"},
    {"nameConstraints", "critical,excluded;email:who@example.com"},
    {"nameConstraints", "critical,permitted;IP:10.0.0.0/255.0.0.0"},
    {"nameConstraints", "critical,permitted;URI:example.com"},
    {"nameConstraints", "critical,excluded;URI:.example.com"},
    {"subjectAltName", "DNS:a.example.com"},
    {"subjectAltName", "DNS:a.bad.example.com,DNS:example.com"},
    {"subjectAltName", "critical,DNS:other.test"},
    {"subjectAltName", "DNS:*.example.com"},
    {"subjectAltName", "email:who@example.com"},
    {"subjectAltName", "email:who@mail.example.com"},
    {"subjectAltName", "IP:10.1.2.3"},
    {"subjectAltName", "IP:192.0.2.1"},
    {"subjectAltName", "URI:https://example.com/x"},
    {"subjectAltName", "URI:https://a.example.com:443/x"},
    {"subjectAltName", "URI:https://who@example.com/x"},
    {"subjectAltName", "URI:urn:example:x"},
    {"1.2.3.4", "DER:0500"},
    {"1.2.3.4", "critical,DER:0500"},
    {"1.3.6.1.5.5.7.1.14", "critical,DER:300c300a06082b06010505071501"},
};

static const char *const odd_times[] = {"260601000000Z",   "260601000001Z",  "260531235959Z",
                                        "270101000000Z",   "250101000000Z",  "491231235959Z",
                                        "20510101000000Z", "20260601000000Z"};

// Names that a CA may be called by instead.
static const char *const odd_names[] = {
    "O=Chains/CN=Root",
    "O=chains/CN=ROOT",
    "O=Chains/CN=Issuing 1",
    "O=Chains/CN= issuing  1",
    "O=Chains/CN=client",
    "CN=a.example.com",
    "CN=a.bad.example.com",
    "",
    "O=Chains/emailAddress=who@example.com",
};

#define NUM(table) (sizeof(table) / sizeof((table)[0]))

static void make_odd(cert_plan *plan, tv_rng *rng)
{
    const oddity *odd = &oddities[tv_rng_below(rng, NUM(oddities))];
    tv_mint_spec *spec = &plan->spec;
    switch (tv_rng_below(rng, 16)) {
    case 0:
        spec->not_after = odd_times[tv_rng_below(rng, NUM(odd_times))];
        break;
    case 1:
        spec->not_before = odd_times[tv_rng_below(rng, NUM(odd_times))];
        break;
    case 2:
        spec->version = 1;
        plan->num_extensions = 0;
        memset(spec->extensions, 0, sizeof(spec->extensions));
        break;
    case 3:
        drop_extension(plan, tv_rng_percent(rng, 50) ? "2.5.29.14" : "2.5.29.35");
        break;
    case 4:
        plan->aki[sizeof(plan->aki) - 1] ^= 1; // of no key
        break;
    case 5:
        spec->issuer = odd_names[tv_rng_below(rng, NUM(odd_names))];
        break;
    case 6:
        spec->subject = odd_names[tv_rng_below(rng, NUM(odd_names))];
        break;
    case 7:
        spec->string_type = tv_rng_percent(rng, 50) ? 19 : 20; // PrintableString, TeletexString
        break;
    case 8:
        plan->signer = (unsigned)tv_rng_below(rng, NUM_KEYS);
        spec->signer = tv_fixed_key(plan->signer);
        break;
    default:
        drop_extension(plan, odd->name);
        if (odd->conf != NULL) {
            add_extension(plan, (tv_mint_ext){.name = odd->name, .conf = odd->conf});
        }
        break;
    }
}

typedef enum cert_role { TRUSTED, AT_HAND, LEAF } cert_role;

// Certificates in the order in which they are planned; where each is put comes with it.
typedef struct blueprint {
    cert_plan plans[TV_HIERARCHY_CERTS];
    cert_role roles[TV_HIERARCHY_CERTS];
    size_t num;
} blueprint;

static cert_plan *add_plan(blueprint *print, cert_role role)
{
    print->roles[print->num] = role;
    return &print->plans[print->num++];
}

static const char *const ca_names[] = {"O=Chains/CN=Root", "O=Chains/CN=Issuing 1",
                                       "O=Chains/CN=Issuing 2", "O=Chains/CN=Issuing 3"};

// What truststores have beside the straight chain.
static void add_company(blueprint *print, tv_rng *rng, unsigned depth)
{
    unsigned level = (unsigned)tv_rng_below(rng, depth + 1);
    cert_role role = tv_rng_percent(rng, 60) ? TRUSTED : AT_HAND;
    cert_plan *plan = add_plan(print, role);
    switch (tv_rng_below(rng, 6)) {
    case 0: // a renewal: the same name and key, self-signed
        plan_cert(plan, ca_names[level], level, ca_names[level], level, true);
        break;
    case 1: // a namesake with another key
        plan_cert(plan, ca_names[level], level + 10, ca_names[level], level + 10, true);
        break;
    case 2: // cross-signed by another root
        plan_cert(plan, ca_names[level], level, "O=Chains/CN=Other", 8, true);
        plan = add_plan(print, TRUSTED);
        plan_cert(plan, "O=Chains/CN=Other", 8, "O=Chains/CN=Other", 8, true);
        break;
    case 3: // a key rollover: the new key certified by the old one
        plan_cert(plan, ca_names[level], level, ca_names[level], level + 10, true);
        plan = add_plan(print, TRUSTED);
        plan_cert(plan, ca_names[level], level + 10, ca_names[level], level + 10, true);
        break;
    case 4: // an intermediate once more, expired
        plan_cert(plan, ca_names[level], level, ca_names[level > 0 ? level - 1 : 0],
                  level > 0 ? level - 1 : 0, true);
        plan->spec.not_after = "260101000000Z";
        break;
    default: // somebody else
        plan_cert(plan, "O=Chains/CN=Other", 8, "O=Chains/CN=Other", 8, true);
        break;
    }
    if (tv_rng_percent(rng, 30)) {
        make_odd(plan, rng);
    }
}

static void draw(blueprint *print, tv_rng *rng)
{
    unsigned depth = (unsigned)tv_rng_below(rng, MAX_INTERMEDIATES + 1); // intermediates
    print->num = 0;
    for (unsigned i = 0; i <= depth; i++) {
        unsigned above = i > 0 ? i - 1 : 0;
        cert_role role = i == 0 || tv_rng_percent(rng, 50) ? TRUSTED : AT_HAND;
        if (tv_rng_percent(rng, 4)) {
            role = AT_HAND; // a root that is not trusted
        }
        if (tv_rng_percent(rng, 3)) {
            continue; // a link is missing
        }
        plan_cert(add_plan(print, role), ca_names[i], i, ca_names[above], above, true);
    }
    while (print->num + 4 < TV_HIERARCHY_CERTS && tv_rng_percent(rng, 35)) {
        add_company(print, rng, depth);
    }
    cert_plan *leaf = add_plan(print, LEAF);
    if (tv_rng_percent(rng, 4)) {
        plan_cert(leaf, "O=Chains/CN=client", 20, "O=Chains/CN=client", 20, false);
    } else {
        plan_cert(leaf, "O=Chains/CN=client", 20, ca_names[depth], depth, false);
    }
    size_t num_odd = tv_rng_below(rng, 3);
    for (size_t i = 0; i < num_odd; i++) {
        make_odd(
            &print->plans[tv_rng_percent(rng, 40) ? print->num - 1 : tv_rng_below(rng, print->num)],
            rng);
    }
}

static void place(tv_hierarchy *out, cert_role role, tv_span der)
{
    switch (role) {
    case TRUSTED:
        out->trusted[out->question.num_trusted++] = der;
        break;
    case AT_HAND:
        out->untrusted[out->question.num_untrusted++] = der;
        break;
    default:
        out->question.leaf = der;
        break;
    }
}

void tv_hierarchy_make(tv_hierarchy *out, tv_rng *rng)
{
    static blueprint print;
    draw(&print, rng);
    *out = (tv_hierarchy){.num_certs = print.num};
    out->question.at = TV_CHAINS_AT;
    out->question.trusted = out->trusted;
    out->question.untrusted = out->untrusted;
    for (size_t n = 0, i = tv_rng_below(rng, print.num); n < print.num; n++) {
        // Files have their certificates in any order.
        const cert_plan *plan = &print.plans[i];
        out->certs[n].der = tv_mint(&plan->spec);
        out->certs[n].signer = tv_fixed_key(plan->signer);
        place(out, print.roles[i], out->certs[n].der);
        i = (i + 1) % print.num;
    }
    if (tv_rng_percent(rng, 3)) {
        out->trusted[out->question.num_trusted++] = out->question.leaf; // the client itself
    }
}

void tv_hierarchy_free(tv_hierarchy *hierarchy)
{
    for (size_t i = 0; i < hierarchy->num_certs; i++) {
        tv_mint_free(hierarchy->certs[i].der);
    }
    hierarchy->num_certs = 0;
}
