/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <unistd.h>

#include "judge.h"

static ToolJudge judge;
static char *school_name;
static char *stage_name;
static char *indicator_name;
static char *path_name;

static const ToolOption options[] = {
  { "school", G_OPTION_ARG_FILENAME, &school_name, "CODE|NAME", "代码|校名",
    "the school; without --indicator all that is asked of it is listed", "学校；不加 --indicator 时列出对它的各项判定" },
  { "stage", G_OPTION_ARG_FILENAME, &stage_name, "STAGE", "学段",
    "only this stage of the school (primary, junior, …)", "只看该校的这一学段（primary、junior 等）" },
  { "indicator", G_OPTION_ARG_FILENAME, &indicator_name, "ID", "标识",
    "the indicator or requirement to explain; without --school that of the district", "要说明的指标或要求；不加 --school 时为县级" },
  { "path", G_OPTION_ARG_FILENAME, &path_name, "PATH", "路径",
    "the finding with this path, as JSON and explanations name it", "按路径取一项结果，路径见 JSON 和说明" },
  TOOL_JUDGE_OPTIONS (judge),
  { NULL }
};

/* --- finding things ------------------------------------------------------------------------------------------ */

/* By code, else by a name that only one school has. */
static BalanceSchool *
find_school (void)
{
  const char *district = judge.district == NULL ? NULL : balance_district_get_code (judge.district);
  g_autoptr (BalanceSchool) school = balance_census_find_school (judge.census, school_name, district);
  g_autoptr (GListModel) schools = NULL;
  guint n_found = 0;

  if (school != NULL)
    return g_steal_pointer (&school);

  schools = balance_census_get_schools (judge.census);
  for (guint i = 0; i < g_list_model_get_n_items (schools); i++)
    {
      g_autoptr (BalanceSchool) one = g_list_model_get_item (schools, i);

      if (g_strcmp0 (balance_school_get_name (one), school_name) == 0 &&
          (district == NULL || g_strcmp0 (balance_school_get_district_code (one), district) == 0) &&
          n_found++ == 0)
        g_set_object (&school, one);
    }

  if (n_found == 0)
    tool_fail_absent (tool_word ("the data have no school “%s”", "数据中没有学校“%s”"), school_name, schools);
  else if (n_found > 1)
    {
      tool_fail (tool_word ("%u schools have the name “%s”; give the code", "有 %u 所学校名为“%s”，请给出代码"), n_found, school_name);
      g_clear_object (&school);
    }

  return g_steal_pointer (&school);
}

static gboolean
is_of_stage (BalanceFinding *finding)
{
  const char *stage = balance_finding_get_stage (finding);

  return stage_name == NULL || stage == NULL || g_str_equal (stage, stage_name);
}

/* All findings of that id in a list and below, each once. */
static void
collect (GListModel *findings,
         const char *school,
         GPtrArray  *found,
         GHashTable *paths)
{
  for (guint i = 0; findings != NULL && i < g_list_model_get_n_items (findings); i++)
    {
      g_autoptr (BalanceFinding) finding = g_list_model_get_item (findings, i);
      const char *path = balance_finding_get_path (finding);

      if (g_strcmp0 (balance_finding_get_id (finding), indicator_name) != 0)
        collect (balance_finding_get_children (finding), school, found, paths);
      else if (is_of_stage (finding) && g_strcmp0 (balance_finding_get_school_code (finding), school) == 0 &&
               g_hash_table_add (paths, g_strdup (path)))
        g_ptr_array_add (found, g_object_ref (finding));
    }
}

/* --- telling ------------------------------------------------------------------------------------------------- */

static BalanceVerdict
print_findings (GPtrArray *findings)
{
  BalanceVerdict worst = BALANCE_VERDICT_NOT_APPLICABLE;

  for (guint i = 0; i < findings->len; i++)
    {
      BalanceFinding *finding = g_ptr_array_index (findings, i);
      g_autofree char *text = balance_finding_to_text (finding, tool_language_name ());
      BalanceVerdict verdict = balance_finding_get_verdict (finding);

      if (i > 0)
        tool_print ("\n");
      tool_print (text);
      if (tool_status (verdict) != TOOL_MET)
        worst = verdict;
    }

  return worst;
}

static void
add_rows (BalanceLayout *layout,
          GListModel    *findings,
          guint          depth)
{
  for (guint i = 0; findings != NULL && i < g_list_model_get_n_items (findings); i++)
    {
      g_autoptr (BalanceFinding) finding = g_list_model_get_item (findings, i);
      BalanceVerdict verdict = balance_finding_get_verdict (finding);
      g_autofree char *subject = balance_finding_dup_subject (finding, tool_language_name ());
      g_autofree char *figures = balance_finding_dup_comparison_text (finding, tool_language ());
      g_autofree char *title = g_strdup_printf ("%s %s", balance_finding_get_id (finding),
                                                balance_finding_get_title (finding, tool_language_name ()));
      guint indent = 2 * MIN (depth, 6);
      const BalanceLayoutCell cells[] = {
        { title, 38 - indent, FALSE, BALANCE_INK_PLAIN, 2 },
        { figures, 24, FALSE, BALANCE_INK_PLAIN },
        { balance_verdict_word (verdict, tool_language ()), 14, FALSE, balance_verdict_ink (verdict) },
      };

      if (!is_of_stage (finding))
        continue;
      if (depth == 0)
        balance_layout_paragraph (layout, 0, 2, BALANCE_INK_STRONG, subject);
      balance_layout_row (layout, indent, cells, G_N_ELEMENTS (cells));
      add_rows (layout, balance_finding_get_children (finding), depth + 1);
    }
}

