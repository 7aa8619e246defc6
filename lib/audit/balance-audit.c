/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "audit/balance-audit-private.h"

/**
 * BalanceAudit:
 *
 * What a set of checks found in a census (数据核查结果).
 *
 * A check that could not be made on a row because a fact is missing is neither held nor found: such rows are
 * counted by [method@Balance.Audit.get_n_not_checked].
 *
 * An audit is immutable and may be used from any thread.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (BalanceAudit, balance_audit, G_TYPE_OBJECT)

static void
record_clear (gpointer data)
{
  BalanceAuditRecord *record = data;

  g_free (record->message[0]);
  g_free (record->message[1]);
}

static void
balance_audit_finalize (GObject *object)
{
  BalanceAudit *self = BALANCE_AUDIT (object);

  g_clear_object (&self->checks);
  g_clear_object (&self->standard);
  g_clear_object (&self->census);
  g_clear_pointer (&self->facts, balance_facts_unref);
  g_ptr_array_unref (self->years);
  g_array_unref (self->records);
  g_array_unref (self->values);
  g_free (self->counts);

  G_OBJECT_CLASS (balance_audit_parent_class)->finalize (object);
}

static void
balance_audit_class_init (BalanceAuditClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_audit_finalize;
}

static void
free_year (gpointer data)
{
  balance_year_free (data);
}

static void
balance_audit_init (BalanceAudit *self)
{
  self->years = g_ptr_array_new_with_free_func (free_year);
  self->records = g_array_new (FALSE, TRUE, sizeof (BalanceAuditRecord));
  g_array_set_clear_func (self->records, record_clear);
  self->values = g_array_new (FALSE, TRUE, sizeof (BalanceAuditValue));
}

/**
 * balance_audit_get_checks:
 * @self: an audit
 *
 * Gets the checks that were made.
 *
 * Returns: (transfer none): the set of checks
 *
 * Since: 1.0
 */
BalanceChecks *
balance_audit_get_checks (BalanceAudit *self)
{
  g_return_val_if_fail (BALANCE_IS_AUDIT (self), NULL);

  return self->checks;
}

/**
 * balance_audit_get_standard:
 * @self: an audit
 *
 * Gets the standard whose limits the screens looked at.
 *
 * Returns: (transfer none) (nullable): the standard
 *
 * Since: 1.0
 */
BalanceStandard *
balance_audit_get_standard (BalanceAudit *self)
{
  g_return_val_if_fail (BALANCE_IS_AUDIT (self), NULL);

  return self->standard;
}

/**
 * balance_audit_get_census:
 * @self: an audit
 *
 * Gets the census that was checked.
 *
 * Returns: (transfer none): the census
 *
 * Since: 1.0
 */
BalanceCensus *
balance_audit_get_census (BalanceAudit *self)
{
  g_return_val_if_fail (BALANCE_IS_AUDIT (self), NULL);

  return self->census;
}

/**
 * balance_audit_get_previous_years:
 * @self: an audit
 * @n_years: (out): how many there are
 *
 * Gets the years with which the census was compared, the latest first.
 *
 * Returns: (transfer full) (array length=n_years) (nullable): the years; %NULL if there are none
 *
 * Since: 1.0
 */
int *
balance_audit_get_previous_years (BalanceAudit *self,
                                  gsize        *n_years)
{
  int *years;

  g_return_val_if_fail (BALANCE_IS_AUDIT (self), NULL);
  g_return_val_if_fail (n_years != NULL, NULL);

  *n_years = self->years->len;
  if (self->years->len == 0)
    return NULL;
  years = g_new (int, self->years->len);
  for (guint i = 0; i < self->years->len; i++)
    years[i] = ((BalanceYear *) g_ptr_array_index (self->years, i))->facts->year;

  return years;
}

/**
 * balance_audit_get_findings:
 * @self: an audit
 *
 * Gets what was found: by district, school, stage and then in the order of the checks; what concerns a whole
 * district follows its schools. Of each check the first 10,000 findings are kept;
 * [method@Balance.Audit.get_n_found] counts all.
 *
 * Returns: (transfer full): a list of [class@Balance.AuditFinding]
 *
 * Since: 1.0
 */
