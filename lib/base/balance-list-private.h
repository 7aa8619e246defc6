/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A list model that several threads may read at once, which a GListStore is not: that keeps its last position.
 * Items are added before anybody else has it, and never after. */
#define BALANCE_TYPE_LIST (balance_list_get_type ())
G_DECLARE_FINAL_TYPE (BalanceList, balance_list, BALANCE, LIST, GObject)

BalanceList *balance_list_new    (GType item_type);
void         balance_list_append (BalanceList *self, gpointer item);
/* Keeps the order of items that compare equal. */
void         balance_list_sort   (BalanceList *self, GCompareFunc compare);

G_END_DECLS
