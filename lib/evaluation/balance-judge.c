/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evaluation/balance-judge-private.h"

#include <math.h>
#include <string.h>

#include "evaluation/balance-selection-private.h"
#include "formula/balance-node-private.h"

/* -- verdicts ---------------------------------------------------------------------------------------- */

BalanceVerdict
balance_verdict_from_truth (BalanceTruth truth)
{
  return truth == BALANCE_TRUE ? BALANCE_VERDICT_MET : truth == BALANCE_FALSE ? BALANCE_VERDICT_UNMET : BALANCE_VERDICT_UNDETERMINED;
}

/* All must hold; what does not apply counts for nothing. */
BalanceVerdict
balance_verdict_and (BalanceVerdict a, BalanceVerdict b)
{
  if (a == BALANCE_VERDICT_UNMET || b == BALANCE_VERDICT_UNMET)
    return BALANCE_VERDICT_UNMET;
  if (a == BALANCE_VERDICT_UNDETERMINED || b == BALANCE_VERDICT_UNDETERMINED)
    return BALANCE_VERDICT_UNDETERMINED;
  return a == BALANCE_VERDICT_NOT_APPLICABLE ? b : a;
}

BalanceTruth
balance_compare (const BalanceNumberPool *pool, BalanceComparison comparison, BalanceNumber value, BalanceNumber limit)
{
  switch (comparison)
    {
    case BALANCE_COMPARISON_AT_LEAST:
      return balance_number_less_equal (pool, limit, value);
    case BALANCE_COMPARISON_AT_MOST:
      return balance_number_less_equal (pool, value, limit);
    case BALANCE_COMPARISON_ABOVE:
      return balance_number_less (pool, limit, value);
    case BALANCE_COMPARISON_BELOW:
      return balance_number_less (pool, value, limit);
    case BALANCE_COMPARISON_NONE:
    default:
      return BALANCE_UNKNOWN;
    }
}

/* -- judges ------------------------------------------------------------------------------------------ */

static const guint8 *
get_flags (BalanceFrame *frame, guint requirement, gpointer data)
{
  BalanceJudge *self = data, *judge = self;
  guint use = requirement >> BALANCE_USED_SHIFT, rule = requirement & ((1u << BALANCE_USED_SHIFT) - 1);
  const BalanceJudged *judged;
  guint8 *flags;
  guint n;

  if (use > 0)
    judge = self->used[use - 1];
  judged = balance_judge_get (judge, rule);
  n = frame->n_rows[judge->scheme->rules[rule].rule->level];
  flags = balance_frame_alloc (frame, n + 1);
  for (guint i = 0; i < n; i++)
    flags[i] = judged->verdicts[i] == BALANCE_VERDICT_MET ? BALANCE_TRUE
               : judged->verdicts[i] == BALANCE_VERDICT_UNMET ? BALANCE_FALSE : BALANCE_UNKNOWN;

  return flags;
}

static const BalanceNumber *
get_scores (BalanceFrame *frame, guint requirement, gpointer data)
{
  BalanceJudge *self = data;
  guint use = requirement >> BALANCE_USED_SHIFT, rule = requirement & ((1u << BALANCE_USED_SHIFT) - 1);
  const BalanceNumber *scores;
  BalanceNumber *copy;
  guint n;

  if (use == 0)
    return balance_judge_get_scores (self, rule);

  /* numbers of another frame have to come over to this one's pool */
  scores = balance_judge_get_scores (self->used[use - 1], rule);
  n = frame->n_rows[self->used[use - 1]->scheme->rules[rule].rule->level];
  copy = balance_frame_alloc (frame, sizeof *copy * (n + 1));
  for (guint i = 0; i < n; i++)
    copy[i] = balance_number_import (&frame->pool, &self->used[use - 1]->frame->pool, scores[i]);

  return copy;
}

BalanceBindings *
balance_bindings_new (const BalanceScheme *scheme, BalanceFacts *facts)
{
  BalanceBindings *self = g_new0 (BalanceBindings, 1);

  self->scheme = scheme;
  self->own = balance_binding_new (scheme->program, facts);
  self->used = g_new0 (BalanceBindings *, scheme->n_used + 1);
  for (guint i = 0; i < scheme->n_used; i++)
    self->used[i] = balance_bindings_new (scheme->used[i], facts);

  return self;
}

void
balance_bindings_free (BalanceBindings *self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < self->scheme->n_used; i++)
    balance_bindings_free (self->used[i]);
  g_free (self->used);
  balance_binding_free (self->own);
  g_free (self);
}

/* What a dispersion is of. Columns that a trial computes again are others, so that none is taken for that of another trial. */
typedef struct
{
  BalanceDispersion    dispersion;
  const BalanceNumber *values, *weights;
  const guint8        *flags;
  guint                indicator;
  BalanceLevel         level;
  guint                row;
} KnownDispersion;

static guint
hash_known (gconstpointer key)
{
  const KnownDispersion *known = key;

  return g_direct_hash (known->values) ^ (known->indicator * 31 + known->row) * 2654435761u;
}

static gboolean
equal_known (gconstpointer a, gconstpointer b)
{
  const KnownDispersion *x = a, *y = b;

  return x->values == y->values && x->weights == y->weights && x->flags == y->flags && x->indicator == y->indicator &&
         x->level == y->level && x->row == y->row;
}

BalanceJudge *
balance_judge_new (BalanceBindings *bindings, BalanceJudge *region)
{
  BalanceJudge *self = g_new0 (BalanceJudge, 1);

  self->scheme = bindings->scheme;
  self->binding = bindings->own;
  self->region = region;
  self->frame = balance_frame_new (bindings->own, region != NULL ? region->frame : NULL);
  self->frame->get_flags = get_flags;
  self->frame->get_scores = get_scores;
  self->frame->host = self;
  self->judged = g_new0 (BalanceJudged *, self->scheme->pack->rules->len + 1);
  self->dispersions = g_ptr_array_new ();
  self->known = g_hash_table_new (hash_known, equal_known);
  self->used = g_new0 (BalanceJudge *, self->scheme->n_used + 1);
  for (guint i = 0; i < self->scheme->n_used; i++)
    self->used[i] = balance_judge_new (bindings->used[i], region != NULL ? region->used[i] : NULL);

  return self;
}

