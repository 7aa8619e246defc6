/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "report/balance-report-private.h"

#include "base/balance-float-private.h"

/**
 * BalanceReport:
 *
 * An evaluation (评估结果) made ready for readers: as text for a terminal or
 * a letter, as a table for a spreadsheet, as JSON for programs, as a file
 * for a browser.
 *
 * A report shows all districts of the census or one of them. Showing one
 * district does not change what was judged.
 *
 * Since: 1.0
 */

enum
{
  PROP_EVALUATION = 1,
  PROP_LANGUAGE,
  PROP_DISTRICT,
  PROP_PROBLEMS,
  PROP_COLOUR,
  PROP_PLAN,
  PROP_LEDGER,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BalanceReport, balance_report, G_TYPE_OBJECT)

static void
balance_report_finalize (GObject *object)
{
  BalanceReport *self = (BalanceReport *) object;

  g_clear_object (&self->evaluation);
  g_clear_object (&self->problems);
  g_clear_object (&self->plan);
  g_clear_object (&self->ledger);
  g_clear_pointer (&self->district, g_free);

  G_OBJECT_CLASS (balance_report_parent_class)->finalize (object);
}

static void
balance_report_get_property (GObject    *object,
                             guint       prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  BalanceReport *self = BALANCE_REPORT (object);

  switch (prop_id)
    {
    case PROP_EVALUATION:
      g_value_set_object (value, self->evaluation);
      break;

    case PROP_LANGUAGE:
      g_value_set_string (value, balance_report_get_language (self));
      break;

    case PROP_DISTRICT:
      g_value_set_string (value, self->district);
      break;

    case PROP_PROBLEMS:
      g_value_set_object (value, self->problems);
      break;

    case PROP_COLOUR:
      g_value_set_boolean (value, self->colour);
      break;

    case PROP_PLAN:
      g_value_set_object (value, self->plan);
      break;

    case PROP_LEDGER:
      g_value_set_object (value, self->ledger);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
    }
}

