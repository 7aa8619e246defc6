/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "judge.h"
#include "output.h"

/* As many points as a curve on paper needs. */
#define POINTS 21

static ToolJudge judge;
static char *format_name, *output_path, *costs_path, *budget_text, *goal_name, *gap_text, *scenario_path, *who, *start;
static char **first;
static gboolean moves_only, curve, tasks;
static int years;
static double time_limit;

static const ToolOption options[] = {
  TOOL_JUDGE_OPTIONS (judge),
  { "costs", G_OPTION_ARG_FILENAME, &costs_path, "FILE", "文件",
    "what can be done, what it costs and how much of it is possible (YAML); “example” is the shipped example, whose figures are assumptions",
    "措施、单价和限制（YAML 文件）；example 为随软件提供的示例，其单价均为假设" },
  { "budget", G_OPTION_ARG_FILENAME, &budget_text, "YUAN", "金额",
    "how much may be spent in all, such as 1500000; where it is too small for all, the most schools are brought to standard",
    "总预算（如 1500000 或 150万元）；不足以全部达标时，使尽可能多的学校达标" },
  { "aim", G_OPTION_ARG_FILENAME, &goal_name, "schools|pupils|all", "schools|pupils|all",
    "with --budget: the most schools (if not given), the most pupils, or all or nothing", "与 --budget 同用：学校最多（缺省）、学生最多，或只求全部达标" },
  { "moves-only", G_OPTION_ARG_NONE, &moves_only, NULL, NULL,
    "only move between schools what is there", "只在学校间调配，不新增" },
  { "first", G_OPTION_ARG_FILENAME_ARRAY, &first, "CODE", "学校代码",
    "this school comes first; may be repeated", "优先安排该校，可重复" },
  { "years", G_OPTION_ARG_INT, &years, "N", "年数",
    "over so many years, as the costs say if not given", "方案年数，缺省按单价文件" },
  { "curve", G_OPTION_ARG_NONE, &curve, NULL, NULL,
    "what it costs to bring so many schools to standard", "费用与达标学校数的关系" },
  { "gap", G_OPTION_ARG_FILENAME, &gap_text, "SHARE", "比例",
    "how far from the cheapest plan is good enough, 0.1% if not given", "允许与最优方案相差的比例，缺省 0.1%" },
  { "time-limit", G_OPTION_ARG_DOUBLE, &time_limit, "SECONDS", "秒",
    "end the search then with the best plan that is known", "到时停止搜索，采用已知最好的方案" },
  { "scenario", G_OPTION_ARG_FILENAME, &scenario_path, "FILE", "文件",
    "also write the plan as proposals for what-if scenarios (YAML)", "另将方案写为情景方案（YAML）" },
  { "tasks", G_OPTION_ARG_NONE, &tasks, NULL, NULL,
    "also keep the plan as tasks in the ledger of the store that is judged", "另将方案作为任务存入所评定的数据库文件的整改台账" },
  { "who", G_OPTION_ARG_FILENAME, &who, "NAME", "姓名",
    "with --tasks: who enters them", "用于 --tasks：登记人" },
  { "start", G_OPTION_ARG_FILENAME, &start, "DATE", "日期",
    "with --tasks: the day on which the first year of the plan begins", "用于 --tasks：方案第一年的开始日期" },
  { "format", G_OPTION_ARG_FILENAME, &format_name, "FORMAT", "格式",
    "text (if not given), html for a browser, xlsx as the task book, json or csv for programs",
    "text（缺省）、html（用浏览器看）、xlsx（整改任务书）、json 或 csv（供程序使用）" },
  { "output", G_OPTION_ARG_FILENAME, &output_path, "FILE", "文件",
    "write to this file, which is replaced only when all is written", "写入该文件；全部写完后才替换原文件" },
  { NULL }
};

typedef gboolean (*WriteFunc) (BalancePlan *plan, const char *language, GOutputStream *stream, GCancellable *cancellable, GError **error);

/* What was judged and what was found when it was read belong to the page, too. */
static gboolean
write_html (BalancePlan *plan, const char *language, GOutputStream *stream, GCancellable *cancellable, GError **error)
{
  g_autoptr (BalanceReport) report = balance_report_new_for_plan (plan, language, balance_import_get_problems (judge.import));

  return balance_report_write_html (report, stream, cancellable, error);
}

