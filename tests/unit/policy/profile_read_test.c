// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/span.h"
#include "policy/profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define HEAD "[profile]\nname = mine\n"

static const struct {
    const char *name;
    const char *text;
    tv_status status;
    int line;
    const char *told;
} cases[] = {
    {"the least", HEAD, TV_OK, 0, NULL},
    {"CR LF, blanks, comments, a byte order mark",
     "\xef\xbb\xbf; c\r\n  # d\r\n\r\n [profile] ; e\r\n\tname\t=  mine  ; f\r\n"
     "[rule pem-bom] # g\r\n  severity = off\r\n",
     TV_OK, 0, NULL},
    {"a long comment is no long line",
     "; "
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxx"
     "xxxxxxxxxxxxxxxxxxxx\n" HEAD,
     TV_OK, 0, NULL},
    {"a long line",
     HEAD
     "summary = "
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxx\n",
     TV_ERR_SYNTAX, 3, "too long"},
    {"nothing", "", TV_ERR_SYNTAX, 0, "no name"},
    {"no name", "[profile]\nsummary = x\n", TV_ERR_SYNTAX, 0, "no name"},
    {"an inherited name is not one's own", "[profile]\ninherits = openssl\n", TV_ERR_SYNTAX, 0,
     "no name"},
    {"key first", "name = x\n", TV_ERR_SYNTAX, 1, "before the first"},
    {"an unknown section without keys", HEAD "[rule x]\n", TV_ERR_SYNTAX, 3, "no rule 'x'"},
    {"an unknown key", HEAD "colour = red\n", TV_ERR_SYNTAX, 3, "unknown key 'colour'"},
    {"an unknown word", HEAD "[setting purpose]\n\nvalue = any, all\n", TV_ERR_SYNTAX, 5,
     "any, client, server"},
    {"out of range", HEAD "[setting min_rsa_bits]\nvalue = 99999999\n", TV_ERR_RANGE, 4,
     "1 to 65536"},
    {"an open bracket", HEAD "[rule pem-bom\n", TV_ERR_SYNTAX, 3, "brackets"},
    {"words behind a section", HEAD "[rule pem-bom] x\n", TV_ERR_SYNTAX, 3, "brackets"},
    {"a word alone", HEAD "summary\n", TV_ERR_SYNTAX, 3, "neither"},
    {"a comment in place of the sign", HEAD "summary ;= x\n", TV_ERR_SYNTAX, 3, "neither"},
    {"a key twice", HEAD "name = other\n", TV_ERR_SYNTAX, 3, "twice"},
    {"a section twice", HEAD "[profile]\nsummary = x\n", TV_OK, 0, NULL},
    {"value after source", HEAD "[setting pss]\nsource = x\nvalue = yes\n", TV_ERR_SYNTAX, 5,
     "before certainty and source"},
    {"a fact", HEAD "[reason malformed]\ncheck = no\n", TV_ERR_RANGE, 4, "is a fact"},
    {"inherits a built-in", HEAD "inherits = openssl\n", TV_OK, 0, NULL},
    {"inherits nobody", HEAD "inherits = nobody\n", TV_ERR_UNKNOWN_NAME, 3,
     "built in are aws-apigateway, "},
    {"inherits a path", HEAD "inherits = ../x.ini\n", TV_ERR_SYNTAX, 3, "neither a built-in"},
};

static void texts_load_or_are_refused_at_their_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_profile *profile;
        tv_profile_error error;
        print_message("%s\n", cases[i].name);
        tv_status status =
            tv_profile_parse(&profile, tv_span_from_text(cases[i].text), NULL, &error);
        assert_int_equal(status, cases[i].status);
        assert_int_equal(error.line, cases[i].line);
        if (status != TV_OK) {
            assert_null(profile);
            print_message("  %s\n", error.text);
            assert_non_null(strstr(error.text, cases[i].told));
        } else {
            assert_string_equal(tv_profile_name(profile), "mine");
        }
        tv_profile_close(profile);
    }
}

static void a_nul_byte_is_refused(void **state)
{
    (void)state;
    static const char text[] = HEAD "summary = a\0b\n";
    tv_profile *profile;
    tv_profile_error error;
    assert_int_equal(tv_profile_parse(&profile, tv_span_make(text, sizeof(text) - 1), NULL, &error),
                     TV_ERR_SYNTAX);
    assert_int_equal(error.line, 3);
}

