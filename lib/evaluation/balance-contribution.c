/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "base/balance-float-private.h"
#include "base/balance-list-private.h"
#include "evaluation/balance-evaluation-private.h"

/**
 * BalanceContribution:
 *
 * What one section adds to the square of a coefficient of variation (差异系数平方的构成).
 *
 * With weights pᵢ, values vᵢ, P = Σ pᵢ and the pooled mean X̄ = Σ pᵢ·vᵢ / P, the coefficient is CV = S / X̄ with
 * S² = Σ (pᵢ/P)·(vᵢ − X̄)². So CV² is a sum over sections, and the part of section i is
 *
 *     aᵢ = (pᵢ/P)·(vᵢ/X̄ − 1)²
 *
 * which is exact, never negative, and with xᵢ = pᵢ·vᵢ and X = Σ xᵢ the same as P·xᵢ²/(pᵢ·X²) − 2·xᵢ/X + pᵢ/P. All
 * parts together are CV² = P·Σ(xᵢ²/pᵢ)/X² − 1. A section weighs much where it is large and far from the mean, on
 * either side.
 *
 * Contributions are immutable and may be used from any thread.
 *
 * Since: 1.0
 */

struct _BalanceContribution
{
  GObject       parent_instance;

  BalanceFacts *facts;
  guint         school;
  mpq_t         amount, share;
  double        value, weight;
};

G_DEFINE_FINAL_TYPE (BalanceContribution, balance_contribution, G_TYPE_OBJECT)

static void
balance_contribution_finalize (GObject *object)
{
  BalanceContribution *self = BALANCE_CONTRIBUTION (object);

  g_clear_pointer (&self->facts, balance_facts_unref);
  mpq_clears (self->amount, self->share, NULL);

  G_OBJECT_CLASS (balance_contribution_parent_class)->finalize (object);
}

static void
balance_contribution_class_init (BalanceContributionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_contribution_finalize;
}

static void
balance_contribution_init (BalanceContribution *self)
{
  mpq_inits (self->amount, self->share, NULL);
}

/**
 * balance_contribution_get_school_code:
 * @self: a contribution
 *
 * Gets the code of the school.
 *
 * Returns: the code
 *
 * Since: 1.0
 */
const char *
balance_contribution_get_school_code (BalanceContribution *self)
{
  g_return_val_if_fail (BALANCE_IS_CONTRIBUTION (self), NULL);

  return self->facts->school_codes[self->school];
}

/**
 * balance_contribution_get_school_name:
 * @self: a contribution
 *
 * Gets the name of the school.
 *
 * Returns: the name, the code where it has none
 *
 * Since: 1.0
 */
const char *
balance_contribution_get_school_name (BalanceContribution *self)
{
  g_return_val_if_fail (BALANCE_IS_CONTRIBUTION (self), NULL);

  return *self->facts->school_names[self->school] != '\0' ? self->facts->school_names[self->school] : self->facts->school_codes[self->school];
}

/**
 * balance_contribution_get_amount:
 * @self: a contribution
 *
 * Gets what the section adds to CV²: (pᵢ/P)·(vᵢ/X̄ − 1)².
 *
 * Returns: the amount, correctly rounded
 *
 * Since: 1.0
 */
double
balance_contribution_get_amount (BalanceContribution *self)
{
  g_return_val_if_fail (BALANCE_IS_CONTRIBUTION (self), 0.0);

  return balance_mpq_get_double (self->amount);
}

/**
 * balance_contribution_dup_exact:
 * @self: a contribution
 *
 * Gets what the section adds to CV² exactly.
 *
 * Returns: (transfer full): a fraction in lowest terms, such as "3/250"; "0" for nothing
 *
 * Since: 1.0
 */
char *
balance_contribution_dup_exact (BalanceContribution *self)
{
  char *text;

  g_return_val_if_fail (BALANCE_IS_CONTRIBUTION (self), NULL);

  text = g_malloc (mpz_sizeinbase (mpq_numref (self->amount), 10) + mpz_sizeinbase (mpq_denref (self->amount), 10) + 3);

  return mpq_get_str (text, 10, self->amount);
}

/**
 * balance_contribution_get_share:
 * @self: a contribution
 *
 * Gets which part of CV² the section makes up.
 *
 * Returns: 0 to 1, correctly rounded; 0 where all values are the same
 *
 * Since: 1.0
 */
double
balance_contribution_get_share (BalanceContribution *self)
{
  g_return_val_if_fail (BALANCE_IS_CONTRIBUTION (self), 0.0);

  return balance_mpq_get_double (self->share);
}

/**
 * balance_contribution_get_value:
 * @self: a contribution
 *
 * Gets the value of the section.
 *
 * Returns: the value
 *
 * Since: 1.0
 */
double
balance_contribution_get_value (BalanceContribution *self)
{
  g_return_val_if_fail (BALANCE_IS_CONTRIBUTION (self), 0.0);

  return self->value;
}

/**
 * balance_contribution_get_weight:
 * @self: a contribution
 *
 * Gets the weight of the section, mostly its pupils.
 *
 * Returns: the weight
 *
 * Since: 1.0
 */
double
balance_contribution_get_weight (BalanceContribution *self)
{
  g_return_val_if_fail (BALANCE_IS_CONTRIBUTION (self), 0.0);

  return self->weight;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const BalanceContribution *x = a, *y = b;
  int order = mpq_cmp (y->amount, x->amount);

  return order != 0 ? order : (x->school > y->school) - (x->school < y->school);
}

