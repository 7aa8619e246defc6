/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <check.h>
#include <glib/gstdio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "census/balance-view-private.h"

#include "own-dictionary.h"

/* Small, and of the test's own, so that the shipped dictionary may change. */
static const char dictionary_text[] =
  "units:\n"
  "- {id: pupil, title: {zh: 人, en: pupils}, aliases: [名]}\n"
  "- {id: book, title: {zh: 册, en: books}, multiples: {万册: 10000}}\n"
  "- {id: m2, title: {zh: 平方米, en: m²}, multiples: {亩: 666.6667}}\n"
  "- {id: yuan, title: {zh: 元, en: yuan}, multiples: {万元: 10000}}\n"
  "- {id: '1', title: {zh: '', en: ''}, multiples: {'%': 0.01}}\n"
  "fields:\n"
  "- {id: year, level: region, type: year, title: {zh: 年度, en: School year}}\n"
  "- {id: district_code, level: district, type: text, title: {zh: 区县代码, en: District code}}\n"
  "- {id: district_name, level: district, type: text, title: {zh: 区县名称, en: District}}\n"
  "- {id: school_code, level: school, type: text, title: {zh: 学校代码, en: School code}}\n"
  "- {id: school_name, level: school, type: text, title: {zh: 学校名称, en: School}, aliases: [校名]}\n"
  "- {id: stage, level: section, type: choice, title: {zh: 学段, en: Stage}, values: {primary: {zh: 小学, en: Primary, aliases: [小学部]}, junior: {zh: 初中, en: Junior}, both: {zh: 合计, en: Both, holds: [primary, junior]}}}\n"
  "- {id: kind, level: school, type: choice, title: {zh: 学校类型, en: Kind}, values: {primary: {zh: 小学, en: Primary school, stages: [primary]}, nine: {zh: 九年一贯制, en: Nine-year school, stages: [primary, junior]}}}\n"
  "- {id: boarding, level: school, type: flag, title: {zh: 寄宿制, en: Boarding}}\n"
  "- {id: opened, level: school, type: date, title: {zh: 建校日期, en: Opened}}\n"
  "- {id: remark, level: school, type: text, title: {zh: 备注, en: Remark}}\n"
  "- {id: books, level: school, type: count, unit: book, title: {zh: 图书册数, en: Books}}\n"
  "- {id: site, level: school, type: amount, unit: m2, title: {zh: 占地面积, en: Site area}}\n"
  "- {id: value, level: school, type: amount, unit: yuan, title: {zh: 设备值, en: Equipment}}\n"
  "- {id: pupils, level: section, type: count, unit: pupil, title: {zh: 在校生数, en: Pupils}, aliases: [学生数]}\n"
  "- {id: teachers, level: section, type: count, title: {zh: 教师数, en: Teachers}}\n"
  "- {id: trained, level: section, type: share, title: {zh: 培训比例, en: Trained teachers}}\n"
  "- {id: grade, level: section, type: number, min: 1, max: 4, title: {zh: 等级, en: Grade}}\n"
  "- {id: income, level: district, type: amount, unit: yuan, title: {zh: 财政收入, en: Revenue}}\n"
  "- {id: cap, level: region, type: number, title: {zh: 上限, en: Cap}}\n";

static BalanceDictionary *
get_dictionary (void)
{
  return get_own_dictionary (dictionary_text);
}

