/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "report/balance-form-private.h"

#include <string.h>

#include "base/balance-data-private.h"

#define MAX_COLUMNS 200
#define MAX_DEPTH   6

static const char *const show_names[] = {
  "blank", "number", "subject", "code", "title", "group", "value", "text", "figure", "verdict", "remark", "met", "met_share",
  "mean", "cv", NULL,
};

typedef struct
{
  BalanceForm     *form;
  const char      *file;
  BalanceProblems *problems;
  guint            n_columns;     /* of the sheet being read */
} Reader;

/* -- freeing ----------------------------------------------------------------------------------------- */

static void
part_free (gpointer data)
{
  BalanceFormPart *self = data;

  g_free (self->text);
  balance_expression_free (self->formula);
  g_free (self);
}

static void
cell_free (gpointer data)
{
  BalanceFormCell *self = data;

  if (self == NULL)
    return;
  g_strfreev (self->of);
  g_free (self->stage);
  balance_expression_free (self->value);
  for (guint i = 0; i < 2; i++)
    g_clear_pointer (&self->text[i], g_ptr_array_unref);
  g_free (self);
}

static void
column_free (gpointer data)
{
  BalanceFormColumn *self = data;

  balance_text_clear (&self->title);
  g_free (self->label);
  g_clear_pointer (&self->columns, g_ptr_array_unref);
  g_clear_pointer (&self->cells, g_ptr_array_unref);
  cell_free (self->cell);
  g_free (self);
}

static void
row_free (gpointer data)
{
  BalanceFormRow *self = data;

  balance_text_clear (&self->title);
  balance_text_clear (&self->group);
  cell_free (self->cell);
  g_free (self);
}

static void
sheet_free (gpointer data)
{
  BalanceFormSheet *self = data;

  balance_text_clear (&self->name);
  balance_text_clear (&self->title);
  g_clear_pointer (&self->columns, g_ptr_array_unref);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->notes, g_ptr_array_unref);
  g_free (self->of);
  g_free (self->id);
  g_free (self);
}

void
balance_form_free (BalanceForm *self)
{
  if (self == NULL)
    return;
  balance_text_clear (&self->title);
  g_ptr_array_unref (self->sheets);
  g_hash_table_unref (self->collected);
  g_free (self->file);
  g_free (self);
}

/* -- making ------------------------------------------------------------------------------------------ */

static BalanceForm *
form_new (const char *file)
{
  BalanceForm *self = g_new0 (BalanceForm, 1);

  self->file = g_strdup (file);
  self->sheets = g_ptr_array_new_with_free_func (sheet_free);
  self->collected = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  return self;
}

static BalanceFormSheet *
sheet_new (const char *id)
{
  BalanceFormSheet *self = g_new0 (BalanceFormSheet, 1);

  self->id = g_strdup (id);
  self->columns = g_ptr_array_new_with_free_func (column_free);
  self->notes = g_ptr_array_new_with_free_func (cell_free);

  return self;
}

static BalanceFormCell *
cell_new (void)
{
  BalanceFormCell *self = g_new0 (BalanceFormCell, 1);

  self->decimals = -1;
  return self;
}

/* -- reading ----------------------------------------------------------------------------------------- */

static BalanceExpression *
parse_formula (Reader *self, const BalanceYaml *node, const char *text, guint column)
{
  BalancePlace place = { .file = self->file, .row = node->line, .column = column };

  return balance_expression_parse (text, &place, self->problems);
}

static char *
strip_dup (const char *text, gsize length)
{
  return g_strstrip (g_strndup (text, length));
}

/* "{formula}", "{formula : decimals}", "{value REQ}", "{met REQ}" .. */
static BalanceFormPart *
read_part (Reader *self, const BalanceYaml *node, const char *inner, gsize length)
{
  static const struct { const char *word; BalanceFormPartKind kind; } words[] = {
    { "value ", BALANCE_FORM_PART_FIGURE }, { "met ", BALANCE_FORM_PART_MET }, { "unmet ", BALANCE_FORM_PART_UNMET },
    { "undetermined ", BALANCE_FORM_PART_UNDETERMINED },
  };
  BalanceFormPart *part = g_new0 (BalanceFormPart, 1);
  g_autofree char *text = strip_dup (inner, length);
  char *colon = strrchr (text, ':');

  part->decimals = -1;
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_has_prefix (text, words[i].word))
      {
        part->kind = words[i].kind;
        part->text = strip_dup (text + strlen (words[i].word), strlen (text));
        return part;
      }

  part->kind = BALANCE_FORM_PART_FORMULA;
  if (colon != NULL)
    {
      part->decimals = (int) CLAMP (g_ascii_strtoll (colon + 1, NULL, 10), 0, 9);
      *colon = '\0';
    }
  part->formula = parse_formula (self, node, text, node->column);

  return part;
}

