/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "audit/balance-years-private.h"

#include <string.h>

static void
join_districts (BalanceYear *self, BalanceFacts *later)
{
  guint n = later->districts.n_rows, m = self->facts->districts.n_rows, j = 0;

  self->districts = g_new (guint32, n + 1);
  /* both are sorted by code */
  for (guint i = 0; i < n; i++)
    {
      while (j < m && strcmp (self->facts->district_codes[j], later->district_codes[i]) < 0)
        j++;
      self->districts[i] = j < m && strcmp (self->facts->district_codes[j], later->district_codes[i]) == 0 ? j : BALANCE_NO_ROW;
    }
  if (n == 1 && m == 1)
    self->districts[0] = 0;
}

/* name -> school row + 1 of those in a district that have no partner; 0: several have that name */
static GHashTable *
index_names (BalanceFacts *facts, guint district, const guint8 *joined)
{
  GHashTable *names = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = facts->district_schools[district]; i < facts->district_schools[district + 1]; i++)
    if (!joined[i] && facts->school_names[i][0] != '\0')
      g_hash_table_insert (names, (gpointer) facts->school_names[i],
                           GUINT_TO_POINTER (g_hash_table_contains (names, facts->school_names[i]) ? 0 : i + 1));

  return names;
}

/* A school of the earlier year by district and code. */
static guint32
find_school (BalanceFacts *facts, const char *district, const char *code)
{
  guint32 row = balance_facts_find_district (facts, district);

  return row != BALANCE_NO_ROW ? balance_facts_find_school (facts, row, code) : BALANCE_NO_ROW;
}

/* Schools by what they were: the school itself, where it is not found as it is called now, and those that became part
 * of it. Codes that it had last come last and are the first to look for. */
static void
join_formers (BalanceYear *self, BalanceFacts *later)
{
  if (later->school_formers == NULL)
    return;

  self->joined = g_array_new (FALSE, FALSE, sizeof (BalanceJoined));
  for (guint32 i = 0; i < later->schools.n_rows; i++)
    {
      guint32 first = later->school_formers[i], n = later->school_formers[i + 1] - first, part = 0;

      for (guint32 k = n; k-- > 0;)
        {
          const BalanceFormer *former = &later->formers[first + k];
          guint32 row;

          if ((former->part == 0 && self->schools[i] != BALANCE_NO_ROW) || (former->part != 0 && former->part == part))
            continue;
          row = find_school (self->facts, former->district, former->code);
          if (row == BALANCE_NO_ROW)
            continue;
          if (former->part == 0)
            self->schools[i] = row;
          else
            {
              const BalanceJoined joined = { i, row };

              g_array_append_val (self->joined, joined);
              part = former->part;
            }
        }
    }
}

static void
join_schools (BalanceYear *self, BalanceFacts *later)
{
  guint n = later->schools.n_rows;
  g_autofree guint8 *joined = g_malloc0 (n + 1), *taken = g_malloc0 (self->facts->schools.n_rows + 1);

  self->schools = g_new (guint32, n + 1);
  memset (self->schools, 0xff, sizeof (guint32) * (n + 1));

  for (guint d = 0; d < later->districts.n_rows; d++)
    {
      g_autoptr(GHashTable) here = NULL, there = NULL;
      guint32 other = self->districts[d];
      guint j, end;

      if (other == BALANCE_NO_ROW)
        continue;
      j = self->facts->district_schools[other];
      end = self->facts->district_schools[other + 1];
      for (guint i = later->district_schools[d]; i < later->district_schools[d + 1]; i++)
        {
          while (j < end && strcmp (self->facts->school_codes[j], later->school_codes[i]) < 0)
            j++;
          if (j < end && strcmp (self->facts->school_codes[j], later->school_codes[i]) == 0)
            {
              self->schools[i] = j;
              joined[i] = taken[j] = TRUE;
            }
        }

      here = index_names (later, d, joined);
      there = index_names (self->facts, other, taken);
      for (guint i = later->district_schools[d]; i < later->district_schools[d + 1]; i++)
        {
          guint row;

          if (joined[i] || GPOINTER_TO_UINT (g_hash_table_lookup (here, later->school_names[i])) != i + 1)
            continue;
          row = GPOINTER_TO_UINT (g_hash_table_lookup (there, later->school_names[i]));
          if (row > 0)
            self->schools[i] = row - 1;
        }
    }
  join_formers (self, later);
}

static void
join_sections (BalanceYear *self, BalanceFacts *later)
{
  guint n = later->sections.n_rows, n_stages = balance_dictionary_get_n_stages (later->dictionary);
  g_autofree int *stages = g_new (int, n_stages + 1);

  for (guint i = 0; i < n_stages; i++)
    stages[i] = balance_dictionary_find_stage (self->facts->dictionary, balance_dictionary_get_stage (later->dictionary, i)->id);

  self->sections = g_new (guint32, n + 1);
  memset (self->sections, 0xff, sizeof (guint32) * (n + 1));
  for (guint i = 0; i < n; i++)
    {
      guint32 school = self->schools[later->section_school[i]];

      if (school == BALANCE_NO_ROW)
        continue;
      for (guint32 k = self->facts->school_sections[school]; k < self->facts->school_sections[school + 1]; k++)
        if (self->facts->section_stage[self->facts->school_section_rows[k]] == stages[later->section_stage[i]])
          self->sections[i] = self->facts->school_section_rows[k];
    }
}

