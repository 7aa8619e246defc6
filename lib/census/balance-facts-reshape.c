/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "census/balance-facts-reshape-private.h"

#include <string.h>

#define TAIL 64

typedef struct
{
  guint32     district;
  const char *code, *name;
  gboolean    gone, renamed;
  GArray     *formers;           /* of BalanceFormer; NULL: as they are in the old facts */
} School;

typedef struct
{
  guint32 school;                /* handle */
  guint8  stage;
  gboolean gone;
} Section;

struct _BalanceReshape
{
  BalanceFacts *from;
  GStringChunk *arena;
  GArray       *schools;         /* of School, [handle] */
  GArray       *sections;        /* of Section, [handle] */
  guint8       *touched;         /* [district] */
};

/* Rows that stand one after the other in both tables. */
typedef struct
{
  guint32 to, from, n;
} Run;

#define SCHOOL(self, handle) (&g_array_index ((self)->schools, School, handle))
#define SECTION(self, handle) (&g_array_index ((self)->sections, Section, handle))

static void
clear_school (gpointer data)
{
  g_clear_pointer (&((School *) data)->formers, g_array_unref);
}

BalanceReshape *
balance_reshape_new (BalanceFacts *from)
{
  BalanceReshape *self = g_new0 (BalanceReshape, 1);

  self->from = balance_facts_ref (from);
  self->arena = g_string_chunk_new (256);
  self->schools = g_array_sized_new (FALSE, TRUE, sizeof (School), from->schools.n_rows + 4);
  g_array_set_clear_func (self->schools, clear_school);
  g_array_set_size (self->schools, from->schools.n_rows);
  for (guint i = 0; i < from->schools.n_rows; i++)
    *SCHOOL (self, i) = (School) { .district = from->school_district[i], .code = from->school_codes[i], .name = from->school_names[i] };
  self->sections = g_array_sized_new (FALSE, TRUE, sizeof (Section), from->sections.n_rows + 4);
  g_array_set_size (self->sections, from->sections.n_rows);
  for (guint i = 0; i < from->sections.n_rows; i++)
    *SECTION (self, i) = (Section) { .school = from->section_school[i], .stage = from->section_stage[i] };
  self->touched = g_malloc0 (from->districts.n_rows + 1);

  return self;
}

void
balance_reshape_free (BalanceReshape *self)
{
  if (self == NULL)
    return;

  g_array_unref (self->schools);
  g_array_unref (self->sections);
  g_clear_pointer (&self->arena, g_string_chunk_free);
  g_free (self->touched);
  balance_facts_unref (self->from);
  g_free (self);
}

void
balance_row_map_clear (BalanceRowMap *self)
{
  g_clear_pointer (&self->section_from, g_free);
  g_clear_pointer (&self->school_from, g_free);
  g_clear_pointer (&self->group_from, g_free);
  g_clear_pointer (&self->section_to, g_free);
  g_clear_pointer (&self->school_to, g_free);
  g_clear_pointer (&self->touched, g_free);
}

/* -- what changes ------------------------------------------------------------------------------------- */

static void
touch (BalanceReshape *self, guint school)
{
  self->touched[SCHOOL (self, school)->district] = TRUE;
}

static GArray *
get_formers (BalanceReshape *self, guint handle)
{
  School *school = SCHOOL (self, handle);

  if (school->formers == NULL)
    {
      school->formers = g_array_new (FALSE, FALSE, sizeof (BalanceFormer));
      if (handle < self->from->schools.n_rows && self->from->school_formers != NULL)
        g_array_append_vals (school->formers, self->from->formers + self->from->school_formers[handle],
                             self->from->school_formers[handle + 1] - self->from->school_formers[handle]);
    }

  return school->formers;
}

/* The code that a school has so far becomes one that it had. */
static void
remember (BalanceReshape *self, guint school)
{
  GArray *formers = get_formers (self, school);
  const BalanceFormer former = { self->from->district_codes[SCHOOL (self, school)->district], SCHOOL (self, school)->code, 0 };

  if (school < self->from->schools.n_rows)
    g_array_append_val (formers, former);
}

