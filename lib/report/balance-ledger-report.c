/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The ledger as text, JSON and CSV. */

#include <math.h>
#include <string.h>

#include "report/balance-csv-private.h"
#include "report/balance-ledger-report-private.h"
#include "report/balance-plan-report-private.h"

static const char *
word (BalanceLanguage language, const char *en, const char *zh)
{
  return language == BALANCE_LANGUAGE_ZH ? zh : en;
}

BalanceInk
balance_task_status_ink (BalanceTask *task, const char *as_of)
{
  BalanceTaskStatus status = balance_task_get_status (task);

  if (balance_task_is_late (task, as_of))
    return BALANCE_INK_BAD;
  if (status == BALANCE_TASK_VERIFIED)
    return BALANCE_INK_GOOD;

  return status == BALANCE_TASK_WAIVED ? BALANCE_INK_FAINT : status == BALANCE_TASK_DONE ? BALANCE_INK_PLAIN : BALANCE_INK_DOUBT;
}

char *
balance_task_dup_state (BalanceTask *task, const char *as_of, BalanceLanguage language)
{
  const char *status = balance_task_status_word (balance_task_get_status (task), language);
  const char *late = balance_task_is_late (task, as_of) ? word (language, ", late", "，逾期") : "";

  if (balance_task_get_status (task) == BALANCE_TASK_UNDER_WAY && balance_task_get_value (task, "progress") != NULL)
    return g_strdup_printf ("%s %u%%%s", status, balance_task_get_progress (task), late);

  return g_strconcat (status, late, NULL);
}

/* -- text ------------------------------------------------------------------------------------------- */

/* What stands below the line of a task: who, cost, what it waits for, reason, evidence. */
static char *
dup_details (BalanceLedger *self, BalanceTask *task, BalanceLanguage language)
{
  GString *text = g_string_new (NULL);
  const char *unit = balance_task_get_responsible_unit (task), *person = balance_task_get_responsible_person (task);
  const char *comma = word (language, "; ", "；");
  double cost = balance_task_get_cost (task);
  g_autoptr(GListModel) waiting = balance_ledger_get_waiting (self, task);
  guint n_waiting = g_list_model_get_n_items (waiting);

  if (unit != NULL || person != NULL)
    g_string_append_printf (text, "%s%s%s", unit != NULL ? unit : "", unit != NULL && person != NULL ? " " : "", person != NULL ? person : "");
  if (!isnan (cost))
    {
      g_autofree char *money = balance_money_text (cost, language);

      g_string_append_printf (text, "%s%s", text->len > 0 ? comma : "", money);
    }
  for (guint i = 0; i < n_waiting; i++)
    {
      g_autoptr(BalanceTask) other = g_list_model_get_item (waiting, i);

      if (i == 0)
        g_string_append_printf (text, "%s%s", text->len > 0 ? comma : "", word (language, "waits for ", "等待任务"));
      g_string_append_printf (text, "%s%" G_GINT64_FORMAT, i > 0 ? word (language, ", ", "、") : "", balance_task_get_id (other));
    }
  if (balance_task_get_finished (task) != NULL)
    g_string_append_printf (text, word (language, "%sdone on %s", "%s%s完成"), text->len > 0 ? comma : "", balance_task_get_finished (task));
  if (balance_task_get_verified_year (task) > 0)
    g_string_append_printf (text, word (language, "%sverified by the census of %d", "%s%d年度数据核验通过"), text->len > 0 ? comma : "", balance_task_get_verified_year (task));
  if (balance_task_get_reason (task) != NULL)
    g_string_append_printf (text, word (language, "%sreason: %s", "%s理由：%s"), text->len > 0 ? comma : "", balance_task_get_reason (task));
  if (balance_task_get_evidence (task) != NULL)
    g_string_append_printf (text, word (language, "%sevidence: %s", "%s佐证：%s"), text->len > 0 ? comma : "", balance_task_get_evidence (task));

  return g_string_free (text, FALSE);
}