static BalanceMap *
make_map (const char *text)
{
  g_autoptr(GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr(GError) error = NULL;
  BalanceMap *map = balance_map_new_from_bytes (bytes, "test.map.yaml", get_dictionary (), &error);

  ck_assert_msg (map != NULL, "%s", error != NULL ? error->message : "");

  return map;
}

static BalanceImport *
read_data (const char *data,
           gsize       length,
           const char *map_text,
           gboolean    skip_bad_rows)
{
  g_autoptr(BalanceMap) map = map_text != NULL ? make_map (map_text) : NULL;
  g_autoptr(BalanceReader) reader = balance_reader_new (get_dictionary (), map, skip_bad_rows);
  g_autoptr(GBytes) bytes = g_bytes_new (data, length);
  g_autoptr(GError) error = NULL;
  BalanceImport *import = balance_reader_read_bytes (reader, bytes, "t.csv", NULL, NULL, &error);

  ck_assert_msg (import != NULL, "%s", error != NULL ? error->message : "");

  return import;
}

static BalanceImport *
read_text (const char *text)
{
  return read_data (text, strlen (text), NULL, FALSE);
}

/* Several files by their texts. */
static BalanceImport *
read_files (const char *const *texts,
            BalanceMap        *map)
{
  g_autofree char *directory = g_dir_make_tmp ("balance-XXXXXX", NULL);
  g_autoptr(BalanceReader) reader = balance_reader_new (get_dictionary (), map, FALSE);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_auto(GStrv) paths = NULL;
  g_autoptr(GError) error = NULL;
  BalanceImport *import;

  for (guint i = 0; texts[i] != NULL; i++)
    {
      g_autofree char *name = g_strdup_printf ("%c.csv", 'a' + i);
      g_autofree char *path = g_build_filename (directory, name, NULL);

      ck_assert (g_file_set_contents (path, texts[i], -1, NULL));
      g_strv_builder_add (builder, path);
    }
  paths = g_strv_builder_end (builder);
  import = balance_reader_read (reader, (const char *const *) paths, NULL, NULL, &error);
  ck_assert_msg (import != NULL, "%s", error != NULL ? error->message : "");

  for (guint i = 0; paths[i] != NULL; i++)
    g_unlink (paths[i]);
  g_rmdir (directory);

  return import;
}

static void
fail_with_problems (BalanceImport *import,
                    const char    *name)
{
  GListModel *problems = balance_import_get_problems (import);
  g_autoptr(GString) text = g_string_new (name);

  for (guint i = 0; i < g_list_model_get_n_items (problems); i++)
    {
      g_autoptr(BalanceProblem) problem = g_list_model_get_item (problems, i);
      g_autofree char *line = balance_problem_to_text (problem, "en");

      g_string_append_printf (text, "\n  %s %u:%u [%s]: %s", balance_problem_get_kind (problem),
                              balance_problem_get_row (problem), balance_problem_get_column (problem),
                              balance_problem_get_found (problem), line);
    }
  ck_abort_msg ("%s", text->str);
}

static BalanceCensus *
get_good (BalanceImport *import)
{
  BalanceCensus *census = balance_import_get_census (import);

  if (census == NULL)
    fail_with_problems (import, "no census");

  return census;
}

/* All facts with their values and cells, so that two censuses can be compared. */
static char *
dump (BalanceCensus *census,
      gboolean       with_cells)
{
  GString *text = g_string_new (NULL);
  BalanceFacts *facts = census->facts;

  for (int level = BALANCE_LEVEL_SECTION; level <= BALANCE_LEVEL_REGION; level++)
    {
      BalanceTable *table = balance_facts_get_table (facts, (BalanceLevel) level);
      g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

      for (guint i = 0; table != NULL && i < table->columns->len; i++)
        {
          const BalanceColumn *column = g_ptr_array_index (table->columns, i);
          g_autoptr(GString) line = g_string_new (NULL);

          g_string_append_printf (line, "%d %s", level, column->field->id);
          for (guint j = 0; j < table->n_rows; j++)
            {
              g_autofree char *value = balance_column_dup_text (facts, column, j, NULL);

              g_string_append_printf (line, " %s", value != NULL ? value : "-");
              if (with_cells)
                {
                  g_autoptr(BalanceCell) cell = balance_facts_dup_cell (facts, (BalanceLevel) level, j, column->field->id);
                  g_autofree char *where = cell != NULL ? balance_cell_to_text (cell) : g_strdup ("?");

                  g_string_append_printf (line, "@%s", strrchr (where, '/') != NULL ? strrchr (where, '/') + 1 : where);
                }
            }
          g_ptr_array_add (lines, g_strdup (line->str));
        }
      /* columns stand in the order of the input */
      for (guint i = 0; i + 1 < lines->len; i++)
        for (guint j = i + 1; j < lines->len; j++)
          if (strcmp (lines->pdata[i], lines->pdata[j]) > 0)
            {
              gpointer other = lines->pdata[i];

              lines->pdata[i] = lines->pdata[j];
              lines->pdata[j] = other;
            }
      for (guint i = 0; i < lines->len; i++)
        g_string_append_printf (text, "%s\n", (const char *) lines->pdata[i]);
    }

  return g_string_free (text, FALSE);
}

/* ---- every kind of problem, with its place */

#define E BALANCE_SEVERITY_ERROR
#define W BALANCE_SEVERITY_WARNING
#define N BALANCE_SEVERITY_NOTE
#define SECTIONS "district_code,school_code,stage,pupils,teachers,trained,grade,boarding,opened,books\n"
#define GOOD     "D,S,小学,100,10,85%,2,是,2001-09-01,500\n"

static const struct
{
  const char      *name;
  const char      *text;
  const char      *map;
  const char      *kind;
  BalanceSeverity  severity;
  guint            row, column;
  const char      *found;     /* nullable */
} problems[] = {
  { "empty", "", NULL, "empty-file", E, 0, 0, NULL },
  { "only byte order mark", "\xef\xbb\xbf", NULL, "empty-file", E, 0, 0, NULL },
  { "only blank lines", "\n\r\n\r", NULL, "empty-file", E, 0, 0, NULL },
  { "half a UTF-16 character", "\xff\xfe" "a", NULL, "encoding", E, 1, 0, NULL },
  { "invalid header", "district_code,\xb0\xa1\n", NULL, "encoding", E, 1, 2, NULL },
  { "invalid cell", SECTIONS GOOD "D,\xb0\xa1,小学,1,1,1,1,,,\n", NULL, "encoding", E, 3, 2, NULL },
  { "cut character", SECTIONS "D,S,小学,1,1,1,1,,,\xe5\xb0", NULL, "encoding", E, 2, 10, NULL },
  { "no known column", "a,b\n1,2\n", NULL, "no-known-column", E, 1, 0, NULL },
  { "header only", SECTIONS, NULL, "no-rows", W, 1, 0, NULL },
  { "no data", SECTIONS, NULL, "no-data", E, 0, 0, NULL },
  { "unknown column", "district_code,school_code,stage,colour\nD,S,小学,red\n", NULL, "unknown-column", W, 1, 4, "colour" },
  { "values without header", "district_code,school_code,stage,\nD,S,小学,red\n", NULL, "unknown-column", W, 2, 4, "red" },
  { "repeated column", "district_code,school_code,stage,pupils,学生数\nD,S,小学,1,1\n", NULL, "repeated-column", E, 1, 5, "学生数" },
  { "unknown unit", "district_code,school_code,stage,books（箱）\nD,S,小学,1\n", NULL, "unknown-unit", W, 1, 4, "books（箱）" },
  { "stage column beside stages", "district_code,school_code,stage,pupils.primary\nD,S,小学,1\n", NULL, "stage-column", E, 1, 4, "pupils.primary" },
  { "no district column", "school_code,stage,pupils\nS,小学,1\n", NULL, "missing-district", E, 1, 0, NULL },
  { "no school column", "district_code,stage,pupils\nD,小学,1\n", NULL, "missing-school", E, 1, 0, NULL },
  { "pupils of a district", "district_code,pupils\nD,1\n", NULL, "missing-school", E, 1, 2, "pupils" },
  { "district figures of nobody", "year,income\n2024,1\n", NULL, "missing-district", E, 1, 2, "income" },
  { "empty district", SECTIONS GOOD ",T,小学,1,1,1,1,,,\n", NULL, "missing-district", E, 3, 1, NULL },
  { "blank district", SECTIONS GOOD "　 ,T,小学,1,1,1,1,,,\n", NULL, "missing-district", E, 3, 1, NULL },
  { "empty school", SECTIONS GOOD "D,,小学,1,1,1,1,,,\n", NULL, "missing-school", E, 3, 2, NULL },
  { "empty stage", SECTIONS GOOD "D,T,,1,1,1,1,,,\n", NULL, "missing-stage", E, 3, 3, NULL },
  { "unknown stage", SECTIONS GOOD "D,T,大学,1,1,1,1,,,\n", NULL, "unknown-choice", E, 3, 3, "大学" },
  { "empty year", "year,district_code,school_code,stage\n2024,D,S,小学\n,D,T,小学\n", NULL, "missing-year", E, 3, 1, NULL },
  { "no year", "year,district_code,school_code,stage\n2024-2026,D,S,小学\n", NULL, "not-a-year", E, 2, 1, "2024-2026" },
  { "no number", SECTIONS "D,S,小学,many,10,1,1,,,\n", NULL, "not-a-number", E, 2, 4, "many" },
  { "comma that parts no thousands", SECTIONS "D,S,小学,\"1,20\",10,1,1,,,\n", NULL, "not-a-number", E, 2, 4, "1,20" },
  { "thousands parted and not", SECTIONS "D,S,小学,\"1200,000\",10,1,1,,,\n", NULL, "not-a-number", E, 2, 4, "1200,000" },
  { "unit of something else", SECTIONS "D,S,小学,100册,10,1,1,,,\n", NULL, "not-a-number", E, 2, 4, "100册" },
  { "dash", SECTIONS "D,S,小学,—,10,1,1,,,\n", NULL, "taken-as-missing", N, 2, 4, "—" },
  { "word for nothing", SECTIONS "D,S,小学,无,10,1,1,,,\n", NULL, "taken-as-missing", W, 2, 4, "无" },
  { "error of a spreadsheet", SECTIONS "D,S,小学,#N/A,10,1,1,,,\n", NULL, "error-cell", W, 2, 4, "#N/A" },
  { "formula", SECTIONS "D,S,小学,=A1+B1,10,1,1,,,\n", NULL, "uncomputed-formula", E, 2, 4, "=A1+B1" },
  { "infinity", SECTIONS "D,S,小学,inf,10,1,1,,,\n", NULL, "not-a-number", E, 2, 4, "inf" },
  { "hexadecimal", SECTIONS "D,S,小学,0x10,10,1,1,,,\n", NULL, "not-a-number", E, 2, 4, "0x10" },
  { "huge number", SECTIONS "D,S,小学,1234567890123456789012,10,1,1,,,\n", NULL, "too-long-number", E, 2, 4, "1234567890123456789012" },
  { "date as number", SECTIONS "D,S,小学,2024-09-01,10,1,1,,,\n", NULL, "not-a-number", E, 2, 4, "2024-09-01" },
  { "two points", SECTIONS "D,S,小学,1.2.3,10,1,1,,,\n", NULL, "not-a-number", E, 2, 4, "1.2.3" },
  { "huge exponent", SECTIONS "D,S,小学,1e999999999,10,1,1,,,\n", NULL, "too-long-number", E, 2, 4, "1e999999999" },
  { "half a pupil", SECTIONS "D,S,小学,12.5,10,1,1,,,\n", NULL, "not-whole", E, 2, 4, "12.5" },
  { "negative count", SECTIONS "D,S,小学,-1,10,1,1,,,\n", NULL, "negative", E, 2, 4, "-1" },
  { "share above one", SECTIONS "D,S,小学,1,10,101%,1,,,\n", NULL, "out-of-bounds", E, 2, 6, "101%" },
  { "negative share", SECTIONS "D,S,小学,1,10,-1%,1,,,\n", NULL, "negative", E, 2, 6, "-1%" },
  { "below bounds", SECTIONS "D,S,小学,1,10,1,0.999,,,\n", NULL, "out-of-bounds", E, 2, 7, "0.999" },
  { "above bounds", SECTIONS "D,S,小学,1,10,1,4.0001,,,\n", NULL, "out-of-bounds", E, 2, 7, "4.0001" },
  { "no flag", SECTIONS "D,S,小学,1,10,1,1,maybe,,\n", NULL, "not-a-flag", E, 2, 8, "maybe" },
  { "no date", SECTIONS "D,S,小学,1,10,1,1,,2023-02-29,\n", NULL, "not-a-date", E, 2, 9, "2023-02-29" },
  { "half a date", SECTIONS "D,S,小学,1,10,1,1,,2023-02,\n", NULL, "not-a-date", E, 2, 9, "2023-02" },
  { "duplicate section", SECTIONS GOOD "D,T,小学,1,1,1,1,,,\n" GOOD, NULL, "duplicate-section", E, 4, 3, "S" },
  { "duplicate school", "district_code,school_code,pupils.primary\nD,S,1\nD,S,1\n", NULL, "duplicate-school", E, 3, 0, "S" },
  { "duplicate district", "district_code,income\nD,1\nD,1\n", NULL, "duplicate-district", E, 3, 0, "D" },
  { "duplicate region", "year,cap\n2024,1\n2024,1\n", NULL, "duplicate-region", E, 3, 0, NULL },
  { "school facts disagree", SECTIONS GOOD "D,S,初中,1,1,1,1,否,,\n", NULL, "disagreement", E, 3, 8, "0" },
  { "district facts disagree", "district_code,district_name,school_code,stage\nD,甲县,S,小学\nD,乙县,T,小学\n", NULL, "disagreement", E, 3, 2, "乙县" },
  { "same amount twice", SECTIONS GOOD "D,S,初中,1,1,1,1,,,500\n", NULL, "repeated-amount", W, 3, 10, "500" },
  { "too few cells", SECTIONS GOOD "D,T,小学\n", NULL, "too-few-cells", E, 3, 0, NULL },
  { "too many cells", SECTIONS GOOD "D,T,小学,1,1,1,1,,,,x\n", NULL, "too-many-cells", E, 3, 0, NULL },
  { "stray quote", SECTIONS GOOD "D,T\"x\",小学,1,1,1,1,,,\n", NULL, "stray-quote", E, 3, 2, "T\"x\"" },
  { "text after quote", SECTIONS GOOD "D,\"T\"x,小学,1,1,1,1,,,\n", NULL, "stray-quote", E, 3, 2, "T" },
  { "open quote", SECTIONS GOOD "D,\"T,小学,1,1,1,1,,,\n\n", NULL, "unterminated-quote", E, 3, 2, "T,小学,1,1,1,1,,,\n\n" },
  { "stage unclear", "district_code,school_code,kind,pupils\nD,S,nine,100\n", NULL, "stage-unclear", E, 2, 4, "100" },
  { "unusual stage", "district_code,school_code,kind,pupils.primary,pupils.junior\nD,S,primary,100,5\n", NULL, "unusual-stage", W, 2, 5, "5" },
  { "no stage", "district_code,school_code,books\nD,S,100\n", NULL, "no-stage", W, 2, 0, NULL },
  { "code in two districts", "district_code,school_code,stage\nD,S,小学\nE,S,小学\n", NULL, "school-in-two-districts", W, 3, 2, "S" },
  { "ignored by the map", "district_code,school_code,stage,colour\nD,S,小学,red\n", "map: m\nignore: [Colour]\n", "ignored-column", N, 1, 4, "colour" },
  { "column of the map missing", "district_code,school_code,stage\nD,S,小学\n", "map: m\ncolumns: {pupils: Enrolment}\n", "missing-column", W, 1, 0, NULL },
  { "column beside that of the map", "district_code,school_code,stage,pupils,n\nD,S,小学,1,2\n", "map: m\ncolumns: {pupils: n}\n", "unused-column", N, 1, 4, "pupils" },
  { "no exact decimal", "district_code,school_code,stage,n\nD,S,小学,1\n", "map: m\nderive: {trained: n / 3}\n", "not-exact", E, 2, 0, NULL },
  { "division by zero", "district_code,school_code,stage,n\nD,S,小学,0\n", "map: m\nderive: {trained: 1 / n}\n", "no-result", E, 2, 0, NULL },
  { "derived out of bounds", "district_code,school_code,stage,n\nD,S,小学,3\n", "map: m\nderive: {trained: n / 2}\n", "out-of-bounds", E, 2, 0, "1.5" },
  { "formula of no column", "district_code,school_code,stage\nD,S,小学\n", "map: m\nskip: missing(nowhere)\n", "formula", E, 2, 9, "nowhere" },
};

START_TEST (test_problem)
{
  g_autoptr(BalanceImport) import = read_data (problems[_i].text, strlen (problems[_i].text), problems[_i].map, FALSE);
  GListModel *list = balance_import_get_problems (import);
  gboolean found = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (list) && !found; i++)
    {
      g_autoptr(BalanceProblem) problem = g_list_model_get_item (list, i);

      found = g_str_equal (balance_problem_get_kind (problem), problems[_i].kind) &&
              balance_problem_get_severity (problem) == problems[_i].severity &&
              balance_problem_get_row (problem) == problems[_i].row &&
              balance_problem_get_column (problem) == problems[_i].column &&
              (problems[_i].found == NULL || g_strcmp0 (balance_problem_get_found (problem), problems[_i].found) == 0);
      if (found)
        {
          ck_assert_str_ne (balance_problem_get_message (problem, "en"), "");
          ck_assert_str_ne (balance_problem_get_message (problem, "zh"), "");
          ck_assert_str_ne (balance_problem_get_message (problem, "en"), balance_problem_get_message (problem, "zh"));
          if (problems[_i].severity == E && balance_problem_get_row (problem) > 0 && !g_str_has_prefix (problems[_i].kind, "formula"))
            ck_assert_str_eq (balance_problem_get_file (problem), "t.csv");
        }
    }
  if (!found)
    fail_with_problems (import, problems[_i].name);

  /* nothing half right gets out */
  ck_assert_msg ((balance_import_get_n_errors (import) > 0) == (balance_import_get_census (import) == NULL),
                 "%s", problems[_i].name);
}
END_TEST