void
balance_reshape_move_school (BalanceReshape *self, guint school, guint district)
{
  if (SCHOOL (self, school)->district == district)
    return;

  touch (self, school);
  remember (self, school);
  SCHOOL (self, school)->district = district;
  touch (self, school);
}

void
balance_reshape_rename_school (BalanceReshape *self, guint school, const char *code, const char *name)
{
  touch (self, school);
  if (code != NULL && strcmp (code, SCHOOL (self, school)->code) != 0)
    {
      remember (self, school);
      SCHOOL (self, school)->code = g_string_chunk_insert (self->arena, code);
    }
  if (name != NULL)
    SCHOOL (self, school)->name = g_string_chunk_insert (self->arena, name);
  SCHOOL (self, school)->renamed = TRUE;
}

void
balance_reshape_add_former (BalanceReshape *self, guint school, const char *code)
{
  const BalanceFormer former = { self->from->district_codes[SCHOOL (self, school)->district], g_string_chunk_insert (self->arena, code), 0 };

  g_array_append_val (get_formers (self, school), former);
}

guint
balance_reshape_add_school (BalanceReshape *self, guint district, const char *code, const char *name)
{
  School school = { .district = district, .code = g_string_chunk_insert (self->arena, code),
                    .name = g_string_chunk_insert (self->arena, name != NULL ? name : ""), .renamed = TRUE };

  g_array_append_val (self->schools, school);
  touch (self, self->schools->len - 1);

  return self->schools->len - 1;
}

void
balance_reshape_remove_school (BalanceReshape *self, guint school, int into)
{
  touch (self, school);
  if (into >= 0)
    {
      GArray *formers = get_formers (self, (guint) into), *own;
      guint part = 0;

      for (guint i = 0; i < formers->len; i++)
        part = MAX (part, g_array_index (formers, BalanceFormer, i).part);
      remember (self, school);
      own = get_formers (self, school);
      /* parts of a part stay apart from one another */
      for (guint i = 0; i < own->len; i++)
        {
          BalanceFormer former = g_array_index (own, BalanceFormer, i);

          former.part += part + 1;
          g_array_append_val (formers, former);
        }
    }
  SCHOOL (self, school)->gone = TRUE;
  for (guint i = 0; i < self->sections->len; i++)
    if (SECTION (self, i)->school == school)
      SECTION (self, i)->gone = TRUE;
}

guint
balance_reshape_add_section (BalanceReshape *self, guint school, guint stage)
{
  Section section = { .school = school, .stage = (guint8) stage };

  g_array_append_val (self->sections, section);
  touch (self, school);

  return self->sections->len - 1;
}

void
balance_reshape_take_section (BalanceReshape *self, guint school, guint section)
{
  touch (self, SECTION (self, section)->school);
  SECTION (self, section)->school = school;
  touch (self, school);
}

void
balance_reshape_remove_section (BalanceReshape *self, guint section)
{
  touch (self, SECTION (self, section)->school);
  SECTION (self, section)->gone = TRUE;
}

/* -- rows --------------------------------------------------------------------------------------------- */

static int
compare_schools (gconstpointer a, gconstpointer b, gpointer data)
{
  BalanceReshape *self = data;

  return strcmp (SCHOOL (self, *(const guint32 *) a)->code, SCHOOL (self, *(const guint32 *) b)->code);
}

typedef struct
{
  BalanceReshape      *self;
  const BalanceRowMap *map;
} Ranking;

static int
compare_sections (gconstpointer a, gconstpointer b, gpointer data)
{
  const Ranking *ranking = data;
  const Section *x = SECTION (ranking->self, *(const guint32 *) a), *y = SECTION (ranking->self, *(const guint32 *) b);
  guint32 left = ranking->map->school_to[x->school], right = ranking->map->school_to[y->school];

  return x->stage != y->stage ? x->stage - y->stage : (left > right) - (left < right);
}

