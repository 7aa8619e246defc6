/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From costs and a standard to decisions and what has to hold. */

#include "planning/balance-plan-model-private.h"

#include <math.h>
#include <string.h>

#include "formula/balance-node-private.h"

static void
form_clear (BalanceForm *form)
{
  g_clear_pointer (&form->terms, g_array_unref);
}

static void
row_clear (gpointer data)
{
  form_clear (&((BalancePlanRow *) data)->form);
}

static void
cone_clear (gpointer data)
{
  BalancePlanCone *cone = data;

  for (guint i = 0; i < cone->n; i++)
    form_clear (&cone->values[i]);
  g_free (cone->values);
  g_free (cone->weights);
}

void
balance_plan_model_free (BalancePlanModel *self)
{
  balance_linear_reader_clear (&self->reader);
  g_clear_pointer (&self->replay, balance_replay_unref);
  g_clear_object (&self->evaluation);
  g_clear_object (&self->costs);
  g_clear_pointer (&self->fields, g_hash_table_unref);
  g_clear_pointer (&self->decisions, g_array_unref);
  g_clear_pointer (&self->changes, g_array_unref);
  g_clear_pointer (&self->rows, g_array_unref);
  g_clear_pointer (&self->choices, g_array_unref);
  g_clear_pointer (&self->cones, g_array_unref);
  g_clear_pointer (&self->beyond, g_array_unref);
  g_clear_pointer (&self->solver, balance_solver_free);
  g_clear_pointer (&self->barriers, g_array_unref);
  g_free (self->complete);
  g_free (self->weights);
  g_free (self->year_first);
  g_free (self);
}

BalanceMeasureCost *
balance_plan_model_get_measure (BalancePlanModel *self, const BalanceDecision *decision)
{
  return g_ptr_array_index (self->costs->measures, decision->measure);
}

static double
decimal_to_double (const BalanceDecimal *decimal)
{
  return (double) decimal->digits / (double) balance_power_of_ten (decimal->scale);
}

/* -- decisions --------------------------------------------------------------------------------------- */

static gboolean
fact_is_known (BalanceFacts *facts, BalanceLevel level, guint row, const char *field)
{
  const BalanceColumn *column = balance_facts_find_column (facts, level, field);

  return column != NULL && balance_column_is_valid (column, row);
}

static gboolean
passes_filters (BalanceFacts *facts, const BalanceMeasureCost *measure, guint school)
{
  for (guint i = 0; i < measure->where->len; i++)
    {
      const BalanceFilter *filter = g_ptr_array_index (measure->where, i);
      const BalanceColumn *column = balance_facts_find_column (facts, BALANCE_LEVEL_SCHOOL, filter->field->id);
      gboolean passes = FALSE;

      for (guint k = 0; column != NULL && balance_column_is_valid (column, school) && k < filter->codes->len; k++)
        passes = passes || balance_column_get (column, school) == g_array_index (filter->codes, int, k);
      if (!passes)
        return FALSE;
    }

  return TRUE;
}

static gboolean
measure_has_stage (BalanceFacts *facts, const BalanceMeasureCost *measure, guint stage)
{
  const BalanceChoice *choice = balance_dictionary_get_stage (facts->dictionary, stage);

  return measure->stages == NULL || (choice != NULL && g_strv_contains ((const char *const *) measure->stages, choice->id));
}

/* Where the fact of a field stands for a decision in some place: a section has its own part of a school's amount only
 * where the data give it one. */
static BalanceLevel
level_of_fact (BalanceFacts *facts, BalanceField *field, BalanceLevel level, guint row)
{
  if (field->level == BALANCE_LEVEL_SCHOOL && level == BALANCE_LEVEL_SECTION && fact_is_known (facts, BALANCE_LEVEL_SECTION, row, field->id))
    return BALANCE_LEVEL_SECTION;
  return field->level;
}

static guint
row_of_fact (BalanceFacts *facts, BalanceLevel of, BalanceLevel level, guint row)
{
  if (of == level)
    return row;
  return of == BALANCE_LEVEL_SCHOOL ? facts->section_school[row] : facts->school_district[level == BALANCE_LEVEL_SECTION ? facts->section_school[row] : row];
}

static gboolean
multiply (BalanceDecimal a, BalanceDecimal b, gboolean negative, BalanceDecimal *product)
{
  balance_decimal_normalize (&a);
  balance_decimal_normalize (&b);
  product->scale = a.scale + b.scale;
  if (product->scale > BALANCE_DECIMAL_MAX_SCALE || __builtin_mul_overflow (a.digits, b.digits, &product->digits))
    return FALSE;
  if (negative)
    product->digits = -product->digits;

  return TRUE;
}

