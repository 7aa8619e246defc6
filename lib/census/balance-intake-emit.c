/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The records of a draft, once their order is known, become the rows of the intake, in the order of the facts: first all that is known of
 * schools and sections beside their values, with the values of schools, then band by band the values of sections. */

#include "base/balance-memory-private.h"
#include "base/balance-tasks-private.h"
#include "census/balance-intake-settle-private.h"

/* After so many records, malloc() is asked to give back the pages of each band. */
#define TRIMMED_RECORDS (1 << 20)

/* So many records are fetched, and then written to all their columns. */
#define RECORDS_AT_ONCE 256

typedef BalanceSettling Settling;

typedef struct
{
  const Settling *settling;
  BalanceIntake  *intake;
  guint           n_schools, n_sections;
  guint32         first_code;     /* number of the text that is the code of the first school; the others follow it */
  char           *codes;
  guint32        *texts;          /* [column] the same of columns of texts */
  guint32        *records;        /* [section] the one that its values are in */
  guint8         *is_only;        /* [section] of the only stage of its kind; NULL if nobody asks */
  gboolean        by_stage;       /* some columns are of one stage */
  guint           band;           /* the one that is on its way */
} Emission;

/* Is each row written, whatever its stage is? */
static gboolean
covers_all (const Emission           *self,
            const BalanceDraftColumn *column)
{
  const Settling *settling = self->settling;
  const GArray *columns = settling->draft->columns;
  guint n = 0;

  if (column->stage < 0)
    return TRUE;
  for (guint i = 0; i < columns->len; i++)
    n += g_array_index (columns, BalanceDraftColumn, i).cells == column->cells;

  return n == self->intake->n_stages;
}

/* Each row has a text of its own, which stays where it is. */
static void
emit_texts (const Emission           *self,
            guint                     index,
            const guint8 *const      *records,
            const guint32            *numbers,
            guint32                   first,
            guint                     n)
{
  const BalanceDraftColumn *column = &g_array_index (self->settling->draft->columns, BalanceDraftColumn, index);
  const BalanceDraftPlace *place = &self->settling->layout->places[index];
  gint32 *values = column->cells->values;

  for (guint i = 0; i < n; i++)
    {
      const gint64 at = balance_draft_get_value (place, records[i]);
      const guint32 text = self->texts[index] + first + i;

      if (at == G_MININT64)
        {
          values[first + i] = G_MININT32;
          self->intake->texts->pdata[text] = self->intake->texts->pdata[0];
          continue;
        }
      values[first + i] = (gint32) text;
      self->intake->texts->pdata[text] = balance_settling_get_block (self->settling, numbers[i])->texts + at;
    }
}

static void
emit_column (const Emission      *self,
             guint                index,
             const guint8 *const *records,
             const guint32       *numbers,
             guint32              first,
             guint                n)
{
  const BalanceDraftColumn *column = &g_array_index (self->settling->draft->columns, BalanceDraftColumn, index);

  if (column->has_texts)
    emit_texts (self, index, records, numbers, first, n);
  else
    balance_draft_take_values (column->cells, &self->settling->layout->places[index], records, first, n);
}

/* A school and its sections, from all of its records; those of a record come by stage, those of records as they came. */
static void
emit_sections (const Emission *self,
               guint32         school,
               guint32         record,
               const guint8   *head,
               guint32        *next)
{
  BalanceIntake *intake = self->intake;
  const guint32 line = balance_draft_get_line (self->settling->layout, head);
  const guint8 only = balance_draft_get_only (self->settling->layout, head);
  guint32 stages = balance_draft_get_stages (self->settling->layout, head);
  guint32 *last = &g_array_index (intake->school_section, guint32, school);

  for (; stages != 0; stages &= stages - 1)
    {
      const guint8 stage = (guint8) __builtin_ctz (stages);
      const guint32 section = next[stage]++;

      g_array_index (intake->section_school, guint32, section) = school;
      g_array_index (intake->section_stage, guint8, section) = stage;
      g_array_index (intake->section_before, guint32, section) = *last;
      intake->tables[BALANCE_LEVEL_SECTION].seen_line[section] = line;
      self->records[section] = record;
      if (self->is_only != NULL)
        self->is_only[section] = stage == only;
      *last = section + 1;
    }
}

