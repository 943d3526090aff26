// SPDX-License-Identifier: Apache-2.0
// The demo: the truststores of an imaginary company and the clients that use them, as a newcomer
// meets them. A live bundle in good order, the planned next one with two slips in it, and a bundle
// for partners that has grown for years. The tables below are the whole story.
#include "cert.h"
#include "commands.h"
#include "output.h"

#include <stdio.h>
#include <string.h>

// Authorities ------------------------------------------------------------------------------------

static const mint_spec harbour_root = {
    .subject = "C=DE/O=Harbour Payments/CN=Harbour Root CA 2021",
    .key = "rsa3072:harbour-root",
    .role = MINT_CA,
    .not_before = "20210401000000Z",
    .not_after = "20410401000000Z",
};
static const mint_spec harbour_ca3 = {
    .subject = "C=DE/O=Harbour Payments/CN=Harbour Issuing CA 3",
    .key = "rsa2048:harbour-issuing-3",
    .by = &harbour_root,
    .role = MINT_CA,
    .path_len = 1,
    .not_before = "20230110000000Z",
    .not_after = "20330110000000Z",
};
static const mint_spec harbour_ca3_rekeyed = {
    .subject = "C=DE/O=Harbour Payments/CN=Harbour Issuing CA 3",
    .key = "rsa2048:harbour-issuing-3-2026",
    .by = &harbour_root,
    .role = MINT_CA,
    .path_len = 1,
    .not_before = "20260420000000Z",
    .not_after = "20360420000000Z",
};
static const mint_spec harbour_ca4 = {
    .subject = "C=DE/O=Harbour Payments/CN=Harbour Issuing CA 4",
    .key = "p256:harbour-issuing-4",
    .by = &harbour_root,
    .role = MINT_CA,
    .path_len = 1,
    .not_before = "20240905000000Z",
    .not_after = "20340905000000Z",
};
static const mint_spec meridian_root = {
    .subject = "C=CH/O=Meridian Logistics/CN=Meridian Root",
    .key = "p384:meridian-root",
    .role = MINT_CA,
    .not_before = "20200601000000Z",
    .not_after = "20400601000000Z",
};
static const mint_spec meridian_ca = {
    .subject = "C=CH/O=Meridian Logistics/CN=Meridian Gateway CA",
    .key = "p256:meridian-gateway",
    .by = &meridian_root,
    .role = MINT_CA,
    .not_before = "20220601000000Z",
    .not_after = "20320601000000Z",
};
static const mint_spec oldport_ca = {
    .subject = "C=NL/O=Oldport Freight/CN=Oldport EDI CA",
    .key = "rsa2048:oldport",
    .role = MINT_CA,
    .not_before = "20160101000000Z",
    .not_after = "20251231235959Z",
};
static const mint_spec aurora_ca = {
    .subject = "C=SE/O=Aurora Retail/CN=Aurora Stores CA",
    .key = "rsa2048:aurora",
    .role = MINT_CA,
    .sig = MINT_SIG_SHA1,
    .not_before = "20140301000000Z",
    .not_after = "20340301000000Z",
};
static const mint_spec lighthouse_ca = {
    .subject = "C=FR/O=Lighthouse Bank/CN=Lighthouse Connect CA",
    .key = "p256:lighthouse",
    .role = MINT_CA,
    .not_before = "20210720000000Z",
    .not_after = "20260720000000Z", // seven weeks after the demo's day
};

// Clients ----------------------------------------------------------------------------------------

#define SERVICE(name, its_key, authority, ...)                                                     \
    {                                                                                              \
        .subject = "C=DE/O=Harbour Payments/OU=Services/CN=" name, .key = its_key,                 \
        .by = authority, .san = "dns:" name ".svc.harbour.example", __VA_ARGS__                    \
    }

static const mint_spec checkout =
    SERVICE("checkout-api", "p256:checkout", &harbour_ca3, .not_before = "20260302000000Z",
            .not_after = "20270302000000Z");
