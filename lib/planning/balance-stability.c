/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <string.h>

#include "base/balance-float-private.h"
#include "planning/balance-stability-private.h"

/**
 * BalanceStability:
 *
 * How much the verdicts of an evaluation hang on a few figures (稳定性): for each requirement that is met or unmet, on
 * each subject, how large an error of the recorded facts could turn it. It is a list model of
 * [class@Balance.Sensitivity], district after district, the weakest verdict first.
 *
 * Lists are immutable and may be used from any thread.
 *
 * Since: 1.0
 */

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BalanceStability, balance_stability, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
balance_stability_finalize (GObject *object)
{
  BalanceStability *self = BALANCE_STABILITY (object);

  g_clear_object (&self->evaluation);
  g_clear_pointer (&self->entries, g_array_unref);

  G_OBJECT_CLASS (balance_stability_parent_class)->finalize (object);
}

static void
balance_stability_class_init (BalanceStabilityClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_stability_finalize;
}

static void
balance_stability_init (BalanceStability *self)
{
  self->entries = g_array_new (FALSE, FALSE, sizeof (BalanceStabilityEntry));
}

static GType
get_item_type (GListModel *model)
{
  return BALANCE_TYPE_SENSITIVITY;
}

static guint
get_n_items (GListModel *model)
{
  return BALANCE_STABILITY (model)->entries->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  BalanceStability *self = BALANCE_STABILITY (model);

  if (position >= self->entries->len)
    return NULL;
  return balance_sensitivity_new (self->evaluation, &g_array_index (self->entries, BalanceStabilityEntry, position));
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const BalanceStabilityEntry *x = a, *y = b;

  if (x->low < y->low || x->low > y->low)
    return x->low < y->low ? -1 : 1;
  if (x->high < y->high || x->high > y->high)
    return x->high < y->high ? -1 : 1;
  if (x->rule != y->rule)
    return x->rule < y->rule ? -1 : 1;
  return (x->row > y->row) - (x->row < y->row);
}

static gboolean
collect (BalanceStability *self, BalanceReplay *replay, gboolean region, GCancellable *cancellable, GError **error)
{
  BalanceEvaluation *evaluation = self->evaluation;
  BalancePack *pack = evaluation->standard->pack;
  BalanceJudge *judge = replay->judge;
  guint first = self->entries->len;
  BalanceFlipper flipper;

  balance_flipper_init (&flipper, judge);
  for (guint i = 0; i < pack->rules->len; i++)
    {
      const BalanceRule *rule = g_ptr_array_index (pack->rules, i);
      guint offset = judge->frame->offset[rule->level];

      if (!evaluation->judged[i] || (rule->level == BALANCE_LEVEL_REGION) != region)
        continue;
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        {
          balance_flipper_clear (&flipper);
          return FALSE;
        }
      for (guint k = 0; k < judge->frame->n_rows[rule->level]; k++)
        {
          BalanceVerdict verdict = (BalanceVerdict) evaluation->result.verdicts[i][offset + k];
          BalanceStabilityEntry entry;
          BalanceFlip flip;

          if ((verdict != BALANCE_VERDICT_MET && verdict != BALANCE_VERDICT_UNMET) || !balance_judge_knows_stage (judge, rule->level, k))
            continue;
          flip = balance_flipper_find (&flipper, i, k);
          entry = (BalanceStabilityEntry) { i, offset + k, flip.low, flip.high, flip.rule, 0 };
          if (flip.rule >= 0)
            entry.cause_row = flip.row + judge->frame->offset[judge->scheme->rules[flip.rule].rule->level];
          g_array_append_val (self->entries, entry);
        }
    }
  balance_flipper_clear (&flipper);
  if (self->entries->len > first)
    qsort (&g_array_index (self->entries, BalanceStabilityEntry, first), self->entries->len - first, sizeof (BalanceStabilityEntry),
           compare_entries);

  return TRUE;
}

/**
 * balance_stability_find:
 * @evaluation: an evaluation
 * @district_code: (nullable): the code of the only district to look at; %NULL for all, and the region
 * @progress: (nullable): how far it is
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Finds how large an error of the recorded facts could turn each verdict. Facts are numbers that add up or are measured;
 * years, kinds, yes and no are taken as right. The error is relative: a fact of 0 stays 0.
 *
 * Returns: (transfer full): the verdicts with their errors, or %NULL if there is no such district or it was cancelled
 *
 * Since: 1.0
 */
