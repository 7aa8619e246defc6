/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Rows of a block of text, many at a time. What is done here is what adding them one by one would do; a row for which
 * that is not certain is left to the other way. */

#include "census/balance-intake-draft-private.h"
#include "io/balance-sheet-rows-private.h"

/* So many rows ahead the places of codes and names are fetched from memory. */
#define AHEAD 12

/* So many rows show whether a column has another text in nearly each. */
#define SAMPLED 64

/* For districts that are known; each is a line of the cache. */
#define MIN_PLACES (1 << 11)
#define MAX_PLACES (1 << 19)

/* So many rows of schools are looked at together. */
#define FIGURED 64

#define NO_STAGE_BIT 31
#define MAX_STAGES   (NO_STAGE_BIT - 1)

/* Whom a row is about that is going to be a record. */
typedef struct
{
  guint32 district, stages;
  guint8  only;
} Draft;

/* The sections of one stage among the rows of a block, in their order. */
typedef struct
{
  guint    n;
  guint32 *rows;         /* [n] of the block */
  guint32 *sections;     /* [n] */
} Sections;

typedef struct
{
  BalanceSheetImport    *import;
  const BalanceCsvBlock *block;
  BalanceSheetSlot      *slot;
  BalanceIntake         *intake;
  guint                  first_line;     /* of the block */
  guint                 *items[BALANCE_LEVEL_REGION + 1];     /* [level] the items that are stored there .. */
  guint                  n_items[BALANCE_LEVEL_REGION + 1];   /* .. and how many */

  const BalanceCsvText  *district_codes, *school_codes;       /* [row] */
  const gint64          *stages;         /* of a table of sections */

  /* of a table of schools: a bit for each stage of which a row has figures, and others than zero; the highest one stands for
   * figures that are for no stage */
  guint32                given[FIGURED], more[FIGURED];       /* [row - figured] */
  guint                  figured;

  Sections               sections[MAX_STAGES + 1];            /* [stage] those that were made and have no values yet; [n_stages]
                                          * of schools with only one; of a table of sections [0] are all */
  guint32               *school_rows;    /* [n_schools] the rows of the block that made schools, which have no values yet; .. */
  guint                  n_schools;
  guint32                first_school;   /* .. the first one, the others follow it */
  guint32               *new_schools;    /* [n_schools] their numbers */

  Draft                 *drafts;         /* [n_drafts] of rows that follow each other */
  guint                  n_drafts;
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
      self->outline->identity[BALANCE_ID_SCHOOL_CODE] != (int) school->target.column || self->n_stages > MAX_STAGES)
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
      /* of each row the district is looked up, of a draft nothing else */
      column->hashed = item == district;
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
  plan->numbers = balance_csv_numbers_get (kernels);
  plan->validate = balance_csv_validate_get (kernels);
  self->figures = balance_csv_figures_get (kernels);
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

