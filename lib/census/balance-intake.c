/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/balance-memory-private.h"
#include "census/balance-intake-draft-private.h"

#include <string.h>

/* An open-addressing table of row numbers; the keys stay with their owner. */
typedef struct _BalanceIntakeIndex Index;

typedef struct
{
  guint32 hash;
  guint32 value;      /* + 1; 0 = empty */
} Slot;

struct _BalanceIntakeIndex
{
  Slot  *slots;
  guint  n_slots;
  guint  n;
  guint  n_expected;
};

#define INDEX_START 1024
#define HUGE_SIZE   (1 << 20)
#define ROWS_START  64
#define DOUBLED_ROWS (1 << 20)
#define MAX_STEP    64
#define TRIMMED_ROWS (1 << 20)
#define PIECE_SIZE  (1 << 20)

/* Places are asked for in no order: with small pages nearly every look would cost two. */
static Slot *
slots_new (gsize n)
{
  const gboolean huge = n * sizeof (Slot) >= HUGE_SIZE;
  const gsize size = huge ? (n * sizeof (Slot) + BALANCE_HUGE_PAGE - 1) / BALANCE_HUGE_PAGE * BALANCE_HUGE_PAGE : n * sizeof (Slot);
  Slot *slots = g_aligned_alloc (size, 1, huge ? BALANCE_HUGE_PAGE : sizeof (Slot));

  balance_memory_prefer_huge (slots, size);
  memset (slots, 0, n * sizeof (Slot));

  return slots;
}

static Index *
index_new (void)
{
  Index *self = g_new0 (Index, 1);

  self->slots = slots_new (INDEX_START);
  self->n_slots = INDEX_START;

  return self;
}

static void
index_free (Index *self)
{
  g_aligned_free (self->slots);
  g_free (self);
}

/* Where to look first. Any number of slots will do, so that no more need be there than are wanted. */
static inline guint
index_start (const Index *self,
             guint32      hash)
{
  return (guint) ((guint64) hash * self->n_slots >> 32);
}

static inline guint
index_next (const Index *self,
            guint        i)
{
  return i + 1 < self->n_slots ? i + 1 : 0;
}

static void
index_put (Index *self,
           Slot   slot)
{
  guint i = index_start (self, slot.hash);

  while (self->slots[i].value != 0)
    i = index_next (self, i);
  self->slots[i] = slot;
}

static void
index_add (Index   *self,
           guint32  hash,
           guint32  value)
{
  if (self->n >= self->n_slots / 4 * 3)
    {
      const Index old = *self;
      const guint64 expected = MIN ((guint64) self->n_expected * 7 / 5, (guint64) self->n_slots * MAX_STEP);

      self->n_slots = (guint) MIN (expected > self->n_slots ? expected : (guint64) self->n_slots * 2, G_MAXINT32);
      self->slots = slots_new (self->n_slots);
      for (guint i = 0; i < old.n_slots; i++)
        if (old.slots[i].value != 0)
          index_put (self, old.slots[i]);
      g_aligned_free (old.slots);
    }

  index_put (self, (Slot) { hash, value + 1 });
  self->n++;
}

/* Grows an array of plain items to hold index `i`, new items zero. */
static void
array_reserve (GArray *array,
               guint   i)
{
  if (i >= array->len)
    g_array_set_size (array, MAX (i + 1, array->len + array->len / (array->len < DOUBLED_ROWS ? 1 : 8)));
}

static void
lines_free (gpointer data)
{
  if (data != NULL)
    g_array_unref (data);
}

