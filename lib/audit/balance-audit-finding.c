/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>

#include "audit/balance-audit-private.h"

/**
 * BalanceAuditFinding:
 *
 * One thing that a check found (核查发现): whom it concerns, what it says, and the values it names with their cells.
 *
 * A finding of severity %BALANCE_SEVERITY_NOTE asks somebody to look; it does not say that anything is wrong.
 *
 * Findings are immutable and may be used from any thread.
 *
 * Since: 1.0
 */

struct _BalanceAuditFinding
{
  GObject                   parent_instance;
  BalanceAudit             *audit;
  const BalanceAuditRecord *record;
};

G_DEFINE_FINAL_TYPE (BalanceAuditFinding, balance_audit_finding, G_TYPE_OBJECT)

static void
balance_audit_finding_finalize (GObject *object)
{
  g_clear_object (&BALANCE_AUDIT_FINDING (object)->audit);

  G_OBJECT_CLASS (balance_audit_finding_parent_class)->finalize (object);
}

static void
balance_audit_finding_class_init (BalanceAuditFindingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_audit_finding_finalize;
}

static void
balance_audit_finding_init (BalanceAuditFinding *self)
{
}

BalanceAuditFinding *
balance_audit_finding_new (BalanceAudit *audit,
                           guint         record)
{
  BalanceAuditFinding *self = g_object_new (BALANCE_TYPE_AUDIT_FINDING, NULL);

  self->audit = g_object_ref (audit);
  self->record = &g_array_index (audit->records, BalanceAuditRecord, record);

  return self;
}

static BalanceCheckItem *
item_of (BalanceAuditFinding *self)
{
  return g_ptr_array_index (self->audit->checks->set->items, self->record->item);
}

/**
 * balance_audit_finding_get_check:
 * @self: a finding
 *
 * Gets the check that found it.
 *
 * Returns: (transfer full): the check
 *
 * Since: 1.0
 */
BalanceCheck *
balance_audit_finding_get_check (BalanceAuditFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_AUDIT_FINDING (self), NULL);

  return balance_check_new (self->audit->checks, item_of (self)->rule);
}

/**
 * balance_audit_finding_get_severity:
 * @self: a finding
 *
 * Gets the severity of the check.
 *
 * Returns: the severity
 *
 * Since: 1.0
 */
BalanceSeverity
balance_audit_finding_get_severity (BalanceAuditFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_AUDIT_FINDING (self), BALANCE_SEVERITY_NOTE);

  return item_of (self)->rule->severity;
}

/**
 * balance_audit_finding_get_field:
 * @self: a finding
 *
 * Gets the field, where the check is made on several fields one by one.
 *
 * Returns: (transfer none) (nullable): the id of the field
 *
 * Since: 1.0
 */
const char *
balance_audit_finding_get_field (BalanceAuditFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_AUDIT_FINDING (self), NULL);

  return self->record->field != NULL ? self->record->field->id : NULL;
}

static int
school_of (BalanceAuditFinding *self)
{
  if (self->record->level == BALANCE_LEVEL_SECTION)
    return (int) self->audit->facts->section_school[self->record->row];

  return self->record->level == BALANCE_LEVEL_SCHOOL ? (int) self->record->row : -1;
}

/**
 * balance_audit_finding_get_district_code:
 * @self: a finding
 *
 * Gets the district that the finding concerns.
 *
 * Returns: (transfer none) (nullable): the code, %NULL for the region
 *
 * Since: 1.0
 */
const char *
balance_audit_finding_get_district_code (BalanceAuditFinding *self)
{
  BalanceFacts *facts;
  int school;

  g_return_val_if_fail (BALANCE_IS_AUDIT_FINDING (self), NULL);

  facts = self->audit->facts;
  school = school_of (self);
  if (school >= 0)
    return facts->district_codes[facts->school_district[school]];
  if (self->record->level == BALANCE_LEVEL_STAGE)
    return facts->district_codes[facts->group_district[self->record->row]];

  return self->record->level == BALANCE_LEVEL_DISTRICT ? facts->district_codes[self->record->row] : NULL;
}

/**
 * balance_audit_finding_get_school_code:
 * @self: a finding
 *
 * Gets the school that the finding concerns.
 *
 * Returns: (transfer none) (nullable): the code, %NULL where it concerns more than one
 *
 * Since: 1.0
 */
const char *
balance_audit_finding_get_school_code (BalanceAuditFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_AUDIT_FINDING (self), NULL);

  return school_of (self) >= 0 ? self->audit->facts->school_codes[school_of (self)] : NULL;
}

/**
 * balance_audit_finding_get_stage:
 * @self: a finding
 *
 * Gets the stage that the finding concerns.
 *
 * Returns: (transfer none) (nullable): the id of the stage, %NULL where it concerns no single one
 *
 * Since: 1.0
 */
const char *
balance_audit_finding_get_stage (BalanceAuditFinding *self)
{
  BalanceFacts *facts;

  g_return_val_if_fail (BALANCE_IS_AUDIT_FINDING (self), NULL);

  facts = self->audit->facts;
  if (self->record->level == BALANCE_LEVEL_SECTION)
    return balance_dictionary_get_stage (facts->dictionary, facts->section_stage[self->record->row])->id;
  if (self->record->level == BALANCE_LEVEL_STAGE)
    return balance_dictionary_get_stage (facts->dictionary, facts->group_stage[self->record->row])->id;

  return NULL;
}

