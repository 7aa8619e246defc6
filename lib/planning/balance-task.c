/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "planning/balance-task-private.h"

#include <math.h>
#include <string.h>

#include "base/balance-problem-private.h"
#include "planning/balance-costs-private.h"

/**
 * BalanceTask:
 *
 * One thing that somebody has to do (整改任务): where, what, how much, at what cost, who is responsible, from when to when,
 * after which other tasks, and how far it is. It comes from a plan, from a list of gaps, or from somebody who writes it
 * into the ledger.
 *
 * A task is as it stands at one moment; [method@Balance.Task.amend] gives another one. Every field has a name and one
 * text, [method@Balance.Task.get_value]; the other getters give the same by type. Kept are tasks in a
 * [class@Balance.Store], with everything that was ever changed of them.
 *
 * Immutable; may be used from any thread.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (BalanceTask, balance_task, G_TYPE_OBJECT)

static void
balance_task_finalize (GObject *object)
{
  BalanceTask *self = BALANCE_TASK (object);

  for (guint i = 0; i < BALANCE_TASK_N_FIELDS; i++)
    g_free (self->values[i]);

  G_OBJECT_CLASS (balance_task_parent_class)->finalize (object);
}

static void
balance_task_class_init (BalanceTaskClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_task_finalize;
}

static void
balance_task_init (BalanceTask *self)
{
}

BalanceTask *
balance_task_new_take (gint64 id, gint64 revision, char **values)
{
  BalanceTask *self = g_object_new (BALANCE_TYPE_TASK, NULL);

  self->id = id;
  self->revision = revision;
  self->stated = ~(guint64) 0;
  for (guint i = 0; i < BALANCE_TASK_N_FIELDS; i++)
    self->values[i] = values[i];
  /* what every task has */
  if (self->values[BALANCE_TASK_STATUS] == NULL)
    self->values[BALANCE_TASK_STATUS] = g_strdup (balance_task_status_id (BALANCE_TASK_OPEN));
  if (self->values[BALANCE_TASK_KIND] == NULL)
    self->values[BALANCE_TASK_KIND] = g_strdup (balance_task_kind_id (BALANCE_TASK_MEND));

  return self;
}

BalanceTask *
balance_task_copy (BalanceTask *self)
{
  char *values[BALANCE_TASK_N_FIELDS];

  for (guint i = 0; i < BALANCE_TASK_N_FIELDS; i++)
    values[i] = g_strdup (self->values[i]);

  return balance_task_new_take (self->id, self->revision, values);
}

void
balance_task_set (BalanceTask *self, BalanceTaskField field, const char *value)
{
  char *copy = g_strdup (value);

  g_free (self->values[field]);
  self->values[field] = copy;
}

/* -- values ------------------------------------------------------------------------------------------ */

static gint64
get_number (BalanceTask *self, BalanceTaskField field)
{
  return self->values[field] != NULL ? g_ascii_strtoll (self->values[field], NULL, 10) : 0;
}

static guint
get_word (BalanceTask *self, BalanceTaskField field)
{
  const char *value = self->values[field];

  if (field == BALANCE_TASK_TARGET)
    return g_strcmp0 (value, "floor") == 0 ? BALANCE_GAP_TARGET_FLOOR : BALANCE_GAP_TARGET_LIMIT;
  if (field == BALANCE_TASK_KIND)
    for (guint i = BALANCE_TASK_MEND; i <= BALANCE_TASK_MOVE; i++)
      if (g_strcmp0 (value, balance_task_kind_id ((BalanceTaskKind) i)) == 0)
        return i;
  if (field == BALANCE_TASK_STATUS)
    for (guint i = BALANCE_TASK_OPEN; i <= BALANCE_TASK_WAIVED; i++)
      if (g_strcmp0 (value, balance_task_status_id ((BalanceTaskStatus) i)) == 0)
        return i;

  return 0;
}

gboolean
balance_task_get_money (BalanceTask *self, gint64 *parts)
{
  BalanceDecimal number;

  return self->values[BALANCE_TASK_COST] != NULL && balance_decimal_parse (self->values[BALANCE_TASK_COST], -1, &number) &&
         balance_money_parse (&number, parts);
}

static void
effect_clear (gpointer data)
{
  BalanceTaskEffect *effect = data;

  g_free (effect->field);
}

GArray *
balance_task_dup_effects (BalanceTask *self)
{
  GArray *effects = g_array_new (FALSE, TRUE, sizeof (BalanceTaskEffect));
  g_auto(GStrv) items = g_strsplit (self->values[BALANCE_TASK_EFFECTS] != NULL ? self->values[BALANCE_TASK_EFFECTS] : "", ",", -1);
  BalanceDecimal quantity;

  g_array_set_clear_func (effects, effect_clear);
  if (self->values[BALANCE_TASK_QUANTITY] == NULL || !balance_decimal_parse (self->values[BALANCE_TASK_QUANTITY], -1, &quantity))
    return effects;
  for (guint i = 0; items[i] != NULL; i++)
    {
      g_auto(GStrv) parts = g_strsplit (items[i], ":", 4);
      BalanceTaskEffect effect = { NULL };

      if (parts[0] == NULL || parts[1] == NULL || !balance_decimal_parse (parts[1], -1, &effect.amount) ||
          __builtin_mul_overflow (effect.amount.digits, quantity.digits, &effect.amount.digits))
        continue;
      effect.amount.scale += quantity.scale;
      balance_decimal_normalize (&effect.amount);
      effect.has_before = parts[2] != NULL && balance_decimal_parse (parts[2], -1, &effect.before);
      effect.field = g_strdup (parts[0]);
      g_array_append_val (effects, effect);
    }

  return effects;
}

