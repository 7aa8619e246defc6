/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Values of all rows of a level, many districts at a time where that is exact. */

#include <math.h>

#include "base/balance-float-private.h"
#include "evaluation/balance-evaluation-private.h"
#include "formula/balance-block-private.h"

/* As many as let the vectors of a formula stay in the second cache. */
#define ROWS_PER_BLOCK 2048

/* By the judge, one district after the other. */
static void
judge_values (BalanceEvaluation  *self,
              BalanceJudge      **judge,
              BalanceNode        *node,
              BalanceLevel        level,
              guint               district,
              double             *values)
{
  const BalanceNumber *numbers;
  BalanceFrame *frame;

  if (*judge == NULL)
    *judge = balance_judge_new (self->result.bindings, self->result.region);
  balance_judge_reset (*judge, district, 1);
  frame = (*judge)->frame;
  numbers = balance_frame_get_numbers (frame, node);
  for (guint i = 0; i < frame->n_rows[level]; i++)
    values[frame->offset[level] + i] = balance_number_get_double (&frame->pool, numbers[i]);
}

/* Is every value the quotient of two whole numbers that doubles hold? Then one division rounds it correctly. */
static gboolean
is_one_quotient (const BalanceBlockShape *shape)
{
  return MAX (fabs (shape->low), fabs (shape->high)) * shape->numerator <= BALANCE_EXACT_LIMIT &&
         shape->den_high * shape->denominator <= BALANCE_EXACT_LIMIT;
}

static void
divide (double                  *values,
        BalanceBlockVectors      from,
        const BalanceBlockShape *shape,
        guint                    n)
{
  const double a = shape->numerator, b = shape->denominator;

  /* a zero of a difference has no sign */
  if (from.den == NULL)
    for (guint i = 0; i < n; i++)
      values[i] = from.num[i] * a / b + 0.0;
  else
    for (guint i = 0; i < n; i++)
      values[i] = from.num[i] * a / (from.den[i] * b) + 0.0;
}

/* Rows of a district that the block could not tell: of stages that have no value there is none, of others the judge has to be
 * asked. */
static gboolean
needs_judge (const BalanceFacts *facts,
             const gboolean     *lacking,
             const guint8       *doubt,
             guint               district,
             guint               offset,
             double             *values)
{
  const guint end = facts->district_sections[district + 1];
  gboolean needed = FALSE;

  for (guint row = facts->district_sections[district]; row < end; row++)
    if (lacking[facts->section_stage[row]])
      values[row] = NAN;
    else
      needed |= doubt[row - offset];

  return needed;
}

/* Of sections; FALSE where blocks cannot compute them. */
static gboolean
compute_in_blocks (BalanceEvaluation  *self,
                   BalanceJudge      **judge,
                   BalanceNode        *node,
                   double             *values)
{
  const BalanceKernels *kernels = balance_kernels_choose (NULL);
  g_autoptr(BalanceBlockPlan) plan = balance_block_plan_new (self->result.bindings->own);
  BalanceFacts *facts = self->facts;
  const guint n_districts = facts->districts.n_rows;
  guint max_rows[BALANCE_N_LEVELS] = { [BALANCE_LEVEL_REGION] = 1 };
  g_autofree gboolean *lacking = NULL;
  const BalanceBlockShape *shape;
  BalanceBlock *block;

  if (kernels == NULL || balance_node_get_level (node) != BALANCE_LEVEL_SECTION || !balance_block_plan_add (plan, node))
    return FALSE;
  shape = balance_block_plan_get_shape (plan, node);
  if (!is_one_quotient (shape))
    return FALSE;

  lacking = g_new0 (gboolean, balance_dictionary_get_n_stages (facts->dictionary) + 1);
  for (guint i = 0; i < balance_dictionary_get_n_stages (facts->dictionary); i++)
    lacking[i] = balance_block_plan_lacks_stage (plan, node, i);

  for (guint pass = 0; pass < 2; pass++)
    {
      block = pass == 1 ? balance_block_new (plan, kernels, max_rows) : NULL;
      for (guint first = 0, end = 0; first < n_districts; first = end)
        {
          const guint offset = facts->district_sections[first];
          BalanceBlockVectors found;

          do
            end++;
          while (end < n_districts && facts->district_sections[end + 1] - offset <= ROWS_PER_BLOCK);
          if (block == NULL)
            {
              max_rows[BALANCE_LEVEL_SECTION] = MAX (max_rows[BALANCE_LEVEL_SECTION], facts->district_sections[end] - offset);
              max_rows[BALANCE_LEVEL_SCHOOL] = MAX (max_rows[BALANCE_LEVEL_SCHOOL], facts->district_schools[end] - facts->district_schools[first]);
              max_rows[BALANCE_LEVEL_STAGE] = MAX (max_rows[BALANCE_LEVEL_STAGE], facts->district_groups[end] - facts->district_groups[first]);
              max_rows[BALANCE_LEVEL_DISTRICT] = MAX (max_rows[BALANCE_LEVEL_DISTRICT], end - first);
              continue;
            }

          balance_block_move (block, first, end - first);
          found = balance_block_get (block, node);
          divide (values + offset, found, shape, facts->district_sections[end] - offset);
          for (guint d = first; found.doubt != NULL && d < end; d++)
            if (needs_judge (facts, lacking, found.doubt, d, offset, values))
              judge_values (self, judge, node, BALANCE_LEVEL_SECTION, d, values);
        }
      balance_block_free (block);
    }

  return TRUE;
}

