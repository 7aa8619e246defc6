/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "io/balance-decode-private.h"
#include "io/balance-outline-private.h"

/* Where the table of a sheet stands and what its headers say. Grids are texts: a line a row, | between cells;
 * a cell of < is merged with the one to the left, one of ^ with the one above. */

static BalanceNames *
get_names (void)
{
  static BalanceNames *names;
  g_autoptr(GError) error = NULL;

  if (names == NULL)
    {
      BalanceDictionary *dictionary = balance_dictionary_get_default (&error);

      ck_assert_msg (dictionary != NULL, "%s", error != NULL ? error->message : "");
      names = balance_names_new (dictionary, NULL);
    }

  return names;
}

typedef struct
{
  BalancePreview  preview;
  GPtrArray      *lines;     /* of string vectors */
  GArray         *merges;
} Grid;

static Grid *
grid_new (const char *text,
          const char *sheet)
{
  Grid *self = g_new0 (Grid, 1);
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  self->lines = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  self->merges = g_array_new (FALSE, FALSE, sizeof (BalanceGridMerge));
  self->preview.sheet = sheet;
  self->preview.rows = g_array_new (FALSE, TRUE, sizeof (BalancePreviewRow));
  self->preview.merges = self->merges;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char **cells = g_strsplit (lines[i], "|", -1);
      guint n = g_strv_length (cells);
      BalanceSpan *spans = g_new0 (BalanceSpan, n + 1);
      BalancePreviewRow row = { i + 1, n, spans, FALSE };
      gboolean blank = TRUE;

      for (guint j = 0; j < n; j++)
        {
          if (g_str_equal (cells[j], "<") || g_str_equal (cells[j], "^"))
            {
              /* the merge that the neighbour began grows by this cell */
              guint top = i + 1, left = j + 1;
              BalanceGridMerge *found = NULL;

              if (*cells[j] == '<')
                left--;
              else
                top--;
              for (guint k = 0; k < self->merges->len; k++)
                {
                  BalanceGridMerge *merge = &g_array_index (self->merges, BalanceGridMerge, k);

                  if (merge->top <= top && top <= merge->bottom && merge->left <= left && left <= merge->right)
                    found = merge;
                }
              if (found == NULL)
                {
                  BalanceGridMerge merge = { top, left, i + 1, j + 1 };

                  g_array_append_val (self->merges, merge);
                }
              else
                {
                  found->bottom = MAX (found->bottom, i + 1);
                  found->right = MAX (found->right, j + 1);
                }
              *cells[j] = '\0';
            }
          spans[j].text = cells[j];
          spans[j].length = strlen (cells[j]);
          blank &= *cells[j] == '\0';
        }
      g_ptr_array_add (self->lines, cells);
      if (!blank)
        g_array_append_val (self->preview.rows, row);
      else
        g_free (spans);
    }

  return self;
}

static void
grid_free (Grid *self)
{
  for (guint i = 0; i < self->preview.rows->len; i++)
    g_free ((gpointer) g_array_index (self->preview.rows, BalancePreviewRow, i).cells);
  g_array_unref (self->preview.rows);
  g_ptr_array_unref (self->lines);
  g_array_unref (self->merges);
  g_free (self);
}

/* "field.stage=value" of all headers that are known, by column. */
static char *
describe (BalanceOutline *outline)
{
  GString *text = g_string_new (outline->kind == BALANCE_OUTLINE_NONE ? "none"
                                : outline->kind == BALANCE_OUTLINE_FORM ? "form" : "rows");

  if (outline->kind == BALANCE_OUTLINE_ROWS)
    g_string_append_printf (text, " %u-%u", outline->first_row, outline->last_row);
  for (guint i = 0; i < outline->n_headers && outline->kind != BALANCE_OUTLINE_NONE; i++)
    {
      g_autofree char *plain = balance_name_make_plain (outline->texts[i], strlen (outline->texts[i]));
      BalanceMatch match;

      if (!balance_names_match_one (get_names (), plain, &match))
        {
          if (*plain != '\0')
            g_string_append (text, " ?");
          else
            g_string_append (text, " _");
          continue;
        }
      g_string_append_printf (text, " %s", match.field->id);
      if (match.stage >= 0)
        g_string_append_printf (text, ".%s", balance_dictionary_get_stage (get_names ()->dictionary, (guint) match.stage)->id);
      if (match.has_factor)
        g_string_append_printf (text, "*%" G_GINT64_FORMAT, match.factor.digits);
      if (i >= outline->n_columns)
        g_string_append_printf (text, "=%.*s", (int) outline->constants[i].length, outline->constants[i].text);
    }

  return g_string_free (text, FALSE);
}

