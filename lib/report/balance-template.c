/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "base/balance-float-private.h"
#include "io/balance-header-private.h"
#include "io/balance-xlsx-private.h"
#include "report/balance-form-private.h"
#include "report/balance-wording-private.h"
#include "standard/balance-needs-private.h"

/* Rows that are prepared; more can be filled in, without drop-downs. */
#define ROWS 2000

typedef struct
{
  BalanceField      *field;
  int                stage;       /* -1: not for one stage */
  gboolean           required;    /* not only a concession or the printed form asks for it */
  const BalanceNeed *need;        /* nullable: identity */
  char              *header;
  char              *unit;        /* as it is asked for; nullable */
  BalanceDecimal     factor;      /* of that unit */
} Column;

typedef struct
{
  BalanceStandard   *standard;
  BalanceDictionary *dictionary;
  BalanceLanguage    language;
  BalanceForm       *form;        /* nullable */
  BalanceNeeds      *plain, *all;
  BalanceXlsx       *xlsx;
  GPtrArray         *schools, *counties;   /* of Column */
} Template;

static void
column_free (gpointer data)
{
  Column *self = data;

  g_free (self->header);
  g_free (self->unit);
  g_free (self);
}

static const char *
word (Template *self, const char *en, const char *zh)
{
  return self->language == BALANCE_LANGUAGE_ZH ? zh : en;
}

/* -- which columns ----------------------------------------------------------------------------------- */

/* The unit that the form asks for, else the base unit; none that the reader would not know again. */
static void
find_unit (Template *self, Column *column)
{
  const char *language = self->language == BALANCE_LANGUAGE_ZH ? "zh" : "en";
  const char *collected = self->form != NULL ? g_hash_table_lookup (self->form->collected, column->field->id) : NULL;

  column->factor = (BalanceDecimal) { 1, 0 };
  /* English titles of counts say what is counted */
  if (column->field->unit == NULL || (column->field->type == BALANCE_FIELD_COUNT && self->language == BALANCE_LANGUAGE_EN))
    return;
  if (collected != NULL && self->language == BALANCE_LANGUAGE_ZH &&
      balance_dictionary_match_unit (self->dictionary, column->field, collected, -1, &column->factor))
    {
      column->unit = g_strdup (collected);
      return;
    }

  column->unit = balance_dictionary_dup_unit_title (self->dictionary, column->field->unit, language);
  if (*column->unit == '\0' || !balance_dictionary_match_unit (self->dictionary, column->field, column->unit, -1, &column->factor))
    {
      g_clear_pointer (&column->unit, g_free);
      column->factor = (BalanceDecimal) { 1, 0 };
    }
}

static void
add_column (Template *self, GPtrArray *columns, BalanceField *field, int stage, gboolean required, const BalanceNeed *need)
{
  Column *column = g_new0 (Column, 1);
  const char *title = balance_text_get (&field->title, self->language);
  g_autofree char *name = NULL;

  column->field = field;
  column->stage = stage;
  column->required = required;
  column->need = need;
  find_unit (self, column);
  if (stage < 0)
    name = g_strdup (title);
  else if (self->language == BALANCE_LANGUAGE_ZH)
    name = balance_header_for_stage (field, balance_dictionary_get_stage (self->dictionary, (guint) stage), self->language);
  else
    name = g_strdup_printf ("%s (%s)", title, balance_dictionary_get_stage (self->dictionary, (guint) stage)->id);
  column->header = column->unit == NULL ? g_steal_pointer (&name)
                                        : g_strdup_printf (word (self, "%s (%s)", "%s（%s）"), name, column->unit);
  g_ptr_array_add (columns, column);
}

static void
add_identity (Template *self, GPtrArray *columns, BalanceIdentity identity)
{
  BalanceField *field = self->dictionary->identity[identity];

  if (field != NULL)
    add_column (self, columns, field, -1, TRUE, balance_needs_get (self->all, field));
}

static gboolean
is_identity (Template *self, BalanceField *field)
{
  for (guint i = 0; i < BALANCE_N_IDS; i++)
    if (self->dictionary->identity[i] == field)
      return TRUE;
  return FALSE;
}

