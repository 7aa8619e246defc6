/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a check of a rule pack found, for people and for programs. */

#include "report/balance-json-private.h"
#include "report/balance-layout-private.h"

static void
add_proved (BalanceLayout    *layout,
            BalancePackCheck *self)
{
  const struct
  {
    guint       n;
    const char *en, *zh;
  } proved[] = {
    { balance_pack_check_get_n_requirements (self), "requirements that are asked of somebody and have a limit wherever they are asked: %u",
      "%u 项要求都有适用对象，且处处有限值" },
    { balance_pack_check_get_n_alternatives (self), "alternatives of which always exactly one applies: %u", "%u 组分情形的要求不重不漏" },
    { balance_pack_check_get_n_concessions (self), "concessions that apply to somebody: %u", "%u 项放宽规定都有适用对象" },
  };
  GString *text = g_string_new (balance_layout_word (layout, "proved: ", "已证明："));
  gboolean first = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (proved); i++)
    {
      g_autofree char *part = NULL;

      if (proved[i].n == 0)
        continue;
      part = g_strdup_printf (balance_layout_word (layout, proved[i].en, proved[i].zh), proved[i].n);
      g_string_append_printf (text, "%s%s", first ? "" : balance_layout_word (layout, "; ", "；"), part);
      first = FALSE;
    }
  g_string_append_printf (text, balance_layout_word (layout, "%scases of kind, stage, date, option … that were gone through: %" G_GUINT64_FORMAT,
                                                     "%s逐一核对了学校类型、学段、日期、选项等情形 %" G_GUINT64_FORMAT " 种"),
                          first ? "" : balance_layout_word (layout, "; ", "；"), balance_pack_check_get_n_cases (self));
  balance_layout_paragraph (layout, 2, 4, BALANCE_INK_PLAIN, text->str);
  g_string_free (text, TRUE);
}

/**
 * balance_pack_check_to_text:
 * @self: a check
 * @language: (nullable): the language of the text, such as `zh` or `en`
 *
 * Says whether the pack is sound and what was proved, in lines of at most 80 columns. The problems are not
 * repeated; see [method@Balance.PackCheck.get_problems].
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
balance_pack_check_to_text (BalancePackCheck *self,
                            const char       *language)
{
  BalanceLayout layout;
  g_autofree char *head = NULL;
  guint n_errors, n_warnings, n_unproved;

  g_return_val_if_fail (BALANCE_IS_PACK_CHECK (self), NULL);

  n_errors = balance_pack_check_get_n_errors (self);
  n_warnings = balance_pack_check_get_n_warnings (self);
  n_unproved = balance_pack_check_get_n_unproved (self);
  balance_layout_init (&layout, balance_language_parse (language), FALSE);
  if (n_errors > 0 || n_warnings > 0)
    head = layout.language == BALANCE_LANGUAGE_ZH
             ? g_strdup_printf ("%s：%u 个错误，%u 个警告", balance_pack_check_get_name (self), n_errors, n_warnings)
             : g_strdup_printf ("%s: %u error%s, %u warning%s", balance_pack_check_get_name (self), n_errors, n_errors == 1 ? "" : "s",
                                n_warnings, n_warnings == 1 ? "" : "s");
  else
    head = g_strdup_printf (balance_layout_word (&layout, "%s: sound", "%s：没有问题"), balance_pack_check_get_name (self));
  balance_layout_paragraph (&layout, 0, 2, n_errors > 0 ? BALANCE_INK_BAD : BALANCE_INK_PLAIN, head);

  if (balance_pack_check_get_n_cases (self) > 0)
    add_proved (&layout, self);
  if (n_unproved > 0)
    {
      g_autofree char *text = g_strdup_printf (balance_layout_word (&layout, "cannot be proved: %u, see the notes",
                                                                    "无法证明：%u 项，见提示"), n_unproved);

      balance_layout_paragraph (&layout, 2, 4, BALANCE_INK_PLAIN, text);
    }

  return balance_layout_end (&layout);
}

static void
add_text (GString *json, const char *key, const char *(*get) (BalanceProblem *, const char *), BalanceProblem *problem)
{
  static const char *const languages[] = { "zh", "en" };

  g_string_append_printf (json, ",\"%s\":", key);
  if (get (problem, "en") == NULL || *get (problem, "en") == '\0')
    {
      g_string_append (json, "null");
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    {
      g_string_append_printf (json, "%c\"%s\":", i == 0 ? '{' : ',', languages[i]);
      balance_json_append_string (json, get (problem, languages[i]));
    }
  g_string_append_c (json, '}');
}

/* A place that is not known is null. */
static void
add_place (GString *json, const char *key, guint number)
{
  g_string_append_printf (json, ",\"%s\":", key);
  if (number > 0)
    g_string_append_printf (json, "%u", number);
  else
    g_string_append (json, "null");
}

