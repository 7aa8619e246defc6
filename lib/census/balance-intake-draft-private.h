/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "census/balance-intake-private.h"

G_BEGIN_DECLS

/* The first rows of an intake, taken on the supposition that nothing has to be said about them: each makes a school, and
 * nobody looks whether it is known, which costs more than all the rest. Settling finds the rows that are about the same
 * school afterwards, many districts at once.
 *
 * While there is a draft, districts may be looked up and texts interned, but no schools. */
typedef struct _BalanceIntakeDraft
{
  gboolean  once;            /* a school may stand in one row only */
  guint64 (*words)[2];       /* [school] of its code */
  guint     n_alloc;
} BalanceIntakeDraft;

void     balance_intake_draft_free       (BalanceIntakeDraft *self);

/* FALSE if the intake has rows already, or had some that were left out. */
gboolean balance_intake_begin_draft      (BalanceIntake      *self,
                                          gboolean            once);
guint32  balance_intake_add_draft_school (BalanceIntake      *self,
                                          guint32             district,
                                          const char         *code,
                                          gsize               length);
/* Joins the rows that are about the same school. FALSE if there is something to be said: a school or a section stands there
 * twice, its rows have different values, or two districts have a school of the same code; then nothing has changed, and
 * school i is still row i of the draft. */
gboolean balance_intake_settle           (BalanceIntake      *self);

G_END_DECLS
