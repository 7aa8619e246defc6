/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "census/balance-intake-private.h"
#include "census/balance-tile-private.h"
#include "census/balance-view-private.h"

#include "own-dictionary.h"

static const char dictionary_text[] =
  "units:\n"
  "- {id: '1', title: {zh: '', en: ''}}\n"
  "fields:\n"
  "- {id: year, level: region, type: year, title: {zh: 年度, en: School year}}\n"
  "- {id: district_code, level: district, type: text, title: {zh: 区县代码, en: District code}}\n"
  "- {id: district_name, level: district, type: text, title: {zh: 区县名称, en: District}}\n"
  "- {id: school_code, level: school, type: text, title: {zh: 学校代码, en: School code}}\n"
  "- {id: school_name, level: school, type: text, title: {zh: 学校名称, en: School}}\n"
  "- {id: stage, level: section, type: choice, title: {zh: 学段, en: Stage}, values: {primary: {zh: 小学, en: Primary}, junior: {zh: 初中, en: Junior}}}\n"
  "- {id: kind, level: school, type: choice, title: {zh: 学校类型, en: Kind}, values: {primary: {zh: 完小, en: Primary school, stages: [primary]}, nine: {zh: 九年一贯制, en: Nine-year school, stages: [primary, junior]}}}\n"
  "- {id: boarding, level: school, type: flag, title: {zh: 寄宿制, en: Boarding}}\n"
  "- {id: opened, level: school, type: date, title: {zh: 建校日期, en: Opened}}\n"
  "- {id: books, level: school, type: count, title: {zh: 图书册数, en: Books}}\n"
  "- {id: area, level: school, type: amount, title: {zh: 面积, en: Area}}\n"
  "- {id: score, level: school, type: number, title: {zh: 得分, en: Score}}\n"
  "- {id: pupils, level: section, type: count, title: {zh: 在校生数, en: Pupils}}\n"
  "- {id: trained, level: section, type: share, title: {zh: 培训比例, en: Trained teachers}}\n"
  "- {id: debt, level: district, type: number, min: -100, title: {zh: 债务, en: Debt}}\n";

static BalanceDictionary *
get_dictionary (void)
{
  return get_own_dictionary (dictionary_text);
}

static BalanceCensus *
finish (BalanceCensusBuilder *builder)
{
  g_autoptr(BalanceImport) import = balance_census_builder_end (builder);
  g_autoptr(GError) error = NULL;

  ck_assert_msg (balance_import_check (import, &error), "%s", error != NULL ? error->message : "");

  return g_object_ref (balance_import_get_census (import));
}

/* Two districts, added in no order. */
static BalanceCensus *
make_census (void)
{
  g_autoptr(BalanceCensusBuilder) builder = balance_census_builder_new (get_dictionary (), 2024);
  guint row;

  row = balance_census_builder_add_section (builder, "B", "2", "junior");
  balance_census_builder_set_decimal (builder, BALANCE_LEVEL_SECTION, row, "pupils", 300, 0);
  balance_census_builder_set_decimal (builder, BALANCE_LEVEL_SECTION, row, "books", 70, 0);
  row = balance_census_builder_add_section (builder, "A", "9", "小学");
  balance_census_builder_set_number (builder, BALANCE_LEVEL_SECTION, row, "pupils", 40.0);
  balance_census_builder_set_number (builder, BALANCE_LEVEL_SECTION, row, "trained", 0.1);
  row = balance_census_builder_add_section (builder, "B", "2", "primary");
  balance_census_builder_set_text (builder, BALANCE_LEVEL_SECTION, row, "pupils", "500");
  balance_census_builder_set_text (builder, BALANCE_LEVEL_SECTION, row, "trained", "85%");
  row = balance_census_builder_add_section (builder, "B", "10", "primary");

  row = balance_census_builder_add_school (builder, "B", "2");
  ck_assert_uint_eq (row, 0);
  balance_census_builder_set_text (builder, BALANCE_LEVEL_SCHOOL, row, "school_name", "二校");
  balance_census_builder_set_text (builder, BALANCE_LEVEL_SCHOOL, row, "kind", "九年一贯制");
  balance_census_builder_set_decimal (builder, BALANCE_LEVEL_SCHOOL, row, "boarding", 1, 0);
  balance_census_builder_set_text (builder, BALANCE_LEVEL_SCHOOL, row, "opened", "1999-01-31");
  balance_census_builder_set_decimal (builder, BALANCE_LEVEL_SCHOOL, row, "area", 123450, 2);
  row = balance_census_builder_add_district (builder, "B");
  balance_census_builder_set_decimal (builder, BALANCE_LEVEL_DISTRICT, row, "debt", -5, 1);

  return finish (builder);
}

