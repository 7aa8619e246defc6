/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Text in bulk: whatever the chunks, the threads and the instruction set, a text is read as it is row by row. */

#include <check.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "census/balance-code-keys-private.h"
#include "io/balance-csv-chunks-private.h"
#include "io/balance-reader-private.h"

#include "import-dump.h"
#include "own-dictionary.h"

static const char dictionary_text[] =
  "units:\n"
  "- {id: yuan, title: {zh: 元, en: yuan}, multiples: {万元: 10000}}\n"
  "fields:\n"
  "- {id: year, level: region, type: year, title: {zh: 年度, en: School year}}\n"
  "- {id: district_code, level: district, type: text, title: {zh: 区县代码, en: District code}}\n"
  "- {id: district_name, level: district, type: text, title: {zh: 区县名称, en: District}}\n"
  "- {id: school_code, level: school, type: text, title: {zh: 学校代码, en: School code}}\n"
  "- {id: school_name, level: school, type: text, title: {zh: 学校名称, en: School}}\n"
  "- {id: stage, level: section, type: choice, title: {zh: 学段, en: Stage}, values: {primary: {zh: 小学, en: Primary}, junior: {zh: 初中, en: Junior}, senior: {zh: 高中, en: Senior}}}\n"
  "- {id: kind, level: school, type: choice, title: {zh: 学校类型, en: Kind}, values: {primary: {zh: 小学, en: Primary school, stages: [primary]}, nine: {zh: 九年一贯制, en: A nine-year school of both, stages: [primary, junior]}, junior: {zh: 初级中学, en: Junior secondary school, stages: [junior]}, complete: {zh: 完全中学, en: Complete secondary school, stages: [junior, senior]}}}\n"
  "- {id: boarding, level: school, type: flag, title: {zh: 寄宿制, en: Boarding}}\n"
  "- {id: opened, level: school, type: date, title: {zh: 建校日期, en: Opened}}\n"
  "- {id: remark, level: section, type: text, title: {zh: 附注, en: Remark}}\n"
  "- {id: value, level: school, type: amount, unit: yuan, title: {zh: 设备值, en: Equipment}}\n"
  "- {id: site, level: school, type: amount, title: {zh: 占地面积, en: Site area}}\n"
  "- {id: rooms, level: section, type: amount, title: {zh: 教学及辅助用房面积, en: Rooms}}\n"
  "- {id: change, level: section, type: amount, min: -999999999999999999, title: {zh: 增减, en: Change}}\n"
  "- {id: classes, level: section, type: count, title: {zh: 班级数, en: Classes}}\n"
  "- {id: teachers, level: section, type: count, title: {zh: 专任教师数, en: Teachers}}\n"
  "- {id: key_teachers, level: section, type: count, title: {zh: 骨干教师数, en: Key teachers}}\n"
  "- {id: sports_teachers, level: section, type: count, title: {zh: 体育教师数, en: Teachers of sports}}\n"
  "- {id: music_teachers, level: section, type: count, title: {zh: 音乐教师数, en: Teachers of music}}\n"
  "- {id: art_teachers, level: section, type: count, title: {zh: 美术教师数, en: Teachers of art}}\n"
  "- {id: pupils, level: section, type: count, title: {zh: 在校生数, en: Pupils}}\n"
  "- {id: trained, level: section, type: share, title: {zh: 培训比例, en: Trained teachers}}\n"
  "- {id: grade, level: section, type: number, min: 1, max: 4, title: {zh: 等级, en: Grade}}\n";

static const char map_text[] =
  "map: test\n"
  "values: {stage: {甲: primary, 乙: junior}, kind: {x: nine, 其他: ''}}\n";

static BalanceDictionary *
get_dictionary (void)
{
  return get_own_dictionary (dictionary_text);
}

typedef struct
{
  gsize       chunk_size;
  guint       n_threads;
  const char *kernels;
  const char *path;        /* of the file that has the text; nullable */
} Way;

static char *
read_in (const char *text,
         gsize       length,
         gboolean    skip_bad_rows,
         gboolean    with_map,
         const Way  *way)
{
  g_autoptr(GBytes) bytes = g_bytes_new (text, length);
  g_autoptr(BalanceMap) map = NULL;
  g_autoptr(BalanceReader) reader = NULL;
  g_autoptr(BalanceImport) import = NULL;
  g_autoptr(GError) error = NULL;

  if (with_map)
    {
      g_autoptr(GBytes) rules = g_bytes_new_static (map_text, sizeof map_text - 1);

      map = balance_map_new_from_bytes (rules, "test.map.yaml", get_dictionary (), &error);
      ck_assert_msg (map != NULL, "%s", error != NULL ? error->message : "");
    }
  reader = g_object_new (BALANCE_TYPE_READER, "dictionary", get_dictionary (), "map", map, "skip-bad-rows", skip_bad_rows,
                         "n-threads", way->n_threads, NULL);
  ck_assert_uint_eq (balance_reader_get_n_threads (reader), way->n_threads);
  balance_reader_set_bulk (reader, way->chunk_size, way->kernels);
  if (way->path != NULL)
    {
      const char *const paths[] = { way->path, NULL };

      import = balance_reader_read (reader, paths, NULL, NULL, &error);
    }
  else
    {
      import = balance_reader_read_bytes (reader, bytes, "t.csv", NULL, NULL, &error);
    }
  ck_assert_msg (import != NULL, "%s", error != NULL ? error->message : "");

  return dump_import (import, TRUE);
}

static const char *const kernels[] = { "baseline", "avx2", "avx512" };

/* Fails if the table has columns or choices that the dictionary lacks: no row of such a table is read in bulk. */
static void
check_known (const char *text,
             gsize       length)
{
  const Way one_by_one = { 0, 1, NULL, NULL };
  g_autofree char *found = read_in (text, length, FALSE, FALSE, &one_by_one);

  ck_assert_msg (strstr (found, "unknown-") == NULL, "%.400s", found);
}

static void
check_ways (const char *text,
            gsize       length,
            gboolean    skip_bad_rows,
            gboolean    with_map,
            const Way  *ways,
            guint       n_ways)
{
  const Way one_by_one = { 0, 1, NULL, n_ways > 0 ? ways[0].path : NULL };
  g_autofree char *expected = read_in (text, length, skip_bad_rows, with_map, &one_by_one);

  for (guint i = 0; i < n_ways; i++)
    {
      g_autofree char *found = NULL;

      if (ways[i].kernels != NULL && balance_csv_index_get (ways[i].kernels) == NULL)
        continue;
      found = read_in (text, length, skip_bad_rows, with_map, &ways[i]);
      if (strcmp (expected, found) != 0)
        {
          const char *p = expected, *q = found;

          while (*p == *q)
            p++, q++;
          while (p > expected && p[-1] != '\n')
            p--, q--;
          ck_abort_msg ("chunks of %zu, %u threads, %s:\n%.*s\nexpected %.300s\nfound    %.300s", (size_t) ways[i].chunk_size,
                        ways[i].n_threads, ways[i].kernels != NULL ? ways[i].kernels : "any kernels", (int) MIN (length, 3000), text, p, q);
        }
    }
}

/* ---- codes in order */

#define MAX_KEYS 600

static BalanceCodeKey
make_key (const char *code,
          guint       row)
{
  BalanceCodeKey key = { .code = code, .row = row };

  balance_code_get_words (code, strlen (code), key.words);

  return key;
}

/* Codes that differ in few digits and in many, of several lengths, longer than the words, and the same ones again: each is where a plain
 * sort puts it, and those of the same code stay as they came. */
