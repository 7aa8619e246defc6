/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report/balance-html-data-private.h"

#include <math.h>

#include "census/balance-census-private.h"
#include "evaluation/balance-evaluation-private.h"
#include "report/balance-html-ledger-private.h"
#include "report/balance-html-plan-private.h"
#include "report/balance-html-texts-private.h"
#include "report/balance-indicator-columns-private.h"
#include "report/balance-json-private.h"
#include "report/balance-reasons-private.h"

#define CHUNK (256 * 1024)
#define NOT_EMBEDDED -1
/* Reasons name some of the schools; the requirement lists all of them. */
#define MAX_NAMED 6
/* Districts that fail what is asked of each district of a region. */
#define MAX_FAILING_DISTRICTS 200

/* What is known of one indicator on one section. */
typedef struct
{
  int    finding;       /* position or NOT_EMBEDDED */
  double limit;
} CellInfo;

typedef struct
{
  BalanceJson        json;
  GOutputStream     *stream;
  GCancellable      *cancellable;

  BalanceReport     *report;
  BalanceEvaluation *evaluation;
  BalanceStandard   *standard;
  BalanceFacts      *facts;
  GListModel        *sections, *groups;
  GPtrArray         *columns;      /* of BalanceIndicatorColumn */
  GBytes            *weights;      /* doubles per section; nullable */

  BalanceHtmlPool               texts, operands, findings;
  GHashTable        *cells;        /* "section row/indicator" -> CellInfo */
  gboolean           everything;   /* what is met is explained, too */
  guint              n_left_out;   /* findings beyond the bound */
  guint64            deciding_work;
  BalanceLayout      zh, en;       /* only for their words */
} Writer;

/* --- small things -------------------------------------------------------------------------------------------- */

static void
add_known (BalanceJson *json,
           const char  *name,
           double       number)
{
  if (isfinite (number))
    balance_json_add_number (json, name, number);
}

static gboolean
flush (Writer  *writer,
       gsize    at_least,
       GError **error)
{
  GString *text = writer->json.text;

  if (text->len < at_least)
    return TRUE;
  if (!g_output_stream_write_all (writer->stream, text->str, text->len, NULL, writer->cancellable, error))
    return FALSE;
  g_string_truncate (text, 0);

  return TRUE;
}

/* --- findings ------------------------------------------------------------------------------------------------ */

static guint
get_operand (Writer         *writer,
             BalanceOperand *operand)
{
  BalanceJson *json = &writer->operands.json;
  g_autoptr (BalanceCell) cell = balance_operand_get_cell (operand);
  g_autofree char *place = cell == NULL ? NULL : balance_cell_to_text (cell);
  g_autofree char *whose_zh = balance_operand_dup_subject (operand, "zh"), *whose_en = balance_operand_dup_subject (operand, "en");
  g_autofree char *value_zh = balance_operand_dup_text (operand, "zh"), *value_en = balance_operand_dup_text (operand, "en");
  g_autofree char *unit_zh = balance_operand_dup_unit_title (operand, "zh"), *unit_en = balance_operand_dup_unit_title (operand, "en");
  g_autofree char *name = g_strjoin ("\001", balance_operand_get_field (operand), whose_zh, value_zh, place, NULL);
  guint id;

  if (balance_html_pool_find (&writer->operands, name, &id))
    return id;

  balance_json_next (json);
  balance_json_begin (json, '{');
  balance_json_add_string (json, "field", balance_operand_get_field (operand));
  balance_html_texts_add (&writer->texts, json, "title", balance_operand_get_title (operand, "zh"), balance_operand_get_title (operand, "en"));
  balance_html_texts_add (&writer->texts, json, "whose", whose_zh, whose_en);
  if (balance_operand_get_missing (operand))
    balance_json_add_flag (json, "missing", TRUE);
  else
    {
      balance_html_texts_add (&writer->texts, json, "value", value_zh, value_en);
      balance_html_texts_add (&writer->texts, json, "unit", unit_zh, unit_en);
    }
  if (place != NULL)
    {
      /* the file and sheet once, the cells each */
      const char *mark = g_strrstr (place, "!");
      g_autofree char *file = mark == NULL ? g_strdup (place) : g_strndup (place, (gsize) (mark - place));

      balance_html_texts_add (&writer->texts, json, "file", file, file);
      if (mark != NULL)
        balance_json_add_string (json, "cell", mark + 1);
    }
  balance_json_end (json, '}');

  return balance_html_pool_add (&writer->operands, g_steal_pointer (&name));
}

static void
add_operands (Writer         *writer,
              BalanceJson    *json,
              BalanceFinding *finding)
{
  GListModel *operands = balance_finding_get_operands (finding);
  guint n_operands = operands == NULL ? 0 : g_list_model_get_n_items (operands);

  if (n_operands == 0)
    return;

  balance_json_key (json, "operands");
  balance_json_begin (json, '[');
  for (guint i = 0; i < MIN (n_operands, BALANCE_HTML_MAX_OPERANDS); i++)
    {
      g_autoptr (BalanceOperand) operand = g_list_model_get_item (operands, i);

      balance_json_next (json);
      balance_json_count (json, get_operand (writer, operand));
    }
  balance_json_end (json, ']');
  if (n_operands > BALANCE_HTML_MAX_OPERANDS)
    balance_json_add_count (json, "more_operands", n_operands - BALANCE_HTML_MAX_OPERANDS);
}

static void
add_verdict (BalanceJson    *json,
             const char     *name,
             BalanceVerdict  verdict)
{
  balance_json_add_string (json, name, balance_state_name (verdict, FALSE));
}

static const char *
get_level_name (BalanceLevel level)
{
  static const char *const names[] = { "section", "school", "stage", "district", "region" };

  return names[level];
}