BalanceIntake *
balance_intake_new (BalanceDictionary *dictionary,
                    int                year,
                    GPtrArray         *sources)
{
  BalanceIntake *self = g_new0 (BalanceIntake, 1);

  self->dictionary = g_object_ref (dictionary);
  self->year = year;
  self->n_stages = balance_dictionary_get_n_stages (dictionary);
  self->sources = sources;

  for (guint i = 0; i < G_N_ELEMENTS (self->tables); i++)
    {
      self->tables[i].cells = g_ptr_array_new_with_free_func (balance_cells_free);
      self->tables[i].by_field = g_new0 (BalanceCells *, dictionary->fields->len);
      self->tables[i].lines = g_ptr_array_new_with_free_func (lines_free);
    }

  self->arena = g_string_chunk_new (1 << 16);
  self->texts = g_ptr_array_new ();
  self->text_index = index_new ();
  self->school_index = index_new ();

  self->district_of_text = g_array_new (FALSE, TRUE, sizeof (guint32));
  self->district_text = g_array_new (FALSE, TRUE, sizeof (guint32));
  self->district_hash = g_array_new (FALSE, TRUE, sizeof (guint32));
  self->district_skipped = g_array_new (FALSE, TRUE, sizeof (guint8));
  self->school_district = g_array_new (FALSE, TRUE, sizeof (guint32));
  self->school_text = g_array_new (FALSE, TRUE, sizeof (guint32));
  self->school_of_text = g_array_new (FALSE, TRUE, sizeof (guint32));
  self->school_section = g_array_new (FALSE, TRUE, sizeof (guint32));
  self->section_school = g_array_new (FALSE, TRUE, sizeof (guint32));
  self->section_stage = g_array_new (FALSE, TRUE, sizeof (guint8));
  self->section_before = g_array_new (FALSE, TRUE, sizeof (guint32));

  balance_intake_intern (self, "", 0);

  return self;
}

void
balance_intake_free (BalanceIntake *self)
{
  const gboolean large = self->tables[BALANCE_LEVEL_SECTION].n_rows >= TRIMMED_ROWS;

  for (guint i = 0; i < G_N_ELEMENTS (self->tables); i++)
    {
      g_ptr_array_unref (self->tables[i].cells);
      g_ptr_array_unref (self->tables[i].lines);
      g_free (self->tables[i].by_field);
      g_free (self->tables[i].seen_source);
      g_free (self->tables[i].seen_line);
      g_free (self->tables[i].joined);
    }

  g_clear_pointer (&self->arena, g_string_chunk_free);
  g_ptr_array_unref (self->texts);
  g_clear_pointer (&self->text_index, index_free);
  g_clear_pointer (&self->school_index, index_free);
  g_clear_pointer (&self->draft, balance_intake_draft_free);
  g_clear_pointer (&self->pieces, g_ptr_array_unref);

  g_clear_pointer (&self->district_of_text, g_array_unref);
  g_array_unref (self->district_text);
  g_array_unref (self->district_hash);
  g_array_unref (self->district_skipped);
  g_clear_pointer (&self->school_district, g_array_unref);
  g_array_unref (self->school_text);
  g_clear_pointer (&self->school_of_text, g_array_unref);
  g_clear_pointer (&self->school_section, g_array_unref);
  g_clear_pointer (&self->section_school, g_array_unref);
  g_clear_pointer (&self->section_stage, g_array_unref);
  g_clear_pointer (&self->section_before, g_array_unref);

  g_object_unref (self->dictionary);
  g_free (self);
  if (large)
    balance_memory_trim ();
}

void
balance_intake_close (BalanceIntake *self)
{
  g_clear_pointer (&self->text_index, index_free);
  g_clear_pointer (&self->school_index, index_free);
  g_clear_pointer (&self->district_of_text, g_array_unref);
  g_clear_pointer (&self->school_of_text, g_array_unref);
}

void
balance_intake_forget_links (BalanceIntake *self)
{
  g_clear_pointer (&self->school_district, g_array_unref);
  g_clear_pointer (&self->school_section, g_array_unref);
  g_clear_pointer (&self->section_school, g_array_unref);
  g_clear_pointer (&self->section_stage, g_array_unref);
  g_clear_pointer (&self->section_before, g_array_unref);
}

