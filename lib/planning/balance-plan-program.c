/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From decisions and requirements to rows of a mixed-integer program, and back. */

#include "planning/balance-plan-model-private.h"

#include <math.h>
#include <string.h>

/* The objective counts money in tens of thousands of yuan. */
#define MONEY 1e8
/* Of equally cheap plans the one that does less: so much for each step that costs nothing, in the same unit. */
#define TIE   1e-6
/* A requirement is given up only after all limits. */
#define RULE_WEIGHT 1e4
#define STRICT 1e-6

typedef struct
{
  guint  decision;
  double change;
} Influence;

typedef struct
{
  BalancePlanModel *model;
  BalanceSolver    *solver;
  GPtrArray        *influences;    /* [fact] of GArray of Influence */
} Builder;

static BalanceDecision *
decision_at (BalancePlanModel *self, guint i)
{
  return &g_array_index (self->decisions, BalanceDecision, i);
}

static double
to_double (const BalanceDecimal *decimal)
{
  return (double) decimal->digits / (double) balance_power_of_ten (decimal->scale);
}

static double
step_cost (BalancePlanModel *self, const BalanceDecision *decision)
{
  /* a move is paid for once */
  return decision->role == BALANCE_ROLE_IN ? 0.0 : (double) balance_plan_model_get_measure (self, decision)->step_cost / MONEY;
}

static double
fact_now (BalancePlanModel *self, BalanceLevel level, guint row, const char *field, gboolean *known)
{
  const BalanceColumn *column = balance_facts_find_column (self->evaluation->facts, level, field);

  *known = column != NULL && balance_column_is_valid (column, row);

  return *known ? (double) balance_column_get (column, row) / (double) balance_power_of_ten (balance_column_get_scale (column, row)) : 0.0;
}

/* -- what decisions change --------------------------------------------------------------------------- */

static void
note_influences (Builder *builder)
{
  BalancePlanModel *self = builder->model;

  builder->influences = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  for (guint i = 0; i < self->reader.facts->len; i++)
    g_ptr_array_add (builder->influences, g_array_new (FALSE, FALSE, sizeof (Influence)));
  for (guint i = 0; i < self->changes->len; i++)
    {
      const BalanceChange *change = &g_array_index (self->changes, BalanceChange, i);
      Influence influence = { change->decision, to_double (&change->change) };

      g_array_append_val ((GArray *) g_ptr_array_index (builder->influences, change->fact), influence);
    }
}

/* The largest that one step does to a form; 0 where no decision touches it. */
static double
largest_entry (Builder *builder, const BalanceForm *form)
{
  double largest = 0;

  for (guint t = 0; t < form->terms->len; t++)
    {
      const BalanceFormTerm *term = &g_array_index (form->terms, BalanceFormTerm, t);
      GArray *influences = g_ptr_array_index (builder->influences, term->fact);

      for (guint i = 0; i < influences->len; i++)
        largest = MAX (largest, fabs (term->coefficient * g_array_index (influences, Influence, i).change));
    }

  return largest;
}

/* Entries of a form times a factor into the row that was added last. */
static void
add_form (Builder *builder, const BalanceForm *form, double factor)
{
  for (guint t = 0; t < form->terms->len; t++)
    {
      const BalanceFormTerm *term = &g_array_index (form->terms, BalanceFormTerm, t);
      GArray *influences = g_ptr_array_index (builder->influences, term->fact);

      for (guint i = 0; i < influences->len; i++)
        {
          const Influence *influence = &g_array_index (influences, Influence, i);

          balance_solver_add_entry (builder->solver, decision_at (builder->model, influence->decision)->variable,
                                    factor * term->coefficient * influence->change);
        }
    }
}

/* -- barriers ---------------------------------------------------------------------------------------- */

/* The row that was added last is a limit: where limits may be exceeded, it gets a variable that says by how much. */
static void
add_barrier (Builder *builder, BalanceBarrier barrier, double scale, double weight, gboolean below)
{
  BalancePlanModel *self = builder->model;

  barrier.solver_row = balance_solver_get_n_rows (builder->solver) - 1;
  barrier.slack = -1;
  if (self->ask.elastic)
    {
      barrier.slack = (int) balance_solver_add_variable (builder->solver, 0, INFINITY, weight / MAX (scale, 1e-9), FALSE);
      balance_solver_add_entry (builder->solver, (guint) barrier.slack, below ? -1 : 1);
    }
  g_array_append_val (self->barriers, barrier);
}

/* -- decisions --------------------------------------------------------------------------------------- */

/* How many steps a place can give away before something is used up. */
static double
stock_of (BalancePlanModel *self, guint decision)
{
  double stock = INFINITY;

  for (guint i = 0; i < self->changes->len; i++)
    {
      const BalanceChange *change = &g_array_index (self->changes, BalanceChange, i);
      const BalanceFactKey *fact = &g_array_index (self->reader.facts, BalanceFactKey, change->fact);
      gboolean known;

      if (change->decision == decision && change->change.digits < 0)
        stock = MIN (stock, floor (fact_now (self, fact->level, fact->row, fact->field->id, &known) / -to_double (&change->change) + 1e-9));
    }

  return stock;
}

