/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <unistd.h>

#include "judge.h"
#include "output.h"

static ToolJudge judge;
static char *format_name, *output_path, *who, *date, *by;
static char **where;
static gboolean late, dry_run;
static int revision;

static const ToolOption options[] = {
  { "who", G_OPTION_ARG_FILENAME, &who, "NAME", "姓名",
    "who changes the ledger; add, set, import and verify need it", "登记人；add、set、import 和 verify 须注明" },
  { "date", G_OPTION_ARG_FILENAME, &date, "DATE", "日期",
    "the day by which deadlines are past and on which is finished what is reported done, today if not given; for verify the day on which the facts were counted",
    "判断是否逾期的日期，也作为报告完成的日期，缺省为今天；用于 verify 时为数据的统计时点" },
  { "where", G_OPTION_ARG_FILENAME_ARRAY, &where, "FIELD=VALUE", "数据项=取值",
    "only tasks of this value, such as status=open or school=990013; may be repeated", "只列出符合条件的任务，如 status=待整改、school=990013；可重复" },
  { "late", G_OPTION_ARG_NONE, &late, NULL, NULL,
    "only tasks that are late", "只列出逾期任务" },
  { "revision", G_OPTION_ARG_INT, &revision, "N", "版本号",
    "the ledger as it was after that change", "该次变更之后的台账" },
  { "by", G_OPTION_ARG_FILENAME, &by, "unit|kind|school", "unit|kind|school",
    "with summary: also by responsible unit, kind of task or school", "用于 summary：同时按责任单位、任务类别或学校汇总" },
  { "dry-run", G_OPTION_ARG_NONE, &dry_run, NULL, NULL,
    "with verify: only show what would become of the tasks", "用于 verify：只显示核验结果，不写入台账" },
  { "format", G_OPTION_ARG_FILENAME, &format_name, "FORMAT", "格式",
    "text (if not given), html for a browser, json, csv or xlsx", "text（缺省）、html（用浏览器看）、json、csv 或 xlsx" },
  { "output", G_OPTION_ARG_FILENAME, &output_path, "FILE", "文件",
    "write to this file, which is replaced only when all is written", "写入该文件；全部写完后才替换原文件" },
  TOOL_JUDGE_OPTIONS (judge),
  { NULL }
};

typedef enum { FORMAT_TEXT, FORMAT_JSON, FORMAT_CSV, FORMAT_XLSX, FORMAT_HTML, N_FORMATS } Format;

static const char *const format_names[N_FORMATS] = { "text", "json", "csv", "xlsx", "html" };

/* -- output ------------------------------------------------------------------------------------------- */

static Format format;

static int
write_out (gpointer object, ToolWriteFunc write)
{
  if (format == FORMAT_XLSX && output_path == NULL && isatty (STDOUT_FILENO))
    return tool_fail ("%s", tool_word ("a workbook is not for the terminal: give a file with -o", "工作簿不能输出到终端，请用 -o 指定文件"));

  return tool_output_write (output_path, format == FORMAT_CSV, write, object);
}

static gboolean
read_format (const char *allowed)
{
  for (guint i = 0; i < N_FORMATS; i++)
    if (strcmp (format_name != NULL ? format_name : "text", format_names[i]) == 0 && strstr (allowed, format_names[i]) != NULL)
      {
        format = (Format) i;
        return TRUE;
      }
  tool_fail (tool_word ("--format takes %s here", "--format 此处只接受 %s"), allowed);

  return FALSE;
}

/* -- arguments ---------------------------------------------------------------------------------------- */

/* FIELD=VALUE … as two lists; FALSE after saying what is wrong. */
static gboolean
split_pairs (char **pairs, char ***fields, char ***values)
{
  guint n = pairs != NULL ? g_strv_length (pairs) : 0;

  *fields = g_new0 (char *, n + 1);
  *values = g_new0 (char *, n + 1);
  for (guint i = 0; i < n; i++)
    {
      const char *equal = strchr (pairs[i], '=');

      if (equal == NULL || equal == pairs[i])
        {
          tool_fail (tool_word ("“%s” is no FIELD=VALUE, such as status=done", "“%s”不是“数据项=取值”的形式，如 status=已完成"), pairs[i]);
          return FALSE;
        }
      (*fields)[i] = g_strndup (pairs[i], (gsize) (equal - pairs[i]));
      (*values)[i] = g_strdup (equal + 1);
    }

  return TRUE;
}

