/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/balance-float-private.h"
#include "planning/balance-action-private.h"
#include "planning/balance-scenario-private.h"

static gboolean
finish (BalanceProblems *problems, gboolean done, GListModel **out, GError **error)
{
  if (out != NULL)
    *out = balance_problems_dup_list (problems);
  if (!done)
    balance_problems_throw (problems, BALANCE_ERROR_INVALID_DATA, error);

  return done;
}

/**
 * balance_scenario_apply:
 * @self: a scenario
 * @action: what to do
 * @problems: (out) (optional) (transfer full): all that is wrong, a list of [class@Balance.Problem]
 * @error: return location for a [error@Balance.Error]
 *
 * Does what an action says, wholly or not at all. It can be undone and redone as one change. After an action that moves,
 * opens or closes schools, rows are others; ask the census of [method@Balance.Scenario.dup_census].
 *
 * Returns: %TRUE if it was done; %FALSE with %BALANCE_ERROR_INVALID_DATA where the action names what the facts do not have,
 *   or takes more than there is
 *
 * Since: 1.0
 */
gboolean
balance_scenario_apply (BalanceScenario *self, BalanceAction *action, GListModel **problems, GError **error)
{
  BALANCE_FLOAT_DEFAULT;
  g_autoptr (BalanceProblems) found = balance_problems_new ();

  g_return_val_if_fail (BALANCE_IS_SCENARIO (self), FALSE);
  g_return_val_if_fail (BALANCE_IS_ACTION (action), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return finish (found, balance_action_apply (action, self, NULL, found), problems, error);
}

/* Codes that schools had before the census: one step before the actions. */
static gboolean
apply_was (BalanceScenario *self, BalanceProposal *proposal, BalanceProblems *problems)
{
  const BalanceYaml *was = proposal->was;
  BalanceFacts *facts = balance_scenario_get_facts (self);
  g_autoptr (BalanceReshape) reshape = NULL;
  BalanceRowMap map = { 0 };
  gboolean sound = TRUE;

  if (was == NULL || was->n_items == 0)
    return TRUE;
  reshape = balance_reshape_new (facts);
  for (guint i = 0; i < was->n_items; i++)
    {
      gboolean found = FALSE, taken = FALSE;

      for (guint k = 0; k < facts->schools.n_rows; k++)
        {
          taken = taken || g_str_equal (facts->school_codes[k], was->keys[i]->text);
          if (g_str_equal (facts->school_codes[k], was->items[i]->text))
            {
              balance_reshape_add_former (reshape, k, was->keys[i]->text);
              found = TRUE;
            }
        }
      if (!found)
        balance_yaml_problem (was->items[i], proposal->source->file, problems, BALANCE_SEVERITY_ERROR, "unknown-name",
                              "the census has no school of the code “%s”", "数据中没有代码为“%s”的学校", was->items[i]->text);
      if (taken)
        balance_yaml_problem (was->keys[i], proposal->source->file, problems, BALANCE_SEVERITY_ERROR, "code-taken",
                              "“%s” is the code of a school of the census, not one that a school had before", "“%s”是数据中现有学校的代码，不是曾用代码", was->keys[i]->text);
      sound = sound && found && !taken;
    }
  if (!sound)
    return FALSE;
  balance_scenario_begin_step (self, NULL);
  balance_scenario_reshape (self, reshape, &map);
  balance_row_map_clear (&map);

  return TRUE;
}

/**
 * balance_scenario_apply_proposal:
 * @self: a scenario
 * @proposal: what to do
 * @problems: (out) (optional) (transfer full): all that is wrong, a list of [class@Balance.Problem]
 * @error: return location for a [error@Balance.Error]
 *
 * Applies the actions of a proposal one after the other, all or none. Each can be undone by itself. Where one fails, the
 * others are still looked at, so that all faults are told at once; then everything, also what could be redone, is as before.
 *
 * Returns: %TRUE if all was done; %FALSE with %BALANCE_ERROR_INVALID_DATA
 *
 * Since: 1.0
 */
gboolean
balance_scenario_apply_proposal (BalanceScenario *self, BalanceProposal *proposal, GListModel **problems, GError **error)
{
  BALANCE_FLOAT_DEFAULT;
  g_autoptr (BalanceProblems) found = balance_problems_new ();
  g_autoptr (GHashTable) failed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  BalanceScenarioMark *mark;
  gboolean done;

  g_return_val_if_fail (BALANCE_IS_SCENARIO (self), FALSE);
  g_return_val_if_fail (BALANCE_IS_PROPOSAL (proposal), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  mark = balance_scenario_mark (self);
  done = apply_was (self, proposal, found);
  for (guint i = 0; i < proposal->actions->len; i++)
    done = balance_action_apply (g_ptr_array_index (proposal->actions, i), self, failed, found) && done;
  balance_scenario_resolve (self, mark, done);

  return finish (found, done, problems, error);
}