static guint32
look_up_text (const Index     *index,
              const GPtrArray *texts,
              const char      *text,
              gsize            length,
              guint32          hash)
{
  for (guint i = index_start (index, hash); index->slots[i].value != 0; i = index_next (index, i))
    {
      const char *known;

      if (index->slots[i].hash != hash)
        continue;
      known = g_ptr_array_index (texts, index->slots[i].value - 1);
      if (strncmp (known, text, length) == 0 && known[length] == '\0')
        return index->slots[i].value - 1;
    }

  return BALANCE_NO_ROW;
}

static void
replace_texts (BalanceCells  *cells,
               const guint32 *replaced,
               guint          n)
{
  for (guint i = 0; i < n; i++)
    if (balance_cells_has (cells, i))
      {
        const BalanceDecimal value = { replaced[balance_cells_get_raw (cells, i)], 0 };

        balance_cells_set (cells, i, &value);
      }
}

/* Of the same texts the first one stays. */
static void
index_texts (BalanceIntake *self)
{
  const guint n = self->texts->len;
  g_autofree guint32 *replaced = g_new (guint32, n);
  gboolean any = FALSE;

  g_clear_pointer (&self->text_index, index_free);
  self->text_index = index_new ();
  self->text_index->n_expected = n;
  for (guint i = 0; i < n; i++)
    {
      const char *text = g_ptr_array_index (self->texts, i);
      const gsize length = strlen (text);
      const guint32 hash = balance_text_hash (text, length);
      const guint32 known = look_up_text (self->text_index, self->texts, text, length, hash);

      replaced[i] = known == BALANCE_NO_ROW ? i : known;
      any |= replaced[i] != i;
      if (known == BALANCE_NO_ROW)
        index_add (self->text_index, hash, i);
    }
  if (!any)
    return;

  for (guint i = 0; i < G_N_ELEMENTS (self->tables); i++)
    for (guint j = 0; j < self->tables[i].cells->len; j++)
      {
        BalanceCells *cells = g_ptr_array_index (self->tables[i].cells, j);

        if (cells->field->type == BALANCE_FIELD_TEXT)
          replace_texts (cells, replaced, self->tables[i].n_rows);
      }
  for (guint i = 0; i < self->tables[BALANCE_LEVEL_DISTRICT].n_rows; i++)
    {
      guint32 *text = &g_array_index (self->district_text, guint32, i);

      *text = replaced[*text];
    }
  for (guint i = 0; i < self->tables[BALANCE_LEVEL_SCHOOL].n_rows; i++)
    {
      guint32 *text = &g_array_index (self->school_text, guint32, i);

      *text = replaced[*text];
    }
}

/* Of the two hashes and not of rows: it is known, and its slot on the way into the cache, before they are. */
static guint32
hash_school (guint32 district_hash,
             guint32 code_hash)
{
  return (guint32) balance_hash_mix (G_GUINT64_CONSTANT (0xa0761d6478bd642f), (guint64) district_hash << 32 | code_hash);
}

static void
index_school (BalanceIntake *self,
              guint32        row,
              guint32        code_hash)
{
  const guint32 district = g_array_index (self->school_district, guint32, row), text = g_array_index (self->school_text, guint32, row);

  index_add (self->school_index, hash_school (g_array_index (self->district_hash, guint32, district), code_hash), row);
  array_reserve (self->school_of_text, text);
  if (g_array_index (self->school_of_text, guint32, text) == 0)
    g_array_index (self->school_of_text, guint32, text) = row + 1;
}