START_TEST (test_order_of_codes)
{
  static const char *const formats[] = { "9001530%04u", "%u", "%08u%08u", "S%u-%u", "a code that is long %06u", "%016u", "1" };
  g_autoptr(GRand) random = g_rand_new_with_seed ((guint32) _i);

  for (guint round = 0; round < 40; round++)
    {
      const guint n = (guint) g_rand_int_range (random, 0, round < 20 ? 40 : MAX_KEYS);
      const gint32 most = g_rand_int_range (random, 1, 20000);
      char codes[MAX_KEYS][40];
      BalanceCodeKey keys[MAX_KEYS], expected[MAX_KEYS];

      for (guint i = 0; i < n; i++)
        {
          guint j = i;

          g_snprintf (codes[i], sizeof codes[i], formats[_i], (guint) g_rand_int_range (random, 0, most),
                      (guint) g_rand_int_range (random, 0, 90));
          keys[i] = make_key (codes[i], i);
          for (; j > 0 && strcmp (expected[j - 1].code, codes[i]) > 0; j--)
            expected[j] = expected[j - 1];
          expected[j] = keys[i];
        }
      balance_code_keys_sort (keys, n);
      for (guint i = 0; i < n; i++)
        {
          ck_assert_uint_eq (keys[i].row, expected[i].row);
          ck_assert_str_eq (keys[i].code, expected[i].code);
        }
    }
}
END_TEST

/* ---- separators */

START_TEST (test_index)
{
  g_autoptr(GRand) random = g_rand_new_with_seed (1);

  for (guint round = 0; round < 2000; round++)
    {
      const guint length = (guint) g_rand_int_range (random, 0, 400);
      const guint from = (guint) g_rand_int_range (random, 0, (gint32) MIN (length, 70) + 1);
      const char delimiter = ",;\t"[g_rand_int_range (random, 0, 3)];
      /* exactly so long that a byte read beyond it is an error of the sanitizer */
      g_autofree char *text = g_malloc (length + 1);
      g_autofree char *tight = NULL;
      guint32 expected[400], found[400 + BALANCE_CSV_INDEX_SLACK], expected_breaks[400], breaks[400];
      gsize n = 0, n_breaks = 0;

      for (guint i = 0; i < length; i++)
        text[i] = g_rand_boolean (random) ? ",;\t\"\n\r\"-\x8c\x0b"[g_rand_int_range (random, 0, 10)] : (char) g_rand_int_range (random, 0, 256);
      tight = g_memdup2 (text, length);
      for (guint i = from; i < length; i++)
        if (text[i] == delimiter || text[i] == '"' || text[i] == '\n' || text[i] == '\r')
          {
            if (text[i] != delimiter)
              expected_breaks[n_breaks++] = (guint32) n;
            expected[n++] = i;
          }

      for (guint i = 0; i < G_N_ELEMENTS (kernels); i++)
        {
          BalanceCsvIndex index = balance_csv_index_get (kernels[i]);
          BalanceCsvMarks marks = { .positions = found, .breaks = breaks, .is_valid = TRUE };

          if (index == NULL)
            continue;
          /* in two pieces, the first of whole blocks */
          index (tight, from, from + (length - from) / 128 * 64, delimiter, &marks);
          index (tight, from + (length - from) / 128 * 64, length, delimiter, &marks);
          ck_assert_uint_eq (marks.n_positions, n);
          ck_assert_mem_eq (found, expected, n * sizeof (guint32));
          ck_assert_uint_eq (marks.n_breaks, n_breaks);
          ck_assert_mem_eq (breaks, expected_breaks, n_breaks * sizeof (guint32));
        }
    }
  ck_assert_ptr_eq (balance_csv_index_get ("none such"), NULL);
}
END_TEST

/* Text that is certainly valid is, and common text is certainly so. */
START_TEST (test_validity)
{
  static const char *const common[] = { "a", "7", ",", "\n", "县", "学", "\xc2\xb7", "\xdf\xbf", "\xe1\x80\x80", "\xec\xbf\xbf", "\xef\xbc\x88" };
  static const char *const rare[] = { "\xe0\xbc\x80", "\xed\x9f\xbf", "\xf0\xa0\xae\xb7" };
  static const char *const wrong[] = { "\x80", "\xc3", "\xe5\x8e", "\xc0\xaf", "\xed\xa0\x80", "\xe0\x80\x80", "\xff", "\xf5\x80\x80\x80", "\xe5\x8e\xbf\xbf" };
  g_autoptr(GRand) random = g_rand_new_with_seed (2);
  guint n_certain = 0;

  for (guint round = 0; round < 3000; round++)
    {
      g_autoptr(GString) text = g_string_new (NULL);
      guint32 positions[700 + BALANCE_CSV_INDEX_SLACK], breaks[700];
      gboolean is_common = TRUE;
      guint n = (guint) g_rand_int_range (random, 0, 200);

      for (guint i = 0; i < n; i++)
        if (round % 3 > 0 && g_rand_int_range (random, 0, 100) == 0)
          {
            is_common = FALSE;
            if (round % 3 == 1)
              g_string_append (text, rare[g_rand_int_range (random, 0, G_N_ELEMENTS (rare))]);
            else if (g_rand_int_range (random, 0, 10) == 0)
              g_string_append_c (text, '\0');
            else
              g_string_append (text, wrong[g_rand_int_range (random, 0, G_N_ELEMENTS (wrong))]);
          }
        else
          g_string_append (text, common[g_rand_int_range (random, 0, G_N_ELEMENTS (common))]);

      for (guint i = 0; i < G_N_ELEMENTS (kernels); i++)
        {
          BalanceCsvIndex index = balance_csv_index_get (kernels[i]);
          BalanceCsvMarks marks = { .positions = positions, .breaks = breaks, .is_valid = TRUE };
          const guint32 length = (guint32) text->len, cut = length / 128 * 64;

          if (index == NULL)
            continue;
          index (text->str, 0, cut, ',', &marks);
          index (text->str, cut, length, ',', &marks);
          if (marks.is_valid)
            {
              const char *end;
              gboolean valid = g_utf8_validate_len (text->str, length, &end);

              /* of the last character something may be missing */
              ck_assert (valid || text->str + length - end < 3);
              n_certain++;
            }
          ck_assert (!is_common || marks.is_valid);
        }
    }
  ck_assert_uint_gt (n_certain, 1000);
}
END_TEST

/* The text ends within a character of its last cell. */
START_TEST (test_cut_character)
{
  static const char text[] = "区县代码,学校代码,学段,在校生数,学校名称\nA,1,小学,3,甲\nA,2,小学,4,\xe5\xb0";
  static const Way ways[] = { { 1 << 20, 1, NULL, NULL }, { 16, 2, NULL, NULL }, { 1 << 20, 1, "baseline", NULL } };

  check_ways (text, sizeof text - 1, FALSE, FALSE, ways, G_N_ELEMENTS (ways));
  check_ways (text, sizeof text - 1, TRUE, FALSE, ways, G_N_ELEMENTS (ways));
}
END_TEST

/* ---- records: against a parser that is too simple to be wrong */

typedef struct
{
  gsize start;
  guint line;
} Place;

static GArray *
cut_simply (const char *text,
            gsize       length,
            char        delimiter)
{
  GArray *places = g_array_new (FALSE, FALSE, sizeof (Place));
  Place place = { 0, 1 };
  guint line = 1;
  gboolean quoted = FALSE, at_start = TRUE, done = TRUE;

  for (gsize i = 0; i < length; i++)
    {
      const char c = text[i];
      gboolean ends_line = c == '\n' || (c == '\r' && !(i + 1 < length && text[i + 1] == '\n'));

      done = FALSE;
      line += ends_line;
      if (quoted)
        {
          if (c == '"' && i + 1 < length && text[i + 1] == '"')
            i++;
          else if (c == '"')
            quoted = FALSE;
          continue;
        }
      if (at_start && c == '"')
        quoted = TRUE;
      at_start = c == delimiter;
      if (ends_line)
        {
          g_array_append_val (places, place);
          place = (Place) { i + 1, line };
          at_start = done = TRUE;
        }
    }
  if (!done)
    g_array_append_val (places, place);

  return places;
}

