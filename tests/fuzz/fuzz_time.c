// SPDX-License-Identifier: Apache-2.0
// In: the text of an instant. Invariant: what is read lies in the years 0 to 9999, and its text is
// read back as the same instant.
#include "base/span.h"
#include "base/time.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tv_time now = 0;
    memcpy(&now, data, size < sizeof(now) ? size : sizeof(now));
    tv_time time = TV_TIME_NONE;
    if (!tv_time_parse(&time, tv_span_make(data, size), now)) {
        assert(time == TV_TIME_NONE);
        time = now; // any number has a text
    }
    char text[TV_TIME_TEXT_LEN];
    tv_time_format(text, time);
    tv_time again = TV_TIME_NONE;
    bool read = tv_time_parse(&again, tv_span_make(text, TV_TIME_TEXT_LEN - 1), 0);
    assert(read && text[TV_TIME_TEXT_LEN - 1] == 0);
    bool clamped = time < INT64_C(-62167219200) || time > INT64_C(253402300799);
    assert(again == time || (clamped && time == now));
    return 0;
}
