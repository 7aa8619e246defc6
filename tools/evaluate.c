/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <unistd.h>

#include "judge.h"
#include "output.h"

static ToolJudge judge;
static char *format_name;
static char *output_path;
static gboolean save;

static const ToolOption options[] = {
  TOOL_JUDGE_OPTIONS (judge),
  { "format", G_OPTION_ARG_FILENAME, &format_name, "text|json|csv|html", "text|json|csv|html",
    "text (if not given), json (everything, full precision), csv (a row per school stage) or html (one file to open in a browser)",
    "text（缺省）、json（全部结果，完整精度）、csv（每校每学段一行）或 html（单个文件，用浏览器打开）" },
  { "output", G_OPTION_ARG_FILENAME, &output_path, "FILE", "文件",
    "write to this file, which is replaced only when all is written", "写入该文件；全部写完后才替换原文件" },
  { "save", G_OPTION_ARG_NONE, &save, NULL, NULL,
    "keep the evaluation in the store that the data are from", "把评估结果保存到数据所在的数据库文件" },
  { NULL }
};

static gboolean
write_report (BalanceReport  *report,
              ToolOutput     *output,
              GError        **error)
{
  GOutputStream *stream = tool_output_stream (output);

  if (g_strcmp0 (format_name, "json") == 0)
    return balance_report_write_json (report, stream, NULL, error);

  if (g_strcmp0 (format_name, "html") == 0)
    return balance_report_write_html (report, stream, NULL, error);

  if (g_strcmp0 (format_name, "csv") == 0)
    {
      /* Spreadsheets take a file for UTF-8 by its byte order mark. In a pipe it would be in the way. */
      if (tool_output_is_file (output) && !g_output_stream_write_all (stream, "\357\273\277", 3, NULL, NULL, error))
        return FALSE;
      return balance_report_write_csv (report, stream, NULL, error);
    }

  return balance_report_write_text (report, stream, NULL, error);
}

static int
write_result (void)
{
  const char *district = judge.district == NULL ? NULL : balance_district_get_code (judge.district);
  gboolean to_terminal = output_path == NULL || g_str_equal (output_path, "-");
  g_autoptr (BalanceReport) report = NULL;
  g_autoptr (GError) error = NULL;
  ToolOutput *output = tool_output_open (output_path, &error);

  if (output == NULL)
    return tool_fail_error (error);

  report = balance_report_new_full (judge.evaluation, tool_language_name (), district,
                                    balance_import_get_problems (judge.import),
                                    to_terminal && tool_colour_for (STDOUT_FILENO));
  if (!write_report (report, output, &error))
    {
      tool_output_discard (output);
      /* The reader of a pipe has seen enough. */
      if (!to_terminal || !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE))
        return tool_fail_error (error);
    }
  else if (!tool_output_commit (output, &error))
    return tool_fail_error (error);

  return tool_status (district == NULL ? balance_evaluation_get_verdict (judge.evaluation)
                                       : balance_evaluation_get_district_verdict (judge.evaluation, district));
}

static int
save_result (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceStore) store = balance_store_open (path, BALANCE_STORE_WRITE, &error);
  gint64 number = store == NULL ? 0 : balance_store_save_evaluation (store, judge.evaluation, NULL, NULL, &error);

  if (number == 0)
    return tool_fail_error (error);
  tool_remark (tool_word ("kept in %s as evaluation %d", "已保存到 %s，为第 %d 次评估"), path, (int) number);

  return TOOL_MET;
}

static int
run (char **arguments)
{
  static const char *const formats[] = { "text", "json", "csv", "html", NULL };
  int status = TOOL_MET;

  if (format_name != NULL && !g_strv_contains (formats, format_name))
    status = tool_fail ("%s", tool_word ("--format takes text, json, csv or html", "--format 只接受 text、json、csv 或 html"));
  if (status == TOOL_MET && save && (arguments[0] == NULL || !balance_store_recognise (arguments[0])))
    status = tool_fail ("%s", tool_word ("--save keeps the evaluation in the store that is judged; import the tables first with balance import",
                                         "--save 只用于数据库文件，请先用 balance import 导入数据"));
  if (status == TOOL_MET)
    status = tool_judge_run (&judge, arguments);
  if (status == TOOL_MET && save)
    status = save_result (arguments[0]);
  if (status == TOOL_MET)
    status = write_result ();

  tool_judge_clear (&judge);
  g_clear_pointer (&format_name, g_free);
  g_clear_pointer (&output_path, g_free);

  return status;
}

const ToolCommand tool_evaluate = {
  .name = "evaluate",
  .usage_en = "FILE… [OPTIONS]\nSTORE.balance [--year YEAR] [--save] [OPTIONS]",
  .usage_zh = "文件… [选项]\n数据库.balance [--year 年度] [--save] [选项]",
  .about_en = "Judges the schools of one or many districts by a standard.",
  .about_zh = "按标准判定一个或多个县（市、区）的学校。",
  .notes_en = "The status is 0 where all is met, 1 where something is unmet or undetermined, 2 where the data or the command line have errors. "
              "CSV follows RFC 4180; a text in it that begins with = + - @ gets an apostrophe, because spreadsheets would run it as a formula; "
              "written to a file it begins with a byte order mark, by which spreadsheets know UTF-8.",
  .notes_zh = "退出状态：0 全部达标，1 有未达标或无法判定的，2 数据或命令行有错误。CSV 依 RFC 4180；其中以 = + - @ 开头的文字前加撇号，"
              "以免被电子表格当作公式执行；写入文件时以字节序标记开头，便于电子表格识别 UTF-8。",
  .options = options,
  .run = run,
};
