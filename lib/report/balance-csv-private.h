/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One cell more of the last line, by RFC 4180; a text that a spreadsheet would run gets an apostrophe. NULL is empty. */
void balance_csv_append_cell (GString    *text,
                              const char *value,
                              gboolean    number);
void balance_csv_end_line    (GString    *text);

G_END_DECLS
