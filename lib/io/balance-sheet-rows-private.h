/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "census/balance-value-private.h"
#include "formula/balance-row-formula-private.h"
#include "io/balance-csv-block-private.h"
#include "io/balance-header-private.h"
#include "io/balance-sheet-import-private.h"

G_BEGIN_DECLS

/* The import of a table from within: one file takes rows one by one, another those of a block. */

#define BALANCE_CHOICE_CACHE_SIZE 32
#define BALANCE_CHOICE_CACHE_TEXT 40

/* The same few words fill a column of choices. */
typedef struct
{
  guint8 length;
  char   text[BALANCE_CHOICE_CACHE_TEXT];
  int    code;
} BalanceCachedChoice;

typedef struct
{
  BalanceTarget      target;
  BalanceLevel       level;      /* the table that the value goes to */
  const char        *name;       /* header of the column */
  gboolean           stored;     /* it is a value and not only who the row is about */
  gboolean           distinct;   /* a text that nearly every row has another one of, so that nobody need look whether it is known */
  GHashTable        *values;     /* of the map; nullable, not owned */
  BalanceRowFormula *formula;    /* of the map; nullable */
  BalanceCachedChoice *cache;      /* of choices; nullable */

  /* in the current row */
  gboolean           given;
  gboolean           faulty;
  int                stage;      /* of the section that the value goes to; -1: of the row itself */
  const char        *text;
  gsize              length;
  BalanceDecimal     value;

  /* cells with something that stands for nothing */
  guint              n_fillers, filler_row;
  char              *filler;
  BalanceFiller      filler_kind;
} BalanceSheetItem;

/* Does a record of a draft have its value? */
static inline gboolean
balance_sheet_item_is_drafted (const BalanceSheetItem *item)
{
  return item->stored && (item->level == BALANCE_LEVEL_SCHOOL || item->level == BALANCE_LEVEL_SECTION);
}

/* A district that rows of a block named, with what it takes to see in one place that they name it again: its code and,
 * of its values, a text. */
typedef struct
{
  guint64 code;              /* its bytes */
  guint32 code_length;       /* 0: none */
  guint32 row;
  guint64 text[4];           /* the bytes */
  guint32 text_length;       /* 0: it is longer, or not known */
  guint32 padding[3];
} BalanceSheetDistrict;

/* How many places one may stand in. */
#define BALANCE_SHEET_DISTRICT_WAYS 4

/* What is known of one year. */
typedef struct
{
  BalanceIntake  *intake;
  BalanceCells  **cells;            /* [item] */
  GString        *district_text;    /* of the last row */
  guint32         district;
  BalanceSheetDistrict *districts;  /* by hash; of blocks, nullable */
  guint           n_districts;      /* places there */

  /* schools that other tables gave, by name; nullable */
  GHashTable     *by_name;          /* "district\nplain name" -> row + 1, G_MAXUINT if several */
  GHashTable     *district_by_name; /* name -> row + 1, G_MAXUINT if several */
} BalanceSheetSlot;

/* Where a formula of the map finds a name. */
typedef struct
{
  gboolean is_item;
  guint    index;        /* of a column or of an item */
} BalanceSheetOperand;

struct _BalanceSheetImport
{
  BalanceImportRun *run;
  guint             source;
  const char       *file, *sheet;
  guint             header_row;
  BalanceHeader    *header;
  BalanceOutline   *outline;
  gboolean          ragged;           /* rows end at their last filled cell */
  BalanceSpan      *cells;            /* [n_headers] the row and what stands above the table */
  GArray           *spans;            /* of BalanceSpan: the row of a grid */
  const BalanceGridCell *grid_cells;  /* what they are; nullable */
  guint             n_grid_cells;
  const BalanceValueColumn *values;   /* [n_columns] nullable */
  guint             value_row;

  BalanceTableKind  form;
  guint             form_number;
  BalanceSheetItem *items;
  guint             n_items;
  gboolean          has_sections;     /* some item goes to a section */
  BalanceSheetItem *identity[BALANCE_N_IDS];
  gboolean          by_code;          /* schools are known by their code */
  guint8           *kind_stages;      /* [kind * n_stages + stage] */
  guint             n_stages;

  GArray           *operands;         /* of BalanceSheetOperand */
  BalanceRowValue  *operand_values;
  BalanceRowFormula *skip;

  GArray           *slots;            /* of BalanceSheetSlot */
  BalanceSheetSlot *last_slot;

  BalanceCsvFigures figures;          /* of blocks; nullable */
  gboolean          drafted;          /* the first rows were, or cannot be */
  gboolean          drafting;         /* the rows up to here are in a draft of the only slot */
  guint32          *block_memory;     /* for the lists of a block; nullable */
  gsize             n_block_memory;

  /* the current row */
  guint             row;
  gboolean          bad;
  gboolean          quiet;            /* it may still be left out: report nothing */
  guint8           *stages;           /* [stage] the school has it */

  guint             n_rows, n_skipped, n_looked_up, n_joined;
  gboolean          untitled_reported;
};

/* Where the year of the row goes. */
BalanceSheetSlot *balance_sheet_import_get_slot      (BalanceSheetImport *self,
                                                      int                 year);
/* Takes the values of the items, whatever they were read from, as a row. */
void              balance_sheet_import_take_items    (BalanceSheetImport *self,
                                                      BalanceSheetSlot   *slot);
/* The cells of the intake that the items go to. */
void              balance_sheet_import_open_cells    (BalanceSheetImport *self,
                                                      BalanceSheetSlot   *slot);
/* Begins a draft in a slot where there is nothing yet; FALSE if rows have to be looked up as they come. */
gboolean          balance_sheet_import_begin_draft   (BalanceSheetImport *self,
                                                      BalanceSheetSlot   *slot);
/* Says that the code of a school that is new stands in another district too. */
void              balance_sheet_import_warn_namesake (BalanceSheetImport *self,
                                                      BalanceSheetSlot *slot,
                                                      guint32             school);

G_END_DECLS
