/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evaluation/balance-bulk-private.h"

#include <math.h>
#include <string.h>

#include "formula/balance-block-private.h"
#include "formula/balance-node-private.h"

/* As many as let the vectors of a standard stay in the second cache: with fewer, what a block costs beside its rows
 * shows. Results do not depend on it; tests show that. */
#define DEFAULT_ROWS_PER_RUN 4096
static guint rows_per_run = DEFAULT_ROWS_PER_RUN;

#define MAX_CHILDREN 250
/* Which rows are asked: those of the same scope, condition, weight and stages are found once. */
typedef struct
{
  BalanceLevel  level;
  BalanceNode  *subjects, *when, *weight;   /* the last two nullable */
  gboolean     *stages;                     /* [pack stage]; nullable = all */
  gboolean      possible;
} Asked;

/* Values of sections that are asked for a limit, its floor and a coefficient, or for some of these, in one pass: rules, -1 for
 * none. Numerators are taken `scale` times, so that limits and floors are whole numbers of denominators. */
typedef struct
{
  BalanceNode *value;
  int          limit, floor, dispersion;
  double       scale;
} Measured;

/* Groups whose sections weigh alike: the same weights over the same sections. */
typedef struct
{
  guint        counted;                     /* as `asked` */
  BalanceNode *weight;
} Weighing;

typedef struct
{
  gboolean           here;
  BalanceLevel       level;
  guint              asked;
  /* sections against a limit: num a >= den b, and the same for the floor */
  BalanceNode       *value;
  BalanceComparison  comparison;
  double             a, *b, fa, *fb;        /* b by pack stage */
  guint              measured;              /* also of groups whose den is the weight */
  /* groups */
  guint              weighing;
  gboolean           den_is_weight;         /* and sums of num stay whole */
  double            *squares;               /* 1 + limit^2 by pack stage */
  guint              first_alike;           /* the first rule that has the same squares */
  gboolean           has_limit;
  /* combinations */
  guint             *children, n_children, allowed;
} Rule;

struct _BalanceBulk
{
  BalanceEvaluation    *evaluation;
  BalanceResult        *result;
  const BalanceKernels *kernels;
  BalanceBlockPlan     *plan;
  Rule                 *rules;              /* [rule] */
  GArray               *asked;              /* of Asked */
  GArray               *weighings;          /* of Weighing */
  GArray               *measured;           /* of Measured */
  GArray               *runs;               /* of guint: first district of each, and the end */
  GArray               *order;              /* of guint: the rules here, children before their parents */
  GArray               *roots;              /* of guint: the rules here that make the verdict of a district */
  guint                 max_rows[BALANCE_N_LEVELS];
  double                largest_group;
  gboolean              whole;
  gboolean              finds_empty;
};

/* What rests on one column: indexes. */
typedef struct
{
  GArray *nodes;
  GArray *rules;                            /* children before their parents */
  GArray *asked;
  GArray *weighings;
  GArray *measured;
  gboolean by_row;                          /* a section's value is nothing to other sections */
} Dependents;

/* Which districts of the block cannot be judged here is kept by what made them so, so that a part of the work can
 * be done again. */
typedef struct
{
  guint8  *districts;                       /* [district of the block] */
  gboolean any;
} Unsure;

/* What is asked of some groups, and what that points at. */
typedef struct
{
  BalanceGauge   gauge;
  BalanceSums    sums;
  BalanceWeights weights;
} Gauge;

struct _BalanceBulkRun
{
  BalanceBulk    *bulk;
  BalanceBlock   *block;
  guint8        **asked;                    /* [asked] of the block */
  guint64       **asked_bits;               /* [asked]; of sections only */
  gboolean       *asked_made;
  Unsure         *asked_unsure;             /* [asked] */
  Unsure         *rules_unsure;             /* [rule] */
  GHashTable     *dependents;               /* BalanceColumn -> Dependents; made on demand */
  /* rules of sections, by row: what fails, whether asked or not; what fails the floor; what is asked */
  guint64       **unmet, **low, **any;      /* [rule]; the last of combinations only */
  guint64        *at_floor;                 /* while they are kept */
  BalanceNumerator **forms;                 /* [measured]: for each stage of the pack, and one that is none */
  guint8         *form_of;                  /* [group] of the block */
  guint32        *pads;                     /* [group], and the end */
  BalanceKernelSpan *spans;                 /* of all groups, by form */
  guint           n_spans;
  BalanceKernelSpan *unsorted;              /* the same as they come; of one group while that is measured alone */
  guint          *places;                   /* [form] while they are sorted */
  double         *squares;                  /* [group] 1 + limit^2 */
  int             squares_of;               /* rule that these are of, -1: none yet */
  guint8         *doubts;                   /* [group] */
  guint8         *worst, *n_met, *n_unmet;  /* [group or district] while they are combined */
  double         *ones;                     /* made on demand */
  gboolean       *measured_made;            /* [measured] */
  guint           first_group, n_groups;    /* those of the block that are to be measured */
  BalanceBlockRatio *ratios;                /* [measured] */
  double         *biases;                   /* [measured] */
  double         *fours;                    /* [group of the block][4] while they are added up */
  BalanceWeights *weighings;                /* [weighing] of the block */
  gboolean       *weighings_made;
};

/* -- what can be judged here --------------------------------------------------------------------------- */

static gboolean *
stages_of (BalanceBulk *self, const BalanceRule *rule, const BalanceIndicatorRule *indicator, const BalanceLimit *limit)
{
  BalancePack *pack = self->result->scheme->pack;
  const BalanceDefinition *in_force = limit != NULL ? balance_limit_in_force (limit, self->result->scheme->program->as_of) : NULL;
  const BalanceDefinition *value = indicator != NULL ? indicator->value : rule != NULL ? rule->value : NULL;
  gboolean *stages = g_new0 (gboolean, pack->n_stages + 1);

  for (guint i = 0; i < pack->n_stages; i++)
    stages[i] = (rule == NULL || rule->stages == NULL || rule->stages[i]) &&
                (indicator == NULL || indicator->stages == NULL || indicator->stages[i]) &&
                balance_definition_has_stage (value, i) && balance_definition_has_stage (in_force, i);

  return stages;
}

/* (transfer none of nodes, full of stages) */
static gboolean
ask (BalanceBulk *self, Asked asked, guint *index)
{
  guint n_stages = self->result->scheme->pack->n_stages;

  *index = self->asked->len;
  for (guint i = 0; i < self->asked->len; i++)
    {
      const Asked *old = &g_array_index (self->asked, Asked, i);

      if (old->level == asked.level && old->subjects == asked.subjects && old->when == asked.when && old->weight == asked.weight &&
          (asked.stages == NULL) == (old->stages == NULL) &&
          (asked.stages == NULL || memcmp (asked.stages, old->stages, sizeof (gboolean) * n_stages) == 0))
        {
          g_free (asked.stages);
          *index = i;
          return old->possible;
        }
    }

  asked.possible = balance_block_plan_add (self->plan, asked.subjects) && (asked.when == NULL || balance_block_plan_add (self->plan, asked.when)) &&
         (asked.weight == NULL || (balance_block_plan_add (self->plan, asked.weight) &&
                                   balance_block_plan_get_shape (self->plan, asked.weight)->den_key == NULL &&
                                   balance_block_plan_get_shape (self->plan, asked.weight)->low >= 0.0));
  g_array_append_val (self->asked, asked);

  return asked.possible;
}