/* What is said of an attested item beside yes or no. */
static void
add_companions (Template *self, GPtrArray *columns, BalanceField *field)
{
  static const char *const names[] = { BALANCE_CONCLUSION, BALANCE_EVIDENCE };

  for (guint i = 0; i < G_N_ELEMENTS (names) && field->type == BALANCE_FIELD_ATTESTED; i++)
    {
      g_autofree char *id = g_strconcat (field->id, ".", names[i], NULL);
      BalanceField *companion = balance_dictionary_find (self->dictionary, id);

      if (companion != NULL && balance_needs_get (self->all, companion) == NULL)
        add_column (self, columns, companion, -1, FALSE, NULL);
    }
}

static void
add_needed (Template *self, GPtrArray *columns, BalanceField *field, int stage)
{
  const BalanceNeed *need = balance_needs_get (self->all, field), *plain = balance_needs_get (self->plain, field);

  if (need == NULL || field->formula != NULL || is_identity (self, field))
    return;
  if (stage >= 0 && !need->stages[stage])
    return;
  add_column (self, columns, field, stage, plain != NULL && (stage < 0 || plain->stages[stage]), need);
  add_companions (self, columns, field);
}

static void
collect_columns (Template *self)
{
  guint n_stages = balance_dictionary_get_n_stages (self->dictionary);
  GPtrArray *fields = self->dictionary->fields;

  add_identity (self, self->schools, BALANCE_ID_YEAR);
  add_identity (self, self->schools, BALANCE_ID_DISTRICT_CODE);
  add_identity (self, self->schools, BALANCE_ID_DISTRICT_NAME);
  add_identity (self, self->schools, BALANCE_ID_SCHOOL_CODE);
  add_identity (self, self->schools, BALANCE_ID_SCHOOL_NAME);
  add_identity (self, self->schools, BALANCE_ID_KIND);
  /* what a school is, what its stages have, what it has as a whole: the order in which it is filled in */
  for (guint i = 0; i < fields->len; i++)
    {
      BalanceField *field = g_ptr_array_index (fields, i);

      if (field->level == BALANCE_LEVEL_SCHOOL && field->type != BALANCE_FIELD_COUNT && field->type != BALANCE_FIELD_AMOUNT)
        add_needed (self, self->schools, field, -1);
    }
  for (guint stage = 0; stage < n_stages; stage++)
    for (guint i = 0; i < fields->len; i++)
      {
        BalanceField *field = g_ptr_array_index (fields, i);

        if (field->level == BALANCE_LEVEL_SECTION)
          add_needed (self, self->schools, field, (int) stage);
      }
  for (guint i = 0; i < fields->len; i++)
    {
      BalanceField *field = g_ptr_array_index (fields, i);

      if (field->level == BALANCE_LEVEL_SCHOOL && (field->type == BALANCE_FIELD_COUNT || field->type == BALANCE_FIELD_AMOUNT))
        add_needed (self, self->schools, field, -1);
    }

  add_identity (self, self->counties, BALANCE_ID_YEAR);
  add_identity (self, self->counties, BALANCE_ID_DISTRICT_CODE);
  add_identity (self, self->counties, BALANCE_ID_DISTRICT_NAME);
  for (guint i = 0; i < fields->len; i++)
    {
      BalanceField *field = g_ptr_array_index (fields, i);

      if (field->level == BALANCE_LEVEL_DISTRICT || field->level == BALANCE_LEVEL_REGION)
        add_needed (self, self->counties, field, -1);
    }
}

/* -- what a column says of itself -------------------------------------------------------------------- */

