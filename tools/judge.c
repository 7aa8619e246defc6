/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "judge.h"

#include <string.h>

#define DEFAULT_STANDARD "cn-2017-quality"
#define MAX_THREADS 256

static gboolean
is_file_name (const char *name)
{
  return strchr (name, '/') != NULL || g_str_has_suffix (name, ".yaml") || g_str_has_suffix (name, ".yml");
}

BalanceStandard *
tool_load_standard (const char  *name,
                    GError     **error)
{
  if (name == NULL)
    name = DEFAULT_STANDARD;

  return is_file_name (name) ? balance_standard_new_from_file (name, error) : balance_standard_lookup (name, error);
}

/* The faults of a pack file come as a list, with lines; a GError names only the first. */
static int
fail_standard (const char   *name,
               const GError *error,
               gboolean      all)
{
  g_autoptr (GListModel) problems = NULL;

  if (name != NULL && is_file_name (name))
    problems = balance_standard_check_file (name);
  if (problems != NULL && g_list_model_get_n_items (problems) > 0)
    {
      tool_print_problems (problems, all);
      return tool_fail (tool_word ("the standard %s cannot be used", "标准 %s 无法使用"), name);
    }

  return tool_fail_error (error);
}

static gboolean
parse_concessions (const char         *name,
                   BalanceConcessions *concessions)
{
  if (name == NULL || g_str_equal (name, "auto"))
    *concessions = BALANCE_CONCESSIONS_AUTO;
  else if (g_str_equal (name, "on"))
    *concessions = BALANCE_CONCESSIONS_ON;
  else if (g_str_equal (name, "off"))
    *concessions = BALANCE_CONCESSIONS_OFF;
  else
    return FALSE;

  return TRUE;
}

BalanceImport *
tool_read_files (char              **paths,
                 BalanceDictionary  *dictionary,
                 const ToolReading  *reading,
                 BalanceProgress    *progress,
                 GError            **error)
{
  g_autoptr (BalanceMap) map = NULL;
  g_autoptr (BalanceReader) reader = NULL;

  for (guint i = 0; paths[i] != NULL; i++)
    {
      if (balance_store_recognise (paths[i]))
        return tool_read_store (paths, dictionary, reading->map_path, reading->year, error);
      if (tool_is_database (paths[i]))
        {
          g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA,
                       "a database is not judged itself; put its tables into a store with “balance import”\n"
                       "不能直接判定数据库，请先用“balance import”把其中的表导入数据库文件");
          return NULL;
        }
    }

  if (reading->map_path != NULL)
    {
      map = balance_map_new_from_file (reading->map_path, dictionary, error);
      if (map == NULL)
        return NULL;
    }

  reader = g_object_new (BALANCE_TYPE_READER, "dictionary", dictionary, "map", map, "skip-bad-rows", reading->skip_bad_rows,
                         "encoding", reading->encoding, "hidden-sheets", reading->hidden_sheets,
                         "n-threads", reading->threads, NULL);

  return balance_reader_read (reader, (const char *const *) paths, progress, NULL, error);
}

/* One census per year: the one that was asked for, else the latest. */
static gboolean
choose_census (ToolJudge *self)
{
  GListModel *censuses = balance_import_get_censuses (self->import);
  guint n_censuses = g_list_model_get_n_items (censuses);
  g_autoptr (GString) years = g_string_new (NULL);

  for (guint i = 0; i < n_censuses; i++)
    {
      g_autoptr (BalanceCensus) census = g_list_model_get_item (censuses, i);
      int year = balance_census_get_year (census);

      g_string_append (years, i == 0 ? "" : tool_word (", ", "、"));
      if (year == 0)
        g_string_append (years, tool_word ("none stated", "未注明年度"));
      else
        g_string_append_printf (years, "%d", year);
      if (self->year != 0 ? year == self->year : self->census == NULL || year > balance_census_get_year (self->census))
        g_set_object (&self->census, census);
    }

  if (self->census == NULL)
    {
      tool_fail (tool_word ("there are no data of the year %d; years of the files: %s", "没有 %d 年度的数据，文件中的年度：%s"),
                 self->year, years->str);
      return FALSE;
    }
  if (n_censuses > 1 && self->year == 0)
    tool_remark (tool_word ("the files have the years %s; judged is %d (choose another with --year)",
                            "文件含年度 %s，判定 %d 年度（用 --year 另选）"),
                 years->str, balance_census_get_year (self->census));

  return TRUE;
}

