/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evaluation/balance-walk-private.h"

#include <math.h>
#include <string.h>

#include "base/balance-float-private.h"
#include "evaluation/balance-figures-private.h"
#include "evaluation/balance-group-figures-private.h"

/* So many findings are passed on between two looks at the cancellable. */
#define PATIENCE 1024

struct _BalanceWalk
{
  BalanceEvaluation    *evaluation;
  BalanceJudge         *judge;            /* of single districts; made on demand */
  BalanceGroupFigures  *groups;
  guint                *same;             /* [rule] the first of its level and id */
  guint8              **seen;             /* [rule][row of the frame]; parents may share a child */
  guint                *sizes;            /* [rule] of `seen` */
  GByteArray           *verdicts;         /* of the sections of a district */
};

/* One run, on the judges of its rows. */
typedef struct
{
  BalanceWalk     *walk;
  BalanceJudge    *judge;
  BalanceWalkFunc  func;
  gpointer         data;
  GCancellable    *cancellable;
  guint            n_passed;
} Run;

BalanceWalk *
balance_walk_new (BalanceEvaluation *evaluation)
{
  BalanceWalk *self = g_new0 (BalanceWalk, 1);
  GPtrArray *rules = evaluation->standard->pack->rules;

  self->evaluation = g_object_ref (evaluation);
  self->seen = g_new0 (guint8 *, rules->len + 1);
  self->sizes = g_new0 (guint, rules->len + 1);
  self->same = g_new0 (guint, rules->len + 1);
  self->verdicts = g_byte_array_new ();
  self->groups = balance_group_figures_new (evaluation);
  for (guint i = 0; i < rules->len; i++)
    {
      const BalanceRule *rule = g_ptr_array_index (rules, i);

      for (self->same[i] = 0; self->same[i] < i; self->same[i]++)
        {
          const BalanceRule *other = g_ptr_array_index (rules, self->same[i]);

          if (other->level == rule->level && strcmp (other->id, rule->id) == 0)
            break;
        }
    }

  return self;
}

void
balance_walk_free (BalanceWalk *self)
{
  for (guint i = 0; i < self->evaluation->standard->pack->rules->len; i++)
    g_free (self->seen[i]);
  g_free (self->seen);
  g_free (self->sizes);
  g_free (self->same);
  g_byte_array_unref (self->verdicts);
  balance_group_figures_free (self->groups);
  balance_judge_free (self->judge);
  g_object_unref (self->evaluation);
  g_free (self);
}

static gboolean
pass (Run                   *run,
      const BalanceWalkRow  *row,
      GError               **error)
{
  if (run->n_passed++ % PATIENCE == 0 && g_cancellable_set_error_if_cancelled (run->cancellable, error))
    return FALSE;

  return run->func (row, run->data, error);
}

/* The verdict on everything that is asked of one subject. */
static gboolean
pass_whole (Run             *run,
            BalanceLevel     level,
            guint            row,
            BalanceVerdict   verdict,
            GError         **error)
{
  const BalanceWalkRow whole = {
    .level = level, .row = row, .verdict = verdict, .strict_verdict = verdict, .value = NAN, .limit = NAN, .margin = NAN,
  };

  return pass (run, &whole, error);
}

/* Was it not passed before? Remembers it. */
static gboolean
is_first (Run   *run,
          guint  rule,
          guint  row)
{
  guint8 **seen = &run->walk->seen[run->walk->same[rule]];
  const gboolean first = (*seen)[row] == 0;

  (*seen)[row] = 1;

  return first;
}

static void
forget (Run *run)
{
  BalanceWalk *self = run->walk;
  GPtrArray *rules = self->evaluation->standard->pack->rules;

  for (guint i = 0; i < rules->len; i++)
    {
      const BalanceRule *rule = g_ptr_array_index (rules, i);
      const guint n = run->judge->frame->n_rows[rule->level];

      if (self->same[i] != i)
        continue;
      if (n > self->sizes[i])
        {
          g_free (self->seen[i]);
          self->seen[i] = g_malloc0 (n);
          self->sizes[i] = n;
        }
      else if (self->seen[i] != NULL)
        {
          memset (self->seen[i], 0, n);
        }
    }
}

