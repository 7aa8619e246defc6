/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evaluation/balance-group-figures-private.h"

#include <math.h>

#include "base/balance-float-private.h"
#include "formula/balance-block-private.h"

/* How an indicator of sections is reduced to groups. */
typedef struct
{
  gboolean     shown;          /* it is reduced at all */
  int          rule;           /* that judges its dispersion by itself; -1: none does */
  BalanceNode *mask;           /* of the sections that count */
  gboolean     kept;           /* sums were kept, of numbers that are so many times less: */
  double       numerator, denominator;
} Reduced;

struct _BalanceGroupFigures
{
  BalanceEvaluation  *evaluation;
  BalanceJudge       *judge;
  gboolean            judging;         /* `judge` is at `district` */
  guint               district;
  BalanceGroupFigure *figures;         /* [indicator] */
  Reduced            *reduced;         /* [indicator] */
  int                 first;           /* indicator whose sections are counted; -1: there is none */
  gboolean            weight_kept;     /* in whole pupils */
  int                 combining;       /* requirement that combines them; -1: none does */
  GArray             *combined;        /* of guint: indicators of the composite */
  BalanceNode        *combined_mask;
  gboolean            combined_kept;   /* by the sums of each */
};

/* The composite: the mean of the CVs that a requirement combines, or of all that are judged one by one. */
static void
find_combined (BalanceGroupFigures *self)
{
  const BalanceScheme *scheme = self->evaluation->result.scheme;

  for (guint i = 0; i < scheme->pack->rules->len; i++)
    {
      const BalanceSchemeRule *rule = &scheme->rules[i];

      if (rule->rule->kind != BALANCE_RULE_DISPERSION || !rule->rule->combine || rule->rule->level != BALANCE_LEVEL_STAGE)
        continue;
      self->combining = (int) i;
      g_array_append_vals (self->combined, rule->indicators, rule->n_indicators);
      self->combined_mask = rule->mask;
      break;
    }
  if (self->combined->len > 0)
    return;

  for (guint i = 0; i < scheme->pack->indicators->len; i++)
    {
      BalanceNode *mask;

      if (balance_evaluation_find_dispersion (self->evaluation, i, &mask) < 0)
        continue;
      if (self->combined->len == 0)
        self->combined_mask = mask;
      g_array_append_val (self->combined, i);
    }
}

static void
find_kept (BalanceGroupFigures *self,
           BalanceBlockPlan    *plan,
           guint                index)
{
  const BalanceResult *result = &self->evaluation->result;
  Reduced *reduced = &self->reduced[index];
  BalanceNode *value = result->scheme->indicators[index].measure.value;
  const BalanceBlockShape *shape;

  if (reduced->rule < 0 || result->sums[reduced->rule] == NULL || !balance_block_plan_add (plan, value))
    return;
  shape = balance_block_plan_get_shape (plan, value);
  reduced->numerator = shape->numerator;
  reduced->denominator = shape->denominator * result->sums[reduced->rule]->scale;
  reduced->kept = reduced->denominator <= BALANCE_EXACT_LIMIT;
}

