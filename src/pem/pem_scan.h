// SPDX-License-Identifier: Apache-2.0
// Walks the PEM blocks of one text (RFC 7468), in order. Reads no file and allocates nothing.
//
// Any bytes are valid input. Each BEGIN line makes a block, whatever follows it: a damaged block is
// returned like the others, with its `defect` set, so that one bad entry never hides the rest. A
// BEGIN line is "-----BEGIN " anywhere in the text (glued and indented ones too). Lines end with
// LF, CR LF or CR alone, or with these written out as text (\n, \r\n, \r: see pem_line.h), which
// are not counted.
#ifndef TV_PEM_PEM_SCAN_H
#define TV_PEM_PEM_SCAN_H

#include "tv/common.h"

typedef enum tv_pem_defect {
    TV_PEM_SOUND = 0,
    TV_PEM_NO_END,         // no END line before the next BEGIN line or the end of input
    TV_PEM_LABEL_MISMATCH, // the END label differs from the BEGIN label
    TV_PEM_BAD_BEGIN,      // the BEGIN line does not end in five dashes
} tv_pem_defect;

// All spans borrow from the scanned text and live as long as it does.
typedef struct tv_pem_block {
    tv_span label; // as written but for blanks around it, for example "CERTIFICATE"
    tv_span body;  // what lies between the BEGIN and END lines, headers and line ends included
    tv_span whole; // from the first dash of BEGIN to the last of END (or to where the block ends)
    size_t offset; // of the first dash of BEGIN, in bytes from the start of the text
    uint32_t line; // of the BEGIN line, counted from 1
    tv_pem_defect defect;
} tv_pem_block;

typedef struct tv_pem_scan {
    tv_span text;
    size_t at;     // next byte to look at; the end of the text when there is no block left
    uint32_t line; // of that byte
} tv_pem_scan;

// `first_line` is the number of the text's first line, 1 for a whole file.
void tv_pem_scan_open(tv_pem_scan *scan, tv_span text, uint32_t first_line);

// Sets `*out` to the next block. Returns false, with `*out` untouched, when there is none.
bool tv_pem_scan_next(tv_pem_scan *scan, tv_pem_block *out);

// The number of lines that `text` ends: LF, CR LF and lone CR count one each. Over the pieces of a
// text cut before BEGIN lines the counts add up.
uint32_t tv_pem_count_lines(tv_span text);

// The offset of the last BEGIN in `text` (a place where it can be cut), or 0 when there is none.
size_t tv_pem_last_begin(tv_span text);
// The offset of the first BEGIN at or after `from`, or `text.len` when there is none.
size_t tv_pem_next_begin(tv_span text, size_t from);

// What a block is, by its label. Matching ignores case; the quirk TV_PEM_ODD_CASE tells.
typedef enum tv_pem_kind {
    TV_PEM_CERTIFICATE,         // CERTIFICATE, X509 CERTIFICATE, X.509 CERTIFICATE
    TV_PEM_TRUSTED_CERTIFICATE, // TRUSTED CERTIFICATE: certificate DER, then OpenSSL trust settings
    TV_PEM_PRIVATE_KEY,         // any label that ends in PRIVATE KEY
    TV_PEM_PUBLIC_KEY,
    TV_PEM_REQUEST, // CERTIFICATE REQUEST, NEW CERTIFICATE REQUEST
    TV_PEM_CRL,     // X509 CRL
    TV_PEM_PKCS7,   // PKCS7, CMS, PKCS #7 SIGNED DATA
    TV_PEM_OTHER,
} tv_pem_kind;

tv_pem_kind tv_pem_kind_of(tv_span label);

// What a stricter reader would stumble over, for one block and what lies before it. Bits.
typedef enum tv_pem_quirk {
    TV_PEM_CRLF = 1 << 0,          // lines end with CR LF
    TV_PEM_CR_ONLY = 1 << 1,       // lines end with CR alone
    TV_PEM_BOM = 1 << 2,           // a UTF-8 byte order mark before this first block
    TV_PEM_INDENTED = 1 << 3,      // blanks before the BEGIN or END line
    TV_PEM_GLUED = 1 << 4,         // other text on the line of BEGIN or END: an END line, base64
    TV_PEM_BLANK_IN_BODY = 1 << 5, // a blank line behind base64, or a second one before it
    TV_PEM_ODD_WIDTH = 1 << 6,     // lines of other than 64 columns (the last may be shorter)
    TV_PEM_LONG_LINE = 1 << 7,     // a line longer than 76 columns
    TV_PEM_HEADERS = 1 << 8,       // RFC 1421 headers before the base64
    TV_PEM_NUL_BEFORE = 1 << 9,    // a NUL byte between the block before and this one
    TV_PEM_TEXT_BEFORE = 1 << 10,  // text between the block before and this one, not a # comment
    TV_PEM_BLANK_BEFORE = 1 << 11, // a blank line between the block before and this one
    TV_PEM_COMMENT_DASH = 1 << 12, // a # comment before this block holds a dash
    TV_PEM_ESCAPED_NL = 1 << 13,   // line ends written as \n, backslash and letter
    TV_PEM_SPACED = 1 << 14,       // blanks inside or around the base64 of a line
    TV_PEM_X509_LABEL = 1 << 15,   // X509 CERTIFICATE or X.509 CERTIFICATE
    TV_PEM_ODD_CASE = 1 << 16,     // a label that is not in upper case
    TV_PEM_NO_FINAL_NL = 1 << 17,  // the text ends with this block's END line, without line end
    TV_PEM_TEXT_AFTER = 1 << 18,   // the last block, and text that is not blank follows it
    TV_PEM_NON_ASCII = 1 << 19,    // bytes above 0x7e or control bytes between the blocks
    TV_PEM_BAD_DASHES = 1 << 20,   // other than five dashes at BEGIN or END, or blanks at the label
} tv_pem_quirk;

// The quirks of `block`, read from `text`; `previous_end` is where the block before ended (0 for
// the first). Walks the block's bytes once; meant for held bundles, not for the stream of clients.
uint32_t tv_pem_quirks(tv_span text, const tv_pem_block *block, size_t previous_end);

// A UTF-16 text (byte order mark, or NULs at every other byte of its first 64) is turned into 8-bit
// text, other characters becoming '?': `*out` is malloc'ed. Offsets in it times `2` plus the mark
// are offsets of the file. False when `text` is not UTF-16 or memory is out.
bool tv_pem_from_utf16(tv_span text, uint8_t **out, size_t *len);

#endif
