/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The records of a draft are put into the order of the facts, and looked at for what would have to be said about them. */

#include "base/balance-memory-private.h"
#include "base/balance-tasks-private.h"
#include "census/balance-intake-settle-private.h"

/* Threads are worth it from so many records on. */
#define MIN_PARALLEL 32000

/* Schools by parts of their hashes, each small enough for a table in the cache. */
#define PART_BITS 8
#define N_PARTS   (1 << PART_BITS)

/* So many texts are fetched from memory together. */
#define N_FETCHED 256

typedef BalanceSettling Settling;

typedef struct
{
  guint32 hash, place;
} HashedSchool;

/* What it takes to see that no two districts have a school of the same code. */
typedef struct
{
  const Settling *settling;
  guint32         part_offsets[N_PARTS + 1];
  HashedSchool   *hashed;        /* by part */
  gint            any;           /* set by any thread */
} Namesakes;

static void
set_flag (gint *flag)
{
  if (!g_atomic_int_get (flag))
    g_atomic_int_set (flag, TRUE);
}

/* The text that a value of the record at a place is. */
static const char *
get_text (const Settling *self,
          guint32         place,
          gint64          value)
{
  return balance_settling_get_block (self, self->order[place])->texts + value;
}

/* The records of one school, of which each has the stages and values that it named. */
static void
check_school (Settling *self,
              guint32   first,
              guint     n)
{
  guint32 stages = 0;

  if (self->draft->once)
    {
      set_flag (&self->unclear);
      return;
    }

  for (guint i = 0; i < n; i++)
    {
      const guint32 more = balance_draft_get_stages (self->layout, balance_settling_get_head (self, first + i));

      if ((stages & more) != 0)
        set_flag (&self->unclear);
      stages |= more;
    }
  for (guint i = 0; i < self->draft->columns->len; i++)
    {
      const BalanceDraftColumn *column = &g_array_index (self->draft->columns, BalanceDraftColumn, i);
      guint32 known = first;
      gint64 value = G_MININT64;

      if (column->level != BALANCE_LEVEL_SCHOOL)
        continue;
      for (guint32 j = first; j < first + n; j++)
        {
          const gint64 other = balance_draft_get_value (&self->layout->places[i], balance_settling_get_head (self, j));

          if (other == G_MININT64)
            continue;
          if (value == G_MININT64)
            {
              known = j;
              value = other;
              if (j > first)
                set_flag (&self->any_late);
            }
          else if (column->has_texts ? strcmp (get_text (self, known, value), get_text (self, j, other)) != 0 : other != value)
            {
              set_flag (&self->unclear);
            }
        }
    }
}

/* A district whose heads are in the cache. */
static void
settle_district (Settling       *self,
                 guint           district,
                 BalanceCodeKey *keys)
{
  guint32 *order = self->order + self->offsets[district];
  guint8 *again = self->again + self->offsets[district];
  const gsize head_size = self->layout->sizes[0];
  guint8 *head = self->heads + self->offsets[district] * head_size;
  const guint n = self->offsets[district + 1] - self->offsets[district];
  guint32 *n_sections = self->sections + (gsize) district * self->intake->n_stages + 1;
  guint n_schools = 0;
  gsize size = 0;

  if (n == 0)
    return;

  for (guint i = 0; i < n; i++)
    {
      guint32 stages = balance_draft_get_stages (self->layout, (const guint8 *) keys[i].code);

      for (; stages != 0; stages &= stages - 1)
        n_sections[__builtin_ctz (stages)]++;
    }
  balance_code_keys_sort (keys, n);
  for (guint i = 0; i < n; i++, head += head_size)
    {
      order[i] = keys[i].row;
      memcpy (head, keys[i].code, head_size);
      again[i] = i > 0 && balance_code_key_compare (&keys[i - 1], &keys[i]) == 0;
      if (!again[i])
        {
          size += balance_code_key_get_length (&keys[i]) + 1;
          n_schools++;
        }
    }
  self->schools[district + 1] = n_schools;
  self->codes[district + 1] = size;
}

/* Places in memory that are about to be read: noted first and then looked at all together, so that none waits for another. */
typedef struct
{
  const volatile char *places[N_FETCHED];
  guint                n;
} Fetched;