static const struct
{
  const char *name;
  const char *sheet;
  const char *grid;
  const char *outline;
} outlines[] = {
  { "plain", NULL, "学校代码|学校名称|学段|在校生数\nS|甲|小学|10", "rows 1-1 school_code school_name stage pupils" },
  { "ids", NULL, "school_code|stage|pupils\nS|primary|10", "rows 1-1 school_code stage pupils" },
  { "title above", NULL, "示例县基本情况表|<|<\n\n学校代码|学校名称|占地面积\nS|甲|10", "rows 3-3 school_code school_name site_area" },
  { "title in one cell", NULL, "示例县基本情况表\n学校代码|学校名称|占地面积\nS|甲|10", "rows 2-2 school_code school_name site_area" },
  { "groups merged", NULL,
    "学校代码|学校名称|小学|<|初中|<\n^|^|在校生数|班级数|在校生数|班级数\nS|甲|1|2|3|4",
    "rows 1-2 school_code school_name pupils.primary classes.primary pupils.junior classes.junior" },
  { "groups whose merging is lost", NULL,
    "学校代码|学校名称|小学||初中|\n||在校生数|班级数|在校生数|班级数\nS|甲|1|2|3|4",
    "rows 1-2 school_code school_name pupils.primary classes.primary pupils.junior classes.junior" },
  { "stages below fields", NULL,
    "学校代码|在校生数|<|班级数|<\n^|小学|初中|小学|初中\nS|1|2|3|4",
    "rows 1-2 school_code pupils.primary pupils.junior classes.primary classes.junior" },
  { "three rows", NULL,
    "学校代码|专任教师|<|<|<\n^|小学|<|初中|<\n^|计|其中：本科|计|其中：本科\nS|1|2|3|4",
    "rows 1-3 school_code teachers.primary teachers_bachelor.primary teachers.junior teachers_bachelor.junior" },
  { "neutral group", NULL,
    "学校代码|基本情况|<|办学条件|<\n^|学校名称|学校类型|占地面积|图书册数\nS|甲|小学|1|2",
    "rows 1-2 school_code school_name kind site_area books" },
  { "bands below a field", NULL,
    "学校代码|音乐教室|<|学段\n^|≥96|73-96|^\nS|1|2|小学",
    "rows 1-2 school_code music_rooms_ge96 music_rooms_73_96 stage" },
  { "row of units", NULL,
    "学校代码|占地面积|教学仪器设备资产值|图书册数\n|㎡|（万元）|册\nS|1|2|3",
    "rows 1-2 school_code site_area*1 equipment_value*10000 books*1" },
  { "parts that are no fields", NULL,
    "学校代码|学校名称|学段|在校生数||专任教师数|\n|||合计|女生|合计|女生\nS|甲|小学|10|4|2|1",
    "rows 1-2 school_code school_name stage pupils ? teachers ?" },
  { "words below headers that are no headers", NULL,
    "学校代码|学校名称|在校生数|备注\n|甲|无|待补\nS|甲|10|", "rows 1-1 school_code school_name pupils ?" },
  { "row of codes", NULL,
    "学校代码|学校名称|占地面积|图书册数\n甲|乙|1|2\nS|甲|1|2", "rows 1-2 school_code school_name site_area books" },
  { "row of codes with letters", NULL,
    "学校代码|占地面积|图书册数|计算机台数\nL1|L2|L3|L4=L1+L3\nS|1|2|3", "rows 1-2 school_code site_area books computers" },
  { "figures that rise are no codes", NULL,
    "学校代码|占地面积|图书册数\n1|2|3\n", "rows 1-1 school_code site_area books" },
  { "unit over the table", NULL,
    "表一||单位：人、万元\n学校代码|学校名称|教学仪器设备资产值|占地面积\nS|甲|1|2",
    "rows 2-2 school_code school_name equipment_value*10000 site_area" },
  { "year and county over the table", NULL,
    "2023—2024学年情况表\n区县代码：990001　区县：示例县\n学校代码|占地面积\nS|1",
    "rows 3-3 school_code site_area district_code=990001 district_name=示例县 year=2023" },
  { "county from who reports", NULL,
    "填报单位：|示例县教育和体育局\n学校代码|占地面积\nS|1", "rows 2-2 school_code site_area district_name=示例县" },
  { "columns before captions", NULL,
    "2023年|区县代码：1\n年度|区县代码|学校代码\n2024|2|S", "rows 2-2 year district_code school_code" },
  { "year and county in English", NULL,
    "School year 2023/2024\nDistrict code: 990001\nSchool code|Site area\nS|1",
    "rows 3-3 school_code site_area district_code=990001 year=2023" },
  { "county from who reports in English", NULL,
    "Reporting unit: Sample County Education Bureau\nSchool code|Site area\nS|1", "rows 2-2 school_code site_area district_name=Sample County" },
  { "year before its word in English", NULL, "Schools, 2024 school year\nSchool code|Site area\nS|1", "rows 2-2 school_code site_area year=2024" },
  { "two years in the title", NULL, "2023年和2024年\n学校代码|占地面积\nS|1", "rows 2-2 school_code site_area" },
  { "stage of the sheet", "初中", "学校代码|在校生数|占地面积\nS|1|2", "rows 1-1 school_code pupils site_area stage=junior" },
  { "stages of the columns before that of the sheet", "初中", "学校代码|小学在校生数|占地面积\nS|1|2", "rows 1-1 school_code pupils.primary site_area" },
  { "sheet of two stages", "小学初中", "学校代码|在校生数|占地面积\nS|1|2", "rows 1-1 school_code pupils site_area" },
  { "sheet of all stages", "中小学", "学校代码|在校生数|占地面积\nS|1|2", "rows 1-1 school_code pupils site_area" },
  { "total below a group", NULL, "学校代码|专任教师|<\n^|数量|Of which: 本科\nS|1|2", "rows 1-2 school_code teachers teachers_bachelor" },
  { "unit in a bracket with its word", NULL, "学校代码|教学仪器设备资产值（计量单位：万元）|占地面积\nS|1|2", "rows 1-1 school_code equipment_value*10000 site_area" },
  { "numbers of rows", NULL, "序号|学校代码|占地面积\n1|S|2", "rows 1-1 ? school_code site_area" },
  { "unknown column", NULL, "学校代码|占地面积|颜色|\nS|2|红|", "rows 1-1 school_code site_area ? _" },
  { "form", NULL,
    "县级情况\n指标|数值|单位\n区县代码|990001|\n人口总数|38.62|万人\n乡镇数|9|个",
    "form district_code=990001 population*10000=38.62 townships*1=9" },
  { "form with the unit first", NULL,
    "序号|项目|单位|填报数据|备注\n1|区县代码||990001|\n2|人口总数|万人|38.62|常住\n3|乡镇数|个|9|",
    "form district_code=990001 population*10000=38.62 townships*1=9" },
  { "form in two blocks", NULL,
    "区县代码|990001|区县名称|示例县\n乡镇数|9|行政村数|142\n人均GDP|58210|农民人均纯收入|21874",
    "form district_code=990001 townships=9 gdp_per_head=58210 district_name=示例县 villages=142 farm_income=21874" },
  { "form with numbers", NULL, "1.区县代码|1\n2.乡镇数|9\n（3）行政村数|142", "form district_code=1 townships=9 villages=142" },
  { "form with a blank", NULL, "区县代码|1\n乡镇数|\n行政村数|142", "form district_code=1 townships= villages=142" },
  { "form by stage", NULL,
    "|小学|初中\n在校生数|1|2\n班级数|3|4\n专任教师|5|6",
    "form pupils.primary=1 pupils.junior=2 classes.primary=3 classes.junior=4 teachers.primary=5 teachers.junior=6" },
  { "list of fields", NULL,
    "列标题|是否必填|填写内容\n在校生数|必填|填9月1日人数\n班级数|必填|含复式班\n占地面积|选填|不含校外",
    "none" },
  { "form whose remarks are longer than its values", NULL,
    "指标|填写说明|数值\n区县代码|六位|990001\n乡镇数|含街道|9\n行政村数|含社区|142",
    "form district_code=990001 townships=9 villages=142" },
  { "no table", NULL, "填表说明\n一、本表由学校填报。\n二、请于九月底前报送。", "none" },
  { "list with words that are fields", NULL, "列标题|说明|必填|类型|备注\n学校|年度|是|文字|一\n学校|区县代码|是|文字|二", "none" },
  { "one known word", NULL, "学校|a|b\n1|2|3", "none" },
};