/* The tasks: some districts each. */
static void
emit_schools (gpointer data,
              guint    task)
{
  const Emission *self = data;
  const Settling *settling = self->settling;
  BalanceIntake *intake = self->intake;
  const guint begin = task * BALANCE_DISTRICTS_AT_ONCE, end = MIN (settling->n_districts, begin + BALANCE_DISTRICTS_AT_ONCE);
  const guint32 first = settling->schools[begin];
  const guint n = settling->schools[end] - first;
  g_autofree const guint8 **heads = g_new (const guint8 *, n + 1);
  g_autofree guint32 *numbers = g_new (guint32, n + 1);
  g_autofree guint32 *next = g_new (guint32, intake->n_stages + 1);
  char *code = self->codes + settling->codes[begin];
  guint32 school = first;

  for (guint district = begin; district < end; district++)
    {
      memcpy (next, settling->sections + (gsize) district * intake->n_stages, intake->n_stages * sizeof *next);
      for (guint32 i = settling->offsets[district]; i < settling->offsets[district + 1]; i++)
        {
          const guint32 record = settling->order[i];
          const guint8 *head = balance_settling_get_head (settling, i);

          if (!settling->again[i])
            {
              const BalanceCodeKey key = balance_settling_make_key (head, record);
              const gsize size = balance_code_key_get_length (&key) + 1;

              memcpy (code, head, size);
              intake->texts->pdata[self->first_code + school] = code;
              code += size;
              g_array_index (intake->school_district, guint32, school) = settling->districts[district];
              g_array_index (intake->school_text, guint32, school) = self->first_code + school;
              g_array_index (intake->school_section, guint32, school) = 0;
              intake->tables[BALANCE_LEVEL_SCHOOL].seen_line[school] = balance_draft_get_line (settling->layout, head);
              heads[school - first] = head;
              numbers[school - first] = record;
              school++;
            }
          emit_sections (self, school - 1, record, head, next);
        }
    }

  for (guint i = 0; i < settling->draft->columns->len; i++)
    if (g_array_index (settling->draft->columns, BalanceDraftColumn, i).level == BALANCE_LEVEL_SCHOOL)
      emit_column (self, i, heads, numbers, first, n);
}

/* A value that only a later record has is still that of the school. */
static void
emit_late_values (Emission *self)
{
  const Settling *settling = self->settling;
  BalanceIntakeTable *table = &self->intake->tables[BALANCE_LEVEL_SCHOOL];
  guint32 school = G_MAXUINT32;

  for (guint32 i = 0; i < settling->n_records; i++)
    {
      const guint32 record = settling->order[i];
      const guint8 *head = balance_settling_get_head (settling, i);

      school += !settling->again[i];
      for (guint j = 0; settling->again[i] && j < settling->draft->columns->len; j++)
        {
          const BalanceDraftColumn *column = &g_array_index (settling->draft->columns, BalanceDraftColumn, j);
          const BalanceDraftPlace *place = &settling->layout->places[j];
          BalanceDecimal value = { 0, place->scale };

          if (column->level != BALANCE_LEVEL_SCHOOL || balance_cells_has (column->cells, school))
            continue;
          value.digits = balance_draft_get_value (place, head);
          if (value.digits == G_MININT64)
            continue;
          if (column->has_texts)
            {
              const guint32 text = self->texts[j] + school;

              self->intake->texts->pdata[text] = balance_settling_get_block (settling, record)->texts + value.digits;
              value.digits = text;
            }
          else
            {
              balance_decimal_normalize (&value);
            }
          balance_intake_put (table, column->cells, school, &value, settling->draft->source, balance_draft_get_line (settling->layout, head));
        }
    }
}

/* The values of some sections in the columns of their stage, and in those of all. */
static void
emit_values (const Emission *self,
             int             stage,
             guint32         first,
             guint32         end)
{
  const Settling *settling = self->settling;
  const guint8 *records[RECORDS_AT_ONCE];

  for (; first < end; first += RECORDS_AT_ONCE)
    {
      const guint n = MIN (RECORDS_AT_ONCE, end - first);

      balance_settling_fetch (settling, self->band, self->records + first, n);
      for (guint i = 0; i < n; i++)
        records[i] = balance_settling_get_record (settling, self->band, self->records[first + i]);
      for (guint i = 0; i < settling->draft->columns->len; i++)
        {
          const BalanceDraftColumn *column = &g_array_index (settling->draft->columns, BalanceDraftColumn, i);

          if (column->level != BALANCE_LEVEL_SECTION || column->band != self->band || (column->stage >= 0 && column->stage != stage))
            continue;
          emit_column (self, i, records, self->records + first, first, n);
          for (guint32 j = 0; column->stage < 0 && self->is_only != NULL && j < n; j++)
            if (!self->is_only[first + j])
              balance_cells_clear (column->cells, first + j);
        }
    }
}

/* The tasks: some districts each, of one band. */
static void
emit_band (gpointer data,
           guint    task)
{
  const Emission *self = data;
  const Settling *settling = self->settling;
  const guint n_stages = self->intake->n_stages;
  const guint begin = task * BALANCE_DISTRICTS_AT_ONCE, end = MIN (settling->n_districts, begin + BALANCE_DISTRICTS_AT_ONCE);
  const guint32 *groups = settling->sections;

  if (!self->by_stage)
    emit_values (self, -1, groups[(gsize) begin * n_stages], groups[(gsize) end * n_stages]);
  else
    for (gsize group = (gsize) begin * n_stages; group < (gsize) end * n_stages; group++)
      emit_values (self, (int) (group % n_stages), groups[group], groups[group + 1]);
}

