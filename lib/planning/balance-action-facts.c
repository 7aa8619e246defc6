/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Facts that an action makes others: set, added to, cleared. */

#include "planning/balance-action-apply-private.h"

#include "census/balance-value-private.h"

guint
balance_apply_hash_put (gconstpointer key)
{
  const BalanceApplyPut *put = key;

  return g_direct_hash (put->field) ^ (put->row * 2654435761u) ^ put->level;
}

gboolean
balance_apply_equal_puts (gconstpointer a, gconstpointer b)
{
  const BalanceApplyPut *x = a, *y = b;

  return x->field == y->field && x->row == y->row && x->level == y->level;
}

BalanceFact
balance_apply_get_fact (BalanceApply *apply, BalanceLevel level, guint32 row, BalanceField *field)
{
  const BalanceApplyPut key = { .level = level, .row = row, .field = field };
  guint at = GPOINTER_TO_UINT (g_hash_table_lookup (apply->index, &key));
  const BalanceColumn *column = balance_facts_find_column (apply->facts, level, field->id);
  BalanceFact fact = { FALSE, FALSE, { 0, 0 }, 0 };

  if (at > 0)
    return g_array_index (apply->puts, BalanceApplyPut, at - 1).fact;
  if (column != NULL && row < balance_facts_get_table (apply->facts, level)->n_rows && balance_column_is_valid (column, row))
    {
      fact.valid = TRUE;
      fact.value = (BalanceDecimal) { balance_column_get (column, row), balance_column_get_scale (column, row) };
    }

  return fact;
}

void
balance_apply_put_fact (BalanceApply *apply, BalanceLevel level, guint32 row, BalanceField *field, gboolean valid, BalanceDecimal value)
{
  BalanceApplyPut put = { level, row, field, { valid, TRUE, { 0, 0 }, 0 } };
  guint at = GPOINTER_TO_UINT (g_hash_table_lookup (apply->index, &put));

  if (valid)
    put.fact.value = value;
  if (at > 0)
    {
      g_array_index (apply->puts, BalanceApplyPut, at - 1).fact = put.fact;
      return;
    }
  g_array_append_val (apply->puts, put);
  g_hash_table_insert (apply->index, g_memdup2 (&put, sizeof put), GUINT_TO_POINTER (apply->puts->len));
}

static char *
describe_row (BalanceApply *apply, BalanceLevel level, guint32 row)
{
  BalanceFacts *facts = apply->facts;

  if (row >= balance_facts_get_table (facts, level)->n_rows)
    return g_strdup ("");
  if (level == BALANCE_LEVEL_SECTION)
    return g_strdup (balance_apply_school_name (facts, facts->section_school[row]));
  if (level == BALANCE_LEVEL_SCHOOL)
    return g_strdup (balance_apply_school_name (facts, row));
  if (level == BALANCE_LEVEL_DISTRICT)
    return g_strdup (*facts->district_names[row] != '\0' ? facts->district_names[row] : facts->district_codes[row]);

  return g_strdup ("");
}

/* FALSE beyond 18 digits. */
static gboolean
add_decimals (const BalanceDecimal *a, const BalanceDecimal *b, BalanceDecimal *sum)
{
  const gint64 most = G_GINT64_CONSTANT (999999999999999999);
  guint scale = MAX (a->scale, b->scale);
  gint64 x, y;

  if (scale > 18 || __builtin_mul_overflow (a->digits, balance_power_of_ten (scale - a->scale), &x) ||
      __builtin_mul_overflow (b->digits, balance_power_of_ten (scale - b->scale), &y) || __builtin_add_overflow (x, y, &x) || x > most || x < -most)
    return FALSE;
  *sum = (BalanceDecimal) { x, (guint8) scale };

  return TRUE;
}

