/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The fields of a task: their names, how people write them, how they are kept. */

#include "planning/balance-task-private.h"

#include <string.h>

#include "census/balance-value-private.h"
#include "planning/balance-costs-private.h"

#define MAX_TEXT 4000
#define MAX_CODE 200
#define MAX_IDS  100

/* So many digits of what a unit does, beside twelve of the quantity, that the product is exact. */
#define MAX_AMOUNT 999999

typedef enum
{
  TEXT,
  CODE,        /* a text of one line */
  YEAR,
  PHASE,
  STAGE,
  KIND,
  TARGET,
  STATUS,
  IDS,         /* of requirements */
  TASKS,       /* numbers of tasks */
  QUANTITY,
  UNIT,
  MONEY,
  EFFECTS,
  DATE,
  PERCENT,
} Type;

static const struct { const char *id, *en, *zh; Type type; gboolean edited; } fields[BALANCE_TASK_N_FIELDS] = {
  { "year", "Year", "年度", YEAR, TRUE },
  { "district", "District code", "区县代码", CODE, TRUE },
  { "district_name", "District", "区县", CODE, TRUE },
  { "school", "School code", "学校代码", CODE, TRUE },
  { "school_name", "School", "学校", CODE, TRUE },
  { "giver", "From: code", "调出学校代码", CODE, TRUE },
  { "giver_name", "From: school", "调出学校", CODE, TRUE },
  { "stage", "Stage", "学段", STAGE, TRUE },
  { "kind", "Kind", "类别", KIND, TRUE },
  { "measure", "Measure id", "措施编号", CODE, FALSE },
  { "title", "What is to be done", "整改措施", TEXT, TRUE },
  { "requirements", "Requirements", "对应指标", IDS, TRUE },
  { "target", "Target", "整改目标", TARGET, TRUE },
  { "quantity", "Quantity", "数量", QUANTITY, TRUE },
  { "unit", "Unit", "单位", UNIT, TRUE },
  { "cost", "Cost (yuan)", "费用（元）", MONEY, TRUE },
  { "effects", "Effects on facts", "对数据的影响", EFFECTS, FALSE },
  { "phase", "Year of the plan", "方案年次", PHASE, FALSE },
  { "responsible_unit", "Responsible unit", "责任单位", CODE, TRUE },
  { "responsible_person", "Responsible person", "责任人", CODE, TRUE },
  { "start", "Start", "开始时间", DATE, TRUE },
  { "deadline", "Deadline", "完成时限", DATE, TRUE },
  { "depends_on", "Depends on", "前置任务", TASKS, TRUE },
  { "status", "Status", "进展", STATUS, TRUE },
  { "progress", "Per cent", "完成百分比", PERCENT, TRUE },
  { "finished", "Finished on", "完成日期", DATE, TRUE },
  { "verified_year", "Verified by the census of", "核验年度", YEAR, FALSE },
  { "reason", "Reason", "不再整改理由", TEXT, TRUE },
  { "evidence", "Evidence", "佐证材料", TEXT, TRUE },
};

typedef struct { const char *id, *en, *zh; } Word;

static const Word statuses[] = {
  { "open", "open", "待整改" },
  { "under_way", "under way", "整改中" },
  { "done", "done", "已完成" },
  { "verified", "verified", "已销号" },
  { "waived", "waived", "不再整改" },
};

static const Word kinds[] = {
  { "mend", "mend", "整改" },
  { "add", "add", "增补" },
  { "build", "build", "建设" },
  { "move", "move", "调配" },
};

static const Word targets[] = {
  { "limit", "limit", "达到要求" },
  { "floor", "floor", "达到底线" },
};

const char *
balance_task_field_get_id (BalanceTaskField field)
{
  return fields[field].id;
}

BalanceTaskField
balance_task_field_find (const char *name)
{
  guint i = 0;

  while (i < BALANCE_TASK_N_FIELDS && strcmp (fields[i].id, name) != 0 && strcmp (fields[i].zh, name) != 0 && g_ascii_strcasecmp (fields[i].en, name) != 0)
    i++;

  return (BalanceTaskField) i;
}

const char *
balance_task_field_get_title (BalanceTaskField field, BalanceLanguage language)
{
  return language == BALANCE_LANGUAGE_ZH ? fields[field].zh : fields[field].en;
}

gboolean
balance_task_field_is_number (BalanceTaskField field)
{
  return fields[field].type == YEAR || fields[field].type == PHASE || fields[field].type == PERCENT;
}

gboolean
balance_task_field_is_edited (BalanceTaskField field)
{
  return fields[field].edited;
}