START_TEST (test_order)
{
  g_autoptr(BalanceCensus) census = make_census ();
  const BalanceFacts *facts = census->facts;
  static const char *const schools[] = { "9", "10", "2", "2" };   /* of the sections: district, stage, school */
  static const guint8 stages[] = { 0, 0, 0, 1 };

  ck_assert_int_eq (balance_census_get_year (census), 2024);
  ck_assert_uint_eq (facts->districts.n_rows, 2);
  ck_assert_uint_eq (facts->schools.n_rows, 3);
  ck_assert_uint_eq (facts->sections.n_rows, 4);
  ck_assert_uint_eq (facts->region.n_rows, 1);
  ck_assert_str_eq (facts->texts[0], "");
  for (guint i = 0; i < 4; i++)
    {
      ck_assert_str_eq (facts->school_codes[facts->section_school[i]], schools[i]);
      ck_assert_uint_eq (facts->section_stage[i], stages[i]);
    }

  ck_assert_uint_eq (facts->n_groups, 3);
  ck_assert_uint_eq (facts->group_sections[0], 0);
  ck_assert_uint_eq (facts->group_sections[1], 1);
  ck_assert_uint_eq (facts->group_sections[2], 3);
  ck_assert_uint_eq (facts->group_sections[3], 4);
  ck_assert_uint_eq (facts->group_district[2], 1);
  ck_assert_uint_eq (facts->group_stage[2], 1);
  ck_assert_uint_eq (facts->section_group[2], 1);
  ck_assert_uint_eq (facts->district_groups[1], 1);
  ck_assert_uint_eq (facts->district_groups[2], 3);
  ck_assert_uint_eq (facts->district_sections[1], 1);
  ck_assert_uint_eq (facts->district_schools[2], 3);
  /* the school of two stages */
  ck_assert_uint_eq (facts->school_sections[2], 2);
  ck_assert_uint_eq (facts->school_section_rows[2], 2);
  ck_assert_uint_eq (facts->school_section_rows[3], 3);
}
END_TEST

START_TEST (test_columns)
{
  g_autoptr(BalanceCensus) census = make_census ();
  const BalanceColumn *pupils = balance_facts_find_column (census->facts, BALANCE_LEVEL_SECTION, "pupils");
  const BalanceColumn *trained = balance_facts_find_column (census->facts, BALANCE_LEVEL_SECTION, "trained");
  const BalanceColumn *boarding = balance_facts_find_column (census->facts, BALANCE_LEVEL_SCHOOL, "boarding");
  const BalanceColumn *code = balance_facts_find_column (census->facts, BALANCE_LEVEL_SCHOOL, "school_code");

  ck_assert_uint_eq (pupils->width, 4);
  ck_assert_uint_eq (pupils->scale, 0);
  ck_assert_uint_eq (pupils->n_valid, 3);
  ck_assert_int_eq (pupils->min, 40);
  ck_assert_int_eq (pupils->max, 500);
  ck_assert (!balance_column_is_valid (pupils, 1));
  ck_assert_int_eq (balance_column_get (pupils, 1), 0);
  ck_assert_uint_eq (GPOINTER_TO_SIZE (pupils->data) % 64, 0);

  /* one scale for the column: 0.1 and 0.85 */
  ck_assert_uint_eq (trained->scale, 2);
  ck_assert_int_eq (balance_column_get (trained, 0), 10);
  ck_assert_int_eq (balance_column_get (trained, 2), 85);
  ck_assert_uint_eq (boarding->width, 1);

  /* identity reads like any field; a full column needs no bits */
  ck_assert_ptr_null (code->valid);
  ck_assert_str_eq (census->facts->texts[balance_column_get (code, 0)], "9");
  ck_assert_ptr_null (balance_facts_find_column (census->facts, BALANCE_LEVEL_SECTION, "nonsense"));
  ck_assert_ptr_null (balance_facts_find_column (census->facts, BALANCE_LEVEL_STAGE, "pupils"));
}
END_TEST