/* Those made since there were `n`. */
static void
clear_dispersions (BalanceJudge *self, guint n)
{
  for (guint i = n; i < self->dispersions->len; i++)
    {
      KnownDispersion *known = g_ptr_array_index (self->dispersions, i);

      g_hash_table_remove (self->known, known);
      balance_dispersion_clear (&known->dispersion);
    }
  g_ptr_array_set_size (self->dispersions, (int) n);
}

void
balance_judge_free (BalanceJudge *self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < self->scheme->n_used; i++)
    balance_judge_free (self->used[i]);
  clear_dispersions (self, 0);
  g_ptr_array_unref (self->dispersions);
  g_hash_table_unref (self->known);
  g_free (self->used);
  g_free (self->judged);
  balance_frame_free (self->frame);
  g_free (self);
}

void
balance_judge_reset (BalanceJudge *self, guint first_district, guint n_districts)
{
  clear_dispersions (self, 0);
  memset (self->judged, 0, sizeof (BalanceJudged *) * self->scheme->pack->rules->len);
  self->mark = NULL;
  balance_frame_reset (self->frame, first_district, n_districts);
  for (guint i = 0; i < self->scheme->n_used; i++)
    balance_judge_reset (self->used[i], first_district, n_districts);
}

void
balance_judge_keep (BalanceJudge *self, guint8 **verdicts, BalanceSums **sums)
{
  self->kept_verdicts = verdicts;
  self->kept_sums = sums;
}

/* -- trying values ----------------------------------------------------------------------------------- */

struct _BalanceJudgeMark
{
  BalanceFrameMark  *frame;
  BalanceJudgeMark **used;
  guint              n_used, n_dispersions;
  BalanceJudged     *plain;       /* [rule] without fills; no verdicts where it was not computed yet */
};

void
balance_judge_fill (BalanceJudge *self, const BalanceFill *fills, guint n_fills)
{
  balance_frame_set_fills (self->frame, fills, n_fills);
  for (guint i = 0; i < self->scheme->n_used; i++)
    balance_judge_fill (self->used[i], fills, n_fills);
}

static void
keep_judged (BalanceJudge *self, BalanceJudgeMark *mark)
{
  for (guint i = 0; i < self->scheme->pack->rules->len; i++)
    if (self->judged[i] != NULL)
      mark->plain[i] = *self->judged[i];
}

BalanceJudgeMark *
balance_judge_mark (BalanceJudge *self)
{
  BalanceJudgeMark *mark = g_new0 (BalanceJudgeMark, 1);

  mark->frame = balance_frame_mark (self->frame);
  mark->n_dispersions = self->dispersions->len;
  mark->n_used = self->scheme->n_used;
  mark->used = g_new0 (BalanceJudgeMark *, mark->n_used + 1);
  for (guint i = 0; i < mark->n_used; i++)
    mark->used[i] = balance_judge_mark (self->used[i]);
  mark->plain = g_new0 (BalanceJudged, MAX (1, self->scheme->pack->rules->len));
  self->mark = mark;
  keep_judged (self, mark);

  return mark;
}

void
balance_judge_extend_mark (BalanceJudge *self, BalanceJudgeMark *mark)
{
  balance_frame_extend_mark (self->frame, mark->frame);
  mark->n_dispersions = self->dispersions->len;
  keep_judged (self, mark);
  for (guint i = 0; i < mark->n_used; i++)
    balance_judge_extend_mark (self->used[i], mark->used[i]);
}

void
balance_judge_go_back (BalanceJudge *self, const BalanceJudgeMark *mark)
{
  clear_dispersions (self, mark->n_dispersions);
  memset (self->judged, 0, sizeof (BalanceJudged *) * self->scheme->pack->rules->len);
  balance_frame_go_back (self->frame, mark->frame);
  for (guint i = 0; i < mark->n_used; i++)
    balance_judge_go_back (self->used[i], mark->used[i]);
}

void
balance_judge_mark_free (BalanceJudgeMark *mark)
{
  if (mark == NULL)
    return;

  for (guint i = 0; i < mark->n_used; i++)
    balance_judge_mark_free (mark->used[i]);
  g_free (mark->used);
  g_free (mark->plain);
  balance_frame_mark_free (mark->frame);
  g_free (mark);
}

/* -- who is asked ------------------------------------------------------------------------------------ */

static gboolean
limit_has_stage (BalanceJudge *self, const BalanceLimit *limit, guint stage)
{
  return balance_definition_has_stage (balance_limit_in_force (limit, self->scheme->program->as_of), stage);
}

static gboolean
indicator_has_stage (const BalanceIndicatorRule *indicator, guint stage)
{
  return (indicator->stages == NULL || indicator->stages[stage]) && balance_definition_has_stage (indicator->value, stage);
}

static int
stage_of (BalanceJudge *self, BalanceLevel level, guint row)
{
  BalanceFacts *facts = self->frame->facts;
  guint absolute = row + self->frame->offset[level];

  return self->binding->stage_back[level == BALANCE_LEVEL_SECTION ? facts->section_stage[absolute] : facts->group_stage[absolute]];
}

gboolean
balance_judge_knows_stage (BalanceJudge *self, BalanceLevel level, guint row)
{
  return (level != BALANCE_LEVEL_SECTION && level != BALANCE_LEVEL_STAGE) || stage_of (self, level, row) >= 0;
}

gboolean
balance_judge_stage_applies (BalanceJudge *self, guint index, guint row)
{
  const BalanceRule *rule = self->scheme->rules[index].rule;
  int stage;

  if (rule->level != BALANCE_LEVEL_SECTION && rule->level != BALANCE_LEVEL_STAGE)
    return TRUE;
  stage = stage_of (self, rule->level, row);
  if (stage < 0 || (rule->stages != NULL && !rule->stages[stage]))
    return FALSE;
  if (rule->kind == BALANCE_RULE_INDICATOR)
    return indicator_has_stage (rule->indicator, (guint) stage) && limit_has_stage (self, &rule->indicator->limit, (guint) stage);
  if (rule->kind == BALANCE_RULE_VALUE)
    return balance_definition_has_stage (rule->value, (guint) stage) && limit_has_stage (self, &rule->limit, (guint) stage);
  return TRUE;
}

/* A section without pupils is nothing that could be judged. NULL for other levels. */
static BalanceNode *
get_weight (BalanceJudge *self, const BalanceSchemeRule *rule)
{
  if (rule->rule->level != BALANCE_LEVEL_SECTION)
    return NULL;

  return rule->rule->kind == BALANCE_RULE_INDICATOR ? self->scheme->indicators[rule->indicators[0]].weight : self->scheme->weight;
}