static BalanceLedger *
read_ledger (BalanceStore *store, int *status)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceLedger) ledger = balance_store_read_ledger (store, date, revision, &error);
  g_auto (GStrv) fields = NULL;
  g_auto (GStrv) values = NULL;
  BalanceLedger *chosen = NULL;

  if (ledger == NULL)
    *status = tool_fail_error (error);
  else if (!split_pairs (where, &fields, &values))
    *status = TOOL_BAD_INPUT;
  else
    {
      chosen = balance_ledger_filter (ledger, (const char *const *) fields, (const char *const *) values, late, &error);
      if (chosen == NULL)
        *status = tool_fail_error (error);
    }

  return chosen;
}

/* -- reading ------------------------------------------------------------------------------------------ */

/* The census of the store is judged, so that the tasks stand beside what they are for. */
static gboolean
write_report (BalanceLedger *ledger, GOutputStream *stream, GError **error)
{
  g_autoptr (BalanceReport) report = balance_report_new_for_ledger (ledger, judge.evaluation, NULL, tool_language_name (),
                                                                    judge.district != NULL ? balance_district_get_code (judge.district) : NULL,
                                                                    balance_import_get_problems (judge.import));

  return balance_report_write_html (report, stream, NULL, error);
}

static gboolean
write_list (gpointer object, GOutputStream *stream, GError **error)
{
  switch (format)
    {
    case FORMAT_JSON:
      return balance_ledger_write_json (object, tool_language_name (), stream, NULL, error);
    case FORMAT_CSV:
      return balance_ledger_write_csv (object, stream, NULL, error);
    case FORMAT_XLSX:
      return balance_ledger_write_xlsx (object, tool_language_name (), stream, NULL, error);
    case FORMAT_HTML:
      return write_report (object, stream, error);
    case FORMAT_TEXT:
    case N_FORMATS:
    default:
      return balance_ledger_write_text (object, tool_language_name (), stream, NULL, error);
    }
}

static int
list_tasks (BalanceStore *store, char **arguments)
{
  char *paths[] = { (char *) balance_store_get_path (store), NULL };
  int status = TOOL_MET;
  g_autoptr (BalanceLedger) ledger = NULL;

  if (!read_format ("text, html, json, csv, xlsx"))
    return TOOL_BAD_INPUT;
  if (format == FORMAT_HTML)
    status = tool_judge_run (&judge, paths);
  if (status != TOOL_MET)
    return status;
  ledger = read_ledger (store, &status);

  return ledger == NULL ? status : write_out (ledger, write_list);
}

static int
export_tasks (BalanceStore *store, char **arguments)
{
  int status = TOOL_MET;
  g_autoptr (BalanceLedger) ledger = read_ledger (store, &status);

  format = FORMAT_XLSX;

  return ledger == NULL ? status : write_out (ledger, write_list);
}

static gboolean
read_grouping (BalanceTaskGrouping *grouping)
{
  static const char *const names[] = { "", "unit", "kind", "school" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (by != NULL ? by : "", names[i]) == 0)
      {
        *grouping = (BalanceTaskGrouping) (BALANCE_TASK_BY_QUARTER + (int) i);
        return TRUE;
      }
  tool_fail ("%s", tool_word ("--by takes unit, kind or school", "--by 只接受 unit、kind 或 school"));

  return FALSE;
}

typedef struct
{
  BalanceLedger       *ledger;
  BalanceTaskGrouping  grouping;
} Summary;

static gboolean
write_summary (gpointer object, GOutputStream *stream, GError **error)
{
  Summary *self = object;

  if (format == FORMAT_JSON)
    return balance_ledger_write_summary_json (self->ledger, self->grouping, tool_language_name (), stream, NULL, error);
  if (format == FORMAT_CSV)
    return balance_ledger_write_summary_csv (self->ledger, self->grouping, tool_language_name (), stream, NULL, error);

  return balance_ledger_write_summary_text (self->ledger, self->grouping, tool_language_name (), stream, NULL, error);
}

