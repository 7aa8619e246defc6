/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "judge.h"

static gboolean all_problems;

static const ToolOption options[] = {
  { "all-problems", G_OPTION_ARG_NONE, &all_problems, NULL, NULL,
    "with check: print all faults, not only the first 50", "用于 check：列出全部问题，而不只前 50 个" },
  { NULL }
};

static int
list_standards (void)
{
  g_auto (GStrv) ids = balance_standard_list_ids ();
  int status = TOOL_MET;

  for (guint i = 0; ids != NULL && ids[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (BalanceStandard) standard = balance_standard_lookup (ids[i], &error);
      BalanceLayout layout;
      g_autofree char *text = NULL;

      if (standard == NULL)
        {
          status = tool_fail_error (error);
          continue;
        }

      const BalanceLayoutCell cells[] = {
        { ids[i], 28, FALSE, BALANCE_INK_STRONG },
        { balance_standard_get_title (standard, tool_language_name ()), BALANCE_LAYOUT_WIDTH - 30, FALSE, BALANCE_INK_PLAIN },
      };
      balance_layout_init (&layout, tool_language (), FALSE);
      balance_layout_row (&layout, 0, cells, G_N_ELEMENTS (cells));
      text = balance_layout_end (&layout);
      tool_print (text);
    }

  return status;
}

static int
show_standard (const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceStandard) standard = tool_load_standard (name, &error);
  g_autofree char *text = NULL;

  if (standard == NULL)
    return tool_fail_error (error);

  text = balance_standard_to_text (standard, tool_language_name ());
  tool_print (text);

  return TOOL_MET;
}

static guint
count_errors (GListModel *problems)
{
  guint n_errors = 0;

  for (guint i = 0; i < g_list_model_get_n_items (problems); i++)
    {
      g_autoptr (BalanceProblem) problem = g_list_model_get_item (problems, i);

      if (balance_problem_get_severity (problem) == BALANCE_SEVERITY_ERROR)
        n_errors++;
    }

  return n_errors;
}

static int
check_files (char **paths)
{
  int status = TOOL_MET;

  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_autoptr (GListModel) problems = balance_standard_check_file (paths[i]);
      guint n_problems = g_list_model_get_n_items (problems);
      guint n_errors = count_errors (problems);
      g_autofree char *line = NULL;

      tool_print_problems (problems, all_problems);
      if (n_problems == 0)
        line = g_strdup_printf (tool_word ("%s: sound\n", "%s：没有问题\n"), paths[i]);
      else
        line = g_strdup_printf (tool_word ("%s: %u errors, %u remarks\n", "%s：%u 个错误，%u 个提示\n"), paths[i], n_errors, n_problems - n_errors);
      tool_print (line);
      if (n_errors > 0)
        status = TOOL_BAD_INPUT;
    }

  return status;
}

static int
run (char **arguments)
{
  const char *what = arguments[0];
  guint n_arguments = g_strv_length (arguments);

  if (n_arguments == 1 && strcmp (what, "list") == 0)
    return list_standards ();
  if (n_arguments == 2 && strcmp (what, "show") == 0)
    return show_standard (arguments[1]);
  if (n_arguments >= 2 && strcmp (what, "check") == 0)
    return check_files (arguments + 1);

  return tool_fail ("%s", tool_word ("what to do: list, show ID or check FILE…; see balance standard --help",
                                     "用法：list、show 标识 或 check 文件…，见 balance standard --help"));
}

const ToolCommand tool_standard = {
  .name = "standard",
  .usage_en = "list\nshow ID|FILE\ncheck FILE…",
  .usage_zh = "list\nshow 标识|文件\ncheck 文件…",
  .about_en = "Lists the standards, prints one as people read it, checks rule packs.",
  .about_zh = "列出标准、显示标准内容、检查规则文件。",
  .notes_en = "The status of check is 0 where no pack has errors, else 2.",
  .notes_zh = "check 的退出状态：规则文件没有错误为 0，否则为 2。",
  .options = options,
  .run = run,
};