START_TEST (test_outline)
{
  Grid *grid = grid_new (outlines[_i].grid, outlines[_i].sheet);
  g_autoptr(BalanceOutline) outline = balance_outline_new (get_names (), &grid->preview);
  g_autofree char *found = describe (outline);

  ck_assert_msg (g_str_equal (found, outlines[_i].outline), "%s: %s", outlines[_i].name, found);
  grid_free (grid);
}
END_TEST

START_TEST (test_empty)
{
  Grid *grid = grid_new ("", NULL);
  g_autoptr(BalanceOutline) outline = balance_outline_new (get_names (), &grid->preview);

  ck_assert_int_eq (outline->kind, BALANCE_OUTLINE_NONE);
  grid_free (grid);
}
END_TEST

/* A heading that may change what a figure is must be spoken of. */
START_TEST (test_dropped_heading)
{
  Grid *grid = grid_new ("学校代码|小学|特教班|初中\n^|在校生数|在校生数|在校生数\nS|1|2|3", NULL);
  g_autoptr(BalanceOutline) outline = balance_outline_new (get_names (), &grid->preview);

  ck_assert_uint_eq (outline->remarks->len, 1);
  ck_assert_str_eq (g_array_index (outline->remarks, BalanceRemark, 0).kind, "heading-not-used");
  ck_assert_str_eq (g_array_index (outline->remarks, BalanceRemark, 0).found, "特教班");
  ck_assert_uint_eq (g_array_index (outline->remarks, BalanceRemark, 0).column, 3);
  grid_free (grid);
}
END_TEST

