/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <unistd.h>

#include "judge.h"
#include "output.h"

static char *standard_name;
static char *language_name;
static char *as_of;
static char *output_path;
static char **set;

static const ToolOption options[] = {
  { "standard", G_OPTION_ARG_FILENAME, &standard_name, "ID|FILE", "标识|文件",
    "the standard, cn-2017-quality if not given; what has a / or ends in .yaml is a file",
    "评估标准，缺省为 cn-2017-quality；含 / 或以 .yaml 结尾的是文件" },
  { "language", G_OPTION_ARG_FILENAME, &language_name, "zh|en", "zh|en",
    "the language of the headers; Chinese if not given", "列标题的语言，缺省为中文" },
  { "as-of", G_OPTION_ARG_FILENAME, &as_of, "DATE", "日期",
    "by the rules in force on that day (YYYY-MM-DD), today if not given", "按该日（YYYY-MM-DD）有效的规定，缺省为今天" },
  { "set", G_OPTION_ARG_FILENAME_ARRAY, &set, "OPTION=VALUE", "选项=取值",
    "choose an option of the standard; may be repeated", "选定标准的一个选项，可重复" },
  { "output", G_OPTION_ARG_FILENAME, &output_path, "FILE.xlsx", "文件.xlsx",
    "write to this file, which is replaced only when all is written", "写入该文件；全部写完后才替换原文件" },
  { NULL }
};

static gboolean
write_standard (gpointer data, GOutputStream *stream, GError **error)
{
  return balance_standard_write_template (data, language_name != NULL ? language_name : "zh", as_of, (const char *const *) set, stream, NULL, error);
}

static int
write_template (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceStandard) standard = tool_load_standard (standard_name, &error);

  return standard != NULL ? tool_output_write (output_path, FALSE, write_standard, standard) : tool_fail_error (error);
}

static int
run (char **arguments)
{
  int status;

  if (arguments[0] != NULL)
    status = tool_fail (tool_word ("what is “%s”? See balance template --help", "无法理解“%s”，见 balance template --help"), arguments[0]);
  else if (language_name != NULL && !g_str_equal (language_name, "zh") && !g_str_equal (language_name, "en"))
    status = tool_fail ("%s", tool_word ("--language takes zh or en", "--language 只接受 zh 或 en"));
  else if (output_path == NULL && isatty (STDOUT_FILENO))
    status = tool_fail ("%s", tool_word ("a workbook is not for the terminal: give a file with -o", "工作簿不能输出到终端，请用 -o 指定文件"));
  else
    status = write_template ();

  g_clear_pointer (&standard_name, g_free);
  g_clear_pointer (&language_name, g_free);
  g_clear_pointer (&as_of, g_free);
  g_clear_pointer (&output_path, g_free);
  g_clear_pointer (&set, g_strfreev);

  return status;
}

const ToolCommand tool_template = {
  .name = "template",
  .usage_en = "-o FILE.xlsx [OPTIONS]",
  .usage_zh = "-o 文件.xlsx [选项]",
  .about_en = "Writes an empty workbook with what a standard needs, to be filled in.",
  .about_zh = "生成空白填报表：含评估标准所需的全部数据项。",
  .notes_en = "One sheet with a row per school, one with a row per county, one that says what each column is for. What was filled in is read as it is.",
  .notes_zh = "工作簿含学校表（每校一行）、县级表（每县一行）和填报说明。填好后可直接读入。",
  .options = options,
  .run = run,
};
