/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "standard/balance-pack-private.h"

G_BEGIN_DECLS

/* What a pack asks of whom: nobody left out by mistake, nobody asked twice, decided by going through all cases. */

typedef struct
{
  guint   n_requirements;    /* proved: asked of someone, with a limit wherever they are asked */
  guint   n_alternatives;    /* proved: exactly one applies */
  guint   n_concessions;     /* items, proved: there is somebody to whom they apply */
  guint   n_unproved;        /* statements that are beyond selectors or too many cases */
  guint64 n_cases;           /* that were told apart */
} BalanceCoverage;

/* Adds problems of kinds "gap", "overlap", "never-asked", "never-applies", "unreachable" and, as notes,
 * "first-applies", "left-out" and "unproved". The pack may be faulty: what could not be read is left out. Without
 * `coverage` (nullable) only errors are looked for: all that keeps a pack from being used. */
void balance_coverage_check (BalancePack     *pack,
                             BalanceProblems *problems,
                             BalanceCoverage *coverage);

G_END_DECLS