const char *
balance_task_status_id (BalanceTaskStatus status)
{
  return statuses[status].id;
}

const char *
balance_task_status_word (BalanceTaskStatus status, BalanceLanguage language)
{
  return language == BALANCE_LANGUAGE_ZH ? statuses[status].zh : statuses[status].en;
}

const char *
balance_task_kind_id (BalanceTaskKind kind)
{
  return kinds[kind].id;
}

const char *
balance_task_kind_word (BalanceTaskKind kind, BalanceLanguage language)
{
  return language == BALANCE_LANGUAGE_ZH ? kinds[kind].zh : kinds[kind].en;
}

char *
balance_task_dup_today (void)
{
  return balance_date_to_string ((gint32) (g_get_real_time () / G_USEC_PER_SEC / 86400));
}

char *
balance_task_dup_quarter (const char *date)
{
  return date != NULL ? g_strdup_printf ("%.4sQ%d", date, ((date[5] - '0') * 10 + date[6] - '1') / 3 + 1) : NULL;
}

/* -- reading ----------------------------------------------------------------------------------------- */

static gboolean
expect (BalanceText *expected, const char *en, const char *zh)
{
  balance_text_set (expected, en, zh);

  return FALSE;
}

static gboolean
read_word (const Word *words, guint n_words, const char *text, char **value, BalanceText *expected)
{
  g_autoptr(GString) en = g_string_new (NULL), zh = g_string_new (NULL);

  for (guint i = 0; i < n_words; i++)
    {
      if (g_ascii_strcasecmp (text, words[i].id) == 0 || g_ascii_strcasecmp (text, words[i].en) == 0 || strcmp (text, words[i].zh) == 0)
        {
          *value = g_strdup (words[i].id);
          return TRUE;
        }
      g_string_append_printf (en, "%s%s", i == 0 ? "" : i + 1 < n_words ? ", " : " or ", words[i].en);
      g_string_append_printf (zh, "%s%s", i == 0 ? "" : i + 1 < n_words ? "、" : "或", words[i].zh);
    }

  return expect (expected, en->str, zh->str);
}

static gboolean
read_text (const char *text, guint most, gboolean lines, char **value, BalanceText *expected)
{
  if (g_utf8_strlen (text, -1) > (glong) most)
    {
      balance_text_printf (expected, "at most %u characters", "不超过%u个字符", most);
      return FALSE;
    }
  for (const char *p = text; *p != '\0'; p++)
    if (g_ascii_iscntrl (*p) && !(lines && (*p == '\n' || *p == '\t')))
      return expect (expected, lines ? "text without control characters" : "text of one line", lines ? "不含控制字符的文字" : "单行文字");
  *value = g_strdup (text);

  return TRUE;
}

static gboolean
read_whole (const char *text, gint64 least, gint64 most, char **value, BalanceText *expected)
{
  BalanceDecimal number;
  gsize length = strlen (text);

  if (most == 100 && g_str_has_suffix (text, "%"))
    length--;
  if (!balance_decimal_parse (text, (gssize) length, &number))
    number.digits = -1, number.scale = 0;
  balance_decimal_normalize (&number);
  if (number.scale != 0 || number.digits < least || number.digits > most)
    {
      balance_text_printf (expected, "a whole number from %d to %d", "%d至%d的整数", (int) least, (int) most);
      return FALSE;
    }
  *value = g_strdup_printf ("%" G_GINT64_FORMAT, number.digits);

  return TRUE;
}

/* An amount as cells have it: with thousands separators, full-width digits, 万元. */
static gboolean
read_amount (BalanceDictionary *dictionary, const char *text, const char *unit, BalanceDecimal *number)
{
  g_autoptr(BalanceField) field = g_object_new (BALANCE_TYPE_FIELD, NULL);

  field->type = BALANCE_FIELD_AMOUNT;
  field->unit = g_strdup (unit);

  return (dictionary != NULL ? balance_value_parse_cell (dictionary, field, text, strlen (text), NULL, number)
                             : balance_value_parse (field, text, strlen (text), NULL, number)) == BALANCE_FAULT_NONE;
}

static gboolean
read_date (const char *text, char **value, BalanceText *expected)
{
  g_autoptr(BalanceField) field = g_object_new (BALANCE_TYPE_FIELD, NULL);
  BalanceDecimal days;

  field->type = BALANCE_FIELD_DATE;
  /* four digits of the year, so that dates compare as texts */
  if (balance_value_parse (field, text, strlen (text), NULL, &days) != BALANCE_FAULT_NONE ||
      days.digits < -25567 || days.digits > 376200)
    return expect (expected, "a date such as 2026-08-31", "日期，如2026-08-31");
  *value = balance_date_to_string ((gint32) days.digits);

  return TRUE;
}

