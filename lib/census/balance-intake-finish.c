/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/balance-memory-private.h"
#include "base/balance-tasks-private.h"
#include "census/balance-code-keys-private.h"
#include "census/balance-intake-fill-private.h"

#include <string.h>

/* Vector code reads whole blocks. */
#define TAIL 64

/* Threads are worth it from so many sections on; so many districts are one task. */
#define MIN_PARALLEL      32000
#define DISTRICTS_AT_ONCE 64

/* So many schools or sections ahead what is known of them is fetched from memory. */
#define AHEAD             12

#define DISTRICT(self, row) g_array_index ((self)->school_district, guint32, row)
#define SCHOOL(self, row)   g_array_index ((self)->section_school, guint32, row)
#define STAGE(self, row)    g_array_index ((self)->section_stage, guint8, row)

typedef BalanceIntakeOrder Order;

static void
order_init (Order *order,
            guint  n)
{
  order->n = n;
  order->order = g_new (guint32, n);
  order->rank = NULL;
  balance_memory_prefer_huge (order->order, n * sizeof (guint32));
}

static void
order_make_rank (Order *order)
{
  if (order->order == NULL)
    return;
  order->rank = g_new (guint32, order->n);
  for (guint i = 0; i < order->n; i++)
    order->rank[order->order[i]] = i;
}

static void
order_clear (Order *order)
{
  g_free (order->order);
  g_free (order->rank);
}

static void
sort_districts (BalanceIntake *self,
                Order         *districts)
{
  guint n = self->tables[BALANCE_LEVEL_DISTRICT].n_rows;
  g_autofree BalanceCodeKey *keys = g_new (BalanceCodeKey, n + 1);

  order_init (districts, n);
  for (guint i = 0; i < n; i++)
    keys[i] = (BalanceCodeKey) { .code = balance_intake_get_name (self, BALANCE_LEVEL_DISTRICT, i), .row = i };
  balance_code_keys_read (keys, n);
  balance_code_keys_sort (keys, n);
  for (guint i = 0; i < n; i++)
    districts->order[i] = keys[i].row;
  order_make_rank (districts);
}

/* What it takes to put schools and sections into the order of the facts; each district by itself. */
typedef struct
{
  BalanceIntake *intake;
  BalanceFacts  *facts;
  const Order   *districts;
  Order         *schools, *sections;
  guint32       *next;            /* [district * n_stages + stage] where the next section goes */
  gboolean       sorted;          /* the schools came in the order of the facts */
} Placing;

/* One pass per school drops its sections into the groups, and so they come by school there. */
static void
place_sections (const Placing *self,
                guint          district,
                guint          school)
{
  const BalanceIntake *intake = self->intake;
  guint32 *next = self->next + (gsize) district * intake->n_stages;
  guint32 section = g_array_index (intake->school_section, guint32, self->schools->order[school]);

  for (; section != 0; section = g_array_index (intake->section_before, guint32, section - 1))
    {
      const guint8 stage = STAGE (intake, section - 1);
      const guint32 row = next[stage]++;

      self->sections->order[row] = section - 1;
      self->facts->section_school[row] = school;
      self->facts->section_stage[row] = stage;
      self->facts->school_sections[school + 1]++;
    }
}

/* The schools of a district into the order of their codes. */
static void
sort_schools (const Placing *self,
              guint          district)
{
  const guint first = self->facts->district_schools[district], n = self->facts->district_schools[district + 1] - first;
  guint32 *order = self->schools->order + first;
  g_autofree BalanceCodeKey *keys = g_new (BalanceCodeKey, n + 1);

  for (guint i = 0; i < n; i++)
    keys[i] = (BalanceCodeKey) { .code = balance_intake_get_name (self->intake, BALANCE_LEVEL_SCHOOL, order[i]), .row = order[i] };
  balance_code_keys_read (keys, n);
  balance_code_keys_sort (keys, n);
  for (guint i = 0; i < n; i++)
    order[i] = keys[i].row;
}

/* Of each district the schools are there, but maybe in no order. */
static void
place_districts (gpointer data,
                 guint    task)
{
  const Placing *self = data;
  const guint end = MIN (self->districts->n, (task + 1) * DISTRICTS_AT_ONCE);

  for (guint district = task * DISTRICTS_AT_ONCE; district < end; district++)
    {
      if (!self->sorted)
        sort_schools (self, district);
      for (guint school = self->facts->district_schools[district]; school < self->facts->district_schools[district + 1]; school++)
        {
          self->facts->school_district[school] = district;
          place_sections (self, district, school);
        }
    }
}