/* Handles of schools by the district that they are in now, as far as it is touched. */
static void
order_schools (BalanceReshape *self, BalanceFacts *facts, BalanceRowMap *map)
{
  BalanceFacts *from = self->from;
  g_autoptr (GArray) order = g_array_sized_new (FALSE, FALSE, sizeof (guint32), self->schools->len);

  facts->district_schools = g_new0 (guint32, from->districts.n_rows + 1);
  for (guint d = 0; d < from->districts.n_rows; d++)
    {
      guint first = order->len;

      for (guint32 i = from->district_schools[d]; i < from->district_schools[d + 1]; i++)
        if (!SCHOOL (self, i)->gone && SCHOOL (self, i)->district == d)
          g_array_append_val (order, i);
      if (self->touched[d])
        {
          for (guint32 i = 0; i < self->schools->len; i++)
            if (!SCHOOL (self, i)->gone && SCHOOL (self, i)->district == d && (i >= from->schools.n_rows || from->school_district[i] != d))
              g_array_append_val (order, i);
          if (order->len > first)
            g_qsort_with_data (&g_array_index (order, guint32, first), (int) (order->len - first), sizeof (guint32), compare_schools, self);
        }
      facts->district_schools[d + 1] = order->len;
    }

  map->n_schools = order->len;
  map->school_from = g_new (guint32, order->len + 1);
  map->school_to = g_new (guint32, self->schools->len + 1);
  memset (map->school_to, 0xff, (self->schools->len + 1) * sizeof (guint32));
  for (guint i = 0; i < order->len; i++)
    {
      guint32 handle = g_array_index (order, guint32, i);

      map->school_from[i] = handle < from->schools.n_rows ? handle : BALANCE_NEW_ROW;
      map->school_to[handle] = i;
    }
}

static void
order_sections (BalanceReshape *self, BalanceFacts *facts, BalanceRowMap *map)
{
  BalanceFacts *from = self->from;
  Ranking ranking = { self, map };
  g_autoptr (GArray) order = g_array_sized_new (FALSE, FALSE, sizeof (guint32), self->sections->len);
  g_autoptr (GArray) loose = g_array_new (FALSE, FALSE, sizeof (guint32));

  /* those that come from elsewhere */
  for (guint32 i = 0; i < self->sections->len; i++)
    {
      guint32 district = SCHOOL (self, SECTION (self, i)->school)->district;

      if (!SECTION (self, i)->gone && self->touched[district] &&
          (i >= from->sections.n_rows || from->school_district[from->section_school[i]] != district))
        g_array_append_val (loose, i);
    }
  facts->district_sections = g_new0 (guint32, from->districts.n_rows + 1);
  for (guint d = 0; d < from->districts.n_rows; d++)
    {
      guint first = order->len;

      for (guint32 i = from->district_sections[d]; i < from->district_sections[d + 1]; i++)
        if (!SECTION (self, i)->gone && SCHOOL (self, SECTION (self, i)->school)->district == d)
          g_array_append_val (order, i);
      if (self->touched[d])
        {
          for (guint i = 0; i < loose->len; i++)
            if (SCHOOL (self, SECTION (self, g_array_index (loose, guint32, i))->school)->district == d)
              g_array_append_val (order, g_array_index (loose, guint32, i));
          if (order->len > first)
            g_qsort_with_data (&g_array_index (order, guint32, first), (int) (order->len - first), sizeof (guint32), compare_sections, &ranking);
        }
      facts->district_sections[d + 1] = order->len;
    }

  map->n_sections = order->len;
  map->section_from = g_new (guint32, order->len + 1);
  map->section_to = g_new (guint32, self->sections->len + 1);
  memset (map->section_to, 0xff, (self->sections->len + 1) * sizeof (guint32));
  facts->section_school = g_new (guint32, order->len + 1);
  facts->section_stage = g_new0 (guint8, order->len + TAIL);
  for (guint i = 0; i < order->len; i++)
    {
      guint32 handle = g_array_index (order, guint32, i);

      map->section_from[i] = handle < from->sections.n_rows ? handle : BALANCE_NEW_ROW;
      map->section_to[handle] = i;
      facts->section_school[i] = map->school_to[SECTION (self, handle)->school];
      facts->section_stage[i] = SECTION (self, handle)->stage;
    }
}

