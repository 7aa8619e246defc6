/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tables in memory in bulk: however the same rows lie there, in whatever batches, they are read as row by row, and as out of a
 * text. */

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <balance/balance.h>

#include "base/balance-arrow-private.h"
#include "io/balance-reader-private.h"

#include "import-dump.h"
#include "own-dictionary.h"

static const char dictionary_text[] =
  "fields:\n"
  "- {id: year, level: region, type: year, title: {zh: 年度, en: School year}}\n"
  "- {id: district_code, level: district, type: text, title: {zh: 区县代码, en: District code}}\n"
  "- {id: district_name, level: district, type: text, title: {zh: 区县名称, en: District}}\n"
  "- {id: school_code, level: school, type: text, title: {zh: 学校代码, en: School code}}\n"
  "- {id: school_name, level: school, type: text, title: {zh: 学校名称, en: School}}\n"
  "- {id: stage, level: section, type: choice, title: {zh: 学段, en: Stage}, values: {primary: {zh: 小学, en: Primary}, junior: {zh: 初中, en: Junior}}}\n"
  "- {id: kind, level: school, type: choice, title: {zh: 学校类型, en: Kind}, values: {primary: {zh: 小学, en: Primary school, stages: [primary]}, nine: {zh: 九年一贯制, en: A nine-year school of both, stages: [primary, junior]}, junior: {zh: 初级中学, en: Junior secondary school, stages: [junior]}}}\n"
  "- {id: boarding, level: school, type: flag, title: {zh: 寄宿制, en: Boarding}}\n"
  "- {id: remark, level: section, type: text, title: {zh: 附注, en: Remark}}\n"
  "- {id: rooms, level: section, type: amount, title: {zh: 教学及辅助用房面积, en: Rooms}}\n"
  "- {id: classes, level: section, type: count, title: {zh: 班级数, en: Classes}}\n"
  "- {id: pupils, level: section, type: count, title: {zh: 在校生数, en: Pupils}}\n"
  "- {id: trained, level: section, type: share, title: {zh: 培训比例, en: Trained teachers}}\n";

static BalanceDictionary *
get_dictionary (void)
{
  return get_own_dictionary (dictionary_text);
}

/* ---- rows, as cells of text */

enum
{
  DISTRICT_CODE,
  DISTRICT_NAME,
  SCHOOL_CODE,
  SCHOOL_NAME,
  KIND,
  STAGE,
  BOARDING,
  REMARK,
  ROOMS,
  CLASSES,
  PUPILS,
  TRAINED,
  N_COLUMNS,
};

static const char *const headers[N_COLUMNS] = {
  "district_code", "district_name", "school_code", "school_name", "kind", "stage", "boarding", "remark", "rooms", "classes", "pupils", "trained",
};

typedef struct
{
  guint       n_rows;
  GPtrArray  *cells[N_COLUMNS];       /* of text; NULL: nothing */
} Rows;

static void
rows_clear (Rows *self)
{
  for (guint i = 0; i < N_COLUMNS; i++)
    g_ptr_array_unref (self->cells[i]);
}

static void
set_cell (Rows  *self,
          guint  column,
          guint  row,
          char  *text)
{
  g_free (self->cells[column]->pdata[row]);
  self->cells[column]->pdata[row] = text;
}

