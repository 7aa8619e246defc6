/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <string.h>

#include "planning/balance-plan-private.h"
#include "planning/balance-plan-search-private.h"

/**
 * BalancePlanner:
 *
 * Finds the least that has to be done so that what is asked of a district holds: what to add, to build, to move, where
 * and when, at the least cost. It solves a mixed-integer program whose facts come from the formulas of the standard and
 * whose measures come from the costs; the exact evaluator judges every solution before it becomes a plan.
 *
 * With a budget it first looks for a plan of all that is asked within it; where there is none, and the goal says so, for
 * the most schools or pupils that can be brought to standard. What is met now stays met.
 *
 * The helper program `balance-solve` has to be installed. Immutable; may be used from any thread.
 *
 * Since: 1.0
 */

#define DEFAULT_GAP     0.001
#define MEMORY          ((guint64) 1 << 30)
#define SCHEDULE_SECONDS 30.0
#define BARRIER_SECONDS  60.0

struct _BalancePlanner
{
  GObject           parent_instance;

  BalanceEvaluator *evaluator;
  BalanceCosts     *costs;
  char             *district;     /* nullable */
  BalancePlanGoal   goal;
  double            budget;       /* yuan; below 0: none */
  gboolean          moves_only;
  char            **first;        /* nullable */
  guint             years;        /* 0: as the costs say */
  double            gap;
  double            time_limit;   /* seconds; 0: none */
};

enum
{
  PROP_EVALUATOR = 1,
  PROP_COSTS,
  PROP_DISTRICT,
  PROP_GOAL,
  PROP_BUDGET,
  PROP_MOVES_ONLY,
  PROP_FIRST,
  PROP_YEARS,
  PROP_GAP,
  PROP_TIME_LIMIT,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (BalancePlanner, balance_planner, G_TYPE_OBJECT)

static void
balance_planner_finalize (GObject *object)
{
  BalancePlanner *self = BALANCE_PLANNER (object);

  g_clear_object (&self->evaluator);
  g_clear_object (&self->costs);
  g_free (self->district);
  g_strfreev (self->first);

  G_OBJECT_CLASS (balance_planner_parent_class)->finalize (object);
}

static void
balance_planner_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BalancePlanner *self = BALANCE_PLANNER (object);

