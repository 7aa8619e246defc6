/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <balance/balance.h>

#include "io/balance-input-private.h"

G_BEGIN_DECLS

struct _BalanceColumnInspection
{
  GObject         parent_instance;

  guint           column;
  char           *header;
  BalanceField   *field;        /* nullable */
  char           *stage;        /* nullable */
  double          factor;
  gboolean        in_formula;   /* of the map */
  char           *value;        /* nullable: of forms, and of what stands above a table */
  char          **suggestions;
  BalanceProblem *problem;      /* nullable */
};

struct _BalanceSheetInspection
{
  GObject     parent_instance;

  char       *name;             /* nullable */
  gboolean    hidden;
  guint       n_rows, n_columns;
  const char *kind;
  gboolean    is_form;
  guint       first_header_row, last_header_row;
  guint       n_known;
  GListStore *columns;
  GArray     *sample_rows;      /* of guint */
  GPtrArray  *samples;          /* of string vectors */
};

struct _BalanceInspection
{
  GObject      parent_instance;

  char        *file;
  char        *format;          /* nullable */
  char        *encoding;        /* nullable */
  gboolean     guessed;
  char        *separator;       /* nullable */
  GListStore  *sheets;
  GListModel  *problems;
};

/* (transfer full) `problems` holds what opening the file had to say. */
BalanceInspection *balance_inspection_new (BalanceInput    *input,
                                           BalanceNames    *names,
                                           BalanceProblems *problems);

G_END_DECLS
