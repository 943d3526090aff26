// SPDX-License-Identifier: Apache-2.0
// libtrustval: judging truststores and client certificates in bulk. Includes the rest.
#ifndef TV_TV_H
#define TV_TV_H

#include "tv/bundle.h"
#include "tv/cert.h"
#include "tv/common.h"
#include "tv/cpu.h"
#include "tv/finding.h"
#include "tv/measure.h"
#include "tv/profile.h"
#include "tv/record.h"
#include "tv/status.h"
#include "tv/verdict.h"
#include "tv/verify.h"
#include "tv/workspace.h"
#include "tv/write.h"

#endif