/* The order of schools and sections, and all that links them. */
static void
place_rows (BalanceIntake *self,
            BalanceFacts  *facts,
            const Order   *districts,
            Order         *schools,
            Order         *sections,
            guint          n_threads)
{
  const guint n_schools = self->tables[BALANCE_LEVEL_SCHOOL].n_rows, n_sections = self->tables[BALANCE_LEVEL_SECTION].n_rows;
  const gsize n_buckets = (gsize) districts->n * self->n_stages;
  g_autofree guint32 *next_school = NULL, *next_section = g_new0 (guint32, n_buckets + 1);
  Placing placing = { self, facts, districts, schools, sections, next_section, self->n_placed[BALANCE_LEVEL_SCHOOL] == n_schools };

  order_init (schools, n_schools);
  order_init (sections, n_sections);
  facts->district_schools = g_new0 (guint32, districts->n + 1);
  facts->district_sections = g_new0 (guint32, districts->n + 1);
  facts->school_district = g_new (guint32, n_schools + 1);
  facts->school_sections = g_new0 (guint32, n_schools + 1);
  facts->section_school = g_new (guint32, n_sections + 1);
  facts->section_stage = g_new0 (guint8, n_sections + TAIL);

  /* how many there are in each district and stage */
  for (guint i = 0; i < n_schools; i++)
    {
      const guint32 district = districts->rank[DISTRICT (self, i)];
      guint32 section = g_array_index (self->school_section, guint32, i);

      facts->district_schools[district + 1]++;
      for (; section != 0; section = g_array_index (self->section_before, guint32, section - 1))
        next_section[(gsize) district * self->n_stages + STAGE (self, section - 1) + 1]++;
    }
  for (gsize i = 0; i < n_buckets; i++)
    next_section[i + 1] += next_section[i];
  for (guint i = 0; i < districts->n; i++)
    {
      facts->district_schools[i + 1] += facts->district_schools[i];
      facts->district_sections[i + 1] = next_section[(gsize) (i + 1) * self->n_stages];
    }

  next_school = g_memdup2 (facts->district_schools, (districts->n + 1) * sizeof (guint32));
  for (guint i = 0; i < n_schools; i++)
    schools->order[next_school[districts->rank[DISTRICT (self, i)]]++] = i;
  balance_tasks_run ((districts->n + DISTRICTS_AT_ONCE - 1) / DISTRICTS_AT_ONCE, n_threads, place_districts, &placing);
  for (guint i = 0; i < n_schools; i++)
    facts->school_sections[i + 1] += facts->school_sections[i];

}

/* All schools and sections came in the order of the facts. */
static gboolean
are_placed (const BalanceIntake *self)
{
  return self->n_placed[BALANCE_LEVEL_SCHOOL] > 0 &&
         self->n_placed[BALANCE_LEVEL_SCHOOL] == self->tables[BALANCE_LEVEL_SCHOOL].n_rows &&
         self->n_placed[BALANCE_LEVEL_SECTION] == self->tables[BALANCE_LEVEL_SECTION].n_rows;
}

/* What links the rows then. */
static void
keep_rows (BalanceIntake *self,
           BalanceFacts  *facts,
           const Order   *districts,
           Order         *schools,
           Order         *sections)
{
  const guint n_schools = self->tables[BALANCE_LEVEL_SCHOOL].n_rows, n_sections = self->tables[BALANCE_LEVEL_SECTION].n_rows;

  *schools = (Order) { .n = n_schools };
  *sections = (Order) { .n = n_sections };
  facts->district_schools = g_new0 (guint32, districts->n + 1);
  facts->district_sections = g_new0 (guint32, districts->n + 1);
  facts->school_sections = g_new0 (guint32, n_schools + 1);
  facts->section_stage = g_new0 (guint8, n_sections + TAIL);
  if (n_sections > 0)
    memcpy (facts->section_stage, self->section_stage->data, n_sections);
  facts->school_district = (guint32 *) (gpointer) g_array_free (g_steal_pointer (&self->school_district), FALSE);
  facts->section_school = (guint32 *) (gpointer) g_array_free (g_steal_pointer (&self->section_school), FALSE);

  for (guint i = 0; i < n_schools; i++)
    {
      const guint32 district = districts->rank[facts->school_district[i]];

      facts->school_district[i] = district;
      facts->district_schools[district + 1]++;
    }
  for (guint i = 0; i < n_sections; i++)
    {
      const guint32 school = facts->section_school[i];

      facts->school_sections[school + 1]++;
      facts->district_sections[facts->school_district[school] + 1]++;
    }
  for (guint i = 0; i < districts->n; i++)
    {
      facts->district_schools[i + 1] += facts->district_schools[i];
      facts->district_sections[i + 1] += facts->district_sections[i];
    }
  for (guint i = 0; i < n_schools; i++)
    facts->school_sections[i + 1] += facts->school_sections[i];
}

