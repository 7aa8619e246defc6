/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Each reads its workbook, writes the sheets and ends the process; what cannot be read is a fault. */

/* Decides by what the ZIP container holds: XLSX or ODS. */
void sheet_read_zip  (const guint8 *data,
                      gsize         length) G_GNUC_NORETURN;
void sheet_read_xlsx (const char   *workbook_part) G_GNUC_NORETURN;
void sheet_read_ods  (void) G_GNUC_NORETURN;
void sheet_read_xls  (const guint8 *data,
                      gsize         length) G_GNUC_NORETURN;
void sheet_read_dbf  (const guint8 *data,
                      gsize         length) G_GNUC_NORETURN;

G_END_DECLS