static gboolean
effects_are_known (BalanceFacts *facts, GArray *effects, BalanceLevel level, guint row)
{
  for (guint i = 0; i < effects->len; i++)
    {
      BalanceField *field = g_array_index (effects, BalanceMeasureEffect, i).field;
      BalanceLevel of = level_of_fact (facts, field, level, row);

      if (!fact_is_known (facts, of, row_of_fact (facts, of, level, row), field->id))
        return FALSE;
    }

  return TRUE;
}

static void
add_changes (BalancePlanModel *self, guint decision, GArray *effects, gboolean negative)
{
  BalanceFacts *facts = self->evaluation->facts;
  const BalanceDecision *of = &g_array_index (self->decisions, BalanceDecision, decision);
  const BalanceMeasureCost *measure = balance_plan_model_get_measure (self, of);

  for (guint i = 0; i < effects->len; i++)
    {
      const BalanceMeasureEffect *effect = &g_array_index (effects, BalanceMeasureEffect, i);
      BalanceChange change = { .decision = decision };
      BalanceLevel level = level_of_fact (facts, effect->field, of->level, of->row);

      change.fact = balance_linear_add_fact (&self->reader, level, row_of_fact (facts, level, of->level, of->row), effect->field);
      if (multiply (effect->amount, measure->step, negative, &change.change))
        g_array_append_val (self->changes, change);
    }
}

static double
steps_in (const BalanceMeasureCost *measure, const BalanceDecimal *units)
{
  /* exact: both are decimals */
  gint64 a = units->digits, b = measure->step.digits;
  guint up = MAX (units->scale, measure->step.scale);

  if (__builtin_mul_overflow (a, balance_power_of_ten (up - units->scale), &a) ||
      __builtin_mul_overflow (b, balance_power_of_ten (up - measure->step.scale), &b))
    return floor (decimal_to_double (units) / decimal_to_double (&measure->step));
  return (double) (a / b);
}

static void
add_decision (BalancePlanModel *self, guint measure, BalanceRole role, BalanceLevel level, guint row)
{
  BalanceFacts *facts = self->evaluation->facts;
  const BalanceMeasureCost *of = g_ptr_array_index (self->costs->measures, measure);
  BalanceDecision decision = { .measure = measure, .role = role, .level = level, .row = row, .school = -1, .stage = -1, .upper = INFINITY };

  if (level != BALANCE_LEVEL_DISTRICT)
    decision.school = (int) (level == BALANCE_LEVEL_SECTION ? facts->section_school[row] : row);
  if (level == BALANCE_LEVEL_SECTION)
    decision.stage = facts->section_stage[row];
  if (of->has_most)
    decision.upper = steps_in (of, &of->most);
  for (guint i = 0; i < self->costs->restrictions->len && decision.school >= 0 && role != BALANCE_ROLE_OUT; i++)
    {
      const BalanceRestriction *restriction = g_ptr_array_index (self->costs->restrictions, i);
      gboolean names = restriction->measures->len == 0;

      for (guint k = 0; k < restriction->measures->len; k++)
        names = names || g_array_index (restriction->measures, guint, k) == measure;
      if (names && strcmp (restriction->school, facts->school_codes[decision.school]) == 0)
        decision.upper = MIN (decision.upper, steps_in (of, &restriction->most));
    }
  g_array_append_val (self->decisions, decision);
  add_changes (self, self->decisions->len - 1, of->effects, role == BALANCE_ROLE_OUT);
  /* one move counts once, where it begins */
  if (of->counts != NULL && role != BALANCE_ROLE_IN && effects_are_known (facts, of->counts, level, row))
    add_changes (self, self->decisions->len - 1, of->counts, FALSE);
}

static void
add_place (BalancePlanModel *self, guint measure, BalanceLevel level, guint row)
{
  const BalanceMeasureCost *of = g_ptr_array_index (self->costs->measures, measure);

  if (!effects_are_known (self->evaluation->facts, of->effects, level, row))
    return;
  if (of->kind != BALANCE_PLAN_MOVE)
    {
      add_decision (self, measure, BALANCE_ROLE_ADD, level, row);
      return;
    }
  add_decision (self, measure, BALANCE_ROLE_OUT, level, row);
  add_decision (self, measure, BALANCE_ROLE_IN, level, row);
}