char *
balance_task_effects_to_string (GArray *effects)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < effects->len; i++)
    {
      const BalanceTaskEffect *effect = &g_array_index (effects, BalanceTaskEffect, i);
      g_autofree char *amount = balance_decimal_to_string (&effect->amount), *before = effect->has_before ? balance_decimal_to_string (&effect->before) : NULL;

      g_string_append_printf (text, "%s%s:%s%s%s", i > 0 ? "," : "", effect->field, amount, before != NULL ? ":" : "", before != NULL ? before : "");
    }

  return g_string_free (text, FALSE);
}

/* Tasks that are about the same work have these in common. */
static const BalanceTaskField work_fields[] = {
  BALANCE_TASK_YEAR, BALANCE_TASK_DISTRICT, BALANCE_TASK_SCHOOL, BALANCE_TASK_GIVER, BALANCE_TASK_STAGE, BALANCE_TASK_KIND,
  BALANCE_TASK_MEASURE, BALANCE_TASK_PHASE,
};

gboolean
balance_task_is_same_work (gconstpointer one, gconstpointer other)
{
  const BalanceTask *a = one, *b = other;

  for (guint i = 0; i < G_N_ELEMENTS (work_fields); i++)
    if (g_strcmp0 (a->values[work_fields[i]], b->values[work_fields[i]]) != 0)
      return FALSE;

  /* of a plan it is the measure that counts, else the requirement; what has neither is known by its words */
  if (a->values[BALANCE_TASK_MEASURE] != NULL)
    return TRUE;
  if (g_strcmp0 (a->values[BALANCE_TASK_REQUIREMENTS], b->values[BALANCE_TASK_REQUIREMENTS]) != 0)
    return FALSE;

  return a->values[BALANCE_TASK_REQUIREMENTS] != NULL || g_strcmp0 (a->values[BALANCE_TASK_TITLE], b->values[BALANCE_TASK_TITLE]) == 0;
}

guint
balance_task_hash_work (gconstpointer task)
{
  const BalanceTask *self = task;
  guint hash = 0;

  for (guint i = 0; i < G_N_ELEMENTS (work_fields); i++)
    hash = hash * 31 + (self->values[work_fields[i]] != NULL ? g_str_hash (self->values[work_fields[i]]) : 0);
  if (self->values[BALANCE_TASK_MEASURE] == NULL && self->values[BALANCE_TASK_REQUIREMENTS] != NULL)
    hash = hash * 31 + g_str_hash (self->values[BALANCE_TASK_REQUIREMENTS]);

  return hash;
}

void
balance_task_state_figures (BalanceTask *self, const char *const *more)
{
  static const BalanceTaskField figures[] = {
    BALANCE_TASK_REQUIREMENTS, BALANCE_TASK_TARGET, BALANCE_TASK_QUANTITY, BALANCE_TASK_UNIT, BALANCE_TASK_COST, BALANCE_TASK_EFFECTS,
  };

  G_STATIC_ASSERT (BALANCE_TASK_N_FIELDS <= 64);

  self->stated = 0;
  for (guint i = 0; i < G_N_ELEMENTS (figures); i++)
    self->stated |= (guint64) 1 << figures[i];
  for (guint i = 0; more != NULL && i < BALANCE_TASK_N_FIELDS; i++)
    if (more[i] != NULL)
      self->stated |= (guint64) 1 << i;
}

/* -- what goes together ------------------------------------------------------------------------------- */

void
balance_task_settle (BalanceTask *self, const char *as_of)
{
  BalanceTaskStatus status = balance_task_get_status (self);
  guint progress = balance_task_get_progress (self);
  gboolean finished = status == BALANCE_TASK_DONE || status == BALANCE_TASK_VERIFIED;

  /* none of what is open and all of what is done goes without saying */
  if ((status == BALANCE_TASK_OPEN && progress == 0) || (finished && progress == 100))
    balance_task_set (self, BALANCE_TASK_PROGRESS, NULL);
  if (finished && self->values[BALANCE_TASK_FINISHED] == NULL)
    balance_task_set (self, BALANCE_TASK_FINISHED, as_of);
  if (status != BALANCE_TASK_VERIFIED)
    balance_task_set (self, BALANCE_TASK_VERIFIED_YEAR, NULL);
}

static void
tell (BalanceTaskFault fault, gpointer user_data, BalanceTaskField field, const char *en, const char *zh, const char *expected_en, const char *expected_zh)
{
  BalanceText message = { NULL }, expected = { NULL };

  balance_text_set (&message, en, zh);
  balance_text_set (&expected, expected_en, expected_zh);
  fault (field, &message, &expected, user_data);
  balance_text_clear (&message);
  balance_text_clear (&expected);
}