/* A limit as whole numbers num[stage] / den. */
static gboolean
read_limit (BalanceBulk *self, const BalanceNode *limit, double *num, double *den)
{
  guint n = self->result->scheme->pack->n_stages;
  gint64 common = 1;

  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < n; i++)
      {
        const BalanceNode *part = limit->kind == BALANCE_NODE_BY_STAGE ? limit->args[i] : limit;

        if (part == NULL)
          {
            num[i] = 0.0;
            continue;
          }
        if (part->kind != BALANCE_NODE_CONSTANT || part->type != BALANCE_VALUE_NUMBER || !balance_number_is_small (part->number))
          return FALSE;
        if (pass == 0)
          {
            gint64 a = common, b = part->number.den;

            while (b != 0)
              {
                gint64 r = a % b;

                a = b;
                b = r;
              }
            if (__builtin_mul_overflow (common / a, part->number.den, &common) || common > G_GINT64_CONSTANT (1) << 40)
              return FALSE;
          }
        else
          {
            gint64 digits;

            if (__builtin_mul_overflow (part->number.num, common / part->number.den, &digits) || digits > G_GINT64_CONSTANT (1) << 52 ||
                digits < -(G_GINT64_CONSTANT (1) << 52))
              return FALSE;
            num[i] = (double) digits;
          }
      }
  *den = (double) common;

  return TRUE;
}

/* num a against den b[stage], all whole and reduced; FALSE if a product could leave 2^53. */
static gboolean
set_comparison (BalanceBulk *self, const BalanceBlockShape *shape, const double *limits, double den, double share_num, double share_den,
                double *a, double *b)
{
  guint n = self->result->scheme->pack->n_stages;
  double divisor, highest = 0.0;

  *a = shape->numerator * den * share_den;
  divisor = *a;
  for (guint i = 0; i < n; i++)
    {
      b[i] = limits[i] * shape->denominator * share_num;
      if (!(fabs (b[i]) <= BALANCE_EXACT_LIMIT) || !(*a <= BALANCE_EXACT_LIMIT))
        return FALSE;
      divisor = balance_whole_common_divisor (divisor, fabs (b[i]));
    }
  *a /= divisor;
  for (guint i = 0; i < n; i++)
    {
      b[i] /= divisor;
      highest = MAX (highest, fabs (b[i]));
    }

  return MAX (fabs (shape->low), fabs (shape->high)) * *a <= BALANCE_EXACT_LIMIT && shape->den_high * highest <= BALANCE_EXACT_LIMIT;
}

static gboolean
plan_value (BalanceBulk *self, guint index)
{
  const BalanceSchemeRule *of = &self->result->scheme->rules[index];
  const BalanceRule *rule = of->rule;
  Rule *here = &self->rules[index];
  guint n = self->result->scheme->pack->n_stages;
  const BalanceBlockShape *shape;
  g_autofree double *limits = g_new0 (double, n + 1);
  gboolean upper = of->measure.comparison == BALANCE_COMPARISON_AT_MOST || of->measure.comparison == BALANCE_COMPARISON_BELOW;
  gboolean is_indicator = rule->kind == BALANCE_RULE_INDICATOR;
  Asked asked = { .level = BALANCE_LEVEL_SECTION, .subjects = of->subjects, .when = of->when };
  double den;

  if (rule->level != BALANCE_LEVEL_SECTION || of->measure.comparison == BALANCE_COMPARISON_NONE || of->measure.limit == NULL ||
      !balance_block_plan_add (self->plan, of->measure.value) || !read_limit (self, of->measure.limit, limits, &den))
    return FALSE;

  asked.weight = is_indicator ? self->result->scheme->indicators[of->indicators[0]].weight : self->result->scheme->weight;
  asked.stages = stages_of (self, rule, is_indicator ? rule->indicator : NULL, is_indicator ? &rule->indicator->limit : &rule->limit);
  if (!ask (self, asked, &here->asked))
    return FALSE;

  shape = balance_block_plan_get_shape (self->plan, of->measure.value);
  here->value = of->measure.value;
  here->comparison = of->measure.comparison;
  here->b = g_new0 (double, n + 1);
  if (!set_comparison (self, shape, limits, den, 1.0, 1.0, &here->a, here->b))
    return FALSE;
  if (self->result->floors[index] != NULL)
    {
      const BalanceDecimal *floor = &rule->parent->floor;
      double num = (double) floor->digits, ten = (double) balance_power_of_ten (floor->scale);

      if (!(num > 0.0))
        return FALSE;
      here->fb = g_new0 (double, n + 1);
      if (!set_comparison (self, shape, limits, den, upper ? ten : num, upper ? num : ten, &here->fa, here->fb))
        return FALSE;
    }

  return TRUE;
}

static gboolean
plan_dispersion (BalanceBulk *self, guint index)
{
  const BalanceScheme *scheme = self->result->scheme;
  const BalanceSchemeRule *of = &scheme->rules[index];
  Rule *here = &self->rules[index];
  const BalanceSchemeIndicator *indicator;
  const BalanceBlockShape *shape;
  guint n = scheme->pack->n_stages;
  g_autofree double *limits = g_new0 (double, n + 1);
  Asked asked = { .level = BALANCE_LEVEL_STAGE, .subjects = of->subjects, .when = of->when };
  guint counted;
  double den;

  if (of->rule->level != BALANCE_LEVEL_STAGE || self->result->floors[index] != NULL)
    return FALSE;
  asked.stages = stages_of (self, of->rule, NULL, of->measure.limit != NULL ? &of->rule->limit : NULL);
  if (!ask (self, asked, &here->asked))
    return FALSE;
  /* only shown, never judged */
  if (of->measure.limit == NULL)
    return TRUE;

  if (of->rule->combine || of->n_indicators != 1 || !read_limit (self, of->measure.limit, limits, &den))
    return FALSE;
  indicator = &scheme->indicators[of->indicators[0]];
  if (indicator->weight == NULL || !balance_block_plan_add (self->plan, indicator->measure.value))
    return FALSE;
  asked = (Asked) { .level = BALANCE_LEVEL_SECTION, .subjects = of->mask, .weight = indicator->weight,
                    .stages = stages_of (self, NULL, indicator->rule, NULL) };
  if (!ask (self, asked, &counted))
    return FALSE;
  /* sums of whole numbers have to stay whole */
  shape = balance_block_plan_get_shape (self->plan, indicator->measure.value);
  if (!(balance_block_plan_get_shape (self->plan, indicator->weight)->high * self->largest_group <= BALANCE_EXACT_LIMIT))
    return FALSE;
  here->den_is_weight = shape->den_key == indicator->weight &&
                        MAX (fabs (shape->low), fabs (shape->high)) * self->largest_group <= BALANCE_EXACT_LIMIT;

  for (here->weighing = 0; here->weighing < self->weighings->len; here->weighing++)
    {
      const Weighing *weighing = &g_array_index (self->weighings, Weighing, here->weighing);

      if (weighing->counted == counted && weighing->weight == indicator->weight)
        break;
    }
  if (here->weighing == self->weighings->len)
    {
      const Weighing weighing = { counted, indicator->weight };

      g_array_append_val (self->weighings, weighing);
    }
  here->value = indicator->measure.value;
  here->comparison = of->measure.comparison;
  here->squares = g_new0 (double, n + 1);
  here->has_limit = TRUE;
  for (guint i = 0; i < n; i++)
    {
      here->squares[i] = 1.0 + (limits[i] / den) * (limits[i] / den);
      /* below zero, or so little above it that it would not be told from it */
      if (limits[i] < 0.0 || (limits[i] > 0.0 && !(here->squares[i] > 1.0)))
        return FALSE;
    }

  return TRUE;
}

