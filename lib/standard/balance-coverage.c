/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The statements that are decided about a pack; how one is decided is the business of balance-cases.c. */

#include <string.h>

#include "standard/balance-cases-private.h"
#include "standard/balance-coverage-private.h"

#define OPEN BALANCE_CASES_OPEN

typedef struct
{
  BalanceCaseSpace space;
  BalancePack     *pack;
  BalanceProblems *problems;
  BalanceCoverage *coverage;
  gboolean         wants_all;    /* not only the errors */
  gboolean        *asked;        /* [rules] not known to be asked of nobody */
  GHashTable      *reported;     /* gaps */
} Coverage;

/* Takes over both messages. */
static void
report (Coverage *self, BalanceSeverity severity, const char *kind, const char *file, guint line, guint column,
        char *en, char *zh, const char *remedy_en, const char *remedy_zh)
{
  BalancePlace place = { .file = file != NULL ? file : self->pack->file, .row = line, .column = column };
  BalanceText message = { .zh = zh, .en = en }, remedy = { NULL, NULL };

  balance_text_set (&remedy, remedy_en, remedy_zh);
  balance_problems_add (self->problems, severity, kind, &place, &message, NULL, &remedy);
}

static void
report_unproved (Coverage *self, const char *file, guint line, guint column, const char *id, const char *en, const char *zh)
{
  self->coverage->n_unproved++;
  if (!self->wants_all)
    return;
  report (self, BALANCE_SEVERITY_NOTE, "unproved", file, line, column,
          g_strdup_printf ("“%s”: it cannot be proved that %s", id, en), g_strdup_printf ("“%s”：无法证明%s", id, zh),
          "Look at it yourself; provable are conditions that test single fields against constants.",
          "请自行核对；只有将单个数据项与常量比较的条件才能逐一证明。");
}

static void
report_exceeded (Coverage *self, const char *file, guint line, const char *id)
{
  report_unproved (self, file, line, 0, id, "nothing is wrong: there are too many cases to go through", "其无误：情形过多，未能逐一核对");
}

/* -- who is asked ---------------------------------------------------------------------------------------- */

static int
innermost_scope (const BalanceRule *rule)
{
  for (; rule != NULL; rule = rule->parent)
    if (rule->scope != NULL)
      return (int) rule->index;

  return -1;
}

/* `stages` as they stand, NULL for all. */
static int
in_stages (BalanceCases *self, const gboolean *stages)
{
  int stage;

  if (stages == NULL)
    return BALANCE_TRUE;
  stage = balance_cases_get (self, balance_cases_get_stage (self));

  return stage < 0 ? OPEN : stages[stage] ? BALANCE_TRUE : BALANCE_FALSE;
}

static int
in_dates (BalanceCases *self, gint32 from, gint32 until)
{
  gint32 day;
  int number;

  balance_cases_add_day (self, from);
  if (until != BALANCE_NO_DATE && until < G_MAXINT32)
    balance_cases_add_day (self, until + 1);
  if ((from == BALANCE_NO_DATE || from <= self->space->start) && until == BALANCE_NO_DATE)
    return BALANCE_TRUE;
  number = balance_cases_get (self, balance_cases_get_date (self));
  if (number < 0)
    return OPEN;
  day = g_array_index (balance_cases_get_date (self)->dates, gint32, number);

  return (from == BALANCE_NO_DATE || day >= from) && (until == BALANCE_NO_DATE || day <= until) ? BALANCE_TRUE : BALANCE_FALSE;
}

/* Is a name of a finer level than the subject in it, so that the rows of one subject can differ? */
static gboolean
is_finer (BalanceCases *self, const BalanceExpression *e, BalanceLevel level)
{
  if (e->kind == BALANCE_EXPRESSION_CALL && strcmp (e->text, "missing") != 0 && e->n_args == 1)
    return FALSE;
  if (e->kind == BALANCE_EXPRESSION_NAME)
    {
      const BalanceField *field = balance_cases_find_field (self, e->text);

      return field != NULL && field->level < level &&
             !(level == BALANCE_LEVEL_STAGE && field == self->space->pack->dictionary->identity[BALANCE_ID_STAGE]);
    }
  for (guint i = 0; i < e->n_args; i++)
    if (is_finer (self, e->args[i], level))
      return TRUE;

  return FALSE;
}

/* The rule's own part: its dates, stages, scope and `when`. Where `blur`, a scope over finer rows than the subject is
 * opaque: of two scopes that exclude each other one subject may have rows in both. */
