/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <balance/balance.h>

#include "base/balance-float-private.h"
#include "census/balance-value-private.h"
#include "evaluation/balance-rejudge-private.h"
#include "planning/balance-scenario-private.h"

/**
 * BalanceScenario:
 *
 * What would the verdicts be, were some facts others?
 *
 * A scenario starts from a census and keeps the verdicts of an evaluator true
 * while facts are set, made missing, undone and redone. A change judges only
 * what rests on it: the district of the row, and within it the indicators
 * that read the field. After any sequence of changes and undos the verdicts
 * are those of a fresh evaluation of the same facts.
 *
 * The census itself never changes. [method@Balance.Scenario.dup_census] gives
 * the facts as they are now as a census of its own, whose changed values
 * name no cell; [method@Balance.Scenario.evaluate] evaluates them with all
 * findings.
 *
 * Rows are those of the lists and columns of the census: sections, schools,
 * districts, and one row 0 for the region. A standard that asks something of
 * the region is evaluated anew after each change.
 *
 * A scenario is for one thread at a time.
 *
 * Since: 1.0
 */

/* Facts with other rows, and all that belongs to them, while they are not in force. */
typedef struct
{
  BalanceCensus     *edited;
  BalanceEvaluation *evaluation;
  BalanceRejudge    *rejudge;
  GArray            *pending;
  gboolean           everything, reshaped, summed_up;
} World;

/* One fact, or where `world` is there, all of them: the world to change places with. */
typedef struct
{
  BalanceLevel   level;
  guint          row;
  BalanceField  *field;
  BalanceFact    before, after;
  World         *world;
} Edit;

/* Edits that are undone as one; the last ends with the last edit. */
typedef struct
{
  guint          first;
  BalanceAction *action;   /* nullable */
} Step;

/* A district whose verdicts are not those of the facts any more. */
typedef struct
{
  guint                district;
  const BalanceColumn *column;      /* NULL: more than one */
  int                  group;       /* of the sections; -1: more than one, or none */
} Pending;

struct _BalanceScenario
{
  GObject            parent_instance;

  BalanceEvaluator  *evaluator;
  BalanceCensus     *base;
  BalanceCensus     *edited;        /* of facts that are edited in place; never handed out */
  BalanceEvaluation *evaluation;    /* of it, kept true; never handed out */
  BalanceRejudge    *rejudge;
  GArray            *edits;         /* of Edit */
  GArray            *steps;         /* of Step */
  guint              n_steps;       /* of them in force; the rest can be redone */
  GArray            *pending;       /* of Pending */
  GHashTable        *schools;       /* text of an action -> row + 1, in these rows */
  gboolean           everything;    /* all districts are pending */
  gboolean           reshaped;      /* columns are others than the rejudge knows */
  gboolean           summed_up;
};

G_DEFINE_FINAL_TYPE (BalanceScenario, balance_scenario, G_TYPE_OBJECT)

static void
world_free (World *world)
{
  g_clear_pointer (&world->rejudge, balance_rejudge_free);
  g_clear_object (&world->evaluation);
  g_clear_object (&world->edited);
  g_array_unref (world->pending);
  g_free (world);
}

static void
clear_edit (gpointer data)
{
  g_clear_pointer (&((Edit *) data)->world, world_free);
}

static void
clear_step (gpointer data)
{
  g_clear_object (&((Step *) data)->action);
}

static void
balance_scenario_finalize (GObject *object)
{
  BalanceScenario *self = (BalanceScenario *) object;

  g_clear_pointer (&self->rejudge, balance_rejudge_free);
  g_clear_object (&self->evaluation);
  g_clear_object (&self->edited);
  g_clear_object (&self->base);
  g_clear_object (&self->evaluator);
  g_array_unref (self->edits);
  g_array_unref (self->steps);
  g_array_unref (self->pending);
  g_hash_table_unref (self->schools);

  G_OBJECT_CLASS (balance_scenario_parent_class)->finalize (object);
}

static void
balance_scenario_class_init (BalanceScenarioClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_scenario_finalize;
}