static gboolean
plan_combination (BalanceBulk *self, guint index)
{
  const BalanceSchemeRule *of = &self->result->scheme->rules[index];
  const BalanceRule *rule = of->rule;
  Rule *here = &self->rules[index];
  Asked asked = { .level = rule->level, .subjects = of->subjects, .when = of->when };

  if (of->measure.limit != NULL || rule->grades != NULL || rule->caps != NULL || of->score != NULL || self->result->floors[index] != NULL ||
      rule->level == BALANCE_LEVEL_SCHOOL || rule->level == BALANCE_LEVEL_REGION)
    return FALSE;

  here->children = g_new (guint, rule->children->len + 1);
  for (guint i = 0; i < rule->children->len; i++)
    {
      const BalanceRule *child = g_ptr_array_index (rule->children, i);

      if (!child->binding)
        continue;
      if (!self->rules[child->index].here || child->level > rule->level || (rule->has_floor && rule->level != BALANCE_LEVEL_SECTION) ||
          (rule->has_floor && self->result->floors[child->index] == NULL))
        return FALSE;
      here->children[here->n_children++] = child->index;
    }
  if (here->n_children == 0 || here->n_children > MAX_CHILDREN)
    return FALSE;
  here->allowed = rule->need < 0 || (guint) rule->need > here->n_children ? 0 : here->n_children - (guint) rule->need;

  if (rule->level == BALANCE_LEVEL_SECTION || rule->level == BALANCE_LEVEL_STAGE)
    asked.stages = stages_of (self, rule, NULL, NULL);
  if (rule->level == BALANCE_LEVEL_SECTION)
    asked.weight = self->result->scheme->weight;
  return ask (self, asked, &here->asked);
}

static gboolean
plan_rule (BalanceBulk *self, guint index)
{
  const BalanceSchemeRule *of = &self->result->scheme->rules[index];

  if (of->uses_region || of->rule->veto || of->rule->has_points || !of->in_force)
    return FALSE;

  self->rules[index].level = of->rule->level;
  switch (of->rule->kind)
    {
    case BALANCE_RULE_VALUE:
    case BALANCE_RULE_INDICATOR:
      return plan_value (self, index);
    case BALANCE_RULE_DISPERSION:
      return plan_dispersion (self, index);
    case BALANCE_RULE_COMBINATION:
      return plan_combination (self, index);
    case BALANCE_RULE_SELECTION:
    default:
      return FALSE;
    }
}

void
balance_bulk_set_rows_per_run (guint rows)
{
  rows_per_run = rows > 0 ? rows : DEFAULT_ROWS_PER_RUN;
}

/* Whole districts until there are rows enough. */
static void
make_runs (BalanceBulk *self)
{
  BalanceFacts *facts = self->evaluation->facts;
  guint n = facts->districts.n_rows;

  for (guint d = 0; d < n;)
    {
      guint first = d;

      g_array_append_val (self->runs, first);
      do
        d++;
      while (d < n && facts->district_sections[d + 1] - facts->district_sections[first] <= rows_per_run);
      self->max_rows[BALANCE_LEVEL_SECTION] = MAX (self->max_rows[BALANCE_LEVEL_SECTION], facts->district_sections[d] - facts->district_sections[first]);
      self->max_rows[BALANCE_LEVEL_SCHOOL] = MAX (self->max_rows[BALANCE_LEVEL_SCHOOL], facts->district_schools[d] - facts->district_schools[first]);
      self->max_rows[BALANCE_LEVEL_STAGE] = MAX (self->max_rows[BALANCE_LEVEL_STAGE], facts->district_groups[d] - facts->district_groups[first]);
      self->max_rows[BALANCE_LEVEL_DISTRICT] = MAX (self->max_rows[BALANCE_LEVEL_DISTRICT], d - first);
    }
  self->max_rows[BALANCE_LEVEL_REGION] = 1;
  for (guint g = 0; g < facts->n_groups; g++)
    self->largest_group = MAX (self->largest_group, facts->group_sections[g + 1] - facts->group_sections[g]);
  g_array_append_val (self->runs, n);
}

/* Do numbers of stages stay whole and below 2^53 when they are as many times as large as `scale` is times what they were made for? */
static gboolean
scales (BalanceBulk *self, const double *numbers, double made_for, double scale, double by)
{
  for (guint i = 0; i < self->result->scheme->pack->n_stages; i++)
    if (!(fabs (numbers[i]) * (scale / made_for) * by <= BALANCE_EXACT_LIMIT))
      return FALSE;

  return TRUE;
}

/* The least scale at which all that is asked can be found at once; FALSE where that would not stay below 2^53. */
static gboolean
set_scale (BalanceBulk *self, Measured *of)
{
  const BalanceBlockShape *shape = balance_block_plan_get_shape (self->plan, of->value);
  const Rule *limit = of->limit >= 0 ? &self->rules[of->limit] : NULL, *floor = of->floor >= 0 ? &self->rules[of->floor] : NULL;
  const double a = limit != NULL ? limit->a : 1.0, fa = floor != NULL ? floor->fa : 1.0;

  of->scale = a / balance_whole_common_divisor (a, fa) * fa;
  return of->scale <= BALANCE_EXACT_LIMIT &&
         MAX (fabs (shape->low), fabs (shape->high)) * of->scale * (of->dispersion >= 0 ? self->largest_group : 1.0) <= BALANCE_EXACT_LIMIT &&
         (limit == NULL || scales (self, limit->b, a, of->scale, shape->den_high)) &&
         (floor == NULL || scales (self, floor->fb, fa, of->scale, shape->den_high));
}

/* Each coefficient with the limit and the floor of the same values, where there are any and numbers allow it. */
static void
find_measured (BalanceBulk *self)
{
  for (guint i = 0; i < self->order->len; i++)
    {
      guint index = g_array_index (self->order, guint, i);
      Rule *rule = &self->rules[index];
      guint at = 0;
      Measured *of;

      if (rule->value == NULL || (rule->b == NULL && !rule->den_is_weight))
        continue;
      for (; at < self->measured->len; at++)
        {
          of = &g_array_index (self->measured, Measured, at);
          if (of->value == rule->value && (rule->b != NULL ? of->limit : of->dispersion) < 0)
            break;
        }
      if (at == self->measured->len)
        g_array_append_val (self->measured, ((Measured) { rule->value, -1, -1, -1, 1.0 }));
      of = &g_array_index (self->measured, Measured, at);
      rule->measured = at;
      if (rule->b != NULL)
        of->limit = (int) index;
      else
        of->dispersion = (int) index;
      of->floor = rule->fb != NULL ? (int) index : of->floor;
    }

  for (guint at = 0, n = self->measured->len; at < n; at++)
    {
      Measured of = g_array_index (self->measured, Measured, at), apart = { of.value, -1, -1, -1, 1.0 };
      gboolean strict = of.limit >= 0 && self->rules[of.limit].comparison >= BALANCE_COMPARISON_ABOVE;

      if (of.floor >= 0 && (strict || !set_scale (self, &of)))
        {
          apart.floor = of.floor;
          of.floor = -1;
          set_scale (self, &apart);
          g_array_append_val (self->measured, apart);
        }
      if (!set_scale (self, &of) && of.limit >= 0 && of.dispersion >= 0)
        {
          /* each alone does, or there would be no such rules here */
          apart = (Measured) { of.value, -1, -1, of.dispersion, 1.0 };
          self->rules[of.dispersion].measured = self->measured->len;
          g_array_append_val (self->measured, apart);
          of.dispersion = -1;
          set_scale (self, &of);
        }
      g_array_index (self->measured, Measured, at) = of;
    }
  for (guint i = 0; i < self->measured->len; i++)
    {
      const Measured *of = &g_array_index (self->measured, Measured, i);

      if (of->dispersion >= 0)
        balance_sums_set_scale (self->result->sums[of->dispersion], of->scale, self->evaluation->facts->n_groups);
    }
}

/* Limits of coefficients are mostly the same for all indicators. */
static void
find_alike (BalanceBulk *self)
{
  const BalancePack *pack = self->result->scheme->pack;

  for (guint i = 0; i < pack->rules->len; i++)
    {
      Rule *rule = &self->rules[i];

      for (rule->first_alike = 0; rule->squares != NULL && rule->first_alike < i; rule->first_alike++)
        {
          const double *squares = self->rules[rule->first_alike].squares;

          if (squares != NULL && memcmp (squares, rule->squares, pack->n_stages * sizeof *squares) == 0)
            break;
        }
    }
}