START_TEST (test_wide_numbers)
{
  g_autoptr(BalanceCensusBuilder) builder = balance_census_builder_new (get_dictionary (), 0);
  g_autoptr(BalanceCensus) census = NULL;
  g_autoptr(BalanceSchool) school = NULL;
  const BalanceColumn *column;
  guint a = balance_census_builder_add_section (builder, "A", "a", "primary");
  guint b = balance_census_builder_add_section (builder, "A", "b", "primary");

  balance_census_builder_set_decimal (builder, BALANCE_LEVEL_SECTION, a, "pupils", G_MAXINT32, 0);
  balance_census_builder_set_decimal (builder, BALANCE_LEVEL_SECTION, b, "pupils", (gint64) G_MAXINT32 + 1, 0);
  balance_census_builder_set_decimal (builder, BALANCE_LEVEL_SECTION, a, "area", G_GINT64_CONSTANT (123456789012345678), 3);
  balance_census_builder_set_decimal (builder, BALANCE_LEVEL_SECTION, b, "area", G_MAXINT32, 0);
  census = finish (builder);

  column = balance_facts_find_column (census->facts, BALANCE_LEVEL_SECTION, "pupils");
  ck_assert_uint_eq (column->width, 8);
  ck_assert_int_eq (balance_column_get (column, 1), (gint64) G_MAXINT32 + 1);
  column = balance_facts_find_column (census->facts, BALANCE_LEVEL_SECTION, "area");
  ck_assert_int_eq (column->max, G_GINT64_CONSTANT (123456789012345678));
  ck_assert_int_eq (column->min, (gint64) G_MAXINT32 * 1000);
  /* rounded once, not twice */
  ck_assert_double_eq (balance_column_get_number (column, 0), 123456789012345.678);
}
END_TEST