  switch (id)
    {
    case PROP_EVALUATOR:
      g_value_set_object (value, self->evaluator);
      break;
    case PROP_COSTS:
      g_value_set_object (value, self->costs);
      break;
    case PROP_DISTRICT:
      g_value_set_string (value, self->district);
      break;
    case PROP_GOAL:
      g_value_set_enum (value, self->goal);
      break;
    case PROP_BUDGET:
      g_value_set_double (value, self->budget);
      break;
    case PROP_MOVES_ONLY:
      g_value_set_boolean (value, self->moves_only);
      break;
    case PROP_FIRST:
      g_value_set_boxed (value, self->first);
      break;
    case PROP_YEARS:
      g_value_set_uint (value, self->years);
      break;
    case PROP_GAP:
      g_value_set_double (value, self->gap);
      break;
    case PROP_TIME_LIMIT:
      g_value_set_double (value, self->time_limit);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
balance_planner_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  BalancePlanner *self = BALANCE_PLANNER (object);

  switch (id)
    {
    case PROP_EVALUATOR:
      self->evaluator = g_value_dup_object (value);
      break;
    case PROP_COSTS:
      self->costs = g_value_dup_object (value);
      break;
    case PROP_DISTRICT:
      self->district = g_value_dup_string (value);
      break;
    case PROP_GOAL:
      self->goal = g_value_get_enum (value);
      break;
    case PROP_BUDGET:
      self->budget = g_value_get_double (value);
      break;
    case PROP_MOVES_ONLY:
      self->moves_only = g_value_get_boolean (value);
      break;
    case PROP_FIRST:
      self->first = g_value_dup_boxed (value);
      break;
    case PROP_YEARS:
      self->years = g_value_get_uint (value);
      break;
    case PROP_GAP:
      self->gap = g_value_get_double (value);
      break;
    case PROP_TIME_LIMIT:
      self->time_limit = g_value_get_double (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
balance_planner_class_init (BalancePlannerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = balance_planner_finalize;
  object_class->get_property = balance_planner_get_property;
  object_class->set_property = balance_planner_set_property;

  /**
   * BalancePlanner:evaluator:
   *
   * How plans are judged.
   *
   * Since: 1.0
   */
  props[PROP_EVALUATOR] = g_param_spec_object ("evaluator", NULL, NULL, BALANCE_TYPE_EVALUATOR, flags);
  /**
   * BalancePlanner:costs:
   *
   * What can be done, and what it costs.
   *
   * Since: 1.0
   */
  props[PROP_COSTS] = g_param_spec_object ("costs", NULL, NULL, BALANCE_TYPE_COSTS, flags);
  /**
   * BalancePlanner:district:
   *
   * The code of the district to plan for; %NULL for the only one.
   *
   * Since: 1.0
   */
  props[PROP_DISTRICT] = g_param_spec_string ("district", NULL, NULL, NULL, flags);
  /**
   * BalancePlanner:goal:
   *
   * What to aim at where the budget is too small for all.
   *
   * Since: 1.0
   */
  props[PROP_GOAL] = g_param_spec_enum ("goal", NULL, NULL, BALANCE_TYPE_PLAN_GOAL, BALANCE_PLAN_CHEAPEST, flags);
  /**
   * BalancePlanner:budget:
   *
   * How much may be spent in all, in yuan; below zero: no limit but that of the costs.
   *
   * Since: 1.0
   */
  props[PROP_BUDGET] = g_param_spec_double ("budget", NULL, NULL, -1.0, 1e12, -1.0, flags);
  /**
   * BalancePlanner:moves-only:
   *
   * Whether things may only move between schools.
   *
   * Since: 1.0
   */
  props[PROP_MOVES_ONLY] = g_param_spec_boolean ("moves-only", NULL, NULL, FALSE, flags);
  /**
   * BalancePlanner:first:
   *
   * Codes of schools that come first: as early as the yearly limits allow, and before all others where the budget is
   * too small.
   *
   * Since: 1.0
   */
  props[PROP_FIRST] = g_param_spec_boxed ("first", NULL, NULL, G_TYPE_STRV, flags);
  /**
   * BalancePlanner:years:
   *
   * Over how many years; 0: as the costs say.
   *
   * Since: 1.0
   */
  props[PROP_YEARS] = g_param_spec_uint ("years", NULL, NULL, 0, BALANCE_PLAN_MAX_YEARS, 0, flags);
  /**
   * BalancePlanner:gap:
   *
   * How far from the best plan is good enough, as a share of its cost.
   *
   * Since: 1.0
   */
  props[PROP_GAP] = g_param_spec_double ("gap", NULL, NULL, 0.0, 1.0, DEFAULT_GAP, flags);
  /**
   * BalancePlanner:time-limit:
   *
   * After how many seconds the search ends with the best plan that is known; 0: never. Without it the same input gives
   * the same plan.
   *
   * Since: 1.0
   */
  props[PROP_TIME_LIMIT] = g_param_spec_double ("time-limit", NULL, NULL, 0.0, 1e6, 0.0, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
balance_planner_init (BalancePlanner *self)
{
}

/**
 * balance_planner_new:
 * @evaluator: how plans are judged
 * @costs: what can be done, and what it costs
 *
 * Creates a planner for the cheapest plan of all that is asked.
 *
 * Returns: (transfer full): a new planner
 *
 * Since: 1.0
 */
BalancePlanner *
balance_planner_new (BalanceEvaluator *evaluator,
                     BalanceCosts     *costs)
{
  return balance_planner_new_full (evaluator, costs, NULL, BALANCE_PLAN_CHEAPEST, -1.0, FALSE, NULL, 0, DEFAULT_GAP, 0.0);
}

/**
 * balance_planner_new_full:
 * @evaluator: how plans are judged
 * @costs: what can be done, and what it costs
 * @district: (nullable): the code of the district to plan for; %NULL for the only one
 * @goal: what to aim at where the budget is too small for all
 * @budget: how much may be spent in all, in yuan; below zero: no limit but that of the costs
 * @moves_only: whether things may only move between schools
 * @first: (nullable) (array zero-terminated=1): codes of schools that come first
 * @years: over how many years; 0: as the costs say
 * @gap: how far from the best plan is good enough, as a share of its cost: 0.001
 * @time_limit: after how many seconds the search ends; 0: never
 *
 * Creates a planner.
 *
 * Returns: (transfer full): a new planner
 *
 * Since: 1.0
 */
BalancePlanner *
balance_planner_new_full (BalanceEvaluator   *evaluator,
                          BalanceCosts       *costs,
                          const char         *district,
                          BalancePlanGoal     goal,
                          double              budget,
                          gboolean            moves_only,
                          const char *const  *first,
                          guint               years,
                          double              gap,
                          double              time_limit)
{
  g_return_val_if_fail (BALANCE_IS_EVALUATOR (evaluator), NULL);
  g_return_val_if_fail (BALANCE_IS_COSTS (costs), NULL);

  return g_object_new (BALANCE_TYPE_PLANNER, "evaluator", evaluator, "costs", costs, "district", district, "goal", goal,
                       "budget", CLAMP (budget, -1.0, 1e12), "moves-only", moves_only, "first", first,
                       "years", MIN (years, BALANCE_PLAN_MAX_YEARS), "gap", CLAMP (gap, 0.0, 1.0), "time-limit", CLAMP (time_limit, 0.0, 1e6), NULL);
}

/**
 * balance_planner_get_evaluator:
 * @self: a planner
 *
 * Gets how plans are judged.
 *
 * Returns: (transfer none): the evaluator
 *
 * Since: 1.0
 */
BalanceEvaluator *
balance_planner_get_evaluator (BalancePlanner *self)
{
  g_return_val_if_fail (BALANCE_IS_PLANNER (self), NULL);

  return self->evaluator;
}

/**
 * balance_planner_get_costs:
 * @self: a planner
 *
 * Gets what can be done, and what it costs.
 *
 * Returns: (transfer none): the costs
 *
 * Since: 1.0
 */
BalanceCosts *
balance_planner_get_costs (BalancePlanner *self)
{
  g_return_val_if_fail (BALANCE_IS_PLANNER (self), NULL);

  return self->costs;
}

/* -- one piece of work ------------------------------------------------------------------------------- */

typedef struct
{
  BalancePlanner    *planner;
  BalanceEvaluation *before;
  BalancePlanModel  *model;
  BalancePlanSearch  search;
  BalancePlanAsk     ask;
  gboolean          *first;
  gint64             began;
} Work;

static void
work_clear (Work *work)
{
  balance_plan_search_clear (&work->search);
  g_clear_object (&work->search.scenario);
  g_clear_pointer (&work->model, balance_plan_model_free);
  g_clear_object (&work->before);
  g_clear_pointer (&work->first, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_clear)

/* So many districts an error names. */
#define MAX_NAMED 8

static gboolean
find_district (BalancePlanner *self, BalanceEvaluation *evaluation, guint *district, GError **error)
{
  BalanceFacts *facts = evaluation->facts;
  g_autoptr (GString) codes = g_string_new (NULL);

  if (self->district != NULL)
    {
      if (balance_evaluation_find_district (evaluation, self->district, district))
        return TRUE;
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND, "There is no district “%s” in the data\n数据中没有代码为“%s”的区县", self->district, self->district);
      return FALSE;
    }
  *district = 0;
  if (facts->districts.n_rows == 1)
    return TRUE;
  for (guint i = 0; i < MIN (facts->districts.n_rows, MAX_NAMED); i++)
    g_string_append_printf (codes, "%s%s", i > 0 ? ", " : "", facts->district_codes[i]);
  if (facts->districts.n_rows > MAX_NAMED)
    g_string_append (codes, " …");
  g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA,
               "The data have %u districts (%s); say for which district to plan, by its code\n数据含 %u 个县（市、区）（%s），请用代码指定为哪一个编制方案",
               facts->districts.n_rows, codes->str, facts->districts.n_rows, codes->str);

  return FALSE;
}

static gboolean
find_first (Work *work, GError **error)
{
  BalanceFacts *facts = work->before->facts;
  guint start = facts->district_schools[work->model->district], end = facts->district_schools[work->model->district + 1];

  work->first = g_new0 (gboolean, end - start + 1);
  for (guint i = 0; work->planner->first != NULL && work->planner->first[i] != NULL; i++)
    {
      gboolean found = FALSE;

      for (guint school = start; school < end; school++)
        if (strcmp (facts->school_codes[school], work->planner->first[i]) == 0)
          work->first[school - start] = found = TRUE;
      if (!found)
        {
          g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND, "There is no school “%s” in the district\n该区县没有代码为“%s”的学校",
                       work->planner->first[i], work->planner->first[i]);
          return FALSE;
        }
    }
  work->ask.first = work->first;

  return TRUE;
}

static gboolean
work_begin (Work *work, BalancePlanner *self, BalanceCensus *census, BalanceProgress *progress, GCancellable *cancellable, GError **error)
{
  guint district;

  work->planner = self;
  work->began = g_get_monotonic_time ();
  if (progress != NULL)
    balance_progress_set_phase (progress, "planning", "编制方案");
  work->search = (BalancePlanSearch) { .gap = self->gap, .max_memory = MEMORY, .progress = progress, .cancellable = cancellable,
                                       .deadline = self->time_limit > 0 ? work->began + (gint64) (self->time_limit * G_USEC_PER_SEC) : 0 };
  work->before = balance_evaluator_evaluate (self->evaluator, census, NULL, cancellable, error);
  if (work->before == NULL || !find_district (self, work->before, &district, error))
    return FALSE;
  work->search.scenario = balance_scenario_new (self->evaluator, census, cancellable, error);
  if (work->search.scenario == NULL)
    return FALSE;
  work->ask = (BalancePlanAsk) { .goal = BALANCE_PLAN_CHEAPEST, .has_budget = self->budget >= 0, .moves_only = self->moves_only,
                                 .budget = self->budget >= 0 ? (gint64) (self->budget * 1e4 + 0.5) : 0,
                                 .years = self->years > 0 ? self->years : self->costs->years };
  work->model = work->search.model = balance_plan_model_new (self->costs, work->before, district, self->moves_only, work->ask.years, error);

  return work->model != NULL && find_first (work, error);
}

/* -- counting schools -------------------------------------------------------------------------------- */

static gboolean
row_is_met (const BalancePlanModel *model, const BalanceEvaluation *evaluation, const BalancePlanRow *row)
{
  const guint8 *own = evaluation->result.verdicts[row->rule->index], *around = NULL;

  if (row->choice >= 0)
    around = evaluation->result.verdicts[g_array_index (model->choices, BalancePlanChoice, (guint) row->choice).rule->index];

  return own == NULL || own[row->row] == BALANCE_VERDICT_MET || own[row->row] == BALANCE_VERDICT_NOT_APPLICABLE ||
         (around != NULL && around[row->row] == BALANCE_VERDICT_MET);
}

static guint
count_met (BalancePlanModel *model, BalanceEvaluation *evaluation, guint *n_schools)
{
  BalanceFacts *facts = model->evaluation->facts;
  guint first = facts->district_schools[model->district], n = facts->district_schools[model->district + 1] - first, n_met = 0;
  g_autofree guint8 *states = g_new0 (guint8, n + 1);      /* 1: asked, 2: unmet */

  for (guint i = 0; i < model->rows->len; i++)
    {
      const BalancePlanRow *row = &g_array_index (model->rows, BalancePlanRow, i);

      if (row->school >= 0)
        states[(guint) row->school - first] |= row_is_met (model, evaluation, row) ? 1 : 3;
    }
  for (guint i = 0; i < model->beyond->len; i++)
    {
      const BalanceBeyond *beyond = &g_array_index (model->beyond, BalanceBeyond, i);

      if (beyond->rule->level == BALANCE_LEVEL_SECTION || beyond->rule->level == BALANCE_LEVEL_SCHOOL)
        states[(beyond->rule->level == BALANCE_LEVEL_SECTION ? facts->section_school[beyond->row] : beyond->row) - first] |= 3;
    }
  *n_schools = 0;
  for (guint i = 0; i < n; i++)
    {
      *n_schools += states[i] != 0;
      n_met += states[i] == 1;
    }

  return n_met;
}

/* -- what the plan says beside its items ------------------------------------------------------------- */

static void
add_text (BalanceText *text, const char *en, const char *zh)
{
  g_autofree char *old_en = text->en, *old_zh = text->zh;

  text->en = g_strconcat (old_en != NULL ? old_en : "", en, NULL);
  text->zh = g_strconcat (old_zh != NULL ? old_zh : "", zh, NULL);
}

static void
describe_beyond (BalancePlan *self, BalancePlanModel *model)
{
  static const struct { const char *en, *zh; } reasons[] = {
    { ": no measure changes it", "：没有可改变它的措施" },
    { ": facts are missing", "：缺少数据" },
    { ": not seen to by plans", "：不在方案可处理的范围" },
  };

  for (guint i = 0; i < model->beyond->len; i++)
    {
      const BalanceBeyond *beyond = &g_array_index (model->beyond, BalanceBeyond, i);
      BalanceText *text = g_new0 (BalanceText, 1);

      for (guint language = 0; language < 2; language++)
        {
          g_autofree char *subject = balance_facts_dup_subject (model->evaluation->facts, beyond->rule->level, beyond->row, (BalanceLanguage) language);
          char *line = g_strdup_printf (language == BALANCE_LANGUAGE_ZH ? "%s：%s %s%s" : "%s: %s %s%s", subject, beyond->rule->id,
                                        balance_text_get (&beyond->rule->title, (BalanceLanguage) language),
                                        language == BALANCE_LANGUAGE_ZH ? reasons[beyond->reason].zh : reasons[beyond->reason].en);

          if (language == BALANCE_LANGUAGE_ZH)
            text->zh = line;
          else
            text->en = line;
        }
      g_ptr_array_add (self->beyond, text);
    }
}

static char *
dup_number (double number)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];
  char *text = g_strdup (g_ascii_formatd (buffer, sizeof buffer, "%.2f", ceil (number * 100 - 1e-6) / 100));
  gsize length = strlen (text);

  while (length > 0 && text[length - 1] == '0')
    text[--length] = '\0';
  if (length > 0 && text[length - 1] == '.')
    text[length - 1] = '\0';

  return text;
}

static void
describe_place (BalancePlanModel *model, int decision, BalanceText *text, char **school)
{
  BalanceFacts *facts = model->evaluation->facts;
  const BalanceDecision *at = decision >= 0 ? &g_array_index (model->decisions, BalanceDecision, (guint) decision) : NULL;

  if (at == NULL || at->school < 0)
    return;
  *school = g_strdup (facts->school_codes[at->school]);
  for (guint language = 0; language < 2; language++)
    {
      g_autofree char *subject = balance_facts_dup_subject (facts, at->level, at->row, (BalanceLanguage) language);

      if (language == BALANCE_LANGUAGE_ZH)
        add_text (text, "", subject);
      else
        add_text (text, subject, "");
    }
  add_text (text, ": ", "：");
}

static void
add_barrier (BalancePlan *self, BalancePlanModel *model, const BalanceBarrier *barrier)
{
  g_autoptr(BalancePlanBarrier) out = g_object_new (BALANCE_TYPE_PLAN_BARRIER, NULL);
  double needed = barrier->allowed + barrier->excess;
  g_autofree char *may = dup_number (barrier->allowed), *must = dup_number (needed);
  BalanceText end = { NULL, NULL };
  const BalanceText *title = NULL;
  const char *id = "budget";

  out->allowed = barrier->allowed;
  out->needed = needed;
  out->rule = barrier->kind == BALANCE_BARRIER_RULE;
  balance_text_printf (&end, " allows %s, needed are %s", "允许%s，需要%s", may, must);
  if (barrier->kind == BALANCE_BARRIER_MOST || barrier->kind == BALANCE_BARRIER_TOTAL)
    {
      const BalanceMeasureCost *measure = g_ptr_array_index (self->costs->measures, barrier->index);

      describe_place (model, barrier->decision, &out->text, &out->school);
      id = measure->id;
      title = &measure->title;
    }
  else if (barrier->kind == BALANCE_BARRIER_LIMIT)
    {
      const BalanceCostLimit *limit = g_ptr_array_index (self->costs->limits, barrier->index);

      describe_place (model, barrier->place, &out->text, &out->school);
      id = limit->id;
      title = &limit->title;
    }
  else if (barrier->kind == BALANCE_BARRIER_RULE)
    {
      const BalanceRule *rule = barrier->cone ? g_array_index (model->cones, BalancePlanCone, barrier->index).rule
                                              : g_array_index (model->rows, BalancePlanRow, barrier->index).rule;
      guint row = barrier->cone ? g_array_index (model->cones, BalancePlanCone, barrier->index).row
                                : g_array_index (model->rows, BalancePlanRow, barrier->index).row;
      BalanceFacts *facts = model->evaluation->facts;

      for (guint language = 0; language < 2; language++)
        {
          g_autofree char *subject = balance_facts_dup_subject (facts, rule->level, row, (BalanceLanguage) language);

          add_text (&out->text, language == BALANCE_LANGUAGE_ZH ? "" : subject, language == BALANCE_LANGUAGE_ZH ? subject : "");
        }
      add_text (&out->text, ": ", "：");
      if (rule->level == BALANCE_LEVEL_SECTION)
        out->school = g_strdup (facts->school_codes[facts->section_school[row]]);
      id = rule->id;
      title = &rule->title;
      out->allowed = out->needed = NAN;
      balance_text_clear (&end);
      balance_text_set (&end, " cannot be met by these measures, however much of them", "，现有措施无论多少都无法达到");
    }
  out->id = g_strdup (id);
  if (title == NULL)
    add_text (&out->text, "the budget (yuan)", "预算（元）");
  else
    add_text (&out->text, *balance_text_get (title, BALANCE_LANGUAGE_EN) != '\0' ? balance_text_get (title, BALANCE_LANGUAGE_EN) : id,
              *balance_text_get (title, BALANCE_LANGUAGE_ZH) != '\0' ? balance_text_get (title, BALANCE_LANGUAGE_ZH) : id);
  add_text (&out->text, end.en, end.zh);
  balance_text_clear (&end);
  balance_list_append (self->barriers, out);
}

/* -- the plan ---------------------------------------------------------------------------------------- */

static BalancePlan *
plan_new (Work *work)
{
  BalancePlan *self = g_object_new (BALANCE_TYPE_PLAN, NULL);

  self->costs = g_object_ref (work->planner->costs);
  self->district = work->model->district;
  self->years = work->ask.years;
  self->moves_only = work->ask.moves_only;
  self->before = g_object_ref (work->before);
  self->n_met_before = count_met (work->model, work->before, &self->n_schools);
  self->n_met_after = self->n_met_before;
  self->status = BALANCE_PLAN_NOT_FOUND;
  describe_beyond (self, work->model);

  return self;
}

static void
plan_end (BalancePlan *self, Work *work)
{
  self->seconds = (double) (g_get_monotonic_time () - work->began) / G_USEC_PER_SEC;
  self->solver = g_strdup (work->search.version);
  if (work->search.progress != NULL)
    balance_progress_set_fraction (work->search.progress, 1.0);
}

/* Puts the steps that were found into years and items, and evaluates the facts that they bring about. */
static gboolean
take_solution (BalancePlan *self, Work *work, GError **error)
{
  BalancePlanModel *model = work->model;
  g_autofree gint64 *steps = g_new0 (gint64, (gsize) model->decisions->len * work->ask.years + 1);
  g_autoptr(GError) local = NULL;

  for (guint i = 0; i < model->decisions->len; i++)
    g_array_index (model->decisions, BalanceDecision, i).steps = work->search.steps[i];
  if (!balance_plan_model_schedule (model, &work->ask, SCHEDULE_SECONDS, steps, work->search.cancellable, &local))
    {
      if (local != NULL)
        g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  self->cost = balance_plan_model_get_cost (model);
  balance_plan_make_items (self, model, steps);
  if (!balance_plan_search_apply (model, work->search.scenario, work->search.steps))
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA, "The plan asks for a fact that its field cannot have\n方案所需的数值超出数据项的取值范围");
      return FALSE;
    }
  self->after = balance_scenario_evaluate (work->search.scenario, NULL, work->search.cancellable, error);
  while (balance_scenario_undo (work->search.scenario))
    ;
  if (self->after == NULL)
    return FALSE;
  self->n_met_after = count_met (model, self->after, &self->n_schools);

  return TRUE;
}

/* The bound of a program in parts of a yuan; never below zero. */
static double
money_bound (Work *work)
{
  return isfinite (work->search.bound) ? MAX (0.0, work->search.bound * 1e8 - work->model->tie) : NAN;
}

static void
set_proof (BalancePlan *self, Work *work)
{
  self->bound = MIN (money_bound (work), (double) self->cost);
  self->gap = isnan (self->bound) ? NAN : self->cost > 0 ? ((double) self->cost - self->bound) / (double) self->cost : 0.0;
  self->status = work->search.timed_out ? BALANCE_PLAN_TIME_LIMIT : BALANCE_PLAN_PROVEN;
}

/* A search, and once more with the years in the program where its solution does not fit into them. 1: found and taken,
 * 0: not, -1: an error. */
static int
search_and_take (BalancePlan *self, Work *work, int *result, GError **error)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr(GError) local = NULL;

