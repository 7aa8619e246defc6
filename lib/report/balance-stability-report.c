/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <string.h>

#include "base/balance-float-private.h"
#include "planning/balance-stability-private.h"
#include "report/balance-json-private.h"
#include "report/balance-layout-private.h"
#include "report/balance-wording-private.h"

/* So many of the facts behind one verdict, and so many verdicts, are enough to read. */
#define MAX_CELLS 5
#define MAX_ENTRIES 100
#define FEW_ENTRIES 10

static const char *
word (BalanceLanguage language, const char *en, const char *zh)
{
  return language == BALANCE_LANGUAGE_ZH ? zh : en;
}

/* "0.95 %": three digits, rounded in the careful direction. */
static char *
dup_percent (double share, gboolean upwards)
{
  double percent = share * 100.0, unit;
  int decimals;

  if (!(percent > 0.0))
    return g_strdup ("0 %");
  decimals = (int) CLAMP (2 - floor (log10 (percent)), 0.0, 12.0);
  unit = pow (10.0, -decimals);
  /* what is a thousandth of a unit away is that number */
  percent = (upwards ? ceil (percent / unit - 1e-3) : floor (percent / unit + 1e-3)) * unit;

  return g_strdup_printf ("%.*f %%", decimals, percent);
}

static char *
dup_error (BalanceSensitivity *self, BalanceLanguage language)
{
  g_autofree char *low = dup_percent (balance_sensitivity_get_error_low (self), FALSE);
  g_autofree char *high = dup_percent (balance_sensitivity_get_error_high (self), TRUE);

  switch (balance_sensitivity_get_certainty (self))
    {
    case BALANCE_CERTAINTY_EXACT:
      if (balance_sensitivity_get_error_high (self) <= 0.0)
        return g_strdup (word (language, "any; it lies on its limit", "任何误差（恰在限值上）"));
      return g_steal_pointer (&high);
    case BALANCE_CERTAINTY_BETWEEN:
      return g_strdup_printf (word (language, "between %s and %s", "%s至%s"), low, high);
    case BALANCE_CERTAINTY_AT_LEAST:
      return g_strdup_printf (word (language, "at least %s", "至少%s"), low);
    case BALANCE_CERTAINTY_NEVER:
      return g_strdup (word (language, "none below 100 %", "100 %以内均不改变"));
    case BALANCE_CERTAINTY_UNKNOWN:
    default:
      return g_strdup (word (language, "not known", "无法给出"));
    }
}

/**
 * balance_sensitive_cell_to_text:
 * @self: a cell
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Says which fact it is and how far it alone would have to be off, such as "Pupils 76 (county.csv:5:7): +3.1 %".
 *
 * Returns: (transfer full): one line
 *
 * Since: 1.0
 */
char *
balance_sensitive_cell_to_text (BalanceSensitiveCell *self,
                                const char           *language)
{
  BALANCE_FLOAT_DEFAULT;
  BalanceLanguage chosen = balance_language_parse (language);
  const char *name = word (chosen, "en", "zh");
  g_autofree char *subject = NULL, *number = NULL, *place = NULL, *alone = NULL;
  g_autoptr(BalanceCell) cell = NULL;

  g_return_val_if_fail (BALANCE_IS_SENSITIVE_CELL (self), NULL);

  subject = balance_operand_dup_subject (self->operand, name);
  number = balance_number_exact (balance_operand_get_number (self->operand));
  cell = balance_operand_get_cell (self->operand);
  place = cell != NULL ? balance_cell_to_text (cell) : NULL;
  if (isnan (self->alone))
    alone = g_strdup (word (chosen, "not alone", "单独不足以改变结论"));
  else if (fabs (self->alone) <= 0.0)
    alone = g_strdup (self->direction < 0 ? word (chosen, "anything less", "少一点即改变") : word (chosen, "anything more", "多一点即改变"));
  else
    {
      g_autofree char *percent = dup_percent (fabs (self->alone), TRUE);

      alone = g_strdup_printf ("%s%s", self->alone < 0.0 ? "−" : "+", percent);
    }

  return g_strdup_printf (word (chosen, "%s, %s %s%s%s%s: %s", "%s%s %s%s%s%s：%s"), subject, balance_operand_get_title (self->operand, name), number,
                          place != NULL ? word (chosen, " (", "（") : "", place != NULL ? place : "", place != NULL ? word (chosen, ")", "）") : "", alone);
}

