/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <unistd.h>

#include "judge.h"
#include "output.h"

#define DEFAULT_CHECKS "cn-compulsory"

static char *checks_name;
static char *standard_name;
static char *as_of;
static char *map_path;
static char *encoding;
static gboolean hidden_sheets;
static char **previous_paths;
static char *district_code;
static int year;
static gboolean skip_bad_rows;
static gboolean all_problems;
static char *format_name;
static char *output_path;

static const ToolOption options[] = {
  { "checks", G_OPTION_ARG_FILENAME, &checks_name, "ID|FILE", "标识|文件",
    "the checks, cn-compulsory if not given; what has a / or ends in .yaml is a file",
    "核查规则，缺省为 cn-compulsory；含 / 或以 .yaml 结尾的是文件" },
  { "previous", G_OPTION_ARG_FILENAME_ARRAY, &previous_paths, "FILE", "文件",
    "data of an earlier year to compare with; may be repeated. Earlier years in FILE… itself count as well",
    "用于比较的往年数据，可重复；数据文件中含有的往年数据也会用于比较" },
  { "standard", G_OPTION_ARG_FILENAME, &standard_name, "ID|FILE", "标识|文件",
    "the standard whose limits the screens look at, cn-2017-quality if not given",
    "统计核查所用限值的标准，缺省为 cn-2017-quality" },
  { "as-of", G_OPTION_ARG_FILENAME, &as_of, "DATE", "日期",
    "by the limits in force on that day (YYYY-MM-DD), today if not given", "按该日（YYYY-MM-DD）有效的限值，缺省为今天" },
  { "encoding", G_OPTION_ARG_FILENAME, &encoding, "NAME", "编码",
    "the encoding of text files, such as GB18030; otherwise found out", "文本文件的编码，如 GB18030；不指定时自动识别" },
  { "hidden-sheets", G_OPTION_ARG_NONE, &hidden_sheets, NULL, NULL,
    "read hidden sheets of workbooks as well", "也读取工作簿中隐藏的工作表" },
  { "map", G_OPTION_ARG_FILENAME, &map_path, "FILE", "文件",
    "a map (YAML) of foreign columns and values", "说明外来列名和取值的对照文件（YAML）" },
  { "year", G_OPTION_ARG_INT, &year, "YEAR", "年度",
    "the year to check where the files have several, else the latest", "文件含多个年度时选定一个，缺省为最近年度" },
  { "district", G_OPTION_ARG_FILENAME, &district_code, "CODE", "代码",
    "show only this district; all are checked", "只显示该县（市、区），核查仍包括全部" },
  { "skip-bad-rows", G_OPTION_ARG_NONE, &skip_bad_rows, NULL, NULL,
    "leave rows with errors out and report them", "略去有错误的行并列出" },
  { "all-problems", G_OPTION_ARG_NONE, &all_problems, NULL, NULL,
    "print all problems of the data, not only the first 50", "列出全部数据问题，而不只前 50 个" },
  { "format", G_OPTION_ARG_FILENAME, &format_name, "FORMAT", "格式",
    "text (if not given), json (everything), csv or xlsx (a sheet that schools answer line by line)",
    "text（缺省）、json（全部结果）、csv 或 xlsx（供学校逐条答复的核查表）" },
  { "output", G_OPTION_ARG_FILENAME, &output_path, "FILE", "文件",
    "write to this file, which is replaced only when all is written", "写入该文件；全部写完后才替换原文件" },
  { NULL }
};

static gboolean
is_file_name (const char *name)
{
  return strchr (name, '/') != NULL || g_str_has_suffix (name, ".yaml") || g_str_has_suffix (name, ".yml");
}

static BalanceChecks *
load_checks (int *status)
{
  const char *name = checks_name != NULL ? checks_name : DEFAULT_CHECKS;
  g_autoptr (GListModel) problems = NULL;
  g_autoptr (GError) error = NULL;
  BalanceChecks *checks = is_file_name (name) ? balance_checks_new_from_file (name, &error) : balance_checks_lookup (name, &error);

  if (checks != NULL)
    return checks;
  /* the faults of a file come as a list, with lines */
  if (is_file_name (name))
    problems = balance_checks_check_file (name);
  if (problems != NULL && g_list_model_get_n_items (problems) > 0)
    {
      tool_print_problems (problems, all_problems);
      *status = tool_fail (tool_word ("the checks %s cannot be used", "核查规则 %s 无法使用"), name);
    }
  else
    {
      *status = tool_fail_error (error);
    }

  return NULL;
}