/* So much more of a fact, exactly; missing stays missing. */
void
balance_apply_add_to_fact (BalanceApply *apply, const BalanceYaml *at, BalanceLevel level, guint32 row, BalanceField *field, const BalanceDecimal *amount)
{
  BalanceFact fact = balance_apply_get_fact (apply, level, row, field);
  BalanceDecimal sum, change = *amount;
  BalanceFault fault;

  if (!fact.valid)
    return;
  if (!add_decimals (&fact.value, &change, &sum))
    {
      ERROR (at, "too-long-number", "“%s” would have too many digits", "“%s”的位数过多", field->id);
      return;
    }
  fault = balance_value_check (field, &sum);
  if (fault == BALANCE_FAULT_NEGATIVE)
    {
      g_autofree char *subject = describe_row (apply, level, row), *have = NULL, *less = NULL;
      BalanceDecimal there = fact.value;

      balance_decimal_normalize (&there);
      have = balance_decimal_to_string (&there);
      change.digits = -change.digits;
      balance_decimal_normalize (&change);
      less = balance_decimal_to_string (&change);
      apply->failed = TRUE;
      {
        const BalancePlace place = { .file = apply->action->source->file, .row = at->line, .column = at->column, .field = field->id, .found = have };
        BalanceText message = { NULL, NULL }, remedy = { NULL, NULL };

        message.en = g_strdup_printf ("%s of %s would fall below zero: there are %s, and %s are taken away",
                                      balance_text_get (&field->title, BALANCE_LANGUAGE_EN), subject, have, less);
        message.zh = g_strdup_printf ("%s的%s将低于零：现有 %s，减少 %s", subject, balance_text_get (&field->title, BALANCE_LANGUAGE_ZH), have, less);
        balance_text_set (&remedy, "take less, or check which school it is", "请减少数量，或核对学校");
        balance_problems_add (apply->problems, BALANCE_SEVERITY_ERROR, "below-zero", &place, &message, NULL, &remedy);
      }
      return;
    }
  if (fault != BALANCE_FAULT_NONE)
    {
      g_autofree char *found = balance_decimal_to_string (&sum);
      const BalancePlace place = { .file = apply->action->source->file, .row = at->line, .column = at->column, .field = field->id, .found = found };

      apply->failed = TRUE;
      balance_value_report (fault, field, BALANCE_SEVERITY_ERROR, &place, apply->problems);
      return;
    }
  balance_apply_put_fact (apply, level, row, field, TRUE, sum);
}

/* Where a fact of a school or section stands: the section's own part of what the school has, if it has one. */
gboolean
balance_apply_locate (BalanceApply *apply, BalanceField *field, guint32 school, guint32 section, BalanceLevel *level, guint32 *row)
{
  *level = field->level;
  *row = field->level == BALANCE_LEVEL_SECTION ? section : school;
  if (field->level == BALANCE_LEVEL_SECTION)
    return section != NONE;
  if (field->level != BALANCE_LEVEL_SCHOOL)
    return FALSE;
  if (section == NONE && apply->facts->school_sections[school + 1] - apply->facts->school_sections[school] == 1)
    section = apply->facts->school_section_rows[apply->facts->school_sections[school]];
  if (section != NONE && balance_field_is_shared (field) && !balance_apply_get_fact (apply, BALANCE_LEVEL_SCHOOL, school, field).valid &&
      balance_apply_get_fact (apply, BALANCE_LEVEL_SECTION, section, field).valid)
    {
      *level = BALANCE_LEVEL_SECTION;
      *row = section;
    }

  return TRUE;
}

void
balance_apply_begin_subject (BalanceApply *apply, BalanceApplySubject *subject)
{
  *subject = (BalanceApplySubject) { BODY (apply, "district"), BODY (apply, "school"), BODY (apply, "stage"), NONE, NONE, NONE, FALSE, FALSE };
  if (subject->school_node != NULL)
    subject->school = balance_apply_find_school (apply, subject->school_node, subject->school_node->text);
}