/* The dispersion of one group from the sums that its verdict was made with; FALSE where they do not tell all bits. */
static gboolean
find_from_sums (Run                *run,
                const BalanceRule  *rule,
                guint               row,
                BalanceWalkRow     *found)
{
  const BalanceEvaluation *evaluation = run->walk->evaluation;
  const BalanceResult *result = &evaluation->result;
  const BalanceSchemeRule *of = &result->scheme->rules[rule->index];
  const BalanceSums *sums = result->sums[rule->index];
  BalanceNumberPool *pool = &run->judge->frame->pool;
  BalanceDispersionSums known;
  BalanceNumber limit;

  if (of->uses_region || !of->in_force)
    return FALSE;
  if (of->measure.limit == NULL && balance_group_figures_is_composite (run->walk->groups, rule->index))
    {
      found->value = balance_group_figures_get_composite (run->walk->groups, found->row);
      return TRUE;
    }
  if (!balance_sums_tell (sums, found->row) || of->measure.limit == NULL)
    return FALSE;
  limit = balance_frame_get_numbers (run->judge->frame, of->measure.limit)[row];
  if (!balance_number_is_small (limit))
    return FALSE;
  known = balance_sums_get_dispersion (sums, found->row);
  if (!balance_dispersion_get_cv_of_sums (&known, &found->value) || !balance_dispersion_get_excess_of_sums (&known, limit, &found->margin))
    return FALSE;

  found->limit = balance_number_get_double (pool, limit);
  if (of->measure.comparison != BALANCE_COMPARISON_AT_LEAST && of->measure.comparison != BALANCE_COMPARISON_ABOVE)
    found->margin = 0.0 - found->margin;

  return TRUE;
}

/* What is judged by its parts alone, or is a yes or no, has a verdict and no figures. */
static gboolean
has_figures (const BalanceSchemeRule *of)
{
  switch (of->rule->kind)
    {
    case BALANCE_RULE_COMBINATION:
      return of->measure.limit != NULL || of->rule->grades != NULL || of->rule->has_points;
    case BALANCE_RULE_SELECTION:
      return FALSE;
    case BALANCE_RULE_VALUE:
    case BALANCE_RULE_INDICATOR:
      return of->measure.comparison != BALANCE_COMPARISON_NONE;
    case BALANCE_RULE_DISPERSION:
    default:
      return TRUE;
    }
}

static void
find_from_judge (Run                *run,
                 const BalanceRule  *rule,
                 guint               row,
                 BalanceWalkRow     *found)
{
  BalanceNumberPool *pool = &run->judge->frame->pool;
  BalanceFigures figures;

  balance_figures_get (run->judge, rule->index, row, &figures);
  found->value = balance_figures_get_value (&figures, pool);
  found->limit = figures.limit != NULL ? balance_number_get_double (pool, *figures.limit) : (double) NAN;
  found->margin = balance_figures_get_margin (&figures, pool, run->judge->scheme->rules[rule->index].measure.comparison);
}

/* A requirement on a row of the frame, and what it is made of. */
static gboolean
pass_finding (Run                *run,
              const BalanceRule  *rule,
              guint               row,
              GError            **error)
{
  BalanceJudge *judge = run->judge;
  BalanceFrame *frame = judge->frame;
  const BalanceEvaluation *evaluation = run->walk->evaluation;
  const BalanceResult *result = &evaluation->result, *strict = evaluation->strict.scheme != NULL ? &evaluation->strict : result;
  BalanceWalkRow found = { .rule = rule, .level = rule->level, .row = row + frame->offset[rule->level], .value = NAN, .limit = NAN, .margin = NAN };

  /* sections and groups of stages that the standard does not know are nobody that it asks */
  if (!balance_judge_knows_stage (judge, rule->level, row) || !is_first (run, rule->index, row))
    return TRUE;

  found.verdict = (BalanceVerdict) result->verdicts[rule->index][found.row];
  found.strict_verdict = (BalanceVerdict) strict->verdicts[rule->index][found.row];
  if (has_figures (&result->scheme->rules[rule->index]) && !find_from_sums (run, rule, row, &found))
    find_from_judge (run, rule, row, &found);
  if (!pass (run, &found, error))
    return FALSE;

  for (guint k = 0; k < rule->children->len; k++)
    {
      const BalanceRule *child = g_ptr_array_index (rule->children, k);
      const guint32 *rows = NULL;
      guint first = 0, n = 1;

      if (child->level >= rule->level)
        first = balance_frame_get_parent (frame, rule->level, row, child->level);
      else
        n = balance_frame_get_rows (frame, rule->level, row, child->level, &first, &rows);
      for (guint i = 0; i < n; i++)
        if (!pass_finding (run, child, rows != NULL ? rows[i] - frame->offset[child->level] : first + i, error))
          return FALSE;
    }

  return TRUE;
}