START_TEST (test_nul_byte)
{
  static const char text[] = "district_code,school_code,stage\nD,S,小学\nD,a\0b,小学\n";
  g_autoptr(BalanceImport) import = read_data (text, sizeof text - 1, NULL, FALSE);
  g_autoptr(BalanceProblem) problem = g_list_model_get_item (balance_import_get_problems (import), 0);

  ck_assert_str_eq (balance_problem_get_kind (problem), "nul-byte");
  ck_assert_uint_eq (balance_problem_get_row (problem), 3);
  ck_assert_uint_eq (balance_problem_get_column (problem), 2);
  ck_assert_ptr_null (balance_import_get_census (import));
}
END_TEST

START_TEST (test_all_at_once)
{
  g_autoptr(BalanceImport) import = read_text (SECTIONS
                                               "D,A,小学,-1,x,101%,9,maybe,never,1.5\n"
                                               ",,,,,,,,,1\n");
  static const char *const kinds[] = {
    "negative", "not-a-number", "out-of-bounds", "out-of-bounds", "not-a-flag", "not-a-date", "not-whole",
    "missing-district", "missing-school", "missing-stage",
  };
  GListModel *list = balance_import_get_problems (import);
  g_autoptr(GError) error = NULL;

  ck_assert_uint_eq (g_list_model_get_n_items (list), G_N_ELEMENTS (kinds));
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr(BalanceProblem) problem = g_list_model_get_item (list, i);

      ck_assert_str_eq (balance_problem_get_kind (problem), kinds[i]);
    }
  ck_assert (!balance_import_check (import, &error));
  ck_assert (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA));
}
END_TEST

START_TEST (test_quoted_names)
{
  static const char text[] = "district_code,school_code,stage,教师 人数（在编）,外聘\nD,S,小学,10,4\n,,,,\nD,T,,1,1\n";
  static const char rules[] = "map: m\nderive: {teachers: '`教师人数(在编)` + `外聘` / 2'}\nskip: 'missing(`stage`)'\n";
  g_autoptr(BalanceImport) import = read_data (text, strlen (text), rules, FALSE);
  BalanceCensus *census = get_good (import);
  g_autoptr(BalanceSection) section = balance_census_find_section (census, "S", "primary", NULL);
  g_autofree char *value = balance_section_dup_text (section, "teachers", NULL);

  ck_assert_str_eq (value, "12");
  /* columns of formulas have their use */
  ck_assert_uint_eq (g_list_model_get_n_items (balance_import_get_problems (import)), 0);
}
END_TEST

