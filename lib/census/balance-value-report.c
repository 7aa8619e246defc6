/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "census/balance-value-private.h"

/* Longer lists are no help in a message. */
#define MAX_CHOICES 12

static const struct
{
  const char *kind;
  const char *message_en, *message_zh;
  const char *expected_en, *expected_zh;
  const char *remedy_en, *remedy_zh;
} faults[] = {
  [BALANCE_FAULT_NO_NUMBER] = {
    "not-a-number",
    "is not a number", "不是数字",
    "a plain number such as 1234 or 12.5", "如 1234 或 12.5 的数字",
    "write digits only, without unit or thousands separators; leave the cell empty if the value is not known",
    "只写数字，不带单位和千位分隔符；不知道的数值请留空",
  },
  [BALANCE_FAULT_TOO_LONG] = {
    "too-long-number",
    "has too many digits", "位数过多",
    "at most 18 digits", "最多18位数字",
    "check the number", "请核对该数字",
  },
  [BALANCE_FAULT_NOT_WHOLE] = {
    "not-whole",
    "is not a whole number", "不是整数",
    "a whole number", "整数",
    "check the number and whether it stands in the right column", "请核对该数字以及是否填错了列",
  },
  [BALANCE_FAULT_NEGATIVE] = {
    "negative",
    "is negative", "是负数",
    "zero or more", "零或正数",
    "check the number; leave the cell empty if it is not known", "请核对该数字；不知道的数值请留空",
  },
  [BALANCE_FAULT_OUT_OF_BOUNDS] = {
    "out-of-bounds",
    "is outside what is possible", "超出可能的范围",
    NULL, NULL,
    "check the number and the unit of the column", "请核对该数字和该列的单位",
  },
  [BALANCE_FAULT_NO_FLAG] = {
    "not-a-flag",
    "is neither yes nor no", "既不是“是”也不是“否”",
    "yes or no (是/否, 有/无, 1/0, √/×)", "是/否、有/无、1/0、√/×",
    "write yes or no; leave the cell empty if it is not known", "请填“是”或“否”；不知道的请留空",
  },
  [BALANCE_FAULT_UNKNOWN_CHOICE] = {
    "unknown-choice",
    "is not a known value", "不是可用的取值",
    NULL, NULL,
    "write one of the known values, or translate the value in a map file",
    "请填可用的取值之一，或在映射文件中对应该取值",
  },
  [BALANCE_FAULT_NO_DATE] = {
    "not-a-date",
    "is not a date", "不是日期",
    "a date such as 2024-09-01 or 2024年9月1日", "如 2024-09-01 或 2024年9月1日 的日期",
    "write year, month and day", "请写明年、月、日",
  },
  [BALANCE_FAULT_NO_YEAR] = {
    "not-a-year",
    "is not a year", "不是年份",
    "a year such as 2024, or a school year such as 2024-2025学年", "如 2024 的年份，或如 2024-2025学年 的学年",
    "write four digits", "请写四位数字",
  },
};

static void
describe_bounds (BalanceField *field,
                 BalanceText  *expected)
{
  const BalanceDecimal zero = { 0, 0 }, one = { 1, 0 };
  const BalanceDecimal *min = field->has_min ? &field->min : NULL;
  const BalanceDecimal *max = field->has_max ? &field->max : NULL;
  g_autoptr(GString) en = g_string_new (NULL);
  g_autoptr(GString) zh = g_string_new (NULL);

  if (min == NULL && field->type == BALANCE_FIELD_SHARE)
    min = &zero;
  if (max == NULL && field->type == BALANCE_FIELD_SHARE)
    max = &one;

  if (min != NULL)
    {
      g_autofree char *number = balance_decimal_to_string (min);

      g_string_append_printf (en, "at least %s", number);
      g_string_append_printf (zh, "不小于%s", number);
    }
  if (max != NULL)
    {
      g_autofree char *number = balance_decimal_to_string (max);

      g_string_append_printf (en, "%sat most %s", min != NULL ? ", " : "", number);
      g_string_append_printf (zh, "%s不大于%s", min != NULL ? "，" : "", number);
    }
  if (field->type == BALANCE_FIELD_SHARE)
    {
      g_string_append (en, " (85% and 0.85 are the same)");
      g_string_append (zh, "（85%与0.85相同）");
    }

  balance_text_set (expected, en->str, zh->str);
}

static void
describe_choices (BalanceField *field,
                  BalanceText  *expected)
{
  g_autoptr(GString) en = g_string_new (NULL);
  g_autoptr(GString) zh = g_string_new (NULL);
  guint n = field->choices != NULL ? field->choices->len : 0;

  for (guint i = 0; i < MIN (n, MAX_CHOICES); i++)
    {
      const BalanceChoice *choice = g_ptr_array_index (field->choices, i);

      g_string_append_printf (en, "%s%s", i > 0 ? ", " : "", choice->id);
      g_string_append_printf (zh, "%s%s", i > 0 ? "、" : "", balance_text_get (&choice->title, BALANCE_LANGUAGE_ZH));
    }
  if (n > MAX_CHOICES)
    {
      g_string_append (en, ", …");
      g_string_append (zh, "……");
    }

  balance_text_set (expected, en->str, zh->str);
}

void
balance_value_report (BalanceFault        fault,
                      BalanceField       *field,
                      BalanceSeverity     severity,
                      const BalancePlace *place,
                      BalanceProblems    *problems)
{
  BalanceText message = { NULL, NULL };
  BalanceText expected = { NULL, NULL };
  BalanceText remedy = { NULL, NULL };
  const char *found = place->found != NULL ? place->found : "";

  g_return_if_fail (fault > BALANCE_FAULT_NONE && fault < G_N_ELEMENTS (faults));

  message.en = g_strdup_printf ("%s: “%s” %s", balance_text_get (&field->title, BALANCE_LANGUAGE_EN),
                                found, faults[fault].message_en);
  message.zh = g_strdup_printf ("%s：“%s”%s", balance_text_get (&field->title, BALANCE_LANGUAGE_ZH),
                                found, faults[fault].message_zh);
  if (fault == BALANCE_FAULT_OUT_OF_BOUNDS)
    describe_bounds (field, &expected);
  else if (fault == BALANCE_FAULT_UNKNOWN_CHOICE)
    describe_choices (field, &expected);
  else
    balance_text_set (&expected, faults[fault].expected_en, faults[fault].expected_zh);
  balance_text_set (&remedy, faults[fault].remedy_en, faults[fault].remedy_zh);

  balance_problems_add (problems, severity, faults[fault].kind, place, &message, &expected, &remedy);
}
