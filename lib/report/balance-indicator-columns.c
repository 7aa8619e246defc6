/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report/balance-indicator-columns-private.h"

static void
column_free (BalanceIndicatorColumn *column)
{
  g_clear_pointer (&column->values, g_bytes_unref);
  g_clear_pointer (&column->verdicts, g_bytes_unref);
  g_clear_pointer (&column->at_floor, g_bytes_unref);
  g_free (column);
}

GPtrArray *
balance_indicator_columns_new (BalanceEvaluation  *evaluation,
                               BalanceLevel        level,
                               GError            **error)
{
  g_autoptr (GPtrArray) columns = g_ptr_array_new_with_free_func ((GDestroyNotify) column_free);
  g_autoptr (GListModel) indicators = balance_standard_get_indicators (balance_evaluation_get_standard (evaluation));

  for (guint i = 0; i < g_list_model_get_n_items (indicators); i++)
    {
      g_autoptr (BalanceIndicator) indicator = g_list_model_get_item (indicators, i);
      BalanceIndicatorColumn *column;

      if (balance_indicator_get_level (indicator) != level)
        continue;

      column = g_new0 (BalanceIndicatorColumn, 1);
      g_ptr_array_add (columns, column);
      column->id = balance_indicator_get_id (indicator);
      column->values = balance_evaluation_dup_values (evaluation, column->id, NULL, error);
      if (column->values == NULL)
        return NULL;
      column->verdicts = balance_evaluation_dup_verdicts (evaluation, column->id, error);
      if (column->verdicts == NULL)
        return NULL;
      column->at_floor = balance_evaluation_dup_at_floor (evaluation, column->id);
    }

  return g_steal_pointer (&columns);
}

const char *
balance_state_name (BalanceVerdict verdict,
                    gboolean       at_floor)
{
  switch (verdict)
    {
    case BALANCE_VERDICT_MET:          return "met";
    case BALANCE_VERDICT_UNMET:        return at_floor ? "at_floor" : "unmet";
    case BALANCE_VERDICT_UNDETERMINED: return "undetermined";
    case BALANCE_VERDICT_NOT_APPLICABLE:
    default:                           return "not_applicable";
    }
}
