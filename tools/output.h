/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef gboolean (*ToolWriteFunc) (gpointer        data,
                                   GOutputStream  *stream,
                                   GError        **error);

/* Has a result written to standard output (NULL or "-"), or to a file that appears under its name only when it is complete.
 * With `mark`, a file begins with the byte order mark by which spreadsheets take it for UTF-8. A standard output
 * whose reader went away is no error. Returns the status to leave with, TOOL_MET to go on; errors are told. */
int tool_output_write (const char    *path,
                       gboolean       mark,
                       ToolWriteFunc  write,
                       gpointer       data);

/* Several, of which none appears unless all could be written. */
#define TOOL_MAX_OUTPUTS 8

typedef struct
{
  const char    *path;
  gboolean       mark;
  ToolWriteFunc  write;
  gpointer       data;
} ToolOutput;

int tool_output_write_all (const ToolOutput *outputs,
                           guint             n);

G_END_DECLS
