/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <string.h>

#include "evaluation/balance-applied-concession-private.h"
#include "evaluation/balance-figures-private.h"
#include "evaluation/balance-finding-private.h"
#include "evaluation/balance-walk-private.h"
#include "formula/balance-node-private.h"

/**
 * BalanceFinding:
 *
 * One requirement judged on one subject, explained (评估发现): value, limit, margin, legal reference,
 * and the facts it rests on with their cells.
 *
 * A finding is made on demand, from the same program that made the verdict. It is immutable and may be
 * used from any thread.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (BalanceFinding, balance_finding, G_TYPE_OBJECT)

static void
balance_finding_finalize (GObject *object)
{
  BalanceFinding *self = BALANCE_FINDING (object);

  g_clear_object (&self->operands);
  g_clear_object (&self->children);
  g_clear_object (&self->concession);
  g_clear_object (&self->deciding);
  g_clear_pointer (&self->replay, balance_replay_unref);
  g_free (self->path);
  g_free (self->value_text);
  g_free (self->limit_text);
  balance_text_clear (&self->reason);

  G_OBJECT_CLASS (balance_finding_parent_class)->finalize (object);
}

static void
balance_finding_class_init (BalanceFindingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_finding_finalize;
}

static void
balance_finding_init (BalanceFinding *self)
{
}

/* -- what it is about -------------------------------------------------------------------------------- */

static const BalanceSchemeRule *
scheme_rule (BalanceFinding *self)
{
  return self->rule >= 0 ? &self->replay->evaluation->result.scheme->rules[self->rule] : NULL;
}

static const BalanceIndicatorRule *
shown_indicator (BalanceFinding *self)
{
  BalancePack *pack = self->replay->evaluation->standard->pack;

  return self->rule < 0 ? g_ptr_array_index (pack->indicators, (guint) self->indicator) : NULL;
}

static BalanceLevel
level_of (BalanceFinding *self)
{
  return self->rule >= 0 ? scheme_rule (self)->rule->level : shown_indicator (self)->level;
}

static const char *
id_of (BalanceFinding *self)
{
  return self->rule >= 0 ? scheme_rule (self)->rule->id : shown_indicator (self)->id;
}

static const char *
unit_of (BalanceFinding *self)
{
  const BalanceSchemeRule *rule = scheme_rule (self);

  return rule != NULL ? rule->rule->unit : shown_indicator (self)->unit;
}

static int
decimals_of (BalanceFinding *self)
{
  const BalanceSchemeRule *rule = scheme_rule (self);

  return rule != NULL ? rule->rule->decimals : shown_indicator (self)->decimals;
}

static gboolean
is_percent (BalanceFinding *self)
{
  return g_strcmp0 (unit_of (self), "%") == 0;
}

/* Rows that a finding belongs to; -1 where its level is coarser. */
static int
school_row (BalanceFinding *self)
{
  BalanceFacts *facts = self->replay->evaluation->facts;

  switch (level_of (self))
    {
    case BALANCE_LEVEL_SECTION:
      return (int) facts->section_school[self->row];
    case BALANCE_LEVEL_SCHOOL:
      return (int) self->row;
    case BALANCE_LEVEL_STAGE:
    case BALANCE_LEVEL_DISTRICT:
    case BALANCE_LEVEL_REGION:
    default:
      return -1;
    }
}

static int
district_row (BalanceFinding *self)
{
  BalanceFacts *facts = self->replay->evaluation->facts;

  switch (level_of (self))
    {
    case BALANCE_LEVEL_SECTION:
    case BALANCE_LEVEL_SCHOOL:
      return (int) facts->school_district[school_row (self)];
    case BALANCE_LEVEL_STAGE:
      return (int) facts->group_district[self->row];
    case BALANCE_LEVEL_DISTRICT:
      return (int) self->row;
    case BALANCE_LEVEL_REGION:
    default:
      return -1;
    }
}

static const char *
stage_id (BalanceFinding *self)
{
  BalanceFacts *facts = self->replay->evaluation->facts;
  BalanceLevel level = level_of (self);

  if (level != BALANCE_LEVEL_SECTION && level != BALANCE_LEVEL_STAGE)
    return NULL;
  return balance_dictionary_get_stage (facts->dictionary, level == BALANCE_LEVEL_SECTION ? facts->section_stage[self->row]
                                                                                         : facts->group_stage[self->row])->id;
}

char *
balance_facts_dup_subject (BalanceFacts *facts, BalanceLevel level, guint row, BalanceLanguage language)
{
  gboolean zh = language == BALANCE_LANGUAGE_ZH;
  const char *name, *stage;
  guint school;

  switch (level)
    {
    case BALANCE_LEVEL_SECTION:
      school = facts->section_school[row];
      name = facts->school_names[school][0] != '\0' ? facts->school_names[school] : facts->school_codes[school];
      stage = balance_text_get (&balance_dictionary_get_stage (facts->dictionary, facts->section_stage[row])->title, language);
      return g_strdup_printf (zh ? "%s（%s）" : "%s (%s)", name, stage);
    case BALANCE_LEVEL_SCHOOL:
      return g_strdup (facts->school_names[row][0] != '\0' ? facts->school_names[row] : facts->school_codes[row]);
    case BALANCE_LEVEL_STAGE:
      name = facts->district_names[facts->group_district[row]][0] != '\0' ? facts->district_names[facts->group_district[row]]
                                                                          : facts->district_codes[facts->group_district[row]];
      stage = balance_text_get (&balance_dictionary_get_stage (facts->dictionary, facts->group_stage[row])->title, language);
      return g_strdup_printf (zh ? "%s（%s）" : "%s (%s)", name, stage);
    case BALANCE_LEVEL_DISTRICT:
      return g_strdup (facts->district_names[row][0] != '\0' ? facts->district_names[row] : facts->district_codes[row]);
    case BALANCE_LEVEL_REGION:
    default:
      return g_strdup (zh ? "全部区县" : "all districts");
    }
}

static char *
make_path (BalanceFinding *self)
{
  GString *path = g_string_new (NULL);

  balance_evaluation_append_path (self->replay->evaluation, level_of (self), self->row, id_of (self), path);

  return g_string_free (path, FALSE);
}

/* -- numbers ----------------------------------------------------------------------------------------- */

/* In how many decimals the limit is written; -1 where it is a formula. */
static int
written_decimals (BalanceFinding *self)
{
  const BalanceSchemeRule *rule = scheme_rule (self);
  const BalanceLimit *limit;
  const BalanceDefinition *definition = NULL;
  const BalanceExpression *expression;
  gint32 as_of = self->replay->judge->scheme->program->as_of;

  if (rule == NULL)
    return -1;
  limit = rule->rule->kind == BALANCE_RULE_INDICATOR ? &rule->rule->indicator->limit : &rule->rule->limit;
  for (guint i = 0; i < limit->n; i++)
    if (limit->from[i] == BALANCE_NO_DATE || limit->from[i] <= as_of)
      definition = limit->definitions[i];
  if (definition == NULL)
    return -1;

  expression = definition->all;
  if (expression == NULL && definition->by_stage != NULL && stage_id (self) != NULL)
    {
      BalancePack *pack = self->replay->evaluation->standard->pack;

      for (guint i = 0; i < pack->n_stages; i++)
        if (strcmp (balance_dictionary_get_stage (pack->dictionary, pack->stages[i])->id, stage_id (self)) == 0)
          expression = definition->by_stage[i];
    }
  return expression != NULL && expression->kind == BALANCE_EXPRESSION_NUMBER ? (int) expression->number.scale : -1;
}