START_TEST (test_views)
{
  g_autoptr(BalanceCensus) census = make_census ();
  g_autoptr(GListModel) districts = balance_census_get_districts (census);
  g_autoptr(BalanceDistrict) district = g_list_model_get_item (districts, 1);
  g_autoptr(GListModel) schools = balance_district_get_schools (district);
  g_autoptr(BalanceSchool) school = g_list_model_get_item (schools, 1);
  g_autoptr(GListModel) of_school = balance_school_get_sections (school);
  g_autoptr(BalanceSection) section = g_list_model_get_item (of_school, 1);
  g_autoptr(BalanceSection) again = balance_census_find_section (census, "2", "junior", "B");
  g_autoptr(BalanceSection) other = balance_census_find_section (census, "2", "primary", NULL);
  g_autoptr(BalanceSchool) back = balance_section_get_school (section);
  g_autoptr(GListModel) of_district = balance_district_get_sections (district);
  g_autofree char *kind_zh = balance_section_dup_text (section, "kind", "zh");
  g_autofree char *kind_en = balance_section_dup_text (section, "kind", "en");
  g_autofree char *kind = balance_section_dup_text (section, "kind", NULL);
  g_autofree char *boarding = balance_school_dup_text (school, "boarding", "zh");
  g_autofree char *opened = balance_school_dup_text (school, "opened", "en");
  g_autofree char *area = balance_school_dup_text (school, "area", NULL);
  g_autofree char *debt = balance_section_dup_text (section, "debt", NULL);

  ck_assert_str_eq (balance_district_get_code (district), "B");
  ck_assert_str_eq (balance_district_get_name (district), "");
  ck_assert_str_eq (balance_school_get_code (school), "2");
  ck_assert_str_eq (balance_school_get_name (school), "二校");
  ck_assert_str_eq (balance_section_get_school_name (section), "二校");
  ck_assert_str_eq (balance_section_get_district_code (section), "B");
  ck_assert_str_eq (balance_section_get_stage (section), "junior");
  ck_assert_str_eq (balance_section_get_stage_title (section, "zh"), "初中");
  ck_assert_uint_eq (g_list_model_get_n_items (of_district), 3);
  ck_assert_ptr_null (g_list_model_get_item (of_district, 3));
  ck_assert (g_list_model_get_item_type (of_district) == BALANCE_TYPE_SECTION);

  ck_assert (balance_section_equal (section, again));
  ck_assert_uint_eq (balance_section_hash (section), balance_section_hash (again));
  ck_assert (!balance_section_equal (section, other));
  ck_assert (balance_school_equal (school, back));

  ck_assert_str_eq (kind, "nine");
  ck_assert_str_eq (kind_zh, "九年一贯制");
  ck_assert_str_eq (kind_en, "Nine-year school");
  ck_assert_str_eq (boarding, "是");
  ck_assert_str_eq (opened, "1999-01-31");
  ck_assert_str_eq (area, "1234.5");
  ck_assert_str_eq (debt, "-0.5");

  /* flags come down, amounts do not, nothing comes up */
  ck_assert_double_eq (balance_section_get_number (section, "boarding"), 1.0);
  ck_assert (isnan (balance_section_get_number (section, "area")));
  ck_assert_double_eq (balance_section_get_number (section, "books"), 70.0);
  ck_assert (isnan (balance_section_get_number (other, "books")));
  ck_assert (isnan (balance_school_get_number (school, "pupils")));
  ck_assert (isnan (balance_section_get_number (section, "kind")));
  ck_assert (!balance_section_has_value (section, "nonsense"));
  ck_assert_ptr_null (balance_section_get_cell (section, "pupils"));
}
END_TEST

START_TEST (test_find_nothing)
{
  g_autoptr(BalanceCensus) census = make_census ();

  ck_assert_ptr_null (balance_census_find_district (census, "C"));
  ck_assert_ptr_null (balance_census_find_school (census, "2", "A"));
  ck_assert_ptr_null (balance_census_find_school (census, "2", "C"));
  ck_assert_ptr_null (balance_census_find_school (census, "99", NULL));
  ck_assert_ptr_null (balance_census_find_section (census, "9", "junior", NULL));
  ck_assert_ptr_null (balance_census_find_section (census, "9", "nonsense", NULL));
}
END_TEST

START_TEST (test_dup_column)
{
  g_autoptr(BalanceCensus) census = make_census ();
  g_autoptr(GBytes) validity = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = balance_census_dup_column (census, BALANCE_LEVEL_SECTION, "pupils", &validity, &error);
  gsize n, n_valid;
  const double *values = g_bytes_get_data (bytes, &n);
  const guint8 *valid = g_bytes_get_data (validity, &n_valid);

  ck_assert_ptr_null (error);
  ck_assert_uint_eq (n, 4 * sizeof (double));
  ck_assert_uint_eq (n_valid, 4);
  ck_assert (isnan (values[1]));
  ck_assert_double_eq (values[2], 500.0);
  ck_assert_mem_eq (valid, "\1\0\1\1", 4);

  ck_assert_ptr_null (balance_census_dup_column (census, BALANCE_LEVEL_SCHOOL, "pupils", NULL, &error));
  ck_assert (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND));
}
END_TEST