static int
asked_itself (BalanceCases *self, const BalanceRule *rule, gboolean blur)
{
  BalanceCasePlace scope_place = { BALANCE_LEVEL_SECTION, rule->parent != NULL ? innermost_scope (rule->parent) : -1 };
  BalanceCasePlace when_place = { rule->level, innermost_scope (rule) };
  int all = BALANCE_TRUE;

  if (!balance_cases_also (self, in_dates (self, rule->from, rule->until), &all))
    return all;
  /* an indicator among the items has its own stages */
  if (rule->kind == BALANCE_RULE_INDICATOR && !balance_cases_also (self, in_stages (self, rule->indicator->stages), &all))
    return all;
  if (!balance_cases_also (self, in_stages (self, rule->stages), &all))
    return all;
  if (rule->scope != NULL)
    {
      int truth = blur && is_finer (self, rule->scope, rule->level) ? balance_cases_evaluate_opaque (self, rule->scope, &scope_place)
                                                                    : balance_cases_evaluate (self, rule->scope, &scope_place);

      if (!balance_cases_also (self, truth, &all))
        return all;
    }
  if (rule->when != NULL)
    balance_cases_also (self, balance_cases_evaluate (self, rule->when, &when_place), &all);

  return all;
}

static int
asked_above (BalanceCases *self, const BalanceRule *rule)
{
  static const BalanceCasePlace base = { BALANCE_LEVEL_SECTION, -1 };
  int all = BALANCE_TRUE;

  if (rule == NULL)
    return self->space->pack->scope != NULL ? balance_cases_evaluate (self, self->space->pack->scope, &base) : BALANCE_TRUE;
  if (balance_cases_also (self, asked_above (self, rule->parent), &all))
    balance_cases_also (self, asked_itself (self, rule, FALSE), &all);

  return all;
}

/* -- requirements: somebody is asked, and there is a limit wherever one is ---------------------------------- */

/* Which of several limits that follow one another in time holds? -1 none; -2 OPEN */
static int
limit_in_force (BalanceCases *self, const BalanceLimit *limit)
{
  int number, at = -1;
  gint32 day;

  for (guint i = 0; i < limit->n; i++)
    balance_cases_add_day (self, limit->from[i]);
  if (limit->n == 0)
    return -1;
  if (limit->n == 1 && (limit->from[0] == BALANCE_NO_DATE || limit->from[0] <= self->space->start))
    return 0;
  number = balance_cases_get (self, balance_cases_get_date (self));
  if (number < 0)
    return -2;
  day = g_array_index (balance_cases_get_date (self)->dates, gint32, number);
  for (guint i = 0; i < limit->n; i++)
    if (limit->from[i] == BALANCE_NO_DATE || limit->from[i] <= day)
      at = (int) i;

  return at;
}

/* Has a definition nothing for the stage? OPEN where that is not known yet. */
static int
leaves_out (BalanceCases *self, const BalanceDefinition *definition)
{
  int stage;

  if (definition == NULL || definition->by_stage == NULL || definition->faulty)
    return BALANCE_FALSE;
  stage = balance_cases_get (self, balance_cases_get_stage (self));

  return stage < 0 ? OPEN : definition->by_stage[stage] == NULL ? BALANCE_TRUE : BALANCE_FALSE;
}

typedef enum
{
  GAP_LIMIT_STAGE,     /* the map of a limit leaves out a stage */
  GAP_LIMIT_DATE,      /* no limit yet */
  GAP_VALUE_STAGE,     /* the map of a value leaves out a stage */
} Gap;

/* The stage of the case stands above the kind of gap: each stage is reported. */
#define GAP_BITS 2

static gboolean
look_for_limit (BalanceCases *self, const BalanceLimit *limit)
{
  guint stage;
  int at, out;

  /* an empty list was reported when it was read */
  if (limit->comparison == BALANCE_COMPARISON_NONE || limit->n == 0)
    return TRUE;
  at = limit_in_force (self, limit);
  if (self->collecting)
    balance_cases_get_stage (self);
  if (self->collecting || at == -2)
    return FALSE;
  if (at < 0)
    {
      balance_cases_add_fault (self, limit, GAP_LIMIT_DATE, NULL, NULL);
      return TRUE;
    }
  out = leaves_out (self, limit->definitions[at]);
  stage = (guint) balance_cases_get_stage (self)->chosen;
  if (out == BALANCE_TRUE)
    balance_cases_add_fault (self, limit->definitions[at], stage << GAP_BITS | GAP_LIMIT_STAGE, NULL, NULL);

  return out != OPEN;
}

static gboolean
look_for_value (BalanceCases *self, const BalanceDefinition *value)
{
  int out = leaves_out (self, value);

  if (!self->collecting && out == BALANCE_TRUE)
    balance_cases_add_fault (self, value, (guint) balance_cases_get_stage (self)->chosen << GAP_BITS | GAP_VALUE_STAGE, NULL, NULL);

  return !self->collecting && out != OPEN;
}

static gboolean
look_for_values (BalanceCases *self, const BalanceRule *rule)
{
  gboolean done = TRUE;

  if (rule->kind == BALANCE_RULE_VALUE)
    return look_for_value (self, rule->value);
  if (rule->kind == BALANCE_RULE_INDICATOR)
    return look_for_value (self, rule->indicator->value);
  for (guint i = 0; rule->measured != NULL && i < rule->measured->len; i++)
    {
      const BalanceIndicatorRule *indicator = g_ptr_array_index (rule->measured, i);
      int in = in_stages (self, indicator->stages);

      if (in == OPEN)
        done = FALSE;
      if (self->collecting || in == BALANCE_TRUE)
        done &= look_for_value (self, indicator->value);
    }

  return done;
}

