/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Everything that an import holds, as text. */

#include "census/balance-view-private.h"

static void
dump_value (GString             *out,
            const BalanceFacts  *facts,
            const BalanceColumn *column,
            guint                row)
{
  if (!balance_column_is_valid (column, row))
    g_string_append (out, " -");
  else if (column->field->type == BALANCE_FIELD_TEXT)
    g_string_append_printf (out, " '%s'", facts->texts[balance_column_get (column, row)]);
  else
    g_string_append_printf (out, " %" G_GINT64_FORMAT "/%u", balance_column_get (column, row), balance_column_get_scale (column, row));
}

static void
dump_table (GString      *out,
            BalanceFacts *facts,
            BalanceLevel  level,
            gboolean      with_places)
{
  const BalanceTable *table = balance_facts_get_table (facts, level);

  g_string_append_printf (out, "level %d: %u rows\n", level, table->n_rows);
  for (guint i = 0; i < table->columns->len; i++)
    {
      const BalanceColumn *column = g_ptr_array_index (table->columns, i);

      g_string_append_printf (out, "%s width %u scale %u%s valid %u%s", column->field->id, column->width, column->scale,
                              column->scales != NULL ? " mixed" : "", column->n_valid, column->valid == NULL ? " all" : "");
      if (column->field->type != BALANCE_FIELD_TEXT)
        g_string_append_printf (out, " from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, column->min, column->max);
      g_string_append (out, ":");
      for (guint row = 0; row < table->n_rows; row++)
        {
          guint source, line, number;

          dump_value (out, facts, column, row);
          if (with_places && balance_facts_get_cell (facts, level, column, row, &source, &line, &number))
            g_string_append_printf (out, "@%u:%u:%u", source, line, number);
        }
      for (guint j = 0; with_places && j < column->n_origins; j++)
        g_string_append_printf (out, " origin %u:%u:%u", column->origins[j].row, column->origins[j].source, column->origins[j].source_row);
      g_string_append_c (out, '\n');
    }
}

/* Without places it is what all sources of the same rows give. */
static char *
dump_import (BalanceImport *import,
             gboolean       with_places)
{
  GString *out = g_string_new (NULL);
  GListModel *problems = balance_import_get_problems (import);
  GListModel *censuses = balance_import_get_censuses (import);

  for (guint i = 0; with_places && i < g_list_model_get_n_items (problems); i++)
    {
      g_autoptr(BalanceProblem) problem = g_list_model_get_item (problems, i);
      g_autofree char *zh = balance_problem_to_text (problem, "zh");
      g_autofree char *en = balance_problem_to_text (problem, "en");

      g_string_append_printf (out, "%s: %s | %s\n", balance_problem_get_kind (problem), en, zh);
    }
  for (guint i = 0; i < g_list_model_get_n_items (censuses); i++)
    {
      g_autoptr(BalanceCensus) census = g_list_model_get_item (censuses, i);
      BalanceFacts *facts = census->facts;

      g_string_append_printf (out, "year %d%s\n", facts->year, facts->skipped ? " skipped" : "");
      for (guint j = 0; with_places && j < facts->sources->len; j++)
        {
          const BalanceSource *source = g_ptr_array_index (facts->sources, j);

          g_string_append_printf (out, "digest %s\n", source->digest != NULL ? source->digest : "none");
        }
      for (guint j = 0; j < facts->districts.n_rows; j++)
        g_string_append_printf (out, "district %s '%s' %u..%u..%u%s\n", facts->district_codes[j], facts->district_names[j],
                                facts->district_schools[j], facts->district_sections[j], facts->district_groups[j],
                                facts->district_skipped[j] ? " skipped" : "");
      for (guint j = 0; j < facts->schools.n_rows; j++)
        g_string_append_printf (out, "school %s '%s' %u %u\n", facts->school_codes[j], facts->school_names[j],
                                facts->school_district[j], facts->school_sections[j]);
      for (guint j = 0; j < facts->sections.n_rows; j++)
        g_string_append_printf (out, "section %u %u %u %u\n", facts->section_school[j], facts->section_stage[j],
                                facts->section_group[j], facts->school_section_rows[j]);
      for (BalanceLevel level = BALANCE_LEVEL_SECTION; level <= BALANCE_LEVEL_REGION; level++)
        if (level != BALANCE_LEVEL_STAGE)
          dump_table (out, facts, level, with_places);
    }

  return g_string_free (out, FALSE);
}