START_TEST (test_set_column)
{
  static const double pupils[] = { 10.0, NAN, 30.0 };
  static const double trained[] = { 0.5, 0.1, 0.7 };
  g_autoptr(BalanceCensusBuilder) builder = balance_census_builder_new (get_dictionary (), 0);
  g_autoptr(GBytes) bytes = g_bytes_new_static (pupils, sizeof pupils);
  g_autoptr(GBytes) shares = g_bytes_new_static (trained, sizeof trained);
  g_autoptr(GBytes) validity = g_bytes_new_static ("\1\0\1", 3);
  g_autoptr(BalanceCensus) census = NULL;
  g_autoptr(BalanceSection) a = NULL, b = NULL, c = NULL;
  g_autoptr(GError) error = NULL;

  balance_census_builder_add_section (builder, "D", "c", "primary");
  balance_census_builder_add_section (builder, "D", "b", "primary");
  ck_assert (!balance_census_builder_set_column (builder, BALANCE_LEVEL_SECTION, "pupils", bytes, NULL, &error));
  ck_assert (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA));
  g_clear_error (&error);
  ck_assert (!balance_census_builder_set_column (builder, BALANCE_LEVEL_SCHOOL, "pupils", bytes, NULL, &error));
  ck_assert (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND));
  g_clear_error (&error);

  balance_census_builder_add_section (builder, "D", "a", "primary");
  ck_assert (!balance_census_builder_set_column (builder, BALANCE_LEVEL_SCHOOL, "kind", bytes, NULL, &error));
  ck_assert (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA));
  g_clear_error (&error);
  ck_assert (balance_census_builder_set_column (builder, BALANCE_LEVEL_SECTION, "pupils", bytes, NULL, &error));
  ck_assert (balance_census_builder_set_column (builder, BALANCE_LEVEL_SECTION, "trained", shares, validity, &error));
  census = finish (builder);

  a = balance_census_find_section (census, "a", "primary", NULL);
  b = balance_census_find_section (census, "b", "primary", NULL);
  c = balance_census_find_section (census, "c", "primary", NULL);
  ck_assert_double_eq (balance_section_get_number (a, "pupils"), 30.0);
  ck_assert (!balance_section_has_value (b, "pupils"));
  ck_assert (!balance_section_has_value (b, "trained"));
  ck_assert_double_eq (balance_section_get_number (c, "trained"), 0.5);
}
END_TEST

typedef enum
{
  ADD,
  DECIMAL,
  NUMBER,
  TEXT,
} Way;

static const struct
{
  const char   *name;
  Way           way;
  BalanceLevel  level;
  const char   *field;       /* ADD: the stage */
  gint64        digits;
  guint         scale;
  double        number;
  const char   *text;        /* ADD: the school */
  const char   *kind;        /* of the problem */
} faults[] = {
  { "duplicate section", ADD, BALANCE_LEVEL_SECTION, "小学", 0, 0, 0.0, "S", "duplicate-section" },
  { "unknown stage", ADD, BALANCE_LEVEL_SECTION, "university", 0, 0, 0.0, "T", "unknown-choice" },
  { "no stage", ADD, BALANCE_LEVEL_SECTION, " ", 0, 0, 0.0, "T", "missing-stage" },
  { "no school", ADD, BALANCE_LEVEL_SECTION, "primary", 0, 0, 0.0, "", "missing-school" },
  { "code in another encoding", ADD, BALANCE_LEVEL_SECTION, "primary", 0, 0, 0.0, "\xb0\xa1", "encoding" },
  { "unknown field", DECIMAL, BALANCE_LEVEL_SECTION, "nonsense", 1, 0, 0.0, NULL, "unknown-field" },
  { "coarser field", DECIMAL, BALANCE_LEVEL_SECTION, "debt", 1, 0, 0.0, NULL, "wrong-level" },
  { "finer field", DECIMAL, BALANCE_LEVEL_SCHOOL, "pupils", 1, 0, 0.0, NULL, "wrong-level" },
  { "flag on a section", DECIMAL, BALANCE_LEVEL_SECTION, "boarding", 1, 0, 0.0, NULL, "wrong-level" },
  { "identity", TEXT, BALANCE_LEVEL_SCHOOL, "school_code", 0, 0, 0.0, "X", "identity" },
  { "negative count", DECIMAL, BALANCE_LEVEL_SECTION, "pupils", -1, 0, 0.0, NULL, "negative" },
  { "negative amount", NUMBER, BALANCE_LEVEL_SCHOOL, "area", 0, 0, -0.5, NULL, "negative" },
  { "half a pupil", NUMBER, BALANCE_LEVEL_SECTION, "pupils", 0, 0, 0.5, NULL, "not-whole" },
  { "share above one", DECIMAL, BALANCE_LEVEL_SECTION, "trained", 100001, 5, 0.0, NULL, "out-of-bounds" },
  { "infinity", NUMBER, BALANCE_LEVEL_SCHOOL, "score", 0, 0, INFINITY, NULL, "too-long-number" },
  { "huge", NUMBER, BALANCE_LEVEL_SCHOOL, "score", 0, 0, 1e300, NULL, "too-long-number" },
  { "flag of two", DECIMAL, BALANCE_LEVEL_SCHOOL, "boarding", 2, 0, 0.0, NULL, "not-a-flag" },
  { "number for a choice", NUMBER, BALANCE_LEVEL_SCHOOL, "kind", 0, 0, 1.0, NULL, "unknown-choice" },
  { "unknown choice", TEXT, BALANCE_LEVEL_SCHOOL, "kind", 0, 0, 0.0, "castle", "unknown-choice" },
  { "no date", TEXT, BALANCE_LEVEL_SCHOOL, "opened", 0, 0, 0.0, "soon", "not-a-date" },
  { "no number", TEXT, BALANCE_LEVEL_SECTION, "pupils", 0, 0, 0.0, "few", "not-a-number" },
  { "text in another encoding", TEXT, BALANCE_LEVEL_SCHOOL, "school_name", 0, 0, 0.0, "\xb0\xa1", "encoding" },
};

