/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report/balance-html-ledger-private.h"

#include <math.h>
#include <string.h>

#include "census/balance-census-private.h"
#include "planning/balance-task-private.h"
#include "report/balance-html-data-private.h"
#include "report/balance-plan-report-private.h"

typedef struct
{
  BalanceLedger     *ledger;
  BalanceDictionary *dictionary;
  BalanceJson       *json;
  BalanceHtmlPool   *texts;
} Writer;

static void
add_known (Writer     *writer,
           const char *name,
           const char *text)
{
  if (text != NULL && *text != '\0')
    balance_json_add_string (writer->json, name, text);
}

static void
add_money (Writer     *writer,
           const char *name,
           double      yuan)
{
  if (!isnan (yuan))
    balance_html_texts_take (writer->texts, writer->json, name, balance_money_text (yuan, BALANCE_LANGUAGE_ZH),
                             balance_money_text (yuan, BALANCE_LANGUAGE_EN));
}

static void
add_waiting (Writer      *writer,
             BalanceTask *task)
{
  g_autoptr (GListModel) waiting = balance_ledger_get_waiting (writer->ledger, task);

  if (g_list_model_get_n_items (waiting) == 0)
    return;
  balance_json_key (writer->json, "waiting");
  balance_json_begin (writer->json, '[');
  for (guint i = 0; i < g_list_model_get_n_items (waiting); i++)
    {
      g_autoptr (BalanceTask) other = g_list_model_get_item (waiting, i);

      balance_json_next (writer->json);
      balance_json_count (writer->json, (guint) balance_task_get_id (other));
    }
  balance_json_end (writer->json, ']');
}

static void
add_requirements (Writer      *writer,
                  BalanceTask *task)
{
  g_auto (GStrv) requirements = balance_task_dup_requirements (task);

  if (requirements != NULL && requirements[0] != NULL)
    balance_json_add_strings (writer->json, "requirements", (const char *const *) requirements);
}

static void
add_task (Writer      *writer,
          BalanceTask *task)
{
  BalanceJson *json = writer->json;
  const char *unit = balance_task_get_unit (task);
  double cost = balance_task_get_cost (task);

  balance_json_next (json);
  balance_json_begin (json, '{');
  balance_json_add_count (json, "id", (guint) balance_task_get_id (task));
  add_known (writer, "school", balance_task_get_school_code (task));
  add_known (writer, "name", balance_task_get_school_name (task));
  add_known (writer, "giver", balance_task_get_giver_code (task));
  add_known (writer, "giver_name", balance_task_get_giver_name (task));
  add_known (writer, "stage", balance_task_get_stage (task));
  balance_json_add_string (json, "kind", balance_task_kind_id (balance_task_get_kind (task)));
  add_known (writer, "title", balance_task_get_title (task));
  add_requirements (writer, task);
  add_known (writer, "quantity", balance_task_get_quantity (task));
  if (unit != NULL)
    balance_html_texts_take (writer->texts, json, "unit", balance_dictionary_dup_unit_title (writer->dictionary, unit, "zh"),
                             balance_dictionary_dup_unit_title (writer->dictionary, unit, "en"));
  if (!isnan (cost))
    balance_json_add_number (json, "cost", cost);
  add_money (writer, "cost_text", cost);
  add_known (writer, "unit_of", balance_task_get_responsible_unit (task));
  add_known (writer, "person", balance_task_get_responsible_person (task));
  add_known (writer, "start", balance_task_get_start (task));
  add_known (writer, "deadline", balance_task_get_deadline (task));
  balance_json_add_string (json, "status", balance_task_status_id (balance_task_get_status (task)));
  if (balance_task_get_status (task) == BALANCE_TASK_UNDER_WAY && balance_task_get_value (task, "progress") != NULL)
    balance_json_add_count (json, "progress", balance_task_get_progress (task));
  if (balance_task_is_late (task, balance_ledger_get_as_of (writer->ledger)))
    balance_json_add_flag (json, "late", TRUE);
  add_known (writer, "finished", balance_task_get_finished (task));
  if (balance_task_get_verified_year (task) > 0)
    balance_json_add_count (json, "verified_year", (guint) balance_task_get_verified_year (task));
  add_known (writer, "reason", balance_task_get_reason (task));
  add_known (writer, "evidence", balance_task_get_evidence (task));
  add_waiting (writer, task);
  balance_json_end (json, '}');
}

