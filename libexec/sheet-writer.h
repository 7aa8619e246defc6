/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "io/balance-sheet-protocol-private.h"

G_BEGIN_DECLS

/* Writes the answer to standard output, one sheet after the other, rows rising, and counts what it holds. */

void sheet_writer_begin       (const char          *format);
void sheet_writer_begin_sheet (const char          *name,
                               gboolean             hidden);
void sheet_writer_merge       (guint                top,
                               guint                left,
                               guint                bottom,
                               guint                right);
void sheet_writer_begin_row   (guint                row,
                               gboolean             hidden);
/* Columns rise within a row. What is empty is blank and not written. */
void sheet_writer_cell        (guint                column,
                               BalanceGridCellKind  kind,
                               const char          *text,
                               gssize               length);
void sheet_writer_end_row     (void);
/* Ends the process too. */
void sheet_writer_end         (void) G_GNUC_NORETURN;

/* Ends the answer with a fault at this place of the sheet that is being written (0 = no row or column), and the
 * process. Nobody has to clean up after it. */
void sheet_fault              (BalanceSheetFault    fault,
                               guint                row,
                               guint                column,
                               const char          *detail,
                               ...) G_GNUC_PRINTF (4, 5) G_GNUC_NORETURN;

G_END_DECLS