/* A row for each section of some districts' schools, in no order; those of one school lie anywhere. */
static void
rows_init (Rows   *self,
           guint   n_schools,
           GRand  *random)
{
  g_autofree guint *order = NULL;

  self->n_rows = 0;
  for (guint i = 0; i < N_COLUMNS; i++)
    self->cells[i] = g_ptr_array_new_with_free_func (g_free);
  for (guint school = 0; school < n_schools; school++)
    {
      static const char *const kinds[][3] = { { "primary", "小学", "Primary school" }, { "nine", "九年一贯制", "A nine-year school of both" },
                                              { "junior", "初级中学", "Junior secondary school" } };
      const guint kind = school % 3, district = school % 37;

      for (guint stage = kind == 2; stage < (kind == 0 ? 1 : 2); stage++, self->n_rows++)
        {
          const guint way = (guint) g_rand_int_range (random, 0, 3);
          gboolean gap = g_rand_int_range (random, 0, 10) == 0;

          g_ptr_array_add (self->cells[DISTRICT_CODE], g_strdup_printf ("%u", 990001 + district));
          g_ptr_array_add (self->cells[DISTRICT_NAME], g_strdup_printf ("合成县%04u", district));
          g_ptr_array_add (self->cells[SCHOOL_CODE], g_strdup_printf ("%u%05u", 990001 + district, school));
          g_ptr_array_add (self->cells[SCHOOL_NAME], g_strdup_printf (school % 5 == 0 ? " 第%u学校　" : "合成县第%u小学", school));
          g_ptr_array_add (self->cells[KIND], way == 2 && school % 4 == 0 ? NULL : g_strdup (kinds[kind][way]));
          g_ptr_array_add (self->cells[STAGE], g_strdup (stage == 0 ? way == 0 ? "primary" : "小学" : way == 0 ? "Junior" : "初中"));
          g_ptr_array_add (self->cells[BOARDING], school % 7 == 0 ? NULL : g_strdup (school % 2 == 0 ? "是" : "否"));
          g_ptr_array_add (self->cells[REMARK], gap ? NULL : g_strdup (school % 11 == 0 ? "—x" : way == 0 ? "无" : ""));
          g_ptr_array_add (self->cells[ROOMS], gap ? NULL : g_strdup_printf ("%u.%02u", school * 7 % 9000, school % 100));
          g_ptr_array_add (self->cells[CLASSES], g_strdup_printf ("%u", school % 60));
          g_ptr_array_add (self->cells[PUPILS], gap ? NULL : g_strdup_printf ("%u", 10 + school * 13 % 117));
          g_ptr_array_add (self->cells[TRAINED], way == 2 ? NULL : g_strdup_printf ("0.%u", school % 10));
        }
    }

  order = g_new (guint, self->n_rows);
  for (guint i = 0; i < self->n_rows; i++)
    {
      const guint j = (guint) g_rand_int_range (random, 0, (gint32) i + 1);

      order[i] = order[j];
      order[j] = i;
    }
  for (guint i = 0; i < N_COLUMNS; i++)
    {
      g_autofree gpointer *before = g_memdup2 (self->cells[i]->pdata, self->n_rows * sizeof (gpointer));

      for (guint row = 0; row < self->n_rows; row++)
        self->cells[i]->pdata[row] = before[order[row]];
    }
}

static GBytes *
make_csv (const Rows *rows)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < N_COLUMNS; i++)
    g_string_append_printf (text, "%s%c", headers[i], i + 1 < N_COLUMNS ? ',' : '\n');
  for (guint row = 0; row < rows->n_rows; row++)
    for (guint i = 0; i < N_COLUMNS; i++)
      {
        const char *cell = g_ptr_array_index (rows->cells[i], row);

        g_string_append_printf (text, "%s%c", cell != NULL ? cell : "", i + 1 < N_COLUMNS ? ',' : '\n');
      }

  return g_string_free_to_bytes (text);
}

/* ---- the same as a stream */

typedef struct
{
  const Rows *rows;
  const char *formats[N_COLUMNS];       /* one with a "d" before it: a dictionary of it */
  guint       batch_size;               /* more or less */
  gboolean    tight;                    /* buffers begin and end with the rows */
  guint       next_row;
  GRand      *random;
} Stream;

static void
release_schema (struct ArrowSchema *schema)
{
  for (gint64 i = 0; i < schema->n_children; i++)
    {
      schema->children[i]->release (schema->children[i]);
      g_free (schema->children[i]);
    }
  if (schema->dictionary != NULL)
    schema->dictionary->release (schema->dictionary);
  g_free (schema->dictionary);
  g_free (schema->children);
  schema->release = NULL;
}

static int
get_schema (struct ArrowArrayStream *from,
            struct ArrowSchema      *schema)
{
  const Stream *self = from->private_data;