static void
link_schools (BalanceReshape *self, BalanceFacts *facts, const BalanceRowMap *map)
{
  g_autofree guint32 *next = NULL;
  guint n = map->n_schools;

  facts->school_district = g_new (guint32, n + 1);
  facts->school_codes = g_new (const char *, n + 1);
  facts->school_names = g_new (const char *, n + 1);
  for (guint i = 0; i < self->schools->len; i++)
    if (map->school_to[i] != BALANCE_NEW_ROW)
      {
        facts->school_district[map->school_to[i]] = SCHOOL (self, i)->district;
        facts->school_codes[map->school_to[i]] = SCHOOL (self, i)->code;
        facts->school_names[map->school_to[i]] = SCHOOL (self, i)->name;
      }

  facts->school_sections = g_new0 (guint32, n + 1);
  facts->school_section_rows = g_new (guint32, map->n_sections + 1);
  for (guint i = 0; i < map->n_sections; i++)
    facts->school_sections[facts->section_school[i] + 1]++;
  for (guint i = 0; i < n; i++)
    facts->school_sections[i + 1] += facts->school_sections[i];
  next = g_memdup2 (facts->school_sections, (n + 1) * sizeof (guint32));
  for (guint i = 0; i < map->n_sections; i++)
    facts->school_section_rows[next[facts->section_school[i]]++] = i;
}

static void
link_formers (BalanceReshape *self, BalanceFacts *facts, const BalanceRowMap *map)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (BalanceFormer));
  g_autofree guint32 *handles = g_new (guint32, map->n_schools + 1);

  for (guint32 i = 0; i < self->schools->len; i++)
    if (map->school_to[i] != BALANCE_NEW_ROW)
      handles[map->school_to[i]] = i;
  facts->school_formers = g_new0 (guint32, map->n_schools + 1);
  for (guint i = 0; i < map->n_schools; i++)
    {
      const School *school = SCHOOL (self, handles[i]);
      BalanceFacts *from = self->from;

      if (school->formers != NULL)
        g_array_append_vals (all, school->formers->data, school->formers->len);
      else if (handles[i] < from->schools.n_rows && from->school_formers != NULL)
        g_array_append_vals (all, from->formers + from->school_formers[handles[i]],
                             from->school_formers[handles[i] + 1] - from->school_formers[handles[i]]);
      facts->school_formers[i + 1] = all->len;
    }
  facts->formers = g_memdup2 (all->data, all->len * sizeof (BalanceFormer));
}

static void
map_groups (BalanceReshape *self, BalanceFacts *facts, BalanceRowMap *map)
{
  BalanceFacts *from = self->from;

  map->n_groups = facts->n_groups;
  map->group_from = g_new (guint32, facts->n_groups + 1);
  for (guint i = 0; i < facts->n_groups; i++)
    {
      guint32 district = facts->group_district[i];

      map->group_from[i] = BALANCE_NEW_ROW;
      for (guint32 g = from->district_groups[district]; g < from->district_groups[district + 1]; g++)
        if (from->group_stage[g] == facts->group_stage[i])
          map->group_from[i] = g;
    }
}

/* -- columns ------------------------------------------------------------------------------------------ */

static GArray *
find_runs (const guint32 *from, guint n, gboolean *any_new)
{
  GArray *runs = g_array_new (FALSE, FALSE, sizeof (Run));

  for (guint32 i = 0; i < n; i++)
    {
      Run *last = runs->len > 0 ? &g_array_index (runs, Run, runs->len - 1) : NULL;
      Run run = { i, from[i], 1 };

      if (from[i] == BALANCE_NEW_ROW)
        {
          *any_new = TRUE;
          continue;
        }
      if (last != NULL && last->to + last->n == i && last->from + last->n == from[i])
        last->n++;
      else
        g_array_append_val (runs, run);
    }

  return runs;
}

static gpointer
gather (gconstpointer data, guint size, const GArray *runs, gpointer to)
{
  for (guint i = 0; i < runs->len; i++)
    {
      const Run *run = &g_array_index (runs, Run, i);

      memcpy ((guint8 *) to + (gsize) run->to * size, (const guint8 *) data + (gsize) run->from * size, (gsize) run->n * size);
    }

  return to;
}