/* The outermost requirements of a district, or of the region. */
static gboolean
pass_roots (Run       *run,
            gboolean   of_region,
            GError   **error)
{
  BalanceEvaluation *evaluation = run->walk->evaluation;
  GPtrArray *rules = evaluation->standard->pack->rules;

  forget (run);
  for (guint i = 0; i < rules->len; i++)
    {
      const BalanceRule *rule = g_ptr_array_index (rules, i);

      if ((evaluation->only >= 0 ? (int) i != evaluation->only : rule->parent != NULL) ||
          (rule->level == BALANCE_LEVEL_REGION) != of_region)
        continue;
      for (guint row = 0; row < run->judge->frame->n_rows[rule->level]; row++)
        if (!pass_finding (run, rule, row, error))
          return FALSE;
    }

  return TRUE;
}

static gboolean
run_region (Run       *run,
            GError   **error)
{
  BalanceEvaluation *evaluation = run->walk->evaluation;
  gboolean done;

  if (!pass_whole (run, BALANCE_LEVEL_REGION, 0, evaluation->verdict, error))
    return FALSE;
  if (evaluation->facts->districts.n_rows == 0)
    return TRUE;

  run->judge = balance_judge_new (evaluation->result.bindings, NULL);
  balance_judge_reset (run->judge, 0, evaluation->facts->districts.n_rows);
  done = pass_roots (run, TRUE, error);
  balance_judge_free (run->judge);

  return done;
}

static gboolean
run_district (Run       *run,
              guint      district,
              GError   **error)
{
  BalanceWalk *self = run->walk;
  BalanceEvaluation *evaluation = self->evaluation;
  BalanceFacts *facts = evaluation->facts;
  const guint first = facts->district_sections[district], n = facts->district_sections[district + 1] - first;

  if (!pass_whole (run, BALANCE_LEVEL_DISTRICT, district, (BalanceVerdict) evaluation->result.districts[district], error))
    return FALSE;
  for (guint i = facts->district_groups[district]; i < facts->district_groups[district + 1]; i++)
    if (!pass_whole (run, BALANCE_LEVEL_STAGE, i, balance_evaluation_get_group_verdict_at (evaluation, i), error))
      return FALSE;
  g_byte_array_set_size (self->verdicts, MAX (n, 1));
  balance_evaluation_get_section_verdicts (evaluation, first, n, self->verdicts->data);
  for (guint i = 0; i < n; i++)
    if (!pass_whole (run, BALANCE_LEVEL_SECTION, first + i, (BalanceVerdict) self->verdicts->data[i], error))
      return FALSE;

  if (self->judge == NULL)
    self->judge = balance_judge_new (evaluation->result.bindings, evaluation->result.region);
  run->judge = self->judge;
  balance_judge_reset (run->judge, district, 1);

  return pass_roots (run, FALSE, error);
}

gboolean
balance_walk_run (BalanceWalk      *self,
                  int               district,
                  BalanceWalkFunc   func,
                  gpointer          data,
                  GCancellable     *cancellable,
                  GError          **error)
{
  BALANCE_FLOAT_DEFAULT;
  Run run = { .walk = self, .func = func, .data = data, .cancellable = cancellable };

  return district < 0 ? run_region (&run, error) : run_district (&run, (guint) district, error);
}

void
balance_evaluation_append_path (BalanceEvaluation *self,
                                BalanceLevel       level,
                                guint              row,
                                const char        *id,
                                GString           *path)
{
  BalanceFacts *facts = self->facts;
  int stage = -1;
  guint school;

  switch (level)
    {
    case BALANCE_LEVEL_SECTION:
    case BALANCE_LEVEL_SCHOOL:
      school = level == BALANCE_LEVEL_SECTION ? facts->section_school[row] : row;
      if (!balance_evaluation_school_is_unique (self, school))
        {
          g_string_append (path, "districts/");
          g_string_append (path, facts->district_codes[facts->school_district[school]]);
          g_string_append_c (path, '/');
        }
      g_string_append (path, "schools/");
      g_string_append (path, facts->school_codes[school]);
      if (level == BALANCE_LEVEL_SECTION)
        stage = facts->section_stage[row];
      break;

    case BALANCE_LEVEL_STAGE:
    case BALANCE_LEVEL_DISTRICT:
      g_string_append (path, "districts/");
      g_string_append (path, facts->district_codes[level == BALANCE_LEVEL_STAGE ? facts->group_district[row] : row]);
      if (level == BALANCE_LEVEL_STAGE)
        stage = facts->group_stage[row];
      break;

    case BALANCE_LEVEL_REGION:
    default:
      g_string_append (path, "region");
      break;
    }
  if (stage >= 0)
    {
      g_string_append_c (path, '/');
      g_string_append (path, balance_dictionary_get_stage (facts->dictionary, (guint) stage)->id);
    }
  g_string_append_c (path, '/');
  g_string_append (path, id);
}