static void
fetch (Fetched *self)
{
  for (guint i = 0; i < self->n; i++)
    {
      (void) self->places[i][0];
      (void) self->places[i][BALANCE_DRAFT_SLACK / 2];
    }
  self->n = 0;
}

/* Brings the texts of the records of one school into the cache. */
static void
fetch_texts (const Settling *self,
             guint32         first,
             guint           n,
             Fetched        *fetched)
{
  for (guint i = 0; i < self->draft->columns->len; i++)
    {
      const BalanceDraftColumn *column = &g_array_index (self->draft->columns, BalanceDraftColumn, i);

      for (guint32 j = first; column->level == BALANCE_LEVEL_SCHOOL && column->has_texts && j < first + n; j++)
        {
          const gint64 at = balance_draft_get_value (&self->layout->places[i], balance_settling_get_head (self, j));

          if (at == G_MININT64)
            continue;
          fetched->places[fetched->n++] = get_text (self, j, at);
          if (fetched->n == N_FETCHED)
            fetch (fetched);
        }
    }
}

/* The schools with several records among some places. */
static void
check_schools (Settling *self,
               guint32   begin,
               guint32   end)
{
  Fetched fetched;

  fetched.n = 0;
  for (gboolean check = FALSE; check <= TRUE; check++)
    {
      const guint8 *again, *at = self->again + begin, *last = self->again + end;

      while (at < last && (again = memchr (at, TRUE, (gsize) (last - at))) != NULL)
        {
          const guint32 first = (guint32) (again - self->again) - 1;

          for (at = again + 1; at < last && *at; at++)
            ;
          if (check)
            check_school (self, first, (guint32) (at - self->again) - first);
          else
            fetch_texts (self, first, (guint32) (at - self->again) - first, &fetched);
        }
      fetch (&fetched);
    }
}

/* The tasks: some districts each. */
static void
settle_districts (gpointer data,
                  guint    task)
{
  Settling *self = data;
  const guint begin = task * BALANCE_DISTRICTS_AT_ONCE, end = MIN (self->n_districts, begin + BALANCE_DISTRICTS_AT_ONCE);
  const guint first = self->offsets[begin], n = self->offsets[end] - first;
  g_autofree BalanceCodeKey *keys = g_new (BalanceCodeKey, n + 1);

  balance_settling_fetch (self, 0, self->order + first, n);
  for (guint i = 0; i < n; i++)
    keys[i] = balance_settling_make_key (balance_settling_get_record (self, 0, self->order[first + i]), self->order[first + i]);
  for (guint i = begin; i < end; i++)
    settle_district (self, i, keys + (self->offsets[i] - first));
  check_schools (self, first, first + n);
}

/* Codes mostly begin with that of the district: then all of one district come before all of another. */
static gboolean
are_districts_apart (const Settling *self)
{
  g_autofree BalanceCodeKey *first = g_new (BalanceCodeKey, self->n_districts + 1);
  guint n = 0;

  for (guint i = 0; i < self->n_districts; i++)
    if (self->offsets[i] < self->offsets[i + 1])
      first[n++] = balance_settling_make_key (balance_settling_get_head (self, self->offsets[i]), i);
  balance_code_keys_sort (first, n);
  for (guint i = 1; i < n; i++)
    {
      const guint32 last = self->offsets[first[i - 1].row + 1] - 1;
      const BalanceCodeKey key = balance_settling_make_key (balance_settling_get_head (self, last), last);

      if (balance_code_key_compare (&key, &first[i]) >= 0)
        return FALSE;
    }

  return TRUE;
}

/* Of all of the code: those of a whole table may begin with the same words. */
static guint32
hash_code (const Settling *self,
           guint32         place)
{
  const BalanceCodeKey key = balance_settling_make_key (balance_settling_get_head (self, place), place);
  guint64 hash = balance_hash_mix (balance_hash_mix (G_GUINT64_CONSTANT (0xa0761d6478bd642f), key.words[0]), key.words[1]);

  if (balance_code_is_long (key.words))
    {
      const char *rest = key.code + sizeof key.words;

      hash = balance_hash_mix (hash, balance_text_hash (rest, strlen (rest)));
    }

  return (guint32) (hash >> 32);
}