static void
add_figures (Writer         *writer,
             BalanceJson    *json,
             BalanceFinding *finding)
{
  g_autofree char *limit_zh = balance_finding_dup_limit_text (finding, "zh"), *limit_en = balance_finding_dup_limit_text (finding, "en");
  const char *sign = balance_comparison_sign (balance_finding_get_comparison (finding));

  add_known (json, "value", balance_finding_get_value (finding));
  if (isnan (balance_finding_get_value (finding)))
    {
      add_known (json, "value_low", balance_finding_get_value_low (finding));
      add_known (json, "value_high", balance_finding_get_value_high (finding));
    }
  add_known (json, "limit", balance_finding_get_limit (finding));
  add_known (json, "floor", balance_finding_get_floor (finding));
  add_known (json, "margin", balance_finding_get_margin (finding));
  if (isnan (balance_finding_get_value (finding)))
    balance_html_texts_take (&writer->texts, json, "value_text", balance_layout_dup_value_text (&writer->zh, finding),
                             balance_layout_dup_value_text (&writer->en, finding));
  else
    balance_html_texts_take (&writer->texts, json, "value_text", balance_finding_dup_plain_value_text (finding, BALANCE_LANGUAGE_ZH),
                             balance_finding_dup_plain_value_text (finding, BALANCE_LANGUAGE_EN));
  if (limit_zh != NULL && limit_en != NULL)
    balance_html_texts_take (&writer->texts, json, "limit_text", g_strconcat (sign, " ", limit_zh, NULL), g_strconcat (sign, " ", limit_en, NULL));
  balance_html_texts_take (&writer->texts, json, "floor_text", balance_layout_dup_floor_text (&writer->zh, finding),
                           balance_layout_dup_floor_text (&writer->en, finding));
  balance_html_texts_take (&writer->texts, json, "margin_text", balance_layout_dup_margin_text (&writer->zh, finding),
                           balance_layout_dup_margin_text (&writer->en, finding));
  balance_html_texts_take (&writer->texts, json, "compared", balance_finding_dup_comparison_text (finding, BALANCE_LANGUAGE_ZH),
                           balance_finding_dup_comparison_text (finding, BALANCE_LANGUAGE_EN));
  if (balance_finding_get_rounding_flips (finding))
    {
      balance_json_add_flag (json, "rounding_flips", TRUE);
      balance_html_texts_take (&writer->texts, json, "printed", balance_finding_dup_value_text (finding, "zh"), balance_finding_dup_value_text (finding, "en"));
      balance_html_texts_take (&writer->texts, json, "exact", balance_number_exact (balance_finding_get_value (finding)),
                               balance_number_exact (balance_finding_get_value (finding)));
    }
}

/* What it would be by the full standard, and until when that is owed. */
static void
add_concession (Writer         *writer,
                BalanceJson    *json,
                BalanceFinding *finding)
{
  BalanceAppliedConcession *concession = balance_finding_get_concession (finding);
  const char *sign = balance_comparison_sign (balance_finding_get_comparison (finding));
  const char *reference;
  char *without[2] = { NULL, NULL };

  if (concession == NULL)
    return;

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *value = balance_applied_concession_dup_value_text (concession, i == 0 ? "zh" : "en");
      g_autofree char *limit = balance_applied_concession_dup_limit_text (concession, i == 0 ? "zh" : "en");

      if (value != NULL)
        without[i] = limit == NULL ? g_strdup (value) : g_strdup_printf (i == 0 ? "%s，要求 %s %s" : "%s, required %s %s", value, sign, limit);
    }
  reference = balance_applied_concession_get_reference (concession);

  balance_json_key (json, "concession");
  balance_json_begin (json, '{');
  balance_html_texts_add (&writer->texts, json, "title", balance_applied_concession_get_title (concession, "zh"), balance_applied_concession_get_title (concession, "en"));
  balance_html_texts_add (&writer->texts, json, "reference", reference, reference);
  add_verdict (json, "verdict_without", balance_applied_concession_get_verdict_without (concession));
  balance_html_texts_take (&writer->texts, json, "without", without[0], without[1]);
  if (balance_applied_concession_get_duty_until (concession) != NULL)
    balance_json_add_string (json, "until", balance_applied_concession_get_duty_until (concession));
  if (balance_applied_concession_get_worse (concession))
    balance_json_add_flag (json, "worse", TRUE);
  balance_json_end (json, '}');
}

/* What was stated in words with attested facts, and the documents named for them. */
static void
add_attested (Writer         *writer,
              BalanceJson    *json,
              BalanceFinding *finding)
{
  g_autofree char *zh = balance_finding_dup_conclusion (finding, "zh"), *en = balance_finding_dup_conclusion (finding, "en");
  g_auto (GStrv) evidence = balance_finding_dup_evidence (finding);

  balance_html_texts_add (&writer->texts, json, "conclusion", zh, en);
  if (evidence[0] != NULL)
    balance_json_add_strings (json, "evidence", (const char *const *) evidence);
  if (balance_finding_get_lacks_evidence (finding))
    balance_json_add_flag (json, "lacks_evidence", TRUE);
}

/* Which missing facts would decide it, the smallest sets of them, as far as the work for that is bounded. */
static void
add_deciding (Writer         *writer,
              BalanceJson    *json,
              BalanceFinding *finding)
{
  GListModel *sets;

  if (balance_finding_get_verdict (finding) != BALANCE_VERDICT_UNDETERMINED || balance_finding_get_n_missing (finding) == 0 ||
      writer->deciding_work >= BALANCE_MAX_DECIDING_WORK)
    return;

  sets = balance_finding_get_deciding_sets (finding);
  writer->deciding_work += balance_finding_get_deciding_work (finding);
  balance_json_key (json, "deciding");
  balance_json_begin (json, '{');
  balance_json_add_count (json, "missing", balance_finding_get_n_missing (finding));
  if (!balance_finding_get_deciding_exact (finding))
    balance_json_add_flag (json, "trial", TRUE);
  balance_json_key (json, "sets");
  balance_json_begin (json, '[');
  for (guint i = 0; i < g_list_model_get_n_items (sets); i++)
    {
      g_autoptr (BalanceDecidingSet) set = g_list_model_get_item (sets, i);
      GListModel *facts = balance_deciding_set_get_facts (set);

      balance_json_next (json);
      balance_json_begin (json, '{');
      add_verdict (json, "verdict", balance_deciding_set_get_verdict (set));
      balance_json_add_count (json, "n_facts", g_list_model_get_n_items (facts));
      balance_json_key (json, "facts");
      balance_json_begin (json, '[');
      for (guint k = 0; k < MIN (g_list_model_get_n_items (facts), BALANCE_HTML_MAX_DECIDING); k++)
        {
          g_autoptr (BalanceOperand) fact = g_list_model_get_item (facts, k);

          balance_json_next (json);
          balance_json_count (json, get_operand (writer, fact));
        }
      balance_json_end (json, ']');
      balance_json_end (json, '}');
    }
  balance_json_end (json, ']');
  balance_json_end (json, '}');
}

