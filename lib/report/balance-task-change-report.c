/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The history of tasks as text and JSON. */

#include <string.h>

#include "planning/balance-task-change-private.h"
#include "report/balance-json-private.h"
#include "report/balance-layout-private.h"

/**
 * balance_task_change_write_text:
 * @changes: a list of [class@Balance.TaskChange]
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes changes as text of 80 columns: what each entry of somebody changed.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_task_change_write_text (GListModel     *changes,
                                const char     *language,
                                GOutputStream  *stream,
                                GCancellable   *cancellable,
                                GError        **error)
{
  g_autofree char *text = NULL, *last = NULL;
  BalanceLayout layout;

  g_return_val_if_fail (G_IS_LIST_MODEL (changes), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  balance_layout_init (&layout, balance_language_parse (language), FALSE);
  for (guint i = 0; i < g_list_model_get_n_items (changes); i++)
    {
      g_autoptr(BalanceTaskChange) change = g_list_model_get_item (changes, i);
      g_autofree char *head = g_strdup_printf (balance_layout_word (&layout, "%s  %s  task %" G_GINT64_FORMAT, "%s  %s  任务%" G_GINT64_FORMAT), change->time,
                                               change->who, change->task);
      g_autofree char *line = balance_task_change_to_text (change, language);

      if (g_strcmp0 (head, last) != 0)
        {
          balance_layout_paragraph (&layout, 0, 2, BALANCE_INK_STRONG, head);
          g_free (last);
          last = g_steal_pointer (&head);
        }
      balance_layout_paragraph (&layout, 2, 4, BALANCE_INK_PLAIN, line);
    }
  if (g_list_model_get_n_items (changes) == 0)
    balance_layout_paragraph (&layout, 0, 0, BALANCE_INK_PLAIN, balance_layout_word (&layout, "Nothing was changed.", "没有变更记录。"));
  text = balance_layout_end (&layout);

  return g_output_stream_write_all (stream, text, strlen (text), NULL, cancellable, error);
}

/**
 * balance_task_change_write_json:
 * @changes: a list of [class@Balance.TaskChange]
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes changes as one JSON object.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_task_change_write_json (GListModel     *changes,
                                GOutputStream  *stream,
                                GCancellable   *cancellable,
                                GError        **error)
{
  g_autoptr(GString) text = g_string_new (NULL);
  BalanceJson json = { .text = text, .first = TRUE };

  g_return_val_if_fail (G_IS_LIST_MODEL (changes), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  balance_json_begin (&json, '{');
  balance_json_key (&json, "changes");
  balance_json_begin (&json, '[');
  for (guint i = 0; i < g_list_model_get_n_items (changes); i++)
    {
      g_autoptr(BalanceTaskChange) change = g_list_model_get_item (changes, i);

      balance_json_next (&json);
      balance_json_begin (&json, '{');
      balance_json_add_count (&json, "revision", (guint) change->revision);
      balance_json_add_count (&json, "task", (guint) change->task);
      balance_json_add_string (&json, "time", change->time);
      balance_json_add_string (&json, "who", change->who);
      balance_json_add_string (&json, "field", balance_task_field_get_id (change->field));
      balance_json_add_string (&json, "old", change->old);
      balance_json_add_string (&json, "new", change->new);
      balance_json_end (&json, '}');
    }
  balance_json_end (&json, ']');
  balance_json_end (&json, '}');
  g_string_append_c (text, '\n');

  return g_output_stream_write_all (stream, text->str, text->len, NULL, cancellable, error);
}