static gboolean
find_row (BalanceApply *apply, BalanceApplySubject *subject, BalanceField *field, const BalanceYaml *at, BalanceLevel *level, guint32 *row)
{
  *level = field->level;
  *row = NONE;
  switch (field->level)
    {
    case BALANCE_LEVEL_REGION:
      *row = 0;
      break;

    case BALANCE_LEVEL_DISTRICT:
      if (!subject->tried_district)
        subject->district = balance_apply_find_district (apply, subject->district_node);
      subject->tried_district = TRUE;
      *row = subject->district;
      break;

    case BALANCE_LEVEL_SECTION:
    case BALANCE_LEVEL_SCHOOL:
    case BALANCE_LEVEL_STAGE:
    default:
      if (subject->school == NONE && subject->school_node == NULL)
        {
          ERROR (at, "missing-key", "“%s” is a fact of a school: say which with “school”", "“%s”是学校的数据，请用 school 指明学校", field->id);
          return FALSE;
        }
      if (subject->school == NONE)
        return FALSE;
      if (field->level == BALANCE_LEVEL_SECTION && subject->section == NONE && subject->school >= apply->facts->schools.n_rows)
        {
          ERROR (at, "level", "“%s” is a fact of a stage: give it under “stages”", "“%s”是学段的数据，请写在 stages 中", field->id);
          return FALSE;
        }
      if (!subject->tried_section && (field->level == BALANCE_LEVEL_SECTION || subject->stage_node != NULL) && subject->section == NONE)
        {
          subject->section = balance_apply_find_section (apply, subject->school, subject->stage_node, subject->school_node);
          subject->tried_section = TRUE;
        }
      if (field->level == BALANCE_LEVEL_SECTION || (subject->stage_node != NULL && balance_field_is_shared (field)))
        {
          *level = BALANCE_LEVEL_SECTION;
          *row = subject->section;
        }
      else
        *row = subject->school;
      break;
    }

  return *row != NONE;
}

static void
set_fact (BalanceApply *apply, BalanceApplySubject *subject, const BalanceYaml *key, const BalanceYaml *value)
{
  BalanceField *field = balance_apply_find_field (apply, key, key->text);
  const char *text = value->text;
  gsize length = strlen (text);
  BalanceDecimal number;
  BalanceFault fault;
  BalanceLevel level;
  guint32 row;

  if (field == NULL || !find_row (apply, subject, field, key, &level, &row))
    return;
  if (balance_value_trim (&text, &length))
    {
      ERROR (value, "empty-value", "“%s” has no value; to make it missing use “clear”", "“%s”没有值；要设为缺失请用 clear", field->id);
      return;
    }
  fault = balance_value_parse (field, text, length, NULL, &number);
  if (fault != BALANCE_FAULT_NONE)
    {
      const BalancePlace place = { .file = apply->action->source->file, .row = value->line, .column = value->column, .field = field->id, .found = value->text };

      apply->failed = TRUE;
      balance_value_report (fault, field, BALANCE_SEVERITY_ERROR, &place, apply->problems);
      return;
    }
  balance_apply_put_fact (apply, level, row, field, TRUE, number);
}

void
balance_apply_set_facts (BalanceApply *apply, BalanceApplySubject *subject, const BalanceYaml *facts)
{
  for (guint i = 0; facts != NULL && i < facts->n_items; i++)
    set_fact (apply, subject, facts->keys[i], facts->items[i]);
}

void
balance_apply_add (BalanceApply *apply)
{
  const BalanceYaml *facts = BODY (apply, "facts");
  BalanceApplySubject subject;

  balance_apply_begin_subject (apply, &subject);
  for (guint i = 0; i < facts->n_items; i++)
    {
      BalanceField *field = balance_apply_find_field (apply, facts->keys[i], facts->keys[i]->text);
      BalanceDecimal amount = { 0, 0 };
      BalanceLevel level;
      guint32 row;

      if (field == NULL || !find_row (apply, &subject, field, facts->keys[i], &level, &row))
        continue;
      if (field->type > BALANCE_FIELD_SHARE)
        {
          ERROR (facts->keys[i], "type", "“%s” is no number; use “set”", "“%s”不是数，请用 set", field->id);
          continue;
        }
      balance_decimal_parse (facts->items[i]->text, -1, &amount);
      balance_apply_add_to_fact (apply, facts->items[i], level, row, field, &amount);
    }
}

void
balance_apply_clear (BalanceApply *apply)
{
  const BalanceYaml *fields = BODY (apply, "fields");
  BalanceApplySubject subject;

  balance_apply_begin_subject (apply, &subject);
  for (guint i = 0; i < MAX (1, fields->n_items); i++)
    {
      const BalanceYaml *node = fields->type == BALANCE_YAML_SEQUENCE ? fields->items[i] : fields;
      BalanceField *field = balance_apply_find_field (apply, node, node->text);
      BalanceLevel level;
      guint32 row;

      if (field != NULL && find_row (apply, &subject, field, node, &level, &row))
        balance_apply_put_fact (apply, level, row, field, FALSE, (BalanceDecimal) { 0, 0 });
    }
}
