/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "report/balance-json-private.h"

G_BEGIN_DECLS

/* A JSON list that grows while others are written, each entry once. */
typedef struct
{
  BalanceJson  json;
  guint        n;
  GHashTable  *ids;     /* key -> position + 1 */
} BalanceHtmlPool;

void     balance_html_pool_init  (BalanceHtmlPool *self);
void     balance_html_pool_clear (BalanceHtmlPool *self);
/* FALSE if it is not there. */
gboolean balance_html_pool_find  (BalanceHtmlPool *self,
                                  const char      *key,
                                  guint           *id);
/* The position of the entry that was just written to `json`. Takes the key. */
guint    balance_html_pool_add   (BalanceHtmlPool *self,
                                  char            *key);

/* A pool of texts in both languages: "same in both" or ["中文", "English"]. Repeated texts are the bulk of a report. */
guint    balance_html_texts_get  (BalanceHtmlPool *self,
                                  const char      *zh,
                                  const char      *en);
/* A member that names a text of the pool; none where there is no text. */
void     balance_html_texts_add  (BalanceHtmlPool *self,
                                  BalanceJson     *json,
                                  const char      *name,
                                  const char      *zh,
                                  const char      *en);
/* The same, and frees the texts. */
void     balance_html_texts_take (BalanceHtmlPool *self,
                                  BalanceJson     *json,
                                  const char      *name,
                                  char            *zh,
                                  char            *en);

G_END_DECLS