/* Do sections of the school have parts of their own of what the measure changes? */
static gboolean
school_has_parts (BalanceFacts *facts, const BalanceMeasureCost *measure, guint school)
{
  for (guint i = facts->school_sections[school]; i < facts->school_sections[school + 1]; i++)
    for (guint k = 0; k < measure->effects->len; k++)
      if (fact_is_known (facts, BALANCE_LEVEL_SECTION, facts->school_section_rows[i], g_array_index (measure->effects, BalanceMeasureEffect, k).field->id))
        return TRUE;

  return FALSE;
}

static void
add_decisions (BalancePlanModel *self, gboolean moves_only)
{
  BalanceFacts *facts = self->evaluation->facts;

  for (guint m = 0; m < self->costs->measures->len; m++)
    {
      const BalanceMeasureCost *measure = g_ptr_array_index (self->costs->measures, m);
      BalanceLevel level = g_array_index (measure->effects, BalanceMeasureEffect, 0).field->level;

      if (moves_only && measure->kind != BALANCE_PLAN_MOVE)
        continue;
      if (level == BALANCE_LEVEL_DISTRICT)
        {
          add_place (self, m, level, self->district);
          continue;
        }
      for (guint school = facts->district_schools[self->district]; school < facts->district_schools[self->district + 1]; school++)
        {
          gboolean sections = level == BALANCE_LEVEL_SECTION || school_has_parts (facts, measure, school);

          if (!passes_filters (facts, measure, school))
            continue;
          if (!sections)
            add_place (self, m, BALANCE_LEVEL_SCHOOL, school);
          for (guint i = facts->school_sections[school]; sections && i < facts->school_sections[school + 1]; i++)
            if (measure_has_stage (facts, measure, facts->section_stage[facts->school_section_rows[i]]))
              add_place (self, m, BALANCE_LEVEL_SECTION, facts->school_section_rows[i]);
        }
    }
}

/* -- actions decided already ------------------------------------------------------------------------- */

static int
find_decision (BalancePlanModel *self, guint measure, BalanceRole role, const char *school, const char *stage)
{
  BalanceFacts *facts = self->evaluation->facts;
  int found = -1;

  for (guint i = 0; i < self->decisions->len; i++)
    {
      const BalanceDecision *decision = &g_array_index (self->decisions, BalanceDecision, i);

      if (decision->measure != measure || decision->role != role || decision->school < 0 ||
          strcmp (facts->school_codes[decision->school], school) != 0 ||
          (stage != NULL && decision->stage >= 0 && strcmp (balance_dictionary_get_stage (facts->dictionary, (guint) decision->stage)->id, stage) != 0))
        continue;
      if (found >= 0)
        return -1;
      found = (int) i;
    }

  return found;
}

static gboolean
fix_decided (BalancePlanModel *self, guint years, GError **error)
{
  for (guint i = 0; i < self->costs->decided->len; i++)
    {
      const BalanceDecided *decided = g_ptr_array_index (self->costs->decided, i);
      const BalanceMeasureCost *measure = g_ptr_array_index (self->costs->measures, decided->measure);
      BalanceRole role = measure->kind == BALANCE_PLAN_MOVE ? BALANCE_ROLE_IN : BALANCE_ROLE_ADD;
      int places[2] = { find_decision (self, decided->measure, role, decided->school, decided->stage), -1 };
      double steps = steps_in (measure, &decided->quantity);

      if (decided->giver != NULL)
        places[1] = find_decision (self, decided->measure, BALANCE_ROLE_OUT, decided->giver, decided->stage);
      if (places[0] < 0 || (decided->giver != NULL && places[1] < 0) || decided->year > years ||
          fabs (steps * decimal_to_double (&measure->step) - decimal_to_double (&decided->quantity)) > 1e-9)
        {
          g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA,
                       "%s:%u: what is decided cannot be: the school and stage must be known and able to take the measure, the quantity whole steps, the "
                       "year one of the plan\n%s:%u：已定措施无法执行：学校、学段须存在且适用该措施，数量须为整步长，年度须在方案期内",
                       self->costs->file, decided->line, self->costs->file, decided->line);
          return FALSE;
        }
      for (guint k = 0; k < 2; k++)
        if (places[k] >= 0)
          {
            BalanceDecision *decision = &g_array_index (self->decisions, BalanceDecision, (guint) places[k]);

            decision->lower += steps;
            decision->upper = MAX (decision->upper, decision->lower);
          }
    }

  return TRUE;
}

/* -- requirements ------------------------------------------------------------------------------------ */