static void
place_of (BalanceIntake      *self,
          BalanceLevel        level,
          const BalanceCells *cells,
          guint32             row,
          BalancePlace       *place)
{
  guint source;

  memset (place, 0, sizeof *place);
  place->field = cells->field->id;
  balance_intake_find_cell (self, level, cells, row, &source, &place->row, &place->column);
  if (place->row != 0)
    {
      const BalanceSource *from = g_ptr_array_index (self->sources, source);

      place->file = from->file;
      place->sheet = from->sheet;
    }
}

/* Identity is kept apart while rows come in; afterwards it can be read like any other field. */
static void
fill_identity (BalanceIntake   *self,
               BalanceLevel     level,
               BalanceIdentity  identity,
               GArray          *texts)
{
  BalanceField *field = self->dictionary->identity[identity];
  BalanceCells *cells;

  if (field == NULL)
    return;

  cells = balance_intake_get_cells (self, level, field);
  if (texts != NULL)
    {
      balance_cells_fill (cells, (const gint32 *) (gpointer) texts->data, self->tables[level].n_rows);
      return;
    }
  for (guint i = 0; i < self->tables[level].n_rows; i++)
    {
      const BalanceDecimal value = { level == BALANCE_LEVEL_SECTION ? (gint64) STAGE (self, i) : self->year, 0 };

      balance_cells_set (cells, i, &value);
    }
}

static const char **
name_rows (BalanceIntake   *self,
           BalanceFacts    *facts,
           BalanceLevel     level,
           BalanceIdentity  identity,
           guint            n)
{
  const BalanceField *field = self->dictionary->identity[identity];
  const BalanceColumn *column = field != NULL ? balance_facts_find_column (facts, level, field->id) : NULL;
  const char **names = g_new (const char *, n + 1);

  for (guint i = 0; i < n; i++)
    {
      const gboolean known = column != NULL && balance_column_is_valid (column, i);

      names[i] = known ? g_ptr_array_index (self->texts, balance_column_get (column, i)) : "";
    }

  return names;
}

/* `texts` are the codes of the rows as they came. */
static const char **
code_rows (BalanceIntake *self,
           const GArray  *texts,
           const Order   *rows)
{
  const char **codes = g_new (const char *, rows->n + 1);

  for (guint i = 0; i < rows->n; i++)
    codes[i] = g_ptr_array_index (self->texts, g_array_index (texts, guint32, balance_intake_order_get (rows, i)));

  return codes;
}

static void
report_no_stage (BalanceIntake   *self,
                 guint32          school,
                 BalanceProblems *problems)
{
  const BalanceIntakeTable *table = &self->tables[BALANCE_LEVEL_SCHOOL];
  BalancePlace place = { .row = balance_intake_get_line (table, school) };
  BalanceText message = { NULL, NULL }, remedy = { NULL, NULL };
  const char *code = balance_intake_get_name (self, BALANCE_LEVEL_SCHOOL, school);

  if (balance_intake_get_source (table, school) != 0)
    place.file = ((const BalanceSource *) g_ptr_array_index (self->sources, balance_intake_get_source (table, school) - 1))->file;
  balance_text_printf (&message,
                       "school %s has no stage, so nothing about it is judged",
                       "学校%s没有学段，不参加评估", code);
  balance_text_set (&remedy,
                    "give its kind, a row for each of its stages, or values in the columns of a stage",
                    "请填写学校类型，或为每个学段各填一行，或在分学段的列中填写数值");
  balance_problems_add (problems, BALANCE_SEVERITY_WARNING, "no-stage", &place, &message, NULL, &remedy);
}