static void what_is_inherited_holds_until_said_otherwise(void **state)
{
    (void)state;
    static const char text[] = "[setting max_depth]\nvalue = 3\nsource = here\n"
                               "[profile]\nname = mine\ninherits = openssl\n";
    tv_profile *profile;
    assert_int_equal(tv_profile_parse(&profile, tv_span_from_text(text), NULL, NULL), TV_OK);
    assert_string_equal(tv_profile_name(profile), "mine");
    assert_int_equal(profile->set.max_depth, 3);
    assert_false(profile->set.not_after_inclusive);
    assert_string_equal(profile->reasons[TV_REASON_EXPIRED].text, "certificate has expired");
    tv_profile_close(profile);
}

// Files in a directory of their own.
static char directory[] = "/tmp/trustval-profile-XXXXXX";

static const char *path_of(const char *file)
{
    static char path[256];
    (void)snprintf(path, sizeof(path), "%s/%s", directory, file);
    return path;
}

static void write_file(const char *file, const char *text)
{
    FILE *out = fopen(path_of(file), "w");
    assert_non_null(out);
    assert_true(fputs(text, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

static tv_status load_file(const char *file, tv_profile_error *error)
{
    tv_profile *profile;
    tv_status status = tv_profile_load(&profile, path_of(file), error);
    print_message("%s: %d: %s\n", file, error->line, error->text);
    tv_profile_close(profile);
    return status;
}

static void files_inherit_from_files_beside_them(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(directory));
    write_file("a.ini", "[profile]\nname = a\ninherits = b\n");
    write_file("b.ini", "[profile]\nname = b\ninherits = c.ini\n");
    write_file("c.ini",
               "[profile]\nname = c\ninherits = aws-apigateway\n[setting pss]\nvalue=yes\n");
    write_file("self.ini", "[profile]\nname = self\n\ninherits = self\n");
    write_file("bad.ini", "[profile]\nname = bad\n[setting pss]\nvalue = maybe\n");
    write_file("heir.ini", "\n[profile]\nname = heir\ninherits = bad\n");
    write_file("orphan.ini", "[profile]\nname = orphan\n\n\ninherits = nobody\n");
    for (char i = '0'; i < '9'; i++) {
        char text[64];
        char file[8];
        (void)snprintf(text, sizeof(text), "[profile]\nname = x\ninherits = d%c\n", i + 1);
        (void)snprintf(file, sizeof(file), "d%c.ini", i);
        write_file(file, text);
    }
    tv_profile_error error;
    tv_profile *profile;
    assert_int_equal(tv_profile_load(&profile, path_of("a.ini"), &error), TV_OK);
    assert_string_equal(tv_profile_name(profile), "a");
    assert_true(profile->set.pss);
    assert_int_equal(profile->set.max_ca_certificates, 4);
    tv_profile_close(profile);

    assert_int_equal(load_file("self.ini", &error), TV_ERR_SYNTAX);
    assert_int_equal(error.line, 4);
    assert_non_null(strstr(error.text, "inherits itself"));
    assert_int_equal(load_file("heir.ini", &error), TV_ERR_SYNTAX);
    assert_int_equal(error.line, 4);
    assert_non_null(strstr(error.text, "bad.ini, line 4: pss: 'maybe'"));
    assert_int_equal(load_file("orphan.ini", &error), TV_ERR_OPEN);
    assert_int_equal(error.line, 5);
    assert_int_equal(load_file("d0.ini", &error), TV_ERR_SYNTAX);
    assert_non_null(strstr(error.text, "more than 8"));
    assert_int_equal(load_file("none.ini", &error), TV_ERR_OPEN);
    assert_int_equal(load_file("", &error), TV_ERR_IS_DIRECTORY);

    static const char *const files[] = {
        "a.ini",  "b.ini",  "c.ini",  "self.ini", "bad.ini", "heir.ini", "orphan.ini", "d0.ini",
        "d1.ini", "d2.ini", "d3.ini", "d4.ini",   "d5.ini",  "d6.ini",   "d7.ini",     "d8.ini"};
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        assert_int_equal(unlink(path_of(files[i])), 0);
    }
    assert_int_equal(rmdir(directory), 0);
}

static void an_unknown_name_lists_the_known(void **state)
{
    (void)state;
    tv_profile *profile;
    tv_profile_error error;
    assert_int_equal(tv_profile_load(&profile, "aws", &error), TV_ERR_UNKNOWN_NAME);
    assert_null(profile);
    assert_int_equal(error.line, 0);
    assert_ptr_equal(strstr(error.text, "no profile is named 'aws'; built in are aws-apigateway, "),
                     error.text);
    assert_non_null(strstr(error.text, "; a file has a '/' or ends in .ini"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_load_or_are_refused_at_their_line),
        cmocka_unit_test(a_nul_byte_is_refused),
        cmocka_unit_test(what_is_inherited_holds_until_said_otherwise),
        cmocka_unit_test(files_inherit_from_files_beside_them),
        cmocka_unit_test(an_unknown_name_lists_the_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