static void
init_form (BalanceForm *form)
{
  form->constant = 0;
  form->terms = g_array_new (FALSE, FALSE, sizeof (BalanceFormTerm));
}

static void
form_from_linear (BalanceForm *form, const BalanceNumberPool *pool, const BalanceLinear *linear)
{
  init_form (form);
  form->constant = balance_number_get_double (pool, linear->constant);
  for (guint i = 0; i < linear->terms->len; i++)
    {
      const BalanceLinearTerm *term = &g_array_index (linear->terms, BalanceLinearTerm, i);
      BalanceFormTerm own = { term->fact, balance_number_get_double (pool, term->coefficient) };

      if (fabs (own.coefficient) > 0)
        g_array_append_val (form->terms, own);
    }
}

static void
add_beyond (BalancePlanModel *self, const BalanceRule *rule, guint row, BalanceBeyondReason reason)
{
  BalanceBeyond beyond = { rule, row, reason };

  g_array_append_val (self->beyond, beyond);
}

static gboolean
is_named (char **ids, const BalanceRule *rule)
{
  for (; rule != NULL; rule = rule->parent)
    if (g_strv_contains ((const char *const *) ids, rule->id))
      return TRUE;

  return FALSE;
}

/* The row of a rule around another one that holds its row; -1 where it is of a finer level. */
static int
row_around (BalanceFrame *frame, const BalanceRule *rule, guint row, const BalanceRule *around)
{
  if (around->level == rule->level)
    return (int) row;
  if (around->level < rule->level || around->level == BALANCE_LEVEL_REGION || (rule->level == BALANCE_LEVEL_STAGE && around->level == BALANCE_LEVEL_SCHOOL) ||
      (rule->level == BALANCE_LEVEL_SCHOOL && around->level == BALANCE_LEVEL_STAGE))
    return -1;
  return (int) balance_frame_get_parent (frame, rule->level, row, around->level);
}

/* Is it asked, and all around it? */
static gboolean
applies (BalancePlanModel *self, const BalanceRule *rule, guint row)
{
  BalanceJudge *judge = self->replay->judge;

  if (balance_judge_get (judge, rule->index)->verdicts[row] == BALANCE_VERDICT_NOT_APPLICABLE)
    return FALSE;
  for (const BalanceRule *around = rule->parent; around != NULL; around = around->parent)
    {
      int at = row_around (judge->frame, rule, row, around);

      if (at >= 0 && balance_judge_get (judge, around->index)->applies[at] == BALANCE_FALSE)
        return FALSE;
    }

  return TRUE;
}

/* A combination that may do without some of its items, above or beside: not seen to. */
static gboolean
has_other_choices (const BalanceRule *rule)
{
  for (const BalanceRule *around = rule->parent; around != NULL; around = around->parent)
    {
      gboolean own = around == rule->parent && around->level == rule->level;

      if (around->limit.comparison != BALANCE_COMPARISON_NONE || around->grades != NULL || around->kind == BALANCE_RULE_SELECTION)
        return TRUE;
      if (around->kind == BALANCE_RULE_COMBINATION && around->need >= 0 && !own)
        return TRUE;
    }

  return FALSE;
}

static guint
count_binding (const BalanceRule *rule)
{
  guint n = 0;

  for (guint i = 0; i < rule->children->len; i++)
    n += ((const BalanceRule *) g_ptr_array_index (rule->children, i))->binding;

  return n;
}

/* The choice that a row belongs to; -1 where its parent asks for all. */
static int
find_choice (BalancePlanModel *self, const BalanceRule *rule, guint row, int school)
{
  const BalanceRule *parent = rule->parent;
  BalancePlanChoice choice = { parent, row, school, 0 };
  guint n;

  if (parent == NULL || parent->kind != BALANCE_RULE_COMBINATION || parent->need < 0 || parent->level != rule->level)
    return -1;
  n = count_binding (parent);
  choice.allowed = (guint) parent->need >= n ? 0 : n - (guint) parent->need;
  for (guint i = 0; i < self->choices->len; i++)
    {
      const BalancePlanChoice *known = &g_array_index (self->choices, BalancePlanChoice, i);

      if (known->rule == parent && known->row == row)
        return (int) i;
    }
  g_array_append_val (self->choices, choice);

  return (int) self->choices->len - 1;
}

static int
school_of (BalanceFacts *facts, BalanceLevel level, guint row)
{
  return level == BALANCE_LEVEL_SECTION ? (int) facts->section_school[row] : level == BALANCE_LEVEL_SCHOOL ? (int) row : -1;
}