static void
add_literal (GPtrArray *parts, const char *text, gsize length)
{
  BalanceFormPart *part;

  if (length == 0)
    return;
  part = g_new0 (BalanceFormPart, 1);
  part->kind = BALANCE_FORM_PART_LITERAL;
  part->text = g_strndup (text, length);
  g_ptr_array_add (parts, part);
}

static GPtrArray *
read_parts (Reader *self, const BalanceYaml *node, const char *text)
{
  GPtrArray *parts = g_ptr_array_new_with_free_func (part_free);
  const char *open;

  while ((open = strchr (text, '{')) != NULL)
    {
      const char *close = strchr (open, '}');

      if (close == NULL)
        {
          balance_yaml_problem (node, self->file, self->problems, BALANCE_SEVERITY_ERROR, "syntax",
                                "the brace is not closed: %s", "花括号未闭合：%s", open);
          break;
        }
      add_literal (parts, text, (gsize) (open - text));
      g_ptr_array_add (parts, read_part (self, node, open + 1, (gsize) (close - open - 1)));
      text = close + 1;
    }
  add_literal (parts, text, strlen (text));

  return parts;
}

static void
read_text (Reader *self, const BalanceYaml *node, BalanceFormCell *cell)
{
  BalanceText text = { NULL, NULL };

  if (node == NULL || !balance_yaml_get_text (node, &text, self->file, self->problems))
    return;
  cell->text[BALANCE_LANGUAGE_EN] = read_parts (self, node, balance_text_get (&text, BALANCE_LANGUAGE_EN));
  cell->text[BALANCE_LANGUAGE_ZH] = read_parts (self, node, balance_text_get (&text, BALANCE_LANGUAGE_ZH));
  balance_text_clear (&text);
}

static gboolean
is_true (Reader *self, const BalanceYaml *node, const char *key, gboolean otherwise)
{
  const char *text = balance_yaml_get_string (node, key, self->file, self->problems);

  return text == NULL ? otherwise : strcmp (text, "true") == 0;
}

/* The keys of a cell, wherever they stand: in a column, in a row, in a list of cells. */
static BalanceFormCell *
read_cell (Reader *self, const BalanceYaml *node)
{
  BalanceFormCell *cell = cell_new ();
  const char *show = balance_yaml_get_string (node, "show", self->file, self->problems);
  const char *value = balance_yaml_get_string (node, "value", self->file, self->problems);
  const char *decimals = balance_yaml_get_string (node, "decimals", self->file, self->problems);
  const BalanceYaml *text = balance_yaml_get (node, "text");

  cell->line = node->line;
  cell->column = node->column;
  cell->of = balance_yaml_dup_strv (balance_yaml_get (node, "of"), self->file, self->problems);
  cell->stage = g_strdup (balance_yaml_get_string (node, "stage", self->file, self->problems));
  cell->code = is_true (self, node, "code", FALSE);
  if (decimals != NULL)
    cell->decimals = (int) CLAMP (g_ascii_strtoll (decimals, NULL, 10), 0, 9);
  if (value != NULL)
    {
      const BalanceYaml *at = balance_yaml_get (node, "value");

      cell->value = parse_formula (self, at, value, at->column + (at->quoted ? 1 : 0));
      cell->show = BALANCE_FORM_VALUE;
      cell->has_show = TRUE;
    }
  if (text != NULL)
    {
      read_text (self, text, cell);
      cell->show = BALANCE_FORM_TEXT;
    }
  if (show != NULL)
    {
      gboolean known = FALSE;

      for (guint i = 0; show_names[i] != NULL && !known; i++)
        if (strcmp (show_names[i], show) == 0)
          {
            cell->show = (BalanceFormShow) i;
            cell->has_show = known = TRUE;
          }
      if (!known)
        balance_yaml_problem (balance_yaml_get (node, "show"), self->file, self->problems, BALANCE_SEVERITY_ERROR, "unknown-value",
                              "“%s” is nothing that a cell can show", "单元格不能显示“%s”", show);
    }

  return cell;
}

