/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A school closes, and what it has goes to others. */

#include "planning/balance-action-apply-private.h"

/* What one place has of a field goes to others by shares. */
static void
give_away (BalanceApply *apply, const BalanceYaml *to, BalanceField *field, const BalanceFact *there, const BalanceApplyPlace *receivers)
{
  guint n = to->n_items;
  g_autofree BalanceDecimal *parts = g_new0 (BalanceDecimal, n + 1);
  g_autofree mpq_t *exact = g_new (mpq_t, n + 1);
  gboolean fits = TRUE;

  for (guint i = 0; i < n; i++)
    mpq_init (exact[i]);
  if (there->valid)
    {
      balance_apply_decimal_to_mpq (&there->value, apply->a);
      for (guint i = 0; i < n; i++)
        {
          balance_action_parse_ratio (to->items[i]->text, apply->b);
          mpq_mul (exact[i], apply->a, apply->b);
        }
      fits = balance_apply_share_out (&there->value, exact, n, there->value.scale, parts);
    }
  for (guint i = 0; i < n; i++)
    {
      BalanceLevel level;
      guint32 row;

      mpq_clear (exact[i]);
      if (receivers[i].school == NONE || !balance_apply_locate (apply, field, receivers[i].school, receivers[i].section, &level, &row))
        continue;
      if (there->valid && fits)
        balance_apply_add_to_fact (apply, to->items[i], level, row, field, &parts[i]);
      else
        balance_apply_put_fact (apply, level, row, field, FALSE, (BalanceDecimal) { 0, 0 });
    }
}

/* One entry of `give`, for all sections that it tells of. */
static void
plan_give (BalanceApply *apply, const BalanceYaml *give, guint32 school, const guint32 *closing, guint n_closing, gboolean whole, GHashTable *given)
{
  BalanceFacts *facts = apply->facts;
  const BalanceYaml *to = balance_yaml_get (give, "to"), *stage_node = balance_yaml_get (give, "stage");
  g_autoptr (GPtrArray) fields = balance_apply_list_fields (apply, give);
  g_autofree BalanceApplyPlace *receivers = g_new (BalanceApplyPlace, to->n_items + 1);
  int stage = stage_node != NULL ? balance_apply_find_stage (apply, stage_node) : -1;

  for (guint i = 0; i < to->n_items; i++)
    {
      receivers[i] = (BalanceApplyPlace) { balance_apply_find_school (apply, to->keys[i], to->keys[i]->text), NONE };
      if (receivers[i].school == school)
        ERROR (to->keys[i], "same-school", "a school that closes can receive nothing", "被撤销的学校不能作为接收方");
    }
  if (stage_node != NULL && stage < 0)
    return;
  if (stage_node != NULL && balance_apply_get_section (facts, school, stage) == NONE)
    {
      ERROR (stage_node, "unknown-name", "%s has no stage “%s”", "%s没有学段“%s”", balance_apply_school_name (facts, school), stage_node->text);
      return;
    }

  for (guint f = 0; f < fields->len; f++)
    {
      BalanceField *field = g_ptr_array_index (fields, f);
      BalanceFact fact;
      BalanceApplyPut key;

      for (guint s = 0; s < n_closing; s++)
        {
          if (stage >= 0 && facts->section_stage[closing[s]] != stage)
            continue;
          fact = balance_apply_get_fact (apply, BALANCE_LEVEL_SECTION, closing[s], field);
          if (field->level != BALANCE_LEVEL_SECTION && !fact.valid)
            continue;
          for (guint i = 0; i < to->n_items; i++)
            if (receivers[i].school != NONE)
              {
                receivers[i].section = balance_apply_get_section (facts, receivers[i].school, facts->section_stage[closing[s]]);
                if (receivers[i].section == NONE && f == 0 && !balance_apply_is_excused (apply, to->keys[i]->text))
                  ERROR (to->keys[i], "unknown-name", "%s has not the stage of what it is to get; say with “stage” what goes where", "%s没有相应学段，请用 stage 写明各学段的去向",
                         balance_apply_school_name (facts, receivers[i].school));
              }
          key = (BalanceApplyPut) { .level = BALANCE_LEVEL_SECTION, .row = closing[s], .field = field };
          if (!g_hash_table_add (given, g_memdup2 (&key, sizeof key)))
            ERROR (give, "given-twice", "“%s” is given away twice", "“%s”的去向重复", field->id);
          give_away (apply, to, field, &fact, receivers);
        }
      if (field->level == BALANCE_LEVEL_SCHOOL && whole)
        {
          for (guint i = 0; i < to->n_items; i++)
            receivers[i].section = NONE;
          fact = balance_apply_get_fact (apply, BALANCE_LEVEL_SCHOOL, school, field);
          if (fact.valid)
            give_away (apply, to, field, &fact, receivers);
        }
    }
}

