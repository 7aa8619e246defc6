/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "balance/balance-finding.h"
#include "balance/balance-problem.h"
#include "census/balance-field-private.h"
#include "report/balance-indicator-columns-private.h"
#include "report/balance-json-private.h"

/* {"zh": …, "en": …}, or null where neither is there. */
static void
add_text (BalanceJson *json,
          const char  *name,
          const char  *zh,
          const char  *en)
{
  balance_json_key (json, name);
  if (zh == NULL && en == NULL)
    {
      balance_json_string (json, NULL);
      return;
    }
  balance_json_begin (json, '{');
  balance_json_add_string (json, "zh", zh);
  balance_json_add_string (json, "en", en);
  balance_json_end (json, '}');
}

static void
add_text_take (BalanceJson *json,
               const char  *name,
               char        *zh,
               char        *en)
{
  add_text (json, name, zh, en);
  g_free (zh);
  g_free (en);
}

static void
add_verdict (BalanceJson    *json,
             const char     *name,
             BalanceVerdict  verdict)
{
  balance_json_add_string (json, name, balance_state_name (verdict, FALSE));
}

/* Rows and columns count from 1; 0 says that there is none. */
static void
add_position (BalanceJson *json,
              const char  *name,
              guint        position)
{
  if (position == 0)
    balance_json_add_string (json, name, NULL);
  else
    balance_json_add_count (json, name, position);
}

static void
add_cell (BalanceJson *json,
          BalanceCell *cell)
{
  g_autofree char *text = NULL;

  balance_json_key (json, "cell");
  if (cell == NULL)
    {
      balance_json_string (json, NULL);
      return;
    }
  text = balance_cell_to_text (cell);
  balance_json_begin (json, '{');
  balance_json_add_string (json, "file", balance_cell_get_file (cell));
  balance_json_add_string (json, "sheet", balance_cell_get_sheet (cell));
  add_position (json, "row", balance_cell_get_row (cell));
  add_position (json, "column", balance_cell_get_column (cell));
  balance_json_add_string (json, "text", text);
  balance_json_end (json, '}');
}

static void
add_operand (BalanceJson    *json,
             BalanceOperand *operand)
{
  g_autoptr (BalanceCell) cell = balance_operand_get_cell (operand);
  g_autofree char *path = balance_operand_dup_path (operand);

  balance_json_next (json);
  balance_json_begin (json, '{');
  balance_json_add_string (json, "field", balance_operand_get_field (operand));
  add_text (json, "title", balance_operand_get_title (operand, "zh"), balance_operand_get_title (operand, "en"));
  balance_json_add_string (json, "level", balance_level_to_string (balance_operand_get_level (operand)));
  balance_json_add_string (json, "path", path);
  add_text_take (json, "subject", balance_operand_dup_subject (operand, "zh"), balance_operand_dup_subject (operand, "en"));
  add_position (json, "year", (guint) MAX (balance_operand_get_year (operand), 0));
  balance_json_add_flag (json, "missing", balance_operand_get_missing (operand));
  balance_json_add_number (json, "number", balance_operand_get_number (operand));
  add_text_take (json, "text", balance_operand_dup_text (operand, "zh"), balance_operand_dup_text (operand, "en"));
  balance_json_add_string (json, "unit", balance_operand_get_unit (operand));
  add_cell (json, cell);
  balance_json_end (json, '}');
}

