/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Rows of a block of text, many at a time. What is done here is what adding them one by one would do; a row for which
 * that is not certain is left to the other way. */

#include "io/balance-sheet-rows-private.h"

/* So many rows ahead the places of codes and names are fetched from memory. */
#define AHEAD 12

typedef struct
{
  BalanceSheetImport    *import;
  const BalanceCsvBlock *block;
  BalanceSheetSlot      *slot;
  BalanceIntake         *intake;
  guint                  first_line;     /* of the block */
  guint                 *items[BALANCE_LEVEL_REGION + 1];     /* [level] the items that are stored there .. */
  guint                  n_items[BALANCE_LEVEL_REGION + 1];   /* .. and how many */
  guint32               *sections;       /* [stage * n + row - first] of the rows since `first`: their sections, or .. */
  guint32               *only;           /* [row - first] .. BALANCE_NO_ROW; the one of a school that has but one */
  guint                  first, n;
} Rows;

static BalanceCsvColumnKind
get_kind (const BalanceSheetItem *item)
{
  switch (item->target.field->type)
    {
    case BALANCE_FIELD_COUNT:
    case BALANCE_FIELD_AMOUNT:
    case BALANCE_FIELD_NUMBER:
    case BALANCE_FIELD_SHARE:
      return BALANCE_CSV_NUMBER;

    case BALANCE_FIELD_CHOICE:
      return BALANCE_CSV_CHOICE;

    case BALANCE_FIELD_TEXT:
      return BALANCE_CSV_TEXT;

    case BALANCE_FIELD_FLAG:
    case BALANCE_FIELD_ATTESTED:
    case BALANCE_FIELD_DATE:
    case BALANCE_FIELD_YEAR:
    default:
      return BALANCE_CSV_OTHER;
    }
}

/* Bounds beyond that a count is not below zero, which no number without a sign is. */
static gboolean
is_bounded (const BalanceField *field)
{
  return field->has_max || field->type == BALANCE_FIELD_SHARE ||
         (field->has_min && field->min.digits > 0);
}

BalanceCsvPlan *
balance_sheet_import_make_plan (BalanceSheetImport *self,
                                char                delimiter,
                                const char         *kernels)
{
  BalanceField *const *fields = self->run->dictionary->identity;
  const BalanceSheetItem *district = self->identity[BALANCE_ID_DISTRICT_CODE];
  const BalanceSheetItem *school = self->identity[BALANCE_ID_SCHOOL_CODE];
  g_autofree BalanceCsvColumn *columns = NULL;
  BalanceCsvPlan *plan;

  /* schools or sections that are known by codes, without formulas: the shape that large tables have */
  if ((self->form != BALANCE_TABLE_SECTIONS && self->form != BALANCE_TABLE_SCHOOLS) || self->skip != NULL || self->grid_cells != NULL ||
      self->outline->kind != BALANCE_OUTLINE_ROWS ||
      district->target.field != fields[BALANCE_ID_DISTRICT_CODE] || school->target.field != fields[BALANCE_ID_SCHOOL_CODE] ||
      self->outline->identity[BALANCE_ID_SCHOOL_CODE] != (int) school->target.column)
    return NULL;

  columns = g_new0 (BalanceCsvColumn, self->outline->n_columns + 1);
  for (guint i = 0; i < self->outline->n_columns; i++)
    columns[i].kind = *self->header->names[i] == '\0' ? BALANCE_CSV_UNTITLED : BALANCE_CSV_UNUSED;
  for (guint i = 0; i < self->n_items; i++)
    {
      const BalanceSheetItem *item = &self->items[i];
      BalanceCsvColumn *column;

      if (item->target.column >= self->outline->n_columns || columns[item->target.column].field != NULL ||
          (item->target.stage >= 0 && self->form == BALANCE_TABLE_SECTIONS) ||
          (item->stored && item->level == BALANCE_LEVEL_REGION) ||
          (item->level == BALANCE_LEVEL_SECTION && item->target.field->type == BALANCE_FIELD_TEXT && self->form == BALANCE_TABLE_SCHOOLS))
        return NULL;
      column = &columns[item->target.column];
      column->kind = get_kind (item);
      column->field = item->target.field;
      column->factor = item->target.has_factor ? &item->target.factor : NULL;
      column->values = item->values;
      column->quick = column->kind == BALANCE_CSV_NUMBER && column->factor == NULL && column->values == NULL &&
                      !is_bounded (item->target.field);
      column->needed = item == district || item == school || item == self->identity[BALANCE_ID_STAGE] ||
                       item == self->identity[BALANCE_ID_YEAR];
    }

  plan = g_new0 (BalanceCsvPlan, 1);
  plan->dictionary = self->run->dictionary;
  plan->outline = self->outline;
  plan->n_columns = self->outline->n_columns;
  plan->code = school->target.column;
  plan->delimiter = delimiter;
  plan->index = balance_csv_index_get (kernels);
  plan->columns = g_steal_pointer (&columns);

  return plan;
}