/* What a bundle says must not be lost has to go somewhere. */
static void
check_conserved (BalanceApply *apply, const guint32 *closing, guint n_closing, GHashTable *given)
{
  GPtrArray *lists[] = { apply->action->source->bundles->list, balance_bundles_get_shipped ()->list };

  for (guint l = 0; l < (lists[0] == lists[1] ? 1 : 2); l++)
    for (guint i = 0; i < lists[l]->len; i++)
      {
        const BalanceBundle *bundle = g_ptr_array_index (lists[l], i);
        BalanceField *field = balance_dictionary_find (apply->facts->dictionary, g_array_index (bundle->items, BalanceBundleItem, 0).field);

        if (!bundle->conserved || field == NULL || field->level != BALANCE_LEVEL_SECTION ||
            balance_bundles_find (apply->action->source->bundles, bundle->id) != bundle)
          continue;
        for (guint s = 0; s < n_closing; s++)
          {
            const BalanceApplyPut key = { .level = BALANCE_LEVEL_SECTION, .row = closing[s], .field = field };
            BalanceFact fact = balance_apply_get_fact (apply, BALANCE_LEVEL_SECTION, closing[s], field);
            g_autofree char *amount = NULL;

            if (!fact.valid || fact.value.digits == 0 || g_hash_table_contains (given, &key))
              continue;
            amount = balance_decimal_to_string (&fact.value);
            ERROR (BODY (apply, "school"), "nowhere-to-go", "nobody gets the %1$s of “%2$s” that %3$s has; say who with “give”", "%3$s的“%2$s”（%1$s）没有去向，请用 give 写明",
                   amount, field->id, balance_apply_school_name (apply->facts, apply->facts->section_school[closing[s]]));
          }
      }
}

void
balance_apply_close (BalanceApply *apply)
{
  const BalanceYaml *node = BODY (apply, "school"), *stage = BODY (apply, "stage"), *give = BODY (apply, "give");
  guint32 school = balance_apply_find_school (apply, node, node->text);
  BalanceFacts *facts = apply->facts;
  g_autoptr (GArray) closing = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GHashTable) given = g_hash_table_new_full (balance_apply_hash_put, balance_apply_equal_puts, g_free, NULL);
  gboolean whole;

  if (school == NONE)
    return;
  if (stage != NULL)
    {
      guint32 section = balance_apply_find_section (apply, school, stage, node);

      if (section == NONE)
        return;
      g_array_append_val (closing, section);
    }
  else
    g_array_append_vals (closing, facts->school_section_rows + facts->school_sections[school], facts->school_sections[school + 1] - facts->school_sections[school]);
  whole = closing->len == facts->school_sections[school + 1] - facts->school_sections[school];

  for (guint i = 0; give != NULL && i < give->n_items; i++)
    plan_give (apply, give->items[i], school, (const guint32 *) (gpointer) closing->data, closing->len, whole, given);
  check_conserved (apply, (const guint32 *) (gpointer) closing->data, closing->len, given);
  if (apply->failed)
    return;

  if (whole)
    balance_reshape_remove_school (balance_apply_get_reshape (apply), school, -1);
  else
    balance_reshape_remove_section (balance_apply_get_reshape (apply), g_array_index (closing, guint32, 0));
}