static int
summarise (BalanceStore *store, char **arguments)
{
  int status = TOOL_MET;
  Summary summary = { NULL, BALANCE_TASK_BY_QUARTER };
  g_autoptr (BalanceLedger) ledger = NULL;

  if (!read_format ("text, json, csv") || !read_grouping (&summary.grouping))
    return TOOL_BAD_INPUT;
  summary.ledger = ledger = read_ledger (store, &status);

  return ledger == NULL ? status : write_out (&summary, write_summary);
}

static gboolean
write_changes (gpointer object, GOutputStream *stream, GError **error)
{
  return format == FORMAT_JSON ? balance_task_change_write_json (object, stream, NULL, error)
                               : balance_task_change_write_text (object, tool_language_name (), stream, NULL, error);
}

/* 0 and words to the user where it is none */
static gint64
read_task (const char *text)
{
  guint64 id = 0;

  if (!g_ascii_string_to_unsigned (text, 10, 1, G_MAXINT32, &id, NULL))
    tool_fail (tool_word ("“%s” is no number of a task", "“%s”不是任务编号"), text);

  return (gint64) id;
}

static int
show_history (BalanceStore *store, char **arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) changes = NULL;
  gint64 id = 0;

  if (!read_format ("text, json"))
    return TOOL_BAD_INPUT;
  if (arguments[0] != NULL && (id = read_task (arguments[0])) == 0)
    return TOOL_BAD_INPUT;
  changes = balance_store_get_task_changes (store, id, &error);

  if (changes == NULL)
    return tool_fail_error (error);
  /* that it was made is a change */
  if (id > 0 && g_list_model_get_n_items (changes) == 0)
    return tool_fail (tool_word ("there is no task %s", "没有任务 %s"), arguments[0]);

  return write_out (changes, write_changes);
}

/* -- changing ----------------------------------------------------------------------------------------- */

static int
keep (BalanceStore *store, BalanceTask **tasks, gsize n_tasks)
{
  g_autoptr (GError) error = NULL;
  guint added = 0, changed = 0;

  if (!balance_store_put_tasks (store, tasks, n_tasks, who, date, &added, &changed, &error))
    return tool_fail_error (error);
  tool_remark (tool_word ("%u new tasks, %u changed", "新增任务 %u 项，更新 %u 项"), added, changed);

  return TOOL_MET;
}

static int
add_task (BalanceStore *store, char **arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceTask) task = NULL;
  g_auto (GStrv) fields = NULL;
  g_auto (GStrv) values = NULL;

  if (!split_pairs (arguments, &fields, &values))
    return TOOL_BAD_INPUT;
  task = balance_task_new ((const char *const *) fields, (const char *const *) values, &error);

  return task == NULL ? tool_fail_error (error) : keep (store, &task, 1);
}

static int
set_task (BalanceStore *store, char **arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceLedger) ledger = NULL;
  g_autoptr (BalanceTask) before = NULL;
  g_autoptr (BalanceTask) after = NULL;
  g_auto (GStrv) fields = NULL;
  g_auto (GStrv) values = NULL;
  gint64 id;

  if (arguments[0] == NULL)
    return tool_fail ("%s", tool_word ("which task? Give its number", "请给出任务编号"));
  id = read_task (arguments[0]);
  if (id == 0 || !split_pairs (arguments + 1, &fields, &values))
    return TOOL_BAD_INPUT;
  ledger = balance_store_read_ledger (store, date, 0, &error);
  if (ledger == NULL)
    return tool_fail_error (error);
  before = balance_ledger_find (ledger, id);
  if (before == NULL)
    return tool_fail (tool_word ("there is no task %s", "没有任务 %s"), arguments[0]);
  after = balance_task_amend (before, (const char *const *) fields, (const char *const *) values, &error);

  return after == NULL ? tool_fail_error (error) : keep (store, &after, 1);
}

