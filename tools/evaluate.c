/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "judge.h"
#include "output.h"

static ToolJudge judge;
static char *format_names;
static char *output_path;
static gboolean save;

typedef gboolean (*WriteFunc) (BalanceReport *report, GOutputStream *stream, GCancellable *cancellable, GError **error);

typedef struct
{
  const char *name, *extension;
  WriteFunc   write;
  gboolean    mark;      /* spreadsheets take a file for UTF-8 by its byte order mark */
  gboolean    binary;    /* nothing for a terminal */
} Format;

static const Format formats[] = {
  { "text", "txt", balance_report_write_text, FALSE, FALSE },
  { "json", "json", balance_report_write_json, FALSE, FALSE },
  { "csv", "csv", balance_report_write_csv, TRUE, FALSE },
  { "html", "html", balance_report_write_html, FALSE, FALSE },
  { "xlsx", "xlsx", balance_report_write_xlsx, FALSE, TRUE },
};

static const ToolOption options[] = {
  TOOL_JUDGE_OPTIONS (judge),
  { "format", G_OPTION_ARG_FILENAME, &format_names, "FORMAT,…", "格式,…",
    "text (if not given), json (everything, full precision), csv (a row per school stage), html (one file to open in a browser), "
    "xlsx (the official tables); "
    "several, with commas between, go to a directory",
    "text（缺省）、json（全部结果，完整精度）、csv（每校每学段一行）、html（单个文件，用浏览器打开）、xlsx（申报表各表）；多种格式用逗号分开，写入目录" },
  { "output", G_OPTION_ARG_FILENAME, &output_path, "FILE|DIR", "文件|目录",
    "write to this file, which is replaced only when all is written; several formats: to this directory as evaluation.FORMAT; "
    "postgresql://… writes all results into the schema balance_results of that database",
    "写入该文件，全部写完后才替换原文件；多种格式写入该目录，文件名为 evaluation.格式；postgresql://… 则把全部结果写入该数据库的 balance_results 模式" },
  { "save", G_OPTION_ARG_NONE, &save, NULL, NULL,
    "keep the evaluation in the store that the data are from", "把评估结果保存到数据所在的数据库文件" },
  { NULL }
};

static const Format *
find_format (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (strcmp (formats[i].name, name) == 0)
      return &formats[i];

  return NULL;
}

/* The formats that --format names; NULL after saying what is wrong. */
static GPtrArray *
choose_formats (void)
{
  g_autoptr (GPtrArray) chosen = g_ptr_array_new ();
  g_auto (GStrv) names = g_strsplit (format_names != NULL ? format_names : "text", ",", -1);

  for (guint i = 0; names[i] != NULL; i++)
    {
      const Format *format = find_format (names[i]);

      if (format == NULL)
        {
          g_autoptr (GString) known = g_string_new (NULL);

          for (guint k = 0; k < G_N_ELEMENTS (formats); k++)
            g_string_append_printf (known, "%s%s", k == 0 ? "" : tool_word (", ", "、"), formats[k].name);
          tool_fail (tool_word ("--format takes %s", "--format 只接受 %s"), known->str);
          return NULL;
        }
      if (!g_ptr_array_find (chosen, format, NULL))
        g_ptr_array_add (chosen, (gpointer) format);
    }

  return g_steal_pointer (&chosen);
}

static gboolean
is_directory (const char *path)
{
  struct stat status;

  return stat (path, &status) == 0 && S_ISDIR (status.st_mode);
}

typedef struct
{
  BalanceReport *report;
  const Format  *format;
} Result;

static gboolean
write_format (gpointer data, GOutputStream *stream, GError **error)
{
  Result *self = data;

  return self->format->write (self->report, stream, NULL, error);
}