START_TEST (test_bad_quoted_name)
{
  static const char *const formulas[] = { "missing(`a)", "missing(``)", "`a` `b`" };
  g_autofree char *text = g_strdup_printf ("map: m\nskip: '%s'\n", formulas[_i]);
  g_autoptr(GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr(GListModel) list = balance_map_check (bytes, "m.yaml", get_dictionary ());

  ck_assert_uint_eq (g_list_model_get_n_items (list), 1);
}
END_TEST

/* ---- what cells may look like */

static const struct
{
  const char   *name;
  const char   *field;
  const char   *cell;
  const char   *value;    /* NULL: missing */
  const char   *header;   /* NULL: the field */
} cells[] = {
  { "empty", "pupils", "", NULL, NULL },
  { "blank", "pupils", " \t", NULL, NULL },
  { "full-width blank", "pupils", "　", NULL, NULL },
  { "zero", "pupils", "0", "0", NULL },
  { "number among blanks", "pupils", " 12　", "12", NULL },
  { "whole number with zeros behind the point", "pupils", "12.0", "12", NULL },
  { "exponent", "pupils", "1.2e3", "1200", NULL },
  { "plus sign", "pupils", "+7", "7", NULL },
  { "18 digits", "pupils", "999999999999999999", "999999999999999999", NULL },
  { "long fraction", "site", "0.123456789012345678", "0.123456789012345678", NULL },
  { "share", "trained", "0.850", "0.85", NULL },
  { "percent", "trained", "85%", "0.85", NULL },
  { "full-width percent", "trained", "85.5％", "0.855", NULL },
  { "percent and blank", "trained", "85 %", "0.85", NULL },
  { "hundred percent", "trained", "100%", "1", NULL },
  { "percent in the header", "trained", "85", "0.85", "trained(%)" },
  { "percent in both", "trained", "85%", "0.85", "trained(%)" },
  { "bound", "grade", "4", "4", NULL },
  { "yes", "boarding", "是", "true", NULL },
  { "has", "boarding", "有", "true", NULL },
  { "tick", "boarding", "√", "true", NULL },
  { "true", "boarding", "TRUE", "true", NULL },
  { "y", "boarding", "y", "true", NULL },
  { "no", "boarding", "否", "false", NULL },
  { "has not", "boarding", "无", "false", NULL },
  { "cross", "boarding", "×", "false", NULL },
  { "zero flag", "boarding", "0", "false", NULL },
  { "iso date", "opened", "2001-09-01", "2001-09-01", NULL },
  { "short date", "opened", "2001/9/1", "2001-09-01", NULL },
  { "points", "opened", "2001.9.1", "2001-09-01", NULL },
  { "Chinese date", "opened", "2001年9月1日", "2001-09-01", NULL },
  { "leap day", "opened", "2024-2-29", "2024-02-29", NULL },
  { "choice by title", "kind", "九年一贯制", "nine", NULL },
  { "choice by id in capitals", "kind", "NINE", "nine", NULL },
  { "text", "remark", "  a b  ", "a b", NULL },
  { "quoted text", "remark", "\"a, \"\"b\"\"\nc\"", "a, \"b\"\nc", NULL },
  { "ten thousand yuan", "value", "12.345", "123450", "设备值（万元）" },
  { "yuan", "value", "12.345", "12.345", "Equipment (yuan)" },
  { "thousands", "pupils", "\"1,234\"", "1234", NULL },
  { "millions and a fraction", "site", "\"1,234,567.5\"", "1234567.5", NULL },
  { "full-width digits", "pupils", "１２", "12", NULL },
  { "full-width number", "site", "\"１，２３４．５\"", "1234.5", NULL },
  { "apostrophe", "pupils", "'120", "120", NULL },
  { "blank among digits", "pupils", "1 234", "1234", NULL },
  { "unit in the cell", "site", "350 平方米", "350", NULL },
  { "another unit in the cell", "site", "3亩", "2000.0001", NULL },
  { "unit in the cell before that of the header", "value", "50元", "50", "设备值（万元）" },
  { "ten thousands in the cell", "value", "1.2万元", "12000", NULL },
  { "people in the cell", "pupils", "100人", "100", NULL },
  { "dash for nothing", "pupils", "--", NULL, NULL },
  { "not applicable", "pupils", "N/A", NULL, NULL },
  { "code with an apostrophe", "remark", "'0012", "0012", NULL },
  { "code as a formula", "remark", "\"=\"\"0012\"\"\"", "0012", NULL },
  { "mu", "site", "3", "2000.0001", "占地面积(亩)" },
  { "ten thousand books", "books", "0.5", "5000", "图书册数（万册）" },
};

START_TEST (test_cell)
{
  const char *header = cells[_i].header != NULL ? cells[_i].header : cells[_i].field;
  g_autofree char *text = g_strdup_printf ("district_code,school_code,stage,%s\nD,S,小学,%s\n", header, cells[_i].cell);
  g_autoptr(BalanceImport) import = read_text (text);
  BalanceCensus *census = get_good (import);
  g_autoptr(BalanceSection) section = balance_census_find_section (census, "S", "primary", NULL);
  g_autofree char *value = NULL;

  ck_assert_ptr_nonnull (section);
  value = balance_section_dup_text (section, cells[_i].field, NULL);
  ck_assert_msg (g_strcmp0 (value, cells[_i].value) == 0, "%s: %s, not %s", cells[_i].name, value, cells[_i].value);
  ck_assert (balance_section_has_value (section, cells[_i].field) == (value != NULL));
}
END_TEST

/* ---- what headers may look like */

static const struct
{
  const char *header;
  const char *stage;      /* where the value is found */
  const char *field;
} headers[] = {
  { "pupils.primary", "primary", "pupils" },
  { "PUPILS.Primary", "primary", "pupils" },
  { "小学在校生数", "primary", "pupils" },
  { "小学部学生数", "primary", "pupils" },
  { "在校生数（初中）", "junior", "pupils" },
  { "Pupils (Junior)", "junior", "pupils" },
  { "junior pupils", "junior", "pupils" },
  { "初中在校生数（人）", "junior", "pupils" },
  { "在校生数（初中）（名）", "junior", "pupils" },
  { "在校生数（名）（初中）", "junior", "pupils" },
  { "　小学 在校生数　", "primary", "pupils" },
  { "\"小学\n在校生数\"", "primary", "pupils" },
  { "books.junior", "junior", "books" },
  { "合计在校生数", "both", "pupils" },
};

START_TEST (test_header)
{
  g_autofree char *text = g_strdup_printf ("区县代码,School code,%s\nD,S,12\n", headers[_i].header);
  g_autoptr(BalanceImport) import = read_text (text);
  BalanceCensus *census = get_good (import);
  g_autoptr(BalanceSection) section = balance_census_find_section (census, "S", headers[_i].stage, NULL);

  if (section == NULL || g_list_model_get_n_items (balance_import_get_problems (import)) > 0)
    fail_with_problems (import, headers[_i].header);
  ck_assert_double_eq (balance_section_get_number (section, headers[_i].field), 12.0);
}
END_TEST

/* ---- forms of text files that must come to the same */

static const char *const same[] = {
  "district_code,school_code,stage,pupils\nD,S,primary,1\nD,T,primary,2\n",
  "\xef\xbb\xbf" "district_code,school_code,stage,pupils\nD,S,primary,1\nD,T,primary,2\n",
  "district_code,school_code,stage,pupils\r\nD,S,primary,1\r\nD,T,primary,2\r\n",
  "district_code,school_code,stage,pupils\rD,S,primary,1\rD,T,primary,2\r",
  "district_code,school_code,stage,pupils\nD,S,primary,1\nD,T,primary,2",
  "district_code;school_code;stage;pupils\nD;S;primary;1\nD;T;primary;2\n",
  "district_code\tschool_code\tstage\tpupils\nD\tS\tprimary\t1\nD\tT\tprimary\t2\n",
  "\"district_code\",\"school_code\",\"stage\",\"pupils\"\n\"D\",\"S\",\"primary\",\"1\"\nD,T,primary,2\n",
  "district_code,school_code,stage,pupils,,\nD,S,primary,1,,\nD,T,primary,2,,\n",
  "district_code,school_code,stage,pupils\nD,S,primary,1,,,\nD,T,primary,2\n,,,\n\n",
  "stage,pupils,school_code,district_code\nprimary,2,T,D\nprimary,1,S,D\n",
};

START_TEST (test_same)
{
  g_autoptr(BalanceImport) first = read_text (same[0]);
  g_autoptr(BalanceImport) import = read_text (same[_i]);
  g_autofree char *expected = dump (get_good (first), FALSE);
  g_autofree char *found = dump (get_good (import), FALSE);

  ck_assert_str_eq (found, expected);
  ck_assert_uint_eq (g_list_model_get_n_items (balance_import_get_problems (import)), 0);
}
END_TEST

START_TEST (test_line_numbers)
{
  g_autoptr(BalanceImport) import = read_text ("district_code,school_code,remark,stage,pupils\r\n"
                                               "\r\n"
                                               "D,S,\"one\r\ntwo\nthree\",primary,1\r\n"
                                               "D,T,,primary,x\r\n");
  g_autoptr(BalanceProblem) problem = g_list_model_get_item (balance_import_get_problems (import), 0);

  ck_assert_uint_eq (balance_problem_get_row (problem), 6);
  ck_assert_str_eq (balance_problem_get_column_name (problem), "pupils");
  ck_assert_str_eq (balance_problem_get_field (problem), "pupils");
}
END_TEST

/* ---- forms of tables */

START_TEST (test_wide)
{
  g_autoptr(BalanceImport) import = read_text ("district_code,school_code,kind,pupils.primary,pupils.junior,books,books.junior\n"
                                               "D,A,nine,100,,500,\n"
                                               "D,B,primary,50,0,300,\n"
                                               "D,C,,0,30,200,20\n"
                                               "D,E,,0,,100,\n");
  BalanceCensus *census = get_good (import);
  g_autoptr(BalanceSection) a = balance_census_find_section (census, "A", "junior", NULL);
  g_autoptr(BalanceSection) b = balance_census_find_section (census, "B", "junior", NULL);
  g_autoptr(BalanceSection) c = balance_census_find_section (census, "C", "primary", NULL);
  g_autoptr(BalanceSection) c2 = balance_census_find_section (census, "C", "junior", NULL);
  g_autoptr(BalanceSection) e = balance_census_find_section (census, "E", "primary", NULL);
  g_autoptr(BalanceSchool) school = NULL;
  g_autoptr(BalanceCell) cell = NULL;
  g_autofree char *where = NULL;

  /* the stages of the kind are there, with or without figures; a zero makes no stage */
  ck_assert_ptr_nonnull (a);
  ck_assert (!balance_section_has_value (a, "pupils"));
  ck_assert_ptr_null (b);
  ck_assert_ptr_null (c);
  /* unless a school would have none */
  ck_assert_ptr_nonnull (e);
  ck_assert_double_eq (balance_section_get_number (e, "pupils"), 0.0);

  /* the school's amount is not the section's, its own part is */
  school = balance_section_get_school (c2);
  ck_assert_double_eq (balance_school_get_number (school, "books"), 200.0);
  ck_assert_double_eq (balance_section_get_number (c2, "books"), 20.0);
  ck_assert (!balance_section_has_value (a, "books"));

  /* a missing value knows where it would stand */
  cell = balance_section_get_cell (a, "pupils");
  where = balance_cell_to_text (cell);
  ck_assert_str_eq (where, "t.csv!E2");
}
END_TEST

START_TEST (test_plain_column_of_one_stage)
{
  g_autoptr(BalanceImport) import = read_text ("district_code,school_code,kind,pupils\nD,S,primary,100\nD,T,nine,\n");
  g_autoptr(BalanceSection) section = balance_census_find_section (get_good (import), "S", "primary", NULL);

  ck_assert_double_eq (balance_section_get_number (section, "pupils"), 100.0);
}
END_TEST

START_TEST (test_school_of_kind_alone)
{
  g_autoptr(BalanceImport) import = read_text ("district_code,school_code,kind,books\nD,S,nine,100\n");
  g_autoptr(GListModel) sections = balance_census_get_sections (get_good (import));

  ck_assert_uint_eq (g_list_model_get_n_items (sections), 2);
}
END_TEST

START_TEST (test_names_for_codes)
{
  g_autoptr(BalanceImport) import = read_text ("District,校名,stage,pupils\n乙县,中心小学,primary,1\n甲县,中心小学,primary,2\n");
  BalanceCensus *census = get_good (import);
  g_autoptr(BalanceSchool) school = balance_census_find_school (census, "中心小学", "甲县");
  g_autoptr(BalanceDistrict) district = balance_school_get_district (school);

  /* names are no codes: the same name in two districts is nothing odd */
  ck_assert_uint_eq (g_list_model_get_n_items (balance_import_get_problems (import)), 0);
  ck_assert_str_eq (balance_school_get_name (school), "中心小学");
  ck_assert_str_eq (balance_district_get_code (district), "甲县");
  ck_assert_str_eq (balance_district_get_name (district), "甲县");
}
END_TEST

START_TEST (test_own_part_of_section_rows)
{
  g_autoptr(BalanceImport) import = read_text ("district_code,school_code,stage,books,boarding\n"
                                               "D,S,primary,300,\nD,S,junior,200,是\n");
  BalanceCensus *census = get_good (import);
  g_autoptr(BalanceSection) primary = balance_census_find_section (census, "S", "primary", NULL);
  g_autoptr(BalanceSchool) school = balance_census_find_school (census, "S", NULL);
  g_autoptr(BalanceCell) cell = balance_section_get_cell (primary, "boarding");

  ck_assert_double_eq (balance_section_get_number (primary, "books"), 300.0);
  ck_assert (!balance_school_has_value (school, "books"));
  ck_assert_ptr_null (balance_facts_find_column (census->facts, BALANCE_LEVEL_SCHOOL, "books"));

  /* a flag comes down, from the row that has it */
  ck_assert_double_eq (balance_section_get_number (primary, "boarding"), 1.0);
  ck_assert_uint_eq (balance_cell_get_row (cell), 3);
}
END_TEST

START_TEST (test_district_and_region)
{
  const char *const texts[] = {
    "district_code,school_code,stage,pupils\nD,S,primary,1\n",
    "district_code,district_name,income（万元）\nD,甲县,1.5\n",
    "cap\n0.65\n",
    NULL
  };
  g_autoptr(BalanceImport) import = read_files (texts, NULL);
  BalanceCensus *census = get_good (import);
  g_autoptr(BalanceDistrict) district = balance_census_find_district (census, "D");
  g_autoptr(BalanceSection) section = balance_census_find_section (census, "S", "primary", "D");
  g_autoptr(BalanceCell) cell = balance_district_get_cell (district, "income");
  g_autoptr(BalanceCell) other = balance_census_get_cell (census, "cap");

  ck_assert_double_eq (balance_district_get_number (district, "income"), 15000.0);
  ck_assert_str_eq (balance_district_get_name (district), "甲县");
  ck_assert_double_eq (balance_census_get_number (census, "cap"), 0.65);
  ck_assert_double_eq (balance_section_get_number (section, "cap"), 0.65);
  /* an amount of the district is not one of the section */
  ck_assert (isnan (balance_section_get_number (section, "income")));
  ck_assert (g_str_has_suffix (balance_cell_get_file (cell), "b.csv"));
  ck_assert (g_str_has_suffix (balance_cell_get_file (other), "c.csv"));
}
END_TEST

/* ---- several files */

#define HEADER "district_code,school_code,school_name,stage,pupils,books\n"
#define ROW_1  "B,S2,乙校,junior,10,1\n"
#define ROW_2  "A,S9,丙校,primary,20,2\n"
#define ROW_3  "B,S2,乙校,primary,30,3\n"
#define ROW_4  "B,S1,甲校,primary,40,4\n"

static const char *const orders[][4] = {
  { HEADER ROW_1 ROW_2 ROW_3 ROW_4, NULL },
  { HEADER ROW_4 ROW_3 ROW_2 ROW_1, NULL },
  { HEADER ROW_1 ROW_2, HEADER ROW_3 ROW_4, NULL },
  { HEADER ROW_4, HEADER ROW_2 ROW_1, HEADER ROW_3, NULL },
  { "district_code,school_code,stage,pupils\nB,S2,junior,10\nA,S9,primary,20\nB,S2,primary,30\nB,S1,primary,40\n",
    "district_code,school_code,stage,books\nB,S1,primary,4\nB,S2,primary,3\nA,S9,primary,2\nB,S2,junior,1\n",
    "district_code,school_code,school_name\nA,S9,丙校\nB,S2,乙校\nB,S1,甲校\n", NULL },
  { "district_code,school_code,school_name,pupils.primary,pupils.junior\nB,S2,乙校,30,10\nA,S9,丙校,20,\nB,S1,甲校,40,\n",
    HEADER ROW_1 ROW_2 ROW_3 ROW_4, NULL },
};

START_TEST (test_order)
{
  g_autoptr(BalanceImport) first = read_files (orders[0], NULL);
  g_autoptr(BalanceImport) import = read_files (orders[_i], NULL);
  BalanceCensus *census = get_good (import);
  g_autofree char *expected = dump (get_good (first), FALSE);
  g_autofree char *found = dump (census, FALSE);

  ck_assert_str_eq (found, expected);
  ck_assert_uint_eq (census->facts->n_groups, 3);
  ck_assert_str_eq (census->facts->school_codes[1], "S1");
  ck_assert_uint_eq (census->facts->section_stage[3], 1);
}
END_TEST

START_TEST (test_cells_after_join)
{
  g_autoptr(BalanceImport) import = read_files (orders[4], NULL);
  g_autofree char *found = dump (get_good (import), TRUE);

  ck_assert_str_eq (found,
                    "0 books 2@b.csv!D4 4@b.csv!D2 3@b.csv!D3 1@b.csv!D5\n"
                    "0 pupils 20@a.csv!D3 40@a.csv!D5 30@a.csv!D4 10@a.csv!D2\n"
                    "0 stage primary@a.csv!C3 primary@a.csv!C5 primary@a.csv!C4 junior@a.csv!C2\n"
                    "1 school_code S9@a.csv!B3 S1@a.csv!B5 S2@a.csv!B2\n"
                    "1 school_name 丙校@c.csv!C2 甲校@c.csv!C4 乙校@c.csv!C3\n"
                    "3 district_code A@a.csv!A3 B@a.csv!A2\n");
}
END_TEST

START_TEST (test_blank_filled_by_later_file)
{
  const char *const texts[] = {
    "district_code,school_code,stage,pupils,books\nD,S,primary,,7\nD,T,primary,5,\n",
    "district_code,school_code,stage,pupils\nD,S,primary,9\nD,T,primary,5\n",
    NULL
  };
  g_autoptr(BalanceImport) import = read_files (texts, NULL);
  g_autofree char *found = dump (get_good (import), TRUE);

  ck_assert_ptr_nonnull (strstr (found, "0 pupils 9@b.csv!D2 5@a.csv!D3\n"));
  ck_assert_ptr_nonnull (strstr (found, "0 books 7@a.csv!E2 -@a.csv!E3\n"));
}
END_TEST

START_TEST (test_files_disagree)
{
  const char *const texts[] = {
    "district_code,school_code,stage,pupils,books\nD,S,primary,8,7\n",
    "district_code,school_code,stage,pupils\nD,S,primary,9\n",
    NULL
  };
  g_autoptr(BalanceImport) import = read_files (texts, NULL);
  g_autoptr(BalanceProblem) problem = g_list_model_get_item (balance_import_get_problems (import), 0);

  ck_assert_str_eq (balance_problem_get_kind (problem), "disagreement");
  ck_assert (g_str_has_suffix (balance_problem_get_file (problem), "b.csv"));
  ck_assert_ptr_nonnull (strstr (balance_problem_get_message (problem, "en"), "row 2, column 4 of"));
  ck_assert_ptr_nonnull (strstr (balance_problem_get_message (problem, "en"), "a.csv"));
}
END_TEST

START_TEST (test_same_file_twice)
{
  const char *const texts[] = { same[0], same[0], NULL };
  g_autoptr(BalanceImport) import = read_files (texts, NULL);
  g_autoptr(BalanceProblem) problem = g_list_model_get_item (balance_import_get_problems (import), 0);

  ck_assert_ptr_null (balance_import_get_census (import));
  ck_assert_str_eq (balance_problem_get_kind (problem), "duplicate-section");
}
END_TEST

START_TEST (test_years)
{
  g_autoptr(BalanceImport) import = read_text ("年度,district_code,school_code,stage,pupils\n"
                                               "2025,D,S,primary,2\n2024-2025学年,D,S,primary,1\n2024年,D,T,primary,7\n");
  GListModel *censuses = balance_import_get_censuses (import);
  g_autoptr(BalanceCensus) first = g_list_model_get_item (censuses, 0);
  BalanceCensus *last = balance_import_get_census (import);
  g_autoptr(BalanceSection) section = balance_census_find_section (last, "S", "primary", NULL);

  ck_assert_uint_eq (g_list_model_get_n_items (censuses), 2);
  ck_assert_int_eq (balance_census_get_year (first), 2024);
  ck_assert_uint_eq (first->facts->sections.n_rows, 2);
  ck_assert_int_eq (balance_census_get_year (last), 2025);
  ck_assert_double_eq (balance_section_get_number (section, "pupils"), 2.0);
  ck_assert_double_eq (balance_census_get_number (first, "year"), 2024.0);
}
END_TEST

START_TEST (test_file_without_year)
{
  const char *const one[] = {
    "district_code,income\nD,5\n",
    "year,district_code,school_code,stage\n2024,D,S,primary\n",
    NULL
  };
  const char *const two[] = {
    "district_code,income\nD,5\n",
    "year,district_code,school_code,stage\n2024,D,S,primary\n2025,D,S,primary\n",
    NULL
  };
  g_autoptr(BalanceImport) import = read_files (one, NULL);
  g_autoptr(BalanceImport) unclear = read_files (two, NULL);
  g_autoptr(BalanceDistrict) district = balance_census_find_district (get_good (import), "D");
  g_autoptr(BalanceProblem) problem = g_list_model_get_item (balance_import_get_problems (unclear), 0);

  ck_assert_double_eq (balance_district_get_number (district, "income"), 5.0);
  ck_assert_uint_eq (g_list_model_get_n_items (balance_import_get_censuses (import)), 1);
  ck_assert_str_eq (balance_problem_get_kind (problem), "missing-year");
  ck_assert_ptr_null (balance_import_get_census (unclear));
}
END_TEST

/* ---- leaving rows out */

START_TEST (test_skip_bad_rows)
{
  static const char text[] =
    "district_code,school_code,stage,pupils,boarding\n"
    "A,S,primary,1,\n"
    "A,T,primary,-1,\n"
    "B,S1,primary,2,是\n"
    "B,S1,junior,3,否\n"
    "C,X,nonsense,3,\n"
    "E,Y,primary,5,\n";
  g_autoptr(BalanceImport) import = read_data (text, strlen (text), NULL, TRUE);
  BalanceFacts *facts = get_good (import)->facts;
  GListModel *list = balance_import_get_problems (import);

  ck_assert_uint_eq (balance_import_get_n_errors (import), 0);
  /* three rows and what they come to */
  ck_assert_uint_eq (g_list_model_get_n_items (list), 4);
  ck_assert_uint_eq (facts->sections.n_rows, 3);
  ck_assert_uint_eq (facts->districts.n_rows, 4);
  ck_assert_uint_eq (facts->district_skipped[0], 1);
  ck_assert_uint_eq (facts->district_skipped[1], 1);
  ck_assert_uint_eq (facts->district_skipped[2], 1);
  ck_assert_uint_eq (facts->district_skipped[3], 0);
  ck_assert (!facts->skipped);
  /* the row that was left out left nothing behind */
  ck_assert_ptr_null (balance_census_find_school (balance_import_get_census (import), "T", NULL));
}
END_TEST

static const char *const lost[] = {
  "district_code,school_code,stage\nA,S,primary\n,T,primary\n",
  "district_code,school_code,stage\nA,S,primary\nA,T\n",
  "district_code,school_code,stage\nA,S,primary\nA,\"T\"x,primary\n",
  "year,district_code,school_code,stage\n2024,A,S,primary\nx,A,T,primary\n",
};

START_TEST (test_skip_unknown_district)
{
  g_autoptr(BalanceImport) import = read_data (lost[_i], strlen (lost[_i]), NULL, TRUE);
  BalanceFacts *facts = get_good (import)->facts;

  ck_assert (facts->skipped);
  ck_assert_uint_eq (facts->sections.n_rows, 1);
}
END_TEST

START_TEST (test_skip_keeps_header_errors)
{
  static const char text[] = "district_code,school_code,stage,pupils,pupils\nA,S,primary,1,1\n";
  g_autoptr(BalanceImport) import = read_data (text, strlen (text), NULL, TRUE);

  ck_assert_ptr_null (balance_import_get_census (import));
}
END_TEST

/* ---- maps */

START_TEST (test_map)
{
  static const char map[] =
    "map: foreign\n"
    "columns:\n"
    "  district_code: county\n"
    "  district_name: county\n"
    "  school_code: ID\n"
    "  stage: level\n"
    "  pupils: Enrolment total\n"
    "  value: worth (万元)\n"
    "values:\n"
    "  stage: {E: primary, M: 初中}\n"
    "  boarding: {'-': ''}\n"
    "derive:\n"
    "  trained: trained_pct / 100\n"
    "  teachers: round(Enrolment_total / 16)\n"
    "  boarding: beds > 0 and not missing(beds)\n"
    "  extra: \"if level == 'E' then 1.25 else 0\"\n"
    "  remark: \"if pupils >= 100 then 'large' else 'small'\"\n"
    "skip: level == 'H' or missing(ID)\n"
    "ignore: ['*']\n"
    "fields:\n"
    "- {id: extra, level: section, type: number, title: {zh: 附加, en: Extra}}\n";
  static const char text[] =
    "ID,county,level,Enrolment total,trained_pct,beds,worth (万元),remark\n"
    "001,K,E,100,85.5,0,2,x\n"
    "002,K,M,40,,12,,x\n"
    "003,K,H,nonsense,,,,x\n"
    ",K,E,nonsense,,,,\n";
  g_autoptr(BalanceImport) import = read_data (text, strlen (text), map, FALSE);
  BalanceCensus *census = get_good (import);
  g_autofree char *found = dump (census, TRUE);

  /* what the formulas work with is no stray column; "remark" is */
  ck_assert_uint_eq (g_list_model_get_n_items (balance_import_get_problems (import)), 1);
  ck_assert_str_eq (found,
                    "0 extra 1.25@t.csv!2 0@t.csv!3\n"
                    "0 pupils 100@t.csv!D2 40@t.csv!D3\n"
                    "0 stage primary@t.csv!C2 junior@t.csv!C3\n"
                    "0 teachers 6@t.csv!2 3@t.csv!3\n"
                    "0 trained 0.855@t.csv!2 -@t.csv!3\n"
                    "0 value 20000@t.csv!G2 -@t.csv!G3\n"
                    "1 boarding false@t.csv!2 true@t.csv!3\n"
                    "1 remark large@t.csv!2 small@t.csv!3\n"
                    "1 school_code 001@t.csv!A2 002@t.csv!A3\n"
                    "3 district_code K@t.csv!B2\n"
                    "3 district_name K@t.csv!B2\n");
}
END_TEST

START_TEST (test_map_stages)
{
  static const char map[] =
    "map: m\n"
    "stages: [primary, {id: k8, title: {zh: 八年, en: K-8}, holds: [primary, junior]}]\n";
  static const char text[] = "district_code,school_code,stage,pupils\nD,S,k8,5\nD,T,primary,6\n";
  g_autoptr(BalanceImport) import = read_data (text, strlen (text), map, FALSE);
  g_autoptr(BalanceSection) section = balance_census_find_section (get_good (import), "S", "k8", NULL);

  ck_assert_double_eq (balance_section_get_number (section, "pupils"), 5.0);
  ck_assert_str_eq (balance_section_get_stage_title (section, "zh"), "八年");
}
END_TEST

static const struct
{
  const char *name;
  const char *text;
  const char *kind;
  guint       row;
} bad_maps[] = {
  { "no map", "- a\n", "wrong-type", 1 },
  { "no id", "columns: {pupils: n}\n", "missing-key", 1 },
  { "unknown key", "map: m\ncolumn: {pupils: n}\n", "unknown-key", 2 },
  { "unknown field", "map: m\ncolumns:\n  pupil: n\n", "unknown-field", 3 },
  { "unknown stage", "map: m\ncolumns:\n  pupils.x: n\n", "unknown-stage", 3 },
  { "stage of a text", "map: m\ncolumns:\n  remark.primary: n\n", "unknown-stage", 3 },
  { "columns no mapping", "map: m\ncolumns: [pupils]\n", "wrong-type", 2 },
  { "column no text", "map: m\ncolumns: {pupils: [n]}\n", "wrong-type", 2 },
  { "values no mapping", "map: m\nvalues: {stage: E}\n", "wrong-type", 2 },
  { "no value of ours", "map: m\nvalues: {stage: {E: elementary}}\n", "unknown-value", 2 },
  { "no formula", "map: m\nderive:\n  pupils: n +\n", "formula", 3 },
  { "twice", "map: m\ncolumns: {pupils: n}\nderive: {pupils: n + 1}\n", "repeated-field", 3 },
};

START_TEST (test_bad_map)
{
  g_autoptr(GBytes) bytes = g_bytes_new (bad_maps[_i].text, strlen (bad_maps[_i].text));
  g_autoptr(GListModel) list = balance_map_check (bytes, "m.yaml", get_dictionary ());
  g_autoptr(BalanceProblem) problem = g_list_model_get_item (list, 0);
  g_autoptr(BalanceMap) map = NULL;
  g_autoptr(GError) error = NULL;

  ck_assert_msg (problem != NULL, "%s", bad_maps[_i].name);
  ck_assert_str_eq (balance_problem_get_kind (problem), bad_maps[_i].kind);
  ck_assert_uint_eq (balance_problem_get_row (problem), bad_maps[_i].row);
  map = balance_map_new_from_bytes (bytes, "m.yaml", get_dictionary (), &error);
  ck_assert_ptr_null (map);
  ck_assert (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA));
}
END_TEST

