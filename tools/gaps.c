/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <unistd.h>

#include "judge.h"
#include "output.h"

static ToolJudge judge;
static char *format_name;
static char *output_path;
static char *plan_path;
static char *who;
static char *deadline;
static gboolean tasks;

static const ToolOption options[] = {
  TOOL_JUDGE_OPTIONS (judge),
  { "format", G_OPTION_ARG_FILENAME, &format_name, "FORMAT", "格式",
    "text (if not given), csv or json for programs, xlsx with columns to fill in",
    "text（缺省）、csv 或 json（供程序使用）、xlsx（含填写措施、责任人和进展的列）" },
  { "output", G_OPTION_ARG_FILENAME, &output_path, "FILE", "文件",
    "write to this file, which is replaced only when all is written", "写入该文件；全部写完后才替换原文件" },
  { "tasks", G_OPTION_ARG_NONE, &tasks, NULL, NULL,
    "keep every gap as a task in the ledger of the store that is judged", "把每项差距作为任务存入所评定的数据库文件的整改台账" },
  { "deadline", G_OPTION_ARG_FILENAME, &deadline, "DATE", "日期",
    "with --tasks: the deadline of all of them", "用于 --tasks：各项任务的完成时限" },
  { "plan", G_OPTION_ARG_FILENAME, &plan_path, "FILE.xlsx", "文件.xlsx",
    "keep the rows of a workbook that was filled in as tasks", "读入填好的整改任务书，把填写的各行存为任务" },
  { "who", G_OPTION_ARG_FILENAME, &who, "NAME", "姓名",
    "with --tasks and --plan: who enters them", "用于 --tasks 和 --plan：登记人" },
  { NULL }
};

typedef gboolean (*WriteFunc) (BalanceGapList *list, const char *language, GOutputStream *stream, GCancellable *cancellable, GError **error);

static const struct { const char *name; WriteFunc write; gboolean mark, binary; } formats[] = {
  { "text", balance_gap_list_write_text, FALSE, FALSE },
  { "csv", balance_gap_list_write_csv, TRUE, FALSE },
  { "json", balance_gap_list_write_json, FALSE, FALSE },
  { "xlsx", balance_gap_list_write_xlsx, FALSE, TRUE },
};

static int
find_format (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (strcmp (formats[i].name, format_name != NULL ? format_name : "text") == 0)
      return (int) i;

  return -1;
}

static gboolean
write_format (gpointer data, GOutputStream *stream, GError **error)
{
  return formats[find_format ()].write (data, tool_language_name (), stream, NULL, error);
}

static int
write_gaps (BalanceGapList *list)
{
  int status = tool_output_write (output_path, formats[find_format ()].mark, write_format, list);

  if (status != TOOL_MET)
    return status;
  if (g_list_model_get_n_items (G_LIST_MODEL (list)) > 0)
    return TOOL_UNMET;

  return tool_status (judge.district == NULL ? balance_evaluation_get_verdict (judge.evaluation)
                                             : balance_evaluation_get_district_verdict (judge.evaluation, balance_district_get_code (judge.district)));
}

static BalanceLedger *
make_tasks (BalanceGapList *list,
            int            *status)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = plan_path != NULL ? g_file_new_for_path (plan_path) : NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GListModel) problems = NULL;
  BalanceLedger *ledger = NULL;

  if (file == NULL)
    {
      ledger = balance_ledger_new_from_gaps (list, deadline, tool_language_name (), &error);
    }
  else
    {
      bytes = g_file_load_bytes (file, NULL, NULL, &error);
      if (bytes != NULL)
        ledger = balance_ledger_new_from_gap_book (list, bytes, plan_path, tool_language_name (), &problems, NULL, &error);
    }
  if (problems != NULL)
    tool_print_problems (problems, judge.all_problems);
  if (ledger == NULL)
    *status = tool_fail_error (error);
  else if (problems != NULL && g_list_model_get_n_items (problems) > 0)
    {
      *status = tool_fail ("%s", tool_word ("nothing was kept; mend the workbook first", "未保存任何内容，请先改正工作簿"));
      g_clear_object (&ledger);
    }

  return ledger;
}

static int
keep_tasks (BalanceGapList *list,
            const char     *store_path)
{
  int status = TOOL_MET;
  g_autoptr (BalanceLedger) ledger = make_tasks (list, &status);

  return ledger == NULL ? status : tool_keep_ledger (store_path, ledger, who);
}

static int
run (char **arguments)
{
  int status = TOOL_MET, format = find_format ();

  if (format < 0)
    status = tool_fail ("%s", tool_word ("--format takes text, csv, json or xlsx", "--format 只接受 text、csv、json 或 xlsx"));
  else if (!tasks && plan_path == NULL && formats[format].binary && output_path == NULL && isatty (STDOUT_FILENO))
    status = tool_fail ("%s", tool_word ("a workbook is not for the terminal: give a file with -o", "工作簿不能输出到终端，请用 -o 指定文件"));
  else if (deadline != NULL && !tasks)
    status = tool_fail ("%s", tool_word ("--deadline goes with --tasks", "--deadline 只用于 --tasks"));
  else if (tasks && plan_path != NULL)
    status = tool_fail ("%s", tool_word ("--tasks keeps every gap, --plan the rows of a workbook: choose one", "--tasks 存入全部差距，--plan 存入工作簿各行，只能选一个"));
  else if (who != NULL && !tasks && plan_path == NULL)
    status = tool_fail ("%s", tool_word ("--who goes with --tasks or --plan", "--who 只用于 --tasks 或 --plan"));
  else if (tasks || plan_path != NULL)
    status = tool_check_ledger (arguments, who);
  if (status == TOOL_MET)
    status = tool_judge_run (&judge, arguments);
  if (status == TOOL_MET)
    {
      g_autoptr (BalanceGapList) list = balance_gap_list_new (judge.evaluation, judge.district == NULL ? NULL : balance_district_get_code (judge.district));

      status = tasks || plan_path != NULL ? keep_tasks (list, arguments[0]) : write_gaps (list);
    }

  tool_judge_clear (&judge);
  g_clear_pointer (&format_name, g_free);
  g_clear_pointer (&output_path, g_free);
  g_clear_pointer (&plan_path, g_free);
  g_clear_pointer (&who, g_free);
  g_clear_pointer (&deadline, g_free);

  return status;
}

const ToolCommand tool_gaps = {
  .name = "gaps",
  .usage_en = "FILE… [OPTIONS]\nSTORE --tasks --who NAME [--deadline DATE]\nSTORE --plan FILE.xlsx --who NAME",
  .usage_zh = "文件… [选项]\n数据库文件 --tasks --who 姓名 [--deadline 日期]\n数据库文件 --plan 文件.xlsx --who 姓名",
  .about_en = "Says what each school and the county lack: so many teachers, square metres, yuan, rooms.",
  .about_zh = "列出各校和县级的差距：还差多少教师、面积、经费和教室。",
  .notes_en = "Amounts are the least that has to be added or taken away. The status is 0 where all is met, 1 where something is unmet or undetermined, 2 where the data or "
              "the command line have errors.",
  .notes_zh = "差额为须增加或减少的最小数量。退出状态：0 全部达标，1 有未达标或无法判定的，2 数据或命令行有错误。",
  .options = options,
  .run = run,
};