static void
add_variables (Builder *builder)
{
  BalancePlanModel *self = builder->model;

  for (guint i = 0; i < self->decisions->len; i++)
    {
      BalanceDecision *decision = decision_at (self, i);
      double cost = self->ask.elastic || self->ask.goal != BALANCE_PLAN_CHEAPEST ? 0.0 : step_cost (self, decision);
      double upper = self->ask.elastic ? INFINITY : decision->upper;

      if (decision->role == BALANCE_ROLE_OUT)
        {
          upper = MIN (upper, stock_of (self, i));
          if (!self->ask.elastic && self->ask.goal == BALANCE_PLAN_CHEAPEST && !(cost > 0))
            {
              cost = TIE;
              self->tie += TIE * upper * MONEY;
            }
        }
      decision->variable = balance_solver_add_variable (builder->solver, MIN (decision->lower, upper), upper, cost, TRUE);
    }
  for (guint i = 0; i < self->decisions->len; i++)
    {
      BalanceDecision *decision = decision_at (self, i);
      BalanceBarrier barrier = { .kind = BALANCE_BARRIER_MOST, .index = decision->measure, .decision = (int) i, .place = -1,
                                 .allowed = decision->upper * to_double (&balance_plan_model_get_measure (self, decision)->step), .whole = TRUE };

      if (!self->ask.elastic || isinf (decision->upper))
        continue;
      balance_solver_add_row (builder->solver, -INFINITY, decision->upper);
      balance_solver_add_entry (builder->solver, decision->variable, 1);
      add_barrier (builder, barrier, MAX (1.0, decision->upper), 1.0, TRUE);
    }
}

/* Nothing can be given away that is not there. */
static void
add_stocks (Builder *builder)
{
  BalancePlanModel *self = builder->model;

  for (guint f = 0; f < self->reader.facts->len; f++)
    {
      const BalanceFactKey *fact = &g_array_index (self->reader.facts, BalanceFactKey, f);
      GArray *influences = g_ptr_array_index (builder->influences, f);
      gboolean known, takes = FALSE;
      double now = fact_now (self, fact->level, fact->row, fact->field->id, &known), largest = 0;

      for (guint i = 0; i < influences->len; i++)
        {
          double change = g_array_index (influences, Influence, i).change;

          takes = takes || change < 0;
          largest = MAX (largest, fabs (change));
        }
      if (!takes)
        continue;
      balance_solver_add_row (builder->solver, -now / largest, INFINITY);
      for (guint i = 0; i < influences->len; i++)
        {
          const Influence *influence = &g_array_index (influences, Influence, i);

          balance_solver_add_entry (builder->solver, decision_at (self, influence->decision)->variable, influence->change / largest);
        }
    }
}

/* What leaves schools arrives at schools: one pool for each measure and stage. */
static void
add_pools (Builder *builder)
{
  BalancePlanModel *self = builder->model;
  g_autoptr(GHashTable) done = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < self->decisions->len; i++)
    {
      const BalanceDecision *decision = decision_at (self, i);
      guint key = decision->measure * 1024 + (guint) (decision->stage + 1) + 1;

      if (decision->role == BALANCE_ROLE_ADD || !g_hash_table_add (done, GUINT_TO_POINTER (key)))
        continue;
      balance_solver_add_row (builder->solver, 0, 0);
      for (guint k = i; k < self->decisions->len; k++)
        {
          const BalanceDecision *other = decision_at (self, k);

          if (other->measure == decision->measure && other->stage == decision->stage)
            balance_solver_add_entry (builder->solver, other->variable, other->role == BALANCE_ROLE_OUT ? 1 : -1);
        }
    }
}

/* -- limits ------------------------------------------------------------------------------------------ */

static void
add_totals (Builder *builder)
{
  BalancePlanModel *self = builder->model;

  for (guint m = 0; m < self->costs->measures->len; m++)
    {
      const BalanceMeasureCost *measure = g_ptr_array_index (self->costs->measures, m);
      BalanceBarrier barrier = { .kind = BALANCE_BARRIER_TOTAL, .index = m, .decision = -1, .place = -1, .whole = TRUE };
      double most = to_double (&measure->total) / to_double (&measure->step);

      if (!measure->has_total)
        continue;
      barrier.allowed = to_double (&measure->total);
      balance_solver_add_row (builder->solver, -INFINITY, most + 1e-9);
      for (guint i = 0; i < self->decisions->len; i++)
        if (decision_at (self, i)->measure == m && decision_at (self, i)->role != BALANCE_ROLE_IN)
          balance_solver_add_entry (builder->solver, decision_at (self, i)->variable, 1);
      add_barrier (builder, barrier, MAX (1.0, most), 1.0, TRUE);
    }
}

