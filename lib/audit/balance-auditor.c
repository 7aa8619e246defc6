/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "audit/balance-audit-private.h"
#include "base/balance-float-private.h"

/**
 * BalanceAuditor:
 *
 * Makes the checks of a set on censuses.
 *
 * An auditor is immutable and may be used from any thread, also for several censuses at once.
 *
 * Since: 1.0
 */

struct _BalanceAuditor
{
  GObject          parent_instance;
  BalanceChecks   *checks;
  BalanceStandard *standard;
  char            *as_of;
};

enum
{
  PROP_CHECKS = 1,
  PROP_STANDARD,
  PROP_AS_OF,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BalanceAuditor, balance_auditor, G_TYPE_OBJECT)

static void
balance_auditor_finalize (GObject *object)
{
  BalanceAuditor *self = BALANCE_AUDITOR (object);

  g_clear_object (&self->checks);
  g_clear_object (&self->standard);
  g_free (self->as_of);

  G_OBJECT_CLASS (balance_auditor_parent_class)->finalize (object);
}

static void
balance_auditor_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  BalanceAuditor *self = BALANCE_AUDITOR (object);

  switch (prop_id)
    {
    case PROP_CHECKS:
      g_value_set_object (value, self->checks);
      break;
    case PROP_STANDARD:
      g_value_set_object (value, self->standard);
      break;
    case PROP_AS_OF:
      g_value_set_string (value, self->as_of);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
    }
}

static void
balance_auditor_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  BalanceAuditor *self = BALANCE_AUDITOR (object);

  switch (prop_id)
    {
    case PROP_CHECKS:
      self->checks = g_value_dup_object (value);
      break;
    case PROP_STANDARD:
      self->standard = g_value_dup_object (value);
      break;
    case PROP_AS_OF:
      self->as_of = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
    }
}