      work->ask.split_years = i > 0;
      *result = balance_plan_search_run (&work->search, &work->ask, error);
      if (*result != BALANCE_SEARCH_FOUND)
        return *result < 0 ? -1 : 0;
      if (take_solution (self, work, &local))
        return 1;
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return -1;
        }
    }
  *result = BALANCE_SEARCH_STOPPED;

  return 0;
}

/* The most that the budget allows: first how many, then the cheapest way to so many. */
static int
plan_most (BalancePlan *self, Work *work, GError **error)
{
  BalancePlanAsk ask = work->ask;
  double bound, reached = 0;
  int result, taken;

  work->ask.goal = self->goal = work->planner->goal;
  work->search.gap = MIN (work->planner->gap, 1e-4);
  result = balance_plan_search_run (&work->search, &work->ask, error);
  work->search.gap = work->planner->gap;
  if (result < 0)
    return -1;
  if (result == BALANCE_SEARCH_FOUND)
    {
      bound = -work->search.bound;
      reached = -work->search.objective;
      work->ask = ask;
      work->ask.least = TRUE;
      work->ask.weight = reached;
      /* what it counts must stay what it was counted by */
      work->ask.pupils = work->planner->goal == BALANCE_PLAN_MOST_PUPILS;
      taken = search_and_take (self, work, &result, error);
      if (taken <= 0)
        return taken;
      self->status = work->search.timed_out ? BALANCE_PLAN_TIME_LIMIT : BALANCE_PLAN_PROVEN;
      self->bound = floor (bound + 1e-6);
      self->gap = reached > 0 ? MAX (0.0, (bound - reached) / reached) : 0.0;
      if (work->planner->first != NULL && work->planner->first[0] != NULL)
        self->bound = self->gap = NAN;
      return 1;
    }

  return 0;
}