static void
compute_values (BalanceEvaluation *self,
                BalanceNode       *node,
                BalanceLevel       level,
                double            *values)
{
  const guint n_districts = self->facts->districts.n_rows;
  BalanceJudge *judge = NULL;

  if (level != BALANCE_LEVEL_SECTION || !compute_in_blocks (self, &judge, node, values))
    for (guint d = 0; d < (level == BALANCE_LEVEL_REGION ? MIN (1, n_districts) : n_districts); d++)
      judge_values (self, &judge, node, level, d, values);
  balance_judge_free (judge);
}

/**
 * balance_evaluation_dup_values:
 * @self: an evaluation
 * @indicator: the id of an indicator
 * @validity: (out) (optional) (transfer full): return location for one byte per row: 1 where there is a value
 * @error: return location for a [error@Balance.Error]
 *
 * Gets the values of an indicator for all rows of its level, in the order of the census: native doubles,
 * each the correctly rounded quotient of exact numbers; NaN and validity 0 where there is no value.
 * This is the way to take many values across a language binding.
 *
 * Returns: (transfer full): 8 bytes per row
 *
 * Since: 1.0
 */
GBytes *
balance_evaluation_dup_values (BalanceEvaluation  *self,
                               const char         *indicator,
                               GBytes            **validity,
                               GError            **error)
{
  BALANCE_FLOAT_DEFAULT;
  const BalanceSchemeIndicator *of;
  double *values;
  int index;
  guint n;

  g_return_val_if_fail (BALANCE_IS_EVALUATION (self), NULL);
  g_return_val_if_fail (indicator != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  index = balance_evaluation_find_indicator (self, indicator);
  if (index < 0)
    {
      balance_evaluation_throw_unknown (indicator, error);
      return NULL;
    }
  of = &self->result.scheme->indicators[index];
  n = balance_facts_get_n_rows (self->facts, of->rule->level);
  values = g_new (double, n + 1);
  compute_values (self, of->measure.value, of->rule->level, values);

  if (validity != NULL)
    {
      guint8 *valid = g_malloc (n + 1);

      for (guint i = 0; i < n; i++)
        valid[i] = !isnan (values[i]);
      *validity = g_bytes_new_take (valid, n);
    }

  return g_bytes_new_take (values, n * sizeof (double));
}

GBytes *
balance_evaluation_dup_weights (BalanceEvaluation *self)
{
  BALANCE_FLOAT_DEFAULT;
  const guint n = self->facts->sections.n_rows;
  double *weights;

  if (self->result.scheme->weight == NULL)
    return NULL;

  weights = g_new (double, n + 1);
  compute_values (self, self->result.scheme->weight, BALANCE_LEVEL_SECTION, weights);

  return g_bytes_new_take (weights, n * sizeof (double));
}