/* NULL after saying what is wrong. */
static BalanceImport *
read_files (BalanceDictionary *dictionary, char **paths, int wanted, BalanceProgress *progress)
{
  g_autoptr (GError) error = NULL;
  ToolReading reading = { map_path, encoding, hidden_sheets, skip_bad_rows, wanted };
  g_autoptr (BalanceImport) import = tool_read_files (paths, dictionary, &reading, progress, &error);

  if (import == NULL)
    {
      tool_fail_error (error);
      return NULL;
    }
  if (balance_import_get_census (import) == NULL || (balance_import_get_n_errors (import) > 0 && !skip_bad_rows))
    {
      tool_print_problems (balance_import_get_problems (import), all_problems);
      tool_fail ("%s", tool_word ("the data have errors; nothing was checked", "数据有错误，未作核查"));
      return NULL;
    }

  return g_steal_pointer (&import);
}

/* The census of the year to check; earlier ones go to `earlier`. */
static BalanceCensus *
choose_census (BalanceImport *import, GListStore *earlier)
{
  GListModel *censuses = balance_import_get_censuses (import);
  g_autoptr (BalanceCensus) chosen = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (censuses); i++)
    {
      g_autoptr (BalanceCensus) census = g_list_model_get_item (censuses, i);
      int its_year = balance_census_get_year (census);

      if (year != 0 ? its_year == year : chosen == NULL || its_year > balance_census_get_year (chosen))
        g_set_object (&chosen, census);
    }
  if (chosen == NULL)
    {
      tool_fail (tool_word ("there are no data of the year %d", "没有 %d 年度的数据"), year);
      return NULL;
    }
  for (guint i = 0; i < g_list_model_get_n_items (censuses); i++)
    {
      g_autoptr (BalanceCensus) census = g_list_model_get_item (censuses, i);

      if (balance_census_get_year (census) != 0 && balance_census_get_year (census) < balance_census_get_year (chosen))
        g_list_store_append (earlier, census);
    }

  return g_steal_pointer (&chosen);
}

static gboolean
write_report (gpointer data, GOutputStream *stream, GError **error)
{
  BalanceAuditReport *report = data;

  if (g_strcmp0 (format_name, "json") == 0)
    return balance_audit_report_write_json (report, stream, NULL, error);
  if (g_strcmp0 (format_name, "csv") == 0)
    return balance_audit_report_write_csv (report, stream, NULL, error);
  if (g_strcmp0 (format_name, "xlsx") == 0)
    return balance_audit_report_write_xlsx (report, stream, NULL, error);

  return balance_audit_report_write_text (report, stream, NULL, error);
}

static int
write_result (BalanceAudit *audit)
{
  gboolean to_terminal = output_path == NULL || g_str_equal (output_path, "-");
  g_autoptr (BalanceAuditReport) report = balance_audit_report_new (audit, tool_language_name (), district_code,
                                                                    to_terminal && tool_colour_for (STDOUT_FILENO));
  int status = tool_output_write (output_path, g_strcmp0 (format_name, "csv") == 0, write_report, report);

  if (status != TOOL_MET)
    return status;

  /* what only asks to look is no fault of the data */
  return balance_audit_count (audit, BALANCE_SEVERITY_ERROR, district_code) > 0 ||
         balance_audit_count (audit, BALANCE_SEVERITY_WARNING, district_code) > 0 ? TOOL_UNMET : TOOL_MET;
}

