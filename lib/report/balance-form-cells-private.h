/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "evaluation/balance-evaluation-private.h"
#include "io/balance-xlsx-private.h"
#include "report/balance-form-private.h"

G_BEGIN_DECLS

/* What stands in the cells of a form, for one district after the other. */

/* One cell, made. */
typedef struct
{
  char             *text;        /* digits where `number` */
  gboolean          number;
  int               decimals;
  BalanceXlsxShade  shade;
  char             *flip;        /* rounding would turn the verdict: the full figure beside its limit; nullable */
} BalanceFormShown;

typedef struct
{
  BalanceEvaluation *evaluation;
  BalanceFacts      *facts;
  BalanceForm       *form;
  BalanceLanguage    language;
  /* the standard once more, with the formulas of the form compiled into it */
  BalanceScheme     *scheme;
  BalanceBindings   *bindings;
  BalanceJudge      *region;     /* nullable */
  BalanceJudge      *judge;
  GHashTable        *nodes;      /* BalanceExpression -> BalanceNode */
  BalanceReplay     *replay;     /* of the current district */
  guint              district;
} BalanceFormCells;

/* NULL after setting the error where the form does not fit the standard. `form` is borrowed. */
BalanceFormCells *balance_form_cells_new          (BalanceEvaluation       *evaluation,
                                                   BalanceForm             *form,
                                                   BalanceLanguage          language,
                                                   GError                 **error);
void              balance_form_cells_free         (BalanceFormCells        *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceFormCells, balance_form_cells_free)

void              balance_form_cells_set_district (BalanceFormCells        *self,
                                                   guint                    district);
/* The sections of the district that a sheet has rows for, as rows of the table. (transfer full) */
GArray           *balance_form_cells_get_sections (BalanceFormCells        *self,
                                                   const BalanceFormSheet  *sheet);
/* `row_cell` (nullable) is that of the row of the description, `title` its title; `section` a row of the table, -1
 * where the row is not one of a section. */
void              balance_form_cells_show         (BalanceFormCells        *self,
                                                   const BalanceFormCell   *cell,
                                                   const BalanceFormCell   *row_cell,
                                                   int                      section,
                                                   BalanceFormShown        *shown);
/* What the cell shows: its own, else its row's. */
BalanceFormShow   balance_form_cells_get_show     (const BalanceFormCell   *cell,
                                                   const BalanceFormCell   *row_cell);
/* (transfer full) */
char             *balance_form_cells_dup_title    (BalanceFormCells        *self,
                                                   const BalanceFormRow    *row);
char             *balance_form_cells_dup_note     (BalanceFormCells        *self,
                                                   const BalanceFormCell   *note);
void              balance_form_shown_clear        (BalanceFormShown        *shown);

G_END_DECLS