BalanceBulk *
balance_bulk_new (BalanceEvaluation *evaluation, BalanceResult *result, const BalanceKernels *kernels)
{
  BalanceBulk *self = g_new0 (BalanceBulk, 1);
  guint n = result->scheme->pack->rules->len;
  gboolean any = FALSE;

  self->evaluation = evaluation;
  self->result = result;
  self->kernels = kernels;
  self->plan = balance_block_plan_new (result->bindings->own);
  self->rules = g_new0 (Rule, n + 1);
  self->asked = g_array_new (FALSE, TRUE, sizeof (Asked));
  self->weighings = g_array_new (FALSE, FALSE, sizeof (Weighing));
  self->measured = g_array_new (FALSE, FALSE, sizeof (Measured));
  self->runs = g_array_new (FALSE, FALSE, sizeof (guint));
  self->roots = g_array_new (FALSE, FALSE, sizeof (guint));
  self->order = g_array_new (FALSE, FALSE, sizeof (guint));
  make_runs (self);

  self->finds_empty = result->scheme->weight == NULL ||
                      (balance_block_plan_add (self->plan, result->scheme->weight) &&
                       balance_block_plan_get_shape (self->plan, result->scheme->weight)->den_key == NULL &&
                       balance_block_plan_add (self->plan, result->scheme->program->base_mask));
  self->whole = TRUE;
  for (guint i = n; i-- > 0;)   /* children come after their parents */
    {
      if (!evaluation->judged[i])
        continue;
      self->rules[i].here = plan_rule (self, i);
      if (self->rules[i].here)
        g_array_append_val (self->order, i);
      if (self->rules[i].here && self->rules[i].has_limit && !self->rules[i].den_is_weight)
        balance_sums_add_rest (result->sums[i], evaluation->facts->n_groups);
      any = any || self->rules[i].here;
      self->whole = self->whole && self->rules[i].here;
    }
  if (!any)
    {
      balance_bulk_free (self);
      return NULL;
    }
  find_measured (self);
  find_alike (self);
  for (guint i = 0; i < n; i++)
    if (self->rules[i].here && balance_evaluation_is_root (evaluation, g_ptr_array_index (result->scheme->pack->rules, i)))
      g_array_append_val (self->roots, i);

  return self;
}

void
balance_bulk_free (BalanceBulk *self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < self->result->scheme->pack->rules->len; i++)
    {
      g_free (self->rules[i].b);
      g_free (self->rules[i].fb);
      g_free (self->rules[i].squares);
      g_free (self->rules[i].children);
    }
  for (guint i = 0; i < self->asked->len; i++)
    g_free (g_array_index (self->asked, Asked, i).stages);
  g_array_unref (self->asked);
  g_array_unref (self->weighings);
  g_array_unref (self->measured);
  g_array_unref (self->runs);
  g_array_unref (self->roots);
  g_array_unref (self->order);
  g_free (self->rules);
  balance_block_plan_free (self->plan);
  g_free (self);
}

gboolean
balance_bulk_has_rule (BalanceBulk *self, guint rule)
{
  return self->rules[rule].here;
}

gboolean
balance_bulk_is_whole (BalanceBulk *self)
{
  return self->whole;
}

const guint *
balance_bulk_get_roots (BalanceBulk *self, guint *n)
{
  *n = self->roots->len;

  return (const guint *) (gpointer) self->roots->data;
}

guint
balance_bulk_get_n_runs (BalanceBulk *self)
{
  return self->runs->len - 1;
}

void
balance_bulk_get_run (BalanceBulk *self, guint run, guint *first_district, guint *n_districts)
{
  *first_district = g_array_index (self->runs, guint, run);
  *n_districts = g_array_index (self->runs, guint, run + 1) - *first_district;
}

/* -- judging ------------------------------------------------------------------------------------------ */

static void
dependents_free (gpointer data)
{
  Dependents *self = data;

  g_array_unref (self->nodes);
  g_array_unref (self->rules);
  g_array_unref (self->asked);
  g_array_unref (self->weighings);
  g_array_unref (self->measured);
  g_free (self);
}

static guint64 *
new_bits (BalanceBulk *bulk)
{
  return g_new0 (guint64, BALANCE_KERNEL_WORDS (bulk->max_rows[BALANCE_LEVEL_SECTION]) + BALANCE_KERNEL_WORD_SLACK);
}

BalanceBulkRun *
balance_bulk_run_new (BalanceBulk *bulk)
{
  BalanceBulkRun *self = g_new0 (BalanceBulkRun, 1);
  guint n_rules = bulk->result->scheme->pack->rules->len, n_districts = bulk->max_rows[BALANCE_LEVEL_DISTRICT];
  guint n_groups = bulk->max_rows[BALANCE_LEVEL_STAGE] + 1;

  self->bulk = bulk;
  self->block = balance_block_new (bulk->plan, bulk->kernels, bulk->max_rows);
  self->asked = g_new0 (guint8 *, bulk->asked->len + 1);
  self->asked_bits = g_new0 (guint64 *, bulk->asked->len + 1);
  self->asked_made = g_new0 (gboolean, bulk->asked->len + 1);
  self->asked_unsure = g_new0 (Unsure, bulk->asked->len + 1);
  self->rules_unsure = g_new0 (Unsure, n_rules + 1);
  self->dependents = g_hash_table_new_full (NULL, NULL, NULL, dependents_free);
  for (guint i = 0; i < bulk->asked->len; i++)
    {
      BalanceLevel level = g_array_index (bulk->asked, Asked, i).level;

      self->asked[i] = g_malloc0 (bulk->max_rows[level] + BALANCE_KERNEL_SLACK);
      self->asked_bits[i] = level == BALANCE_LEVEL_SECTION ? new_bits (bulk) : NULL;
      self->asked_unsure[i].districts = g_malloc0 (n_districts + 1);
    }
  self->weighings = g_new0 (BalanceWeights, bulk->weighings->len + 1);
  self->weighings_made = g_new0 (gboolean, bulk->weighings->len + 1);
  for (guint i = 0; i < bulk->weighings->len; i++)
    {
      guint n = bulk->max_rows[BALANCE_LEVEL_SECTION] + BALANCE_KERNEL_PAD * bulk->max_rows[BALANCE_LEVEL_STAGE] + BALANCE_KERNEL_SLACK;

      self->weighings[i] = (BalanceWeights) { g_new0 (double, n), g_new0 (double, n), g_new0 (double, n), g_new0 (double, n_groups),
                                              g_new0 (guint32, n_groups) };
    }
  self->unmet = g_new0 (guint64 *, n_rules + 1);
  self->low = g_new0 (guint64 *, n_rules + 1);
  self->any = g_new0 (guint64 *, n_rules + 1);
  self->at_floor = new_bits (bulk);
  for (guint i = 0; i < n_rules; i++)
    {
      const Rule *rule = &bulk->rules[i];

      if (!rule->here)
        continue;
      self->rules_unsure[i].districts = g_malloc0 (n_districts + 1);
      if (rule->level != BALANCE_LEVEL_SECTION)
        continue;
      self->unmet[i] = new_bits (bulk);
      self->low[i] = rule->fb != NULL ? new_bits (bulk) : NULL;
      self->any[i] = rule->children != NULL ? new_bits (bulk) : NULL;
    }
  self->forms = g_new0 (BalanceNumerator *, bulk->measured->len + 1);
  self->form_of = g_malloc0 (n_groups);
  self->pads = g_new0 (guint32, n_groups);
  self->spans = g_new (BalanceKernelSpan, BALANCE_MAX_SPANS (n_groups, bulk->max_rows[BALANCE_LEVEL_SECTION]));
  self->unsorted = g_new (BalanceKernelSpan, BALANCE_MAX_SPANS (n_groups, bulk->max_rows[BALANCE_LEVEL_SECTION]));
  self->places = g_new (guint, bulk->result->scheme->pack->n_stages + 1);
  self->squares = g_new0 (double, n_groups);
  self->doubts = g_malloc0 (n_groups);
  self->worst = g_malloc0 (MAX (n_groups, n_districts) + 1);
  self->n_met = g_malloc0 (MAX (n_groups, n_districts) + 1);
  self->n_unmet = g_malloc0 (MAX (n_groups, n_districts) + 1);
  self->measured_made = g_new0 (gboolean, bulk->measured->len + 1);
  self->ratios = g_new0 (BalanceBlockRatio, bulk->measured->len + 1);
  self->biases = g_new (double, bulk->measured->len + 1);
  self->fours = g_new0 (double, 4 * n_groups + BALANCE_KERNEL_SLACK);
  for (guint i = 0; i < bulk->measured->len; i++)
    {
      self->biases[i] = 0.0;
      self->forms[i] = g_new0 (BalanceNumerator, bulk->result->scheme->pack->n_stages + 1);
    }

  return self;
}

