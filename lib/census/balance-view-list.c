/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "census/balance-view-private.h"

/* A list model that makes its items when they are asked for. */

#define BALANCE_TYPE_VIEW_LIST (balance_view_list_get_type ())
G_DECLARE_FINAL_TYPE (BalanceViewList, balance_view_list, BALANCE, VIEW_LIST, GObject)

struct _BalanceViewList
{
  GObject        parent_instance;

  BalanceFacts  *facts;
  GType          type;
  const guint32 *rows;
  guint          first;
  guint          n;
};

static GType
balance_view_list_get_item_type (GListModel *model)
{
  return ((BalanceViewList *) model)->type;
}

static guint
balance_view_list_get_n_items (GListModel *model)
{
  return ((BalanceViewList *) model)->n;
}

static gpointer
balance_view_list_get_item (GListModel *model,
                            guint       position)
{
  BalanceViewList *self = (BalanceViewList *) model;

  if (position >= self->n)
    return NULL;

  return balance_view_new (self->type, self->facts,
                           self->rows != NULL ? self->rows[position] : self->first + position);
}

static void
balance_view_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = balance_view_list_get_item_type;
  iface->get_n_items = balance_view_list_get_n_items;
  iface->get_item = balance_view_list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (BalanceViewList, balance_view_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, balance_view_list_model_init))

static void
balance_view_list_finalize (GObject *object)
{
  BalanceViewList *self = (BalanceViewList *) object;

  g_clear_pointer (&self->facts, balance_facts_unref);

  G_OBJECT_CLASS (balance_view_list_parent_class)->finalize (object);
}

static void
balance_view_list_class_init (BalanceViewListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_view_list_finalize;
}

static void
balance_view_list_init (BalanceViewList *self)
{
}

GListModel *
balance_view_list_new (GType          type,
                       BalanceFacts  *facts,
                       const guint32 *rows,
                       guint          first,
                       guint          n)
{
  BalanceViewList *self = g_object_new (BALANCE_TYPE_VIEW_LIST, NULL);

  self->facts = balance_facts_ref (facts);
  self->type = type;
  self->rows = rows;
  self->first = first;
  self->n = n;

  return G_LIST_MODEL (self);
}
