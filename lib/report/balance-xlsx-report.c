/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "base/balance-float-private.h"
#include "report/balance-form-cells-private.h"
#include "report/balance-report-private.h"

/* A workbook is for a county to hand in; a nation goes into CSV or JSON. */
#define MAX_DISTRICTS 200
#define MAX_FLIPS     30
#define MAX_PROBLEMS  5000

typedef struct
{
  const BalanceFormColumn *column;
  guint                    at;
  double                   width;
} Leaf;

typedef struct
{
  BalanceReport    *report;
  BalanceLanguage   language;
  BalanceForm      *form;
  BalanceFormCells *cells;
  BalanceXlsx      *xlsx;
  /* of the sheet */
  const BalanceFormSheet *description;
  lxw_worksheet    *sheet;
  GArray           *leaves;        /* of Leaf */
  guint             depth;         /* of the header, without labels */
  gboolean          has_labels;
  guint             row;
  /* of the table of one district */
  GPtrArray        *flips;         /* of texts */
  guint             n_flips;
  gboolean          shades[BALANCE_XLSX_OPTIONAL + 1];
} Writer;

static const char *
word (Writer *self, const char *en, const char *zh)
{
  return self->language == BALANCE_LANGUAGE_ZH ? zh : en;
}

static lxw_format *
format (Writer *self, BalanceXlsxKind kind, BalanceXlsxShade shade, int decimals)
{
  return balance_xlsx_format (self->xlsx, kind, shade, decimals);
}

/* -- header ------------------------------------------------------------------------------------------ */

static double
default_width (const BalanceFormColumn *column)
{
  if (column->width > 0)
    return column->width;

  switch (column->cell->show)
    {
    case BALANCE_FORM_NUMBER:  return 6;
    case BALANCE_FORM_SUBJECT: return 26;
    case BALANCE_FORM_CODE:    return 14;
    case BALANCE_FORM_TITLE:   return 24;
    case BALANCE_FORM_TEXT:    return 50;
    case BALANCE_FORM_REMARK:  return 34;
    case BALANCE_FORM_BLANK:
    case BALANCE_FORM_GROUP:
    case BALANCE_FORM_VALUE:
    case BALANCE_FORM_FIGURE:
    case BALANCE_FORM_VERDICT:
    case BALANCE_FORM_MET:
    case BALANCE_FORM_MET_SHARE:
    case BALANCE_FORM_MEAN:
    case BALANCE_FORM_CV:
    default:                   return 11;
    }
}

static guint
measure_columns (Writer *self, GPtrArray *columns)
{
  guint depth = 0;

  for (guint i = 0; i < columns->len; i++)
    {
      const BalanceFormColumn *column = g_ptr_array_index (columns, i);

      if (column->columns != NULL)
        {
          guint below = 1 + measure_columns (self, column->columns);

          depth = MAX (depth, below);
        }
      else
        {
          Leaf leaf = { column, self->leaves->len, default_width (column) };

          g_array_append_val (self->leaves, leaf);
          self->has_labels = self->has_labels || column->label != NULL;
          depth = MAX (depth, 1);
        }
    }

  return depth;
}

/* Writes a level of the header from column `at` on; returns the column after it. `lines` by level. */
static guint
write_header_level (Writer *self, GPtrArray *columns, guint level, guint at, guint *lines)
{
  lxw_format *header = format (self, BALANCE_XLSX_HEADER, BALANCE_XLSX_CLEAR, -1);

  for (guint i = 0; i < columns->len; i++)
    {
      const BalanceFormColumn *column = g_ptr_array_index (columns, i);
      const char *title = balance_text_get (&column->title, self->language);

      if (column->columns != NULL)
        {
          guint next = write_header_level (self, column->columns, level + 1, at, lines);
          double width = 0;

          for (guint k = at; k < next; k++)
            width += g_array_index (self->leaves, Leaf, k).width;
          balance_xlsx_merge (self->xlsx, self->sheet, self->row + level, at, self->row + level, next - 1, title, header);
          lines[level] = MAX (lines[level], balance_xlsx_lines (title, width));
          at = next;
        }
      else
        {
          guint n = self->depth - level, needed = balance_xlsx_lines (title, g_array_index (self->leaves, Leaf, at).width);

          balance_xlsx_merge (self->xlsx, self->sheet, self->row + level, at, self->row + self->depth - 1, at, title, header);
          /* a cell over several rows has them all */
          for (guint k = level; k < self->depth; k++)
            lines[k] = MAX (lines[k], (needed + n - 1) / n);
          at++;
        }
    }

  return at;
}

