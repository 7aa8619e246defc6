/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>

#include "evaluation/balance-group-figures-private.h"

/**
 * BalanceGroup:
 *
 * All sections of one district and stage, as judged (县内学段): the unit of dispersion.
 *
 * Groups are immutable and may be used from any thread. Their figures are computed when first asked for.
 *
 * Since: 1.0
 */

struct _BalanceGroup
{
  GObject            parent_instance;
  BalanceEvaluation *evaluation;
  guint              row;
  GMutex             lock;
  BalanceGroupFigure *figures;     /* (mutex lock) [indicator]; NULL until asked for */
  guint              n_sections;
  double             weight;
  double             composite;
};

G_DEFINE_FINAL_TYPE (BalanceGroup, balance_group, G_TYPE_OBJECT)

static void
balance_group_finalize (GObject *object)
{
  BalanceGroup *self = BALANCE_GROUP (object);

  g_clear_object (&self->evaluation);
  g_free (self->figures);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (balance_group_parent_class)->finalize (object);
}

static void
balance_group_class_init (BalanceGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_group_finalize;
}

static void
balance_group_init (BalanceGroup *self)
{
  g_mutex_init (&self->lock);
}

BalanceGroup *
balance_group_new (BalanceEvaluation *evaluation, guint row)
{
  BalanceGroup *self = g_object_new (BALANCE_TYPE_GROUP, NULL);

  self->evaluation = g_object_ref (evaluation);
  self->row = row;

  return self;
}

static void
compute (BalanceGroup *self)
{
  const guint n_indicators = self->evaluation->result.scheme->pack->indicators->len;
  g_autoptr(BalanceGroupFigures) figures = balance_group_figures_new (self->evaluation);

  self->figures = g_memdup2 (balance_group_figures_get (figures, self->row, &self->n_sections, &self->weight, &self->composite),
                             (n_indicators + 1) * sizeof *self->figures);
}

static void
ensure (BalanceGroup *self)
{
  g_mutex_lock (&self->lock);
  if (self->figures == NULL)
    compute (self);
  g_mutex_unlock (&self->lock);
}

static const BalanceGroupFigure *
find_figures (BalanceGroup *self, const char *indicator)
{
  BalancePack *pack = self->evaluation->standard->pack;
  guint at;

  ensure (self);
  if (!g_ptr_array_find (pack->indicators, balance_pack_find_indicator (pack, indicator), &at))
    return NULL;
  return &self->figures[at];
}

/**
 * balance_group_get_district_code:
 * @self: a group
 *
 * Gets the code of the district.
 *
 * Returns: (transfer none): the code
 *
 * Since: 1.0
 */
const char *
balance_group_get_district_code (BalanceGroup *self)
{
  BalanceFacts *facts;

  g_return_val_if_fail (BALANCE_IS_GROUP (self), NULL);

  facts = self->evaluation->facts;
  return facts->district_codes[facts->group_district[self->row]];
}

/**
 * balance_group_get_stage:
 * @self: a group
 *
 * Gets the stage.
 *
 * Returns: (transfer none): the id of the stage
 *
 * Since: 1.0
 */
const char *
balance_group_get_stage (BalanceGroup *self)
{
  BalanceFacts *facts;

  g_return_val_if_fail (BALANCE_IS_GROUP (self), NULL);

  facts = self->evaluation->facts;
  return balance_dictionary_get_stage (facts->dictionary, facts->group_stage[self->row])->id;
}

/**
 * balance_group_get_n_sections:
 * @self: a group
 *
 * Gets how many sections are in scope of the standard and have weight.
 *
 * Returns: the number of sections
 *
 * Since: 1.0
 */
guint
balance_group_get_n_sections (BalanceGroup *self)
{
  g_return_val_if_fail (BALANCE_IS_GROUP (self), 0);

  ensure (self);
  return self->n_sections;
}

/**
 * balance_group_get_weight:
 * @self: a group
 *
 * Gets the sum of the weights, mostly of the pupils.
 *
 * Returns: the weight, NaN where one is missing
 *
 * Since: 1.0
 */
double
balance_group_get_weight (BalanceGroup *self)
{
  g_return_val_if_fail (BALANCE_IS_GROUP (self), NAN);

  ensure (self);
  return self->weight;
}