/* Rules that were not in force yet may be tried, but not unawares. */
static void
remark_early_day (ToolJudge *self)
{
  const char *effective = balance_standard_get_effective (self->standard);

  if (self->as_of != NULL && effective != NULL && strcmp (self->as_of, effective) < 0)
    tool_remark (tool_word ("the standard is in force from %s; on %s it was not yet",
                            "该标准自 %s 起施行，%s 时尚未施行"), effective, self->as_of);
}

/* By code, else by a name that only one district has. */
static gboolean
choose_district (ToolJudge *self)
{
  g_autoptr (GListModel) districts = NULL;
  guint n_found = 0;

  if (self->district_name == NULL)
    return TRUE;

  self->district = balance_census_find_district (self->census, self->district_name);
  if (self->district != NULL)
    return TRUE;

  districts = balance_census_get_districts (self->census);
  for (guint i = 0; i < g_list_model_get_n_items (districts); i++)
    {
      g_autoptr (BalanceDistrict) district = g_list_model_get_item (districts, i);

      if (g_strcmp0 (balance_district_get_name (district), self->district_name) == 0 && n_found++ == 0)
        self->district = g_object_ref (district);
    }

  if (n_found == 0)
    tool_fail_absent (tool_word ("the data have no district “%s”", "数据中没有县（市、区）“%s”"), self->district_name, districts);
  else if (n_found > 1)
    tool_fail (tool_word ("%u districts have the name “%s”; give the code", "有 %u 个县（市、区）名为“%s”，请给出代码"),
               n_found, self->district_name);

  return n_found == 1;
}

static int
judge (ToolJudge        *self,
       char            **paths,
       BalanceProgress  *progress,
       ToolProgress    **shown)
{
  g_autoptr (GError) error = NULL;
  BalanceConcessions concessions;
  ToolReading reading = { self->map_path, self->encoding, self->hidden_sheets, self->skip_bad_rows, self->year, (guint) self->threads };

  if (paths[0] == NULL)
    return tool_fail ("%s", tool_word ("which files? Give one or more tables (CSV), or a store", "缺少数据文件，请给出一个或多个表（CSV），或一个数据库文件"));
  if (!parse_concessions (self->concessions_name, &concessions))
    return tool_fail ("%s", tool_word ("--concessions takes auto, on or off", "--concessions 只接受 auto、on 或 off"));
  if (self->threads < 0 || self->threads > MAX_THREADS)
    return tool_fail (tool_word ("--threads takes a number from 1 to %d", "--threads 只接受 1 到 %d"), MAX_THREADS);

  self->standard = tool_load_standard (self->standard_name, &error);
  if (self->standard == NULL)
    return fail_standard (self->standard_name, error, self->all_problems);

  *shown = tool_progress_start (progress);
  self->import = tool_read_files (paths, balance_standard_get_dictionary (self->standard), &reading, progress, &error);
  if (self->import == NULL)
    {
      tool_progress_end (g_steal_pointer (shown));
      return tool_fail_error (error);
    }
  if (balance_import_get_census (self->import) == NULL ||
      (balance_import_get_n_errors (self->import) > 0 && !self->skip_bad_rows))
    {
      tool_progress_end (g_steal_pointer (shown));
      tool_print_problems (balance_import_get_problems (self->import), self->all_problems);
      return tool_fail ("%s", tool_word ("the data have errors; nothing was judged", "数据有错误，未作判定"));
    }

  remark_early_day (self);
  if (!choose_census (self) || !choose_district (self))
    return TOOL_BAD_INPUT;

  self->evaluator = balance_evaluator_new_full (self->standard, self->as_of, concessions, self->only,
                                                (const char *const *) self->set, (guint) self->threads);
  self->evaluation = balance_evaluator_evaluate (self->evaluator, self->census, progress, NULL, &error);
  tool_progress_end (g_steal_pointer (shown));
  if (self->evaluation == NULL)
    return tool_fail_error (error);

  tool_print_problems (balance_import_get_problems (self->import), self->all_problems);

  return TOOL_MET;
}

int
tool_judge_run (ToolJudge  *self,
                char      **paths)
{
  g_autoptr (BalanceProgress) progress = balance_progress_new ();
  ToolProgress *shown = NULL;
  int status = judge (self, paths, progress, &shown);

  tool_progress_end (shown);

  return status;
}

void
tool_judge_clear (ToolJudge *self)
{
  g_free (self->standard_name);
  g_free (self->as_of);
  g_free (self->map_path);
  g_free (self->encoding);
  g_free (self->district_name);
  g_free (self->only);
  g_strfreev (self->set);
  g_free (self->concessions_name);
  g_clear_object (&self->standard);
  g_clear_object (&self->import);
  g_clear_object (&self->census);
  g_clear_object (&self->district);
  g_clear_object (&self->evaluation);
  g_clear_object (&self->evaluator);
}