static void
write_header (Writer *self)
{
  g_autofree guint *lines = g_new0 (guint, self->depth + 1);
  lxw_format *header = format (self, BALANCE_XLSX_HEADER, BALANCE_XLSX_CLEAR, -1);

  write_header_level (self, self->description->columns, 0, 0, lines);
  for (guint i = 0; i < self->depth; i++)
    balance_lxw->worksheet_set_row (self->sheet, self->row + i, 13.5 * MAX (1, lines[i]) + 4, NULL);
  self->row += self->depth;
  if (!self->has_labels)
    return;

  for (guint i = 0; i < self->leaves->len; i++)
    {
      const Leaf *leaf = &g_array_index (self->leaves, Leaf, i);

      balance_xlsx_text (self->xlsx, self->sheet, self->row, i, leaf->column->label, header);
    }
  balance_lxw->worksheet_set_row (self->sheet, self->row, 15, NULL);
  self->row++;
}

/* -- rows -------------------------------------------------------------------------------------------- */

static BalanceXlsxKind
kind_of (BalanceFormShow show, const BalanceFormShown *shown)
{
  if (shown->number && show != BALANCE_FORM_NUMBER)
    return BALANCE_XLSX_NUMBER;

  switch (show)
    {
    case BALANCE_FORM_SUBJECT:
    case BALANCE_FORM_TITLE:
    case BALANCE_FORM_TEXT:
    case BALANCE_FORM_REMARK:
      return BALANCE_XLSX_TEXT;
    case BALANCE_FORM_CODE:
      return BALANCE_XLSX_CODE;
    case BALANCE_FORM_BLANK:
    case BALANCE_FORM_NUMBER:
    case BALANCE_FORM_GROUP:
    case BALANCE_FORM_VALUE:
    case BALANCE_FORM_FIGURE:
    case BALANCE_FORM_VERDICT:
    case BALANCE_FORM_MET:
    case BALANCE_FORM_MET_SHARE:
    case BALANCE_FORM_MEAN:
    case BALANCE_FORM_CV:
    default:
      return BALANCE_XLSX_CENTRE;
    }
}

static void
write_cell (Writer *self, guint at, BalanceFormShow show, const BalanceFormShown *shown)
{
  lxw_format *style = format (self, kind_of (show, shown), shown->shade, shown->number ? shown->decimals : -1);

  if (shown->number)
    balance_xlsx_digits (self->xlsx, self->sheet, self->row, at, shown->text, style);
  else
    balance_xlsx_text (self->xlsx, self->sheet, self->row, at, shown->text, style);
  self->shades[shown->shade] = TRUE;
  if (shown->flip != NULL)
    {
      g_autofree char *comment = g_strdup_printf (word (self, "The rounded figure would be judged otherwise.\n%s", "按四舍五入后的数字会得出不同结论。\n%s"), shown->flip);

      balance_xlsx_comment (self->xlsx, self->sheet, self->row, at, comment);
      if (!g_ptr_array_find_with_equal_func (self->flips, shown->flip, g_str_equal, NULL) && self->n_flips++ < MAX_FLIPS)
        g_ptr_array_add (self->flips, g_strdup (shown->flip));
    }
}