  *schema = (struct ArrowSchema) { .format = "+s", .n_children = N_COLUMNS, .children = g_new0 (struct ArrowSchema *, N_COLUMNS),
                                   .release = release_schema };
  for (guint i = 0; i < N_COLUMNS; i++)
    {
      struct ArrowSchema *child = schema->children[i] = g_new0 (struct ArrowSchema, 1);
      const gboolean with_dictionary = self->formats[i][0] == 'd';

      *child = (struct ArrowSchema) { .format = with_dictionary ? "s" : self->formats[i], .name = headers[i], .release = release_schema };
      if (!with_dictionary)
        continue;
      child->dictionary = g_new0 (struct ArrowSchema, 1);
      *child->dictionary = (struct ArrowSchema) { .format = self->formats[i] + 1, .release = release_schema };
    }

  return 0;
}

static void
release_array (struct ArrowArray *array)
{
  for (gint64 i = 0; i < array->n_children; i++)
    {
      if (array->children[i]->release != NULL)
        array->children[i]->release (array->children[i]);
      g_free (array->children[i]);
    }
  if (array->dictionary != NULL)
    array->dictionary->release (array->dictionary);
  g_free (array->dictionary);
  g_free (array->children);
  for (gint64 i = 0; i < array->n_buffers; i++)
    g_free ((gpointer) array->buffers[i]);
  g_free (array->buffers);
  array->release = NULL;
}

static void
append (GByteArray *bytes,
        gint64      number,
        guint       width)
{
  /* little endian, as all that the tests run on */
  g_byte_array_append (bytes, (const guint8 *) &number, width);
}

static guint
get_width (char format)
{
  switch (format)
    {
    case 'c': return 1;
    case 's': return 2;
    case 'i': return 4;
    default:  return 8;
    }
}

static void
append_text (GByteArray *second,
             GByteArray *third,
             const char *format,
             const char *text)
{
  const gsize length = strlen (text);

  if (!g_str_equal (format, "vu"))
    {
      g_byte_array_append (third, (const guint8 *) text, (guint) length);
      append (second, third->len, format[0] == 'U' ? 8 : 4);
      return;
    }
  append (second, (gint64) length, 4);
  if (length <= 12)
    {
      const char inlined[12] = { 0 };

      g_byte_array_append (second, (const guint8 *) text, (guint) length);
      g_byte_array_append (second, (const guint8 *) inlined, (guint) (12 - length));
      return;
    }
  g_byte_array_append (second, (const guint8 *) text, 4);
  append (second, 0, 4);
  append (second, third->len, 4);
  g_byte_array_append (third, (const guint8 *) text, (guint) length);
}

static gboolean
is_text (const char *format)
{
  return g_str_equal (format, "u") || g_str_equal (format, "U") || g_str_equal (format, "vu");
}

