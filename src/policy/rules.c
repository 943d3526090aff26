// SPDX-License-Identifier: Apache-2.0
// The catalogue of rules: their stable ids, what they say by default, and which reason each of them
// tells. When a rule holds is decided by the checks of this room and, for rules that need a path,
// by the reasons that judging found. A new rule is a row here and one in a table of checks.

#include "base/span.h"
#include "policy/check.h"

#include <assert.h>

static const tv_rule rules[] = {
    // id, scope, default severity, certainty and source, title, help
    // The file as a whole.
    {"bundle-too-large", TV_SCOPE_BUNDLE, TV_ERROR, TV_INFERRED, "limits of the profile",
     "the file is larger than the target takes",
     "Take out certificates that no client needs, duplicates and expired ones first."},
    {"bundle-near-size-limit", TV_SCOPE_BUNDLE, TV_WARNING, TV_INFERRED, "limits of the profile",
     "the file is nearly as large as the target takes",
     "Take out certificates that no client needs before the next one is added."},
    {"bundle-too-many-certificates", TV_SCOPE_BUNDLE, TV_ERROR, TV_INFERRED,
     "limits of the profile", "the file holds more certificates than the target takes",
     "Take out certificates that no client needs, duplicates and expired ones first."},
    {"bundle-subjects-too-large", TV_SCOPE_BUNDLE, TV_ERROR, TV_INFERRED, "limits of the profile",
     "the subjects of all certificates together are larger than the target takes",
     "Take out certificates that no client needs."},
    {"bundle-file-name", TV_SCOPE_BUNDLE, TV_NOTE, TV_INFERRED, "custom of the target",
     "the file name does not end in .pem",
     "Name the file with .pem at its end; the target expects a text file of that kind."},
    {"bundle-no-certificate", TV_SCOPE_BUNDLE, TV_ERROR, TV_INFERRED,
     "a truststore without certificates trusts nobody",
     "the file holds no certificate that can be read",
     "Put the CA certificates of your clients into it, in PEM."},
    {"duplicate-subject", TV_SCOPE_BUNDLE, TV_WARNING, TV_MEASURED,
     "measured with OpenSSL 3.0; API Gateway refuses such a file",
     "two certificates have one subject",
     "Keep one certificate per subject: the current one, or the one whose key signed your "
     "clients."},
    {"order-dependent", TV_SCOPE_BUNDLE, TV_WARNING, TV_MEASURED, "measured with OpenSSL 3.0",
     "two CAs of one subject have different keys, and nothing but their order tells them apart",
     "Keep only the CA that signed your clients, or reissue both with subject key identifiers and "
     "the clients with authority key identifiers."},

    // A second opinion on a cell.
    {"crosscheck-difference", TV_SCOPE_CLIENT, TV_ERROR, TV_MEASURED, "X509_verify_cert",
     "libcrypto judges the cell differently, and nothing explains it",
     "Rest nothing on this verdict; report the difference with the certificates named."},
    {"crosscheck-explained", TV_SCOPE_CLIENT, TV_NOTE, TV_MEASURED, "X509_verify_cert",
     "libcrypto judges the cell differently, for a reason that is proved",
     "Nothing is needed; targets built on OpenSSL may answer as libcrypto does."},

    // Blocks that are no certificates.
    {"entry-undecodable", TV_SCOPE_ENTRY, TV_ERROR, TV_MEASURED,
     "RFC 7468 section 2; measured with OpenSSL 3.0, Go 1.19, Java 17 and GnuTLS",
     "a block cannot be decoded",
     "Export the certificate again from where it came; one broken block makes OpenSSL and Java "
     "refuse the whole file."},
    {"entry-not-a-certificate", TV_SCOPE_ENTRY, TV_ERROR, TV_DOCUMENTED, "RFC 5280 section 4.1",
     "a block is not a certificate that can be read",
     "Export the certificate again from where it came, or take the block out."},
    {"entry-bad-extension", TV_SCOPE_ENTRY, TV_ERROR, TV_DOCUMENTED, "RFC 5280 section 4.2",
     "an extension cannot be read", "Have the certificate reissued; a path through it is refused."},
    {"entry-trailing-bytes", TV_SCOPE_ENTRY, TV_ERROR, TV_MEASURED,
     "measured with OpenSSL 3.0, Go 1.19, Java 17 and GnuTLS",
     "bytes follow the certificate in its block",
     "Export the certificate again; GnuTLS and Java refuse the whole file, Go leaves the "
     "certificate out."},
    {"non-certificate-block", TV_SCOPE_ENTRY, TV_WARNING, TV_MEASURED, "trust-manager, Java 17",
     "a block is something other than a certificate",
     "Take the block out; a truststore holds certificates and nothing else."},
    {"private-key-in-bundle", TV_SCOPE_ENTRY, TV_ERROR, TV_INFERRED,
     "a truststore is handed to others", "a private key stands in the truststore",
     "Take the key out and treat it as published: have its certificate revoked and issue a new one "
     "with a new key."},

    // What a judgement of the entry tells: report makes these findings of reasons.
    {"entry-unsupported-version", TV_SCOPE_ENTRY, TV_WARNING, TV_DOCUMENTED,
     "RFC 5280 section 4.1.2.1", "the X.509 version is not one the target takes",
     "Have the certificate reissued as version 3."},
    {"entry-unsupported-algorithm", TV_SCOPE_ENTRY, TV_WARNING, TV_INFERRED,
     "algorithms that libcrypto checks", "a signature algorithm or key cannot be checked",
     "Replace the certificate by one with an RSA or ECDSA key and a SHA-2 signature."},
    {"entry-bad-signature", TV_SCOPE_ENTRY, TV_ERROR, TV_DOCUMENTED,
     "RFC 5280 section 6.1.3 (a)(1)", "the key of its issuer does not verify its signature",
     "Look for the issuer with the key that signed it: the CA in the file was re-keyed, or the "
     "certificate was altered."},
    {"entry-issuer-missing", TV_SCOPE_ENTRY, TV_ERROR, TV_DOCUMENTED, "RFC 5280 section 6.1",
     "its issuer is not in the file",
     "Add the certificate of the issuer; clients below this entry have no path to a trust anchor."},
    {"entry-root-missing", TV_SCOPE_ENTRY, TV_ERROR, TV_DOCUMENTED, "RFC 5280 section 6.1",
     "its issuer is in the file, and no path from there ends at a trust anchor",
     "Add the missing certificates up to the self-signed root."},
    {"entry-expired", TV_SCOPE_ENTRY, TV_ERROR, TV_DOCUMENTED, "RFC 5280 section 6.1.3 (a)(2)",
     "its validity has ended",
     "Replace it by its successor, or take it out; clients below it are refused."},
    {"entry-not-yet-valid", TV_SCOPE_ENTRY, TV_WARNING, TV_DOCUMENTED,
     "RFC 5280 section 6.1.3 (a)(2)", "its validity has not begun",
     "Clients below it are refused until then; nothing else is needed when it stands here in "
     "advance."},
    {"entry-weak-signature-algorithm", TV_SCOPE_ENTRY, TV_ERROR, TV_INFERRED,
     "limits of the profile", "its signature uses a hash that the target refuses",
     "Have the CA certificate reissued with a SHA-256 or stronger signature."},
    {"entry-weak-key", TV_SCOPE_ENTRY, TV_ERROR, TV_INFERRED, "limits of the profile",
     "its key is one that the target refuses",
     "Replace the CA by one with a key that the target takes, and reissue what it signed."},
    {"ca-basic-constraints", TV_SCOPE_ENTRY, TV_WARNING, TV_DOCUMENTED,
     "RFC 5280 section 6.1.4 (k)", "an issuer above it is not a CA certificate",
     "Replace the issuer by a certificate with basic constraints that say CA."},
    {"ca-key-usage", TV_SCOPE_ENTRY, TV_WARNING, TV_DOCUMENTED, "RFC 5280 section 6.1.4 (n)",
     "the key usage of an issuer above it does not allow signing certificates",
     "Replace the issuer by a certificate whose key usage has keyCertSign."},
    {"entry-path-length", TV_SCOPE_ENTRY, TV_WARNING, TV_DOCUMENTED, "RFC 5280 section 6.1.4 (l)",
     "more CA certificates stand below an issuer than its path length allows",
     "Issue from a CA that is nearer to the root, or have the issuer reissued with a larger path "
     "length."},
    {"entry-chain-too-long", TV_SCOPE_ENTRY, TV_ERROR, TV_INFERRED, "limits of the profile",
     "its path has more certificates than the target takes",
     "Use a CA nearer to the root, or make an intermediate the root of a hierarchy of its own."},
    {"entry-name-constraints", TV_SCOPE_ENTRY, TV_WARNING, TV_DOCUMENTED,
     "RFC 5280 section 6.1.3 (b) and (c)", "a name lies outside the name constraints of an issuer",
     "Have the certificate reissued with names that its issuer may give out."},
    {"entry-certificate-policy", TV_SCOPE_ENTRY, TV_WARNING, TV_DOCUMENTED,
     "RFC 5280 section 6.1.5 (g)", "no certificate policy is valid along its path",
     "Have it reissued under a policy that every CA above it has, or maps to one that is asked "
     "for."},
    {"entry-unhandled-critical-extension", TV_SCOPE_ENTRY, TV_WARNING, TV_DOCUMENTED,
     "RFC 5280 section 6.1.5 (f)", "a critical extension is not processed",
     "Have the certificate reissued without it, or with it not critical."},
    {"entry-revoked", TV_SCOPE_ENTRY, TV_ERROR, TV_DOCUMENTED, "RFC 5280 section 6.1.3 (a)(3)",
     "it is revoked, or an issuer above it is", "Take it out: its issuer no longer stands for it."},

    // One entry among the others.
    {"duplicate-certificate", TV_SCOPE_ENTRY, TV_WARNING, TV_MEASURED,
     "measured with OpenSSL 3.0, Go 1.19, Java 17 and GnuTLS",
     "the same certificate stands in the file twice", "Keep the first and take the others out."},
    {"entry-not-a-ca", TV_SCOPE_ENTRY, TV_NOTE, TV_DOCUMENTED, "RFC 5280 section 4.2.1.9",
     "the entry is the certificate of a client or server, not of a CA",
     "Put the certificate of its issuer into the file instead; this one admits nobody but its own "
     "holder, if anybody."},
    {"root-weak-signature", TV_SCOPE_ENTRY, TV_NOTE, TV_DOCUMENTED, "RFC 5280 section 6.1",
     "the self-signature of a trust anchor uses a hash that the target refuses elsewhere",
     "Nothing is needed where self-signatures are not checked; a reissued root removes the doubt."},
    {"expiry-horizon", TV_SCOPE_ENTRY, TV_NOTE, TV_DOCUMENTED, "RFC 5280 section 4.1.2.5",
     "its validity ends soon",
     "Put its successor into the file beside it, and move clients over, before that day."},

    // The certificate alone: RFC 5280 section 4.
    {"entry-version-1", TV_SCOPE_ENTRY, TV_NOTE, TV_DOCUMENTED, "RFC 5280 section 4.1.2.1",
     "an X.509 version 1 or 2 certificate cannot say that it is a CA",
     "Replace it by a version 3 certificate with basic constraints."},
    {"validity-reversed", TV_SCOPE_ENTRY, TV_ERROR, TV_DOCUMENTED, "RFC 5280 section 4.1.2.5",
     "its validity ends before it begins", "Have the certificate reissued; it is never valid."},
    {"certificate-too-large", TV_SCOPE_ENTRY, TV_ERROR, TV_INFERRED, "limits of the profile",
     "the certificate is larger than the target takes",
     "Have it reissued with fewer names or a smaller key."},
    {"serial-negative", TV_SCOPE_ENTRY, TV_ERROR, TV_DOCUMENTED, "RFC 5280 section 4.1.2.2",
     "the serial number is negative",
     "Have the certificate reissued; Go 1.23 and later cannot read it, some gateways cannot revoke "
     "it."},
    {"serial-zero", TV_SCOPE_ENTRY, TV_NOTE, TV_DOCUMENTED, "RFC 5280 section 4.1.2.2",
     "the serial number is zero",
     "Have the certificate reissued when the CA is renewed; serial numbers are positive."},
    {"serial-too-long", TV_SCOPE_ENTRY, TV_ERROR, TV_DOCUMENTED, "RFC 5280 section 4.1.2.2",
     "the serial number has more than 20 octets",
     "Have the certificate reissued with a serial number of at most 20 octets."},
    {"ca-subject-empty", TV_SCOPE_ENTRY, TV_ERROR, TV_DOCUMENTED, "RFC 5280 section 4.1.2.6",
     "the subject of a CA certificate is empty",
     "Have the CA certificate reissued with a subject; nothing can name it as issuer."},
    {"ca-basic-constraints-not-critical", TV_SCOPE_ENTRY, TV_ERROR, TV_DOCUMENTED,
     "RFC 5280 section 4.2.1.9", "the basic constraints of a CA certificate are not critical",
     "Have the CA certificate reissued with critical basic constraints."},
    {"ca-key-usage-missing", TV_SCOPE_ENTRY, TV_ERROR, TV_DOCUMENTED, "RFC 5280 section 4.2.1.3",
     "a CA certificate has no key usage",
     "Have the CA certificate reissued with a key usage of keyCertSign and cRLSign."},
    {"ca-key-usage-without-cert-sign", TV_SCOPE_ENTRY, TV_ERROR, TV_DOCUMENTED,
     "RFC 5280 sections 4.2.1.3 and 6.1.4 (n)",
     "the key usage of a CA certificate lacks keyCertSign",
     "Have the CA certificate reissued with keyCertSign; certificates that it signs are refused."},
    {"cert-sign-without-ca", TV_SCOPE_ENTRY, TV_ERROR, TV_DOCUMENTED, "RFC 5280 section 4.2.1.9",
     "keyCertSign is set and basic constraints do not say CA",
     "Have the certificate reissued: with basic constraints when it is a CA, without keyCertSign "
     "when it is not."},
    {"path-length-without-ca", TV_SCOPE_ENTRY, TV_ERROR, TV_DOCUMENTED, "RFC 5280 section 4.2.1.9",
     "a path length stands where it means nothing",
     "Have the certificate reissued; a path length needs a CA certificate with keyCertSign."},
    {"ca-without-subject-key-id", TV_SCOPE_ENTRY, TV_ERROR, TV_DOCUMENTED,
     "RFC 5280 section 4.2.1.2", "a CA certificate has no subject key identifier",
     "Have the CA certificate reissued with one; without it two CAs of one subject cannot be told "
     "apart."},
    {"ca-without-authority-key-id", TV_SCOPE_ENTRY, TV_ERROR, TV_DOCUMENTED,
     "RFC 5280 section 4.2.1.1",
     "a CA certificate that is not self-signed has no authority key identifier",
     "Have the CA certificate reissued with one; without it its issuer is found by name alone."},
    {"entry-extended-key-usage", TV_SCOPE_ENTRY, TV_NOTE, TV_INFERRED,
     "common practice of TLS libraries",
     "the extended key usage of a CA certificate leaves out the purpose of its clients",
     "Use a CA whose extended key usage has clientAuth, or none at all; targets that heed it "
     "refuse "
     "what this one issues."},
    {"name-constraints-without-ca", TV_SCOPE_ENTRY, TV_ERROR, TV_DOCUMENTED,
     "RFC 5280 section 4.2.1.10", "name constraints stand in a certificate that is no CA",
     "Have the certificate reissued: with basic constraints when it is a CA, without name "
     "constraints when it is not."},
    {"subject-alt-name-not-critical", TV_SCOPE_ENTRY, TV_ERROR, TV_DOCUMENTED,
     "RFC 5280 sections 4.1.2.6 and 4.2.1.6",
     "the only names are in a subject alternative name that is not critical",
     "Have the certificate reissued with a subject, or with a critical subject alternative name."},
    {"proxy-info-not-critical", TV_SCOPE_ENTRY, TV_ERROR, TV_DOCUMENTED, "RFC 3820 section 3.8",
     "the proxyCertInfo of a proxy certificate is not critical",
     "Take the proxy certificate out; proxies are sent by clients and have no place in a "
     "truststore."},

    // What stricter PEM readers lose or refuse, one rule per quirk of pem_scan.h.
    {"pem-no-end", TV_SCOPE_ENTRY, TV_ERROR, TV_MEASURED,
     "measured with OpenSSL 3.0, Go 1.19, Java 17 and GnuTLS", "the END line of a block is missing",
     "Write the END line; the certificate is lost as it stands."},
    {"pem-label-mismatch", TV_SCOPE_ENTRY, TV_ERROR, TV_MEASURED,
     "measured with OpenSSL 3.0, Go 1.19, Java 17 and GnuTLS",
     "the END line of a block names something else than its BEGIN line",
     "Make both lines say CERTIFICATE."},
    {"pem-bad-begin", TV_SCOPE_ENTRY, TV_ERROR, TV_MEASURED,
     "measured with OpenSSL 3.0, Go 1.19, Java 17 and GnuTLS",
     "a BEGIN line does not end in five dashes",
     "Write -----BEGIN CERTIFICATE----- on a line of its own."},
    {"pem-utf16", TV_SCOPE_BUNDLE, TV_WARNING, TV_MEASURED,
     "measured with OpenSSL 3.0, Go 1.19, Java 17 and GnuTLS", "the file is UTF-16 text",
     "Save the file as ASCII or UTF-8 without a byte order mark."},
    {"pem-bom", TV_SCOPE_ENTRY, TV_WARNING, TV_MEASURED,
     "measured with OpenSSL 3.0, Go 1.19, Java 17 and GnuTLS",
     "a byte order mark stands before the first block", "Save the file without a byte order mark."},
    {"pem-cr-only", TV_SCOPE_ENTRY, TV_WARNING, TV_MEASURED,
     "measured with OpenSSL 3.0, Go 1.19, Java 17 and GnuTLS",
     "lines end with a carriage return alone", "Write the file with line feeds."},
    {"pem-indented", TV_SCOPE_ENTRY, TV_WARNING, TV_MEASURED,
     "measured with OpenSSL 3.0, Go 1.19, Java 17 and GnuTLS", "the BEGIN or END line is indented",
     "Take the blanks before it away; the file may have been cut out of YAML."},
    {"pem-glued", TV_SCOPE_ENTRY, TV_WARNING, TV_MEASURED,
     "measured with OpenSSL 3.0, Go 1.19, Java 17 and GnuTLS",
     "other text stands before BEGIN on its line",
     "Put a line end before it: a file without one at its end was put before another."},
    {"pem-blank-line", TV_SCOPE_ENTRY, TV_WARNING, TV_MEASURED,
     "measured with OpenSSL 3.0, Go 1.19, Java 17 and GnuTLS",
     "a blank line stands inside the base64", "Take the blank line out."},
    {"pem-headers", TV_SCOPE_ENTRY, TV_WARNING, TV_MEASURED,
     "measured with OpenSSL 3.0, Go 1.19, Java 17 and GnuTLS", "headers stand before the base64",
     "Take the headers out; RFC 7468 does not allow them."},
    {"pem-nul", TV_SCOPE_ENTRY, TV_WARNING, TV_MEASURED,
     "measured with OpenSSL 3.0, Go 1.19, Java 17 and GnuTLS", "a NUL byte stands before the block",
     "Write the file again as plain text; OpenSSL stops at the NUL byte without an error."},
    {"pem-escaped-newlines", TV_SCOPE_ENTRY, TV_WARNING, TV_MEASURED,
     "measured with OpenSSL 3.0, Go 1.19, Java 17 and GnuTLS",
     "line ends are written as backslash and n",
     "Turn them into line ends: the text was taken out of JSON or an environment variable."},
    {"pem-spaced", TV_SCOPE_ENTRY, TV_NOTE, TV_MEASURED,
     "measured with OpenSSL 3.0, Go 1.19, Java 17 and GnuTLS",
     "blanks stand in or around the base64 of a line",
     "Take the blanks out; where they replace line ends, most readers find nothing."},
    {"pem-trusted-label", TV_SCOPE_ENTRY, TV_WARNING, TV_MEASURED,
     "measured with OpenSSL 3.0, Go 1.19, Java 17 and GnuTLS",
     "a block has OpenSSL's label TRUSTED CERTIFICATE",
     "Write it again with openssl x509, without -trustout; its trust settings are heeded by "
     "OpenSSL alone."},
    {"pem-x509-label", TV_SCOPE_ENTRY, TV_WARNING, TV_MEASURED,
     "measured with OpenSSL 3.0, Go 1.19, Java 17 and GnuTLS",
     "a block has the old label X509 CERTIFICATE", "Make its BEGIN and END lines say CERTIFICATE."},
    {"pem-odd-case", TV_SCOPE_ENTRY, TV_WARNING, TV_MEASURED,
     "measured with OpenSSL 3.0, Go 1.19, Java 17 and GnuTLS", "a label is not in upper case",
     "Make its BEGIN and END lines say CERTIFICATE."},
    {"pem-bad-dashes", TV_SCOPE_ENTRY, TV_WARNING, TV_MEASURED,
     "measured with OpenSSL 3.0, Go 1.19, Java 17 and GnuTLS",
     "a BEGIN or END line has other than five dashes",
     "Write five dashes on both sides of the label."},
    {"pem-text-between", TV_SCOPE_BUNDLE, TV_NOTE, TV_DOCUMENTED,
     "Application Load Balancer and CloudFront guides, trust stores",
     "text stands between the blocks",
     "Take the text out, or begin its lines with #, before the file goes to a load balancer or to "
     "CloudFront."},
    {"pem-blank-between", TV_SCOPE_BUNDLE, TV_NOTE, TV_DOCUMENTED,
     "Application Load Balancer and CloudFront guides, trust stores",
     "blank lines stand between the blocks",
     "Take the blank lines out before the file goes to a load balancer or to CloudFront."},
    {"pem-comment-dash", TV_SCOPE_BUNDLE, TV_NOTE, TV_DOCUMENTED,
     "Application Load Balancer and CloudFront guides, trust stores", "a comment holds a dash",
     "Take the dash out of the comment before the file goes to a load balancer or to CloudFront."},
    {"pem-text-after", TV_SCOPE_BUNDLE, TV_NOTE, TV_INFERRED, "s2n-tls, reading of PEM",
     "text follows the last block", "Take the text out."},
    {"pem-non-ascii", TV_SCOPE_BUNDLE, TV_NOTE, TV_MEASURED,
     "RFC 7468 section 2; readers that take the file for UTF-8",
     "bytes other than printable ASCII stand between the blocks",
     "Take them out, or write them in ASCII."},
    {"pem-crlf", TV_SCOPE_BUNDLE, TV_NOTE, TV_MEASURED,
     "measured with OpenSSL 3.0, Go 1.19, Java 17 and GnuTLS", "lines end with CR LF",
     "Nothing is needed for the readers that were measured; tools that split at line feeds may "
     "keep the CR."},
    {"pem-odd-width", TV_SCOPE_BUNDLE, TV_NOTE, TV_DOCUMENTED, "RFC 7468 section 2",
     "lines of base64 are not 64 columns wide",
     "Nothing is needed for the readers that were measured; RFC 7468 asks for 64 columns."},
    {"pem-long-line", TV_SCOPE_BUNDLE, TV_NOTE, TV_DOCUMENTED, "RFC 7468 section 2",
     "a line of base64 is longer than 76 columns",
     "Fold the base64 at 64 columns; old readers cut long lines."},
    {"pem-no-final-newline", TV_SCOPE_BUNDLE, TV_NOTE, TV_MEASURED,
     "measured with OpenSSL 3.0, Go 1.19, Java 17 and GnuTLS", "the file ends without a line end",
     "End the file with a line end, so that a file which is put behind it is not glued to it."},

    // Clients: report makes these findings of advice.
    {"client-extended-key-usage", TV_SCOPE_CLIENT, TV_NOTE, TV_INFERRED,
     "common practice of TLS libraries", "its extended key usage leaves out client authentication",
     "Have the client certificate issued with clientAuth; OpenSSL and other targets refuse it as "
     "it is."},
};