static void
write_row (Writer *self, guint number, const BalanceFormRow *row, guint row_index, int section)
{
  guint lines = 1;

  for (guint i = 0; i < self->leaves->len; i++)
    {
      const Leaf *leaf = &g_array_index (self->leaves, Leaf, i);
      const BalanceFormCell *cell = leaf->column->cells != NULL && row_index < leaf->column->cells->len
                                      ? g_ptr_array_index (leaf->column->cells, row_index) : leaf->column->cell;
      const BalanceFormCell *row_cell = row != NULL ? row->cell : NULL;
      BalanceFormShow show = balance_form_cells_get_show (cell, row_cell);
      BalanceFormShown shown = { .decimals = -1 };

      /* written once for all rows of the group */
      if (show == BALANCE_FORM_GROUP && row != NULL)
        continue;
      balance_form_cells_show (self->cells, cell, row_cell, section, &shown);
      if (show == BALANCE_FORM_NUMBER && (row == NULL || row->numbered))
        {
          shown.text = g_strdup_printf ("%u", number);
          shown.number = TRUE;
          shown.decimals = 0;
        }
      else if (show == BALANCE_FORM_TITLE && row != NULL)
        {
          shown.text = balance_form_cells_dup_title (self->cells, row);
        }
      write_cell (self, i, show, &shown);
      if (shown.text != NULL && !shown.number)
        lines = MAX (lines, balance_xlsx_lines (shown.text, leaf->width));
      balance_form_shown_clear (&shown);
    }
  balance_lxw->worksheet_set_row (self->sheet, self->row, 13.5 * MIN (lines, 28) + 4, NULL);
  self->row++;
}

/* One cell over the rows that follow one another in a group. */
static void
write_groups (Writer *self, guint first_row)
{
  GPtrArray *rows = self->description->rows;
  lxw_format *style = format (self, BALANCE_XLSX_CENTRE, BALANCE_XLSX_CLEAR, -1);

  for (guint i = 0; i < self->leaves->len; i++)
    {
      if (g_array_index (self->leaves, Leaf, i).column->cell->show != BALANCE_FORM_GROUP)
        continue;
      for (guint from = 0, to; from < rows->len; from = to)
        {
          const char *group = balance_text_get (&((BalanceFormRow *) g_ptr_array_index (rows, from))->group, self->language);

          for (to = from + 1; to < rows->len; to++)
            if (strcmp (group, balance_text_get (&((BalanceFormRow *) g_ptr_array_index (rows, to))->group, self->language)) != 0)
              break;
          balance_xlsx_merge (self->xlsx, self->sheet, first_row + from, i, first_row + to - 1, i, group, style);
        }
    }
}

static void
write_rows (Writer *self)
{
  if (self->description->each_section)
    {
      g_autoptr(GArray) sections = balance_form_cells_get_sections (self->cells, self->description);

      for (guint i = 0; i < sections->len; i++)
        write_row (self, i + 1, NULL, i, (int) g_array_index (sections, guint, i));
    }
  else
    {
      guint first_row = self->row, number = 0;

      for (guint i = 0; i < self->description->rows->len; i++)
        {
          const BalanceFormRow *row = g_ptr_array_index (self->description->rows, i);

          number += row->numbered;
          write_row (self, number, row, i, -1);
        }
      write_groups (self, first_row);
    }
}

/* -- around the table -------------------------------------------------------------------------------- */

static double
table_width (Writer *self)
{
  double width = 0;

  for (guint i = 0; i < self->leaves->len; i++)
    width += g_array_index (self->leaves, Leaf, i).width;
  return width;
}

static void
write_line (Writer *self, BalanceXlsxKind kind, const char *text)
{
  guint lines = balance_xlsx_lines (text, table_width (self));

  balance_xlsx_merge (self->xlsx, self->sheet, self->row, 0, self->row, self->leaves->len - 1, text, format (self, kind, BALANCE_XLSX_CLEAR, -1));
  balance_lxw->worksheet_set_row (self->sheet, self->row, kind == BALANCE_XLSX_TITLE ? 30 : 13.0 * MIN (lines, 30) + 3, NULL);
  self->row++;
}