/* Somebody looks for a text or a school, some of which came without anybody looking. */
static void
make_index (BalanceIntake *self)
{
  const guint n_schools = self->tables[BALANCE_LEVEL_SCHOOL].n_rows;

  self->unindexed = FALSE;
  index_texts (self);

  memset (self->district_of_text->data, 0, self->district_of_text->len * sizeof (guint32));
  for (guint i = 0; i < self->tables[BALANCE_LEVEL_DISTRICT].n_rows; i++)
    {
      const guint32 text = g_array_index (self->district_text, guint32, i);

      array_reserve (self->district_of_text, text);
      g_array_index (self->district_of_text, guint32, text) = i + 1;
    }

  g_clear_pointer (&self->school_index, index_free);
  self->school_index = index_new ();
  self->school_index->n_expected = n_schools;
  for (guint i = 0; i < n_schools; i++)
    {
      const char *code = balance_intake_get_name (self, BALANCE_LEVEL_SCHOOL, i);

      index_school (self, i, balance_text_hash (code, strlen (code)));
    }
}

static guint32
find_text (BalanceIntake *self,
           const char    *text,
           gsize          length,
           guint32        hash)
{
  /* a draft looks only for what it has put there */
  if (G_UNLIKELY (self->unindexed && self->draft == NULL))
    make_index (self);

  return look_up_text (self->text_index, self->texts, text, length, hash);
}

char *
balance_intake_get_text_memory (BalanceIntake *self,
                                gsize          size)
{
  char *memory;

  if (size > self->n_piece)
    {
      if (self->pieces == NULL)
        self->pieces = g_ptr_array_new_with_free_func (g_aligned_free);
      /* texts of many schools are looked at in no order */
      self->n_piece = MAX (size, self->pieces->len == 0 ? PIECE_SIZE : BALANCE_HUGE_PAGE);
      self->piece = g_aligned_alloc (1, self->n_piece, self->n_piece >= BALANCE_HUGE_PAGE ? BALANCE_HUGE_PAGE : sizeof (gpointer));
      balance_memory_prefer_huge (self->piece, self->n_piece);
      g_ptr_array_add (self->pieces, self->piece);
    }
  memory = self->piece;
  self->piece += size;
  self->n_piece -= size;

  return memory;
}

guint
balance_intake_number_texts (BalanceIntake *self,
                             guint          n)
{
  const guint first = self->texts->len;

  self->unindexed = TRUE;
  g_ptr_array_set_size (self->texts, (int) (first + n));

  return first;
}

guint
balance_intake_intern_hashed (BalanceIntake *self,
                              const char    *text,
                              gsize          length,
                              guint32        hash)
{
  guint32 known = find_text (self, text, length, hash);

  if (known == BALANCE_NO_ROW)
    {
      known = self->texts->len;
      g_ptr_array_add (self->texts, g_string_chunk_insert_len (self->arena, text, (gssize) length));
      index_add (self->text_index, hash, known);
    }

  return known;
}

/* What is known of each row beside its values. */
static void
set_size (BalanceIntake *self,
          BalanceLevel   level,
          guint          n)
{
  switch (level)
    {
    case BALANCE_LEVEL_SECTION:
      g_array_set_size (self->section_school, n);
      g_array_set_size (self->section_stage, n);
      g_array_set_size (self->section_before, n);
      break;

    case BALANCE_LEVEL_SCHOOL:
      g_array_set_size (self->school_district, n);
      g_array_set_size (self->school_text, n);
      g_array_set_size (self->school_section, n);
      break;

    case BALANCE_LEVEL_DISTRICT:
      g_array_set_size (self->district_text, n);
      g_array_set_size (self->district_hash, n);
      g_array_set_size (self->district_skipped, n);
      break;

    case BALANCE_LEVEL_STAGE:
    case BALANCE_LEVEL_REGION:
    default:
      break;
    }
}

/* The next size of what is full. Large tables would waste too much by doubling, and a guess is trusted only so far. */
static guint
get_more (guint n,
          guint start,
          guint n_expected)
{
  if (n_expected > n)
    return (guint) MIN (n_expected, (guint64) MAX (n, start) * MAX_STEP);

  return MAX (start, n + n / (n < DOUBLED_ROWS ? 1 : 8));
}