BalanceStability *
balance_stability_find (BalanceEvaluation *evaluation,
                       const char        *district_code,
                       BalanceProgress   *progress,
                       GCancellable      *cancellable,
                       GError           **error)
{
  BALANCE_FLOAT_DEFAULT;
  g_autoptr(BalanceStability) self = NULL;
  BalanceFacts *facts;
  gboolean any = district_code == NULL;

  g_return_val_if_fail (BALANCE_IS_EVALUATION (evaluation), NULL);
  g_return_val_if_fail (progress == NULL || BALANCE_IS_PROGRESS (progress), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = g_object_new (BALANCE_TYPE_STABILITY, NULL);
  self->evaluation = g_object_ref (evaluation);
  facts = evaluation->facts;
  if (progress != NULL)
    balance_progress_set_phase (progress, "judging stability", "分析稳定性");
  for (guint i = 0; i < facts->districts.n_rows; i++)
    {
      g_autoptr(BalanceReplay) replay = NULL;

      if (district_code != NULL && strcmp (district_code, facts->district_codes[i]) != 0)
        continue;
      any = TRUE;
      replay = balance_replay_new (evaluation, i);
      if (!collect (self, replay, FALSE, cancellable, error))
        return NULL;
      if (progress != NULL)
        balance_progress_set_fraction (progress, (i + 1.0) / facts->districts.n_rows);
    }
  if (!any)
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND,
                   "There is no district “%s”\n没有区县“%s”", district_code, district_code);
      return NULL;
    }
  if (district_code == NULL && facts->districts.n_rows > 0 && evaluation->result.scheme->uses_region)
    {
      g_autoptr(BalanceReplay) replay = balance_replay_new_region (evaluation);

      if (!collect (self, replay, TRUE, cancellable, error))
        return NULL;
    }

  return g_steal_pointer (&self);
}

typedef struct
{
  BalanceEvaluation *evaluation;
  char              *district;
  BalanceProgress   *progress;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->evaluation);
  g_free (job->district);
  g_clear_object (&job->progress);
  g_free (job);
}

static void
run (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;
  BalanceStability *self = balance_stability_find (job->evaluation, job->district, job->progress, cancellable, &error);

  if (self != NULL)
    g_task_return_pointer (task, self, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * balance_stability_find_async:
 * @evaluation: an evaluation
 * @district_code: (nullable): the code of the only district to look at; %NULL for all, and the region
 * @progress: (nullable): how far it is
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * The same as [func@Balance.Stability.find] in a thread.
 *
 * Since: 1.0
 */
void
balance_stability_find_async (BalanceEvaluation   *evaluation,
                             const char          *district_code,
                             BalanceProgress     *progress,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  Job *job;

  g_return_if_fail (BALANCE_IS_EVALUATION (evaluation));

  job = g_new0 (Job, 1);
  job->evaluation = g_object_ref (evaluation);
  job->district = g_strdup (district_code);
  job->progress = progress != NULL ? g_object_ref (progress) : NULL;
  task = g_task_new (evaluation, cancellable, callback, user_data);
  g_task_set_source_tag (task, balance_stability_find_async);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, run);
}

/**
 * balance_stability_find_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Takes the result of [func@Balance.Stability.find_async].
 *
 * Returns: (transfer full): the verdicts with their errors, or %NULL on error
 *
 * Since: 1.0
 */
BalanceStability *
balance_stability_find_finish (GAsyncResult *result,
                              GError      **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);
  g_return_val_if_fail (g_task_get_source_tag (G_TASK (result)) == balance_stability_find_async, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * balance_stability_get_evaluation:
 * @self: a stability
 *
 * Gets the evaluation whose verdicts these are.
 *
 * Returns: (transfer none): the evaluation
 *
 * Since: 1.0
 */
BalanceEvaluation *
balance_stability_get_evaluation (BalanceStability *self)
{
  g_return_val_if_fail (BALANCE_IS_STABILITY (self), NULL);

  return self->evaluation;
}

/**
 * balance_stability_get_n_below:
 * @self: a stability
 * @error: an error as a share, such as 0.01
 *
 * Counts the verdicts that are not known to stand up to such an error.
 *
 * Returns: how many verdicts have a lower bound below @error
 *
 * Since: 1.0
 */
guint
balance_stability_get_n_below (BalanceStability *self,
                               double            error)
{
  guint n = 0;

  g_return_val_if_fail (BALANCE_IS_STABILITY (self), 0);

  for (guint i = 0; i < self->entries->len; i++)
    n += g_array_index (self->entries, BalanceStabilityEntry, i).low < error;

  return n;
}