/* Codes that two districts have, among those of one part; the first is enough. */
static void
check_part (gpointer data,
            guint    part)
{
  Namesakes *self = data;
  const HashedSchool *schools = self->hashed + self->part_offsets[part];
  const guint n = self->part_offsets[part + 1] - self->part_offsets[part];
  const guint bits = g_bit_storage (2 * (gulong) n + 1);
  const guint32 mask = ((guint32) 1 << bits) - 1;
  g_autofree guint32 *slots = g_new0 (guint32, (gsize) mask + 1);   /* + 1; 0: empty */

  for (guint i = 0; i < n && !g_atomic_int_get (&self->any); i++)
    {
      const guint32 place = schools[i].place;
      const BalanceCodeKey key = balance_settling_make_key (balance_settling_get_head (self->settling, place), place);
      guint32 slot = schools[i].hash & mask;

      for (; slots[slot] != 0; slot = (slot + 1) & mask)
        {
          const HashedSchool *other = &schools[slots[slot] - 1];

          if (other->hash == schools[i].hash)
            {
              const BalanceCodeKey other_key = balance_settling_make_key (balance_settling_get_head (self->settling, other->place), other->place);

              if (balance_code_key_compare (&key, &other_key) == 0)
                {
                  set_flag (&self->any);
                  return;
                }
            }
        }
      slots[slot] = i + 1;
    }
}

static gboolean
has_namesakes (const Settling *self)
{
  Namesakes namesakes = { .settling = self };
  guint32 next[N_PARTS];

  for (guint i = 0; i < self->n_records; i++)
    if (!self->again[i])
      namesakes.part_offsets[(hash_code (self, i) >> (32 - PART_BITS)) + 1]++;
  for (guint i = 0; i < N_PARTS; i++)
    namesakes.part_offsets[i + 1] += namesakes.part_offsets[i];
  memcpy (next, namesakes.part_offsets, sizeof next);

  namesakes.hashed = g_new (HashedSchool, self->n_records + 1);
  for (guint i = 0; i < self->n_records; i++)
    if (!self->again[i])
      {
        const guint32 hash = hash_code (self, i);

        namesakes.hashed[next[hash >> (32 - PART_BITS)]++] = (HashedSchool) { hash, i };
      }
  balance_tasks_run (N_PARTS, self->n_threads, check_part, &namesakes);
  g_free (namesakes.hashed);

  return namesakes.any;
}

/* Several columns may give the values of the same cells, each of a stage. */
gboolean
balance_settling_measure (const BalanceSettling *self,
                          const BalanceCells    *cells,
                          guint                 *width,
                          guint                 *scale)
{
  const GArray *columns = self->draft->columns;

  *width = 4;
  *scale = 0;
  for (guint i = 0; i < columns->len; i++)
    if (g_array_index (columns, BalanceDraftColumn, i).cells == cells && self->layout->places[i].width > 0)
      *scale = MAX (*scale, self->layout->places[i].scale);
  for (guint i = 0; i < columns->len; i++)
    if (g_array_index (columns, BalanceDraftColumn, i).cells == cells && self->layout->places[i].width > 0)
      {
        guint64 bound = self->draft->bounds[i];

        if (!balance_draft_rescale_bound (&bound, self->layout->places[i].scale, *scale))
          return FALSE;
        if (bound > G_MAXINT32)
          *width = 8;
      }

  return TRUE;
}

static gboolean
has_scales (const Settling *self)
{
  guint width, scale;

  for (guint i = 0; i < self->draft->columns->len; i++)
    if (!balance_settling_measure (self, g_array_index (self->draft->columns, BalanceDraftColumn, i).cells, &width, &scale))
      return FALSE;

  return TRUE;
}

/* Districts by their codes. */
static void
sort_districts (Settling *self)
{
  g_autofree BalanceCodeKey *keys = g_new (BalanceCodeKey, self->n_districts + 1);

  for (guint i = 0; i < self->n_districts; i++)
    keys[i] = (BalanceCodeKey) { .code = balance_intake_get_name (self->intake, BALANCE_LEVEL_DISTRICT, i), .row = i };
  balance_code_keys_read (keys, self->n_districts);
  balance_code_keys_sort (keys, self->n_districts);
  for (guint i = 0; i < self->n_districts; i++)
    self->districts[i] = keys[i].row;
}

