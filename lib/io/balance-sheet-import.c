/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "io/balance-sheet-rows-private.h"

#include <string.h>

#define MAX_FOUND        80
#define MAX_LOOKED_UP    1000   /* finding the other cell of a disagreement takes a walk */

BalanceSeverity
balance_sheet_import_get_row_severity (BalanceSheetImport *self)
{
  return self->run->skip_bad_rows ? BALANCE_SEVERITY_WARNING : BALANCE_SEVERITY_ERROR;
}

char *
balance_span_dup_found (const char *text,
                        gsize       length)
{
  g_autofree char *valid = g_utf8_make_valid (text, (gssize) MIN (length, MAX_FOUND * 4));

  if (g_utf8_strlen (valid, -1) > MAX_FOUND || length > MAX_FOUND * 4)
    {
      g_autofree char *start = g_utf8_substring (valid, 0, MIN (MAX_FOUND, g_utf8_strlen (valid, -1)));

      return g_strconcat (start, "…", NULL);
    }

  return g_steal_pointer (&valid);
}

/* Where the value of an item stands; 0 if it has no column. */
static guint
get_column (BalanceSheetImport *self,
            const BalanceSheetItem *item)
{
  guint column = item->target.column;

  if (column == BALANCE_DERIVED)
    return 0;

  return column < self->outline->n_columns ? column + 1 : self->outline->places[column].column;
}

static guint
get_line (BalanceSheetImport *self,
          const BalanceSheetItem *item)
{
  guint column = item->target.column;

  if (column == BALANCE_DERIVED || column < self->outline->n_columns || self->outline->places[column].row == 0)
    return self->row;

  return self->outline->places[column].row;
}

static BalancePlace
get_place (BalanceSheetImport *self,
           const BalanceSheetItem *item)
{
  BalancePlace place = { .file = self->file, .sheet = self->sheet, .row = self->row };

  if (item != NULL)
    {
      place.field = item->target.field->id;
      place.column_name = item->name;
      place.row = get_line (self, item);
      place.column = get_column (self, item);
    }

  return place;
}

/* A problem of the row that has no arguments. */
static void
report_row (BalanceSheetImport *self,
            const BalanceSheetItem *item,
            const char         *kind,
            const char         *message_en,
            const char         *message_zh,
            const char         *remedy_en,
            const char         *remedy_zh)
{
  BalancePlace place = get_place (self, item);

  if (self->quiet)
    return;

  self->bad = TRUE;
  balance_problems_add_literal (self->run->problems, balance_sheet_import_get_row_severity (self), kind, &place,
                                message_en, message_zh, NULL, NULL, remedy_en, remedy_zh);
}

static void
report_header (BalanceSheetImport *self,
               const char         *kind,
               const char         *message_en,
               const char         *message_zh,
               const char         *remedy_en,
               const char         *remedy_zh)
{
  BalancePlace place = { .file = self->file, .sheet = self->sheet, .row = self->header_row };

  balance_problems_add_literal (self->run->problems, BALANCE_SEVERITY_ERROR, kind, &place,
                                message_en, message_zh, NULL, NULL, remedy_en, remedy_zh);
}

/* What stands in the cell; a value without a text is written. */
static char *
dup_found (const BalanceSheetItem *item)
{
  return item->length > 0 || !item->given ? balance_span_dup_found (item->text, item->length)
                                          : balance_decimal_to_string (&item->value);
}

static void
report_value (BalanceSheetImport *self,
              BalanceSheetItem   *item,
              BalanceFault        fault)
{
  BalancePlace place = get_place (self, item);
  g_autofree char *found = NULL;

  item->faulty = TRUE;
  if (self->quiet)
    return;

  self->bad = TRUE;
  place.found = found = balance_span_dup_found (item->text, item->length);
  balance_value_report (fault, item->target.field, balance_sheet_import_get_row_severity (self), &place,
                        self->run->problems);
}

/* ---- the header */

static BalanceSheetItem *
find_item (BalanceSheetImport *self,
           BalanceIdentity     identity)
{
  BalanceField *field = self->run->dictionary->identity[identity];

  for (guint i = 0; i < self->n_items; i++)
    if (field != NULL && self->items[i].target.field == field)
      return &self->items[i];

  return NULL;
}

static void
find_kind_stages (BalanceSheetImport *self)
{
  BalanceField *kind = self->run->dictionary->identity[BALANCE_ID_KIND];

  self->n_stages = balance_dictionary_get_n_stages (self->run->dictionary);
  self->stages = g_new0 (guint8, self->n_stages + 1);
  if (kind == NULL || kind->choices == NULL)
    return;

  self->kind_stages = g_new0 (guint8, (gsize) kind->choices->len * self->n_stages + 1);
  for (guint i = 0; i < kind->choices->len; i++)
    {
      const BalanceChoice *choice = g_ptr_array_index (kind->choices, i);

      for (guint j = 0; choice->stages != NULL && choice->stages[j] != NULL; j++)
        {
          int stage = balance_dictionary_find_stage (self->run->dictionary, choice->stages[j]);

          if (stage >= 0)
            self->kind_stages[i * self->n_stages + (guint) stage] = 1;
        }
    }
}

static gboolean
resolve_name (const char *name,
              gpointer    data,
              guint      *index)
{
  BalanceSheetImport *self = data;
  BalanceSheetOperand operand = { FALSE, 0 };
  gboolean found = FALSE;

  for (guint i = 0; i < self->header->n_columns && !found; i++)
    if (balance_names_is_meant (self->header->names[i], name))
      {
        operand.index = i;
        found = TRUE;
      }

  /* a derived field sees those that are derived before it */
  for (guint i = 0; i < self->n_items && !found; i++)
    if (self->items[i].target.stage < 0 && g_str_equal (self->items[i].target.field->id, name) &&
        (self->items[i].target.column != BALANCE_DERIVED || self->items[i].formula != NULL))
      {
        operand.is_item = TRUE;
        operand.index = i;
        found = TRUE;
      }

  if (!found)
    return FALSE;

  for (*index = 0; *index < self->operands->len; (*index)++)
    {
      const BalanceSheetOperand *known = &g_array_index (self->operands, BalanceSheetOperand, *index);

      if (known->is_item == operand.is_item && known->index == operand.index)
        return TRUE;
    }
  g_array_append_val (self->operands, operand);

  return TRUE;
}

static void
compile_map (BalanceSheetImport *self)
{
  BalanceMap *map = self->run->map;
  guint next = 0;

  self->operands = g_array_new (FALSE, TRUE, sizeof (BalanceSheetOperand));
  if (map == NULL)
    return;

  /* the derived targets stand in the order of the map */
  for (guint i = 0; i < self->n_items; i++)
    if (self->items[i].target.column == BALANCE_DERIVED)
      {
        const BalanceMapItem *item = g_ptr_array_index (map->derive, next++);

        self->items[i].formula = balance_row_formula_new (item->text, map->file, item->line, resolve_name, self,
                                                          self->run->problems);
      }

  if (map->skip != NULL)
    self->skip = balance_row_formula_new (map->skip, map->file, map->skip_line, resolve_name, self,
                                          self->run->problems);
  self->operand_values = g_new0 (BalanceRowValue, self->operands->len + 1);
}

static int
compare_texts (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static guint
number_form (BalanceSheetImport *self)
{
  g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GString) key = g_string_new (NULL);
  guint number;

  for (guint i = 0; i < self->n_items; i++)
    g_ptr_array_add (parts, g_strdup_printf ("%s.%d", self->items[i].target.field->id, self->items[i].target.stage));
  g_ptr_array_sort (parts, compare_texts);
  for (guint i = 0; i < parts->len; i++)
    g_string_append_printf (key, "%s\n", (const char *) g_ptr_array_index (parts, i));

  number = GPOINTER_TO_UINT (g_hash_table_lookup (self->run->forms, key->str));
  if (number == 0)
    {
      number = g_hash_table_size (self->run->forms) + 1;
      g_hash_table_insert (self->run->forms, g_strdup (key->str), GUINT_TO_POINTER (number));
    }

  return number;
}

static BalanceLevel
get_table (BalanceSheetImport *self,
           const BalanceSheetItem *item)
{
  BalanceField *field = item->target.field;

  if (balance_field_is_shared (field) && (self->form == BALANCE_TABLE_SECTIONS || item->target.stage >= 0))
    return BALANCE_LEVEL_SECTION;

  return field->level;
}

BalanceSheetImport *
balance_sheet_import_new (BalanceImportRun *run,
                          guint             source,
                          BalanceOutline   *outline,
                          gboolean          ragged)
{
  BalanceSheetImport *self = g_new0 (BalanceSheetImport, 1);
  const BalanceSource *from = g_ptr_array_index (run->sources, source);

  self->run = run;
  self->source = source;
  self->file = from->file;
  self->sheet = from->sheet;
  self->outline = outline;
  self->ragged = ragged;
  self->header_row = outline->last_row;
  self->header = balance_header_read (run->names, (const char *const *) outline->texts, outline->n_headers, outline->places,
                                      from->file, from->sheet, outline->last_row, run->problems);
  self->cells = g_new0 (BalanceSpan, outline->n_headers + 1);
  self->spans = g_array_new (FALSE, FALSE, sizeof (BalanceSpan));
  self->n_items = self->header->targets->len;
  self->items = g_new0 (BalanceSheetItem, self->n_items + 1);
  self->slots = g_array_new (FALSE, TRUE, sizeof (BalanceSheetSlot));

  for (guint i = 0; i < self->n_items; i++)
    {
      BalanceSheetItem *item = &self->items[i];

      item->target = g_array_index (self->header->targets, BalanceTarget, i);
      if (item->target.column != BALANCE_DERIVED)
        item->name = self->header->names[item->target.column];
      if (run->map != NULL)
        item->values = g_hash_table_lookup (run->map->values, item->target.field->id);
      if (item->target.field->type == BALANCE_FIELD_CHOICE)
        item->cache = g_new0 (BalanceCachedChoice, BALANCE_CHOICE_CACHE_SIZE);
    }

  return self;
}

