/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include "judge.h"
#include "output.h"

static ToolJudge judge;
static char *format_name;
static char *output_path;
static char *error_text;
static gboolean all;

static const ToolOption options[] = {
  TOOL_JUDGE_OPTIONS (judge),
  { "error", G_OPTION_ARG_FILENAME, &error_text, "SHARE", "误差",
    "list verdicts that an error smaller than this could turn (1% if not given)", "列出小于此误差即可能改变的结论（缺省 1%）" },
  { "all", G_OPTION_ARG_NONE, &all, NULL, NULL, "with --format json: every verdict", "用于 --format json：列出全部结论" },
  { "format", G_OPTION_ARG_FILENAME, &format_name, "text|json", "text|json",
    "text (if not given) or json for programs", "text（缺省）或 json（供程序使用）" },
  { "output", G_OPTION_ARG_FILENAME, &output_path, "FILE", "文件",
    "write to this file, which is replaced only when all is written", "写入该文件；全部写完后才替换原文件" },
  { NULL }
};

typedef struct
{
  BalanceStability *stability;
  double            below;
} Result;

static gboolean
write_format (gpointer data, GOutputStream *stream, GError **error)
{
  Result *self = data;

  if (g_strcmp0 (format_name, "json") == 0)
    return balance_stability_write_json (self->stability, tool_language_name (), all ? INFINITY : self->below, stream, NULL, error);

  return balance_stability_write_text (self->stability, tool_language_name (), self->below, stream, NULL, error);
}

static int
write_stability (BalanceStability *stability, double below)
{
  Result result = { stability, below };
  int status = tool_output_write (output_path, FALSE, write_format, &result);

  if (status != TOOL_MET)
    return status;

  return balance_stability_get_n_below (stability, below) > 0 ? TOOL_UNMET : TOOL_MET;
}

static int
run (char **arguments)
{
  double below = 0.01;
  int status = TOOL_MET;

  if (format_name != NULL && !g_str_equal (format_name, "text") && !g_str_equal (format_name, "json"))
    status = tool_fail ("%s", tool_word ("--format takes text or json", "--format 只接受 text 或 json"));
  else if (error_text != NULL && !(tool_read_share (error_text, &below) && below > 0.0 && below <= 1.0))
    status = tool_fail ("%s", tool_word ("--error takes a share between 0 and 100%, such as 1% or 0.005", "--error 应为 0 到 100% 之间的比例，如 1% 或 0.005"));
  if (status == TOOL_MET)
    status = tool_judge_run (&judge, arguments);
  if (status == TOOL_MET)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (BalanceStability) stability = balance_stability_find (judge.evaluation, judge.district == NULL ? NULL : balance_district_get_code (judge.district),
                                                                      NULL, NULL, &error);

      status = stability != NULL ? write_stability (stability, below) : tool_fail_error (error);
    }

  tool_judge_clear (&judge);
  g_clear_pointer (&format_name, g_free);
  g_clear_pointer (&output_path, g_free);
  g_clear_pointer (&error_text, g_free);

  return status;
}

const ToolCommand tool_stability = {
  .name = "stability",
  .usage_en = "FILE… [OPTIONS]",
  .usage_zh = "文件… [选项]",
  .about_en = "Says how large an error of the recorded facts could turn each verdict, and which facts those are.",
  .about_zh = "说明各项结论在多大的数据误差下会改变，以及取决于哪些数据。",
  .notes_en = "Every number among the facts may be off by the same share of itself, up or down. Where differences between schools are judged, pupil numbers are "
              "taken as right, and a bound is given for the case that they are not. The status is 0 where every verdict is known to stand up to the error, 1 "
              "where some are not, 2 where the data or the command line have errors.",
  .notes_zh = "假定每项数据都可能有相同比例的偏差，可高可低。校际差异系数以在校生数准确为前提，并另给出在校生数也有误时的上界。"
              "退出状态：0 全部结论经得起该误差，1 有的经不起或无法给出，2 数据或命令行有错误。",
  .options = options,
  .run = run,
};
