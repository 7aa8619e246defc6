/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdlib.h>

#include <balance/balance.h>

/* Few fields, of every type, so that short inputs reach far. */
static inline BalanceDictionary *
fuzz_dictionary (void)
{
  static const char text[] =
    "units:\n"
    "- {id: yuan, title: {zh: 元, en: yuan}, multiples: {万元: 10000}}\n"
    "- {id: '1', title: {zh: '', en: ''}, multiples: {'%': 0.01}}\n"
    "fields:\n"
    "- {id: year, level: region, type: year, title: {zh: 年度, en: y}}\n"
    "- {id: district_code, level: district, type: text, title: {zh: 区县代码, en: d}}\n"
    "- {id: district_name, level: district, type: text, title: {zh: 区县名称, en: dn}}\n"
    "- {id: school_code, level: school, type: text, title: {zh: 学校代码, en: s}}\n"
    "- {id: school_name, level: school, type: text, title: {zh: 学校名称, en: sn}}\n"
    "- {id: stage, level: section, type: choice, title: {zh: 学段, en: st}, values: {primary: {zh: 小学, en: p}, junior: {zh: 初中, en: j}}}\n"
    "- {id: kind, level: school, type: choice, title: {zh: 学校类型, en: k}, values: {one: {zh: 小, en: o, stages: [primary]}, nine: {zh: 九, en: n, stages: [primary, junior]}}}\n"
    "- {id: boarding, level: school, type: flag, title: {zh: 寄宿制, en: b}}\n"
    "- {id: opened, level: school, type: date, title: {zh: 建校日期, en: o}}\n"
    "- {id: value, level: school, type: amount, unit: yuan, title: {zh: 设备值, en: v}}\n"
    "- {id: pupils, level: section, type: count, title: {zh: 在校生数, en: n}}\n"
    "- {id: trained, level: section, type: share, title: {zh: 培训比例, en: t}}\n"
    "- {id: income, level: district, type: number, unit: yuan, title: {zh: 收入, en: i}}\n";
  g_autoptr(GBytes) bytes = g_bytes_new_static (text, sizeof text - 1);

  return balance_dictionary_new_from_bytes (bytes, "fuzz.yaml", NULL);
}

/* What was said, in one language; the other one has to be text as well. */
static inline void
fuzz_append_problems (GString       *all,
                      BalanceImport *import)
{
  GListModel *problems = balance_import_get_problems (import);

  for (guint i = 0; i < g_list_model_get_n_items (problems); i++)
    {
      g_autoptr(BalanceProblem) problem = g_list_model_get_item (problems, i);
      g_autofree char *en = balance_problem_to_text (problem, "en");
      g_autofree char *zh = balance_problem_to_text (problem, "zh");

      if (!g_utf8_validate (en, -1, NULL) || !g_utf8_validate (zh, -1, NULL))
        abort ();
      g_string_append_printf (all, "%s\n", en);
    }
}