void
balance_sheet_import_free (BalanceSheetImport *self)
{
  for (guint i = 0; i < self->n_items; i++)
    {
      g_clear_pointer (&self->items[i].formula, balance_row_formula_free);
      g_free (self->items[i].cache);
      g_free (self->items[i].filler);
    }
  for (guint i = 0; i < self->slots->len; i++)
    {
      BalanceSheetSlot *slot = &g_array_index (self->slots, BalanceSheetSlot, i);

      g_free (slot->cells);
      g_free (slot->districts);
      g_string_free (slot->district_text, TRUE);
      g_clear_pointer (&slot->by_name, g_hash_table_unref);
      g_clear_pointer (&slot->district_by_name, g_hash_table_unref);
    }
  g_array_unref (self->slots);
  g_clear_pointer (&self->operands, g_array_unref);
  g_clear_pointer (&self->skip, balance_row_formula_free);
  g_free (self->operand_values);
  g_free (self->kind_stages);
  g_free (self->stages);
  g_free (self->items);
  g_free (self->cells);
  g_array_unref (self->spans);
  balance_header_free (self->header);
  g_free (self->block_memory);
  g_free (self);
}

/* Columns that the form of the table has no place for. */
static void
check_levels (BalanceSheetImport *self)
{
  for (guint i = 0; i < self->n_items; i++)
    {
      const BalanceSheetItem *item = &self->items[i];
      BalancePlace place = get_place (self, item);

      if (item->target.column == BALANCE_DERIVED || item->target.column < self->outline->n_columns)
        place.row = self->header_row;
      place.found = item->name;
      if (self->form == BALANCE_TABLE_SECTIONS && item->target.stage >= 0)
        balance_problems_add_literal (self->run->problems, BALANCE_SEVERITY_ERROR, "stage-column", &place,
                                      "this column is for one stage, but the table has a column that names the stage of each row",
                                      "该列只属于一个学段，而表中另有一列指明每行的学段",
                                      NULL, NULL,
                                      "use one row for each stage, or columns for each stage, not both",
                                      "请只用一种形式：每个学段一行，或每个学段一列");
      else if (self->form >= BALANCE_TABLE_DISTRICTS && item->target.field->level < BALANCE_LEVEL_DISTRICT)
        balance_problems_add_literal (self->run->problems, BALANCE_SEVERITY_ERROR, "missing-school", &place,
                                      "this column is about schools, but no column says which school a row is about",
                                      "该列是学校数据，但没有指明学校的列",
                                      "a column 学校代码 (school_code) or 学校名称 (school_name)",
                                      "“学校代码”或“学校名称”列",
                                      "add the column, or name it in a map file",
                                      "请增加该列，或在映射文件中指定");
      else if (self->form == BALANCE_TABLE_REGION && item->target.field->level < BALANCE_LEVEL_REGION)
        balance_problems_add_literal (self->run->problems, BALANCE_SEVERITY_ERROR, "missing-district", &place,
                                      "this column is about districts, but no column says which district a row is about",
                                      "该列是区县数据，但没有指明区县的列",
                                      "a column 区县代码 (district_code) or 区县名称 (district_name)",
                                      "“区县代码”或“区县名称”列",
                                      "add the column, or name it in a map file",
                                      "请增加该列，或在映射文件中指定");
    }
}

gboolean
balance_sheet_import_begin (BalanceSheetImport *self)
{
  BalanceField *const *fields = self->run->dictionary->identity;
  guint n_errors = balance_problems_count (self->run->problems, BALANCE_SEVERITY_ERROR);
  BalanceSheetItem *district, *school;

  for (guint i = 0; i < BALANCE_N_IDS; i++)
    self->identity[i] = find_item (self, (BalanceIdentity) i);
  district = self->identity[BALANCE_ID_DISTRICT_CODE] != NULL ? self->identity[BALANCE_ID_DISTRICT_CODE]
                                                               : self->identity[BALANCE_ID_DISTRICT_NAME];
  school = self->identity[BALANCE_ID_SCHOOL_CODE] != NULL ? self->identity[BALANCE_ID_SCHOOL_CODE]
                                                           : self->identity[BALANCE_ID_SCHOOL_NAME];
  self->by_code = self->identity[BALANCE_ID_SCHOOL_CODE] != NULL;
  /* from here on the columns that say who a row is about */
  self->identity[BALANCE_ID_DISTRICT_CODE] = district;
  self->identity[BALANCE_ID_SCHOOL_CODE] = school;

  if (self->n_items == 0)
    {
      report_header (self, "no-known-column",
                     "none of the columns is known", "没有可识别的列",
                     "the first row must hold the headers: ids or titles of fields; `balance fields` lists them",
                     "第一行应为列名：数据项的标识或名称（用 balance fields 查看）");
      return FALSE;
    }

  if (self->identity[BALANCE_ID_STAGE] != NULL)
    self->form = BALANCE_TABLE_SECTIONS;
  else if (school != NULL)
    self->form = BALANCE_TABLE_SCHOOLS;
  else if (district != NULL)
    self->form = BALANCE_TABLE_DISTRICTS;
  else
    self->form = BALANCE_TABLE_REGION;

  if (self->form == BALANCE_TABLE_SECTIONS && school == NULL)
    report_header (self, "missing-school",
                   "no column says which school a row is about", "没有指明学校的列",
                   "add a column 学校代码 (school_code) or 学校名称 (school_name), or name it in a map file",
                   "请增加“学校代码”或“学校名称”列，或在映射文件中指定");
  if (self->form <= BALANCE_TABLE_SCHOOLS && district == NULL)
    report_header (self, "missing-district",
                   "no column says which district a school is in", "没有指明学校所在区县的列",
                   "add a column 区县代码 (district_code) or 区县名称 (district_name), name it in a map file, or write “区县代码：…” above the table",
                   "请增加“区县代码”或“区县名称”列，在映射文件中指定，或在表头上方注明“区县代码：……”");
  check_levels (self);

  find_kind_stages (self);
  compile_map (self);

  for (guint i = 0; i < self->n_items; i++)
    {
      BalanceSheetItem *item = &self->items[i];
      BalanceField *field = item->target.field;

      item->level = get_table (self, item);
      item->stored = field != fields[BALANCE_ID_YEAR] && field != fields[BALANCE_ID_DISTRICT_CODE] &&
                     field != fields[BALANCE_ID_SCHOOL_CODE] && field != fields[BALANCE_ID_STAGE];
      self->has_sections |= item->stored && item->level == BALANCE_LEVEL_SECTION;
    }

  self->form_number = number_form (self);
  if (self->source >= self->run->source_forms->len)
    g_array_set_size (self->run->source_forms, self->source + 1);
  g_array_index (self->run->source_forms, guint, self->source) = self->form_number;
  if (self->source >= self->run->source_kinds->len)
    g_array_set_size (self->run->source_kinds, self->source + 1);
  g_array_index (self->run->source_kinds, guint8, self->source) = (guint8) self->form;

  /* with the columns of identity missing the rows would only repeat it */
  return (self->form > BALANCE_TABLE_SCHOOLS || (district != NULL && school != NULL)) &&
         (self->form <= BALANCE_TABLE_SCHOOLS ||
          balance_problems_count (self->run->problems, BALANCE_SEVERITY_ERROR) == n_errors);
}

/* ---- rows */

static void
add_name (GHashTable *names,
          char       *key,
          guint       row)
{
  gpointer known = g_hash_table_lookup (names, key);

  g_hash_table_insert (names, key, known == NULL ? GUINT_TO_POINTER (row + 1) : GUINT_TO_POINTER (G_MAXUINT));
}

static char *
make_name_key (BalanceIntake *intake,
               guint32        district,
               const char    *name,
               gsize          length)
{
  g_autofree char *plain = balance_name_make_plain (name, length);

  return g_strdup_printf ("%s\n%s", balance_intake_get_name (intake, BALANCE_LEVEL_DISTRICT, district), plain);
}

/* Where this table has names and no codes, the codes are those that other tables gave with the names. */
static void
index_names (BalanceSheetImport *self,
             BalanceSheetSlot   *slot)
{
  BalanceIntake *intake = slot->intake;
  BalanceField *const *fields = self->run->dictionary->identity;
  const BalanceSheetItem *district = self->identity[BALANCE_ID_DISTRICT_CODE];

  if (district != NULL && district->target.field == fields[BALANCE_ID_DISTRICT_NAME])
    {
      const BalanceIntakeTable *table = &intake->tables[BALANCE_LEVEL_DISTRICT];
      const BalanceCells *names = table->by_field[district->target.field->index];

      slot->district_by_name = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      for (guint i = 0; names != NULL && i < table->n_rows; i++)
        if (balance_cells_has (names, i))
          {
            const char *name = g_ptr_array_index (intake->texts, balance_cells_get_raw (names, i));

            add_name (slot->district_by_name, balance_name_make_plain (name, strlen (name)), i);
          }
    }
  if (!self->by_code && self->identity[BALANCE_ID_SCHOOL_CODE] != NULL)
    {
      const BalanceIntakeTable *table = &intake->tables[BALANCE_LEVEL_SCHOOL];
      const BalanceCells *names = table->by_field[self->identity[BALANCE_ID_SCHOOL_CODE]->target.field->index];

      slot->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      for (guint i = 0; names != NULL && i < table->n_rows; i++)
        if (balance_cells_has (names, i))
          {
            const char *name = g_ptr_array_index (intake->texts, balance_cells_get_raw (names, i));

            add_name (slot->by_name,
                      make_name_key (intake, g_array_index (intake->school_district, guint32, i), name, strlen (name)), i);
          }
    }
}

