/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>

#include "base/balance-float-private.h"
#include "evaluation/balance-evaluation-private.h"

/**
 * balance_evaluation_dup_dispersions:
 * @self: an evaluation
 * @indicator: the id of an indicator of sections
 * @validity: (out) (optional) (transfer full): return location for one byte per group: 1 where there is a value
 * @error: return location for a [error@Balance.Error]
 *
 * Gets the coefficients of variation (差异系数) of an indicator for all groups, in the order of
 * [method@Balance.Evaluation.get_groups]: native doubles, each the same as [method@Balance.Group.get_cv]
 * gives for its group, that is correctly rounded; NaN and validity 0 where a value is missing or all are
 * zero. Where the evaluation judged the coefficient this costs next to nothing: the sums are there.
 *
 * Returns: (transfer full): 8 bytes per group; %NULL with %BALANCE_ERROR_NOT_FOUND where the standard has
 *   no such indicator of sections
 *
 * Since: 1.0
 */
GBytes *
balance_evaluation_dup_dispersions (BalanceEvaluation  *self,
                                    const char         *indicator,
                                    GBytes            **validity,
                                    GError            **error)
{
  BALANCE_FLOAT_DEFAULT;
  BalanceFacts *facts;
  const BalanceScheme *scheme;
  BalanceJudge *judge = NULL;
  BalanceNode *mask;
  g_autofree guint8 *sure = NULL;
  guint8 *valid;
  double *values;
  int index, rule;
  guint judged_district = 0, n = 0;

  g_return_val_if_fail (BALANCE_IS_EVALUATION (self), NULL);
  g_return_val_if_fail (indicator != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  facts = self->facts;
  scheme = self->result.scheme;
  index = balance_evaluation_find_indicator (self, indicator);
  if (index < 0 || scheme->indicators[index].rule->level != BALANCE_LEVEL_SECTION || scheme->indicators[index].weight == NULL)
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND,
                   "The standard has no indicator of sections “%s”, or none with weights\n标准中没有按学段计算且有权重的指标“%s”",
                   indicator, indicator);
      return NULL;
    }

  rule = balance_evaluation_find_dispersion (self, (guint) index, &mask);
  values = g_new (double, facts->n_groups + 1);
  valid = g_malloc (facts->n_groups + 1);
  sure = g_malloc0 (facts->n_groups + 1);
  /* from the sums that the verdict was made with, if those are known */
  if (rule >= 0 && self->result.sums[rule] != NULL)
    balance_kernels_get (NULL)->coefficients (values, sure, self->result.sums[rule], facts->n_groups);
  for (guint g = 0; g < facts->n_groups; g++)
    {
      guint district = facts->group_district[g];
      double cv = values[g];

      if (self->result.bindings->own->stage_back[facts->group_stage[g]] < 0)
        continue;
      if (!sure[g])
        {
          if (judge == NULL || judged_district != district)
            {
              if (judge == NULL)
                judge = balance_judge_new (self->result.bindings, self->result.region);
              balance_judge_reset (judge, district, 1);
              judged_district = district;
            }
          cv = balance_dispersion_get_cv (balance_judge_get_dispersion (judge, (guint) index, mask, BALANCE_LEVEL_STAGE,
                                                                        g - judge->frame->offset[BALANCE_LEVEL_STAGE]));
        }
      values[n] = cv;
      valid[n] = !isnan (cv);
      n++;
    }
  balance_judge_free (judge);

  if (validity != NULL)
    *validity = g_bytes_new (valid, n);
  g_free (valid);

  return g_bytes_new_take (values, n * sizeof (double));
}