/* `bits` NULL: all are set. */
static guint64 *
gather_bits (const guint64 *bits, const GArray *runs, guint n, guint *n_set)
{
  guint64 *to = g_new0 (guint64, n / 64 + 1 + TAIL / sizeof (guint64));

  *n_set = 0;
  for (guint i = 0; i < runs->len; i++)
    {
      const Run *run = &g_array_index (runs, Run, i);

      for (guint k = 0; k < run->n; k++)
        if (bits == NULL || (bits[(run->from + k) >> 6] >> ((run->from + k) & 63) & 1))
          {
            to[(run->to + k) >> 6] |= G_GUINT64_CONSTANT (1) << ((run->to + k) & 63);
            (*n_set)++;
          }
    }

  return to;
}

static int
compare_origins (gconstpointer a, gconstpointer b)
{
  const BalanceOrigin *x = a, *y = b;

  return (x->row > y->row) - (x->row < y->row);
}

static BalanceColumn *
gather_column (BalanceFacts *from, const BalanceColumn *column, const GArray *runs, guint n, gboolean any_new, const guint32 *row_to)
{
  BalanceColumn *self = g_memdup2 (column, sizeof *column);
  gsize n_numbers = (gsize) from->sources->len * (balance_dictionary_get_n_stages (from->dictionary) + 1);
  guint n_set;

  self->borrowed = FALSE;
  self->data = gather (column->data, column->width, runs, g_aligned_alloc0 (1, (gsize) n * column->width + TAIL, 64));
  self->valid = NULL;
  self->n_valid = n;
  if (column->valid != NULL || any_new)
    {
      self->valid = gather_bits (column->valid, runs, n, &self->n_valid);
      if (self->n_valid == n)
        g_clear_pointer (&self->valid, g_free);
    }
  if (column->scales != NULL)
    self->scales = gather (column->scales, 1, runs, g_malloc0 (n + 1));
  if (column->source_columns != NULL)
    self->source_columns = g_memdup2 (column->source_columns, n_numbers * sizeof (guint32));
  if (column->origins != NULL)
    {
      self->origins = g_new (BalanceOrigin, column->n_origins + 1);
      self->n_origins = 0;
      for (guint i = 0; i < column->n_origins; i++)
        {
          BalanceOrigin origin = column->origins[i];

          origin.row = row_to[origin.row];
          if (origin.row != BALANCE_NEW_ROW)
            self->origins[self->n_origins++] = origin;
        }
      qsort (self->origins, self->n_origins, sizeof (BalanceOrigin), compare_origins);
    }
  if (column->edited != NULL)
    self->edited = gather_bits (column->edited, runs, n, &n_set);
  if (column->makers != NULL)
    self->makers = gather (column->makers, sizeof (guint32), runs, g_new0 (guint32, n + 1));

  return self;
}

static void
gather_source_rows (BalanceFacts *from, const BalanceTable *table, const guint32 *row_to, BalanceTable *to)
{
  to->source_rows = g_new0 (BalanceSourceRows, MAX (1, from->sources->len));
  for (guint i = 0; i < from->sources->len; i++)
    {
      const BalanceSourceRows *old = &table->source_rows[i];
      BalanceSourceRows *rows = &to->source_rows[i];
      guint32 first = G_MAXUINT32, last = 0;

      for (guint k = 0; k < old->n; k++)
        if (old->rows[k] != 0 && row_to[old->first + k] != BALANCE_NEW_ROW)
          {
            first = MIN (first, row_to[old->first + k]);
            last = MAX (last, row_to[old->first + k]);
          }
      if (first > last)
        continue;
      rows->first = first;
      rows->n = last - first + 1;
      rows->rows = g_new0 (guint32, rows->n);
      for (guint k = 0; k < old->n; k++)
        if (old->rows[k] != 0 && row_to[old->first + k] != BALANCE_NEW_ROW)
          rows->rows[row_to[old->first + k] - first] = old->rows[k];
    }
}

static void
gather_table (BalanceReshape *self, const BalanceTable *table, const guint32 *rows_from, const guint32 *row_to, guint n, BalanceTable *to)
{
  gboolean any_new = FALSE;
  g_autoptr (GArray) runs = find_runs (rows_from, n, &any_new);

  to->n_rows = n;
  to->columns = g_ptr_array_new_with_free_func (balance_column_free);
  for (guint i = 0; i < table->columns->len; i++)
    g_ptr_array_add (to->columns, gather_column (self->from, g_ptr_array_index (table->columns, i), runs, n, any_new, row_to));
  if (table->source_rows != NULL)
    gather_source_rows (self->from, table, row_to, to);
}