void
balance_task_check (BalanceTask *self, BalanceTaskFault fault, gpointer user_data)
{
  BalanceTaskStatus status = balance_task_get_status (self);
  gboolean finished = status == BALANCE_TASK_DONE || status == BALANCE_TASK_VERIFIED;
  const char *start = self->values[BALANCE_TASK_START], *deadline = self->values[BALANCE_TASK_DEADLINE];

  if (self->values[BALANCE_TASK_DISTRICT] == NULL)
    tell (fault, user_data, BALANCE_TASK_DISTRICT, "a task has a district", "任务缺少区县代码", "the code of the district", "区县代码");
  if (self->values[BALANCE_TASK_TITLE] == NULL)
    tell (fault, user_data, BALANCE_TASK_TITLE, "a task says what is to be done", "任务缺少整改措施", "a few words", "简要说明");
  if (start != NULL && deadline != NULL && strcmp (start, deadline) > 0)
    tell (fault, user_data, BALANCE_TASK_DEADLINE, "the deadline is before the start", "完成时限早于开始时间", "a day on or after the start", "不早于开始时间的日期");
  if (self->values[BALANCE_TASK_PROGRESS] != NULL && status != BALANCE_TASK_UNDER_WAY)
    tell (fault, user_data, BALANCE_TASK_PROGRESS, "only what is under way is done by so many per cent", "只有整改中的任务才填写完成百分比",
          "nothing, or the status “under way”", "留空，或把进展改为“整改中”");
  if (self->values[BALANCE_TASK_FINISHED] != NULL && !finished)
    tell (fault, user_data, BALANCE_TASK_FINISHED, "there is a day on which it was finished, but it is not done", "填写了完成日期，但任务未完成",
          "nothing, or the status “done”", "留空，或把进展改为“已完成”");
  if (status == BALANCE_TASK_WAIVED && self->values[BALANCE_TASK_REASON] == NULL)
    tell (fault, user_data, BALANCE_TASK_REASON, "it is waived without a reason", "不再整改的任务缺少理由", "why it is not done", "不再整改的理由");
  if (balance_task_get_kind (self) == BALANCE_TASK_MOVE && g_strcmp0 (self->values[BALANCE_TASK_GIVER], self->values[BALANCE_TASK_SCHOOL]) == 0)
    tell (fault, user_data, BALANCE_TASK_GIVER, "what moves comes from another school", "调配任务的调出学校与调入学校相同或未填写", "the code of the school that gives", "调出学校的代码");
}

/* What a verification was about stays as it was verified. */
static const BalanceTaskField verified_fields[] = {
  BALANCE_TASK_YEAR, BALANCE_TASK_DISTRICT, BALANCE_TASK_SCHOOL, BALANCE_TASK_GIVER, BALANCE_TASK_STAGE, BALANCE_TASK_KIND, BALANCE_TASK_REQUIREMENTS,
  BALANCE_TASK_TARGET, BALANCE_TASK_QUANTITY, BALANCE_TASK_UNIT, BALANCE_TASK_EFFECTS,
};

void
balance_task_check_change (BalanceTask *before, BalanceTask *after, BalanceTaskFault fault, gpointer user_data)
{
  gboolean verified = before != NULL && balance_task_get_status (before) == BALANCE_TASK_VERIFIED;

  if (!verified && balance_task_get_status (after) == BALANCE_TASK_VERIFIED)
    tell (fault, user_data, BALANCE_TASK_STATUS, "nobody sets a task verified by hand", "“已销号”不能手工填写",
          "done; “balance tasks verify” closes it when a census shows it", "已完成；待年度数据核验（balance tasks verify）通过后自动销号");
  for (guint i = 0; verified && balance_task_get_status (after) == BALANCE_TASK_VERIFIED && i < G_N_ELEMENTS (verified_fields); i++)
    if (g_strcmp0 (before->values[verified_fields[i]], after->values[verified_fields[i]]) != 0)
      tell (fault, user_data, verified_fields[i], "a verified task keeps what was verified", "已销号的任务不能修改已核验的内容",
            "the value as it was; set the status to open first to change it", "原值；如需修改，请先把进展改为“待整改”");
}

/* -- making ------------------------------------------------------------------------------------------- */

typedef struct
{
  BalanceProblems *problems;
  BalanceTask     *task;
} Check;

static void
add_problem (BalanceTaskField field, const BalanceText *message, const BalanceText *expected, gpointer user_data)
{
  Check *check = user_data;
  BalancePlace place = { .column_name = balance_task_field_get_id (field), .field = balance_task_field_get_id (field),
                         .found = check->task->values[field] };
  BalanceText of = { NULL }, want = { NULL };

  balance_text_copy (&of, message);
  balance_text_copy (&want, expected);
  balance_problems_add (check->problems, BALANCE_SEVERITY_ERROR, "task", &place, &of, &want, NULL);
}

