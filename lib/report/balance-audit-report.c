/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/balance-float-private.h"
#include "census/balance-field-private.h"
#include "report/balance-audit-report-private.h"
#include "report/balance-csv-private.h"
#include "report/balance-json-private.h"

/**
 * BalanceAuditReport:
 *
 * What an audit of data found, made ready for readers: as text, as JSON for programs, and as a sheet that schools
 * answer line by line.
 *
 * Since: 1.0
 */

#define CHUNK (64 * 1024)

enum
{
  PROP_AUDIT = 1,
  PROP_LANGUAGE,
  PROP_DISTRICT,
  PROP_COLOUR,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BalanceAuditReport, balance_audit_report, G_TYPE_OBJECT)

static void
balance_audit_report_finalize (GObject *object)
{
  BalanceAuditReport *self = BALANCE_AUDIT_REPORT (object);

  g_clear_object (&self->audit);
  g_free (self->district);

  G_OBJECT_CLASS (balance_audit_report_parent_class)->finalize (object);
}

static void
balance_audit_report_get_property (GObject    *object,
                                   guint       prop_id,
                                   GValue     *value,
                                   GParamSpec *pspec)
{
  BalanceAuditReport *self = BALANCE_AUDIT_REPORT (object);

  switch (prop_id)
    {
    case PROP_AUDIT:
      g_value_set_object (value, self->audit);
      break;

    case PROP_LANGUAGE:
      g_value_set_string (value, self->language == BALANCE_LANGUAGE_ZH ? "zh" : "en");
      break;

    case PROP_DISTRICT:
      g_value_set_string (value, self->district);
      break;

    case PROP_COLOUR:
      g_value_set_boolean (value, self->colour);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
    }
}