/* What stands behind the error, in a sentence or two. */
static char *
dup_remarks (BalanceSensitivity *self, BalanceLanguage language)
{
  GString *text = g_string_new (NULL);
  const char *cause = balance_sensitivity_get_cause (self);

  if (balance_sensitivity_get_holds_weights (self))
    {
      double free_error = balance_sensitivity_get_error_free (self);
      g_autofree char *percent = isfinite (free_error) ? dup_percent (free_error, TRUE) : NULL;

      g_string_append (text, word (language, "pupil numbers taken as right", "在校生数视为准确"));
      if (percent != NULL)
        g_string_append_printf (text, word (language, "; %s or less if they may be off as well", "；若在校生数也可能有误，则不超过%s"), percent);
    }
  else if (cause != NULL && strcmp (cause, balance_sensitivity_get_path (self)) != 0)
    g_string_append_printf (text, word (language, "through %s", "取决于 %s"), cause);
  if (balance_sensitivity_get_rounding_flips (self))
    g_string_append_printf (text, "%s%s", text->len > 0 ? word (language, "; ", "；") : "",
                            word (language, "rounding alone would turn it", "仅取整即会改变结论"));

  return g_string_free (text, FALSE);
}

/**
 * balance_sensitivity_to_text:
 * @self: a sensitivity
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Says how large an error turns the verdict.
 *
 * Returns: (transfer full): one line
 *
 * Since: 1.0
 */
char *
balance_sensitivity_to_text (BalanceSensitivity *self,
                             const char         *language)
{
  BALANCE_FLOAT_DEFAULT;
  BalanceLanguage chosen = balance_language_parse (language);
  g_autofree char *error = NULL, *remarks = NULL;

  g_return_val_if_fail (BALANCE_IS_SENSITIVITY (self), NULL);

  error = dup_error (self, chosen);
  remarks = dup_remarks (self, chosen);

  return g_strdup_printf (word (chosen, "%s; an error that turns it: %s%s%s%s", "%s；使其改变的误差：%s%s%s%s"),
                          balance_verdict_word (balance_sensitivity_get_verdict (self), chosen), error,
                          *remarks != '\0' ? word (chosen, " (", "（") : "", remarks, *remarks != '\0' ? word (chosen, ")", "）") : "");
}

static void
write_entry (BalanceLayout *layout, BalanceSensitivity *item)
{
  BalanceLanguage language = layout->language;
  const char *name = word (language, "en", "zh");
  g_autoptr(BalanceFinding) finding = balance_sensitivity_get_finding (item);
  g_autofree char *said = balance_sensitivity_to_text (item, name), *comparison = balance_finding_dup_comparison_text (finding, language);
  g_autofree char *label = g_strdup_printf (word (language, "%s %s", "%s %s"), balance_finding_get_path (finding), balance_finding_get_title (finding, name));
  GListModel *cells = balance_sensitivity_get_cells (item);
  guint n = g_list_model_get_n_items (cells);

  balance_layout_blank (layout);
  balance_layout_paragraph (layout, 2, 4, BALANCE_INK_STRONG, label);
  if (comparison != NULL)
    balance_layout_paragraph (layout, 4, 6, BALANCE_INK_PLAIN, comparison);
  balance_layout_paragraph (layout, 4, 6, balance_verdict_ink (balance_sensitivity_get_verdict (item)), said);
  for (guint i = 0; i < MIN (n, MAX_CELLS); i++)
    {
      g_autoptr(BalanceSensitiveCell) cell = g_list_model_get_item (cells, i);
      g_autofree char *line = balance_sensitive_cell_to_text (cell, name);

      balance_layout_paragraph (layout, 6, 8, BALANCE_INK_FAINT, line);
    }
  if (n > MAX_CELLS)
    {
      g_autofree char *more = g_strdup_printf (word (language, "and %u more facts", "等共%u项数据"), language == BALANCE_LANGUAGE_ZH ? n : n - MAX_CELLS);

      balance_layout_paragraph (layout, 6, 8, BALANCE_INK_FAINT, more);
    }
}

/* Those of which something is known. */
static gboolean
is_weak (const BalanceStabilityEntry *entry, double below)
{
  return entry->low < below && (entry->low > 0.0 || isfinite (entry->high));
}

