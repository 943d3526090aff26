// SPDX-License-Identifier: Apache-2.0
// The tables of cases go in; a directory per case and expectations.tsv come out.
#include "cases.h"

#include "commands.h"
#include "output.h"

#include <stdio.h>
#include <string.h>

static const mint_case *const tables[] = {
    mint_cases_accepted,    mint_cases_issuer,   mint_cases_strength,  mint_cases_path,
    mint_cases_constraints, mint_cases_policies, mint_cases_malformed, mint_cases_pem,
    mint_cases_rules,       mint_cases_entries,
};

static void put_plain(mint_buf *out, mint_pool *pool, const mint_buf *ders, size_t num_ders)
{
    (void)pool;
    for (size_t i = 0; i < num_ders; i++) {
        mint_pem(out, "CERTIFICATE", &ders[i]);
    }
}

// Writes one file of a case, unless nobody asks for it.
static void write_certs(const char *dir, const char *name, mint_pool *pool,
                        const mint_spec *const *specs, mint_layout *layout)
{
    mint_buf ders[MINT_CASE_CERTS] = {{0}};
    mint_buf text = {0};
    size_t count = 0;
    while (count < MINT_CASE_CERTS && specs[count] != NULL) {
        mint_cert(&ders[count], pool, specs[count]);
        count++;
    }
    if (count > 0 || layout != NULL) {
        (layout != NULL ? layout : put_plain)(&text, pool, ders, count);
        mint_write_file(dir, name, &text);
    }
    mint_buf_free(&text);
    for (size_t i = 0; i < count; i++) {
        mint_buf_free(&ders[i]);
    }
}

static const char *or_dash(const char *text)
{
    return text != NULL && *text != '\0' ? text : "-";
}

static void put_expectations(mint_buf *out, const mint_case *row)
{
    for (size_t i = 0; i < MINT_CASE_EXPECTS && row->expect[i].kind != NULL; i++) {
        const mint_expect *expect = &row->expect[i];
        mint_add_format(out, "%s\t%s\t", row->name, expect->kind);
        if (strcmp(expect->kind, "bundle") == 0) {
            mint_add_text(out, "-");
        } else {
            mint_add_format(out, "%u", expect->index);
        }
        mint_add_format(out, "\t%s\t%s\t%s\t%s\t%s\n",
                        expect->profile != NULL ? expect->profile : "aws-apigateway",
                        expect->at != NULL ? expect->at : MINT_AT, expect->verdict,
                        or_dash(expect->reason), or_dash(expect->note));
    }
}

static void write_case(const char *root, mint_pool *pool, const mint_case *row)
{
    mint_buf dir = {0};
    mint_add_format(&dir, "%s/%s", root, row->name);
    mint_add_byte(&dir, 0);
    const char *path = (const char *)dir.ptr;
    mint_make_dir(path);
    write_certs(path, row->store_name != NULL ? row->store_name : "truststore.pem", pool,
                row->trust, row->store);
    write_certs(path, "untrusted.pem", pool, row->untrusted, NULL);
    write_certs(path, "clients.pem", pool, row->clients, row->presented);
    mint_buf_free(&dir);
}

int mint_cmd_cases(int argc, char **argv)
{
    bool large = argc == 2 && strcmp(argv[0], "--large") == 0;
    if (argc != (large ? 2 : 1)) {
        mint_die("cases takes one directory, and --large before it");
    }
    const char *root = argv[argc - 1];
    mint_make_dir(root);
    mint_pool *pool = mint_pool_open(MINT_SEED);
    mint_buf expectations = {0};
    mint_add_text(&expectations, "case\tkind\tindex\tprofile\tat\texpected\treason\tnote\n");
    for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++) {
        for (const mint_case *row = tables[t]; row->name != NULL; row++) {
            if (!row->large || large) {
                write_case(root, pool, row);
                put_expectations(&expectations, row);
            }
        }
    }
    mint_write_file(root, "expectations.tsv", &expectations);
    mint_buf_free(&expectations);
    mint_pool_close(pool);
    return 0;
}