static char *
dup_range (Template *self, const Column *column)
{
  const BalanceField *field = column->field;
  gboolean not_negative = field->type == BALANCE_FIELD_COUNT || field->type == BALANCE_FIELD_AMOUNT;
  g_autofree char *low = field->has_min ? balance_decimal_to_string (&field->min) : NULL;
  g_autofree char *high = field->has_max ? balance_decimal_to_string (&field->max) : NULL;
  const char *unit = "";
  g_autofree char *base = NULL;

  if (field->unit != NULL && (low != NULL || high != NULL))
    {
      base = balance_dictionary_dup_unit_title (self->dictionary, field->unit, word (self, "en", "zh"));
      unit = base;
    }
  if (low == NULL && not_negative)
    low = g_strdup ("0");
  if (low != NULL && high != NULL)
    return g_strdup_printf (word (self, "%s to %s %s", "%s至%s%s"), low, high, unit);
  if (low != NULL)
    return g_strdup_printf (word (self, "at least %s %s", "不小于%s%s"), low, unit);
  if (high != NULL)
    return g_strdup_printf (word (self, "at most %s %s", "不大于%s%s"), high, unit);
  return NULL;
}

static char *
dup_type (Template *self, const Column *column)
{
  g_autofree char *range = dup_range (self, column);
  const char *type;

  switch (column->field->type)
    {
    case BALANCE_FIELD_COUNT:    type = word (self, "whole number", "整数"); break;
    case BALANCE_FIELD_AMOUNT:
    case BALANCE_FIELD_NUMBER:   type = word (self, "number", "数值"); break;
    case BALANCE_FIELD_SHARE:    type = word (self, "share from 0 to 1, or per cent", "比例（0至1，或百分数）"); break;
    case BALANCE_FIELD_FLAG:     type = word (self, "yes or no", "是或否"); break;
    case BALANCE_FIELD_ATTESTED: type = word (self, "yes or no, as attested", "是或否（认定）"); break;
    case BALANCE_FIELD_CHOICE:   type = word (self, "one of the list", "从列表中选择"); break;
    case BALANCE_FIELD_DATE:     type = word (self, "date (YYYY-MM-DD)", "日期（年-月-日）"); break;
    case BALANCE_FIELD_YEAR:     type = word (self, "year (four digits)", "年度（四位数字）"); break;
    case BALANCE_FIELD_TEXT:
    default:                     type = word (self, "text", "文字"); break;
    }

  return range == NULL ? g_strdup (type) : g_strdup_printf (word (self, "%s, %s", "%s，%s"), type, range);
}

/* Which requirements read it and where they come from. */
static char *
dup_purpose (Template *self, const Column *column)
{
  GString *text = g_string_new (NULL);

  if (is_identity (self, column->field))
    g_string_append (text, word (self, "says whose data they are", "标明数据所属"));
  for (guint i = 0; column->need != NULL && i < column->need->rules->len; i++)
    {
      const BalanceRule *rule = g_ptr_array_index (column->need->rules, i);

      if (i >= 4)
        {
          g_string_append (text, word (self, "; and others", "；等"));
          break;
        }
      g_string_append_printf (text, "%s%s %s", text->len > 0 ? word (self, "; ", "；") : "", rule->id,
                              balance_text_get (&rule->title, self->language));
      if (rule->reference != NULL)
        g_string_append_printf (text, word (self, " (%s)", "（%s）"), rule->reference);
    }
  if (column->field->companion)
    g_string_append (text, g_str_has_suffix (column->field->id, "." BALANCE_CONCLUSION)
                             ? word (self, "the conclusion in a sentence, as the form prints it", "用一句话写明结论，按原文印入申报表")
                             : word (self, "the documents that prove it, one after the other with ; between", "证明该项的文件清单，用分号隔开"));
  if (text->len == 0)
    g_string_append (text, word (self, "for the printed form or the dispersion", "用于申报表、权重或填报说明"));
  if (!column->required && !column->field->companion)
    g_string_append (text, word (self, "; may stay empty where no concession is claimed and no form is printed",
                                 "；不适用放宽规定、不打印申报表时可不填"));

  return g_string_free (text, FALSE);
}

/* -- checks ------------------------------------------------------------------------------------------ */

static double
in_unit (const BalanceDecimal *bound, const Column *column)
{
  double number = (double) bound->digits / (double) balance_power_of_ten (bound->scale);

  return number / ((double) column->factor.digits / (double) balance_power_of_ten (column->factor.scale));
}

