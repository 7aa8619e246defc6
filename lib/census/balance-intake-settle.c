/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/balance-memory-private.h"
#include "base/balance-tasks-private.h"
#include "census/balance-code-keys-private.h"
#include "census/balance-intake-draft-private.h"

/* Threads are worth it from so many schools on; so many districts are one task. */
#define MIN_PARALLEL      32000
#define DISTRICTS_AT_ONCE 64
#define PLACES_AT_ONCE    512

/* Schools by parts of their hashes, each small enough for a table in the cache. */
#define PART_BITS 8
#define N_PARTS   (1 << PART_BITS)

#define AHEAD 12

typedef struct
{
  guint32 hash, school;
} HashedSchool;

typedef struct
{
  BalanceIntake   *intake;
  const guint64  (*words)[2];
  guint            n_districts, n_schools;
  guint32         *offsets;      /* [district] */
  guint32         *order;        /* [place] the schools by district and code, those of one code by row */
  guint8          *again;        /* [place] it is the same school as before it */
  BalanceCodeKey  *last;         /* [district] its greatest code; its smallest one is the first */

  guint32          part_offsets[N_PARTS + 1];
  HashedSchool    *hashed;       /* by part */

  gint             unclear;      /* something is to be said; set by any thread */
  gint             any_again, any_late;     /* a school has another row; such a row has a value that the first one lacks */
} Settling;

static void
set_flag (gint *flag)
{
  if (!g_atomic_int_get (flag))
    g_atomic_int_set (flag, TRUE);
}

static const char *
get_code (const Settling *self,
          guint32         school)
{
  return balance_intake_get_name (self->intake, BALANCE_LEVEL_SCHOOL, school);
}

static BalanceCodeKey
get_key (const Settling *self,
         guint32         school)
{
  const guint64 *words = self->words[school];

  return (BalanceCodeKey) { { words[0], words[1] }, balance_code_is_long (words) ? get_code (self, school) : NULL, school };
}

static gboolean
values_differ (const BalanceIntake *intake,
               const BalanceCells  *cells,
               guint32              a,
               guint32              b)
{
  BalanceDecimal value;

  if (cells->field->type == BALANCE_FIELD_TEXT)
    return strcmp (g_ptr_array_index (intake->texts, balance_cells_get_raw (cells, a)),
                   g_ptr_array_index (intake->texts, balance_cells_get_raw (cells, b))) != 0;

  return balance_cells_get (cells, b, &value) && balance_cells_differ (cells, a, &value);
}

/* The rows of one school, of which each has the stages and values that it named. */
static void
check_rows (Settling      *self,
            const guint32 *rows,
            guint          n)
{
  BalanceIntake *intake = self->intake;
  const GPtrArray *cells = intake->tables[BALANCE_LEVEL_SCHOOL].cells;
  guint64 stages[4] = { 0 };

  if (intake->draft->once)
    {
      set_flag (&self->unclear);
      return;
    }

  for (guint i = 0; i < n; i++)
    for (guint32 section = g_array_index (intake->school_section, guint32, rows[i]); section != 0;
         section = g_array_index (intake->section_before, guint32, section - 1))
      {
        const guint8 stage = g_array_index (intake->section_stage, guint8, section - 1);

        if (stages[stage / 64] >> stage % 64 & 1)
          set_flag (&self->unclear);
        stages[stage / 64] |= (guint64) 1 << stage % 64;
      }
  for (guint i = 0; i < cells->len; i++)
    {
      const BalanceCells *column = g_ptr_array_index (cells, i);
      guint32 known = BALANCE_NO_ROW;

      for (guint j = 0; j < n; j++)
        if (!balance_cells_has (column, rows[j]))
          continue;
        else if (known == BALANCE_NO_ROW)
          known = rows[j];
        else if (values_differ (intake, column, known, rows[j]))
          set_flag (&self->unclear);
      if (known != BALANCE_NO_ROW && known != rows[0])
        set_flag (&self->any_late);
    }
}

/* What is asked of rows of one school is fetched from memory in steps, each for many schools: values and links, then the texts
 * that they name. */
