/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "report/balance-report-private.h"

G_BEGIN_DECLS

/* One indicator on all rows of its level. */
typedef struct
{
  const char *id;          /* of the standard, which outlives the column */
  GBytes     *values;      /* doubles, NaN = missing */
  GBytes     *verdicts;    /* guint8, BalanceVerdict */
  GBytes     *at_floor;    /* guint8; NULL: no indicator has a floor */
} BalanceIndicatorColumn;

/* (transfer full): of all indicators of a level, of sections mostly */
GPtrArray  *balance_indicator_columns_new         (BalanceEvaluation             *evaluation,
                                                   BalanceLevel                   level,
                                                   GError                       **error);

static inline double
balance_indicator_column_get_value (const BalanceIndicatorColumn *column, guint row)
{
  return ((const double *) g_bytes_get_data (column->values, NULL))[row];
}

static inline BalanceVerdict
balance_indicator_column_get_verdict (const BalanceIndicatorColumn *column, guint row)
{
  return (BalanceVerdict) ((const guint8 *) g_bytes_get_data (column->verdicts, NULL))[row];
}

/* Not met, but not below the floor. */
static inline gboolean
balance_indicator_column_get_at_floor (const BalanceIndicatorColumn *column, guint row)
{
  return column->at_floor != NULL && ((const guint8 *) g_bytes_get_data (column->at_floor, NULL))[row] != 0;
}

/* "met", "at_floor", "unmet", "undetermined", "not_applicable": the same names in JSON and CSV */
const char *balance_state_name                    (BalanceVerdict                 verdict,
                                                   gboolean                       at_floor);

G_END_DECLS
