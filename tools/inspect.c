/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <unistd.h>

#include "arguments.h"
#include "console.h"
#include "judge.h"

static char *format_name;
static char *standard_name;
static char *map_path;
static char *encoding;
static gboolean hidden_sheets;

static const ToolOption options[] = {
  { "format", G_OPTION_ARG_FILENAME, &format_name, "text|json", "text|json",
    "text (if not given) or json (a list, one object for each file)", "text（缺省）或 json（列表，每个文件一个对象）" },
  { "standard", G_OPTION_ARG_FILENAME, &standard_name, "ID|FILE", "标识|文件",
    "with the fields of this standard", "含该标准的数据项" },
  { "map", G_OPTION_ARG_FILENAME, &map_path, "FILE", "文件",
    "as read with this map (YAML)", "按该对照文件（YAML）读取" },
  { "encoding", G_OPTION_ARG_FILENAME, &encoding, "NAME", "编码",
    "the encoding of text files, such as GB18030; otherwise found out", "文本文件的编码，如 GB18030；不指定时自动识别" },
  { "hidden-sheets", G_OPTION_ARG_NONE, &hidden_sheets, NULL, NULL,
    "look into hidden sheets as well", "也查看隐藏的工作表" },
  { NULL }
};

static BalanceReader *
new_reader (GError **error)
{
  g_autoptr (BalanceStandard) standard = NULL;
  g_autoptr (BalanceMap) map = NULL;
  BalanceDictionary *dictionary = NULL;

  if (standard_name != NULL)
    {
      standard = tool_load_standard (standard_name, error);
      if (standard == NULL)
        return NULL;
      dictionary = balance_standard_get_dictionary (standard);
    }
  if (map_path != NULL)
    {
      map = balance_map_new_from_file (map_path, dictionary, error);
      if (map == NULL)
        return NULL;
    }

  return g_object_new (BALANCE_TYPE_READER, "dictionary", dictionary, "map", map, "encoding", encoding,
                       "hidden-sheets", hidden_sheets, NULL);
}

/* A file of which nothing can be read is bad input, also to those who only look. */
static gboolean
is_readable (BalanceInspection *inspection)
{
  GListModel *problems = balance_inspection_get_problems (inspection);

  for (guint i = 0; i < g_list_model_get_n_items (problems); i++)
    {
      g_autoptr (BalanceProblem) problem = g_list_model_get_item (problems, i);

      if (balance_problem_get_severity (problem) == BALANCE_SEVERITY_ERROR)
        return FALSE;
    }

  return TRUE;
}

static int
inspect (char **paths)
{
  gboolean json = g_strcmp0 (format_name, "json") == 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceReader) reader = NULL;
  int status = TOOL_MET;

  if (format_name != NULL && !json && !g_str_equal (format_name, "text"))
    return tool_fail ("%s", tool_word ("--format takes text or json", "--format 只接受 text 或 json"));
  if (paths[0] == NULL)
    return tool_fail ("%s", tool_word ("which files?", "缺少数据文件"));

  reader = new_reader (&error);
  if (reader == NULL)
    return tool_fail_error (error);

  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_autoptr (BalanceInspection) inspection = balance_reader_inspect (reader, paths[i], NULL, &error);
      g_autofree char *text = NULL;

      if (inspection == NULL)
        return tool_fail_error (error);
      text = json ? balance_inspection_to_json (inspection)
                  : balance_inspection_to_text (inspection, tool_language_name (), tool_colour_for (STDOUT_FILENO));
      if (json)
        tool_print (i == 0 ? "[" : ",");
      else if (i > 0)
        tool_print ("\n");
      tool_print (text);
      if (!is_readable (inspection))
        status = TOOL_BAD_INPUT;
    }
  if (json)
    tool_print ("]\n");

  return status;
}

static int
run (char **arguments)
{
  int status = inspect (arguments);

  g_clear_pointer (&format_name, g_free);
  g_clear_pointer (&standard_name, g_free);
  g_clear_pointer (&map_path, g_free);
  g_clear_pointer (&encoding, g_free);

  return status;
}

const ToolCommand tool_inspect = {
  .name = "inspect",
  .usage_en = "FILE… [OPTIONS]",
  .usage_zh = "文件… [选项]",
  .about_en = "Shows how files would be read: encoding, sheets, where the headers stand, what each column is taken for.",
  .about_zh = "显示文件将如何读取：编码、工作表、表头位置、每列对应的数据项。",
  .notes_en = "Only the beginning of a text file is looked at. A map names a column by the header that is shown here. "
              "The status is 2 where nothing of a file can be read.",
  .notes_zh = "文本文件只查看开头部分。对照文件按此处显示的列名指定列。文件完全无法读取时，退出状态为 2。",
  .options = options,
  .run = run,
};