START_TEST (test_records)
{
  static const char alphabet[] = "ab1,,\"\"\n\r";
  g_autoptr(GRand) random = g_rand_new_with_seed ((guint32) _i);
  BalanceCsvPlan plan = { .delimiter = ',' };

  for (guint round = 0; round < 250; round++)
    {
      const gsize length = (gsize) g_rand_int_range (random, 1, round % 10 == 0 ? 20000 : 600);
      g_autofree char *text = g_malloc (length);
      g_autoptr(GArray) expected = NULL;
      g_autoptr(BalanceCsvChunks) chunks = NULL;
      BalanceCsvSource source;
      const BalanceCsvBlock *block;
      const gsize chunk_size = (gsize) g_rand_int_range (random, 1, 300);
      gsize offset, n = 0;
      guint line;

      for (gsize i = 0; i < length; i++)
        text[i] = g_rand_int_range (random, 0, 20) == 0 ? 'x' : alphabet[g_rand_int_range (random, 0, sizeof alphabet - 1)];
      /* rare quotes make long records, many short ones */
      if (round % 3 == 0)
        for (gsize i = 0; i < length; i++)
          if (text[i] == '"' && g_rand_int_range (random, 0, 40) > 0)
            text[i] = '2';
      expected = cut_simply (text, length, ',');

      plan.index = balance_csv_index_get (kernels[round % 3]);
      if (plan.index == NULL)
        plan.index = balance_csv_index_get (NULL);
      plan.numbers = balance_csv_numbers_get (NULL);
      source = (BalanceCsvSource) { .text = text, .length = length };
      chunks = balance_csv_chunks_new (&plan, &source, 0, 1, chunk_size, round % 4 + 1);
      while ((block = balance_csv_chunks_next (chunks, &offset, &line)) != NULL)
        {
          for (guint i = 0; i < block->n_rows; i++, n++)
            {
              const Place *place = &g_array_index (expected, Place, n);

              ck_assert_uint_lt (n, expected->len);
              ck_assert_uint_eq (offset + block->starts[i], place->start);
              ck_assert_uint_eq (line + block->lines[i], place->line);
            }
          if (block->cut)
            {
              ck_assert_uint_eq (offset + block->end, g_array_index (expected, Place, n).start);
              n++;
              if (n < expected->len)
                balance_csv_chunks_seek (chunks, g_array_index (expected, Place, n).start, g_array_index (expected, Place, n).line);
              else
                balance_csv_chunks_seek (chunks, length, 0);
            }
        }
      ck_assert_uint_eq (n, expected->len);
    }
}
END_TEST

/* ---- tables that were made to hurt */

static const char header[] = "区县代码,区县名称,学校代码,学校名称,学段,学校类型,寄宿制,建校日期,附注,设备值（万元）,占地面积,在校生数,培训比例,等级,,其他";

#define PICK(random, list) list[g_rand_int_range (random, 0, G_N_ELEMENTS (list))]

static const char school_header[] =
  "区县代码,区县名称,学校代码,学校名称,学校类型,寄宿制,占地面积,小学在校生数,初中在校生数,高中在校生数,培训比例,小学等级";

/* A row of a school, whose stages must be found from its kind and figures. */
static void
append_school (GString  *out,
               GRand    *random,
               guint     n_schools,
               gboolean  tame)
{
  static const char *const names[] = { "甲县", "乙县", "\"甲\n县\"", "" };
  static const char *const kinds[] = { "小学", "九年一贯制", "nine", "", "大学" };
  static const char *const numbers[] = { "0", "0", "", "", "", "1", "12", "345", "1.5", "—", "-1", "\"1,234\"" };
  const guint school = (guint) g_rand_int_range (random, 0, (gint32) n_schools);
  const gboolean nine = school % 2 == 1;

  g_string_append_printf (out, "90%u,%s,S%u,第%u学校,", school % 5, tame ? school % 5 % 2 ? "乙县" : "甲县" : PICK (random, names), school, school);
  if (tame)
    g_string_append_printf (out, "%s,是,3.25,12,%s,,%s,2", nine ? "九年一贯制" : "小学", nine ? "34" : "", nine ? "" : "0.5");
  else
    {
      g_string_append_printf (out, "%s,否", PICK (random, kinds));
      for (guint i = 0; i < 6; i++)
        g_string_append_printf (out, ",%s", PICK (random, numbers));
    }
}

static void
append_row (GString  *out,
            GRand    *random,
            guint     n_schools,
            gboolean  tame)
{
  static const char *const names[] = { "甲县", "甲 县", "乙县", "\"甲\n县\"", "\"乙,县\"", "", "县\xc0", "\"a\"\"b\"", "小计" };
  static const char *const stages[] = { "小学", "初中", "高中", "primary", "junior", " 小学 ", "PRIMARY", "大学", "" };
  static const char *const school_kinds[] = { "小学", "九年一贯制", "nine", "", "A nine-year school of both", "x", "其他" };
  static const char *const flags[] = { "是", "否", "1", "", "也许" };
  static const char *const dates[] = { "2001-02-03", "2001年2月3日", "", "2001-02-30", "20010203" };
  static const char *const remarks[] = { "", "好", "—", "#N/A", "=1+1", "'012", "\"引,\"\"号\"\"\"", "\"多\r\n行\"", "\xe3\x80\x80", "a\"b", "-" };
  static const char *const numbers[] = {
    "0", "1", "12", "345", "6789", "12345678", "123456789", "1.5", "12.30", "0.00", "3139.94", "1234567.8", "99999999.99", "007",
    "", "", " 5", "7 ", "1,5", "\"1,234\"", "-1", "+3", "1e3", "—", "无", "0.1234567", "12.", ".5", "１２", "999999999999999999",
    "0.000000000000000001", "12345678901234567890", "#DIV/0!", "'5", "1.2.3", "5万元", "50%", "3.", "1/2", "\xe3\x80\x80""8", "12/4567", "4/.5",
  };
  static const char *const plain_numbers[] = { "0", "1", "12", "345", "6789.5", "3139.94", "0.00", "12345678", "" };
  const guint school = (guint) g_rand_int_range (random, 0, (gint32) n_schools);
  const guint district = school % 5;

  g_string_append_printf (out, "90%u,%s,", district, tame ? district % 2 ? "乙县" : "甲县" : PICK (random, names));
  g_string_append_printf (out, "%sS%u,第%u学校,", g_rand_int_range (random, 0, 50) == 0 && !tame ? " " : "", school, school);
  g_string_append_printf (out, "%s,%s,", tame ? stages[g_rand_int_range (random, 0, 3)] : PICK (random, stages),
                          tame ? school_kinds[school % 2] : PICK (random, school_kinds));
  g_string_append_printf (out, "%s,%s,%s", tame ? "是" : PICK (random, flags), tame ? "2001-02-03" : PICK (random, dates),
                          tame ? "" : PICK (random, remarks));
  for (guint i = 0; i < 5; i++)
    {
      const char *text = tame ? PICK (random, plain_numbers) : PICK (random, numbers);

      if (tame && i == 2)
        text = "12";
      else if (tame && i == 3)
        text = "0.5";
      else if (tame && i == 4)
        text = "3.25";
      g_string_append_printf (out, ",%s", text);
    }
  g_string_append (out, g_rand_int_range (random, 0, 40) == 0 ? ",没有列名,x" : ",,\"x\"");
}

