/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "census/balance-words-private.h"

#include "census/balance-words-data.h"

#include <string.h>

/* A table is told apart by few words; more make each row slow. */
#define MAX_WORDS 500

#define WITHOUT "without"

static const char *const keys[BALANCE_N_WORDS + 2] = {
  [BALANCE_WORDS_TOTAL] = "total",
  [BALANCE_WORDS_TOTAL_ENDING] = "total_ending",
  [BALANCE_WORDS_TOTAL_COLUMN] = "total_column",
  [BALANCE_WORDS_NOTE] = "note",
  [BALANCE_WORDS_REPORTER] = "reporter",
  [BALANCE_WORDS_AGENCY] = "agency",
  [BALANCE_WORDS_UNIT] = "unit",
  [BALANCE_WORDS_COLUMN_NUMBER] = "column_number",
  [BALANCE_WORDS_ORDINAL] = "ordinal",
  [BALANCE_WORDS_SERIAL] = "serial",
  [BALANCE_WORDS_PREFIX] = "prefix",
  [BALANCE_WORDS_ITEM] = "item",
  [BALANCE_WORDS_YEAR] = "year",
  [BALANCE_WORDS_SPAN] = "span",
  [BALANCE_WORDS_ALL_STAGES] = "all_stages",
  [BALANCE_N_WORDS] = WITHOUT,
};

static BalanceWords *
words_new (void)
{
  BalanceWords *self = g_new0 (BalanceWords, 1);

  g_atomic_ref_count_init (&self->refs);

  return self;
}

BalanceWords *
balance_words_ref (BalanceWords *self)
{
  g_atomic_ref_count_inc (&self->refs);

  return self;
}

void
balance_words_unref (BalanceWords *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  for (guint i = 0; i < BALANCE_N_WORDS; i++)
    g_strfreev (self->lists[i]);
  g_free (self);
}

/* Marks are what some words are made of; the others would be found in figures and codes. */
static gboolean
may_be_marks (BalanceWordUse use)
{
  return use == BALANCE_WORDS_PREFIX || use == BALANCE_WORDS_SPAN || use == BALANCE_WORDS_SERIAL;
}

static gboolean
is_word (BalanceWordUse  use,
         const char     *text)
{
  gboolean any = FALSE, any_letter = FALSE;
  gsize n_bytes = 0;

  if (strlen (text) > BALANCE_MAX_WORD_LENGTH)
    return FALSE;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      n_bytes += g_unichar_isspace (c) ? 0 : (gsize) (g_utf8_next_char (p) - p);
      any |= !g_unichar_isspace (c) && !g_unichar_isdigit (c) && g_unichar_isprint (c);
      any_letter |= g_unichar_isalpha (c);
    }

  /* a single letter of the alphabet is too common */
  return may_be_marks (use) ? any : any_letter && n_bytes > 1;
}

static void
add_problem (const BalanceYaml *node,
             const char        *file,
             BalanceProblems   *problems,
             const char        *kind,
             BalanceText       *message,
             const char        *expected_en,
             const char        *expected_zh)
{
  BalancePlace place = {
    .file = file,
    .row = node->line,
    .column = node->column,
    .found = node->type == BALANCE_YAML_SCALAR ? node->text : NULL,
  };
  BalanceText expected = { NULL, NULL };

  balance_text_set (&expected, expected_en, expected_zh);
  balance_problems_add (problems, BALANCE_SEVERITY_ERROR, kind, &place, message, &expected, NULL);
}

static void
read_word (BalanceWordUse     use,
           const BalanceYaml *node,
           GPtrArray         *words,
           const char        *file,
           BalanceProblems   *problems)
{
  BalanceText message = { NULL, NULL };

  if (node->type != BALANCE_YAML_SCALAR)
    {
      balance_text_printf (&message, "This is no word of “%s”.", "这不是“%s”的词。", keys[use]);
      add_problem (node, file, problems, "wrong-shape", &message, "a list of words", "词的列表");
    }
  else if (!is_word (use, node->text))
    {
      balance_text_printf (&message, "“%s” cannot be a word of “%s”.", "“%s”不能用作“%s”的词。", node->text, keys[use]);
      add_problem (node, file, problems, "invalid-word", &message,
                   may_be_marks (use) ? "a word or mark of at most 64 bytes, not of digits only"
                                      : "a word of at most 64 bytes (21 Chinese characters) with a letter in it, no single letter from A to Z",
                   may_be_marks (use) ? "不超过 64 字节的词或符号，不能只有数字"
                                      : "不超过 64 字节（21 个汉字）的词，须含文字，且不能是单个英文字母");
    }
  else
    {
      g_ptr_array_add (words, g_strdup (node->text));
    }
}