/* Sections with weight, with their exact values; FALSE where one is not known. */
static gboolean
collect (BalanceReplay *replay, guint indicator, guint group, GPtrArray *found, mpq_t *values, mpq_t *weights)
{
  BalanceEvaluation *evaluation = replay->evaluation;
  BalanceFacts *facts = evaluation->facts;
  const BalanceSchemeIndicator *of = &evaluation->result.scheme->indicators[indicator];
  BalanceFrame *frame = replay->judge->frame;
  const BalanceNumber *all_values = balance_frame_get_numbers (frame, of->measure.value), *all_weights = balance_frame_get_numbers (frame, of->weight);
  BalanceNode *mask;
  const guint8 *flags;

  balance_evaluation_find_dispersion (evaluation, indicator, &mask);
  flags = balance_frame_get_flags (frame, mask);
  for (guint i = facts->group_sections[group]; i < facts->group_sections[group + 1]; i++)
    {
      guint row = i - frame->offset[BALANCE_LEVEL_SECTION];
      BalanceContribution *contribution;

      if (flags[row] == BALANCE_FALSE || balance_number_is_zero (&frame->pool, all_weights[row]) == BALANCE_TRUE)
        continue;
      if (flags[row] == BALANCE_UNKNOWN || !balance_number_get_mpq (&frame->pool, all_weights[row], weights[found->len]) ||
          !balance_number_get_mpq (&frame->pool, all_values[row], values[found->len]))
        return FALSE;
      contribution = g_object_new (BALANCE_TYPE_CONTRIBUTION, NULL);
      contribution->facts = balance_facts_ref (facts);
      contribution->school = facts->section_school[i];
      contribution->value = balance_number_get_double (&frame->pool, all_values[row]);
      contribution->weight = balance_number_get_double (&frame->pool, all_weights[row]);
      g_ptr_array_add (found, contribution);
    }

  return TRUE;
}

static void
compute (GPtrArray *found, mpq_t *values, mpq_t *weights)
{
  mpq_t total, mean, one, sum;

  mpq_inits (total, mean, one, sum, NULL);
  mpq_set_ui (one, 1, 1);
  for (guint i = 0; i < found->len; i++)
    {
      mpq_add (total, total, weights[i]);
      mpq_mul (sum, weights[i], values[i]);
      mpq_add (mean, mean, sum);
    }
  if (mpq_sgn (total) == 0 || mpq_sgn (mean) == 0)
    g_ptr_array_set_size (found, 0);
  else
    mpq_div (mean, mean, total);

  mpq_set_ui (sum, 0, 1);
  for (guint i = 0; i < found->len; i++)
    {
      BalanceContribution *contribution = g_ptr_array_index (found, i);

      mpq_div (contribution->amount, values[i], mean);
      mpq_sub (contribution->amount, contribution->amount, one);
      mpq_mul (contribution->amount, contribution->amount, contribution->amount);
      mpq_mul (contribution->amount, contribution->amount, weights[i]);
      mpq_div (contribution->amount, contribution->amount, total);
      mpq_add (sum, sum, contribution->amount);
    }
  for (guint i = 0; i < found->len && mpq_sgn (sum) != 0; i++)
    {
      BalanceContribution *contribution = g_ptr_array_index (found, i);

      mpq_div (contribution->share, contribution->amount, sum);
    }
  mpq_clears (total, mean, one, sum, NULL);
}

/**
 * balance_evaluation_get_contributions:
 * @self: an evaluation
 * @indicator: the id of an indicator of sections that has weights
 * @group: the number of a group, in the order of [method@Balance.Evaluation.get_groups]
 * @error: return location for a [error@Balance.Error]
 *
 * Gets what each section of a group adds to the square of the coefficient of variation, largest first. The amounts are
 * exact and are CV² together.
 *
 * Returns: (transfer full): a list of [class@Balance.Contribution]; empty where there is no coefficient because a value is
 *   missing or all are zero; %NULL with %BALANCE_ERROR_NOT_FOUND
 *
 * Since: 1.0
 */
GListModel *
balance_evaluation_get_contributions (BalanceEvaluation *self, const char *indicator, guint group, GError **error)
{
  BALANCE_FLOAT_DEFAULT;
  g_autoptr (BalanceList) list = balance_list_new (BALANCE_TYPE_CONTRIBUTION);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (BalanceReplay) replay = NULL;
  g_autofree mpq_t *values = NULL, *weights = NULL;
  guint n;
  int index;

  g_return_val_if_fail (BALANCE_IS_EVALUATION (self), NULL);
  g_return_val_if_fail (indicator != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  index = balance_evaluation_find_indicator (self, indicator);
  if (index < 0 || group >= self->facts->n_groups || self->result.scheme->indicators[index].rule->level != BALANCE_LEVEL_SECTION ||
      self->result.scheme->indicators[index].weight == NULL)
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND,
                   "There is no group %u, or no indicator of sections with weights “%s”\n没有第%u个县内学段，或没有按学段计算且有权重的指标“%s”", group, indicator, group, indicator);
      return NULL;
    }

  n = self->facts->group_sections[group + 1] - self->facts->group_sections[group];
  values = g_new (mpq_t, n + 1);
  weights = g_new (mpq_t, n + 1);
  for (guint i = 0; i < n; i++)
    mpq_inits (values[i], weights[i], NULL);
  replay = balance_replay_new (self, self->facts->group_district[group]);
  if (collect (replay, (guint) index, group, found, values, weights))
    compute (found, values, weights);
  else
    g_ptr_array_set_size (found, 0);
  for (guint i = 0; i < n; i++)
    mpq_clears (values[i], weights[i], NULL);
  for (guint i = 0; i < found->len; i++)
    balance_list_append (list, g_ptr_array_index (found, i));
  balance_list_sort (list, compare);

  return G_LIST_MODEL (g_steal_pointer (&list));
}