static gboolean
take_value (BalanceTask *task, const char *name, const char *text, BalanceDictionary *dictionary, BalanceProblems *problems)
{
  BalanceTaskField field = balance_task_field_find (name);
  BalancePlace place = { .field = name, .found = text };
  BalanceText message = { NULL }, expected = { NULL };
  char *value = NULL;

  if (field == BALANCE_TASK_N_FIELDS)
    {
      g_auto(GStrv) known = balance_task_list_fields ();
      g_autofree char *ids = g_strjoinv (", ", known);
      g_autoptr(GString) titles = g_string_new (NULL);

      for (guint i = 0; i < BALANCE_TASK_N_FIELDS; i++)
        g_string_append_printf (titles, "%s%s", i > 0 ? "、" : "", balance_task_field_get_title ((BalanceTaskField) i, BALANCE_LANGUAGE_ZH));
      place.found = name;
      balance_text_set (&message, "a task has no such field", "任务没有该数据项");
      balance_text_set (&expected, ids, titles->str);
      balance_problems_add (problems, BALANCE_SEVERITY_ERROR, "unknown-field", &place, &message, &expected, NULL);
      return FALSE;
    }
  if (!balance_task_field_read (field, dictionary, text, &value, &expected))
    {
      balance_text_printf (&message, "“%s” cannot be understood", "无法识别“%s”", balance_task_field_get_title (field, BALANCE_LANGUAGE_EN));
      g_free (message.zh);
      message.zh = g_strdup_printf ("无法识别“%s”的内容", balance_task_field_get_title (field, BALANCE_LANGUAGE_ZH));
      balance_problems_add (problems, BALANCE_SEVERITY_ERROR, "task-value", &place, &message, &expected, NULL);
      return FALSE;
    }
  /* what is there at least cannot be emptied */
  if (value == NULL && (field == BALANCE_TASK_STATUS || field == BALANCE_TASK_KIND))
    value = g_strdup (field == BALANCE_TASK_STATUS ? balance_task_status_id (BALANCE_TASK_OPEN) : balance_task_kind_id (BALANCE_TASK_MEND));
  balance_task_set (task, field, value);
  g_free (value);

  return TRUE;
}

static BalanceTask *
make (BalanceTask *before, const char *const *fields, const char *const *values, GError **error)
{
  char *nothing[BALANCE_TASK_N_FIELDS] = { NULL };
  g_autoptr(BalanceTask) task = before != NULL ? balance_task_copy (before) : balance_task_new_take (0, 0, nothing);
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(BalanceDictionary) dictionary = balance_dictionary_get_default (NULL);
  Check check = { problems, task };
  BalanceTaskStatus status;
  gboolean good = TRUE, finished = FALSE, progress = FALSE;

  for (guint i = 0; fields[i] != NULL; i++)
    {
      if (values[i] == NULL)
        {
          g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA, "there are more fields than values\n数据项多于取值");
          return NULL;
        }
      good = take_value (task, fields[i], values[i], dictionary, problems) && good;
      finished = finished || strcmp (fields[i], "finished") == 0;
      progress = progress || strcmp (fields[i], "progress") == 0;
    }
  /* what belonged to the state before goes with it */
  status = balance_task_get_status (task);
  if (!finished && status != BALANCE_TASK_DONE && status != BALANCE_TASK_VERIFIED)
    balance_task_set (task, BALANCE_TASK_FINISHED, NULL);
  if (!progress && status != BALANCE_TASK_UNDER_WAY)
    balance_task_set (task, BALANCE_TASK_PROGRESS, NULL);
  /* the day on which it is kept is the one on which it was done, unless another is given */
  balance_task_settle (task, NULL);
  if (good)
    {
      balance_task_check (task, add_problem, &check);
      balance_task_check_change (before, task, add_problem, &check);
    }
  if (balance_problems_count (problems, BALANCE_SEVERITY_ERROR) > 0)
    {
      balance_problems_throw (problems, BALANCE_ERROR_INVALID_DATA, error);
      return NULL;
    }

  return g_steal_pointer (&task);
}

/**
 * balance_task_new:
 * @fields: (array zero-terminated=1): names of fields, as [func@Balance.Task.list_fields]
 *   lists them, or their titles
 * @values: (array zero-terminated=1): their values, as texts
 * @error: return location for an error that names all that is wrong
 *
 * Makes a task that is in no store yet. A district and what is to be done (`title`) are the least it says; it is open
 * unless something else is given. Values are understood as people write them: “2026年8月31日”, “15万元”, “整改中”.
 *
 * Returns: (transfer full): the task
 *
 * Since: 1.0
 */