void
balance_bulk_run_free (BalanceBulkRun *self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < self->bulk->asked->len; i++)
    {
      g_free (self->asked[i]);
      g_free (self->asked_bits[i]);
      g_free (self->asked_unsure[i].districts);
    }
  for (guint i = 0; i < self->bulk->result->scheme->pack->rules->len; i++)
    {
      g_free (self->rules_unsure[i].districts);
      g_free (self->unmet[i]);
      g_free (self->low[i]);
      g_free (self->any[i]);
    }
  for (guint i = 0; i < self->bulk->weighings->len; i++)
    {
      g_free (self->weighings[i].weight);
      g_free (self->weighings[i].reciprocal);
      g_free (self->weighings[i].counts);
      g_free (self->weighings[i].totals);
      g_free (self->weighings[i].n_counted);
    }
  g_hash_table_unref (self->dependents);
  g_free (self->asked);
  g_free (self->asked_bits);
  g_free (self->asked_made);
  g_free (self->asked_unsure);
  g_free (self->rules_unsure);
  g_free (self->weighings);
  g_free (self->weighings_made);
  g_free (self->unmet);
  g_free (self->low);
  g_free (self->any);
  g_free (self->at_floor);
  for (guint i = 0; i < self->bulk->measured->len; i++)
    g_free (self->forms[i]);
  g_free (self->forms);
  g_free (self->form_of);
  g_free (self->pads);
  g_free (self->spans);
  g_free (self->unsorted);
  g_free (self->places);
  g_free (self->squares);
  g_free (self->doubts);
  g_free (self->worst);
  g_free (self->n_met);
  g_free (self->n_unmet);
  g_free (self->ones);
  g_free (self->measured_made);
  g_free (self->ratios);
  g_free (self->biases);
  g_free (self->fours);
  balance_block_free (self->block);
  g_free (self);
}

static BalanceKernelGroups
get_groups (BalanceBulkRun *self)
{
  const BalanceBlock *block = self->block;

  return (BalanceKernelGroups) { block->facts->group_sections + block->offset[BALANCE_LEVEL_STAGE], self->pads,
                                 block->offset[BALANCE_LEVEL_SECTION], block->n_rows[BALANCE_LEVEL_STAGE] };
}

/* The form that the rows of each group have, that of no stage where the standard does not know theirs; and the groups by form, each in
 * the order of their rows, so that columns are read from one end to the other. */
static void
arrange_groups (BalanceBulkRun *self)
{
  const BalanceBlock *block = self->block;
  const BalanceKernelGroups groups = get_groups (self);
  const BalanceResult *result = self->bulk->result;
  const guint8 *stages = block->facts->group_stage + block->offset[BALANCE_LEVEL_STAGE];
  const guint n_forms = result->scheme->pack->n_stages + 1;
  guint n = 0, place = 0;

  self->squares_of = -1;
  balance_kernel_groups_pad (self->pads, groups.starts, groups.n);
  memset (self->places, 0, n_forms * sizeof *self->places);
  for (guint g = 0; g < groups.n; g++)
    {
      int stage = result->bindings->own->stage_back[stages[g]];
      guint n_parts = balance_kernel_groups_split (&groups, g, self->unsorted + n);

      self->form_of[g] = stage >= 0 ? (guint8) stage : (guint8) result->scheme->pack->n_stages;
      self->places[self->form_of[g]] += n_parts;
      n += n_parts;
    }

  for (guint i = 0; i < n_forms; i++)
    {
      guint count = self->places[i];

      self->places[i] = place;
      place += count;
    }
  for (guint i = 0; i < n; i++)
    self->spans[self->places[self->form_of[self->unsorted[i].group]]++] = self->unsorted[i];
  self->n_spans = n;
}

static void
clear_unsure (BalanceBulkRun *self, Unsure *unsure)
{
  if (unsure->any)
    memset (unsure->districts, 0, self->block->n_rows[BALANCE_LEVEL_DISTRICT]);
  unsure->any = FALSE;
}

static void
set_unsure (Unsure *unsure, guint district)
{
  unsure->districts[district] = 1;
  unsure->any = TRUE;
}

/* Marks the districts in which one of the rows of a level is `bad`. */
static void
mark (BalanceBulkRun *self, BalanceLevel level, const guint8 *bad, guint8 bits, Unsure *unsure)
{
  BalanceFacts *facts = self->block->facts;
  const guint32 *offsets = level == BALANCE_LEVEL_SECTION ? facts->district_sections
                           : level == BALANCE_LEVEL_STAGE ? facts->district_groups : NULL;

  for (guint d = 0; d < self->block->n_rows[BALANCE_LEVEL_DISTRICT]; d++)
    {
      guint absolute = self->block->offset[BALANCE_LEVEL_DISTRICT] + d;
      guint first = offsets != NULL ? offsets[absolute] - self->block->offset[level] : d;
      guint last = offsets != NULL ? offsets[absolute + 1] - self->block->offset[level] : d + 1;

      for (guint i = first; i < last; i++)
        if (bad[i] & bits)
          set_unsure (unsure, d);
    }
}

static const guint8 *
get_asked (BalanceBulkRun *self, guint index)
{
  const BalanceKernels *kernels = self->bulk->kernels;
  const Asked *asked = &g_array_index (self->bulk->asked, Asked, index);
  BalanceBlock *block = self->block;
  guint8 *out = self->asked[index];
  guint n = block->n_rows[asked->level];

  if (self->asked_made[index])
    return out;

  self->asked_made[index] = TRUE;
  clear_unsure (self, &self->asked_unsure[index]);
  memcpy (out, balance_block_get (block, asked->subjects).flags, n);
  if (asked->when != NULL)
    kernels->both (out, out, balance_block_get (block, asked->when).flags, n);
  if (asked->stages != NULL)
    {
      BalanceFacts *facts = block->facts;
      const int *positions = self->bulk->result->bindings->own->stage_back;
      guint first = block->offset[BALANCE_LEVEL_STAGE];

      for (guint g = first; g < first + block->n_rows[BALANCE_LEVEL_STAGE]; g++)
        {
          int stage = positions[facts->group_stage[g]];

          if (stage >= 0 && asked->stages[stage])
            continue;
          if (asked->level == BALANCE_LEVEL_STAGE)
            out[g - first] = 0;
          else
            memset (out + facts->group_sections[g] - block->offset[BALANCE_LEVEL_SECTION], 0,
                    facts->group_sections[g + 1] - facts->group_sections[g]);
        }
    }
  if (asked->weight != NULL)
    {
      BalanceBlockVectors weight = balance_block_get (block, asked->weight);

      if (balance_block_plan_get_shape (self->bulk->plan, asked->weight)->low <= 0.0)
        kernels->weighty (out, weight.num, n);
      /* a weight that is not known is none to be skipped */
      if (weight.doubt != NULL)
        {
          const guint8 *flags = balance_block_get (block, asked->subjects).flags;

          for (guint i = 0; i < n; i++)
            if (weight.doubt[i] && flags[i] != 0)
              out[i] = 2;
        }
    }
  if ((kernels->any (out, n) & 2))
    mark (self, asked->level, out, 2, &self->asked_unsure[index]);
  if (self->asked_bits[index] != NULL)
    kernels->pack (self->asked_bits[index], out, n);

  return out;
}

