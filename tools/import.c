/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "judge.h"

static char *store_path;
static char *map_path;
static char *standard_name;
static char *table_name;
static char *query;
static int year;
static gboolean replace;
static gboolean merge;
static char *encoding;
static gboolean hidden_sheets;
static gboolean skip_bad_rows;
static gboolean all_problems;

static const ToolOption options[] = {
  { "store", G_OPTION_ARG_FILENAME, &store_path, "FILE", "文件",
    "the store (.balance); it is made where there is none", "数据库文件（.balance），不存在时新建" },
  { "year", G_OPTION_ARG_INT, &year, "YEAR", "年度",
    "the year of tables that do not state theirs", "表中没有写明年度时，指明其年度" },
  { "replace", G_OPTION_ARG_NONE, &replace, NULL, NULL,
    "the data take the place of all that the store has of their year", "用新数据替换数据库中该年度的全部数据" },
  { "merge", G_OPTION_ARG_NONE, &merge, NULL, NULL,
    "the data are put over those of their year: what they have is added or replaced, all else stays; a blank replaces nothing",
    "把新数据并入该年度：有的增加或更新，其余保留；空格不改变原值" },
  { "table", G_OPTION_ARG_FILENAME, &table_name, "SCHEMA.TABLE", "模式.表",
    "of a database (postgresql://…): the table or view to read", "从数据库（postgresql://…）读取的表或视图" },
  { "query", G_OPTION_ARG_FILENAME, &query, "SQL", "SQL",
    "of a database: the query to read", "从数据库读取的查询" },
  { "map", G_OPTION_ARG_FILENAME, &map_path, "FILE", "文件",
    "a map (YAML) of foreign columns and values", "说明外来列名和取值的对照文件（YAML）" },
  { "encoding", G_OPTION_ARG_FILENAME, &encoding, "NAME", "编码",
    "the encoding of text files, such as GB18030; otherwise found out", "文本文件的编码，如 GB18030；不指定时自动识别" },
  { "hidden-sheets", G_OPTION_ARG_NONE, &hidden_sheets, NULL, NULL,
    "read hidden sheets of workbooks as well", "也读取工作簿中隐藏的工作表" },
  { "standard", G_OPTION_ARG_FILENAME, &standard_name, "ID|FILE", "标识|文件",
    "also read the fields that this standard adds to the dictionary", "同时读取该标准补充的数据项" },
  { "skip-bad-rows", G_OPTION_ARG_NONE, &skip_bad_rows, NULL, NULL,
    "leave rows with errors out and report them; such a district is never met", "略去有错误的行并列出；有略去行的县不会判为达标" },
  { "all-problems", G_OPTION_ARG_NONE, &all_problems, NULL, NULL,
    "print all problems of the data, not only the first 50", "列出全部数据问题，而不只前 50 个" },
  { NULL }
};

static void
tell (BalanceImport *import)
{
  GListModel *censuses = balance_import_get_censuses (import);

  for (guint i = 0; i < g_list_model_get_n_items (censuses); i++)
    {
      g_autoptr (BalanceCensus) census = g_list_model_get_item (censuses, i);
      g_autoptr (GListModel) districts = balance_census_get_districts (census);
      g_autoptr (GListModel) schools = balance_census_get_schools (census);
      g_autofree char *line = NULL;
      int own = balance_census_get_year (census);

      line = g_strdup_printf (tool_word ("%s: year %d, districts: %u, schools: %u\n", "%s：%d 年度，%u 个县（市、区），%u 所学校\n"),
                              store_path, own == 0 ? year : own, g_list_model_get_n_items (districts), g_list_model_get_n_items (schools));
      tool_print (line);
    }
}

static BalanceImport *
read_database (const char         *connection,
               BalanceDictionary  *dictionary,
               BalanceProgress    *progress,
               GError            **error)
{
  g_autoptr (BalanceMap) map = NULL;
  g_autoptr (BalanceReader) reader = NULL;

  if (map_path != NULL)
    {
      map = balance_map_new_from_file (map_path, dictionary, error);
      if (map == NULL)
        return NULL;
    }
  reader = balance_reader_new (dictionary, map, skip_bad_rows);

  return balance_reader_read_database (reader, connection, table_name, query, progress, NULL, error);
}