static void
add_problem (GString *json, BalanceProblem *problem)
{
  static const char *const severities[] = { "note", "warning", "error" };

  g_string_append_printf (json, "{\"severity\":\"%s\",\"kind\":", severities[balance_problem_get_severity (problem)]);
  balance_json_append_string (json, balance_problem_get_kind (problem));
  g_string_append (json, ",\"file\":");
  balance_json_append_string (json, balance_problem_get_file (problem));
  add_place (json, "line", balance_problem_get_row (problem));
  add_place (json, "column", balance_problem_get_column (problem));
  g_string_append (json, ",\"found\":");
  balance_json_append_string (json, balance_problem_get_found (problem));
  add_text (json, "message", balance_problem_get_message, problem);
  add_text (json, "expected", balance_problem_get_expected, problem);
  add_text (json, "remedy", balance_problem_get_remedy, problem);
  g_string_append_c (json, '}');
}

/**
 * balance_pack_check_to_json:
 * @self: a check
 *
 * Writes everything as one JSON object: `name`, `sound`, `errors`, `warnings`, `proved` (`requirements`,
 * `alternatives`, `concessions`, `cases`), `unproved` and the list `problems`, each with `severity`, `kind`,
 * `file`, `line`, `column`, `found` and, in both languages, `message`, `expected` and `remedy`.
 *
 * Returns: (transfer full): the JSON text
 *
 * Since: 1.0
 */
char *
balance_pack_check_to_json (BalancePackCheck *self)
{
  GString *json = g_string_new ("{\"name\":");
  GListModel *problems;

  g_return_val_if_fail (BALANCE_IS_PACK_CHECK (self), NULL);

  problems = balance_pack_check_get_problems (self);
  balance_json_append_string (json, balance_pack_check_get_name (self));
  g_string_append_printf (json,
                          ",\"sound\":%s,\"errors\":%u,\"warnings\":%u,"
                          "\"proved\":{\"requirements\":%u,\"alternatives\":%u,\"concessions\":%u,\"cases\":%" G_GUINT64_FORMAT "},"
                          "\"unproved\":%u,\"problems\":[",
                          balance_pack_check_get_n_errors (self) == 0 ? "true" : "false", balance_pack_check_get_n_errors (self),
                          balance_pack_check_get_n_warnings (self), balance_pack_check_get_n_requirements (self),
                          balance_pack_check_get_n_alternatives (self), balance_pack_check_get_n_concessions (self),
                          balance_pack_check_get_n_cases (self), balance_pack_check_get_n_unproved (self));
  for (guint i = 0; i < g_list_model_get_n_items (problems); i++)
    {
      g_autoptr(BalanceProblem) problem = g_list_model_get_item (problems, i);

      if (i > 0)
        g_string_append_c (json, ',');
      add_problem (json, problem);
    }
  g_string_append (json, "]}");

  return g_string_free (json, FALSE);
}
