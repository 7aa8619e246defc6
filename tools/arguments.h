/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One option of a sub-command with its help in both languages. The list ends with a NULL name. */
typedef struct
{
  const char *name;
  GOptionArg  type;
  gpointer    value;
  const char *argument_en, *argument_zh;    /* what it takes, NULL if nothing */
  const char *help_en, *help_zh;
} ToolOption;

typedef struct
{
  const char       *name;
  const char       *usage_en, *usage_zh;    /* what follows the name, one form a line */
  const char       *about_en, *about_zh;
  const char       *notes_en, *notes_zh;    /* printed after the options, nullable */
  const ToolOption *options;
  int             (*run) (char **arguments);   /* what is left when the options are taken; NULL-terminated */
} ToolCommand;

extern const ToolCommand tool_audit;
extern const ToolCommand tool_evaluate;
extern const ToolCommand tool_explain;
extern const ToolCommand tool_import;
extern const ToolCommand tool_store;
extern const ToolCommand tool_standard;
extern const ToolCommand tool_fields;
extern const ToolCommand tool_inspect;
extern const ToolCommand tool_template;
extern const ToolCommand tool_gaps;
extern const ToolCommand tool_plan;
extern const ToolCommand tool_tasks;
extern const ToolCommand tool_stability;
extern const ToolCommand tool_whatif;

/* Parses, prints help where it is asked for, runs. `argv` begins with the name of the sub-command. */
int   tool_command_run  (const ToolCommand *command,
                         char             **argv);
void  tool_command_help (const ToolCommand *command);
/* The options that stand in every help. */
void  tool_common_help  (void);
/* FALSE after saying so if a text from the command line is not UTF-8. */
gboolean tool_check_utf8 (char            **arguments);
/* A number of at least zero with one of the endings behind it, each of which multiplies by its factor. The list ends with NULL. */
gboolean tool_read_number (const char        *text,
                           const char *const *endings,
                           const double      *factors,
                           double            *number);
/* "1%", "0.5 %", "0.5％" or "0.01" */
gboolean tool_read_share  (const char        *text,
                           double            *share);

G_END_DECLS
