/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report/balance-html-texts-private.h"

void
balance_html_pool_init (BalanceHtmlPool *self)
{
  self->json = (BalanceJson) { g_string_new (NULL), TRUE, TRUE };
  self->n = 0;
  self->ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

void
balance_html_pool_clear (BalanceHtmlPool *self)
{
  g_string_free (self->json.text, TRUE);
  g_hash_table_unref (self->ids);
}

gboolean
balance_html_pool_find (BalanceHtmlPool *self,
                        const char      *key,
                        guint           *id)
{
  guint found = GPOINTER_TO_UINT (g_hash_table_lookup (self->ids, key));

  *id = found - 1;

  return found > 0;
}

guint
balance_html_pool_add (BalanceHtmlPool *self,
                       char            *key)
{
  g_hash_table_insert (self->ids, key, GUINT_TO_POINTER (self->n + 1));

  return self->n++;
}

guint
balance_html_texts_get (BalanceHtmlPool *self,
                        const char      *zh,
                        const char      *en)
{
  gboolean same = g_strcmp0 (zh, en) == 0;
  g_autofree char *key = g_strconcat (zh, same ? "" : "\001", same ? "" : en, NULL);
  BalanceJson *json = &self->json;
  guint id;

  if (balance_html_pool_find (self, key, &id))
    return id;

  balance_json_next (json);
  if (same)
    balance_json_string (json, zh);
  else
    {
      balance_json_begin (json, '[');
      balance_json_next (json);
      balance_json_string (json, zh);
      balance_json_next (json);
      balance_json_string (json, en);
      balance_json_end (json, ']');
    }

  return balance_html_pool_add (self, g_steal_pointer (&key));
}

void
balance_html_texts_add (BalanceHtmlPool *self,
                        BalanceJson     *json,
                        const char      *name,
                        const char      *zh,
                        const char      *en)
{
  if (zh == NULL || en == NULL || (*zh == '\0' && *en == '\0'))
    return;
  balance_json_add_count (json, name, balance_html_texts_get (self, zh, en));
}

void
balance_html_texts_take (BalanceHtmlPool *self,
                         BalanceJson     *json,
                         const char      *name,
                         char            *zh,
                         char            *en)
{
  balance_html_texts_add (self, json, name, zh, en);
  g_free (zh);
  g_free (en);
}
