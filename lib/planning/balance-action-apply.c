/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What an action makes of the facts: first all of it is worked out on the facts as they are, with everything that is
 * wrong, then all of it is done as one step, or nothing. */

#include "planning/balance-action-apply-private.h"

static void
carry_out (BalanceApply *apply)
{
  BalanceRowMap map = { 0 };
  g_autoptr (BalanceCell) cell = balance_action_get_cell (apply->action);
  guint32 maker = 0;

  balance_scenario_begin_step (apply->scenario, apply->action);
  if (apply->reshape != NULL)
    balance_scenario_reshape (apply->scenario, apply->reshape, &map);
  if (cell != NULL && apply->puts->len > 0)
    maker = balance_facts_add_maker (balance_scenario_get_facts (apply->scenario), cell);
  for (guint i = 0; i < apply->puts->len; i++)
    {
      BalanceApplyPut *put = &g_array_index (apply->puts, BalanceApplyPut, i);
      guint32 row = put->row;

      if (apply->reshape != NULL && put->level == BALANCE_LEVEL_SECTION)
        row = map.section_to[row];
      else if (apply->reshape != NULL && put->level == BALANCE_LEVEL_SCHOOL)
        row = map.school_to[row];
      if (row == BALANCE_NEW_ROW)
        continue;
      put->fact.maker = maker;
      balance_scenario_put (apply->scenario, put->level, row, put->field, &put->fact);
    }
  balance_row_map_clear (&map);
}

/* Names that would be there, or found elsewhere, had the action not failed. */
static void
excuse_names (BalanceApply *apply)
{
  static const char *const keys[] = { "school", "code", "name", "into", "schools" };

  if (apply->failed_names == NULL || apply->action->kind <= BALANCE_ACTION_MOVE || apply->action->kind == BALANCE_ACTION_GROW)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const BalanceYaml *node = BODY (apply, keys[i]);

      if (node != NULL && node->type == BALANCE_YAML_SCALAR)
        g_hash_table_add (apply->failed_names, g_strdup (node->text));
      for (guint k = 0; node != NULL && k < node->n_items; k++)
        g_hash_table_add (apply->failed_names, g_strdup (node->items[k]->text));
    }
}

gboolean
balance_action_apply (BalanceAction *self, BalanceScenario *scenario, GHashTable *failed, BalanceProblems *problems)
{
  BalanceApply own = { self, scenario, balance_scenario_get_facts (scenario), problems, failed }, *apply = &own;
  BalanceApplySubject subject;

  apply->puts = g_array_new (FALSE, FALSE, sizeof (BalanceApplyPut));
  apply->index = g_hash_table_new_full (balance_apply_hash_put, balance_apply_equal_puts, g_free, NULL);
  mpq_inits (apply->a, apply->b, apply->c, NULL);
  switch (self->kind)
    {
    case BALANCE_ACTION_SET:
      balance_apply_begin_subject (apply, &subject);
      balance_apply_set_facts (apply, &subject, BODY (apply, "facts"));
      break;
    case BALANCE_ACTION_ADD:
      balance_apply_add (apply);
      break;
    case BALANCE_ACTION_CLEAR:
      balance_apply_clear (apply);
      break;
    case BALANCE_ACTION_MOVE:
      balance_apply_move (apply);
      break;
    case BALANCE_ACTION_HAND_OVER:
      balance_apply_hand_over (apply);
      break;
    case BALANCE_ACTION_MERGE:
      balance_apply_merge (apply);
      break;
    case BALANCE_ACTION_CLOSE:
      balance_apply_close (apply);
      break;
    case BALANCE_ACTION_OPEN:
      balance_apply_open (apply);
      break;
    case BALANCE_ACTION_EXTEND:
      balance_apply_extend (apply);
      break;
    case BALANCE_ACTION_RECODE:
      balance_apply_recode (apply);
      break;
    case BALANCE_ACTION_GROW:
    default:
      balance_apply_grow (apply);
      break;
    }
  if (apply->failed)
    excuse_names (apply);
  else
    carry_out (apply);

  mpq_clears (apply->a, apply->b, apply->c, NULL);
  balance_reshape_free (apply->reshape);
  g_hash_table_unref (apply->index);
  g_array_unref (apply->puts);

  return !apply->failed;
}
