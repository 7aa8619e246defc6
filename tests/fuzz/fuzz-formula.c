/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any bytes as a formula: by the parser alone, and as the value of an indicator or a requirement of a fixed pack,
 * which is then evaluated. The first byte chooses the place. */

#include <stdint.h>
#include <string.h>

#include "fuzz-census.h"

#include "formula/balance-expression-private.h"

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

static const char head[] =
  "pack: fuzz\n"
  "title: {zh: 测试, en: Fuzzing}\n"
  "reference: none\n"
  "stages: [primary, junior]\n"
  "weight: pupils\n"
  "split: {fields: [books, teaching_area], weights: {primary: 1, junior: 1.1}, by: pupils}\n"
  "options:\n"
  "- {id: o, title: {zh: 选, en: Option}, values: [x, y], default: x}\n"
  "fields:\n"
  "- {id: df, level: district, type: flag, title: {zh: 甲一, en: A1}}\n"
  "- {id: dn, level: district, type: number, title: {zh: 甲二, en: A2}}\n"
  "- {id: sd, level: section, type: date, title: {zh: 甲三, en: A3}}\n"
  "- {id: st, level: section, type: text, title: {zh: 甲四, en: A4}}\n"
  "- {id: cf, level: section, type: number, unit: teacher/pupil, value: teachers / pupils, title: {zh: 甲五, en: A5}}\n";

static const char *const places[] = {
  "indicators:\n- id: i\n  title: {zh: 标, en: I}\n  at_least: 1\n  value: %s\n"
  "requirements:\n- {id: r, title: {zh: 求, en: R}, each: section, of: [i]}\n"
  "- {id: c, title: {zh: 差, en: C}, each: stage, measure: cv, of: [i], at_most: 0.5}\n",
  "requirements:\n- {id: q, title: {zh: 求, en: Q}, value: df, points: 3}\n- id: r\n  title: {zh: 求, en: R}\n  each: section\n  value: %s\n",
  "requirements:\n- {id: q, title: {zh: 求, en: Q}, value: df, points: 3}\n- id: r\n  title: {zh: 求, en: R}\n  at_most: 3\n  value: %s\n",
  "requirements:\n- {id: q, title: {zh: 求, en: Q}, value: df}\n- id: r\n  title: {zh: 求, en: R}\n  each: region\n  value: %s\n",
  "requirements:\n- {id: q, title: {zh: 求, en: Q}, value: df}\n- id: r\n  title: {zh: 求, en: R}\n  each: school\n"
  "  select: {best: 1, within: region, by: [%s]}\n",
};

/* In double quotes, so that the reader gives back exactly these characters. */
static char *
quoted (const char *text)
{
  GString *out = g_string_new ("\"");

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c < 0x20 || c == '"' || c == '\\' || c >= 0x7f)
        g_string_append_printf (out, "\\U%08X", c);
      else
        g_string_append_unichar (out, c);
    }
  g_string_append_c (out, '"');

  return g_string_free (out, FALSE);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  static BalanceCensus *census;
  g_autoptr (BalanceProblems) problems = balance_problems_new ();
  BalancePlace place = { .file = "fuzz", .row = 1, .column = 1 };
  g_autoptr (BalanceExpression) expression = NULL;
  g_autoptr (GString) pack = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (BalanceStandard) standard = NULL;
  g_autofree char *text = NULL, *value = NULL;
  const char *kind, *hole;

  if (size == 0)
    return 0;
  text = g_strndup ((const char *) data + 1, size - 1);
  kind = places[data[0] % G_N_ELEMENTS (places)];

  expression = balance_expression_parse (text, &place, problems);
  if ((expression == NULL) != (balance_problems_count (problems, BALANCE_SEVERITY_ERROR) == 1))
    abort ();
  if (expression == NULL || !g_utf8_validate (text, -1, NULL))
    return 0;

  value = quoted (text);
  hole = strstr (kind, "%s");
  pack = g_string_new (head);
  g_string_append_len (pack, kind, hole - kind);
  g_string_append (pack, value);
  g_string_append (pack, hole + 2);
  bytes = g_bytes_new (pack->str, pack->len);
  standard = balance_standard_new_from_bytes (bytes, "fuzz.yaml", NULL);
  if (standard == NULL)
    return 0;

  if (census == NULL)
    census = fuzz_census ();
  fuzz_judge (standard, census);

  return 0;
}