static GPtrArray *read_columns (Reader *self, const BalanceYaml *node, guint depth);

static BalanceFormColumn *
read_column (Reader *self, const BalanceYaml *node, guint depth)
{
  static const char *const keys[] = { "title", "label", "width", "columns", "cells", "show", "of", "stage", "value", "decimals",
                                      "code", "text", NULL };
  BalanceFormColumn *column = g_new0 (BalanceFormColumn, 1);
  const BalanceYaml *children = balance_yaml_get (node, "columns"), *cells = balance_yaml_get (node, "cells");
  const char *width = balance_yaml_get_string (node, "width", self->file, self->problems);

  balance_yaml_check_keys (node, keys, self->file, self->problems);
  balance_yaml_get_text (balance_yaml_get (node, "title"), &column->title, self->file, self->problems);
  column->label = g_strdup (balance_yaml_get_string (node, "label", self->file, self->problems));
  column->width = width != NULL ? CLAMP (g_ascii_strtod (width, NULL), 2.0, 120.0) : 0.0;
  if (children != NULL)
    {
      column->columns = read_columns (self, children, depth + 1);
      return column;
    }

  self->n_columns++;
  column->cell = read_cell (self, node);
  if (cells != NULL && cells->type == BALANCE_YAML_SEQUENCE)
    {
      column->cells = g_ptr_array_new_with_free_func (cell_free);
      for (guint i = 0; i < cells->n_items; i++)
        g_ptr_array_add (column->cells, read_cell (self, cells->items[i]));
    }

  return column;
}

static GPtrArray *
read_columns (Reader *self, const BalanceYaml *node, guint depth)
{
  GPtrArray *columns = g_ptr_array_new_with_free_func (column_free);

  if (node == NULL || node->type != BALANCE_YAML_SEQUENCE || node->n_items == 0 || depth > MAX_DEPTH || self->n_columns > MAX_COLUMNS)
    {
      BalancePlace place = { .file = self->file, .row = node != NULL ? node->line : 0 };

      balance_problems_add_literal (self->problems, BALANCE_SEVERITY_ERROR, "syntax", &place, "the columns of a table are a list of at most 200",
                                    "表的columns应为列表，最多200列", NULL, NULL, NULL, NULL);
      return columns;
    }
  for (guint i = 0; i < node->n_items; i++)
    g_ptr_array_add (columns, read_column (self, node->items[i], depth));

  return columns;
}

static BalanceFormRow *
read_row (Reader *self, const BalanceYaml *node)
{
  static const char *const keys[] = { "title", "group", "numbered", "show", "of", "stage", "value", "decimals", "code", "text", NULL };
  BalanceFormRow *row = g_new0 (BalanceFormRow, 1);

  balance_yaml_check_keys (node, keys, self->file, self->problems);
  balance_yaml_get_text (balance_yaml_get (node, "title"), &row->title, self->file, self->problems);
  balance_yaml_get_text (balance_yaml_get (node, "group"), &row->group, self->file, self->problems);
  row->numbered = is_true (self, node, "numbered", TRUE);
  row->cell = read_cell (self, node);

  return row;
}