/* ---- rows below the headers */

static const struct
{
  const char      *row;
  BalanceRowClass  class;
} rows[] = {
  { "1|S1|示例小学|10|20", BALANCE_ROW_DATA },
  { "1|S1|合计小学|10|20", BALANCE_ROW_DATA },
  { "1|S1|某某合计|10|20", BALANCE_ROW_DATA },
  { "|S1||10|20", BALANCE_ROW_DATA },
  { "|S1|||", BALANCE_ROW_DATA },
  { "||示例小学||", BALANCE_ROW_DATA },
  { "||||5", BALANCE_ROW_DATA },
  { "合计|||10|20", BALANCE_ROW_TOTAL },
  { "合　计||| 10|20", BALANCE_ROW_TOTAL },
  { "||全县合计|10|20", BALANCE_ROW_TOTAL },
  { "|总计||10|20", BALANCE_ROW_TOTAL },
  { "||小学小计（30所）|10|20", BALANCE_ROW_TOTAL },
  { "||平均|10|20", BALANCE_ROW_TOTAL },
  { "Total|||10|20", BALANCE_ROW_TOTAL },
  { "注：本表不含特殊教育学校。||||", BALANCE_ROW_NOTE },
  { "填表人：甲||审核人：乙||2024-09-10", BALANCE_ROW_NOTE },
  { "填表人：甲|审核人：乙|负责人：丙|电话：1|2024-09-10", BALANCE_ROW_NOTE },
  { "注1.人数为9月1日数||||", BALANCE_ROW_NOTE },
  { "序号|学校代码|学校名称|在校生数|班级数", BALANCE_ROW_REPEATED },
  { "示例县基本情况表||||", BALANCE_ROW_REPEATED },
  { "甲|乙|丙|1|2", BALANCE_ROW_CODES },
  { "合计：|||10|20", BALANCE_ROW_TOTAL },
  { "Grand total|||10|20", BALANCE_ROW_TOTAL },
  { "ＴＯＴＡＬ|||10|20", BALANCE_ROW_TOTAL },
  { "审 核 人：乙||||", BALANCE_ROW_NOTE },
  { "Prepared by: A||Checked by: B||2024-09-10", BALANCE_ROW_NOTE },
  { "Notes: without special schools||||", BALANCE_ROW_NOTE },
  { "Notes and Queries School|S1|A|10|20", BALANCE_ROW_DATA },
  { "说明书小学|S1|A|10|20", BALANCE_ROW_DATA },
  { "栏次|1|2|3|4", BALANCE_ROW_CODES },
  { "城关镇||||", BALANCE_ROW_HEADING },
};