/* A vector of bytes to which the picked rows are added: new, or those that were there before without them. */
static guint8 *
new_bytes (BalanceJudge *self, const guint8 *plain, guint n, const BalancePicked *picked)
{
  guint8 *bytes = balance_frame_alloc (self->frame, n + 1);

  if (plain != NULL)
    {
      memcpy (bytes, plain, n);
      BALANCE_FOR_EACH_PICKED (i, picked)
        bytes[i] = 0;
    }

  return bytes;
}

static guint8 *
compute_applies (BalanceJudge *self, guint index, const guint8 *plain, const BalancePicked *picked)
{
  const BalanceSchemeRule *rule = &self->scheme->rules[index];
  BalanceLevel level = rule->rule->level;
  guint n = self->frame->n_rows[level];
  guint8 *applies = new_bytes (self, plain, n, picked);
  const guint8 *subjects, *when = NULL;
  const BalanceNumber *weights = NULL;
  BalanceNode *weight = get_weight (self, rule);

  if (!rule->in_force)
    return applies;

  subjects = balance_frame_get_flags (self->frame, rule->subjects);
  if (rule->when != NULL)
    when = balance_frame_get_flags (self->frame, rule->when);
  if (weight != NULL)
    weights = balance_frame_get_numbers (self->frame, weight);

  BALANCE_FOR_EACH_PICKED (i, picked)
    {
      guint8 truth = subjects[i];
      BalanceTruth empty = BALANCE_FALSE;

      if (weights != NULL)
        empty = balance_number_is_zero (&self->frame->pool, weights[i]);
      if (truth == BALANCE_FALSE || empty == BALANCE_TRUE || (when != NULL && when[i] == BALANCE_FALSE) ||
          !balance_judge_stage_applies (self, index, i))
        continue;
      applies[i] = truth == BALANCE_UNKNOWN || empty == BALANCE_UNKNOWN || (when != NULL && when[i] == BALANCE_UNKNOWN)
                     ? BALANCE_UNKNOWN : BALANCE_TRUE;
    }

  return applies;
}

/* A row that may not be asked at all cannot be known to fail. */
static guint8
apply (guint8 applies, BalanceVerdict verdict)
{
  if (applies == BALANCE_FALSE)
    return BALANCE_VERDICT_NOT_APPLICABLE;
  if (applies == BALANCE_UNKNOWN && verdict == BALANCE_VERDICT_UNMET)
    return BALANCE_VERDICT_UNDETERMINED;
  return (guint8) verdict;
}

static gboolean compare_spread (BalanceJudge *self, const BalanceSchemeRule *rule, guint row, BalanceComparison comparison,
                                BalanceNumber limit, BalanceTruth *truth);

/* -- one value ---------------------------------------------------------------------------------------- */

static void
judge_value (BalanceJudge *self, const BalanceSchemeRule *rule, BalanceJudged *judged, const BalancePicked *picked)
{
  guint n = self->frame->n_rows[rule->rule->level];

  if (rule->measure.comparison == BALANCE_COMPARISON_NONE)
    {
      const guint8 *flags = balance_frame_get_flags (self->frame, rule->measure.value);

      BALANCE_FOR_EACH_PICKED (i, picked)
        judged->verdicts[i] = apply (judged->applies[i], balance_verdict_from_truth ((BalanceTruth) flags[i]));
      return;
    }

  judged->values = balance_frame_get_numbers (self->frame, rule->measure.value);
  if (rule->measure.limit == NULL)
    {
      /* no limit is in force on this date */
      memset (judged->verdicts, BALANCE_VERDICT_NOT_APPLICABLE, n);
      return;
    }
  judged->limits = balance_frame_get_numbers (self->frame, rule->measure.limit);
  BALANCE_FOR_EACH_PICKED (i, picked)
    judged->verdicts[i] = judged->applies[i] == BALANCE_FALSE
      ? BALANCE_VERDICT_NOT_APPLICABLE
      : apply (judged->applies[i], balance_verdict_from_truth (balance_compare (&self->frame->pool, rule->measure.comparison,
                                                                              judged->values[i], judged->limits[i])));
}

gboolean
balance_judge_get_floor_number (BalanceJudge *self, guint index, guint row, BalanceNumber *floor)
{
  const BalanceSchemeRule *rule = &self->scheme->rules[index];
  const BalanceRule *parent = rule->rule->parent;
  const BalanceJudged *judged = balance_judge_get (self, index);
  BalanceNumber share;

  if (parent == NULL || !parent->has_floor || judged->limits == NULL)
    return FALSE;
  share = balance_number_from_decimal (&parent->floor);
  if (rule->measure.comparison == BALANCE_COMPARISON_AT_MOST || rule->measure.comparison == BALANCE_COMPARISON_BELOW)
    *floor = balance_number_divide (&self->frame->pool, judged->limits[row], share);
  else
    *floor = balance_number_multiply (&self->frame->pool, judged->limits[row], share);

  return TRUE;
}

BalanceTruth
balance_judge_get_floor (BalanceJudge *self, guint index, guint row)
{
  const BalanceJudged *judged = balance_judge_get (self, index);
  BalanceComparison at;
  BalanceNumber floor;
  BalanceTruth truth;
  gboolean upper;

  if (judged->verdicts[row] == BALANCE_VERDICT_MET || judged->verdicts[row] == BALANCE_VERDICT_NOT_APPLICABLE)
    return BALANCE_TRUE;
  /* no part of a yes-or-no item is nearly enough */
  if (!balance_judge_get_floor_number (self, index, row, &floor))
    return judged->verdicts[row] == BALANCE_VERDICT_UNMET ? BALANCE_FALSE : BALANCE_UNKNOWN;
  upper = self->scheme->rules[index].measure.comparison == BALANCE_COMPARISON_AT_MOST ||
          self->scheme->rules[index].measure.comparison == BALANCE_COMPARISON_BELOW;

  at = upper ? BALANCE_COMPARISON_AT_MOST : BALANCE_COMPARISON_AT_LEAST;
  if (self->scheme->rules[index].rule->kind != BALANCE_RULE_DISPERSION)
    truth = balance_compare (&self->frame->pool, at, judged->values[row], floor);
  else if (!compare_spread (self, &self->scheme->rules[index], row, at, floor, &truth))
    truth = BALANCE_UNKNOWN;

  /* nor can a row that may not be asked be known to lie below the floor */
  return truth == BALANCE_FALSE && judged->applies[row] == BALANCE_UNKNOWN ? BALANCE_UNKNOWN : truth;
}