static void
write_notes (Writer *self)
{
  g_autoptr(GString) legend = g_string_new (NULL);
  guint number = 1;

  for (guint i = 0; i < self->description->notes->len; i++)
    {
      g_autofree char *text = balance_form_cells_dup_note (self->cells, g_ptr_array_index (self->description->notes, i));
      g_autofree char *line = g_strdup_printf (word (self, "%s%u. %s", "%s%u．%s"), number == 1 ? word (self, "Notes: ", "注：") : "", number, text);

      write_line (self, BALANCE_XLSX_NOTE, line);
      number++;
    }
  g_string_append_printf (legend, word (self, "%s%u. Figures are rounded half up; judged is the unrounded figure.", "%s%u．表中数字四舍五入，是否达标按未舍入的数字判定。"),
                          number == 1 ? word (self, "Notes: ", "注：") : "", number);
  if (self->shades[BALANCE_XLSX_UNMET])
    g_string_append (legend, word (self, " Red: not met.", "红色底纹：未达标。"));
  if (self->shades[BALANCE_XLSX_FLOOR])
    g_string_append (legend, word (self, " Yellow: not met, but not below the floor.", "黄色底纹：未达标，但不低于底线。"));
  if (self->shades[BALANCE_XLSX_DOUBT])
    g_string_append (legend, word (self, " Grey: missing or undetermined.", "灰色底纹：缺数据或无法判定。"));
  write_line (self, BALANCE_XLSX_NOTE, legend->str);
  number++;

  if (self->flips->len > 0)
    {
      g_autofree char *line = g_strdup_printf (word (self, "%u. Rounded figures would be judged otherwise (%u):", "%u．按四舍五入后的数字会得出不同结论的（%u处）："),
                                               number, self->n_flips);

      write_line (self, BALANCE_XLSX_NOTE, line);
      for (guint i = 0; i < self->flips->len; i++)
        write_line (self, BALANCE_XLSX_NOTE, g_ptr_array_index (self->flips, i));
    }
}

static void
write_table (Writer *self, guint district)
{
  BalanceFacts *facts = self->report->evaluation->facts;
  g_autofree char *name = balance_facts_dup_subject (facts, BALANCE_LEVEL_DISTRICT, district, self->language);
  g_autofree char *year = facts->year != 0 ? g_strdup_printf (word (self, "    Year: %d", "　　年度：%d"), facts->year) : g_strdup ("");
  g_autofree char *above = g_strdup_printf (word (self, "County: %s (%s)%s    Rules in force on %s", "县（市、区）：%s（%s）%s　　按%s有效的规定判定"),
                                            name, facts->district_codes[district], year, self->report->evaluation->as_of);

  self->flips = g_ptr_array_new_with_free_func (g_free);
  self->n_flips = 0;
  memset (self->shades, 0, sizeof self->shades);
  balance_form_cells_set_district (self->cells, district);
  write_line (self, BALANCE_XLSX_TITLE, balance_text_get (&self->description->title, self->language));
  write_line (self, BALANCE_XLSX_ABOVE, above);
  write_header (self);
  write_rows (self);
  write_notes (self);
  g_clear_pointer (&self->flips, g_ptr_array_unref);
}

static gboolean
write_sheet (Writer *self, const BalanceFormSheet *description, GArray *districts, GCancellable *cancellable, GError **error)
{
  g_autoptr(GArray) breaks = g_array_new (TRUE, TRUE, sizeof (lxw_row_t));
  guint header;

  self->description = description;
  self->sheet = balance_xlsx_add_sheet (self->xlsx, balance_text_get (&description->name, self->language));
  self->leaves = g_array_new (FALSE, FALSE, sizeof (Leaf));
  self->has_labels = FALSE;
  self->depth = measure_columns (self, description->columns);
  self->row = 0;
  for (guint i = 0; i < self->leaves->len; i++)
    balance_lxw->worksheet_set_column (self->sheet, (lxw_col_t) i, (lxw_col_t) i, g_array_index (self->leaves, Leaf, i).width, NULL);

  /* title and line above it, then the header */
  header = 2 + self->depth + self->has_labels;
  balance_lxw->worksheet_freeze_panes (self->sheet, header, 0);
  balance_xlsx_print (self->xlsx, self->sheet, 2, header - 1);
  for (guint i = 0; i < districts->len; i++)
    {
      if (i > 0)
        {
          g_array_append_val (breaks, self->row);
        }
      write_table (self, g_array_index (districts, guint, i));
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        break;
    }
  if (breaks->len > 0)
    balance_lxw->worksheet_set_h_pagebreaks (self->sheet, (lxw_row_t *) (gpointer) breaks->data);
  g_clear_pointer (&self->leaves, g_array_unref);

  return !g_cancellable_is_cancelled (cancellable);
}