static void
balance_scenario_init (BalanceScenario *self)
{
  self->edits = g_array_new (FALSE, FALSE, sizeof (Edit));
  g_array_set_clear_func (self->edits, clear_edit);
  self->steps = g_array_new (FALSE, FALSE, sizeof (Step));
  g_array_set_clear_func (self->steps, clear_step);
  self->pending = g_array_new (FALSE, FALSE, sizeof (Pending));
  self->schools = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static const BalanceKernels *
kernels_of (BalanceEvaluator *evaluator)
{
  g_autofree char *name = NULL;

  g_object_get (evaluator, "kernels", &name, NULL);

  return balance_kernels_choose (name);
}

/**
 * balance_scenario_new: (constructor)
 * @evaluator: how to judge
 * @census: where to start
 * @cancellable: (nullable): stops the first evaluation
 * @error: return location for an error
 *
 * Starts a scenario, which evaluates the census once.
 *
 * Returns: (transfer full): a new scenario without changes; %NULL with the errors of
 *   [method@Balance.Evaluator.evaluate]
 *
 * Since: 1.0
 */
BalanceScenario *
balance_scenario_new (BalanceEvaluator *evaluator, BalanceCensus *census, GCancellable *cancellable, GError **error)
{
  BALANCE_FLOAT_DEFAULT;
  g_autoptr (BalanceScenario) self = NULL;

  g_return_val_if_fail (BALANCE_IS_EVALUATOR (evaluator), NULL);
  g_return_val_if_fail (BALANCE_IS_CENSUS (census), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = g_object_new (BALANCE_TYPE_SCENARIO, NULL);
  self->evaluator = g_object_ref (evaluator);
  self->base = g_object_ref (census);
  self->edited = balance_census_new_take (balance_facts_new_editable (census->facts));
  self->evaluation = balance_evaluator_evaluate (evaluator, self->edited, NULL, cancellable, error);
  if (self->evaluation == NULL)
    return NULL;
  self->rejudge = balance_rejudge_new (self->evaluation, kernels_of (evaluator));

  return g_steal_pointer (&self);
}

/**
 * balance_scenario_get_evaluator:
 * @self: a scenario
 *
 * Gets how the scenario judges.
 *
 * Returns: (transfer none): the evaluator
 *
 * Since: 1.0
 */
BalanceEvaluator *
balance_scenario_get_evaluator (BalanceScenario *self)
{
  g_return_val_if_fail (BALANCE_IS_SCENARIO (self), NULL);

  return self->evaluator;
}

/**
 * balance_scenario_get_base:
 * @self: a scenario
 *
 * Gets the census that the scenario started from.
 *
 * Returns: (transfer none): the census, unchanged
 *
 * Since: 1.0
 */
BalanceCensus *
balance_scenario_get_base (BalanceScenario *self)
{
  g_return_val_if_fail (BALANCE_IS_SCENARIO (self), NULL);

  return self->base;
}

/* -- changes ------------------------------------------------------------------------------------------ */

static void
add_pending (BalanceScenario *self, BalanceLevel level, guint row, const BalanceColumn *column)
{
  BalanceFacts *facts = self->edited->facts;
  Pending pending = { 0, column, level == BALANCE_LEVEL_SECTION ? (int) facts->section_group[row] : -1 };

  self->summed_up = FALSE;
  if (level == BALANCE_LEVEL_REGION || self->evaluation->result.scheme->uses_region)
    self->everything = TRUE;
  if (self->everything)
    return;

  pending.district = level == BALANCE_LEVEL_SECTION ? facts->school_district[facts->section_school[row]]
                     : level == BALANCE_LEVEL_SCHOOL ? facts->school_district[row] : row;
  if (self->pending->len > 0)
    {
      Pending *last = &g_array_index (self->pending, Pending, self->pending->len - 1);

      if (last->district == pending.district && last->column == column)
        {
          if (last->group != pending.group)
            last->group = -1;
          return;
        }
    }
  g_array_append_val (self->pending, pending);
}

#define SWAP(a, b) do { __typeof__ (a) swap = (a); (a) = (b); (b) = swap; } while (0)

static void
change_places (BalanceScenario *self, World *world)
{
  g_hash_table_remove_all (self->schools);
  SWAP (self->edited, world->edited);
  SWAP (self->evaluation, world->evaluation);
  SWAP (self->rejudge, world->rejudge);
  SWAP (self->pending, world->pending);
  SWAP (self->everything, world->everything);
  SWAP (self->reshaped, world->reshaped);
  SWAP (self->summed_up, world->summed_up);
}

static void
apply (BalanceScenario *self, const Edit *edit, const BalanceFact *fact, BalanceFact *before)
{
  BalanceFacts *facts = self->edited->facts;
  gboolean added;
  BalanceColumn *column;

  if (edit->world != NULL)
    {
      change_places (self, edit->world);
      return;
    }
  column = balance_facts_edit_column (facts, edit->level, edit->field, &added);

  self->reshaped = balance_facts_set (facts, edit->level, column, edit->row, fact, before) || added || self->reshaped;
  add_pending (self, edit->level, edit->row, column);
}

/* Brings the verdicts up to date. */
static void
settle (BalanceScenario *self)
{
  if (self->everything)
    {
      /* what is asked of the region has to be judged as a whole; it cannot fail where it succeeded before */
      g_autoptr (BalanceEvaluation) evaluation = balance_evaluator_evaluate (self->evaluator, self->edited, NULL, NULL, NULL);

      g_clear_pointer (&self->rejudge, balance_rejudge_free);
      g_set_object (&self->evaluation, evaluation);
      self->rejudge = balance_rejudge_new (self->evaluation, kernels_of (self->evaluator));
    }
  else
    {
      if (self->reshaped)
        balance_rejudge_rebind (self->rejudge);
      for (guint i = 0; i < self->pending->len; i++)
        {
          const Pending *pending = &g_array_index (self->pending, Pending, i);

          balance_rejudge_district (self->rejudge, pending->district, self->reshaped ? NULL : pending->column, pending->group);
        }
    }
  self->everything = self->reshaped = FALSE;
  g_array_set_size (self->pending, 0);
}

/* The field, if it can have a value of its own there. */
static BalanceField *
find_field (BalanceScenario *self, BalanceLevel level, guint row, const char *id, GError **error)
{
  BalanceFacts *facts = self->edited->facts;
  BalanceField *field = balance_dictionary_find (facts->dictionary, id);
  const BalanceTable *table = balance_facts_get_table (facts, level);

  if (field == NULL)
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND, "There is no field “%s”; see `balance fields`\n没有数据项“%s”，可用 balance fields 查看", id, id);
      return NULL;
    }
  if (field->type == BALANCE_FIELD_TEXT ||
      !(field->level == level || (level == BALANCE_LEVEL_SECTION && field->level == BALANCE_LEVEL_SCHOOL && balance_field_is_shared (field))))
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA,
                   "“%s” has no value that could be changed on this level; give the level of the field\n“%s”在该层级没有可更改的数值；请使用该数据项所属的层级", id, id);
      return NULL;
    }
  if (table == NULL || row >= table->n_rows)
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND,
                   "There is no row %u; this level has %u\n没有第%u行；该层级共%u行", row, table != NULL ? table->n_rows : 0, row, table != NULL ? table->n_rows : 0);
      return NULL;
    }

  return field;
}