BalanceYear *
balance_year_new (BalanceFacts *later,
                  BalanceFacts *facts)
{
  BalanceYear *self = g_new0 (BalanceYear, 1);

  self->facts = balance_facts_ref (facts);
  join_districts (self, later);
  join_schools (self, later);
  join_sections (self, later);

  return self;
}

void
balance_year_free (BalanceYear *self)
{
  if (self == NULL)
    return;

  balance_facts_unref (self->facts);
  g_clear_pointer (&self->joined, g_array_unref);
  g_free (self->sections);
  g_free (self->schools);
  g_free (self->districts);
  g_free (self);
}

guint32
balance_year_get_row (const BalanceYear *self,
                      BalanceLevel       level,
                      guint              row)
{
  switch (level)
    {
    case BALANCE_LEVEL_SECTION:
      return self->sections[row];
    case BALANCE_LEVEL_SCHOOL:
      return self->schools[row];
    case BALANCE_LEVEL_DISTRICT:
      return self->districts[row];
    case BALANCE_LEVEL_REGION:
      return self->facts->region.n_rows > 0 ? 0 : BALANCE_NO_ROW;
    case BALANCE_LEVEL_STAGE:
    default:
      return BALANCE_NO_ROW;
    }
}

/* The row of the earlier year that became part of a later one, with its school. */
static guint32
get_part (const BalanceYear *self, BalanceFacts *later, BalanceLevel level, guint row, const BalanceJoined *joined)
{
  if (level == BALANCE_LEVEL_SCHOOL)
    return joined->later == row ? joined->row : BALANCE_NO_ROW;
  if (later->section_school[row] != joined->later)
    return BALANCE_NO_ROW;
  for (guint32 k = self->facts->school_sections[joined->row]; k < self->facts->school_sections[joined->row + 1]; k++)
    {
      guint32 section = self->facts->school_section_rows[k];

      if (strcmp (balance_dictionary_get_stage (self->facts->dictionary, self->facts->section_stage[section])->id,
                  balance_dictionary_get_stage (later->dictionary, later->section_stage[row])->id) == 0)
        return section;
    }

  return BALANCE_NO_ROW;
}

/* What schools had that became part of others counts with these; where one of them is not known, the sum is not. */
static void
add_parts (const BalanceYear *self, BalanceFacts *later, BalanceLevel level, const BalanceColumn *from, BalanceColumn *column)
{
  gint64 *values = column->data;
  guint n = balance_facts_get_table (later, level)->n_rows;

  if (self->joined == NULL || self->joined->len == 0 || (level != BALANCE_LEVEL_SCHOOL && level != BALANCE_LEVEL_SECTION) ||
      (from->field->type != BALANCE_FIELD_COUNT && from->field->type != BALANCE_FIELD_AMOUNT))
    return;

  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < self->joined->len; k++)
      {
        guint32 row = get_part (self, later, level, i, &g_array_index (self->joined, BalanceJoined, k));
        gboolean known = balance_year_get_row (self, level, i) == BALANCE_NO_ROW || balance_column_is_valid (column, i), sound;
        BalanceDecimal sum = { values[i], balance_column_get_scale (column, i) }, part;

        if (row == BALANCE_NO_ROW)
          continue;
        sound = known && balance_column_is_valid (from, row);
        part = (BalanceDecimal) { balance_column_get (from, row), balance_column_get_scale (from, row) };
        sound = sound && balance_decimal_rescale (&part, MAX (part.scale, sum.scale)) && balance_decimal_rescale (&sum, part.scale) &&
                (column->scales != NULL || sum.scale == column->scale) && !__builtin_add_overflow (sum.digits, part.digits, &sum.digits);
        if (sound)
          {
            values[i] = sum.digits;
            if (column->scales != NULL)
              column->scales[i] = (guint8) sum.scale;
          }
        if (sound && !balance_column_is_valid (column, i))
          {
            column->valid[i >> 6] |= G_GUINT64_CONSTANT (1) << (i & 63);
            column->n_valid++;
          }
        else if (!sound && balance_column_is_valid (column, i))
          {
            column->valid[i >> 6] &= ~(G_GUINT64_CONSTANT (1) << (i & 63));
            column->n_valid--;
            values[i] = 0;
          }
      }
}

void
balance_year_add_twin (const BalanceYear *self,
                       BalanceFacts      *later,
                       BalanceLevel       level,
                       const char        *field,
                       BalanceField      *twin)
{
  const BalanceColumn *from = balance_facts_find_column (self->facts, level, field);
  guint n = balance_facts_get_table (later, level)->n_rows;
  BalanceColumn *column;
  gint64 *values;

  if (from == NULL)
    return;

  column = balance_facts_add_column (later, level, twin, from->scale);
  values = column->data;
  if (from->scales != NULL)
    column->scales = g_malloc0 (n + 1);
  for (guint i = 0; i < n; i++)
    {
      guint32 row = balance_year_get_row (self, level, i);

      if (row == BALANCE_NO_ROW || !balance_column_is_valid (from, row))
        continue;
      values[i] = balance_column_get (from, row);
      if (column->scales != NULL)
        column->scales[i] = from->scales[row];
      column->valid[i >> 6] |= G_GUINT64_CONSTANT (1) << (i & 63);
      column->n_valid++;
    }
  add_parts (self, later, level, from, column);
}