/* -- children as their parent sees them ---------------------------------------------------------------- */

typedef struct
{
  guint          first, n;
  const guint32 *rows;
  guint          offset;
} Below;

static void
find_below (BalanceJudge *self, BalanceLevel level, guint row, BalanceLevel child, Below *below)
{
  below->rows = NULL;
  below->offset = 0;
  if (child == level)
    {
      below->first = row;
      below->n = 1;
    }
  else if (child > level)
    {
      below->first = balance_frame_get_parent (self->frame, level, row, child);
      below->n = 1;
    }
  else
    {
      below->n = balance_frame_get_rows (self->frame, level, row, child, &below->first, &below->rows);
      below->offset = self->frame->offset[child];
    }
}

static inline guint
below_at (const Below *below, guint i)
{
  return below->rows != NULL ? below->rows[i] - below->offset : below->first + i;
}

BalanceVerdict
balance_judge_get_verdict_at (BalanceJudge *self, guint rule, BalanceLevel level, guint row)
{
  const BalanceJudged *judged = balance_judge_get (self, rule);
  BalanceVerdict verdict = BALANCE_VERDICT_NOT_APPLICABLE;
  Below below;

  find_below (self, level, row, self->scheme->rules[rule].rule->level, &below);
  for (guint i = 0; i < below.n; i++)
    verdict = balance_verdict_and (verdict, (BalanceVerdict) judged->verdicts[below_at (&below, i)]);

  return verdict;
}

static BalanceTruth
floor_at (BalanceJudge *self, guint rule, BalanceLevel level, guint row)
{
  BalanceTruth truth = BALANCE_TRUE;
  Below below;

  find_below (self, level, row, self->scheme->rules[rule].rule->level, &below);
  for (guint i = 0; i < below.n && truth != BALANCE_FALSE; i++)
    {
      BalanceTruth one = balance_judge_get_floor (self, rule, below_at (&below, i));

      if (one != BALANCE_TRUE)
        truth = one;
    }

  return truth;
}

/* Does a veto below reach this row? UNKNOWN where one is undetermined. */
static BalanceTruth
veto_at (BalanceJudge *self, guint rule, BalanceLevel level, guint row)
{
  const BalanceJudged *judged = balance_judge_get (self, rule);
  BalanceTruth truth = BALANCE_FALSE;
  Below below;

  if (judged->vetoed == NULL)
    return BALANCE_FALSE;
  find_below (self, level, row, self->scheme->rules[rule].rule->level, &below);
  for (guint i = 0; i < below.n && truth != BALANCE_TRUE; i++)
    if (judged->vetoed[below_at (&below, i)] != BALANCE_FALSE)
      truth = (BalanceTruth) judged->vetoed[below_at (&below, i)];

  return truth;
}

/* -- scores ------------------------------------------------------------------------------------------ */

static BalanceNumber
score_by_verdict (BalanceJudge *self, const BalanceRule *rule, BalanceVerdict verdict)
{
  BalanceDecimal zero = { 0, 0 };

  switch (verdict)
    {
    case BALANCE_VERDICT_UNMET:
      return balance_number_small (0, 1);
    case BALANCE_VERDICT_UNDETERMINED:
      return balance_number_from_bounds (&self->frame->pool, &zero, &rule->points);
    case BALANCE_VERDICT_MET:
    case BALANCE_VERDICT_NOT_APPLICABLE:
    default:
      return balance_number_from_decimal (&rule->points);
    }
}

static gboolean
is_scored (const BalanceRule *rule)
{
  gboolean any = FALSE;

  if (rule->kind != BALANCE_RULE_COMBINATION || rule->children->len == 0)
    return FALSE;
  for (guint i = 0; i < rule->children->len; i++)
    {
      const BalanceRule *child = g_ptr_array_index (rule->children, i);

      if (child->binding && !child->has_points)
        return FALSE;
      any = any || child->binding;
    }
  return any;
}

static BalanceNumber
child_score (BalanceJudge *self, const BalanceRule *child, BalanceLevel level, guint row)
{
  if (child->level < level)
    return score_by_verdict (self, child, balance_judge_get_verdict_at (self, child->index, level, row));
  return balance_judge_get_scores (self, child->index)[balance_frame_get_parent (self->frame, level, row, child->level)];
}

static BalanceNumber
sum_of_scores (BalanceJudge *self, const BalanceRule *rule, guint row)
{
  BalanceNumberPool *pool = &self->frame->pool;
  BalanceNumber sum = balance_number_small (0, 1), points = balance_number_small (0, 1);

  for (guint i = 0; i < rule->children->len; i++)
    {
      const BalanceRule *child = g_ptr_array_index (rule->children, i);

      if (!child->binding)
        continue;
      sum = balance_number_add (pool, sum, child_score (self, child, rule->level, row));
      points = balance_number_add (pool, points, balance_number_from_decimal (&child->points));
    }
  if (rule->rescale && rule->has_points)
    sum = balance_number_divide (pool, balance_number_multiply (pool, sum, balance_number_from_decimal (&rule->points)), points);

  return sum;
}

const BalanceNumber *
balance_judge_get_scores (BalanceJudge *self, guint index)
{
  const BalanceSchemeRule *rule = &self->scheme->rules[index];
  BalanceJudged *judged = (BalanceJudged *) balance_judge_get (self, index);
  BalanceNumberPool *pool = &self->frame->pool;
  guint n = self->frame->n_rows[rule->rule->level];
  const BalanceNumber *formula = NULL;
  BalanceNumber points = balance_number_from_decimal (&rule->rule->points);

  if (judged->scores != NULL)
    return judged->scores;

  judged->scores = balance_frame_alloc (self->frame, sizeof (BalanceNumber) * (n + 1));
  if (rule->score != NULL)
    formula = balance_frame_get_numbers (self->frame, rule->score);
  for (guint i = 0; i < n; i++)
    {
      if (judged->applies[i] == BALANCE_FALSE && rule->rule->has_points)
        judged->scores[i] = points;
      else if (formula != NULL)
        judged->scores[i] = balance_number_operate_wide (pool, BALANCE_OPERATION_MAX, balance_number_small (0, 1),
                                                         balance_number_operate_wide (pool, BALANCE_OPERATION_MIN, points, formula[i]));
      else if (is_scored (rule->rule))
        judged->scores[i] = sum_of_scores (self, rule->rule, i);
      else
        judged->scores[i] = score_by_verdict (self, rule->rule, (BalanceVerdict) judged->verdicts[i]);
      if (judged->applies[i] == BALANCE_UNKNOWN && rule->rule->has_points)
        judged->scores[i] = balance_number_hull (pool, judged->scores[i], points);
    }

  return judged->scores;
}

