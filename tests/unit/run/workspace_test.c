// SPDX-License-Identifier: Apache-2.0
// What a workspace holds: files under unique names, certificates once each, truststores as sets,
// and the order in which it may be filled and frozen.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "unit/run/scene.h"

#include <errno.h>

static tv_span root, other, sub;

static int setup(void **state)
{
    if (scene_open(state) != 0) {
        return -1;
    }
    root = scene_mint_ca("CN=root", 0);
    other = scene_mint_ca("CN=other", 1);
    sub = scene_mint_sub_ca("CN=sub", 2, "CN=root", 0);
    scene_write_certs("root.pem", &root, 1);
    scene_write_certs("both.pem", (tv_span[]){root, other, root}, 3);
    scene_write_certs("htob.pem", (tv_span[]){other, root}, 2);
    scene_write_certs("sub.pem", &sub, 1);
    scene_write_text("broken.pem",
                     "-----BEGIN CERTIFICATE-----\nMAMC\n-----END CERTIFICATE-----\n");
    return 0;
}

static int teardown(void **state)
{
    tv_mint_free(root);
    tv_mint_free(other);
    tv_mint_free(sub);
    return scene_close(state);
}

static tv_workspace *open_workspace(void)
{
    tv_workspace *workspace;
    assert_int_equal(tv_workspace_open(&workspace, NULL), TV_OK);
    return workspace;
}

static void add(tv_workspace *workspace, const char *path, tv_role role)
{
    tv_bundle_id id;
    size_t count = tv_workspace_num_bundles(workspace);
    assert_int_equal(tv_workspace_add(workspace, &id, path, NULL, role, NULL), TV_OK);
    assert_int_equal(id, count);
}

static void test_names(void **state)
{
    (void)state;
    static const struct {
        const char *path, *name, *expected;
        tv_role role;
    } cases[] = {
        {"root.pem", NULL, "root", TV_ROLE_TRUSTSTORE},
        {"./root.pem", NULL, "root~2", TV_ROLE_TRUSTSTORE},
        {"root.pem", "prod", "prod", TV_ROLE_TRUSTSTORE},
        {"root.pem", "prod", "prod~2", TV_ROLE_TRUSTSTORE},
        {"root.pem", "root~3", "root~3", TV_ROLE_TRUSTSTORE},
        {"root.pem", NULL, "root~4", TV_ROLE_TRUSTSTORE},
        {"root.pem", NULL, "root", TV_ROLE_UNTRUSTED}, // names of another role do not count
        {"dir.d/.hidden", NULL, ".hidden", TV_ROLE_TRUSTSTORE},
        {"dir.d/a.b.pem", NULL, "a.b", TV_ROLE_TRUSTSTORE},
        {"dir.d/plain", NULL, "plain", TV_ROLE_TRUSTSTORE},
    };
    assert_int_equal(mkdir("dir.d", 0700), 0);
    scene_write_certs("dir.d/.hidden", &root, 1);
    scene_write_certs("dir.d/a.b.pem", &root, 1);
    scene_write_certs("dir.d/plain", &root, 1);
    tv_workspace *workspace = open_workspace();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_bundle_id id;
        assert_int_equal(
            tv_workspace_add(workspace, &id, cases[i].path, cases[i].name, cases[i].role, NULL),
            TV_OK);
        assert_int_equal(id, i);
        const tv_bundle *bundle = tv_workspace_bundle(workspace, id);
        assert_string_equal(tv_bundle_name(bundle), cases[i].expected);
        assert_string_equal(tv_bundle_file(bundle), cases[i].path);
    }
    assert_null(tv_workspace_bundle(workspace, sizeof(cases) / sizeof(cases[0])));
    tv_workspace_close(workspace);
}

// A fleet has thousands of files of one name.
static void test_many_of_one_name(void **state)
{
    (void)state;
    enum { MANY = 4000 };
    tv_workspace *workspace = open_workspace();
    for (unsigned i = 0; i < MANY; i++) {
        add(workspace, "root.pem", TV_ROLE_TRUSTSTORE);
    }
    assert_string_equal(tv_bundle_name(tv_workspace_bundle(workspace, 0)), "root");
    assert_string_equal(tv_bundle_name(tv_workspace_bundle(workspace, MANY - 1)), "root~4000");
    assert_int_equal(tv_workspace_freeze(workspace), TV_OK);
    assert_int_equal(workspace->num_held, 1);
    assert_int_equal(workspace->stores[MANY - 1].same_as, 0);
    tv_workspace_close(workspace);
}