/* Room for the values of what has a column in the band, or of schools. */
static void
begin_columns (const Emission *self,
               BalanceLevel    level,
               guint           n)
{
  const GArray *columns = self->settling->draft->columns;

  for (guint i = 0; i < columns->len; i++)
    {
      const BalanceDraftColumn *column = &g_array_index (columns, BalanceDraftColumn, i);
      guint width, scale;

      /* cells of several stages are begun with the first one */
      if (column->level != level || (level == BALANCE_LEVEL_SECTION && column->band != self->band) || column->cells->n_alloc > 0)
        continue;
      balance_settling_measure (self->settling, column->cells, &width, &scale);
      balance_cells_begin (column->cells, n, width, scale);
      if (!covers_all (self, column))
        for (guint row = 0; row < n; row++)
          balance_cells_clear (column->cells, row);
    }
}

/* Cells of columns that the table does not have. */
static void
grow_others (BalanceIntakeTable *table)
{
  for (guint i = 0; i < table->cells->len; i++)
    balance_cells_grow (g_ptr_array_index (table->cells, i), table->n_rows);
}

static void
forget_band (const Emission *self,
             guint           band)
{
  balance_intake_draft_forget (self->settling->draft, band);
  if (self->settling->n_records >= TRIMMED_RECORDS)
    balance_memory_trim ();
}

void
balance_settling_emit (BalanceSettling *settling)
{
  BalanceIntake *intake = settling->intake;
  const GArray *columns = settling->draft->columns;
  const guint n_tasks = (settling->n_districts + BALANCE_DISTRICTS_AT_ONCE - 1) / BALANCE_DISTRICTS_AT_ONCE;
  const guint n_schools = settling->schools[settling->n_districts];
  const guint n_sections = settling->sections[(gsize) settling->n_districts * intake->n_stages];
  g_autofree guint32 *texts = g_new0 (guint32, columns->len + 1), *records = g_new (guint32, n_sections + 1);
  g_autofree guint8 *is_only = NULL;
  Emission self = { .settling = settling, .intake = intake, .texts = texts, .records = records };

  for (guint i = 0; i < settling->draft->blocks->len; i++)
    g_clear_pointer (&((BalanceDraftBlock *) g_ptr_array_index (settling->draft->blocks, i))->districts, g_free);
  forget_band (&self, 0);
  balance_memory_prefer_huge (records, n_sections * sizeof *records);
  balance_intake_add_rows (intake, BALANCE_LEVEL_SCHOOL, n_schools, settling->draft->source);
  balance_intake_add_rows (intake, BALANCE_LEVEL_SECTION, n_sections, settling->draft->source);
  self.first_code = balance_intake_number_texts (intake, n_schools);
  self.codes = balance_intake_get_text_memory (intake, settling->codes[settling->n_districts]);
  for (guint i = 0; i < columns->len; i++)
    {
      const BalanceDraftColumn *column = &g_array_index (columns, BalanceDraftColumn, i);

      self.by_stage |= column->stage >= 0;
      if (column->has_texts)
        texts[i] = balance_intake_number_texts (intake, column->level == BALANCE_LEVEL_SCHOOL ? n_schools : n_sections);
      if (settling->draft->once && column->level == BALANCE_LEVEL_SECTION && column->stage < 0 && is_only == NULL)
        self.is_only = is_only = g_new (guint8, n_sections + 1);
    }

  begin_columns (&self, BALANCE_LEVEL_SCHOOL, n_schools);
  balance_tasks_run (n_tasks, settling->n_threads, emit_schools, &self);
  if (settling->any_late)
    emit_late_values (&self);
  /* of sections it is known which record they are in */
  g_clear_pointer (&settling->heads, g_aligned_free);
  g_clear_pointer (&settling->order, g_free);
  g_clear_pointer (&settling->again, g_free);
  for (self.band = 1; self.band < settling->draft->n_bands; self.band++)
    {
      begin_columns (&self, BALANCE_LEVEL_SECTION, n_sections);
      balance_tasks_run (n_tasks, settling->n_threads, emit_band, &self);
      forget_band (&self, self.band);
    }

  grow_others (&intake->tables[BALANCE_LEVEL_SCHOOL]);
  grow_others (&intake->tables[BALANCE_LEVEL_SECTION]);
  intake->placed_source = settling->draft->source;
  intake->n_placed[BALANCE_LEVEL_SCHOOL] = n_schools;
  intake->n_placed[BALANCE_LEVEL_SECTION] = n_sections;
}