void
balance_sheet_import_open_cells (BalanceSheetImport *self,
                                 BalanceSheetSlot   *slot)
{
  for (guint i = 0; i < self->n_items; i++)
    {
      const BalanceSheetItem *item = &self->items[i];

      slot->cells[i] = balance_intake_get_cells (slot->intake, item->level, item->target.field);
      if (item->target.column != BALANCE_DERIVED)
        balance_intake_set_column (slot->intake, slot->cells[i], self->source,
                                   item->target.stage, get_column (self, item));
    }
}

BalanceSheetSlot *
balance_sheet_import_get_slot (BalanceSheetImport *self,
                               int                 year)
{
  BalanceSheetSlot slot = { NULL };

  if (self->last_slot != NULL && self->last_slot->intake->year == year)
    return self->last_slot;

  for (guint i = 0; i < self->slots->len; i++)
    {
      self->last_slot = &g_array_index (self->slots, BalanceSheetSlot, i);
      if (self->last_slot->intake->year == year)
        return self->last_slot;
    }

  /* what is said about rows of two years comes in the order of the rows */
  balance_sheet_import_settle (self);
  for (guint i = 0; i < self->run->intakes->len && slot.intake == NULL; i++)
    {
      BalanceIntake *intake = g_ptr_array_index (self->run->intakes, i);

      if (intake->year == year)
        slot.intake = intake;
    }
  if (slot.intake == NULL)
    {
      slot.intake = balance_intake_new (self->run->dictionary, year, self->run->sources);
      slot.intake->n_threads = self->run->n_threads;
      g_ptr_array_add (self->run->intakes, slot.intake);
    }

  /* before this table adds its own rows */
  index_names (self, &slot);
  slot.cells = g_new0 (BalanceCells *, self->n_items + 1);
  slot.district_text = g_string_new (NULL);
  slot.district = BALANCE_NO_ROW;
  balance_sheet_import_open_cells (self, &slot);
  g_array_append_val (self->slots, slot);
  self->last_slot = &g_array_index (self->slots, BalanceSheetSlot, self->slots->len - 1);

  return self->last_slot;
}

static void
parse_choice (BalanceSheetItem *item)
{
  guint index = ((guint) item->length * 7 + (guchar) item->text[0] + (guchar) item->text[item->length - 1] * 3 +
                 (guchar) item->text[item->length / 2]) % BALANCE_CHOICE_CACHE_SIZE;
  BalanceCachedChoice *cached = &item->cache[index];

  item->value.scale = 0;
  if (item->length == cached->length && memcmp (item->text, cached->text, item->length) == 0)
    {
      item->value.digits = cached->code;
      return;
    }

  item->value.digits = balance_field_match_choice (item->target.field, item->text, (gssize) item->length);
  if (item->length <= BALANCE_CHOICE_CACHE_TEXT && item->value.digits >= 0)
    {
      cached->length = (guint8) item->length;
      memcpy (cached->text, item->text, item->length);
      cached->code = (int) item->value.digits;
    }
}

/* "—" is no value; one problem a column says how often. */
static void
note_filler (BalanceSheetImport *self,
             BalanceSheetItem   *item,
             BalanceFiller       kind)
{
  if (self->quiet)
    return;

  if (item->n_fillers++ == 0)
    {
      item->filler = balance_span_dup_found (item->text, item->length);
      item->filler_row = get_line (self, item);
      item->filler_kind = kind;
    }
  /* words may mean that there is none */
  item->filler_kind = MAX (item->filler_kind, kind);
}

static void
report_fillers (BalanceSheetImport *self)
{
  for (guint i = 0; i < self->n_items; i++)
    {
      const BalanceSheetItem *item = &self->items[i];
      BalancePlace place = get_place (self, item);
      BalanceText message = { NULL, NULL }, remedy = { NULL, NULL };

      if (item->n_fillers == 0)
        continue;
      place.row = item->filler_row;
      place.found = item->filler;
      balance_text_printf (&message, "“%s” is taken as missing (%u cells of this column)", "“%s”按缺失处理（该列共%u个单元格）",
                           item->filler, item->n_fillers);
      balance_text_set (&remedy, "write 0 where there is none", "如确为没有，请填0");
      balance_problems_add (self->run->problems,
                            item->filler_kind == BALANCE_FILLER_WORD ? BALANCE_SEVERITY_WARNING : BALANCE_SEVERITY_NOTE,
                            "taken-as-missing", &place, &message, NULL, &remedy);
    }
}

static gboolean
is_error_cell (const char *text,
               gsize       length)
{
  static const char *const errors[] = {
    "#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA",
  };

  if (length >= 3 && memcmp (text, "###", 3) == 0)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    if (length == strlen (errors[i]) && g_ascii_strncasecmp (text, errors[i], length) == 0)
      return TRUE;

  return FALSE;
}

static BalanceGridCellKind
get_cell_kind (BalanceSheetImport *self,
               const BalanceSheetItem *item)
{
  guint column = item->target.column;

  return self->grid_cells != NULL && column < self->n_grid_cells ? (BalanceGridCellKind) self->grid_cells[column].kind
                                                                  : BALANCE_GRID_CELL_PLAIN;
}

/* What a spreadsheet leaves in place of a value. TRUE if the cell has none. */
static gboolean
is_spreadsheet_relic (BalanceSheetImport *self,
                      BalanceSheetItem   *item)
{
  BalanceGridCellKind kind = get_cell_kind (self, item);
  BalancePlace place;
  g_autofree char *found = NULL;

  /* ="0123" keeps the zeros of a code */
  if (item->length > 3 && memcmp (item->text, "=\"", 2) == 0 && item->text[item->length - 1] == '"' &&
      memchr (item->text + 2, '"', item->length - 3) == NULL)
    {
      item->text += 2;
      item->length -= 3;
      return balance_value_trim (&item->text, &item->length);
    }
  if (item->text[0] == '\'' && item->length > 1 && g_ascii_isdigit (item->text[1]))
    {
      item->text++;
      item->length--;
      return FALSE;
    }
  if (kind != BALANCE_GRID_CELL_ERROR && kind != BALANCE_GRID_CELL_UNCOMPUTED)
    {
      if (item->text[0] == '\'' || (item->text[0] == '#' && !is_error_cell (item->text, item->length)) || item->length == 1)
        return FALSE;
      /* a text may begin so */
      if (item->text[0] == '=' && item->target.field->type == BALANCE_FIELD_TEXT)
        return FALSE;
    }
  if (self->quiet)
    return TRUE;

  place = get_place (self, item);
  place.found = found = balance_span_dup_found (item->text, item->length);
  if (kind == BALANCE_GRID_CELL_ERROR || (kind != BALANCE_GRID_CELL_UNCOMPUTED && item->text[0] == '#'))
    {
      balance_problems_add_literal (self->run->problems, BALANCE_SEVERITY_WARNING, "error-cell", &place,
                                    "the cell holds an error of the spreadsheet; it is taken as missing",
                                    "单元格为电子表格的错误值，按缺失处理",
                                    NULL, NULL,
                                    "correct the formula, or enter the value", "请改正公式，或直接填写数值");
    }
  else
    {
      item->faulty = TRUE;
      self->bad = TRUE;
      balance_problems_add_literal (self->run->problems, balance_sheet_import_get_row_severity (self), "uncomputed-formula", &place,
                                    "the cell holds a formula whose result was not saved",
                                    "单元格为公式，但文件中没有保存计算结果",
                                    NULL, NULL,
                                    "open the file in a spreadsheet program, let it calculate, and save it again",
                                    "请用电子表格软件打开文件，重新计算后保存");
    }

  return TRUE;
}

/* `item->text` is trimmed and not empty. */
static void
parse_item (BalanceSheetImport *self,
            BalanceSheetItem   *item)
{
  BalanceFault fault = BALANCE_FAULT_NONE;
  BalanceFiller filler;

  if (item->values != NULL)
    {
      g_autofree char *foreign = g_strndup (item->text, item->length);
      const char *ours = g_hash_table_lookup (item->values, foreign);

      if (ours != NULL)
        {
          item->text = ours;
          item->length = strlen (ours);
          if (item->length == 0)
            return;
        }
    }

  if (G_UNLIKELY (item->text[0] == '#' || item->text[0] == '=' || item->text[0] == '\'' ||
                  get_cell_kind (self, item) >= BALANCE_GRID_CELL_ERROR) &&
      is_spreadsheet_relic (self, item))
    return;

  item->given = TRUE;
  if (item->target.field->type == BALANCE_FIELD_TEXT)
    {
      if (G_UNLIKELY (item->length <= 3 && balance_value_is_filler (item->text, item->length) == BALANCE_FILLER_DASH))
        {
          note_filler (self, item, BALANCE_FILLER_DASH);
          item->given = FALSE;
        }
      return;
    }

  if (item->cache != NULL)
    {
      parse_choice (item);
      if (item->value.digits < 0)
        fault = BALANCE_FAULT_UNKNOWN_CHOICE;
    }
  else
    {
      fault = balance_value_parse_cell (self->run->dictionary, item->target.field, item->text, item->length,
                                        item->target.has_factor ? &item->target.factor : NULL, &item->value);
    }
  if (G_LIKELY (fault == BALANCE_FAULT_NONE))
    return;

  item->given = FALSE;
  filler = balance_value_is_filler (item->text, item->length);
  if (filler != BALANCE_FILLER_NONE)
    note_filler (self, item, filler);
  else
    report_value (self, item, fault);
}