/* -- combinations ------------------------------------------------------------------------------------ */

static BalanceVerdict
combine_items (BalanceJudge *self, const BalanceRule *rule, guint row)
{
  guint n = 0, met = 0, unmet = 0, undetermined = 0, allowed;
  gboolean below = FALSE, unsure = FALSE;

  for (guint i = 0; i < rule->children->len; i++)
    {
      const BalanceRule *child = g_ptr_array_index (rule->children, i);
      BalanceVerdict verdict;

      if (!child->binding)
        continue;
      n++;
      verdict = balance_judge_get_verdict_at (self, child->index, rule->level, row);
      met += verdict == BALANCE_VERDICT_MET;
      unmet += verdict == BALANCE_VERDICT_UNMET;
      undetermined += verdict == BALANCE_VERDICT_UNDETERMINED;
      if (rule->has_floor && (verdict == BALANCE_VERDICT_UNMET || verdict == BALANCE_VERDICT_UNDETERMINED))
        {
          BalanceTruth floor = floor_at (self, child->index, rule->level, row);

          below = below || floor == BALANCE_FALSE;
          unsure = unsure || floor == BALANCE_UNKNOWN;
        }
    }

  if (met + unmet + undetermined == 0)
    return BALANCE_VERDICT_NOT_APPLICABLE;
  allowed = rule->need < 0 || (guint) rule->need > n ? 0 : n - (guint) rule->need;
  if (unmet > allowed || below)
    return BALANCE_VERDICT_UNMET;
  return unmet + undetermined <= allowed && !unsure ? BALANCE_VERDICT_MET : BALANCE_VERDICT_UNDETERMINED;
}

static BalanceVerdict
grade_score (BalanceJudge *self, const BalanceSchemeRule *rule, BalanceJudged *judged, guint row, BalanceNumber score)
{
  const BalanceRule *r = rule->rule;
  guint last = r->grades->len - 1, best = last, worst = last;

  for (guint i = r->grades->len; i-- > 0;)
    {
      const BalanceGrade *grade = g_ptr_array_index (r->grades, i);
      BalanceTruth reached = BALANCE_TRUE;

      if (grade->has_limit)
        reached = balance_number_less_equal (&self->frame->pool, balance_number_from_decimal (&grade->at_least), score);
      if (reached != BALANCE_FALSE)
        best = i;
      if (reached == BALANCE_TRUE)
        worst = i;
    }
  for (guint i = 0; r->caps != NULL && i < r->caps->len; i++)
    {
      const BalanceCap *cap = g_ptr_array_index (r->caps, i);
      guint8 when = balance_frame_get_flags (self->frame, rule->caps[i])[row];
      guint floor = 0;

      if (when == BALANCE_FALSE)
        continue;
      for (guint k = 0; k < r->grades->len && cap->at_most != NULL; k++)
        if (strcmp (((const BalanceGrade *) g_ptr_array_index (r->grades, k))->id, cap->at_most) == 0)
          floor = k;
      worst = MAX (MIN (worst + cap->lower, last), floor);
      if (when == BALANCE_TRUE)
        best = MAX (MIN (best + cap->lower, last), floor);
    }
  judged->best[row] = (guint8) MIN (best, 255);
  judged->worst[row] = (guint8) MIN (worst, 255);

  if ((int) worst <= r->met_from)
    return BALANCE_VERDICT_MET;
  return (int) best > r->met_from ? BALANCE_VERDICT_UNMET : BALANCE_VERDICT_UNDETERMINED;
}

static gboolean
nothing_applies (BalanceJudge *self, const BalanceRule *rule, guint row)
{
  for (guint i = 0; i < rule->children->len; i++)
    {
      const BalanceRule *child = g_ptr_array_index (rule->children, i);

      if (child->binding &&
          balance_judge_get_verdict_at (self, child->index, rule->level, row) != BALANCE_VERDICT_NOT_APPLICABLE)
        return FALSE;
    }
  return TRUE;
}

static void
judge_combination (BalanceJudge *self, const BalanceSchemeRule *rule, BalanceJudged *judged)
{
  const BalanceRule *r = rule->rule;
  guint n = self->frame->n_rows[r->level];
  gboolean limited = rule->measure.limit != NULL;
  BalanceNumber *values = NULL;

  if (limited || r->grades != NULL)
    judged->values = values = balance_frame_alloc (self->frame, sizeof (BalanceNumber) * (n + 1));
  if (limited)
    judged->limits = balance_frame_get_numbers (self->frame, rule->measure.limit);
  if (r->grades != NULL)
    {
      judged->best = balance_frame_alloc (self->frame, n + 1);
      judged->worst = balance_frame_alloc (self->frame, n + 1);
    }

  for (guint i = 0; i < n; i++)
    {
      BalanceVerdict verdict;
      BalanceTruth veto = BALANCE_FALSE;

      if (judged->applies[i] == BALANCE_FALSE)
        {
          if (values != NULL)
            values[i] = balance_number_undefined (&self->frame->pool);
          judged->verdicts[i] = BALANCE_VERDICT_NOT_APPLICABLE;
          continue;
        }
      if (limited || r->grades != NULL)
        {
          values[i] = sum_of_scores (self, r, i);
          if (nothing_applies (self, r, i))
            verdict = BALANCE_VERDICT_NOT_APPLICABLE;
          else if (r->grades != NULL)
            verdict = grade_score (self, rule, judged, i, values[i]);
          else
            verdict = balance_verdict_from_truth (balance_compare (&self->frame->pool, rule->measure.comparison, values[i], judged->limits[i]));
        }
      else
        verdict = combine_items (self, r, i);

      for (guint k = 0; k < r->children->len && veto != BALANCE_TRUE; k++)
        {
          const BalanceRule *child = g_ptr_array_index (r->children, k);
          BalanceTruth one = child->binding ? veto_at (self, child->index, r->level, i) : BALANCE_FALSE;

          if (one != BALANCE_FALSE)
            veto = one;
        }
      if (veto == BALANCE_TRUE)
        verdict = BALANCE_VERDICT_UNMET;
      else if (veto == BALANCE_UNKNOWN && verdict == BALANCE_VERDICT_MET)
        verdict = BALANCE_VERDICT_UNDETERMINED;
      /* a row that may not be asked at all cannot veto for sure */
      if (veto == BALANCE_TRUE && judged->applies[i] == BALANCE_UNKNOWN)
        veto = BALANCE_UNKNOWN;
      if (veto != BALANCE_FALSE)
        {
          if (judged->vetoed == NULL)
            judged->vetoed = balance_frame_alloc (self->frame, n + 1);
          judged->vetoed[i] = (guint8) veto;
        }
      judged->verdicts[i] = apply (judged->applies[i], verdict);
    }
}