/* Is a value too far from a limit for rounding to bring it there? That moves it by half a unit of the last decimal; a whole one
 * leaves room for what doubles do not tell. */
static gboolean
is_far (double value, double limit, int decimals)
{
  static const double units[] = { 1.0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9 };

  return decimals < (int) G_N_ELEMENTS (units) && fabs (value - limit) > units[decimals] &&
         (fabs (value) + fabs (limit)) * 0x1p-50 < units[decimals] / 2.0;
}

/* Would the rounded value be judged otherwise? */
static gboolean
flips_at (BalanceNumberPool *pool, BalanceComparison comparison, BalanceNumber value, double near, BalanceNumber limit, double near_limit,
          int decimals)
{
  BalanceNumber rounded;
  BalanceTruth exact, printed;

  if (decimals < 0 || is_far (near, near_limit, decimals))
    return FALSE;
  rounded = balance_number_round (pool, value, BALANCE_ROUNDING_NEAREST, (guint) decimals);
  exact = balance_compare (pool, comparison, value, limit);
  printed = balance_compare (pool, comparison, rounded, limit);

  return exact != printed && exact != BALANCE_UNKNOWN && printed != BALANCE_UNKNOWN;
}

static char *
format_number (BalanceFinding *self, const BalanceNumberPool *pool, BalanceNumber number, int decimals)
{
  char *text = NULL;
  mpq_t q;

  mpq_init (q);
  /* an enclosed irrational number is printed by its lower end: both round alike */
  if (balance_number_is_known (pool, number) && balance_number_get_low_mpq (pool, number, q))
    {
      if (is_percent (self))
        {
          mpz_mul_ui (mpq_numref (q), mpq_numref (q), 100);
          mpq_canonicalize (q);
        }
      text = balance_mpq_to_string (q, (guint) decimals);
    }
  mpq_clear (q);

  return text;
}

/* Trailing zeros say nothing where the form asks for no fixed number of decimals. */
static void
trim_zeros (char *text)
{
  gsize length;

  if (text == NULL || strchr (text, '.') == NULL)
    return;
  for (length = strlen (text); text[length - 1] == '0'; length--)
    text[length - 1] = '\0';
  if (text[length - 1] == '.')
    text[length - 1] = '\0';
}

static void
set_numbers (BalanceFinding *self, const BalanceFigures *figures, BalanceComparison comparison)
{
  BalanceFrame *frame = self->replay->judge->frame;
  BalanceNumberPool *pool = &frame->pool;
  const BalanceNumber value = figures->value, *limit = figures->limit;
  int decimals = decimals_of (self), written = written_decimals (self);
  BalanceNumber floor;

  self->value = balance_figures_get_value (figures, pool);
  if (figures->spread && !isnan (figures->exact))
    {
      self->low = self->high = figures->exact;
    }
  else if (!balance_number_is_undefined (pool, value))
    {
      self->low = balance_number_get_low (pool, value);
      self->high = balance_number_get_high (pool, value);
    }
  else if (figures->spread)
    {
      self->low = figures->low;
      self->high = figures->high;
    }
  self->value_text = format_number (self, pool, value, decimals >= 0 ? decimals : BALANCE_DECIMALS_OF_NONE);
  if (decimals < 0)
    trim_zeros (self->value_text);
  if (limit == NULL)
    return;

  self->limit = balance_number_get_double (pool, *limit);
  self->limit_text = format_number (self, pool, *limit, written >= 0 ? MAX (0, written - (is_percent (self) ? 2 : 0)) : 6);
  if (written < 0)
    trim_zeros (self->limit_text);
  self->margin = balance_figures_get_margin (figures, pool, comparison);
  if (!balance_number_is_known (pool, value) || !balance_number_is_known (pool, *limit))
    return;

  if (decimals >= 0 && is_percent (self))
    decimals += 2;
  self->flips = flips_at (pool, comparison, value, self->value, *limit, self->limit, decimals) ||
                flips_at (pool, comparison, value, self->value, *limit, self->limit, written);
  if (self->rule >= 0 && balance_judge_get_floor_number (self->replay->judge, (guint) self->rule, self->row - frame->offset[level_of (self)], &floor))
    {
      BalanceComparison at = comparison == BALANCE_COMPARISON_AT_MOST || comparison == BALANCE_COMPARISON_BELOW
                               ? BALANCE_COMPARISON_AT_MOST : BALANCE_COMPARISON_AT_LEAST;

      self->floor = balance_number_get_double (pool, floor);
      if (self->verdict == BALANCE_VERDICT_UNMET)
        self->flips = self->flips || flips_at (pool, at, value, self->value, floor, self->floor, decimals) ||
                      flips_at (pool, at, value, self->value, floor, self->floor, written);
    }
}

static char *
with_unit (BalanceFinding *self, const char *digits, BalanceLanguage language)
{
  const char *unit = unit_of (self);
  g_autofree char *title = NULL;

  if (digits == NULL)
    return NULL;
  if (unit == NULL)
    return g_strdup (digits);
  if (is_percent (self))
    return g_strconcat (digits, language == BALANCE_LANGUAGE_ZH ? "%" : " %", NULL);
  title = balance_dictionary_dup_unit_title (self->replay->evaluation->standard->pack->dictionary, unit, language == BALANCE_LANGUAGE_ZH ? "zh" : "en");

  return g_strconcat (digits, " ", title != NULL ? title : unit, NULL);
}

/* Takes the digits. */
static void
set_text (BalanceFinding *self, BalanceText *text, char *digits)
{
  g_autofree char *en = with_unit (self, digits, BALANCE_LANGUAGE_EN);
  g_autofree char *zh = with_unit (self, digits, BALANCE_LANGUAGE_ZH);

  balance_text_set (text, en, zh);
  g_free (digits);
}

/* -- reasons ----------------------------------------------------------------------------------------- */

static void
add_reason (BalanceFinding *self, const char *en, const char *zh)
{
  g_autofree char *e = NULL, *z = NULL;

  if (self->reason.en != NULL)
    {
      e = g_strconcat (self->reason.en, "; ", en, NULL);
      z = g_strconcat (self->reason.zh, "；", zh, NULL);
      balance_text_set (&self->reason, e, z);
    }
  else
    balance_text_set (&self->reason, en, zh);
}