static gboolean
look_at_rule (BalanceCases *self, gpointer data)
{
  const BalanceRule *rule = data;
  int asked = BALANCE_TRUE;
  gboolean done;

  self->assuming = TRUE;
  balance_cases_also (self, asked_above (self, rule->parent), &asked);
  self->assuming = FALSE;
  if (self->collecting || asked == BALANCE_TRUE || asked == BALANCE_UNKNOWN)
    balance_cases_also (self, asked_itself (self, rule, FALSE), &asked);
  if (!self->collecting && (asked == OPEN || asked == BALANCE_FALSE))
    return asked == BALANCE_FALSE;

  balance_cases_found (self);
  done = look_for_values (self, rule);
  /* coefficients of several indicators share one limit */
  if (rule->kind != BALANCE_RULE_DISPERSION || rule->combine || rule == g_ptr_array_index (rule->parent->children, 0))
    done &= look_for_limit (self, rule->kind == BALANCE_RULE_INDICATOR ? &rule->indicator->limit : &rule->limit);

  return done;
}

/* The file that a definition stands in, which need not be that of the item. */
static const char *
definition_file (Coverage *self, const BalanceDefinition *definition, const char *otherwise)
{
  if (definition->all != NULL)
    return definition->all->file;
  for (guint i = 0; definition->by_stage != NULL && i < self->pack->n_stages; i++)
    if (definition->by_stage[i] != NULL)
      return definition->by_stage[i]->file;

  return otherwise;
}

static void
report_gap (Coverage *self, const char *file, const char *id, const BalanceCaseFault *fault)
{
  Gap gap = fault->detail & ((1 << GAP_BITS) - 1);
  const BalanceDefinition *definition = gap == GAP_LIMIT_DATE ? NULL : fault->what;
  const BalanceLimit *limit = gap == GAP_LIMIT_DATE ? fault->what : NULL;
  guint line = limit != NULL ? limit->line : definition->line, column = limit != NULL ? 0 : definition->column;
  const char *what_en = gap == GAP_VALUE_STAGE ? "formula" : "limit", *what_zh = gap == GAP_VALUE_STAGE ? "公式" : "限值";
  g_autofree char *key = g_strdup_printf ("%p %u", fault->what, fault->detail);

  /* an indicator may be asked for in several places */
  if (!g_hash_table_add (self->reported, g_steal_pointer (&key)))
    return;
  file = definition_file (self, limit != NULL ? limit->definitions[0] : definition, file);
  if (!fault->certain)
    {
      g_autofree char *en = g_strdup_printf ("it has a %s wherever it is asked; doubtful: %s", what_en, fault->example.en);
      g_autofree char *zh = g_strdup_printf ("其处处都有%s；存疑：%s", what_zh, fault->example.zh);

      report_unproved (self, file, line, column, id, en, zh);
      return;
    }
  report (self, BALANCE_SEVERITY_ERROR, "gap", file, line, column,
          g_strdup_printf ("“%s”: %s: no %s", id, fault->example.en, what_en),
          g_strdup_printf ("“%s”：%s：没有%s", id, fault->example.zh, what_zh),
          "Add it, or leave such cases out by “stages”, “scope”, “when” or “effective”.",
          "请补上，或用“stages”“scope”“when”“effective”排除这类情形。");
}

/* Has a rule conditions of its own, so that nobody may be left? */
static gboolean
is_conditional (const BalanceRule *rule)
{
  return rule->scope != NULL || rule->when != NULL || rule->stages != NULL || rule->from != BALANCE_NO_DATE ||
         rule->until != BALANCE_NO_DATE || (rule->kind == BALANCE_RULE_INDICATOR && rule->indicator->stages != NULL);
}

static void
check_rule (Coverage *self, BalanceRule *rule)
{
  g_autoptr(BalanceCases) decision = balance_cases_new (&self->space);
  const char *id = rule->kind == BALANCE_RULE_DISPERSION && !rule->combine ? rule->parent->id : rule->id;
  const BalanceExpression *condition = rule->when != NULL ? rule->when : rule->scope;
  const char *file = condition != NULL ? condition->file : rule->file;
  guint line = condition != NULL ? condition->line : rule->line;
  gboolean sound = TRUE;

  balance_cases_decide (decision, look_at_rule, rule);
  self->asked[rule->index] = decision->yes || decision->exceeded;
  if (decision->exceeded)
    {
      report_exceeded (self, rule->file, rule->line, rule->id);
      return;
    }
  /* what nobody above is asked of was reported there */
  if (!decision->yes && rule->parent != NULL && !self->asked[rule->parent->index])
    return;
  if (!decision->yes)
    {
      sound = FALSE;
      report (self, BALANCE_SEVERITY_ERROR, "never-asked", file, line, 0,
              g_strdup_printf ("“%s” is asked of nobody: its scope, stages, dates and “when”, with those above, never hold at once", id),
              g_strdup_printf ("“%s”对任何对象都不适用：其范围、学段、日期、条件与上级的合在一起从不成立", id),
              "Mend the condition or remove the requirement.", "请修改条件或删除该要求。");
    }
  else if (!decision->certainly && is_conditional (rule))
    {
      sound = FALSE;
      report_unproved (self, file, line, 0, id, "it is ever asked: its condition is more than tests of single fields",
                       "其确会适用：条件不只是单个数据项与常量的比较");
    }
  for (guint i = 0; i < decision->faults->len; i++)
    {
      report_gap (self, rule->file, id, &g_array_index (decision->faults, BalanceCaseFault, i));
      sound = FALSE;
    }
  self->coverage->n_requirements += sound;
}