static void
write_task (BalanceLayout *layout, BalanceLedger *self, BalanceTask *task)
{
  BalanceLanguage language = layout->language;
  g_autofree char *number = task->id > 0 ? g_strdup_printf ("%" G_GINT64_FORMAT, task->id) : NULL;
  g_autofree char *state = balance_task_dup_state (task, self->as_of, language), *what = balance_task_to_text (task, word (language, "en", "zh"));
  g_autofree char *details = dup_details (self, task, language);
  const char *deadline = balance_task_get_deadline (task);
  BalanceInk ink = balance_task_status_ink (task, self->as_of);
  const BalanceLayoutCell cells[] = {
    { number, 4, TRUE, BALANCE_INK_PLAIN },
    { state, 13, FALSE, ink },
    { deadline, 10, FALSE, ink == BALANCE_INK_BAD ? BALANCE_INK_BAD : BALANCE_INK_PLAIN },
    { what, 47, FALSE, BALANCE_INK_PLAIN, 2 },
  };

  balance_layout_row (layout, 0, cells, G_N_ELEMENTS (cells));
  if (*details != '\0')
    balance_layout_paragraph (layout, 35, 35, BALANCE_INK_FAINT, details);
}

static void
write_total (BalanceLayout *layout, BalanceLedger *self)
{
  BalanceLanguage language = layout->language;
  g_autoptr(BalanceTaskSummary) total = balance_ledger_get_total (self);
  g_autofree char *due = balance_money_text (balance_task_summary_get_cost_due (total), language);
  g_autofree char *done = balance_money_text (balance_task_summary_get_cost_done (total), language);
  g_autofree char *line = g_strdup_printf (word (language, self->tasks->len == 1 ? "%u task: %u done (%u verified), %u late, %u waived." : "%u tasks: %u done (%u of them verified), %u late, %u waived.",
                                                 "共%u项任务：已完成%u项（其中已销号%u项），逾期%u项，不再整改%u项。"),
                                           self->tasks->len, total->n_done, total->n_verified, total->n_late, total->n_waived);
  g_autofree char *money = g_strdup_printf (word (language, "Cost %s, of which %s is done.", "费用%s，其中已完成%s。"), due, done);

  balance_layout_paragraph (layout, 0, 0, BALANCE_INK_STRONG, line);
  balance_layout_paragraph (layout, 0, 0, BALANCE_INK_PLAIN, money);
  if (total->n_without_cost > 0)
    {
      g_autofree char *missing = g_strdup_printf (word (language, "The cost of %u tasks is not known.", "另有%u项任务费用未知。"), total->n_without_cost);

      balance_layout_paragraph (layout, 0, 0, BALANCE_INK_DOUBT, missing);
    }
}

/**
 * balance_ledger_write_text:
 * @self: a ledger
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes the ledger as text of 80 columns: how many tasks are done and late, then each with its number, status, deadline
 * and who is responsible.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_ledger_write_text (BalanceLedger  *self,
                           const char     *language,
                           GOutputStream  *stream,
                           GCancellable   *cancellable,
                           GError        **error)
{
  BalanceLayout layout;
  g_autofree char *text = NULL, *title = NULL;

  g_return_val_if_fail (BALANCE_IS_LEDGER (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  balance_layout_init (&layout, balance_language_parse (language), FALSE);
  title = g_strdup_printf (word (layout.language, "Tasks as of %s", "整改台账（截至%s）"), self->as_of);
  balance_layout_heading (&layout, title);
  if (self->tasks->len == 0)
    balance_layout_paragraph (&layout, 0, 0, BALANCE_INK_PLAIN, word (layout.language, "There are no tasks.", "没有任务。"));
  else
    write_total (&layout, self);
  for (guint i = 0; i < self->tasks->len; i++)
    {
      if (i == 0)
        balance_layout_blank (&layout);
      write_task (&layout, self, g_ptr_array_index (self->tasks, i));
    }
  text = balance_layout_end (&layout);

  return g_output_stream_write_all (stream, text, strlen (text), NULL, cancellable, error);
}

/* -- for programs ------------------------------------------------------------------------------------ */