static void
read_sheet (Reader *self, const BalanceYaml *node)
{
  static const char *const keys[] = { "id", "name", "title", "each", "of", "columns", "rows", "notes", NULL };
  BalanceFormSheet *sheet = sheet_new (balance_yaml_get_string (node, "id", self->file, self->problems));
  const BalanceYaml *rows = balance_yaml_get (node, "rows"), *notes = balance_yaml_get (node, "notes");
  const char *each = balance_yaml_get_string (node, "each", self->file, self->problems);

  g_ptr_array_add (self->form->sheets, sheet);
  balance_yaml_check_keys (node, keys, self->file, self->problems);
  balance_yaml_get_text (balance_yaml_get (node, "name"), &sheet->name, self->file, self->problems);
  balance_yaml_get_text (balance_yaml_get (node, "title"), &sheet->title, self->file, self->problems);
  sheet->each_section = g_strcmp0 (each, "section") == 0;
  sheet->of = g_strdup (balance_yaml_get_string (node, "of", self->file, self->problems));
  self->n_columns = 0;
  g_ptr_array_unref (sheet->columns);
  sheet->columns = read_columns (self, balance_yaml_get (node, "columns"), 0);
  if (sheet->each_section == (rows != NULL) || (each != NULL && !sheet->each_section))
    balance_yaml_problem (node, self->file, self->problems, BALANCE_SEVERITY_ERROR, "syntax",
                          "a table has either “each: section” or “rows”", "表应写明each: section或rows之一");
  if (rows != NULL)
    sheet->rows = g_ptr_array_new_with_free_func (row_free);
  for (guint i = 0; rows != NULL && rows->type == BALANCE_YAML_SEQUENCE && i < rows->n_items; i++)
    g_ptr_array_add (sheet->rows, read_row (self, rows->items[i]));
  for (guint i = 0; notes != NULL && notes->type == BALANCE_YAML_SEQUENCE && i < notes->n_items; i++)
    {
      BalanceFormCell *note = cell_new ();

      note->line = notes->items[i]->line;
      read_text (self, notes->items[i], note);
      g_ptr_array_add (sheet->notes, note);
    }
}

BalanceForm *
balance_form_read (GBytes          *bytes,
                   const char      *path,
                   BalanceProblems *problems)
{
  static const char *const keys[] = { "form", "title", "reference", "collected", "sheets", NULL };
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  guint before = balance_problems_count (problems, BALANCE_SEVERITY_ERROR);
  g_autoptr(BalanceForm) form = form_new (path);
  g_autoptr(BalanceYaml) root = balance_yaml_parse (data, length, form->file, problems);
  Reader reader = { .form = form, .file = form->file, .problems = problems };
  const BalanceYaml *sheets = balance_yaml_get (root, "sheets"), *collected = balance_yaml_get (root, "collected");

  if (root == NULL)
    return NULL;
  balance_yaml_check_keys (root, keys, form->file, problems);
  balance_yaml_get_text (balance_yaml_get (root, "title"), &form->title, form->file, problems);
  for (guint i = 0; collected != NULL && collected->type == BALANCE_YAML_MAPPING && i < collected->n_items; i++)
    g_hash_table_insert (form->collected, g_strdup (collected->keys[i]->text), g_strdup (collected->items[i]->text));
  for (guint i = 0; sheets != NULL && sheets->type == BALANCE_YAML_SEQUENCE && i < sheets->n_items; i++)
    read_sheet (&reader, sheets->items[i]);

  return balance_problems_count (problems, BALANCE_SEVERITY_ERROR) > before ? NULL : g_steal_pointer (&form);
}

static BalanceForm *
read_at (const char *path, BalanceProblems *problems)
{
  g_autoptr(GBytes) bytes = balance_data_read (path, problems, NULL);

  return bytes != NULL ? balance_form_read (bytes, path, problems) : NULL;
}

/* A pack is named as its file is. */
static char *
dup_pack_id (BalancePack *pack, guint source)
{
  const BalancePackFile *file = g_ptr_array_index (pack->sources, source);
  char *name;

  if (source == 0)
    return g_strdup (pack->id);
  name = g_path_get_basename (file->path);
  if (g_str_has_suffix (name, ".yaml"))
    name[strlen (name) - strlen (".yaml")] = '\0';

  return name;
}

BalanceForm *
balance_form_find (BalancePack     *pack,
                   BalanceProblems *problems)
{
  for (guint i = 0; i < pack->sources->len; i++)
    {
      g_autofree char *id = dup_pack_id (pack, i), *directory = g_path_get_dirname (pack->file);
      g_autofree char *beside = g_strconcat (id, ".form.yaml", NULL), *name = g_strconcat ("forms/", id, ".yaml", NULL);
      g_autofree char *own = g_build_filename (directory, beside, NULL), *shipped = NULL;

      /* an id is a name, never a way through directories */
      if (id == NULL || strpbrk (id, "/\\") != NULL || id[0] == '.' || id[0] == '\0')
        continue;
      if (g_file_test (own, G_FILE_TEST_IS_REGULAR))
        return read_at (own, problems);
      shipped = balance_data_path (name);
      if (shipped != NULL)
        return read_at (shipped, problems);
    }

  return NULL;
}