/* ---- hard inputs */

START_TEST (test_long_line)
{
  gsize length = 10 << 20;
  g_autoptr(GString) text = g_string_new ("district_code,school_code,stage,remark\nD,S,primary,");
  g_autoptr(BalanceImport) import = NULL;
  g_autoptr(BalanceProblem) problem = NULL;

  for (gsize i = 0; i < length; i++)
    g_string_append_c (text, 'x');
  g_string_append (text, "\nD,T,primary,-\n");
  import = read_data (text->str, text->len, NULL, FALSE);
  problem = g_list_model_get_item (balance_import_get_problems (import), 0);

  ck_assert_str_eq (balance_problem_get_kind (problem), "too-long-cell");
  ck_assert_uint_eq (balance_problem_get_row (problem), 2);
  ck_assert_uint_lt (strlen (balance_problem_get_found (problem)), 500);
}
END_TEST

START_TEST (test_many_columns)
{
  g_autoptr(GString) text = g_string_new ("district_code,school_code,stage");
  g_autoptr(BalanceImport) import = NULL;
  g_autoptr(BalanceProblem) problem = NULL;

  for (guint i = 0; i < 100000; i++)
    g_string_append_printf (text, ",c%u", i);
  g_string_append (text, "\nD,S,primary\n");
  import = read_text (text->str);
  problem = g_list_model_get_item (balance_import_get_problems (import), 0);

  ck_assert_str_eq (balance_problem_get_kind (problem), "too-many-columns");
  ck_assert_uint_eq (g_list_model_get_n_items (balance_import_get_problems (import)), 1);
}
END_TEST