static gboolean
is_blank (const BalanceSpan *cells,
          guint              from,
          guint              n)
{
  for (guint i = from; i < n; i++)
    {
      const char *text = cells[i].text;
      gsize length = cells[i].length;

      if (!balance_value_trim (&text, &length))
        return FALSE;
    }

  return TRUE;
}

/* Reads a foreign cell as a formula sees it. */
static void
read_operand (const BalanceSpan *cell,
              BalanceRowValue   *value)
{
  BalanceDecimal number;

  value->text = cell->text;
  value->length = cell->length;
  value->kind = BALANCE_ROW_TEXT;
  if (balance_value_trim (&value->text, &value->length))
    {
      value->kind = BALANCE_ROW_MISSING;
    }
  else if (balance_decimal_parse (value->text, (gssize) value->length, &number))
    {
      balance_decimal_normalize (&number);
      value->kind = BALANCE_ROW_NUMBER;
      value->numerator = number.digits;
      value->denominator = balance_power_of_ten (number.scale);
    }
}

static void
read_item (const BalanceSheetItem *item,
           BalanceRowValue *value)
{
  value->kind = BALANCE_ROW_MISSING;
  if (!item->given)
    return;

  switch (item->target.field->type)
    {
    case BALANCE_FIELD_TEXT:
      value->kind = BALANCE_ROW_TEXT;
      value->text = item->text;
      value->length = item->length;
      break;

    case BALANCE_FIELD_CHOICE:
      value->kind = BALANCE_ROW_TEXT;
      value->text = ((const BalanceChoice *) g_ptr_array_index (item->target.field->choices, item->value.digits))->id;
      value->length = strlen (value->text);
      break;

    case BALANCE_FIELD_FLAG:
    case BALANCE_FIELD_ATTESTED:
      value->kind = BALANCE_ROW_FLAG;
      value->numerator = item->value.digits;
      value->denominator = 1;
      break;

    case BALANCE_FIELD_COUNT:
    case BALANCE_FIELD_AMOUNT:
    case BALANCE_FIELD_NUMBER:
    case BALANCE_FIELD_SHARE:
    case BALANCE_FIELD_DATE:
    case BALANCE_FIELD_YEAR:
    default:
      value->kind = BALANCE_ROW_NUMBER;
      value->numerator = item->value.digits;
      value->denominator = balance_power_of_ten (item->value.scale);
      break;
    }
}

static gboolean
eval_formula (BalanceSheetImport      *self,
              const BalanceSheetItem  *item,
              const BalanceRowFormula *formula,
              const BalanceSpan       *cells,
              BalanceRowValue         *result)
{
  const char *why_en = NULL, *why_zh = NULL;
  BalanceText message = { NULL, NULL };
  BalancePlace place;

  for (guint i = 0; i < self->operands->len; i++)
    {
      const BalanceSheetOperand *operand = &g_array_index (self->operands, BalanceSheetOperand, i);

      if (operand->is_item)
        read_item (&self->items[operand->index], &self->operand_values[i]);
      else
        read_operand (&cells[operand->index], &self->operand_values[i]);
    }

  if (balance_row_formula_eval (formula, self->operand_values, result, &why_en, &why_zh))
    return TRUE;
  if (self->quiet)
    return FALSE;

  place = get_place (self, item);
  self->bad = TRUE;
  message.en = g_strdup_printf ("the formula of the map file gives no value: %s", why_en);
  message.zh = g_strdup_printf ("映射文件中的公式没有结果：%s", why_zh);
  balance_problems_add (self->run->problems, balance_sheet_import_get_row_severity (self), "no-result", &place,
                        &message, NULL, NULL);

  return FALSE;
}

/* A fraction as a decimal, if it is one. */
static gboolean
get_decimal (const BalanceRowValue *value,
             BalanceDecimal        *decimal)
{
  gint64 numerator = value->numerator, denominator = value->denominator;

  for (decimal->scale = 0; denominator != 1; decimal->scale++)
    {
      gint64 factor = denominator % 10 == 0 ? 10 : denominator % 5 == 0 ? 5 : denominator % 2 == 0 ? 2 : 0;

      if (factor == 0 || decimal->scale == BALANCE_DECIMAL_MAX_SCALE ||
          __builtin_mul_overflow (numerator, 10 / factor, &numerator))
        return FALSE;
      denominator /= factor;
    }
  decimal->digits = numerator;

  return TRUE;
}

static void
derive_item (BalanceSheetImport *self,
             BalanceSheetItem   *item,
             const BalanceSpan  *cells)
{
  BalanceFieldType type = item->target.field->type;
  BalanceRowValue result;
  BalanceFault fault;

  if (item->formula == NULL || !eval_formula (self, item, item->formula, cells, &result))
    return;

  switch (result.kind)
    {
    case BALANCE_ROW_TEXT:
      item->text = result.text;
      item->length = result.length;
      if (item->length > 0)
        parse_item (self, item);
      break;

    case BALANCE_ROW_FLAG:
    case BALANCE_ROW_NUMBER:
      if (!get_decimal (&result, &item->value))
        {
          report_row (self, item, "not-exact",
                      "the formula of the map file gives a number that is no decimal of 18 digits",
                      "映射文件中公式的结果不能写成18位以内的小数",
                      "round it in the formula", "请在公式中取整或保留小数位");
          break;
        }
      if (type == BALANCE_FIELD_TEXT || type == BALANCE_FIELD_CHOICE || type == BALANCE_FIELD_DATE ||
          ((type == BALANCE_FIELD_FLAG || type == BALANCE_FIELD_ATTESTED) && result.kind != BALANCE_ROW_FLAG))
        {
          report_row (self, item, "wrong-type",
                      "the formula of the map file gives a number where none is wanted",
                      "映射文件中公式的结果是数字，与数据项的类型不符",
                      "let the formula give a text", "请使公式的结果为文本");
          break;
        }

      fault = balance_value_check (item->target.field, &item->value);
      item->given = fault == BALANCE_FAULT_NONE;
      if (fault != BALANCE_FAULT_NONE)
        {
          g_autofree char *text = balance_decimal_to_string (&item->value);

          item->text = text;
          item->length = strlen (text);
          report_value (self, item, fault);
        }
      break;

    case BALANCE_ROW_MISSING:
    default:
      break;
    }
}

/* TRUE if the cell is a value that needs no text. */
static gboolean
take_value (BalanceSheetImport *self,
            BalanceSheetItem   *item)
{
  const BalanceValueColumn *column;
  BalanceFieldType type = item->target.field->type;
  BalanceFault fault = BALANCE_FAULT_NONE;
  g_autofree char *text = NULL;

  /* what the table lacks and others have given it is text */
  if (item->target.column >= self->outline->n_columns)
    return FALSE;
  column = &self->values[item->target.column];
  if (column->digits == NULL || column->scales[self->value_row] == BALANCE_NO_VALUE)
    return FALSE;

  item->value = (BalanceDecimal) { column->digits[self->value_row], column->scales[self->value_row] };
  if (type <= BALANCE_FIELD_SHARE)
    fault = balance_value_take (item->target.field, item->target.has_factor ? &item->target.factor : NULL, &item->value);
  item->given = fault == BALANCE_FAULT_NONE;
  if (item->given)
    return TRUE;

  item->value = (BalanceDecimal) { column->digits[self->value_row], column->scales[self->value_row] };
  item->text = text = balance_decimal_to_string (&item->value);
  item->length = strlen (text);
  report_value (self, item, fault);
  item->text = "";
  item->length = 0;

  return TRUE;
}

static void
parse_items (BalanceSheetImport *self,
             const BalanceSpan  *cells)
{
  for (guint i = 0; i < self->n_items; i++)
    {
      BalanceSheetItem *item = &self->items[i];

      item->given = FALSE;
      item->faulty = FALSE;
      item->stage = item->target.stage;
      item->text = "";
      item->length = 0;
      if (item->target.column == BALANCE_DERIVED)
        {
          derive_item (self, item, cells);
          continue;
        }
      if (self->values != NULL && take_value (self, item))
        continue;

      item->text = cells[item->target.column].text;
      item->length = cells[item->target.column].length;
      if (!balance_value_trim (&item->text, &item->length))
        parse_item (self, item);
    }
}

/* Rows that the map does not want may hold anything, so nothing is said about their cells. */
static gboolean
is_left_out (BalanceSheetImport *self,
             const BalanceSpan  *cells)
{
  BalanceRowValue result;

  self->quiet = TRUE;
  parse_items (self, cells);
  self->quiet = FALSE;

  return eval_formula (self, NULL, self->skip, cells, &result) &&
         result.kind == BALANCE_ROW_FLAG && result.numerator != 0;
}