void
balance_task_write_json_members (BalanceJson *json, BalanceTask *task, const char *as_of, const char *language)
{
  g_auto(GStrv) requirements = balance_task_dup_requirements (task), fields = balance_task_dup_fields (task);
  g_auto(GStrv) amounts = balance_task_dup_amounts (task), before = balance_task_dup_before (task);
  g_autofree char *line = balance_task_to_text (task, language);

  balance_json_add_count (json, "task", (guint) task->id);
  balance_json_add_count (json, "revision", (guint) task->revision);
  for (guint i = 0; i < BALANCE_TASK_N_FIELDS; i++)
    {
      const char *name = balance_task_field_get_id ((BalanceTaskField) i), *value = task->values[i];

      if (i == BALANCE_TASK_REQUIREMENTS || i == BALANCE_TASK_EFFECTS)
        continue;
      if (i == BALANCE_TASK_COST)
        balance_json_add_number (json, name, balance_task_get_cost (task));
      else if (balance_task_field_is_number ((BalanceTaskField) i) && value != NULL)
        balance_json_add_count (json, name, (guint) g_ascii_strtoull (value, NULL, 10));
      else
        balance_json_add_string (json, name, value);
    }
  balance_json_add_strings (json, "requirements", (const char *const *) requirements);
  balance_json_add_strings (json, "fields", (const char *const *) fields);
  balance_json_add_strings (json, "amounts", (const char *const *) amounts);
  balance_json_add_strings (json, "before", (const char *const *) before);
  balance_json_add_flag (json, "late", balance_task_is_late (task, as_of));
  balance_json_add_string (json, "text", line);
}

static void
write_json_summary (BalanceJson *json, BalanceTaskSummary *summary, const char *language)
{
  g_autofree char *title = balance_task_summary_dup_title (summary, language);

  balance_json_begin (json, '{');
  balance_json_add_string (json, "quarter", summary->quarter);
  balance_json_add_string (json, "key", summary->key);
  balance_json_add_string (json, "title", title);
  balance_json_add_count (json, "due", summary->n_due);
  balance_json_add_count (json, "done", summary->n_done);
  balance_json_add_count (json, "verified", summary->n_verified);
  balance_json_add_count (json, "late", summary->n_late);
  balance_json_add_count (json, "waived", summary->n_waived);
  balance_json_add_count (json, "finished", summary->n_finished);
  balance_json_add_count (json, "without_cost", summary->n_without_cost);
  balance_json_add_number (json, "cost_due", balance_task_summary_get_cost_due (summary));
  balance_json_add_number (json, "cost_done", balance_task_summary_get_cost_done (summary));
  balance_json_add_number (json, "cost_late", balance_task_summary_get_cost_late (summary));
  balance_json_end (json, '}');
}

static void
write_json_head (BalanceJson *json, BalanceLedger *self, const char *language)
{
  g_autoptr(BalanceTaskSummary) total = balance_ledger_get_total (self);

  balance_json_add_string (json, "as_of", self->as_of);
  balance_json_add_count (json, "revision", (guint) self->revision);
  balance_json_key (json, "total");
  write_json_summary (json, total, language);
}

/**
 * balance_ledger_write_json:
 * @self: a ledger
 * @language: (nullable): "zh" or "en" for texts; %NULL is "en"
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes the ledger as one JSON object: totals and `tasks` with all fields. Quantities are texts with their digits, costs
 * numbers in yuan.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_ledger_write_json (BalanceLedger  *self,
                           const char     *language,
                           GOutputStream  *stream,
                           GCancellable   *cancellable,
                           GError        **error)
{
  g_autoptr(GString) text = g_string_new (NULL);
  BalanceJson json = { .text = text, .first = TRUE };

  g_return_val_if_fail (BALANCE_IS_LEDGER (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  balance_json_begin (&json, '{');
  write_json_head (&json, self, language);
  balance_json_key (&json, "tasks");
  balance_json_begin (&json, '[');
  for (guint i = 0; i < self->tasks->len; i++)
    {
      balance_json_next (&json);
      balance_json_begin (&json, '{');
      balance_task_write_json_members (&json, g_ptr_array_index (self->tasks, i), self->as_of, language);
      balance_json_end (&json, '}');
    }
  balance_json_end (&json, ']');
  balance_json_end (&json, '}');
  g_string_append_c (text, '\n');

  return g_output_stream_write_all (stream, text->str, text->len, NULL, cancellable, error);
}

static gboolean
is_plain_number (BalanceTaskField field)
{
  return field == BALANCE_TASK_QUANTITY || field == BALANCE_TASK_COST || balance_task_field_is_number (field);
}

/**
 * balance_ledger_write_csv:
 * @self: a ledger
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes the ledger as comma-separated values by RFC 4180, a row for each task, with all fields as programs read them.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_ledger_write_csv (BalanceLedger  *self,
                          GOutputStream  *stream,
                          GCancellable   *cancellable,
                          GError        **error)
{
  g_autoptr(GString) text = g_string_new ("task");

  g_return_val_if_fail (BALANCE_IS_LEDGER (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  for (guint i = 0; i < BALANCE_TASK_N_FIELDS; i++)
    g_string_append_printf (text, ",%s", balance_task_field_get_id ((BalanceTaskField) i));
  g_string_append (text, ",late");
  balance_csv_end_line (text);
  for (guint i = 0; i < self->tasks->len; i++)
    {
      BalanceTask *task = g_ptr_array_index (self->tasks, i);
      g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, task->id);

      balance_csv_append_cell (text, task->id > 0 ? id : NULL, TRUE);
      for (guint k = 0; k < BALANCE_TASK_N_FIELDS; k++)
        balance_csv_append_cell (text, task->values[k], is_plain_number ((BalanceTaskField) k));
      balance_csv_append_cell (text, balance_task_is_late (task, self->as_of) ? "1" : "0", TRUE);
      balance_csv_end_line (text);
    }

  return g_output_stream_write_all (stream, text->str, text->len, NULL, cancellable, error);
}

/* -- quarters ------------------------------------------------------------------------------------------ */

