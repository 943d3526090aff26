// SPDX-License-Identifier: Apache-2.0
// Many signatures at a time: questions come in, answers go out in the same order.

#include "sig/sig.h"

void tv_key_check_many(tv_sig_worker *worker, tv_sig_ask *asks, size_t num)
{
    for (size_t i = 0; i < num; i++) {
        asks[i].state = tv_key_check(asks[i].key, worker, asks[i].child);
    }
}