/* Items between commas of any kind or blanks. */
static GPtrArray *
split_items (const char *text)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (g_free);
  const char *from = text;

  for (const char *p = text;; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c != 0 && !g_unichar_isspace (c) && c != ',' && c != ';' && c != 0xff0c && c != 0xff1b && c != 0x3001)
        continue;
      if (p > from)
        g_ptr_array_add (items, g_strndup (from, (gsize) (p - from)));
      if (c == 0)
        return items;
      from = g_utf8_next_char (p);
    }
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  gint64 x = g_ascii_strtoll (*(char *const *) a, NULL, 10), y = g_ascii_strtoll (*(char *const *) b, NULL, 10);

  return (x > y) - (x < y);
}

static char *
join_items (GPtrArray *items)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < items->len; i++)
    {
      const char *item = g_ptr_array_index (items, i);
      gboolean known = FALSE;

      for (guint k = 0; k < i && !known; k++)
        known = strcmp (g_ptr_array_index (items, k), item) == 0;
      if (!known)
        g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", item);
    }

  return g_string_free (text, FALSE);
}

static gboolean
read_tasks (const char *text, char **value, BalanceText *expected)
{
  g_autoptr(GPtrArray) items = split_items (text);

  for (guint i = 0; i < items->len; i++)
    {
      char *item = g_ptr_array_index (items, i), *end;
      gint64 id = g_ascii_strtoll (item, &end, 10);

      if (!g_ascii_isdigit (*item) || *end != '\0' || id <= 0 || id > G_MAXINT32 || items->len > MAX_IDS)
        return expect (expected, "numbers of tasks, such as 3, 5", "任务编号，如 3, 5");
      g_free (item);
      g_ptr_array_index (items, i) = g_strdup_printf ("%" G_GINT64_FORMAT, id);
    }
  g_ptr_array_sort (items, compare_numbers);
  *value = join_items (items);

  return TRUE;
}

static gboolean
read_ids (const char *text, char **value, BalanceText *expected)
{
  g_autoptr(GPtrArray) items = split_items (text);

  if (items->len > MAX_IDS || strlen (text) > MAX_TEXT || strchr (text, '/') != NULL)
    return expect (expected, "ids of requirements, such as A1, A3", "指标编号，如 A1, A3");
  *value = join_items (items);

  return TRUE;
}

static gboolean
read_stage (BalanceDictionary *dictionary, const char *text, char **value, BalanceText *expected)
{
  int code;

  if (dictionary == NULL)
    return read_text (text, MAX_CODE, FALSE, value, expected);
  code = balance_field_match_choice (dictionary->identity[BALANCE_ID_STAGE], text, -1);
  if (code < 0)
    {
      /* a stage that another dictionary declares is kept under its id */
      for (const char *p = text; *p != '\0'; p++)
        if (!g_ascii_isalnum (*p) && *p != '_')
          return expect (expected, "a stage, such as primary or junior", "学段，如小学、初中");
      return read_text (text, MAX_CODE, FALSE, value, expected);
    }
  *value = g_strdup (balance_dictionary_get_stage (dictionary, (guint) code)->id);

  return TRUE;
}

static gboolean
read_unit (BalanceDictionary *dictionary, const char *text, char **value, BalanceText *expected)
{
  for (guint i = 0; dictionary != NULL && i < dictionary->units->len; i++)
    {
      const BalanceUnit *unit = g_ptr_array_index (dictionary->units, i);

      if (strcmp (unit->id, text) == 0 || g_strcmp0 (unit->title.zh, text) == 0 || g_strcmp0 (unit->title.en, text) == 0)
        {
          *value = g_strdup (unit->id);
          return TRUE;
        }
    }

  return read_text (text, MAX_CODE, FALSE, value, expected);
}

/* field:amount or field:amount:before, between commas; what the library wrote itself */
static gboolean
read_effects (const char *text, char **value, BalanceText *expected)
{
  g_auto(GStrv) items = g_strsplit (text, ",", MAX_IDS + 1);

  for (guint i = 0; items[i] != NULL; i++)
    {
      g_auto(GStrv) parts = g_strsplit (items[i], ":", 4);
      guint n = g_strv_length (parts);
      BalanceDecimal number;
      gboolean good = (n == 2 || n == 3) && *parts[0] != '\0' && balance_decimal_parse (parts[1], -1, &number) && number.scale <= 6 &&
                      ABS (number.digits) <= MAX_AMOUNT && i < MAX_IDS;

      for (const char *p = parts[0]; good && *p != '\0'; p++)
        good = g_ascii_isalnum (*p) || *p == '_';
      if (!good || (n == 3 && !balance_decimal_parse (parts[2], -1, &number)))
        return expect (expected, "field:amount:before, between commas", "“数据项:每单位变动量:原值”，以逗号分隔");
    }
  *value = g_strdup (text);

  return TRUE;
}

