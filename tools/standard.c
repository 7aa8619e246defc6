/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "judge.h"

#define FEW_PROBLEMS 50

static gboolean all_problems;
static char *format_name;

static const ToolOption options[] = {
  { "all-problems", G_OPTION_ARG_NONE, &all_problems, NULL, NULL,
    "with check: print all faults, not only the first 50", "用于 check：列出全部问题，而不只前 50 个" },
  { "format", G_OPTION_ARG_FILENAME, &format_name, "text|json", "text|json",
    "with check: for people or for programs", "用于 check：供人阅读或供程序读取" },
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

static int
check_files (char **paths)
{
  gboolean json = g_strcmp0 (format_name, "json") == 0;
  int status = TOOL_MET;

  if (format_name != NULL && !json && !g_str_equal (format_name, "text"))
    return tool_fail ("%s", tool_word ("--format takes text or json", "--format 只接受 text 或 json"));

  tool_print (json ? "[" : "");
  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_autoptr (BalancePackCheck) check = balance_pack_check_new_from_file (paths[i]);
      GListModel *problems = balance_pack_check_get_problems (check);
      g_autofree char *text = json ? balance_pack_check_to_json (check) : balance_pack_check_to_text (check, tool_language_name ());

      /* notes say what is not proved: they belong to the answer */
      if (!json)
        tool_print_problems (problems, all_problems || g_list_model_get_n_items (problems) <= FEW_PROBLEMS);
      tool_print (json && i > 0 ? ",\n" : "");
      tool_print (text);
      if (balance_pack_check_get_n_errors (check) > 0)
        status = TOOL_BAD_INPUT;
      else if (balance_pack_check_get_n_warnings (check) > 0)
        status = MAX (status, TOOL_UNMET);
    }
  tool_print (json ? "]\n" : "");

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
  .notes_en = "check goes through all cases that a pack tells apart: who is asked, whether there is "
              "always a limit, whether alternatives leave out nobody. Its status is 0 where the "
              "packs are sound, 1 where there are warnings, 2 where there are errors.",
  .notes_zh = "check 逐一核对规则包所区分的各种情形：要求对谁适用、是否处处有限值、分情形的"
              "要求是否不重不漏。退出状态：没有问题为 0，有警告为 1，有错误为 2。",
  .options = options,
  .run = run,
};