static const struct { const char *name; WriteFunc write; gboolean mark, binary, curve; } formats[] = {
  { "text", balance_plan_write_text, FALSE, FALSE, TRUE },
  { "json", balance_plan_write_json, FALSE, FALSE, TRUE },
  { "csv", balance_plan_write_csv, TRUE, FALSE, TRUE },
  { "xlsx", balance_plan_write_xlsx, FALSE, TRUE, FALSE },
  { "html", write_html, FALSE, FALSE, FALSE },
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
read_budget (double *budget)
{
  static const char *const endings[] = { "", "元", "万", "万元", "亿", "亿元", NULL };
  static const double factors[] = { 1, 1, 1e4, 1e4, 1e8, 1e8 };

  *budget = -1;

  return budget_text == NULL || tool_read_number (budget_text, endings, factors, budget);
}

static gboolean
read_gap (double *gap)
{
  *gap = 0.001;

  return gap_text == NULL || (tool_read_share (gap_text, gap) && *gap <= 1);
}

static gboolean
read_goal (BalancePlanGoal *goal)
{
  if (budget_text == NULL && goal_name == NULL)
    *goal = BALANCE_PLAN_CHEAPEST;
  else if (goal_name == NULL || strcmp (goal_name, "schools") == 0)
    *goal = BALANCE_PLAN_MOST_SCHOOLS;
  else if (strcmp (goal_name, "pupils") == 0)
    *goal = BALANCE_PLAN_MOST_PUPILS;
  else if (strcmp (goal_name, "all") == 0)
    *goal = BALANCE_PLAN_CHEAPEST;
  else
    return FALSE;

  return TRUE;
}

static BalanceCosts *
load_costs (GError **error)
{
  BalanceDictionary *dictionary = balance_standard_get_dictionary (judge.standard);

  return strchr (costs_path, '/') != NULL || g_str_has_suffix (costs_path, ".yaml") ? balance_costs_new_from_file (costs_path, dictionary, error)
                                                                                    : balance_costs_lookup (costs_path, dictionary, error);
}

static gboolean
write_curve (gpointer data, GOutputStream *stream, GError **error)
{
  GVariant *points = data;
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean csv = format_name != NULL && strcmp (format_name, "csv") == 0, json = format_name != NULL && strcmp (format_name, "json") == 0;
  char cost[G_ASCII_DTOSTR_BUF_SIZE], bound[G_ASCII_DTOSTR_BUF_SIZE];

  if (csv)
    g_string_append (text, "schools,cost,bound\r\n");
  else if (json)
    g_string_append (text, "[");
  else
    g_string_append (text, tool_word ("Schools up to standard and what it costs at least (yuan), by steps:\n\n  schools            cost    proven bound\n",
                                      "达标学校数与最低费用（元）：\n\n  学校数            费用      已证明下限\n"));
  for (gsize i = 0; i < g_variant_n_children (points); i++)
    {
      guint schools;
      double yuan, least;

      g_variant_get_child (points, i, "(udd)", &schools, &yuan, &least);
      g_ascii_formatd (cost, sizeof cost, "%.2f", yuan);
      g_ascii_formatd (bound, sizeof bound, "%.2f", least);
      if (csv)
        g_string_append_printf (text, "%u,%s,%s\r\n", schools, cost, bound);
      else if (json)
        g_string_append_printf (text, "%s{\"schools\":%u,\"cost\":%s,\"bound\":%s}", i > 0 ? "," : "", schools, cost, bound);
      else
        g_string_append_printf (text, "%9u %15s %15s\n", schools, cost, bound);
    }
  if (json)
    g_string_append (text, "]\n");

  return g_output_stream_write_all (stream, text->str, text->len, NULL, NULL, error);
}

static gboolean
write_format (gpointer data, GOutputStream *stream, GError **error)
{
  return formats[find_format ()].write (data, tool_language_name (), stream, NULL, error);
}

static gboolean
write_text (gpointer data, GOutputStream *stream, GError **error)
{
  return g_output_stream_write_all (stream, data, strlen (data), NULL, NULL, error);
}

static int
write_result (BalancePlan *plan, GVariant *points)
{
  g_autofree char *scenario = plan != NULL && scenario_path != NULL ? balance_plan_to_scenario (plan) : NULL;
  const gboolean mark = formats[find_format ()].mark;
  const ToolOutput outputs[] = {
    { output_path, mark, points != NULL ? write_curve : write_format, points != NULL ? (gpointer) points : plan },
    { scenario_path, FALSE, write_text, scenario },
  };

  return tool_output_write_all (outputs, scenario != NULL ? 2 : 1);
}

static int
keep_tasks (BalancePlan *plan, const char *store_path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceLedger) ledger = balance_ledger_new_from_plan (plan, start, tool_language_name (), &error);

  return ledger == NULL ? tool_fail_error (error) : tool_keep_ledger (store_path, ledger, who);
}

/* Known to be a date before anything is computed. */
static gboolean
check_start (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceLedger) empty = balance_ledger_new (NULL, 0, start, &error);

  if (empty == NULL)
    tool_fail_error (error);

  return empty != NULL;
}