/* Values that are not known, in rows that are asked. */
static void
mark_doubts (BalanceBulkRun *self, const guint8 *doubt, const guint8 *asked, Unsure *unsure)
{
  guint n = self->block->n_rows[BALANCE_LEVEL_SECTION];

  if (doubt == NULL || !self->bulk->kernels->any_both (doubt, asked, n))
    return;
  for (guint d = 0; d < self->block->n_rows[BALANCE_LEVEL_DISTRICT]; d++)
    {
      const guint32 *offsets = self->block->facts->district_sections + self->block->offset[BALANCE_LEVEL_DISTRICT] + d;

      for (guint i = offsets[0]; i < offsets[1]; i++)
        if (doubt[i - self->block->offset[BALANCE_LEVEL_SECTION]] && asked[i - self->block->offset[BALANCE_LEVEL_SECTION]])
          set_unsure (unsure, d);
    }
}

static const BalanceWeights *
get_weighing (BalanceBulkRun *self, guint index)
{
  const BalanceKernels *kernels = self->bulk->kernels;
  const Weighing *weighing = &g_array_index (self->bulk->weighings, Weighing, index);
  BalanceBlock *block = self->block;
  const BalanceWeights *weights = &self->weighings[index];
  const BalanceKernelGroups groups = get_groups (self);

  if (self->weighings_made[index])
    return weights;

  self->weighings_made[index] = TRUE;
  kernels->weigh (weights, balance_block_get (block, weighing->weight).num, get_asked (self, weighing->counted), &groups);

  return weights;
}

/* Rows that are asked and that no formula is for, in districts that have such. */
static void
mark_formless (BalanceBulkRun *self, guint measured, const guint8 *asked, Unsure *unsure)
{
  const guint32 *starts = self->block->facts->group_sections + self->block->offset[BALANCE_LEVEL_STAGE];
  guint offset = self->block->offset[BALANCE_LEVEL_SECTION];

  if (!self->ratios[measured].partial)
    return;
  for (guint g = 0; g < self->block->n_rows[BALANCE_LEVEL_STAGE]; g++)
    {
      int stage = self->bulk->result->bindings->own->stage_back[self->block->facts->group_stage[self->block->offset[BALANCE_LEVEL_STAGE] + g]];
      const BalanceNode *node = g_array_index (self->bulk->measured, Measured, measured).value;

      if (stage >= 0 && !balance_block_plan_has_stage (self->bulk->plan, node, (guint) stage) &&
          self->bulk->kernels->any (asked + starts[g] - offset, starts[g + 1] - starts[g]) != 0)
        set_unsure (unsure, self->block->facts->group_district[self->block->offset[BALANCE_LEVEL_STAGE] + g] - self->block->offset[BALANCE_LEVEL_DISTRICT]);
    }
}

static const double *
get_ones (BalanceBulkRun *self)
{
  guint n = self->bulk->max_rows[BALANCE_LEVEL_SECTION] + BALANCE_KERNEL_SLACK;

  if (self->ones == NULL)
    {
      self->ones = g_new (double, n);
      for (guint i = 0; i < n; i++)
        self->ones[i] = 1.0;
    }
  return self->ones;
}

/* How the values of a block are found, and with what they are compared. */
static void
make_forms (BalanceBulkRun *self, guint index)
{
  const Measured *of = &g_array_index (self->bulk->measured, Measured, index);
  const Rule *limit = of->limit >= 0 ? &self->bulk->rules[of->limit] : NULL, *floor = of->floor >= 0 ? &self->bulk->rules[of->floor] : NULL;
  BalanceNumerator *forms = self->forms[index];

  self->ratios[index] = balance_block_get_forms (self->block, of->value, of->scale, forms);
  for (guint i = 0; i < self->bulk->result->scheme->pack->n_stages; i++)
    {
      double fb = floor != NULL ? floor->fb[i] * (of->scale / floor->fa) : 0.0;

      forms[i].b = limit != NULL ? limit->b[i] * (of->scale / limit->a) : fb;
      forms[i].fb = fb;
    }
}

/* As kernels number them. */
static const guint comparisons[] = { [BALANCE_COMPARISON_AT_LEAST] = 0, [BALANCE_COMPARISON_AT_MOST] = 1,
                                     [BALANCE_COMPARISON_ABOVE] = 2, [BALANCE_COMPARISON_BELOW] = 3 };

/* Limits and sums of the same values, in one pass over some groups. */
static void
make_gauge (BalanceBulkRun *self, guint index, Gauge *out)
{
  const Measured *of = &g_array_index (self->bulk->measured, Measured, index);
  const BalanceBlock *block = self->block;
  const guint first = self->first_group;
  BalanceGauge *gauge = &out->gauge;

  make_forms (self, index);
  *gauge = (BalanceGauge) { .forms = self->forms[index], .form_of = self->form_of + first,
                            .den = self->ratios[index].den != NULL ? self->ratios[index].den : get_ones (self),
                            .ahead = block->ahead[BALANCE_LEVEL_SECTION], .groups_ahead = block->ahead[BALANCE_LEVEL_STAGE], .others = self->n_groups < block->n_rows[BALANCE_LEVEL_STAGE] };
  if (of->limit >= 0)
    {
      gauge->comparison = comparisons[self->bulk->rules[of->limit].comparison];
      gauge->unmet = self->unmet[of->limit];
      gauge->low = of->floor >= 0 ? self->low[of->floor] : NULL;
    }
  else if (of->floor >= 0)
    {
      /* what is at its floor is not below it, whatever is asked of the limit itself */
      gauge->comparison = comparisons[self->bulk->rules[of->floor].comparison] % 2;
      gauge->unmet = self->low[of->floor];
    }
  if (of->dispersion >= 0)
    {
      out->weights = *get_weighing (self, self->bulk->rules[of->dispersion].weighing);
      out->weights.totals += first;
      out->weights.n_counted += first;
      out->sums = balance_sums_at (self->bulk->result->sums[of->dispersion], block->offset[BALANCE_LEVEL_STAGE] + first);
      gauge->sums = &out->sums;
      gauge->weights = &out->weights;
      gauge->fours = self->fours;
      gauge->bias = &self->biases[index];
    }
}

/* All that is to be measured, for whoever asks first. */
static void
make_measured (BalanceBulkRun *self, guint index)
{
  const BalanceKernels *kernels = self->bulk->kernels;
  const BalanceBlock *block = self->block;
  const guint first = self->first_group;
  const BalanceKernelGroups groups = { block->facts->group_sections + block->offset[BALANCE_LEVEL_STAGE] + first, self->pads + first,
                                       block->offset[BALANCE_LEVEL_SECTION], self->n_groups };
  const BalanceKernelSpan *spans = self->spans;
  guint n_spans = self->n_spans;

  if (self->measured_made[index])
    return;

  if (self->n_groups < block->n_rows[BALANCE_LEVEL_STAGE])
    {
      g_assert (self->n_groups == 1);
      n_spans = balance_kernel_groups_split (&groups, 0, self->unsorted);
      spans = self->unsorted;
    }
  for (guint i = 0; i < self->bulk->measured->len; i++)
    {
      Gauge gauge;

      if (self->measured_made[i])
        continue;
      self->measured_made[i] = TRUE;
      make_gauge (self, i, &gauge);
      kernels->measure_start (&gauge.gauge, &groups);
      kernels->measure (&gauge.gauge, spans, n_spans);
      if (gauge.gauge.sums != NULL)
        kernels->measure_end (&gauge.gauge, &groups);
    }
}

/* Which rows fail their limit, but not its floor? */
static void
find_at_floor (guint64 *restrict out, const guint64 *restrict asked, const guint64 *restrict unmet, const guint64 *restrict low, guint n_words)
{
  for (guint w = 0; w < n_words; w++)
    out[w] = asked[w] & unmet[w] & ~low[w];
}