guint32
balance_intake_add_row (BalanceIntake *self,
                        BalanceLevel   level)
{
  BalanceIntakeTable *table = &self->tables[level];

  if (table->n_rows == table->n_alloc)
    {
      guint n = get_more (table->n_alloc, ROWS_START, table->n_expected);

      set_size (self, level, n);

      table->seen_line = g_renew (guint32, table->seen_line, n);
      if (table->seen_source != NULL)
        {
          table->seen_source = g_renew (guint32, table->seen_source, n);
          table->joined = g_renew (guint8, table->joined, n);
        }
      for (guint i = 0; i < table->cells->len; i++)
        balance_cells_grow (g_ptr_array_index (table->cells, i), n);
      table->n_alloc = n;
    }

  table->seen_line[table->n_rows] = BALANCE_INTAKE_UNSEEN;
  if (G_UNLIKELY (table->seen_source != NULL))
    {
      table->seen_source[table->n_rows] = 0;
      table->joined[table->n_rows] = FALSE;
    }

  return table->n_rows++;
}

void
balance_intake_add_rows (BalanceIntake *self,
                         BalanceLevel   level,
                         guint          n,
                         guint          source)
{
  BalanceIntakeTable *table = &self->tables[level];

  set_size (self, level, n);
  g_free (table->seen_line);
  table->seen_line = g_new (guint32, n + 1);
  balance_memory_prefer_huge (table->seen_line, n * sizeof (guint32));
  if (n > 0)
    table->only_source = source + 1;
  table->n_rows = table->n_alloc = n;
}

static guint32
get_at (GArray  *array,
        guint32  i)
{
  return i < array->len ? g_array_index (array, guint32, i) : 0;
}

guint32
balance_intake_find_district_hashed (BalanceIntake *self,
                                     const char    *code,
                                     gsize          length,
                                     guint32        hash)
{
  guint32 text = find_text (self, code, length, hash);

  /* 0 wraps around to BALANCE_NO_ROW */
  return text == BALANCE_NO_ROW ? text : get_at (self->district_of_text, text) - 1;
}

guint32
balance_intake_add_district_hashed (BalanceIntake *self,
                                    const char    *code,
                                    gsize          length,
                                    guint32        hash)
{
  guint32 text = balance_intake_intern_hashed (self, code, length, hash);
  guint32 row = get_at (self->district_of_text, text) - 1;

  if (row != BALANCE_NO_ROW)
    return row;

  row = balance_intake_add_row (self, BALANCE_LEVEL_DISTRICT);
  array_reserve (self->district_of_text, text);
  g_array_index (self->district_of_text, guint32, text) = row + 1;
  g_array_index (self->district_text, guint32, row) = text;
  g_array_index (self->district_hash, guint32, row) = hash;

  return row;
}

static guint32
find_school (BalanceIntake *self,
             guint32        district,
             guint32        text,
             guint32        hash)
{
  const Index *index = self->school_index;

  for (guint i = index_start (index, hash); index->slots[i].value != 0; i = index_next (index, i))
    {
      guint32 row = index->slots[i].value - 1;

      if (index->slots[i].hash == hash &&
          g_array_index (self->school_district, guint32, row) == district &&
          g_array_index (self->school_text, guint32, row) == text)
        return row;
    }

  return BALANCE_NO_ROW;
}

guint32
balance_intake_find_school_hashed (BalanceIntake *self,
                                   guint32        district,
                                   const char    *code,
                                   gsize          length,
                                   guint32        hash)
{
  guint32 text = find_text (self, code, length, hash);

  return text == BALANCE_NO_ROW
         ? text : find_school (self, district, text, hash_school (g_array_index (self->district_hash, guint32, district), hash));
}