static const mint_spec ledger =
    SERVICE("ledger-worker", "rsa2048:ledger", &harbour_ca3, .not_before = "20260115000000Z",
            .not_after = "20270115000000Z");
static const mint_spec refunds =
    SERVICE("refunds-worker", "p256:refunds", &harbour_ca4, .not_before = "20250618000000Z",
            .not_after = "20260618000000Z");
static const mint_spec fraud =
    SERVICE("fraud-scorer", "p256:fraud", &harbour_ca4, .not_before = "20260505000000Z",
            .not_after = "20280505000000Z");
static const mint_spec mobile =
    SERVICE("mobile-bff", "p256:mobile", &harbour_ca4, .not_before = "20260701000000Z",
            .not_after = "20270701000000Z");
static const mint_spec portal =
    SERVICE("billing-portal", "p256:portal", &harbour_ca3, .not_before = "20260201000000Z",
            .not_after = "20270201000000Z", .eku = "server");
static const mint_spec nightly =
    SERVICE("nightly-batch", "rsa2048:nightly", &harbour_ca3, .not_before = "20240101000000Z",
            .not_after = "20290101000000Z", .sig = MINT_SIG_SHA1);
static const mint_spec kiosk =
    SERVICE("kiosk-0007", "rsa1024:kiosk", &harbour_ca4, .not_before = "20250101000000Z",
            .not_after = "20280101000000Z");
static const mint_spec laptop = {
    .subject = "O=Harbour Payments/OU=Engineering/CN=laptop-of-mila",
    .key = "p256:laptop",
    .san = "email:mila@harbour.example",
    .not_before = "20260511000000Z",
    .not_after = "20270511000000Z",
};
static const mint_spec stranger =
    SERVICE("checkout-api", "p256:stranger", &harbour_ca3, .signed_with = "rsa2048:stranger-ca",
            .not_before = "20260520000000Z", .not_after = "20270520000000Z");
static const mint_spec meridian_1 = {
    .subject = "C=CH/O=Meridian Logistics/CN=gateway-1.meridian.example",
    .key = "p256:meridian-1",
    .by = &meridian_ca,
    .san = "dns:gateway-1.meridian.example",
    .not_before = "20251101000000Z",
    .not_after = "20271101000000Z",
};
static const mint_spec meridian_2 = {
    .subject = "C=CH/O=Meridian Logistics/CN=gateway-2.meridian.example",
    .key = "p384:meridian-2",
    .by = &meridian_ca,
    .san = "dns:gateway-2.meridian.example",
    .not_before = "20240301000000Z",
    .not_after = "20260301000000Z", // nobody renewed it
};
static const mint_spec oldport_edi = {
    .subject = "C=NL/O=Oldport Freight/CN=edi.oldport.example",
    .key = "rsa2048:oldport-edi",
    .by = &oldport_ca,
    .san = "dns:edi.oldport.example",
    .not_before = "20250601000000Z",
    .not_after = "20270601000000Z",
};

// Files ------------------------------------------------------------------------------------------

typedef enum demo_form {
    DEMO_PEM = 0,
    DEMO_CRLF, // PEM with CR LF, as a Windows editor leaves it
    DEMO_DER,
    DEMO_KEY, // the private key of the certificate
} demo_form;

// A comment, or a certificate in some form.
typedef struct demo_part {
    const char *text;
    const mint_spec *cert;
    demo_form form;
} demo_part;

#define MAX_PARTS 24