/* Where the edits end that are in force. */
static guint
n_edits_in_force (BalanceScenario *self)
{
  return self->n_steps < self->steps->len ? g_array_index (self->steps, Step, self->n_steps).first : self->edits->len;
}

BalanceFacts *
balance_scenario_get_facts (BalanceScenario *self)
{
  return self->edited->facts;
}

guint32
balance_scenario_recall_school (BalanceScenario *self, const char *text)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->schools, text)) - 1;
}

void
balance_scenario_keep_school (BalanceScenario *self, const char *text, guint32 school)
{
  g_hash_table_insert (self->schools, g_strdup (text), GUINT_TO_POINTER (school + 1));
}

void
balance_scenario_begin_step (BalanceScenario *self, BalanceAction *action)
{
  Step step = { n_edits_in_force (self), action != NULL ? g_object_ref (action) : NULL };

  g_array_set_size (self->edits, step.first);
  g_array_set_size (self->steps, self->n_steps);
  g_array_append_val (self->steps, step);
  self->n_steps++;
}

void
balance_scenario_put (BalanceScenario *self, BalanceLevel level, guint row, BalanceField *field, const BalanceFact *fact)
{
  Edit edit = { .level = level, .row = row, .field = field, .after = *fact };

  apply (self, &edit, &edit.after, &edit.before);
  g_array_append_val (self->edits, edit);
}

