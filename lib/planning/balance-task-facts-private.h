/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "census/balance-census-private.h"
#include "planning/balance-task-private.h"

G_BEGIN_DECLS

/* Where in a census a task is done. */
typedef struct
{
  BalanceLevel level;      /* section, school or district */
  guint        row;
  guint        district;   /* row */
} BalanceTaskPlace;

/* FALSE where the census does not have the district, the school (under this or a later code) or its stage. `school` and
 * `stage` are nullable. */
gboolean balance_task_find_place (BalanceFacts     *facts,
                                  const char       *district,
                                  const char       *school,
                                  const char       *stage,
                                  BalanceTaskPlace *place);
/* FALSE where the fact is missing. */
gboolean balance_task_get_fact   (BalanceFacts           *facts,
                                  const BalanceTaskPlace *place,
                                  const char             *field,
                                  BalanceDecimal         *value);

G_END_DECLS