static int
import_tasks (BalanceStore *store, char **arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GListModel) problems = NULL;
  guint added = 0, changed = 0;

  if (arguments[0] == NULL || arguments[1] != NULL)
    return tool_fail ("%s", tool_word ("which workbook? Give one file", "请给出一个工作簿文件"));
  file = g_file_new_for_commandline_arg (arguments[0]);
  bytes = g_file_load_bytes (file, NULL, NULL, &error);
  if (bytes == NULL)
    return tool_fail_error (error);
  if (!balance_store_import_tasks (store, bytes, arguments[0], who, date, &added, &changed, &problems, NULL, &error))
    {
      guint n = problems != NULL ? g_list_model_get_n_items (problems) : 0;

      if (n == 0)
        return tool_fail_error (error);
      tool_print_problems (problems, judge.all_problems);
      return tool_fail ("%s", tool_word ("nothing was kept; mend the workbook first", "未保存任何内容，请先改正工作簿"));
    }
  tool_print_problems (problems, judge.all_problems);
  tool_remark (tool_word ("%u new tasks, %u changed", "新增任务 %u 项，更新 %u 项"), added, changed);

  return TOOL_MET;
}

/* -- verifying ---------------------------------------------------------------------------------------- */

static gboolean
write_verification (gpointer object, GOutputStream *stream, GError **error)
{
  return format == FORMAT_JSON ? balance_verification_write_json (object, tool_language_name (), stream, NULL, error)
                               : balance_verification_write_text (object, tool_language_name (), stream, NULL, error);
}

static int
verify (BalanceStore *store, char **arguments)
{
  char *paths[] = { (char *) balance_store_get_path (store), NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceVerification) verification = NULL;
  g_autoptr (BalanceLedger) ledger = NULL;
  int status;

  if (!read_format ("text, json"))
    return TOOL_BAD_INPUT;
  status = tool_judge_run (&judge, paths);
  if (status != TOOL_MET)
    return status;
  if (dry_run)
    {
      ledger = balance_store_read_ledger (store, date, 0, &error);
      verification = ledger != NULL ? balance_verification_new (ledger, judge.evaluation, date, &error) : NULL;
    }
  else
    {
      verification = balance_store_verify_tasks (store, judge.evaluation, date, who, &error);
    }
  if (verification == NULL)
    return tool_fail_error (error);
  status = write_out (verification, write_verification);

  return status == TOOL_MET && balance_verification_get_n_reopened (verification) > 0 ? TOOL_UNMET : status;
}

/* -- all ---------------------------------------------------------------------------------------------- */

static const struct { const char *name; int (*run) (BalanceStore *store, char **arguments); gboolean writes, takes, selects; } actions[] = {
  { "list", list_tasks, FALSE, FALSE, TRUE },
  { "add", add_task, TRUE, TRUE, FALSE },
  { "set", set_task, TRUE, TRUE, FALSE },
  { "export", export_tasks, FALSE, FALSE, TRUE },
  { "import", import_tasks, TRUE, TRUE, FALSE },
  { "verify", verify, TRUE, FALSE, FALSE },
  { "summary", summarise, FALSE, FALSE, TRUE },
  { "history", show_history, FALSE, TRUE, FALSE },
};

/* An option that would be without effect is a mistake of somebody. */
static gboolean
check_options (guint action)
{
  if (!actions[action].selects && (where != NULL || late || revision != 0))
    tool_fail ("%s", tool_word ("--where, --late and --revision go with list, export and summary", "--where、--late 和 --revision 只用于 list、export 和 summary"));
  else if (by != NULL && actions[action].run != summarise)
    tool_fail ("%s", tool_word ("--by goes with summary", "--by 只用于 summary"));
  else if (dry_run && actions[action].run != verify)
    tool_fail ("%s", tool_word ("--dry-run goes with verify", "--dry-run 只用于 verify"));
  else
    return TRUE;

  return FALSE;
}