/* How much one step counts in a limit; 0: it is none of its measures. */
static double
counts_in (BalancePlanModel *self, const BalanceCostLimit *limit, const BalanceDecision *decision)
{
  const BalanceMeasureCost *measure = balance_plan_model_get_measure (self, decision);
  gboolean named = FALSE;

  if (decision->role == BALANCE_ROLE_IN)
    return 0;
  for (guint i = 0; i < limit->measures->len; i++)
    named = named || g_array_index (limit->measures, guint, i) == decision->measure;
  if (!named)
    return 0;
  if (limit->of == NULL)
    return to_double (&measure->step);
  for (guint i = 0; i < measure->effects->len; i++)
    {
      const BalanceMeasureEffect *effect = &g_array_index (measure->effects, BalanceMeasureEffect, i);

      if (strcmp (effect->field->id, limit->of->id) == 0)
        return to_double (&effect->amount) * to_double (&measure->step);
    }

  return 0;
}

/* What a limit allows for one decision's place, for a year or for all. */
static double
allowed_at (BalancePlanModel *self, const BalanceCostLimit *limit, const BalanceDecision *decision)
{
  BalanceFacts *facts = self->evaluation->facts;
  gboolean known;
  double now = 0;

  if (!limit->has_share)
    return to_double (&limit->most);
  if (limit->district)
    {
      BalanceLevel level = limit->of->level;
      guint first = level == BALANCE_LEVEL_SECTION ? facts->district_sections[self->district]
                    : level == BALANCE_LEVEL_SCHOOL ? facts->district_schools[self->district] : self->district;
      guint end = level == BALANCE_LEVEL_SECTION ? facts->district_sections[self->district + 1]
                  : level == BALANCE_LEVEL_SCHOOL ? facts->district_schools[self->district + 1] : self->district + 1;

      for (guint row = first; row < end; row++)
        now += fact_now (self, level, row, limit->of->id, &known);
    }
  else if (decision->level == BALANCE_LEVEL_SECTION && limit->of->level == BALANCE_LEVEL_SECTION)
    now = fact_now (self, BALANCE_LEVEL_SECTION, decision->row, limit->of->id, &known);
  else if (limit->of->level == BALANCE_LEVEL_SCHOOL && decision->school >= 0)
    now = fact_now (self, BALANCE_LEVEL_SCHOOL, (guint) decision->school, limit->of->id, &known);

  return now * to_double (&limit->share);
}

static gboolean
same_place (const BalanceDecision *a, const BalanceDecision *b)
{
  return a->level == b->level && a->row == b->row;
}

/* Whole units that may be taken out of an allowance. */
static double
whole_allowance (BalancePlanModel *self, const BalanceCostLimit *limit, double allowed)
{
  gboolean whole = TRUE;

  for (guint i = 0; i < limit->measures->len; i++)
    whole = whole && ((const BalanceMeasureCost *) g_ptr_array_index (self->costs->measures, g_array_index (limit->measures, guint, i)))->step.scale == 0;
  whole = whole && (limit->of == NULL || limit->of->type == BALANCE_FIELD_COUNT);

  return whole ? floor (allowed + 1e-9) : allowed;
}

/* Calls for each place of a limit with the decisions that it limits there. */
typedef void (*LimitFunc) (Builder *builder, guint limit, guint decision, double allowed, gpointer data);

static void
foreach_limit (Builder *builder, LimitFunc func, gpointer data)
{
  BalancePlanModel *self = builder->model;

  for (guint l = 0; l < self->costs->limits->len; l++)
    {
      const BalanceCostLimit *limit = g_ptr_array_index (self->costs->limits, l);
      g_autofree gboolean *seen = g_new0 (gboolean, self->decisions->len + 1);

      for (guint i = 0; i < self->decisions->len; i++)
        {
          const BalanceDecision *decision = decision_at (self, i);

          if (seen[i] || !(counts_in (self, limit, decision) > 0))
            continue;
          for (guint k = i; k < self->decisions->len; k++)
            seen[k] = seen[k] || limit->district || same_place (decision, decision_at (self, k));
          func (builder, l, i, whole_allowance (self, limit, allowed_at (self, limit, decision)), data);
        }
    }
}

static void
add_limit (Builder *builder, guint l, guint at, double allowed, gpointer data)
{
  BalancePlanModel *self = builder->model;
  const BalanceCostLimit *limit = g_ptr_array_index (self->costs->limits, l);
  BalanceBarrier barrier = { .kind = BALANCE_BARRIER_LIMIT, .index = l, .decision = -1, .place = limit->district ? -1 : (int) at };
  double most = limit->each_year ? allowed * self->ask.years : allowed;

  barrier.allowed = most;
  balance_solver_add_row (builder->solver, -INFINITY, most + 1e-9);
  for (guint k = at; k < self->decisions->len; k++)
    if (limit->district || same_place (decision_at (self, at), decision_at (self, k)))
      balance_solver_add_entry (builder->solver, decision_at (self, k)->variable, counts_in (self, limit, decision_at (self, k)));
  add_barrier (builder, barrier, MAX (1.0, most), 1.0, TRUE);
}