static void
balance_report_set_property (GObject      *object,
                             guint         prop_id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  BalanceReport *self = BALANCE_REPORT (object);

  switch (prop_id)
    {
    case PROP_EVALUATION:
      self->evaluation = g_value_dup_object (value);
      break;

    case PROP_LANGUAGE:
      self->language = balance_language_parse (g_value_get_string (value));
      break;

    case PROP_DISTRICT:
      self->district = g_value_dup_string (value);
      break;

    case PROP_PROBLEMS:
      self->problems = g_value_dup_object (value);
      break;

    case PROP_COLOUR:
      self->colour = g_value_get_boolean (value);
      break;

    case PROP_PLAN:
      self->plan = g_value_dup_object (value);
      break;

    case PROP_LEDGER:
      self->ledger = g_value_dup_object (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
    }
}

static void
balance_report_class_init (BalanceReportClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = balance_report_finalize;
  object_class->get_property = balance_report_get_property;
  object_class->set_property = balance_report_set_property;

  /**
   * BalanceReport:evaluation: (getter get_evaluation)
   *
   * What is reported.
   *
   * Since: 1.0
   */
  properties[PROP_EVALUATION] =
    g_param_spec_object ("evaluation", NULL, NULL,
                         BALANCE_TYPE_EVALUATION,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * BalanceReport:language: (getter get_language)
   *
   * The language of the text, `zh` or `en`.
   *
   * Since: 1.0
   */
  properties[PROP_LANGUAGE] =
    g_param_spec_string ("language", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * BalanceReport:district: (getter get_district)
   *
   * The code of the only district that is shown, or %NULL for all.
   *
   * Since: 1.0
   */
  properties[PROP_DISTRICT] =
    g_param_spec_string ("district", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * BalanceReport:problems: (getter get_problems)
   *
   * What was found when the data were read, a list of [class@Balance.Problem].
   *
   * Since: 1.0
   */
  properties[PROP_PROBLEMS] =
    g_param_spec_object ("problems", NULL, NULL,
                         G_TYPE_LIST_MODEL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * BalanceReport:colour: (getter get_colour)
   *
   * Whether the text may use the colours of a terminal.
   *
   * Since: 1.0
   */
  properties[PROP_COLOUR] =
    g_param_spec_boolean ("colour", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * BalanceReport:plan: (getter get_plan)
   *
   * A plan to show beside the evaluation, in the report for browsers.
   *
   * Since: 1.0
   */
  properties[PROP_PLAN] =
    g_param_spec_object ("plan", NULL, NULL,
                         BALANCE_TYPE_PLAN,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * BalanceReport:ledger: (getter get_ledger)
   *
   * Tasks to show beside the evaluation, in the report for browsers.
   *
   * Since: 1.0
   */
  properties[PROP_LEDGER] =
    g_param_spec_object ("ledger", NULL, NULL,
                         BALANCE_TYPE_LEDGER,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
balance_report_init (BalanceReport *self)
{
}

/**
 * balance_report_new:
 * @evaluation: what to report
 * @language: (nullable): the language of the text, such as `zh` or `en`
 *
 * Creates a report of all districts of an evaluation.
 *
 * Returns: (transfer full): a new report
 *
 * Since: 1.0
 */
BalanceReport *
balance_report_new (BalanceEvaluation *evaluation,
                    const char        *language)
{
  return balance_report_new_full (evaluation, language, NULL, NULL, FALSE);
}

/**
 * balance_report_new_full:
 * @evaluation: what to report
 * @language: (nullable): the language of the text, such as `zh` or `en`
 * @district: (nullable): the code of the only district to show
 * @problems: (nullable): what was found when the data were read, a list of [class@Balance.Problem]
 * @colour: whether the text may use the colours of a terminal
 *
 * Creates a report.
 *
 * Returns: (transfer full): a new report
 *
 * Since: 1.0
 */
BalanceReport *
balance_report_new_full (BalanceEvaluation *evaluation,
                         const char        *language,
                         const char        *district,
                         GListModel        *problems,
                         gboolean           colour)
{
  g_return_val_if_fail (BALANCE_IS_EVALUATION (evaluation), NULL);

  return g_object_new (BALANCE_TYPE_REPORT,
                       "evaluation", evaluation,
                       "language", language,
                       "district", district,
                       "problems", problems,
                       "colour", colour,
                       NULL);
}

/**
 * balance_report_new_for_plan:
 * @plan: a plan
 * @language: (nullable): the language that is shown first, such as `zh` or `en`
 * @problems: (nullable): what was found when the data were read, a list of [class@Balance.Problem]
 *
 * Creates a report of a plan: of the evaluation that it starts from, of its district, and of the plan itself. As
 * [method@Balance.Report.write_html] writes it, it shows every section before and after, the costs by measure and by
 * school, and what is to be done in which year; the other forms show the evaluation only.
 *
 * A report of another evaluation that shows a plan, such as that of the next year, is made with the properties
 * [property@Balance.Report:evaluation] and [property@Balance.Report:plan].
 *
 * Returns: (transfer full): a new report
 *
 * Since: 1.0
 */
BalanceReport *
balance_report_new_for_plan (BalancePlan *plan,
                             const char  *language,
                             GListModel  *problems)
{
  g_return_val_if_fail (BALANCE_IS_PLAN (plan), NULL);

  return g_object_new (BALANCE_TYPE_REPORT,
                       "evaluation", balance_plan_get_before (plan),
                       "language", language,
                       "district", balance_plan_get_district_code (plan),
                       "problems", problems,
                       "plan", plan,
                       NULL);
}

/**
 * balance_report_new_for_ledger:
 * @ledger: the tasks as they stand
 * @evaluation: what to report, such as the evaluation of the census that verified them
 * @plan: (nullable): the plan that they were made from
 * @language: (nullable): the language that is shown first, such as `zh` or `en`
 * @district: (nullable): the code of the only district to show
 * @problems: (nullable): what was found when the data were read, a list of [class@Balance.Problem]
 *
 * Creates a report of the tasks of a ledger. As [method@Balance.Report.write_html] writes it, it shows which tasks are open
 * or late, the money, and when each is due, quarter by quarter, beside the evaluation; with a plan its pages as well.
 *
 * Returns: (transfer full): a new report
 *
 * Since: 1.0
 */
BalanceReport *
balance_report_new_for_ledger (BalanceLedger     *ledger,
                               BalanceEvaluation *evaluation,
                               BalancePlan       *plan,
                               const char        *language,
                               const char        *district,
                               GListModel        *problems)
{
  g_return_val_if_fail (BALANCE_IS_LEDGER (ledger), NULL);
  g_return_val_if_fail (BALANCE_IS_EVALUATION (evaluation), NULL);
  g_return_val_if_fail (plan == NULL || BALANCE_IS_PLAN (plan), NULL);

  return g_object_new (BALANCE_TYPE_REPORT,
                       "evaluation", evaluation,
                       "language", language,
                       "district", district,
                       "problems", problems,
                       "plan", plan,
                       "ledger", ledger,
                       NULL);
}

/**
 * balance_report_get_evaluation: (get-property evaluation)
 * @self: a report
 *
 * Gets what is reported.
 *
 * Returns: (transfer none): the evaluation
 *
 * Since: 1.0
 */
BalanceEvaluation *
balance_report_get_evaluation (BalanceReport *self)
{
  g_return_val_if_fail (BALANCE_IS_REPORT (self), NULL);

  return self->evaluation;
}

/**
 * balance_report_get_language: (get-property language)
 * @self: a report
 *
 * Gets the language of the text.
 *
 * Returns: (transfer none): `zh` or `en`
 *
 * Since: 1.0
 */
const char *
balance_report_get_language (BalanceReport *self)
{
  g_return_val_if_fail (BALANCE_IS_REPORT (self), NULL);

  return self->language == BALANCE_LANGUAGE_ZH ? "zh" : "en";
}

/**
 * balance_report_get_district: (get-property district)
 * @self: a report
 *
 * Gets the code of the only district that is shown.
 *
 * Returns: (transfer none) (nullable): the code, or %NULL for all districts
 *
 * Since: 1.0
 */
const char *
balance_report_get_district (BalanceReport *self)
{
  g_return_val_if_fail (BALANCE_IS_REPORT (self), NULL);

  return self->district;
}

/**
 * balance_report_get_problems: (get-property problems)
 * @self: a report
 *
 * Gets what was found when the data were read.
 *
 * Returns: (transfer none) (nullable): a list of [class@Balance.Problem]
 *
 * Since: 1.0
 */
GListModel *
balance_report_get_problems (BalanceReport *self)
{
  g_return_val_if_fail (BALANCE_IS_REPORT (self), NULL);

  return self->problems;
}

/**
 * balance_report_get_colour: (get-property colour)
 * @self: a report
 *
 * Gets whether the text may use the colours of a terminal.
 *
 * Returns: %TRUE if it may
 *
 * Since: 1.0
 */
gboolean
balance_report_get_colour (BalanceReport *self)
{
  g_return_val_if_fail (BALANCE_IS_REPORT (self), FALSE);

  return self->colour;
}

/**
 * balance_report_get_plan: (get-property plan)
 * @self: a report
 *
 * Gets the plan that is shown beside the evaluation.
 *
 * Returns: (transfer none) (nullable): the plan
 *
 * Since: 1.0
 */
BalancePlan *
balance_report_get_plan (BalanceReport *self)
{
  g_return_val_if_fail (BALANCE_IS_REPORT (self), NULL);

  return self->plan;
}

/**
 * balance_report_get_ledger: (get-property ledger)
 * @self: a report
 *
 * Gets the tasks that are shown beside the evaluation.
 *
 * Returns: (transfer none) (nullable): the ledger
 *
 * Since: 1.0
 */
BalanceLedger *
balance_report_get_ledger (BalanceReport *self)
{
  g_return_val_if_fail (BALANCE_IS_REPORT (self), NULL);

  return self->ledger;
}

/**
 * balance_report_write_text:
 * @self: a report
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes the report as text: the verdict first and why, then each district
 * with its groups, the schools that fail, the requirements, notices and
 * problems of the data. Lines take at most 80 columns of a terminal, where
 * Chinese characters take two. Of a census of many districts each takes one
 * line.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_report_write_text (BalanceReport  *self,
                           GOutputStream  *stream,
                           GCancellable   *cancellable,
                           GError        **error)
{
  BALANCE_FLOAT_DEFAULT;
  g_autofree char *text = NULL;

  g_return_val_if_fail (BALANCE_IS_REPORT (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  text = balance_report_dup_text (self);

  return g_output_stream_write_all (stream, text, strlen (text), NULL, cancellable, error);
}

/**
 * balance_report_write_json:
 * @self: a report
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes the report as one JSON object, with numbers in full precision.
 * What the object holds does not depend on the language of the report.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_report_write_json (BalanceReport  *self,
                           GOutputStream  *stream,
                           GCancellable   *cancellable,
                           GError        **error)
{
  BALANCE_FLOAT_DEFAULT;
  g_return_val_if_fail (BALANCE_IS_REPORT (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  return balance_evaluation_write_json_filtered (self->evaluation, self->district, stream, cancellable, error);
}