static int
import_files (char            **paths,
              BalanceProgress  *progress,
              ToolProgress    **shown)
{
  BalanceStorePutMode mode = replace ? BALANCE_STORE_PUT_REPLACE : merge ? BALANCE_STORE_PUT_MERGE : BALANCE_STORE_PUT_ADD;
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceStandard) standard = NULL;
  g_autoptr (BalanceDictionary) dictionary = NULL;
  g_autoptr (BalanceImport) import = NULL;
  g_autoptr (BalanceStore) store = NULL;
  ToolReading reading = { map_path, encoding, hidden_sheets, skip_bad_rows, year };
  gboolean done;

  if (standard_name != NULL)
    {
      standard = tool_load_standard (standard_name, &error);
      if (standard != NULL)
        dictionary = g_object_ref (balance_standard_get_dictionary (standard));
    }
  else
    {
      dictionary = balance_dictionary_get_default (&error);
    }
  if (dictionary == NULL)
    return tool_fail_error (error);

  *shown = tool_progress_start (progress);
  import = tool_is_database (paths[0]) ? read_database (paths[0], dictionary, progress, &error)
                                       : tool_read_files (paths, dictionary, &reading, progress, &error);
  if (import == NULL || balance_import_get_census (import) == NULL)
    {
      tool_progress_end (g_steal_pointer (shown));
      if (import == NULL)
        return tool_fail_error (error);
      tool_print_problems (balance_import_get_problems (import), all_problems);
      return tool_fail ("%s", tool_word ("the data have errors; nothing was stored", "数据有错误，未保存"));
    }

  store = balance_store_open (store_path, BALANCE_STORE_CREATE, &error);
  done = store != NULL && balance_store_put (store, import, year, mode, progress, NULL, &error);
  tool_progress_end (g_steal_pointer (shown));
  if (!done && g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_EXISTS))
    {
      tool_fail_error (error);
      return tool_fail ("%s", tool_word ("add --replace or --merge", "请加 --replace 或 --merge"));
    }
  if (!done)
    return tool_fail_error (error);

  tool_print_problems (balance_import_get_problems (import), all_problems);
  tell (import);

  return TOOL_MET;
}

static int
run (char **arguments)
{
  g_autoptr (BalanceProgress) progress = balance_progress_new ();
  ToolProgress *shown = NULL;
  int status;

  if (arguments[0] == NULL)
    status = tool_fail ("%s", tool_word ("which files? Give one or more tables (CSV)", "缺少数据文件，请给出一个或多个表（CSV）"));
  else if (store_path == NULL)
    status = tool_fail ("%s", tool_word ("into which store? Give --store FILE", "缺少数据库文件，请用 --store 指明"));
  else if (replace && merge)
    status = tool_fail ("%s", tool_word ("--replace and --merge exclude each other", "--replace 和 --merge 不能同时使用"));
  else if (tool_is_database (arguments[0]) && (arguments[1] != NULL || (table_name == NULL) == (query == NULL)))
    status = tool_fail ("%s", tool_word ("a database stands alone, with --table or --query", "数据库须单独给出，并用 --table 或 --query 指明内容"));
  else if (!tool_is_database (arguments[0]) && (table_name != NULL || query != NULL))
    status = tool_fail ("%s", tool_word ("--table and --query are for a database (postgresql://…)", "--table 和 --query 只用于数据库（postgresql://…）"));
  else if (year < 0 || year > 9999)
    status = tool_fail ("%s", tool_word ("--year takes a year such as 2025", "--year 只接受 2025 形式的年份"));
  else
    status = import_files (arguments, progress, &shown);

  tool_progress_end (shown);
  g_clear_pointer (&store_path, g_free);
  g_clear_pointer (&map_path, g_free);
  g_clear_pointer (&encoding, g_free);
  g_clear_pointer (&standard_name, g_free);
  g_clear_pointer (&table_name, g_free);
  g_clear_pointer (&query, g_free);

  return status;
}

const ToolCommand tool_import = {
  .name = "import",
  .usage_en = "FILE… --store STORE [--year YEAR] [--replace|--merge] [OPTIONS]\npostgresql://… --table TABLE|--query SQL --store STORE [OPTIONS]",
  .usage_zh = "文件… --store 数据库 [--year 年度] [--replace|--merge] [选项]\npostgresql://… --table 表|--query SQL --store 数据库 [选项]",
  .about_en = "Puts tables into a store, which keeps them by year.",
  .about_zh = "把数据表导入数据库文件，按年度保存。",
  .notes_en = "All is stored or nothing. A year that the store has already is an error unless --replace or --merge says what to do. "
              "A password for a database is best kept in ~/.pgpass or PGPASSWORD. The status is 0 where the data were stored, else 2.",
  .notes_zh = "要么全部保存，要么一点也不改动。数据库中已有该年度时，须用 --replace 或 --merge 指明如何处理。数据库的密码宜放在 ~/.pgpass 或 PGPASSWORD 中。退出状态：已保存为 0，否则为 2。",
  .options = options,
  .run = run,
};