/* -- branches: every one is taken by somebody ------------------------------------------------------------- */

typedef struct
{
  const BalanceRule       *rule;         /* nullable: of an indicator or a computed field */
  const gboolean          *stages;
  const BalanceExpression *expression;
  int                      stage;        /* it is written for; -1 all */
  BalanceCasePlace                    place;
} Branches;

static gboolean
walk_branches (BalanceCases *self, const BalanceExpression *e, const BalanceCasePlace *place)
{
  int truth;

  if (e->kind != BALANCE_EXPRESSION_IF)
    return !self->collecting;
  truth = balance_cases_evaluate (self, e->args[0], place);
  if (self->collecting)
    {
      walk_branches (self, e->args[1], place);
      return walk_branches (self, e->args[2], place);
    }
  if (truth == OPEN)
    return FALSE;
  if (truth != BALANCE_FALSE)
    {
      g_hash_table_add (self->reached, e->args[1]);
      if (!walk_branches (self, e->args[1], place))
        return FALSE;
    }
  if (truth != BALANCE_TRUE)
    {
      g_hash_table_add (self->reached, e->args[2]);
      if (!walk_branches (self, e->args[2], place))
        return FALSE;
    }

  return TRUE;
}

static gboolean
look_at_branches (BalanceCases *self, gpointer data)
{
  const Branches *branches = data;
  int asked = BALANCE_TRUE, stage;

  if (branches->stage >= 0)
    {
      stage = balance_cases_get (self, balance_cases_get_stage (self));
      balance_cases_also (self, stage < 0 ? OPEN : stage == branches->stage ? BALANCE_TRUE : BALANCE_FALSE, &asked);
    }
  if (self->collecting || asked == BALANCE_TRUE)
    balance_cases_also (self, in_stages (self, branches->stages), &asked);
  if (self->collecting || asked == BALANCE_TRUE)
    balance_cases_also (self, asked_above (self, branches->rule), &asked);
  if (!self->collecting && (asked == OPEN || asked == BALANCE_FALSE))
    return asked == BALANCE_FALSE;

  return walk_branches (self, branches->expression, &branches->place);
}

static void
report_branches (Coverage *coverage, BalanceCases *self, const BalanceExpression *e, const BalanceExpression *root, const char *id)
{
  static const guint sides[] = { 1, 2 };

  if (e->kind != BALANCE_EXPRESSION_IF)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    {
      const BalanceExpression *branch = e->args[sides[i]];
      g_autoptr(GString) text = NULL;

      if (g_hash_table_contains (self->reached, branch))
        {
          report_branches (coverage, self, branch, root, id);
          continue;
        }
      text = g_string_new (NULL);
      balance_cases_append_expression (text, branch);
      report (coverage, BALANCE_SEVERITY_ERROR, "unreachable", root->file, root->line, root->column + branch->position,
              g_strdup_printf ("“%s”: nobody comes to the branch “%s”", id, text->str),
              g_strdup_printf ("“%s”：没有对象适用分支“%s”", id, text->str),
              "Mend the condition before it or remove the branch.", "请修改前面的条件或删除该分支。");
    }
}

/* Each outermost `if` of a formula, outside of aggregates, whose rows are others. */
static void
check_branches_in (Coverage *self, const BalanceExpression *e, const BalanceExpression *root, Branches *branches, const char *id)
{
  if (e->kind == BALANCE_EXPRESSION_IF)
    {
      g_autoptr(BalanceCases) decision = balance_cases_new (&self->space);

      branches->expression = e;
      balance_cases_decide (decision, look_at_branches, branches);
      if (decision->exceeded)
        report_exceeded (self, root->file, root->line, id);
      else
        report_branches (self, decision, e, root, id);
      return;
    }
  if (e->kind == BALANCE_EXPRESSION_CALL && e->n_args == 1)
    return;
  for (guint i = 0; i < e->n_args; i++)
    check_branches_in (self, e->args[i], root, branches, id);
}

static void
check_branches (Coverage *self, const BalanceDefinition *definition, Branches *branches, const char *id)
{
  if (definition == NULL)
    return;
  branches->stage = -1;
  if (definition->all != NULL)
    check_branches_in (self, definition->all, definition->all, branches, id);
  for (guint i = 0; definition->by_stage != NULL && i < self->pack->n_stages; i++)
    if (definition->by_stage[i] != NULL)
      {
        branches->stage = (int) i;
        check_branches_in (self, definition->by_stage[i], definition->by_stage[i], branches, id);
      }
}