static GString *
make_table (guint32  seed,
            gboolean by_school)
{
  static const char *const ends[] = { "\n", "\r\n", "\r" };
  static const char *const odd[] = {
    "", "合计,,,,,,,,,1,2,3,,,,", "注：数据来源,,,,,,,,,,,,,,,", "901,甲县,S1,一,小学", "901,甲县,,,,,,,,,,,,,,", ",,,,,,,,,,,,,,,", "小学部,,,,,,,,,,,,,,,",
    "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16", "甲,乙,丙,丁,戊,1,2,3,4,5,6,7,8,9,10,11", "901,甲县,合计,,,,,,,,,,,,,", ";;;;", "\"", "x\"y", "\"a\"b,c",
    "901,甲县,S7777,名,小学,小学,是,2001-02-03,,1,1,1,0.5,2,,,,,,",
  };
  g_autoptr(GRand) random = g_rand_new_with_seed (seed);
  GString *out = g_string_new (seed % 7 == 0 ? "\xef\xbb\xbf" : "");
  const char *end = ends[seed % 3];
  const guint n = (guint) g_rand_int_range (random, 0, 120);
  /* from tables that are all right to such as nobody has seen */
  const guint wild = seed % 4 == 0 ? 0 : (guint) g_rand_int_range (random, 0, 60);

  if (seed % 5 == 1)
    g_string_append_printf (out, "某市学校情况表%s单位：某局%s", end, end);
  g_string_append_printf (out, "%s%s", by_school ? school_header : header, end);
  for (guint i = 0; i < n; i++)
    {
      gboolean tame = (guint) g_rand_int_range (random, 0, 100) >= wild;

      if (!tame && g_rand_int_range (random, 0, 3) == 0)
        g_string_append (out, PICK (random, odd));
      else if (!tame && g_rand_int_range (random, 0, 60) == 0)
        g_string_append (out, by_school ? school_header : header);
      else
        (by_school ? append_school : append_row) (out, random, tame ? 4000 : 40, tame);
      if (!tame && g_rand_int_range (random, 0, 100) == 0)
        {
          g_string_append_c (out, ',');
          for (guint j = 0; j < 140000; j++)
            g_string_append_c (out, 'z');
        }
      if (!tame && g_rand_int_range (random, 0, 100) == 0)
        g_string_append_len (out, "\0", 1);
      g_string_append (out, tame || g_rand_int_range (random, 0, 8) > 0 ? end : PICK (random, ends));
    }
  if (seed % 6 == 2 && out->len > 0)
    g_string_truncate (out, out->len - 1);
  if (seed % 11 == 3)
    g_string_append (out, "\"no end");

  return out;
}

START_TEST (test_tables)
{
  static const gsize sizes[] = { 1, 17, 64, 257, 1000, 4096, 1 << 20 };
  static const guint threads[] = { 1, 2, 3, 8 };

  for (guint32 seed = (guint32) _i * 40; seed < ((guint32) _i + 1) * 40; seed++)
    {
      g_autoptr(GRand) random = g_rand_new_with_seed (seed + 1000);
      g_autoptr(GString) text = make_table (seed, seed % 3 == 1);
      Way ways[6];

      for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
        ways[i] = (Way) { PICK (random, sizes), PICK (random, threads), PICK (random, kernels) };
      check_ways (text->str, text->len, seed % 2 == 1, seed % 5 == 0, ways, G_N_ELEMENTS (ways));
    }
}
END_TEST

/* Every way there is, on one table with a bit of everything. */
START_TEST (test_all_ways)
{
  static const gsize sizes[] = { 1, 5, 64, 333, 1024, 9999 };
  static const guint threads[] = { 1, 2, 3, 8 };
  g_autoptr(GString) text = make_table (93, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint j = 0; j < G_N_ELEMENTS (threads); j++)
      for (guint k = 0; k < G_N_ELEMENTS (kernels); k++)
        {
          const Way way = { sizes[i], threads[j], kernels[k] };

          check_ways (text->str, text->len, FALSE, FALSE, &way, 1);
        }
}
END_TEST

/* At every border of a chunk: a line end of two bytes, quotes, a character, a number. */
START_TEST (test_borders)
{
  static const char rows[] =
    "901,甲县,S1,一,小学,小学,是,2001-02-03,\"引,\"\"号\"\"\r\n多行\",1.5,2,3,0.5,2,,x\r\n"
    "901,甲县,S2,二,小学,小学,否,2001-02-03,,12345678,1234567.8,3,50%,2,,x\r\n"
    "902,乙县,S3,三,初中,九年一贯制,是,2001-02-03,\"a\",0.25,0.5,3,1,2,,\"x\"\r\n";
  g_autofree char *text = g_strdup_printf ("%s\r\n%s", header, rows);

  for (gsize size = 1; size < sizeof rows; size++)
    {
      const Way ways[] = { { size, 1, NULL }, { size, 3, NULL } };

      check_ways (text, strlen (text), FALSE, FALSE, ways, G_N_ELEMENTS (ways));
    }
}
END_TEST

/* Chunks that begin within quotes: each is read again from where it truly begins. */
START_TEST (test_long_quotes)
{
  g_autoptr(GString) text = g_string_new (header);
  const Way ways[] = { { 300, 1, NULL }, { 300, 4, NULL }, { 2000, 3, NULL }, { 1 << 20, 2, NULL } };

  g_string_append_c (text, '\n');
  for (guint i = 0; i < 60; i++)
    {
      g_string_append_printf (text, "90%u,县,S%u,名,小学,小学,是,2001-02-03,\"", i % 3, i);
      for (guint j = 0; j < i * 7 % 50; j++)
        g_string_append_printf (text, "\n901,县,T%u,名,小学,小学,是,2001-02-03,,1,1,1,1,1,,\"\"", j);
      g_string_append (text, "\",1,1,1,1,1,,\n");
    }
  check_ways (text->str, text->len, FALSE, FALSE, ways, G_N_ELEMENTS (ways));
}
END_TEST

/* The finest scale comes late, and values for which there is no common one. */
START_TEST (test_scales)
{
  static const char *const cells[] = {
    "1", "2.5", "3.25", "0.001", "100.000", "0.000000000000001", "900000000000000", "0.0000000000000001", "99999999999999999",
  };
  const Way ways[] = { { 64, 1, NULL }, { 150, 2, NULL }, { 1 << 20, 1, NULL } };

  for (guint n = 1; n <= G_N_ELEMENTS (cells); n++)
    {
      g_autoptr(GString) text = g_string_new ("区县代码,学校代码,学段,占地面积,设备值\n");

      for (guint i = 0; i < n; i++)
        g_string_append_printf (text, "901,S%u,小学,%s,%s\n", i, cells[i], cells[n - 1 - i]);
      check_ways (text->str, text->len, FALSE, FALSE, ways, G_N_ELEMENTS (ways));
    }
}
END_TEST

/* More choices than are known at a time, some of them in each other's places, longer than is kept, or none at all. */
START_TEST (test_choices)
{
  static const char *const kinds[] = {
    "小学", "初中", "初级中学", "九年一贯制学校", "九年一贯制", "完全中学", "十二年一贯制学校", "十二年一贯制", "教学点", "特殊教育学校", "高级中学",
    "普通高中", "primary", "junior", "senior", "nine_year", "twelve_year", "complete_secondary", "teaching_point", "special", "Primary",
    " 小学", "小学 ", "小学校", "二十五个字节以上的没有这种学校", "\"小学\"", "", "小", "a", "=小学", "primary\xef\xbb\xbf",
  };
  const Way ways[] = { { 300, 1, NULL }, { 3000, 2, NULL }, { 1 << 20, 1, "baseline" }, { 1 << 20, 1, "avx2" }, { 1 << 20, 1, "avx512" } };
  g_autoptr(GRand) random = g_rand_new_with_seed (11);
  g_autoptr(GString) text = g_string_new ("学校类型,区县代码,学校代码,学段,在校生数,城乡\n");

  for (guint i = 0; i < 900; i++)
    g_string_append_printf (text, "%s,901,S%04u,小学,%u,%s\n", kinds[g_rand_int_range (random, 0, G_N_ELEMENTS (kinds))], i, i,
                            i % 3 > 0 ? "城区" : "镇区");
  check_ways (text->str, text->len, _i == 1, FALSE, ways, G_N_ELEMENTS (ways));
}
END_TEST

