// SPDX-License-Identifier: Apache-2.0
// Files for the tests of this room: input with a few clients, minted or as a user would name it.
#ifndef TV_TESTS_MEASURE_SCENE_H
#define TV_TESTS_MEASURE_SCENE_H

#include "base/span.h"
#include "io/scratch.h"
#include "measure/input.h"
#include "measure/mint.h"

// Input as a user's: truststore and clients in files of their own.
typedef struct scene {
    tv_profile *profile;
    tv_scratch store, clients;
    const char *store_path, *clients_path;
    tv_measure_options options; // names the two files
    char problem[64];           // the last file that was told of
    tv_status problem_status;
    unsigned num_steps;
} scene;

static inline void scene_note_problem(void *payload, const char *file, tv_status status, int error)
{
    scene *self = payload;
    (void)error;
    assert_true(strlen(file) < sizeof(self->problem));
    memcpy(self->problem, file, strlen(file) + 1);
    self->problem_status = status;
}

static inline void scene_note_step(void *payload, const char *what)
{
    scene *self = payload;
    assert_true(what[0] >= 'a' && what[0] <= 'z');
    self->num_steps++;
}

// Minted options: `num_clients` clients, as little time as there can be.
static inline void scene_open(scene *self, uint32_t num_clients)
{
    *self = (scene){0};
    assert_int_equal(tv_profile_load(&self->profile, "aws-apigateway", NULL), TV_OK);
    self->options = (tv_measure_options){
        .profile = self->profile,
        .seed = 3,
        .clients = num_clients,
        .seconds = 1e-9,
        .quick = true,
        .problem = scene_note_problem,
        .step = scene_note_step,
        .payload = self,
    };
}

// The same input as files that a user names: the clients twice, and a block that holds nothing.
static inline void scene_use_files(scene *self, uint32_t num_clients)
{
    tv_buf store = {0};
    tv_buf clients = {0};
    assert_int_equal(tv_mint_input(&store, &clients, 3, num_clients), TV_OK);
    size_t once = clients.len;
    assert_true(tv_buf_reserve(&clients, once)); // so that what is added does not move
    tv_buf_add(&clients, tv_span_make(clients.ptr, once));
    tv_buf_add_text(&clients, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    assert_int_equal(tv_scratch_open(&self->store, "/tmp", tv_buf_span(&store), NULL), TV_OK);
    assert_int_equal(tv_scratch_open(&self->clients, "/tmp", tv_buf_span(&clients), NULL), TV_OK);
    tv_buf_close(&store);
    tv_buf_close(&clients);
    self->store_path = self->store.path;
    self->clients_path = self->clients.path;
    self->options.truststores = &self->store_path;
    self->options.num_truststores = 1;
    self->options.files = &self->clients_path;
    self->options.num_files = 1;
    self->options.clients = UINT32_MAX;
    self->options.at = TV_MINT_AT;
}

static inline void scene_close(scene *self)
{
    tv_scratch_close(&self->store);
    tv_scratch_close(&self->clients);
    tv_profile_close(self->profile);
}

#endif