static void
add_concession (BalanceJson              *json,
                BalanceAppliedConcession *concession)
{
  balance_json_key (json, "concession");
  if (concession == NULL)
    {
      balance_json_string (json, NULL);
      return;
    }
  balance_json_begin (json, '{');
  balance_json_add_string (json, "id", balance_applied_concession_get_id (concession));
  balance_json_add_string (json, "item", balance_applied_concession_get_item (concession));
  add_text (json, "title", balance_applied_concession_get_title (concession, "zh"),
            balance_applied_concession_get_title (concession, "en"));
  balance_json_add_string (json, "reference", balance_applied_concession_get_reference (concession));
  balance_json_add_flag (json, "certain", balance_applied_concession_get_certain (concession));
  balance_json_add_flag (json, "decides", balance_applied_concession_get_decides (concession));
  balance_json_add_flag (json, "worse", balance_applied_concession_get_worse (concession));
  add_verdict (json, "verdict_without", balance_applied_concession_get_verdict_without (concession));
  balance_json_add_number (json, "value_without", balance_applied_concession_get_value_without (concession));
  balance_json_add_number (json, "limit_without", balance_applied_concession_get_limit_without (concession));
  balance_json_add_count (json, "duty_years", balance_applied_concession_get_duty_years (concession));
  balance_json_add_string (json, "duty_until", balance_applied_concession_get_duty_until (concession));
  balance_json_end (json, '}');
}

static void
add_figures (BalanceJson    *json,
             BalanceFinding *finding)
{
  balance_json_add_number (json, "value", balance_finding_get_value (finding));
  balance_json_add_number (json, "value_low", balance_finding_get_value_low (finding));
  balance_json_add_number (json, "value_high", balance_finding_get_value_high (finding));
  balance_json_add_number (json, "limit", balance_finding_get_limit (finding));
  balance_json_add_number (json, "floor", balance_finding_get_floor (finding));
  balance_json_add_number (json, "margin", balance_finding_get_margin (finding));
  balance_json_add_string (json, "comparison", balance_finding_get_comparison (finding));
  balance_json_add_string (json, "unit", balance_finding_get_unit (finding));
  balance_json_key (json, "decimals");
  balance_json_number (json, balance_finding_get_decimals (finding));
  balance_json_add_flag (json, "rounding_flips", balance_finding_get_rounding_flips (finding));
  add_text_take (json, "value_text", balance_finding_dup_value_text (finding, "zh"), balance_finding_dup_value_text (finding, "en"));
  add_text_take (json, "limit_text", balance_finding_dup_limit_text (finding, "zh"), balance_finding_dup_limit_text (finding, "en"));
}

static void
add_parts (BalanceJson    *json,
           BalanceFinding *finding)
{
  GListModel *operands = balance_finding_get_operands (finding);
  GListModel *children = balance_finding_get_children (finding);

  balance_json_key (json, "operands");
  balance_json_begin (json, '[');
  for (guint i = 0; operands != NULL && i < g_list_model_get_n_items (operands); i++)
    {
      g_autoptr (BalanceOperand) operand = g_list_model_get_item (operands, i);

      add_operand (json, operand);
    }
  balance_json_end (json, ']');

  balance_json_key (json, "children");
  balance_json_begin (json, '[');
  for (guint i = 0; children != NULL && i < g_list_model_get_n_items (children); i++)
    {
      g_autoptr (BalanceFinding) child = g_list_model_get_item (children, i);

      balance_json_next (json);
      balance_json_begin (json, '{');
      balance_json_add_string (json, "path", balance_finding_get_path (child));
      add_verdict (json, "verdict", balance_finding_get_verdict (child));
      balance_json_end (json, '}');
    }
  balance_json_end (json, ']');
}

/**
 * balance_finding_to_json:
 * @self: a finding
 *
 * Writes all of a finding as one object of JSON: what it was asked of, verdict
 * and reason, value, limit and margin as numbers that read back to the same
 * double, each operand with the cell that it came from, the concession that
 * applied, and the path and verdict of each child. Texts are objects with `zh`
 * and `en`; what is not known is null. It is the way to take a finding to a
 * language where each call costs.
 *
 * What would decide an undetermined finding is not in it, for that may take
 * long: see [method@Balance.Finding.get_deciding_sets].
 *
 * Returns: (transfer full): JSON in UTF-8, on one line
 *
 * Since: 1.0
 */
