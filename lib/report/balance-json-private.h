/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A JSON string with its quotes, or null. What is no UTF-8 is made valid. */
void balance_json_append_string (GString         *text,
                                 const char      *value);

/* JSON as it is written, without a tree in memory: commas, quoting, numbers that read back to the same number. */
typedef struct
{
  GString  *text;
  gboolean  first;      /* nothing stands before in this object or list */
  gboolean  in_html;    /* to stand in a <script> element: nothing in a text may end it or open a comment */
} BalanceJson;

void balance_json_next       (BalanceJson        *self);
void balance_json_key        (BalanceJson        *self,
                              const char         *name);
void balance_json_begin      (BalanceJson        *self,
                              char                bracket);
void balance_json_end        (BalanceJson        *self,
                              char                bracket);

/* Values; in a list each after balance_json_next(). NULL and NaN are null. */
void balance_json_string     (BalanceJson        *self,
                              const char         *value);
void balance_json_number     (BalanceJson        *self,
                              double              value);
void balance_json_count      (BalanceJson        *self,
                              guint               value);

/* Members of an object. */
void balance_json_add_string  (BalanceJson       *self,
                               const char        *name,
                               const char        *value);
void balance_json_add_strings (BalanceJson       *self,
                               const char        *name,
                               const char *const *values);
void balance_json_add_number  (BalanceJson       *self,
                               const char        *name,
                               double             value);
void balance_json_add_count   (BalanceJson       *self,
                               const char        *name,
                               guint              value);
void balance_json_add_flag    (BalanceJson       *self,
                               const char        *name,
                               gboolean           value);

G_END_DECLS
