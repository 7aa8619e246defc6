/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "census/balance-census-private.h"

void
balance_column_free (gpointer data)
{
  BalanceColumn *column = data;

  if (!column->borrowed)
    {
      g_aligned_free (column->data);
      g_free (column->valid);
      g_free (column->scales);
    }
  g_free (column->edited);
  g_free (column->makers);
  g_free (column->source_columns);
  g_free (column->origins);
  g_free (column);
}

static void
source_free (gpointer data)
{
  BalanceSource *source = data;

  g_free (source->file);
  g_free (source->sheet);
  g_free (source->digest);
  g_free (source);
}

static void
table_clear (BalanceTable *table,
             guint         n_sources)
{
  g_clear_pointer (&table->columns, g_ptr_array_unref);
  if (table->shared_rows)
    return;
  for (guint i = 0; table->source_rows != NULL && i < n_sources; i++)
    g_free (table->source_rows[i].rows);
  g_free (table->source_rows);
}

/* Everything but the columns is the base's. */
static void
balance_facts_free_edited (BalanceFacts *self)
{
  BalanceTable *const tables[] = { &self->sections, &self->schools, &self->districts, &self->region };

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    g_ptr_array_unref (tables[i]->columns);
  g_clear_pointer (&self->makers, g_ptr_array_unref);
  balance_facts_unref (self->base);
  g_free (self);
}