/* -- dispersion -------------------------------------------------------------------------------------- */

BalanceDispersion *
balance_judge_get_dispersion (BalanceJudge *self, guint indicator, BalanceNode *mask, BalanceLevel level, guint row)
{
  const BalanceSchemeIndicator *of = &self->scheme->indicators[indicator];
  BalanceFrame *frame = self->frame;
  const BalanceNumber *values = balance_frame_get_numbers (frame, of->measure.value);
  const BalanceNumber *weights = balance_frame_get_numbers (frame, of->weight);
  const guint8 *flags = balance_frame_get_flags (frame, mask);
  const KnownDispersion key = { .values = values, .weights = weights, .flags = flags, .indicator = indicator, .level = level, .row = row };
  KnownDispersion *known = g_hash_table_lookup (self->known, &key);
  BalanceNumber *some_values, *some_weights;
  Below below;
  guint n = 0;

  if (known != NULL)
    return &known->dispersion;
  known = balance_frame_alloc (frame, sizeof *known);
  *known = key;

  find_below (self, level, row, BALANCE_LEVEL_SECTION, &below);
  some_values = balance_frame_alloc (frame, sizeof (BalanceNumber) * (below.n + 1));
  some_weights = balance_frame_alloc (frame, sizeof (BalanceNumber) * (below.n + 1));
  for (guint i = 0; i < below.n; i++)
    {
      guint section = below_at (&below, i);
      int stage = stage_of (self, BALANCE_LEVEL_SECTION, section);

      if (flags[section] == BALANCE_FALSE || stage < 0 || !indicator_has_stage (of->rule, (guint) stage))
        continue;
      some_values[n] = values[section];
      some_weights[n] = weights[section];
      /* whether it belongs to the group is not known: as good as an unknown weight */
      if (flags[section] == BALANCE_UNKNOWN && balance_number_is_zero (&frame->pool, weights[section]) != BALANCE_TRUE)
        some_weights[n] = balance_number_from_bounds (&frame->pool, NULL, NULL);
      n++;
    }

  balance_dispersion_init (&known->dispersion, &frame->pool, some_values, some_weights, n);
  g_ptr_array_add (self->dispersions, known);
  g_hash_table_add (self->known, known);

  return &known->dispersion;
}

gboolean
balance_judge_get_sums (BalanceJudge *self, guint rule, guint row, BalanceDispersionSums *sums)
{
  const BalanceSums *kept = self->kept_sums != NULL && self->frame->n_fills == 0 ? self->kept_sums[rule] : NULL;
  guint group = row + self->frame->offset[BALANCE_LEVEL_STAGE];

  if (!balance_sums_tell (kept, group) || kept->n[group] < 2)
    return FALSE;
  *sums = balance_sums_get_dispersion (kept, group);

  return TRUE;
}

static BalanceTruth
judge_spread (BalanceDispersion *dispersion, BalanceComparison comparison, mpq_srcptr limit)
{
  BalanceTruth truth;

  switch (comparison)
    {
    case BALANCE_COMPARISON_AT_MOST:
      return balance_dispersion_at_most (dispersion, limit);
    case BALANCE_COMPARISON_BELOW:
      return balance_dispersion_below (dispersion, limit);
    case BALANCE_COMPARISON_AT_LEAST:
      truth = balance_dispersion_below (dispersion, limit);
      break;
    case BALANCE_COMPARISON_ABOVE:
    case BALANCE_COMPARISON_NONE:
    default:
      truth = balance_dispersion_at_most (dispersion, limit);
      break;
    }
  return truth == BALANCE_UNKNOWN ? BALANCE_UNKNOWN : truth == BALANCE_TRUE ? BALANCE_FALSE : BALANCE_TRUE;
}

/* The CV as a number, or what is known of it. */
static BalanceNumber
spread_number (BalanceJudge *self, BalanceDispersion *dispersion, guint bits)
{
  BalanceNumberPool *pool = &self->frame->pool;
  BalanceDecimal zero = { 0, 0 };
  double low, high;
  mpq_t a, b;
  BalanceNumber result;

  if (dispersion->state == BALANCE_DISPERSION_ZERO)
    return balance_number_small (0, 1);
  if (dispersion->state != BALANCE_DISPERSION_MISSING)
    return balance_dispersion_get_number (dispersion, pool, bits);

  /* ends rounded outwards: a bound must stay one */
  balance_dispersion_get_bounds (dispersion, &low, &high);
  mpq_init (a);
  mpq_init (b);
  mpq_set_d (a, low > 0.0 ? nextafter (low, 0.0) : 0.0);
  if (isfinite (high))
    {
      mpq_set_d (b, nextafter (high, INFINITY));
      result = balance_number_hull (pool, balance_number_from_mpq (pool, a), balance_number_from_mpq (pool, b));
    }
  else
    result = balance_number_add (pool, balance_number_from_mpq (pool, a), balance_number_from_bounds (pool, &zero, NULL));
  mpq_clear (a);
  mpq_clear (b);

  return result;
}

static BalanceNumber
mean_of_spreads (BalanceJudge *self, BalanceDispersion **dispersions, guint n, guint bits)
{
  BalanceNumberPool *pool = &self->frame->pool;
  BalanceNumber sum = balance_number_small (0, 1);

  for (guint i = 0; i < n; i++)
    sum = balance_number_add (pool, sum, spread_number (self, dispersions[i], bits));

  return balance_number_divide (pool, sum, balance_number_small (n, 1));
}

gboolean
balance_judge_enclose_mean (BalanceDispersion **dispersions, guint n, mpq_ptr low, mpq_ptr high)
{
  gboolean known = TRUE;
  mpq_t one_low, one_high;

  mpq_inits (one_low, one_high, NULL);
  mpq_set_ui (low, 0, 1);
  mpq_set_ui (high, 0, 1);
  for (guint i = 0; i < n && known; i++)
    {
      if (dispersions[i]->state == BALANCE_DISPERSION_ZERO)
        continue;
      known = dispersions[i]->state == BALANCE_DISPERSION_KNOWN && balance_dispersion_get_enclosure (dispersions[i], one_low, one_high);
      if (known)
        {
          mpq_add (low, low, one_low);
          mpq_add (high, high, one_high);
        }
    }
  mpq_set_ui (one_low, MAX (1, n), 1);
  mpq_div (low, low, one_low);
  mpq_div (high, high, one_low);
  mpq_clears (one_low, one_high, NULL);

  return known;
}