/* Is there more to say than that it is met? */
static gboolean
is_notable (BalanceFinding *finding)
{
  BalanceVerdict verdict = balance_finding_get_verdict (finding);

  return !balance_finding_is_per_school (finding) || verdict == BALANCE_VERDICT_UNMET || verdict == BALANCE_VERDICT_UNDETERMINED ||
         balance_finding_get_concession (finding) != NULL || verdict != balance_finding_get_strict_verdict (finding) || balance_finding_get_rounding_flips (finding);
}

static void add_children (Writer *writer, BalanceJson *json, GListModel *findings, BalanceFinding *around);

static char *
make_cell_name (const char *district,
                const char *school,
                const char *stage,
                const char *indicator)
{
  return g_strjoin ("\001", district, school, stage, indicator, NULL);
}

static void
remember_cell (Writer         *writer,
               BalanceFinding *finding,
               int             id)
{
  char *name;
  CellInfo *cell;

  if (balance_finding_get_level (finding) != BALANCE_LEVEL_SECTION)
    return;
  name = make_cell_name (balance_finding_get_district_code (finding), balance_finding_get_school_code (finding),
                         balance_finding_get_stage (finding), balance_finding_get_id (finding));
  cell = g_new (CellInfo, 1);
  cell->finding = id;
  cell->limit = balance_finding_get_limit (finding);
  g_hash_table_replace (writer->cells, name, cell);
}

/* Its position in the list of findings, or NOT_EMBEDDED. */
static int
get_finding (Writer         *writer,
             BalanceFinding *finding)
{
  const char *path = balance_finding_get_path (finding);
  BalanceVerdict verdict = balance_finding_get_verdict (finding), strict = balance_finding_get_strict_verdict (finding);
  g_autofree char *subject_zh = NULL, *subject_en = NULL;
  const char *reason_zh, *reason_en, *reference, *formula, *unit;
  BalanceJson json;
  guint id;

  if (balance_html_pool_find (&writer->findings, path, &id))
    return (int) id;

  /* Parts first: they get their positions before what they are parts of. */
  json = (BalanceJson) { g_string_new (NULL), TRUE, TRUE };
  balance_json_begin (&json, '{');
  add_children (writer, &json, balance_finding_get_children (finding), finding);

  if ((!writer->everything && !is_notable (finding)) ||
      (writer->findings.n >= BALANCE_HTML_MAX_FINDINGS && balance_finding_is_per_school (finding)))
    {
      if (is_notable (finding))
        writer->n_left_out++;
      remember_cell (writer, finding, NOT_EMBEDDED);
      g_string_free (json.text, TRUE);
      return NOT_EMBEDDED;
    }

  subject_zh = balance_finding_dup_subject (finding, "zh");
  subject_en = balance_finding_dup_subject (finding, "en");
  reason_zh = balance_finding_get_reason (finding, "zh");
  reason_en = balance_finding_get_reason (finding, "en");
  reference = balance_finding_get_reference (finding);
  formula = balance_finding_get_formula (finding);
  unit = balance_finding_get_unit (finding);

  balance_json_add_string (&json, "path", path);
  balance_json_add_string (&json, "id", balance_finding_get_id (finding));
  balance_html_texts_add (&writer->texts, &json, "title", balance_finding_get_title (finding, "zh"), balance_finding_get_title (finding, "en"));
  balance_html_texts_add (&writer->texts, &json, "subject", subject_zh, subject_en);
  balance_json_add_string (&json, "level", get_level_name (balance_finding_get_level (finding)));
  if (balance_finding_get_school_code (finding) != NULL)
    balance_json_add_string (&json, "school", balance_finding_get_school_code (finding));
  if (balance_finding_get_stage (finding) != NULL)
    balance_json_add_string (&json, "stage", balance_finding_get_stage (finding));
  add_verdict (&json, "verdict", verdict);
  if (strict != verdict)
    add_verdict (&json, "strict_verdict", strict);
  if (!balance_finding_get_binding (finding))
    balance_json_add_flag (&json, "informative", TRUE);
  if (balance_finding_get_at_floor (finding))
    balance_json_add_flag (&json, "at_floor", TRUE);
  balance_html_texts_add (&writer->texts, &json, "reason", reason_zh, reason_en);
  add_figures (writer, &json, finding);
  add_concession (writer, &json, finding);
  add_attested (writer, &json, finding);
  if (unit != NULL)
    balance_json_add_string (&json, "unit", unit);
  balance_html_texts_add (&writer->texts, &json, "formula", formula, formula);
  balance_html_texts_add (&writer->texts, &json, "reference", reference, reference);
  add_operands (writer, &json, finding);
  add_deciding (writer, &json, finding);
  balance_json_end (&json, '}');

  balance_json_next (&writer->findings.json);
  g_string_append_len (writer->findings.json.text, json.text->str, (gssize) json.text->len);
  g_string_free (json.text, TRUE);
  id = balance_html_pool_add (&writer->findings, g_strdup (path));
  remember_cell (writer, finding, (int) id);

  return (int) id;
}

static void
add_counts (BalanceJson *json,
            const guint  counts[4])
{
  static const BalanceVerdict order[] = {
    BALANCE_VERDICT_MET, BALANCE_VERDICT_UNMET, BALANCE_VERDICT_UNDETERMINED, BALANCE_VERDICT_NOT_APPLICABLE,
  };

  balance_json_key (json, "counts");
  balance_json_begin (json, '{');
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    balance_json_add_count (json, balance_state_name (order[i], FALSE), counts[order[i]]);
  balance_json_end (json, '}');
}