BalanceTask *
balance_task_new (const char *const  *fields,
                  const char *const  *values,
                  GError            **error)
{
  g_return_val_if_fail (fields != NULL, NULL);
  g_return_val_if_fail (values != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return make (NULL, fields, values, error);
}

/**
 * balance_task_amend:
 * @self: a task
 * @fields: (array zero-terminated=1): names of fields, as [func@Balance.Task.list_fields]
 *   lists them, or their titles
 * @values: (array zero-terminated=1): their values, as texts; an empty text clears
 * @error: return location for an error that names all that is wrong
 *
 * Makes the task as it is after a change; [method@Balance.Store.put_tasks] keeps it. A percentage goes when the task is
 * no longer under way; what is done was finished on the day on which that is kept, unless another is given. Nobody can set a task verified: that is for
 * [method@Balance.Store.verify_tasks].
 *
 * Returns: (transfer full): the task
 *
 * Since: 1.0
 */
BalanceTask *
balance_task_amend (BalanceTask        *self,
                    const char *const  *fields,
                    const char *const  *values,
                    GError            **error)
{
  g_return_val_if_fail (BALANCE_IS_TASK (self), NULL);
  g_return_val_if_fail (fields != NULL, NULL);
  g_return_val_if_fail (values != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return make (self, fields, values, error);
}

/* -- for callers -------------------------------------------------------------------------------------- */

/**
 * balance_task_list_fields:
 *
 * Lists the names of the fields of a task.
 *
 * Returns: (transfer full): the names
 *
 * Since: 1.0
 */
char **
balance_task_list_fields (void)
{
  char **names = g_new0 (char *, BALANCE_TASK_N_FIELDS + 1);

  for (guint i = 0; i < BALANCE_TASK_N_FIELDS; i++)
    names[i] = g_strdup (balance_task_field_get_id ((BalanceTaskField) i));

  return names;
}

/**
 * balance_task_dup_field_title:
 * @field: the name of a field
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Gets what a field is called, as in the head of a table.
 *
 * Returns: (transfer full) (nullable): the title, %NULL where there is no such field
 *
 * Since: 1.0
 */
char *
balance_task_dup_field_title (const char *field,
                              const char *language)
{
  BalanceTaskField which;

  g_return_val_if_fail (field != NULL, NULL);

  which = balance_task_field_find (field);

  return which != BALANCE_TASK_N_FIELDS ? g_strdup (balance_task_field_get_title (which, balance_language_parse (language))) : NULL;
}

/**
 * balance_task_get_id:
 * @self: a task
 *
 * Gets the number of the task in its store.
 *
 * Returns: the number, from 1; 0 where it is in no store yet
 *
 * Since: 1.0
 */
gint64
balance_task_get_id (BalanceTask *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK (self), 0);

  return self->id;
}

/**
 * balance_task_get_revision:
 * @self: a task
 *
 * Gets the revision of the ledger that the task was read from. A store tells by it what others have changed since.
 *
 * Returns: the revision, 0 where it is in no store yet
 *
 * Since: 1.0
 */
gint64
balance_task_get_revision (BalanceTask *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK (self), 0);

  return self->revision;
}

/**
 * balance_task_get_value:
 * @self: a task
 * @field: the name of a field
 *
 * Gets the value of a field as programs read it: ids of words and units, dates as YYYY-MM-DD, digits without separators.
 *
 * Returns: (transfer none) (nullable): the value, %NULL where it is empty or there is no such field
 *
 * Since: 1.0
 */
const char *
balance_task_get_value (BalanceTask *self,
                        const char  *field)
{
  BalanceTaskField which;

  g_return_val_if_fail (BALANCE_IS_TASK (self), NULL);
  g_return_val_if_fail (field != NULL, NULL);

  which = balance_task_field_find (field);

  return which != BALANCE_TASK_N_FIELDS ? self->values[which] : NULL;
}

/**
 * balance_task_get_year:
 * @self: a task
 *
 * Gets the school year of the census that the task grew out of.
 *
 * Returns: the year, 0 where it is not known
 *
 * Since: 1.0
 */
int
balance_task_get_year (BalanceTask *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK (self), 0);

  return (int) get_number (self, BALANCE_TASK_YEAR);
}

/**
 * balance_task_get_district_code:
 * @self: a task
 *
 * Gets the district.
 *
 * Returns: (transfer none): its code
 *
 * Since: 1.0
 */
const char *
balance_task_get_district_code (BalanceTask *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK (self), NULL);

  return self->values[BALANCE_TASK_DISTRICT];
}

/**
 * balance_task_get_district_name:
 * @self: a task
 *
 * Gets the name of the district, as it was when the task was made.
 *
 * Returns: (transfer none) (nullable): the name
 *
 * Since: 1.0
 */
const char *
balance_task_get_district_name (BalanceTask *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK (self), NULL);

  return self->values[BALANCE_TASK_DISTRICT_NAME];
}

/**
 * balance_task_get_school_code:
 * @self: a task
 *
 * Gets the school where it is done; of what moves, the one that gets it.
 *
 * Returns: (transfer none) (nullable): its code, %NULL where the district does it
 *
 * Since: 1.0
 */
const char *
balance_task_get_school_code (BalanceTask *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK (self), NULL);

  return self->values[BALANCE_TASK_SCHOOL];
}

/**
 * balance_task_get_school_name:
 * @self: a task
 *
 * Gets the name of the school, as it was when the task was made.
 *
 * Returns: (transfer none) (nullable): the name
 *
 * Since: 1.0
 */
const char *
balance_task_get_school_name (BalanceTask *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK (self), NULL);

  return self->values[BALANCE_TASK_SCHOOL_NAME];
}