static void
balance_audit_report_set_property (GObject      *object,
                                   guint         prop_id,
                                   const GValue *value,
                                   GParamSpec   *pspec)
{
  BalanceAuditReport *self = BALANCE_AUDIT_REPORT (object);

  switch (prop_id)
    {
    case PROP_AUDIT:
      self->audit = g_value_dup_object (value);
      break;

    case PROP_LANGUAGE:
      self->language = balance_language_parse (g_value_get_string (value));
      break;

    case PROP_DISTRICT:
      self->district = g_value_dup_string (value);
      break;

    case PROP_COLOUR:
      self->colour = g_value_get_boolean (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
    }
}

static void
balance_audit_report_class_init (BalanceAuditReportClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = balance_audit_report_finalize;
  object_class->get_property = balance_audit_report_get_property;
  object_class->set_property = balance_audit_report_set_property;

  /**
   * BalanceAuditReport:audit: (getter get_audit)
   *
   * What is reported.
   *
   * Since: 1.0
   */
  properties[PROP_AUDIT] = g_param_spec_object ("audit", NULL, NULL, BALANCE_TYPE_AUDIT, flags);

  /**
   * BalanceAuditReport:language:
   *
   * The language of text and sheet, `zh` or `en`.
   *
   * Since: 1.0
   */
  properties[PROP_LANGUAGE] = g_param_spec_string ("language", NULL, NULL, NULL, flags);

  /**
   * BalanceAuditReport:district:
   *
   * The code of the only district that is shown; %NULL for all.
   *
   * Since: 1.0
   */
  properties[PROP_DISTRICT] = g_param_spec_string ("district", NULL, NULL, NULL, flags);

  /**
   * BalanceAuditReport:colour:
   *
   * Whether the text has colours of the terminal.
   *
   * Since: 1.0
   */
  properties[PROP_COLOUR] = g_param_spec_boolean ("colour", NULL, NULL, FALSE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
balance_audit_report_init (BalanceAuditReport *self)
{
}

/**
 * balance_audit_report_new:
 * @audit: an audit
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 * @district_code: (nullable): the only district to show, %NULL for all
 * @colour: whether the text has colours of the terminal
 *
 * Creates a report.
 *
 * Returns: (transfer full): a new report
 *
 * Since: 1.0
 */
BalanceAuditReport *
balance_audit_report_new (BalanceAudit *audit,
                          const char   *language,
                          const char   *district_code,
                          gboolean      colour)
{
  g_return_val_if_fail (BALANCE_IS_AUDIT (audit), NULL);

  return g_object_new (BALANCE_TYPE_AUDIT_REPORT,
                       "audit", audit,
                       "language", language,
                       "district", district_code,
                       "colour", colour,
                       NULL);
}

/**
 * balance_audit_report_get_audit: (get-property audit)
 * @self: a report
 *
 * Gets what is reported.
 *
 * Returns: (transfer none): the audit
 *
 * Since: 1.0
 */
BalanceAudit *
balance_audit_report_get_audit (BalanceAuditReport *self)
{
  g_return_val_if_fail (BALANCE_IS_AUDIT_REPORT (self), NULL);

  return self->audit;
}

const char *
balance_audit_severity_word (BalanceSeverity severity,
                             BalanceLanguage language)
{
  gboolean zh = language == BALANCE_LANGUAGE_ZH;

  switch (severity)
    {
    case BALANCE_SEVERITY_ERROR:   return zh ? "错误" : "error";
    case BALANCE_SEVERITY_WARNING: return zh ? "警告" : "warning";
    case BALANCE_SEVERITY_NOTE:
    default:                       return zh ? "请核对" : "look here";
    }
}

gboolean
balance_audit_report_shows (BalanceAuditReport  *self,
                            BalanceAuditFinding *finding)
{
  const char *district = balance_audit_finding_get_district_code (finding);

  return self->district == NULL || district == NULL || g_str_equal (district, self->district);
}

/* --- text ---------------------------------------------------------------------------------------------------- */

/**
 * balance_audit_report_write_text:
 * @self: a report
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes a report for people, at most 80 columns wide: what was found, by school; then which checks could not be
 * made.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_audit_report_write_text (BalanceAuditReport  *self,
                                 GOutputStream       *stream,
                                 GCancellable        *cancellable,
                                 GError             **error)
{
  BALANCE_FLOAT_DEFAULT;
  g_autofree char *text = NULL;

  g_return_val_if_fail (BALANCE_IS_AUDIT_REPORT (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  text = balance_audit_report_dup_text (self);

  return g_output_stream_write_all (stream, text, strlen (text), NULL, cancellable, error);
}

/* --- the sheet that schools answer --------------------------------------------------------------------------- */

static const char *const headers[BALANCE_ANSWER_COLUMNS][2] = {
  { "School", "学校" },
  { "Check", "检查项" },
  { "Severity", "性质" },
  { "Cell", "单元格" },
  { "Value", "现值" },
  { "Explanation", "说明" },
  { "Answer of the school (confirmed/corrected)", "学校答复（核实/更正）" },
  { "Corrected value", "更正值" },
  { "Evidence", "佐证材料" },
  { "Key (leave as it is)", "编号（请勿改动）" },
};

const char *
balance_answer_header (guint           column,
                       BalanceLanguage language)
{
  return headers[column][language];
}

/* As in balance_audit_finding_dup_key(), with the row and field of the value. */
static char *
dup_value_key (BalanceAudit *audit, const BalanceAuditValue *value, const char *check)
{
  BalanceFacts *facts = audit->facts;
  GString *key = g_string_new (NULL);

  switch (value->level)
    {
    case BALANCE_LEVEL_SECTION:
      g_string_append_printf (key, "%s/%s/%s", facts->district_codes[facts->school_district[facts->section_school[value->row]]],
                              facts->school_codes[facts->section_school[value->row]],
                              balance_dictionary_get_stage (facts->dictionary, facts->section_stage[value->row])->id);
      break;
    case BALANCE_LEVEL_SCHOOL:
      g_string_append_printf (key, "%s/%s", facts->district_codes[facts->school_district[value->row]], facts->school_codes[value->row]);
      break;
    case BALANCE_LEVEL_DISTRICT:
      g_string_append (key, facts->district_codes[value->row]);
      break;
    case BALANCE_LEVEL_STAGE:
    case BALANCE_LEVEL_REGION:
    default:
      g_string_append (key, "region");
      break;
    }
  g_string_append_printf (key, ":%s:%s", check, value->field->id);

  return g_string_free (key, FALSE);
}

static void
line_clear (BalanceAnswerLine *line)
{
  for (guint i = 0; i < BALANCE_ANSWER_COLUMNS; i++)
    g_clear_pointer (&line->cells[i], g_free);
}

static gboolean
tell (BalanceAuditFinding *finding, BalanceCheck *check, BalanceLanguage language, BalanceAnswerLine *line, BalanceAnswerFunc func, gpointer data)
{
  const char *name = language == BALANCE_LANGUAGE_ZH ? "zh" : "en";
  gboolean go_on;

  line->cells[1] = g_strdup (balance_check_get_title (check, name));
  line->cells[2] = g_strdup (balance_audit_severity_word (balance_check_get_severity (check), language));
  line->cells[5] = g_strdup (balance_audit_finding_get_message (finding, name));
  go_on = func (line, data);
  line_clear (line);

  return go_on;
}

gboolean
balance_answer_foreach (BalanceAuditReport *self,
                        BalanceAnswerFunc   func,
                        gpointer            data)
{
  const char *language = self->language == BALANCE_LANGUAGE_ZH ? "zh" : "en";
  BalanceAudit *audit = self->audit;

  for (guint i = 0; i < audit->records->len; i++)
    {
      const BalanceAuditRecord *record = &g_array_index (audit->records, BalanceAuditRecord, i);
      g_autoptr (BalanceAuditFinding) finding = balance_audit_finding_new (audit, i);
      g_autoptr (BalanceCheck) check = balance_audit_finding_get_check (finding);
      guint n = 0;

      if (!balance_audit_report_shows (self, finding))
        continue;
      for (guint k = 0; k < record->n_values; k++)
        {
          const BalanceAuditValue *value = &g_array_index (audit->values, BalanceAuditValue, record->first_value + k);
          g_autoptr (BalanceOperand) operand = NULL;
          g_autoptr (BalanceCell) cell = NULL;
          g_autofree char *text = NULL, *unit = NULL;
          BalanceAnswerLine line = { { NULL } };

          /* what other years say is in the explanation; nobody corrects it here */
          if (value->year > 0)
            continue;
          operand = balance_operand_new_for_facts (audit->facts, value->field, value->level, value->row);
          cell = balance_operand_get_cell (operand);
          text = balance_operand_dup_text (operand, language);
          unit = balance_operand_dup_unit_title (operand, language);
          line.cells[0] = balance_operand_dup_subject (operand, language);
          line.cells[3] = cell != NULL ? balance_cell_to_text (cell) : NULL;
          line.cells[4] = g_strdup_printf ("%s %s%s%s", balance_operand_get_title (operand, language), text,
                                           *unit != '\0' && self->language == BALANCE_LANGUAGE_EN ? " " : "", unit);
          line.cells[9] = dup_value_key (audit, value, balance_check_get_id (check));
          n++;
          if (!tell (finding, check, self->language, &line, func, data))
            return FALSE;
        }
      if (n == 0)
        {
          BalanceAnswerLine line = { { NULL } };

          line.cells[0] = balance_audit_finding_dup_subject (finding, language);
          line.cells[9] = balance_audit_finding_dup_key (finding);
          if (!tell (finding, check, self->language, &line, func, data))
            return FALSE;
        }
    }

  return TRUE;
}

typedef struct
{
  GString       *buffer;
  GOutputStream *stream;
  GCancellable  *cancellable;
  GError       **error;
} Output;

static gboolean
flush (Output *output, gsize at_least)
{
  if (output->buffer->len < at_least)
    return TRUE;
  if (!g_output_stream_write_all (output->stream, output->buffer->str, output->buffer->len, NULL, output->cancellable, output->error))
    return FALSE;
  g_string_truncate (output->buffer, 0);

  return TRUE;
}

static gboolean
write_line (const BalanceAnswerLine *line, gpointer data)
{
  Output *output = data;

  for (guint i = 0; i < BALANCE_ANSWER_COLUMNS; i++)
    {
      if (i > 0)
        g_string_append_c (output->buffer, ',');
      balance_csv_append (output->buffer, line->cells[i]);
    }
  g_string_append (output->buffer, "\r\n");

  return flush (output, CHUNK);
}

/**
 * balance_audit_report_write_csv:
 * @self: a report
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes a sheet that schools answer line by line, as comma-separated values by RFC 4180 in UTF-8: school, check,
 * severity, cell, value, explanation; columns for the answer, a corrected value and evidence; and a key
 * (`DISTRICT/SCHOOL/STAGE:CHECK:FIELD`) by which an answer finds back.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_audit_report_write_csv (BalanceAuditReport  *self,
                                GOutputStream       *stream,
                                GCancellable        *cancellable,
                                GError             **error)
{
  BALANCE_FLOAT_DEFAULT;
  g_autoptr (GString) buffer = g_string_new (NULL);
  Output output = { buffer, stream, cancellable, error };

  g_return_val_if_fail (BALANCE_IS_AUDIT_REPORT (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  for (guint i = 0; i < BALANCE_ANSWER_COLUMNS; i++)
    g_string_append_printf (buffer, "%s%s", i > 0 ? "," : "", balance_answer_header (i, self->language));
  g_string_append (buffer, "\r\n");

  return balance_answer_foreach (self, write_line, &output) && flush (&output, 0);
}

/* --- JSON ---------------------------------------------------------------------------------------------------- */

static void
add_both (BalanceJson *json, const char *name, const char *en, const char *zh)
{
  balance_json_key (json, name);
  balance_json_begin (json, '{');
  balance_json_add_string (json, "en", en);
  balance_json_add_string (json, "zh", zh);
  balance_json_end (json, '}');
}

static void
add_checks (BalanceAuditReport *self, BalanceJson *json)
{
  g_autoptr (GListModel) checks = balance_checks_get_checks (self->audit->checks);

  balance_json_key (json, "checks");
  balance_json_begin (json, '[');
  for (guint i = 0; i < g_list_model_get_n_items (checks); i++)
    {
      g_autoptr (BalanceCheck) check = g_list_model_get_item (checks, i);
      const char *id = balance_check_get_id (check);

      balance_json_next (json);
      balance_json_begin (json, '{');
      balance_json_add_string (json, "id", id);
      add_both (json, "title", balance_check_get_title (check, "en"), balance_check_get_title (check, "zh"));
      balance_json_add_string (json, "severity", balance_check_severity_name (balance_check_get_severity (check)));
      balance_json_add_string (json, "level", balance_level_to_string (balance_check_get_level (check)));
      balance_json_add_string (json, "reference", balance_check_get_reference (check));
      balance_json_add_count (json, "found", balance_audit_get_n_found (self->audit, id));
      balance_json_add_count (json, "held", balance_audit_get_n_held (self->audit, id));
      balance_json_add_count (json, "not_checked", balance_audit_get_n_not_checked (self->audit, id));
      balance_json_add_count (json, "tests", balance_audit_get_n_tests (self->audit, id));
      balance_json_end (json, '}');
    }
  balance_json_end (json, ']');
}

static void
add_operand (BalanceJson *json, BalanceOperand *operand)
{
  g_autoptr (BalanceCell) cell = balance_operand_get_cell (operand);
  g_autofree char *value = balance_operand_dup_text (operand, NULL), *where = cell != NULL ? balance_cell_to_text (cell) : NULL;
  g_autofree char *en = balance_operand_dup_subject (operand, "en"), *zh = balance_operand_dup_subject (operand, "zh");

  balance_json_begin (json, '{');
  balance_json_add_string (json, "field", balance_operand_get_field (operand));
  balance_json_add_count (json, "year", (guint) MAX (0, balance_operand_get_year (operand)));
  add_both (json, "subject", en, zh);
  balance_json_add_string (json, "value", value);
  balance_json_add_string (json, "unit", balance_operand_get_unit (operand));
  balance_json_add_string (json, "cell", where);
  balance_json_end (json, '}');
}

static void
add_finding (BalanceJson *json, BalanceAuditFinding *finding)
{
  g_autoptr (BalanceCheck) check = balance_audit_finding_get_check (finding);
  g_autoptr (GListModel) operands = balance_audit_finding_get_operands (finding);
  g_autofree char *key = balance_audit_finding_dup_key (finding);
  g_autofree char *en = balance_audit_finding_dup_subject (finding, "en"), *zh = balance_audit_finding_dup_subject (finding, "zh");

  balance_json_begin (json, '{');
  balance_json_add_string (json, "key", key);
  balance_json_add_string (json, "check", balance_check_get_id (check));
  balance_json_add_string (json, "severity", balance_check_severity_name (balance_check_get_severity (check)));
  balance_json_add_string (json, "district", balance_audit_finding_get_district_code (finding));
  balance_json_add_string (json, "school", balance_audit_finding_get_school_code (finding));
  balance_json_add_string (json, "stage", balance_audit_finding_get_stage (finding));
  balance_json_add_string (json, "field", balance_audit_finding_get_field (finding));
  add_both (json, "subject", en, zh);
  add_both (json, "message", balance_audit_finding_get_message (finding, "en"), balance_audit_finding_get_message (finding, "zh"));
  add_both (json, "remedy", balance_check_get_remedy (check, "en"), balance_check_get_remedy (check, "zh"));
  if (balance_audit_finding_get_n_tests (finding) > 0)
    {
      balance_json_add_number (json, "p_value", balance_audit_finding_get_p_value (finding));
      balance_json_add_number (json, "corrected_p_value", balance_audit_finding_get_corrected_p_value (finding));
      balance_json_add_count (json, "tests", balance_audit_finding_get_n_tests (finding));
    }
  balance_json_key (json, "values");
  balance_json_begin (json, '[');
  for (guint i = 0; i < g_list_model_get_n_items (operands); i++)
    {
      g_autoptr (BalanceOperand) operand = g_list_model_get_item (operands, i);

      balance_json_next (json);
      add_operand (json, operand);
    }
  balance_json_end (json, ']');
  balance_json_end (json, '}');
}

/**
 * balance_audit_report_write_json:
 * @self: a report
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes everything as JSON, texts in both languages.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_audit_report_write_json (BalanceAuditReport  *self,
                                 GOutputStream       *stream,
                                 GCancellable        *cancellable,
                                 GError             **error)
{
  BALANCE_FLOAT_DEFAULT;
  g_autoptr (GString) text = g_string_new (NULL);
  Output output = { text, stream, cancellable, error };
  BalanceJson json = { .text = text, .first = TRUE };

  g_return_val_if_fail (BALANCE_IS_AUDIT_REPORT (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  balance_json_begin (&json, '{');
  balance_json_add_string (&json, "set", balance_checks_get_id (self->audit->checks));
  balance_json_add_string (&json, "standard", self->audit->standard != NULL ? balance_standard_get_id (self->audit->standard) : NULL);
  balance_json_add_count (&json, "year", (guint) MAX (0, self->audit->facts->year));
  balance_json_key (&json, "previous");
  balance_json_begin (&json, '[');
  for (guint i = 0; i < self->audit->years->len; i++)
    {
      balance_json_next (&json);
      balance_json_count (&json, (guint) ((BalanceYear *) g_ptr_array_index (self->audit->years, i))->facts->year);
    }
  balance_json_end (&json, ']');
  balance_json_add_count (&json, "errors", balance_audit_count (self->audit, BALANCE_SEVERITY_ERROR, self->district));
  balance_json_add_count (&json, "warnings", balance_audit_count (self->audit, BALANCE_SEVERITY_WARNING, self->district));
  balance_json_add_count (&json, "look_here", balance_audit_count (self->audit, BALANCE_SEVERITY_NOTE, self->district));
  add_checks (self, &json);
  balance_json_key (&json, "findings");
  balance_json_begin (&json, '[');
  for (guint i = 0; i < self->audit->records->len; i++)
    {
      g_autoptr (BalanceAuditFinding) finding = balance_audit_finding_new (self->audit, i);

      if (!balance_audit_report_shows (self, finding))
        continue;
      balance_json_next (&json);
      g_string_append_c (text, '\n');
      add_finding (&json, finding);
      if (!flush (&output, CHUNK))
        return FALSE;
    }
  balance_json_end (&json, ']');
  balance_json_end (&json, '}');
  g_string_append_c (text, '\n');

  return flush (&output, 0);
}
