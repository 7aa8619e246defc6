/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/balance-problem-private.h"
#include "census/balance-dictionary-private.h"

G_BEGIN_DECLS

/* A foreign column that holds one of our fields, or a formula that computes it. */
typedef struct
{
  BalanceField *field;
  int           stage;      /* -1: not for one stage */
  char         *text;       /* header of the column, or formula */
  guint         line;       /* in the map file */
} BalanceMapItem;

struct _BalanceMap
{
  GObject            parent_instance;

  char              *id;
  char              *file;
  BalanceDictionary *dictionary;
  GPtrArray         *columns;      /* of BalanceMapItem */
  GPtrArray         *derive;       /* of BalanceMapItem */
  GHashTable        *values;       /* id of the field -> GHashTable foreign value -> our value */
  char              *skip;         /* nullable: the formula */
  guint              skip_line;
  GHashTable        *names;        /* that the formulas mention */
  char             **ignore;       /* nullable: headers */
  gboolean           ignore_rest;  /* every column that the map does not name */
};

G_END_DECLS