/**
 * balance_stability_write_text:
 * @self: a stability
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 * @below: verdicts that stand on less than this are listed, as a share: 0.01 for one per cent
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes which verdicts stand on little, with the facts that turn them first, as text of 80 columns. Where none stands
 * on so little, the ten weakest.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_stability_write_text (BalanceStability  *self,
                              const char        *language,
                              double             below,
                              GOutputStream     *stream,
                              GCancellable      *cancellable,
                              GError           **error)
{
  BALANCE_FLOAT_DEFAULT;
  BalanceLayout layout;
  g_autofree char *head = NULL, *text = NULL, *percent = NULL;
  guint n_weak = 0, n_unknown = 0, n_rounded = 0, shown = 0, most;

  g_return_val_if_fail (BALANCE_IS_STABILITY (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  for (guint i = 0; i < self->entries->len; i++)
    {
      const BalanceStabilityEntry *entry = &g_array_index (self->entries, BalanceStabilityEntry, i);

      n_weak += is_weak (entry, below);
      n_unknown += entry->low <= 0.0 && isinf (entry->high);
      /* rounding moves a value by less than this */
      if (entry->low < 0.05)
        {
          g_autoptr(BalanceSensitivity) item = balance_sensitivity_new (self->evaluation, entry);

          n_rounded += balance_sensitivity_get_rounding_flips (item);
        }
    }

  balance_layout_init (&layout, balance_language_parse (language), FALSE);
  percent = dup_percent (below, TRUE);
  head = g_strdup_printf (word (layout.language,
                                "Verdicts: %u. Those that an error of less than %s of the recorded facts could turn: %u. Those that rounding alone would turn: %u. "
                                "Those of which no such error is known: %u.",
                                "结论共%u项。数据误差不足%s即可能改变的：%u项；仅取整即会改变的：%u项；无法给出误差的：%u项。"),
                          self->entries->len, percent, n_weak, n_rounded, n_unknown);
  balance_layout_paragraph (&layout, 0, 0, BALANCE_INK_PLAIN, head);
  balance_layout_blank (&layout);
  balance_layout_paragraph (&layout, 0, 0, BALANCE_INK_FAINT,
                            word (layout.language, "Every fact may be off by that share of itself, up or down. After each fact: how far it alone would have to be off.",
                                  "误差指每项数据相对自身的偏差，可高可低。各数据后为仅该项有误时所需的偏差。"));
  most = n_weak > 0 ? MAX_ENTRIES : FEW_ENTRIES;
  for (guint i = 0; i < self->entries->len && shown < most; i++)
    {
      const BalanceStabilityEntry *entry = &g_array_index (self->entries, BalanceStabilityEntry, i);
      g_autoptr(BalanceSensitivity) item = NULL;

      if (n_weak > 0 ? !is_weak (entry, below) : !isfinite (entry->low) || !is_weak (entry, INFINITY))
        continue;
      item = balance_sensitivity_new (self->evaluation, entry);
      write_entry (&layout, item);
      shown++;
      if (g_cancellable_is_cancelled (cancellable))
        break;
    }
  if (n_weak > shown)
    {
      g_autofree char *more = g_strdup_printf (word (layout.language, "… and %u more; as JSON all of them.", "……其余%u项未列出；JSON 格式列出全部。"), n_weak - shown);

      balance_layout_blank (&layout);
      balance_layout_paragraph (&layout, 0, 0, BALANCE_INK_FAINT, more);
    }
  text = balance_layout_end (&layout);

  return g_output_stream_write_all (stream, text, strlen (text), NULL, cancellable, error);
}

/* -- for programs ------------------------------------------------------------------------------------ */

static const char *
certainty_name (BalanceCertainty certainty)
{
  static const char *const names[] = { "unknown", "exact", "between", "at-least", "never" };

  return names[certainty];
}

static void
write_cell_json (BalanceJson *json, BalanceSensitiveCell *cell)
{
  g_autoptr(BalanceCell) place = balance_operand_get_cell (cell->operand);
  g_autofree char *path = balance_operand_dup_path (cell->operand), *source = place != NULL ? balance_cell_to_text (place) : NULL;

  balance_json_next (json);
  balance_json_begin (json, '{');
  balance_json_add_string (json, "path", path);
  balance_json_add_string (json, "field", balance_operand_get_field (cell->operand));
  balance_json_add_number (json, "value", balance_operand_get_number (cell->operand));
  balance_json_add_string (json, "cell", source);
  balance_json_add_string (json, "direction", cell->direction > 0 ? "up" : cell->direction < 0 ? "down" : NULL);
  balance_json_add_number (json, "slope", cell->slope);
  balance_json_add_number (json, "alone", cell->alone);
  balance_json_end (json, '}');
}