/* -- what else a reader must know --------------------------------------------------------------------- */

static void
write_fact (Writer *self, const char *label, const char *text)
{
  if (text == NULL || *text == '\0')
    return;
  balance_xlsx_text (self->xlsx, self->sheet, self->row, 0, label, format (self, BALANCE_XLSX_HEADER, BALANCE_XLSX_CLEAR, -1));
  balance_xlsx_text (self->xlsx, self->sheet, self->row, 1, text, format (self, BALANCE_XLSX_TEXT, BALANCE_XLSX_CLEAR, -1));
  balance_lxw->worksheet_set_row (self->sheet, self->row, 13.5 * MIN (28, balance_xlsx_lines (text, 100)) + 4, NULL);
  self->row++;
}

static void
write_summary (Writer *self, GArray *districts)
{
  BalanceEvaluation *evaluation = self->report->evaluation;
  BalancePack *pack = evaluation->standard->pack;
  const char *separator = word (self, ", ", "，");
  g_autofree char *standard = g_strdup_printf (word (self, "%s (%s), %s", "%s（%s），%s"), balance_text_get (&pack->title, self->language), pack->id,
                                               pack->reference != NULL ? pack->reference : "");
  g_autofree char *options = g_strjoinv (separator, evaluation->options);
  g_autofree char *concessions = g_strjoinv (separator, evaluation->concessions);
  g_autoptr(GString) sources = g_string_new (NULL);

  self->sheet = balance_xlsx_add_sheet (self->xlsx, word (self, "About", "说明"));
  balance_lxw->worksheet_set_column (self->sheet, 0, 0, 18, NULL);
  balance_lxw->worksheet_set_column (self->sheet, 1, 1, 100, NULL);
  self->row = 0;
  balance_xlsx_merge (self->xlsx, self->sheet, 0, 0, 0, 1, balance_text_get (&self->form->title, self->language),
                      format (self, BALANCE_XLSX_TITLE, BALANCE_XLSX_CLEAR, -1));
  balance_lxw->worksheet_set_row (self->sheet, 0, 30, NULL);
  self->row = 1;
  for (guint i = 0; i < districts->len; i++)
    {
      guint district = g_array_index (districts, guint, i);
      g_autofree char *name = balance_facts_dup_subject (evaluation->facts, BALANCE_LEVEL_DISTRICT, district, self->language);
      BalanceVerdict verdict = (BalanceVerdict) evaluation->result.districts[district];
      g_autofree char *text = g_strdup_printf (word (self, "%s (%s): %s", "%s（%s）：%s"), name, evaluation->facts->district_codes[district],
                                               balance_verdict_word (verdict, self->language));

      write_fact (self, word (self, "Verdict", "结论"), text);
    }
  write_fact (self, word (self, "Standard", "标准"), standard);
  write_fact (self, word (self, "Rules in force on", "按日期"), evaluation->as_of);
  write_fact (self, word (self, "Options", "选项"), options);
  write_fact (self, word (self, "Concessions", "放宽规定"), *concessions != '\0' ? concessions : word (self, "none in force", "未适用"));
  for (guint i = 0; i < evaluation->facts->sources->len; i++)
    {
      const BalanceSource *source = g_ptr_array_index (evaluation->facts->sources, i);
      g_autofree char *base = g_path_get_basename (source->file);

      g_string_append_printf (sources, "%s%s%s%s", sources->len > 0 ? word (self, "; ", "；") : "", base, source->sheet != NULL ? "!" : "",
                              source->sheet != NULL ? source->sheet : "");
    }
  write_fact (self, word (self, "Data", "数据来源"), sources->str);
  write_fact (self, word (self, "Figures", "数字"),
              word (self, "The cells hold the printed figures, rounded half up as the form asks. Judged are the unrounded ones: where the printed figure "
                          "would be judged otherwise, a note under the table and a comment on the cell say so. Full precision is in the JSON and CSV reports.",
                    "单元格中为按规定小数位数四舍五入后的数字，与申报表一致；是否达标按未舍入的数字判定，两者会得出不同结论的，均在表下和单元格批注中注明。"
                    "完整精度见JSON和CSV格式的结果。"));
  balance_xlsx_print (self->xlsx, self->sheet, 0, 0);
}

