/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "io/balance-workbook-private.h"

G_BEGIN_DECLS

/* What the helper balance-sheet answers: the magic, then records of a tag and numbers (little endian, 32 bits) and
 * texts (a number of bytes, the bytes in UTF-8). An answer without BALANCE_SHEET_END was cut off.
 *
 *   BOOK    text format
 *   SHEET   byte hidden, text name
 *   ROW     number row, byte hidden, number n of columns, n cells: byte kind, text;
 *           a cell of kind BALANCE_SHEET_GAP has a number of blank columns instead of the text
 *   MERGE   numbers top, left, bottom, right
 *   FAULT   byte BalanceSheetFault, text sheet, number row, number column (0 = none), text detail
 *   END     nothing follows; a FAULT ends an answer too
 */
#define BALANCE_SHEET_MAGIC "balance-sheet 1\n"

#define BALANCE_SHEET_BOOK  'B'
#define BALANCE_SHEET_SHEET 'S'
#define BALANCE_SHEET_ROW   'R'
#define BALANCE_SHEET_MERGE 'M'
#define BALANCE_SHEET_FAULT 'F'
#define BALANCE_SHEET_END   'E'

#define BALANCE_SHEET_GAP   255

typedef enum
{
  BALANCE_SHEET_ENCRYPTED,
  BALANCE_SHEET_DAMAGED,          /* the detail says where */
  BALANCE_SHEET_UNKNOWN,          /* a container of something else */
  BALANCE_SHEET_UNSUPPORTED,      /* a workbook of a format that is not read; the detail names it */
  BALANCE_SHEET_TOO_LARGE,        /* more cells or sheets than are read */
  BALANCE_SHEET_TOO_LONG,         /* one cell */
  BALANCE_SHEET_N_FAULTS
} BalanceSheetFault;

/* More than this no workbook may hold: sheets; cells, counting the blank ones up to the last of each row; merged
 * regions; bytes of all texts. */
#define BALANCE_SHEET_MAX_SHEETS 1000
#define BALANCE_SHEET_MAX_CELLS  (1u << 24)
#define BALANCE_SHEET_MAX_MERGES (1u << 20)
#define BALANCE_SHEET_MAX_TEXT   (1u << 28)

G_END_DECLS