BalanceGroupFigures *
balance_group_figures_new (BalanceEvaluation *evaluation)
{
  BalanceGroupFigures *self = g_new0 (BalanceGroupFigures, 1);
  const BalanceResult *result = &evaluation->result;
  const BalanceScheme *scheme = result->scheme;
  const guint n = scheme->pack->indicators->len;
  g_autoptr(BalanceBlockPlan) plan = balance_block_plan_new (result->bindings->own);

  self->evaluation = evaluation;
  self->judge = balance_judge_new (result->bindings, result->region);
  self->figures = g_new0 (BalanceGroupFigure, n + 1);
  self->reduced = g_new0 (Reduced, n + 1);
  self->first = self->combining = -1;
  self->combined = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < n; i++)
    {
      const BalanceSchemeIndicator *indicator = &scheme->indicators[i];

      if (indicator->rule->level != BALANCE_LEVEL_SECTION || indicator->weight == NULL)
        continue;
      self->reduced[i].shown = TRUE;
      self->reduced[i].rule = balance_evaluation_find_dispersion (evaluation, i, &self->reduced[i].mask);
      find_kept (self, plan, i);
      if (self->first < 0)
        {
          const BalanceBlockShape *shape;

          self->first = (int) i;
          if (balance_block_plan_add (plan, indicator->weight))
            {
              shape = balance_block_plan_get_shape (plan, indicator->weight);
              self->weight_kept = shape->numerator <= 1.0 && shape->denominator <= 1.0 && shape->den_key == NULL;
            }
        }
    }
  find_combined (self);
  /* the mean needs all of them over the same sections */
  self->combined_kept = self->combined->len > 0;
  for (guint i = 0; i < self->combined->len; i++)
    {
      const Reduced *reduced = &self->reduced[g_array_index (self->combined, guint, i)];

      self->combined_kept = self->combined_kept && reduced->kept && reduced->mask == self->combined_mask;
    }

  return self;
}

void
balance_group_figures_free (BalanceGroupFigures *self)
{
  balance_judge_free (self->judge);
  g_array_unref (self->combined);
  g_free (self->reduced);
  g_free (self->figures);
  g_free (self);
}

static BalanceJudge *
get_judge (BalanceGroupFigures *self,
           guint                group)
{
  const guint district = self->evaluation->facts->group_district[group];

  if (!self->judging || self->district != district)
    balance_judge_reset (self->judge, district, 1);
  self->judging = TRUE;
  self->district = district;

  return self->judge;
}

/* Sums that tell everything about a group; NULL where there are none. */
static const BalanceSums *
get_sums (BalanceGroupFigures *self,
          guint                indicator,
          guint                group)
{
  const Reduced *reduced = &self->reduced[indicator];
  const BalanceSums *sums = reduced->kept ? self->evaluation->result.sums[reduced->rule] : NULL;

  return balance_sums_tell (sums, group) ? sums : NULL;
}

static void
compute_spread (BalanceGroupFigures *self,
                guint                indicator,
                guint                group,
                BalanceGroupFigure  *figure)
{
  const Reduced *reduced = &self->reduced[indicator];
  const BalanceSums *sums = get_sums (self, indicator, group);
  BalanceDispersion *dispersion;
  BalanceJudge *judge;

  if (sums != NULL)
    {
      const BalanceDispersionSums known = balance_sums_get_dispersion (sums, group);

      if (balance_dispersion_get_cv_of_sums (&known, &figure->cv) &&
          balance_dispersion_get_mean_of_sums (&known, reduced->numerator, reduced->denominator, &figure->mean))
        return;
    }

  judge = get_judge (self, group);
  dispersion = balance_judge_get_dispersion (judge, indicator, reduced->mask, BALANCE_LEVEL_STAGE,
                                             group - judge->frame->offset[BALANCE_LEVEL_STAGE]);
  figure->mean = balance_dispersion_get_mean (dispersion);
  figure->cv = balance_dispersion_get_cv (dispersion);
}

static double
compute_limit (BalanceGroupFigures *self,
               guint                rule,
               guint                group)
{
  BalanceJudge *judge = get_judge (self, group);
  const BalanceSchemeRule *of = &judge->scheme->rules[rule];
  const BalanceNumber *limits = NULL;

  if (of->uses_region)
    limits = balance_judge_get (judge, rule)->limits;
  else if (of->in_force && of->measure.limit != NULL)
    limits = balance_frame_get_numbers (judge->frame, of->measure.limit);

  return limits != NULL ? balance_number_get_double (&judge->frame->pool, limits[group - judge->frame->offset[BALANCE_LEVEL_STAGE]])
                        : (double) NAN;
}