/* -- a plain form ------------------------------------------------------------------------------------- */

static BalanceFormColumn *
add_column (GPtrArray *columns, const char *en, const char *zh, BalanceFormShow show, const char *of, double width)
{
  BalanceFormColumn *column = g_new0 (BalanceFormColumn, 1);

  balance_text_set (&column->title, en, zh);
  column->width = width;
  column->cell = cell_new ();
  column->cell->show = show;
  column->cell->has_show = TRUE;
  column->cell->of = of != NULL ? g_strsplit (of, "\n", 1) : NULL;
  g_ptr_array_add (columns, column);

  return column;
}

static BalanceFormSheet *
add_sheet (BalanceForm *self, const char *id, const char *en, const char *zh)
{
  BalanceFormSheet *sheet = sheet_new (id);

  balance_text_set (&sheet->name, en, zh);
  balance_text_set (&sheet->title, en, zh);
  g_ptr_array_add (self->sheets, sheet);

  return sheet;
}

static void
add_sections_sheet (BalanceForm *self, BalancePack *pack)
{
  BalanceFormSheet *sheet = add_sheet (self, "sections", "Schools", "分学校指标");
  guint n = 0;

  sheet->each_section = TRUE;
  add_column (sheet->columns, "No.", "序号", BALANCE_FORM_NUMBER, NULL, 6);
  add_column (sheet->columns, "Code", "学校代码", BALANCE_FORM_CODE, NULL, 13);
  add_column (sheet->columns, "School", "学校名称", BALANCE_FORM_SUBJECT, NULL, 26);
  for (guint i = 0; i < pack->indicators->len; i++)
    {
      const BalanceIndicatorRule *indicator = g_ptr_array_index (pack->indicators, i);
      g_autofree char *en = NULL, *zh = NULL;

      if (indicator->level != BALANCE_LEVEL_SECTION || n++ >= MAX_COLUMNS)
        continue;
      en = g_strdup_printf ("%s %s", indicator->id, balance_text_get (&indicator->title, BALANCE_LANGUAGE_EN));
      zh = g_strdup_printf ("%s %s", indicator->id, balance_text_get (&indicator->title, BALANCE_LANGUAGE_ZH));
      add_column (sheet->columns, en, zh, BALANCE_FORM_FIGURE, indicator->id, 12);
    }
  add_column (sheet->columns, "Met?", "是否达标", BALANCE_FORM_VERDICT, NULL, 10);
}

static void
add_dispersion_sheet (BalanceForm *self, BalancePack *pack)
{
  BalanceFormSheet *sheet = NULL;
  guint n = 0;

  for (guint i = 0; i < pack->rules->len && n < MAX_COLUMNS; i++)
    {
      const BalanceRule *rule = g_ptr_array_index (pack->rules, i);
      const BalanceIndicatorRule *indicator;

      if (rule->kind != BALANCE_RULE_DISPERSION || rule->level != BALANCE_LEVEL_STAGE || rule->combine || rule->measured->len != 1)
        continue;
      if (sheet == NULL)
        {
          sheet = add_sheet (self, "dispersion", "Differences", "校际差异");
          add_column (sheet->columns, "Stage", "学段", BALANCE_FORM_GROUP, NULL, 12);
          add_column (sheet->columns, "Figure", "项目", BALANCE_FORM_TITLE, NULL, 14);
        }
      indicator = g_ptr_array_index (rule->measured, 0);
      add_column (sheet->columns, balance_text_get (&indicator->title, BALANCE_LANGUAGE_EN), balance_text_get (&indicator->title, BALANCE_LANGUAGE_ZH),
                  BALANCE_FORM_BLANK, indicator->id, 12)->cell->has_show = FALSE;
      n++;
    }
  if (sheet == NULL)
    return;

  sheet->rows = g_ptr_array_new_with_free_func (row_free);
  for (guint s = 0; s < pack->n_stages; s++)
    for (guint k = 0; k < 2; k++)
      {
        BalanceFormRow *row = g_new0 (BalanceFormRow, 1);
        const BalanceChoice *stage = balance_dictionary_get_stage (pack->dictionary, pack->stages[s]);

        row->cell = cell_new ();
        row->cell->stage = g_strdup (stage->id);
        row->cell->show = k == 0 ? BALANCE_FORM_MEAN : BALANCE_FORM_CV;
        row->cell->has_show = TRUE;
        balance_text_copy (&row->group, &stage->title);
        balance_text_set (&row->title, k == 0 ? "Mean" : "Coefficient of variation", k == 0 ? "平均值" : "差异系数");
        g_ptr_array_add (sheet->rows, row);
      }
}