static void
add_number_check (Template *self, lxw_worksheet *sheet, guint at, const Column *column)
{
  const BalanceField *field = column->field;
  lxw_data_validation check = { .ignore_blank = LXW_VALIDATION_ON };
  gboolean whole = field->type == BALANCE_FIELD_COUNT || field->type == BALANCE_FIELD_YEAR;
  gboolean not_negative = field->type == BALANCE_FIELD_COUNT || field->type == BALANCE_FIELD_AMOUNT;
  gboolean low = field->has_min || not_negative, high = field->has_max;
  g_autofree char *message = dup_type (self, column);

  /* whole numbers of a multiple of the unit are no whole numbers: 1.5 万人 */
  whole = whole && column->factor.digits == 1 && column->factor.scale == 0;
  check.validate = whole ? LXW_VALIDATION_TYPE_INTEGER : LXW_VALIDATION_TYPE_DECIMAL;
  check.minimum_number = field->has_min ? in_unit (&field->min, column) : 0.0;
  check.maximum_number = field->has_max ? in_unit (&field->max, column) : 0.0;
  if (field->type == BALANCE_FIELD_YEAR)
    {
      check.minimum_number = 1800;
      check.maximum_number = 2200;
      low = high = TRUE;
    }
  else if (field->type == BALANCE_FIELD_SHARE)
    {
      check.minimum_number = 0.0;
      check.maximum_number = 1.0;
      low = high = TRUE;
    }
  if (low && high)
    {
      check.criteria = LXW_VALIDATION_CRITERIA_BETWEEN;
    }
  else if (low)
    {
      check.criteria = LXW_VALIDATION_CRITERIA_GREATER_THAN_OR_EQUAL_TO;
      check.value_number = check.minimum_number;
    }
  else if (high)
    {
      check.criteria = LXW_VALIDATION_CRITERIA_LESS_THAN_OR_EQUAL_TO;
      check.value_number = check.maximum_number;
    }
  else
    {
      /* any number, but a number */
      check.criteria = LXW_VALIDATION_CRITERIA_BETWEEN;
      check.minimum_number = -1e15;
      check.maximum_number = 1e15;
    }
  check.error_title = (char *) word (self, "Not a valid value", "数值不符");
  check.error_message = message;
  balance_lxw->worksheet_data_validation_range (sheet, 1, (lxw_col_t) at, ROWS, (lxw_col_t) at, &check);
}

static void
add_date_check (Template *self, lxw_worksheet *sheet, guint at)
{
  lxw_data_validation check = { .validate = LXW_VALIDATION_TYPE_DATE, .criteria = LXW_VALIDATION_CRITERIA_BETWEEN,
                                .ignore_blank = LXW_VALIDATION_ON };

  check.minimum_datetime = (lxw_datetime) { 1949, 1, 1, 0, 0, 0.0 };
  check.maximum_datetime = (lxw_datetime) { 2199, 12, 31, 0, 0, 0.0 };
  check.error_title = (char *) word (self, "Not a date", "日期不符");
  check.error_message = (char *) word (self, "Please write a date such as 2024-09-01.", "请填写日期，如2024-09-01。");
  balance_lxw->worksheet_data_validation_range (sheet, 1, (lxw_col_t) at, ROWS, (lxw_col_t) at, &check);
}