/* The least that facts can make of a form: each can fall to zero. */
static double
lowest (BalancePlanModel *self, const BalanceForm *form)
{
  double low = form->constant;

  for (guint i = 0; i < form->terms->len; i++)
    {
      const BalanceFormTerm *term = &g_array_index (form->terms, BalanceFormTerm, i);
      const BalanceFactKey *fact = &g_array_index (self->reader.facts, BalanceFactKey, term->fact);
      const BalanceColumn *column = balance_facts_find_column (self->evaluation->facts, fact->level, fact->field->id);
      double now = column != NULL ? (double) balance_column_get (column, fact->row) / (double) balance_power_of_ten (balance_column_get_scale (column, fact->row)) : 0;

      low -= fabs (term->coefficient) * now;
    }

  return low;
}

/* value - limit, or limit - value, in units in which the largest term counts once. */
static BalanceLinearResult
find_row (BalancePlanModel *self, const BalanceRule *rule, guint row, BalancePlanRow *out)
{
  BalanceJudge *judge = self->replay->judge;
  const BalanceSchemeRule *own = &judge->scheme->rules[rule->index];
  BalanceNumberPool *pool = &judge->frame->pool;
  BalanceLinear above = { .terms = NULL }, below = { .terms = NULL }, limit = { .terms = NULL }, one = { .terms = NULL };
  gboolean at_most = own->measure.comparison == BALANCE_COMPARISON_AT_MOST || own->measure.comparison == BALANCE_COMPARISON_BELOW;
  BalanceNumber sign = balance_number_small (at_most ? -1 : 1, 1), opposite = balance_number_small (at_most ? 1 : -1, 1), floor;
  BalanceLinearResult result;

  if (own->measure.value == NULL || own->measure.limit == NULL || own->measure.comparison == BALANCE_COMPARISON_NONE)
    return BALANCE_LINEAR_OTHER;
  result = balance_linear_find (&self->reader, own->measure.value, row, &above, &below);
  if (result == BALANCE_LINEAR_FOUND)
    result = balance_linear_find (&self->reader, own->measure.limit, row, &limit, &one);
  if (result == BALANCE_LINEAR_FOUND && (!balance_linear_is_constant (&one) || (!balance_linear_is_constant (&limit) && !balance_linear_is_constant (&below)) ||
                                         balance_number_less (pool, balance_number_small (0, 1), below.constant) != BALANCE_TRUE))
    result = BALANCE_LINEAR_OTHER;
  if (result == BALANCE_LINEAR_FOUND)
    {
      BalanceLinear whole = { balance_number_small (0, 1), g_array_new (FALSE, FALSE, sizeof (BalanceLinearTerm)) };
      BalanceNumber under = below.constant;
      double largest = 0;

      balance_linear_add (pool, &whole, &above, sign);
      if (balance_linear_is_constant (&below))
        balance_linear_add (pool, &whole, &limit, balance_number_multiply (pool, balance_number_divide (pool, under, one.constant), opposite));
      else
        balance_linear_add (pool, &whole, &below, balance_number_multiply (pool, limit.constant, opposite));
      form_from_linear (&out->form, pool, &whole);
      for (guint i = 0; i < out->form.terms->len; i++)
        largest = MAX (largest, fabs (g_array_index (out->form.terms, BalanceFormTerm, i).coefficient));
      out->relief = INFINITY;
      if (balance_judge_get_floor_number (judge, rule->index, row, &floor))
        out->relief = fabs (balance_number_get_double (pool, balance_number_multiply (pool, under, balance_number_subtract (pool, limit.constant, floor))));
      if (!balance_linear_is_constant (&below) && !isinf (out->relief))
        result = BALANCE_LINEAR_OTHER;
      if (largest > 0)
        {
          out->form.constant /= largest;
          out->relief /= largest;
          for (guint i = 0; i < out->form.terms->len; i++)
            g_array_index (out->form.terms, BalanceFormTerm, i).coefficient /= largest;
        }
      g_array_unref (whole.terms);
    }
  balance_linear_clear (&above);
  balance_linear_clear (&below);
  if (limit.terms != NULL)
    {
      balance_linear_clear (&limit);
      balance_linear_clear (&one);
    }

  return result;
}

static gboolean
is_known_number (BalancePlanModel *self, BalanceNumber number)
{
  return balance_number_is_known (&self->replay->judge->frame->pool, number);
}