START_TEST (test_most_columns)
{
  g_autoptr(GString) text = g_string_new ("district_code,school_code,stage");
  g_autoptr(BalanceImport) import = NULL;

  for (guint i = 3; i < 16384; i++)
    g_string_append_printf (text, ",c%u", i);
  g_string_append (text, "\nD,S,primary");
  for (guint i = 3; i < 16384; i++)
    g_string_append (text, ",1");
  import = read_text (text->str);

  /* a thousand of one kind and how many more there are */
  ck_assert_ptr_nonnull (balance_import_get_census (import));
  ck_assert_uint_eq (g_list_model_get_n_items (balance_import_get_problems (import)), 1001);
}
END_TEST

START_TEST (test_many_bad_rows)
{
  g_autoptr(GString) text = g_string_new ("district_code,school_code,stage,boarding\n");
  g_autoptr(BalanceImport) import = NULL;

  for (guint i = 0; i < 50000; i++)
    g_string_append_printf (text, "D,S,primary,%u\n", i & 1);
  import = read_text (text->str);

  ck_assert_ptr_null (balance_import_get_census (import));
  /* a row that stands twice is one problem, whatever differs in it */
  ck_assert_uint_eq (balance_import_get_n_errors (import), 49999);
}
END_TEST

START_TEST (test_missing_file)
{
  const char *const paths[] = { "/nonexistent/x.csv", NULL };
  g_autoptr(BalanceReader) reader = balance_reader_new (get_dictionary (), NULL, FALSE);
  g_autoptr(GError) error = NULL;

  ck_assert_ptr_null (balance_reader_read (reader, paths, NULL, NULL, &error));
  ck_assert (g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT));
}
END_TEST

