/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "evaluation/balance-evaluation-private.h"

G_BEGIN_DECLS

/* All findings of an evaluation one after the other, as numbers: the order and the figures are those of the findings that
 * balance_evaluation_get_findings() makes, their children after each, without an object or a word for any of them. */

typedef struct
{
  const BalanceRule *rule;                      /* NULL: everything that is asked of the subject */
  BalanceLevel       level;
  guint              row;                       /* of the census */
  BalanceVerdict     verdict, strict_verdict;
  double             value, limit, margin;      /* NaN = none */
} BalanceWalkRow;

typedef gboolean (*BalanceWalkFunc) (const BalanceWalkRow *row, gpointer data, GError **error);

typedef struct _BalanceWalk BalanceWalk;

/* Holds the evaluation. For one thread at a time. */
BalanceWalk *balance_walk_new  (BalanceEvaluation *evaluation);
void         balance_walk_free (BalanceWalk       *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceWalk, balance_walk_free)
/* Everything about one district: the whole, its groups and sections, then the tree of requirements; -1: what is asked of
 * the region. Stops where the function returns FALSE, or when cancelled. */
gboolean     balance_walk_run  (BalanceWalk       *self,
                                int                district,
                                BalanceWalkFunc    func,
                                gpointer           data,
                                GCancellable      *cancellable,
                                GError           **error);

/* Appends the path of a finding, see balance_evaluation_find(). */
void         balance_evaluation_append_path (BalanceEvaluation *self,
                                             BalanceLevel       level,
                                             guint              row,
                                             const char        *id,
                                             GString           *path);

G_END_DECLS