static void
write_entry_json (BalanceJson *json, BalanceSensitivity *item, BalanceLanguage language)
{
  const char *name = word (language, "en", "zh");
  g_autoptr(BalanceFinding) finding = balance_sensitivity_get_finding (item);
  g_autofree char *text = balance_sensitivity_to_text (item, name);
  GListModel *cells = balance_sensitivity_get_cells (item);
  double free_error = balance_sensitivity_get_error_free (item);
  double low = balance_sensitivity_get_error_low (item), high = balance_sensitivity_get_error_high (item);

  balance_json_next (json);
  balance_json_begin (json, '{');
  balance_json_add_string (json, "path", balance_finding_get_path (finding));
  balance_json_add_string (json, "id", balance_finding_get_id (finding));
  balance_json_add_string (json, "title", balance_finding_get_title (finding, name));
  balance_json_add_string (json, "verdict", balance_sensitivity_get_verdict (item) == BALANCE_VERDICT_MET ? "met" : "unmet");
  balance_json_add_number (json, "value", balance_finding_get_value (finding));
  balance_json_add_number (json, "limit", balance_finding_get_limit (finding));
  balance_json_add_string (json, "certainty", certainty_name (balance_sensitivity_get_certainty (item)));
  balance_json_add_number (json, "error_low", isfinite (low) ? low : NAN);
  balance_json_add_number (json, "error_high", isfinite (high) ? high : NAN);
  balance_json_add_flag (json, "holds_weights", balance_sensitivity_get_holds_weights (item));
  balance_json_add_number (json, "error_free", isfinite (free_error) ? free_error : NAN);
  balance_json_add_flag (json, "rounding_flips", balance_sensitivity_get_rounding_flips (item));
  balance_json_add_string (json, "cause", balance_sensitivity_get_cause (item));
  balance_json_add_string (json, "text", text);
  balance_json_key (json, "cells");
  balance_json_begin (json, '[');
  for (guint i = 0; i < g_list_model_get_n_items (cells); i++)
    {
      g_autoptr(BalanceSensitiveCell) cell = g_list_model_get_item (cells, i);

      write_cell_json (json, cell);
    }
  balance_json_end (json, ']');
  balance_json_end (json, '}');
}

/**
 * balance_stability_write_json:
 * @self: a stability
 * @language: (nullable): "zh" or "en" for titles; %NULL is "en"
 * @below: verdicts that stand on less than this, as a share; infinite for all
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes one JSON object. Errors are shares; null where there is none.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_stability_write_json (BalanceStability  *self,
                              const char        *language,
                              double             below,
                              GOutputStream     *stream,
                              GCancellable      *cancellable,
                              GError           **error)
{
  BALANCE_FLOAT_DEFAULT;
  BalanceLanguage chosen = balance_language_parse (language);
  g_autoptr(GString) text = g_string_new (NULL);
  BalanceJson json = { .text = text, .first = TRUE };

  g_return_val_if_fail (BALANCE_IS_STABILITY (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  balance_json_begin (&json, '{');
  balance_json_add_string (&json, "standard", self->evaluation->standard->pack->id);
  balance_json_add_string (&json, "as_of", self->evaluation->as_of);
  balance_json_add_count (&json, "verdicts", self->entries->len);
  balance_json_add_number (&json, "below", isfinite (below) ? below : NAN);
  balance_json_key (&json, "sensitivities");
  balance_json_begin (&json, '[');
  for (guint i = 0; i < self->entries->len; i++)
    {
      const BalanceStabilityEntry *entry = &g_array_index (self->entries, BalanceStabilityEntry, i);
      g_autoptr(BalanceSensitivity) item = NULL;

      if (isfinite (below) && !(entry->low < below))
        continue;
      item = balance_sensitivity_new (self->evaluation, entry);
      write_entry_json (&json, item, chosen);
      /* a county fits into memory, a nation need not */
      if (text->len > 1 << 20)
        {
          if (!g_output_stream_write_all (stream, text->str, text->len, NULL, cancellable, error))
            return FALSE;
          g_string_truncate (text, 0);
        }
    }
  balance_json_end (&json, ']');
  balance_json_end (&json, '}');
  g_string_append_c (text, '\n');

  return g_output_stream_write_all (stream, text->str, text->len, NULL, cancellable, error);
}