START_TEST (test_directory)
{
  const char *const paths[] = { "/", NULL };
  g_autoptr(BalanceReader) reader = balance_reader_new (get_dictionary (), NULL, FALSE);
  g_autoptr(GError) error = NULL;

  ck_assert_ptr_null (balance_reader_read (reader, paths, NULL, NULL, &error));
  ck_assert (g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_ISDIR));
}
END_TEST

START_TEST (test_size_limit)
{
  g_autoptr(BalanceReader) reader = g_object_new (BALANCE_TYPE_READER, "dictionary", get_dictionary (),
                                                  "max-size", (guint64) 10, NULL);
  g_autofree char *path = NULL;
  const char *paths[2] = { NULL };
  g_autoptr(GError) error = NULL;
  int fd = g_file_open_tmp ("balance-XXXXXX.csv", &path, NULL);

  ck_assert_int_ge (fd, 0);
  g_close (fd, NULL);
  ck_assert (g_file_set_contents (path, same[0], -1, NULL));
  paths[0] = path;
  ck_assert_ptr_null (balance_reader_read (reader, paths, NULL, NULL, &error));
  ck_assert (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_LIMIT));
  g_unlink (path);
}
END_TEST

START_TEST (test_cancel)
{
  g_autoptr(GString) text = g_string_new ("district_code,school_code,stage\n");
  g_autoptr(BalanceReader) reader = balance_reader_new (get_dictionary (), NULL, FALSE);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < 10000; i++)
    g_string_append_printf (text, "D,S%u,primary\n", i);
  bytes = g_bytes_new (text->str, text->len);
  g_cancellable_cancel (cancellable);
  ck_assert_ptr_null (balance_reader_read_bytes (reader, bytes, "t.csv", NULL, cancellable, &error));
  ck_assert (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
}
END_TEST