/* The same requirement on many schools (or districts of a region) is one entry for all of them. */
static guint
add_run (Writer      *writer,
         BalanceJson *json,
         GListModel  *findings,
         guint        first)
{
  static const BalanceVerdict order[] = { BALANCE_VERDICT_UNMET, BALANCE_VERDICT_UNDETERMINED, BALANCE_VERDICT_MET };
  g_autoptr (BalanceFinding) head = g_list_model_get_item (findings, first);
  const char *reference = balance_finding_get_reference (head);
  gboolean per_school = balance_finding_is_per_school (head);
  BalanceVerdict verdict = BALANCE_VERDICT_NOT_APPLICABLE;
  guint counts[4], n_run = balance_findings_count_run (findings, first, counts), n_failing = 0;

  for (guint i = G_N_ELEMENTS (order); i > 0; i--)
    if (counts[order[i - 1]] > 0)
      verdict = order[i - 1];

  balance_json_begin (json, '{');
  balance_json_add_string (json, "each", get_level_name (balance_finding_get_level (head)));
  balance_json_add_string (json, "id", balance_finding_get_id (head));
  balance_html_texts_add (&writer->texts, json, "title", balance_finding_get_title (head, "zh"), balance_finding_get_title (head, "en"));
  balance_html_texts_add (&writer->texts, json, "reference", reference, reference);
  add_verdict (json, "verdict", verdict);
  if (!balance_finding_get_binding (head))
    balance_json_add_flag (json, "informative", TRUE);
  add_counts (json, counts);
  balance_json_key (json, "findings");
  balance_json_begin (json, '[');
  for (guint i = first; i < first + n_run; i++)
    {
      g_autoptr (BalanceFinding) finding = g_list_model_get_item (findings, i);
      int id;

      if (!per_school && (!balance_finding_is_failure (finding) || n_failing++ >= MAX_FAILING_DISTRICTS))
        continue;
      id = get_finding (writer, finding);
      if (id == NOT_EMBEDDED)
        continue;
      balance_json_next (json);
      balance_json_count (json, (guint) id);
    }
  balance_json_end (json, ']');
  balance_json_end (json, '}');

  return n_run;
}

static void
add_list (Writer         *writer,
          BalanceJson    *json,
          GListModel     *findings,
          BalanceFinding *around)
{
  guint n_findings = findings == NULL ? 0 : g_list_model_get_n_items (findings);
  gboolean of_region = around != NULL && balance_finding_get_level (around) == BALANCE_LEVEL_REGION;
  gboolean of_school = around != NULL && balance_finding_is_per_school (around);

  balance_json_begin (json, '[');
  for (guint i = 0; i < n_findings;)
    {
      g_autoptr (BalanceFinding) finding = g_list_model_get_item (findings, i);
      int id;

      if ((balance_finding_is_per_school (finding) && !of_school) ||
          (of_region && balance_finding_get_level (finding) != BALANCE_LEVEL_REGION))
        {
          balance_json_next (json);
          i += add_run (writer, json, findings, i);
          continue;
        }
      id = get_finding (writer, finding);
      if (id != NOT_EMBEDDED)
        {
          balance_json_next (json);
          balance_json_count (json, (guint) id);
        }
      i++;
    }
  balance_json_end (json, ']');
}

static void
add_children (Writer         *writer,
              BalanceJson    *json,
              GListModel     *findings,
              BalanceFinding *around)
{
  if (findings == NULL || g_list_model_get_n_items (findings) == 0)
    return;
  balance_json_key (json, "children");
  add_list (writer, json, findings, around);
}

/* --- districts ----------------------------------------------------------------------------------------------- */

static void
add_named (Writer         *writer,
           GPtrArray      *failing,
           BalanceVerdict  verdict,
           guint          *n_named)
{
  for (guint i = 0; i < failing->len && *n_named < MAX_NAMED; i++)
    {
      BalanceFinding *finding = g_ptr_array_index (failing, i);
      int id = balance_finding_get_verdict (finding) == verdict ? get_finding (writer, finding) : NOT_EMBEDDED;

      if (id == NOT_EMBEDDED)
        continue;
      balance_json_next (&writer->json);
      balance_json_count (&writer->json, (guint) id);
      (*n_named)++;
    }
}

static void
add_reasons (Writer     *writer,
             const char *name,
             GListModel *findings)
{
  BalanceJson *json = &writer->json;
  g_autoptr (GPtrArray) reasons = balance_reasons_new (findings);

  balance_json_key (json, name);
  balance_json_begin (json, '[');
  for (guint i = 0; i < reasons->len; i++)
    {
      BalanceReason *reason = g_ptr_array_index (reasons, i);
      int id = get_finding (writer, reason->finding);
      guint n_named = 0;

      balance_json_next (json);
      balance_json_begin (json, '{');
      balance_json_add_string (json, "id", balance_finding_get_id (reason->finding));
      balance_html_texts_add (&writer->texts, json, "title", balance_finding_get_title (reason->finding, "zh"), balance_finding_get_title (reason->finding, "en"));
      if (!reason->per_school)
        {
          if (id != NOT_EMBEDDED)
            balance_json_add_count (json, "finding", (guint) id);
          add_verdict (json, "verdict", balance_finding_get_verdict (reason->finding));
        }
      else
        {
          balance_json_add_string (json, "each", get_level_name (balance_finding_get_level (reason->finding)));
          add_verdict (json, "verdict", reason->counts[BALANCE_VERDICT_UNMET] > 0 ? BALANCE_VERDICT_UNMET : BALANCE_VERDICT_UNDETERMINED);
          add_counts (json, reason->counts);
          balance_json_key (json, "findings");
          balance_json_begin (json, '[');
          add_named (writer, reason->failing, BALANCE_VERDICT_UNMET, &n_named);
          add_named (writer, reason->failing, BALANCE_VERDICT_UNDETERMINED, &n_named);
          balance_json_end (json, ']');
        }
      balance_json_end (json, '}');
    }
  balance_json_end (json, ']');
}

static char *
make_group_path (BalanceGroup *group,
                 const char   *requirement)
{
  return g_strdup_printf ("districts/%s/%s/%s", balance_group_get_district_code (group), balance_group_get_stage (group), requirement);
}