void
balance_csv_plan_free (BalanceCsvPlan *self)
{
  g_free ((gpointer) self->columns);
  g_free (self);
}

static inline const BalanceCsvText *
get_text (const Rows             *rows,
          const BalanceSheetItem *item,
          guint                   row)
{
  return &rows->block->values[item->target.column].texts[row];
}

static inline gint64
get_digits (const Rows             *rows,
            const BalanceSheetItem *item,
            guint                   row)
{
  return rows->block->values[item->target.column].digits[row];
}

/* Would the value of a row above the sections that is known already be another one? */
static gboolean
differs (const Rows *rows,
         guint       index,
         guint       row,
         guint32     to)
{
  const BalanceSheetItem *item = &rows->import->items[index];
  const BalanceCells *cells = rows->slot->cells[index];
  BalanceDecimal value;

  if (!balance_cells_has (cells, to))
    return FALSE;
  if (item->target.field->type == BALANCE_FIELD_TEXT)
    {
      const BalanceCsvText *text = get_text (rows, item, row);
      const char *known = g_ptr_array_index (rows->intake->texts, balance_cells_get_raw (cells, to));

      return text->length > 0 &&
             (strncmp (known, rows->block->text + text->at, text->length) != 0 || known[text->length] != '\0');
    }

  value.digits = get_digits (rows, item, row);
  value.scale = rows->block->values[item->target.column].scale;
  if (value.digits == BALANCE_CSV_MISSING)
    return FALSE;
  balance_decimal_normalize (&value);

  return balance_cells_differ (cells, to, &value);
}

static gboolean
any_differs (const Rows   *rows,
             BalanceLevel  level,
             guint         row,
             guint32       to)
{
  for (guint i = 0; i < rows->n_items[level]; i++)
    if (differs (rows, rows->items[level][i], row, to))
      return TRUE;

  return FALSE;
}

/* The values of one row above the sections, where there are none yet. */
static void
put_values (const Rows   *rows,
            BalanceLevel  level,
            guint         row,
            guint32       to,
            guint         line)
{
  for (guint i = 0; i < rows->n_items[level]; i++)
    {
      const BalanceSheetItem *item = &rows->import->items[rows->items[level][i]];
      BalanceCells *cells = rows->slot->cells[rows->items[level][i]];
      BalanceDecimal value = { 0, 0 };

      if (balance_cells_has (cells, to))
        continue;
      if (item->target.field->type == BALANCE_FIELD_TEXT)
        {
          const BalanceCsvText *text = get_text (rows, item, row);

          if (text->length == 0)
            continue;
          value.digits = balance_intake_intern_hashed (rows->intake, rows->block->text + text->at, text->length, text->hash);
        }
      else
        {
          value.digits = get_digits (rows, item, row);
          value.scale = rows->block->values[item->target.column].scale;
          if (value.digits == BALANCE_CSV_MISSING)
            continue;
          balance_decimal_normalize (&value);
        }
      balance_intake_put (&rows->intake->tables[level], cells, to, &value, rows->import->source, line);
    }
}

/* Up to so many bytes of a text are words, the last one filled with zeros. */
static inline void
get_words (const char *text,
           gsize       length,
           guint64    *words,
           guint       n)
{
  memset (words, 0, n * sizeof *words);
  memcpy (words, text, length);
}