START_TEST (test_row)
{
  Grid *grid = grid_new ("示例县基本情况表\n序号|学校代码|学校名称|在校生数|班级数\n1|S|甲|2|3", NULL);
  Grid *one = grid_new (rows[_i].row, NULL);
  g_autoptr(BalanceOutline) outline = balance_outline_new (get_names (), &grid->preview);
  const BalancePreviewRow *row = &g_array_index (one->preview.rows, BalancePreviewRow, 0);
  BalanceRowClass class = balance_outline_classify (outline, row->cells, row->n_cells);

  ck_assert_msg (class == rows[_i].class, "%s: %d", rows[_i].row, class);
  grid_free (grid);
  grid_free (one);
}
END_TEST

typedef struct
{
  const char      *row;
  BalanceRowClass  own, shipped;
} WordCase;

/* What rows are by a map with words of its own, and by the library's. */
static void
check_words (const char *text, const WordCase *cases, guint n)
{
  g_autoptr(GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr(GError) error = NULL;
  g_autoptr(BalanceMap) map = balance_map_new_from_bytes (bytes, "m.yaml", get_names ()->dictionary, &error);
  g_autoptr(BalanceNames) names = NULL;
  Grid *grid = grid_new ("示例县基本情况表\n序号|学校代码|学校名称|在校生数|班级数\n1|S|甲|2|3", NULL);

  ck_assert_msg (map != NULL, "%s", error != NULL ? error->message : "");
  names = balance_names_new (map->dictionary, map);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(BalanceOutline) own = balance_outline_new (names, &grid->preview);
      g_autoptr(BalanceOutline) shipped = balance_outline_new (get_names (), &grid->preview);
      Grid *one = grid_new (cases[i].row, NULL);
      const BalancePreviewRow *row = &g_array_index (one->preview.rows, BalancePreviewRow, 0);

      ck_assert_msg (balance_outline_classify (own, row->cells, row->n_cells) == cases[i].own, "own: %s", cases[i].row);
      ck_assert_msg (balance_outline_classify (shipped, row->cells, row->n_cells) == cases[i].shipped, "shipped: %s", cases[i].row);
      grid_free (one);
    }
  grid_free (grid);
}

/* Whatever is added to the words takes part in all that is asked of a row. */
START_TEST (test_own_words)
{
  static const WordCase cases[] = {
    { "جەمئىي|||10|20", BALANCE_ROW_TOTAL, BALANCE_ROW_DATA },
    { "||全县汇总|10|20", BALANCE_ROW_TOTAL, BALANCE_ROW_DATA },
    { "|S1|全县汇总|10|20", BALANCE_ROW_DATA, BALANCE_ROW_DATA },
    { "审阅人：甲||||", BALANCE_ROW_NOTE, BALANCE_ROW_HEADING },
    { "审阅|S1|甲|10|20", BALANCE_ROW_DATA, BALANCE_ROW_DATA },
    { "合计|||10|20", BALANCE_ROW_TOTAL, BALANCE_ROW_TOTAL },
  };
  static const char text[] = "map: m\nwords: {total: [جەمئىي], total_ending: [汇总], note: [审阅人]}\n";

  check_words (text, cases, G_N_ELEMENTS (cases));
}
END_TEST

