/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a finding says of missing facts. */

#include "evaluation/balance-deciding-set-private.h"
#include "evaluation/balance-finding-private.h"

#define MAX_SETS 16    /* that are listed for a verdict; the others are counted */

/* A census of more sections than this is not searched for what is asked of the region. */
#define MAX_SECTIONS 20000

/* Can the question be asked of what the finding was made from? */
static gboolean
is_answerable (BalanceFinding *self)
{
  BalanceReplay *replay = self->replay;
  const BalanceFacts *facts = replay->evaluation->facts;

  if (self->rule < 0 || self->verdict != BALANCE_VERDICT_UNDETERMINED)
    return FALSE;
  if (replay->n_districts == 1 && facts->districts.n_rows > 1)
    return !replay->evaluation->result.scheme->rules[self->rule].uses_region;

  return facts->sections.n_rows <= MAX_SECTIONS;
}

static gboolean
is_part_of_another (const BalanceDecidingCells *set, GPtrArray *others)
{
  for (guint i = 0; i < others->len; i++)
    {
      const BalanceDecidingCells *other = g_ptr_array_index (others, i);
      guint k = 0;

      for (guint j = 0; j < set->n && k < other->n; j++)
        k += set->cells[j] == other->cells[k];
      if (k == other->n)
        return TRUE;
    }

  return FALSE;
}

static void
find_sets (BalanceFinding *self)
{
  static const BalanceVerdict verdicts[] = { BALANCE_VERDICT_MET, BALANCE_VERDICT_UNMET, BALANCE_VERDICT_NOT_APPLICABLE };
  BalanceDeciding *deciding;
  BalanceList *list = balance_list_new (BALANCE_TYPE_DECIDING_SET);
  g_autoptr(GPtrArray) families = g_ptr_array_new_with_free_func ((GDestroyNotify) balance_deciding_family_free);
  g_autoptr(GPtrArray) known = g_ptr_array_new ();

  self->deciding = list;
  self->deciding_exact = self->verdict != BALANCE_VERDICT_UNDETERMINED;
  if (!is_answerable (self))
    return;

  deciding = balance_replay_get_deciding (self->replay);
  self->deciding_work = deciding->work;
  self->n_missing = balance_deciding_count_missing (deciding, (guint) self->rule, self->row);
  self->deciding_exact = TRUE;
  for (guint v = 0; v < G_N_ELEMENTS (verdicts); v++)
    {
      BalanceDecidingFamily *family = balance_deciding_find (deciding, (guint) self->rule, self->row, verdicts[v]);
      guint listed = 0;

      g_ptr_array_add (families, family);
      if (verdicts[v] != BALANCE_VERDICT_NOT_APPLICABLE || family->sets->len > 0)
        self->deciding_exact = self->deciding_exact && family->exact;
      for (guint i = 0; i < family->sets->len; i++)
        {
          BalanceDecidingCells *set = g_ptr_array_index (family->sets, i);
          g_autoptr(BalanceDecidingSet) one = NULL;

          /* that it would not apply is only told of what cannot decide it otherwise */
          if (verdicts[v] == BALANCE_VERDICT_NOT_APPLICABLE && is_part_of_another (set, known))
            {
              family->count--;
              continue;
            }
          g_ptr_array_add (known, set);
          if (listed++ >= MAX_SETS)
            continue;
          one = balance_deciding_set_new (self->replay->evaluation, deciding, set, verdicts[v], family->exact);
          balance_list_append (list, one);
        }
      self->n_deciding[verdicts[v]] = family->count;
    }
  self->deciding_work = deciding->work - self->deciding_work;
}

static void
ensure_sets (BalanceFinding *self)
{
  g_mutex_lock (&self->replay->deciding_lock);
  if (self->deciding == NULL)
    find_sets (self);
  g_mutex_unlock (&self->replay->deciding_lock);
}

guint64
balance_finding_get_deciding_work (BalanceFinding *self)
{
  ensure_sets (self);

  return self->deciding_work;
}

/**
 * balance_finding_get_despite_missing:
 * @self: a finding
 *
 * Gets whether the requirement is known to be met or unmet although facts are missing: what bounds the
 * dictionary gives, or what else is known, decides it whatever the missing facts are.
 *
 * Returns: %TRUE if it is lost or safe anyway
 *
 * Since: 1.0
 */
gboolean
balance_finding_get_despite_missing (BalanceFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), FALSE);

  return self->despite_missing;
}

/**
 * balance_finding_get_n_missing:
 * @self: a finding
 *
 * Gets how many missing facts an undetermined finding waits for.
 *
 * Returns: the number of facts, 0 for findings that are determined
 *
 * Since: 1.0
 */
guint
balance_finding_get_n_missing (BalanceFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), 0);

  ensure_sets (self);

  return self->n_missing;
}