static void
explain_not_applicable (BalanceFinding *self, guint row)
{
  BalanceJudge *judge = self->replay->judge;
  const BalanceSchemeRule *rule = scheme_rule (self);
  const BalanceJudged *judged = balance_judge_get (judge, (guint) self->rule);
  BalanceFrame *frame = judge->frame;
  BalanceNode *weight = rule->rule->kind == BALANCE_RULE_INDICATOR ? judge->scheme->indicators[rule->indicators[0]].weight : judge->scheme->weight;

  if (!rule->in_force)
    add_reason (self, "not in force on this date", "该日期不适用");
  else if (balance_frame_get_flags (frame, rule->subjects)[row] == BALANCE_FALSE)
    add_reason (self, "outside the scope of the requirement", "不在评估范围内");
  else if (!balance_judge_stage_applies (judge, (guint) self->rule, row))
    add_reason (self, "not asked of this stage", "该学段不适用");
  else if (rule->when != NULL && balance_frame_get_flags (frame, rule->when)[row] == BALANCE_FALSE)
    add_reason (self, "the condition of the requirement does not hold", "不满足该项要求的适用条件");
  else if (rule->rule->level == BALANCE_LEVEL_SECTION && weight != NULL &&
           balance_number_is_zero (&frame->pool, balance_frame_get_numbers (frame, weight)[row]) == BALANCE_TRUE)
    add_reason (self, "no pupils", "没有学生");
  else if (rule->rule->kind == BALANCE_RULE_DISPERSION && judged->limits == NULL)
    add_reason (self, "reported only: the standard sets no limit", "仅列示：标准未设限值");
}

/* Value and limit of the same requirement by the full standard. */
static void
set_without (BalanceFinding *self, BalanceAppliedConcession *applied, guint row)
{
  BalanceJudge *judge = self->replay->strict;
  const BalanceSchemeRule *rule = &judge->scheme->rules[self->rule];
  const BalanceJudged *judged = balance_judge_get (judge, (guint) self->rule);
  BalanceNumberPool *pool = &judge->frame->pool;
  int decimals = decimals_of (self);
  char *text = NULL;

  if (judged->limits != NULL && judged->applies[row] != BALANCE_FALSE)
    {
      applied->limit_without = balance_number_get_double (pool, judged->limits[row]);
      text = format_number (self, pool, judged->limits[row], 6);
      trim_zeros (text);
      set_text (self, &applied->limit_text, text);
    }
  if (rule->rule->kind == BALANCE_RULE_DISPERSION)
    {
      BalanceFigures figures;

      balance_figures_get (judge, (guint) self->rule, row, &figures);
      applied->value_without = balance_figures_get_value (&figures, pool);
      text = figures.has_value ? format_number (self, pool, figures.value, decimals >= 0 ? decimals : BALANCE_DECIMALS_OF_NONE) : NULL;
    }
  else if (judged->values != NULL && judged->applies[row] != BALANCE_FALSE)
    {
      applied->value_without = balance_number_get_double (pool, judged->values[row]);
      text = format_number (self, pool, judged->values[row], decimals >= 0 ? decimals : BALANCE_DECIMALS_OF_NONE);
    }
  else
    return;
  if (decimals < 0)
    trim_zeros (text);
  set_text (self, &applied->value_text, text);
}

/* Does a concession's condition hold for the row: for a dispersion, for one of the sections under it? */
static BalanceTruth
concession_holds (BalanceFinding *self, const BalanceSchemeConcession *applied, guint row)
{
  BalanceJudge *judge = self->replay->judge;
  const BalanceSchemeRule *rule = scheme_rule (self);
  BalanceFrame *frame = judge->frame;
  const guint8 *flags, *mask = NULL;
  BalanceLevel level;
  BalanceTruth truth = BALANCE_FALSE;
  guint first, n;
  const guint32 *rows;

  if (applied->when == NULL)
    return BALANCE_TRUE;
  level = balance_node_get_level (applied->when);
  flags = balance_frame_get_flags (frame, applied->when);
  if (level >= rule->rule->level)
    return (BalanceTruth) flags[balance_frame_get_parent (frame, rule->rule->level, row, level)];

  if (level == BALANCE_LEVEL_SECTION && rule->mask != NULL)
    mask = balance_frame_get_flags (frame, rule->mask);
  n = balance_frame_get_rows (frame, rule->rule->level, row, level, &first, &rows);
  for (guint i = 0; i < n && truth != BALANCE_TRUE; i++)
    {
      guint at = rows != NULL ? rows[i] - frame->offset[level] : first + i;

      if ((mask == NULL || mask[at] != BALANCE_FALSE) && flags[at] != BALANCE_FALSE)
        truth = (BalanceTruth) flags[at];
    }

  return truth;
}

static void
explain_concessions (BalanceFinding *self, guint row)
{
  BalanceJudge *judge = self->replay->judge;
  const BalanceSchemeRule *rule = scheme_rule (self);

  for (guint i = 0; i < judge->scheme->concessions->len; i++)
    {
      const BalanceSchemeConcession *applied = &g_array_index (judge->scheme->concessions, BalanceSchemeConcession, i);
      gboolean mine = strcmp (applied->item->on, rule->rule->id) == 0;
      BalanceTruth truth;
      BalanceAppliedConcession *concession;
      const char *en, *zh;
      g_autofree char *e = NULL, *z = NULL;

      for (guint k = 0; k < rule->n_indicators; k++)
        mine = mine || strcmp (applied->item->on, judge->scheme->indicators[rule->indicators[k]].rule->id) == 0;
      if (!mine)
        continue;
      truth = concession_holds (self, applied, row);
      if (truth == BALANCE_FALSE)
        continue;

      /* the first that holds is the one that replaced the formula; one that may hold gives way to a later one that does */
      if (self->concession != NULL && truth != BALANCE_TRUE)
        continue;
      g_clear_object (&self->concession);
      concession = self->concession = balance_applied_concession_new (self->replay->evaluation->standard, applied, truth == BALANCE_TRUE,
                                                                      judge->scheme->program->as_of);
      concession->verdict = self->verdict;
      concession->verdict_without = self->strict_verdict;
      set_without (self, concession, row);

      en = truth == BALANCE_TRUE ? "concession applied" : "concession that may apply, a fact of its condition is missing";
      zh = truth == BALANCE_TRUE ? "适用放宽规定" : "可能适用放宽规定（缺少判断条件所需的数据）";
      e = g_strdup_printf ("%s: %s", en, balance_text_get (&applied->item->title, BALANCE_LANGUAGE_EN));
      z = g_strdup_printf ("%s：%s", zh, balance_text_get (&applied->item->title, BALANCE_LANGUAGE_ZH));
      add_reason (self, e, z);
      if (truth == BALANCE_TRUE)
        break;
    }

  if (self->concession == NULL)
    return;
  if (balance_applied_concession_get_worse (self->concession))
    add_reason (self, "worse with the concession", "适用放宽规定后结论反而更差");
  if (self->concession->duty_until != NULL && self->concession->certain)
    {
      guint years = self->concession->concession->duty_years;
      g_autofree char *e = g_strdup_printf ("the full standard is owed within %u years, by %s", years, self->concession->duty_until);
      g_autofree char *z = g_strdup_printf ("须在%u年内（%s前）达到规定标准", years, self->concession->duty_until);

      add_reason (self, e, z);
    }
}