/* Rows that begin with a number are data, unless title or headers do. */
START_TEST (test_numbers_in_front)
{
  static const char *const heads[] = {
    "区县代码,学校代码,学段,在校生数\n", "2024\n区县代码,学校代码,学段,在校生数\n", "某县,2024\n区县代码,学校代码,学段,在校生数\n",
    "区县代码,学校代码,学段,在校生数\n1,2,3,4\n", "学校代码,区县代码,学段,在校生数\n",
  };
  static const char *const rows[] = {
    "901,S1,小学,3\n", "901,S2,初中,4\n", "2024,S3,小学,5\n", "2024,,,\n", "2024\n", "1,2,3,4\n", "区县代码,学校代码,学段,在校生数\n", "合计,,,7\n",
    "901,合计,,7\n", "901,12计,小学,7\n", "901,合计,小学,7\n", "901,小学total,小学,8\n", "901,7,小学,9\n", ",S7,小学,1\n", "9012345678901234567890123,S8,小学,1\n", "90123456789012345,S9,小学,2\n",
    "90.1,S11,小学,3\n", "注,901,,\n", "901,S13,初中,\n", "  901,S14,小学,1\n", "9a1,S15,小学,1\n",
  };
  const Way ways[] = { { 40, 1, NULL }, { 300, 2, NULL }, { 1 << 20, 1, "baseline" }, { 1 << 20, 1, NULL } };
  g_autoptr(GRand) random = g_rand_new_with_seed ((guint32) _i);

  for (guint round = 0; round < 40; round++)
    {
      g_autoptr(GString) text = g_string_new (heads[_i]);
      const guint n = (guint) g_rand_int_range (random, 1, 40);

      for (guint i = 0; i < n; i++)
        g_string_append (text, rows[g_rand_int_range (random, 0, round % 2 == 0 ? G_N_ELEMENTS (rows) : 3)]);
      check_ways (text->str, text->len, round % 3 > 0, FALSE, ways, G_N_ELEMENTS (ways));
    }
}
END_TEST

