/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "judge.h"
#include "output.h"

static ToolJudge judge;
static char *format_name;
static char *output_path;
static char **chosen;

static const ToolOption options[] = {
  TOOL_JUDGE_OPTIONS (judge),
  { "proposal", G_OPTION_ARG_FILENAME_ARRAY, &chosen, "ID", "标识",
    "only this proposal of the file; may be repeated", "只看文件中的该方案，可重复" },
  { "format", G_OPTION_ARG_FILENAME, &format_name, "text|json", "text|json",
    "text (if not given), or json for programs, with every effect", "text（缺省），或 json（供程序使用，列出全部影响）" },
  { "output", G_OPTION_ARG_FILENAME, &output_path, "FILE", "文件",
    "write to this file, which is replaced only when all is written", "写入该文件；全部写完后才替换原文件" },
  { NULL }
};

/* The last argument is the file of proposals. */
static char *
take_last (char **arguments)
{
  guint n = g_strv_length (arguments);
  char *last;

  if (n < 2)
    return NULL;
  last = arguments[n - 1];
  arguments[n - 1] = NULL;

  return last;
}

static gboolean
is_chosen (BalanceProposal *proposal)
{
  return chosen == NULL || g_strv_contains ((const char *const *) chosen, balance_proposal_get_id (proposal));
}

static GPtrArray *
read_proposals (const char *path)
{
  g_autoptr (GListModel) problems = NULL, proposals = NULL;
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;

  proposals = balance_proposal_read_file (path, &problems, &error);
  if (proposals == NULL)
    {
      tool_print_problems (problems, TRUE);
      tool_fail (tool_word ("the proposals of %s cannot be used", "无法使用 %s 中的方案"), path);
      return NULL;
    }
  for (guint i = 0; i < g_list_model_get_n_items (proposals); i++)
    {
      g_autoptr (BalanceProposal) proposal = g_list_model_get_item (proposals, i);

      if (is_chosen (proposal))
        g_ptr_array_add (list, g_object_ref (proposal));
    }
  for (guint i = 0; chosen != NULL && chosen[i] != NULL; i++)
    {
      gboolean found = FALSE;

      for (guint k = 0; k < list->len; k++)
        found = found || g_str_equal (balance_proposal_get_id (g_ptr_array_index (list, k)), chosen[i]);
      if (!found)
        {
          tool_fail (tool_word ("%s has no proposal “%s”", "%s 中没有方案“%s”"), path, chosen[i]);
          return NULL;
        }
    }

  return g_steal_pointer (&list);
}

/* One scenario after the other, each from the same census. */
static GPtrArray *
try_proposals (GPtrArray *proposals)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (BalanceScenario) scenario = NULL;
  g_autoptr (GError) error = NULL;
  gboolean sound = TRUE;

  scenario = balance_scenario_new (judge.evaluator, judge.census, NULL, &error);
  if (scenario == NULL)
    {
      tool_fail_error (error);
      return NULL;
    }
  for (guint i = 0; i < proposals->len; i++)
    {
      BalanceProposal *proposal = g_ptr_array_index (proposals, i);
      g_autoptr (GListModel) problems = NULL;
      g_autoptr (BalanceEvaluation) after = NULL;
      BalanceEffects *effects;

      if (!balance_scenario_apply_proposal (scenario, proposal, &problems, NULL))
        {
          tool_print_problems (problems, TRUE);
          tool_fail (tool_word ("the proposal “%s” cannot be carried out; nothing of it was done", "方案“%s”无法执行，未作任何改动"),
                     balance_proposal_get_id (proposal));
          sound = FALSE;
          continue;
        }
      after = balance_scenario_evaluate (scenario, NULL, NULL, &error);
      effects = after != NULL ? balance_effects_new (judge.evaluation, after, proposal, &error) : NULL;
      if (effects == NULL)
        {
          tool_fail_error (error);
          return NULL;
        }
      g_ptr_array_add (list, effects);
      while (balance_scenario_undo (scenario))
        ;
    }

  return sound ? g_steal_pointer (&list) : NULL;
}

static gboolean
write_format (gpointer data, GOutputStream *stream, GError **error)
{
  GPtrArray *effects = data;
  BalanceEffects **list = (BalanceEffects **) (gpointer) effects->pdata;

  if (g_strcmp0 (format_name, "json") == 0)
    return balance_effects_write_json (list, effects->len, tool_language_name (), stream, NULL, error);

  return balance_effects_write_text (list, effects->len, tool_language_name (), stream, NULL, error);
}

static int
write_effects (GPtrArray *effects)
{
  int status = tool_output_write (output_path, FALSE, write_format, effects);

  if (status != TOOL_MET)
    return status;

  for (guint i = 0; i < effects->len; i++)
    status = MAX (status, tool_status (balance_evaluation_get_verdict (balance_effects_get_after (g_ptr_array_index (effects, i)))));

  return status;
}

static int
run (char **arguments)
{
  gboolean json = format_name != NULL && g_str_equal (format_name, "json");
  g_autoptr (GPtrArray) proposals = NULL, effects = NULL;
  g_autofree char *path = NULL;
  int status = TOOL_MET;

  if (format_name != NULL && !json && !g_str_equal (format_name, "text"))
    status = tool_fail ("%s", tool_word ("--format takes text or json", "--format 只接受 text 或 json"));
  else if ((path = take_last (arguments)) == NULL)
    status = tool_fail ("%s", tool_word ("give the data and then the file of proposals: balance whatif DATA… FILE.yaml",
                                         "请先给出数据文件，最后给出方案文件：balance whatif 数据… 方案.yaml"));
  else if ((proposals = read_proposals (path)) == NULL)
    status = TOOL_BAD_INPUT;
  if (status == TOOL_MET)
    status = tool_judge_run (&judge, arguments);
  if (status == TOOL_MET && (effects = try_proposals (proposals)) == NULL)
    status = TOOL_BAD_INPUT;
  if (status == TOOL_MET)
    status = write_effects (effects);

  tool_judge_clear (&judge);
  g_clear_pointer (&format_name, g_free);
  g_clear_pointer (&output_path, g_free);
  g_clear_pointer (&chosen, g_strfreev);

  return status;
}

const ToolCommand tool_whatif = {
  .name = "whatif",
  .usage_en = "FILE… PROPOSALS.yaml [OPTIONS]",
  .usage_zh = "文件… 方案.yaml [选项]",
  .about_en = "Says what the verdicts would be if schools were merged, teachers moved, figures others.",
  .about_zh = "假设撤并学校、调配教师或改变数据，判定结果会怎样；可并列比较多个方案。",
  .notes_en = "A file of proposals holds named lists of actions: set, add, clear, move, hand_over, merge, close, open, extend, recode, grow. Each proposal is tried on "
              "the data by itself, wholly or not at all. The status is 0 where all is met after each proposal, 1 where something is unmet or undetermined, 2 where "
              "the data, the proposals or the command line have errors.",
  .notes_zh = "方案文件列出若干方案，每个方案由措施组成：set、add、clear、move、hand_over、merge、close、open、extend、recode、grow（设值、增减、缺失、划转、移交、合并、撤销、新建、增设、变更代码、增长）。"
              "各方案分别从现状出发，要么全部执行，要么都不执行。退出状态：0 各方案执行后全部达标，1 有未达标或无法判定的，2 数据、方案或命令行有错误。",
  .options = options,
  .run = run,
};