/* Words of the library that a map takes away take part in nothing, however they are written. */
START_TEST (test_words_taken_away)
{
  static const WordCase cases[] = {
    { "||全市|10|20", BALANCE_ROW_DATA, BALANCE_ROW_TOTAL },
    { "||全县|10|20", BALANCE_ROW_TOTAL, BALANCE_ROW_TOTAL },
    { "||Total|10|20", BALANCE_ROW_DATA, BALANCE_ROW_TOTAL },
    { "||Ｓｕｂｔｏｔａｌ|10|20", BALANCE_ROW_TOTAL, BALANCE_ROW_TOTAL },
    { "校长：甲||||", BALANCE_ROW_HEADING, BALANCE_ROW_NOTE },
    { "填表人：甲||||", BALANCE_ROW_NOTE, BALANCE_ROW_NOTE },
  };
  static const char text[] = "map: m\nwords: {total: 共, without: {total_ending: [全市], total: ＴＯＴＡＬ, note: [校长, Prepared  By]}}\n";

  check_words (text, cases, G_N_ELEMENTS (cases));
}
END_TEST

/* What is certainly data is classified as data, whatever the row begins with. */
START_TEST (test_certainly_data)
{
  static const char *const texts[] = {
    "1", "12", "1001", "甲", "乙", "栏次", "序号", "注", "注：", "注1", "说明", "说明书", "Note", "note:", "NOTES", "Prepared by:",
    "合计", "计", "Total", "total)", "合计（3所）", "城关镇", "某某小学", "一", "３", "（3）", "（甲）", "L1", "A", "电话", "日照小学",
    "示例县基本情况表", "学校代码", "学校名称", "全县", "–", "é"
  };
  Grid *grid = grid_new ("示例县基本情况表\n学校名称|学校代码|在校生数|班级数\n甲|S|2|3", NULL);
  g_autoptr(BalanceOutline) outline = balance_outline_new (get_names (), &grid->preview);
  guint n_certain = 0;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    for (guint j = 0; j < G_N_ELEMENTS (texts); j++)
      {
        BalanceSpan cells[] = { { texts[i], strlen (texts[i]) }, { texts[j], strlen (texts[j]) }, { "3", 1 }, { "4", 1 } };

        if (!balance_outline_is_certainly_data (outline, cells[0].text, cells[0].length, cells[1].text, cells[1].length))
          continue;
        n_certain++;
        ck_assert_msg (balance_outline_classify (outline, cells, 4) == BALANCE_ROW_DATA, "%s|%s", texts[i], texts[j]);
      }
  ck_assert_uint_gt (n_certain, 200);
  grid_free (grid);
}
END_TEST

/* Without codes a name that ends like a total is one. */
START_TEST (test_total_without_codes)
{
  Grid *grid = grid_new ("学校名称|在校生数|班级数\n甲|2|3\n示例县合计|2|3", NULL);
  g_autoptr(BalanceOutline) outline = balance_outline_new (get_names (), &grid->preview);
  const BalancePreviewRow *row = &g_array_index (grid->preview.rows, BalancePreviewRow, 2);

  ck_assert_int_eq (balance_outline_classify (outline, row->cells, row->n_cells), BALANCE_ROW_TOTAL);
  grid_free (grid);
}
END_TEST

/* ---- encodings */

#define TABLE "学校代码,学校名称,学段,在校生数\n1,示例县实验小学,小学,200\n2,城关镇中心小学,小学,300\n"