static void
add_group_indicator (Writer           *writer,
                     BalanceGroup     *group,
                     BalanceIndicator *indicator,
                     guint             position)
{
  BalanceJson *json = &writer->json;
  const char *id = balance_indicator_get_id (indicator);
  double mean = balance_group_get_mean (group, id);
  double cv = balance_group_get_cv (group, id);
  double limit = balance_group_get_cv_limit (group, id);
  g_autofree char *mean_text = balance_number_text (mean, MAX (0, balance_indicator_get_decimals (indicator)),
                                                    balance_indicator_get_unit (indicator));
  g_autofree char *cv_text = balance_number_text_beside (cv, limit, 3, NULL);
  g_autofree char *limit_text = balance_number_limit_text (limit);
  int rule = balance_evaluation_find_dispersion (writer->evaluation, position, NULL);
  guint finding;

  balance_json_next (json);
  balance_json_begin (json, '{');
  balance_json_add_string (json, "id", id);
  balance_json_add_number (json, "mean", mean);
  balance_html_texts_add (&writer->texts, json, "mean_text", mean_text, mean_text);
  balance_json_add_number (json, "cv", cv);
  balance_html_texts_add (&writer->texts, json, "cv_text", cv_text, cv_text);
  balance_json_add_number (json, "cv_limit", limit);
  balance_html_texts_add (&writer->texts, json, "limit_text", limit_text, limit_text);
  add_verdict (json, "verdict", balance_group_get_cv_verdict (group, id));
  if (rule >= 0)
    {
      const BalanceRule *of = g_ptr_array_index (writer->standard->pack->rules, rule);
      g_autofree char *path = make_group_path (group, of->id);

      if (balance_html_pool_find (&writer->findings, path, &finding))
        balance_json_add_count (json, "finding", finding);
    }
  balance_json_end (json, '}');
}

/* The requirement on the mean of the coefficients of variation, where the standard has one. */
static void
add_composite_finding (Writer       *writer,
                       BalanceGroup *group)
{
  GPtrArray *rules = writer->standard->pack->rules;

  for (guint i = 0; i < rules->len; i++)
    {
      const BalanceRule *rule = g_ptr_array_index (rules, i);
      g_autofree char *path = NULL;
      guint finding;

      if (rule->kind != BALANCE_RULE_DISPERSION || rule->level != BALANCE_LEVEL_STAGE || !rule->combine)
        continue;
      path = make_group_path (group, rule->id);
      if (balance_html_pool_find (&writer->findings, path, &finding))
        {
          balance_json_add_count (&writer->json, "composite_finding", finding);
          return;
        }
    }
}

static void
add_group (Writer       *writer,
           BalanceGroup *group)
{
  BalanceJson *json = &writer->json;
  g_autoptr (GListModel) indicators = balance_standard_get_indicators (writer->standard);
  double composite = balance_group_get_composite_cv (group);
  g_autofree char *weight = balance_number_text (balance_group_get_weight (group), 0, NULL);
  g_autofree char *composite_text = balance_number_text (composite, 3, NULL);

  balance_json_next (json);
  balance_json_begin (json, '{');
  balance_json_add_string (json, "stage", balance_group_get_stage (group));
  balance_json_add_count (json, "sections", balance_group_get_n_sections (group));
  balance_json_add_number (json, "weight", balance_group_get_weight (group));
  balance_html_texts_add (&writer->texts, json, "weight_text", weight, weight);
  add_verdict (json, "verdict", balance_group_get_verdict (group));
  balance_json_add_number (json, "composite_cv", composite);
  balance_html_texts_add (&writer->texts, json, "composite_text", composite_text, composite_text);
  add_composite_finding (writer, group);
  balance_json_key (json, "indicators");
  balance_json_begin (json, '[');
  for (guint i = 0; i < g_list_model_get_n_items (indicators); i++)
    {
      g_autoptr (BalanceIndicator) indicator = g_list_model_get_item (indicators, i);

      if (balance_indicator_get_level (indicator) == BALANCE_LEVEL_SECTION)
        add_group_indicator (writer, group, indicator, i);
    }
  balance_json_end (json, ']');
  balance_json_end (json, '}');
}

/* Among all indicators of the standard, also those of other levels. */
static guint
get_position (Writer     *writer,
              const char *indicator)
{
  GPtrArray *indicators = writer->standard->pack->indicators;
  guint position = 0;

  g_ptr_array_find (indicators, balance_pack_find_indicator (writer->standard->pack, indicator), &position);

  return position;
}

/* An indicator that no requirement asks of the section has a finding of its own, which explains its value. */
static CellInfo *
get_cell (Writer        *writer,
          BalanceReplay *replay,
          guint          district,
          guint          row,
          const char    *stage,
          const char    *indicator,
          guint          position)
{
  g_autofree char *name = make_cell_name (writer->facts->district_codes[district],
                                          writer->facts->school_codes[writer->facts->section_school[row]], stage, indicator);
  CellInfo *cell = g_hash_table_lookup (writer->cells, name);

  if (cell == NULL && writer->everything)
    {
      g_autoptr (BalanceFinding) finding = balance_finding_new (replay, -1, (int) position, row);

      (void) get_finding (writer, finding);
      cell = g_hash_table_lookup (writer->cells, name);
    }

  return cell;
}

static void
add_section (Writer        *writer,
             BalanceReplay *replay,
             guint          district,
             guint          row)
{
  BalanceJson *json = &writer->json;
  g_autoptr (BalanceSection) section = g_list_model_get_item (writer->sections, row);
  const double *weights = writer->weights == NULL ? NULL : g_bytes_get_data (writer->weights, NULL);
  guint school = writer->facts->section_school[row];
  const char *stage = balance_section_get_stage (section);
  double weight = weights == NULL ? (double) NAN : weights[row];

  balance_json_next (json);
  balance_json_begin (json, '{');
  balance_json_add_string (json, "school", writer->facts->school_codes[school]);
  balance_json_add_string (json, "name", writer->facts->school_names[school]);
  balance_json_add_string (json, "stage", stage);
  balance_json_add_number (json, "weight", weight);
  balance_html_texts_take (&writer->texts, json, "weight_text", balance_number_text (weight, 0, NULL), balance_number_text (weight, 0, NULL));
  add_verdict (json, "verdict", balance_evaluation_get_section_verdict (writer->evaluation, section));
  balance_json_key (json, "cells");
  balance_json_begin (json, '[');
  for (guint i = 0; i < writer->columns->len; i++)
    {
      BalanceIndicatorColumn *column = g_ptr_array_index (writer->columns, i);
      g_autoptr (BalanceIndicator) indicator = balance_standard_find_indicator (writer->standard, column->id);
      BalanceVerdict verdict = balance_indicator_column_get_verdict (column, row);
      double value = balance_indicator_column_get_value (column, row);
      guint position = get_position (writer, column->id);
      CellInfo *cell = get_cell (writer, replay, district, row, stage, column->id, position);
      g_autofree char *text = balance_number_text_beside (value, cell == NULL ? (double) NAN : cell->limit,
                                                          MAX (0, balance_indicator_get_decimals (indicator)),
                                                          balance_indicator_get_unit (indicator));

      balance_json_next (json);
      balance_json_begin (json, '{');
      balance_json_add_string (json, "state", balance_state_name (verdict, balance_indicator_column_get_at_floor (column, row)));
      balance_json_add_number (json, "value", value);
      if (!isnan (value))
        balance_json_add_string (json, "text", text);
      if (!balance_replay_in_scope (replay, position, row))
        balance_json_add_flag (json, "outside", TRUE);
      if (cell != NULL)
        {
          add_known (json, "limit", cell->limit);
          if (cell->finding != NOT_EMBEDDED)
            balance_json_add_count (json, "finding", (guint) cell->finding);
        }
      balance_json_end (json, '}');
    }
  balance_json_end (json, ']');
  balance_json_end (json, '}');
}

