/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <balance/balance.h>

#include "base/balance-text-private.h"

G_BEGIN_DECLS

/* An evaluation as rows of tables, for those who keep it: every judged requirement on every subject. */

typedef struct
{
  const char     *requirement;    /* "": everything that is asked of the subject */
  BalanceLevel    level;
  const char     *district, *school, *stage;      /* nullable */
  BalanceVerdict  verdict, strict_verdict;
  double          value, limit, margin;           /* NaN = none */
  const char     *comparison, *unit, *path;       /* nullable */
  const BalanceText *title;                       /* of the requirement; NULL where `requirement` is "" */
  const char     *reference;                      /* the same */
} BalanceVerdictRow;

typedef struct
{
  const char     *district, *stage, *indicator;
  double          mean, cv, cv_limit;             /* NaN = none */
  BalanceVerdict  verdict;
} BalanceGroupRow;

typedef gboolean (*BalanceVerdictRowFunc) (const BalanceVerdictRow *row, gpointer data, GError **error);
typedef gboolean (*BalanceGroupRowFunc)   (const BalanceGroupRow *row, gpointer data, GError **error);

/* Region first, then the districts in their order. Stops where the function returns FALSE. */
gboolean    balance_evaluation_foreach_verdict (BalanceEvaluation      *self,
                                                BalanceVerdictRowFunc   func,
                                                gpointer                data,
                                                BalanceProgress        *progress,
                                                GCancellable           *cancellable,
                                                GError                **error);
gboolean    balance_evaluation_foreach_group   (BalanceEvaluation      *self,
                                                BalanceGroupRowFunc     func,
                                                gpointer                data,
                                                GError                **error);

const char *balance_verdict_id                 (BalanceVerdict          verdict);   /* "met" … */
/* (transfer full) SHA-256 of all packs that the standard was made of */
char       *balance_standard_dup_digest        (BalanceStandard        *self);
/* (transfer full) SHA-256 of everything that the verdicts follow from */
char       *balance_evaluation_dup_digest      (BalanceEvaluation      *self,
                                                const char             *facts_digest);
/* (transfer full) the id of the one requirement that was judged, NULL = all */
char       *balance_evaluation_dup_only        (BalanceEvaluation      *self);

G_END_DECLS