static void
expect_rows (const Settling *self,
             const guint32  *rows,
             guint           n,
             guint           step)
{
  const BalanceIntake *intake = self->intake;
  const GPtrArray *cells = intake->tables[BALANCE_LEVEL_SCHOOL].cells;

  for (guint j = 0; j < n; j++)
    {
      const guint32 *section = &g_array_index (intake->school_section, guint32, rows[j]);

      if (step == 0)
        {
          __builtin_prefetch (section);
        }
      else if (step == 1 && *section != 0)
        {
          __builtin_prefetch (&g_array_index (intake->section_stage, guint8, *section - 1));
          __builtin_prefetch (&g_array_index (intake->section_before, guint32, *section - 1));
        }
      for (guint i = 0; i < cells->len; i++)
        {
          const BalanceCells *column = g_ptr_array_index (cells, i);

          if (step == 0)
            __builtin_prefetch ((const char *) column->values + (gsize) rows[j] * column->width);
          else if (column->field->type != BALANCE_FIELD_TEXT || !balance_cells_has (column, rows[j]))
            continue;
          else if (step == 1)
            __builtin_prefetch (&g_ptr_array_index (intake->texts, balance_cells_get_raw (column, rows[j])));
          else
            __builtin_prefetch (g_ptr_array_index (intake->texts, balance_cells_get_raw (column, rows[j])));
        }
    }
}

/* The first place behind `i` that is of another school. */
static guint
find_next (const guint8 *again,
           guint         i,
           guint         n)
{
  for (i++; i < n && again[i]; i++)
    ;

  return i;
}

static void
settle_district (Settling       *self,
                 guint           district,
                 BalanceCodeKey *keys)
{
  guint32 *order = self->order + self->offsets[district];
  guint8 *again = self->again + self->offsets[district];
  const guint n = self->offsets[district + 1] - self->offsets[district];

  for (guint i = 0; i < n; i++)
    {
      if (i + AHEAD < n)
        __builtin_prefetch (&self->words[order[i + AHEAD]]);
      keys[i] = get_key (self, order[i]);
    }
  balance_code_keys_sort (keys, n);
  for (guint i = 0; i < n; i++)
    {
      order[i] = keys[i].row;
      again[i] = i > 0 && balance_code_key_compare (&keys[i - 1], &keys[i]) == 0;
    }
  if (n > 0)
    self->last[district] = keys[n - 1];
}

static void
check_places (Settling *self,
              guint     begin,
              guint     end)
{
  for (guint step = 0; step < 4; step++)
    for (guint i = begin, next; i < end; i = next)
      {
        next = find_next (self->again, i, end);
        if (next == i + 1)
          continue;
        if (step == 0)
          set_flag (&self->any_again);
        if (step < 3)
          expect_rows (self, self->order + i, next - i, step);
        else
          check_rows (self, self->order + i, next - i);
      }
}

/* All rows of some districts, which are sorted: as many at a time as the cache holds what they ask for. */
static void
check_districts (Settling *self,
                 guint     begin,
                 guint     end)
{
  for (guint i = self->offsets[begin], next; i < self->offsets[end]; i = next)
    {
      next = MIN (i + PLACES_AT_ONCE, self->offsets[end]);
      while (next < self->offsets[end] && self->again[next])
        next++;
      check_places (self, i, next);
    }
}

static void
settle_districts (gpointer data,
                  guint    task)
{
  Settling *self = data;
  const guint begin = task * DISTRICTS_AT_ONCE, end = MIN (self->n_districts, begin + DISTRICTS_AT_ONCE);
  g_autofree BalanceCodeKey *keys = NULL;
  guint n = 0;

  for (guint i = begin; i < end; i++)
    n = MAX (n, self->offsets[i + 1] - self->offsets[i]);
  keys = g_new (BalanceCodeKey, n + 1);
  for (guint i = begin; i < end; i++)
    settle_district (self, i, keys);
  check_districts (self, begin, end);
}

/* Codes mostly begin with that of the district: then all of one district come before all of another. */
static gboolean
are_districts_apart (const Settling *self)
{
  g_autofree BalanceCodeKey *first = g_new (BalanceCodeKey, self->n_districts + 1);
  guint n = 0;

  for (guint i = 0; i < self->n_districts; i++)
    if (self->offsets[i] < self->offsets[i + 1])
      {
        first[n] = get_key (self, self->order[self->offsets[i]]);
        first[n++].row = i;
      }
  balance_code_keys_sort (first, n);
  for (guint i = 1; i < n; i++)
    if (balance_code_key_compare (&self->last[first[i - 1].row], &first[i]) >= 0)
      return FALSE;

  return TRUE;
}

/* Of all of the code: those of a whole table may begin with the same words. */
static guint32
hash_code (const Settling *self,
           guint32         school)
{
  const guint64 *words = self->words[school];
  guint64 hash = balance_hash_mix (balance_hash_mix (G_GUINT64_CONSTANT (0xa0761d6478bd642f), words[0]), words[1]);

  if (balance_code_is_long (words))
    {
      const char *rest = get_code (self, school) + 2 * sizeof *words;

      hash = balance_hash_mix (hash, balance_text_hash (rest, strlen (rest)));
    }

  return (guint32) (hash >> 32);
}