static gboolean
is_plainly_met (Writer *writer,
                guint   row)
{
  g_autoptr (BalanceSection) section = g_list_model_get_item (writer->sections, row);
  BalanceVerdict verdict = balance_evaluation_get_section_verdict (writer->evaluation, section);

  return verdict == BALANCE_VERDICT_MET || verdict == BALANCE_VERDICT_NOT_APPLICABLE;
}

static gboolean
add_sections (Writer        *writer,
              BalanceReplay *replay,
              guint          district,
              GError       **error)
{
  guint first = writer->facts->district_sections[district], end = writer->facts->district_sections[district + 1];
  gboolean all = end - first <= BALANCE_HTML_MAX_SECTIONS;
  guint n = 0;

  balance_json_key (&writer->json, "sections");
  balance_json_begin (&writer->json, '[');
  for (guint row = first; row < end; row++)
    {
      if (!all && (n >= BALANCE_HTML_MAX_SECTIONS || is_plainly_met (writer, row)))
        continue;
      add_section (writer, replay, district, row);
      n++;
      if (!flush (writer, CHUNK, error))
        return FALSE;
    }
  balance_json_end (&writer->json, ']');
  balance_json_add_count (&writer->json, "more_sections", end - first - n);

  return TRUE;
}

static void
count_sections (Writer *writer,
                guint   district,
                guint   counts[4])
{
  for (guint k = 0; k < 4; k++)
    counts[k] = 0;
  for (guint row = writer->facts->district_sections[district]; row < writer->facts->district_sections[district + 1]; row++)
    {
      g_autoptr (BalanceSection) section = g_list_model_get_item (writer->sections, row);

      counts[balance_evaluation_get_section_verdict (writer->evaluation, section)]++;
    }
}

static gboolean
add_district (Writer   *writer,
              guint     district,
              gboolean  detailed,
              GError  **error)
{
  BalanceJson *json = &writer->json;
  const char *code = writer->facts->district_codes[district];
  guint counts[4];

  count_sections (writer, district, counts);
  balance_json_next (json);
  balance_json_begin (json, '{');
  balance_json_add_string (json, "code", code);
  balance_json_add_string (json, "name", writer->facts->district_names[district]);
  add_verdict (json, "verdict", balance_evaluation_get_district_verdict (writer->evaluation, code));
  add_counts (json, counts);
  if (detailed)
    {
      g_autoptr (GListModel) findings = balance_evaluation_get_findings (writer->evaluation, code);
      g_autoptr (BalanceReplay) replay = balance_replay_new (writer->evaluation, district);

      balance_json_key (json, "requirements");
      add_list (writer, json, findings, NULL);
      add_reasons (writer, "reasons", findings);
      balance_json_key (json, "groups");
      balance_json_begin (json, '[');
      for (guint i = 0; i < g_list_model_get_n_items (writer->groups); i++)
        {
          g_autoptr (BalanceGroup) group = g_list_model_get_item (writer->groups, i);

          if (g_strcmp0 (balance_group_get_district_code (group), code) == 0)
            add_group (writer, group);
        }
      balance_json_end (json, ']');
      if (!add_sections (writer, replay, district, error))
        return FALSE;
    }
  balance_json_end (json, '}');

  return flush (writer, CHUNK, error);
}

/* --- what was judged ----------------------------------------------------------------------------------------- */

static void
add_options (Writer  *writer,
             char   **options)
{
  BalanceJson *json = &writer->json;
  GPtrArray *declared = writer->standard->pack->options;

  balance_json_key (json, "options");
  balance_json_begin (json, '[');
  for (guint i = 0; options != NULL && options[i] != NULL; i++)
    {
      g_auto (GStrv) pair = g_strsplit (options[i], "=", 2);

      balance_json_next (json);
      balance_json_begin (json, '{');
      balance_json_add_string (json, "id", pair[0]);
      balance_json_add_string (json, "value", pair[1]);
      for (guint k = 0; declared != NULL && k < declared->len; k++)
        {
          const BalanceOption *option = g_ptr_array_index (declared, k);

          if (!g_str_equal (option->id, pair[0]))
            continue;
          balance_html_texts_add (&writer->texts, json, "title", balance_text_get (&option->title, BALANCE_LANGUAGE_ZH),
                                  balance_text_get (&option->title, BALANCE_LANGUAGE_EN));
          balance_html_texts_add (&writer->texts, json, "reference", option->reference, option->reference);
          if (g_strcmp0 (option->value, pair[1]) != 0)
            balance_json_add_flag (json, "chosen", TRUE);
        }
      balance_json_end (json, '}');
    }
  balance_json_end (json, ']');
}

static void
add_concessions (Writer  *writer,
                 char   **concessions)
{
  BalanceJson *json = &writer->json;
  GPtrArray *declared = writer->standard->pack->concessions;

  balance_json_key (json, "concessions");
  balance_json_begin (json, '[');
  for (guint i = 0; declared != NULL && i < declared->len; i++)
    {
      const BalanceConcession *concession = g_ptr_array_index (declared, i);

      if (concessions == NULL || !g_strv_contains ((const char *const *) concessions, concession->id))
        continue;
      balance_json_next (json);
      balance_json_begin (json, '{');
      balance_json_add_string (json, "id", concession->id);
      balance_html_texts_add (&writer->texts, json, "title", balance_text_get (&concession->title, BALANCE_LANGUAGE_ZH),
                              balance_text_get (&concession->title, BALANCE_LANGUAGE_EN));
      balance_html_texts_add (&writer->texts, json, "reference", concession->reference, concession->reference);
      balance_json_add_count (json, "duty_years", concession->duty_years);
      balance_json_end (json, '}');
    }
  balance_json_end (json, ']');
}