/* Values as an array; some that nobody may see lie before them and, where nothing is, beneath. */
static void
make_array (struct ArrowArray *array,
            const char        *format,
            const char *const *values,
            guint              n,
            guint              offset)
{
  g_autoptr(GByteArray) second = g_byte_array_new (), third = g_byte_array_new ();
  guint8 *valid = g_malloc0 ((n + offset) / 8 + 1);
  gint64 n_null = 0, *sizes = g_new (gint64, 1);

  if (g_str_equal (format, "u") || g_str_equal (format, "U"))
    append (second, 0, format[0] == 'U' ? 8 : 4);
  for (guint i = 0; i < n + offset; i++)
    {
      const char *value = i < offset ? NULL : values[i - offset];
      const char *hidden = i % 3 == 0 ? "-7" : "9999999999999999999";
      /* data frames have it in place of what is missing */
      const gboolean is_nan = format[0] == 'g' && value == NULL && i % 3 == 0;

      if (value != NULL || is_nan)
        valid[i / 8] |= (guint8) (1 << i % 8);
      else
        n_null += i >= offset;
      if (is_text (format))
        append_text (second, third, format, value != NULL ? value : i % 2 == 0 || g_str_equal (format, "vu") ? "" : "小学");
      else if (format[0] == 'g')
        {
          const double number = value != NULL ? g_ascii_strtod (value, NULL) : is_nan ? (double) NAN : -0.5;

          g_byte_array_append (second, (const guint8 *) &number, sizeof number);
        }
      else
        append (second, g_ascii_strtoll (value != NULL ? value : hidden, NULL, 10), get_width (format[0]));
    }

  *sizes = third->len;
  *array = (struct ArrowArray) { .length = n, .offset = offset, .null_count = n_null, .n_buffers = is_text (format) ? 3 : 2, .release = release_array };
  array->n_buffers += g_str_equal (format, "vu");
  array->buffers = g_new0 (const void *, 4);
  array->buffers[0] = valid;
  if (n_null == 0)
    {
      array->buffers[0] = NULL;
      g_free (valid);
    }
  array->buffers[1] = g_byte_array_free (g_steal_pointer (&second), FALSE);
  array->buffers[2] = is_text (format) ? g_byte_array_free (g_steal_pointer (&third), FALSE) : NULL;
  if (g_str_equal (format, "vu"))
    array->buffers[3] = g_steal_pointer (&sizes);
  g_free (sizes);
}

/* Words may repeat, and some are never used; of rows that have nothing there may be none. */
static void
make_dictionary (struct ArrowArray *array,
                 const char        *format,
                 const char *const *values,
                 guint              n,
                 guint              offset)
{
  g_autoptr(GPtrArray) words = g_ptr_array_new (), indices = g_ptr_array_new_with_free_func (g_free);

  if (offset % 2 == 0)
    g_ptr_array_add (words, (gpointer) "nobody's");
  for (guint i = 0; i < n; i++)
    {
      guint at = 0;

      while (values[i] != NULL && at < words->len && !g_str_equal (words->pdata[at], values[i]))
        at++;
      if (values[i] != NULL && (at == words->len || i % 100 == 99))
        {
          at = words->len;
          g_ptr_array_add (words, (gpointer) values[i]);
        }
      g_ptr_array_add (indices, values[i] != NULL ? g_strdup_printf ("%u", at) : NULL);
    }
  make_array (array, "s", (const char *const *) indices->pdata, n, offset);
  array->dictionary = g_new0 (struct ArrowArray, 1);
  make_array (array->dictionary, format, (const char *const *) words->pdata, words->len, offset % 3);
}

static int
get_next (struct ArrowArrayStream *from,
          struct ArrowArray       *array)
{
  Stream *self = from->private_data;
  const guint wanted = (guint) g_rand_int_range (self->random, 0, (gint32) self->batch_size * 2);
  const guint n = MIN (wanted, self->rows->n_rows - self->next_row);

  *array = (struct ArrowArray) { 0 };
  if (self->next_row == self->rows->n_rows)
    return 0;

  *array = (struct ArrowArray) { .length = n, .n_buffers = 1, .buffers = g_new0 (const void *, 1), .n_children = N_COLUMNS,
                                 .children = g_new0 (struct ArrowArray *, N_COLUMNS), .release = release_array };
  for (guint i = 0; i < N_COLUMNS; i++)
    {
      const char *const *values = (const char *const *) self->rows->cells[i]->pdata + self->next_row;
      const guint offset = self->tight ? 0 : (guint) g_rand_int_range (self->random, 0, 20);

      array->children[i] = g_new0 (struct ArrowArray, 1);
      if (self->formats[i][0] == 'd')
        make_dictionary (array->children[i], self->formats[i] + 1, values, n, offset);
      else
        make_array (array->children[i], self->formats[i], values, n, offset);
    }
  self->next_row += n;

  return 0;
}

static const char *
get_last_error (struct ArrowArrayStream *stream)
{
  return NULL;
}

static void
release_stream (struct ArrowArrayStream *stream)
{
  stream->release = NULL;
}

/* ---- ways */

typedef struct
{
  gboolean    in_bulk;
  guint       n_threads;
  const char *kernels;
} Way;