static const struct
{
  const char *name;
  const char *text;
  const char *written;      /* as what */
  const char *mark;
  const char *given;        /* nullable */
  const char *encoding;     /* as what it is read */
  gboolean    guessed;
} encodings[] = {
  { "ASCII", "school_code,pupils\nS,1\n", "UTF-8", "", NULL, "UTF-8", FALSE },
  { "UTF-8", TABLE, "UTF-8", "", NULL, "UTF-8", FALSE },
  { "UTF-8 with a mark", TABLE, "UTF-8", "\xef\xbb\xbf", NULL, "UTF-8", FALSE },
  { "GB18030", TABLE, "GB18030", "", NULL, "GB18030", TRUE },
  { "GBK", TABLE, "GBK", "", NULL, "GB18030", TRUE },
  { "GB2312", TABLE, "GB2312", "", NULL, "GB18030", TRUE },
  { "GB18030 with a mark", TABLE, "GB18030", "\x84\x31\x95\x33", NULL, "GB18030", FALSE },
  { "four bytes", "学校代码,学校名称\n1,𠀋村小学\n2,城关镇小学\n", "GB18030", "", NULL, "GB18030", TRUE },
  { "Big5", "學校代碼,學校名稱,學段\n1,聖公會小學,小學\n2,東華三院小學,小學\n", "BIG5-HKSCS", "", NULL, "BIG5-HKSCS", TRUE },
  { "traditional characters in GB18030", "學校代碼,學校名稱,學段\n1,聖公會小學,小學\n2,東華三院小學,小學\n", "GB18030", "", NULL, "GB18030", TRUE },
  { "ASCII headers over GB18030", "school_code,school_name\n1,示例县第一小学\n2,城关镇中心小学\n", "GB18030", "", NULL, "GB18030", TRUE },
  { "UTF-16 little end first", TABLE, "UTF-16LE", "\xff\xfe", NULL, "UTF-16LE", FALSE },
  { "UTF-16 big end first", TABLE, "UTF-16BE", "\xfe\xff", NULL, "UTF-16BE", FALSE },
  { "UTF-16 without a mark", TABLE, "UTF-16LE", "", NULL, "UTF-16LE", TRUE },
  { "told", TABLE, "GB18030", "", "GBK", "GBK", FALSE },
  { "told although it could be guessed", "été\n", "ISO-8859-1", "", "ISO-8859-1", "ISO-8859-1", FALSE },
};

START_TEST (test_encoding)
{
  g_autoptr(GError) error = NULL;
  gsize length;
  g_autofree char *written = g_convert (encodings[_i].text, -1, encodings[_i].written, "UTF-8", NULL, &length, &error);
  g_autoptr(GByteArray) array = g_byte_array_new ();
  g_autoptr(GBytes) bytes = NULL;
  BalanceDecoding decoding;

  ck_assert_msg (written != NULL, "%s: %s", encodings[_i].name, error != NULL ? error->message : "");
  g_byte_array_append (array, (const guint8 *) encodings[_i].mark, (guint) strlen (encodings[_i].mark));
  g_byte_array_append (array, (const guint8 *) written, (guint) length);
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&array));

  balance_decode (&decoding, bytes, encodings[_i].given, FALSE, get_names ());
  ck_assert_int_eq (decoding.result, BALANCE_DECODE_FINE);
  ck_assert_msg (g_strcmp0 (decoding.encoding, encodings[_i].encoding) == 0, "%s: %s", encodings[_i].name, decoding.encoding);
  ck_assert_int_eq (decoding.guessed, encodings[_i].guessed);
  ck_assert_uint_eq (decoding.length, strlen (encodings[_i].text));
  ck_assert (memcmp (decoding.text, encodings[_i].text, decoding.length) == 0);
  balance_decoding_clear (&decoding);
}
END_TEST

static const struct
{
  const char          *name;
  const char          *text;
  gsize                length;
  const char          *given;
  BalanceDecodeResult  result;
  gsize                offset;
  guint                line;
} bad_texts[] = {
#define TEXT(t) t, sizeof t - 1
  { "cut character", TEXT ("a,b\n1,2\n3,\xb0"), "GB18030", BALANCE_DECODE_FAILED, 10, 3 },
  { "no such character", TEXT ("a\r\nb\r\n\xff\xff\r\n"), "GBK", BALANCE_DECODE_FAILED, 6, 3 },
  { "half of UTF-16", TEXT ("\xff\xfe" "a\0\n\0b"), NULL, BALANCE_DECODE_FAILED, 6, 2 },
  { "GB18030 with a slip", TEXT ("\xd1\xa7\xd0\xa3\xb4\xfa\xc2\xeb,a\n1,2\n2,\xff\xff\n"), NULL, BALANCE_DECODE_FAILED, 17, 3 },
  { "no text", TEXT ("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\xf7\xf6\xf5\xf4\xf3\xf2\xf1\xf0\xff\xfe\xfd\xfc"), NULL,
    BALANCE_DECODE_BINARY, 8, 0 },
  { "nothing that is known", TEXT ("x\n\xc1\x80\xc1\x80\xc1\x80\xc1\x80\xc1\x80\xc1\x80\xc1\x80\xc1\x80\xc1\x80\xc1\x80\n"), NULL, BALANCE_DECODE_UNKNOWN, 2, 2 },
#undef TEXT
};

