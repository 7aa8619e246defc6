/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/balance-yaml-private.h"

#include <stdarg.h>
#include <string.h>

BalanceYaml *
balance_yaml_get (const BalanceYaml *node,
                  const char        *key)
{
  if (node == NULL || node->type != BALANCE_YAML_MAPPING)
    return NULL;

  for (guint i = 0; i < node->n_items; i++)
    {
      if (strcmp (node->keys[i]->text, key) == 0)
        return node->items[i];
    }

  return NULL;
}

static BalancePlace
place_of (const BalanceYaml *node,
          const char        *file,
          const char        *field)
{
  return (BalancePlace) {
    .file = file,
    .row = node->line,
    .column = node->column,
    .field = field,
    .found = node->type == BALANCE_YAML_SCALAR ? node->text : NULL,
  };
}

/* In YAML a key with nothing behind it is null: somebody forgot the value. */
static gboolean
is_blank (const BalanceYaml *node)
{
  return node->type == BALANCE_YAML_SCALAR && !node->quoted && *node->text == '\0';
}

static gboolean
check_scalar (const BalanceYaml *node,
              const char        *field,
              const char        *file,
              BalanceProblems   *problems)
{
  BalancePlace place = place_of (node, file, field);

  if (is_blank (node))
    {
      balance_problems_add_literal (problems, BALANCE_SEVERITY_ERROR, "empty-value", &place,
                                    "There is no value.", "缺少内容。",
                                    "a text", "文字",
                                    "Write the value, or remove the key.", "请填写内容，或删除该键。");
      return FALSE;
    }
  if (node->type != BALANCE_YAML_SCALAR)
    {
      balance_problems_add_literal (problems, BALANCE_SEVERITY_ERROR, "wrong-shape", &place,
                                    node->type == BALANCE_YAML_SEQUENCE ? "This is a list." : "This is a mapping.",
                                    node->type == BALANCE_YAML_SEQUENCE ? "这是一个列表。" : "这是一个映射。",
                                    "a single text", "单个文字",
                                    "Write one value; quote a text that begins with a bracket or brace.",
                                    "请只写一个值；以方括号或花括号开头的文字请加引号。");
      return FALSE;
    }

  return TRUE;
}

const char *
balance_yaml_get_string (const BalanceYaml *node,
                         const char        *key,
                         const char        *file,
                         BalanceProblems   *problems)
{
  const BalanceYaml *value = balance_yaml_get (node, key);

  if (value == NULL || !check_scalar (value, key, file, problems))
    return NULL;

  return value->text;
}

gboolean
balance_yaml_get_text (const BalanceYaml *node,
                       BalanceText       *text,
                       const char        *file,
                       BalanceProblems   *problems)
{
  static const char *const languages[] = { "zh", "en", NULL };
  const char *zh, *en;
  guint n_before;

  balance_text_clear (text);
  if (node == NULL)
    return TRUE;

  if (node->type != BALANCE_YAML_MAPPING)
    {
      if (node->type == BALANCE_YAML_SEQUENCE)
        {
          BalancePlace place = place_of (node, file, NULL);

          balance_problems_add_literal (problems, BALANCE_SEVERITY_ERROR, "wrong-shape", &place,
                                        "This is a list.", "这是一个列表。",
                                        "a text, or {zh: .., en: ..}", "文字，或 {zh: .., en: ..}",
                                        NULL, NULL);
          return FALSE;
        }
      if (!check_scalar (node, NULL, file, problems))
        return FALSE;
      balance_text_set (text, node->text, node->text);
      return TRUE;
    }

  n_before = balance_problems_count (problems, BALANCE_SEVERITY_ERROR);
  balance_yaml_check_keys (node, languages, file, problems);
  zh = balance_yaml_get_string (node, "zh", file, problems);
  en = balance_yaml_get_string (node, "en", file, problems);
  if (balance_problems_count (problems, BALANCE_SEVERITY_ERROR) > n_before)
    return FALSE;

  balance_text_set (text, en, zh);
  return TRUE;
}

char **
balance_yaml_dup_strv (const BalanceYaml *node,
                       const char        *file,
                       BalanceProblems   *problems)
{
  g_autoptr(GStrvBuilder) builder = NULL;

  if (node == NULL)
    return NULL;

  builder = g_strv_builder_new ();
  if (node->type == BALANCE_YAML_SEQUENCE)
    {
      for (guint i = 0; i < node->n_items; i++)
        {
          if (check_scalar (node->items[i], NULL, file, problems))
            g_strv_builder_add (builder, node->items[i]->text);
        }
    }
  else if (check_scalar (node, NULL, file, problems))
    {
      g_strv_builder_add (builder, node->text);
    }

  return g_strv_builder_end (builder);
}

gboolean
balance_yaml_check_keys (const BalanceYaml *node,
                         const char *const *allowed,
                         const char        *file,
                         BalanceProblems   *problems)
{
  gboolean ok = TRUE;

  if (node == NULL || node->type != BALANCE_YAML_MAPPING)
    return TRUE;

  for (guint i = 0; i < node->n_items; i++)
    {
      g_autofree char *names = NULL;
      BalancePlace place;
      BalanceText message = { NULL, NULL };
      BalanceText expected = { NULL, NULL };
      BalanceText remedy = { NULL, NULL };

      if (g_strv_contains (allowed, node->keys[i]->text))
        continue;

      ok = FALSE;
      place = place_of (node->keys[i], file, NULL);
      names = g_strjoinv (", ", (char **) allowed);
      balance_text_printf (&message, "The key \"%s\" is not known here.", "此处不认识键“%s”。", node->keys[i]->text);
      balance_text_printf (&expected, "one of: %s", "以下之一：%s", names);
      balance_text_set (&remedy, "Correct the spelling or remove it.", "请更正拼写或删除。");
      balance_problems_add (problems, BALANCE_SEVERITY_ERROR, "unknown-key", &place, &message, &expected, &remedy);
    }

  return ok;
}

void
balance_yaml_problem (const BalanceYaml *node,
                      const char        *file,
                      BalanceProblems   *problems,
                      BalanceSeverity    severity,
                      const char        *kind,
                      const char        *en,
                      const char        *zh,
                      ...)
{
  BalancePlace place = { .file = file };
  BalanceText message = { NULL, NULL };
  va_list args, copy;

  if (node != NULL)
    place = place_of (node, file, NULL);

  va_start (args, zh);
  va_copy (copy, args);
  message.en = g_strdup_vprintf (en, args);
  message.zh = g_strdup_vprintf (zh, copy);
  va_end (copy);
  va_end (args);

  balance_problems_add (problems, severity, kind, &place, &message, NULL, NULL);
}
