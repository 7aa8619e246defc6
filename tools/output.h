/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Where a result goes: standard output, or a file that appears under its name only when it is complete. */
typedef struct _ToolOutput ToolOutput;

/* NULL or "-": standard output. NULL after setting the error. */
ToolOutput    *tool_output_open    (const char  *path,
                                    GError     **error);
GOutputStream *tool_output_stream  (ToolOutput  *self);
gboolean       tool_output_is_file (ToolOutput  *self);
/* Makes the file appear. A standard output whose reader went away is no error. Frees the output. */
gboolean       tool_output_commit  (ToolOutput  *self,
                                    GError     **error);
/* Leaves no trace. Frees the output. */
void           tool_output_discard (ToolOutput  *self);

G_END_DECLS