/* The only text among the values of districts; NULL if there is none or something else beside it. */
static const BalanceCsvText *
get_district_text (const Rows *rows,
                   guint       row)
{
  const BalanceSheetItem *item;

  if (rows->n_items[BALANCE_LEVEL_DISTRICT] != 1)
    return NULL;
  item = &rows->import->items[rows->items[BALANCE_LEVEL_DISTRICT][0]];

  return item->target.field->type == BALANCE_FIELD_TEXT ? get_text (rows, item, row) : NULL;
}

static inline BalanceSheetDistrict *
get_known_district (const Rows *rows,
                    guint32     hash)
{
  return &rows->slot->districts[hash % BALANCE_N_SHEET_DISTRICTS];
}

/* The district of the row, BALANCE_NO_ROW if it is new; FALSE if its values are other ones than before. Rows name the
 * same districts again and again, in any order: what is asked of each lies in one line of the cache. */
static inline gboolean
find_district (const Rows           *rows,
               guint                 row,
               const BalanceCsvText *code,
               guint32              *district)
{
  const char *base = rows->block->text;
  const BalanceCsvText *text = get_district_text (rows, row);
  BalanceSheetDistrict *known = get_known_district (rows, code->hash);
  guint64 word, words[4];

  if (code->length > sizeof word)
    {
      *district = balance_intake_find_district_hashed (rows->intake, base + code->at, code->length, code->hash);
      return *district == BALANCE_NO_ROW || !any_differs (rows, BALANCE_LEVEL_DISTRICT, row, *district);
    }

  get_words (base + code->at, code->length, &word, 1);
  if (text != NULL && text->length <= sizeof words)
    get_words (base + text->at, text->length, words, G_N_ELEMENTS (words));
  else
    text = NULL;
  if (G_LIKELY (known->code == word && known->code_length == code->length))
    {
      *district = known->row;
      if (G_LIKELY (text != NULL && known->text_length == text->length && memcmp (known->text, words, sizeof words) == 0))
        return TRUE;
    }
  else
    {
      *district = balance_intake_find_district_hashed (rows->intake, base + code->at, code->length, code->hash);
      if (*district == BALANCE_NO_ROW)
        return TRUE;
      *known = (BalanceSheetDistrict) { .code = word, .code_length = code->length, .row = *district };
    }

  if (any_differs (rows, BALANCE_LEVEL_DISTRICT, row, *district))
    return FALSE;
  /* it is that text, unless there is none yet */
  if (text != NULL && text->length > 0 && balance_cells_has (rows->slot->cells[rows->items[BALANCE_LEVEL_DISTRICT][0]], *district))
    {
      known->text_length = text->length;
      memcpy (known->text, words, sizeof words);
    }

  return TRUE;
}

/* Which stages the school of a row has: those of its kind, those with a figure, and where both say nothing those with
 * a zero. FALSE if something is to be said about that. `only` becomes the only one of the kind, or -1. */
static gboolean
find_stages (const Rows *rows,
             guint       row,
             int        *only)
{
  BalanceSheetImport *self = rows->import;
  const BalanceSheetItem *kind_item = self->identity[BALANCE_ID_KIND];
  const gint64 kind = kind_item != NULL ? get_digits (rows, kind_item, row) : BALANCE_CSV_MISSING;
  const guint8 *usual = kind >= 0 ? self->kind_stages + (guint) kind * self->n_stages : NULL;
  gboolean any = FALSE;
  guint n = 0;

  *only = -1;
  memset (self->stages, 0, self->n_stages);
  if (!self->has_sections)
    return TRUE;

  for (guint i = 0; usual != NULL && i < self->n_stages; i++)
    if (usual[i])
      {
        self->stages[i] = 1;
        *only = n++ == 0 ? (int) i : -1;
      }

  for (guint i = 0; i < rows->n_items[BALANCE_LEVEL_SECTION]; i++)
    {
      const BalanceSheetItem *item = &self->items[rows->items[BALANCE_LEVEL_SECTION][i]];
      const gint64 digits = get_digits (rows, item, row);
      const int stage = item->target.stage >= 0 ? item->target.stage : *only;

      if (digits == BALANCE_CSV_MISSING)
        continue;
      if (stage < 0 || (digits != 0 && !self->stages[stage] && n > 0))
        return FALSE;
      any = TRUE;
      if (digits != 0)
        self->stages[stage] = 1;
    }

  for (guint i = 0; i < self->n_stages && any; i++)
    any = !self->stages[i];
  for (guint i = 0; i < rows->n_items[BALANCE_LEVEL_SECTION] && any; i++)
    {
      const BalanceSheetItem *item = &self->items[rows->items[BALANCE_LEVEL_SECTION][i]];

      if (get_digits (rows, item, row) != BALANCE_CSV_MISSING)
        self->stages[item->target.stage >= 0 ? item->target.stage : *only] = 1;
    }

  return TRUE;
}