static void
judge_sections (BalanceBulkRun *self, guint index)
{
  const Rule *rule = &self->bulk->rules[index];
  BalanceResult *result = self->bulk->result;
  const guint8 *asked = get_asked (self, rule->asked);
  guint offset = self->block->offset[BALANCE_LEVEL_SECTION], n = self->block->n_rows[BALANCE_LEVEL_SECTION];

  make_measured (self, rule->measured);
  mark_doubts (self, self->ratios[rule->measured].doubt, asked, &self->rules_unsure[index]);
  mark_formless (self, rule->measured, asked, &self->rules_unsure[index]);
  self->bulk->kernels->tell (result->verdicts[index] + offset, self->asked_bits[rule->asked], self->unmet[index], n,
                             self->block->ahead[BALANCE_LEVEL_SECTION]);
  if (self->low[index] == NULL)
    return;
  find_at_floor (self->at_floor, self->asked_bits[rule->asked], self->unmet[index], self->low[index], BALANCE_KERNEL_WORDS (n));
  balance_bits_put (result->floors[index], offset, self->at_floor, n);
}

static void
judge_groups (BalanceBulkRun *self, guint index)
{
  const Rule *rule = &self->bulk->rules[index];
  const Weighing *weighing;
  BalanceResult *result = self->bulk->result;
  BalanceBlock *block = self->block;
  BalanceFacts *facts = block->facts;
  const guint8 *asked = get_asked (self, rule->asked);
  guint first = block->offset[BALANCE_LEVEL_STAGE];
  const BalanceKernelGroups groups = get_groups (self);
  guint8 *verdicts = result->verdicts[index] + first;
  const guint8 *counted;
  BalanceSums sums;
  gboolean known, doubtful;

  if (!rule->has_limit)
    {
      memset (verdicts, BALANCE_VERDICT_NOT_APPLICABLE, groups.n);
      return;
    }

  weighing = &g_array_index (self->bulk->weighings, Weighing, rule->weighing);
  counted = get_asked (self, weighing->counted);
  sums = balance_sums_at (result->sums[index], first);
  if (rule->den_is_weight)
    {
      make_measured (self, rule->measured);
      mark_doubts (self, self->ratios[rule->measured].doubt, counted, &self->rules_unsure[index]);
      mark_formless (self, rule->measured, counted, &self->rules_unsure[index]);
    }
  else
    {
      BalanceBlockVectors value = balance_block_get (block, rule->value);

      mark_doubts (self, value.doubt, counted, &self->rules_unsure[index]);
      self->bulk->kernels->reduce (&sums, value.num, value.den, get_weighing (self, rule->weighing), &groups);
    }
  known = !self->rules_unsure[index].any && !self->asked_unsure[weighing->counted].any;
  for (guint g = 0; g < groups.n && !known; g++)
    {
      guint district = facts->group_district[first + g] - block->offset[BALANCE_LEVEL_DISTRICT];

      if (self->rules_unsure[index].districts[district] || self->asked_unsure[weighing->counted].districts[district])
        sums.state[g] = BALANCE_SUMS_NONE;
    }

  if (self->squares_of != (int) rule->first_alike)
    for (guint g = 0; g < groups.n; g++)
      self->squares[g] = rule->squares[self->form_of[g]];
  self->squares_of = (int) rule->first_alike;
  doubtful = self->bulk->kernels->compare (verdicts, self->doubts, &sums, asked, self->squares, comparisons[rule->comparison], groups.n);
  for (guint g = 0; g < groups.n && doubtful; g++)
    if (self->doubts[g])
      set_unsure (&self->rules_unsure[index], facts->group_district[first + g] - block->offset[BALANCE_LEVEL_DISTRICT]);
}

/* The worst of the verdicts of some rows. */
static guint8
worst_of (const guint8 *verdicts, guint n)
{
  if (n == 1)
    return verdicts[0];
  if (memchr (verdicts, BALANCE_VERDICT_UNMET, n) != NULL)
    return BALANCE_VERDICT_UNMET;
  return memchr (verdicts, BALANCE_VERDICT_MET, n) != NULL ? BALANCE_VERDICT_MET : BALANCE_VERDICT_NOT_APPLICABLE;
}

/* Those of `bits` that are in `of`, too. */
static void
keep_bits (guint64 *restrict bits, const guint64 *restrict of, guint n_words)
{
  for (guint w = 0; w < n_words; w++)
    bits[w] &= of[w];
}

static void
combine (BalanceBulkRun *self, guint index)
{
  const Rule *rule = &self->bulk->rules[index];
  BalanceResult *result = self->bulk->result;
  BalanceBlock *block = self->block;
  BalanceFacts *facts = block->facts;
  const guint8 *asked = get_asked (self, rule->asked);
  guint n = block->n_rows[rule->level], offset = block->offset[rule->level];
  guint8 *verdicts = result->verdicts[index] + offset;

  if (rule->level == BALANCE_LEVEL_SECTION)
    {
      const guint64 *items[MAX_CHILDREN], *low[MAX_CHILDREN], *asked_items[MAX_CHILDREN];
      gboolean has_floor = self->bulk->result->scheme->rules[index].rule->has_floor;
      guint64 *any = self->any[index];

      for (guint k = 0; k < rule->n_children; k++)
        {
          guint child = rule->children[k];

          items[k] = self->unmet[child];
          low[k] = self->low[child];
          asked_items[k] = self->any[child] != NULL ? self->any[child] : self->asked_bits[self->bulk->rules[child].asked];
        }
      self->bulk->kernels->k_of_n (self->unmet[index], any, asked_items, items, has_floor ? low : NULL, rule->n_children, rule->allowed, n);
      keep_bits (any, self->asked_bits[rule->asked], BALANCE_KERNEL_WORDS (n));
      self->bulk->kernels->tell (verdicts, any, self->unmet[index], n, block->ahead[BALANCE_LEVEL_SECTION]);
      return;
    }

  memset (self->n_met, 0, n);
  memset (self->n_unmet, 0, n);
  for (guint k = 0; k < rule->n_children; k++)
    {
      BalanceLevel level = self->bulk->rules[rule->children[k]].level;
      const guint8 *child = result->verdicts[rule->children[k]];
      const guint32 *offsets = rule->level == BALANCE_LEVEL_STAGE ? facts->group_sections
                               : level == BALANCE_LEVEL_SECTION ? facts->district_sections
                               : level == BALANCE_LEVEL_SCHOOL ? facts->district_schools : facts->district_groups;

      if (level != rule->level)
        for (guint i = 0; i < n; i++)
          self->worst[i] = worst_of (child + offsets[offset + i], offsets[offset + i + 1] - offsets[offset + i]);
      self->bulk->kernels->count (self->n_met, self->n_unmet, level != rule->level ? self->worst : child + offset, n);
    }
  for (guint i = 0; i < n; i++)
    verdicts[i] = asked[i] == 0 || self->n_met[i] + self->n_unmet[i] == 0 ? BALANCE_VERDICT_NOT_APPLICABLE
                  : self->n_unmet[i] > rule->allowed ? BALANCE_VERDICT_UNMET : BALANCE_VERDICT_MET;
}

static void
judge_rule (BalanceBulkRun *self, guint index)
{
  const Rule *rule = &self->bulk->rules[index];

  clear_unsure (self, &self->rules_unsure[index]);
  if (rule->children != NULL)
    combine (self, index);
  else if (rule->b != NULL)
    judge_sections (self, index);
  else
    judge_groups (self, index);
}

static void
collect_unsure (BalanceBulkRun *self, guint8 *unsure)
{
  guint n = self->block->n_rows[BALANCE_LEVEL_DISTRICT];

  memset (unsure, 0, n);
  for (guint i = 0; i < self->bulk->asked->len; i++)
    for (guint d = 0; d < n && self->asked_made[i] && self->asked_unsure[i].any; d++)
      unsure[d] |= self->asked_unsure[i].districts[d];
  for (guint i = 0; i < self->bulk->order->len; i++)
    {
      const Unsure *rule = &self->rules_unsure[g_array_index (self->bulk->order, guint, i)];

      for (guint d = 0; d < n && rule->any; d++)
        unsure[d] |= rule->districts[d];
    }
}