static int
plan (const char *path, BalancePlanGoal goal, double budget, double gap)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceCosts) costs = load_costs (&error);
  g_autoptr (BalancePlanner) planner = NULL;
  g_autoptr (BalancePlan) result = NULL;
  g_autoptr (GVariant) points = NULL;
  int status = TOOL_MET;

  if (costs == NULL)
    return tool_fail_error (error);
  planner = balance_planner_new_full (judge.evaluator, costs, judge.district != NULL ? balance_district_get_code (judge.district) : NULL, goal, budget, moves_only,
                                      (const char *const *) first, (guint) years, gap, time_limit);
  if (curve)
    points = balance_planner_trace (planner, judge.census, POINTS, NULL, NULL, &error);
  else
    result = balance_planner_plan (planner, judge.census, NULL, NULL, &error);
  if (points == NULL && result == NULL)
    return tool_fail_error (error);
  status = write_result (result, points);
  if (status == TOOL_MET && result != NULL && tasks && balance_plan_get_after (result) != NULL)
    status = keep_tasks (result, path);
  if (status == TOOL_MET && result != NULL && balance_plan_get_after (result) == NULL)
    return TOOL_UNMET;

  return status;
}

static int
run (char **arguments)
{
  BalancePlanGoal goal = BALANCE_PLAN_CHEAPEST;
  double budget = -1, gap = 0;
  int status = TOOL_MET, format = find_format ();

  if (format < 0 || (curve && !formats[format].curve))
    status = tool_fail ("%s", tool_word ("--format takes text, html, xlsx, json or csv; --curve takes text, json or csv",
                                         "--format 只接受 text、html、xlsx、json 或 csv；--curve 只支持 text、json、csv"));
  else if (formats[format].binary && output_path == NULL && isatty (STDOUT_FILENO))
    status = tool_fail ("%s", tool_word ("a workbook is not for the terminal: give a file with -o", "工作簿不能输出到终端，请用 -o 指定文件"));
  else if (costs_path == NULL)
    status = tool_fail ("%s", tool_word ("what does it cost? Say --costs FILE, or --costs example to see how it works", "请用 --costs 指定单价文件，或用 --costs example 试用示例"));
  else if (!read_budget (&budget))
    status = tool_fail ("%s", tool_word ("--budget takes an amount in yuan, such as 1500000", "--budget 应为金额（元），如 1500000 或 150万"));
  else if (!read_gap (&gap))
    status = tool_fail ("%s", tool_word ("--gap takes a share, such as 0.1%", "--gap 应为比例，如 0.1%"));
  else if (!read_goal (&goal))
    status = tool_fail ("%s", tool_word ("--aim takes schools, pupils or all", "--aim 只接受 schools、pupils 或 all"));
  else if (years < 0 || years > 10)
    status = tool_fail ("%s", tool_word ("--years takes 1 to 10", "--years 应为 1 至 10"));
  else if (tasks && curve)
    status = tool_fail ("%s", tool_word ("--tasks keeps one plan, --curve makes many", "--tasks 只保存一个方案，不能与 --curve 同用"));
  else if (!tasks && (who != NULL || start != NULL))
    status = tool_fail ("%s", tool_word ("--who and --start go with --tasks", "--who 和 --start 只用于 --tasks"));
  else if (tasks)
    status = check_start () ? tool_check_ledger (arguments, who) : TOOL_BAD_INPUT;
  if (status == TOOL_MET)
    status = tool_judge_run (&judge, arguments);
  if (status == TOOL_MET)
    status = plan (arguments[0], goal, budget, gap);

  tool_judge_clear (&judge);
  g_clear_pointer (&format_name, g_free);
  g_clear_pointer (&output_path, g_free);
  g_clear_pointer (&costs_path, g_free);
  g_clear_pointer (&budget_text, g_free);
  g_clear_pointer (&goal_name, g_free);
  g_clear_pointer (&gap_text, g_free);
  g_clear_pointer (&scenario_path, g_free);
  g_clear_pointer (&who, g_free);
  g_clear_pointer (&start, g_free);
  g_clear_pointer (&first, g_strfreev);

  return status;
}

const ToolCommand tool_plan = {
  .name = "plan",
  .usage_en = "FILE… --costs FILE [OPTIONS]\nSTORE --costs FILE --tasks --who NAME [OPTIONS]",
  .usage_zh = "文件… --costs 文件 [选项]\n数据库文件 --costs 文件 --tasks --who 姓名 [选项]",
  .about_en = "Says what it would take at least: what to add, build and move, where, when and at what cost.",
  .about_zh = "给出达标所需的最低费用方案：各校增补、建设、调配的内容、年度和费用。",
  .notes_en = "The plan is the cheapest one within the gap, and its verdicts are those of the exact evaluation. The status is 0 where there is a plan, 1 where "
              "there is none, 2 where the data or the command line have errors.",
  .notes_zh = "方案在允许的差距内费用最低，其结论由精确评估得出。退出状态：0 有方案，1 没有方案，2 数据或命令行有错误。",
  .options = options,
  .run = run,
};