/* A school that came without any section has those of its kind, with all values missing, so that it does
 * not vanish from the verdict. */
static void
complete_sections (BalanceIntake   *self,
                   BalanceProblems *problems)
{
  BalanceField *field = self->dictionary->identity[BALANCE_ID_KIND];
  BalanceIntakeTable *table = &self->tables[BALANCE_LEVEL_SCHOOL];
  const BalanceCells *kinds = field != NULL ? table->by_field[field->index] : NULL;
  g_autoptr(GArray) without = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint i = 0; i < table->n_rows; i++)
    {
      const BalanceChoice *kind = NULL;

      if (g_array_index (self->school_section, guint32, i) != 0)
        continue;

      if (kinds != NULL && balance_cells_has (kinds, i))
        kind = g_ptr_array_index (field->choices, balance_cells_get_raw (kinds, i));
      for (guint j = 0; kind != NULL && kind->stages != NULL && kind->stages[j] != NULL; j++)
        {
          int stage = balance_dictionary_find_stage (self->dictionary, kind->stages[j]);
          guint32 section;

          if (stage < 0)
            continue;
          section = balance_intake_add_section (self, i, (guint) stage);
          if (balance_intake_get_source (table, i) != 0)
            balance_intake_touch (self, BALANCE_LEVEL_SECTION, section, balance_intake_get_source (table, i) - 1, table->seen_line[i]);
        }
      if (g_array_index (self->school_section, guint32, i) == 0)
        g_array_append_val (without, i);
    }

  if (without->len > 0)
    balance_intake_sort_as_named (self, BALANCE_LEVEL_SCHOOL, (guint32 *) (gpointer) without->data, without->len);
  for (guint i = 0; i < without->len; i++)
    report_no_stage (self, g_array_index (without, guint32, i), problems);
}

/* The sections that came after another one of their school, and the columns of whole schools in which both have the same. */
typedef struct
{
  BalanceIntake *intake;
  guint32       *later;
  guint          n_later;
  guint8        *repeated;      /* [column] */
} Repeats;

static gboolean
is_repeated (const Repeats      *self,
             const BalanceCells *cells,
             guint32             section)
{
  const guint32 other = g_array_index (self->intake->section_before, guint32, section) - 1;

  return balance_cells_has (cells, section) && balance_cells_get_raw (cells, section) != 0 &&
         balance_cells_get_raw (cells, other) == balance_cells_get_raw (cells, section) &&
         balance_cells_get_scale (cells, other) == balance_cells_get_scale (cells, section);
}

static void
find_repeats (gpointer data,
              guint    task)
{
  const Repeats *self = data;
  const BalanceCells *cells = g_ptr_array_index (self->intake->tables[BALANCE_LEVEL_SECTION].cells, task);

  for (guint i = 0; i < self->n_later && !self->repeated[task] && cells->field->level == BALANCE_LEVEL_SCHOOL; i++)
    {
      if (i + AHEAD < self->n_later)
        {
          const guint32 ahead = self->later[i + AHEAD], other = g_array_index (self->intake->section_before, guint32, ahead) - 1;

          __builtin_prefetch ((const char *) cells->values + (gsize) other * cells->width);
          __builtin_prefetch ((const char *) cells->values + (gsize) ahead * cells->width);
        }
      self->repeated[task] = is_repeated (self, cells, self->later[i]);
    }
}

