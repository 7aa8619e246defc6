/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "census/balance-census-private.h"

G_BEGIN_DECLS

/* BalanceDistrict, BalanceSchool and BalanceSection are all this: one row of the facts. */
typedef struct
{
  GObject       parent_instance;
  BalanceFacts *facts;
  guint         row;
} BalanceView;

struct _BalanceDistrict { BalanceView view; };
struct _BalanceSchool   { BalanceView view; };
struct _BalanceSection  { BalanceView view; };

/* (transfer full) a view of the given type */
gpointer     balance_view_new          (GType               type,
                                        BalanceFacts       *facts,
                                        guint               row);
void         balance_view_class_init   (gpointer            klass);

gboolean     balance_facts_has_value   (BalanceFacts       *self,
                                        BalanceLevel        level,
                                        guint               row,
                                        const char         *field);
double       balance_facts_get_number  (BalanceFacts       *self,
                                        BalanceLevel        level,
                                        guint               row,
                                        const char         *field);
char        *balance_facts_dup_text    (BalanceFacts       *self,
                                        BalanceLevel        level,
                                        guint               row,
                                        const char         *field,
                                        const char         *language);
BalanceCell *balance_facts_dup_cell    (BalanceFacts       *self,
                                        BalanceLevel        level,
                                        guint               row,
                                        const char         *field);

/* (transfer full) the exact value as text; (nullable) `language` as in balance_section_dup_text() */
char        *balance_column_dup_text   (BalanceFacts        *facts,
                                        const BalanceColumn *column,
                                        guint                row,
                                        const char          *language);
/* The value as the nearest double: one correctly rounded division. */
double       balance_column_get_number (const BalanceColumn *column,
                                        guint                row);

/* (transfer full) rows `first` .. `first + n - 1`, or where `rows` is not NULL the rows that stand there;
 * `rows` must belong to the facts. */
GListModel  *balance_view_list_new     (GType               type,
                                        BalanceFacts       *facts,
                                        const guint32      *rows,
                                        guint               first,
                                        guint               n);

BalanceCell *balance_cell_new          (const char         *file,
                                        const char         *sheet,
                                        guint               row,
                                        guint               column);

G_END_DECLS
