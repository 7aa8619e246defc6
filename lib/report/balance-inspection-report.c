/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "io/balance-inspection-private.h"
#include "report/balance-json-private.h"
#include "report/balance-wording-private.h"

#include <string.h>

/* Cells of the first rows in one line of text. */
#define MAX_SHOWN_CELLS 12

static void
column_letters (guint column,
                char  letters[8])
{
  char buffer[8];
  guint i = sizeof buffer - 1;

  buffer[i] = '\0';
  for (guint n = column; n > 0; n = (n - 1) / 26)
    buffer[--i] = (char) ('A' + (n - 1) % 26);
  memcpy (letters, buffer + i, sizeof buffer - i);
}

static const char *
separator_word (BalanceLayout *layout,
                const char    *separator)
{
  switch (*separator)
    {
    case '\t': return balance_layout_word (layout, "tabs", "制表符");
    case ';':  return balance_layout_word (layout, "semicolons", "分号");
    default:   return balance_layout_word (layout, "commas", "逗号");
    }
}

static void
add_format (BalanceInspection *self,
            BalanceLayout     *layout)
{
  g_autoptr(GString) text = g_string_new (self->format != NULL ? self->format
                                           : balance_layout_word (layout, "a workbook that cannot be read", "无法读取的工作簿"));

  if (self->encoding != NULL)
    g_string_append_printf (text, self->guessed ? balance_layout_word (layout, ", %s (found out, the file does not say)", "，%s编码（自动识别，文件未标明）")
                                                : balance_layout_word (layout, ", %s", "，%s编码"), self->encoding);
  if (self->separator != NULL)
    g_string_append_printf (text, balance_layout_word (layout, ", cells parted by %s", "，以%s分隔"),
                            separator_word (layout, self->separator));
  balance_layout_labelled (layout, balance_layout_word (layout, "Format", "格式"), BALANCE_INK_PLAIN, text->str);
}

static const char *
kind_word (BalanceLayout *layout,
           const char    *kind)
{
  if (g_str_equal (kind, "sections"))
    return balance_layout_word (layout, "a row for each stage of each school", "每校每学段一行");
  if (g_str_equal (kind, "schools"))
    return balance_layout_word (layout, "a row for each school", "每校一行");
  if (g_str_equal (kind, "districts"))
    return balance_layout_word (layout, "a row for each district", "每个区县一行");
  if (g_str_equal (kind, "region"))
    return balance_layout_word (layout, "facts of the district or region", "区县或区域数据");

  return balance_layout_word (layout, "no table that is known", "没有可识别的表");
}

static void
add_sheet_line (BalanceSheetInspection *self,
                BalanceLayout          *layout)
{
  g_autoptr(GString) text = g_string_new (NULL);

  if (self->n_rows > 0)
    g_string_append_printf (text, balance_layout_word (layout, "%u rows, %u columns; ", "%u行、%u列；"), self->n_rows, self->n_columns);
  if (self->hidden && self->first_header_row == 0)
    g_string_append (text, balance_layout_word (layout, "hidden, not read", "隐藏，不读取"));
  else if (self->is_form)
    g_string_append (text, balance_layout_word (layout, "a form with a row for each field", "填报表，每个数据项一行"));
  else
    g_string_append (text, kind_word (layout, self->kind));
  if (self->first_header_row != 0 && !self->is_form)
    {
      if (self->first_header_row == self->last_header_row)
        g_string_append_printf (text, balance_layout_word (layout, ", headers in row %u", "，表头在第%u行"), self->first_header_row);
      else
        g_string_append_printf (text, balance_layout_word (layout, ", headers in rows %u-%u", "，表头在第%u—%u行"),
                                self->first_header_row, self->last_header_row);
    }
  if (self->first_header_row != 0)
    g_string_append_printf (text, balance_layout_word (layout, ", %u of %u columns known", "，识别%u/%u列"),
                            self->n_known, g_list_model_get_n_items (G_LIST_MODEL (self->columns)));
  balance_layout_labelled (layout, balance_layout_word (layout, "Table", "表"),
                           self->n_known > 0 || self->hidden ? BALANCE_INK_PLAIN : BALANCE_INK_DOUBT, text->str);
}