/**
 * balance_task_get_giver_code:
 * @self: a task
 *
 * Gets the school that gives away what moves.
 *
 * Returns: (transfer none) (nullable): its code, %NULL for what does not move
 *
 * Since: 1.0
 */
const char *
balance_task_get_giver_code (BalanceTask *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK (self), NULL);

  return self->values[BALANCE_TASK_GIVER];
}

/**
 * balance_task_get_giver_name:
 * @self: a task
 *
 * Gets the name of the school that gives away what moves.
 *
 * Returns: (transfer none) (nullable): the name
 *
 * Since: 1.0
 */
const char *
balance_task_get_giver_name (BalanceTask *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK (self), NULL);

  return self->values[BALANCE_TASK_GIVER_NAME];
}

/**
 * balance_task_get_stage:
 * @self: a task
 *
 * Gets the stage that it is for.
 *
 * Returns: (transfer none) (nullable): the id of a stage, %NULL for the whole school or district
 *
 * Since: 1.0
 */
const char *
balance_task_get_stage (BalanceTask *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK (self), NULL);

  return self->values[BALANCE_TASK_STAGE];
}

/**
 * balance_task_get_kind:
 * @self: a task
 *
 * Gets what kind of task it is.
 *
 * Returns: the kind
 *
 * Since: 1.0
 */
BalanceTaskKind
balance_task_get_kind (BalanceTask *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK (self), BALANCE_TASK_MEND);

  return (BalanceTaskKind) get_word (self, BALANCE_TASK_KIND);
}

/**
 * balance_task_get_measure:
 * @self: a task
 *
 * Gets the measure of the costs that it is, where it comes from a plan.
 *
 * Returns: (transfer none) (nullable): the id of the measure
 *
 * Since: 1.0
 */
const char *
balance_task_get_measure (BalanceTask *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK (self), NULL);

  return self->values[BALANCE_TASK_MEASURE];
}

/**
 * balance_task_get_title:
 * @self: a task
 *
 * Gets what is to be done, in the language in which it was written.
 *
 * Returns: (transfer none): the text
 *
 * Since: 1.0
 */
const char *
balance_task_get_title (BalanceTask *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK (self), NULL);

  return self->values[BALANCE_TASK_TITLE];
}

/**
 * balance_task_get_target:
 * @self: a task
 *
 * Gets how far the requirements are to be reached.
 *
 * Returns: the limit or the floor
 *
 * Since: 1.0
 */
BalanceGapTarget
balance_task_get_target (BalanceTask *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK (self), BALANCE_GAP_TARGET_LIMIT);

  return (BalanceGapTarget) get_word (self, BALANCE_TASK_TARGET);
}

/**
 * balance_task_get_quantity:
 * @self: a task
 *
 * Gets how much is to be done.
 *
 * Returns: (transfer none) (nullable): digits, exactly; %NULL where there is no amount
 *
 * Since: 1.0
 */
const char *
balance_task_get_quantity (BalanceTask *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK (self), NULL);

  return self->values[BALANCE_TASK_QUANTITY];
}

/**
 * balance_task_get_unit:
 * @self: a task
 *
 * Gets the unit of the quantity.
 *
 * Returns: (transfer none) (nullable): the id of a unit, or what somebody wrote
 *
 * Since: 1.0
 */
const char *
balance_task_get_unit (BalanceTask *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK (self), NULL);

  return self->values[BALANCE_TASK_UNIT];
}

/**
 * balance_task_get_phase:
 * @self: a task
 *
 * Gets in which year of the plan it is done.
 *
 * Returns: the year, from 1; 0 where there is no plan
 *
 * Since: 1.0
 */
guint
balance_task_get_phase (BalanceTask *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK (self), 0);

  return (guint) get_number (self, BALANCE_TASK_PHASE);
}

/**
 * balance_task_get_responsible_unit:
 * @self: a task
 *
 * Gets the unit that is responsible (责任单位).
 *
 * Returns: (transfer none) (nullable): its name
 *
 * Since: 1.0
 */
const char *
balance_task_get_responsible_unit (BalanceTask *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK (self), NULL);

  return self->values[BALANCE_TASK_RESPONSIBLE_UNIT];
}

/**
 * balance_task_get_responsible_person:
 * @self: a task
 *
 * Gets the person who is responsible (责任人).
 *
 * Returns: (transfer none) (nullable): the name
 *
 * Since: 1.0
 */
const char *
balance_task_get_responsible_person (BalanceTask *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK (self), NULL);

  return self->values[BALANCE_TASK_RESPONSIBLE_PERSON];
}

/**
 * balance_task_get_start:
 * @self: a task
 *
 * Gets the day on which it begins.
 *
 * Returns: (transfer none) (nullable): a date, YYYY-MM-DD
 *
 * Since: 1.0
 */
const char *
balance_task_get_start (BalanceTask *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK (self), NULL);

  return self->values[BALANCE_TASK_START];
}

/**
 * balance_task_get_deadline:
 * @self: a task
 *
 * Gets the last day on which it is in time (完成时限).
 *
 * Returns: (transfer none) (nullable): a date, YYYY-MM-DD
 *
 * Since: 1.0
 */