static char *
read_in (const Rows        *rows,
         const char *const *formats,
         guint              batch_size,
         gboolean           tight,
         const Way         *way,
         gboolean           with_places)
{
  g_autoptr(GRand) random = g_rand_new_with_seed (batch_size);
  Stream self = { .rows = rows, .batch_size = batch_size, .tight = tight, .random = random };
  struct ArrowArrayStream stream = { get_schema, get_next, get_last_error, release_stream, &self };
  g_autoptr(BalanceReader) reader = g_object_new (BALANCE_TYPE_READER, "dictionary", get_dictionary (), "n-threads", way->n_threads, NULL);
  g_autoptr(BalanceImport) import = NULL;
  g_autoptr(GError) error = NULL;

  memcpy (self.formats, formats, sizeof self.formats);
  balance_reader_set_bulk (reader, way->in_bulk ? 1 << 18 : 0, way->kernels);
  import = balance_census_import_arrow (&stream, "rows", reader, NULL, NULL, &error);
  ck_assert_msg (import != NULL, "%s", error != NULL ? error->message : "");
  ck_assert_ptr_null (stream.release);

  return dump_import (import, with_places);
}

static char *
read_csv (const Rows *rows)
{
  g_autoptr(GBytes) bytes = make_csv (rows);
  g_autoptr(BalanceReader) reader = g_object_new (BALANCE_TYPE_READER, "dictionary", get_dictionary (), NULL);
  g_autoptr(BalanceImport) import = NULL;
  g_autoptr(GError) error = NULL;

  import = balance_reader_read_bytes (reader, bytes, "rows.csv", NULL, NULL, &error);
  ck_assert_msg (import != NULL, "%s", error != NULL ? error->message : "");

  return dump_import (import, FALSE);
}

static void
check_same (const char *expected,
            const char *found,
            const char *what)
{
  const char *p = expected, *q = found;

  if (g_str_equal (expected, found))
    return;
  while (*p == *q)
    p++, q++;
  while (p > expected && p[-1] != '\n')
    p--, q--;
  ck_abort_msg ("%s:\nexpected %.600s\nfound    %.600s", what, p, q);
}

static const Way ways[] = {
  { TRUE, 1, NULL }, { TRUE, 2, NULL }, { TRUE, 8, NULL }, { TRUE, 1, "baseline" }, { TRUE, 2, "avx2" }, { TRUE, 3, "avx512" },
};

/* Texts, whole numbers and fractions, as they may lie. */
static const char *const forms[][N_COLUMNS] = {
  { "l", "u", "l", "u", "u", "u", "u", "u", "g", "l", "l", "g" },
  { "i", "U", "l", "U", "U", "U", "U", "U", "g", "s", "s", "g" },
  { "u", "vu", "vu", "vu", "vu", "vu", "vu", "vu", "g", "c", "i", "g" },
  { "du", "du", "U", "u", "dU", "du", "du", "dvu", "g", "i", "g", "g" },
  { "U", "du", "u", "dU", "u", "du", "u", "u", "u", "u", "u", "u" },
};

static void
check_ways (const Rows *rows,
            gboolean    as_csv)
{
  static const guint sizes[] = { 7, 300, 2048, 5000 };
  const Way one_by_one = { FALSE, 1, NULL };
  g_autofree char *csv = as_csv ? read_csv (rows) : NULL;

  for (guint form = 0; form < G_N_ELEMENTS (forms); form++)
    {
      g_autofree char *expected = read_in (rows, forms[form], 1000, FALSE, &one_by_one, TRUE);

      if (csv != NULL)
        {
          g_autofree char *found = read_in (rows, forms[form], 1000, FALSE, &ways[0], FALSE);

          ck_assert_msg (strstr (expected, " error") == NULL, "%.600s", expected);
          check_same (csv, found, "CSV");
        }
      for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
        {
          g_autofree char *found = NULL;

          if (ways[i].kernels != NULL && balance_csv_index_get (ways[i].kernels) == NULL)
            continue;
          found = read_in (rows, forms[form], sizes[(i + form) % G_N_ELEMENTS (sizes)], (i + form) % 2 == 0, &ways[i], TRUE);
          check_same (expected, found, ways[i].kernels != NULL ? ways[i].kernels : "best");
        }
    }
}