static char *
dup_count (guint number)
{
  return g_strdup_printf ("%u", number);
}

static void
write_summary_row (BalanceLayout *layout, BalanceTaskSummary *summary, const char *quarter, BalanceInk ink)
{
  g_autofree char *title = balance_task_summary_dup_title (summary, word (layout->language, "en", "zh"));
  g_autofree char *n_due = dup_count (summary->n_due), *n_done = dup_count (summary->n_done), *n_verified = dup_count (summary->n_verified);
  g_autofree char *n_late = dup_count (summary->n_late), *due = balance_money_text (balance_task_summary_get_cost_due (summary), layout->language);
  g_autofree char *done = balance_money_text (balance_task_summary_get_cost_done (summary), layout->language);
  const BalanceLayoutCell cells[] = {
    { quarter, 6, FALSE, ink },
    { summary->total ? NULL : title, 10, FALSE, ink },
    { n_due, 6, TRUE, ink },
    { n_done, 6, TRUE, ink },
    { n_verified, 8, TRUE, ink },
    { n_late, 5, TRUE, summary->n_late > 0 ? BALANCE_INK_BAD : ink },
    { due, 12, TRUE, ink },
    { done, 12, TRUE, ink },
  };

  balance_layout_row (layout, 0, cells, G_N_ELEMENTS (cells));
}

