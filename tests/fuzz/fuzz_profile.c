// SPDX-License-Identifier: Apache-2.0
// Any bytes as the text of a profile file. What loads prints, the print loads to the same profile,
// and no reason that is a fact is ever switched off.
#include "policy/profile.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void require(bool holds)
{
    if (!holds) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    tv_profile *first;
    tv_profile *second;
    tv_profile_error error;
    tv_status status = tv_profile_parse(&first, (tv_span){data, len}, NULL, &error);
    if (status != TV_OK) {
        require(first == NULL);
        require(error.line >= 0);
        require(memchr(error.text, '\0', sizeof(error.text)) != NULL && error.text[0] != '\0');
        return 0;
    }
    for (tv_reason each = TV_REASON_NONE + 1; each < TV_REASON_COUNT; each++) {
        require(!tv_reason_is_fact(each) || first->reasons[each].check == TV_CHECK_YES);
    }
    char *text;
    char *again;
    size_t text_len;
    size_t again_len;
    require(tv_profile_print(first, &text, &text_len) == TV_OK);
    require(tv_profile_parse(&second, (tv_span){(const uint8_t *)text, text_len}, NULL, &error) ==
            TV_OK);
    require(tv_profile_print(second, &again, &again_len) == TV_OK);
    require(text_len == again_len && memcmp(text, again, text_len) == 0);
    free(text);
    free(again);
    tv_profile_close(first);
    tv_profile_close(second);
    return 0;
}