static inline guint32
get_hash (const Rows           *rows,
          const BalanceCsvText *text)
{
  return balance_csv_block_get_hash (rows->block, text);
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
          value.digits = balance_intake_intern_hashed (rows->intake, rows->block->text + text->at, text->length, get_hash (rows, text));
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

/* A text of up to 32 bytes as words, which are those of no other text of its length. */
static inline void
get_words (const char *text,
           gsize       length,
           guint64     words[4])
{
  memset (words, 0, 4 * sizeof *words);
  if (length >= 16)
    {
      memcpy (words, text, 16);
      memcpy (words + 2, text + length - 16, 16);
    }
  else if (length >= 8)
    {
      memcpy (words, text, 8);
      memcpy (words + 1, text + length - 8, 8);
    }
  else
    {
      words[0] = balance_text_get_word (text, length);
    }
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

/* Twice as many places as districts, so that each has its own; of more places those that were known are learned again. */
static void
make_places (BalanceSheetSlot *slot)
{
  const guint n = slot->intake->tables[BALANCE_LEVEL_DISTRICT].n_rows;

  if (n * 2 < slot->n_districts || slot->n_districts >= MAX_PLACES)
    return;
  slot->n_districts = MAX (MIN_PLACES, slot->n_districts * 4);
  g_free (slot->districts);
  slot->districts = g_new0 (BalanceSheetDistrict, slot->n_districts + BALANCE_SHEET_DISTRICT_WAYS);
}

/* Where the known districts of a hash begin; they may stand in the places behind as well. */
static inline BalanceSheetDistrict *
get_known_districts (const Rows *rows,
                     guint32     hash)
{
  return &rows->slot->districts[hash & (rows->slot->n_districts - 1)];
}

/* The place of a known district, or one where it can be put. */
static inline BalanceSheetDistrict *
get_known_district (const Rows *rows,
                    guint32     hash,
                    guint64     code,
                    guint32     code_length)
{
  BalanceSheetDistrict *first = get_known_districts (rows, hash), *known = first;

  for (; known < first + BALANCE_SHEET_DISTRICT_WAYS; known++)
    if ((known->code == code && known->code_length == code_length) || known->code_length == 0)
      return known;

  return first;
}

/* The district of the row, BALANCE_NO_ROW if it is new; FALSE if its values are other ones than before. Rows name the
 * same districts again and again, in any order: what is asked of each lies in one line of the cache. `same` tells that
 * the row has nothing that is not known. */
static inline gboolean
find_district (const Rows           *rows,
               guint                 row,
               const BalanceCsvText *code,
               guint32              *district,
               gboolean             *same)
{
  const char *base = rows->block->text;
  const BalanceCsvText *text = get_district_text (rows, row);
  BalanceSheetDistrict *known;
  guint64 word, words[4];

  *same = FALSE;
  if (code->length > sizeof word)
    {
      *district = balance_intake_find_district_hashed (rows->intake, base + code->at, code->length, get_hash (rows, code));
      return *district == BALANCE_NO_ROW || !any_differs (rows, BALANCE_LEVEL_DISTRICT, row, *district);
    }

  word = balance_text_get_word (base + code->at, code->length);
  if (text != NULL && text->length <= sizeof words)
    get_words (base + text->at, text->length, words);
  else
    text = NULL;
  known = get_known_district (rows, get_hash (rows, code), word, code->length);
  if (G_LIKELY (known->code == word && known->code_length == code->length))
    {
      *district = known->row;
      *same = text != NULL && known->text_length == text->length && memcmp (known->text, words, sizeof words) == 0;
      if (G_LIKELY (*same))
        return TRUE;
    }
  else
    {
      *district = balance_intake_find_district_hashed (rows->intake, base + code->at, code->length, get_hash (rows, code));
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

/* Which figures the rows from here on have, column by column. */
static void
find_figures (Rows  *rows,
              guint  from)
{
  const guint n = MIN (FIGURED, rows->block->n_rows - from);

  memset (rows->given, 0, sizeof rows->given);
  memset (rows->more, 0, sizeof rows->more);
  rows->figured = from;
  for (guint i = 0; i < rows->n_items[BALANCE_LEVEL_SECTION]; i++)
    {
      const BalanceTarget *target = &rows->import->items[rows->items[BALANCE_LEVEL_SECTION][i]].target;
      const gint64 *digits = rows->block->values[target->column].digits + from;
      const guint bit = target->stage >= 0 ? (guint) target->stage : NO_STAGE_BIT;

      rows->import->figures (digits, n, (guint32) 1 << bit, rows->given, rows->more);
    }
}

/* Which stages the school of a row has: those of its kind, those with a figure, and where both say nothing those with
 * a zero. FALSE if something is to be said about that. `only` becomes the only one of the kind, or -1. */
static gboolean
find_stages (Rows    *rows,
             guint    row,
             guint32 *stages,
             int     *only)
{
  BalanceSheetImport *self = rows->import;
  const BalanceSheetItem *kind_item = self->identity[BALANCE_ID_KIND];
  const gint64 kind = kind_item != NULL ? get_digits (rows, kind_item, row) : BALANCE_CSV_MISSING;
  const guint8 *usual = kind >= 0 ? self->kind_stages + (guint) kind * self->n_stages : NULL;
  const guint32 no_stage = (guint32) 1 << NO_STAGE_BIT;
  guint32 given, more;

  *only = -1;
  *stages = 0;
  if (!self->has_sections)
    return TRUE;
  if (row - rows->figured >= FIGURED)
    find_figures (rows, row);
  given = rows->given[row - rows->figured];
  more = rows->more[row - rows->figured];

  for (guint i = 0; usual != NULL && i < self->n_stages; i++)
    if (usual[i])
      {
        *only = *stages == 0 ? (int) i : -1;
        *stages |= (guint32) 1 << i;
      }
  if ((given & no_stage) != 0)
    {
      if (*only < 0)
        return FALSE;
      given = (given & ~no_stage) | (guint32) 1 << *only;
      more = (more & ~no_stage) | (more >> NO_STAGE_BIT) << *only;
    }
  if (*stages != 0 && (more & ~*stages) != 0)
    return FALSE;
  *stages |= more;
  if (*stages == 0)
    *stages = given;

  return TRUE;
}

/* A section that is new, whose values come later. */
static guint32
add_section (Rows       *rows,
             guint       row,
             guint32     school,
             guint       stage,
             Sections   *list,
             guint       line)
{
  const guint32 section = balance_intake_add_new_section (rows->intake, school, stage);

  balance_intake_touch (rows->intake, BALANCE_LEVEL_SECTION, section, rows->import->source, line);
  list->rows[list->n] = row;
  list->sections[list->n++] = section;

  return section;
}

static void
add_sections (Rows       *rows,
              guint       row,
              guint32     school,
              guint32     stages,
              int         only,
              guint       line)
{
  for (; stages != 0; stages &= stages - 1)
    {
      const guint stage = (guint) __builtin_ctz (stages);
      const guint32 section = add_section (rows, row, school, stage, &rows->sections[stage], line);

      if ((int) stage == only)
        {
          Sections *list = &rows->sections[rows->import->n_stages];

          list->rows[list->n] = row;
          list->sections[list->n++] = section;
        }
    }
}

/* The values of a column in some rows of a block, for rows of the intake that have none yet. */
static void
put_column (const Rows      *rows,
            guint            index,
            const guint32   *from,
            const guint32   *to,
            guint            n)
{
  const BalanceSheetItem *item = &rows->import->items[index];
  const BalanceCsvValues *values = &rows->block->values[item->target.column];
  BalanceCells *cells = rows->slot->cells[index];

  if (values->texts == NULL)
    {
      balance_cells_set_picked (cells, to, values->digits, from, values->scale, n);
      return;
    }
  for (guint i = 0; i < n; i++)
    {
      const BalanceCsvText *text = &values->texts[from[i]];
      BalanceDecimal value = { 0, 0 };

      if (text->length == 0)
        continue;
      if (i + AHEAD < n)
        balance_intake_expect_text (rows->intake, get_hash (rows, &values->texts[from[i + AHEAD]]));
      value.digits = balance_intake_intern_hashed (rows->intake, rows->block->text + text->at, text->length, get_hash (rows, text));
      balance_cells_set (cells, to[i], &value);
    }
}

/* The values of the schools that are new. */
static void
put_schools (Rows *rows)
{
  for (guint i = 0; i < rows->n_schools; i++)
    rows->new_schools[i] = rows->first_school + i;
  for (guint i = 0; i < rows->n_items[BALANCE_LEVEL_SCHOOL] && rows->n_schools > 0; i++)
    put_column (rows, rows->items[BALANCE_LEVEL_SCHOOL][i], rows->school_rows, rows->new_schools, rows->n_schools);
  rows->n_schools = 0;
}

/* The values of the sections, which are all new. */
static void
put_sections (Rows *rows)
{
  const guint n_stages = rows->import->n_stages;

  for (guint i = 0; i < rows->n_items[BALANCE_LEVEL_SECTION]; i++)
    {
      const guint index = rows->items[BALANCE_LEVEL_SECTION][i];
      const int stage = rows->import->items[index].target.stage;
      const Sections *list = &rows->sections[rows->import->form == BALANCE_TABLE_SECTIONS ? 0 : stage >= 0 ? (guint) stage : n_stages];

      put_column (rows, index, list->rows, list->sections, list->n);
    }
  for (guint i = 0; i <= n_stages; i++)
    rows->sections[i].n = 0;
}

/* Who the row is about, new or known; FALSE and no trace if something would have to be said. */
static gboolean
add_row (Rows  *rows,
         guint  row)
{
  BalanceSheetImport *self = rows->import;
  BalanceIntake *intake = rows->intake;
  const BalanceCsvText *district_code = &rows->district_codes[row], *school_code = &rows->school_codes[row];
  const char *district_text = rows->block->text + district_code->at, *school_text = rows->block->text + school_code->at;
  const gboolean by_section = self->form == BALANCE_TABLE_SECTIONS;
  const guint stage = by_section ? (guint) rows->stages[row] : 0;
  const guint line = rows->first_line + rows->block->lines[row];
  guint32 district, school = BALANCE_NO_ROW, stages = 0;
  gboolean same_district;
  int only = -1;

  if (!find_district (rows, row, district_code, &district, &same_district))
    return FALSE;
  if (district != BALANCE_NO_ROW)
    school = balance_intake_find_school_hashed (intake, district, school_text, school_code->length, get_hash (rows, school_code));
  if (school != BALANCE_NO_ROW)
    {
      if (!by_section || balance_intake_find_section (intake, school, stage) != BALANCE_NO_ROW)
        return FALSE;
      if (school >= rows->first_school)
        put_schools (rows);
      if (any_differs (rows, BALANCE_LEVEL_SCHOOL, row, school))
        return FALSE;
    }
  if (!by_section && !find_stages (rows, row, &stages, &only))
    return FALSE;

  self->row = line;
  balance_intake_add_region (intake);
  balance_intake_touch (intake, BALANCE_LEVEL_REGION, 0, self->source, line);
  if (district == BALANCE_NO_ROW)
    district = balance_intake_add_district_hashed (intake, district_text, district_code->length, get_hash (rows, district_code));
  balance_intake_touch (intake, BALANCE_LEVEL_DISTRICT, district, self->source, line);
  if (!same_district)
    put_values (rows, BALANCE_LEVEL_DISTRICT, row, district, line);
  if (school == BALANCE_NO_ROW)
    {
      school = balance_intake_add_new_school (intake, district, school_text, school_code->length, get_hash (rows, school_code));
      if (balance_intake_find_namesake (intake, school) != BALANCE_NO_ROW)
        balance_sheet_import_warn_namesake (self, rows->slot, school);
      balance_intake_touch (intake, BALANCE_LEVEL_SCHOOL, school, self->source, line);
      if (rows->n_schools == 0)
        rows->first_school = school;
      rows->school_rows[rows->n_schools++] = row;
    }
  else
    {
      balance_intake_touch (intake, BALANCE_LEVEL_SCHOOL, school, self->source, line);
      put_values (rows, BALANCE_LEVEL_SCHOOL, row, school, line);
    }
  if (by_section)
    add_section (rows, row, school, stage, &rows->sections[0], line);
  else
    add_sections (rows, row, school, stages, only, line);

  return TRUE;
}

/* Which texts nearly every row has another one of. */
static void
find_distinct (const Rows *rows,
               guint       from)
{
  const guint n = MIN (SAMPLED, rows->block->n_rows - from);

  for (guint i = 0; i < rows->import->n_items; i++)
    {
      BalanceSheetItem *item = &rows->import->items[i];
      guint32 hashes[SAMPLED];
      guint n_texts = 0, n_known = 0;

      if (!item->stored || item->target.field->type != BALANCE_FIELD_TEXT)
        continue;
      for (guint row = from; row < from + n; row++)
        {
          guint32 hash;
          guint other = 0;

          if ((rows->block->flags[row] & BALANCE_CSV_ROW_PLAIN) == 0)
            continue;
          hash = get_hash (rows, get_text (rows, item, row));
          while (other < n_texts && hashes[other] != hash)
            other++;
          if (other == n_texts)
            hashes[n_texts++] = hash;
          else
            n_known++;
        }
      item->distinct = n_known <= n / 4;
    }
}

/* The columns that records have. */
static void
begin_columns (const Rows *rows,
               guint       from)
{
  find_distinct (rows, from);
  for (guint i = 0; i < rows->import->n_items; i++)
    {
      const BalanceSheetItem *item = &rows->import->items[i];

      if (balance_sheet_item_is_drafted (item))
        balance_intake_add_draft_column (rows->intake, rows->slot->cells[i], item->level, item->target.stage,
                                         item->target.field->type == BALANCE_FIELD_TEXT && item->distinct);
    }
}

/* Does the row have a value that its district lacks so far? In a draft the first row gives all: it is never left out. */
static gboolean
adds_to_district (const Rows *rows,
                  guint       row,
                  guint32     district)
{
  for (guint i = 0; i < rows->n_items[BALANCE_LEVEL_DISTRICT]; i++)
    {
      const guint index = rows->items[BALANCE_LEVEL_DISTRICT][i];
      const BalanceSheetItem *item = &rows->import->items[index];

      if (!balance_cells_has (rows->slot->cells[index], district) &&
          (item->target.field->type == BALANCE_FIELD_TEXT ? get_text (rows, item, row)->length > 0
                                                          : get_digits (rows, item, row) != BALANCE_CSV_MISSING))
        return TRUE;
    }

  return FALSE;
}

/* What the row is about is noted; FALSE and no trace if something would have to be said already, or if what the row has would not
 * show afterwards. */
static gboolean
draft_row (Rows  *rows,
           guint  row)
{
  BalanceSheetImport *self = rows->import;
  BalanceIntake *intake = rows->intake;
  const BalanceCsvText *district_code = &rows->district_codes[row];
  const BalanceSheetItem *kind = self->identity[BALANCE_ID_KIND];
  const gboolean by_section = self->form == BALANCE_TABLE_SECTIONS;
  guint32 district, stages = by_section ? (guint32) 1 << rows->stages[row] : 0;
  gboolean same_district;
  int only = -1;

  if (!find_district (rows, row, district_code, &district, &same_district))
    return FALSE;
  if (district != BALANCE_NO_ROW && !same_district && adds_to_district (rows, row, district))
    return FALSE;
  /* without a kind of its own the row of a known school is of the kind that this one has */
  if (!by_section && ((kind != NULL && get_digits (rows, kind, row) == BALANCE_CSV_MISSING) || !find_stages (rows, row, &stages, &only)))
    return FALSE;

  if (district == BALANCE_NO_ROW)
    {
      const guint line = rows->first_line + rows->block->lines[row];

      balance_intake_add_region (intake);
      balance_intake_touch (intake, BALANCE_LEVEL_REGION, 0, self->source, line);
      district = balance_intake_add_district_hashed (intake, rows->block->text + district_code->at, district_code->length, get_hash (rows, district_code));
      balance_intake_touch (intake, BALANCE_LEVEL_DISTRICT, district, self->source, line);
      put_values (rows, BALANCE_LEVEL_DISTRICT, row, district, line);
    }
  rows->drafts[rows->n_drafts++] = (Draft) { district, stages, only < 0 ? BALANCE_DRAFT_NO_STAGE : (guint8) only };

  return TRUE;
}

/* The texts of some rows as numbers: of those that nearly every row has another one of where they will stand in the memory of the block,
 * of others those of the intake. */
static void
number_texts (const Rows             *rows,
              const BalanceSheetItem *item,
              guint                   begin,
              guint                   n,
              gint64                 *numbers,
              gsize                  *size)
{
  for (guint i = 0; i < n; i++)
    {
      const BalanceCsvText *text = get_text (rows, item, begin + i);

      numbers[i] = BALANCE_CSV_MISSING;
      if (text->length == 0)
        continue;
      if (!item->distinct)
        {
          if (i + AHEAD < n)
            balance_intake_expect_text (rows->intake, get_hash (rows, get_text (rows, item, begin + i + AHEAD)));
          numbers[i] = balance_intake_intern_hashed (rows->intake, rows->block->text + text->at, text->length, get_hash (rows, text));
          continue;
        }
      numbers[i] = (gint64) *size;
      *size += text->length + 1;
    }
}

static void
copy_texts (const Rows             *rows,
            const BalanceSheetItem *item,
            guint                   begin,
            guint                   n,
            const gint64           *numbers,
            char                   *to)
{
  const guint32 length = rows->block->length;

  for (guint i = 0; i < n; i++)
    if (numbers[i] != BALANCE_CSV_MISSING)
      {
        const BalanceCsvText *text = get_text (rows, item, begin + i);
        const char *from = rows->block->text + text->at;

        /* one text after the other: what is copied too much is written over */
        if (G_LIKELY (text->length <= BALANCE_DRAFT_SLACK && length - text->at >= BALANCE_DRAFT_SLACK))
          memcpy (to + numbers[i], from, BALANCE_DRAFT_SLACK);
        else
          memcpy (to + numbers[i], from, text->length);
        to[numbers[i] + text->length] = '\0';
      }
}

/* The rows from `begin` on that were noted become records; FALSE and no trace if that cannot be. */
static gboolean
draft_rows (Rows  *rows,
            guint  begin)
{
  BalanceSheetImport *self = rows->import;
  const guint n = rows->n_drafts;
  g_autofree BalanceDraftValues *values = g_new0 (BalanceDraftValues, self->n_items + 1);
  g_autofree BalanceSheetItem const **items = g_new0 (const BalanceSheetItem *, self->n_items + 1);
  g_autofree gint64 *numbers = g_new (gint64, (gsize) n * self->n_items + 1);
  g_autofree guint32 *districts = g_new (guint32, n + 1);
  guint n_columns = 0;
  gsize code_length = 0, size = 0;
  BalanceDraftBlock *block;

  rows->n_drafts = 0;
  for (guint i = 0; i < self->n_items; i++)
    {
      const BalanceSheetItem *item = &self->items[i];

      if (!balance_sheet_item_is_drafted (item))
        continue;
      items[n_columns] = item;
      if (item->target.field->type == BALANCE_FIELD_TEXT)
        {
          number_texts (rows, item, begin, n, numbers + (gsize) n_columns * n, &size);
          values[n_columns].digits = numbers + (gsize) n_columns * n;
        }
      else
        {
          values[n_columns].digits = rows->block->values[item->target.column].digits + begin;
          values[n_columns].scale = rows->block->values[item->target.column].scale;
        }
      n_columns++;
    }
  for (guint i = 0; i < n; i++)
    {
      code_length = MAX (code_length, rows->school_codes[begin + i].length);
      districts[i] = rows->drafts[i].district;
    }

  block = balance_intake_add_draft_block (rows->intake, n, districts, values, code_length, size);
  if (block == NULL)
    return FALSE;
  districts = NULL;
  for (guint i = 0; i < n; i++)
    {
      const BalanceCsvText *code = &rows->school_codes[begin + i];

      balance_draft_set_head (block, i, rows->block->text + code->at, code->length, rows->block->length - code->at,
                              rows->first_line + rows->block->lines[begin + i], rows->drafts[i].stages, rows->drafts[i].only);
    }
  for (guint i = 0; i < n_columns; i++)
    if (items[i]->distinct)
      copy_texts (rows, items[i], begin, n, values[i].digits, block->texts);

  return TRUE;
}

static void
expect_row (const Rows *rows,
            guint       row)
{
  const guint32 district_hash = get_hash (rows, &rows->district_codes[row]);

  __builtin_prefetch (get_known_districts (rows, district_hash));
  if (rows->import->drafting)
    return;
  balance_intake_expect_school (rows->intake, district_hash, get_hash (rows, &rows->school_codes[row]));
}

/* All lists lie in memory that the import keeps: a block may be taken in many pieces. */
static void
rows_init (Rows                  *self,
           BalanceSheetImport    *import,
           const BalanceCsvBlock *block,
           guint                  from,
           guint                  first_line)
{
  const gboolean by_section = import->form == BALANCE_TABLE_SECTIONS;
  const guint n_lists = by_section ? 1 : import->n_stages + 1;
  const gsize n = block->n_rows - from;
  const gsize size = (2 + 2 * n_lists) * n + G_N_ELEMENTS (self->items) * (gsize) import->n_items;
  guint32 *memory;

  if (size > import->n_block_memory)
    {
      g_free (import->block_memory);
      import->block_memory = g_new (guint32, size);
      import->n_block_memory = size;
    }
  memory = import->block_memory;
  *self = (Rows) {
    .import = import, .block = block, .first_line = first_line,
    .school_rows = memory, .new_schools = memory + n, .first_school = BALANCE_NO_ROW,
  };
  for (guint i = 0; i < n_lists; i++)
    self->sections[i] = (Sections) { 0, memory + (2 + 2 * i) * n, memory + (3 + 2 * i) * n };
  for (guint level = 0; level < G_N_ELEMENTS (self->items); level++)
    self->items[level] = memory + (2 + 2 * n_lists) * n + level * (gsize) import->n_items;
  for (guint i = 0; i < import->n_items; i++)
    {
      const BalanceLevel level = import->items[i].level;

      if (import->items[i].stored)
        self->items[level][self->n_items[level]++] = i;
    }

  self->district_codes = block->values[import->identity[BALANCE_ID_DISTRICT_CODE]->target.column].texts;
  self->school_codes = block->values[import->identity[BALANCE_ID_SCHOOL_CODE]->target.column].texts;
  if (by_section)
    self->stages = block->values[import->identity[BALANCE_ID_STAGE]->target.column].digits;
  /* none yet */
  self->figured = block->n_rows;
}

guint
balance_sheet_import_add_block (BalanceSheetImport    *self,
                                const BalanceCsvBlock *block,
                                guint                  from,
                                guint                  first_line)
{
  const BalanceSheetItem *year = self->identity[BALANCE_ID_YEAR];
  g_autofree Draft *drafts = NULL;
  guint row = from;
  Rows rows;

  if ((block->flags[from] & BALANCE_CSV_ROW_PLAIN) == 0)
    return from;

  rows_init (&rows, self, block, from, first_line);
  while (row < block->n_rows)
    {
      const gint64 the_year = year != NULL ? get_digits (&rows, year, row) : self->run->year;
      const guint begin = row;
      gboolean refused = FALSE;

      rows.slot = balance_sheet_import_get_slot (self, (int) the_year);
      rows.intake = rows.slot->intake;
      make_places (rows.slot);
      if (!self->drafted && balance_sheet_import_begin_draft (self, rows.slot))
        begin_columns (&rows, row);
      if (self->drafting && drafts == NULL)
        rows.drafts = drafts = g_new (Draft, block->n_rows - from);
      for (; row < block->n_rows; row++)
        {
          if ((block->flags[row] & BALANCE_CSV_ROW_PLAIN) == 0 ||
              ((block->flags[row] & BALANCE_CSV_ROW_UNTITLED) != 0 && !self->untitled_reported) ||
              (year != NULL && get_digits (&rows, year, row) != the_year))
            break;
          if (row + AHEAD < block->n_rows && (block->flags[row + AHEAD] & BALANCE_CSV_ROW_PLAIN) != 0)
            expect_row (&rows, row + AHEAD);
          refused = !(self->drafting ? draft_row (&rows, row) : add_row (&rows, row));
          if (refused)
            break;
        }
      if (self->drafting && rows.n_drafts > 0 && !draft_rows (&rows, begin))
        {
          row = begin;
          refused = TRUE;
        }
      put_schools (&rows);
      put_sections (&rows);
      rows.first_school = BALANCE_NO_ROW;
      self->n_rows += row - begin;

      /* what cannot be drafted may still be plain */
      if (refused && self->drafting)
        {
          balance_sheet_import_settle (self);
          continue;
        }
      if (row == begin || year == NULL || (row < block->n_rows && (block->flags[row] & BALANCE_CSV_ROW_PLAIN) == 0))
        break;
    }

  return row;
}

void
balance_sheet_import_expect (BalanceSheetImport *self,
                             double              share)
{
  /* of one year, and of one table */
  if (self->slots->len == 1 && self->run->sources->len == 1)
    balance_intake_expect (self->last_slot->intake, share);
}