static void
write_problem (Writer *self, BalanceProblem *problem)
{
  static const BalanceXlsxShade shades[] = { BALANCE_XLSX_CLEAR, BALANCE_XLSX_FLOOR, BALANCE_XLSX_UNMET };
  const char *language = word (self, "en", "zh");
  BalanceSeverity severity = balance_problem_get_severity (problem);
  const char *words[] = { word (self, "note", "提示"), word (self, "warning", "警告"), word (self, "error", "错误") };
  g_autofree char *base = balance_problem_get_file (problem) != NULL ? g_path_get_basename (balance_problem_get_file (problem)) : NULL;
  g_autofree char *row = balance_problem_get_row (problem) > 0 ? g_strdup_printf ("%u", balance_problem_get_row (problem)) : NULL;
  const char *texts[] = { words[severity], base, balance_problem_get_sheet (problem), row, balance_problem_get_column_name (problem),
                          balance_problem_get_message (problem, language), balance_problem_get_found (problem),
                          balance_problem_get_expected (problem, language), balance_problem_get_remedy (problem, language) };
  static const double widths[] = { 8, 20, 12, 8, 18, 44, 16, 26, 34 };
  guint lines = 1;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      balance_xlsx_text (self->xlsx, self->sheet, self->row, i, texts[i], format (self, BALANCE_XLSX_TEXT, i == 0 ? shades[severity] : BALANCE_XLSX_CLEAR, -1));
      if (texts[i] != NULL)
        lines = MAX (lines, balance_xlsx_lines (texts[i], widths[i]));
    }
  balance_lxw->worksheet_set_row (self->sheet, self->row, 13.5 * MIN (28, lines) + 2, NULL);
  self->row++;
}

/* Problems of the data, then what the evaluation noticed. */
static void
write_problems (Writer *self)
{
  g_autoptr(GListModel) notices = balance_evaluation_get_notices (self->report->evaluation);
  GListModel *lists[] = { self->report->problems, notices };
  const char *const heads[] = { word (self, "Severity", "级别"), word (self, "File", "文件"), word (self, "Sheet", "工作表"), word (self, "Row", "行"),
                                word (self, "Column", "列"), word (self, "What is wrong", "问题"), word (self, "Found", "原值"),
                                word (self, "Expected", "应为"), word (self, "What to do", "处理办法") };
  static const double widths[] = { 8, 20, 12, 8, 18, 44, 16, 26, 34 };

  self->sheet = balance_xlsx_add_sheet (self->xlsx, word (self, "Data problems", "数据问题"));
  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    {
      balance_lxw->worksheet_set_column (self->sheet, (lxw_col_t) i, (lxw_col_t) i, widths[i], NULL);
      balance_xlsx_text (self->xlsx, self->sheet, 0, i, heads[i], format (self, BALANCE_XLSX_HEADER, BALANCE_XLSX_CLEAR, -1));
    }
  self->row = 1;
  for (guint k = 0; k < G_N_ELEMENTS (lists); k++)
    for (guint i = 0; lists[k] != NULL && i < MIN (MAX_PROBLEMS, g_list_model_get_n_items (lists[k])); i++)
      {
        g_autoptr(BalanceProblem) problem = g_list_model_get_item (lists[k], i);

        write_problem (self, problem);
      }
  if (self->row == 1)
    balance_xlsx_merge (self->xlsx, self->sheet, 1, 0, 1, G_N_ELEMENTS (heads) - 1, word (self, "none", "无"),
                        format (self, BALANCE_XLSX_CENTRE, BALANCE_XLSX_CLEAR, -1));
  balance_lxw->worksheet_freeze_panes (self->sheet, 1, 0);
  balance_xlsx_print (self->xlsx, self->sheet, 0, 0);
}