guint32
balance_intake_add_new_school (BalanceIntake *self,
                               guint32        district,
                               const char    *code,
                               gsize          length,
                               guint32        hash)
{
  const guint32 text = balance_intake_intern_hashed (self, code, length, hash);
  const guint32 row = balance_intake_add_row (self, BALANCE_LEVEL_SCHOOL);

  g_array_index (self->school_district, guint32, row) = district;
  g_array_index (self->school_text, guint32, row) = text;
  index_school (self, row, hash);

  return row;
}

guint32
balance_intake_add_school_hashed (BalanceIntake *self,
                                  guint32        district,
                                  const char    *code,
                                  gsize          length,
                                  guint32        hash)
{
  const guint32 row = balance_intake_find_school_hashed (self, district, code, length, hash);

  return row != BALANCE_NO_ROW ? row : balance_intake_add_new_school (self, district, code, length, hash);
}

void
balance_intake_expect_text (BalanceIntake *self,
                            guint32        hash)
{
  __builtin_prefetch (&self->text_index->slots[index_start (self->text_index, hash)]);
}

void
balance_intake_expect_school (BalanceIntake *self,
                              guint32        district_hash,
                              guint32        code_hash)
{
  __builtin_prefetch (&self->school_index->slots[index_start (self->school_index, hash_school (district_hash, code_hash))]);
  balance_intake_expect_text (self, code_hash);
}

guint32
balance_intake_find_namesake (BalanceIntake *self,
                              guint32        school)
{
  guint32 first = get_at (self->school_of_text, g_array_index (self->school_text, guint32, school)) - 1;

  return first == school ? BALANCE_NO_ROW : first;
}

guint32
balance_intake_find_section (BalanceIntake *self,
                             guint32        school,
                             guint          stage)
{
  guint32 row = g_array_index (self->school_section, guint32, school);

  for (; row != 0; row = g_array_index (self->section_before, guint32, row - 1))
    if (g_array_index (self->section_stage, guint8, row - 1) == stage)
      break;

  return row - 1;
}

guint32
balance_intake_add_section (BalanceIntake *self,
                            guint32        school,
                            guint          stage)
{
  const guint32 row = balance_intake_find_section (self, school, stage);

  return row != BALANCE_NO_ROW ? row : balance_intake_add_new_section (self, school, stage);
}

guint32
balance_intake_add_new_section (BalanceIntake *self,
                                guint32        school,
                                guint          stage)
{
  guint32 *last = &g_array_index (self->school_section, guint32, school);
  const guint32 row = balance_intake_add_row (self, BALANCE_LEVEL_SECTION);

  g_array_index (self->section_school, guint32, row) = school;
  g_array_index (self->section_stage, guint8, row) = (guint8) stage;
  g_array_index (self->section_before, guint32, row) = *last;
  *last = row + 1;

  return row;
}

guint32
balance_intake_add_region (BalanceIntake *self)
{
  BalanceIntakeTable *table = &self->tables[BALANCE_LEVEL_REGION];

  return table->n_rows > 0 ? 0 : balance_intake_add_row (self, BALANCE_LEVEL_REGION);
}

static void
add_line (BalanceIntakeTable *table,
          guint32             row)
{
  const guint source = balance_intake_get_source (table, row) - 1;
  const BalanceIntakeLine place = { row, table->seen_line[row] };
  GArray *lines;

  if (source >= table->lines->len)
    g_ptr_array_set_size (table->lines, (int) source + 1);
  lines = g_ptr_array_index (table->lines, source);
  if (lines == NULL)
    lines = table->lines->pdata[source] = g_array_new (FALSE, FALSE, sizeof (BalanceIntakeLine));
  g_array_append_val (lines, place);
}

/* From now on rows have sources of their own. */
static void
part_sources (BalanceIntakeTable *table)
{
  table->seen_source = g_new (guint32, table->n_alloc);
  table->joined = g_new0 (guint8, table->n_alloc);
  for (guint i = 0; i < table->n_rows; i++)
    table->seen_source[i] = table->seen_line[i] != BALANCE_INTAKE_UNSEEN ? table->only_source : 0;
  table->only_source = 0;
}

