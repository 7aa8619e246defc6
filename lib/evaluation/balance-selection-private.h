/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/balance-number-private.h"

G_BEGIN_DECLS

/* For each of `rows` how many of the others are ahead of it for certain, and how many may be: by the first key in
 * which they differ, higher first. A row may be ahead where a key is not known, where nothing tells two apart, and
 * where it is not known whether it takes part at all. `applies`, `ahead` and `maybe` are indexed like the keys. */
void balance_selection_count (const BalanceNumberPool    *pool,
                              const BalanceNumber *const *keys,
                              guint                       n_keys,
                              const guint8               *applies,   /* of BalanceTruth */
                              const guint                *rows,
                              guint                       n_rows,
                              guint                      *ahead,
                              guint                      *maybe);

G_END_DECLS