static void
mark_skipped (BalanceSheetImport *self,
              BalanceSheetSlot   *slot)
{
  const BalanceSheetItem *district = self->identity[BALANCE_ID_DISTRICT_CODE];

  if (!self->run->skip_bad_rows)
    return;

  self->n_skipped++;
  if (slot == NULL)
    {
      self->run->skipped = TRUE;
    }
  else if (district != NULL && district->given)
    {
      guint32 row = balance_intake_add_district (slot->intake, district->text, district->length);

      balance_intake_touch (slot->intake, BALANCE_LEVEL_DISTRICT, row, self->source, self->row);
      g_array_index (slot->intake->district_skipped, guint8, row) = 1;
    }
  else
    {
      slot->intake->skipped = TRUE;
    }
}

void
balance_sheet_import_skip (BalanceSheetImport *self)
{
  balance_sheet_import_settle (self);
  self->n_rows++;
  mark_skipped (self, NULL);
}

static char *
dup_value_text (BalanceIntake        *intake,
                BalanceField         *field,
                const BalanceDecimal *value)
{
  switch (field->type)
    {
    case BALANCE_FIELD_TEXT:
      return balance_span_dup_found (g_ptr_array_index (intake->texts, value->digits),
                                     strlen (g_ptr_array_index (intake->texts, value->digits)));
    case BALANCE_FIELD_CHOICE:
      return g_strdup (((const BalanceChoice *) g_ptr_array_index (field->choices, value->digits))->id);
    case BALANCE_FIELD_DATE:
      return balance_date_to_string ((gint32) value->digits);
    case BALANCE_FIELD_COUNT:
    case BALANCE_FIELD_AMOUNT:
    case BALANCE_FIELD_NUMBER:
    case BALANCE_FIELD_SHARE:
    case BALANCE_FIELD_FLAG:
    case BALANCE_FIELD_ATTESTED:
    case BALANCE_FIELD_YEAR:
    default:
      return balance_decimal_to_string (value);
    }
}

/* "row 5, column 3", with the file where it is another one */
static void
describe_cell (BalanceSheetImport *self,
               guint               source,
               guint               row,
               guint               column,
               BalanceText        *text)
{
  const BalanceSource *from = g_ptr_array_index (self->run->sources, source);
  gboolean here = source == self->source;
  g_autofree char *name = from->sheet != NULL ? g_strconcat (from->file, "!", from->sheet, NULL) : g_strdup (from->file);
  g_autofree char *column_en = column != 0 ? g_strdup_printf (", column %u", column) : g_strdup ("");
  g_autofree char *column_zh = column != 0 ? g_strdup_printf ("第%u列", column) : g_strdup ("");

  text->en = g_strdup_printf ("row %u%s%s%s", row, column_en, here ? "" : " of ", here ? "" : name);
  text->zh = g_strdup_printf ("%s第%u行%s", here ? "" : name, row, column_zh);
}

static void
report_disagreement (BalanceSheetImport *self,
                     BalanceSheetSlot   *slot,
                     const BalanceSheetItem *item,
                     const BalanceCells *cells,
                     guint32             row)
{
  BalancePlace place = get_place (self, item);
  BalanceDecimal known = { 0, 0 };
  BalanceField *field = item->target.field;
  g_autofree char *ours = dup_value_text (slot->intake, field, &item->value);
  g_autofree char *theirs = NULL;
  BalanceText message = { NULL, NULL }, remedy = { NULL, NULL }, where = { NULL, NULL };
  guint source = 0, other_row = 0, column = 0;

  balance_cells_get (cells, row, &known);
  theirs = dup_value_text (slot->intake, field, &known);
  if (self->n_looked_up++ < MAX_LOOKED_UP)
    balance_intake_find_cell (slot->intake, item->level, cells, row, &source, &other_row, &column);
  if (other_row != 0)
    describe_cell (self, source, other_row, column, &where);
  else
    balance_text_set (&where, "another row", "另一行");

  self->bad = TRUE;
  place.found = ours;
  message.en = g_strdup_printf ("%s of %s: “%s” here, but “%s” in %s",
                                balance_text_get (&field->title, BALANCE_LANGUAGE_EN),
                                balance_intake_get_name (slot->intake, item->level, row), ours, theirs, where.en);
  message.zh = g_strdup_printf ("%2$s的%1$s：此处为“%3$s”，%5$s为“%4$s”",
                                balance_text_get (&field->title, BALANCE_LANGUAGE_ZH),
                                balance_intake_get_name (slot->intake, item->level, row), ours, theirs, where.zh);
  balance_text_set (&remedy, "correct one of the two; if these are different ones, give them different codes",
                    "请改正其中一处；如不是同一个单位，请使用不同的代码");
  balance_problems_add (self->run->problems, balance_sheet_import_get_row_severity (self), "disagreement", &place,
                        &message, NULL, &remedy);
  balance_text_clear (&where);
}

/* 3.30102E+09: what is left of a code of many digits that a spreadsheet program took for a number. */
static gboolean
was_number (const char *code)
{
  const char *end = code + strspn (code, "0123456789.");

  return end > code && (*end == 'E' || *end == 'e') && end[1] == '+' && end[2] != '\0' && end[2 + strspn (end + 2, "0123456789")] == '\0';
}

static void
report_duplicate (BalanceSheetImport *self,
                  BalanceSheetSlot   *slot,
                  BalanceLevel        level,
                  guint32             row)
{
  const BalanceIntakeTable *table = &slot->intake->tables[level];
  BalancePlace place = get_place (self, level == BALANCE_LEVEL_SECTION ? self->identity[BALANCE_ID_STAGE] : NULL);
  const char *code = balance_intake_get_name (slot->intake, level, row);
  BalanceText message = { NULL, NULL }, remedy = { NULL, NULL }, where = { NULL, NULL };
  const char *kind;

  describe_cell (self, balance_intake_get_source (table, row) - 1, table->seen_line[row], 0, &where);
  self->bad = TRUE;
  place.found = code;

  if (level == BALANCE_LEVEL_SECTION)
    {
      const BalanceChoice *stage = balance_dictionary_get_stage (self->run->dictionary,
                                                                 g_array_index (slot->intake->section_stage, guint8, row));

      kind = "duplicate-section";
      message.en = g_strdup_printf ("stage %s of school %s stands here and in %s",
                                    balance_text_get (&stage->title, BALANCE_LANGUAGE_EN), code, where.en);
      message.zh = g_strdup_printf ("学校%2$s的%1$s学段在本行和%3$s重复",
                                    balance_text_get (&stage->title, BALANCE_LANGUAGE_ZH), code, where.zh);
    }
  else if (level == BALANCE_LEVEL_SCHOOL)
    {
      kind = "duplicate-school";
      message.en = g_strdup_printf ("school %s stands here and in %s", code, where.en);
      message.zh = g_strdup_printf ("学校%s在本行和%s重复", code, where.zh);
    }
  else
    {
      kind = level == BALANCE_LEVEL_DISTRICT ? "duplicate-district" : "duplicate-region";
      message.en = g_strdup_printf ("%s stands here and in %s", level == BALANCE_LEVEL_DISTRICT ? code : "the region", where.en);
      message.zh = g_strdup_printf ("%s在本行和%s重复", level == BALANCE_LEVEL_DISTRICT ? code : "区域", where.zh);
    }

  if (was_number (code))
    balance_text_set (&remedy, "a spreadsheet program made numbers of the codes and their digits are lost: take the codes from their source again "
                               "and keep the column as text",
                      "代码被电子表格改写成了科学计数法，原有数字已经丢失；请从原始资料重新取得代码，并将该列设为文本格式");
  else
    balance_text_set (&remedy, "remove one of the rows, or correct its code",
                      "请删除其中一行，或改正代码");
  balance_problems_add (self->run->problems, balance_sheet_import_get_row_severity (self), kind, &place,
                        &message, NULL, &remedy);
  balance_text_clear (&where);
}

/* Was the row named by this table already, or by another one of the same columns? */
static gboolean
check_duplicate (BalanceSheetImport *self,
                 BalanceSheetSlot   *slot,
                 BalanceLevel        level,
                 guint32             row)
{
  guint seen = row != BALANCE_NO_ROW ? balance_intake_get_source (&slot->intake->tables[level], row) : 0;

  if (seen != 0 &&
      (seen == self->source + 1 ||
       g_array_index (self->run->source_forms, guint, seen - 1) == self->form_number))
    {
      report_duplicate (self, slot, level, row);
      return TRUE;
    }

  return FALSE;
}

/* The kind of the school, from this row or one before; -1 if it is not known. */
static int
get_kind (BalanceSheetImport *self,
          BalanceSheetSlot   *slot,
          guint32             school)
{
  const BalanceSheetItem *item = self->identity[BALANCE_ID_KIND];
  BalanceField *field = self->run->dictionary->identity[BALANCE_ID_KIND];
  const BalanceCells *cells;

  if (item != NULL && item->given)
    return (int) item->value.digits;
  if (field == NULL || school == BALANCE_NO_ROW)
    return -1;

  cells = slot->intake->tables[BALANCE_LEVEL_SCHOOL].by_field[field->index];

  return cells != NULL && balance_cells_has (cells, school) ? (int) balance_cells_get_raw (cells, school) : -1;
}