/* The budget of one year, or of all for year -1; FALSE where there is none. */
static gboolean
get_budget (BalancePlanModel *self, int year, double *budget)
{
  GArray *budgets = self->costs->budgets;
  gboolean any = FALSE;

  *budget = INFINITY;
  if (year < 0)
    {
      double sum = 0;

      for (guint i = 0; i < budgets->len && i < (self->costs->one_budget ? 1 : self->ask.years); i++)
        sum += (double) g_array_index (budgets, gint64, i) / MONEY;
      if (budgets->len > 0)
        *budget = sum;
      any = budgets->len > 0;
      if (self->ask.has_budget)
        *budget = MIN (*budget, (double) self->ask.budget / MONEY);
      return any || self->ask.has_budget;
    }
  if (budgets->len == 0 || self->costs->one_budget)
    return FALSE;
  *budget = (guint) year < budgets->len ? (double) g_array_index (budgets, gint64, (guint) year) / MONEY : 0.0;

  return TRUE;
}

static void
add_budget (Builder *builder)
{
  BalancePlanModel *self = builder->model;
  BalanceBarrier barrier = { .kind = BALANCE_BARRIER_BUDGET, .decision = -1, .place = -1 };
  double budget;

  if (!get_budget (self, -1, &budget))
    return;
  balance_solver_add_row (builder->solver, -INFINITY, budget + 1e-9);
  for (guint i = 0; i < self->decisions->len; i++)
    balance_solver_add_entry (builder->solver, decision_at (self, i)->variable, step_cost (self, decision_at (self, i)));
  barrier.allowed = budget * MONEY / 1e4;
  add_barrier (builder, barrier, MAX (1.0, budget), 1.0, TRUE);
}

/* -- years ------------------------------------------------------------------------------------------- */

static guint
first_year (BalancePlanModel *self, const BalanceDecision *decision)
{
  return MIN (balance_plan_model_get_measure (self, decision)->from, self->ask.years) - 1;
}

typedef struct
{
  guint year;
  guint *first;       /* [decision] first variable of its years */
} YearLimits;

static void
add_year_limit (Builder *builder, guint l, guint at, double allowed, gpointer data)
{
  BalancePlanModel *self = builder->model;
  const BalanceCostLimit *limit = g_ptr_array_index (self->costs->limits, l);
  const YearLimits *years = data;

  if (!limit->each_year)
    return;
  balance_solver_add_row (builder->solver, -INFINITY, allowed + 1e-9);
  for (guint k = at; k < self->decisions->len; k++)
    if (years->first[k] != G_MAXUINT && (limit->district || same_place (decision_at (self, at), decision_at (self, k))))
      balance_solver_add_entry (builder->solver, years->first[k] + years->year, counts_in (self, limit, decision_at (self, k)));
}

/* Earlier is better, and those that come first before all. */
static double
year_price (BalancePlanModel *self, const BalanceDecision *decision, guint year, const double *steps_of_school)
{
  guint first = self->evaluation->facts->district_schools[self->district];
  gboolean urgent = decision->school >= 0 && self->ask.first != NULL && self->ask.first[(guint) decision->school - first];
  double steps = decision->school >= 0 ? steps_of_school[(guint) decision->school - first] : 1.0;

  return (urgent ? 100.0 : 1.0) * (double) year / MAX (1.0, steps);
}

/* Variables for each decision and year, and what holds in each year. With `fixed` the sums over the years are given. */
static void
add_years (Builder *builder, gboolean fixed)
{
  BalancePlanModel *self = builder->model;
  guint n_schools = self->evaluation->facts->district_schools[self->district + 1] - self->evaluation->facts->district_schools[self->district];
  g_autofree double *steps = g_new0 (double, n_schools + 1);
  g_autofree guint *first = g_new (guint, self->decisions->len + 1);
  guint n = self->ask.years;

  for (guint i = 0; i < self->decisions->len; i++)
    if (decision_at (self, i)->school >= 0)
      steps[(guint) decision_at (self, i)->school - self->evaluation->facts->district_schools[self->district]] += fixed ? (double) decision_at (self, i)->steps : 1.0;
  for (guint i = 0; i < self->decisions->len; i++)
    {
      const BalanceDecision *decision = decision_at (self, i);

      first[i] = G_MAXUINT;
      if (fixed && decision->steps == 0)
        continue;
      for (guint y = 0; y < n; y++)
        {
          guint variable = balance_solver_add_variable (builder->solver, 0, y < first_year (self, decision) ? 0 : INFINITY,
                                                        fixed ? year_price (self, decision, y, steps) : 0.0, TRUE);

          if (y == 0)
            first[i] = variable;
        }
      balance_solver_add_row (builder->solver, fixed ? (double) decision->steps : 0.0, fixed ? (double) decision->steps : 0.0);
      for (guint y = 0; y < n; y++)
        balance_solver_add_entry (builder->solver, first[i] + y, 1);
      if (!fixed)
        balance_solver_add_entry (builder->solver, decision->variable, -1);
    }

  for (guint y = 0; y < n; y++)
    {
      YearLimits limits = { y, first };
      g_autoptr(GHashTable) done = g_hash_table_new (NULL, NULL);
      double budget;

      if (get_budget (self, (int) y, &budget))
        {
          balance_solver_add_row (builder->solver, -INFINITY, budget + 1e-9);
          for (guint i = 0; i < self->decisions->len; i++)
            if (first[i] != G_MAXUINT)
              balance_solver_add_entry (builder->solver, first[i] + y, step_cost (self, decision_at (self, i)));
        }
      foreach_limit (builder, add_year_limit, &limits);
      for (guint i = 0; i < self->decisions->len; i++)
        {
          const BalanceDecision *decision = decision_at (self, i);
          guint key = decision->measure * 1024 + (guint) (decision->stage + 1) + 1;

          if (first[i] == G_MAXUINT || decision->role == BALANCE_ROLE_ADD || !g_hash_table_add (done, GUINT_TO_POINTER (key)))
            continue;
          balance_solver_add_row (builder->solver, 0, 0);
          for (guint k = i; k < self->decisions->len; k++)
            if (first[k] != G_MAXUINT && decision_at (self, k)->measure == decision->measure && decision_at (self, k)->stage == decision->stage)
              balance_solver_add_entry (builder->solver, first[k] + y, decision_at (self, k)->role == BALANCE_ROLE_OUT ? 1 : -1);
        }
    }
  g_free (self->year_first);
  self->year_first = g_steal_pointer (&first);
}