/**
 * balance_group_get_verdict:
 * @self: a group
 *
 * Gets the verdict on everything that is asked of the group itself, such as its coefficients of
 * variation; what is asked of its sections one by one is their verdict.
 *
 * Returns: the verdict
 *
 * Since: 1.0
 */
BalanceVerdict
balance_group_get_verdict (BalanceGroup *self)
{
  g_return_val_if_fail (BALANCE_IS_GROUP (self), BALANCE_VERDICT_UNDETERMINED);

  return balance_evaluation_get_group_verdict_at (self->evaluation, self->row);
}

/**
 * balance_group_get_composite_cv:
 * @self: a group
 *
 * Gets the composite coefficient of variation (综合差异系数): the plain mean of those of the indicators.
 *
 * Returns: the composite, NaN where one of them has no value
 *
 * Since: 1.0
 */
double
balance_group_get_composite_cv (BalanceGroup *self)
{
  g_return_val_if_fail (BALANCE_IS_GROUP (self), NAN);

  ensure (self);
  return self->composite;
}

/**
 * balance_group_get_mean:
 * @self: a group
 * @indicator: the id of an indicator of sections
 *
 * Gets the pooled mean: Σ p·v / Σ p over the sections in scope, with weights p and values v
 * (县域义务教育均衡发展差异系数计算方法).
 *
 * Returns: the mean, correctly rounded; NaN where a value is missing
 *
 * Since: 1.0
 */
double
balance_group_get_mean (BalanceGroup *self,
                        const char   *indicator)
{
  const BalanceGroupFigure *figures;

  g_return_val_if_fail (BALANCE_IS_GROUP (self), NAN);
  g_return_val_if_fail (indicator != NULL, NAN);

  figures = find_figures (self, indicator);
  return figures != NULL ? figures->mean : NAN;
}

/**
 * balance_group_get_cv:
 * @self: a group
 * @indicator: the id of an indicator of sections
 *
 * Gets the coefficient of variation (差异系数) among the sections in scope: the weighted population
 * standard deviation around the pooled mean, divided by that mean
 * (县域义务教育均衡发展差异系数计算方法).
 *
 * Returns: the coefficient, correctly rounded; NaN where a value is missing or all are zero
 *
 * Since: 1.0
 */
double
balance_group_get_cv (BalanceGroup *self,
                      const char   *indicator)
{
  const BalanceGroupFigure *figures;

  g_return_val_if_fail (BALANCE_IS_GROUP (self), NAN);
  g_return_val_if_fail (indicator != NULL, NAN);

  figures = find_figures (self, indicator);
  return figures != NULL ? figures->cv : NAN;
}

/**
 * balance_group_get_cv_limit:
 * @self: a group
 * @indicator: the id of an indicator of sections
 *
 * Gets the limit of the coefficient of variation.
 *
 * Returns: the limit, NaN where there is none
 *
 * Since: 1.0
 */
double
balance_group_get_cv_limit (BalanceGroup *self,
                            const char   *indicator)
{
  const BalanceGroupFigure *figures;

  g_return_val_if_fail (BALANCE_IS_GROUP (self), NAN);
  g_return_val_if_fail (indicator != NULL, NAN);

  figures = find_figures (self, indicator);
  return figures != NULL ? figures->limit : NAN;
}

/**
 * balance_group_get_cv_verdict:
 * @self: a group
 * @indicator: the id of an indicator of sections
 *
 * Gets the verdict on the coefficient of variation.
 *
 * Returns: the verdict
 *
 * Since: 1.0
 */
BalanceVerdict
balance_group_get_cv_verdict (BalanceGroup *self,
                              const char   *indicator)
{
  const BalanceGroupFigure *figures;

  g_return_val_if_fail (BALANCE_IS_GROUP (self), BALANCE_VERDICT_UNDETERMINED);
  g_return_val_if_fail (indicator != NULL, BALANCE_VERDICT_UNDETERMINED);

  figures = find_figures (self, indicator);
  return figures != NULL ? figures->verdict : BALANCE_VERDICT_NOT_APPLICABLE;
}
