/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <pthread.h>

#include "base/balance-float-private.h"
#include "evaluation/balance-evaluation-private.h"

/**
 * BalanceEvaluator:
 *
 * Applies a standard to censuses, with a choice of date, concessions and options.
 *
 * An evaluator is immutable and may be used from any thread, also for several censuses at once. Threads
 * that it starts live only inside a call and call nothing of the caller's.
 *
 * Since: 1.0
 */

struct _BalanceEvaluator
{
  GObject             parent_instance;
  BalanceStandard    *standard;
  char               *as_of;
  BalanceConcessions  concessions;
  char               *only;
  char              **options;
  guint               n_threads;
  char               *kernels;
  /* Compiled for the day that was asked last: all else that schemes rest on is as immutable as this. */
  pthread_mutex_t     lock;
  gint32              as_of_schemes;  /* (mutex lock) */
  BalanceScheme      *scheme;         /* (mutex lock) nullable */
  BalanceScheme      *strict;         /* (mutex lock) nullable */
};

enum
{
  PROP_STANDARD = 1,
  PROP_AS_OF,
  PROP_CONCESSIONS,
  PROP_ONLY,
  PROP_OPTIONS,
  PROP_N_THREADS,
  PROP_KERNELS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BalanceEvaluator, balance_evaluator, G_TYPE_OBJECT)

static void
balance_evaluator_finalize (GObject *object)
{
  BalanceEvaluator *self = BALANCE_EVALUATOR (object);

  balance_scheme_unref (self->scheme);
  balance_scheme_unref (self->strict);
  pthread_mutex_destroy (&self->lock);
  g_clear_object (&self->standard);
  g_free (self->as_of);
  g_free (self->only);
  g_strfreev (self->options);
  g_free (self->kernels);

  G_OBJECT_CLASS (balance_evaluator_parent_class)->finalize (object);
}

static void
balance_evaluator_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  BalanceEvaluator *self = BALANCE_EVALUATOR (object);

  switch (prop_id)
    {
    case PROP_STANDARD:
      g_value_set_object (value, self->standard);
      break;
    case PROP_AS_OF:
      g_value_set_string (value, self->as_of);
      break;
    case PROP_CONCESSIONS:
      g_value_set_enum (value, (int) self->concessions);
      break;
    case PROP_ONLY:
      g_value_set_string (value, self->only);
      break;
    case PROP_OPTIONS:
      g_value_set_boxed (value, self->options);
      break;
    case PROP_N_THREADS:
      g_value_set_uint (value, self->n_threads);
      break;
    case PROP_KERNELS:
      g_value_set_string (value, self->kernels);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
    }
}

static void
balance_evaluator_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  BalanceEvaluator *self = BALANCE_EVALUATOR (object);

  switch (prop_id)
    {
    case PROP_STANDARD:
      self->standard = g_value_dup_object (value);
      break;
    case PROP_AS_OF:
      self->as_of = g_value_dup_string (value);
      break;
    case PROP_CONCESSIONS:
      self->concessions = (BalanceConcessions) g_value_get_enum (value);
      break;
    case PROP_ONLY:
      self->only = g_value_dup_string (value);
      break;
    case PROP_OPTIONS:
      self->options = g_value_dup_boxed (value);
      break;
    case PROP_N_THREADS:
      self->n_threads = g_value_get_uint (value);
      break;
    case PROP_KERNELS:
      self->kernels = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
    }
}