static int
list_school (BalanceSchool *school)
{
  g_autoptr (GListModel) findings = balance_evaluation_get_school_findings (judge.evaluation, school);
  BalanceLayout layout;
  g_autofree char *text = NULL;
  int status = TOOL_MET;

  balance_layout_init (&layout, tool_language (), tool_colour_for (STDOUT_FILENO));
  add_rows (&layout, findings, 0);
  text = balance_layout_end (&layout);
  tool_print (text);

  for (guint i = 0; i < g_list_model_get_n_items (findings); i++)
    {
      g_autoptr (BalanceFinding) finding = g_list_model_get_item (findings, i);

      if (is_of_stage (finding))
        status = MAX (status, tool_status (balance_finding_get_verdict (finding)));
    }

  return status;
}

static int
explain_path (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceFinding) finding = balance_evaluation_find (judge.evaluation, path_name, &error);
  g_autoptr (GPtrArray) findings = g_ptr_array_new ();

  if (finding == NULL)
    return tool_fail_error (error);
  g_ptr_array_add (findings, finding);

  return tool_status (print_findings (findings));
}

/* The district that was asked for, or the only one there is; NULL for what is asked of the region. */
static const char *
find_district_code (void)
{
  g_autoptr (GListModel) districts = balance_census_get_districts (balance_evaluation_get_census (judge.evaluation));
  g_autoptr (BalanceDistrict) only = NULL;

  if (judge.district != NULL)
    return balance_district_get_code (judge.district);
  if (g_list_model_get_n_items (districts) != 1)
    return NULL;
  only = g_list_model_get_item (districts, 0);

  /* the text belongs to the census, which outlives the view */
  return balance_district_get_code (only);
}

static int
explain_indicator (BalanceSchool *school)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) paths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GListModel) findings = NULL;

  if (school != NULL)
    findings = balance_evaluation_get_school_findings (judge.evaluation, school);
  else
    findings = balance_evaluation_get_findings (judge.evaluation, find_district_code ());
  collect (findings, school == NULL ? NULL : balance_school_get_code (school), found, paths);

  if (found->len == 0)
    {
      if (school == NULL)
        return tool_fail (tool_word ("nothing named “%s” is asked there; if it is asked of a district or school, add --district or --school",
                                     "没有名为“%s”的要求；如为县级或校级要求，请加 --district 或 --school"),
                          indicator_name);
      return tool_fail (tool_word ("nothing named “%s” is asked of this school; balance explain without --indicator lists what is",
                                   "对该校没有名为“%s”的要求；不加 --indicator 可列出各项要求"),
                        indicator_name);
    }

  return tool_status (print_findings (found));
}

static int
explain (void)
{
  g_autoptr (BalanceSchool) school = NULL;

  if (path_name != NULL)
    return explain_path ();

  if (school_name != NULL)
    {
      school = find_school ();
      if (school == NULL)
        return TOOL_BAD_INPUT;
    }

  return indicator_name == NULL ? list_school (school) : explain_indicator (school);
}

static int
run (char **arguments)
{
  int status;

  if (school_name == NULL && indicator_name == NULL && path_name == NULL)
    status = tool_fail ("%s", tool_word ("explain what? Give --school, --indicator or --path", "请用 --school、--indicator 或 --path 指明要说明的内容"));
  else
    status = tool_judge_run (&judge, arguments);
  if (status == TOOL_MET)
    status = explain ();

  tool_judge_clear (&judge);
  g_clear_pointer (&school_name, g_free);
  g_clear_pointer (&stage_name, g_free);
  g_clear_pointer (&indicator_name, g_free);
  g_clear_pointer (&path_name, g_free);

  return status;
}

const ToolCommand tool_explain = {
  .name = "explain",
  .usage_en = "FILE… --school CODE [--stage STAGE] [--indicator ID]\nFILE… --indicator ID [--district CODE]\nFILE… --path PATH",
  .usage_zh = "文件… --school 代码 [--stage 学段] [--indicator 标识]\n文件… --indicator 标识 [--district 代码]\n文件… --path 路径",
  .about_en = "Explains a verdict down to the cells it rests on.",
  .about_zh = "说明一项判定的理由，直到所依据的单元格。",
  .notes_en = "The status is 0 where what is explained is met, 1 where it is unmet or undetermined, 2 on errors.",
  .notes_zh = "退出状态：所说明的内容达标为 0，未达标或无法判定为 1，有错误为 2。",
  .options = options,
  .run = run,
};
