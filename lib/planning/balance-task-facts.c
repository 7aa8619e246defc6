/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a census says where a task is done. */

#include "planning/balance-task-facts-private.h"

#include <string.h>

static gboolean
find_school (BalanceFacts *facts, guint district, const char *district_code, const char *code, guint *row)
{
  for (guint i = facts->district_schools[district]; i < facts->district_schools[district + 1]; i++)
    if (strcmp (facts->school_codes[i], code) == 0)
      {
        *row = i;
        return TRUE;
      }

  /* under another code since, as long as it is still the same school */
  for (guint i = 0; facts->school_formers != NULL && i < facts->schools.n_rows; i++)
    for (guint k = facts->school_formers[i]; k < facts->school_formers[i + 1]; k++)
      if (facts->formers[k].part == 0 && strcmp (facts->formers[k].code, code) == 0 && strcmp (facts->formers[k].district, district_code) == 0)
        {
          *row = i;
          return TRUE;
        }

  return FALSE;
}

gboolean
balance_task_find_place (BalanceFacts     *facts,
                         const char       *district,
                         const char       *school,
                         const char       *stage,
                         BalanceTaskPlace *place)
{
  guint row, at = 0;
  int code;

  while (at < facts->districts.n_rows && strcmp (facts->district_codes[at], district) != 0)
    at++;
  if (at == facts->districts.n_rows)
    return FALSE;
  *place = (BalanceTaskPlace) { BALANCE_LEVEL_DISTRICT, at, at };
  if (school == NULL)
    return TRUE;
  if (!find_school (facts, at, district, school, &row))
    return FALSE;
  *place = (BalanceTaskPlace) { BALANCE_LEVEL_SCHOOL, row, facts->school_district[row] };
  if (stage == NULL)
    return TRUE;
  code = balance_dictionary_find_stage (facts->dictionary, stage);
  for (guint i = facts->school_sections[row]; i < facts->school_sections[row + 1]; i++)
    if (facts->section_stage[facts->school_section_rows[i]] == code)
      {
        place->level = BALANCE_LEVEL_SECTION;
        place->row = facts->school_section_rows[i];
        return TRUE;
      }

  return FALSE;
}

gboolean
balance_task_get_fact (BalanceFacts           *facts,
                       const BalanceTaskPlace *place,
                       const char             *field,
                       BalanceDecimal         *value)
{
  const BalanceColumn *column = balance_facts_find_column (facts, place->level, field);
  guint row = place->row;

  if (column == NULL && place->level == BALANCE_LEVEL_SECTION)
    {
      column = balance_facts_find_column (facts, BALANCE_LEVEL_SCHOOL, field);
      row = facts->section_school[place->row];
    }
  if (column == NULL || !balance_column_is_valid (column, row))
    return FALSE;
  *value = (BalanceDecimal) { balance_column_get (column, row), balance_column_get_scale (column, row) };
  balance_decimal_normalize (value);

  return TRUE;
}