static void
explain_grades (BalanceFinding *self, const BalanceJudged *judged, guint row)
{
  const BalanceRule *rule = scheme_rule (self)->rule;
  const BalanceGrade *best, *worst;
  g_autofree char *en = NULL, *zh = NULL;

  if (judged->best == NULL || judged->applies[row] == BALANCE_FALSE)
    return;
  best = g_ptr_array_index (rule->grades, judged->best[row]);
  worst = g_ptr_array_index (rule->grades, judged->worst[row]);
  if (best == worst)
    {
      en = g_strdup_printf ("grade: %s", balance_text_get (&best->title, BALANCE_LANGUAGE_EN));
      zh = g_strdup_printf ("等级：%s", balance_text_get (&best->title, BALANCE_LANGUAGE_ZH));
    }
  else
    {
      en = g_strdup_printf ("grade: between %s and %s", balance_text_get (&worst->title, BALANCE_LANGUAGE_EN),
                            balance_text_get (&best->title, BALANCE_LANGUAGE_EN));
      zh = g_strdup_printf ("等级：介于%s与%s之间", balance_text_get (&worst->title, BALANCE_LANGUAGE_ZH),
                            balance_text_get (&best->title, BALANCE_LANGUAGE_ZH));
    }
  add_reason (self, en, zh);
}

/* -- known in spite of missing facts ----------------------------------------------------------------- */

typedef struct
{
  BalanceFinding *finding;
  guint           row;
  gboolean        missing;
} Facts;

static void
look_for_missing (BalanceField *field, BalanceLevel level, gboolean aggregated, gpointer data)
{
  Facts *facts = data;
  BalanceFrame *frame = facts->finding->replay->judge->frame;
  BalanceLevel own = level_of (facts->finding);
  const BalanceColumn *column;

  if (aggregated || level < own || level == BALANCE_LEVEL_STAGE || facts->missing)
    return;
  column = balance_facts_find_column (frame->facts, level, field->id);
  facts->missing = column == NULL || !balance_column_is_valid (column, balance_frame_get_parent (frame, own, facts->row, level) + frame->offset[level]);
}

static gboolean
has_undetermined_part (BalanceFinding *self, guint row)
{
  const BalanceRule *rule = scheme_rule (self)->rule;

  for (guint i = 0; i < rule->children->len; i++)
    {
      const BalanceRule *child = g_ptr_array_index (rule->children, i);
      BalanceFrame *frame = self->replay->judge->frame;
      const BalanceJudged *judged;
      guint first, n = 1;
      const guint32 *rows = NULL;

      if (!child->binding)
        continue;
      judged = balance_judge_get (self->replay->judge, child->index);
      if (child->level >= rule->level)
        first = balance_frame_get_parent (frame, rule->level, row, child->level);
      else
        n = balance_frame_get_rows (frame, rule->level, row, child->level, &first, &rows);
      for (guint k = 0; k < n; k++)
        if (judged->verdicts[rows != NULL ? rows[k] - frame->offset[child->level] : first + k] == BALANCE_VERDICT_UNDETERMINED)
          return TRUE;
    }

  return FALSE;
}

/* Met or unmet although something is missing: said, so that nobody looks for it in vain. */
static void
explain_despite_missing (BalanceFinding *self, const BalanceJudged *judged, guint row)
{
  BalanceJudge *judge = self->replay->judge;
  const BalanceSchemeRule *rule = scheme_rule (self);
  const char *en = self->verdict == BALANCE_VERDICT_MET ? "met" : "unmet", *zh = self->verdict == BALANCE_VERDICT_MET ? "达标" : "未达标";
  g_autofree char *e = NULL, *z = NULL;

  if (self->verdict != BALANCE_VERDICT_MET && self->verdict != BALANCE_VERDICT_UNMET)
    return;

  if (rule->rule->kind == BALANCE_RULE_COMBINATION && judged->values == NULL)
    {
      if (!has_undetermined_part (self, row))
        return;
      e = g_strdup_printf ("%s whatever the undetermined parts turn out to be", en);
      z = g_strdup_printf ("无论无法判定的部分结果如何，结论均为%s", zh);
    }
  else
    {
      Facts facts = { self, row, FALSE };
      BalanceDispersionSums sums;

      if (rule->rule->kind == BALANCE_RULE_DISPERSION && balance_judge_get_sums (judge, (guint) self->rule, row, &sums))
        return;
      if (rule->rule->kind == BALANCE_RULE_DISPERSION)
        for (guint i = 0; i < rule->n_indicators; i++)
          facts.missing = facts.missing || balance_judge_get_dispersion (judge, rule->indicators[i], rule->mask, rule->rule->level, row)->state ==
                                             BALANCE_DISPERSION_MISSING;
      else if (judged->values != NULL)
        facts.missing = !balance_number_is_known (&judge->frame->pool, judged->values[row]) &&
                        !balance_number_is_undefined (&judge->frame->pool, judged->values[row]);
      else if (rule->measure.value != NULL)
        balance_node_foreach_field (rule->measure.value, look_for_missing, &facts);
      if (!facts.missing)
        return;
      e = g_strdup_printf ("%s whatever the missing facts are", en);
      z = g_strdup_printf ("无论缺失数据为何值，结论均为%s", zh);
    }
  self->despite_missing = TRUE;
  add_reason (self, e, z);
}

/* -- making one -------------------------------------------------------------------------------------- */

static void
judge_finding (BalanceFinding *self, guint row)
{
  BalanceJudge *judge = self->replay->judge;
  const BalanceSchemeRule *rule = scheme_rule (self);
  const BalanceJudged *judged = balance_judge_get (judge, (guint) self->rule);
  BalanceNumberPool *pool = &judge->frame->pool;
  BalanceFigures figures;

  self->verdict = (BalanceVerdict) judged->verdicts[row];
  self->strict_verdict = self->replay->strict != NULL ? (BalanceVerdict) balance_judge_get (self->replay->strict, (guint) self->rule)->verdicts[row]
                                                      : self->verdict;
  balance_figures_get (judge, (guint) self->rule, row, &figures);
  if (figures.has_value)
    {
      set_numbers (self, &figures, rule->measure.comparison);
      if (figures.all_zero)
        balance_text_set (&self->reason, "all values are zero: there is no coefficient, but no difference either",
                          "所有值均为0：没有差异系数，也没有差异");
      else if (!figures.spread && judged->values != NULL && balance_number_is_undefined (pool, judged->values[row]))
        add_reason (self, "division by zero", "除数为零");
    }
  if (self->verdict == BALANCE_VERDICT_UNMET && rule->rule->parent != NULL && rule->rule->parent->has_floor)
    self->at_floor = balance_judge_get_floor (judge, (guint) self->rule, row) == BALANCE_TRUE;

  explain_grades (self, judged, row);
  if (self->verdict == BALANCE_VERDICT_NOT_APPLICABLE)
    explain_not_applicable (self, row);
  else if (judged->applies[row] == BALANCE_UNKNOWN)
    add_reason (self, "it is not known whether the requirement applies: a fact that decides it is missing", "缺少判断是否适用所需的数据");
  explain_despite_missing (self, judged, row);
  if (judge->scheme->concessions->len > 0 && self->verdict != BALANCE_VERDICT_NOT_APPLICABLE)
    explain_concessions (self, row);
}