static void
add_check (Template *self, lxw_worksheet *sheet, guint at, const Column *column)
{
  g_autoptr(GPtrArray) choices = NULL;

  switch (column->field->type)
    {
    case BALANCE_FIELD_COUNT:
    case BALANCE_FIELD_AMOUNT:
    case BALANCE_FIELD_NUMBER:
    case BALANCE_FIELD_SHARE:
    case BALANCE_FIELD_YEAR:
      add_number_check (self, sheet, at, column);
      break;

    case BALANCE_FIELD_DATE:
      add_date_check (self, sheet, at);
      break;

    case BALANCE_FIELD_FLAG:
    case BALANCE_FIELD_ATTESTED:
      {
        const char *const words[] = { word (self, "yes", "是"), word (self, "no", "否"), NULL };

        balance_xlsx_choices (self->xlsx, sheet, 1, at, ROWS, at, words);
        break;
      }

    case BALANCE_FIELD_CHOICE:
      choices = g_ptr_array_new ();
      for (guint i = 0; column->field->choices != NULL && i < column->field->choices->len; i++)
        g_ptr_array_add (choices, (gpointer) balance_text_get (&((BalanceChoice *) g_ptr_array_index (column->field->choices, i))->title,
                                                               self->language));
      g_ptr_array_add (choices, NULL);
      balance_xlsx_choices (self->xlsx, sheet, 1, at, ROWS, at, (const char *const *) choices->pdata);
      break;

    case BALANCE_FIELD_TEXT:
    default:
      break;
    }
}

/* -- sheets ------------------------------------------------------------------------------------------ */

static lxw_format *
input_format (Template *self, const Column *column)
{
  switch (column->field->type)
    {
    case BALANCE_FIELD_TEXT:
      return balance_xlsx_format (self->xlsx, BALANCE_XLSX_CODE, BALANCE_XLSX_CLEAR, -1);
    case BALANCE_FIELD_DATE:
      return balance_xlsx_format (self->xlsx, BALANCE_XLSX_DATE, BALANCE_XLSX_CLEAR, -1);
    case BALANCE_FIELD_FLAG:
    case BALANCE_FIELD_ATTESTED:
    case BALANCE_FIELD_CHOICE:
      return balance_xlsx_format (self->xlsx, BALANCE_XLSX_CENTRE, BALANCE_XLSX_CLEAR, -1);
    case BALANCE_FIELD_COUNT:
    case BALANCE_FIELD_AMOUNT:
    case BALANCE_FIELD_NUMBER:
    case BALANCE_FIELD_SHARE:
    case BALANCE_FIELD_YEAR:
    default:
      return balance_xlsx_format (self->xlsx, BALANCE_XLSX_NUMBER, BALANCE_XLSX_CLEAR, -1);
    }
}

static void
add_input_sheet (Template *self, const char *name, GPtrArray *columns, guint n_frozen)
{
  lxw_worksheet *sheet = balance_xlsx_add_sheet (self->xlsx, name);
  guint lines = 1;

  for (guint i = 0; i < columns->len; i++)
    {
      const Column *column = g_ptr_array_index (columns, i);
      gboolean text = column->field->type == BALANCE_FIELD_TEXT;
      double width = text ? (column->field->level == BALANCE_LEVEL_SCHOOL ? 22 : 18) : 11;
      g_autofree char *type = dup_type (self, column), *purpose = dup_purpose (self, column), *comment = NULL;

      comment = g_strdup_printf (word (self, "%s\n%s\nFor: %s\nLeave it empty where it is not known: empty is not zero.",
                                       "%s\n%s\n用途：%s\n未知请留空；留空不等于0。"),
                                 column->header, type, purpose);
      balance_lxw->worksheet_set_column (sheet, (lxw_col_t) i, (lxw_col_t) i, width, input_format (self, column));
      balance_xlsx_text (self->xlsx, sheet, 0, i, column->header,
                         balance_xlsx_format (self->xlsx, BALANCE_XLSX_HEADER, column->required ? BALANCE_XLSX_INPUT : BALANCE_XLSX_OPTIONAL, -1));
      balance_xlsx_comment (self->xlsx, sheet, 0, i, comment);
      add_check (self, sheet, i, column);
      lines = MAX (lines, balance_xlsx_lines (column->header, width));
    }
  balance_lxw->worksheet_set_row (sheet, 0, 14.0 * lines + 4, NULL);
  balance_lxw->worksheet_freeze_panes (sheet, 1, (lxw_col_t) MIN (n_frozen, columns->len));
  balance_xlsx_print (self->xlsx, sheet, 0, 0);
}

