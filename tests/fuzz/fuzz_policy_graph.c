// SPDX-License-Identifier: Apache-2.0
// Policies along a path. The first two bytes say what is wished for, then eight bytes make a
// certificate of five policies and up to three mappings. What is held: the verdict is that of the
// tree of RFC 5280 wherever the tree stays small, the budget changes no answer that it leaves, and
// nodes and edges stay within the bound that is stated.
#include "../support/policy_plan.h"

#include <assert.h>

enum { CERT_BYTES = 8, MAX_FUZZ_CERTS = 8, NUM_POLICIES = 5 };

static uint8_t count_of(unsigned bits)
{
    static const uint8_t counts[] = {PLAN_NONE, 0, 1, 2, PLAN_NONE, PLAN_NONE, PLAN_NONE, 3};
    return counts[bits & 7];
}

static void read_cert(plan_cert *cert, const uint8_t *bytes)
{
    cert->has_policies = (bytes[0] & 0x80) == 0;
    cert->self_issued = (bytes[0] & 0x40) != 0;
    cert->policies = bytes[0] & 0x3f;
    cert->num_mappings = bytes[1] & 3;
    // Mappings of anyPolicy are refused outright, which must not hide the rest.
    bool maps_any = (bytes[1] & 0xf0) == 0xf0;
    for (unsigned m = 0; m < cert->num_mappings; m++) {
        cert->from[m] = (uint8_t)(1 + (bytes[2 + m] & 15) % NUM_POLICIES);
        cert->to[m] = maps_any ? 0 : (uint8_t)(1 + (bytes[2 + m] >> 4) % NUM_POLICIES);
    }
    cert->require_explicit = count_of(bytes[5]);
    cert->inhibit_mapping = count_of(bytes[6]);
    cert->inhibit_any = count_of(bytes[7]);
}

static tv_policies_result ask(const plan_path *path, uint64_t *left)
{
    tv_arena scratch = {0};
    size_t where = SIZE_MAX;
    tv_policies_result result =
        tv_policies_check(&path->wish, path->links, path->num, &scratch, left, &where);
    assert(result != TV_POLICIES_INVALID || where < path->num);
    tv_arena_close(&scratch);
    return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    plan made = {0};
    if (size < 2) {
        return 0;
    }
    made.wanted = data[0] & 0x3f;
    made.explicit_policy = (data[1] & 1) != 0;
    made.inhibit_mapping = (data[1] & 2) != 0;
    made.inhibit_any = (data[1] & 4) != 0;
    while (made.num < MAX_FUZZ_CERTS && 2 + (made.num + 1) * CERT_BYTES <= size) {
        read_cert(&made.certs[made.num], data + 2 + made.num * CERT_BYTES);
        made.num++;
    }
    plan_path path;
    plan_path_open(&path, &made);
    // A level has at most 5 nodes and 5 + 3 expectations here, each looked at at most four times.
    const uint64_t bound = made.num * (3 * 3 + 6 + 4 * (5 + 8));
    uint64_t left = bound;
    tv_policies_result result = ask(&path, &left);
    assert(result != TV_POLICIES_SPENT);
    bool known;
    bool valid = plan_is_valid(&made, &known);
    assert(!known || valid == (result == TV_POLICIES_VALID));
    uint64_t spent = bound - left;
    uint64_t less = data[1] >> 3;
    uint64_t rest = less;
    tv_policies_result bounded = ask(&path, &rest);
    assert(less >= spent ? bounded == result && rest == less - spent
                         : bounded == TV_POLICIES_SPENT && rest <= less);
    plan_path_close(&path);
    return 0;
}