/**
 * balance_audit_finding_dup_key:
 * @self: a finding
 *
 * Makes a text by which answers to a finding find back to it, also in a later audit of corrected data:
 * `SUBJECT:CHECK` or `SUBJECT:CHECK:FIELD`, where the subject is `DISTRICT`, `DISTRICT/STAGE`, `DISTRICT/SCHOOL`,
 * `DISTRICT/SCHOOL/STAGE` or `region`.
 *
 * Returns: (transfer full): the key
 *
 * Since: 1.0
 */
char *
balance_audit_finding_dup_key (BalanceAuditFinding *self)
{
  const char *district, *school, *stage, *field;
  GString *key;

  g_return_val_if_fail (BALANCE_IS_AUDIT_FINDING (self), NULL);

  district = balance_audit_finding_get_district_code (self);
  school = balance_audit_finding_get_school_code (self);
  stage = balance_audit_finding_get_stage (self);
  field = balance_audit_finding_get_field (self);
  key = g_string_new (district != NULL ? district : "region");
  if (school != NULL)
    g_string_append_printf (key, "/%s", school);
  if (stage != NULL)
    g_string_append_printf (key, "/%s", stage);
  g_string_append_printf (key, ":%s", item_of (self)->rule->id);
  if (field != NULL)
    g_string_append_printf (key, ":%s", field);

  return g_string_free (key, FALSE);
}

/**
 * balance_audit_finding_dup_subject:
 * @self: a finding
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Says whom the finding concerns, such as "实验学校（小学）".
 *
 * Returns: (transfer full): the subject
 *
 * Since: 1.0
 */
char *
balance_audit_finding_dup_subject (BalanceAuditFinding *self,
                                   const char          *language)
{
  g_return_val_if_fail (BALANCE_IS_AUDIT_FINDING (self), NULL);

  return balance_facts_dup_subject (self->audit->facts, self->record->level, self->record->row, balance_language_parse (language));
}

/**
 * balance_audit_finding_get_message:
 * @self: a finding
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Says what was found.
 *
 * Returns: (transfer none): the message
 *
 * Since: 1.0
 */
const char *
balance_audit_finding_get_message (BalanceAuditFinding *self,
                                   const char          *language)
{
  g_return_val_if_fail (BALANCE_IS_AUDIT_FINDING (self), NULL);

  return self->record->message[balance_language_parse (language)];
}

/**
 * balance_audit_finding_get_operands:
 * @self: a finding
 *
 * Gets the values that the finding names, each with its cell; those of earlier years have another
 * [method@Balance.Operand.get_year].
 *
 * Returns: (transfer full): a list of [class@Balance.Operand]
 *
 * Since: 1.0
 */
GListModel *
balance_audit_finding_get_operands (BalanceAuditFinding *self)
{
  GListStore *list;

  g_return_val_if_fail (BALANCE_IS_AUDIT_FINDING (self), NULL);

  list = g_list_store_new (BALANCE_TYPE_OPERAND);
  for (guint i = 0; i < self->record->n_values; i++)
    {
      const BalanceAuditValue *value = &g_array_index (self->audit->values, BalanceAuditValue, self->record->first_value + i);
      BalanceFacts *facts = value->year == 0 ? self->audit->facts
                                             : ((BalanceYear *) g_ptr_array_index (self->audit->years, value->year - 1))->facts;
      g_autoptr(BalanceOperand) operand = balance_operand_new_for_facts (facts, value->field, value->level, value->row);

      g_list_store_append (list, operand);
    }

  return G_LIST_MODEL (list);
}

/**
 * balance_audit_finding_get_p_value:
 * @self: a finding
 *
 * Gets how likely chance alone makes a pattern at least as strong in this one test.
 *
 * Returns: the p-value, NaN for findings without a test
 *
 * Since: 1.0
 */
double
balance_audit_finding_get_p_value (BalanceAuditFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_AUDIT_FINDING (self), NAN);

  return self->record->p;
}

/**
 * balance_audit_finding_get_corrected_p_value:
 * @self: a finding
 *
 * Gets the p-value corrected for the number of tests of the check in this audit (Holm).
 *
 * Returns: the corrected p-value, NaN for findings without a test
 *
 * Since: 1.0
 */
double
balance_audit_finding_get_corrected_p_value (BalanceAuditFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_AUDIT_FINDING (self), NAN);

  return self->record->corrected;
}

/**
 * balance_audit_finding_get_n_tests:
 * @self: a finding
 *
 * Gets for how many tests the p-value is corrected.
 *
 * Returns: how many, 0 for findings without a test
 *
 * Since: 1.0
 */
guint
balance_audit_finding_get_n_tests (BalanceAuditFinding *self)
{
  g_return_val_if_fail (BALANCE_IS_AUDIT_FINDING (self), 0);

  return self->record->n_tests;
}