static void
push (BalanceScenario *self, BalanceLevel level, guint row, BalanceField *field, const BalanceFact *after)
{
  balance_scenario_begin_step (self, NULL);
  balance_scenario_put (self, level, row, field, after);
}

static gboolean
refuse (BalanceField *field, BalanceFault fault, const char *found, GError **error)
{
  g_autoptr (BalanceProblems) problems = balance_problems_new ();
  const BalancePlace place = { .field = field->id, .found = found };

  balance_value_report (fault, field, BALANCE_SEVERITY_ERROR, &place, problems);
  balance_problems_throw (problems, BALANCE_ERROR_INVALID_DATA, error);

  return FALSE;
}

/**
 * balance_scenario_set_decimal:
 * @self: a scenario
 * @level: the level of the row
 * @row: the row, from 0 in the order of the census
 * @field: id of a number, flag (0 or 1) or year of that level; of a section also a school's amount that is shared out,
 *   as the section's own part
 * @digits: the number without its decimal point
 * @scale: how many of the digits are decimals, 0 to 18
 * @error: return location for an error
 *
 * Sets one fact to a number.
 *
 * Returns: %TRUE if the fact was set; %FALSE with %BALANCE_ERROR_NOT_FOUND for a field or row that there is not, and
 *   %BALANCE_ERROR_INVALID_DATA for a number that the field cannot have
 *
 * Since: 1.0
 */