START_TEST (test_fault)
{
  g_autoptr(BalanceCensusBuilder) builder = balance_census_builder_new (get_dictionary (), 0);
  g_autoptr(BalanceImport) import = NULL;
  g_autoptr(BalanceProblem) problem = NULL;
  g_autoptr(GError) error = NULL;

  balance_census_builder_add_section (builder, "D", "S", "primary");
  switch (faults[_i].way)
    {
    case ADD:
      balance_census_builder_add_section (builder, "D", faults[_i].text, faults[_i].field);
      break;
    case DECIMAL:
      balance_census_builder_set_decimal (builder, faults[_i].level, 0, faults[_i].field, faults[_i].digits, faults[_i].scale);
      break;
    case NUMBER:
      balance_census_builder_set_number (builder, faults[_i].level, 0, faults[_i].field, faults[_i].number);
      break;
    case TEXT:
    default:
      balance_census_builder_set_text (builder, faults[_i].level, 0, faults[_i].field, faults[_i].text);
      break;
    }
  import = balance_census_builder_end (builder);

  ck_assert_uint_eq (balance_import_get_n_errors (import), 1);
  for (guint i = 0; problem == NULL; i++)
    {
      problem = g_list_model_get_item (balance_import_get_problems (import), i);
      ck_assert_ptr_nonnull (problem);
      if (balance_problem_get_severity (problem) != BALANCE_SEVERITY_ERROR)
        g_clear_object (&problem);
    }
  ck_assert_msg (g_str_equal (balance_problem_get_kind (problem), faults[_i].kind), "%s: %s", faults[_i].name,
                 balance_problem_get_kind (problem));
  ck_assert_ptr_null (balance_import_get_census (import));
  ck_assert_uint_eq (g_list_model_get_n_items (balance_import_get_censuses (import)), 0);
  ck_assert (!balance_import_check (import, &error));
  ck_assert (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA));
}
END_TEST