/* What is decided already happens in its year. */
static void
fix_years (Builder *builder)
{
  BalancePlanModel *self = builder->model;

  for (guint i = 0; i < self->costs->decided->len; i++)
    {
      const BalanceDecided *decided = g_ptr_array_index (self->costs->decided, i);
      const BalanceMeasureCost *measure = g_ptr_array_index (self->costs->measures, decided->measure);
      double steps = to_double (&decided->quantity) / to_double (&measure->step), lower, upper;

      for (guint k = 0; k < self->decisions->len; k++)
        {
          const BalanceDecision *decision = decision_at (self, k);
          const char *code = decision->school >= 0 ? self->evaluation->facts->school_codes[decision->school] : NULL;
          gboolean gives = decision->role == BALANCE_ROLE_OUT && g_strcmp0 (decided->giver, code) == 0;
          gboolean takes = decision->role != BALANCE_ROLE_OUT && g_strcmp0 (decided->school, code) == 0;
          const char *stage = decision->stage >= 0 ? balance_dictionary_get_stage (self->evaluation->facts->dictionary, (guint) decision->stage)->id : NULL;

          if (decision->measure != decided->measure || self->year_first[k] == G_MAXUINT || !(gives || takes) ||
              (decided->stage != NULL && stage != NULL && strcmp (stage, decided->stage) != 0))
            continue;
          balance_solver_get_bounds (builder->solver, self->year_first[k] + decided->year - 1, &lower, &upper);
          balance_solver_set_bounds (builder->solver, self->year_first[k] + decided->year - 1, lower + steps, upper);
        }
    }
}

/* -- requirements ------------------------------------------------------------------------------------ */

/* In a question for the most schools: 1 where a school is brought to standard. */
static int
complete_variable (BalancePlanModel *self, int school)
{
  return self->complete == NULL || school < 0 ? -1 : self->complete[(guint) school - self->evaluation->facts->district_schools[self->district]];
}

/* What a row has to reach, in units in which the largest step counts once; gives that unit. */
static double
add_row_limit (Builder *builder, const BalancePlanRow *row)
{
  double scale = largest_entry (builder, &row->form), least;
  int complete = complete_variable (builder->model, row->school);

  if (scale <= 0)
    scale = MAX (1e-9, fabs (row->form.constant));
  least = -(row->form.constant + (complete >= 0 ? row->depth : 0.0)) / scale + row->margin + (row->strict ? STRICT : 0.0);
  /* where only some schools are asked, what no single school owes is kept if it is there */
  if (builder->model->complete != NULL && row->school < 0 && !row->met)
    least = -INFINITY;
  balance_solver_add_row (builder->solver, least, INFINITY);
  add_form (builder, &row->form, 1 / scale);
  if (row->stays != G_MAXUINT)
    balance_solver_add_entry (builder->solver, row->stays, row->relief / scale);
  if (complete >= 0)
    balance_solver_add_entry (builder->solver, (guint) complete, -row->depth / scale);

  return scale;
}

static void
add_row (Builder *builder, guint index)
{
  BalancePlanModel *self = builder->model;
  BalancePlanRow *row = &g_array_index (self->rows, BalancePlanRow, index);
  BalanceBarrier barrier = { .kind = BALANCE_BARRIER_RULE, .index = index, .decision = -1, .place = -1 };
  double scale;

  row->stays = row->choice >= 0 ? balance_solver_add_variable (builder->solver, 0, 1, 0, TRUE) : G_MAXUINT;
  scale = add_row_limit (builder, row);
  if (self->ask.elastic)
    add_barrier (builder, barrier, MAX (1.0, fabs (row->form.constant) / scale), RULE_WEIGHT, FALSE);
}

