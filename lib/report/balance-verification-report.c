/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a census says of the tasks, as text and JSON. */

#include <string.h>

#include "evaluation/balance-evaluation-private.h"
#include "planning/balance-verification-private.h"
#include "report/balance-ledger-report-private.h"

static const char *
word (BalanceLanguage language, const char *en, const char *zh)
{
  return language == BALANCE_LANGUAGE_ZH ? zh : en;
}

static const char *
get_result (BalanceTaskOutcome *outcome, BalanceLanguage language, BalanceInk *ink)
{
  *ink = BALANCE_INK_PLAIN;
  if (balance_task_outcome_get_closed (outcome))
    {
      *ink = BALANCE_INK_GOOD;
      return word (language, "verified", "核验销号");
    }
  if (balance_task_outcome_get_reopened (outcome))
    {
      *ink = BALANCE_INK_BAD;
      return word (language, "reopened", "重新整改");
    }
  if (outcome->evidence == BALANCE_TASK_EVIDENCE_PRESENT)
    return word (language, "still there", "保持达标");
  if (outcome->evidence == BALANCE_TASK_EVIDENCE_LACKING)
    return word (language, "not there", "尚未体现");
  *ink = BALANCE_INK_DOUBT;

  return word (language, "cannot tell", "无法核验");
}

static void
write_outcome (BalanceLayout *layout, BalanceTaskOutcome *outcome)
{
  const char *language = word (layout->language, "en", "zh");
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, outcome->before->id), *what = balance_task_to_text (outcome->before, language);
  g_autofree char *shown = balance_task_outcome_to_text (outcome, language);
  BalanceInk ink;
  const char *result = get_result (outcome, layout->language, &ink);
  const BalanceLayoutCell cells[] = {
    { outcome->before->id > 0 ? number : NULL, 4, TRUE, BALANCE_INK_PLAIN },
    { result, 11, FALSE, ink },
    { what, 61, FALSE, BALANCE_INK_PLAIN, 2 },
  };

  balance_layout_row (layout, 0, cells, G_N_ELEMENTS (cells));
  balance_layout_paragraph (layout, 21, 21, BALANCE_INK_FAINT, shown);
}

/**
 * balance_verification_write_text:
 * @self: a verification
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes as text of 80 columns what the census says of each task: what becomes of it, what was planned and what is there.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_verification_write_text (BalanceVerification  *self,
                                 const char           *language,
                                 GOutputStream        *stream,
                                 GCancellable         *cancellable,
                                 GError              **error)
{
  BalanceLayout layout;
  g_autofree char *text = NULL, *title = NULL, *line = NULL;

  g_return_val_if_fail (BALANCE_IS_VERIFICATION (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  balance_layout_init (&layout, balance_language_parse (language), FALSE);
  title = g_strdup_printf (word (layout.language, "Tasks held against the census of %d", "依据%d年度数据核验整改任务"), self->evaluation->facts->year);
  line = g_strdup_printf (word (layout.language, "%u tasks: %u verified now, %u reopened, of %u the census does not tell.", "共%u项任务：本次销号%u项，重新整改%u项，无法核验%u项。"),
                          self->outcomes->len, balance_verification_get_n_closed (self), balance_verification_get_n_reopened (self),
                          balance_verification_get_n_unknown (self));
  balance_layout_heading (&layout, title);
  balance_layout_paragraph (&layout, 0, 0, BALANCE_INK_STRONG, line);
  for (guint i = 0; i < self->outcomes->len; i++)
    {
      if (i == 0)
        balance_layout_blank (&layout);
      write_outcome (&layout, g_ptr_array_index (self->outcomes, i));
    }
  text = balance_layout_end (&layout);

  return g_output_stream_write_all (stream, text, strlen (text), NULL, cancellable, error);
}

static void
write_json_outcome (BalanceJson *json, BalanceVerification *self, BalanceTaskOutcome *outcome, const char *language)
{
  static const char *const evidence[] = { "present", "lacking", "unknown" };
  static const char *const verdicts[] = { "not_applicable", "met", "unmet", "undetermined" };
  g_auto(GStrv) planned = balance_task_outcome_dup_planned (outcome), actual = balance_task_outcome_dup_actual (outcome);
  g_autofree char *shown = balance_task_outcome_to_text (outcome, language);

  balance_json_begin (json, '{');
  balance_task_write_json_members (json, outcome->before, self->ledger->as_of, language);
  balance_json_add_string (json, "evidence_in_census", evidence[outcome->evidence]);
  balance_json_add_flag (json, "closed", balance_task_outcome_get_closed (outcome));
  balance_json_add_flag (json, "reopened", balance_task_outcome_get_reopened (outcome));
  balance_json_add_string (json, "status_after", balance_task_status_id (balance_task_get_status (outcome->after)));
  balance_json_add_strings (json, "planned", (const char *const *) planned);
  balance_json_add_strings (json, "actual", (const char *const *) actual);
  balance_json_key (json, "verdicts");
  balance_json_begin (json, '{');
  for (guint i = 0; outcome->requirements[i] != NULL; i++)
    balance_json_add_string (json, outcome->requirements[i], verdicts[outcome->verdicts[i]]);
  balance_json_end (json, '}');
  balance_json_add_string (json, "effect", shown);
  balance_json_end (json, '}');
}

/**
 * balance_verification_write_json:
 * @self: a verification
 * @language: (nullable): "zh" or "en" for texts; %NULL is "en"
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes what the census says of each task as one JSON object.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_verification_write_json (BalanceVerification  *self,
                                 const char           *language,
                                 GOutputStream        *stream,
                                 GCancellable         *cancellable,
                                 GError              **error)
{
  g_autoptr(GString) text = g_string_new (NULL);
  BalanceJson json = { .text = text, .first = TRUE };

  g_return_val_if_fail (BALANCE_IS_VERIFICATION (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  balance_json_begin (&json, '{');
  balance_json_add_count (&json, "year", (guint) self->evaluation->facts->year);
  balance_json_add_string (&json, "standard", self->evaluation->standard->pack->id);
  balance_json_add_string (&json, "as_of", self->ledger->as_of);
  balance_json_add_count (&json, "closed", balance_verification_get_n_closed (self));
  balance_json_add_count (&json, "reopened", balance_verification_get_n_reopened (self));
  balance_json_add_count (&json, "unknown", balance_verification_get_n_unknown (self));
  balance_json_key (&json, "tasks");
  balance_json_begin (&json, '[');
  for (guint i = 0; i < self->outcomes->len; i++)
    {
      balance_json_next (&json);
      write_json_outcome (&json, self, g_ptr_array_index (self->outcomes, i), language);
    }
  balance_json_end (&json, ']');
  balance_json_end (&json, '}');
  g_string_append_c (text, '\n');

  return g_output_stream_write_all (stream, text->str, text->len, NULL, cancellable, error);
}