static gboolean
plan_barriers (BalancePlan *self, Work *work, GError **error)
{
  g_autoptr(GArray) barriers = g_array_new (FALSE, FALSE, sizeof (BalanceBarrier));

  self->status = BALANCE_PLAN_IMPOSSIBLE;
  work->search.deadline = g_get_monotonic_time () + (gint64) (BARRIER_SECONDS * G_USEC_PER_SEC);
  if (!balance_plan_search_barriers (&work->search, &work->ask, barriers, error))
    return FALSE;
  if (barriers->len > 0)
    self->cost = balance_plan_model_get_cost (work->model);
  for (guint i = 0; i < barriers->len; i++)
    add_barrier (self, work->model, &g_array_index (barriers, BalanceBarrier, i));

  return TRUE;
}

/**
 * balance_planner_plan:
 * @self: a planner
 * @census: the data
 * @progress: (nullable): how far the work is
 * @cancellable: (nullable): a cancellable; the helper program is killed
 * @error: return location for an error
 *
 * Makes a plan. That nothing is possible is no error: the plan says so, and why.
 *
 * Returns: (transfer full): the plan; %NULL with the errors of [method@Balance.Evaluator.evaluate],
 *   %BALANCE_ERROR_NOT_FOUND for a district, school or requirement that there is not, %BALANCE_ERROR_INVALID_DATA for
 *   decided actions that cannot be, %BALANCE_ERROR_HELPER_MISSING where `balance-solve` is not installed,
 *   %BALANCE_ERROR_HELPER where it failed, %G_IO_ERROR_CANCELLED
 *
 * Since: 1.0
 */
