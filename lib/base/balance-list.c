/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/balance-list-private.h"

struct _BalanceList
{
  GObject    parent_instance;

  GType      item_type;
  GPtrArray *items;
};

static GType
get_item_type (GListModel *model)
{
  return BALANCE_LIST (model)->item_type;
}

static guint
get_n_items (GListModel *model)
{
  return BALANCE_LIST (model)->items->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  BalanceList *self = BALANCE_LIST (model);

  return position < self->items->len ? g_object_ref (g_ptr_array_index (self->items, position)) : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (BalanceList, balance_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static void
balance_list_finalize (GObject *object)
{
  g_ptr_array_unref (BALANCE_LIST (object)->items);

  G_OBJECT_CLASS (balance_list_parent_class)->finalize (object);
}

static void
balance_list_class_init (BalanceListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_list_finalize;
}

static void
balance_list_init (BalanceList *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}

BalanceList *
balance_list_new (GType item_type)
{
  BalanceList *self = g_object_new (BALANCE_TYPE_LIST, NULL);

  self->item_type = item_type;

  return self;
}

void
balance_list_append (BalanceList *self, gpointer item)
{
  g_ptr_array_add (self->items, g_object_ref (item));
}

static int
compare_places (gconstpointer a, gconstpointer b, gpointer compare)
{
  return ((GCompareFunc) compare) (*(gconstpointer const *) a, *(gconstpointer const *) b);
}

void
balance_list_sort (BalanceList *self, GCompareFunc compare)
{
  /* stable, which the sort of an array is not bound to be */
  g_qsort_with_data (self->items->pdata, (int) self->items->len, sizeof (gpointer), compare_places, (gpointer) compare);
}