const char *
balance_task_get_deadline (BalanceTask *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK (self), NULL);

  return self->values[BALANCE_TASK_DEADLINE];
}

/**
 * balance_task_get_status:
 * @self: a task
 *
 * Gets how far it is.
 *
 * Returns: the status
 *
 * Since: 1.0
 */
BalanceTaskStatus
balance_task_get_status (BalanceTask *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK (self), BALANCE_TASK_OPEN);

  return (BalanceTaskStatus) get_word (self, BALANCE_TASK_STATUS);
}

/**
 * balance_task_get_progress:
 * @self: a task
 *
 * Gets how much of a task that is under way is done, as somebody says. It counts as nothing until the task is done.
 *
 * Returns: per cent; 0 where nobody said
 *
 * Since: 1.0
 */
guint
balance_task_get_progress (BalanceTask *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK (self), 0);

  return (guint) get_number (self, BALANCE_TASK_PROGRESS);
}

/**
 * balance_task_get_finished:
 * @self: a task
 *
 * Gets the day on which it was done.
 *
 * Returns: (transfer none) (nullable): a date, YYYY-MM-DD; %NULL while it is not done
 *
 * Since: 1.0
 */
const char *
balance_task_get_finished (BalanceTask *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK (self), NULL);

  return self->values[BALANCE_TASK_FINISHED];
}

/**
 * balance_task_get_verified_year:
 * @self: a task
 *
 * Gets the year of the census that shows it.
 *
 * Returns: the year, 0 while it is not verified
 *
 * Since: 1.0
 */
int
balance_task_get_verified_year (BalanceTask *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK (self), 0);

  return (int) get_number (self, BALANCE_TASK_VERIFIED_YEAR);
}

/**
 * balance_task_get_reason:
 * @self: a task
 *
 * Gets why it is waived.
 *
 * Returns: (transfer none) (nullable): the reason
 *
 * Since: 1.0
 */
const char *
balance_task_get_reason (BalanceTask *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK (self), NULL);

  return self->values[BALANCE_TASK_REASON];
}

/**
 * balance_task_get_evidence:
 * @self: a task
 *
 * Gets what shows that it is done (佐证材料): documents, photos, numbers of files.
 *
 * Returns: (transfer none) (nullable): the text
 *
 * Since: 1.0
 */
const char *
balance_task_get_evidence (BalanceTask *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK (self), NULL);

  return self->values[BALANCE_TASK_EVIDENCE];
}

/**
 * balance_task_dup_requirements:
 * @self: a task
 *
 * Lists the requirements that it is done for.
 *
 * Returns: (transfer full): their ids
 *
 * Since: 1.0
 */
char **
balance_task_dup_requirements (BalanceTask *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK (self), NULL);

  return g_strsplit (self->values[BALANCE_TASK_REQUIREMENTS] != NULL ? self->values[BALANCE_TASK_REQUIREMENTS] : "", ", ", -1);
}

/**
 * balance_task_get_cost:
 * @self: a task
 *
 * Gets what it costs.
 *
 * Returns: yuan; NaN where it is not known
 *
 * Since: 1.0
 */
double
balance_task_get_cost (BalanceTask *self)
{
  gint64 parts;

  g_return_val_if_fail (BALANCE_IS_TASK (self), NAN);

  return balance_task_get_money (self, &parts) ? (double) parts / (double) balance_power_of_ten (BALANCE_MONEY_SCALE) : NAN;
}

/**
 * balance_task_dup_fields:
 * @self: a task
 *
 * Gets which facts it changes where it is done.
 *
 * Returns: (transfer full): ids of fields of the dictionary, empty where it does not come from a plan
 *
 * Since: 1.0
 */
char **
balance_task_dup_fields (BalanceTask *self)
{
  g_autoptr(GArray) effects = NULL;
  char **fields;

  g_return_val_if_fail (BALANCE_IS_TASK (self), NULL);

  effects = balance_task_dup_effects (self);
  fields = g_new0 (char *, effects->len + 1);
  for (guint i = 0; i < effects->len; i++)
    fields[i] = g_strdup (g_array_index (effects, BalanceTaskEffect, i).field);

  return fields;
}

/**
 * balance_task_dup_amounts:
 * @self: a task
 *
 * Gets how much is added to each of the facts, in the order of [method@Balance.Task.dup_fields]. What moves is taken from
 * the giver.
 *
 * Returns: (transfer full): digits, exactly
 *
 * Since: 1.0
 */
char **
balance_task_dup_amounts (BalanceTask *self)
{
  g_autoptr(GArray) effects = NULL;
  char **amounts;

  g_return_val_if_fail (BALANCE_IS_TASK (self), NULL);

  effects = balance_task_dup_effects (self);
  amounts = g_new0 (char *, effects->len + 1);
  for (guint i = 0; i < effects->len; i++)
    amounts[i] = balance_decimal_to_string (&g_array_index (effects, BalanceTaskEffect, i).amount);

  return amounts;
}

