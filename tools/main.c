/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "arguments.h"
#include "console.h"
#include "uninstalled.h"

static const ToolCommand *const commands[] = {
  &tool_evaluate,
  &tool_explain,
  &tool_inspect,
  &tool_audit,
  &tool_import,
  &tool_store,
  &tool_standard,
  &tool_fields,
  &tool_template,
  &tool_gaps,
  &tool_plan,
  &tool_tasks,
  &tool_stability,
  &tool_whatif,
};

static void
print_help (void)
{
  BalanceLayout layout;
  g_autofree char *text = NULL;

  balance_layout_init (&layout, tool_language (), tool_colour_for (STDOUT_FILENO));
  balance_layout_paragraph (&layout, 0, 7, BALANCE_INK_PLAIN,
                            tool_word ("Usage: balance COMMAND …", "用法：balance 命令 …"));
  balance_layout_blank (&layout);
  balance_layout_paragraph (&layout, 0, 0, BALANCE_INK_PLAIN,
                            tool_word ("Judges whether the schools of a county are balanced, and says why.",
                                       "判定一个县（市、区）的义务教育学校是否均衡，并说明理由。"));
  balance_layout_blank (&layout);
  balance_layout_paragraph (&layout, 0, 0, BALANCE_INK_PLAIN, tool_word ("Commands:", "命令："));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      const BalanceLayoutCell cells[] = {
        { commands[i]->name, 10, FALSE, BALANCE_INK_STRONG },
        { tool_word (commands[i]->about_en, commands[i]->about_zh), BALANCE_LAYOUT_WIDTH - 14, FALSE, BALANCE_INK_PLAIN },
      };

      balance_layout_row (&layout, 2, cells, G_N_ELEMENTS (cells));
    }
  balance_layout_blank (&layout);
  text = balance_layout_end (&layout);
  tool_print (text);
  tool_common_help ();
  tool_print (tool_word ("\nbalance COMMAND --help tells more of a command, balance --version the version.\n",
                         "\nbalance 命令 --help 显示该命令的帮助，balance --version 显示版本。\n"));
}

static const ToolCommand *
find_command (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (commands[i]->name, name) == 0)
      return commands[i];

  return NULL;
}

static int
run (char **argv)
{
  const ToolCommand *command;

  if (argv[1] == NULL)
    {
      tool_fail ("%s", tool_word ("which command? See balance --help", "缺少命令，见 balance --help"));
      return TOOL_BAD_INPUT;
    }

  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0 || (strcmp (argv[1], "help") == 0 && argv[2] == NULL))
    {
      print_help ();
      return TOOL_MET;
    }
  if (strcmp (argv[1], "--version") == 0)
    {
      tool_print ("balance " BALANCE_VERSION_S "\n");
      return TOOL_MET;
    }

  command = find_command (strcmp (argv[1], "help") == 0 ? argv[2] : argv[1]);
  if (command == NULL)
    return tool_fail (tool_word ("there is no command “%s”; see balance --help", "没有命令“%s”，见 balance --help"),
                      strcmp (argv[1], "help") == 0 ? argv[2] : argv[1]);
  if (strcmp (argv[1], "help") == 0)
    {
      tool_command_help (command);
      return TOOL_MET;
    }

  return tool_command_run (command, argv + 1);
}

int
main (int    argc,
      char **argv)
{
  balance_tool_find_uninstalled_data ();
  /* A reader that stops reading ends the writing, not the verdict. */
  signal (SIGPIPE, SIG_IGN);

  if (!tool_console_init (&argc, argv))
    return TOOL_BAD_INPUT;

  return tool_finish (run (argv));
}