static void
collect_value (BalancePlanModel *self, const BalanceRule *rule, guint row, gboolean named)
{
  BalanceJudge *judge = self->replay->judge;
  const BalanceSchemeRule *own = &judge->scheme->rules[rule->index];
  const BalanceJudged *judged = balance_judge_get (judge, rule->index);
  BalanceVerdict verdict = (BalanceVerdict) judged->verdicts[row];
  guint absolute = row + judge->frame->offset[rule->level];
  BalancePlanRow out = { .rule = rule, .row = absolute, .school = school_of (judge->frame->facts, rule->level, absolute),
                         .strict = own->measure.comparison == BALANCE_COMPARISON_ABOVE || own->measure.comparison == BALANCE_COMPARISON_BELOW,
                         .met = verdict == BALANCE_VERDICT_MET };
  gboolean touched = (own->measure.value != NULL && balance_linear_is_touched (&self->reader, own->measure.value)) ||
                     (own->measure.limit != NULL && balance_linear_is_touched (&self->reader, own->measure.limit));
  BalanceLinearResult result;

  out.choice = find_choice (self, rule, absolute, out.school);
  if (!touched)
    {
      if (verdict == BALANCE_VERDICT_MET)
        return;
      /* it stays as it is: one of those that may stay, if it is at the floor */
      if (out.choice >= 0 && (verdict == BALANCE_VERDICT_UNDETERMINED ? !rule->parent->has_floor
                                                                      : !rule->parent->has_floor || balance_judge_get_floor (judge, rule->index, row) == BALANCE_TRUE))
        {
          BalancePlanChoice *choice = &g_array_index (self->choices, BalancePlanChoice, (guint) out.choice);

          if (choice->allowed > 0)
            {
              choice->allowed--;
              return;
            }
        }
      add_beyond (self, rule, absolute, verdict == BALANCE_VERDICT_UNDETERMINED ? BALANCE_BEYOND_MISSING : BALANCE_BEYOND_UNTOUCHED);
      return;
    }
  /* of the district only what is asked for by name, and what is met now and has to stay so */
  if (rule->level == BALANCE_LEVEL_DISTRICT && !named && verdict != BALANCE_VERDICT_MET)
    {
      add_beyond (self, rule, absolute, verdict == BALANCE_VERDICT_UNDETERMINED ? BALANCE_BEYOND_MISSING : BALANCE_BEYOND_OTHER);
      return;
    }
  result = judged->applies[row] != BALANCE_TRUE || (judged->values != NULL && !is_known_number (self, judged->values[row])) ? BALANCE_LINEAR_MISSING
                                                                                                                            : find_row (self, rule, row, &out);
  if (result == BALANCE_LINEAR_FOUND)
    {
      out.depth = MAX (0.0, -lowest (self, &out.form));
      if (isinf (out.relief))
        out.relief = out.depth;
      g_array_append_val (self->rows, out);
      return;
    }
  form_clear (&out.form);
  if (result == BALANCE_LINEAR_MISSING && out.choice >= 0 && !rule->parent->has_floor &&
      g_array_index (self->choices, BalancePlanChoice, (guint) out.choice).allowed > 0)
    g_array_index (self->choices, BalancePlanChoice, (guint) out.choice).allowed--;
  else
    add_beyond (self, rule, absolute, result == BALANCE_LINEAR_MISSING ? BALANCE_BEYOND_MISSING : BALANCE_BEYOND_OTHER);
}

static gboolean
indicator_has_stage (const BalanceIndicatorRule *indicator, guint stage)
{
  return (indicator->stages == NULL || indicator->stages[stage]) && balance_definition_has_stage (indicator->value, stage);
}