/**
 * balance_task_dup_before:
 * @self: a task
 *
 * Gets what each of the facts was when the task was made, in the order of [method@Balance.Task.dup_fields].
 *
 * Returns: (transfer full): digits, exactly; empty where the fact was missing
 *
 * Since: 1.0
 */
char **
balance_task_dup_before (BalanceTask *self)
{
  g_autoptr(GArray) effects = NULL;
  char **before;

  g_return_val_if_fail (BALANCE_IS_TASK (self), NULL);

  effects = balance_task_dup_effects (self);
  before = g_new0 (char *, effects->len + 1);
  for (guint i = 0; i < effects->len; i++)
    {
      const BalanceTaskEffect *effect = &g_array_index (effects, BalanceTaskEffect, i);

      before[i] = effect->has_before ? balance_decimal_to_string (&effect->before) : g_strdup ("");
    }

  return before;
}

/**
 * balance_task_dup_depends_on:
 * @self: a task
 * @n_tasks: (out): return location for the number of tasks
 *
 * Gets which tasks have to be done first.
 *
 * Returns: (transfer full) (array length=n_tasks) (nullable): their numbers, %NULL where there are none
 *
 * Since: 1.0
 */
gint64 *
balance_task_dup_depends_on (BalanceTask *self,
                             gsize       *n_tasks)
{
  g_auto(GStrv) items = NULL;
  gint64 *ids;

  g_return_val_if_fail (BALANCE_IS_TASK (self), NULL);
  g_return_val_if_fail (n_tasks != NULL, NULL);

  items = g_strsplit (self->values[BALANCE_TASK_DEPENDS_ON] != NULL ? self->values[BALANCE_TASK_DEPENDS_ON] : "", ", ", -1);
  *n_tasks = g_strv_length (items);
  ids = *n_tasks > 0 ? g_new (gint64, *n_tasks) : NULL;
  for (gsize i = 0; i < *n_tasks; i++)
    ids[i] = g_ascii_strtoll (items[i], NULL, 10);

  return ids;
}

/**
 * balance_task_is_late:
 * @self: a task
 * @as_of: a date, YYYY-MM-DD
 *
 * Is the deadline past on that day, and the task neither done nor waived? Being under way does not help.
 *
 * Returns: %TRUE if it is late
 *
 * Since: 1.0
 */
gboolean
balance_task_is_late (BalanceTask *self,
                      const char  *as_of)
{
  BalanceTaskStatus status;

  g_return_val_if_fail (BALANCE_IS_TASK (self), FALSE);
  g_return_val_if_fail (as_of != NULL, FALSE);

  status = balance_task_get_status (self);

  return self->values[BALANCE_TASK_DEADLINE] != NULL && (status == BALANCE_TASK_OPEN || status == BALANCE_TASK_UNDER_WAY) &&
         strcmp (self->values[BALANCE_TASK_DEADLINE], as_of) < 0;
}

/**
 * balance_task_to_text:
 * @self: a task
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Says in one line what is to be done: where, for which stage, how much.
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
balance_task_to_text (BalanceTask *self,
                      const char  *language)
{
  BalanceLanguage chosen = balance_language_parse (language);
  g_autoptr(BalanceDictionary) dictionary = balance_dictionary_get_default (NULL);
  gboolean zh = chosen == BALANCE_LANGUAGE_ZH;
  GString *text;
  const char *name;

  g_return_val_if_fail (BALANCE_IS_TASK (self), NULL);

  text = g_string_new (NULL);
  name = self->values[BALANCE_TASK_SCHOOL_NAME] != NULL ? self->values[BALANCE_TASK_SCHOOL_NAME]
         : self->values[BALANCE_TASK_SCHOOL] != NULL ? self->values[BALANCE_TASK_SCHOOL]
         : self->values[BALANCE_TASK_DISTRICT_NAME] != NULL ? self->values[BALANCE_TASK_DISTRICT_NAME] : self->values[BALANCE_TASK_DISTRICT];
  g_string_append (text, name);
  if (self->values[BALANCE_TASK_STAGE] != NULL)
    {
      g_autofree char *stage = balance_task_field_show (BALANCE_TASK_STAGE, dictionary, self->values[BALANCE_TASK_STAGE], chosen);

      g_string_append_printf (text, zh ? "（%s）" : " (%s)", stage);
    }
  g_string_append_printf (text, zh ? "：%s" : ": %s", self->values[BALANCE_TASK_TITLE]);
  if (self->values[BALANCE_TASK_QUANTITY] != NULL)
    {
      g_autofree char *unit = balance_task_field_show (BALANCE_TASK_UNIT, dictionary, self->values[BALANCE_TASK_UNIT], chosen);

      g_string_append_printf (text, zh ? "，%s%s" : ", %s %s", self->values[BALANCE_TASK_QUANTITY], unit);
    }
  if (self->values[BALANCE_TASK_GIVER] != NULL)
    g_string_append_printf (text, zh ? "，由%s调出" : ", from %s",
                            self->values[BALANCE_TASK_GIVER_NAME] != NULL ? self->values[BALANCE_TASK_GIVER_NAME] : self->values[BALANCE_TASK_GIVER]);

  return g_string_free (text, FALSE);
}
