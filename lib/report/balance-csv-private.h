/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* By RFC 4180. Spreadsheets run a text that begins like a formula, so such a text gets an apostrophe, which they do not
 * show. NULL is empty. */

/* A cell without its comma, quoted where it must be. */
void balance_csv_append      (GString    *line,
                              const char *text);
/* One cell more of the last line, quoted. */
void balance_csv_append_cell (GString    *text,
                              const char *value,
                              gboolean    number);
void balance_csv_end_line    (GString    *text);

G_END_DECLS
