/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>

#include "evaluation/balance-evaluation-private.h"

/**
 * BalanceGroup:
 *
 * All sections of one district and stage, as judged (县内学段): the unit of dispersion.
 *
 * Groups are immutable and may be used from any thread. Their figures are computed when first asked for.
 *
 * Since: 1.0
 */

typedef struct
{
  double         mean, cv, limit;
  BalanceVerdict verdict;
} Figures;

struct _BalanceGroup
{
  GObject            parent_instance;
  BalanceEvaluation *evaluation;
  guint              row;
  GMutex             lock;
  Figures           *figures;      /* (mutex lock) [indicator]; NULL until asked for */
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

/* The composite: the mean of the CVs that a requirement combines, or of all that are judged one by one. */
static double
composite (BalanceGroup *self, BalanceJudge *judge, guint row)
{
  const BalanceScheme *scheme = judge->scheme;
  const BalanceSchemeRule *combined = NULL;
  g_autoptr(GArray) indicators = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autofree BalanceDispersion **dispersions = NULL;
  BalanceNode *mask = NULL;

  for (guint i = 0; i < scheme->pack->rules->len && combined == NULL; i++)
    if (scheme->rules[i].rule->kind == BALANCE_RULE_DISPERSION && scheme->rules[i].rule->combine &&
        scheme->rules[i].rule->level == BALANCE_LEVEL_STAGE)
      combined = &scheme->rules[i];
  if (combined != NULL)
    {
      g_array_append_vals (indicators, combined->indicators, combined->n_indicators);
      mask = combined->mask;
    }
  else
    {
      for (guint i = 0; i < scheme->pack->indicators->len; i++)
        if (balance_evaluation_find_dispersion (self->evaluation, i, indicators->len == 0 ? &mask : NULL) >= 0)
          g_array_append_val (indicators, i);
    }
  if (indicators->len == 0)
    return NAN;

  dispersions = g_new (BalanceDispersion *, indicators->len);
  for (guint i = 0; i < indicators->len; i++)
    dispersions[i] = balance_judge_get_dispersion (judge, g_array_index (indicators, guint, i), mask, BALANCE_LEVEL_STAGE, row);

  return balance_dispersion_get_mean_cv (dispersions, indicators->len);
}

/* Sections that are not known to be out of scope or without weight. */
static void
count_sections (BalanceGroup *self, BalanceJudge *judge, guint row, BalanceNode *mask, BalanceNode *weight)
{
  BalanceFrame *frame = judge->frame;
  const guint8 *flags = balance_frame_get_flags (frame, mask);
  const BalanceNumber *weights = balance_frame_get_numbers (frame, weight);
  BalanceNumber sum = balance_number_small (0, 1);
  const guint32 *rows;
  guint first, n = balance_frame_get_rows (frame, BALANCE_LEVEL_STAGE, row, BALANCE_LEVEL_SECTION, &first, &rows);

  for (guint i = first; i < first + n; i++)
    if (flags[i] != BALANCE_FALSE && balance_number_is_zero (&frame->pool, weights[i]) != BALANCE_TRUE)
      {
        self->n_sections++;
        sum = balance_number_add (&frame->pool, sum, weights[i]);
      }
  self->weight = balance_number_get_double (&frame->pool, sum);
}

static void
compute (BalanceGroup *self)
{
  BalanceFacts *facts = self->evaluation->facts;
  const BalanceScheme *scheme = self->evaluation->result.scheme;
  g_autoptr(BalanceReplay) replay = balance_replay_new (self->evaluation, facts->group_district[self->row]);
  BalanceJudge *judge = replay->judge;
  guint row = self->row - judge->frame->offset[BALANCE_LEVEL_STAGE], n_indicators = scheme->pack->indicators->len;
  gboolean any = FALSE;

  self->figures = g_new (Figures, n_indicators + 1);
  self->weight = NAN;
  for (guint i = 0; i < n_indicators; i++)
    {
      const BalanceSchemeIndicator *indicator = &scheme->indicators[i];
      Figures *figures = &self->figures[i];
      BalanceDispersion *dispersion;
      BalanceNode *mask;
      int rule;

      *figures = (Figures) { NAN, NAN, NAN, BALANCE_VERDICT_NOT_APPLICABLE };
      if (indicator->rule->level != BALANCE_LEVEL_SECTION || indicator->weight == NULL)
        continue;
      rule = balance_evaluation_find_dispersion (self->evaluation, i, &mask);
      dispersion = balance_judge_get_dispersion (judge, i, mask, BALANCE_LEVEL_STAGE, row);
      figures->mean = balance_dispersion_get_mean (dispersion);
      figures->cv = balance_dispersion_get_cv (dispersion);
      if (rule >= 0 && self->evaluation->judged[rule])
        {
          const BalanceJudged *judged = balance_judge_get (judge, (guint) rule);

          if (judged->limits != NULL)
            figures->limit = balance_number_get_double (&judge->frame->pool, judged->limits[row]);
          figures->verdict = (BalanceVerdict) judged->verdicts[row];
        }
      if (!any)
        count_sections (self, judge, row, mask, indicator->weight);
      any = TRUE;
    }
  self->composite = composite (self, judge, row);
}

static void
ensure (BalanceGroup *self)
{
  g_mutex_lock (&self->lock);
  if (self->figures == NULL)
    compute (self);
  g_mutex_unlock (&self->lock);
}

static const Figures *
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
  const Figures *figures;

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
  const Figures *figures;

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
  const Figures *figures;

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
  const Figures *figures;

  g_return_val_if_fail (BALANCE_IS_GROUP (self), BALANCE_VERDICT_UNDETERMINED);
  g_return_val_if_fail (indicator != NULL, BALANCE_VERDICT_UNDETERMINED);

  figures = find_figures (self, indicator);
  return figures != NULL ? figures->verdict : BALANCE_VERDICT_NOT_APPLICABLE;
}