static void
on_read (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(GError) error = NULL;
  BalanceImport **import = data;

  *import = balance_reader_read_finish (BALANCE_READER (source), result, &error);
  ck_assert_ptr_null (error);
}

START_TEST (test_async)
{
  g_autoptr(BalanceReader) reader = balance_reader_new (get_dictionary (), NULL, FALSE);
  g_autoptr(BalanceProgress) progress = balance_progress_new ();
  g_autoptr(BalanceImport) import = NULL;
  g_autofree char *path = NULL;
  g_autofree char *phase = NULL;
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, same[0], -1);
  const char *paths[2] = { NULL };
  int fd = g_file_open_tmp ("balance-XXXXXX.csv", &path, NULL);

  ck_assert_int_ge (fd, 0);
  g_close (fd, NULL);
  ck_assert (g_file_set_contents (path, same[0], -1, NULL));
  paths[0] = path;
  balance_reader_read_async (reader, paths, progress, NULL, on_read, &import);
  while (import == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_unlink (path);

  phase = balance_progress_dup_phase (progress, "en");
  ck_assert_str_eq (phase, "sorting");
  ck_assert_str_eq (((BalanceSource *) get_good (import)->facts->sources->pdata[0])->digest, digest);
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("reader");
  TCase *tcase = tcase_create ("reader");
  SRunner *runner;
  int n_failed;

  tcase_add_loop_test (tcase, test_problem, 0, G_N_ELEMENTS (problems));
  tcase_add_test (tcase, test_nul_byte);
  tcase_add_test (tcase, test_all_at_once);
  tcase_add_test (tcase, test_quoted_names);
  tcase_add_loop_test (tcase, test_bad_quoted_name, 0, 3);
  tcase_add_loop_test (tcase, test_cell, 0, G_N_ELEMENTS (cells));
  tcase_add_loop_test (tcase, test_header, 0, G_N_ELEMENTS (headers));
  tcase_add_loop_test (tcase, test_same, 0, G_N_ELEMENTS (same));
  tcase_add_test (tcase, test_line_numbers);
  tcase_add_test (tcase, test_wide);
  tcase_add_test (tcase, test_plain_column_of_one_stage);
  tcase_add_test (tcase, test_school_of_kind_alone);
  tcase_add_test (tcase, test_names_for_codes);
  tcase_add_test (tcase, test_own_part_of_section_rows);
  tcase_add_test (tcase, test_district_and_region);
  tcase_add_loop_test (tcase, test_order, 0, G_N_ELEMENTS (orders));
  tcase_add_test (tcase, test_cells_after_join);
  tcase_add_test (tcase, test_blank_filled_by_later_file);
  tcase_add_test (tcase, test_files_disagree);
  tcase_add_test (tcase, test_same_file_twice);
  tcase_add_test (tcase, test_years);
  tcase_add_test (tcase, test_file_without_year);
  tcase_add_test (tcase, test_skip_bad_rows);
  tcase_add_loop_test (tcase, test_skip_unknown_district, 0, G_N_ELEMENTS (lost));
  tcase_add_test (tcase, test_skip_keeps_header_errors);
  tcase_add_test (tcase, test_map);
  tcase_add_test (tcase, test_map_stages);
  tcase_add_loop_test (tcase, test_bad_map, 0, G_N_ELEMENTS (bad_maps));
  tcase_add_test (tcase, test_long_line);
  tcase_add_test (tcase, test_many_columns);
  tcase_add_test (tcase, test_most_columns);
  tcase_add_test (tcase, test_many_bad_rows);
  tcase_add_test (tcase, test_missing_file);
  tcase_add_test (tcase, test_directory);
  tcase_add_test (tcase, test_size_limit);
  tcase_add_test (tcase, test_cancel);
  /* the thread sanitizer does not see how a GTask of a GLib that is not built for it hands its result over */
#ifndef __SANITIZE_THREAD__
  tcase_add_test (tcase, test_async);
#else
  (void) test_async;
#endif
  suite_add_tcase (suite, tcase);

  runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