static guint
add_text (BalanceFacts *facts, const char *text)
{
  facts->texts = g_renew (char *, facts->texts, facts->n_texts + 1);
  facts->texts[facts->n_texts] = (char *) text;

  return facts->n_texts++;
}

static void
put_identity (BalanceTable *table, BalanceField *field, guint row, gint32 value)
{
  for (guint i = 0; field != NULL && i < table->columns->len; i++)
    {
      BalanceColumn *column = g_ptr_array_index (table->columns, i);

      if (strcmp (column->field->id, field->id) != 0 || column->width != 4)
        continue;
      ((gint32 *) column->data)[row] = value;
      column->min = MIN (column->min, value);
      column->max = MAX (column->max, value);
      if (column->valid != NULL && !balance_column_is_valid (column, row))
        {
          column->valid[row >> 6] |= G_GUINT64_CONSTANT (1) << (row & 63);
          column->n_valid++;
        }
    }
}

/* Code, name and stage can be read like any other field. */
static void
fill_identity (BalanceReshape *self, BalanceFacts *facts, const BalanceRowMap *map)
{
  BalanceField **identity = facts->dictionary->identity;
  gboolean own_texts = FALSE;

  for (guint i = 0; i < self->schools->len; i++)
    {
      const School *school = SCHOOL (self, i);

      if (!school->renamed || map->school_to[i] == BALANCE_NEW_ROW)
        continue;
      if (!own_texts)
        facts->texts = g_memdup2 (facts->texts, facts->n_texts * sizeof (char *));
      own_texts = TRUE;
      put_identity (&facts->schools, identity[BALANCE_ID_SCHOOL_CODE], map->school_to[i], (gint32) add_text (facts, school->code));
      if (*school->name != '\0')
        put_identity (&facts->schools, identity[BALANCE_ID_SCHOOL_NAME], map->school_to[i], (gint32) add_text (facts, school->name));
    }
  for (guint i = self->from->sections.n_rows; i < self->sections->len; i++)
    if (map->section_to[i] != BALANCE_NEW_ROW)
      put_identity (&facts->sections, identity[BALANCE_ID_STAGE], map->section_to[i], SECTION (self, i)->stage);
}

static gpointer
copy_object (gconstpointer object, gpointer data)
{
  return g_object_ref ((gpointer) object);
}

BalanceFacts *
balance_reshape_end (BalanceReshape *self, BalanceRowMap *map)
{
  BalanceFacts *from = self->from, *base = from->base != NULL ? from->base : from, *facts = g_new0 (BalanceFacts, 1);
  guint n_districts = from->districts.n_rows;

  memset (map, 0, sizeof *map);
  g_atomic_ref_count_init (&facts->ref_count);
  facts->parent = balance_facts_ref (base);
  facts->dictionary = g_object_ref (from->dictionary);
  facts->year = from->year;
  facts->sources = g_ptr_array_ref (from->sources);
  facts->makers = from->makers != NULL ? g_ptr_array_copy (from->makers, copy_object, NULL) : NULL;
  facts->texts = from->texts;
  facts->n_texts = from->n_texts;
  facts->arena = g_steal_pointer (&self->arena);
  facts->district_codes = g_memdup2 (from->district_codes, n_districts * sizeof (char *));
  facts->district_names = g_memdup2 (from->district_names, n_districts * sizeof (char *));
  facts->district_skipped = g_memdup2 (from->district_skipped, n_districts + 1);
  facts->skipped = from->skipped;

  order_schools (self, facts, map);
  order_sections (self, facts, map);
  link_schools (self, facts, map);
  link_formers (self, facts, map);
  balance_facts_share_table (facts, &facts->districts, &from->districts);
  balance_facts_share_table (facts, &facts->region, &from->region);
  gather_table (self, &from->schools, map->school_from, map->school_to, map->n_schools, &facts->schools);
  gather_table (self, &from->sections, map->section_from, map->section_to, map->n_sections, &facts->sections);
  fill_identity (self, facts, map);
  balance_facts_make_groups (facts);
  map_groups (self, facts, map);
  map->touched = g_memdup2 (self->touched, n_districts + 1);

  return facts;
}