/* However the word is written there. */
static void
take_word (BalanceWordUse     use,
           const BalanceYaml *node,
           GPtrArray         *words,
           const char        *file,
           BalanceProblems   *problems)
{
  g_autofree char *wanted = node->type == BALANCE_YAML_SCALAR ? balance_text_fold (node->text) : NULL;
  g_autofree char *expected_en = NULL, *expected_zh = NULL;
  g_autoptr (GString) known_words = g_string_new (NULL);
  BalanceText message = { NULL, NULL };
  guint n_taken = 0;

  for (guint i = 0; wanted != NULL && i < words->len;)
    {
      g_autofree char *known = balance_text_fold (g_ptr_array_index (words, i));

      if (strcmp (known, wanted) == 0)
        {
          g_ptr_array_remove_index (words, i);
          n_taken++;
        }
      else
        {
          i++;
        }
    }
  if (n_taken > 0)
    return;

  for (guint i = 0; i < words->len; i++)
    g_string_append_printf (known_words, "%s%s", i == 0 ? "" : ", ", (const char *) g_ptr_array_index (words, i));
  expected_en = g_strdup_printf ("one of: %s", known_words->str);
  expected_zh = g_strdup_printf ("以下之一：%s", known_words->str);
  if (wanted == NULL)
    balance_text_printf (&message, "This is no word of “%s”.", "这不是“%s”的词。", keys[use]);
  else
    balance_text_printf (&message, "“%s” has no word “%s” that could be left out.", "“%s”中没有可以去掉的词“%s”。", keys[use], node->text);
  add_problem (node, file, problems, wanted == NULL ? "wrong-shape" : "unknown-word", &message, expected_en, expected_zh);
}

/* The words of a use under `node`, which may be a single one. */
static void
for_each_word (BalanceWordUse     use,
               const BalanceYaml *node,
               GPtrArray         *words,
               const char        *file,
               BalanceProblems   *problems,
               void             (*does) (BalanceWordUse, const BalanceYaml *, GPtrArray *, const char *, BalanceProblems *))
{
  if (node == NULL)
    return;
  if (node->type != BALANCE_YAML_SEQUENCE)
    {
      does (use, node, words, file, problems);
      return;
    }
  for (guint i = 0; i < node->n_items; i++)
    does (use, node->items[i], words, file, problems);
}

BalanceWords *
balance_words_read (BalanceWords      *base,
                    const BalanceYaml *node,
                    const char        *file,
                    BalanceProblems   *problems)
{
  g_autofree const char **uses = g_memdup2 (keys, sizeof keys);
  const BalanceYaml *without;
  BalanceText message = { NULL, NULL };
  BalanceWords *self;

  uses[BALANCE_N_WORDS] = NULL;
  if (node == NULL)
    return balance_words_ref (base);
  if (node->type != BALANCE_YAML_MAPPING)
    {
      balance_text_set (&message, "These are no words of tables.", "这不是表格用词。");
      add_problem (node, file, problems, "wrong-shape", &message, "a mapping USE: [word, ..]", "映射 用途: [词, ..]");
      return balance_words_ref (base);
    }

  balance_yaml_check_keys (node, keys, file, problems);
  without = balance_yaml_get (node, WITHOUT);
  if (without != NULL && without->type != BALANCE_YAML_MAPPING)
    {
      balance_text_set (&message, "These are no words of tables.", "这不是表格用词。");
      add_problem (without, file, problems, "wrong-shape", &message, "a mapping USE: [word, ..]", "映射 用途: [词, ..]");
      without = NULL;
    }
  balance_yaml_check_keys (without, uses, file, problems);
  self = words_new ();
  for (guint i = 0; i < BALANCE_N_WORDS; i++)
    {
      const BalanceYaml *list = balance_yaml_get (node, keys[i]);
      GPtrArray *words = g_ptr_array_new_with_free_func (g_free);

      for (guint j = 0; base != NULL && base->lists[i][j] != NULL; j++)
        g_ptr_array_add (words, g_strdup (base->lists[i][j]));
      for_each_word (i, without != NULL ? balance_yaml_get (without, keys[i]) : NULL, words, file, problems, take_word);
      if (list != NULL && list->type == BALANCE_YAML_SEQUENCE && words->len + list->n_items > MAX_WORDS)
        {
          BalanceText many = { NULL, NULL };

          balance_text_printf (&many, "“%s” has %u words.", "“%s”有 %u 个词。", keys[i], words->len + list->n_items);
          add_problem (list, file, problems, "limit", &many, "at most 500 words, those of the library included",
                       "不超过 500 个词（含本库自带的词）");
        }
      else
        {
          for_each_word (i, list, words, file, problems, read_word);
        }
      g_ptr_array_add (words, NULL);
      self->lists[i] = (char **) g_ptr_array_free (words, FALSE);
    }

  return self;
}

static gpointer
read_default (gpointer data)
{
  g_autoptr (BalanceProblems) problems = balance_problems_new ();
  g_autoptr (GBytes) bytes = g_resource_lookup_data (balance_words_data_get_resource (), "/balance/words.yaml",
                                                     G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_autoptr (BalanceYaml) root = NULL;
  BalanceWords *self;
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);

  root = balance_yaml_parse (text, size, "words.yaml", problems);
  self = balance_words_read (NULL, balance_yaml_get (root, "words"), "words.yaml", problems);
  g_assert (balance_problems_count (problems, BALANCE_SEVERITY_ERROR) == 0);

  return self;
}

BalanceWords *
balance_words_get_default (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, read_default, NULL);
}