/* The mean as closely as the sums in two doubles tell it. FALSE where they do not. */
static gboolean
mean_of_sums (BalanceJudge *self, BalanceDispersion **dispersions, guint n, BalanceNumber *mean)
{
  gboolean known;
  mpq_t low, high;

  mpq_inits (low, high, NULL);
  known = balance_judge_enclose_mean (dispersions, n, low, high);
  if (known)
    *mean = balance_number_from_enclosure (&self->frame->pool, low, high);
  mpq_clears (low, high, NULL);

  return known;
}

/* How the dispersion under a row compares with a number. FALSE where there is nothing to compare. */
static gboolean
compare_spread (BalanceJudge            *self,
                const BalanceSchemeRule *rule,
                guint                    row,
                BalanceComparison        comparison,
                BalanceNumber            limit,
                BalanceTruth            *truth)
{
  BalanceNumberPool *pool = &self->frame->pool;
  g_autofree BalanceDispersion **dispersions = g_new (BalanceDispersion *, rule->n_indicators + 1);
  gboolean empty = FALSE, negative = FALSE;
  mpq_t bound;

  for (guint k = 0; k < rule->n_indicators; k++)
    {
      dispersions[k] = balance_judge_get_dispersion (self, rule->indicators[k], rule->mask, rule->rule->level, row);
      empty = empty || dispersions[k]->state == BALANCE_DISPERSION_EMPTY;
      negative = negative || (dispersions[k]->state == BALANCE_DISPERSION_KNOWN && !balance_dispersion_has_positive_mean (dispersions[k]));
    }
  if (empty)
    return FALSE;

  *truth = BALANCE_UNKNOWN;
  mpq_init (bound);
  if (!balance_number_get_mpq (pool, limit, bound))
    ;
  else if (rule->rule->combine && negative)
    *truth = comparison != BALANCE_COMPARISON_AT_MOST && comparison != BALANCE_COMPARISON_BELOW;
  else if (!rule->rule->combine)
    *truth = judge_spread (dispersions[0], comparison, bound);
  else
    {
      /* a mean of square roots: enclosed ever more tightly until the comparison is decided */
      BalanceNumber mean = balance_number_small (0, 1);

      if (mean_of_sums (self, dispersions, rule->n_indicators, &mean))
        *truth = balance_compare (pool, comparison, mean, limit);
      for (guint bits = 64; bits <= 4096 && *truth == BALANCE_UNKNOWN; bits *= 4)
        {
          mean = mean_of_spreads (self, dispersions, rule->n_indicators, bits);
          *truth = balance_compare (pool, comparison, mean, limit);
          if (!balance_number_is_known (pool, mean))
            break;
        }
      /* known to 4096 bits and still not told apart from the limit: they are the same number */
      if (*truth == BALANCE_UNKNOWN && balance_number_is_known (pool, mean))
        *truth = comparison == BALANCE_COMPARISON_AT_LEAST || comparison == BALANCE_COMPARISON_AT_MOST;
    }
  mpq_clear (bound);

  return TRUE;
}

static void
judge_dispersion (BalanceJudge *self, const BalanceSchemeRule *rule, BalanceJudged *judged)
{
  BalanceFrame *frame = self->frame;
  guint n = frame->n_rows[rule->rule->level];

  if (rule->measure.limit != NULL)
    judged->limits = balance_frame_get_numbers (frame, rule->measure.limit);

  for (guint i = 0; i < n; i++)
    {
      BalanceTruth truth;

      if (judged->limits == NULL || judged->applies[i] == BALANCE_FALSE ||
          !(rule->rule->level != BALANCE_LEVEL_STAGE || limit_has_stage (self, &rule->rule->limit, (guint) stage_of (self, BALANCE_LEVEL_STAGE, i))))
        continue;
      if (compare_spread (self, rule, i, rule->measure.comparison, judged->limits[i], &truth))
        judged->verdicts[i] = apply (judged->applies[i], balance_verdict_from_truth (truth));
    }
}

/* -- selection --------------------------------------------------------------------------------------- */

static void
judge_selection (BalanceJudge *self, const BalanceSchemeRule *rule, BalanceJudged *judged)
{
  BalanceFrame *frame = self->frame;
  BalanceLevel level = rule->rule->level;
  gboolean by_district = rule->rule->within == BALANCE_LEVEL_DISTRICT;
  guint n = frame->n_rows[level], n_candidates = 0;
  g_autofree const BalanceNumber **keys = g_new0 (const BalanceNumber *, rule->rule->n_by + 1);
  g_autofree guint *candidates = g_new (guint, n + 1), *ahead = g_new (guint, n + 1), *maybe = g_new (guint, n + 1);

  for (guint k = 0; k < rule->rule->n_by; k++)
    keys[k] = balance_frame_get_numbers (frame, rule->by[k]);
  judged->values = keys[0];
  for (guint i = 0; i < n; i++)
    if (judged->applies[i] != BALANCE_FALSE)
      candidates[n_candidates++] = i;

  /* rows stand by district */
  for (guint first = 0, end; first < n_candidates; first = end)
    {
      guint district = balance_frame_get_parent (frame, level, candidates[first], BALANCE_LEVEL_DISTRICT);

      for (end = first + 1; end < n_candidates; end++)
        if (by_district && balance_frame_get_parent (frame, level, candidates[end], BALANCE_LEVEL_DISTRICT) != district)
          break;
      balance_selection_count (&frame->pool, keys, rule->rule->n_by, judged->applies, candidates + first, end - first, ahead, maybe);
    }

  for (guint i = 0; i < n_candidates; i++)
    {
      guint a = candidates[i];
      BalanceVerdict verdict;

      if (ahead[a] >= rule->rule->best)
        verdict = BALANCE_VERDICT_UNMET;
      else
        verdict = ahead[a] + maybe[a] < rule->rule->best ? BALANCE_VERDICT_MET : BALANCE_VERDICT_UNDETERMINED;
      judged->verdicts[a] = apply (judged->applies[a], verdict);
    }
}