/* The same non-zero amount on two rows of a school is most likely the school's total, entered twice. */
static void
check_repeated_parts (BalanceIntake   *self,
                      BalanceProblems *problems,
                      guint            n_threads)
{
  const BalanceIntakeTable *table = &self->tables[BALANCE_LEVEL_SECTION];
  g_autofree guint32 *later = g_new (guint32, table->n_rows + 1);
  g_autofree guint8 *repeated = g_new0 (guint8, table->cells->len + 1);
  Repeats repeats = { self, later, 0, repeated };

  for (guint i = 0; i < table->n_rows; i++)
    {
      later[repeats.n_later] = i;
      repeats.n_later += g_array_index (self->section_before, guint32, i) != 0;
    }
  if (repeats.n_later == 0)
    return;
  balance_tasks_run (table->cells->len, n_threads, find_repeats, &repeats);
  if (memchr (repeated, TRUE, table->cells->len) != NULL)
    balance_intake_sort_as_named (self, BALANCE_LEVEL_SECTION, later, repeats.n_later);

  for (guint i = 0; i < table->cells->len; i++)
    {
      const BalanceCells *cells = g_ptr_array_index (table->cells, i);
      guint n_reported = 0;

      for (guint k = 0; repeated[i] && k < repeats.n_later; k++)
        {
          const guint32 j = later[k], other = g_array_index (self->section_before, guint32, j);
          BalanceText message = { NULL, NULL }, remedy = { NULL, NULL };
          g_autofree char *value = NULL;
          BalanceDecimal number;
          BalancePlace place, first;

          if (!is_repeated (&repeats, cells, j))
            continue;
          if (++n_reported > 1000)
            break;

          place_of (self, BALANCE_LEVEL_SECTION, cells, j, &place);
          place_of (self, BALANCE_LEVEL_SECTION, cells, other - 1, &first);
          balance_cells_get (cells, j, &number);
          place.found = value = balance_decimal_to_string (&number);
          message.en = g_strdup_printf ("%s: the same figure stands in row %u for another stage of school %s; was the school's total entered twice?",
                                        balance_text_get (&cells->field->title, BALANCE_LANGUAGE_EN), first.row,
                                        balance_intake_get_name (self, BALANCE_LEVEL_SECTION, j));
          message.zh = g_strdup_printf ("%s：与第%u行学校%s另一学段的数值相同，是否把全校总数填了两次？",
                                        balance_text_get (&cells->field->title, BALANCE_LANGUAGE_ZH), first.row,
                                        balance_intake_get_name (self, BALANCE_LEVEL_SECTION, j));
          balance_text_set (&remedy,
                            "give each stage its own part, or give the total once, in a row of the school",
                            "请分学段填写各自的数值，或在学校行中只填一次总数");
          balance_problems_add (problems, BALANCE_SEVERITY_WARNING, "repeated-amount", &place, &message, NULL, &remedy);
        }
    }
}

static gboolean
is_plain_code (const char *code)
{
  while (g_ascii_isalnum (*code))
    code++;

  return *code == '\0';
}

/* (transfer full) (nullable) What a code would be without wide letters, blanks, the apostrophe by which spreadsheets mark a text and the
 * decimal that programs give to numbers; NULL if it is no text. */
static char *
make_plain_code (const char *code)
{
  g_autofree char *plain = g_utf8_normalize (code, -1, G_NORMALIZE_ALL_COMPOSE);

  if (plain == NULL)
    return NULL;
  g_strstrip (g_strdelimit (plain, "'", ' '));
  if (g_str_has_suffix (plain, ".0"))
    plain[strlen (plain) - 2] = '\0';

  return g_steal_pointer (&plain);
}