START_TEST (test_last_value_holds)
{
  g_autoptr(BalanceCensusBuilder) builder = balance_census_builder_new (get_dictionary (), 0);
  guint row = balance_census_builder_add_section (builder, "D", "S", "primary");
  guint other = balance_census_builder_add_section (builder, "D", "T", "primary");
  g_autoptr(BalanceCensus) census = NULL;
  g_autoptr(BalanceSection) section = NULL, blank = NULL;

  balance_census_builder_set_number (builder, BALANCE_LEVEL_SECTION, row, "pupils", 1.0);
  balance_census_builder_set_text (builder, BALANCE_LEVEL_SECTION, row, "pupils", "2");
  balance_census_builder_set_number (builder, BALANCE_LEVEL_SECTION, other, "pupils", 1.0);
  balance_census_builder_set_number (builder, BALANCE_LEVEL_SECTION, other, "pupils", NAN);
  census = finish (builder);
  section = balance_census_find_section (census, "S", "primary", NULL);
  blank = balance_census_find_section (census, "T", "primary", NULL);
  ck_assert_double_eq (balance_section_get_number (section, "pupils"), 2.0);
  ck_assert (!balance_section_has_value (blank, "pupils"));
}
END_TEST

START_TEST (test_spent)
{
  g_autoptr(BalanceCensusBuilder) builder = balance_census_builder_new (get_dictionary (), 0);
  g_autoptr(BalanceImport) first = NULL, second = NULL;

  balance_census_builder_add_section (builder, "D", "S", "primary");
  first = balance_census_builder_end (builder);
  ck_assert_ptr_nonnull (balance_import_get_census (first));
  ck_assert_uint_eq (balance_census_builder_add_section (builder, "D", "T", "primary"), G_MAXUINT);
  balance_census_builder_set_number (builder, BALANCE_LEVEL_SECTION, 0, "pupils", 1.0);
  second = balance_census_builder_end (builder);
  ck_assert_ptr_null (balance_import_get_census (second));
}
END_TEST

START_TEST (test_empty)
{
  g_autoptr(BalanceCensusBuilder) builder = balance_census_builder_new (get_dictionary (), 0);
  g_autoptr(BalanceCensus) census = finish (builder);

  ck_assert_uint_eq (census->facts->n_groups, 0);
  ck_assert_uint_eq (census->facts->region.n_rows, 1);
}
END_TEST

/* Many rows, so that tables and indexes grow, in an order that is neither the input's nor sorted. */
START_TEST (test_many)
{
  enum { N = 20000 };
  g_autoptr(BalanceCensusBuilder) builder = balance_census_builder_new (get_dictionary (), 0);
  g_autoptr(BalanceCensus) census = NULL;
  BalanceFacts *facts;
  const BalanceColumn *pupils;

  for (guint i = 0; i < N; i++)
    {
      guint j = (guint) ((guint64) i * 7919 % N);
      char district[16], school[16];
      guint row;

      g_snprintf (district, sizeof district, "%03u", j / 100);
      g_snprintf (school, sizeof school, "%05u", j / 2);
      row = balance_census_builder_add_section (builder, district, school, j % 2 == 0 ? "primary" : "junior");
      balance_census_builder_set_decimal (builder, BALANCE_LEVEL_SECTION, row, "pupils", j, 0);
    }
  census = finish (builder);
  facts = census->facts;
  pupils = balance_facts_find_column (facts, BALANCE_LEVEL_SECTION, "pupils");

  ck_assert_uint_eq (facts->n_groups, N / 50);
  for (guint i = 0; i < N; i++)
    {
      guint j = (guint) balance_column_get (pupils, i);

      ck_assert_uint_eq (facts->section_stage[i], j % 2);
      ck_assert_uint_eq (facts->section_school[i], j / 2);
      ck_assert_uint_eq (facts->school_district[facts->section_school[i]], j / 100);
      ck_assert_uint_eq (facts->section_group[i], j / 100 * 2 + j % 2);
    }
}
END_TEST

static const guint tile_sizes[] = { 0, 1, 3, 4, 63, 64, 65, 88, 127, 128, 150, 152, 1000, 4099 };