START_TEST (test_bad_text)
{
  g_autoptr(GBytes) bytes = g_bytes_new (bad_texts[_i].text, bad_texts[_i].length);
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  BalanceDecoding decoding;

  balance_decode (&decoding, bytes, bad_texts[_i].given, FALSE, get_names ());
  ck_assert_msg (decoding.result == bad_texts[_i].result, "%s: %d as %s", bad_texts[_i].name, decoding.result, decoding.encoding);
  ck_assert_uint_eq (decoding.offset, bad_texts[_i].offset);
  ck_assert_uint_eq (decoding.line, bad_texts[_i].line);
  balance_decoding_report (&decoding, "t.csv", problems);
  ck_assert_uint_eq (balance_problems_count (problems, BALANCE_SEVERITY_ERROR), 1);
  balance_decoding_clear (&decoding);
}
END_TEST

/* The end of a head may cut a character, the end of a file may not. */
START_TEST (test_head)
{
  static const char text[] = "学校代码,学校名称\n1,示例县第一小学\n2,城关镇中心小学\n";
  gsize length;
  g_autofree char *written = g_convert (text, -1, "GB18030", "UTF-8", NULL, &length, NULL);

  for (gsize i = 30; i <= length; i++)
    {
      g_autoptr(GBytes) bytes = g_bytes_new (written, i);
      BalanceDecoding decoding;

      balance_decode (&decoding, bytes, NULL, TRUE, get_names ());
      ck_assert_int_eq (decoding.result, BALANCE_DECODE_FINE);
      ck_assert_str_eq (decoding.encoding, "GB18030");
      ck_assert (memcmp (decoding.text, text, decoding.length) == 0);
      balance_decoding_clear (&decoding);
    }
}
END_TEST

static const struct
{
  const char *text;
  char        delimiter;
} delimiters[] = {
  { "a,b\n1,2\n", ',' },
  { "a\tb\n1\t2\n", '\t' },
  { "a;b\n1;2\n", ';' },
  { "a\n1\n", ',' },
  { "Title; with, many, commas\na;b;c\n1;2;3\n4;5;6\n", ';' },
  { "a\tb\n1,2,3\t4\n5\t6,7\n", '\t' },
  { "\"x;y;z\",b\n\"1;2;3\",4\n", ',' },
};

START_TEST (test_delimiter)
{
  BalanceCsv csv;

  balance_csv_init (&csv, delimiters[_i].text, strlen (delimiters[_i].text));
  ck_assert_int_eq (csv.delimiter, delimiters[_i].delimiter);
  balance_csv_clear (&csv);
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("table");
  TCase *outline = tcase_create ("outline");
  TCase *row = tcase_create ("rows");
  TCase *text = tcase_create ("text");
  SRunner *runner = srunner_create (suite);
  int n_failed;

  tcase_add_loop_test (outline, test_outline, 0, G_N_ELEMENTS (outlines));
  tcase_add_test (outline, test_empty);
  tcase_add_test (outline, test_dropped_heading);
  suite_add_tcase (suite, outline);

  tcase_add_loop_test (row, test_row, 0, G_N_ELEMENTS (rows));
  tcase_add_test (row, test_own_words);
  tcase_add_test (row, test_words_taken_away);
  tcase_add_test (row, test_certainly_data);
  tcase_add_test (row, test_total_without_codes);
  suite_add_tcase (suite, row);

  tcase_add_loop_test (text, test_encoding, 0, G_N_ELEMENTS (encodings));
  tcase_add_loop_test (text, test_bad_text, 0, G_N_ELEMENTS (bad_texts));
  tcase_add_test (text, test_head);
  tcase_add_loop_test (text, test_delimiter, 0, G_N_ELEMENTS (delimiters));
  suite_add_tcase (suite, text);

  srunner_run_all (runner, CK_ENV);
  n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
