/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <balance/balance.h>

#include "evaluation/balance-evaluation-private.h"
#include "planning/balance-flip-private.h"

G_BEGIN_DECLS

/* One verdict; the objects are made when asked for. */
typedef struct
{
  guint  rule, row;          /* absolute */
  double low, high;
  int    cause;              /* requirement by which it turns; -1: a condition */
  guint  cause_row;          /* absolute */
} BalanceStabilityEntry;

struct _BalanceStability
{
  GObject            parent_instance;

  BalanceEvaluation *evaluation;
  GArray            *entries;    /* of BalanceStabilityEntry, the weakest first */
};

struct _BalanceSensitivity
{
  GObject               parent_instance;

  BalanceEvaluation    *evaluation;
  BalanceStabilityEntry entry;
  BalanceFinding       *finding;     /* (mutex lock) made on demand */
  GMutex                lock;
  BalanceList          *cells;       /* (mutex lock) made on demand */
  double                error_free;  /* (mutex lock) NaN until asked for */
  gboolean              free_known;
  char                 *cause;       /* (mutex lock) */
  gboolean              cause_known;
};

struct _BalanceSensitiveCell
{
  GObject         parent_instance;

  BalanceOperand *operand;
  int             direction;
  double          slope, alone;
};

BalanceSensitivity   *balance_sensitivity_new    (BalanceEvaluation *evaluation, const BalanceStabilityEntry *entry);
BalanceSensitiveCell *balance_sensitive_cell_new (BalanceOperand *operand, int direction, double slope, double alone);   /* takes the operand */
const BalanceRule    *balance_sensitivity_get_rule (BalanceSensitivity *self);

G_END_DECLS
