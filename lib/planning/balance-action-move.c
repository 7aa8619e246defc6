/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Something moves from one school to another with all that goes with it. */

#include "planning/balance-action-apply-private.h"

/* `amount` NULL: nobody knows how much. */
static void
move_amount (BalanceApply *apply, const BalanceYaml *at, BalanceField *field, const BalanceApplyPlace *from, const BalanceApplyPlace *to, const BalanceDecimal *amount)
{
  BalanceLevel from_level, to_level;
  guint32 from_row, to_row;
  BalanceDecimal less;

  if (!balance_apply_locate (apply, field, from->school, from->section, &from_level, &from_row) ||
      !balance_apply_locate (apply, field, to->school, to->section, &to_level, &to_row))
    return;
  if (amount == NULL)
    {
      balance_apply_put_fact (apply, to_level, to_row, field, FALSE, (BalanceDecimal) { 0, 0 });
      return;
    }
  less = (BalanceDecimal) { -amount->digits, amount->scale };
  balance_apply_add_to_fact (apply, at, from_level, from_row, field, &less);
  balance_apply_add_to_fact (apply, at, to_level, to_row, field, amount);
}

static gboolean
needs_sections (BalanceApply *apply, const BalanceBundle *bundle, const BalanceYaml *amounts)
{
  guint n = bundle != NULL ? bundle->items->len : amounts->n_items;

  for (guint i = 0; i < n; i++)
    {
      const char *id = bundle != NULL ? g_array_index (bundle->items, BalanceBundleItem, i).field : amounts->keys[i]->text;
      BalanceField *field = balance_dictionary_find (apply->facts->dictionary, id);

      if (field != NULL && field->level == BALANCE_LEVEL_SECTION)
        return TRUE;
    }

  return FALSE;
}

static void
move_bundle (BalanceApply *apply, const BalanceBundle *bundle, const BalanceApplyPlace *from, const BalanceApplyPlace *to)
{
  const BalanceYaml *at = BODY (apply, "number");
  BalanceDecimal number = { 0, 0 };
  mpq_t share;                 /* what is taken of the first field; 0 where there is none of it */
  gboolean known = FALSE;

  balance_decimal_parse (at->text, -1, &number);
  mpq_init (share);
  for (guint i = 0; i < bundle->items->len; i++)
    {
      const BalanceBundleItem *item = &g_array_index (bundle->items, BalanceBundleItem, i);
      BalanceField *field = balance_apply_find_bundle_field (apply, at, item);
      BalanceDecimal amount;
      BalanceLevel level;
      guint32 row;
      BalanceFact there;

      if (field == NULL || item->kind == BALANCE_BUNDLE_WHOLE || !balance_apply_locate (apply, field, from->school, from->section, &level, &row))
        continue;
      there = balance_apply_get_fact (apply, level, row, field);
      if (item->kind == BALANCE_BUNDLE_PART)
        {
          if (known && there.valid)
            {
              balance_apply_decimal_to_mpq (&there.value, apply->a);
              mpq_mul (apply->a, apply->a, share);
            }
          if (known && there.valid && balance_apply_mpq_to_decimal (apply->a, there.value.scale, BALANCE_ROUNDING_NEAREST, &amount))
            move_amount (apply, at, field, from, to, &amount);
          else
            move_amount (apply, at, field, from, to, NULL);
          continue;
        }
      balance_apply_decimal_to_mpq (&number, apply->a);
      balance_apply_decimal_to_mpq (&item->number, apply->b);
      mpq_mul (apply->a, apply->a, apply->b);
      if (i == 0 && there.valid)
        {
          balance_apply_decimal_to_mpq (&there.value, apply->b);
          known = TRUE;
          if (mpq_sgn (apply->b) != 0)
            mpq_div (share, apply->a, apply->b);
        }
      if (!balance_apply_mpq_to_decimal (apply->a, number.scale + item->number.scale, BALANCE_ROUNDING_NEAREST, &amount))
        {
          ERROR (at, "too-long-number", "“%s” would have too many digits", "“%s”的位数过多", field->id);
          continue;
        }
      balance_decimal_normalize (&amount);
      if (field->type == BALANCE_FIELD_COUNT && amount.scale > 0)
        {
          ERROR (at, "not-whole", "“%s” is counted in whole things", "“%s”只能是整数", field->id);
          continue;
        }
      move_amount (apply, at, field, from, to, &amount);
    }
  mpq_clear (share);
}

void
balance_apply_move (BalanceApply *apply)
{
  const BalanceYaml *from_node = BODY (apply, "from"), *to_node = BODY (apply, "to"), *stage = BODY (apply, "stage"), *to_stage = BODY (apply, "to_stage");
  const BalanceYaml *amounts = BODY (apply, "amounts"), *bundle_node = BODY (apply, "bundle");
  const BalanceBundle *bundle = bundle_node != NULL ? balance_bundles_find (apply->action->source->bundles, bundle_node->text) : NULL;
  BalanceApplyPlace from = { balance_apply_find_school (apply, from_node, from_node->text), NONE }, to = { balance_apply_find_school (apply, to_node, to_node->text), NONE };
  gboolean sections = needs_sections (apply, bundle, amounts) || stage != NULL || to_stage != NULL;

  if (from.school != NONE && sections)
    from.section = balance_apply_find_section (apply, from.school, stage, from_node);
  if (to.school != NONE && sections)
    {
      if (to_stage == NULL && stage == NULL && from.section != NONE)
        {
          to.section = balance_apply_get_section (apply->facts, to.school, apply->facts->section_stage[from.section]);
          if (to.section == NONE && !balance_apply_is_excused (apply, to_node->text))
            ERROR (to_node, "unknown-name", "%s has not the stage of %s; name the stages", "%2$s的学段在%1$s中没有，请写明学段",
                   balance_apply_school_name (apply->facts, to.school), balance_apply_school_name (apply->facts, from.school));
        }
      else if (to_stage != NULL || stage != NULL)
        to.section = balance_apply_find_section (apply, to.school, to_stage != NULL ? to_stage : stage, to_node);
    }
  if (from.school == NONE || to.school == NONE || (sections && (from.section == NONE || to.section == NONE)))
    return;
  if (from.school == to.school && from.section == to.section)
    {
      ERROR (to_node, "same-school", "giver and receiver are the same", "划出方与接收方相同");
      return;
    }

  if (bundle != NULL)
    move_bundle (apply, bundle, &from, &to);
  for (guint i = 0; amounts != NULL && i < amounts->n_items; i++)
    {
      const BalanceBundleItem item = { .field = (char *) amounts->keys[i]->text };
      BalanceField *field = balance_apply_find_field (apply, amounts->keys[i], amounts->keys[i]->text);
      BalanceDecimal amount = { 0, 0 };

      if (field == NULL)
        continue;
      field = balance_apply_find_bundle_field (apply, amounts->keys[i], &item);
      if (field == NULL)
        continue;
      balance_decimal_parse (amounts->items[i]->text, -1, &amount);
      balance_decimal_normalize (&amount);
      if (field->type == BALANCE_FIELD_COUNT && amount.scale > 0)
        ERROR (amounts->items[i], "not-whole", "“%s” is counted in whole things", "“%s”只能是整数", field->id);
      else
        move_amount (apply, amounts->items[i], field, &from, &to, &amount);
    }
}