/* Codes that two districts have, among those of one part; the first is enough. */
static void
check_part (gpointer data,
            guint    part)
{
  Settling *self = data;
  const HashedSchool *schools = self->hashed + self->part_offsets[part];
  const guint n = self->part_offsets[part + 1] - self->part_offsets[part];
  const guint bits = g_bit_storage (2 * (gulong) n + 1);
  const guint32 mask = ((guint32) 1 << bits) - 1;
  g_autofree guint32 *slots = g_new0 (guint32, (gsize) mask + 1);   /* + 1; 0: empty */

  for (guint i = 0; i < n && !g_atomic_int_get (&self->unclear); i++)
    {
      const BalanceCodeKey key = get_key (self, schools[i].school);
      guint32 slot = schools[i].hash & mask;

      for (; slots[slot] != 0; slot = (slot + 1) & mask)
        {
          const HashedSchool *other = &schools[slots[slot] - 1];

          if (other->hash == schools[i].hash)
            {
              const BalanceCodeKey other_key = get_key (self, other->school);

              if (balance_code_key_compare (&key, &other_key) == 0)
                {
                  set_flag (&self->unclear);
                  return;
                }
            }
        }
      slots[slot] = i + 1;
    }
}

static void
find_namesakes (Settling *self,
                guint     n_threads)
{
  guint32 next[N_PARTS];

  memset (self->part_offsets, 0, sizeof self->part_offsets);
  for (guint i = 0; i < self->n_schools; i++)
    if (!self->again[i])
      self->part_offsets[(hash_code (self, self->order[i]) >> (32 - PART_BITS)) + 1]++;
  for (guint i = 0; i < N_PARTS; i++)
    self->part_offsets[i + 1] += self->part_offsets[i];
  memcpy (next, self->part_offsets, sizeof next);

  self->hashed = g_new (HashedSchool, self->n_schools + 1);
  for (guint i = 0; i < self->n_schools; i++)
    if (!self->again[i])
      {
        const guint32 school = self->order[i], hash = hash_code (self, school);

        self->hashed[next[hash >> (32 - PART_BITS)]++] = (HashedSchool) { hash, school };
      }
  balance_tasks_run (N_PARTS, n_threads, check_part, self);
  g_clear_pointer (&self->hashed, g_free);
}

/* ---- joining */

typedef struct
{
  BalanceIntake *intake;
  guint32       *rows;       /* [old] = new */
  guint8        *gone;       /* [old] it was joined to one before it */
  guint          first;      /* the first one that is gone */
  guint          n;          /* old ones */
} Joining;

/* A value that only a later row has is still that of the school. */
static void
take_late_values (BalanceIntake *intake,
                  guint32        school,
                  guint32        again)
{
  BalanceIntakeTable *table = &intake->tables[BALANCE_LEVEL_SCHOOL];

  for (guint i = 0; i < table->cells->len; i++)
    {
      BalanceCells *cells = g_ptr_array_index (table->cells, i);
      BalanceDecimal value;

      if (balance_cells_get (cells, again, &value))
        balance_intake_put (table, cells, school, &value, balance_intake_get_source (table, again) - 1, table->seen_line[again]);
    }
}

static void
join_schools (const Settling *self,
              Joining        *joining)
{
  BalanceIntake *intake = self->intake;
  guint32 school = 0, row = 0;

  for (guint i = 0; i < self->n_schools; i++)
    {
      const guint32 again = self->order[i];
      guint32 first;

      if (!self->again[i])
        {
          school = again;
          continue;
        }
      if (self->any_late)
        take_late_values (intake, school, again);
      /* the chain of its sections goes on with those of the row before */
      first = g_array_index (intake->school_section, guint32, again);
      if (first != 0)
        {
          while (g_array_index (intake->section_before, guint32, first - 1) != 0)
            first = g_array_index (intake->section_before, guint32, first - 1);
          g_array_index (intake->section_before, guint32, first - 1) = g_array_index (intake->school_section, guint32, school);
          g_array_index (intake->school_section, guint32, school) = g_array_index (intake->school_section, guint32, again);
        }
      joining->gone[again] = TRUE;
      joining->rows[again] = school;
      joining->first = MIN (joining->first, again);
    }

  /* a school comes before all that were joined to it */
  for (guint i = 0; i < self->n_schools; i++)
    joining->rows[i] = joining->gone[i] ? joining->rows[joining->rows[i]] : row++;
}

#define MOVE(type, array)                                             \
  G_STMT_START {                                                      \
    type *items = (gpointer) (array);                                 \
                                                                      \
    for (guint i = joining->first; i < joining->n; i++)               \
      if (!joining->gone[i])                                          \
        items[joining->rows[i]] = items[i];                           \
  } G_STMT_END

