/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "io/balance-xlsx-private.h"
#include "planning/balance-plan-gaps-private.h"

G_BEGIN_DECLS

/* Title and explanation stand above. */
#define BALANCE_PLAN_XLSX_HEADER_ROW 2

/* The workbook of a plan while it is written. */
typedef struct
{
  BalancePlan     *plan;
  GPtrArray       *gaps;       /* of BalancePlanGap */
  BalanceLanguage  language;
  BalanceXlsx     *xlsx;
  lxw_worksheet   *sheet;
  guint            row;
} BalancePlanXlsx;

const char *balance_plan_xlsx_word  (BalancePlanXlsx *self,
                                     const char      *en,
                                     const char      *zh);
/* A sheet with its title and a line below it over so many columns; the header row is next. */
void        balance_plan_xlsx_begin (BalancePlanXlsx *self,
                                     const char      *name,
                                     const char      *title,
                                     const char      *above,
                                     guint            n_columns,
                                     double           width);
/* A number as its digits say. */
void        balance_plan_xlsx_digits (BalancePlanXlsx *self,
                                      guint            column,
                                      const char      *digits);
void        balance_plan_xlsx_count (BalancePlanXlsx *self,
                                     guint            column,
                                     guint            number);
/* Parts of a yuan. */
void        balance_plan_xlsx_money (BalancePlanXlsx *self,
                                     guint            column,
                                     gint64           parts);

/* The sheets of totals: by school, and by measure and year. */
void        balance_plan_xlsx_add_schools (BalancePlanXlsx *self);
void        balance_plan_xlsx_add_years   (BalancePlanXlsx *self);

G_END_DECLS