/* The values of one cone; FOUND only where all that it needs is known and linear. */
static BalanceLinearResult
find_cone (BalancePlanModel *self, const BalanceRule *rule, guint row, BalancePlanCone *cone)
{
  BalanceJudge *judge = self->replay->judge;
  BalanceFrame *frame = judge->frame;
  const BalanceSchemeRule *own = &judge->scheme->rules[rule->index];
  const BalanceSchemeIndicator *indicator = &judge->scheme->indicators[own->indicators[0]];
  const guint8 *flags = balance_frame_get_flags (frame, own->mask);
  const BalanceNumber *weights = balance_frame_get_numbers (frame, indicator->weight);
  const guint32 *rows;
  guint first, n = balance_frame_get_rows (frame, rule->level, row, BALANCE_LEVEL_SECTION, &first, &rows);
  double sum = 0;

  if (balance_linear_is_touched (&self->reader, indicator->weight) || balance_linear_is_touched (&self->reader, own->mask))
    return BALANCE_LINEAR_OTHER;
  cone->values = g_new0 (BalanceForm, n + 1);
  cone->weights = g_new0 (double, n + 1);
  for (guint i = 0; i < n; i++)
    {
      guint section = rows != NULL ? rows[i] - frame->offset[BALANCE_LEVEL_SECTION] : first + i;
      int stage = frame->binding->stage_back[frame->facts->section_stage[section + frame->offset[BALANCE_LEVEL_SECTION]]];
      BalanceLinear above = { .terms = NULL }, below = { .terms = NULL };
      BalanceLinearResult result;

      if (flags[section] == BALANCE_FALSE || stage < 0 || !indicator_has_stage (indicator->rule, (guint) stage) ||
          balance_number_is_zero (&frame->pool, weights[section]) == BALANCE_TRUE)
        continue;
      if (flags[section] == BALANCE_UNKNOWN || !is_known_number (self, weights[section]))
        return BALANCE_LINEAR_MISSING;
      result = balance_linear_find (&self->reader, indicator->measure.value, section, &above, &below);
      if (result == BALANCE_LINEAR_FOUND && !balance_linear_is_constant (&below))
        result = BALANCE_LINEAR_OTHER;
      if (result == BALANCE_LINEAR_FOUND)
        {
          double under = balance_number_get_double (&frame->pool, below.constant);

          form_from_linear (&cone->values[cone->n], &frame->pool, &above);
          cone->values[cone->n].constant /= under;
          for (guint k = 0; k < cone->values[cone->n].terms->len; k++)
            g_array_index (cone->values[cone->n].terms, BalanceFormTerm, k).coefficient /= under;
          cone->weights[cone->n] = balance_number_get_double (&frame->pool, weights[section]);
          sum += cone->weights[cone->n];
          cone->n++;
        }
      balance_linear_clear (&above);
      balance_linear_clear (&below);
      if (result != BALANCE_LINEAR_FOUND)
        return result;
    }
  for (guint i = 0; i < cone->n; i++)
    {
      cone->weights[i] /= sum;
      cone->unit += cone->weights[i] * cone->values[i].constant;
    }
  if (!(cone->unit > 0))
    cone->unit = 1;

  return cone->n > 0 ? BALANCE_LINEAR_FOUND : BALANCE_LINEAR_OTHER;
}

static void
collect_dispersion (BalancePlanModel *self, const BalanceRule *rule, guint row)
{
  BalanceJudge *judge = self->replay->judge;
  const BalanceSchemeRule *own = &judge->scheme->rules[rule->index];
  const BalanceJudged *judged = balance_judge_get (judge, rule->index);
  BalanceVerdict verdict = (BalanceVerdict) judged->verdicts[row];
  guint absolute = row + judge->frame->offset[rule->level];
  BalancePlanCone cone = { .rule = rule, .row = absolute, .met = verdict == BALANCE_VERDICT_MET };
  BalanceLinearResult result = BALANCE_LINEAR_OTHER;
  gboolean touched = FALSE;

  for (guint i = 0; i < own->n_indicators; i++)
    touched = touched || balance_linear_is_touched (&self->reader, judge->scheme->indicators[own->indicators[i]].measure.value);
  if (!touched)
    {
      if (verdict != BALANCE_VERDICT_MET)
        add_beyond (self, rule, absolute, verdict == BALANCE_VERDICT_UNDETERMINED ? BALANCE_BEYOND_MISSING : BALANCE_BEYOND_UNTOUCHED);
      return;
    }
  if (own->n_indicators == 1 && judged->limits != NULL && is_known_number (self, judged->limits[row]) &&
      (own->measure.comparison == BALANCE_COMPARISON_AT_MOST || own->measure.comparison == BALANCE_COMPARISON_BELOW))
    {
      cone.limit = balance_number_get_double (&judge->frame->pool, judged->limits[row]);
      result = find_cone (self, rule, row, &cone);
    }
  if (result == BALANCE_LINEAR_FOUND && cone.limit >= 0)
    {
      g_array_append_val (self->cones, cone);
      return;
    }
  cone_clear (&cone);
  add_beyond (self, rule, absolute, result == BALANCE_LINEAR_MISSING ? BALANCE_BEYOND_MISSING : BALANCE_BEYOND_OTHER);
}

static gboolean
is_leaf (const BalanceRule *rule)
{
  return rule->kind == BALANCE_RULE_VALUE || rule->kind == BALANCE_RULE_INDICATOR || (rule->kind == BALANCE_RULE_DISPERSION && rule->children->len == 0);
}