static void
add_choices (Builder *builder)
{
  BalancePlanModel *self = builder->model;

  for (guint c = 0; c < self->choices->len; c++)
    {
      balance_solver_add_row (builder->solver, -INFINITY, g_array_index (self->choices, BalancePlanChoice, c).allowed);
      for (guint i = 0; i < self->rows->len; i++)
        {
          const BalancePlanRow *row = &g_array_index (self->rows, BalancePlanRow, i);

          if (row->choice == (int) c)
            balance_solver_add_entry (builder->solver, row->stays, 1);
        }
    }
}

/* z >= 2 r v - r^2 X, the tangent of v^2 / X at v = r X. */
static void
add_tangent (Builder *builder, const BalancePlanCone *cone, guint i, double ratio)
{
  balance_solver_add_row (builder->solver, 0, INFINITY);
  balance_solver_add_entry (builder->solver, cone->first_square + i, 1);
  balance_solver_add_entry (builder->solver, cone->first_value + i, -2 * ratio);
  balance_solver_add_entry (builder->solver, cone->mean, ratio * ratio);
}

static double
cone_bound (const BalancePlanCone *cone)
{
  return (1 + cone->limit * cone->limit) * (1 - cone->margin);
}

static void
add_cone_limit (Builder *builder, const BalancePlanCone *cone)
{
  balance_solver_add_row (builder->solver, 0, INFINITY);
  balance_solver_add_entry (builder->solver, cone->mean, cone_bound (cone));
  for (guint i = 0; i < cone->n; i++)
    balance_solver_add_entry (builder->solver, cone->first_square + i, -cone->weights[i]);
}

static void
add_cone (Builder *builder, guint index)
{
  BalancePlanModel *self = builder->model;
  BalancePlanCone *cone = &g_array_index (self->cones, BalancePlanCone, index);
  BalanceBarrier barrier = { .kind = BALANCE_BARRIER_RULE, .index = index, .decision = -1, .place = -1, .cone = TRUE };

  cone->active = self->complete == NULL || cone->met;
  if (!cone->active)
    return;
  cone->first_value = balance_solver_get_n_variables (builder->solver);
  for (guint i = 0; i < cone->n; i++)
    balance_solver_add_variable (builder->solver, -INFINITY, INFINITY, 0, FALSE);
  cone->first_square = balance_solver_get_n_variables (builder->solver);
  for (guint i = 0; i < cone->n; i++)
    balance_solver_add_variable (builder->solver, 0, INFINITY, 0, FALSE);
  cone->mean = balance_solver_add_variable (builder->solver, 0, INFINITY, 0, FALSE);

  for (guint i = 0; i < cone->n; i++)
    {
      double constant = cone->values[i].constant / cone->unit;

      balance_solver_add_row (builder->solver, constant, constant);
      balance_solver_add_entry (builder->solver, cone->first_value + i, 1);
      add_form (builder, &cone->values[i], -1 / cone->unit);
      add_tangent (builder, cone, i, 1.0);
      if (fabs (constant - 1) > 0.05)
        add_tangent (builder, cone, i, constant);
    }
  balance_solver_add_row (builder->solver, 0, 0);
  balance_solver_add_entry (builder->solver, cone->mean, -1);
  for (guint i = 0; i < cone->n; i++)
    balance_solver_add_entry (builder->solver, cone->first_value + i, cone->weights[i]);
  add_cone_limit (builder, cone);
  if (self->ask.elastic)
    add_barrier (builder, barrier, 1.0, RULE_WEIGHT, FALSE);
}

/* -- the most schools -------------------------------------------------------------------------------- */