gboolean
balance_task_field_read (BalanceTaskField   field,
                         BalanceDictionary *dictionary,
                         const char        *text,
                         char             **value,
                         BalanceText       *expected)
{
  gsize length = text != NULL ? strlen (text) : 0;
  g_autofree char *trimmed = NULL;
  BalanceDecimal number;
  gint64 parts;

  *value = NULL;
  if (text == NULL || balance_value_trim (&text, &length))
    return TRUE;
  trimmed = g_strndup (text, length);
  if (!g_utf8_validate (trimmed, -1, NULL))
    return expect (expected, "text in UTF-8", "UTF-8 编码的文字");

  switch (fields[field].type)
    {
    case TEXT:
      return read_text (trimmed, MAX_TEXT, TRUE, value, expected);

    case CODE:
      return read_text (trimmed, MAX_CODE, FALSE, value, expected);

    case YEAR:
      return read_whole (trimmed, 1800, 2999, value, expected);

    case PHASE:
      return read_whole (trimmed, 1, BALANCE_PLAN_MAX_YEARS, value, expected);

    case PERCENT:
      return read_whole (trimmed, 0, 100, value, expected);

    case STAGE:
      return read_stage (dictionary, trimmed, value, expected);

    case UNIT:
      return read_unit (dictionary, trimmed, value, expected);

    case KIND:
      return read_word (kinds, G_N_ELEMENTS (kinds), trimmed, value, expected);

    case TARGET:
      return read_word (targets, G_N_ELEMENTS (targets), trimmed, value, expected);

    case STATUS:
      return read_word (statuses, G_N_ELEMENTS (statuses), trimmed, value, expected);

    case IDS:
      return read_ids (trimmed, value, expected);

    case TASKS:
      return read_tasks (trimmed, value, expected);

    case EFFECTS:
      return read_effects (trimmed, value, expected);

    case DATE:
      return read_date (trimmed, value, expected);

    case QUANTITY:
      /* bounded, so that products with what a unit does stay exact */
      if (!read_amount (dictionary, trimmed, NULL, &number) || number.digits < 0 || number.digits > G_GINT64_CONSTANT (999999999999) || number.scale > 6)
        return expect (expected, "a number of at most twelve digits, six of them decimals", "不超过十二位的数字，最多六位小数");
      *value = balance_decimal_to_string (&number);
      return TRUE;

    case MONEY:
    default:
      if (!read_amount (dictionary, trimmed, "yuan", &number) || !balance_money_parse (&number, &parts))
        return expect (expected, "an amount in yuan with at most four decimals", "金额（元），最多四位小数");
      *value = balance_decimal_to_string (&number);
      return TRUE;
    }
}

static char *
show_word (const Word *words, guint n_words, const char *id, BalanceLanguage language)
{
  for (guint i = 0; i < n_words; i++)
    if (strcmp (words[i].id, id) == 0)
      return g_strdup (language == BALANCE_LANGUAGE_ZH ? words[i].zh : words[i].en);

  return g_strdup (id);
}

char *
balance_task_field_show (BalanceTaskField   field,
                         BalanceDictionary *dictionary,
                         const char        *value,
                         BalanceLanguage    language)
{
  int stage;

  if (value == NULL)
    return g_strdup ("");
  switch (fields[field].type)
    {
    case KIND:
      return show_word (kinds, G_N_ELEMENTS (kinds), value, language);

    case TARGET:
      return show_word (targets, G_N_ELEMENTS (targets), value, language);

    case STATUS:
      return show_word (statuses, G_N_ELEMENTS (statuses), value, language);

    case STAGE:
      stage = dictionary != NULL ? balance_dictionary_find_stage (dictionary, value) : -1;
      return g_strdup (stage >= 0 ? balance_text_get (&balance_dictionary_get_stage (dictionary, (guint) stage)->title, language) : value);

    case UNIT:
      return dictionary != NULL ? balance_dictionary_dup_unit_title (dictionary, value, language == BALANCE_LANGUAGE_ZH ? "zh" : "en") : g_strdup (value);

    case TEXT:
    case CODE:
    case YEAR:
    case PHASE:
    case IDS:
    case TASKS:
    case QUANTITY:
    case MONEY:
    case EFFECTS:
    case DATE:
    case PERCENT:
    default:
      return g_strdup (value);
    }
}