static void
add_requirement_rows (BalanceFormSheet *sheet, const BalanceRule *rule)
{
  BalanceFormRow *row = g_new0 (BalanceFormRow, 1);

  row->cell = cell_new ();
  row->cell->of = g_strsplit (rule->id, "\n", 1);
  balance_text_copy (&row->title, &rule->title);
  balance_text_set (&row->group, rule->id, rule->id);
  g_ptr_array_add (sheet->rows, row);
  for (guint i = 0; i < rule->children->len; i++)
    add_requirement_rows (sheet, g_ptr_array_index (rule->children, i));
}

BalanceForm *
balance_form_make (BalancePack *pack)
{
  BalanceForm *self = form_new (pack->file);
  BalanceFormSheet *sheet;

  balance_text_copy (&self->title, &pack->title);
  add_sections_sheet (self, pack);
  add_dispersion_sheet (self, pack);
  sheet = add_sheet (self, "requirements", "Requirements", "各项要求");
  sheet->rows = g_ptr_array_new_with_free_func (row_free);
  add_column (sheet->columns, "Id", "标识", BALANCE_FORM_GROUP, NULL, 18);
  add_column (sheet->columns, "Requirement", "要求", BALANCE_FORM_TITLE, NULL, 46);
  add_column (sheet->columns, "Value", "指标值", BALANCE_FORM_TEXT, NULL, 44);
  add_column (sheet->columns, "Met?", "是否达标", BALANCE_FORM_VERDICT, NULL, 10);
  for (guint i = 0; i < pack->roots->len; i++)
    add_requirement_rows (sheet, g_ptr_array_index (pack->roots, i));

  return self;
}

/* -- formulas ----------------------------------------------------------------------------------------- */

static void
cell_formulas (const BalanceFormCell *cell, BalanceLevel level, BalanceFormFormulaFunc func, gpointer data)
{
  if (cell == NULL)
    return;
  if (cell->value != NULL)
    func (cell->value, level, cell->value->line, cell->value->column, data);
  for (guint i = 0; i < 2; i++)
    for (guint k = 0; cell->text[i] != NULL && k < cell->text[i]->len; k++)
      {
        const BalanceFormPart *part = g_ptr_array_index (cell->text[i], k);

        if (part->formula != NULL)
          func (part->formula, level, cell->line, 0, data);
      }
}

static void
column_formulas (GPtrArray *columns, BalanceLevel level, BalanceFormFormulaFunc func, gpointer data)
{
  for (guint i = 0; i < columns->len; i++)
    {
      const BalanceFormColumn *column = g_ptr_array_index (columns, i);

      if (column->columns != NULL)
        column_formulas (column->columns, level, func, data);
      cell_formulas (column->cell, level, func, data);
      for (guint k = 0; column->cells != NULL && k < column->cells->len; k++)
        cell_formulas (g_ptr_array_index (column->cells, k), level, func, data);
    }
}

void
balance_form_foreach_formula (BalanceForm            *self,
                              BalanceFormFormulaFunc  func,
                              gpointer                data)
{
  for (guint i = 0; i < self->sheets->len; i++)
    {
      const BalanceFormSheet *sheet = g_ptr_array_index (self->sheets, i);

      column_formulas (sheet->columns, sheet->each_section ? BALANCE_LEVEL_SECTION : BALANCE_LEVEL_DISTRICT, func, data);
      for (guint k = 0; sheet->rows != NULL && k < sheet->rows->len; k++)
        cell_formulas (((const BalanceFormRow *) g_ptr_array_index (sheet->rows, k))->cell, BALANCE_LEVEL_DISTRICT, func, data);
      for (guint k = 0; k < sheet->notes->len; k++)
        cell_formulas (g_ptr_array_index (sheet->notes, k), BALANCE_LEVEL_DISTRICT, func, data);
    }
}
