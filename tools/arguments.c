/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "arguments.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "console.h"

#define OPTION_WIDTH 26

static const ToolOption common[] = {
  { "lang", G_OPTION_ARG_NONE, NULL, "zh|en", "zh|en",
    "language of texts; otherwise from LC_ALL, LC_MESSAGES or LANG", "文字的语言；不指定时依 LC_ALL、LC_MESSAGES、LANG" },
  { "color", G_OPTION_ARG_NONE, NULL, "WHEN", "时机",
    "auto (on a terminal), always or never", "auto（仅终端）、always 或 never" },
  { "help", G_OPTION_ARG_NONE, NULL, NULL, NULL,
    "print this help", "显示本帮助" },
  { NULL }
};

/* The one option that has a letter, as in most tools. */
static char
short_name (const ToolOption *option)
{
  return strcmp (option->name, "output") == 0 ? 'o' : 0;
}

static void
print_options (BalanceLayout    *layout,
               const ToolOption *options)
{
  for (const ToolOption *option = options; option->name != NULL; option++)
    {
      const char *argument = option->argument_en == NULL ? NULL : tool_word (option->argument_en, option->argument_zh);
      g_autofree char *name = g_strdup_printf ("%s--%s%s%s", short_name (option) != 0 ? "-o, " : "", option->name, argument == NULL ? "" : "=", argument == NULL ? "" : argument);
      const BalanceLayoutCell cells[] = {
        { name, OPTION_WIDTH, FALSE, BALANCE_INK_STRONG },
        { tool_word (option->help_en, option->help_zh), BALANCE_LAYOUT_WIDTH - OPTION_WIDTH - 4, FALSE, BALANCE_INK_PLAIN },
      };

      balance_layout_row (layout, 2, cells, G_N_ELEMENTS (cells));
    }
}

static void
print_layout (BalanceLayout *layout)
{
  g_autofree char *text = balance_layout_end (layout);

  tool_print (text);
}

void
tool_common_help (void)
{
  BalanceLayout layout;

  balance_layout_init (&layout, tool_language (), tool_colour_for (STDOUT_FILENO));
  balance_layout_paragraph (&layout, 0, 0, BALANCE_INK_PLAIN, tool_word ("Options of every command:", "各命令通用的选项："));
  print_options (&layout, common);
  print_layout (&layout);
}

void
tool_command_help (const ToolCommand *command)
{
  BalanceLayout layout;
  g_auto (GStrv) usages = g_strsplit (tool_word (command->usage_en, command->usage_zh), "\n", -1);

  balance_layout_init (&layout, tool_language (), tool_colour_for (STDOUT_FILENO));
  for (guint i = 0; usages[i] != NULL; i++)
    {
      g_autofree char *line = g_strdup_printf ("%sbalance %s %s", i == 0 ? tool_word ("Usage: ", "用法：") : tool_word ("       ", "      "), command->name, usages[i]);

      balance_layout_paragraph (&layout, 0, 9, BALANCE_INK_PLAIN, line);
    }
  balance_layout_blank (&layout);
  balance_layout_paragraph (&layout, 0, 0, BALANCE_INK_PLAIN, tool_word (command->about_en, command->about_zh));
  balance_layout_blank (&layout);
  if (command->options[0].name != NULL)
    {
      balance_layout_paragraph (&layout, 0, 0, BALANCE_INK_PLAIN, tool_word ("Options:", "选项："));
      print_options (&layout, command->options);
      balance_layout_blank (&layout);
    }
  balance_layout_paragraph (&layout, 0, 0, BALANCE_INK_PLAIN, tool_word ("Options of every command:", "各命令通用的选项："));
  print_options (&layout, common);
  if (command->notes_en != NULL)
    {
      balance_layout_blank (&layout);
      balance_layout_paragraph (&layout, 0, 0, BALANCE_INK_PLAIN, tool_word (command->notes_en, command->notes_zh));
    }
  print_layout (&layout);
}

gboolean
tool_check_utf8 (char **arguments)
{
  for (guint i = 0; arguments != NULL && arguments[i] != NULL; i++)
    if (!g_utf8_validate (arguments[i], -1, NULL))
      {
        tool_fail (tool_word ("an argument is not valid UTF-8: %s", "参数不是有效的 UTF-8：%s"), arguments[i]);
        return FALSE;
      }

  return TRUE;
}

/* What GLib says of bad options is English; the word after the last blank is the option. */
static int
fail_usage (const ToolCommand *command,
            const GError      *error)
{
  const char *last = strrchr (error->message, ' ');

  if (tool_language () == BALANCE_LANGUAGE_EN)
    tool_fail ("%s", error->message);
  else if (g_error_matches (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION) && last != NULL)
    tool_fail ("没有选项 %s", last + 1);
  else if (last != NULL)
    tool_fail ("选项 %s 的值缺失或有误", last + 1);
  else
    tool_fail ("选项有误：%s", error->message);

  tool_remark (tool_word ("see balance %s --help", "用法见 balance %s --help"), command->name);

  return TOOL_BAD_INPUT;
}

int
tool_command_run (const ToolCommand *command,
                  char             **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GArray) entries = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) arguments = g_strdupv (argv);
  gboolean help = FALSE;
  GOptionEntry help_entry = { "help", 'h', 0, G_OPTION_ARG_NONE, &help, NULL, NULL };

  for (const ToolOption *option = command->options; option->name != NULL; option++)
    {
      GOptionEntry entry = { option->name, short_name (option), 0, option->type, option->value, NULL, NULL };

      g_array_append_val (entries, entry);
    }
  g_array_append_val (entries, help_entry);

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_add_main_entries (context, (GOptionEntry *) (gpointer) entries->data, NULL);
  if (!tool_check_utf8 (arguments))
    return TOOL_BAD_INPUT;
  if (!g_option_context_parse_strv (context, &arguments, &error))
    return fail_usage (command, error);

  if (help)
    {
      tool_command_help (command);
      return TOOL_MET;
    }

  /* GOption leaves the "--" that ends the options */
  if (arguments[1] != NULL && strcmp (arguments[1], "--") == 0)
    return command->run (arguments + 2);

  return command->run (arguments + 1);
}

gboolean
tool_read_number (const char        *text,
                  const char *const *endings,
                  const double      *factors,
                  double            *number)
{
  char *end;
  double value = g_ascii_strtod (text, &end);

  if (end == text || !isfinite (value) || value < 0)
    return FALSE;
  while (*end == ' ')
    end++;
  for (guint i = 0; endings[i] != NULL; i++)
    if (strcmp (end, endings[i]) == 0)
      {
        *number = value * factors[i];
        return TRUE;
      }

  return FALSE;
}

gboolean
tool_read_share (const char *text,
                 double     *share)
{
  static const char *const endings[] = { "", "%", "％", NULL };
  static const double factors[] = { 1, 0.01, 0.01 };

  return tool_read_number (text, endings, factors, share);
}
