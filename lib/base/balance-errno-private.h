/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/balance-text-private.h"

G_BEGIN_DECLS

/* What an errno means. The C library says it in the language of the locale, which is not the one of the text. */
const char *balance_errno_describe (int             code,
                                    BalanceLanguage language);

G_END_DECLS