static const struct demo_file {
    const char *dir;
    const char *name;
    demo_part parts[MAX_PARTS];
} files[] = {
    {"truststores",
     "payments-prod.pem",
     {{.text = "# Demo: the live bundle of api.harbour.example, in good order.\n"
               "# Harbour Root CA 2021\n"},
      {.cert = &harbour_root},
      {.text = "# Harbour Issuing CA 3 (RSA)\n"},
      {.cert = &harbour_ca3},
      {.text = "# Harbour Issuing CA 4 (P-256)\n"},
      {.cert = &harbour_ca4},
      {.text = "# Meridian Root\n"},
      {.cert = &meridian_root},
      {.text = "# Meridian Gateway CA\n"},
      {.cert = &meridian_ca}}},
    {"truststores",
     "payments-next.pem",
     {{.text =
           "# Demo: the next bundle, before its upload. Issuing CA 3 has a new key, Issuing CA 4\n"
           "# was forgotten, and so was the root of Meridian.\n"},
      {.cert = &harbour_root},
      {.cert = &harbour_ca3_rekeyed},
      {.cert = &meridian_ca}}},
    {"truststores",
     "partners.pem",
     {{.text =
           "# Demo: a bundle for partners that has grown for years. No private key in it is in\n"
           "# use: the one below is made for this demo, and everyone knows it.\n\n"},
      {.cert = &meridian_root},
      {.cert = &meridian_ca},
      {.text = "\nOldport, added 2016 by hand\n"},
      {.cert = &oldport_ca, .form = DEMO_CRLF},
      {.text = "\n# Meridian again, from another ticket\n"},
      {.cert = &meridian_root},
      {.text = "# Aurora: the certificate of their CA, SHA-1\n"},
      {.cert = &aurora_ca},
      {.text = "# Mila's laptop: a client, and the key that came with it\n"},
      {.cert = &laptop},
      {.cert = &laptop, .form = DEMO_KEY},
      {.text = "# Meridian's gateway: a client instead of its CA\n"},
      {.cert = &meridian_1},
      {.text = "# Lighthouse\n"},
      {.cert = &lighthouse_ca}}},
    {"clients",
     "payments-services.pem",
     {{.text = "# Demo: clients of the payment services, exported from the inventory.\n"},
      {.cert = &checkout},
      {.cert = &ledger},
      {.cert = &refunds},
      {.cert = &fraud},
      {.cert = &mobile},
      {.cert = &checkout},
      {.cert = &portal}}},
    {"clients",
     "partner-gateways.pem",
     {{.text = "# Demo: what the partners' gateways present.\n"},
      {.cert = &meridian_1},
      {.cert = &meridian_2},
      {.cert = &oldport_edi}}},
    {"clients", "nightly-batch.crt", {{.cert = &nightly}}},
    {"clients", "kiosk-0007.der", {{.cert = &kiosk, .form = DEMO_DER}}},
    {"clients",
     "access-log.pem",
     {{.text = "# Demo: from the access log of the gateway, certificates of refused requests.\n"},
      {.cert = &laptop},
      {.cert = &stranger}}},
};

static void add_part(mint_buf *out, mint_pool *pool, const demo_part *part)
{
    if (part->text != NULL) {
        mint_add_text(out, part->text);
        return;
    }
    mint_buf der = {0};
    if (part->form == DEMO_KEY) {
        mint_key_pkcs8(&der, mint_pool_key(pool, part->cert->key));
        mint_pem(out, "PRIVATE KEY", &der);
    } else {
        mint_cert(&der, pool, part->cert);
        if (part->form == DEMO_DER) {
            mint_add_buf(out, &der);
        } else {
            mint_pem_with(out, "CERTIFICATE", &der, part->form == DEMO_CRLF ? "\r\n" : "\n");
        }
    }
    mint_buf_free(&der);
}

int mint_cmd_demo(int argc, char **argv)
{
    if (argc != 1) {
        mint_die("demo takes one directory");
    }
    mint_pool *pool = mint_pool_open(MINT_SEED);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        mint_buf dir = {0};
        mint_buf text = {0};
        mint_add_format(&dir, "%s/%s", argv[0], files[i].dir);
        mint_add_byte(&dir, 0);
        mint_make_dir((const char *)dir.ptr);
        for (size_t k = 0; k < MAX_PARTS; k++) {
            const demo_part *part = &files[i].parts[k];
            if (part->text == NULL && part->cert == NULL) {
                break;
            }
            add_part(&text, pool, part);
        }
        mint_write_file((const char *)dir.ptr, files[i].name, &text);
        mint_buf_free(&text);
        mint_buf_free(&dir);
    }
    mint_pool_close(pool);
    return 0;
}