void
balance_intake_displace (BalanceIntakeTable *table,
                         guint32             row,
                         guint               source,
                         guint               line)
{
  if (table->seen_source == NULL && table->only_source == 0)
    {
      table->only_source = source + 1;
      table->seen_line[row] = line;
      return;
    }
  if (table->seen_source == NULL)
    part_sources (table);

  if (table->seen_source[row] == source + 1)
    return;
  if (table->seen_source[row] != 0)
    {
      table->joined[row] = TRUE;
      add_line (table, row);
    }
  table->seen_source[row] = source + 1;
  table->seen_line[row] = line;
}

void
balance_intake_list_lines (BalanceIntake *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->tables); i++)
    {
      BalanceIntakeTable *table = &self->tables[i];

      for (; table->n_listed < table->n_rows; table->n_listed++)
        if (balance_intake_get_source (table, table->n_listed) != 0)
          add_line (table, table->n_listed);
    }
}

void
balance_intake_expect (BalanceIntake *self,
                       double         share)
{
  const guint n_known = MIN (2 * self->tables[BALANCE_LEVEL_DISTRICT].n_rows, self->texts->len);

  for (guint i = 0; i < G_N_ELEMENTS (self->tables); i++)
    {
      BalanceIntakeTable *table = &self->tables[i];
      const double n = table->n_rows / share;

      /* a few more, so that the guess need not be met exactly */
      table->n_expected = i <= BALANCE_LEVEL_SCHOOL ? (guint) MIN (n + n / 64, G_MAXINT32) : 0;
    }
  /* what a draft looks for are few */
  if (self->draft != NULL)
    return;
  self->school_index->n_expected = self->tables[BALANCE_LEVEL_SCHOOL].n_expected;
  /* a code and a name for each district are soon known, all others go on */
  self->text_index->n_expected = (guint) MIN (n_known + (self->texts->len - n_known) / share, G_MAXINT32);
}

typedef struct
{
  BalanceIntake *intake;
  BalanceLevel   level;
  guint32       *lines;      /* [row] */
} Named;

static int
compare_named (gconstpointer a,
               gconstpointer b,
               gpointer      data)
{
  const guint32 x = *(const guint32 *) a, y = *(const guint32 *) b;
  const Named *self = data;

  if (self->lines[x] != self->lines[y])
    return self->lines[x] < self->lines[y] ? -1 : 1;
  if (self->level == BALANCE_LEVEL_SECTION)
    return (int) g_array_index (self->intake->section_stage, guint8, x) - (int) g_array_index (self->intake->section_stage, guint8, y);

  return (x > y) - (x < y);
}

void
balance_intake_sort_as_named (BalanceIntake *self,
                              BalanceLevel   level,
                              guint32       *rows,
                              guint          n)
{
  const BalanceIntakeTable *table = &self->tables[level];
  const guint n_placed = self->n_placed[level];
  const GArray *displaced = self->placed_source < table->lines->len ? g_ptr_array_index (table->lines, self->placed_source) : NULL;
  g_autofree guint32 *lines = g_memdup2 (table->seen_line, n_placed * sizeof *lines);
  Named named = { self, level, lines };

  while (n > 0 && rows[n - 1] >= n_placed)
    n--;
  for (guint i = 0; displaced != NULL && i < displaced->len; i++)
    {
      const BalanceIntakeLine *line = &g_array_index (displaced, BalanceIntakeLine, i);

      if (line->row < n_placed)
        lines[line->row] = line->line;
    }
  g_qsort_with_data (rows, (gint) n, sizeof *rows, compare_named, &named);
}

BalanceCells *
balance_intake_get_cells (BalanceIntake *self,
                          BalanceLevel   level,
                          BalanceField  *field)
{
  BalanceIntakeTable *table = &self->tables[level];
  BalanceCells *cells = table->by_field[field->index];

  if (cells == NULL)
    {
      cells = balance_cells_new (field, table->n_alloc);
      table->by_field[field->index] = cells;
      g_ptr_array_add (table->cells, cells);
    }

  return cells;
}