static void
report_stage_unclear (BalanceSheetImport *self,
                      const BalanceSheetItem *item)
{
  BalanceField *field = item->target.field;
  BalancePlace place = get_place (self, item);
  g_autofree char *found = dup_found (item);
  g_autoptr(GString) en = g_string_new (NULL);
  g_autoptr(GString) zh = g_string_new (NULL);
  BalanceText message = { NULL, NULL }, remedy = { NULL, NULL };

  for (guint i = 0; i < self->n_stages; i++)
    {
      const BalanceChoice *stage = balance_dictionary_get_stage (self->run->dictionary, i);
      g_autofree char *name_en = NULL, *name_zh = NULL;

      if (stage->holds != NULL)
        continue;
      name_en = balance_header_for_stage (field, stage, BALANCE_LANGUAGE_EN);
      name_zh = balance_header_for_stage (field, stage, BALANCE_LANGUAGE_ZH);
      g_string_append_printf (en, "%s%s", en->len > 0 ? ", " : "", name_en);
      g_string_append_printf (zh, "%s%s", zh->len > 0 ? "、" : "", name_zh);
    }

  self->bad = TRUE;
  place.found = found;
  message.en = g_strdup_printf ("%s is a figure of one stage, but the kind of the school does not tell of which",
                                balance_text_get (&field->title, BALANCE_LANGUAGE_EN));
  message.zh = g_strdup_printf ("%s应分学段填写，但从学校类型不能确定属于哪个学段",
                                balance_text_get (&field->title, BALANCE_LANGUAGE_ZH));
  remedy.en = g_strdup_printf ("use a column for each stage (%s) or a row for each stage; for schools of one stage give their kind", en->str);
  remedy.zh = g_strdup_printf ("请分学段设列（%s），或每个学段一行；只有一个学段的学校请填写学校类型", zh->str);
  balance_problems_add (self->run->problems, balance_sheet_import_get_row_severity (self), "stage-unclear", &place,
                        &message, NULL, &remedy);
}

static void
warn_unusual_stage (BalanceSheetImport *self,
                    const BalanceSheetItem *item,
                    int                 kind)
{
  BalancePlace place = get_place (self, item);
  const BalanceChoice *choice = g_ptr_array_index (self->run->dictionary->identity[BALANCE_ID_KIND]->choices, kind);
  const BalanceChoice *stage = balance_dictionary_get_stage (self->run->dictionary, (guint) item->stage);
  g_autofree char *found = dup_found (item);
  BalanceText message = { NULL, NULL }, remedy = { NULL, NULL };

  place.found = found;
  message.en = g_strdup_printf ("a school of kind %s has no stage %s, but here is a figure for it; the stage is taken in",
                                balance_text_get (&choice->title, BALANCE_LANGUAGE_EN),
                                balance_text_get (&stage->title, BALANCE_LANGUAGE_EN));
  message.zh = g_strdup_printf ("类型为%s的学校没有%s学段，但此处有数值；已按有该学段处理",
                                balance_text_get (&choice->title, BALANCE_LANGUAGE_ZH),
                                balance_text_get (&stage->title, BALANCE_LANGUAGE_ZH));
  balance_text_set (&remedy, "check the kind of the school and the figure", "请核对学校类型和该数值");
  balance_problems_add (self->run->problems, BALANCE_SEVERITY_WARNING, "unusual-stage", &place, &message, NULL, &remedy);
}

/* Which stages the school of the row has: those of its kind, those with a figure, and where both say
 * nothing those with a zero. */
static void
find_stages (BalanceSheetImport *self,
             BalanceSheetSlot   *slot,
             guint32             school)
{
  int kind = get_kind (self, slot, school);
  const guint8 *usual = kind >= 0 ? self->kind_stages + (guint) kind * self->n_stages : NULL;
  int only = -1;
  guint n = 0;

  memset (self->stages, 0, self->n_stages);
  if (!self->has_sections)
    return;

  for (guint i = 0; usual != NULL && i < self->n_stages; i++)
    if (usual[i])
      {
        self->stages[i] = 1;
        only = (int) i;
        n++;
      }
  if (n > 1)
    only = -1;

  for (guint i = 0; i < self->n_items; i++)
    {
      BalanceSheetItem *item = &self->items[i];

      if (item->level != BALANCE_LEVEL_SECTION || !item->stored || !item->given)
        continue;

      if (item->stage < 0)
        {
          item->stage = only;
          if (only < 0)
            {
              report_stage_unclear (self, item);
              item->given = FALSE;
              continue;
            }
        }
      if (item->value.digits != 0 && !self->stages[item->stage])
        {
          if (usual != NULL && n > 0)
            warn_unusual_stage (self, item, kind);
          self->stages[item->stage] = 1;
        }
    }

  for (guint i = 0; i < self->n_stages; i++)
    if (self->stages[i])
      return;
  for (guint i = 0; i < self->n_items; i++)
    {
      const BalanceSheetItem *item = &self->items[i];

      if (item->level == BALANCE_LEVEL_SECTION && item->stored && item->given)
        self->stages[item->stage] = 1;
    }
}

typedef struct
{
  guint32 district, school, section;
} Rows;

static guint32
get_row (BalanceSheetImport *self,
         BalanceSheetSlot   *slot,
         const Rows         *rows,
         const BalanceSheetItem *item)
{
  switch (item->level)
    {
    case BALANCE_LEVEL_SECTION:
      if (self->form == BALANCE_TABLE_SECTIONS)
        return rows->section;
      if (rows->school == BALANCE_NO_ROW || item->stage < 0)
        return BALANCE_NO_ROW;
      return balance_intake_find_section (slot->intake, rows->school, (guint) item->stage);
    case BALANCE_LEVEL_SCHOOL:
      return rows->school;
    case BALANCE_LEVEL_DISTRICT:
      return rows->district;
    case BALANCE_LEVEL_REGION:
      return slot->intake->tables[BALANCE_LEVEL_REGION].n_rows > 0 ? 0 : BALANCE_NO_ROW;
    case BALANCE_LEVEL_STAGE:
    default:
      return BALANCE_NO_ROW;
    }
}

static void
find_rows (BalanceSheetImport *self,
           BalanceSheetSlot   *slot,
           Rows               *rows)
{
  const BalanceSheetItem *district = self->identity[BALANCE_ID_DISTRICT_CODE];
  const BalanceSheetItem *school = self->identity[BALANCE_ID_SCHOOL_CODE];
  const BalanceSheetItem *stage = self->identity[BALANCE_ID_STAGE];

  rows->district = rows->school = rows->section = BALANCE_NO_ROW;
  if (self->form == BALANCE_TABLE_REGION || !district->given)
    return;

  rows->district = balance_intake_find_district (slot->intake, district->text, district->length);
  if (self->form > BALANCE_TABLE_SCHOOLS || !school->given || rows->district == BALANCE_NO_ROW)
    return;
  rows->school = balance_intake_find_school (slot->intake, rows->district, school->text, school->length);
  if (self->form == BALANCE_TABLE_SECTIONS && stage->given && rows->school != BALANCE_NO_ROW)
    rows->section = balance_intake_find_section (slot->intake, rows->school, (guint) stage->value.digits);
}

void
balance_sheet_import_warn_namesake (BalanceSheetImport *self,
                                    BalanceSheetSlot   *slot,
                                    guint32             school)
{
  guint32 other = balance_intake_find_namesake (slot->intake, school);
  BalancePlace place = get_place (self, self->identity[BALANCE_ID_SCHOOL_CODE]);
  BalanceText message = { NULL, NULL }, remedy = { NULL, NULL };
  const char *code, *district;

  if (other == BALANCE_NO_ROW)
    return;

  code = balance_intake_get_name (slot->intake, BALANCE_LEVEL_SCHOOL, school);
  district = balance_intake_get_name (slot->intake, BALANCE_LEVEL_DISTRICT,
                                      g_array_index (slot->intake->school_district, guint32, other));
  place.found = code;
  balance_text_printf (&message,
                       "the school code %s stands in the district %s too; they are taken as two schools",
                       "学校代码%s在区县%s中也出现，按两所学校处理", code, district);
  balance_text_set (&remedy, "check the codes of the school and the district", "请核对学校代码和区县代码");
  balance_problems_add (self->run->problems, BALANCE_SEVERITY_WARNING, "school-in-two-districts", &place,
                        &message, NULL, &remedy);
}

static void
make_rows (BalanceSheetImport *self,
           BalanceSheetSlot   *slot,
           Rows               *rows)
{
  const BalanceSheetItem *district = self->identity[BALANCE_ID_DISTRICT_CODE];
  const BalanceSheetItem *school = self->identity[BALANCE_ID_SCHOOL_CODE];
  const BalanceSheetItem *stage = self->identity[BALANCE_ID_STAGE];

  rows->district = rows->school = rows->section = BALANCE_NO_ROW;
  balance_intake_add_region (slot->intake);
  if (self->form == BALANCE_TABLE_REGION || !district->given)
    return;

  /* rows of a district mostly stand together */
  if (slot->district == BALANCE_NO_ROW || slot->district_text->len != district->length ||
      memcmp (slot->district_text->str, district->text, district->length) != 0)
    {
      slot->district = balance_intake_add_district (slot->intake, district->text, district->length);
      g_string_truncate (slot->district_text, 0);
      g_string_append_len (slot->district_text, district->text, (gssize) district->length);
    }
  rows->district = slot->district;
  if (self->form > BALANCE_TABLE_SCHOOLS || !school->given)
    return;

  {
    guint n = slot->intake->tables[BALANCE_LEVEL_SCHOOL].n_rows;

    rows->school = balance_intake_add_school (slot->intake, rows->district, school->text, school->length);
    if (self->by_code && rows->school == n)
      balance_sheet_import_warn_namesake (self, slot, rows->school);
  }
  if (self->form == BALANCE_TABLE_SECTIONS && stage->given)
    rows->section = balance_intake_add_section (slot->intake, rows->school, (guint) stage->value.digits);
}