static void
balance_evaluator_class_init (BalanceEvaluatorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = balance_evaluator_finalize;
  object_class->get_property = balance_evaluator_get_property;
  object_class->set_property = balance_evaluator_set_property;

  /**
   * BalanceEvaluator:standard: (getter get_standard)
   *
   * The standard that is applied.
   *
   * Since: 1.0
   */
  properties[PROP_STANDARD] = g_param_spec_object ("standard", NULL, NULL, BALANCE_TYPE_STANDARD, flags);
  /**
   * BalanceEvaluator:as-of:
   *
   * The date whose rules apply, as an ISO date; %NULL for today.
   *
   * Since: 1.0
   */
  properties[PROP_AS_OF] = g_param_spec_string ("as-of", NULL, NULL, NULL, flags);
  /**
   * BalanceEvaluator:concessions:
   *
   * Which concessions are used.
   *
   * Since: 1.0
   */
  properties[PROP_CONCESSIONS] =
    g_param_spec_enum ("concessions", NULL, NULL, BALANCE_TYPE_CONCESSIONS, BALANCE_CONCESSIONS_AUTO, flags);
  /**
   * BalanceEvaluator:only:
   *
   * The id of the only requirement to judge; %NULL for all.
   *
   * Since: 1.0
   */
  properties[PROP_ONLY] = g_param_spec_string ("only", NULL, NULL, NULL, flags);
  /**
   * BalanceEvaluator:options:
   *
   * Options of the standard that differ from their defaults, as "id=value".
   *
   * Since: 1.0
   */
  properties[PROP_OPTIONS] = g_param_spec_boxed ("options", NULL, NULL, G_TYPE_STRV, flags);
  /**
   * BalanceEvaluator:n-threads:
   *
   * How many threads may work at once; 0 for one per processor. Results do not depend on it.
   *
   * Since: 1.0
   */
  properties[PROP_N_THREADS] = g_param_spec_uint ("n-threads", NULL, NULL, 0, 64, 0, flags);
  /**
   * BalanceEvaluator:kernels:
   *
   * With which instructions many districts are judged at once: "baseline", "avx2" or "avx512"; "none" judges each by
   * itself, as is done for explanations. %NULL takes the best that the machine has, and what it has not is left out.
   * Results do not depend on it; it is there to show that.
   *
   * Since: 1.0
   */
  properties[PROP_KERNELS] = g_param_spec_string ("kernels", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
balance_evaluator_init (BalanceEvaluator *self)
{
  pthread_mutex_init (&self->lock, NULL);
}

gboolean
balance_evaluator_get_schemes (BalanceEvaluator *self,
                               gint32            as_of,
                               const gboolean   *in_force,
                               gboolean          conceding,
                               BalanceScheme   **scheme,
                               BalanceScheme   **strict,
                               BalanceProblems  *problems)
{
  const char *const *options = (const char *const *) self->options;

  pthread_mutex_lock (&self->lock);
  if (self->scheme == NULL || self->as_of_schemes != as_of)
    {
      g_clear_pointer (&self->scheme, balance_scheme_unref);
      g_clear_pointer (&self->strict, balance_scheme_unref);
      *scheme = balance_scheme_new (self->standard->pack, self->standard->used, options, as_of, in_force, problems);
      *strict = *scheme != NULL && conceding
                  ? balance_scheme_new (self->standard->pack, self->standard->used, options, as_of, NULL, problems) : NULL;
      if (*scheme != NULL && (*strict != NULL || !conceding))
        {
          self->as_of_schemes = as_of;
          self->scheme = balance_scheme_ref (*scheme);
          self->strict = *strict != NULL ? balance_scheme_ref (*strict) : NULL;
        }
    }
  else
    {
      *scheme = balance_scheme_ref (self->scheme);
      *strict = self->strict != NULL ? balance_scheme_ref (self->strict) : NULL;
    }
  pthread_mutex_unlock (&self->lock);

  return *scheme != NULL && (*strict != NULL || !conceding);
}

/**
 * balance_evaluator_new:
 * @standard: a standard
 *
 * Creates an evaluator with today's rules, the concessions in force, and all options at their defaults.
 *
 * Returns: (transfer full): a new evaluator
 *
 * Since: 1.0
 */
BalanceEvaluator *
balance_evaluator_new (BalanceStandard *standard)
{
  g_return_val_if_fail (BALANCE_IS_STANDARD (standard), NULL);

  return g_object_new (BALANCE_TYPE_EVALUATOR, "standard", standard, NULL);
}

/**
 * balance_evaluator_new_full:
 * @standard: a standard
 * @as_of: (nullable): the date whose rules apply, as an ISO date; %NULL for today
 * @concessions: which concessions are used
 * @only: (nullable): the id of the only requirement to judge
 * @options: (nullable) (array zero-terminated=1): options that differ from their defaults, as "id=value"
 * @n_threads: how many threads may work at once, 0 for one per processor
 *
 * Creates an evaluator.
 *
 * Returns: (transfer full): a new evaluator
 *
 * Since: 1.0
 */
BalanceEvaluator *
balance_evaluator_new_full (BalanceStandard    *standard,
                            const char         *as_of,
                            BalanceConcessions  concessions,
                            const char         *only,
                            const char *const  *options,
                            guint               n_threads)
{
  g_return_val_if_fail (BALANCE_IS_STANDARD (standard), NULL);

  return g_object_new (BALANCE_TYPE_EVALUATOR,
                       "standard", standard,
                       "as-of", as_of,
                       "concessions", concessions,
                       "only", only,
                       "options", options,
                       "n-threads", MIN (n_threads, 64),
                       NULL);
}

/**
 * balance_evaluator_get_standard: (get-property standard)
 * @self: an evaluator
 *
 * Gets the standard that is applied.
 *
 * Returns: (transfer none): the standard
 *
 * Since: 1.0
 */
BalanceStandard *
balance_evaluator_get_standard (BalanceEvaluator *self)
{
  g_return_val_if_fail (BALANCE_IS_EVALUATOR (self), NULL);

  return self->standard;
}

/**
 * balance_evaluator_evaluate:
 * @self: an evaluator
 * @census: a census
 * @progress: (nullable): how far the work is
 * @cancellable: (nullable): a cancellable
 * @error: return location for a [error@Balance.Error]
 *
 * Judges a census. Missing facts, schools without pupils and the like are no errors: they show in the
 * verdicts. Errors are unknown options or requirements, an invalid date, and cancellation.
 *
 * Returns: (transfer full): the evaluation
 *
 * Since: 1.0
 */
BalanceEvaluation *
balance_evaluator_evaluate (BalanceEvaluator  *self,
                            BalanceCensus     *census,
                            BalanceProgress   *progress,
                            GCancellable      *cancellable,
                            GError           **error)
{
  BALANCE_FLOAT_DEFAULT;
  g_return_val_if_fail (BALANCE_IS_EVALUATOR (self), NULL);
  g_return_val_if_fail (BALANCE_IS_STANDARD (self->standard), NULL);
  g_return_val_if_fail (BALANCE_IS_CENSUS (census), NULL);
  g_return_val_if_fail (progress == NULL || BALANCE_IS_PROGRESS (progress), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return balance_evaluation_run (self, self->standard, census, self->as_of, self->concessions, self->only,
                                 (const char *const *) self->options, self->n_threads, self->kernels,
                                 progress, cancellable, error);
}

typedef struct
{
  BalanceCensus   *census;
  BalanceProgress *progress;
} EvaluateData;

static void
evaluate_data_free (gpointer data)
{
  EvaluateData *self = data;

  g_clear_object (&self->census);
  g_clear_object (&self->progress);
  g_free (self);
}

static void
evaluate_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  EvaluateData *data = task_data;
  GError *error = NULL;
  BalanceEvaluation *evaluation = balance_evaluator_evaluate (source, data->census, data->progress, cancellable, &error);

  if (evaluation != NULL)
    g_task_return_pointer (task, evaluation, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * balance_evaluator_evaluate_async:
 * @self: an evaluator
 * @census: a census
 * @progress: (nullable): how far the work is
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the evaluation is ready
 * @user_data: data for @callback
 *
 * Judges a census in a thread. Finish with [method@Balance.Evaluator.evaluate_finish].
 *
 * Since: 1.0
 */
void
balance_evaluator_evaluate_async (BalanceEvaluator    *self,
                                  BalanceCensus       *census,
                                  BalanceProgress     *progress,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  EvaluateData *data;

  g_return_if_fail (BALANCE_IS_EVALUATOR (self));
  g_return_if_fail (BALANCE_IS_CENSUS (census));
  g_return_if_fail (progress == NULL || BALANCE_IS_PROGRESS (progress));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  data = g_new0 (EvaluateData, 1);
  data->census = g_object_ref (census);
  data->progress = progress != NULL ? g_object_ref (progress) : NULL;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, balance_evaluator_evaluate_async);
  g_task_set_task_data (task, data, evaluate_data_free);
  g_task_run_in_thread (task, evaluate_in_thread);
}

/**
 * balance_evaluator_evaluate_finish:
 * @self: an evaluator
 * @result: what the callback was given
 * @error: return location for a [error@Balance.Error]
 *
 * Finishes [method@Balance.Evaluator.evaluate_async].
 *
 * Returns: (transfer full): the evaluation
 *
 * Since: 1.0
 */
BalanceEvaluation *
balance_evaluator_evaluate_finish (BalanceEvaluator  *self,
                                   GAsyncResult      *result,
                                   GError           **error)
{
  g_return_val_if_fail (BALANCE_IS_EVALUATOR (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