enum { NUM_RULES = sizeof(rules) / sizeof(rules[0]) };
_Static_assert(NUM_RULES <= TV_MAX_RULES, "a profile has room for every rule");

size_t tv_rule_count(void)
{
    return NUM_RULES;
}

const tv_rule *tv_rule_at(size_t i)
{
    return i < NUM_RULES ? &rules[i] : NULL;
}

size_t tv_rule_index(const char *id)
{
    for (size_t i = 0; i < NUM_RULES; i++) {
        if (strcmp(rules[i].id, id) == 0) {
            return i;
        }
    }
    return TV_MAX_RULES;
}

const tv_rule *tv_rule_find(const char *id)
{
    return tv_rule_at(tv_rule_index(id));
}

const char *tv_severity_text(tv_severity severity)
{
    static const char *const texts[] = {[TV_SEVERITY_OFF] = "off",
                                        [TV_NOTE] = "note",
                                        [TV_WARNING] = "warning",
                                        [TV_ERROR] = "error"};
    assert(severity <= TV_ERROR);
    return texts[severity];
}

// Reasons without a rule: what the bytes of an entry or the entry of its issuer tell already
// (malformed, issuer-expired, issuer-not-yet-valid, issuer-weak-key,
// issuer-weak-signature-algorithm), what is no fault of an entry (self-signed: it is in the
// truststore), what entries are not asked for (extended-key-usage: the purpose is that of clients)
// and what is no answer (budget-spent).
const tv_rule *tv_rule_for_reason(tv_reason reason)
{
    static const char *const ids[TV_REASON_COUNT] = {
        [TV_REASON_UNSUPPORTED_VERSION] = "entry-unsupported-version",
        [TV_REASON_UNSUPPORTED_ALGORITHM] = "entry-unsupported-algorithm",
        [TV_REASON_BAD_SIGNATURE] = "entry-bad-signature",
        [TV_REASON_ISSUER_NOT_FOUND] = "entry-issuer-missing",
        [TV_REASON_ROOT_NOT_FOUND] = "entry-root-missing",
        [TV_REASON_EXPIRED] = "entry-expired",
        [TV_REASON_NOT_YET_VALID] = "entry-not-yet-valid",
        [TV_REASON_WEAK_SIGNATURE_ALGORITHM] = "entry-weak-signature-algorithm",
        [TV_REASON_WEAK_KEY] = "entry-weak-key",
        [TV_REASON_NOT_A_CA] = "ca-basic-constraints",
        [TV_REASON_KEY_USAGE] = "ca-key-usage",
        [TV_REASON_PATH_LENGTH] = "entry-path-length",
        [TV_REASON_CHAIN_TOO_LONG] = "entry-chain-too-long",
        [TV_REASON_NAME_CONSTRAINTS] = "entry-name-constraints",
        [TV_REASON_CERTIFICATE_POLICY] = "entry-certificate-policy",
        [TV_REASON_UNHANDLED_CRITICAL_EXTENSION] = "entry-unhandled-critical-extension",
        [TV_REASON_REVOKED] = "entry-revoked",
    };
    assert(reason < TV_REASON_COUNT);
    return ids[reason] != NULL ? tv_rule_find(ids[reason]) : NULL;
}

bool tv_finding_make(const tv_profile *profile, const char *rule, tv_finding *out)
{
    size_t row = tv_rule_index(rule);
    assert(row < NUM_RULES); // rules are named by the library's own code
    const tv_rule_policy *policy = &profile->rules[row];
    if (policy->severity == TV_SEVERITY_OFF) {
        return false;
    }
    *out = (tv_finding){
        .rule = &rules[row],
        .severity = policy->severity,
        .certainty = policy->from.certainty,
        .source = policy->from.source,
        .entry = TV_ID_NONE,
        .help = tv_span_from_text(rules[row].help),
    };
    return true;
}