static void
touch_rows (BalanceSheetImport *self,
            BalanceSheetSlot   *slot,
            const Rows         *rows)
{
  balance_intake_touch (slot->intake, BALANCE_LEVEL_REGION, 0, self->source, self->row);
  if (rows->district != BALANCE_NO_ROW)
    balance_intake_touch (slot->intake, BALANCE_LEVEL_DISTRICT, rows->district, self->source, self->row);
  if (rows->school != BALANCE_NO_ROW)
    balance_intake_touch (slot->intake, BALANCE_LEVEL_SCHOOL, rows->school, self->source, self->row);
  if (rows->section != BALANCE_NO_ROW)
    balance_intake_touch (slot->intake, BALANCE_LEVEL_SECTION, rows->section, self->source, self->row);

  if (self->form != BALANCE_TABLE_SCHOOLS || rows->school == BALANCE_NO_ROW)
    return;
  for (guint i = 0; i < self->n_stages; i++)
    if (self->stages[i])
      balance_intake_touch (slot->intake, BALANCE_LEVEL_SECTION,
                            balance_intake_add_section (slot->intake, rows->school, i), self->source, self->row);
}

static void
check_identity (BalanceSheetImport *self)
{
  const BalanceSheetItem *district = self->identity[BALANCE_ID_DISTRICT_CODE];
  const BalanceSheetItem *school = self->identity[BALANCE_ID_SCHOOL_CODE];
  const BalanceSheetItem *stage = self->identity[BALANCE_ID_STAGE];

  if (self->form != BALANCE_TABLE_REGION && !district->given)
    report_row (self, district, "missing-district",
                "the row names no district", "本行没有指明区县",
                "fill in the district", "请填写区县");
  if (self->form <= BALANCE_TABLE_SCHOOLS && !school->given)
    report_row (self, school, "missing-school",
                "the row names no school", "本行没有指明学校",
                "fill in the school, or remove the row", "请填写学校，或删除本行");
  if (self->form == BALANCE_TABLE_SECTIONS && !stage->given && !stage->faulty)
    report_row (self, stage, "missing-stage",
                "the row names no stage", "本行没有指明学段",
                "fill in the stage", "请填写学段");
}

static void
check_rows (BalanceSheetImport *self,
            BalanceSheetSlot   *slot,
            const Rows         *rows)
{
  gboolean duplicate;

  if (self->form == BALANCE_TABLE_SECTIONS)
    duplicate = check_duplicate (self, slot, BALANCE_LEVEL_SECTION, rows->section);
  else if (self->form == BALANCE_TABLE_SCHOOLS)
    duplicate = check_duplicate (self, slot, BALANCE_LEVEL_SCHOOL, rows->school);
  else if (self->form == BALANCE_TABLE_DISTRICTS)
    duplicate = check_duplicate (self, slot, BALANCE_LEVEL_DISTRICT, rows->district);
  else
    duplicate = check_duplicate (self, slot, BALANCE_LEVEL_REGION, get_row (self, slot, rows, &self->items[0]));

  /* that the row stands twice says it for all of its cells */
  if (duplicate)
    return;

  for (guint i = 0; i < self->n_items; i++)
    {
      const BalanceSheetItem *item = &self->items[i];
      guint32 row;

      if (!item->given || !item->stored)
        continue;

      row = get_row (self, slot, rows, item);
      if (row != BALANCE_NO_ROW && balance_cells_differ (slot->cells[i], row, &item->value))
        report_disagreement (self, slot, item, slot->cells[i], row);
    }
}

static gboolean
check_shape (BalanceSheetImport *self,
             const BalanceSpan  *cells,
             guint               n_cells)
{
  guint n = self->outline->n_columns;
  BalancePlace place = get_place (self, NULL);
  BalanceText message = { NULL, NULL }, remedy = { NULL, NULL };

  if (n_cells == n || (self->ragged && n_cells < n) || (n_cells > n && is_blank (cells, n, n_cells)))
    return TRUE;

  balance_text_printf (&message, "the row has %u cells, the header has %u", "本行有%u个单元格，表头有%u个", n_cells, n);
  balance_text_set (&remedy, "look for a missing or extra separator or quote in this row", "请检查本行是否多了或少了分隔符、引号");
  balance_problems_add (self->run->problems, balance_sheet_import_get_row_severity (self),
                        n_cells < n ? "too-few-cells" : "too-many-cells", &place, &message, NULL, &remedy);

  return FALSE;
}

/* Once a table: values under no header would be lost in silence. */
static void
check_untitled (BalanceSheetImport *self,
                const BalanceSpan  *cells)
{
  for (guint i = 0; i < self->outline->n_columns && !self->untitled_reported; i++)
    {
      const char *text = cells[i].text;
      gsize length = cells[i].length;

      if (*self->header->names[i] == '\0' && !balance_value_trim (&text, &length))
        {
          BalancePlace place = get_place (self, NULL);
          g_autofree char *found = balance_span_dup_found (text, length);

          place.column = i + 1;
          place.found = found;
          self->untitled_reported = TRUE;
          balance_problems_add_literal (self->run->problems, BALANCE_SEVERITY_WARNING, "unknown-column", &place,
                                        "the column has values but no header; it is not used",
                                        "该列有数值但没有列名，未使用",
                                        NULL, NULL,
                                        "give the column a header, or remove it", "请填写列名，或删除该列");
        }
    }
}

static const struct
{
  const char      *kind;
  BalanceSeverity  severity;
  const char      *message_en, *message_zh;
} row_classes[] = {
  [BALANCE_ROW_TOTAL] = {
    "total-row", BALANCE_SEVERITY_NOTE,
    "the row is a total and is not read", "本行是合计行，不读取",
  },
  [BALANCE_ROW_NOTE] = {
    "note-row", BALANCE_SEVERITY_NOTE,
    "the row is a note or signature and is not read", "本行是说明或签章，不读取",
  },
  [BALANCE_ROW_REPEATED] = {
    "repeated-header", BALANCE_SEVERITY_NOTE,
    "the row repeats the headers or the title and is not read", "本行是重复的表头或标题，不读取",
  },
  [BALANCE_ROW_CODES] = {
    "code-row", BALANCE_SEVERITY_NOTE,
    "the row numbers the columns and is not read", "本行是栏次编号，不读取",
  },
  [BALANCE_ROW_HEADING] = {
    "heading-row", BALANCE_SEVERITY_WARNING,
    "the row holds a single text; it is taken for a heading and is not read", "本行只有一个文字单元格，按小标题处理，不读取",
  },
};

/* TRUE if the row is no data. */
static gboolean
is_no_data (BalanceSheetImport *self,
            const BalanceSpan  *cells,
            guint               n_cells)
{
  BalanceRowClass class = balance_outline_classify (self->outline, cells, n_cells);
  BalancePlace place = get_place (self, NULL);
  g_autofree char *found = NULL;

  if (G_LIKELY (class == BALANCE_ROW_DATA))
    return FALSE;

  for (guint i = 0; i < n_cells && found == NULL; i++)
    {
      const char *text = cells[i].text;
      gsize length = cells[i].length;

      if (!balance_value_trim (&text, &length))
        {
          place.column = i + 1;
          found = balance_span_dup_found (text, length);
        }
    }
  place.found = found;
  balance_problems_add_literal (self->run->problems, row_classes[class].severity, row_classes[class].kind, &place,
                                row_classes[class].message_en, row_classes[class].message_zh, NULL, NULL, NULL, NULL);

  return TRUE;
}

static void
take_code (BalanceIntake *intake,
           BalanceLevel   level,
           guint32        row,
           BalanceSheetItem *item)
{
  const BalanceCells *names = intake->tables[level].by_field[item->target.field->index];

  item->text = balance_intake_get_name (intake, level, row);
  item->length = strlen (item->text);
  /* the name as it was written there, so that blanks within it are no disagreement */
  item->value.digits = balance_cells_get_raw (names, row);
}

/* Replaces names of districts and schools by the codes that other tables gave them. */
static void
resolve_names (BalanceSheetImport *self,
               BalanceSheetSlot   *slot)
{
  BalanceSheetItem *district = self->identity[BALANCE_ID_DISTRICT_CODE];
  BalanceSheetItem *school = self->identity[BALANCE_ID_SCHOOL_CODE];
  guint32 district_row;
  g_autofree char *key = NULL;
  guint found;

  if (slot->district_by_name != NULL && g_hash_table_size (slot->district_by_name) > 0 && district->given)
    {
      g_autofree char *plain = balance_name_make_plain (district->text, district->length);

      found = GPOINTER_TO_UINT (g_hash_table_lookup (slot->district_by_name, plain));
      if (found != 0 && found != G_MAXUINT)
        take_code (slot->intake, BALANCE_LEVEL_DISTRICT, found - 1, district);
      else if (found == G_MAXUINT)
        report_row (self, district, "ambiguous-name",
                    "several districts have this name", "有多个区县同名",
                    "add a column with the codes of the districts", "请增加区县代码列");
    }
  if (slot->by_name == NULL || g_hash_table_size (slot->by_name) == 0 || !school->given || !district->given)
    return;

  district_row = balance_intake_find_district (slot->intake, district->text, district->length);
  if (district_row == BALANCE_NO_ROW)
    return;
  key = make_name_key (slot->intake, district_row, school->text, school->length);
  found = GPOINTER_TO_UINT (g_hash_table_lookup (slot->by_name, key));
  if (found == G_MAXUINT)
    {
      report_row (self, school, "ambiguous-name",
                  "several schools of the district have this name", "该区县有多所学校同名",
                  "add a column with the codes of the schools", "请增加学校代码列");
    }
  else if (found != 0)
    {
      take_code (slot->intake, BALANCE_LEVEL_SCHOOL, found - 1, school);
      self->n_joined++;
    }
  else
    {
      BalancePlace place = get_place (self, school);
      g_autofree char *text = balance_span_dup_found (school->text, school->length);

      place.found = text;
      balance_problems_add_literal (self->run->problems, BALANCE_SEVERITY_WARNING, "name-not-found", &place,
                                    "the table has no codes, and no school of the other tables has this name; it is taken as another school",
                                    "本表没有学校代码，其他表中也没有同名学校，按另一所学校处理",
                                    NULL, NULL,
                                    "write the name as in the other tables, or add the codes", "请与其他表使用相同的校名，或增加学校代码列");
    }
}