/* A district whose code is written in two ways would be two, each with some of the schools. */
static void
check_district_codes (BalanceIntake   *self,
                      BalanceProblems *problems)
{
  const BalanceIntakeTable *table = &self->tables[BALANCE_LEVEL_DISTRICT];
  g_autoptr(GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  gboolean any_odd = FALSE;

  for (guint i = 0; i < table->n_rows && !any_odd; i++)
    any_odd = !is_plain_code (balance_intake_get_name (self, BALANCE_LEVEL_DISTRICT, i));
  for (guint i = 0; i < table->n_rows && any_odd; i++)
    g_hash_table_add (known, (gpointer) balance_intake_get_name (self, BALANCE_LEVEL_DISTRICT, i));

  for (guint i = 0; i < table->n_rows && any_odd; i++)
    {
      const char *code = balance_intake_get_name (self, BALANCE_LEVEL_DISTRICT, i);
      g_autofree char *plain = is_plain_code (code) ? NULL : make_plain_code (code);
      BalancePlace place = { .row = balance_intake_get_line (table, i), .found = code };
      BalanceText message = { NULL, NULL }, remedy = { NULL, NULL };

      if (plain == NULL || strcmp (plain, code) == 0 || !g_hash_table_contains (known, plain))
        continue;
      if (balance_intake_get_source (table, i) != 0)
        place.file = ((const BalanceSource *) g_ptr_array_index (self->sources, balance_intake_get_source (table, i) - 1))->file;
      balance_text_printf (&message, "the district code “%s” seems to be “%s” in another form; they are judged as two districts",
                           "区县代码“%s”似为“%s”的另一种写法，现作为两个区县评定", code, plain);
      balance_text_set (&remedy, "write the code in one way", "请统一代码的写法");
      balance_problems_add (problems, BALANCE_SEVERITY_WARNING, "similar-code", &place, &message, NULL, &remedy);
    }
}

/* In the order of the sections a school's own come by stage. */
static void
list_sections_of_schools (BalanceFacts *facts,
                          guint         n_schools,
                          guint         n_sections)
{
  g_autofree guint32 *next = g_memdup2 (facts->school_sections, (n_schools + 1) * sizeof (guint32));

  facts->school_section_rows = g_new (guint32, n_sections + 1);
  for (guint i = 0; i < n_sections; i++)
    facts->school_section_rows[next[facts->section_school[i]]++] = i;
}

static void
copy_sources (BalanceIntake *self,
              BalanceFacts  *facts)
{
  for (guint i = 0; i < self->sources->len; i++)
    {
      const BalanceSource *from = g_ptr_array_index (self->sources, i);
      BalanceSource *source = g_new0 (BalanceSource, 1);

      source->file = g_strdup (from->file);
      source->sheet = g_strdup (from->sheet);
      source->digest = g_strdup (from->digest);
      g_ptr_array_add (facts->sources, source);
    }
}

BalanceFacts *
balance_intake_finish (BalanceIntake   *self,
                       BalanceProblems *problems)
{
  g_autoptr(BalanceFacts) facts = balance_facts_new (self->dictionary, self->year);
  const guint n_threads = self->tables[BALANCE_LEVEL_SECTION].n_rows >= MIN_PARALLEL ? self->n_threads : 1;
  Order region, districts, schools, sections;

  complete_sections (self, problems);
  check_repeated_parts (self, problems, n_threads);
  check_district_codes (self, problems);

  balance_intake_add_region (self);
  if (self->year != 0)
    fill_identity (self, BALANCE_LEVEL_REGION, BALANCE_ID_YEAR, NULL);
  fill_identity (self, BALANCE_LEVEL_DISTRICT, BALANCE_ID_DISTRICT_CODE, self->district_text);
  fill_identity (self, BALANCE_LEVEL_SCHOOL, BALANCE_ID_SCHOOL_CODE, self->school_text);
  fill_identity (self, BALANCE_LEVEL_SECTION, BALANCE_ID_STAGE, NULL);

  if (self->sources->len > 1)
    balance_intake_list_lines (self);
  balance_intake_close (self);

  order_init (&region, 1);
  region.order[0] = 0;
  sort_districts (self, &districts);
  if (are_placed (self))
    keep_rows (self, facts, &districts, &schools, &sections);
  else
    place_rows (self, facts, &districts, &schools, &sections, n_threads);
  facts->district_skipped = g_new0 (guint8, districts.n + 1);
  for (guint i = 0; i < districts.n; i++)
    facts->district_skipped[i] = g_array_index (self->district_skipped, guint8, districts.order[i]);
  facts->skipped = self->skipped;
  balance_intake_forget_links (self);

  copy_sources (self, facts);

  if (balance_intake_needs_ranks (self))
    {
      order_make_rank (&region);
      order_make_rank (&schools);
      order_make_rank (&sections);
    }
  balance_intake_fill (self, facts, (const Order *const[]) { &sections, &schools, &districts, &region }, n_threads);
  order_clear (&sections);
  /* what lies beside the columns comes when they hold nothing twice any more */
  list_sections_of_schools (facts, schools.n, sections.n);
  facts->district_codes = code_rows (self, self->district_text, &districts);
  facts->school_codes = code_rows (self, self->school_text, &schools);
  facts->district_names = name_rows (self, facts, BALANCE_LEVEL_DISTRICT, BALANCE_ID_DISTRICT_NAME, districts.n);
  facts->school_names = name_rows (self, facts, BALANCE_LEVEL_SCHOOL, BALANCE_ID_SCHOOL_NAME, schools.n);
  balance_facts_make_groups (facts);

  facts->n_texts = self->texts->len;
  facts->texts = (char **) g_ptr_array_steal (self->texts, NULL);
  facts->arena = g_steal_pointer (&self->arena);
  facts->pieces = g_steal_pointer (&self->pieces);

  order_clear (&region);
  order_clear (&districts);
  order_clear (&schools);

  return g_steal_pointer (&facts);
}