/* Schools of which something is asked; what they count: themselves, or their pupils. */
static void
add_schools (Builder *builder)
{
  BalancePlanModel *self = builder->model;
  BalanceFacts *facts = self->evaluation->facts;
  guint first = facts->district_schools[self->district], n = facts->district_schools[self->district + 1] - first;
  BalanceJudge *judge = self->replay->judge;
  const BalanceNumber *weights = judge->scheme->weight != NULL ? balance_frame_get_numbers (judge->frame, judge->scheme->weight) : NULL;
  gboolean pupils = self->ask.goal == BALANCE_PLAN_MOST_PUPILS || self->ask.pupils;
  double sum = 0;

  self->complete = g_new (int, n + 1);
  self->weights = g_new0 (double, n + 1);
  for (guint i = 0; i < n; i++)
    self->complete[i] = -1;
  for (guint i = 0; i < self->rows->len; i++)
    {
      const BalancePlanRow *row = &g_array_index (self->rows, BalancePlanRow, i);

      if (row->school >= 0)
        self->complete[(guint) row->school - first] = 0;
    }
  for (guint i = 0; i < n; i++)
    {
      self->weights[i] = pupils ? 0.0 : 1.0;
      for (guint k = facts->school_sections[first + i]; pupils && weights != NULL && k < facts->school_sections[first + i + 1]; k++)
        {
          double weight = balance_number_get_double (&judge->frame->pool, weights[facts->school_section_rows[k] - judge->frame->offset[BALANCE_LEVEL_SECTION]]);

          self->weights[i] += isfinite (weight) ? weight : 0.0;
        }
      if (self->complete[i] >= 0)
        sum += self->weights[i];
    }
  for (guint i = 0; i < self->beyond->len; i++)
    {
      const BalanceBeyond *beyond = &g_array_index (self->beyond, BalanceBeyond, i);
      int school = beyond->rule->level == BALANCE_LEVEL_SECTION ? (int) facts->section_school[beyond->row] : beyond->rule->level == BALANCE_LEVEL_SCHOOL ? (int) beyond->row : -1;

      /* nothing that the plan does brings it to standard: it only keeps what it has */
      if (school >= 0)
        self->weights[(guint) school - first] = 0.0;
    }
  for (guint i = 0; i < n; i++)
    if (self->complete[i] >= 0)
      {
        double weight = self->weights[i] * (self->ask.first != NULL && self->ask.first[i] ? sum + 1 : 1);

        self->weights[i] = weight;
        self->complete[i] = (int) balance_solver_add_variable (builder->solver, 0, 1, self->ask.goal == BALANCE_PLAN_CHEAPEST || self->ask.elastic ? 0.0 : -weight, TRUE);
      }
  /* a school that is up to standard stays so */
  for (guint i = 0; i < n; i++)
    {
      gboolean met = self->weights[i] > 0 && self->complete[i] >= 0;

      for (guint k = facts->school_sections[first + i]; met && k < facts->school_sections[first + i + 1]; k++)
        met = balance_evaluation_get_section_verdict_at (self->evaluation, facts->school_section_rows[k]) != BALANCE_VERDICT_UNMET;
      for (guint r = 0; met && r < self->rows->len; r++)
        met = g_array_index (self->rows, BalancePlanRow, r).school != (int) (first + i) || g_array_index (self->rows, BalancePlanRow, r).met ||
              g_array_index (self->rows, BalancePlanRow, r).choice >= 0;
      if (met)
        balance_solver_set_bounds (builder->solver, (guint) self->complete[i], 1, 1);
    }
  if (self->ask.weight > 0)
    {
      balance_solver_add_row (builder->solver, self->ask.weight - 1e-6, INFINITY);
      for (guint i = 0; i < n; i++)
        if (self->complete[i] >= 0)
          balance_solver_add_entry (builder->solver, (guint) self->complete[i], self->weights[i]);
    }
}

/* -- the whole --------------------------------------------------------------------------------------- */

void
balance_plan_model_build (BalancePlanModel *self, const BalancePlanAsk *ask)
{
  Builder builder = { .model = self };

  self->ask = *ask;
  g_clear_pointer (&self->solver, balance_solver_free);
  g_clear_pointer (&self->barriers, g_array_unref);
  g_clear_pointer (&self->complete, g_free);
  g_clear_pointer (&self->weights, g_free);
  builder.solver = self->solver = balance_solver_new ();
  self->barriers = g_array_new (FALSE, FALSE, sizeof (BalanceBarrier));
  self->tie = 0;
  for (guint i = 0; i < self->rows->len; i++)
    g_array_index (self->rows, BalancePlanRow, i).margin = 0;
  for (guint i = 0; i < self->cones->len; i++)
    g_array_index (self->cones, BalancePlanCone, i).margin = 0;
  note_influences (&builder);

  add_variables (&builder);
  add_stocks (&builder);
  add_pools (&builder);
  add_totals (&builder);
  foreach_limit (&builder, add_limit, NULL);
  add_budget (&builder);
  if (ask->goal != BALANCE_PLAN_CHEAPEST || ask->least)
    add_schools (&builder);
  for (guint i = 0; i < self->rows->len; i++)
    add_row (&builder, i);
  add_choices (&builder);
  for (guint i = 0; i < self->cones->len; i++)
    add_cone (&builder, i);
  if (ask->split_years)
    {
      add_years (&builder, FALSE);
      fix_years (&builder);
    }
  g_ptr_array_unref (builder.influences);
}

guint
balance_plan_model_cut (BalancePlanModel *self, const double *values, double tolerance)
{
  Builder builder = { .model = self, .solver = self->solver };
  guint before = balance_solver_get_n_rows (self->solver);

  for (guint c = 0; c < self->cones->len; c++)
    {
      const BalancePlanCone *cone = &g_array_index (self->cones, BalancePlanCone, c);
      double mean, squares = 0;

      if (!cone->active)
        continue;
      mean = values[cone->mean];
      for (guint i = 0; i < cone->n; i++)
        squares += cone->weights[i] * values[cone->first_value + i] * values[cone->first_value + i];
      if (!(mean > 1e-9) || squares <= cone_bound (cone) * mean * mean * (1 + tolerance))
        continue;
      for (guint i = 0; i < cone->n; i++)
        {
          double ratio = values[cone->first_value + i] / mean, square = values[cone->first_square + i];

          /* only where the tangents that are there lie too low */
          if (square < ratio * ratio * mean - 0.1 * MAX (tolerance, 1e-8) * mean)
            add_tangent (&builder, cone, i, ratio);
        }
    }

  return balance_solver_get_n_rows (self->solver) - before;
}