static void
add_guide_sheet (Template *self)
{
  lxw_worksheet *sheet = balance_xlsx_add_sheet (self->xlsx, word (self, "How to fill in", "填报说明"));
  lxw_format *header = balance_xlsx_format (self->xlsx, BALANCE_XLSX_HEADER, BALANCE_XLSX_CLEAR, -1);
  lxw_format *cell = balance_xlsx_format (self->xlsx, BALANCE_XLSX_TEXT, BALANCE_XLSX_CLEAR, -1);
  /* a column of bare names of fields beside what is said of them would be read as a table that lies on its side */
  const char *const heads[] = { word (self, "Sheet and header", "工作表与列标题"), word (self, "Required", "是否必填"),
                                word (self, "What to write", "填写内容"), word (self, "What it is for, by which document", "用途与依据") };
  static const double widths[] = { 42, 10, 28, 64 };
  g_autofree char *general = g_strdup_printf (
    word (self, "To be filled in for: %s (%s). One row per school, one row for the county. A facility or a stage that a school does not have "
                "is 0 or stays empty as the case is: empty means “not known”, 0 means “there is none”. Amounts that the stages of a school "
                "share (area, equipment) are entered once for the school. Headers must not be changed; columns may be left out or moved.",
          "本表用于：%s（%s）。学校表每校一行，县级表每县一行。留空表示“未知”，0表示“没有”，二者不同；学校没有的学段，该学段各列留空。"
          "各学段共用的面积、设备等按全校填写一次，由系统按规定拆分。请勿改动列标题；列可以删除或移动。"),
    balance_text_get (&self->standard->pack->title, self->language), self->standard->pack->id);
  GPtrArray *lists[] = { self->schools, self->counties };
  const char *names[] = { word (self, "Schools", "学校"), word (self, "County", "县级") };
  guint row = 3;

  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    balance_lxw->worksheet_set_column (sheet, (lxw_col_t) i, (lxw_col_t) i, widths[i], NULL);
  balance_xlsx_merge (self->xlsx, sheet, 0, 0, 0, 3, word (self, "How to fill in", "填报说明"), balance_xlsx_format (self->xlsx, BALANCE_XLSX_TITLE, BALANCE_XLSX_CLEAR, -1));
  balance_lxw->worksheet_set_row (sheet, 0, 28, NULL);
  balance_xlsx_merge (self->xlsx, sheet, 1, 0, 1, 3, general, balance_xlsx_format (self->xlsx, BALANCE_XLSX_NOTE, BALANCE_XLSX_CLEAR, -1));
  balance_lxw->worksheet_set_row (sheet, 1, 13.0 * balance_xlsx_lines (general, 150) + 4, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    balance_xlsx_text (self->xlsx, sheet, 2, i, heads[i], header);
  for (guint k = 0; k < G_N_ELEMENTS (lists); k++)
    for (guint i = 0; i < lists[k]->len; i++, row++)
      {
        const Column *column = g_ptr_array_index (lists[k], i);
        g_autofree char *type = dup_type (self, column), *purpose = dup_purpose (self, column);

        g_autofree char *name = g_strdup_printf (word (self, "%s: %s", "%s：%s"), names[k], column->header);

        balance_xlsx_text (self->xlsx, sheet, row, 0, name, cell);
        balance_xlsx_text (self->xlsx, sheet, row, 1, column->required ? word (self, "yes", "是") : word (self, "no", "否"), cell);
        balance_xlsx_text (self->xlsx, sheet, row, 2, type, cell);
        balance_xlsx_text (self->xlsx, sheet, row, 3, purpose, cell);
        balance_lxw->worksheet_set_row (sheet, row, 13.5 * MAX (MAX (balance_xlsx_lines (purpose, widths[3]), balance_xlsx_lines (name, widths[0])),
                                                   balance_xlsx_lines (type, widths[2])) + 2, NULL);
      }
  balance_lxw->worksheet_freeze_panes (sheet, 3, 0);
  balance_xlsx_print (self->xlsx, sheet, 2, 2);
}

/* -- entry ------------------------------------------------------------------------------------------- */

typedef struct
{
  BalanceScheme *scheme;
  BalanceNeeds  *needs;
} FormNeeds;

static void
add_formula (const BalanceExpression *formula, BalanceLevel level, guint line, guint column, gpointer data)
{
  FormNeeds *self = data;
  BalanceContext context = { .level = level, .file = formula->file, .line = line, .column = column };
  BalanceTyping typing;
  BalanceNode *node = balance_program_compile (self->scheme->program, formula, &context, &typing);

  if (node != NULL)
    balance_needs_add_node (self->needs, node);
}

/**
 * balance_standard_write_template:
 * @self: a standard
 * @language: (nullable): the language of the headers and notes, `zh` or `en`
 * @as_of: (nullable): the date whose rules apply, as an ISO date; %NULL for today
 * @options: (nullable) (array zero-terminated=1): options of the standard that differ from their defaults, as "id=value"
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes an empty workbook (XLSX) to fill in: one sheet with a row per school, one with a row per county, with
 * exactly the columns that the standard reads, and one that says what each is for. Drop-downs and checks follow
 * the data dictionary. What was filled in is read by [class@Balance.Reader] without a map.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_standard_write_template (BalanceStandard    *self,
                                 const char         *language,
                                 const char         *as_of,
                                 const char *const  *options,
                                 GOutputStream      *stream,
                                 GCancellable       *cancellable,
                                 GError            **error)
{
  BALANCE_FLOAT_DEFAULT;
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(BalanceScheme) plain = NULL, all = NULL;
  g_autoptr(BalanceNeeds) plain_needs = NULL, all_needs = NULL;
  g_autoptr(BalanceForm) form = NULL;
  g_autoptr(BalanceXlsx) xlsx = NULL;
  g_autoptr(GPtrArray) schools = g_ptr_array_new_with_free_func (column_free), counties = g_ptr_array_new_with_free_func (column_free);
  g_autofree gboolean *concessions = NULL;
  gint32 days = (gint32) (g_get_real_time () / G_USEC_PER_SEC / 86400);
  BalancePack *pack;
  Template template;
  FormNeeds form_needs;

  g_return_val_if_fail (BALANCE_IS_STANDARD (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  pack = self->pack;
  if (as_of != NULL && !balance_date_parse (as_of, -1, &days))
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA, "“%s” is not a date (YYYY-MM-DD)\n“%s”不是日期（YYYY-MM-DD）", as_of, as_of);
      return FALSE;
    }
  concessions = g_new (gboolean, pack->concessions->len + 1);
  for (guint i = 0; i < pack->concessions->len; i++)
    concessions[i] = TRUE;

  plain = balance_scheme_new (pack, self->used, options, days, NULL, problems);
  all = plain != NULL ? balance_scheme_new (pack, self->used, options, days, concessions, problems) : NULL;
  if (all == NULL)
    {
      balance_problems_throw (problems, BALANCE_ERROR_INVALID_DATA, error);
      return FALSE;
    }
  plain_needs = balance_needs_new (plain);
  all_needs = balance_needs_new (all);
  form = balance_form_find (pack, problems);
  form_needs = (FormNeeds) { all, all_needs };
  if (form != NULL)
    balance_form_foreach_formula (form, add_formula, &form_needs);
  if (balance_problems_count (problems, BALANCE_SEVERITY_ERROR) > 0)
    {
      balance_problems_throw (problems, BALANCE_ERROR_INVALID_PACK, error);
      return FALSE;
    }

  xlsx = balance_xlsx_new (balance_language_parse (language), balance_text_get (&pack->title, balance_language_parse (language)), as_of, error);
  if (xlsx == NULL)
    return FALSE;
  template = (Template) { self, pack->dictionary, balance_language_parse (language), form, plain_needs, all_needs, xlsx, schools, counties };
  collect_columns (&template);
  add_input_sheet (&template, word (&template, "Schools", "学校"), schools, 5);
  add_input_sheet (&template, word (&template, "County", "县级"), counties, 3);
  add_guide_sheet (&template);

  return balance_xlsx_finish (xlsx, stream, cancellable, error);
}