static void
check_limit_branches (Coverage *self, const BalanceLimit *limit, Branches *branches, const char *id)
{
  for (guint i = 0; i < limit->n; i++)
    check_branches (self, limit->definitions[i], branches, id);
}

static void
check_all_branches (Coverage *self)
{
  for (guint i = 0; i < self->pack->indicators->len; i++)
    {
      const BalanceIndicatorRule *indicator = g_ptr_array_index (self->pack->indicators, i);
      Branches branches = { .stages = indicator->stages, .place = { indicator->level, -1 } };

      check_branches (self, indicator->value, &branches, indicator->id);
      check_limit_branches (self, &indicator->limit, &branches, indicator->id);
    }
  for (guint i = 0; i < self->pack->rules->len; i++)
    {
      const BalanceRule *rule = g_ptr_array_index (self->pack->rules, i);
      Branches branches = { .rule = rule, .place = { rule->level, innermost_scope (rule) } };

      /* an indicator's are looked at there; what is asked of nobody was reported */
      if (rule->kind == BALANCE_RULE_INDICATOR || (rule->kind == BALANCE_RULE_DISPERSION && !rule->combine) || !self->asked[i])
        continue;
      check_branches (self, rule->value, &branches, rule->id);
      check_limit_branches (self, &rule->limit, &branches, rule->id);
    }
}

/* -- alternatives: exactly one of them ---------------------------------------------------------------------- */

static gboolean
look_at_alternatives (BalanceCases *self, gpointer data)
{
  const BalanceRule *rule = data, *first = NULL, *second = NULL;
  int asked = BALANCE_TRUE;

  self->assuming = TRUE;
  balance_cases_also (self, asked_above (self, rule), &asked);
  self->assuming = FALSE;
  if (!self->collecting && (asked == OPEN || asked == BALANCE_FALSE))
    return asked == BALANCE_FALSE;

  for (guint i = 0; i < rule->children->len; i++)
    {
      const BalanceRule *child = g_ptr_array_index (rule->children, i);
      int own = asked_itself (self, child, TRUE);

      if (self->collecting)
        continue;
      if (own == OPEN)
        return FALSE;
      /* with a fact missing it is not known which one applies: neither a gap nor an overlap */
      if (own == BALANCE_UNKNOWN)
        return TRUE;
      if (own == BALANCE_TRUE && first == NULL)
        first = child;
      else if (own == BALANCE_TRUE && second == NULL)
        second = child;
    }
  if (self->collecting)
    return FALSE;
  if (first == NULL)
    balance_cases_add_fault (self, rule, 0, NULL, NULL);
  else if (second != NULL)
    balance_cases_add_fault (self, first, second->index, first, second);

  return TRUE;
}

static void
report_alternatives (Coverage *self, const BalanceRule *rule, const BalanceCaseFault *fault)
{
  const BalanceRule *first = fault->first, *second = fault->second;

  if (!fault->certain)
    {
      g_autofree char *en = g_strdup_printf ("exactly one of its items applies; doubtful: %s", fault->example.en);
      g_autofree char *zh = g_strdup_printf ("各项恰有一项适用；存疑：%s", fault->example.zh);

      report_unproved (self, rule->file, rule->line, 0, rule->id, en, zh);
    }
  else if (first == NULL)
    {
      report (self, BALANCE_SEVERITY_ERROR, "gap", rule->file, rule->line, 0,
              g_strdup_printf ("“%s”: %s: none of the alternatives applies", rule->id, fault->example.en),
              g_strdup_printf ("“%s”：%s：各项都不适用", rule->id, fault->example.zh),
              "Let one of them apply, or leave such cases out by the scope of the whole.", "请让其中一项适用，或用整项的范围排除这类情形。");
    }
  else
    {
      report (self, BALANCE_SEVERITY_ERROR, "overlap", second->file, second->line, 0,
              g_strdup_printf ("“%s”: %s: both “%s” and “%s” apply", rule->id, fault->example.en, first->id, second->id),
              g_strdup_printf ("“%s”：%s：“%s”与“%s”同时适用", rule->id, fault->example.zh, first->id, second->id),
              "Let their conditions exclude each other, or take away “alternatives”.", "请使其条件互斥，或去掉“alternatives”。");
    }
}

static void
check_alternatives (Coverage *self, BalanceRule *rule)
{
  g_autoptr(BalanceCases) decision = balance_cases_new (&self->space);
  gboolean doubtful = FALSE;

  balance_cases_decide (decision, look_at_alternatives, rule);
  if (decision->exceeded)
    {
      report_exceeded (self, rule->file, rule->line, rule->id);
      return;
    }
  for (guint i = 0; i < decision->faults->len; i++)
    {
      const BalanceCaseFault *fault = &g_array_index (decision->faults, BalanceCaseFault, i);

      /* doubts are one statement that is not proved */
      if (fault->certain || !doubtful)
        report_alternatives (self, rule, fault);
      doubtful = doubtful || !fault->certain;
    }
  self->coverage->n_alternatives += decision->faults->len == 0;
}