/* -- all together ------------------------------------------------------------------------------------ */

static BalanceNumber *
import_numbers (BalanceJudge *self, const BalanceNumber *from, guint first, guint n)
{
  BalanceNumber *numbers;

  if (from == NULL)
    return NULL;
  numbers = balance_frame_alloc (self->frame, sizeof *numbers * (n + 1));
  for (guint i = 0; i < n; i++)
    numbers[i] = balance_number_import (&self->frame->pool, &self->region->frame->pool, from[first + i]);

  return numbers;
}

static guint8 *
import_bytes (BalanceJudge *self, const guint8 *from, guint first, guint n)
{
  guint8 *bytes;

  if (from == NULL)
    return NULL;
  bytes = balance_frame_alloc (self->frame, n + 1);
  memcpy (bytes, from + first, n);

  return bytes;
}

/* What became of the requirement without fills, where that is known and these change few rows of it, which are picked, or
 * none. */
static const BalanceJudged *
find_plain (BalanceJudge *self, guint index, BalancePicked *picked)
{
  const BalanceSchemeRule *rule = &self->scheme->rules[index];
  const BalanceFrame *frame = self->frame;
  BalanceLevel level = rule->rule->level;
  const BalanceNode *nodes[] = { rule->subjects, rule->when, rule->measure.value, rule->measure.limit, NULL };

  if (self->mark == NULL || self->mark->plain[index].verdicts == NULL)
    return NULL;
  if (frame->n_fills > 0)
    {
      if (!rule->in_force || (rule->rule->kind != BALANCE_RULE_VALUE && rule->rule->kind != BALANCE_RULE_INDICATOR))
        return NULL;
      nodes[4] = get_weight (self, rule);
      for (guint i = 0; i < G_N_ELEMENTS (nodes); i++)
        if (nodes[i] != NULL && !balance_frame_is_narrow (frame, nodes[i]))
          return NULL;
    }
  *picked = balance_frame_pick_changed (frame, level);

  return &self->mark->plain[index];
}

/* The verdicts of a requirement on the rows of the frame, where they are known. */
static const guint8 *
find_kept (BalanceJudge *self, guint index)
{
  const BalanceFrame *frame = self->frame;

  return self->kept_verdicts != NULL && self->kept_verdicts[index] != NULL && frame->n_fills == 0
           ? self->kept_verdicts[index] + frame->offset[self->scheme->rules[index].rule->level] : NULL;
}

/* What is told beside verdicts that are known. FALSE where that takes judging: sums of points, grades, an order. */
static gboolean
tell (BalanceJudge *self, const BalanceSchemeRule *rule, BalanceJudged *judged)
{
  gboolean single = rule->rule->kind == BALANCE_RULE_VALUE || rule->rule->kind == BALANCE_RULE_INDICATOR;
  gboolean limited = rule->measure.limit != NULL;

  if (rule->rule->kind == BALANCE_RULE_SELECTION ||
      (rule->rule->kind == BALANCE_RULE_COMBINATION && (limited || rule->rule->grades != NULL)))
    return FALSE;
  if (single && rule->measure.comparison != BALANCE_COMPARISON_NONE)
    judged->values = balance_frame_get_numbers (self->frame, rule->measure.value);
  if (limited)
    judged->limits = balance_frame_get_numbers (self->frame, rule->measure.limit);

  return TRUE;
}

const BalanceJudged *
balance_judge_get (BalanceJudge *self, guint index)
{
  const BalanceSchemeRule *rule = &self->scheme->rules[index];
  BalanceJudged *judged = self->judged[index];
  BalanceLevel level = rule->rule->level;
  guint n = self->frame->n_rows[level];
  BalancePicked picked = { n, NULL };
  const BalanceJudged *plain;
  const guint8 *kept;

  if (judged != NULL)
    return judged;

  judged = balance_frame_alloc (self->frame, sizeof *judged);
  if (rule->uses_region && self->region != NULL)
    {
      const BalanceJudged *whole = balance_judge_get (self->region, index);
      guint first = self->frame->offset[level] - self->region->frame->offset[level];

      judged->verdicts = import_bytes (self, whole->verdicts, first, n);
      judged->applies = import_bytes (self, whole->applies, first, n);
      judged->vetoed = import_bytes (self, whole->vetoed, first, n);
      judged->best = import_bytes (self, whole->best, first, n);
      judged->worst = import_bytes (self, whole->worst, first, n);
      judged->values = import_numbers (self, whole->values, first, n);
      judged->limits = import_numbers (self, whole->limits, first, n);
      return self->judged[index] = judged;
    }

  plain = find_plain (self, index, &picked);
  if (plain != NULL && picked.n == 0)
    {
      *judged = *plain;
      return self->judged[index] = judged;
    }
  judged->verdicts = new_bytes (self, plain != NULL ? plain->verdicts : NULL, n, &picked);
  judged->applies = compute_applies (self, index, plain != NULL ? plain->applies : NULL, &picked);
  self->judged[index] = judged;
  if (!rule->in_force)
    return judged;

  kept = find_kept (self, index);
  if (kept != NULL && tell (self, rule, judged))
    {
      memcpy (judged->verdicts, kept, n);
      return judged;
    }

  switch (rule->rule->kind)
    {
    case BALANCE_RULE_VALUE:
    case BALANCE_RULE_INDICATOR:
      judge_value (self, rule, judged, &picked);
      break;
    case BALANCE_RULE_DISPERSION:
      judge_dispersion (self, rule, judged);
      break;
    case BALANCE_RULE_SELECTION:
      judge_selection (self, rule, judged);
      break;
    case BALANCE_RULE_COMBINATION:
    default:
      judge_combination (self, rule, judged);
      break;
    }
  /* nobody has looked for vetoes in what stands below */
  if (kept != NULL)
    {
      memcpy (judged->verdicts, kept, n);
      return judged;
    }

  if (rule->rule->veto)
    {
      if (judged->vetoed == NULL)
        judged->vetoed = new_bytes (self, plain != NULL ? plain->vetoed : NULL, n, &picked);
      BALANCE_FOR_EACH_PICKED (i, &picked)
        if (judged->verdicts[i] == BALANCE_VERDICT_UNMET)
          judged->vetoed[i] = BALANCE_TRUE;
        else if (judged->verdicts[i] == BALANCE_VERDICT_UNDETERMINED && judged->vetoed[i] == BALANCE_FALSE)
          judged->vetoed[i] = BALANCE_UNKNOWN;
    }

  return judged;
}