/**
 * balance_finding_get_deciding_sets:
 * @self: a finding
 *
 * Gets the sets of missing facts that could decide an undetermined finding: first those that can make it met,
 * then unmet, then not applicable (only sets that cannot decide it otherwise); within these the smallest first.
 * At most 16 are listed for each verdict, see [method@Balance.Finding.get_n_deciding_sets].
 *
 * The sets are looked for when first asked for, which takes about a millisecond for a school and at most some
 * seconds for a large district.
 *
 * Returns: (transfer none): a list of [class@Balance.DecidingSet], empty for findings that are determined
 *
 * Since: 1.0
 */
GListModel *
balance_finding_get_deciding_sets (BalanceFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), NULL);

  ensure_sets (self);

  return G_LIST_MODEL (self->deciding);
}

/**
 * balance_finding_get_n_deciding_sets:
 * @self: a finding
 * @verdict: a verdict
 *
 * Counts the sets of missing facts that could lead to a verdict, also those that are not listed.
 *
 * Returns: the number of sets, %G_MAXUINT where they are more
 *
 * Since: 1.0
 */
guint
balance_finding_get_n_deciding_sets (BalanceFinding *self,
                                     BalanceVerdict  verdict)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), 0);
  g_return_val_if_fail ((guint) verdict < G_N_ELEMENTS (self->n_deciding), 0);

  ensure_sets (self);

  return (guint) MIN (self->n_deciding[verdict], G_MAXUINT);
}

/**
 * balance_finding_get_deciding_exact:
 * @self: a finding
 *
 * Gets whether the listed and counted sets are all there are. Where very many facts are missing they are
 * looked for step by step: each listed set does decide, but there may be others.
 *
 * Returns: %TRUE where none is missing
 *
 * Since: 1.0
 */
gboolean
balance_finding_get_deciding_exact (BalanceFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), FALSE);

  ensure_sets (self);

  return self->deciding_exact;
}

static gboolean
is_outermost (BalanceEvaluation *self, guint rule)
{
  const BalanceRule *of = g_ptr_array_index (self->standard->pack->rules, rule);

  return (self->only >= 0 ? (int) rule == self->only : of->parent == NULL) && of->binding && of->level != BALANCE_LEVEL_REGION;
}

/**
 * balance_evaluation_get_deciding_sets:
 * @self: an evaluation
 * @district_code: the code of a district
 *
 * Says what to ask for first: the smallest set of missing facts that could make an undetermined district met,
 * and the smallest that could show it to be unmet.
 *
 * Returns: (transfer full): a list of at most two [class@Balance.DecidingSet]; empty where the district is
 *   not undetermined, and where no set was found
 *
 * Since: 1.0
 */
GListModel *
balance_evaluation_get_deciding_sets (BalanceEvaluation *self,
                                      const char        *district_code)
{
  static const BalanceVerdict verdicts[] = { BALANCE_VERDICT_MET, BALANCE_VERDICT_UNMET };
  BalanceList *list;
  g_autoptr(GArray) roots = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr(BalanceDeciding) deciding = NULL;
  gboolean withheld, region = FALSE;
  guint district;

  g_return_val_if_fail (BALANCE_IS_EVALUATION (self), NULL);
  g_return_val_if_fail (district_code != NULL, NULL);

  list = balance_list_new (BALANCE_TYPE_DECIDING_SET);
  if (!balance_evaluation_find_district (self, district_code, &district) ||
      self->result.districts[district] != BALANCE_VERDICT_UNDETERMINED)
    return G_LIST_MODEL (list);

  for (guint i = 0; i < self->standard->pack->rules->len; i++)
    if (is_outermost (self, i))
      {
        region = region || self->result.scheme->rules[i].uses_region;
        g_array_append_val (roots, i);
      }
  /* what other districts have decides as well: that is no question of one district */
  if (region && self->facts->districts.n_rows > 1)
    return G_LIST_MODEL (list);

  /* with rows left out no fact makes a district met */
  withheld = self->facts->district_skipped[district] || self->facts->skipped || self->unsplit[district];
  deciding = balance_deciding_new (self->result.bindings, self->result.region, district, 1);
  for (guint v = 0; v < G_N_ELEMENTS (verdicts); v++)
    {
      g_autoptr(BalanceDecidingCells) cells = NULL;
      gboolean proved = FALSE;

      if (verdicts[v] == BALANCE_VERDICT_MET && withheld)
        continue;
      cells = balance_deciding_find_smallest (deciding, (const guint *) (gconstpointer) roots->data, roots->len, district, verdicts[v], &proved);
      if (cells != NULL)
        {
          g_autoptr(BalanceDecidingSet) set = balance_deciding_set_new (self, deciding, cells, verdicts[v], proved);

          balance_list_append (list, set);
        }
    }

  return G_LIST_MODEL (list);
}