BalancePlan *
balance_planner_plan (BalancePlanner   *self,
                      BalanceCensus    *census,
                      BalanceProgress  *progress,
                      GCancellable     *cancellable,
                      GError          **error)
{
  g_auto(Work) work = { NULL };
  g_autoptr(BalancePlan) plan = NULL;
  int result, taken;

  g_return_val_if_fail (BALANCE_IS_PLANNER (self), NULL);
  g_return_val_if_fail (BALANCE_IS_CENSUS (census), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!work_begin (&work, self, census, progress, cancellable, error))
    return NULL;
  plan = plan_new (&work);
  taken = search_and_take (plan, &work, &result, error);
  if (taken > 0)
    set_proof (plan, &work);
  else if (taken == 0 && result == BALANCE_SEARCH_INFEASIBLE && self->goal != BALANCE_PLAN_CHEAPEST)
    taken = plan_most (plan, &work, error);
  else if (taken == 0 && result == BALANCE_SEARCH_INFEASIBLE)
    taken = plan_barriers (plan, &work, error) ? 0 : -1;
  else if (taken == 0)
    plan->bound = money_bound (&work);
  if (taken < 0)
    return NULL;
  plan_end (plan, &work);

  return g_steal_pointer (&plan);
}

/* -- in a thread ------------------------------------------------------------------------------------- */