void
balance_bulk_run_judge (BalanceBulkRun *self, guint first_district, guint n_districts, guint next_district, guint8 *unsure)
{
  BalanceBulk *bulk = self->bulk;

  memset (self->asked_made, 0, sizeof (gboolean) * bulk->asked->len);
  memset (self->weighings_made, 0, sizeof (gboolean) * bulk->weighings->len);
  memset (self->measured_made, 0, sizeof (gboolean) * bulk->measured->len);
  balance_block_move (self->block, first_district, n_districts);
  balance_block_expect (self->block, next_district);
  arrange_groups (self);
  self->first_group = 0;
  self->n_groups = self->block->n_rows[BALANCE_LEVEL_STAGE];
  for (guint i = 0; i < bulk->order->len; i++)
    judge_rule (self, g_array_index (bulk->order, guint, i));
  collect_unsure (self, unsure);
}

/* -- one fact changed ---------------------------------------------------------------------------------- */

static gboolean
asked_rests_on (BalanceBulkRun *self, guint index, const BalanceColumn *column, guint8 *nodes)
{
  const Asked *asked = &g_array_index (self->bulk->asked, Asked, index);
  BalanceBlockPlan *plan = self->bulk->plan;

  return balance_block_plan_rests_on (plan, asked->subjects, column, nodes) ||
         (asked->when != NULL && balance_block_plan_rests_on (plan, asked->when, column, nodes)) ||
         (asked->weight != NULL && balance_block_plan_rests_on (plan, asked->weight, column, nodes));
}

/* Rest all values and weights only on what the column has in the section's own row? */
static gboolean
is_by_row (BalanceBulkRun *self, const BalanceColumn *column, guint8 *rests)
{
  BalanceBulk *bulk = self->bulk;
  g_autofree guint8 *known = g_new0 (guint8, bulk->result->scheme->program->nodes->len + 1);
  gboolean by_row = TRUE;

  for (guint i = 0; i < bulk->measured->len && by_row; i++)
    by_row = balance_block_plan_is_by_row (bulk->plan, g_array_index (bulk->measured, Measured, i).value, column, rests, known);
  for (guint i = 0; i < bulk->weighings->len && by_row; i++)
    {
      const Weighing *weighing = &g_array_index (bulk->weighings, Weighing, i);
      const Asked *asked = &g_array_index (bulk->asked, Asked, weighing->counted);
      BalanceNode *const nodes[] = { weighing->weight, asked->subjects, asked->when, asked->weight };

      for (guint k = 0; k < G_N_ELEMENTS (nodes); k++)
        by_row = by_row && (nodes[k] == NULL || balance_block_plan_is_by_row (bulk->plan, nodes[k], column, rests, known));
    }

  return by_row;
}

static const Dependents *
get_dependents (BalanceBulkRun *self, const BalanceColumn *column)
{
  BalanceBulk *bulk = self->bulk;
  Dependents *dependents = g_hash_table_lookup (self->dependents, column);
  GPtrArray *nodes = bulk->result->scheme->program->nodes;
  guint n_rules = bulk->result->scheme->pack->rules->len;
  g_autofree guint8 *known = NULL, *rules = NULL, *weighings = NULL, *asked_made = NULL;

  if (dependents != NULL)
    return dependents;

  known = g_new0 (guint8, nodes->len + 1);
  rules = g_new0 (guint8, n_rules + 1);
  weighings = g_new0 (guint8, bulk->weighings->len + 1);
  asked_made = g_new0 (guint8, bulk->asked->len + 1);
  dependents = g_new0 (Dependents, 1);
  dependents->nodes = g_array_new (FALSE, FALSE, sizeof (guint));
  dependents->rules = g_array_new (FALSE, FALSE, sizeof (guint));
  dependents->asked = g_array_new (FALSE, FALSE, sizeof (guint));
  dependents->weighings = g_array_new (FALSE, FALSE, sizeof (guint));
  dependents->measured = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < nodes->len; i++)
    if (balance_block_plan_rests_on (bulk->plan, g_ptr_array_index (nodes, i), column, known))
      g_array_append_val (dependents->nodes, i);
  for (guint i = 0; i < bulk->asked->len; i++)
    {
      asked_made[i] = asked_rests_on (self, i, column, known);
      if (asked_made[i])
        g_array_append_val (dependents->asked, i);
    }
  for (guint i = 0; i < bulk->weighings->len; i++)
    {
      const Weighing *weighing = &g_array_index (bulk->weighings, Weighing, i);

      weighings[i] = asked_made[weighing->counted] || balance_block_plan_rests_on (bulk->plan, weighing->weight, column, known);
      if (weighings[i])
        g_array_append_val (dependents->weighings, i);
    }
  for (guint i = 0; i < bulk->measured->len; i++)
    {
      const Measured *measured = &g_array_index (bulk->measured, Measured, i);

      if (balance_block_plan_rests_on (bulk->plan, measured->value, column, known) ||
          (measured->dispersion >= 0 && weighings[bulk->rules[measured->dispersion].weighing]))
        g_array_append_val (dependents->measured, i);
    }
  for (guint i = n_rules; i-- > 0;)
    {
      const Rule *rule = &bulk->rules[i];

      if (!rule->here)
        continue;
      rules[i] = asked_made[rule->asked] || (rule->has_limit && weighings[rule->weighing]) ||
                 (rule->value != NULL && balance_block_plan_rests_on (bulk->plan, rule->value, column, known));
      for (guint k = 0; k < rule->n_children; k++)
        rules[i] = rules[i] || rules[rule->children[k]];
      if (rules[i])
        g_array_append_val (dependents->rules, i);
    }
  dependents->by_row = is_by_row (self, column, known);
  g_hash_table_insert (self->dependents, (gpointer) column, dependents);

  return dependents;
}

void
balance_bulk_run_update (BalanceBulkRun *self, const BalanceColumn *column, int group, guint8 *unsure)
{
  const Dependents *dependents = get_dependents (self, column);
  gboolean one = group >= 0 && dependents->by_row;

  self->first_group = one ? (guint) group - self->block->offset[BALANCE_LEVEL_STAGE] : 0;
  self->n_groups = one ? 1 : self->block->n_rows[BALANCE_LEVEL_STAGE];

  balance_block_forget (self->block, (const guint *) (gpointer) dependents->nodes->data, dependents->nodes->len);
  for (guint i = 0; i < dependents->asked->len; i++)
    self->asked_made[g_array_index (dependents->asked, guint, i)] = FALSE;
  for (guint i = 0; i < dependents->weighings->len; i++)
    self->weighings_made[g_array_index (dependents->weighings, guint, i)] = FALSE;
  for (guint i = 0; i < dependents->measured->len; i++)
    self->measured_made[g_array_index (dependents->measured, guint, i)] = FALSE;
  for (guint i = 0; i < dependents->rules->len; i++)
    judge_rule (self, g_array_index (dependents->rules, guint, i));
  collect_unsure (self, unsure);
}

gboolean
balance_bulk_finds_empty (BalanceBulk *self)
{
  return self->finds_empty;
}

void
balance_bulk_run_find_empty (BalanceBulkRun *self, GArray *rows)
{
  const BalanceScheme *scheme = self->bulk->result->scheme;
  guint n = self->block->n_rows[BALANCE_LEVEL_SECTION];
  BalanceBlockVectors weight;
  const guint8 *mask;

  if (scheme->weight == NULL || balance_block_plan_get_shape (self->bulk->plan, scheme->weight)->low > 0.0)
    return;
  weight = balance_block_get (self->block, scheme->weight);
  mask = balance_block_get (self->block, scheme->program->base_mask).flags;
  if (!self->bulk->kernels->any_light (weight.num, mask, n))
    return;
  for (guint i = 0; i < n; i++)
    if (weight.num[i] <= 0.0 && weight.num[i] >= 0.0 && mask[i] != 0 && (weight.doubt == NULL || !weight.doubt[i]))
      {
        guint row = self->block->offset[BALANCE_LEVEL_SECTION] + i;

        g_array_append_val (rows, row);
      }
}
