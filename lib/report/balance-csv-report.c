/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/balance-float-private.h"
#include "census/balance-census-private.h"
#include "report/balance-csv-private.h"
#include "report/balance-indicator-columns-private.h"
#include "report/balance-report-private.h"

#define CHUNK (64 * 1024)

static void
append_header (GString   *line,
               GPtrArray *columns)
{
  g_string_append (line, "district_code,district_name,school_code,school_name,stage,verdict");
  for (guint i = 0; i < columns->len; i++)
    {
      BalanceIndicatorColumn *column = g_ptr_array_index (columns, i);

      g_string_append_printf (line, ",%s,%s_state", column->id, column->id);
    }
  g_string_append (line, "\r\n");
}

static void
append_row (BalanceReport *self,
            BalanceFacts  *facts,
            GListModel    *sections,
            GPtrArray     *columns,
            guint          district,
            guint          row,
            GString       *line)
{
  g_autoptr (BalanceSection) section = g_list_model_get_item (sections, row);
  guint school = facts->section_school[row];

  balance_csv_append (line, facts->district_codes[district]);
  g_string_append_c (line, ',');
  balance_csv_append (line, facts->district_names[district]);
  g_string_append_c (line, ',');
  balance_csv_append (line, facts->school_codes[school]);
  g_string_append_c (line, ',');
  balance_csv_append (line, facts->school_names[school]);
  g_string_append_c (line, ',');
  balance_csv_append (line, balance_section_get_stage (section));
  g_string_append_c (line, ',');
  g_string_append (line, balance_state_name (balance_evaluation_get_section_verdict (self->evaluation, section), FALSE));

  for (guint i = 0; i < columns->len; i++)
    {
      BalanceIndicatorColumn *column = g_ptr_array_index (columns, i);
      g_autofree char *number = balance_number_exact (balance_indicator_column_get_value (column, row));

      g_string_append_printf (line, ",%s,%s", number,
                              balance_state_name (balance_indicator_column_get_verdict (column, row),
                                                  balance_indicator_column_get_at_floor (column, row)));
    }
  g_string_append (line, "\r\n");
}

static gboolean
flush (GString        *buffer,
       gsize           at_least,
       GOutputStream  *stream,
       GCancellable   *cancellable,
       GError        **error)
{
  if (buffer->len < at_least)
    return TRUE;
  if (!g_output_stream_write_all (stream, buffer->str, buffer->len, NULL, cancellable, error))
    return FALSE;
  g_string_truncate (buffer, 0);

  return TRUE;
}

/**
 * balance_report_write_csv:
 * @self: a report
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes one row per section (学段部) as comma-separated values by RFC 4180,
 * in UTF-8: district, school, stage, verdict, then the value of each
 * indicator in full precision and its state: `met`, `at_floor` (not met, but
 * not below the floor), `unmet`, `undetermined` or `not_applicable`. A value
 * that is missing is an empty cell.
 *
 * A text that begins with `=`, `+`, `-`, `@`, a tab or a carriage return gets
 * an apostrophe in front, because spreadsheets would run it as a formula.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_report_write_csv (BalanceReport  *self,
                          GOutputStream  *stream,
                          GCancellable   *cancellable,
                          GError        **error)
{
  BALANCE_FLOAT_DEFAULT;
  BalanceCensus *census;
  BalanceFacts *facts;
  g_autoptr (GListModel) sections = NULL;
  g_autoptr (GPtrArray) columns = NULL;
  g_autoptr (GString) buffer = g_string_new (NULL);

  g_return_val_if_fail (BALANCE_IS_REPORT (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  census = balance_evaluation_get_census (self->evaluation);
  facts = census->facts;
  sections = balance_census_get_sections (census);
  columns = balance_indicator_columns_new (self->evaluation, BALANCE_LEVEL_SECTION, error);
  if (columns == NULL)
    return FALSE;

  append_header (buffer, columns);
  for (guint district = 0; district < facts->districts.n_rows; district++)
    {
      if (self->district != NULL && g_strcmp0 (self->district, facts->district_codes[district]) != 0)
        continue;
      for (guint row = facts->district_sections[district]; row < facts->district_sections[district + 1]; row++)
        {
          append_row (self, facts, sections, columns, district, row, buffer);
          if (!flush (buffer, CHUNK, stream, cancellable, error))
            return FALSE;
        }
    }

  return flush (buffer, 0, stream, cancellable, error);
}