/* -- entry ------------------------------------------------------------------------------------------- */

static GArray *
choose_districts (BalanceReport *self, GError **error)
{
  BalanceFacts *facts = self->evaluation->facts;
  g_autoptr(GArray) districts = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < facts->districts.n_rows; i++)
    if (self->district == NULL || strcmp (self->district, facts->district_codes[i]) == 0)
      g_array_append_val (districts, i);
  if (districts->len > MAX_DISTRICTS)
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_LIMIT,
                   "A workbook takes at most %d districts, these are %u: choose one, or write CSV or JSON\n"
                   "工作簿最多容纳%d个区县，现有%u个：请选定一个区县，或输出CSV、JSON格式", MAX_DISTRICTS, districts->len, MAX_DISTRICTS, districts->len);
      return NULL;
    }

  return g_steal_pointer (&districts);
}

/**
 * balance_report_write_xlsx:
 * @self: a report
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes the report as a workbook (XLSX). Where the standard has an official form (a file among the forms of the
 * library, or `ID.form.yaml` beside the pack), the sheets are the tables of that form with its columns, order, notes
 * and precision; else a sheet of the sections and their indicators, one of the dispersions and one of the requirements.
 * Two more sheets say how it was judged and what is wrong with the data.
 *
 * Figures are written as the form prints them, rounded half up from the exact value. What is not met is shaded,
 * what is missing is marked; where the printed figure would be judged otherwise, a comment and a note say so.
 * Texts are always texts, never formulas.
 *
 * Of several districts each has its own table, one below the other; more than 200 are refused with
 * %BALANCE_ERROR_LIMIT.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_report_write_xlsx (BalanceReport  *self,
                           GOutputStream  *stream,
                           GCancellable   *cancellable,
                           GError        **error)
{
  BALANCE_FLOAT_DEFAULT;
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(BalanceForm) form = NULL;
  g_autoptr(BalanceFormCells) cells = NULL;
  g_autoptr(BalanceXlsx) xlsx = NULL;
  g_autoptr(GArray) districts = NULL;
  BalancePack *pack;
  Writer writer;

  g_return_val_if_fail (BALANCE_IS_REPORT (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  pack = self->evaluation->standard->pack;
  districts = choose_districts (self, error);
  if (districts == NULL)
    return FALSE;
  form = balance_form_find (pack, problems);
  if (balance_problems_count (problems, BALANCE_SEVERITY_ERROR) > 0)
    {
      balance_problems_throw (problems, BALANCE_ERROR_INVALID_PACK, error);
      return FALSE;
    }
  if (form == NULL)
    form = balance_form_make (pack);
  cells = balance_form_cells_new (self->evaluation, form, self->language, error);
  xlsx = cells != NULL ? balance_xlsx_new (self->language, balance_text_get (&form->title, self->language), self->evaluation->as_of, error) : NULL;
  if (xlsx == NULL)
    return FALSE;

  writer = (Writer) { .report = self, .language = self->language, .form = form, .cells = cells, .xlsx = xlsx };
  for (guint i = 0; i < form->sheets->len; i++)
    if (!write_sheet (&writer, g_ptr_array_index (form->sheets, i), districts, cancellable, error))
      return FALSE;
  write_summary (&writer, districts);
  write_problems (&writer);

  return balance_xlsx_finish (xlsx, stream, cancellable, error);
}
