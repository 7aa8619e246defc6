/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "planning/balance-task-private.h"

G_BEGIN_DECLS

struct _BalanceTaskChange
{
  GObject           parent_instance;

  gint64            revision;
  gint64            task;
  char             *time;
  char             *who;
  BalanceTaskField  field;
  char             *old, *new;     /* nullable */
};

G_END_DECLS