static int
audit_files (char **paths, BalanceProgress *progress, ToolProgress **shown)
{
  int status = TOOL_BAD_INPUT;
  g_autoptr (BalanceChecks) checks = load_checks (&status);
  g_autoptr (BalanceStandard) standard = NULL;
  g_autoptr (BalanceDictionary) dictionary = NULL;
  g_autoptr (BalanceImport) import = NULL;
  g_autoptr (BalanceCensus) census = NULL;
  g_autoptr (BalanceAuditor) auditor = NULL;
  g_autoptr (BalanceAudit) audit = NULL;
  g_autoptr (GListStore) earlier = g_list_store_new (BALANCE_TYPE_CENSUS);
  g_autoptr (GError) error = NULL;

  if (checks == NULL)
    return status;
  standard = tool_load_standard (standard_name, &error);
  if (standard == NULL)
    return tool_fail_error (error);
  dictionary = balance_checks_dup_dictionary_with (checks, standard);

  *shown = tool_progress_start (progress);
  import = read_files (dictionary, paths, year, progress);
  if (import == NULL || (census = choose_census (import, earlier)) == NULL)
    return TOOL_BAD_INPUT;
  /* what a store knows of the years before is looked at too */
  if (balance_store_recognise (paths[0]) &&
      !tool_read_earlier (paths[0], balance_census_get_year (census), dictionary, earlier, &error))
    return tool_fail_error (error);
  if (district_code != NULL)
    {
      g_autoptr (BalanceDistrict) district = balance_census_find_district (census, district_code);

      if (district == NULL)
        {
          g_autoptr (GListModel) districts = balance_census_get_districts (census);

          return tool_fail_absent (tool_word ("the data have no district “%s”", "数据中没有县（市、区）“%s”"), district_code, districts);
        }
    }
  for (guint i = 0; previous_paths != NULL && previous_paths[i] != NULL; i++)
    {
      char *one[] = { previous_paths[i], NULL };
      g_autoptr (BalanceImport) before = read_files (dictionary, one, 0, progress);

      if (before == NULL)
        return TOOL_BAD_INPUT;
      for (guint k = 0; k < g_list_model_get_n_items (balance_import_get_censuses (before)); k++)
        {
          g_autoptr (BalanceCensus) other = g_list_model_get_item (balance_import_get_censuses (before), k);

          g_list_store_append (earlier, other);
        }
    }

  auditor = balance_auditor_new (checks, standard, as_of);
  audit = balance_auditor_audit (auditor, census, G_LIST_MODEL (earlier), progress, NULL, &error);
  tool_progress_end (g_steal_pointer (shown));
  if (audit == NULL)
    return tool_fail_error (error);
  tool_print_problems (balance_import_get_problems (import), all_problems);

  return write_result (audit);
}

static int
run (char **arguments)
{
  g_autoptr (BalanceProgress) progress = balance_progress_new ();
  ToolProgress *shown = NULL;
  int status;

  const char *const formats[] = { "text", "json", "csv", "xlsx", NULL };

  if (format_name != NULL && !g_strv_contains (formats, format_name))
    status = tool_fail ("%s", tool_word ("--format takes text, json, csv or xlsx", "--format 只接受 text、json、csv 或 xlsx"));
  else if (g_strcmp0 (format_name, "xlsx") == 0 && output_path == NULL && isatty (STDOUT_FILENO))
    status = tool_fail ("%s", tool_word ("a workbook is no text for a terminal; give --output FILE.xlsx", "工作簿不能显示在终端上，请用 --output 文件.xlsx"));
  else if (arguments[0] == NULL)
    status = tool_fail ("%s", tool_word ("which files? Give one or more tables", "缺少数据文件，请给出一个或多个表"));
  else
    status = audit_files (arguments, progress, &shown);
  tool_progress_end (shown);

  g_clear_pointer (&checks_name, g_free);
  g_clear_pointer (&standard_name, g_free);
  g_clear_pointer (&as_of, g_free);
  g_clear_pointer (&map_path, g_free);
  g_clear_pointer (&encoding, g_free);
  g_clear_pointer (&previous_paths, g_strfreev);
  g_clear_pointer (&district_code, g_free);
  g_clear_pointer (&format_name, g_free);
  g_clear_pointer (&output_path, g_free);

  return status;
}

const ToolCommand tool_audit = {
  .name = "audit",
  .usage_en = "FILE… [OPTIONS]",
  .usage_zh = "文件… [选项]",
  .about_en = "Checks the data themselves, before anything is judged.",
  .about_zh = "在评估之前核查数据本身。",
  .notes_en = "Errors are figures that contradict one another, warnings figures that are hardly right; “look here” asks somebody to look and says no more. "
              "The status is 0 where there are no errors and no warnings (also where there is something to look at, or a check could not be made), "
              "1 where there are some, 2 where the data, the checks or the command line have faults.",
  .notes_zh = "“错误”是数据自相矛盾，“警告”是数据可疑，“请核对”只是提请核对，不表示数据有误。退出状态：0 没有错误和警告（可能有请核对或未核查的项目），"
              "1 有错误或警告，2 数据、核查规则或命令行有错误。",
  .options = options,
  .run = run,
};