static void test_certificates_are_held_once(void **state)
{
    (void)state;
    tv_workspace *workspace = open_workspace();
    add(workspace, "both.pem", TV_ROLE_TRUSTSTORE);
    add(workspace, "sub.pem", TV_ROLE_UNTRUSTED);
    add(workspace, "root.pem", TV_ROLE_TRUSTSTORE);
    assert_null(tv_workspace_cert(workspace, 0)); // not yet
    assert_int_equal(tv_workspace_freeze(workspace), TV_OK);
    const tv_span ders[] = {root, other, sub};
    for (tv_cert_id id = 0; id < 3; id++) {
        const tv_held *held = tv_workspace_cert(workspace, id);
        assert_int_equal(held->id, id);
        assert_true(tv_span_equal(held->cert.der, ders[id]));
        assert_null(held->problem.what);
    }
    assert_null(tv_workspace_cert(workspace, 3));
    const tv_bundle *both = tv_workspace_bundle(workspace, 0);
    assert_int_equal(tv_bundle_num_entries(both), 3);
    assert_int_equal(tv_bundle_entry(both, 2)->duplicate_of, 0);
    assert_int_equal(tv_bundle_entry(tv_workspace_bundle(workspace, 2), 0)->cert, 0);
    tv_workspace_close(workspace);
}

static void test_truststores_are_sets(void **state)
{
    (void)state;
    tv_workspace *workspace = open_workspace();
    tv_bundle_id id;
    add(workspace, "root.pem", TV_ROLE_TRUSTSTORE);
    add(workspace, "both.pem", TV_ROLE_TRUSTSTORE);
    add(workspace, "sub.pem", TV_ROLE_UNTRUSTED);
    add(workspace, "htob.pem", TV_ROLE_TRUSTSTORE);
    assert_int_equal(tv_workspace_add(workspace, &id, "broken.pem", NULL, TV_ROLE_TRUSTSTORE, NULL),
                     TV_ERR_NO_CERTIFICATE);
    assert_int_equal(id, 4);
    assert_int_equal(tv_workspace_freeze(workspace), TV_OK);
    static const struct {
        const char *name;
        uint32_t same_as, num_entries, num_certs;
        bool root, other;
    } stores[] = {
        {"root", 0, 1, 1, true, false},
        {"both", 1, 3, 2, true, true},
        {"htob", 1, 2, 2, true, true}, // in whatever order
        {"broken", 3, 1, 0, false, false},
    };
    assert_int_equal(workspace->num_stores, 4);
    for (size_t i = 0; i < 4; i++) {
        const tv_store *store = &workspace->stores[i];
        assert_string_equal(workspace->infos[i].name, stores[i].name);
        assert_int_equal(store->same_as, stores[i].same_as);
        assert_int_equal(workspace->infos[i].num_entries, stores[i].num_entries);
        assert_int_equal(workspace->infos[i].num_certs, stores[i].num_certs);
        assert_int_equal(tv_node_in(store->set, 0), stores[i].root);
        assert_int_equal(tv_node_in(store->set, 1), stores[i].other);
        assert_false(tv_node_in(store->set, 2));
        assert_false(tv_node_in(store->set, 3)); // what cannot be read is trusted by nobody
    }
    assert_true(tv_node_in(workspace->untrusted, 2));
    assert_false(tv_node_in(workspace->untrusted, 0));
    assert_non_null(tv_workspace_cert(workspace, 3)->problem.what);
    tv_workspace_close(workspace);
}

static void write_trusted(const char *path, tv_span first, uint8_t purpose, tv_span second)
{
    tv_buf text = {0};
    scene_add_trusted(&text, first, purpose);
    scene_add_cert(&text, second);
    scene_write(path, tv_buf_span(&text));
    tv_buf_close(&text);
}