/* From a file no more is read at once than a few chunks. */
START_TEST (test_file)
{
  g_autofree char *directory = g_dir_make_tmp ("balance-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "t.csv", NULL);
  g_autoptr(GString) text = g_string_new (_i == 1 ? "\xef\xbb\xbf" : "");
  const Way ways[] = { { 20000, 1, NULL, path }, { 16384, 2, NULL, path }, { 17001, 8, NULL, path }, { 30000, 3, NULL, path } };

  g_string_append_printf (text, "%s\n", header);
  for (guint32 seed = 0; seed < 90; seed++)
    {
      g_autoptr(GString) more = make_table (seed * 4 + (_i == 3 ? 1 : 0), FALSE);

      /* without headers and marks, but one table after the other */
      g_string_append (text, strstr (more->str, "\n") != NULL ? strstr (more->str, "\n") + 1 : "");
      if (seed == 20 && _i == 2)
        {
          g_string_append (text, "901,甲县,S9,九,小学,小学,是,2001-02-03,\"");
          for (guint i = 0; i < 60000; i++)
            g_string_append (text, "长\n");
          g_string_append (text, "\",1,1,1,1,1,,\n");
        }
    }
  if (_i == 4)
    g_string_append (text, "901,甲县,S9,九,小学,小学,是,2001-02-03,\"never closed\n");
  ck_assert_uint_gt (text->len, 5 * 30000);
  ck_assert (g_file_set_contents (path, text->str, (gssize) text->len, NULL));

  check_ways (text->str, text->len, _i % 2 == 0, FALSE, ways, G_N_ELEMENTS (ways));
  g_unlink (path);
  g_rmdir (directory);
}
END_TEST

/* Without digests all else is the same, whether a file is streamed or not. */
START_TEST (test_no_digests)
{
  g_autofree char *directory = g_dir_make_tmp ("balance-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "t.csv", NULL);
  const char *const paths[] = { path, NULL };
  g_autoptr(GString) text = g_string_new (header);

  g_string_append_c (text, '\n');
  for (guint32 seed = 0; seed < 30; seed++)
    {
      g_autoptr(GString) more = make_table (seed, FALSE);

      /* of some there is no line to take */
      g_string_append (text, strstr (more->str, "\n") != NULL ? strstr (more->str, "\n") + 1 : "");
    }
  ck_assert_uint_gt (text->len, 5 * 8000);
  ck_assert (g_file_set_contents (path, text->str, (gssize) text->len, NULL));

  for (guint n_threads = 1; n_threads <= 3; n_threads++)
    for (gsize size = 0; size <= 1 << 20; size = size == 0 ? 8000 : size << 7)
      {
        char *found[2] = { NULL, NULL };
        g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text->str, (gssize) text->len);
        g_autofree char *line = g_strdup_printf ("digest %s\n", digest);
        g_auto(GStrv) parts = NULL;
        g_autofree char *expected = NULL;

        for (guint i = 0; i < 2; i++)
          {
            g_autoptr(BalanceReader) reader = g_object_new (BALANCE_TYPE_READER, "dictionary", get_dictionary (), "skip-bad-rows", TRUE,
                                                            "n-threads", n_threads, "digests", i == 0, NULL);
            g_autoptr(BalanceImport) import = NULL;
            g_autoptr(GError) error = NULL;

            balance_reader_set_bulk (reader, size, NULL);
            import = balance_reader_read (reader, paths, NULL, NULL, &error);
            ck_assert_msg (import != NULL, "%s", error != NULL ? error->message : "");
            found[i] = dump_import (import, TRUE);
          }
        ck_assert_ptr_nonnull (strstr (found[0], line));
        ck_assert_ptr_nonnull (strstr (found[1], "digest none\n"));
        parts = g_strsplit (found[0], line, -1);
        expected = g_strjoinv ("digest none\n", parts);
        ck_assert_str_eq (expected, found[1]);
        g_free (found[0]);
        g_free (found[1]);
      }
  g_unlink (path);
  g_rmdir (directory);
}
END_TEST

/* A table that blocks do not know is read as a whole, a file that waits for another one twice. */
START_TEST (test_file_other)
{
  static const char *const headers[] = { "区县代码,学校代码,学校类型,在校生数.小学\n", "学校代码,学段,在校生数\n" };
  g_autofree char *directory = g_dir_make_tmp ("balance-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "t.csv", NULL);
  g_autofree char *first = g_build_filename (directory, "a.csv", NULL);
  const char *const paths[] = { path, first, NULL };
  g_autofree char *expected = NULL;
  g_autoptr(GString) text = g_string_new (headers[_i]);

  for (guint i = 0; i < 9000; i++)
    g_string_append_printf (text, _i == 0 ? "901,S%u,九年一贯制,%u\n" : "S%u,小学,%u\n", i, i % 700);
  ck_assert (g_file_set_contents (path, text->str, (gssize) text->len, NULL));
  ck_assert (g_file_set_contents (first, "区县代码,学校代码,学校名称,学段\n901,S1,一,初中\n", -1, NULL));

  for (gsize size = 0; size < 30000; size += 15000)
    {
      g_autoptr(BalanceReader) reader = balance_reader_new (get_dictionary (), NULL, FALSE);
      g_autoptr(BalanceImport) import = NULL;
      g_autoptr(GError) error = NULL;
      g_autofree char *found = NULL;

      balance_reader_set_bulk (reader, size, NULL);
      import = balance_reader_read (reader, paths, NULL, NULL, &error);
      ck_assert_msg (import != NULL, "%s", error != NULL ? error->message : "");
      found = dump_import (import, TRUE);
      if (expected == NULL)
        expected = g_steal_pointer (&found);
      else
        ck_assert_str_eq (expected, found);
    }
  g_unlink (path);
  g_unlink (first);
  g_rmdir (directory);
}
END_TEST

/* Rows of several years turn by turn. */
START_TEST (test_years)
{
  const Way ways[] = { { 64, 1, NULL }, { 150, 2, NULL }, { 1 << 20, 1, NULL } };
  g_autoptr(GString) text = g_string_new ("年度,区县代码,学校代码,学段,在校生数\n");

  for (guint i = 0; i < 50; i++)
    g_string_append_printf (text, "%s,901,S%u,小学,%u\n", i % 17 == 16 ? "" : i % 3 != 0 ? "2021" : i % 5 == 0 ? "2022年" : "2022-2023学年", i / 4, i);
  check_ways (text->str, text->len, TRUE, FALSE, ways, G_N_ELEMENTS (ways));
  check_ways (text->str, text->len, FALSE, FALSE, ways, G_N_ELEMENTS (ways));
}
END_TEST

/* More short rows than a block holds. */
START_TEST (test_many_rows)
{
  const Way ways[] = { { 1 << 20, 1, NULL }, { 1 << 18, 2, NULL } };
  g_autoptr(GString) text = g_string_new ("区县代码,学校代码,学段,在校生数\n");

  for (guint i = 0; i < 70000; i++)
    g_string_append_printf (text, i % 10000 == 0 ? "1,%x,小学,-\n" : "1,%x,小学,1\n", i);
  check_ways (text->str, text->len, FALSE, FALSE, ways, G_N_ELEMENTS (ways));
}
END_TEST

/* ---- schools that are looked up only when all rows are there */

/* What may be out of order in a table. */
enum
{
  TWICE            = 1 << 0,
  NAMESAKES        = 1 << 1,
  NAMES_DIFFER     = 1 << 2,
  NAMES_LACK       = 1 << 3,
  KINDS_LACK       = 1 << 4,
  DISTRICTS_DIFFER = 1 << 5,
  DISTRICTS_LACK   = 1 << 6,
  ODD_ROWS         = 1 << 7,
  BLANK_ROWS       = 1 << 8,
  FILLERS          = 1 << 9,
  YEARS            = 1 << 10,
  TOTAL            = 1 << 11,
  N_DISORDERS      = 12,
};

typedef struct
{
  GRand    *random;
  guint     disorders;
  gboolean  by_school;
  guint     codes;         /* which sort of */
} Schools;

/* One of so many times, and only in tables that are to have it. */
static gboolean
happens (const Schools *self,
         guint          disorder,
         gint32         times)
{
  return (self->disorders & disorder) != 0 && g_rand_int_range (self->random, 0, times) == 0;
}

static char *
make_code (const Schools *self,
           guint          district,
           guint          school)
{
  if (happens (self, NAMESAKES, 60))
    school++;
  switch (self->codes)
    {
    case 0:
      return g_strdup_printf ("90%02u%05u", district, school);
    case 1:
      return g_strdup_printf ("%u", school);
    case 2:
      return g_strdup_printf ("一个很长的学校代码-%u-%u", school, district);
    default:
      return g_strdup_printf ("%.*s%u", (int) (school % 19), "ABCDEFGHIJKLMNOPQRS", school / 19);
    }
}

static char *
make_school_row (const Schools *self,
                 guint          district,
                 guint          school,
                 guint          stage)
{
  static const char *const districts[] = { "甲县", "乙县", "丙自治县", "一个名称比三十二个字节更长的县", "" };
  static const char *const stages[] = { "小学", "初中", "高中" };
  const guint named = happens (self, DISTRICTS_DIFFER, 60) ? district + 1 : district;
  GString *row = g_string_new (NULL);
  g_autofree char *code = make_code (self, district, school);
  const char *kind = happens (self, KINDS_LACK, 10) ? "" : school % 3 > 0 ? "九年一贯制" : "小学";

  g_string_append_printf (row, "%u,%s%u,%s,%s,", happens (self, YEARS, 4) ? 2021 : 2022, district % 4 == 3 ? "一个长代码" : "9", district,
                          happens (self, DISTRICTS_LACK, 60) ? "" : districts[named % G_N_ELEMENTS (districts)], code);
  if (school % 7 < 6 && !happens (self, NAMES_LACK, 4))
    g_string_append_printf (row, "第%u学校", (happens (self, NAMES_DIFFER, 60) ? school + 2 : school) / 2);
  g_string_append_printf (row, ",%s,%s", kind, happens (self, NAMES_LACK, 4) ? "" : school % 2 > 0 ? "是" : "否");
  if (self->by_school)
    g_string_append_printf (row, ",%u,%s", school, school % 3 > 0 || *kind == '\0' ? "7.0" : school % 2 > 0 ? "0" : "");
  else
    g_string_append_printf (row, ",%s,%u", stages[stage], school * 10 + stage);
  g_string_append_printf (row, ",%s", happens (self, FILLERS, 60) ? "—" : school % 5 > 0 ? "3.25" : "");

  return g_string_free (row, FALSE);
}

/* Rows of districts, schools and stages in any order, and between them what is no data. */
static GString *
make_schools (const Schools *self,
              guint          n_schools,
              guint          n_districts)
{
  static const char *const odd[] = { "2022,9,合计,,,,,,,", "2022,9,甲县,,,小学,是,1,2,", "注：数据来源,,,,,,,,,", "2022,9,甲县,1", "2022,9,甲县,1,一,小学,是,大学,x,3" };
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func (g_free);
  GString *out = g_string_new ("年度,区县代码,区县名称,学校代码,学校名称,学校类型,寄宿制,");

  g_string_append (out, self->by_school ? "小学在校生数,初中在校生数,占地面积\n" : "学段,在校生数,占地面积\n");
  for (guint i = 0; i < n_schools; i++)
    for (guint stage = 0; stage < (self->by_school ? 1 : 1 + i % 3); stage++)
      {
        g_ptr_array_add (rows, make_school_row (self, i / 2 % n_districts, i, stage));
        if (happens (self, TWICE, 60))
          g_ptr_array_add (rows, make_school_row (self, i / 2 % n_districts, i, stage));
        if (happens (self, ODD_ROWS, 60))
          g_ptr_array_add (rows, g_strdup (PICK (self->random, odd)));
        if (happens (self, BLANK_ROWS, 60))
          g_ptr_array_add (rows, g_strdup (""));
      }
  for (guint i = rows->len; i > 1 && g_rand_int_range (self->random, 0, 4) > 0; i--)
    {
      const guint other = (guint) g_rand_int_range (self->random, 0, (gint32) i);
      gpointer row = rows->pdata[i - 1];

      rows->pdata[i - 1] = rows->pdata[other];
      rows->pdata[other] = row;
    }
  for (guint i = 0; i < rows->len; i++)
    g_string_append_printf (out, "%s\n", (const char *) g_ptr_array_index (rows, i));
  if ((self->disorders & TOTAL) != 0)
    g_string_append (out, "合计,,,,,,,,100,\n");

  return out;
}

START_TEST (test_schools)
{
  static const gsize sizes[] = { 64, 700, 3000, 1 << 20 };
  static const guint threads[] = { 1, 2, 4 };

  for (guint32 seed = (guint32) _i * 40; seed < ((guint32) _i + 1) * 40; seed++)
    {
      g_autoptr(GRand) random = g_rand_new_with_seed (seed);
      Schools schools = { random, 0, seed % 3 == 2, seed / 3 % 4 };
      g_autoptr(GString) text = NULL;
      Way ways[4];

      /* nothing, one thing, two, some of all, all */
      for (guint i = 0; i < N_DISORDERS; i++)
        if (seed % 16 == 15 || (seed % 16 == 14 && g_rand_int_range (random, 0, 4) == 0) || seed % 16 == i + 1)
          schools.disorders |= 1u << i;
      if (seed % 16 == 13)
        schools.disorders |= TWICE | KINDS_LACK;
      text = make_schools (&schools, (guint) g_rand_int_range (random, 1, 150), (guint) g_rand_int_range (random, 1, 9));
      for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
        ways[i] = (Way) { sizes[i], PICK (random, threads), NULL };
      check_ways (text->str, text->len, FALSE, FALSE, ways, G_N_ELEMENTS (ways));
      check_ways (text->str, text->len, TRUE, FALSE, ways, G_N_ELEMENTS (ways));
    }
}
END_TEST

/* A row without a kind is of the kind that its school has by then: the figure is an unusual one, and stands as it was written. */
START_TEST (test_known_kind)
{
  static const char text[] =
    "区县代码,学校代码,学校类型,小学在校生数,初中在校生数\n"
    "901,S1,小学,5,\n901,S2,小学,6,\n901,S1,,7,1.0\n901,S1,小学,8,\n902,S2,,1,2\n";
  static const Way ways[] = { { 1 << 20, 1, NULL, NULL }, { 40, 2, NULL, NULL } };

  check_ways (text, sizeof text - 1, FALSE, FALSE, ways, G_N_ELEMENTS (ways));
  check_ways (text, sizeof text - 1, TRUE, FALSE, ways, G_N_ELEMENTS (ways));
}
END_TEST

/* A row that was left out before the first school stays known when the schools are taken again. */
START_TEST (test_left_out_first)
{
  static const char text[] =
    "年度,区县代码,学校代码,学校类型,小学在校生数\n"
    "2022,,S0,小学,4\n2022,901,S1,小学,5\n2022,901,S2,小学,6\n2022,901,S1,小学,7\n";
  static const Way ways[] = { { 1 << 20, 1, NULL, NULL }, { 40, 2, NULL, NULL } };

  check_ways (text, sizeof text - 1, TRUE, FALSE, ways, G_N_ELEMENTS (ways));
}
END_TEST

/* Codes that begin alike, and one code in every district, take no longer than others. */
START_TEST (test_like_codes)
{
  static const Way ways[] = { { 1 << 18, 2, NULL, NULL } };
  g_autoptr(GString) text = g_string_new ("区县代码,学校代码,学段,在校生数\n");

  for (guint i = 0; i < 150000; i++)
    if (_i == 0)
      g_string_append_printf (text, "%u,学校代码前缀%06u,小学,1\n", 901000 + i % 1000, i);
    else
      g_string_append_printf (text, "%u,S1,小学,1\n", 901000 + i);
  check_ways (text->str, text->len, FALSE, FALSE, ways, G_N_ELEMENTS (ways));
}
END_TEST

/* So many that several threads look them through: in order, with names that come late, and with a code in two districts. */
START_TEST (test_many_schools)
{
  static const guint disorders[] = { 0, NAMES_LACK, NAMESAKES };
  static const Way ways[] = { { 1 << 18, 4, NULL, NULL } };

  for (guint codes = 0; codes < 2; codes++)
    {
      g_autoptr(GRand) random = g_rand_new_with_seed ((guint32) _i);
      const Schools schools = { random, disorders[_i], FALSE, codes };
      g_autoptr(GString) text = make_schools (&schools, 20000, 300);

      check_ways (text->str, text->len, FALSE, FALSE, ways, G_N_ELEMENTS (ways));
    }
}
END_TEST

/* What shows late: in the last rows something is wider, finer, longer or other than in all blocks before. */
static GString *
make_late (guint kind)
{
  GString *out = g_string_new ("区县代码,区县名称,学校代码,学校名称,学校类型,学段,在校生数,占地面积,教学及辅助用房面积,设备值,增减\n");

  for (guint i = 0; i < 600; i++)
    {
      const guint school = kind == 0 ? i / 3 : i * 7 % 600, district = kind == 0 ? 0 : school % 11;
      const gboolean is_last = i >= 590;
      const char *code = "", *area = i % 3 > 0 ? "3.25" : "", *value = i % 4 > 0 ? "100" : "", *change = i % 2 > 0 ? "-1" : "";
      g_autofree char *name = g_strdup_printf ("第%u学校", school);

      if (is_last && kind == 1)
        value = "123456789012";
      else if (is_last && kind == 2)
        area = "0.123456";
      else if (is_last && kind == 3)
        area = "0.0000000000000001";
      else if (kind == 3)
        area = "900000000000000";
      else if (is_last && kind == 4)
        code = "更长的学校代码更长的学校代码更长的学校代码更长的学校代码";
      else if (is_last && kind == 5)
        code = "更长的学校代码";
      else if (kind == 6 || kind == 7)
        value = is_last ? "" : i < 300 ? "7" : "70000";
      else if (kind == 8 && i < 300)
        area = "1.5";
      else if (kind == 10)
        change = is_last ? "-922337203685477580" : "0.1";
      g_string_append_printf (out, "9%02u,第%u县,%sS%u,%s,%s,%s,%u,%s,%s,%s,%s\n", district, district, code, school,
                              kind == 0 && i % 3 == 0 ? "" : name, kind == 0 && i % 3 != 2 ? "" : "完全中学",
                              kind == 0 ? (i % 3 == 0 ? "小学" : i % 3 == 1 ? "初中" : "高中") : "初中", i, area, i % 2 > 0 ? "8" : "2.50", value, change);
    }
  if (kind == 6)
    g_string_append (out, "901,第1县,S1,另一名称,完全中学,高中,5,,,,\n");
  else if (kind == 7)
    g_string_append (out, "902,第2县,S1,,完全中学,初中,5,,,,\n");
  else if (kind == 9)
    g_string_append (out, "901,第1县,S1,第1学校,完全中学,初中,5,,,,\n");

  return out;
}

START_TEST (test_late)
{
  static const Way ways[] = { { 300, 1, NULL, NULL }, { 1000, 2, NULL, NULL }, { 5000, 3, NULL, NULL }, { 1 << 20, 8, NULL, NULL } };
  g_autoptr(GString) text = make_late ((guint) _i);

  check_known (text->str, text->len);
  check_ways (text->str, text->len, FALSE, FALSE, ways, G_N_ELEMENTS (ways));
  check_ways (text->str, text->len, TRUE, FALSE, ways, G_N_ELEMENTS (ways));
}
END_TEST

/* More columns than a band has, for each stage some; figures that are for no stage. */
START_TEST (test_many_columns)
{
  static const char *const kinds[] = { "小学", "初级中学", "九年一贯制" };
  static const char *const stages[] = { "小学", "初中" };
  static const char *const fields[] = { "在校生数", "班级数", "专任教师数", "骨干教师数", "体育教师数", "音乐教师数", "美术教师数" };
  static const Way ways[] = { { 600, 1, NULL, NULL }, { 3000, 2, NULL, NULL }, { 1 << 20, 3, NULL, NULL } };
  g_autoptr(GString) text = g_string_new ("区县代码,学校代码,学校类型,占地面积");

  for (guint stage = 0; stage < (_i == 0 ? 2 : 1); stage++)
    for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
      g_string_append_printf (text, ",%s%s", _i == 0 ? stages[stage] : _i == 1 ? stages[1] : "", fields[i]);
  g_string_append (text, "\n");
  for (guint row = 0; row < 300; row++)
    {
      g_string_append_printf (text, "9%02u,S%u,%s,%u.5", row * 3 % 7, row, kinds[_i == 2 ? row % 2 : row % 3], row);
      for (guint stage = 0; stage < (_i == 0 ? 2 : 1); stage++)
        for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
          {
            const guint kind = row % 3;
            const gboolean has = (_i == 0 ? kind == 2 || kind == stage : _i == 1 ? kind > 0 : TRUE) && (row + i) % 5 > 0;

            if (has)
              g_string_append_printf (text, ",%u", row == 299 && i == 3 ? 3000000 : row * i + stage);
            else
              g_string_append_c (text, ',');
          }
      g_string_append_c (text, '\n');
    }
  check_known (text->str, text->len);
  check_ways (text->str, text->len, FALSE, FALSE, ways, G_N_ELEMENTS (ways));
}
END_TEST

/* What is said of more rows than are listed comes in the order of the file: the first ones stay. */
START_TEST (test_many_problems)
{
  static const Way ways[] = { { 1000, 1, NULL, NULL }, { 1 << 18, 2, NULL, NULL } };
  g_autoptr(GString) text = g_string_new (_i == 0 ? "区县代码,学校代码,学段,设备值\n" : "区县代码,学校代码,学校类型,占地面积\n");

  for (guint i = 0; i < 2400; i++)
    if (_i == 0)
      g_string_append_printf (text, "9%02u,S%u,%s,%u\n", i * 7 % 1200 % 13, i * 7 % 1200, i < 1200 ? "初中" : "小学", 5 + i * 7 % 1200 * 1000);
    else
      g_string_append_printf (text, "9%02u,S%u,其他,%u\n", i * 7 % 2400 % 13, i * 7 % 2400, i);
  check_ways (text->str, text->len, FALSE, FALSE, ways, G_N_ELEMENTS (ways));
}
END_TEST

/* A table that was filled in at once, and others that add values, sections, schools and districts to it. */
START_TEST (test_more_tables)
{
  static const char *const others[] = {
    "区县代码,学校代码,学段,班级数,占地面积\n901,S1,初中,9,\n901,S1,小学,10,4\n905,S5,高中,3,\n",
    "区县代码,学校代码,学段,在校生数\n901,T1,小学,5\n850,A,小学,6\n912,S12,小学,7\n",
    "区县代码,义务教育巩固率\n900,95\n901,96\n860,97\n",
    "区县代码,学校名称,学段,班级数\n901,第1学校,小学,4\n902,第2 学校,初中,4\n903,无此学校,小学,4\n",
    "区县代码,学校代码,学校类型,占地面积\n901,S1,九年一贯制,77\n902,S9999,小学,78\n",
    "区县代码,学校代码,学段,在校生数\n907,S1,小学,5\n",
  };
  g_autofree char *directory = g_dir_make_tmp ("balance-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "t.csv", NULL);
  g_autofree char *other = g_build_filename (directory, "u.csv", NULL);
  g_autoptr(GString) text = g_string_new ("区县代码,学校代码,学校名称,学段,在校生数\n");

  for (guint i = 0; i < 900; i++)
    g_string_append_printf (text, "9%02u,S%u,第%u学校,%s,%u\n", i * 7 % 600 % 12, i * 7 % 600, i * 7 % 600, i < 600 ? "初中" : "小学", i);
  ck_assert (g_file_set_contents (path, text->str, (gssize) text->len, NULL));
  ck_assert (g_file_set_contents (other, others[_i], -1, NULL));

  for (guint order = 0; order < 2; order++)
    {
      static const gsize sizes[] = { 0, 1000, 1 << 20 };
      const char *const paths[] = { order > 0 ? other : path, order > 0 ? path : other, NULL };
      g_autofree char *expected = NULL;

      for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
        {
          g_autoptr(BalanceReader) reader = balance_reader_new (get_dictionary (), NULL, FALSE);
          g_autoptr(BalanceImport) import = NULL;
          g_autoptr(GError) error = NULL;
          g_autofree char *found = NULL;

          balance_reader_set_bulk (reader, sizes[i], NULL);
          import = balance_reader_read (reader, paths, NULL, NULL, &error);
          ck_assert_msg (import != NULL, "%s", error != NULL ? error->message : "");
          found = dump_import (import, TRUE);
          if (expected == NULL)
            expected = g_steal_pointer (&found);
          else
            ck_assert_msg (strcmp (expected, found) == 0, "%.2000s\n----\n%.2000s", expected, found);
        }
    }
  g_unlink (path);
  g_unlink (other);
  g_rmdir (directory);
}
END_TEST

/* A reading that is given up ends its threads. */
START_TEST (test_cancel)
{
  g_autoptr(GString) text = g_string_new ("区县代码,学校代码,学段,在校生数\n");
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(BalanceReader) reader = g_object_new (BALANCE_TYPE_READER, "dictionary", get_dictionary (), "n-threads", 4, NULL);
  g_autoptr(BalanceImport) import = NULL;
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (text, "1,%u,小学,1\n", i);
  bytes = g_bytes_new (text->str, text->len);
  balance_reader_set_bulk (reader, 1024, NULL);
  g_cancellable_cancel (cancellable);
  import = balance_reader_read_bytes (reader, bytes, "t.csv", NULL, cancellable, &error);
  ck_assert_ptr_eq (import, NULL);
  ck_assert (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
}
END_TEST

/* Numbers of one scale, with all that is none among them, on every instruction set against one by one. */
START_TEST (test_numbers)
{
  static const char alphabet[] = "0123456789012345678901234567890123456789..-x/:\x80\xff";
  g_autoptr(GRand) random = g_rand_new_with_seed (4711);
  guint n_all = 0, n_none = 0;

  for (guint round = 0; round < 20000; round++)
    {
      const guint scale = (guint) g_rand_int_range (random, 0, 8), stride = (guint) g_rand_int_range (random, 1, 4);
      const guint n = (guint) g_rand_int_range (random, 0, 24);
      g_autoptr(GString) text = g_string_new ("........,");
      guint32 positions[24 * 3 + 1] = { 8 };
      gint64 expected[24], digits[24];
      guint n_expected = 0;

      for (guint i = 0; i < n * stride; i++)
        {
          /* mostly numbers of the scale */
          if (g_rand_int_range (random, 0, 30) > 0 && scale < 7)
            {
              const gint number = g_rand_int_range (random, 0, 4) > 0 ? g_rand_int_range (random, 0, 100) : -1;

              if (number >= 0)
                g_string_append_printf (text, scale > 0 ? "%d.%0*d" : "%d", number % (scale > 4 ? 10 : 100), (int) scale, number % 10);
            }
          else
            {
              for (int length = g_rand_int_range (random, 0, 12); length > 0; length--)
                g_string_append_c (text, alphabet[g_rand_int_range (random, 0, sizeof alphabet - 1)]);
            }
          positions[i + 1] = (guint32) text->len;
          g_string_append_c (text, ',');
        }
      for (; n_expected < n; n_expected++)
        {
          const guint32 *end = &positions[n_expected * stride + 1];
          const guint length = end[0] - end[-1] - 1;
          guint its_scale;

          expected[n_expected] = BALANCE_CSV_MISSING;
          if (length > 0 && (length > 8 || !balance_csv_read_short_number (text->str + end[0], length, &expected[n_expected], &its_scale) ||
                             its_scale != scale))
            break;
        }
      n_all += n_expected == n;
      n_none += n_expected == 0;

      for (guint k = 0; k < G_N_ELEMENTS (kernels); k++)
        {
          const BalanceCsvNumbers numbers = balance_csv_numbers_get (kernels[k]);
          const BalanceCsvCells cells = { positions + 1, stride, n };
          guint n_read;

          if (numbers == NULL)
            continue;
          n_read = numbers (text->str, &cells, scale, digits);
          /* what no set reads at once is left to others even where it is empty */
          ck_assert_uint_eq (n_read, scale < 7 ? n_expected : 0);
          for (guint i = 0; i < n_read; i++)
            ck_assert_int_eq (digits[i], expected[i]);
        }
    }
  ck_assert_uint_gt (n_all, 1000);
  ck_assert_uint_gt (n_none, 100);
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("csv");
  TCase *tcase = tcase_create ("csv");
  SRunner *runner;
  int n_failed;

  suite_add_tcase (suite, tcase);
  tcase_set_timeout (tcase, 60);
  tcase_add_test (tcase, test_numbers);
  tcase_add_loop_test (tcase, test_order_of_codes, 0, 7);
  tcase_add_test (tcase, test_index);
  tcase_add_test (tcase, test_validity);
  tcase_add_test (tcase, test_cut_character);
  tcase_add_loop_test (tcase, test_records, 0, 4);
  tcase_add_loop_test (tcase, test_tables, 0, 8);
  tcase_add_test (tcase, test_all_ways);
  tcase_add_test (tcase, test_borders);
  tcase_add_test (tcase, test_long_quotes);
  tcase_add_test (tcase, test_scales);
  tcase_add_loop_test (tcase, test_choices, 0, 2);
  tcase_add_loop_test (tcase, test_numbers_in_front, 0, 5);
  tcase_add_loop_test (tcase, test_file, 0, 5);
  tcase_add_loop_test (tcase, test_file_other, 0, 2);
  tcase_add_test (tcase, test_no_digests);
  tcase_add_test (tcase, test_years);
  tcase_add_test (tcase, test_many_rows);
  tcase_add_loop_test (tcase, test_schools, 0, 8);
  tcase_add_test (tcase, test_known_kind);
  tcase_add_test (tcase, test_left_out_first);
  tcase_add_loop_test (tcase, test_like_codes, 0, 2);
  tcase_add_loop_test (tcase, test_many_schools, 0, 3);
  tcase_add_loop_test (tcase, test_late, 0, 11);
  tcase_add_loop_test (tcase, test_many_columns, 0, 3);
  tcase_add_loop_test (tcase, test_many_problems, 0, 2);
  tcase_add_loop_test (tcase, test_more_tables, 0, 6);
  tcase_add_test (tcase, test_cancel);

  runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