static int
write_result (GPtrArray *chosen)
{
  const char *district = judge.district == NULL ? NULL : balance_district_get_code (judge.district);
  gboolean to_terminal = output_path == NULL || g_str_equal (output_path, "-");
  gboolean to_directory = chosen->len > 1, made_directory;
  g_autoptr (BalanceReport) report = NULL;
  Result results[G_N_ELEMENTS (formats)];
  ToolOutput outputs[G_N_ELEMENTS (formats)];
  char *paths[G_N_ELEMENTS (formats)];
  int status;

  G_STATIC_ASSERT (G_N_ELEMENTS (formats) <= TOOL_MAX_OUTPUTS);

  made_directory = to_directory && !is_directory (output_path);
  if (to_directory && g_mkdir_with_parents (output_path, 0777) != 0)
    return tool_fail (tool_word ("cannot make the directory %s", "无法建立目录 %s"), output_path);

  report = balance_report_new_full (judge.evaluation, tool_language_name (), district,
                                    balance_import_get_problems (judge.import),
                                    to_terminal && tool_colour_for (STDOUT_FILENO));
  for (guint i = 0; i < chosen->len; i++)
    {
      const Format *format = g_ptr_array_index (chosen, i);
      g_autofree char *name = g_strconcat ("evaluation.", format->extension, NULL);

      results[i] = (Result) { report, format };
      paths[i] = to_directory ? g_build_filename (output_path, name, NULL) : g_strdup (output_path);
      outputs[i] = (ToolOutput) { paths[i], format->mark, write_format, &results[i] };
    }
  status = tool_output_write_all (outputs, chosen->len);
  for (guint i = 0; i < chosen->len; i++)
    g_free (paths[i]);
  if (status != TOOL_MET)
    {
      if (made_directory)
        g_rmdir (output_path);
      return status;
    }

  return tool_status (district == NULL ? balance_evaluation_get_verdict (judge.evaluation)
                                       : balance_evaluation_get_district_verdict (judge.evaluation, district));
}

/* What cannot end well is refused before anything is judged. */
static int
check_output (GPtrArray *chosen)
{
  const Format *first = g_ptr_array_index (chosen, 0);

  if (chosen->len > 1 && (output_path == NULL || g_str_equal (output_path, "-")))
    return tool_fail ("%s", tool_word ("several formats need a directory: --output DIR", "多种格式需要写入目录：--output 目录"));
  if (chosen->len > 1 && !is_directory (output_path) && access (output_path, F_OK) == 0)
    return tool_fail (tool_word ("%s is a file; several formats go to a directory", "%s 是文件；多种格式需要写入目录"), output_path);
  if (first->binary && output_path == NULL && isatty (STDOUT_FILENO))
    return tool_fail ("%s", tool_word ("a workbook is not for the terminal: give a file with -o", "工作簿不能输出到终端，请用 -o 指定文件"));

  return TOOL_MET;
}

static int
publish (void)
{
  g_autoptr (GError) error = NULL;

  if (!balance_evaluation_write_database (judge.evaluation, output_path, NULL, NULL, &error))
    return tool_fail_error (error);

  return tool_status (balance_evaluation_get_verdict (judge.evaluation));
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
  g_autoptr (GPtrArray) chosen = choose_formats ();
  int status = chosen == NULL ? TOOL_BAD_INPUT : check_output (chosen);

  if (status == TOOL_MET && output_path != NULL && tool_is_database (output_path) && format_names != NULL)
    status = tool_fail ("%s", tool_word ("a database takes no --format: it gets all results as tables", "写入数据库时不用 --format，全部结果以表的形式写入"));
  if (status == TOOL_MET && save && (arguments[0] == NULL || !balance_store_recognise (arguments[0])))
    status = tool_fail ("%s", tool_word ("--save keeps the evaluation in the store that is judged; import the tables first with balance import",
                                         "--save 只用于数据库文件，请先用 balance import 导入数据"));
  if (status == TOOL_MET)
    status = tool_judge_run (&judge, arguments);
  if (status == TOOL_MET && save)
    status = save_result (arguments[0]);
  if (status == TOOL_MET)
    status = output_path != NULL && tool_is_database (output_path) ? publish () : write_result (chosen);

  tool_judge_clear (&judge);
  g_clear_pointer (&format_names, g_free);
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