GListModel *
balance_audit_get_findings (BalanceAudit *self)
{
  g_autoptr(GPtrArray) findings = NULL;
  GListStore *list;

  g_return_val_if_fail (BALANCE_IS_AUDIT (self), NULL);

  findings = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < self->records->len; i++)
    g_ptr_array_add (findings, balance_audit_finding_new (self, i));
  list = g_list_store_new (BALANCE_TYPE_AUDIT_FINDING);
  g_list_store_splice (list, 0, 0, findings->pdata, findings->len);

  return G_LIST_MODEL (list);
}

/**
 * balance_audit_count:
 * @self: an audit
 * @severity: a severity
 * @district_code: (nullable): a district, %NULL for all
 *
 * Counts the findings of one severity that are kept.
 *
 * Returns: how many there are
 *
 * Since: 1.0
 */
guint
balance_audit_count (BalanceAudit    *self,
                     BalanceSeverity  severity,
                     const char      *district_code)
{
  guint n = 0;

  g_return_val_if_fail (BALANCE_IS_AUDIT (self), 0);

  for (guint i = 0; i < self->records->len; i++)
    {
      g_autoptr(BalanceAuditFinding) finding = balance_audit_finding_new (self, i);

      if (balance_audit_finding_get_severity (finding) == severity &&
          (district_code == NULL || g_strcmp0 (balance_audit_finding_get_district_code (finding), district_code) == 0))
        n++;
    }

  return n;
}

static const BalanceAuditCount *
find_count (BalanceAudit *self, const char *check)
{
  for (guint i = 0; i < self->checks->set->rules->len; i++)
    if (strcmp (((BalanceCheckRule *) g_ptr_array_index (self->checks->set->rules, i))->id, check) == 0)
      return &self->counts[i];

  return NULL;
}

/**
 * balance_audit_get_n_found:
 * @self: an audit
 * @check: the id of a check
 *
 * Counts on how many subjects a check found something, also those that are not kept.
 *
 * Returns: how many; 0 if there is no such check
 *
 * Since: 1.0
 */
guint
balance_audit_get_n_found (BalanceAudit *self,
                           const char   *check)
{
  const BalanceAuditCount *count;

  g_return_val_if_fail (BALANCE_IS_AUDIT (self), 0);
  g_return_val_if_fail (check != NULL, 0);

  count = find_count (self, check);

  return count != NULL ? count->n_found : 0;
}

/**
 * balance_audit_get_n_held:
 * @self: an audit
 * @check: the id of a check
 *
 * Counts on how many subjects a check was made and found nothing.
 *
 * Returns: how many; 0 if there is no such check
 *
 * Since: 1.0
 */
guint
balance_audit_get_n_held (BalanceAudit *self,
                          const char   *check)
{
  const BalanceAuditCount *count;

  g_return_val_if_fail (BALANCE_IS_AUDIT (self), 0);
  g_return_val_if_fail (check != NULL, 0);

  count = find_count (self, check);

  return count != NULL ? count->n_held : 0;
}

/**
 * balance_audit_get_n_not_checked:
 * @self: an audit
 * @check: the id of a check
 *
 * Counts on how many subjects a check could not be made: a fact is missing, an earlier year, a standard, or there
 * are too few schools to compare with.
 *
 * Returns: how many; 0 if there is no such check
 *
 * Since: 1.0
 */
guint
balance_audit_get_n_not_checked (BalanceAudit *self,
                                 const char   *check)
{
  const BalanceAuditCount *count;

  g_return_val_if_fail (BALANCE_IS_AUDIT (self), 0);
  g_return_val_if_fail (check != NULL, 0);

  count = find_count (self, check);

  return count != NULL ? count->n_unknown : 0;
}

/**
 * balance_audit_get_n_tests:
 * @self: an audit
 * @check: the id of a check
 *
 * Counts the statistical tests of a check, for whose number its p-values are corrected.
 *
 * Returns: how many; 0 for checks that test nothing
 *
 * Since: 1.0
 */
guint
balance_audit_get_n_tests (BalanceAudit *self,
                           const char   *check)
{
  const BalanceAuditCount *count;

  g_return_val_if_fail (BALANCE_IS_AUDIT (self), 0);
  g_return_val_if_fail (check != NULL, 0);

  count = find_count (self, check);

  return count != NULL ? count->n_tests : 0;
}