static guint32
add_section (const Rows *rows,
             guint32     school,
             guint       stage,
             guint       line)
{
  const guint32 section = balance_intake_add_section (rows->intake, school, stage);

  balance_intake_touch (rows->intake, BALANCE_LEVEL_SECTION, section, rows->import->source, line);

  return section;
}

static void
add_sections (const Rows *rows,
              guint       row,
              guint32     school,
              int         only,
              guint       line)
{
  const guint n_stages = rows->import->n_stages;
  guint32 *sections = rows->sections + (row - rows->first);

  for (guint i = 0; i < n_stages; i++)
    sections[i * rows->n] = rows->import->stages[i] ? add_section (rows, school, i, line) : BALANCE_NO_ROW;
  rows->only[row - rows->first] = only >= 0 ? sections[(guint) only * rows->n] : BALANCE_NO_ROW;
}

/* Who the row is about, new or known; FALSE and no trace if something would have to be said. */
static gboolean
add_row (const Rows *rows,
         guint       row)
{
  BalanceSheetImport *self = rows->import;
  BalanceIntake *intake = rows->intake;
  const BalanceCsvText *district_code = get_text (rows, self->identity[BALANCE_ID_DISTRICT_CODE], row);
  const BalanceCsvText *school_code = get_text (rows, self->identity[BALANCE_ID_SCHOOL_CODE], row);
  const char *district_text = rows->block->text + district_code->at, *school_text = rows->block->text + school_code->at;
  const gboolean by_section = self->form == BALANCE_TABLE_SECTIONS;
  const guint stage = by_section ? (guint) get_digits (rows, self->identity[BALANCE_ID_STAGE], row) : 0;
  const guint line = rows->first_line + rows->block->lines[row];
  guint32 district, school = BALANCE_NO_ROW;
  int only = -1;

  if (!find_district (rows, row, district_code, &district))
    return FALSE;
  if (district != BALANCE_NO_ROW)
    school = balance_intake_find_school_hashed (intake, district, school_text, school_code->length, school_code->hash);
  if (school != BALANCE_NO_ROW && (!by_section || balance_intake_find_section (intake, school, stage) != BALANCE_NO_ROW ||
                                   any_differs (rows, BALANCE_LEVEL_SCHOOL, row, school)))
    return FALSE;
  if (!by_section && !find_stages (rows, row, &only))
    return FALSE;

  self->row = line;
  balance_intake_add_region (intake);
  if (district == BALANCE_NO_ROW)
    district = balance_intake_add_district_hashed (intake, district_text, district_code->length, district_code->hash);
  if (school == BALANCE_NO_ROW)
    {
      school = balance_intake_add_school_hashed (intake, district, school_text, school_code->length, school_code->hash);
      balance_sheet_import_warn_namesake (self, rows->slot, school);
    }
  balance_intake_touch (intake, BALANCE_LEVEL_REGION, 0, self->source, line);
  balance_intake_touch (intake, BALANCE_LEVEL_DISTRICT, district, self->source, line);
  balance_intake_touch (intake, BALANCE_LEVEL_SCHOOL, school, self->source, line);
  if (by_section)
    rows->only[row - rows->first] = add_section (rows, school, stage, line);
  else
    add_sections (rows, row, school, only, line);
  put_values (rows, BALANCE_LEVEL_DISTRICT, row, district, line);
  put_values (rows, BALANCE_LEVEL_SCHOOL, row, school, line);

  return TRUE;
}