static void
balance_auditor_class_init (BalanceAuditorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = balance_auditor_finalize;
  object_class->get_property = balance_auditor_get_property;
  object_class->set_property = balance_auditor_set_property;

  /**
   * BalanceAuditor:checks: (getter get_checks)
   *
   * The checks that are made.
   *
   * Since: 1.0
   */
  properties[PROP_CHECKS] = g_param_spec_object ("checks", NULL, NULL, BALANCE_TYPE_CHECKS, flags);
  /**
   * BalanceAuditor:standard: (getter get_standard)
   *
   * The standard whose limits the screens look at; %NULL: no screen of limits.
   *
   * Since: 1.0
   */
  properties[PROP_STANDARD] = g_param_spec_object ("standard", NULL, NULL, BALANCE_TYPE_STANDARD, flags);
  /**
   * BalanceAuditor:as-of:
   *
   * The date whose rules apply, as an ISO date; %NULL for today.
   *
   * Since: 1.0
   */
  properties[PROP_AS_OF] = g_param_spec_string ("as-of", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
balance_auditor_init (BalanceAuditor *self)
{
}

/**
 * balance_auditor_new:
 * @checks: a set of checks
 * @standard: (nullable): the standard whose limits the screens look at
 * @as_of: (nullable): the date whose rules apply, as an ISO date; %NULL for today
 *
 * Creates an auditor.
 *
 * Returns: (transfer full): a new auditor
 *
 * Since: 1.0
 */
BalanceAuditor *
balance_auditor_new (BalanceChecks   *checks,
                     BalanceStandard *standard,
                     const char      *as_of)
{
  g_return_val_if_fail (BALANCE_IS_CHECKS (checks), NULL);
  g_return_val_if_fail (standard == NULL || BALANCE_IS_STANDARD (standard), NULL);

  return g_object_new (BALANCE_TYPE_AUDITOR, "checks", checks, "standard", standard, "as-of", as_of, NULL);
}

/**
 * balance_auditor_get_checks: (get-property checks)
 * @self: an auditor
 *
 * Gets the checks that are made.
 *
 * Returns: (transfer none): the set of checks
 *
 * Since: 1.0
 */
BalanceChecks *
balance_auditor_get_checks (BalanceAuditor *self)
{
  g_return_val_if_fail (BALANCE_IS_AUDITOR (self), NULL);

  return self->checks;
}

/**
 * balance_auditor_get_standard: (get-property standard)
 * @self: an auditor
 *
 * Gets the standard whose limits the screens look at.
 *
 * Returns: (transfer none) (nullable): the standard
 *
 * Since: 1.0
 */
BalanceStandard *
balance_auditor_get_standard (BalanceAuditor *self)
{
  g_return_val_if_fail (BALANCE_IS_AUDITOR (self), NULL);

  return self->standard;
}

/**
 * balance_auditor_audit:
 * @self: an auditor
 * @census: a census
 * @previous: (nullable): earlier censuses, a list of [class@Balance.Census] in any order; their schools are joined
 *   by district and code, else by a name that is theirs alone
 * @progress: (nullable): how far the work is
 * @cancellable: (nullable): a cancellable
 * @error: return location for a [error@Balance.Error]
 *
 * Makes all checks. What they find is no error; errors are an invalid date, an earlier census that states no
 * earlier year, and cancellation.
 *
 * Returns: (transfer full): what was found
 *
 * Since: 1.0
 */
BalanceAudit *
balance_auditor_audit (BalanceAuditor   *self,
                       BalanceCensus    *census,
                       GListModel       *previous,
                       BalanceProgress  *progress,
                       GCancellable     *cancellable,
                       GError          **error)
{
  BALANCE_FLOAT_DEFAULT;
  g_return_val_if_fail (BALANCE_IS_AUDITOR (self), NULL);
  g_return_val_if_fail (BALANCE_IS_CHECKS (self->checks), NULL);
  g_return_val_if_fail (BALANCE_IS_CENSUS (census), NULL);
  g_return_val_if_fail (previous == NULL || G_IS_LIST_MODEL (previous), NULL);
  g_return_val_if_fail (progress == NULL || BALANCE_IS_PROGRESS (progress), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return balance_audit_run (self->checks, self->standard, self->as_of, census, previous, progress, cancellable, error);
}

typedef struct
{
  BalanceCensus   *census;
  GListModel      *previous;
  BalanceProgress *progress;
} AuditData;

static void
audit_data_free (gpointer data)
{
  AuditData *self = data;

  g_clear_object (&self->census);
  g_clear_object (&self->previous);
  g_clear_object (&self->progress);
  g_free (self);
}

static void
audit_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  AuditData *data = task_data;
  GError *error = NULL;
  BalanceAudit *audit = balance_auditor_audit (source, data->census, data->previous, data->progress, cancellable, &error);

  if (audit != NULL)
    g_task_return_pointer (task, audit, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * balance_auditor_audit_async:
 * @self: an auditor
 * @census: a census
 * @previous: (nullable): earlier censuses; the list must not change meanwhile
 * @progress: (nullable): how far the work is
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the audit is ready
 * @user_data: data for @callback
 *
 * Makes all checks in a thread. Finish with [method@Balance.Auditor.audit_finish].
 *
 * Since: 1.0
 */
void
balance_auditor_audit_async (BalanceAuditor      *self,
                             BalanceCensus       *census,
                             GListModel          *previous,
                             BalanceProgress     *progress,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  AuditData *data;

  g_return_if_fail (BALANCE_IS_AUDITOR (self));
  g_return_if_fail (BALANCE_IS_CENSUS (census));
  g_return_if_fail (previous == NULL || G_IS_LIST_MODEL (previous));
  g_return_if_fail (progress == NULL || BALANCE_IS_PROGRESS (progress));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  data = g_new0 (AuditData, 1);
  data->census = g_object_ref (census);
  data->previous = previous != NULL ? g_object_ref (previous) : NULL;
  data->progress = progress != NULL ? g_object_ref (progress) : NULL;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, balance_auditor_audit_async);
  g_task_set_task_data (task, data, audit_data_free);
  g_task_run_in_thread (task, audit_in_thread);
}

/**
 * balance_auditor_audit_finish:
 * @self: an auditor
 * @result: what the callback was given
 * @error: return location for a [error@Balance.Error]
 *
 * Finishes [method@Balance.Auditor.audit_async].
 *
 * Returns: (transfer full): what was found
 *
 * Since: 1.0
 */
BalanceAudit *
balance_auditor_audit_finish (BalanceAuditor  *self,
                              GAsyncResult    *result,
                              GError         **error)
{
  g_return_val_if_fail (BALANCE_IS_AUDITOR (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