typedef struct
{
  BalanceCensus   *census;
  BalanceProgress *progress;
} PlanData;

static void
plan_data_free (gpointer data)
{
  PlanData *self = data;

  g_clear_object (&self->census);
  g_clear_object (&self->progress);
  g_free (self);
}

static void
plan_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  PlanData *data = task_data;
  GError *error = NULL;
  BalancePlan *plan = balance_planner_plan (source, data->census, data->progress, cancellable, &error);

  if (plan != NULL)
    g_task_return_pointer (task, plan, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * balance_planner_plan_async:
 * @self: a planner
 * @census: the data
 * @progress: (nullable): how far the work is
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the plan is ready
 * @user_data: data for @callback
 *
 * Makes a plan in a thread. Finish with [method@Balance.Planner.plan_finish].
 *
 * Since: 1.0
 */
void
balance_planner_plan_async (BalancePlanner      *self,
                            BalanceCensus       *census,
                            BalanceProgress     *progress,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  PlanData *data;

  g_return_if_fail (BALANCE_IS_PLANNER (self));
  g_return_if_fail (BALANCE_IS_CENSUS (census));

  data = g_new0 (PlanData, 1);
  data->census = g_object_ref (census);
  data->progress = progress != NULL ? g_object_ref (progress) : NULL;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, balance_planner_plan_async);
  g_task_set_task_data (task, data, plan_data_free);
  g_task_run_in_thread (task, plan_in_thread);
}