BalanceFinding *
balance_finding_new (BalanceReplay *replay, int rule, int indicator, guint row)
{
  BalanceFinding *self = g_object_new (BALANCE_TYPE_FINDING, NULL);
  BalanceFrame *frame = replay->judge->frame;

  self->replay = balance_replay_ref (replay);
  self->rule = rule;
  self->indicator = indicator;
  self->row = row;
  self->value = self->low = self->high = self->limit = self->floor = self->margin = NAN;
  self->path = make_path (self);

  g_mutex_lock (&replay->lock);
  if (rule >= 0)
    {
      judge_finding (self, row - frame->offset[level_of (self)]);
    }
  else
    {
      BalanceNode *value = replay->judge->scheme->indicators[indicator].measure.value;
      const BalanceFigures figures = {
        .has_value = TRUE, .value = balance_frame_get_numbers (frame, value)[row - frame->offset[level_of (self)]], .exact = NAN, .excess = NAN,
      };

      set_numbers (self, &figures, BALANCE_COMPARISON_NONE);
    }
  g_mutex_unlock (&replay->lock);

  return self;
}

/* -- operands ---------------------------------------------------------------------------------------- */

typedef struct
{
  BalanceFinding *finding;
  GHashTable     *seen;       /* "level row field" */
  BalanceList    *list;
  BalanceNode    *mask;       /* sections that aggregates see */
} Operands;

static void
add_operand (Operands *operands, BalanceField *field, BalanceLevel level, guint row)
{
  g_autofree char *key = g_strdup_printf ("%d %u %s", (int) level, row, field->id);
  g_autoptr(BalanceOperand) operand = NULL;

  if (!g_hash_table_add (operands->seen, g_steal_pointer (&key)))
    return;
  operand = balance_operand_new (operands->finding->replay->evaluation, field, level, row);
  balance_list_append (operands->list, operand);
}

/* A section's part of its school's amount: its own figure, or the school's with the pupils it is shared by. */
static void
add_split (Operands *operands, BalanceField *field, guint section)
{
  BalanceReplay *replay = operands->finding->replay;
  BalanceFacts *facts = replay->evaluation->facts;
  const BalanceColumn *part = balance_facts_find_column (facts, BALANCE_LEVEL_SECTION, field->id);
  guint school = facts->section_school[section];

  if (part != NULL && balance_column_is_valid (part, section))
    add_operand (operands, field, BALANCE_LEVEL_SECTION, section);
  else
    add_operand (operands, field, BALANCE_LEVEL_SCHOOL, school);
}

static gboolean
is_split (BalanceFinding *self, BalanceField *field)
{
  char **fields = self->replay->judge->scheme->pack->split_fields;

  return fields != NULL && g_strv_contains ((const char *const *) fields, field->id);
}

static void
collect_field (BalanceField *field, BalanceLevel level, gboolean aggregated, gpointer data)
{
  Operands *operands = data;
  BalanceFinding *self = operands->finding;
  BalanceFrame *frame = self->replay->judge->frame;
  BalanceLevel own = level_of (self);
  guint row = self->row - frame->offset[own], first, n;
  const guint32 *rows;
  gboolean split = level == BALANCE_LEVEL_SECTION && field->level == BALANCE_LEVEL_SCHOOL;
  /* a school's facts are seen by the sections of a group one by one */
  BalanceLevel over = own == BALANCE_LEVEL_STAGE && level == BALANCE_LEVEL_SCHOOL ? BALANCE_LEVEL_SECTION : level;
  const guint8 *mask = over == BALANCE_LEVEL_SECTION && operands->mask != NULL ? balance_frame_get_flags (frame, operands->mask) : NULL;

  /* the school's whole is shown where a section's part was made of it */
  if (level == BALANCE_LEVEL_SCHOOL && is_split (self, field) && (own == BALANCE_LEVEL_SECTION || own == BALANCE_LEVEL_STAGE))
    return;
  if (level == BALANCE_LEVEL_STAGE)
    return;

  if (over >= own)
    {
      guint at = balance_frame_get_parent (frame, own, row, level) + frame->offset[level];

      if (split)
        add_split (operands, field, at);
      else
        add_operand (operands, field, level, at);
      return;
    }

  n = balance_frame_get_rows (frame, own, row, over, &first, &rows);
  for (guint i = 0; i < n; i++)
    {
      guint at = rows != NULL ? rows[i] - frame->offset[over] : first + i;

      if (mask != NULL && mask[at] == BALANCE_FALSE)
        continue;
      if (split)
        add_split (operands, field, at + frame->offset[over]);
      else
        add_operand (operands, field, level, balance_frame_get_parent (frame, over, at, level) + frame->offset[level]);
    }
}

/* The pupils of the other sections of the school decide how its amounts are shared. */
static void
add_sharers (Operands *operands)
{
  BalanceFinding *self = operands->finding;
  BalanceEvaluation *evaluation = self->replay->evaluation;
  BalanceFacts *facts = evaluation->facts;
  const BalanceProgram *program = self->replay->judge->scheme->program;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (operands->list)), school;
  gboolean shared = FALSE;

  if (level_of (self) != BALANCE_LEVEL_SECTION || program->split_pupils == NULL || program->split_pupils->kind != BALANCE_NODE_FIELD)
    return;
  school = facts->section_school[self->row];
  for (guint i = 0; i < n && !shared; i++)
    {
      g_autoptr(BalanceOperand) operand = g_list_model_get_item (G_LIST_MODEL (operands->list), i);

      shared = balance_operand_get_level (operand) == BALANCE_LEVEL_SCHOOL && program->split_fields != NULL &&
               g_strv_contains ((const char *const *) program->split_fields, balance_operand_get_field (operand));
    }
  for (guint i = facts->school_sections[school]; shared && i < facts->school_sections[school + 1]; i++)
    add_operand (operands, program->split_pupils->field, BALANCE_LEVEL_SECTION, facts->school_section_rows[i]);
}

static void
collect (Operands *operands, BalanceNode *node)
{
  if (node != NULL)
    balance_node_foreach_field (node, collect_field, operands);
}