/* -- concessions: there is somebody to whom they apply, and which one comes first -------------------------- */

typedef struct
{
  const BalanceConcession     *concession;
  const BalanceConcessionItem *item;
  const BalanceIndicatorRule  *indicator;     /* it is on one of these */
  const BalanceRule           *rule;
  gboolean                     dated;
  GPtrArray                   *rules;         /* that ask for the indicator */
  GArray                      *before;        /* of Concession: items on the same target that come first */
  gboolean                     alone;         /* somebody comes to it past those before */
} Concession;

static int
target_asked (BalanceCases *self, const Concession *concession)
{
  int any = BALANCE_FALSE;

  if (concession->rule != NULL)
    return asked_above (self, concession->rule);
  if (concession->rules->len == 0)
    {
      any = BALANCE_TRUE;
      if (balance_cases_also (self, asked_above (self, NULL), &any))
        balance_cases_also (self, in_stages (self, concession->indicator->stages), &any);
      return any;
    }
  for (guint i = 0; i < concession->rules->len; i++)
    {
      int asked = asked_above (self, g_ptr_array_index (concession->rules, i));

      if (!self->collecting && (asked == BALANCE_TRUE || asked == OPEN))
        return asked;
      if (asked != BALANCE_FALSE)
        any = asked;
    }

  return any;
}

static int
item_applies (BalanceCases *self, const Concession *concession)
{
  BalanceCasePlace place = { concession->rule != NULL ? concession->rule->level : concession->indicator->level,
                  concession->rule != NULL ? innermost_scope (concession->rule) : -1 };
  int all = BALANCE_TRUE;

  if (concession->dated)
    balance_cases_also (self, in_dates (self, concession->concession->from, concession->concession->until), &all);
  if (!self->collecting && (all == BALANCE_FALSE || all == OPEN))
    return all;
  if (concession->item->when != NULL)
    balance_cases_also (self, balance_cases_evaluate (self, concession->item->when, &place), &all);

  return all;
}

static gboolean
look_at_concession (BalanceCases *self, gpointer data)
{
  Concession *concession = data;
  gboolean alone = TRUE;
  int applies = BALANCE_TRUE;

  if (balance_cases_also (self, item_applies (self, concession), &applies))
    balance_cases_also (self, target_asked (self, concession), &applies);
  if (!self->collecting && applies != BALANCE_TRUE)
    return applies != OPEN;

  for (guint i = 0; i < concession->before->len; i++)
    {
      const Concession *other = &g_array_index (concession->before, Concession, i);
      int also_applies = item_applies (self, other);

      if (!self->collecting && also_applies == OPEN)
        return FALSE;
      if (!self->collecting && also_applies == BALANCE_TRUE)
        {
          alone = FALSE;
          balance_cases_add_fault (self, other->item, 0, other->item, concession->item);
        }
    }
  balance_cases_found (self);
  concession->alone = concession->alone || (alone && !self->collecting);

  return !self->collecting;
}

static void
check_concession_item (Coverage *self, Concession *concession)
{
  const BalanceConcessionItem *item = concession->item;
  guint line = item->when != NULL ? item->when_line : item->line;
  g_autoptr(BalanceCases) decision = balance_cases_new (&self->space);

  concession->dated = TRUE;
  balance_cases_decide (decision, look_at_concession, concession);
  if (!decision->yes && !decision->exceeded)
    {
      /* a concession that has run out can still be turned on */
      balance_cases_free (g_steal_pointer (&decision));
      decision = balance_cases_new (&self->space);
      concession->dated = FALSE;
      for (guint i = 0; i < concession->before->len; i++)
        g_array_index (concession->before, Concession, i).dated = FALSE;
      balance_cases_decide (decision, look_at_concession, concession);
      if (decision->yes)
        report (self, BALANCE_SEVERITY_WARNING, "never-applies", item->file, item->line, 0,
                g_strdup_printf ("“%s” has no day in common with what it relaxes and with the life of the pack", item->id),
                g_strdup_printf ("“%s”的有效期与所放宽的要求及本标准的施行期没有交集", item->id),
                "Look at “from” and “until” of the concession and at “effective”.", "请核对放宽规定的“from”“until”和“effective”。");
    }
  if (decision->exceeded)
    {
      report_exceeded (self, item->file, item->line, item->id);
      return;
    }
  if (!decision->yes || !concession->alone)
    {
      report (self, BALANCE_SEVERITY_ERROR, "never-applies", item->file, line, 0,
              g_strdup_printf (decision->yes ? "“%s” never applies: those before it on “%s” always come first"
                                             : "“%s” never applies: nobody of whom “%s” is asked fulfils its condition", item->id, item->on),
              g_strdup_printf (decision->yes ? "“%s”从不适用：排在前面的放宽规定（针对“%s”）总是先适用"
                                             : "“%s”从不适用：“%s”的适用对象都不符合其条件", item->id, item->on),
              "Mend its condition, put it before the others, or remove it.", "请修改条件、调整次序或删除。");
      return;
    }
  if (!decision->certainly)
    {
      report_unproved (self, item->file, line, 0, item->id, "it ever applies: its condition is more than tests of single fields",
                       "其确会适用：条件不只是单个数据项与常量的比较");
      return;
    }
  self->coverage->n_concessions++;
  for (guint i = 0; i < decision->faults->len; i++)
    {
      const BalanceCaseFault *fault = &g_array_index (decision->faults, BalanceCaseFault, i);
      const BalanceConcessionItem *first = fault->first;

      report (self, BALANCE_SEVERITY_NOTE, "first-applies", item->file, item->line, 0,
              g_strdup_printf ("“%s” and “%s” both fit: %s; the first one applies", first->id, item->id, fault->example.en),
              g_strdup_printf ("“%s”与“%s”同时符合：%s；适用排在前面的", first->id, item->id, fault->example.zh),
              "Nothing, if that is meant; else change their order or conditions.", "如确需如此则不必修改；否则请调整次序或条件。");
    }
}