/* The records by districts, those of each in the order of the input. */
static void
sort_records (Settling *self)
{
  g_autofree guint32 *next = g_new0 (guint32, self->n_districts + 1), *rank = g_new (guint32, self->n_districts + 1);
  const GPtrArray *blocks = self->draft->blocks;

  for (guint i = 0; i < blocks->len; i++)
    {
      const BalanceDraftBlock *block = g_ptr_array_index (blocks, i);

      for (guint row = 0; row < block->n_rows; row++)
        next[block->districts[row]]++;
    }
  for (guint i = 0; i < self->n_districts; i++)
    {
      const guint32 district = self->districts[i];

      rank[district] = i;
      self->offsets[i + 1] = self->offsets[i] + next[district];
      next[district] = self->offsets[i];
    }
  for (guint i = 0; i < blocks->len; i++)
    {
      const BalanceDraftBlock *block = g_ptr_array_index (blocks, i);

      for (guint row = 0; row < block->n_rows; row++)
        self->order[next[block->districts[row]]++] = i << self->row_bits | row;
    }
}

static gboolean
settle (BalanceIntake *self)
{
  BalanceIntakeDraft *draft = self->draft;
  const guint n_districts = self->tables[BALANCE_LEVEL_DISTRICT].n_rows, n_records = draft->n_rows;
  const gsize n_groups = (gsize) n_districts * self->n_stages;
  const guint n_bands = draft->n_bands;
  Settling settling = {
    .intake = self, .draft = draft, .n_districts = n_districts, .n_records = n_records,
    .n_threads = n_records >= MIN_PARALLEL ? self->n_threads : 1, .row_bits = g_bit_storage (draft->n_most),
    .districts = g_new (guint32, n_districts + 1), .offsets = g_new0 (guint32, n_districts + 1),
    .schools = g_new0 (guint32, n_districts + 1), .sections = g_new0 (guint32, n_groups + 1), .codes = g_new0 (gsize, n_districts + 1),
    .order = g_new (guint32, n_records + 1), .again = g_new (guint8, n_records + 1),
    .bands = g_new (guint8 **, n_bands),
  };

  balance_memory_prefer_huge (settling.order, n_records * sizeof (guint32));
  balance_intake_align_draft (self);
  settling.layout = g_ptr_array_index (draft->layouts, draft->layouts->len - 1);
  for (guint i = 0; i < n_bands; i++)
    {
      settling.bands[i] = g_new (guint8 *, draft->blocks->len);
      for (guint j = 0; j < draft->blocks->len; j++)
        settling.bands[i][j] = ((const BalanceDraftBlock *) g_ptr_array_index (draft->blocks, j))->bands[i];
    }
  settling.heads = g_aligned_alloc (n_records, settling.layout->sizes[0], BALANCE_HUGE_PAGE);
  balance_memory_prefer_huge (settling.heads, (gsize) n_records * settling.layout->sizes[0]);
  sort_districts (&settling);
  sort_records (&settling);
  balance_tasks_run ((n_districts + BALANCE_DISTRICTS_AT_ONCE - 1) / BALANCE_DISTRICTS_AT_ONCE, settling.n_threads, settle_districts, &settling);
  if (!settling.unclear && !are_districts_apart (&settling))
    settling.unclear = has_namesakes (&settling);
  if (!settling.unclear)
    settling.unclear = !has_scales (&settling);

  if (!settling.unclear)
    {
      for (guint i = 0; i < n_districts; i++)
        {
          settling.schools[i + 1] += settling.schools[i];
          settling.codes[i + 1] += settling.codes[i];
        }
      for (gsize i = 0; i < n_groups; i++)
        settling.sections[i + 1] += settling.sections[i];
      balance_settling_emit (&settling);
    }

  for (guint i = 0; i < n_bands; i++)
    g_free (settling.bands[i]);
  g_free (settling.bands);
  g_free (settling.districts);
  g_free (settling.offsets);
  g_free (settling.schools);
  g_free (settling.sections);
  g_free (settling.codes);
  g_free (settling.order);
  g_free (settling.again);
  g_aligned_free (settling.heads);

  return !settling.unclear;
}

gboolean
balance_intake_settle (BalanceIntake *self)
{
  if (self->draft->n_rows > 0 && !settle (self))
    return FALSE;
  g_clear_pointer (&self->draft, balance_intake_draft_free);

  return TRUE;
}