char *
balance_finding_to_json (BalanceFinding *self)
{
  BalanceJson json = { NULL, TRUE, FALSE };
  g_auto (GStrv) evidence = NULL;

  g_return_val_if_fail (BALANCE_IS_FINDING (self), NULL);

  json.text = g_string_new (NULL);
  evidence = balance_finding_dup_evidence (self);

  balance_json_begin (&json, '{');
  balance_json_add_string (&json, "path", balance_finding_get_path (self));
  balance_json_add_string (&json, "id", balance_finding_get_id (self));
  add_text (&json, "title", balance_finding_get_title (self, "zh"), balance_finding_get_title (self, "en"));
  balance_json_add_string (&json, "reference", balance_finding_get_reference (self));
  balance_json_add_string (&json, "level", balance_level_to_string (balance_finding_get_level (self)));
  add_text_take (&json, "subject", balance_finding_dup_subject (self, "zh"), balance_finding_dup_subject (self, "en"));
  balance_json_add_string (&json, "district", balance_finding_get_district_code (self));
  balance_json_add_string (&json, "school", balance_finding_get_school_code (self));
  balance_json_add_string (&json, "stage", balance_finding_get_stage (self));
  add_verdict (&json, "verdict", balance_finding_get_verdict (self));
  add_verdict (&json, "strict_verdict", balance_finding_get_strict_verdict (self));
  add_text (&json, "reason", balance_finding_get_reason (self, "zh"), balance_finding_get_reason (self, "en"));
  balance_json_add_flag (&json, "binding", balance_finding_get_binding (self));
  balance_json_add_flag (&json, "at_floor", balance_finding_get_at_floor (self));
  add_figures (&json, self);
  balance_json_add_string (&json, "formula", balance_finding_get_formula (self));
  balance_json_add_flag (&json, "despite_missing", balance_finding_get_despite_missing (self));
  add_text_take (&json, "conclusion", balance_finding_dup_conclusion (self, "zh"), balance_finding_dup_conclusion (self, "en"));
  balance_json_add_strings (&json, "evidence", (const char *const *) evidence);
  balance_json_add_flag (&json, "lacks_evidence", balance_finding_get_lacks_evidence (self));
  add_concession (&json, balance_finding_get_concession (self));
  add_parts (&json, self);
  balance_json_end (&json, '}');

  return g_string_free (json.text, FALSE);
}

/**
 * balance_problem_to_json:
 * @self: a problem
 *
 * Writes all of a problem as one object of JSON: kind and severity (`note`,
 * `warning`, `error`), file, sheet, row and column (both from 1), name of the
 * column, field, what was found, and message, expected and remedy as objects
 * with `zh` and `en`. What does not apply is null.
 *
 * Returns: (transfer full): JSON in UTF-8, on one line
 *
 * Since: 1.0
 */
char *
balance_problem_to_json (BalanceProblem *self)
{
  static const char *const severities[] = {
    [BALANCE_SEVERITY_NOTE] = "note", [BALANCE_SEVERITY_WARNING] = "warning", [BALANCE_SEVERITY_ERROR] = "error",
  };
  BalanceJson json = { NULL, TRUE, FALSE };

  g_return_val_if_fail (BALANCE_IS_PROBLEM (self), NULL);

  json.text = g_string_new (NULL);
  balance_json_begin (&json, '{');
  balance_json_add_string (&json, "kind", balance_problem_get_kind (self));
  balance_json_add_string (&json, "severity", severities[balance_problem_get_severity (self)]);
  balance_json_add_string (&json, "file", balance_problem_get_file (self));
  balance_json_add_string (&json, "sheet", balance_problem_get_sheet (self));
  add_position (&json, "row", balance_problem_get_row (self));
  add_position (&json, "column", balance_problem_get_column (self));
  balance_json_add_string (&json, "column_name", balance_problem_get_column_name (self));
  balance_json_add_string (&json, "field", balance_problem_get_field (self));
  balance_json_add_string (&json, "found", balance_problem_get_found (self));
  add_text (&json, "message", balance_problem_get_message (self, "zh"), balance_problem_get_message (self, "en"));
  add_text (&json, "expected", balance_problem_get_expected (self, "zh"), balance_problem_get_expected (self, "en"));
  add_text (&json, "remedy", balance_problem_get_remedy (self, "zh"), balance_problem_get_remedy (self, "en"));
  balance_json_end (&json, '}');

  return g_string_free (json.text, FALSE);
}