START_TEST (test_plain)
{
  g_autoptr(GRand) random = g_rand_new_with_seed (1);
  Rows rows;

  rows_init (&rows, 4000, random);
  check_ways (&rows, TRUE);
  rows_clear (&rows);
}
END_TEST

/* Few rows: some of a batch, and none. */
START_TEST (test_few)
{
  g_autoptr(GRand) random = g_rand_new_with_seed ((guint32) _i);
  Rows rows;

  rows_init (&rows, (guint) _i, random);
  check_ways (&rows, FALSE);
  rows_clear (&rows);
}
END_TEST

/* What has something to say, in a row near the end: of the same things the same is said, in the same order. */
static const struct { guint column; const char *text; } odd[] = {
  { DISTRICT_NAME, "另一县" },
  { DISTRICT_NAME, "\xe5\x90" },
  { DISTRICT_NAME, NULL },
  { SCHOOL_CODE, NULL },
  { SCHOOL_CODE, "99000100000" },
  { SCHOOL_CODE, "合计" },
  { SCHOOL_CODE, "99001600015" },
  { SCHOOL_NAME, "—" },
  { SCHOOL_NAME, "=1+1" },
  { SCHOOL_NAME, "不同的校名" },
  { KIND, "nobody knows" },
  { KIND, "\xff" },
  { KIND, "小学\xe5" },
  { STAGE, "" },
  { STAGE, "总计" },
  { BOARDING, "可能" },
  { REMARK, "\xe5\x90\x88\xe8" },
  { ROOMS, "-1.5" },
  { ROOMS, "1234567.891" },
  { ROOMS, "0.12345678" },
  { ROOMS, "999999999999999.9" },
  { CLASSES, "-3" },
  { CLASSES, "127" },
  { PUPILS, "117" },
  { TRAINED, "1.5" },
};

START_TEST (test_odd)
{
  g_autoptr(GRand) random = g_rand_new_with_seed (2);
  Rows rows;

  rows_init (&rows, 1700, random);
  set_cell (&rows, odd[_i].column, rows.n_rows - 5, g_strdup (odd[_i].text));
  check_ways (&rows, FALSE);
  rows_clear (&rows);
}
END_TEST

/* Every text and number of any length, with what is no text among them: not even where two together would be one. */
START_TEST (test_lengths)
{
  g_autoptr(GRand) random = g_rand_new_with_seed (3);
  Rows rows;

  rows_init (&rows, 300, random);
  for (guint row = 0; row < rows.n_rows; row++)
    {
      g_autofree char *long_text = g_strnfill (row % 40, 'a');

      set_cell (&rows, SCHOOL_NAME, row, g_strdup_printf ("%s校", long_text));
      set_cell (&rows, REMARK, row, g_strdup (row % 40 == 17 ? "\xe6\xa0" : row % 40 == 18 ? "\xa1x" : long_text));
      set_cell (&rows, SCHOOL_CODE, row, g_strdup_printf ("%" G_GINT64_FORMAT, row % 19 == 0 ? row : balance_power_of_ten (row % 19) - 1 + row % 3));
    }
  check_ways (&rows, FALSE);
  rows_clear (&rows);
}
END_TEST

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("arrow-ways");
  TCase *tests = tcase_create ("ways");

  tcase_set_timeout (tests, 300);
  tcase_add_test (tests, test_plain);
  tcase_add_loop_test (tests, test_few, 0, 9);
  tcase_add_loop_test (tests, test_odd, 0, G_N_ELEMENTS (odd));
  tcase_add_test (tests, test_lengths);
  suite_add_tcase (suite, tests);

  return suite;
}

int
main (void)
{
  SRunner *runner = srunner_create (create_suite ());
  int failed;

  srunner_run_all (runner, CK_ENV);
  failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return failed > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