static double
form_at (const BalanceForm *form, const double *deltas)
{
  double value = form->constant;

  for (guint i = 0; i < form->terms->len; i++)
    value += g_array_index (form->terms, BalanceFormTerm, i).coefficient * deltas[g_array_index (form->terms, BalanceFormTerm, i).fact];

  return value;
}

void
balance_plan_model_complete (BalancePlanModel *self, double *values)
{
  g_autofree double *deltas = g_new0 (double, self->reader.facts->len + 1);

  for (guint i = 0; i < self->changes->len; i++)
    {
      const BalanceChange *change = &g_array_index (self->changes, BalanceChange, i);

      deltas[change->fact] += to_double (&change->change) * values[decision_at (self, change->decision)->variable];
    }
  for (guint c = 0; c < self->cones->len; c++)
    {
      const BalancePlanCone *cone = &g_array_index (self->cones, BalancePlanCone, c);
      double mean = 0;

      if (!cone->active)
        continue;
      for (guint i = 0; i < cone->n; i++)
        {
          values[cone->first_value + i] = form_at (&cone->values[i], deltas) / cone->unit;
          mean += cone->weights[i] * values[cone->first_value + i];
        }
      values[cone->mean] = mean;
      for (guint i = 0; i < cone->n && mean > 0; i++)
        values[cone->first_square + i] = values[cone->first_value + i] * values[cone->first_value + i] / mean;
    }
}

/* Is it a move of which both ends are the same place? */
static void
drop_rounds (BalancePlanModel *self)
{
  for (guint i = 0; i + 1 < self->decisions->len; i++)
    {
      BalanceDecision *out = decision_at (self, i), *in = decision_at (self, i + 1);
      gint64 both = MIN (out->steps - (gint64) out->lower, in->steps - (gint64) in->lower);

      if (out->role != BALANCE_ROLE_OUT || in->role != BALANCE_ROLE_IN || both <= 0 || balance_plan_model_get_measure (self, out)->counts != NULL)
        continue;
      out->steps -= both;
      in->steps -= both;
    }
}

void
balance_plan_model_take (BalancePlanModel *self, const double *values)
{
  for (guint i = 0; i < self->decisions->len; i++)
    decision_at (self, i)->steps = (gint64) llround (values[decision_at (self, i)->variable]);
  drop_rounds (self);
}

gint64
balance_plan_model_get_cost (BalancePlanModel *self)
{
  gint64 sum = 0;

  for (guint i = 0; i < self->decisions->len; i++)
    {
      const BalanceDecision *decision = decision_at (self, i);

      if (decision->role != BALANCE_ROLE_IN)
        sum += decision->steps * balance_plan_model_get_measure (self, decision)->step_cost;
    }

  return sum;
}

void
balance_plan_model_tighten_row (BalancePlanModel *self, guint index)
{
  BalancePlanRow *row = &g_array_index (self->rows, BalancePlanRow, index);
  Builder builder = { .model = self, .solver = self->solver };

  /* the least that a solver can tell from nothing, then ever more */
  row->margin = row->margin > 0 ? row->margin * 10 : 1e-7;
  note_influences (&builder);
  add_row_limit (&builder, row);
  g_ptr_array_unref (builder.influences);
}

void
balance_plan_model_tighten_cone (BalancePlanModel *self, guint index, double margin)
{
  BalancePlanCone *cone = &g_array_index (self->cones, BalancePlanCone, index);
  Builder builder = { .model = self, .solver = self->solver };

  cone->margin += margin;
  add_cone_limit (&builder, cone);
}

gboolean
balance_plan_model_schedule (BalancePlanModel     *self,
                             const BalancePlanAsk *ask,
                             double                seconds,
                             gint64               *steps,
                             GCancellable         *cancellable,
                             GError              **error)
{
  g_autoptr(BalanceSolver) solver = balance_solver_new ();
  g_autoptr(BalanceSolverAnswer) answer = NULL;
  Builder builder = { .model = self, .solver = solver };
  BalanceSolverOptions options = { .seconds = seconds, .gap = 0.01 };

  self->ask = *ask;
  memset (steps, 0, sizeof (gint64) * ask->years * self->decisions->len);
  if (ask->years == 1)
    {
      for (guint i = 0; i < self->decisions->len; i++)
        steps[i] = decision_at (self, i)->steps;
      return TRUE;
    }
  add_years (&builder, TRUE);
  fix_years (&builder);
  answer = balance_solver_solve (solver, &options, NULL, NULL, cancellable, error);
  if (answer == NULL || answer->n_values == 0)
    return FALSE;
  for (guint i = 0; i < self->decisions->len; i++)
    for (guint y = 0; y < ask->years; y++)
      if (self->year_first[i] != G_MAXUINT)
        steps[(gsize) i * ask->years + y] = (gint64) llround (answer->values[self->year_first[i] + y]);

  return TRUE;
}