/**
 * balance_planner_plan_finish:
 * @self: a planner
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Balance.Planner.plan_async].
 *
 * Returns: (transfer full): the plan; %NULL with the errors of [method@Balance.Planner.plan]
 *
 * Since: 1.0
 */
BalancePlan *
balance_planner_plan_finish (BalancePlanner  *self,
                             GAsyncResult    *result,
                             GError         **error)
{
  g_return_val_if_fail (BALANCE_IS_PLANNER (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* -- cost against schools ---------------------------------------------------------------------------- */

/**
 * balance_planner_trace:
 * @self: a planner
 * @census: the data
 * @points: how many points at most, 2 to 1000
 * @progress: (nullable): how far the work is
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Traces what it costs to bring so many schools to standard: what is asked of schools, not of the stages or the district;
 * there what is met now stays met. The first point is the number of schools that are up to standard now, the last one all
 * that can be. A budget of the planner is left aside; a time limit holds for each point.
 *
 * Returns: (transfer full): `a(udd)`: schools, cost in yuan, proven bound in yuan; fewer points where the limits of the
 *   costs end it; %NULL with the errors of [method@Balance.Planner.plan]
 *
 * Since: 1.0
 */
GVariant *
balance_planner_trace (BalancePlanner   *self,
                       BalanceCensus    *census,
                       guint             points,
                       BalanceProgress  *progress,
                       GCancellable     *cancellable,
                       GError          **error)
{
  g_auto(Work) work = { NULL };
  GVariantBuilder builder;
  guint n_schools, now;

  g_return_val_if_fail (BALANCE_IS_PLANNER (self), NULL);
  g_return_val_if_fail (BALANCE_IS_CENSUS (census), NULL);
  g_return_val_if_fail (points >= 2 && points <= 1000, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!work_begin (&work, self, census, progress, cancellable, error))
    return NULL;
  now = count_met (work.model, work.before, &n_schools);
  work.ask.has_budget = FALSE;
  work.ask.first = NULL;
  work.ask.least = TRUE;
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(udd)"));
  points = MIN (points, n_schools - now + 1);
  for (guint i = 0; i < points; i++)
    {
      guint schools = points == 1 ? now : now + (guint) (((guint64) (n_schools - now) * i + (points - 1) / 2) / (points - 1));
      int result;

      if (self->time_limit > 0)
        work.search.deadline = g_get_monotonic_time () + (gint64) (self->time_limit * G_USEC_PER_SEC);
      work.ask.weight = schools;
      result = balance_plan_search_run (&work.search, &work.ask, error);
      if (result < 0)
        {
          g_variant_builder_clear (&builder);
          return NULL;
        }
      if (result != BALANCE_SEARCH_FOUND)
        break;
      for (guint k = 0; k < work.model->decisions->len; k++)
        g_array_index (work.model->decisions, BalanceDecision, k).steps = work.search.steps[k];
      g_variant_builder_add (&builder, "(udd)", schools, (double) balance_plan_model_get_cost (work.model) / 1e4, money_bound (&work) / 1e4);
      if (progress != NULL)
        balance_progress_set_fraction (progress, (double) (i + 1) / points);
    }

  return g_variant_ref_sink (g_variant_builder_end (&builder));
}