static void
add_summary (Writer             *writer,
             BalanceTaskSummary *summary)
{
  BalanceJson *json = writer->json;

  balance_json_begin (json, '{');
  add_known (writer, "quarter", balance_task_summary_get_quarter (summary));
  balance_json_add_count (json, "due", balance_task_summary_get_n_due (summary));
  balance_json_add_count (json, "done", balance_task_summary_get_n_done (summary));
  balance_json_add_count (json, "verified", balance_task_summary_get_n_verified (summary));
  balance_json_add_count (json, "late", balance_task_summary_get_n_late (summary));
  balance_json_add_count (json, "waived", balance_task_summary_get_n_waived (summary));
  balance_json_add_count (json, "finished", balance_task_summary_get_n_finished (summary));
  balance_json_add_count (json, "without_cost", balance_task_summary_get_n_without_cost (summary));
  balance_json_add_number (json, "cost_due", balance_task_summary_get_cost_due (summary));
  add_money (writer, "cost_due_text", balance_task_summary_get_cost_due (summary));
  balance_json_add_number (json, "cost_done", balance_task_summary_get_cost_done (summary));
  add_money (writer, "cost_done_text", balance_task_summary_get_cost_done (summary));
  add_money (writer, "cost_late_text", balance_task_summary_get_cost_late (summary));
  balance_json_end (json, '}');
}

static void
add_quarters (Writer        *writer,
              BalanceLedger *own)
{
  g_autoptr (GListModel) quarters = balance_ledger_summarise (own, BALANCE_TASK_BY_QUARTER);
  g_autoptr (BalanceTaskSummary) total = balance_ledger_get_total (own);

  balance_json_key (writer->json, "quarters");
  balance_json_begin (writer->json, '[');
  for (guint i = 0; i < g_list_model_get_n_items (quarters); i++)
    {
      g_autoptr (BalanceTaskSummary) summary = g_list_model_get_item (quarters, i);

      balance_json_next (writer->json);
      add_summary (writer, summary);
    }
  balance_json_end (writer->json, ']');
  balance_json_key (writer->json, "total");
  add_summary (writer, total);
}

/* The tasks of one district; nothing where it has none. */
static gboolean
add_district (Writer      *writer,
              const char  *code,
              GError     **error)
{
  const char *const fields[] = { "district", NULL }, *const values[] = { code, NULL };
  g_autoptr (BalanceLedger) own = balance_ledger_filter (writer->ledger, fields, values, FALSE, error);
  guint n_tasks;

  if (own == NULL)
    return FALSE;
  n_tasks = g_list_model_get_n_items (G_LIST_MODEL (own));
  if (n_tasks == 0)
    return TRUE;

  balance_json_next (writer->json);
  balance_json_begin (writer->json, '{');
  balance_json_add_string (writer->json, "district", code);
  add_quarters (writer, own);
  balance_json_key (writer->json, "tasks");
  balance_json_begin (writer->json, '[');
  for (guint i = 0; i < MIN (n_tasks, BALANCE_HTML_MAX_TASKS); i++)
    {
      g_autoptr (BalanceTask) task = g_list_model_get_item (G_LIST_MODEL (own), i);

      add_task (writer, task);
    }
  balance_json_end (writer->json, ']');
  balance_json_add_count (writer->json, "more_tasks", n_tasks - MIN (n_tasks, BALANCE_HTML_MAX_TASKS));
  balance_json_end (writer->json, '}');

  return TRUE;
}

gboolean
balance_html_ledger_add (BalanceReport    *report,
                         BalanceJson      *json,
                         BalanceHtmlPool  *texts,
                         GError          **error)
{
  BalanceFacts *facts = report->evaluation->facts;
  Writer writer = { report->ledger, balance_standard_get_dictionary (report->evaluation->standard), json, texts };

  balance_json_key (json, "ledger");
  balance_json_begin (json, '{');
  balance_json_add_string (json, "as_of", balance_ledger_get_as_of (report->ledger));
  balance_json_key (json, "districts");
  balance_json_begin (json, '[');
  for (guint i = 0; i < facts->districts.n_rows; i++)
    if ((report->district == NULL || strcmp (report->district, facts->district_codes[i]) == 0) &&
        !add_district (&writer, facts->district_codes[i], error))
      return FALSE;
  balance_json_end (json, ']');
  balance_json_end (json, '}');

  return TRUE;
}
