// SPDX-License-Identifier: Apache-2.0
// A few small inputs per parser for fuzzing to start from: PEM texts in every dress, certificates
// with one thing wrong each, and the pieces of DER that certificates are made of. Taken from the
// tables of cases, so that what a case shows a fuzzer knows.
#include "cases.h"
#include "commands.h"
#include "names.h"
#include "output.h"

#include <stdio.h>
#include <string.h>

static void write_seed(const char *root, const char *kind, const char *name, const mint_buf *bytes)
{
    mint_buf dir = {0};
    mint_add_format(&dir, "%s/%s", root, kind);
    mint_add_byte(&dir, 0);
    mint_make_dir((const char *)dir.ptr);
    mint_write_file((const char *)dir.ptr, name, bytes);
    mint_buf_free(&dir);
}

// One small certificate in the dress of each PEM case.
static void write_pem_seeds(const char *root, mint_pool *pool)
{
    const mint_spec small = {.subject = "CN=a", .key = "ed25519:seed", .role = MINT_BARE};
    mint_buf ders[2] = {{0}};
    mint_cert(&ders[0], pool, &small);
    mint_add_buf(&ders[1], &ders[0]);
    for (const mint_case *row = mint_cases_pem; row->name != NULL; row++) {
        mint_layout *layout = row->store != NULL ? row->store : row->presented;
        if (layout != NULL) {
            mint_buf text = {0};
            layout(&text, pool, ders, 2);
            write_seed(root, "pem_scan", row->name, &text);
            mint_buf_free(&text);
        }
    }
    mint_buf_free(&ders[0]);
    mint_buf_free(&ders[1]);
}

// The middle client of each malformed case, and the first of the cases that are about names.
static void write_cert_seeds(const char *root, mint_pool *pool)
{
    static const mint_case *const tables[] = {mint_cases_malformed, mint_cases_constraints,
                                              mint_cases_accepted};
    for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++) {
        for (const mint_case *row = tables[t]; row->name != NULL; row++) {
            bool between = row->clients[1] != NULL && row->clients[1]->damage != MINT_SOUND;
            const mint_spec *spec = between ? row->clients[1] : row->clients[0];
            if (spec == NULL || row->presented != NULL) {
                continue;
            }
            mint_buf der = {0};
            mint_cert(&der, pool, spec);
            write_seed(root, "cert", row->name, &der);
            mint_buf_free(&der);
        }
    }
    const mint_spec *const authorities[] = {&mint_root, &mint_inter};
    for (size_t i = 0; i < sizeof(authorities) / sizeof(authorities[0]); i++) {
        mint_buf der = {0};
        mint_cert(&der, pool, authorities[i]);
        write_seed(root, "cert", i == 0 ? "authority-rsa" : "authority-ec", &der);
        mint_buf_free(&der);
    }
}

static void write_der_seeds(const char *root, mint_pool *pool)
{
    static const struct {
        const char *name;
        const char *bytes;
        size_t len;
    } raw[] = {
        {"integer-negative", "\x02\x01\xff", 3},
        {"integer-padded", "\x02\x02\x00\x01", 4},
        {"integer-empty", "\x02\x00", 2},
        {"boolean-true", "\x01\x01\xff", 3},
        {"boolean-ber", "\x01\x01\x01", 3},
        {"length-long-form", "\x04\x81\x01\x00", 4},
        {"length-leading-zero", "\x04\x82\x00\x01\x00", 5},
        {"length-indefinite", "\x30\x80\x05\x00\x00\x00", 6},
        {"length-past-end", "\x30\x82\xff\xff\x00", 5},
        {"length-of-five", "\x30\x85\x01\x00\x00\x00\x00", 7},
        {"tag-long", "\x1f\x81\x01\x00", 4},
        {"bits-unused-eight", "\x03\x02\x08\x00", 4},
        {"bits-empty", "\x03\x01\x00", 3},
        {"oid-padded", "\x06\x03\x55\x80\x04", 5},
        {"utc-time",
         "\x17\x0d"
         "490228235960Z",
         15},
        {"generalized-time",
         "\x18\x0f"
         "20500229000000Z",
         17},
    };
    for (size_t i = 0; i < sizeof(raw) / sizeof(raw[0]); i++) {
        mint_buf bytes = {0};
        mint_add(&bytes, raw[i].bytes, raw[i].len);
        write_seed(root, "der", raw[i].name, &bytes);
        mint_buf_free(&bytes);
    }
    mint_buf names = {0};
    mint_general_names(&names,
                       "dns:a.example,email:b@c.example,ip:10.0.0.1,uri:https://d.example/e,"
                       "dir:C=DE/CN=f",
                       0);
    write_seed(root, "der", "general-names", &names);
    mint_buf_free(&names);

    mint_buf algorithm = {0};
    mint_sig_algorithm(&algorithm, mint_pool_key(pool, ROOT_KEY), MINT_SIG_PSS_SHA384);
    write_seed(root, "der", "algorithm-pss", &algorithm);
    mint_buf_free(&algorithm);

    write_seed(root, "der", "key-ec", &mint_pool_key(pool, LEAF_KEY)->spki);
}

// Pairs of names, each behind the length of its first: the fuzzer of names compares two.
static void write_name_seeds(const char *root)
{
    static const struct {
        const char *file;
        const char *first;
        const char *second;
    } pairs[] = {
        {"same-in-other-forms", "C=DE/O.B=Mint/CN.P=Root  A", "C=DE/O=mint/CN= root a "},
        {"many-attributes", "C=DE/SN=7+OU.T=M\\xfcnze/E=a@b.example/DC=x", "C=DE/SN=7"},
        {"empty", "", "CN=a"},
    };
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        mint_buf first = {0};
        mint_buf both = {0};
        mint_name(&first, pairs[i].first);
        mint_add_byte(&both, (uint8_t)(first.len >> 8));
        mint_add_byte(&both, (uint8_t)first.len);
        mint_add_buf(&both, &first);
        mint_name(&both, pairs[i].second);
        write_seed(root, "name", pairs[i].file, &both);
        mint_buf_free(&both);
        mint_buf_free(&first);
    }
}

int mint_cmd_seeds(int argc, char **argv)
{
    if (argc != 1) {
        mint_die("seeds takes one directory");
    }
    mint_pool *pool = mint_pool_open(MINT_SEED);
    write_pem_seeds(argv[0], pool);
    write_cert_seeds(argv[0], pool);
    write_der_seeds(argv[0], pool);
    write_name_seeds(argv[0]);
    mint_pool_close(pool);
    return 0;
}
