/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/balance-problem-private.h"
#include "formula/balance-expression-private.h"
#include "standard/balance-pack-private.h"

G_BEGIN_DECLS

/* The layout of the official form of a standard: which tables, which rows and columns, what stands in them. Data
 * (data/forms), read by this; which figure is which is said there and nowhere in C. */

/* What a cell shows. */
typedef enum
{
  BALANCE_FORM_BLANK,
  BALANCE_FORM_NUMBER,     /* number of the row */
  BALANCE_FORM_SUBJECT,    /* whose row it is */
  BALANCE_FORM_CODE,       /* the code of that school or district */
  BALANCE_FORM_TITLE,      /* title of the row, or of what the row is about */
  BALANCE_FORM_GROUP,      /* what the row belongs to; equal ones that follow one another are one cell */
  BALANCE_FORM_VALUE,      /* a formula */
  BALANCE_FORM_TEXT,       /* a sentence with formulas in it, or what is known of the requirement */
  BALANCE_FORM_FIGURE,     /* the value that a requirement or indicator judges */
  BALANCE_FORM_VERDICT,
  BALANCE_FORM_REMARK,     /* of a combination: which items are met, which reach the floor */
  BALANCE_FORM_MET,        /* how many subjects meet it */
  BALANCE_FORM_MET_SHARE,  /* the same in per cent of those that it asks */
  BALANCE_FORM_MEAN,       /* of an indicator, in a stage */
  BALANCE_FORM_CV,
} BalanceFormShow;

typedef enum
{
  BALANCE_FORM_PART_LITERAL,
  BALANCE_FORM_PART_FORMULA,
  BALANCE_FORM_PART_FIGURE,         /* {value REQ} */
  BALANCE_FORM_PART_MET,            /* {met REQ}, .. */
  BALANCE_FORM_PART_UNMET,
  BALANCE_FORM_PART_UNDETERMINED,
} BalanceFormPartKind;

typedef struct
{
  BalanceFormPartKind  kind;
  char                *text;        /* LITERAL; id of a requirement */
  BalanceExpression   *formula;
  int                  decimals;    /* -1: as many as there are, up to six */
} BalanceFormPart;

typedef struct
{
  BalanceFormShow    show;
  gboolean           has_show;
  char             **of;            /* requirements or indicators; nullable */
  char              *stage;         /* nullable */
  BalanceExpression *value;         /* nullable */
  int                decimals;      /* -1: not stated */
  gboolean           code;          /* a choice by its official code */
  GPtrArray         *text[2];       /* of BalanceFormPart, by language; nullable */
  guint              line, column;
} BalanceFormCell;

typedef struct
{
  BalanceText        title;
  char              *label;         /* such as L7; nullable */
  double             width;         /* characters; 0: by what it shows */
  GPtrArray         *columns;       /* of BalanceFormColumn: it is only the head of these; nullable */
  BalanceFormCell   *cell;
  GPtrArray         *cells;         /* of BalanceFormCell, by row; nullable */
} BalanceFormColumn;

typedef struct
{
  BalanceText        title, group;
  gboolean           numbered;
  BalanceFormCell   *cell;
} BalanceFormRow;

typedef struct
{
  char              *id;
  BalanceText        name, title;
  gboolean           each_section;  /* a row for each section, else the rows of the description */
  char              *of;            /* sections: those that this requirement asks; nullable */
  GPtrArray         *columns;       /* of BalanceFormColumn */
  GPtrArray         *rows;          /* of BalanceFormRow; nullable */
  GPtrArray         *notes;         /* of BalanceFormCell with text */
} BalanceFormSheet;

typedef struct
{
  char              *file;
  BalanceText        title;
  GPtrArray         *sheets;        /* of BalanceFormSheet */
  GHashTable        *collected;     /* id of a field -> unit in which the fill-in form asks for it */
} BalanceForm;

/* The form of a standard, of one that it extends, or NULL without a problem where there is none: ID.form.yaml
 * beside a pack, forms/ID.yaml among the library's data. */
BalanceForm *balance_form_find   (BalancePack      *pack,
                                  BalanceProblems  *problems);
/* NULL after adding problems. */
BalanceForm *balance_form_read   (GBytes           *bytes,
                                  const char       *path,
                                  BalanceProblems  *problems);
/* A plain form for a standard without one: sections x indicators, dispersions, requirements. */
BalanceForm *balance_form_make   (BalancePack      *pack);
void         balance_form_free   (BalanceForm      *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceForm, balance_form_free)

/* Every formula of the form with the level of its rows. */
typedef void (*BalanceFormFormulaFunc) (const BalanceExpression *formula, BalanceLevel level, guint line, guint column, gpointer data);
void         balance_form_foreach_formula (BalanceForm            *self,
                                           BalanceFormFormulaFunc  func,
                                           gpointer                data);

G_END_DECLS