static void
add_standard (Writer *writer)
{
  BalanceJson *json = &writer->json;
  g_auto (GStrv) options = balance_evaluation_dup_options (writer->evaluation);
  g_auto (GStrv) concessions = balance_evaluation_dup_concessions (writer->evaluation);
  const char *reference = balance_standard_get_reference (writer->standard);

  balance_json_key (json, "standard");
  balance_json_begin (json, '{');
  balance_json_add_string (json, "id", balance_standard_get_id (writer->standard));
  balance_html_texts_add (&writer->texts, json, "title", balance_standard_get_title (writer->standard, "zh"), balance_standard_get_title (writer->standard, "en"));
  balance_html_texts_add (&writer->texts, json, "reference", reference, reference);
  balance_json_add_string (json, "as_of", balance_evaluation_get_as_of (writer->evaluation));
  add_options (writer, options);
  add_concessions (writer, concessions);
  balance_json_end (json, '}');
}

static void
add_census (Writer *writer)
{
  BalanceJson *json = &writer->json;
  g_auto (GStrv) sources = balance_census_dup_sources (balance_evaluation_get_census (writer->evaluation));

  balance_json_key (json, "census");
  balance_json_begin (json, '{');
  if (writer->facts->year != 0)
    balance_json_add_count (json, "year", (guint) writer->facts->year);
  balance_json_add_strings (json, "sources", (const char *const *) sources);
  balance_json_add_count (json, "districts", writer->facts->districts.n_rows);
  balance_json_add_count (json, "schools", writer->facts->schools.n_rows);
  balance_json_add_count (json, "sections", writer->facts->sections.n_rows);
  balance_json_end (json, '}');
}

static void
add_indicators (Writer *writer)
{
  BalanceJson *json = &writer->json;
  BalanceDictionary *dictionary = balance_standard_get_dictionary (writer->standard);

  balance_json_key (json, "stages");
  balance_json_begin (json, '[');
  for (guint i = 0; i < balance_dictionary_get_n_stages (dictionary); i++)
    {
      const BalanceChoice *stage = balance_dictionary_get_stage (dictionary, i);

      balance_json_next (json);
      balance_json_begin (json, '{');
      balance_json_add_string (json, "id", stage->id);
      balance_html_texts_add (&writer->texts, json, "title", balance_text_get (&stage->title, BALANCE_LANGUAGE_ZH), balance_text_get (&stage->title, BALANCE_LANGUAGE_EN));
      balance_json_end (json, '}');
    }
  balance_json_end (json, ']');

  balance_json_key (json, "indicators");
  balance_json_begin (json, '[');
  for (guint i = 0; i < writer->columns->len; i++)
    {
      BalanceIndicatorColumn *column = g_ptr_array_index (writer->columns, i);
      g_autoptr (BalanceIndicator) indicator = balance_standard_find_indicator (writer->standard, column->id);
      const char *unit = balance_indicator_get_unit (indicator);
      const char *reference = balance_indicator_get_reference (indicator);

      balance_json_next (json);
      balance_json_begin (json, '{');
      balance_json_add_string (json, "id", column->id);
      balance_html_texts_add (&writer->texts, json, "title", balance_indicator_get_title (indicator, "zh"), balance_indicator_get_title (indicator, "en"));
      balance_html_texts_take (&writer->texts, json, "unit", balance_dictionary_dup_unit_title (dictionary, unit, "zh"),
                               balance_dictionary_dup_unit_title (dictionary, unit, "en"));
      balance_html_texts_add (&writer->texts, json, "reference", reference, reference);
      balance_json_key (json, "limits");
      balance_json_begin (json, '{');
      for (guint stage = 0; stage < balance_dictionary_get_n_stages (dictionary); stage++)
        {
          const char *comparison = NULL, *id = balance_dictionary_get_stage (dictionary, stage)->id;
          const char *limit = balance_indicator_get_limit (indicator, id, &comparison);
          g_autofree char *text = limit == NULL ? NULL : g_strconcat (balance_comparison_sign (comparison), " ", limit, NULL);

          balance_html_texts_add (&writer->texts, json, id, text, text);
        }
      balance_json_end (json, '}');
      balance_json_end (json, '}');
    }
  balance_json_end (json, ']');
}

static void
add_problem (Writer         *writer,
             BalanceProblem *problem)
{
  static const char *const severities[] = { [BALANCE_SEVERITY_NOTE] = "note", [BALANCE_SEVERITY_WARNING] = "warning", [BALANCE_SEVERITY_ERROR] = "error" };
  BalanceJson *json = &writer->json;

  balance_json_next (json);
  balance_json_begin (json, '{');
  balance_json_add_string (json, "severity", severities[balance_problem_get_severity (problem)]);
  if (balance_problem_get_file (problem) != NULL)
    balance_json_add_string (json, "file", balance_problem_get_file (problem));
  if (balance_problem_get_sheet (problem) != NULL)
    balance_json_add_string (json, "sheet", balance_problem_get_sheet (problem));
  if (balance_problem_get_row (problem) > 0)
    balance_json_add_count (json, "row", balance_problem_get_row (problem));
  if (balance_problem_get_column (problem) > 0)
    balance_json_add_count (json, "column", balance_problem_get_column (problem));
  if (balance_problem_get_column_name (problem) != NULL)
    balance_json_add_string (json, "column_name", balance_problem_get_column_name (problem));
  if (balance_problem_get_found (problem) != NULL)
    balance_json_add_string (json, "found", balance_problem_get_found (problem));
  balance_html_texts_add (&writer->texts, json, "message", balance_problem_get_message (problem, "zh"), balance_problem_get_message (problem, "en"));
  balance_html_texts_add (&writer->texts, json, "expected", balance_problem_get_expected (problem, "zh"), balance_problem_get_expected (problem, "en"));
  balance_html_texts_add (&writer->texts, json, "remedy", balance_problem_get_remedy (problem, "zh"), balance_problem_get_remedy (problem, "en"));
  balance_json_end (json, '}');
}