static int
run_action (char **arguments)
{
  guint i = 0;
  gboolean writes;
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceStore) store = NULL;

  while (i < G_N_ELEMENTS (actions) && (arguments[0] == NULL || strcmp (arguments[0], actions[i].name) != 0))
    i++;
  if (i == G_N_ELEMENTS (actions) || arguments[1] == NULL || (!actions[i].takes && arguments[2] != NULL))
    return tool_fail ("%s", tool_word ("what to do: list, add, set, export, import, verify, summary or history, and a store; see balance tasks --help",
                                       "用法：list、add、set、export、import、verify、summary 或 history，后接数据库文件，见 balance tasks --help"));
  if (!check_options (i))
    return TOOL_BAD_INPUT;
  writes = actions[i].writes && !(actions[i].run == verify && dry_run);
  if (writes)
    {
      int status = tool_check_ledger (arguments + 1, who);

      if (status != TOOL_MET)
        return status;
    }
  store = balance_store_open (arguments[1], writes ? BALANCE_STORE_WRITE : BALANCE_STORE_READ, &error);

  return store == NULL ? tool_fail_error (error) : actions[i].run (store, arguments + 2);
}

static int
run (char **arguments)
{
  int status = run_action (arguments);

  tool_judge_clear (&judge);
  g_clear_pointer (&format_name, g_free);
  g_clear_pointer (&output_path, g_free);
  g_clear_pointer (&who, g_free);
  g_clear_pointer (&date, g_free);
  g_clear_pointer (&by, g_free);
  g_clear_pointer (&where, g_strfreev);

  return status;
}

const ToolCommand tool_tasks = {
  .name = "tasks",
  .usage_en = "list STORE [--where FIELD=VALUE] [--late] [OPTIONS]\nadd STORE FIELD=VALUE… --who NAME\nset STORE TASK FIELD=VALUE… --who NAME\n"
              "export STORE --output FILE.xlsx\nimport STORE FILE.xlsx --who NAME\nverify STORE [--year YEAR] --who NAME [OPTIONS]\n"
              "summary STORE [--by unit|kind|school]\nhistory STORE [TASK]",
  .usage_zh = "list 数据库 [--where 数据项=取值] [--late] [选项]\nadd 数据库 数据项=取值… --who 姓名\nset 数据库 任务编号 数据项=取值… --who 姓名\n"
              "export 数据库 --output 文件.xlsx\nimport 数据库 文件.xlsx --who 姓名\nverify 数据库 [--year 年度] --who 姓名 [选项]\n"
              "summary 数据库 [--by unit|kind|school]\nhistory 数据库 [任务编号]",
  .about_en = "Keeps the ledger of tasks: who does what until when, what is late, what a census shows to be done.",
  .about_zh = "管理整改台账：任务、责任人、时限和进展，逾期情况，并依据年度数据核验销号。",
  .notes_en = "Tasks come from balance plan --tasks, balance gaps --tasks or --plan, and add. Fields: year, district, district_name, school, school_name, giver, giver_name, stage, "
              "kind, title, requirements, target, quantity, unit, cost, responsible_unit, responsible_person, start, deadline, depends_on, status (open, under_way, done, waived), "
              "progress, finished, reason, evidence; or by their titles, such as 责任单位. Nobody sets a task verified: verify does, by the census of a year of the store, and reopens what is not there. list with --format html is "
              "the report of the latest year of the store, or of --year, with the tasks. Nothing is overwritten: history shows every change. The status is 0 where all went well, 1 where verify reopened a task, 2 where something is wrong.",
  .notes_zh = "任务来自 balance plan --tasks、balance gaps --tasks 或 --plan，以及 add。数据项：年度、区县代码、区县、学校代码、学校、调出学校代码、调出学校、学段、类别、整改措施、对应指标、整改目标、"
              "数量、单位、费用（元）、责任单位、责任人、开始时间、完成时限、前置任务、进展（待整改、整改中、已完成、不再整改）、完成百分比、完成日期、不再整改理由、佐证材料；也可用英文标识，如 "
              "responsible_unit。"
              "“已销号”不能手工填写：由 verify 依据数据库中的年度数据核验，未落实的重新整改。list 加 --format html 写出数据库最近年度（或 --year）的评估报告和任务。所有变更均保留，见 history。退出状态：0 成功，1 有任务被重新整改，2 有错误。",
  .options = options,
  .run = run,
};
