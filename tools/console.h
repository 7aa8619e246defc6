/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <balance/balance.h>

#include "report/balance-wording-private.h"

G_BEGIN_DECLS

enum
{
  TOOL_MET = 0,
  TOOL_UNMET = 1,     /* or undetermined */
  TOOL_BAD_INPUT = 2,
};

/* The languages and the terminal of this run. */

/* Takes --lang and --color, which may stand anywhere, out of the arguments. FALSE after saying what is wrong. */
gboolean    tool_console_init      (int               *argc,
                                    char             **argv);
BalanceLanguage tool_language      (void);
const char *tool_language_name     (void);
const char *tool_word              (const char        *en,
                                    const char        *zh) G_GNUC_FORMAT (1) G_GNUC_FORMAT (2);
gboolean    tool_colour_for        (int                fd);

/* Text to standard output; a reader that went away (| head) is no error. */
void        tool_print             (const char        *text);
/* The status to leave with: that one, unless standard output could not be written. */
int         tool_finish            (int                status);
/* One line to standard error, "balance: …". Always returns TOOL_BAD_INPUT. */
int         tool_fail              (const char        *format,
                                    ...) G_GNUC_PRINTF (1, 2);
int         tool_fail_error        (const GError      *error);
/* The data have no district or school of that code or name: the format takes it. `known` is the list of them. */
int         tool_fail_absent       (const char        *format,
                                    const char        *wanted,
                                    GListModel        *known);
void        tool_remark            (const char        *format,
                                    ...) G_GNUC_PRINTF (1, 2);
/* To standard error, errors first, one line each; the first 50 unless `all`. */
void        tool_print_problems    (GListModel        *problems,
                                    gboolean           all);
int         tool_status            (BalanceVerdict     verdict);

/* Shows how far a long work has come while standard error is a terminal. */
typedef struct _ToolProgress ToolProgress;

ToolProgress *tool_progress_start  (BalanceProgress   *progress);
void          tool_progress_end    (ToolProgress      *self);

G_END_DECLS