static void
intern_items (BalanceSheetImport *self,
              BalanceSheetSlot   *slot)
{
  for (guint i = 0; i < self->n_items; i++)
    {
      BalanceSheetItem *item = &self->items[i];

      if (item->given && item->stored && item->target.field->type == BALANCE_FIELD_TEXT)
        {
          item->value.digits = balance_intake_intern (slot->intake, item->text, item->length);
          item->value.scale = 0;
        }
    }
}

/* Of a row that names a year, and maybe more. */
static void
put_items (BalanceSheetImport *self,
           BalanceSheetSlot   *slot)
{
  Rows rows;

  resolve_names (self, slot);
  /* a row that may be left out must leave no trace before it is known to be good */
  if (self->run->skip_bad_rows)
    find_rows (self, slot, &rows);
  else
    make_rows (self, slot, &rows);
  if (self->form == BALANCE_TABLE_SCHOOLS)
    find_stages (self, slot, rows.school);
  check_rows (self, slot, &rows);
  if (self->bad && self->run->skip_bad_rows)
    {
      mark_skipped (self, slot);
      return;
    }
  if (self->run->skip_bad_rows)
    make_rows (self, slot, &rows);

  touch_rows (self, slot, &rows);
  for (guint i = 0; i < self->n_items; i++)
    {
      const BalanceSheetItem *item = &self->items[i];
      guint32 to;

      if (!item->given || !item->stored)
        continue;

      to = get_row (self, slot, &rows, item);
      if (to != BALANCE_NO_ROW)
        balance_intake_put (&slot->intake->tables[item->level], slot->cells[i], to, &item->value,
                            self->source, get_line (self, item));
    }
}

void
balance_sheet_import_take_items (BalanceSheetImport *self,
                                 BalanceSheetSlot   *slot)
{
  self->bad = FALSE;
  intern_items (self, slot);
  put_items (self, slot);
}

static void
add_row (BalanceSheetImport *self,
         const BalanceSpan  *cells)
{
  const BalanceSheetItem *year;
  BalanceSheetSlot *slot = NULL;

  if (self->skip != NULL && is_left_out (self, cells))
    return;
  parse_items (self, cells);

  year = self->identity[BALANCE_ID_YEAR];
  if (year == NULL)
    slot = balance_sheet_import_get_slot (self, self->run->year);
  else if (year->given)
    slot = balance_sheet_import_get_slot (self, (int) year->value.digits);
  else if (!year->faulty)
    report_row (self, year, "missing-year",
                "the row names no year", "本行没有指明年度",
                "fill in the year", "请填写年度");

  if (slot != NULL)
    intern_items (self, slot);

  check_identity (self);
  if (slot == NULL)
    {
      mark_skipped (self, NULL);
      return;
    }

  put_items (self, slot);
}

void
balance_sheet_import_add (BalanceSheetImport *self,
                          const BalanceSpan  *cells,
                          guint               n_cells,
                          guint               row)
{
  guint n = self->outline->n_columns;

  if (is_blank (cells, 0, n_cells))
    return;

  balance_sheet_import_settle (self);
  self->row = row;
  self->bad = FALSE;
  if (is_no_data (self, cells, n_cells))
    return;

  self->n_rows++;
  if (!check_shape (self, cells, n_cells))
    {
      mark_skipped (self, NULL);
      return;
    }
  if (n_cells < n || self->outline->n_headers > n)
    {
      for (guint i = 0; i < self->outline->n_headers; i++)
        self->cells[i] = i < n ? (i < n_cells ? cells[i] : (BalanceSpan) { "", 0 }) : self->outline->constants[i];
      cells = self->cells;
    }
  check_untitled (self, cells);
  add_row (self, cells);
}

void
balance_sheet_import_add_grid_row (BalanceSheetImport    *self,
                                   const BalanceGridCell *cells,
                                   guint                  n_cells,
                                   guint                  row)
{
  g_array_set_size (self->spans, n_cells);
  for (guint i = 0; i < n_cells; i++)
    g_array_index (self->spans, BalanceSpan, i) = cells[i].span;

  self->grid_cells = cells;
  self->n_grid_cells = n_cells;
  balance_sheet_import_add (self, (const BalanceSpan *) (gpointer) self->spans->data, n_cells, row);
  self->grid_cells = NULL;
  self->n_grid_cells = 0;
}

BalanceValueForm
balance_sheet_import_get_value_form (BalanceSheetImport  *self,
                                     guint                column,
                                     const BalanceField **field)
{
  BalanceValueForm form = *self->header->names[column] == '\0' ? BALANCE_VALUE_FORM_TEXT : BALANCE_VALUE_FORM_NONE;

  *field = NULL;
  for (guint i = 0; i < self->n_items; i++)
    {
      static const BalanceValueForm forms[] = {
        [BALANCE_FIELD_COUNT] = BALANCE_VALUE_FORM_NUMBER,
        [BALANCE_FIELD_AMOUNT] = BALANCE_VALUE_FORM_NUMBER,
        [BALANCE_FIELD_NUMBER] = BALANCE_VALUE_FORM_NUMBER,
        [BALANCE_FIELD_SHARE] = BALANCE_VALUE_FORM_NUMBER,
        [BALANCE_FIELD_FLAG] = BALANCE_VALUE_FORM_FLAG,
        [BALANCE_FIELD_CHOICE] = BALANCE_VALUE_FORM_TEXT,
        [BALANCE_FIELD_TEXT] = BALANCE_VALUE_FORM_TEXT,
        [BALANCE_FIELD_DATE] = BALANCE_VALUE_FORM_DATE,
        [BALANCE_FIELD_YEAR] = BALANCE_VALUE_FORM_YEAR,
        [BALANCE_FIELD_ATTESTED] = BALANCE_VALUE_FORM_FLAG,
      };
      const BalanceSheetItem *item = &self->items[i];
      BalanceValueForm wanted = item->values != NULL ? BALANCE_VALUE_FORM_TEXT : forms[item->target.field->type];

      if (item->target.column != column)
        continue;
      /* a map may give a column to several fields */
      form = *field == NULL || form == wanted ? wanted : BALANCE_VALUE_FORM_TEXT;
      *field = item->target.field;
    }
  for (guint i = 0; self->operands != NULL && i < self->operands->len; i++)
    {
      const BalanceSheetOperand *operand = &g_array_index (self->operands, BalanceSheetOperand, i);

      if (!operand->is_item && operand->index == column)
        form = BALANCE_VALUE_FORM_TEXT;
    }

  return form;
}

void
balance_sheet_import_add_value_row (BalanceSheetImport       *self,
                                    const BalanceSpan        *cells,
                                    const BalanceValueColumn *values,
                                    guint                     index,
                                    guint                     n_cells,
                                    guint                     row)
{
  self->values = values;
  self->value_row = index;
  balance_sheet_import_add (self, cells, n_cells, row);
  self->values = NULL;
}

void
balance_sheet_import_add_form (BalanceSheetImport *self)
{
  self->row = self->outline->first_row;
  self->bad = FALSE;
  self->n_rows++;
  add_row (self, self->outline->constants);
}

void
balance_sheet_import_end (BalanceSheetImport *self)
{
  BalancePlace place = { .file = self->file, .sheet = self->sheet };
  BalanceText message = { NULL, NULL }, remedy = { NULL, NULL };

  balance_sheet_import_settle (self);
  report_fillers (self);
  if (self->n_rows == 0)
    {
      place.row = self->header_row;
      balance_problems_add_literal (self->run->problems, BALANCE_SEVERITY_WARNING, "no-rows", &place,
                                    "there is a header but no row below it", "只有表头，没有数据行",
                                    NULL, NULL, NULL, NULL);
    }
  if (self->n_joined > 0)
    {
      balance_text_printf (&message, "the table has no codes; %u rows were joined to schools by their names",
                           "本表没有学校代码，%u行按校名与其他表合并", self->n_joined);
      balance_problems_add (self->run->problems, BALANCE_SEVERITY_NOTE, "joined-by-name", &place, &message, NULL, NULL);
    }
  if (self->n_skipped > 0)
    {
      balance_text_printf (&message,
                           "%u rows with errors were left out; their districts cannot be met",
                           "已略过%u个有错误的行；相关区县不能判为达标", self->n_skipped);
      balance_text_set (&remedy, "correct the rows and read the file again", "请改正这些行后重新读取");
      balance_problems_add (self->run->problems, BALANCE_SEVERITY_WARNING, "rows-left-out", &place,
                            &message, NULL, &remedy);
    }
}