static int
compare_missing (gconstpointer a, gconstpointer b)
{
  return balance_operand_get_missing ((BalanceOperand *) b) - balance_operand_get_missing ((BalanceOperand *) a);
}

static void
make_operands (BalanceFinding *self)
{
  const BalanceScheme *scheme = self->replay->judge->scheme;
  const BalanceSchemeRule *rule = scheme_rule (self);
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Operands operands = { self, seen, balance_list_new (BALANCE_TYPE_OPERAND), rule != NULL ? rule->mask : scheme->program->base_mask };

  self->operands = operands.list;
  if (rule == NULL)
    {
      collect (&operands, scheme->indicators[self->indicator].measure.value);
    }
  else
    {
      collect (&operands, rule->measure.value);
      collect (&operands, rule->measure.limit);
      collect (&operands, rule->when);
      for (guint i = 0; rule->rule->kind == BALANCE_RULE_DISPERSION && i < rule->n_indicators; i++)
        {
          collect (&operands, scheme->indicators[rule->indicators[i]].measure.value);
          collect (&operands, scheme->indicators[rule->indicators[i]].weight);
        }
      for (guint i = 0; i < rule->rule->n_by; i++)
        collect (&operands, rule->by[i]);
    }
  add_sharers (&operands);
  /* what would decide it comes first: a group has hundreds of facts */
  if (self->verdict == BALANCE_VERDICT_UNDETERMINED)
    balance_list_sort (self->operands, compare_missing);
}

/* -- children ---------------------------------------------------------------------------------------- */

static void
make_children (BalanceFinding *self)
{
  const BalanceSchemeRule *rule = scheme_rule (self);
  BalanceFrame *frame = self->replay->judge->frame;
  BalanceLevel own = level_of (self);
  BalanceList *list = balance_list_new (BALANCE_TYPE_FINDING);

  for (guint k = 0; rule != NULL && k < rule->rule->children->len; k++)
    {
      const BalanceRule *child = g_ptr_array_index (rule->rule->children, k);
      guint first = 0, n = 1;
      const guint32 *rows = NULL;

      if (child->level >= own)
        first = balance_frame_get_parent (frame, own, self->row - frame->offset[own], child->level);
      else
        n = balance_frame_get_rows (frame, own, self->row - frame->offset[own], child->level, &first, &rows);
      for (guint i = 0; i < n; i++)
        {
          guint at = rows != NULL ? rows[i] : first + i + frame->offset[child->level];
          g_autoptr(BalanceFinding) finding = NULL;

          /* sections and groups of stages that the standard does not know are nobody that it asks */
          if (!balance_judge_knows_stage (self->replay->judge, child->level, at - frame->offset[child->level]))
            continue;
          finding = balance_finding_new (self->replay, (int) child->index, -1, at);
          balance_list_append (list, finding);
        }
    }

  g_mutex_lock (&self->replay->lock);
  if (self->children == NULL)
    self->children = list;
  else
    g_object_unref (list);
  g_mutex_unlock (&self->replay->lock);
}

/* -- public ------------------------------------------------------------------------------------------ */

/**
 * balance_finding_get_path:
 * @self: a finding
 *
 * Gets the path that leads to the finding again, see [method@Balance.Evaluation.find].
 *
 * Returns: (transfer none): the path
 *
 * Since: 1.0
 */
const char *
balance_finding_get_path (BalanceFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), NULL);

  return self->path;
}

/**
 * balance_finding_get_id:
 * @self: a finding
 *
 * Gets the id of the requirement or indicator.
 *
 * Returns: (transfer none): the id
 *
 * Since: 1.0
 */
const char *
balance_finding_get_id (BalanceFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), NULL);

  return id_of (self);
}

/**
 * balance_finding_get_title:
 * @self: a finding
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Gets the title of the requirement or indicator.
 *
 * Returns: (transfer none): the title
 *
 * Since: 1.0
 */
const char *
balance_finding_get_title (BalanceFinding *self,
                           const char     *language)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), NULL);

  return balance_text_get (self->rule >= 0 ? &scheme_rule (self)->rule->title : &shown_indicator (self)->title,
                           balance_language_parse (language));
}

/**
 * balance_finding_get_reference:
 * @self: a finding
 *
 * Gets the document and article.
 *
 * Returns: (transfer none) (nullable): the reference
 *
 * Since: 1.0
 */
const char *
balance_finding_get_reference (BalanceFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), NULL);

  return self->rule >= 0 ? scheme_rule (self)->rule->reference : shown_indicator (self)->reference;
}

/**
 * balance_finding_get_level:
 * @self: a finding
 *
 * Gets what the subject is.
 *
 * Returns: the level
 *
 * Since: 1.0
 */
BalanceLevel
balance_finding_get_level (BalanceFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), BALANCE_LEVEL_SECTION);

  return level_of (self);
}

/**
 * balance_finding_dup_subject:
 * @self: a finding
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Says whom the finding is about, such as "实验学校（小学）".
 *
 * Returns: (transfer full): the subject
 *
 * Since: 1.0
 */
char *
balance_finding_dup_subject (BalanceFinding *self,
                             const char     *language)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), NULL);

  return balance_facts_dup_subject (self->replay->evaluation->facts, level_of (self), self->row, balance_language_parse (language));
}

/**
 * balance_finding_get_district_code:
 * @self: a finding
 *
 * Gets the district that the subject belongs to.
 *
 * Returns: (transfer none) (nullable): the code, %NULL for the region
 *
 * Since: 1.0
 */
const char *
balance_finding_get_district_code (BalanceFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), NULL);

  return district_row (self) >= 0 ? self->replay->evaluation->facts->district_codes[district_row (self)] : NULL;
}

/**
 * balance_finding_get_school_code:
 * @self: a finding
 *
 * Gets the school that the subject is or belongs to.
 *
 * Returns: (transfer none) (nullable): the code, %NULL for coarser subjects
 *
 * Since: 1.0
 */
const char *
balance_finding_get_school_code (BalanceFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), NULL);

  return school_row (self) >= 0 ? self->replay->evaluation->facts->school_codes[school_row (self)] : NULL;
}

/**
 * balance_finding_get_stage:
 * @self: a finding
 *
 * Gets the stage of a section or group.
 *
 * Returns: (transfer none) (nullable): the id of the stage, %NULL for other subjects
 *
 * Since: 1.0
 */
const char *
balance_finding_get_stage (BalanceFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), NULL);

  return stage_id (self);
}

/**
 * balance_finding_get_verdict:
 * @self: a finding
 *
 * Gets the verdict.
 *
 * Returns: the verdict; %BALANCE_VERDICT_NOT_APPLICABLE also for an indicator of which nothing is asked
 *
 * Since: 1.0
 */
BalanceVerdict
balance_finding_get_verdict (BalanceFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), BALANCE_VERDICT_UNDETERMINED);

  return self->verdict;
}

