/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A yearly growth of amounts, whose total is rounded once. */

#include "planning/balance-action-apply-private.h"

/* All sections, or schools, of one total. */
static void
grow_rows (BalanceApply *apply, const BalanceYaml *at, BalanceLevel level, BalanceField *field, const GArray *rows, mpq_srcptr factor, BalanceRounding rounding)
{
  g_autoptr (GArray) known = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree mpq_t *exact = g_new (mpq_t, rows->len + 1);
  g_autofree BalanceDecimal *parts = g_new (BalanceDecimal, rows->len + 1);
  BalanceDecimal total;
  guint scale = 0;
  gboolean fits;

  mpq_set_ui (apply->c, 0, 1);
  for (guint i = 0; i < rows->len; i++)
    {
      guint32 row = g_array_index (rows, guint32, i);
      BalanceFact fact = balance_apply_get_fact (apply, level, row, field);

      if (!fact.valid)
        continue;
      mpq_init (exact[known->len]);
      balance_apply_decimal_to_mpq (&fact.value, exact[known->len]);
      mpq_mul (exact[known->len], exact[known->len], factor);
      mpq_add (apply->c, apply->c, exact[known->len]);
      scale = MAX (scale, fact.value.scale);
      g_array_append_val (known, row);
    }
  fits = balance_apply_mpq_to_decimal (apply->c, scale, rounding, &total) && balance_apply_share_out (&total, exact, known->len, scale, parts);
  if (!fits)
    ERROR (at, "too-long-number", "“%s” would have too many digits", "“%s”的位数过多", field->id);
  for (guint i = 0; i < known->len; i++)
    {
      mpq_clear (exact[i]);
      if (fits)
        balance_apply_put_fact (apply, level, g_array_index (known, guint32, i), field, TRUE, parts[i]);
    }
}

static void
grow_field (BalanceApply *apply, const BalanceYaml *at, BalanceField *field, const guint8 *chosen, guint32 district, int stage, mpq_srcptr factor, BalanceRounding rounding)
{
  BalanceFacts *facts = apply->facts;
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint32 d = 0; d < facts->districts.n_rows; d++)
    {
      if (district != NONE && d != district)
        continue;
      for (guint32 g = facts->district_groups[d]; field->level == BALANCE_LEVEL_SECTION && g < facts->district_groups[d + 1]; g++)
        {
          if (stage >= 0 && facts->group_stage[g] != stage)
            continue;
          g_array_set_size (rows, 0);
          for (guint32 i = facts->group_sections[g]; i < facts->group_sections[g + 1]; i++)
            if (chosen == NULL || chosen[facts->section_school[i]])
              g_array_append_val (rows, i);
          grow_rows (apply, at, BALANCE_LEVEL_SECTION, field, rows, factor, rounding);
        }
      if (field->level != BALANCE_LEVEL_SCHOOL)
        continue;
      g_array_set_size (rows, 0);
      for (guint32 i = facts->district_schools[d]; i < facts->district_schools[d + 1]; i++)
        if (chosen == NULL || chosen[i])
          g_array_append_val (rows, i);
      grow_rows (apply, at, BALANCE_LEVEL_SCHOOL, field, rows, factor, rounding);
    }
}

void
balance_apply_grow (BalanceApply *apply)
{
  const BalanceYaml *district_node = BODY (apply, "district"), *stage_node = BODY (apply, "stage"), *schools_node = BODY (apply, "schools");
  const BalanceYaml *years_node = BODY (apply, "years"), *rounding_node = BODY (apply, "rounding"), *rate = BODY (apply, "rate");
  g_autoptr (GPtrArray) fields = balance_apply_list_fields (apply, apply->action->body);
  g_autofree guint8 *chosen = NULL;
  guint32 district = district_node != NULL ? balance_apply_find_district (apply, district_node) : NONE;
  int stage = stage_node != NULL ? balance_apply_find_stage (apply, stage_node) : -1;
  BalanceRounding rounding = BALANCE_ROUNDING_NEAREST;
  BalanceDecimal years = { 1, 0 };
  mpq_t factor;

  if (rounding_node != NULL && g_str_equal (rounding_node->text, "up"))
    rounding = BALANCE_ROUNDING_CEIL;
  else if (rounding_node != NULL && g_str_equal (rounding_node->text, "down"))
    rounding = BALANCE_ROUNDING_FLOOR;
  if (schools_node != NULL)
    {
      g_autoptr (GArray) schools = balance_apply_find_schools (apply, schools_node);

      chosen = g_malloc0 (apply->facts->schools.n_rows + 1);
      for (guint i = 0; i < schools->len; i++)
        chosen[g_array_index (schools, guint32, i)] = TRUE;
    }
  if (apply->failed)
    return;

  balance_decimal_parse (years_node->text, -1, &years);
  mpq_init (factor);
  balance_action_parse_ratio (rate->text, factor);
  mpq_set_ui (apply->a, 1, 1);
  mpq_add (factor, factor, apply->a);
  mpz_pow_ui (mpq_numref (factor), mpq_numref (factor), (unsigned long) years.digits);
  mpz_pow_ui (mpq_denref (factor), mpq_denref (factor), (unsigned long) years.digits);
  for (guint i = 0; i < fields->len; i++)
    grow_field (apply, rate, g_ptr_array_index (fields, i), chosen, district, stage, factor, rounding);
  mpq_clear (factor);
}