/* Sections that are not known to be out of scope or without weight, and what they weigh together. */
static void
count_sections (BalanceGroupFigures *self,
                guint                group,
                guint               *n_sections,
                double              *weight)
{
  const BalanceSums *sums = self->first >= 0 && self->weight_kept ? get_sums (self, (guint) self->first, group) : NULL;
  BalanceJudge *judge;
  BalanceFrame *frame;
  const BalanceNumber *weights;
  BalanceNumber sum = balance_number_small (0, 1);
  const guint8 *flags;
  const guint32 *rows;
  guint first, n;

  *n_sections = 0;
  *weight = NAN;
  if (self->first < 0)
    return;
  if (sums != NULL)
    {
      *n_sections = sums->n[group];
      *weight = sums->weight[group];
      return;
    }

  judge = get_judge (self, group);
  frame = judge->frame;
  flags = balance_frame_get_flags (frame, self->reduced[self->first].mask);
  weights = balance_frame_get_numbers (frame, judge->scheme->indicators[self->first].weight);
  n = balance_frame_get_rows (frame, BALANCE_LEVEL_STAGE, group - frame->offset[BALANCE_LEVEL_STAGE], BALANCE_LEVEL_SECTION, &first, &rows);
  for (guint i = first; i < first + n; i++)
    if (flags[i] != BALANCE_FALSE && balance_number_is_zero (&frame->pool, weights[i]) != BALANCE_TRUE)
      {
        (*n_sections)++;
        sum = balance_number_add (&frame->pool, sum, weights[i]);
      }
  *weight = balance_number_get_double (&frame->pool, sum);
}

gboolean
balance_group_figures_is_composite (BalanceGroupFigures *self,
                                    guint                rule)
{
  return self->combining == (int) rule;
}

double
balance_group_figures_get_composite (BalanceGroupFigures *self,
                                     guint                group)
{
  const guint n = self->combined->len;
  gboolean kept = self->combined_kept;
  g_autofree BalanceDispersionSums *known = NULL;
  g_autofree BalanceDispersion **dispersions = NULL;
  BalanceJudge *judge;
  double composite;

  if (n == 0)
    return NAN;
  known = g_new (BalanceDispersionSums, n);
  for (guint i = 0; kept && i < n; i++)
    {
      const BalanceSums *sums = get_sums (self, g_array_index (self->combined, guint, i), group);

      kept = sums != NULL;
      if (kept)
        known[i] = balance_sums_get_dispersion (sums, group);
    }
  if (kept && balance_dispersion_get_mean_cv_of_sums (known, n, &composite))
    return composite;

  judge = get_judge (self, group);
  dispersions = g_new (BalanceDispersion *, n);
  for (guint i = 0; i < n; i++)
    dispersions[i] = balance_judge_get_dispersion (judge, g_array_index (self->combined, guint, i), self->combined_mask, BALANCE_LEVEL_STAGE,
                                                   group - judge->frame->offset[BALANCE_LEVEL_STAGE]);

  return balance_dispersion_get_mean_cv (dispersions, n);
}

const BalanceGroupFigure *
balance_group_figures_get (BalanceGroupFigures *self,
                           guint                group,
                           guint               *n_sections,
                           double              *weight,
                           double              *composite)
{
  BALANCE_FLOAT_DEFAULT;
  const BalanceEvaluation *evaluation = self->evaluation;

  for (guint i = 0; i < evaluation->result.scheme->pack->indicators->len; i++)
    {
      BalanceGroupFigure *figure = &self->figures[i];
      const Reduced *reduced = &self->reduced[i];

      *figure = (BalanceGroupFigure) { NAN, NAN, NAN, BALANCE_VERDICT_NOT_APPLICABLE };
      if (!reduced->shown)
        continue;
      compute_spread (self, i, group, figure);
      if (reduced->rule >= 0 && evaluation->judged[reduced->rule])
        {
          figure->limit = compute_limit (self, (guint) reduced->rule, group);
          figure->verdict = (BalanceVerdict) evaluation->result.verdicts[reduced->rule][group];
        }
    }
  count_sections (self, group, n_sections, weight);
  *composite = balance_group_figures_get_composite (self, group);

  return self->figures;
}