static void
add_problems (Writer     *writer,
              const char *name,
              GListModel *problems,
              gboolean    notes)
{
  BalanceJson *json = &writer->json;
  guint n_problems = problems == NULL ? 0 : g_list_model_get_n_items (problems), n = 0, n_more = 0;
  g_autofree char *more = g_strconcat ("more_", name, NULL);

  balance_json_key (json, name);
  balance_json_begin (json, '[');
  for (guint i = 0; i < n_problems; i++)
    {
      g_autoptr (BalanceProblem) problem = g_list_model_get_item (problems, i);

      if (!notes && balance_problem_get_severity (problem) == BALANCE_SEVERITY_NOTE)
        continue;
      if (n++ < BALANCE_HTML_MAX_PROBLEMS)
        add_problem (writer, problem);
      else
        n_more++;
    }
  balance_json_end (json, ']');
  balance_json_add_count (json, more, n_more);
}

static gboolean
add_pool (Writer      *writer,
          const char  *name,
          BalanceHtmlPool        *pool,
          GError     **error)
{
  balance_json_key (&writer->json, name);
  balance_json_begin (&writer->json, '[');

  if (!flush (writer, 0, error) ||
      !g_output_stream_write_all (writer->stream, pool->json.text->str, pool->json.text->len, NULL, writer->cancellable, error))
    return FALSE;
  balance_json_end (&writer->json, ']');

  return TRUE;
}

static gboolean
is_shown (Writer *writer,
          guint   district)
{
  const char *only = writer->report->district;
  guint n_districts = writer->facts->districts.n_rows;

  if (only != NULL)
    return g_strcmp0 (only, writer->facts->district_codes[district]) == 0;

  return n_districts == 1 || (n_districts <= BALANCE_HTML_MAX_DETAILED && writer->facts->sections.n_rows <= BALANCE_HTML_MAX_EXPLAINED);
}

static gboolean
write_all (Writer  *writer,
           GError **error)
{
  BalanceJson *json = &writer->json;
  g_autoptr (GListModel) notices = balance_evaluation_get_notices (writer->evaluation);
  g_autoptr (GListModel) of_region = balance_evaluation_get_findings (writer->evaluation, NULL);
  guint n_shown = 0;

  for (guint i = 0; i < writer->facts->districts.n_rows; i++)
    if (is_shown (writer, i))
      n_shown += writer->facts->district_sections[i + 1] - writer->facts->district_sections[i];
  writer->everything = n_shown <= BALANCE_HTML_MAX_EXPLAINED;

  balance_json_begin (json, '{');
  balance_json_add_string (json, "balance", BALANCE_VERSION_S);
  balance_json_add_string (json, "language", balance_report_get_language (writer->report));
  add_standard (writer);
  add_census (writer);
  add_verdict (json, "verdict", balance_evaluation_get_verdict (writer->evaluation));
  add_indicators (writer);
  balance_json_key (json, "districts");
  balance_json_begin (json, '[');
  for (guint i = 0; i < writer->facts->districts.n_rows; i++)
    if (!add_district (writer, i, is_shown (writer, i), error))
      return FALSE;
  balance_json_end (json, ']');
  balance_json_key (json, "region");
  add_list (writer, json, of_region, NULL);
  add_reasons (writer, "region_reasons", of_region);
  add_problems (writer, "notices", notices, TRUE);
  add_problems (writer, "problems", writer->report->problems, FALSE);
  if (writer->everything)
    balance_json_add_flag (json, "everything", TRUE);
  balance_json_add_count (json, "more_findings", writer->n_left_out);
  if (writer->report->plan != NULL && !balance_html_plan_add (writer->report->plan, json, &writer->texts, error))
    return FALSE;
  if (writer->report->ledger != NULL && !balance_html_ledger_add (writer->report, json, &writer->texts, error))
    return FALSE;
  if (!add_pool (writer, "operands", &writer->operands, error) ||
      !add_pool (writer, "findings", &writer->findings, error) ||
      !add_pool (writer, "texts", &writer->texts, error))
    return FALSE;
  balance_json_end (json, '}');

  return flush (writer, 0, error);
}

gboolean
balance_html_data_write (BalanceReport  *report,
                         GOutputStream  *stream,
                         GCancellable   *cancellable,
                         GError        **error)
{
  BalanceEvaluation *evaluation = report->evaluation;
  BalanceCensus *census = balance_evaluation_get_census (evaluation);
  g_autoptr (GListModel) sections = balance_census_get_sections (census);
  g_autoptr (GListModel) groups = balance_evaluation_get_groups (evaluation);
  g_autoptr (GPtrArray) columns = balance_indicator_columns_new (evaluation, BALANCE_LEVEL_SECTION, error);
  g_autoptr (GBytes) weights = NULL;
  g_autoptr (GHashTable) cells = NULL;
  g_autoptr (GString) text = NULL;
  gboolean done;
  Writer writer;

  if (columns == NULL)
    return FALSE;

  weights = balance_evaluation_dup_weights (evaluation);
  cells = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  text = g_string_new (NULL);
  writer = (Writer) {
    .json = { text, TRUE, TRUE },
    .stream = stream,
    .cancellable = cancellable,
    .report = report,
    .evaluation = evaluation,
    .standard = balance_evaluation_get_standard (evaluation),
    .facts = census->facts,
    .sections = sections,
    .groups = groups,
    .columns = columns,
    .weights = weights,
    .cells = cells,
  };
  balance_html_pool_init (&writer.texts);
  balance_html_pool_init (&writer.operands);
  balance_html_pool_init (&writer.findings);
  balance_layout_init (&writer.zh, BALANCE_LANGUAGE_ZH, FALSE);
  balance_layout_init (&writer.en, BALANCE_LANGUAGE_EN, FALSE);

  done = write_all (&writer, error);

  g_free (balance_layout_end (&writer.zh));
  g_free (balance_layout_end (&writer.en));
  balance_html_pool_clear (&writer.texts);
  balance_html_pool_clear (&writer.operands);
  balance_html_pool_clear (&writer.findings);

  return done;
}