/* Columns laid side by side in pieces and taken in another order, against one value after the other. */
START_TEST (test_tile)
{
  const guint n = tile_sizes[_i], half = n / 128 * 64;
  g_autoptr(GRand) rand = g_rand_new_with_seed (n);
  g_autofree guint32 *order = g_new (guint32, n + 1);
  g_autofree gint32 *tile = g_new (gint32, n * BALANCE_TILE_WIDTH + 1);
  gint32 *from[BALANCE_TILE_WIDTH], *to[BALANCE_TILE_WIDTH];
  guint64 *valid[BALANCE_TILE_WIDTH];

  for (guint i = 0; i < n; i++)
    order[i] = i;
  for (guint i = n; i > 1; i--)
    {
      const guint j = (guint) g_rand_int_range (rand, 0, (gint32) i);
      const guint32 other = order[j];

      order[j] = order[i - 1];
      order[i - 1] = other;
    }

  for (guint n_columns = 1; n_columns <= BALANCE_TILE_WIDTH; n_columns++)
    {
      BalanceTileRange first[BALANCE_TILE_WIDTH], second[BALANCE_TILE_WIDTH];

      for (guint c = 0; c < n_columns; c++)
        {
          from[c] = g_new (gint32, n + 1);
          to[c] = g_new (gint32, n + 1);
          valid[c] = c != 1 ? g_new0 (guint64, n / 64 + 1) : NULL;
          to[c][n] = 4711;
          /* one column has all values, one has none, one the greatest and the smallest */
          for (guint i = 0; i < n; i++)
            if (c == 1)
              from[c][i] = g_rand_int_range (rand, -1000, 1000);
            else if (c == 2)
              from[c][i] = BALANCE_TILE_MISSING;
            else
              from[c][i] = g_rand_boolean (rand) ? BALANCE_TILE_MISSING : g_rand_boolean (rand) ? G_MAXINT32 : G_MININT32 + 1;
        }
      balance_tile_lay (tile, n_columns, (const gint32 *const *) from, 0, half, first);
      balance_tile_lay (tile, n_columns, (const gint32 *const *) from, half, n, second);
      balance_tile_take (tile, n_columns, order, half, n, to, valid);
      balance_tile_take (tile, n_columns, order, 0, half, to, valid);

      for (guint c = 0; c < n_columns; c++)
        {
          gint32 min = G_MAXINT32, max = G_MININT32;
          guint n_valid = 0;

          for (guint i = 0; i < n; i++)
            {
              const gint32 value = from[c][order[i]];
              const gboolean known = value != BALANCE_TILE_MISSING;

              ck_assert_int_eq (to[c][i], known ? value : 0);
              ck_assert (valid[c] == NULL || (valid[c][i / 64] >> (i % 64) & 1) == (guint64) known);
              n_valid += known;
              min = known ? MIN (min, value) : min;
              max = known ? MAX (max, value) : max;
            }
          ck_assert_int_eq (to[c][n], 4711);
          ck_assert (valid[c] == NULL || n % 64 == 0 || valid[c][n / 64] >> (n % 64) == 0);
          ck_assert_uint_eq (first[c].n_valid + second[c].n_valid, n_valid);
          ck_assert_int_eq (MIN (first[c].min, second[c].min), min);
          ck_assert_int_eq (MAX (first[c].max, second[c].max), max);
          g_free (from[c]);
          g_free (to[c]);
          g_free (valid[c]);
        }
    }
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("census");
  TCase *tcase = tcase_create ("census");
  SRunner *runner;
  int n_failed;

  tcase_add_test (tcase, test_order);
  tcase_add_test (tcase, test_columns);
  tcase_add_test (tcase, test_wide_numbers);
  tcase_add_test (tcase, test_views);
  tcase_add_test (tcase, test_find_nothing);
  tcase_add_test (tcase, test_dup_column);
  tcase_add_test (tcase, test_set_column);
  tcase_add_loop_test (tcase, test_fault, 0, G_N_ELEMENTS (faults));
  tcase_add_test (tcase, test_last_value_holds);
  tcase_add_test (tcase, test_spent);
  tcase_add_test (tcase, test_empty);
  tcase_add_test (tcase, test_many);
  tcase_add_loop_test (tcase, test_tile, 0, G_N_ELEMENTS (tile_sizes));
  suite_add_tcase (suite, tcase);

  runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