static void
check_concessions (Coverage *self)
{
  g_autoptr(GArray) seen = g_array_new (FALSE, TRUE, sizeof (Concession));
  g_autoptr(GPtrArray) lists = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);

  for (guint i = 0; i < self->pack->concessions->len; i++)
    {
      const BalanceConcession *concession = g_ptr_array_index (self->pack->concessions, i);

      for (guint k = 0; k < concession->items->len; k++)
        {
          const BalanceConcessionItem *item = g_ptr_array_index (concession->items, k);
          g_autoptr(GArray) before = g_array_new (FALSE, TRUE, sizeof (Concession));
          Concession self_item = { .concession = concession, .item = item, .before = before, .dated = TRUE };

          if (item->on == NULL)
            continue;
          self_item.indicator = balance_pack_find_indicator (self->pack, item->on);
          self_item.rule = balance_pack_find_rule (self->pack, item->on);
          if (self_item.indicator == NULL && self_item.rule == NULL)
            continue;
          /* of what is asked of nobody there is nothing to relax, which was reported */
          if (self_item.rule != NULL && !self->asked[self_item.rule->index])
            continue;
          self_item.rules = g_ptr_array_new ();
          g_ptr_array_add (lists, self_item.rules);
          for (guint r = 0; self_item.indicator != NULL && r < self->pack->rules->len; r++)
            {
              BalanceRule *rule = g_ptr_array_index (self->pack->rules, r);

              if (rule->indicator == self_item.indicator ||
                  (rule->measured != NULL && g_ptr_array_find (rule->measured, self_item.indicator, NULL)))
                g_ptr_array_add (self_item.rules, rule);
            }
          for (guint s = 0; s < seen->len; s++)
            if (strcmp (g_array_index (seen, Concession, s).item->on, item->on) == 0)
              g_array_append_val (before, g_array_index (seen, Concession, s));
          check_concession_item (self, &self_item);
          self_item.before = NULL;
          self_item.dated = TRUE;
          g_array_append_val (seen, self_item);
        }
    }
}

/* -- who is left out -------------------------------------------------------------------------------------- */

static gboolean
has_aggregate (const BalanceExpression *e)
{
  if (e == NULL)
    return FALSE;
  if (e->kind == BALANCE_EXPRESSION_CALL && (e->over != NULL || (e->n_args == 1 && strcmp (e->text, "missing") != 0)))
    return TRUE;
  for (guint i = 0; i < e->n_args; i++)
    if (has_aggregate (e->args[i]))
      return TRUE;

  return FALSE;
}

/* Does it look at schools, be it one by one or together? */
static gboolean
looks_at_schools (const BalanceRule *rule)
{
  return rule->level <= BALANCE_LEVEL_STAGE || (rule->value != NULL && has_aggregate (rule->value->all));
}

typedef struct
{
  int      kind, stage;      /* codes */
  gboolean any;
} LeftOut;

static gboolean
look_for_anyone (BalanceCases *self, gpointer data)
{
  LeftOut *out = data;
  const BalanceField *kind = self->space->pack->dictionary->identity[BALANCE_ID_KIND];
  int case_of_kind = balance_cases_get (self, balance_cases_get_named (self, kind->id)), stage = -1;

  if (case_of_kind >= 0)
    stage = balance_cases_get (self, balance_cases_get_stage (self));
  else if (self->collecting)
    balance_cases_get_stage (self);
  if (!self->collecting && (case_of_kind < 0 || stage < 0))
    return FALSE;
  if (!self->collecting && (out->any || case_of_kind != out->kind || stage != out->stage))
    return TRUE;
  for (guint i = 0; i < self->space->pack->rules->len; i++)
    {
      const BalanceRule *rule = g_ptr_array_index (self->space->pack->rules, i);
      int asked;

      if (rule->children->len > 0 || !looks_at_schools (rule))
        continue;
      asked = asked_above (self, rule);
      if (!self->collecting && asked == OPEN)
        return FALSE;
      if (!self->collecting && asked != BALANCE_FALSE)
        {
          out->any = TRUE;
          return TRUE;
        }
    }

  return !self->collecting;
}