static void
move_cells (const Joining *joining,
            BalanceCells  *cells,
            guint          n_left)
{
  if (cells->width == 4)
    MOVE (gint32, cells->values);
  else
    MOVE (gint64, cells->values);
  if (cells->scales != NULL)
    MOVE (guint8, cells->scales);
  for (guint i = n_left; i < joining->n; i++)
    balance_cells_clear (cells, i);
  for (guint i = 0; cells->origins != NULL && i < cells->origins->len; i++)
    {
      BalanceOrigin *origin = &g_array_index (cells->origins, BalanceOrigin, i);

      origin->row = joining->rows[origin->row];
    }
}

/* The tasks: columns of schools, then all else that is known of them. */
static void
move_schools (gpointer data,
              guint    task)
{
  const Joining *joining = data;
  BalanceIntake *intake = joining->intake;
  BalanceIntakeTable *table = &intake->tables[BALANCE_LEVEL_SCHOOL];

  if (task < table->cells->len)
    {
      move_cells (joining, g_ptr_array_index (table->cells, task), table->n_rows);
      return;
    }

  for (guint i = 0; i < intake->tables[BALANCE_LEVEL_SECTION].n_rows; i++)
    {
      guint32 *school = &g_array_index (intake->section_school, guint32, i);

      *school = joining->rows[*school];
    }
  MOVE (guint32, intake->school_district->data);
  MOVE (guint32, intake->school_text->data);
  MOVE (guint32, intake->school_section->data);
  memset (&g_array_index (intake->school_section, guint32, table->n_rows), 0, (joining->n - table->n_rows) * sizeof (guint32));
  MOVE (guint32, table->seen_line);
  if (table->seen_source != NULL)
    {
      MOVE (guint32, table->seen_source);
      MOVE (guint8, table->joined);
    }
}

/* Every school gets one row, in the order of the input. */
static void
join (Settling *self,
      guint     n_threads)
{
  BalanceIntakeTable *table = &self->intake->tables[BALANCE_LEVEL_SCHOOL];
  g_autofree guint32 *rows = g_new (guint32, self->n_schools);
  g_autofree guint8 *gone = g_new0 (guint8, self->n_schools);
  Joining joining = { self->intake, rows, gone, self->n_schools, self->n_schools };
  guint n = 0;

  join_schools (self, &joining);
  for (guint i = 0; i < self->n_schools; i++)
    if (!self->again[i])
      self->order[n++] = rows[self->order[i]];
  table->n_rows = n;
  balance_tasks_run (table->cells->len + 1, n_threads, move_schools, &joining);
}

gboolean
balance_intake_settle (BalanceIntake *self)
{
  const guint n_districts = self->tables[BALANCE_LEVEL_DISTRICT].n_rows, n_schools = self->tables[BALANCE_LEVEL_SCHOOL].n_rows;
  const guint n_threads = n_schools >= MIN_PARALLEL ? self->n_threads : 1;
  g_autofree guint32 *offsets = g_new0 (guint32, n_districts + 2), *order = g_new (guint32, n_schools + 1);
  g_autofree guint8 *again = g_new0 (guint8, n_schools + 1);
  g_autofree BalanceCodeKey *last = g_new (BalanceCodeKey, n_districts + 1);
  Settling settling = {
    .intake = self, .words = (const guint64 (*)[2]) self->draft->words, .n_districts = n_districts, .n_schools = n_schools,
    .offsets = offsets, .order = order, .again = again, .last = last,
  };

  balance_memory_prefer_huge (order, n_schools * sizeof *order);
  /* two places on, so that they are where the districts begin when all schools have been put there */
  for (guint i = 0; i < n_schools; i++)
    offsets[g_array_index (self->school_district, guint32, i) + 2]++;
  for (guint i = 2; i <= n_districts; i++)
    offsets[i] += offsets[i - 1];
  for (guint i = 0; i < n_schools; i++)
    order[offsets[g_array_index (self->school_district, guint32, i) + 1]++] = i;

  balance_tasks_run ((n_districts + DISTRICTS_AT_ONCE - 1) / DISTRICTS_AT_ONCE, n_threads, settle_districts, &settling);
  if (!settling.unclear && !are_districts_apart (&settling))
    find_namesakes (&settling, n_threads);
  if (settling.unclear)
    return FALSE;

  /* the most memory is held here */
  settling.words = NULL;
  g_clear_pointer (&self->draft, balance_intake_draft_free);
  if (settling.any_again)
    join (&settling, n_threads);
  self->sorted_schools = g_steal_pointer (&order);
  self->n_sorted_schools = self->tables[BALANCE_LEVEL_SCHOOL].n_rows;

  return TRUE;
}