// Truststores with the same certificates and other trust settings are not the same.
static void test_trust_settings_tell_truststores_apart(void **state)
{
    enum { SERVER = 1, CLIENT = 2 };
    static const struct {
        const char *path;
        uint32_t same_as;
        size_t num; // certificates with settings
        uint16_t trusted;
    } stores[] = {
        {"both.pem", 0, 0, 0},
        {"clients.pem", 1, 1, TV_EKU_CLIENT_AUTH},
        {"servers.pem", 2, 1, TV_EKU_SERVER_AUTH},
        {"clients.pem", 1, 1, TV_EKU_CLIENT_AUTH},
        {"late.pem", 0, 0, 0}, // the certificate stands before it without settings
    };
    (void)state;
    write_trusted("clients.pem", root, CLIENT, other);
    write_trusted("servers.pem", root, SERVER, other);
    tv_buf late = {0};
    scene_add_cert(&late, root);
    scene_add_trusted(&late, root, SERVER);
    scene_add_cert(&late, other);
    scene_write("late.pem", tv_buf_span(&late));
    tv_buf_close(&late);
    tv_workspace *workspace = open_workspace();
    for (size_t i = 0; i < sizeof(stores) / sizeof(stores[0]); i++) {
        add(workspace, stores[i].path, TV_ROLE_TRUSTSTORE);
    }
    assert_int_equal(tv_workspace_freeze(workspace), TV_OK);
    for (size_t i = 0; i < sizeof(stores) / sizeof(stores[0]); i++) {
        const tv_store *store = &workspace->stores[i];
        assert_int_equal(store->same_as, stores[i].same_as);
        assert_int_equal(store->trust.num, stores[i].num);
        assert_ptr_equal(store->set.trust, stores[i].num > 0 ? &store->trust : NULL);
        if (stores[i].num > 0) {
            assert_int_equal(tv_trust_find(store->set.trust, 0)->trusted, stores[i].trusted);
        }
    }
    tv_workspace_close(workspace);
}

static void test_what_cannot_be_added(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        tv_status status;
        int error;
    } cases[] = {
        {"missing.pem", TV_ERR_OPEN, ENOENT},
        {".", TV_ERR_IS_DIRECTORY, EISDIR},
        {"/proc/self/mem", TV_ERR_READ, EIO},
        {"both.pem", TV_ERR_TOO_LARGE, EFBIG},
    };
    tv_workspace *workspace;
    tv_options options = {.limits.bundle_bytes = 1000};
    assert_int_equal(tv_workspace_open(&workspace, &options), TV_OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_bundle_id id = 0;
        int error = 0;
        assert_int_equal(
            tv_workspace_add(workspace, &id, cases[i].path, NULL, TV_ROLE_TRUSTSTORE, &error),
            cases[i].status);
        assert_int_equal(error, cases[i].error);
        assert_true(id == TV_ID_NONE);
        assert_int_equal(tv_workspace_num_bundles(workspace), 0);
    }
    // An empty file is a truststore that trusts nobody.
    tv_bundle_id id;
    scene_write_text("empty.pem", "");
    assert_int_equal(tv_workspace_add(workspace, &id, "empty.pem", NULL, TV_ROLE_TRUSTSTORE, NULL),
                     TV_ERR_NO_CERTIFICATE);
    assert_int_equal(id, 0);
    tv_workspace_close(workspace);
}

static void test_order_of_calls(void **state)
{
    (void)state;
    tv_workspace *workspace = open_workspace();
    tv_bundle_id id = 0;
    const tv_summary *summary;
    tv_judge_options options = {0};
    assert_int_equal(tv_audit(workspace, &options, &summary), TV_ERR_STATE);
    assert_null(summary);
    add(workspace, "root.pem", TV_ROLE_TRUSTSTORE);
    assert_int_equal(tv_workspace_freeze(workspace), TV_OK);
    assert_int_equal(tv_workspace_freeze(workspace), TV_ERR_STATE);
    assert_int_equal(tv_workspace_add(workspace, &id, "sub.pem", NULL, TV_ROLE_TRUSTSTORE, NULL),
                     TV_ERR_STATE);
    assert_true(id == TV_ID_NONE);
    assert_int_equal(tv_workspace_num_bundles(workspace), 1);
    tv_workspace_close(workspace);
    tv_workspace_close(NULL);

    workspace = open_workspace(); // an empty one is no error
    assert_int_equal(tv_workspace_freeze(workspace), TV_OK);
    assert_int_equal(workspace->num_stores, 0);
    tv_workspace_close(workspace);
}