/**
 * balance_finding_get_strict_verdict:
 * @self: a finding
 *
 * Gets the verdict without any concession. It differs from the verdict where a concession decides.
 *
 * Returns: the verdict by the full standard
 *
 * Since: 1.0
 */
BalanceVerdict
balance_finding_get_strict_verdict (BalanceFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), BALANCE_VERDICT_UNDETERMINED);

  return self->strict_verdict;
}

/**
 * balance_finding_get_concession:
 * @self: a finding
 *
 * Gets the concession that replaced value or limit of this requirement, with what the full standard says.
 * A combination has none of its own; where [method@Balance.Finding.get_strict_verdict] differs, one of its
 * children has.
 *
 * Returns: (transfer none) (nullable): the concession, %NULL where none applied
 *
 * Since: 1.0
 */
BalanceAppliedConcession *
balance_finding_get_concession (BalanceFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), NULL);

  return self->concession;
}

/**
 * balance_finding_get_reason:
 * @self: a finding
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Says why the requirement is not applicable or undetermined, which concession applied, which grade was
 * reached.
 *
 * Returns: (transfer none) (nullable): the reason
 *
 * Since: 1.0
 */
const char *
balance_finding_get_reason (BalanceFinding *self,
                            const char     *language)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), NULL);

  return self->reason.en != NULL ? balance_text_get (&self->reason, balance_language_parse (language)) : NULL;
}

/**
 * balance_finding_get_binding:
 * @self: a finding
 *
 * Gets whether the requirement, and all around it, count towards the verdict.
 *
 * Returns: %TRUE if it counts
 *
 * Since: 1.0
 */
gboolean
balance_finding_get_binding (BalanceFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), FALSE);

  return self->rule >= 0 && self->replay->evaluation->counts[self->rule];
}

/**
 * balance_finding_get_at_floor:
 * @self: a finding
 *
 * Gets whether the limit is missed but the floor (such as 85 % of it) is known to be reached.
 *
 * Returns: %TRUE at the floor
 *
 * Since: 1.0
 */
gboolean
balance_finding_get_at_floor (BalanceFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), FALSE);

  return self->at_floor;
}

/**
 * balance_finding_get_value:
 * @self: a finding
 *
 * Gets the value that was judged: the nearest double of an exact number.
 *
 * Returns: the value in the unit of the finding (shares as 0 to 1), NaN where there is none
 *
 * Since: 1.0
 */
double
balance_finding_get_value (BalanceFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), NAN);

  return self->value;
}

/**
 * balance_finding_get_value_low:
 * @self: a finding
 *
 * Gets the least value that the missing facts allow; the value itself where nothing is missing.
 *
 * Returns: the lower bound, -inf where there is none, NaN where there is no value at all
 *
 * Since: 1.0
 */
double
balance_finding_get_value_low (BalanceFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), NAN);

  return self->low;
}

/**
 * balance_finding_get_value_high:
 * @self: a finding
 *
 * Gets the greatest value that the missing facts allow; the value itself where nothing is missing.
 *
 * Returns: the upper bound, inf where there is none, NaN where there is no value at all
 *
 * Since: 1.0
 */
double
balance_finding_get_value_high (BalanceFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), NAN);

  return self->high;
}

/**
 * balance_finding_get_limit:
 * @self: a finding
 *
 * Gets the limit that applied to this subject.
 *
 * Returns: the limit, NaN where there is none
 *
 * Since: 1.0
 */
double
balance_finding_get_limit (BalanceFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), NAN);

  return self->limit;
}

/**
 * balance_finding_get_floor:
 * @self: a finding
 *
 * Gets what the value must reach even where the limit itself may be missed.
 *
 * Returns: the floor, NaN where there is none
 *
 * Since: 1.0
 */
double
balance_finding_get_floor (BalanceFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), NAN);

  return self->floor;
}

/**
 * balance_finding_get_margin:
 * @self: a finding
 *
 * Gets how far the value is on the right side of the limit: value − limit for lower limits, limit − value
 * for upper ones; negative where the limit is missed.
 *
 * Returns: the margin, NaN where value or limit is missing
 *
 * Since: 1.0
 */
double
balance_finding_get_margin (BalanceFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), NAN);

  return self->margin;
}

/**
 * balance_finding_get_comparison:
 * @self: a finding
 *
 * Gets how the value is compared with the limit.
 *
 * Returns: (transfer none) (nullable): "at_least", "at_most", "above", "below", or %NULL without a limit
 *
 * Since: 1.0
 */
const char *
balance_finding_get_comparison (BalanceFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), NULL);

  return self->rule >= 0 ? balance_comparison_name (scheme_rule (self)->measure.comparison) : NULL;
}

/**
 * balance_finding_get_unit:
 * @self: a finding
 *
 * Gets the unit of value and limit.
 *
 * Returns: (transfer none) (nullable): the unit; "%" for shares that are printed as percentages
 *
 * Since: 1.0
 */
const char *
balance_finding_get_unit (BalanceFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), NULL);

  return unit_of (self);
}

/**
 * balance_finding_get_decimals:
 * @self: a finding
 *
 * Gets how many decimals the official form prints.
 *
 * Returns: the number of decimals, -1 where the standard does not say
 *
 * Since: 1.0
 */
int
balance_finding_get_decimals (BalanceFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), -1);

  return decimals_of (self);
}

/**
 * balance_finding_get_rounding_flips:
 * @self: a finding
 *
 * Gets whether the value, rounded as the official form prints it or as the limit is written, would be
 * judged otherwise. The verdict always rests on the exact value.
 *
 * Returns: %TRUE if rounding would change the verdict
 *
 * Since: 1.0
 */
gboolean
balance_finding_get_rounding_flips (BalanceFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), FALSE);

  return self->flips;
}

const char *
balance_finding_get_value_digits (BalanceFinding *self)
{
  return self->value_text;
}

/**
 * balance_finding_dup_value_text:
 * @self: a finding
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Gets the value as the official form prints it, with its unit.
 *
 * Returns: (transfer full) (nullable): the value, %NULL where there is none
 *
 * Since: 1.0
 */
char *
balance_finding_dup_value_text (BalanceFinding *self,
                                const char     *language)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), NULL);

  return with_unit (self, self->value_text, balance_language_parse (language));
}

/**
 * balance_finding_dup_limit_text:
 * @self: a finding
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Gets the limit as the standard writes it, with its unit.
 *
 * Returns: (transfer full) (nullable): the limit, %NULL where there is none
 *
 * Since: 1.0
 */
char *
balance_finding_dup_limit_text (BalanceFinding *self,
                                const char     *language)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), NULL);

  return with_unit (self, self->limit_text, balance_language_parse (language));
}

/**
 * balance_finding_get_formula:
 * @self: a finding
 *
 * Gets the formula of the value, as the pack states it for this stage.
 *
 * Returns: (transfer none) (nullable): the formula, %NULL for combinations
 *
 * Since: 1.0
 */