/**
 * balance_ledger_write_summary_text:
 * @self: a ledger
 * @grouping: by what beside the quarter
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes the summary by quarters as text of 80 columns: what is due, done, verified and late, and the money.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_ledger_write_summary_text (BalanceLedger        *self,
                                   BalanceTaskGrouping   grouping,
                                   const char           *language,
                                   GOutputStream        *stream,
                                   GCancellable         *cancellable,
                                   GError              **error)
{
  BalanceLayout layout;
  BalanceLanguage chosen = balance_language_parse (language);
  g_autoptr(GListModel) list = NULL;
  g_autoptr(BalanceTaskSummary) total = NULL;
  g_autofree char *text = NULL, *title = NULL;
  const BalanceLayoutCell head[] = {
    { word (chosen, "Due in", "季度"), 6, FALSE, BALANCE_INK_FAINT },
    { NULL, 10, FALSE, BALANCE_INK_FAINT },
    { word (chosen, "Due", "应完成"), 6, TRUE, BALANCE_INK_FAINT },
    { word (chosen, "Done", "已完成"), 6, TRUE, BALANCE_INK_FAINT },
    { word (chosen, "Verified", "已销号"), 8, TRUE, BALANCE_INK_FAINT },
    { word (chosen, "Late", "逾期"), 5, TRUE, BALANCE_INK_FAINT },
    { word (chosen, "Cost due", "应完成费用"), 12, TRUE, BALANCE_INK_FAINT },
    { word (chosen, "Cost done", "已完成费用"), 12, TRUE, BALANCE_INK_FAINT },
  };

  g_return_val_if_fail (BALANCE_IS_LEDGER (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  balance_layout_init (&layout, chosen, FALSE);
  title = g_strdup_printf (word (chosen, "Tasks by quarter, as of %s", "整改进展季度汇总（截至%s）"), self->as_of);
  balance_layout_heading (&layout, title);
  list = balance_ledger_summarise (self, grouping);
  total = balance_ledger_get_total (self);
  balance_layout_row (&layout, 0, head, G_N_ELEMENTS (head));
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr(BalanceTaskSummary) summary = g_list_model_get_item (list, i);

      write_summary_row (&layout, summary, summary->quarter != NULL ? summary->quarter : word (chosen, "none", "未定"), BALANCE_INK_PLAIN);
    }
  write_summary_row (&layout, total, word (chosen, "All", "合计"), BALANCE_INK_STRONG);
  balance_layout_blank (&layout);
  balance_layout_paragraph (&layout, 0, 0, BALANCE_INK_FAINT,
                            word (chosen, "A task counts in the quarter of its deadline; what is under way counts as not done, whatever its percentage.",
                                  "任务按完成时限计入季度；整改中的任务无论进度多少均按未完成计。"));
  if (total->n_without_cost > 0)
    {
      g_autofree char *missing = g_strdup_printf (word (chosen, "The cost of %u tasks is not known and not in the sums.", "%u项任务费用未知，未计入合计。"), total->n_without_cost);

      balance_layout_paragraph (&layout, 0, 0, BALANCE_INK_DOUBT, missing);
    }
  text = balance_layout_end (&layout);

  return g_output_stream_write_all (stream, text, strlen (text), NULL, cancellable, error);
}

/**
 * balance_ledger_write_summary_json:
 * @self: a ledger
 * @grouping: by what beside the quarter
 * @language: (nullable): "zh" or "en" for titles; %NULL is "en"
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes the summary by quarters as one JSON object: totals and `quarters`.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_ledger_write_summary_json (BalanceLedger        *self,
                                   BalanceTaskGrouping   grouping,
                                   const char           *language,
                                   GOutputStream        *stream,
                                   GCancellable         *cancellable,
                                   GError              **error)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autoptr(GListModel) list = NULL;
  BalanceJson json = { .text = text, .first = TRUE };

  g_return_val_if_fail (BALANCE_IS_LEDGER (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  list = balance_ledger_summarise (self, grouping);
  balance_json_begin (&json, '{');
  write_json_head (&json, self, language);
  balance_json_key (&json, "quarters");
  balance_json_begin (&json, '[');
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr(BalanceTaskSummary) summary = g_list_model_get_item (list, i);

      balance_json_next (&json);
      write_json_summary (&json, summary, language);
    }
  balance_json_end (&json, ']');
  balance_json_end (&json, '}');
  g_string_append_c (text, '\n');

  return g_output_stream_write_all (stream, text->str, text->len, NULL, cancellable, error);
}

/**
 * balance_ledger_write_summary_csv:
 * @self: a ledger
 * @grouping: by what beside the quarter
 * @language: (nullable): "zh" or "en" for titles; %NULL is "en"
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes the summary by quarters as comma-separated values by RFC 4180.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_ledger_write_summary_csv (BalanceLedger        *self,
                                  BalanceTaskGrouping   grouping,
                                  const char           *language,
                                  GOutputStream        *stream,
                                  GCancellable         *cancellable,
                                  GError              **error)
{
  g_autoptr(GString) text = g_string_new ("quarter,key,title,due,done,verified,late,waived,finished,without_cost,cost_due,cost_done,cost_late");
  g_autoptr(GListModel) list = NULL;

  g_return_val_if_fail (BALANCE_IS_LEDGER (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  list = balance_ledger_summarise (self, grouping);
  balance_csv_end_line (text);
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr(BalanceTaskSummary) summary = g_list_model_get_item (list, i);
      const guint counts[] = { summary->n_due, summary->n_done, summary->n_verified, summary->n_late, summary->n_waived, summary->n_finished, summary->n_without_cost };
      const gint64 sums[] = { summary->due, summary->done, summary->late };
      g_autofree char *title = balance_task_summary_dup_title (summary, language);

      balance_csv_append_cell (text, summary->quarter, FALSE);
      balance_csv_append_cell (text, summary->key, FALSE);
      balance_csv_append_cell (text, title, FALSE);
      for (guint k = 0; k < G_N_ELEMENTS (counts); k++)
        {
          g_autofree char *count = dup_count (counts[k]);

          balance_csv_append_cell (text, count, TRUE);
        }
      for (guint k = 0; k < G_N_ELEMENTS (sums); k++)
        {
          g_autofree char *sum = balance_money_to_string (sums[k]);

          balance_csv_append_cell (text, sum, TRUE);
        }
      balance_csv_end_line (text);
    }

  return g_output_stream_write_all (stream, text->str, text->len, NULL, cancellable, error);
}