static char *
dup_reading (BalanceColumnInspection *column,
             BalanceLayout           *layout)
{
  g_autoptr(GString) text = g_string_new (NULL);

  if (column->field != NULL)
    {
      g_string_append (text, column->field->id);
      if (column->stage != NULL)
        g_string_append_printf (text, ".%s", column->stage);
      g_string_append_printf (text, " %s", balance_text_get (&column->field->title, layout->language));
      if (column->factor < 1.0 || column->factor > 1.0)
        {
          g_autofree char *number = balance_number_exact (column->factor);

          g_string_append_printf (text, " ×%s", number);
        }
    }
  else if (column->in_formula)
    {
      g_string_append (text, balance_layout_word (layout, "used by a formula of the map", "用于对照文件的公式"));
    }
  else if (column->problem != NULL && balance_problem_get_severity (column->problem) == BALANCE_SEVERITY_NOTE)
    {
      g_string_append (text, balance_layout_word (layout, "not read", "不读取"));
    }
  else
    {
      g_autofree char *list = g_strjoinv (balance_layout_word (layout, ", ", "、"), column->suggestions);

      g_string_append (text, balance_layout_word (layout, "not known", "无法识别"));
      if (column->problem != NULL && !g_str_equal (balance_problem_get_kind (column->problem), "unknown-column"))
        g_string_append_printf (text, "; %s", balance_problem_get_message (column->problem,
                                                                          layout->language == BALANCE_LANGUAGE_ZH ? "zh" : "en"));
      else if (*list != '\0')
        g_string_append_printf (text, balance_layout_word (layout, "; perhaps %s", "，可能是%s"), list);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
add_columns (BalanceSheetInspection *self,
             BalanceLayout          *layout)
{
  GListModel *columns = G_LIST_MODEL (self->columns);
  guint n = g_list_model_get_n_items (columns);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(BalanceColumnInspection) column = g_list_model_get_item (columns, i);
      g_autofree char *reading = dup_reading (column, layout);
      g_autofree char *header = column->value != NULL ? g_strdup_printf ("%s = %s", column->header, column->value)
                                                       : g_strdup (column->header);
      char letters[8] = "";
      BalanceLayoutCell cells[] = {
        { letters, 4, FALSE, BALANCE_INK_FAINT },
        { header, 32, FALSE, BALANCE_INK_PLAIN },
        { reading, BALANCE_LAYOUT_WIDTH - 42, FALSE,
          column->field != NULL || column->in_formula ? BALANCE_INK_PLAIN
          : column->problem != NULL && balance_problem_get_severity (column->problem) == BALANCE_SEVERITY_NOTE ? BALANCE_INK_FAINT
                                                                                                                : BALANCE_INK_DOUBT },
      };

      column_letters (column->column, letters);
      balance_layout_row (layout, 2, cells, G_N_ELEMENTS (cells));
    }
}

static void
add_samples (BalanceSheetInspection *self,
             BalanceLayout          *layout)
{
  for (guint i = 0; i < self->samples->len; i++)
    {
      char **cells = g_ptr_array_index (self->samples, i);
      g_autoptr(GString) text = g_string_new (NULL);
      g_autofree char *label = g_strdup_printf (balance_layout_word (layout, "Row %u", "第%u行"),
                                                g_array_index (self->sample_rows, guint, i));
      guint n = 0;

      for (guint j = 0; cells[j] != NULL && n <= MAX_SHOWN_CELLS; j++)
        {
          if (*cells[j] == '\0')
            continue;
          if (n == MAX_SHOWN_CELLS)
            g_string_append (text, " …");
          else
            g_string_append_printf (text, "%s%s", n > 0 ? " | " : "", cells[j]);
          n++;
        }
      balance_layout_labelled (layout, label, BALANCE_INK_FAINT, text->str);
    }
}

static void
add_problems (BalanceInspection *self,
              BalanceLayout     *layout)
{
  for (guint i = 0; i < g_list_model_get_n_items (self->problems); i++)
    {
      g_autoptr(BalanceProblem) problem = g_list_model_get_item (self->problems, i);
      g_autofree char *text = balance_problem_to_text (problem, layout->language == BALANCE_LANGUAGE_ZH ? "zh" : "en");
      g_autofree char *line = g_strconcat (balance_severity_label (balance_problem_get_severity (problem), layout->language), text, NULL);
      BalanceSeverity severity = balance_problem_get_severity (problem);

      if (i == 0)
        balance_layout_blank (layout);
      balance_layout_paragraph (layout, 2, 4,
                                severity == BALANCE_SEVERITY_ERROR ? BALANCE_INK_BAD
                                : severity == BALANCE_SEVERITY_WARNING ? BALANCE_INK_DOUBT : BALANCE_INK_FAINT, line);
    }
}

/**
 * balance_inspection_to_text:
 * @self: an inspection
 * @language: (nullable): "zh" or "en"
 * @colour: whether to colour it for a terminal
 *
 * Writes the inspection for people, at most 80 columns wide.
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
balance_inspection_to_text (BalanceInspection *self,
                            const char        *language,
                            gboolean           colour)
{
  BalanceLayout layout;
  GListModel *sheets;

  g_return_val_if_fail (BALANCE_IS_INSPECTION (self), NULL);

  balance_layout_init (&layout, balance_language_parse (language), colour);
  balance_layout_heading (&layout, self->file);
  add_format (self, &layout);

  sheets = G_LIST_MODEL (self->sheets);
  for (guint i = 0; i < g_list_model_get_n_items (sheets); i++)
    {
      g_autoptr(BalanceSheetInspection) sheet = g_list_model_get_item (sheets, i);

      if (sheet->name != NULL)
        {
          g_autofree char *name = g_strdup_printf (balance_layout_word (&layout, "Sheet “%s”", "工作表“%s”"), sheet->name);

          balance_layout_blank (&layout);
          balance_layout_paragraph (&layout, 0, 2, BALANCE_INK_STRONG, name);
        }
      add_sheet_line (sheet, &layout);
      add_columns (sheet, &layout);
      add_samples (sheet, &layout);
    }
  add_problems (self, &layout);

  return balance_layout_end (&layout);
}

/* ---- JSON */

static void
add_flag (BalanceJson *json,
          const char  *name,
          gboolean     value)
{
  balance_json_key (json, name);
  g_string_append (json->text, value ? "true" : "false");
  json->first = FALSE;
}

static void
write_problem (BalanceJson    *json,
               BalanceProblem *problem)
{
  static const char *const severities[] = {
    [BALANCE_SEVERITY_NOTE] = "note", [BALANCE_SEVERITY_WARNING] = "warning", [BALANCE_SEVERITY_ERROR] = "error",
  };

  balance_json_begin (json, '{');
  balance_json_add_string (json, "severity", severities[balance_problem_get_severity (problem)]);
  balance_json_add_string (json, "kind", balance_problem_get_kind (problem));
  balance_json_add_string (json, "sheet", balance_problem_get_sheet (problem));
  balance_json_add_count (json, "row", balance_problem_get_row (problem));
  balance_json_add_count (json, "column", balance_problem_get_column (problem));
  balance_json_add_string (json, "message_zh", balance_problem_get_message (problem, "zh"));
  balance_json_add_string (json, "message_en", balance_problem_get_message (problem, "en"));
  balance_json_add_string (json, "remedy_zh", balance_problem_get_remedy (problem, "zh"));
  balance_json_add_string (json, "remedy_en", balance_problem_get_remedy (problem, "en"));
  balance_json_end (json, '}');
}

static void
write_column (BalanceJson             *json,
              BalanceColumnInspection *column)
{
  char letters[8] = "";

  column_letters (column->column, letters);
  balance_json_next (json);
  balance_json_begin (json, '{');
  balance_json_add_count (json, "column", column->column);
  balance_json_add_string (json, "letters", letters);
  balance_json_add_string (json, "header", column->header);
  balance_json_add_string (json, "field", column->field != NULL ? column->field->id : NULL);
  balance_json_add_string (json, "stage", column->stage);
  balance_json_add_string (json, "unit", column->field != NULL ? column->field->unit : NULL);
  balance_json_add_number (json, "factor", column->factor);
  add_flag (json, "in_formula", column->in_formula);
  balance_json_add_string (json, "value", column->value);
  balance_json_add_strings (json, "suggestions", (const char *const *) column->suggestions);
  balance_json_key (json, "problem");
  if (column->problem != NULL)
    write_problem (json, column->problem);
  else
    balance_json_string (json, NULL);
  balance_json_end (json, '}');
}

static void
write_sheet (BalanceJson            *json,
             BalanceSheetInspection *self)
{
  GListModel *columns = G_LIST_MODEL (self->columns);

  balance_json_next (json);
  balance_json_begin (json, '{');
  balance_json_add_string (json, "name", self->name);
  add_flag (json, "hidden", self->hidden);
  balance_json_add_count (json, "n_rows", self->n_rows);
  balance_json_add_count (json, "n_columns", self->n_columns);
  balance_json_add_string (json, "kind", self->kind);
  add_flag (json, "form", self->is_form);
  balance_json_add_count (json, "first_header_row", self->first_header_row);
  balance_json_add_count (json, "last_header_row", self->last_header_row);
  balance_json_add_count (json, "n_known", self->n_known);

  balance_json_key (json, "columns");
  balance_json_begin (json, '[');
  for (guint i = 0; i < g_list_model_get_n_items (columns); i++)
    {
      g_autoptr(BalanceColumnInspection) column = g_list_model_get_item (columns, i);

      write_column (json, column);
    }
  balance_json_end (json, ']');

  balance_json_key (json, "samples");
  balance_json_begin (json, '[');
  for (guint i = 0; i < self->samples->len; i++)
    {
      balance_json_next (json);
      balance_json_begin (json, '{');
      balance_json_add_count (json, "row", g_array_index (self->sample_rows, guint, i));
      balance_json_add_strings (json, "cells", g_ptr_array_index (self->samples, i));
      balance_json_end (json, '}');
    }
  balance_json_end (json, ']');
  balance_json_end (json, '}');
}

/**
 * balance_inspection_to_json:
 * @self: an inspection
 *
 * Writes the inspection for programs, as one JSON object.
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
balance_inspection_to_json (BalanceInspection *self)
{
  BalanceJson json = { NULL, TRUE, FALSE };
  GListModel *sheets;

  g_return_val_if_fail (BALANCE_IS_INSPECTION (self), NULL);

  json.text = g_string_new (NULL);
  balance_json_begin (&json, '{');
  balance_json_add_string (&json, "file", self->file);
  balance_json_add_string (&json, "format", self->format);
  balance_json_add_string (&json, "encoding", self->encoding);
  add_flag (&json, "encoding_guessed", self->guessed);
  balance_json_add_string (&json, "separator", self->separator);

  balance_json_key (&json, "sheets");
  balance_json_begin (&json, '[');
  sheets = G_LIST_MODEL (self->sheets);
  for (guint i = 0; i < g_list_model_get_n_items (sheets); i++)
    {
      g_autoptr(BalanceSheetInspection) sheet = g_list_model_get_item (sheets, i);

      write_sheet (&json, sheet);
    }
  balance_json_end (&json, ']');

  balance_json_key (&json, "problems");
  balance_json_begin (&json, '[');
  for (guint i = 0; i < g_list_model_get_n_items (self->problems); i++)
    {
      g_autoptr(BalanceProblem) problem = g_list_model_get_item (self->problems, i);

      balance_json_next (&json);
      write_problem (&json, problem);
    }
  balance_json_end (&json, ']');
  balance_json_end (&json, '}');
  g_string_append_c (json.text, '\n');

  return g_string_free (json.text, FALSE);
}