const char *
balance_finding_get_formula (BalanceFinding *self)
{
  const BalanceDefinition *definition = NULL;
  const BalanceRule *rule;
  BalancePack *pack;
  int stage = -1;

  g_return_val_if_fail (BALANCE_IS_FINDING (self), NULL);

  pack = self->replay->evaluation->standard->pack;
  rule = self->rule >= 0 ? scheme_rule (self)->rule : NULL;
  if (rule == NULL)
    definition = shown_indicator (self)->value;
  else if (rule->kind == BALANCE_RULE_VALUE)
    definition = rule->value;
  else if (rule->kind == BALANCE_RULE_INDICATOR)
    definition = rule->indicator->value;
  else if (rule->kind == BALANCE_RULE_DISPERSION && !rule->combine)
    definition = ((BalanceIndicatorRule *) g_ptr_array_index (rule->measured, 0))->value;
  if (definition == NULL)
    return NULL;

  for (guint i = 0; i < pack->n_stages && stage_id (self) != NULL; i++)
    if (strcmp (balance_dictionary_get_stage (pack->dictionary, pack->stages[i])->id, stage_id (self)) == 0)
      stage = (int) i;

  return balance_definition_get_source (definition, stage);
}

/* -- attested items ---------------------------------------------------------------------------------- */

/* The attested facts among the operands. (transfer full) */
static GPtrArray *
find_attested (BalanceFinding *self)
{
  GPtrArray *attested = g_ptr_array_new_with_free_func (g_object_unref);
  BalanceDictionary *dictionary = self->replay->evaluation->facts->dictionary;
  GListModel *operands;

  if (self->rule < 0 || scheme_rule (self)->rule->kind != BALANCE_RULE_VALUE ||
      scheme_rule (self)->measure.comparison != BALANCE_COMPARISON_NONE)
    return attested;

  operands = balance_finding_get_operands (self);
  for (guint i = 0; i < g_list_model_get_n_items (operands); i++)
    {
      g_autoptr(BalanceOperand) operand = g_list_model_get_item (operands, i);
      BalanceField *field = balance_dictionary_find (dictionary, balance_operand_get_field (operand));

      if (field != NULL && field->type == BALANCE_FIELD_ATTESTED)
        g_ptr_array_add (attested, g_steal_pointer (&operand));
    }

  return attested;
}

/**
 * balance_finding_dup_conclusion:
 * @self: a finding
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Gets the conclusion in words that was stated with an attested item. Where the requirement rests on several,
 * each conclusion follows the title of its fact.
 *
 * Returns: (transfer full) (nullable): the conclusion, %NULL where none was stated
 *
 * Since: 1.0
 */
char *
balance_finding_dup_conclusion (BalanceFinding *self,
                                const char     *language)
{
  g_autoptr(GPtrArray) attested = NULL;
  GString *text;
  gboolean zh = balance_language_parse (language) == BALANCE_LANGUAGE_ZH;

  g_return_val_if_fail (BALANCE_IS_FINDING (self), NULL);

  attested = find_attested (self);
  text = g_string_new (NULL);
  for (guint i = 0; i < attested->len; i++)
    {
      BalanceOperand *operand = g_ptr_array_index (attested, i);
      g_autoptr(BalanceOperand) conclusion = balance_operand_get_conclusion (operand);
      g_autofree char *words = conclusion != NULL ? balance_operand_dup_text (conclusion, language) : NULL;

      if (words == NULL || *words == '\0')
        continue;
      if (text->len > 0)
        g_string_append (text, zh ? "；" : "; ");
      if (attested->len > 1)
        g_string_append_printf (text, zh ? "%s：" : "%s: ", balance_operand_get_title (operand, language));
      g_string_append (text, words);
    }

  return g_string_free (text, text->len == 0);
}

/**
 * balance_finding_dup_evidence:
 * @self: a finding
 *
 * Gets the documents that were named as evidence for the attested items that the finding rests on.
 *
 * Returns: (transfer full) (array zero-terminated=1): the names, empty where none are named
 *
 * Since: 1.0
 */
char **
balance_finding_dup_evidence (BalanceFinding *self)
{
  g_autoptr(GPtrArray) attested = NULL;
  GStrvBuilder *all;
  char **result;

  g_return_val_if_fail (BALANCE_IS_FINDING (self), NULL);

  attested = find_attested (self);
  all = g_strv_builder_new ();
  for (guint i = 0; i < attested->len; i++)
    {
      g_auto(GStrv) documents = balance_operand_dup_documents (g_ptr_array_index (attested, i));

      g_strv_builder_addv (all, (const char **) documents);
    }
  result = g_strv_builder_end (all);
  g_strv_builder_unref (all);

  return result;
}

/**
 * balance_finding_get_lacks_evidence:
 * @self: a finding
 *
 * Gets whether the standard asks for evidence, an attested item is stated with yes and no document is named
 * for it. That changes no verdict.
 *
 * Returns: %TRUE where evidence is owed
 *
 * Since: 1.0
 */
gboolean
balance_finding_get_lacks_evidence (BalanceFinding *self)
{
  g_autoptr(GPtrArray) attested = NULL;

  g_return_val_if_fail (BALANCE_IS_FINDING (self), FALSE);

  if (self->rule < 0 || !scheme_rule (self)->rule->evidence || self->verdict != BALANCE_VERDICT_MET)
    return FALSE;
  attested = find_attested (self);
  for (guint i = 0; i < attested->len; i++)
    {
      BalanceOperand *operand = g_ptr_array_index (attested, i);
      g_auto(GStrv) documents = balance_operand_dup_documents (operand);

      if (!balance_operand_get_missing (operand) && balance_operand_get_number (operand) > 0.5 && documents[0] == NULL)
        return TRUE;
    }

  return FALSE;
}

/**
 * balance_finding_get_operands:
 * @self: a finding
 *
 * Gets the facts that value, limit and condition rest on, each with its cell.
 *
 * Returns: (transfer none): a list of [class@Balance.Operand]
 *
 * Since: 1.0
 */
GListModel *
balance_finding_get_operands (BalanceFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_FINDING (self), NULL);

  g_mutex_lock (&self->replay->lock);
  if (self->operands == NULL)
    make_operands (self);
  g_mutex_unlock (&self->replay->lock);

  return G_LIST_MODEL (self->operands);
}

/**
 * balance_finding_get_children:
 * @self: a finding
 *
 * Gets the findings that it is made of: the items of a combination, for each subject below.
 *
 * Returns: (transfer none): a list of [class@Balance.Finding]
 *
 * Since: 1.0
 */
GListModel *
balance_finding_get_children (BalanceFinding *self)
{
  gboolean made;

  g_return_val_if_fail (BALANCE_IS_FINDING (self), NULL);

  g_mutex_lock (&self->replay->lock);
  made = self->children != NULL;
  g_mutex_unlock (&self->replay->lock);
  if (!made)
    make_children (self);

  return G_LIST_MODEL (self->children);
}