void
balance_intake_set_column (BalanceIntake *self,
                           BalanceCells  *cells,
                           guint          source,
                           int            stage,
                           guint          number)
{
  guint index = source * (self->n_stages + 1) + (guint) (stage + 1);

  array_reserve (cells->columns, index);
  g_array_index (cells->columns, guint32, index) = number;
  cells->first_source = MIN (cells->first_source, source);
}

void
balance_intake_note_origin (BalanceCells *cells,
                            guint32       row,
                            guint         source,
                            guint         line)
{
  BalanceOrigin origin = { row, source, line };

  if (line == 0)
    return;
  if (cells->origins == NULL)
    cells->origins = g_array_new (FALSE, FALSE, sizeof (BalanceOrigin));
  g_array_append_val (cells->origins, origin);
}

static guint
find_line (const BalanceIntakeTable *table,
           guint                     source,
           guint32                   row)
{
  GArray *lines = source < table->lines->len ? g_ptr_array_index (table->lines, source) : NULL;

  if (balance_intake_get_source (table, row) == source + 1)
    return balance_intake_get_line (table, row);
  for (guint i = 0; lines != NULL && i < lines->len; i++)
    if (g_array_index (lines, BalanceIntakeLine, i).row == row)
      return g_array_index (lines, BalanceIntakeLine, i).line;

  return 0;
}

static guint
find_column (BalanceIntake      *self,
             BalanceLevel        level,
             const BalanceCells *cells,
             guint               source,
             guint32             row)
{
  guint index = source * (self->n_stages + 1);
  guint number = 0;

  if (level == BALANCE_LEVEL_SECTION)
    number = get_at (cells->columns, index + 1 + g_array_index (self->section_stage, guint8, row));

  return number != 0 ? number : get_at (cells->columns, index);
}

void
balance_intake_find_cell (BalanceIntake      *self,
                          BalanceLevel        level,
                          const BalanceCells *cells,
                          guint32             row,
                          guint              *source,
                          guint              *line,
                          guint              *column)
{
  const BalanceIntakeTable *table = &self->tables[level];

  for (guint i = 0; cells->origins != NULL && i < cells->origins->len; i++)
    {
      const BalanceOrigin *origin = &g_array_index (cells->origins, BalanceOrigin, i);

      if (origin->row == row)
        {
          *source = origin->source;
          *line = origin->source_row;
          *column = find_column (self, level, cells, *source, row);
          return;
        }
    }

  /* nearly always one source named the row */
  if (!balance_intake_is_joined (table, row))
    {
      *source = MAX (1, balance_intake_get_source (table, row)) - 1;
      *line = balance_intake_get_line (table, row);
      *column = find_column (self, level, cells, *source, row);
      return;
    }

  for (*source = 0; *source < self->sources->len; (*source)++)
    {
      *column = find_column (self, level, cells, *source, row);
      *line = *column != 0 ? find_line (table, *source, row) : 0;
      if (*line != 0)
        return;
    }

  *source = *line = *column = 0;
}

const char *
balance_intake_get_name (BalanceIntake *self,
                         BalanceLevel   level,
                         guint32        row)
{
  switch (level)
    {
    case BALANCE_LEVEL_SECTION:
      row = g_array_index (self->section_school, guint32, row);
      G_GNUC_FALLTHROUGH;
    case BALANCE_LEVEL_SCHOOL:
      return g_ptr_array_index (self->texts, g_array_index (self->school_text, guint32, row));
    case BALANCE_LEVEL_DISTRICT:
      return g_ptr_array_index (self->texts, g_array_index (self->district_text, guint32, row));
    case BALANCE_LEVEL_STAGE:
    case BALANCE_LEVEL_REGION:
    default:
      return "";
    }
}