// Truststores whose CAs all have one name: what a cell costs does not depend on their number.
static void test_one_name_in_many_truststores(void **state)
{
    (void)state;
    enum { MANY = 200 };
    tv_workspace *workspace = open_workspace();
    for (unsigned i = 0; i < MANY; i++) {
        char serial[8];
        char file[32];
        snprintf(serial, sizeof(serial), "%04X", 0x1000 + i);
        snprintf(file, sizeof(file), "same-%u.pem", i); // files are mapped: each its own
        tv_span der = tv_mint(&(tv_mint_spec){
            .subject = "CN=same",
            .serial = serial,
            .key = tv_mint_key_number("P-256", i % 2),
            .extensions = {{.name = "basicConstraints", .conf = "critical,CA:TRUE"},
                           {.name = "keyUsage", .conf = "critical,keyCertSign"}},
        });
        scene_write_certs(file, &der, 1);
        add(workspace, file, TV_ROLE_TRUSTSTORE);
        tv_mint_free(der);
    }
    add(workspace, "sub.pem", TV_ROLE_UNTRUSTED);
    assert_int_equal(tv_workspace_freeze(workspace), TV_OK);
    assert_int_equal(workspace->num_stores, MANY);

    tv_span der = scene_mint_client(1, "CN=same", 0, NULL);
    tv_profile *profile;
    assert_int_equal(tv_profile_load(&profile, "aws-apigateway", NULL), TV_OK);
    tv_judge_options options = {.profile = profile, .at = SCENE_NOW};
    tv_judge judge = tv_workspace_judge(workspace, &options);
    tv_path_worker worker;
    assert_int_equal(tv_path_worker_open(&worker, workspace->sig), TV_OK);
    tv_cert cert;
    tv_cert_problem problem;
    assert_true(tv_cert_parse(&cert, der, &problem));
    tv_target target;
    tv_target_open(&target, workspace->graph, &cert, TV_ID_NONE, 0, &worker.names);
    for (unsigned i = 0; i < MANY; i++) {
        tv_node_set set = workspace->stores[i].set;
        assert_int_equal(workspace->stores[i].same_as, i);
        for (unsigned with = 0; with < 2; with++) {
            tv_cell cell;
            set.places = with != 0 ? workspace->stores[i].set.places : NULL;
            tv_path_judge(&judge, &worker, set, workspace->untrusted, &target, &cell);
            assert_int_equal(cell.verdict, i % 2 == 0 ? TV_VERDICT_ACCEPT : TV_VERDICT_DENY);
            uint32_t looked = tv_path_last_cost(&worker).looked;
            assert_true(with != 0 ? looked <= 2 : looked >= MANY);
        }
    }
    assert_int_equal(target.signature_checks, 2); // one a key
    tv_path_worker_close(&worker);
    tv_profile_close(profile);
    tv_mint_free(der);
    tv_workspace_close(workspace);
}

static void test_limits(void **state)
{
    (void)state;
    tv_limits standard = tv_limits_default();
    tv_limits limits = {0};
    tv_limits_complete(&limits);
    assert_memory_equal(&limits, &standard, sizeof(limits));
    limits = (tv_limits){1, 2, 3, 4, 5, 6};
    tv_limits_complete(&limits);
    assert_int_equal(limits.bundle_bytes, 1);
    assert_int_equal(limits.path_nodes, 2);
    assert_int_equal(limits.path_signatures, 3);
    assert_int_equal(limits.path_depth, 4);
    assert_int_equal(limits.issuer_candidates, 5);
    assert_int_equal(limits.name_comparisons, 6);
    // What the search has room for.
    limits.path_nodes = UINT32_MAX;
    limits.path_signatures = TV_LIMIT_SIGNATURES + 1;
    limits.path_depth = TV_LIMIT_DEPTH + 1;
    limits.issuer_candidates = TV_LIMIT_CANDIDATES + 1;
    tv_limits_complete(&limits);
    assert_true(limits.path_nodes == UINT32_MAX);
    assert_int_equal(limits.path_signatures, TV_LIMIT_SIGNATURES);
    assert_int_equal(limits.path_depth, TV_LIMIT_DEPTH);
    assert_int_equal(limits.issuer_candidates, TV_LIMIT_CANDIDATES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_many_of_one_name),
        cmocka_unit_test(test_certificates_are_held_once),
        cmocka_unit_test(test_truststores_are_sets),
        cmocka_unit_test(test_trust_settings_tell_truststores_apart),
        cmocka_unit_test(test_what_cannot_be_added),
        cmocka_unit_test(test_order_of_calls),
        cmocka_unit_test(test_one_name_in_many_truststores),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