gboolean
balance_scenario_set_decimal (BalanceScenario *self, BalanceLevel level, guint row, const char *field, gint64 digits, guint scale,
                              GError **error)
{
  BALANCE_FLOAT_DEFAULT;
  BalanceFact fact = { TRUE, TRUE, { digits, (guint8) scale } };
  BalanceField *of;
  BalanceFault fault;

  g_return_val_if_fail (BALANCE_IS_SCENARIO (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);
  g_return_val_if_fail (scale <= 18, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  of = find_field (self, level, row, field, error);
  if (of == NULL)
    return FALSE;
  fault = of->type == BALANCE_FIELD_CHOICE || of->type == BALANCE_FIELD_DATE ? BALANCE_FAULT_UNKNOWN_CHOICE : balance_value_check (of, &fact.value);
  if (fault != BALANCE_FAULT_NONE)
    {
      g_autofree char *found = balance_decimal_to_string (&(BalanceDecimal) { digits, (guint8) scale });

      return refuse (of, fault, found, error);
    }
  push (self, level, row, of, &fact);

  return TRUE;
}

/**
 * balance_scenario_set_text:
 * @self: a scenario
 * @level: the level of the row
 * @row: the row, from 0 in the order of the census
 * @field: id of a field of that level that is no free text
 * @text: the value as it would stand in a file: "1200", "是", "2019-09-01", "nine_year" or "九年一贯制学校"
 * @error: return location for an error
 *
 * Sets one fact to what a text says.
 *
 * Returns: %TRUE if the fact was set; %FALSE with an error as of [method@Balance.Scenario.set_decimal]
 *
 * Since: 1.0
 */
gboolean
balance_scenario_set_text (BalanceScenario *self, BalanceLevel level, guint row, const char *field, const char *text, GError **error)
{
  BALANCE_FLOAT_DEFAULT;
  BalanceFact fact = { TRUE, TRUE, { 0, 0 } };
  BalanceField *of;
  BalanceFault fault;
  const char *trimmed = text;
  gsize length;

  g_return_val_if_fail (BALANCE_IS_SCENARIO (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);
  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  of = find_field (self, level, row, field, error);
  if (of == NULL)
    return FALSE;
  length = strlen (text);
  if (balance_value_trim (&trimmed, &length))
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA,
                   "“%s” cannot be set to an empty text; clear it to make it missing\n“%s”不能设为空文本；要作为缺失请清除该值", of->id, of->id);
      return FALSE;
    }
  fault = balance_value_parse (of, trimmed, length, NULL, &fact.value);
  if (fault != BALANCE_FAULT_NONE)
    return refuse (of, fault, text, error);
  push (self, level, row, of, &fact);

  return TRUE;
}

/**
 * balance_scenario_clear:
 * @self: a scenario
 * @level: the level of the row
 * @row: the row, from 0 in the order of the census
 * @field: id of a field of that level that is no free text
 * @error: return location for an error
 *
 * Makes one fact missing.
 *
 * Returns: %TRUE if the fact is missing now; %FALSE with %BALANCE_ERROR_NOT_FOUND or %BALANCE_ERROR_INVALID_DATA for a
 *   field or row that there is not
 *
 * Since: 1.0
 */
gboolean
balance_scenario_clear (BalanceScenario *self, BalanceLevel level, guint row, const char *field, GError **error)
{
  BALANCE_FLOAT_DEFAULT;
  const BalanceFact fact = { FALSE, TRUE, { 0, 0 } };
  BalanceField *of;

  g_return_val_if_fail (BALANCE_IS_SCENARIO (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  of = find_field (self, level, row, field, error);
  if (of == NULL)
    return FALSE;
  push (self, level, row, of, &fact);

  return TRUE;
}

/**
 * balance_scenario_get_n_edits:
 * @self: a scenario
 *
 * Gets how many changes are in force; an action is one change.
 *
 * Returns: the number of changes that can be undone
 *
 * Since: 1.0
 */
guint
balance_scenario_get_n_edits (BalanceScenario *self)
{
  g_return_val_if_fail (BALANCE_IS_SCENARIO (self), 0);

  return self->n_steps;
}

/**
 * balance_scenario_get_action:
 * @self: a scenario
 * @edit: number of a change that is in force, from 0
 *
 * Gets the action that made a change.
 *
 * Returns: (transfer none) (nullable): the action; %NULL where the fact was set directly
 *
 * Since: 1.0
 */
BalanceAction *
balance_scenario_get_action (BalanceScenario *self, guint edit)
{
  g_return_val_if_fail (BALANCE_IS_SCENARIO (self), NULL);
  g_return_val_if_fail (edit < self->n_steps, NULL);

  return g_array_index (self->steps, Step, edit).action;
}

/**
 * balance_scenario_undo:
 * @self: a scenario
 *
 * Takes back the last change that is in force.
 *
 * Returns: %FALSE if there is none
 *
 * Since: 1.0
 */
gboolean
balance_scenario_undo (BalanceScenario *self)
{
  BALANCE_FLOAT_DEFAULT;
  guint end;

  g_return_val_if_fail (BALANCE_IS_SCENARIO (self), FALSE);

  if (self->n_steps == 0)
    return FALSE;
  end = n_edits_in_force (self);
  self->n_steps--;
  for (guint i = end; i-- > g_array_index (self->steps, Step, self->n_steps).first;)
    apply (self, &g_array_index (self->edits, Edit, i), &g_array_index (self->edits, Edit, i).before, NULL);

  return TRUE;
}

/**
 * balance_scenario_redo:
 * @self: a scenario
 *
 * Makes the change again that was undone last. A new change makes an end to what can be redone.
 *
 * Returns: %FALSE if there is none
 *
 * Since: 1.0
 */
gboolean
balance_scenario_redo (BalanceScenario *self)
{
  BALANCE_FLOAT_DEFAULT;
  guint first;

  g_return_val_if_fail (BALANCE_IS_SCENARIO (self), FALSE);

  if (self->n_steps == self->steps->len)
    return FALSE;
  first = n_edits_in_force (self);
  self->n_steps++;
  for (guint i = first; i < n_edits_in_force (self); i++)
    apply (self, &g_array_index (self->edits, Edit, i), &g_array_index (self->edits, Edit, i).after, NULL);

  return TRUE;
}

/* -- other rows --------------------------------------------------------------------------------------- */

void
balance_scenario_reshape (BalanceScenario *self, BalanceReshape *reshape, BalanceRowMap *map)
{
  g_autoptr (BalanceFacts) facts = NULL;
  Edit edit = { .world = NULL };
  World *world;

  /* verdicts are carried over as they are */
  settle (self);
  facts = balance_reshape_end (reshape, map);
  world = g_new0 (World, 1);
  world->edited = balance_census_new_take (balance_facts_new_editable (facts));
  world->pending = g_array_new (FALSE, FALSE, sizeof (Pending));
  if (self->evaluation->result.scheme->uses_region)
    world->evaluation = balance_evaluator_evaluate (self->evaluator, world->edited, NULL, NULL, NULL);
  else
    {
      world->evaluation = balance_evaluation_new_reshaped (self->evaluation, world->edited, map);
      for (guint d = 0; d < facts->districts.n_rows; d++)
        if (map->touched[d])
          {
            const Pending pending = { d, NULL, -1 };

            g_array_append_val (world->pending, pending);
          }
    }
  world->rejudge = balance_rejudge_new (world->evaluation, kernels_of (self->evaluator));
  edit.world = world;
  change_places (self, world);
  g_array_append_val (self->edits, edit);
}

/* -- all or nothing ----------------------------------------------------------------------------------- */

struct _BalanceScenarioMark
{
  guint   n_steps, n_edits;
  GArray *steps, *edits;     /* what could be redone */
};

/* The items from `first` on, with what they own. */
static GArray *
take_tail (GArray *array, guint first, guint size)
{
  GArray *tail = g_array_new (FALSE, FALSE, size);

  if (array->len > first)
    g_array_append_vals (tail, array->data + (gsize) first * size, array->len - first);
  array->len = first;

  return tail;
}

BalanceScenarioMark *
balance_scenario_mark (BalanceScenario *self)
{
  BalanceScenarioMark *mark = g_new0 (BalanceScenarioMark, 1);

  mark->n_steps = self->n_steps;
  mark->n_edits = n_edits_in_force (self);
  mark->edits = take_tail (self->edits, mark->n_edits, sizeof (Edit));
  mark->steps = take_tail (self->steps, mark->n_steps, sizeof (Step));

  return mark;
}

void
balance_scenario_resolve (BalanceScenario *self, BalanceScenarioMark *mark, gboolean stay)
{
  if (!stay)
    {
      while (self->n_steps > mark->n_steps)
        balance_scenario_undo (self);
      g_array_set_size (self->edits, mark->n_edits);
      g_array_set_size (self->steps, mark->n_steps);
    }
  if (!stay || self->n_steps == mark->n_steps)
    {
      g_array_append_vals (self->edits, mark->edits->data, mark->edits->len);
      g_array_append_vals (self->steps, mark->steps->data, mark->steps->len);
    }
  else
    {
      g_array_set_clear_func (mark->edits, clear_edit);
      g_array_set_clear_func (mark->steps, clear_step);
    }
  g_array_unref (mark->edits);
  g_array_unref (mark->steps);
  g_free (mark);
}

/* -- verdicts ----------------------------------------------------------------------------------------- */

/**
 * balance_scenario_get_verdict:
 * @self: a scenario
 *
 * Gets the verdict on all districts together.
 *
 * Returns: the verdict
 *
 * Since: 1.0
 */
BalanceVerdict
balance_scenario_get_verdict (BalanceScenario *self)
{
  BALANCE_FLOAT_DEFAULT;
  g_return_val_if_fail (BALANCE_IS_SCENARIO (self), BALANCE_VERDICT_UNDETERMINED);

  settle (self);
  if (!self->summed_up)
    balance_evaluation_sum_up (self->evaluation);
  self->summed_up = TRUE;

  return self->evaluation->verdict;
}

/**
 * balance_scenario_get_district_verdict:
 * @self: a scenario
 * @district: the district, from 0 in the order of the census
 *
 * Gets the verdict on one district.
 *
 * Returns: the verdict
 *
 * Since: 1.0
 */
BalanceVerdict
balance_scenario_get_district_verdict (BalanceScenario *self, guint district)
{
  BALANCE_FLOAT_DEFAULT;
  g_return_val_if_fail (BALANCE_IS_SCENARIO (self), BALANCE_VERDICT_UNDETERMINED);
  g_return_val_if_fail (district < self->edited->facts->districts.n_rows, BALANCE_VERDICT_UNDETERMINED);

  settle (self);

  return (BalanceVerdict) self->evaluation->result.districts[district];
}

/**
 * balance_scenario_get_requirement_verdict:
 * @self: a scenario
 * @requirement: id of a requirement, or of an indicator that sections are asked for
 * @row: the row of its level
 * @error: return location for an error
 *
 * Gets the verdict on one subject by one requirement.
 *
 * Returns: the verdict; undetermined with %BALANCE_ERROR_NOT_FOUND where the standard has no such requirement or the
 *   level has no such row
 *
 * Since: 1.0
 */
BalanceVerdict
balance_scenario_get_requirement_verdict (BalanceScenario *self, const char *requirement, guint row, GError **error)
{
  const BalanceRule *rule;

  g_return_val_if_fail (BALANCE_IS_SCENARIO (self), BALANCE_VERDICT_UNDETERMINED);
  g_return_val_if_fail (requirement != NULL, BALANCE_VERDICT_UNDETERMINED);
  g_return_val_if_fail (error == NULL || *error == NULL, BALANCE_VERDICT_UNDETERMINED);

  settle (self);
  rule = balance_pack_find_rule (self->evaluation->standard->pack, requirement);
  if (rule == NULL || row >= balance_facts_get_n_rows (self->edited->facts, rule->level))
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND, "There is no requirement “%s” on a row %u\n没有针对第%u行的要求“%s”", requirement, row, row, requirement);
      return BALANCE_VERDICT_UNDETERMINED;
    }
  if (self->evaluation->result.verdicts[rule->index] == NULL)
    return BALANCE_VERDICT_NOT_APPLICABLE;

  return (BalanceVerdict) self->evaluation->result.verdicts[rule->index][row];
}

/**
 * balance_scenario_dup_verdicts:
 * @self: a scenario
 * @requirement: id of a requirement or indicator
 * @error: return location for an error
 *
 * Gets the verdicts on all subjects of one requirement, as [method@Balance.Evaluation.dup_verdicts].
 *
 * Returns: (transfer full): one [enum@Balance.Verdict] a byte; %NULL with %BALANCE_ERROR_NOT_FOUND
 *
 * Since: 1.0
 */
GBytes *
balance_scenario_dup_verdicts (BalanceScenario *self, const char *requirement, GError **error)
{
  g_return_val_if_fail (BALANCE_IS_SCENARIO (self), NULL);
  g_return_val_if_fail (requirement != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  settle (self);

  return balance_evaluation_dup_verdicts (self->evaluation, requirement, error);
}

/**
 * balance_scenario_dup_census:
 * @self: a scenario
 *
 * Gets the facts as they are now. Values that were changed name no cell.
 *
 * Returns: (transfer full): a census that later changes leave alone
 *
 * Since: 1.0
 */
BalanceCensus *
balance_scenario_dup_census (BalanceScenario *self)
{
  BALANCE_FLOAT_DEFAULT;
  g_return_val_if_fail (BALANCE_IS_SCENARIO (self), NULL);

  return balance_census_new_take (balance_facts_snapshot (self->edited->facts));
}

/**
 * balance_scenario_evaluate:
 * @self: a scenario
 * @progress: (nullable): how far the work is
 * @cancellable: (nullable): stops the work
 * @error: return location for an error
 *
 * Evaluates the facts as they are now, with notices and findings.
 *
 * Returns: (transfer full): an evaluation that later changes leave alone; %NULL with the errors of
 *   [method@Balance.Evaluator.evaluate]
 *
 * Since: 1.0
 */
BalanceEvaluation *
balance_scenario_evaluate (BalanceScenario *self, BalanceProgress *progress, GCancellable *cancellable, GError **error)
{
  BALANCE_FLOAT_DEFAULT;
  g_autoptr (BalanceCensus) census = NULL;

  g_return_val_if_fail (BALANCE_IS_SCENARIO (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  census = balance_scenario_dup_census (self);

  return balance_evaluator_evaluate (self->evaluator, census, progress, cancellable, error);
}