BalanceFacts *
balance_facts_new (BalanceDictionary *dictionary,
                   int                year)
{
  BalanceFacts *self = g_new0 (BalanceFacts, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->dictionary = g_object_ref (dictionary);
  self->year = year;
  self->sources = g_ptr_array_new_with_free_func (source_free);
  self->sections.columns = g_ptr_array_new_with_free_func (balance_column_free);
  self->schools.columns = g_ptr_array_new_with_free_func (balance_column_free);
  self->districts.columns = g_ptr_array_new_with_free_func (balance_column_free);
  self->region.columns = g_ptr_array_new_with_free_func (balance_column_free);

  return self;
}

gint32 *
balance_facts_find_same_texts (const BalanceFacts *self,
                               GHashTable         *first)
{
  g_autofree gint32 *same = g_new (gint32, self->n_texts + 1);
  gboolean any = FALSE;

  for (guint i = 0; i < self->n_texts; i++)
    {
      gpointer known;

      same[i] = (gint32) i;
      if (!g_hash_table_lookup_extended (first, self->texts[i], NULL, &known))
        {
          g_hash_table_insert (first, self->texts[i], GUINT_TO_POINTER (i));
          continue;
        }
      same[i] = GPOINTER_TO_INT (known);
      any = TRUE;
    }

  return any ? g_steal_pointer (&same) : NULL;
}

BalanceFacts *
balance_facts_ref (BalanceFacts *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
balance_facts_unref (BalanceFacts *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  if (self->base != NULL)
    {
      balance_facts_free_edited (self);
      return;
    }

  table_clear (&self->sections, self->sources->len);
  table_clear (&self->schools, self->sources->len);
  table_clear (&self->districts, self->sources->len);
  table_clear (&self->region, self->sources->len);

  if (self->parent == NULL || self->texts != self->parent->texts)
    g_free (self->texts);
  g_clear_pointer (&self->arena, g_string_chunk_free);
  g_clear_pointer (&self->pieces, g_ptr_array_unref);

  g_free (self->district_codes);
  g_free (self->district_names);
  g_free (self->district_sections);
  g_free (self->district_schools);
  g_free (self->district_groups);
  g_free (self->district_skipped);

  g_free (self->school_codes);
  g_free (self->school_names);
  g_free (self->school_district);
  g_free (self->school_sections);
  g_free (self->school_section_rows);
  g_free (self->school_formers);
  g_free (self->formers);

  g_free (self->section_school);
  g_free (self->section_stage);
  g_free (self->section_group);

  g_free (self->group_sections);
  g_free (self->group_district);
  g_free (self->group_stage);

  g_ptr_array_unref (self->sources);
  g_clear_pointer (&self->makers, g_ptr_array_unref);
  g_object_unref (self->dictionary);
  g_clear_pointer (&self->parent, balance_facts_unref);
  g_free (self);
}

BalanceCell *
balance_facts_get_maker (BalanceFacts *self, const BalanceColumn *column, guint row)
{
  guint32 maker = column != NULL && column->makers != NULL ? column->makers[row] : 0;

  return maker != 0 && (column->edited[row >> 6] >> (row & 63) & 1) ? g_ptr_array_index (self->makers, maker - 1) : NULL;
}

void
balance_facts_make_groups (BalanceFacts *facts)
{
  guint n_districts = facts->districts.n_rows;
  guint n = facts->sections.n_rows;

  facts->district_groups = g_new0 (guint32, n_districts + 1);
  facts->section_group = g_new (guint32, n + 1);
  facts->group_sections = g_new (guint32, n + 1);
  facts->group_district = g_new (guint32, n + 1);
  facts->group_stage = g_new (guint8, n + 1);

  for (guint i = 0; i < n; i++)
    {
      guint32 district = facts->school_district[facts->section_school[i]];

      if (i == 0 || facts->group_district[facts->n_groups - 1] != district ||
          facts->group_stage[facts->n_groups - 1] != facts->section_stage[i])
        {
          facts->group_sections[facts->n_groups] = i;
          facts->group_district[facts->n_groups] = district;
          facts->group_stage[facts->n_groups] = facts->section_stage[i];
          facts->n_groups++;
          facts->district_groups[district + 1]++;
        }
      facts->section_group[i] = facts->n_groups - 1;
    }
  facts->group_sections[facts->n_groups] = n;
  for (guint i = 0; i < n_districts; i++)
    facts->district_groups[i + 1] += facts->district_groups[i];

  facts->group_sections = g_renew (guint32, facts->group_sections, facts->n_groups + 1);
  facts->group_district = g_renew (guint32, facts->group_district, facts->n_groups + 1);
  facts->group_stage = g_renew (guint8, facts->group_stage, facts->n_groups + 1);
}

BalanceTable *
balance_facts_get_table (BalanceFacts *self,
                         BalanceLevel  level)
{
  switch (level)
    {
    case BALANCE_LEVEL_SECTION:
      return &self->sections;
    case BALANCE_LEVEL_SCHOOL:
      return &self->schools;
    case BALANCE_LEVEL_DISTRICT:
      return &self->districts;
    case BALANCE_LEVEL_REGION:
      return &self->region;
    case BALANCE_LEVEL_STAGE:
    default:
      return NULL;
    }
}

const BalanceColumn *
balance_facts_find_column (BalanceFacts *self,
                           BalanceLevel  table,
                           const char   *field_id)
{
  BalanceTable *rows = balance_facts_get_table (self, table);

  for (guint i = 0; rows != NULL && i < rows->columns->len; i++)
    {
      const BalanceColumn *column = g_ptr_array_index (rows->columns, i);

      if (g_str_equal (column->field->id, field_id))
        return column;
    }

  return NULL;
}

/* Rows are sorted by code. */
static guint32
find_code (const char *const *codes, guint32 low, guint32 high, const char *code)
{
  while (low < high)
    {
      guint32 middle = low + (high - low) / 2;
      int order = strcmp (codes[middle], code);

      if (order == 0)
        return middle;
      if (order < 0)
        low = middle + 1;
      else
        high = middle;
    }

  return BALANCE_NO_ROW;
}

guint32
balance_facts_find_district (BalanceFacts *self,
                             const char   *code)
{
  return find_code (self->district_codes, 0, self->districts.n_rows, code);
}

guint32
balance_facts_find_school (BalanceFacts *self,
                           guint         district,
                           const char   *code)
{
  return find_code (self->school_codes, self->district_schools[district], self->district_schools[district + 1], code);
}

static const BalanceOrigin *
find_origin (const BalanceColumn *column,
             guint                row)
{
  guint low = 0, high = column->n_origins;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (column->origins[middle].row < row)
        low = middle + 1;
      else
        high = middle;
    }

  return low < column->n_origins && column->origins[low].row == row ? &column->origins[low] : NULL;
}

static guint
get_source_row (const BalanceTable *table,
                guint               source,
                guint               row)
{
  const BalanceSourceRows *rows = &table->source_rows[source];

  return row >= rows->first && row - rows->first < rows->n ? rows->rows[row - rows->first] : 0;
}

static guint
get_source_column (BalanceFacts        *self,
                   BalanceLevel         table,
                   const BalanceColumn *column,
                   guint                source,
                   guint                row)
{
  guint n = balance_dictionary_get_n_stages (self->dictionary) + 1;
  const guint32 *numbers = column->source_columns;

  if (numbers == NULL)
    return 0;
  if (table == BALANCE_LEVEL_SECTION && numbers[source * n + self->section_stage[row] + 1] != 0)
    return numbers[source * n + self->section_stage[row] + 1];

  return numbers[source * n];
}

gboolean
balance_facts_get_cell (BalanceFacts        *self,
                        BalanceLevel         table,
                        const BalanceColumn *column,
                        guint                row,
                        guint               *source,
                        guint               *source_row,
                        guint               *source_column)
{
  BalanceTable *rows = balance_facts_get_table (self, table);
  const BalanceOrigin *origin = column != NULL ? find_origin (column, row) : NULL;
  gboolean found = FALSE;

  *source = *source_row = *source_column = 0;
  if (rows == NULL || row >= rows->n_rows || rows->source_rows == NULL)
    return FALSE;
  if (column != NULL && column->edited != NULL && (column->edited[row >> 6] >> (row & 63) & 1))
    return FALSE;

  if (origin != NULL)
    {
      *source = origin->source;
      *source_row = origin->source_row;
      *source_column = get_source_column (self, table, column, origin->source, row);
      return TRUE;
    }

  for (guint i = 0; i < self->sources->len; i++)
    {
      guint line = get_source_row (rows, i, row);
      guint number;

      if (line == 0)
        continue;

      number = column != NULL ? get_source_column (self, table, column, i, row) : 0;
      if (!found || number != 0)
        {
          *source = i;
          *source_row = line;
          *source_column = number;
          found = TRUE;
        }
      if (number != 0)
        break;
    }

  return found;
}