/* The values of sections that are all new. */
static void
put_sections (const Rows *rows,
              guint       to)
{
  const guint from = rows->first;

  for (guint i = 0; i < rows->n_items[BALANCE_LEVEL_SECTION]; i++)
    {
      const guint index = rows->items[BALANCE_LEVEL_SECTION][i];
      BalanceCells *cells = rows->slot->cells[index];
      const BalanceTarget *target = &rows->import->items[index].target;
      const BalanceCsvValues *values = &rows->block->values[target->column];
      const guint32 *sections = target->stage >= 0 ? rows->sections + (guint) target->stage * rows->n : rows->only;

      if (values->texts == NULL)
        {
          balance_cells_set_many (cells, sections, values->digits + from, values->scale, to - from);
          continue;
        }
      for (guint j = from; j < to; j++)
        if (values->texts[j].length > 0)
          {
            const BalanceCsvText *text = &values->texts[j];
            const BalanceDecimal value = {
              balance_intake_intern_hashed (rows->intake, rows->block->text + text->at, text->length, text->hash), 0,
            };

            balance_cells_set (cells, sections[j - from], &value);
          }
    }
}

static void
expect_row (const Rows *rows,
            guint       row)
{
  BalanceSheetImport *self = rows->import;
  const BalanceSheetItem *name = self->identity[BALANCE_ID_SCHOOL_NAME];
  const guint32 district_hash = get_text (rows, self->identity[BALANCE_ID_DISTRICT_CODE], row)->hash;

  __builtin_prefetch (get_known_district (rows, district_hash));
  balance_intake_expect_school (rows->intake, district_hash, get_text (rows, self->identity[BALANCE_ID_SCHOOL_CODE], row)->hash);
  if (name != NULL)
    balance_intake_expect_text (rows->intake, get_text (rows, name, row)->hash);
}

guint
balance_sheet_import_add_block (BalanceSheetImport    *self,
                                const BalanceCsvBlock *block,
                                guint                  from,
                                guint                  first_line)
{
  const BalanceSheetItem *year = self->identity[BALANCE_ID_YEAR];
  Rows rows = { .import = self, .block = block, .first_line = first_line };
  g_autofree guint32 *sections = NULL;
  g_autofree guint32 *only = NULL;
  g_autofree guint *items = NULL;
  guint row = from;

  if ((block->flags[from] & BALANCE_CSV_ROW_PLAIN) == 0)
    return from;

  rows.n = block->n_rows - from;
  rows.only = only = g_new (guint32, rows.n);
  if (self->form == BALANCE_TABLE_SCHOOLS)
    rows.sections = sections = g_new (guint32, (gsize) rows.n * self->n_stages);
  items = g_new (guint, G_N_ELEMENTS (rows.items) * (self->n_items + 1));
  for (guint level = 0; level < G_N_ELEMENTS (rows.items); level++)
    rows.items[level] = items + level * (self->n_items + 1);
  for (guint i = 0; i < self->n_items; i++)
    {
      const BalanceLevel level = self->items[i].level;

      if (self->items[i].stored)
        rows.items[level][rows.n_items[level]++] = i;
    }
  while (row < block->n_rows)
    {
      const gint64 the_year = year != NULL ? get_digits (&rows, year, row) : self->run->year;
      const guint begin = row;

      rows.slot = balance_sheet_import_get_slot (self, (int) the_year);
      rows.intake = rows.slot->intake;
      rows.first = row;
      if (rows.slot->districts == NULL)
        rows.slot->districts = g_new0 (BalanceSheetDistrict, BALANCE_N_SHEET_DISTRICTS);
      for (; row < block->n_rows; row++)
        {
          if ((block->flags[row] & BALANCE_CSV_ROW_PLAIN) == 0 ||
              ((block->flags[row] & BALANCE_CSV_ROW_UNTITLED) != 0 && !self->untitled_reported) ||
              (year != NULL && get_digits (&rows, year, row) != the_year))
            break;
          if (row + AHEAD < block->n_rows && (block->flags[row + AHEAD] & BALANCE_CSV_ROW_PLAIN) != 0)
            expect_row (&rows, row + AHEAD);
          if (!add_row (&rows, row))
            break;
        }
      put_sections (&rows, row);
      self->n_rows += row - begin;

      if (row == begin || year == NULL || (row < block->n_rows && (block->flags[row] & BALANCE_CSV_ROW_PLAIN) == 0))
        break;
    }

  return row;
}