/* Kinds of school and stages that no requirement looks at: meant, most likely, but nobody should have to find out
 * by searching. */
static void
report_left_out (Coverage *self)
{
  const BalanceField *kind = self->pack->dictionary->identity[BALANCE_ID_KIND];
  g_autoptr(GString) en = g_string_new (NULL), zh = g_string_new (NULL);
  gboolean any = FALSE;

  for (guint i = 0; i < self->pack->rules->len && !any; i++)
    any = looks_at_schools (g_ptr_array_index (self->pack->rules, i));
  if (!any || kind == NULL || kind->choices == NULL)
    return;

  for (guint k = 0; k < kind->choices->len; k++)
    for (guint s = 0; s < self->pack->n_stages; s++)
      {
        const BalanceChoice *choice = g_ptr_array_index (kind->choices, k);
        const BalanceChoice *stage = balance_dictionary_get_stage (self->pack->dictionary, self->pack->stages[s]);
        LeftOut out = { (int) k, (int) s, FALSE };
        g_autoptr(BalanceCases) decision = NULL;

        /* where the dictionary says that such a school has no such stage, there is nobody to leave out */
        if (choice->stages != NULL && !g_strv_contains ((const char *const *) choice->stages, stage->id))
          continue;
        decision = balance_cases_new (&self->space);
        balance_cases_decide (decision, look_for_anyone, &out);
        if (out.any || decision->exceeded)
          continue;
        g_string_append_printf (en, "%s%s, %s", en->len > 0 ? "; " : "", balance_text_get (&choice->title, BALANCE_LANGUAGE_EN),
                                balance_text_get (&stage->title, BALANCE_LANGUAGE_EN));
        g_string_append_printf (zh, "%s%s（%s）", zh->len > 0 ? "、" : "", balance_text_get (&choice->title, BALANCE_LANGUAGE_ZH),
                                balance_text_get (&stage->title, BALANCE_LANGUAGE_ZH));
      }
  if (en->len > 0)
    report (self, BALANCE_SEVERITY_NOTE, "left-out", self->pack->scope != NULL ? self->pack->scope->file : NULL,
            self->pack->scope != NULL ? self->pack->scope_line : 1, 0,
            g_strdup_printf ("no requirement looks at these schools, whatever the day: %s", en->str),
            g_strdup_printf ("没有任何要求涉及下列学校：%s", zh->str),
            "Nothing, if their scopes leave them out on purpose.", "如范围有意不包括这些学校，则不必修改。");
}

/* -- the pack -------------------------------------------------------------------------------------------- */

static gint32
earlier (gint32 a, gint32 b)
{
  return a == BALANCE_NO_DATE || (b != BALANCE_NO_DATE && b < a) ? b : a;
}

/* The first day that matters: that of the pack, else the first one that stands in it. */
static gint32
find_start (const BalancePack *pack)
{
  gint32 start = pack->effective_days;

  if (start != BALANCE_NO_DATE)
    return start;
  for (guint i = 0; i < pack->rules->len; i++)
    {
      const BalanceRule *rule = g_ptr_array_index (pack->rules, i);
      const BalanceLimit *limit = rule->kind == BALANCE_RULE_INDICATOR ? &rule->indicator->limit : &rule->limit;

      start = earlier (start, rule->from);
      for (guint k = 0; k < limit->n; k++)
        start = earlier (start, limit->from[k]);
    }

  return start != BALANCE_NO_DATE ? start : 0;
}

void
balance_coverage_check (BalancePack     *pack,
                        BalanceProblems *problems,
                        BalanceCoverage *coverage)
{
  BalanceCoverage counts;
  g_autoptr(GHashTable) options = g_hash_table_new (g_str_hash, g_str_equal), codes = g_hash_table_new (NULL, NULL);
  g_autoptr(GHashTable) reported = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree gboolean *asked = g_new0 (gboolean, pack->rules->len + 1);
  Coverage self = { .space = { .pack = pack, .options = options, .codes = codes, .start = find_start (pack) }, .reported = reported,
                    .pack = pack, .problems = problems, .coverage = coverage != NULL ? coverage : &counts,
                    .wants_all = coverage != NULL, .asked = asked };

  memset (self.coverage, 0, sizeof *self.coverage);
  for (guint i = 0; i < pack->options->len; i++)
    {
      BalanceOption *option = g_ptr_array_index (pack->options, i);

      g_hash_table_insert (options, option->id, option);
    }
  for (guint i = 0; i < pack->rules->len; i++)
    check_rule (&self, g_ptr_array_index (pack->rules, i));
  for (guint i = 0; i < pack->rules->len; i++)
    {
      BalanceRule *rule = g_ptr_array_index (pack->rules, i);

      if (rule->alternatives && asked[i])
        check_alternatives (&self, rule);
    }
  check_all_branches (&self);
  check_concessions (&self);
  if (self.wants_all)
    report_left_out (&self);
  self.coverage->n_cases = self.space.n_cases;
}