static void
collect_rule (BalancePlanModel *self, const BalanceRule *rule)
{
  BalanceJudge *judge = self->replay->judge;
  const BalanceSchemeRule *own = &judge->scheme->rules[rule->index];
  gboolean named = self->costs->goal != NULL;
  guint n = judge->frame->n_rows[rule->level];

  for (guint row = 0; row < n; row++)
    {
      BalanceVerdict verdict;

      if (!applies (self, rule, row) || !balance_judge_knows_stage (judge, rule->level, row))
        continue;
      verdict = (BalanceVerdict) balance_judge_get (judge, rule->index)->verdicts[row];
      if (rule->level == BALANCE_LEVEL_REGION || own->uses_region || has_other_choices (rule))
        {
          if (verdict != BALANCE_VERDICT_MET)
            add_beyond (self, rule, row + judge->frame->offset[rule->level],
                        verdict == BALANCE_VERDICT_UNDETERMINED ? BALANCE_BEYOND_MISSING : BALANCE_BEYOND_OTHER);
        }
      else if (rule->kind == BALANCE_RULE_DISPERSION)
        collect_dispersion (self, rule, row);
      else
        collect_value (self, rule, row, named);
    }
}

static gboolean
check_goal (BalancePlanModel *self, GError **error)
{
  BalancePack *pack = self->evaluation->standard->pack;

  for (guint i = 0; self->costs->goal != NULL && self->costs->goal[i] != NULL; i++)
    if (balance_pack_find_rule (pack, self->costs->goal[i]) == NULL)
      {
        g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND,
                     "The goal names “%s”, which is no requirement of “%s”; `balance standard show %s` lists them\n"
                     "目标中的“%s”不是标准“%s”的要求；可用 balance standard show %s 查看",
                     self->costs->goal[i], pack->id, pack->id, self->costs->goal[i], pack->id, pack->id);
        return FALSE;
      }

  return TRUE;
}

static void
note_fields (BalancePlanModel *self, GArray *effects)
{
  for (guint i = 0; effects != NULL && i < effects->len; i++)
    g_hash_table_add (self->fields, g_array_index (effects, BalanceMeasureEffect, i).field->id);
}

BalancePlanModel *
balance_plan_model_new (BalanceCosts      *costs,
                        BalanceEvaluation *evaluation,
                        guint              district,
                        gboolean           moves_only,
                        guint              years,
                        GError           **error)
{
  g_autoptr(BalancePlanModel) self = g_new0 (BalancePlanModel, 1);
  BalancePack *pack = evaluation->standard->pack;

  self->costs = g_object_ref (costs);
  self->evaluation = g_object_ref (evaluation);
  self->district = district;
  self->replay = balance_replay_new (evaluation, district);
  self->fields = g_hash_table_new (g_str_hash, g_str_equal);
  self->decisions = g_array_new (FALSE, FALSE, sizeof (BalanceDecision));
  self->changes = g_array_new (FALSE, FALSE, sizeof (BalanceChange));
  self->rows = g_array_new (FALSE, FALSE, sizeof (BalancePlanRow));
  g_array_set_clear_func (self->rows, row_clear);
  self->choices = g_array_new (FALSE, FALSE, sizeof (BalancePlanChoice));
  self->cones = g_array_new (FALSE, FALSE, sizeof (BalancePlanCone));
  g_array_set_clear_func (self->cones, cone_clear);
  self->beyond = g_array_new (FALSE, FALSE, sizeof (BalanceBeyond));
  for (guint i = 0; i < costs->measures->len; i++)
    {
      const BalanceMeasureCost *measure = g_ptr_array_index (costs->measures, i);

      if (moves_only && measure->kind != BALANCE_PLAN_MOVE)
        continue;
      note_fields (self, measure->effects);
      note_fields (self, measure->counts);
    }
  balance_linear_reader_init (&self->reader, self->replay->judge->frame, self->fields);
  if (!check_goal (self, error))
    return NULL;

  add_decisions (self, moves_only);
  if (!moves_only && !fix_decided (self, years, error))
    return NULL;
  for (guint i = 0; i < pack->rules->len; i++)
    {
      const BalanceRule *rule = g_ptr_array_index (pack->rules, i);

      if (evaluation->counts[i] && is_leaf (rule) && evaluation->result.verdicts[i] != NULL && (costs->goal == NULL || is_named (costs->goal, rule)))
        collect_rule (self, rule);
    }

  return g_steal_pointer (&self);
}
