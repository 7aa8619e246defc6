/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <check.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <balance/balance.h>

#include "base/balance-arrow-private.h"
#include "base/balance-decimal-private.h"

/* A table of the test's own. Each structure counts how often it is released, each release of a parent releases what
 * nobody took. */

#define MAX_COLUMNS 8
#define MAX_BATCHES 4

typedef struct
{
  const char  *format, *name;
  const char  *values_format;      /* of a dictionary; nullable */
  gint64       n_buffers;
  const void  *buffers[4];         /* not owned */
  gint64       offset, null_count;
  const void  *values[3];          /* of the dictionary */
  gint64       n_values;
} Column;

typedef struct
{
  Column   columns[MAX_COLUMNS];
  guint    n_columns;
  gint64   length, offset;         /* of each batch */
  guint    n_batches;
  int      schema_error, next_error;
  guint    error_at;               /* batch */

  /* lies */
  gint64   n_children;             /* -1: as there are */
  gboolean no_children, no_child, no_array, no_buffers, no_format, no_schema, no_dictionary, released_array;
  gint64   column_length;          /* -1: as the batch */
  const char *top_format;

  guint    batch;
  guint    n_schemas, n_arrays, n_streams;             /* made .. */
  guint    released_schemas, released_arrays, released_streams;   /* .. and released */
} Table;

static void
release_schema (struct ArrowSchema *schema)
{
  Table *table = schema->private_data;

  ck_assert_ptr_nonnull (schema->release);
  table->released_schemas++;
  for (guint i = 0; schema->children != NULL && i < table->n_columns; i++)
    if (schema->children[i] != NULL)
      {
        if (schema->children[i]->release != NULL)
          schema->children[i]->release (schema->children[i]);
        g_free (schema->children[i]);
      }
  g_free (schema->children);
  if (schema->dictionary != NULL)
    {
      schema->dictionary->release (schema->dictionary);
      g_free (schema->dictionary);
    }
  schema->release = NULL;
}

static void
release_array (struct ArrowArray *array)
{
  Table *table = array->private_data;

  ck_assert_ptr_nonnull (array->release);
  table->released_arrays++;
  for (guint i = 0; array->children != NULL && i < table->n_columns; i++)
    if (array->children[i] != NULL)
      {
        if (array->children[i]->release != NULL)
          array->children[i]->release (array->children[i]);
        g_free (array->children[i]);
      }
  g_free (array->children);
  g_free (array->buffers);
  if (array->dictionary != NULL)
    {
      array->dictionary->release (array->dictionary);
      g_free (array->dictionary);
    }
  array->release = NULL;
}

static void
init_schema (Table              *table,
             struct ArrowSchema *schema,
             const char         *format,
             const char         *name)
{
  *schema = (struct ArrowSchema) { .format = format, .name = name, .release = release_schema, .private_data = table };
  table->n_schemas++;
}

static int
get_schema (struct ArrowArrayStream *stream,
            struct ArrowSchema      *schema)
{
  Table *table = stream->private_data;

  if (table->schema_error != 0)
    {
      memset (schema, 0xff, sizeof *schema);
      return table->schema_error;
    }
  if (table->no_schema)
    {
      *schema = (struct ArrowSchema) { 0 };
      return 0;
    }

  init_schema (table, schema, table->top_format != NULL ? table->top_format : "+s", NULL);
  schema->n_children = table->n_children >= 0 ? table->n_children : table->n_columns;
  if (table->n_children < -1)
    schema->n_children = table->n_children;
  if (table->no_children)
    return 0;
  schema->children = g_new0 (struct ArrowSchema *, table->n_columns + 1);
  for (guint i = 0; i < table->n_columns; i++)
    {
      const Column *column = &table->columns[i];

      if (table->no_child && i + 1 == table->n_columns)
        continue;
      schema->children[i] = g_new0 (struct ArrowSchema, 1);
      init_schema (table, schema->children[i], column->format, column->name);
      if (column->values_format == NULL)
        continue;
      schema->children[i]->dictionary = g_new0 (struct ArrowSchema, 1);
      init_schema (table, schema->children[i]->dictionary, column->values_format, NULL);
    }

  return 0;
}

static void
init_array (Table              *table,
            struct ArrowArray  *array,
            gint64              length,
            gint64              n_buffers,
            const void *const  *buffers)
{
  *array = (struct ArrowArray) { .length = length, .n_buffers = n_buffers, .release = release_array, .private_data = table };
  array->buffers = g_new0 (const void *, 4);
  for (gint64 i = 0; i < MIN (n_buffers, 4); i++)
    array->buffers[i] = buffers != NULL ? buffers[i] : NULL;
  table->n_arrays++;
}

static int
get_next (struct ArrowArrayStream *stream,
          struct ArrowArray       *array)
{
  Table *table = stream->private_data;

  if (table->next_error != 0 && table->batch == table->error_at)
    {
      memset (array, 0xff, sizeof *array);
      return table->next_error;
    }
  *array = (struct ArrowArray) { 0 };
  if (table->batch++ == table->n_batches)
    return 0;

  init_array (table, array, table->length, 1, NULL);
  array->offset = table->offset;
  array->n_children = table->n_children >= 0 ? table->n_children : table->n_columns;
  if (table->no_array)
    return 0;
  array->children = g_new0 (struct ArrowArray *, table->n_columns + 1);
  for (guint i = 0; i < table->n_columns; i++)
    {
      const Column *column = &table->columns[i];
      struct ArrowArray *child;

      if (table->no_child && i + 1 == table->n_columns)
        continue;
      child = array->children[i] = g_new0 (struct ArrowArray, 1);
      init_array (table, child, table->column_length >= -1 ? table->length + table->offset : table->column_length, column->n_buffers, column->buffers);
      if (table->column_length >= 0)
        child->length = table->column_length;
      child->offset = column->offset;
      child->null_count = column->null_count;
      if (table->no_buffers)
        g_clear_pointer (&child->buffers, g_free);
      if (column->values_format != NULL && !table->no_dictionary)
        {
          child->dictionary = g_new0 (struct ArrowArray, 1);
          init_array (table, child->dictionary, column->n_values, 3, column->values);
        }
      if (table->released_array && i + 1 == table->n_columns)
        child->release (child);
    }

  return 0;
}

static const char *
get_last_error (struct ArrowArrayStream *stream)
{
  return "the producer says why";
}

static void
release_stream (struct ArrowArrayStream *stream)
{
  Table *table = stream->private_data;

  ck_assert_ptr_nonnull (stream->release);
  table->released_streams++;
  stream->release = NULL;
}

static struct ArrowArrayStream
open_table (Table *table)
{
  table->n_streams++;

  return (struct ArrowArrayStream) { get_schema, get_next, get_last_error, release_stream, table };
}

/* Three sections of one district. */
static const gint32 district_ends[] = { 0, 6, 12, 18 };
static const char districts[] = "990001990001990001";
static const gint64 codes[] = { 101, 102, 103 };
static const gint8 stages[] = { 0, 0, 0 };
static const gint32 stage_ends[] = { 0, 7 };
static const double pupils[] = { 100, 200, 300 };
static const guint8 all_valid[] = { 0xff }, second_missing[] = { 0xfd };

static void
fill_table (Table *table)
{
  *table = (Table) {
    .columns = {
      { "u", "district_code", NULL, 3, { NULL, district_ends, districts } },
      { "l", "school_code", NULL, 2, { NULL, codes } },
      { "c", "stage", "u", 2, { NULL, stages }, 0, 0, { NULL, stage_ends, "primary" }, 1 },
      { "g", "pupils", NULL, 2, { all_valid, pupils } },
    },
    .n_columns = 4,
    .length = 3,
    .n_batches = 1,
    .n_children = -1,
    .column_length = -1,
  };
}

/* Whatever happens, everything is released, and once. */
static BalanceImport *
read_table (Table   *table,
            GError **error)
{
  struct ArrowArrayStream stream = open_table (table);
  BalanceImport *import = balance_census_import_arrow (&stream, "table", NULL, NULL, NULL, error);

  ck_assert_ptr_null (stream.release);
  ck_assert_uint_eq (table->released_streams, table->n_streams);
  ck_assert_uint_eq (table->released_schemas, table->n_schemas);
  ck_assert_uint_eq (table->released_arrays, table->n_arrays);

  return import;
}

START_TEST (test_import)
{
  Table table;
  g_autoptr(BalanceImport) import = NULL;
  g_autoptr(GListModel) sections = NULL;
  g_autoptr(BalanceSection) section = NULL;
  g_autoptr(GError) error = NULL;

  fill_table (&table);
  table.columns[3].buffers[0] = second_missing;
  table.columns[3].null_count = 1;
  import = read_table (&table, &error);
  ck_assert_ptr_null (error);
  ck_assert_uint_eq (balance_import_get_n_errors (import), 0);

  sections = balance_census_get_sections (balance_import_get_census (import));
  ck_assert_uint_eq (g_list_model_get_n_items (sections), 3);
  section = g_list_model_get_item (sections, 1);
  ck_assert (!balance_section_has_value (section, "pupils"));
  g_clear_object (&section);
  section = g_list_model_get_item (sections, 2);
  ck_assert_double_eq (balance_section_get_number (section, "pupils"), 300.0);
}
END_TEST

/* ---- streams that fail */

START_TEST (test_schema_fails)
{
  Table table;
  g_autoptr(GError) error = NULL;

  fill_table (&table);
  table.schema_error = EIO;
  ck_assert_ptr_null (read_table (&table, &error));
  ck_assert_int_eq (error->code, BALANCE_ERROR_FAILED);
  ck_assert_ptr_nonnull (strstr (error->message, "the producer says why"));
}
END_TEST

START_TEST (test_batch_fails)
{
  Table table;
  g_autoptr(GError) error = NULL;

  fill_table (&table);
  table.n_batches = 2;
  table.next_error = ENOMEM;
  table.error_at = (guint) _i;
  ck_assert_ptr_null (read_table (&table, &error));
  ck_assert_int_eq (error->code, BALANCE_ERROR_FAILED);
}
END_TEST

START_TEST (test_cancelled)
{
  Table table;
  struct ArrowArrayStream stream;
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;

  fill_table (&table);
  stream = open_table (&table);
  g_cancellable_cancel (cancellable);
  ck_assert_ptr_null (balance_census_import_arrow (&stream, NULL, NULL, NULL, cancellable, &error));
  ck_assert (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  ck_assert_uint_eq (table.released_streams, 1);
  ck_assert_uint_eq (table.released_arrays, table.n_arrays);
}
END_TEST

START_TEST (test_unusable_reader)
{
  Table table;
  struct ArrowArrayStream stream;
  g_autoptr(BalanceReader) reader = g_object_new (BALANCE_TYPE_READER, "encoding", "no-such-encoding", NULL);
  g_autoptr(GError) error = NULL;

  fill_table (&table);
  stream = open_table (&table);
  ck_assert_ptr_null (balance_census_import_arrow (&stream, NULL, reader, NULL, NULL, &error));
  ck_assert_int_eq (error->code, BALANCE_ERROR_NOT_FOUND);
  ck_assert_uint_eq (table.released_streams, 1);
}
END_TEST

START_TEST (test_spent)
{
  struct ArrowArrayStream stream = { 0 };
  g_autoptr(GError) error = NULL;

  ck_assert_ptr_null (balance_census_import_arrow (&stream, NULL, NULL, NULL, NULL, &error));
  ck_assert_int_eq (error->code, BALANCE_ERROR_INVALID_DATA);
}
END_TEST

/* All are taken, also those behind the one that fails. */
START_TEST (test_several)
{
  Table tables[3];
  struct ArrowArrayStream streams[3];
  static const char *const names[] = { "first", "second", NULL };
  g_autoptr(BalanceImport) import = NULL;
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      fill_table (&tables[i]);
      streams[i] = open_table (&tables[i]);
    }
  if (_i == 0)
    tables[1].schema_error = EIO;
  else if (_i == 1)
    tables[1].next_error = EIO;
  else
    tables[1].top_format = "l";
  import = balance_census_import_arrow_tables (streams, 3, names, NULL, NULL, NULL, &error);
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      ck_assert_ptr_null (streams[i].release);
      ck_assert_uint_eq (tables[i].released_streams, 1);
      ck_assert_uint_eq (tables[i].released_schemas, tables[i].n_schemas);
      ck_assert_uint_eq (tables[i].released_arrays, tables[i].n_arrays);
    }
  if (_i < 2)
    {
      ck_assert_ptr_null (import);
      ck_assert_ptr_nonnull (strstr (error->message, "“second”"));
    }
  else
    {
      ck_assert_ptr_null (balance_import_get_census (import));
    }
}
END_TEST

/* ---- streams that lie */

static const gint32 falling_ends[] = { 0, 6, 3, 18 }, negative_ends[] = { -6, 0, 6, 12 };
static const gint8 bad_stages[] = { 0, 1, 0 }, negative_stages[] = { 0, -1, 0 };
static const guint64 huge_stages[] = { 0, G_MAXUINT64, 0 };

/* views: 13 bytes in buffer 1 of 1; before its beginning; beyond its end; of a negative length */
static const gint32 foreign_views[][12] = {
  { 13, 0, 1, 0, 13, 0, 1, 0, 13, 0, 1, 0 },
  { 13, 0, 0, -1, 13, 0, 0, -1, 13, 0, 0, -1 },
  { 13, 0, 0, 8, 13, 0, 0, 8, 13, 0, 0, 8 },
  { -1, 0, 0, 0, -1, 0, 0, 0, -1, 0, 0, 0 },
};
static const gint64 view_sizes[] = { 20 };

static void lie_format (Table *table)        { table->top_format = "l"; }
static void lie_no_format (Table *table)     { table->columns[3].format = NULL; }
static void lie_no_schema (Table *table)     { table->no_schema = TRUE; }
static void lie_children (Table *table)      { table->n_children = -2; }
static void lie_no_children (Table *table)   { table->no_children = TRUE; }
static void lie_no_child (Table *table)      { table->no_child = TRUE; }
static void lie_too_many (Table *table)      { table->n_children = G_MAXINT64; table->no_children = TRUE; }
static void lie_no_array (Table *table)      { table->no_array = TRUE; }
static void lie_released (Table *table)      { table->released_array = TRUE; }
static void lie_no_buffers (Table *table)    { table->no_buffers = TRUE; }
static void lie_few_buffers (Table *table)   { table->columns[0].n_buffers = 2; }
static void lie_buffers (Table *table)       { table->columns[3].n_buffers = -1; }
static void lie_null_buffer (Table *table)   { table->columns[3].buffers[1] = NULL; }
static void lie_null_text (Table *table)     { table->columns[0].buffers[2] = NULL; }
static void lie_null_validity (Table *table) { table->columns[3].buffers[0] = NULL; table->columns[3].null_count = 1; }
static void lie_null_count (Table *table)    { table->columns[3].null_count = -2; }
static void lie_null_many (Table *table)     { table->columns[3].null_count = 4; }
static void lie_length (Table *table)        { table->length = -1; }
static void lie_long (Table *table)          { table->length = G_MAXINT64; table->column_length = G_MAXINT64; }
static void lie_offset (Table *table)        { table->offset = -1; }
static void lie_far (Table *table)           { table->offset = G_MAXINT64 / 2; table->column_length = G_MAXINT64; }
static void lie_column_offset (Table *table) { table->columns[3].offset = -1; }
static void lie_column_far (Table *table)    { table->columns[3].offset = G_MAXINT64; }
static void lie_short (Table *table)         { table->column_length = 2; }
static void lie_column_length (Table *table) { table->column_length = -5; }
static void lie_falling (Table *table)       { table->columns[0].buffers[1] = falling_ends; }
static void lie_negative (Table *table)      { table->columns[0].buffers[1] = negative_ends; }
static void lie_index (Table *table)         { table->columns[2].buffers[1] = bad_stages; }
static void lie_index_below (Table *table)   { table->columns[2].buffers[1] = negative_stages; }
static void lie_index_huge (Table *table)    { table->columns[2].format = "L"; table->columns[2].buffers[1] = huge_stages; }
static void lie_index_type (Table *table)    { table->columns[2].format = "g"; table->columns[2].buffers[1] = pupils; }
static void lie_no_words (Table *table)      { table->columns[2].n_values = 0; }
static void lie_words (Table *table)         { table->columns[2].n_values = -1; }
static void lie_no_dictionary (Table *table) { table->no_dictionary = TRUE; }
static void lie_null_words (Table *table)    { table->columns[2].values[1] = NULL; }

static void
lie_view (Table *table, guint which)
{
  table->columns[0].format = "vu";
  table->columns[0].n_buffers = 4;
  table->columns[0].buffers[1] = foreign_views[which];
  table->columns[0].buffers[2] = "01234567890123456789";
  table->columns[0].buffers[3] = view_sizes;
}

static void lie_view_buffer (Table *table)   { lie_view (table, 0); }
static void lie_view_before (Table *table)   { lie_view (table, 1); }
static void lie_view_beyond (Table *table)   { lie_view (table, 2); }
static void lie_view_length (Table *table)   { lie_view (table, 3); }
static void lie_view_sizes (Table *table)    { lie_view (table, 2); table->columns[0].buffers[3] = NULL; }

static void (*const lies[]) (Table *table) = {
  lie_format, lie_no_format, lie_no_schema, lie_children, lie_no_children, lie_no_child, lie_too_many, lie_no_array, lie_released,
  lie_no_buffers, lie_few_buffers, lie_buffers, lie_null_buffer, lie_null_text, lie_null_validity, lie_null_count, lie_null_many,
  lie_length, lie_long, lie_offset, lie_far, lie_column_offset, lie_column_far, lie_short, lie_column_length, lie_falling,
  lie_negative, lie_index, lie_index_below, lie_index_huge, lie_index_type, lie_no_words, lie_words, lie_no_dictionary,
  lie_null_words, lie_view_buffer, lie_view_before, lie_view_beyond, lie_view_length, lie_view_sizes,
};

START_TEST (test_lie)
{
  Table table;
  g_autoptr(BalanceImport) import = NULL;
  GListModel *problems;
  g_autoptr(BalanceProblem) problem = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *en = NULL, *zh = NULL;

  fill_table (&table);
  lies[_i] (&table);
  import = read_table (&table, &error);
  ck_assert_ptr_null (error);
  ck_assert_ptr_null (balance_import_get_census (import));
  problems = balance_import_get_problems (import);
  problem = g_list_model_get_item (problems, 0);
  ck_assert_str_eq (balance_problem_get_kind (problem), "broken-stream");
  en = balance_problem_to_text (problem, "en");
  zh = balance_problem_to_text (problem, "zh");
  ck_assert_ptr_nonnull (strstr (en, "the Arrow stream cannot be read"));
  ck_assert_ptr_nonnull (strstr (zh, "无法读取Arrow数据流"));
}
END_TEST

/* Formats that nobody knows, in a column that is wanted. */
START_TEST (test_unknown_formats)
{
  static const char *const formats[] = {
    "", "+", "+s", "+l", "+w:3", "+ud:0,1", "x", "d:", "d:10", "d:10,2,64,1", "d:10,2,7", "d:a,b", "ts", "tsx:", "tss", "tss:No/Such",
    "tdx", "ttm", "tDs", "tiM", "w:4", "z", "e", "vz", "+vl", "+r", "gg", "\xff\xfe",
  };

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      Table table;
      g_autoptr(BalanceImport) import = NULL;
      GListModel *problems;
      g_autoptr(BalanceProblem) problem = NULL;
      g_autoptr(GError) error = NULL;

      fill_table (&table);
      table.columns[3].format = formats[i];
      import = read_table (&table, &error);
      ck_assert_ptr_null (error);
      ck_assert_ptr_null (balance_import_get_census (import));
      problems = balance_import_get_problems (import);
      problem = g_list_model_get_item (problems, 0);
      ck_assert_str_eq (balance_problem_get_kind (problem), "unknown-type");
      ck_assert_str_eq (balance_problem_get_field (problem), "pupils");
    }
}
END_TEST

START_TEST (test_no_values)
{
  Table table;
  g_autoptr(BalanceImport) import = NULL;
  g_autoptr(GError) error = NULL;

  fill_table (&table);
  table.columns[3].format = "n";
  table.columns[3].n_buffers = 0;
  import = read_table (&table, &error);
  ck_assert_uint_eq (balance_import_get_n_errors (import), 0);
}
END_TEST

/* Codes that are whole numbers are the texts of these, of any type and without what is missing. */
START_TEST (test_whole_codes)
{
  static const gint64 most[] = { G_MAXINT64, -1, G_MININT64 }, some[] = { 0, 1, 10 };
  static const gint8 bytes[] = { G_MININT8, 0, G_MAXINT8 };
  static const guint8 high[] = { 255, 1, 100 };
  static const struct { const char *format; const void *values; const char *texts[3]; } cases[] = {
    { "l", most, { "9223372036854775807", "-1", "-9223372036854775808" } }, { "l", some, { "0", "1", "10" } },
    { "c", bytes, { "-128", "0", "127" } }, { "C", high, { "255", "1", "100" } },
  };

  for (guint i = 0; i < 2 * G_N_ELEMENTS (cases); i++)
    {
      const gboolean missing = i >= G_N_ELEMENTS (cases);
      g_autoptr(BalanceImport) import = NULL;
      g_autoptr(GError) error = NULL;
      Table table;

      fill_table (&table);
      table.columns[1].format = cases[i % G_N_ELEMENTS (cases)].format;
      table.columns[1].buffers[1] = cases[i % G_N_ELEMENTS (cases)].values;
      if (missing)
        table.columns[1].buffers[0] = second_missing;
      import = read_table (&table, &error);
      ck_assert_ptr_null (error);
      if (missing)
        {
          /* a school without a code is an error of the second row */
          ck_assert_uint_gt (balance_import_get_n_errors (import), 0);
          continue;
        }
      ck_assert_uint_eq (balance_import_get_n_errors (import), 0);
      for (guint k = 0; k < 3; k++)
        {
          const char *code = cases[i].texts[k];
          g_autoptr(BalanceSchool) school = balance_census_find_school (balance_import_get_census (import), code, "990001");

          ck_assert_msg (school != NULL, "%s", code);
        }
    }
}
END_TEST

START_TEST (test_nothing)
{
  Table table;
  g_autoptr(BalanceImport) import = NULL, empty = NULL;
  g_autoptr(GError) error = NULL;

  fill_table (&table);
  table.n_columns = 0;
  import = read_table (&table, &error);
  ck_assert_ptr_null (balance_import_get_census (import));

  fill_table (&table);
  table.length = 0;
  table.n_batches = 3;
  empty = read_table (&table, &error);
  ck_assert_ptr_null (balance_import_get_census (empty));
  ck_assert_ptr_null (error);
}
END_TEST

/* ---- giving away */

static BalanceEvaluation *
evaluate_table (void)
{
  Table table;
  g_autoptr(BalanceImport) import = NULL;
  g_autoptr(BalanceStandard) standard = NULL;
  g_autoptr(BalanceEvaluator) evaluator = NULL;
  g_autoptr(GError) error = NULL;
  BalanceEvaluation *evaluation;

  fill_table (&table);
  import = read_table (&table, &error);
  standard = balance_standard_lookup ("cn-2017-quality", &error);
  ck_assert_ptr_nonnull (standard);
  evaluator = balance_evaluator_new (standard);
  evaluation = balance_evaluator_evaluate (evaluator, balance_import_get_census (import), NULL, NULL, &error);
  ck_assert_ptr_null (error);

  return evaluation;
}

START_TEST (test_export)
{
  g_autoptr(BalanceEvaluation) evaluation = evaluate_table ();
  struct ArrowArrayStream stream;
  struct ArrowSchema schema, again;
  struct ArrowArray array, last;
  g_autoptr(GError) error = NULL;

  memset (&stream, 0xff, sizeof stream);
  ck_assert (balance_evaluation_export_arrow (evaluation, (BalanceEvaluationTable) _i, &stream, &error));
  g_clear_object (&evaluation);

  ck_assert_int_eq (stream.get_schema (&stream, &schema), 0);
  ck_assert_int_eq (stream.get_schema (&stream, &again), 0);
  ck_assert_str_eq (schema.format, "+s");
  ck_assert_int_eq (stream.get_next (&stream, &array), 0);
  ck_assert_int_eq (stream.get_next (&stream, &last), 0);
  ck_assert_ptr_nonnull (array.release);
  ck_assert_ptr_null (last.release);
  ck_assert_int_eq (array.n_children, schema.n_children);
  ck_assert_ptr_null (stream.get_last_error (&stream));

  /* the batch is its own */
  stream.release (&stream);
  ck_assert_ptr_null (stream.release);
  for (gint64 i = 0; i < array.n_children; i++)
    {
      const struct ArrowArray *child = array.children[i];

      ck_assert_str_eq (schema.children[i]->name, again.children[i]->name);
      ck_assert_int_eq (child->length, array.length);
      ck_assert (child->null_count == 0 || child->buffers[0] != NULL);
      ck_assert_ptr_nonnull (child->buffers[1]);
      ck_assert_ptr_eq (schema.children[i]->dictionary == NULL ? NULL : "", child->dictionary == NULL ? NULL : "");
    }
  again.release (&again);
  schema.release (&schema);
  array.release (&array);
  ck_assert_ptr_null (array.release);
}
END_TEST

/* Whoever takes a column of a batch away marks it, and releases it later than the batch. */
START_TEST (test_columns_move)
{
  g_autoptr(BalanceEvaluation) evaluation = evaluate_table ();
  struct ArrowArrayStream stream;
  struct ArrowSchema schema, name;
  struct ArrowArray array, column;
  g_autoptr(GError) error = NULL;

  ck_assert (balance_evaluation_export_arrow (evaluation, BALANCE_EVALUATION_TABLE_SECTIONS, &stream, &error));
  ck_assert_int_eq (stream.get_schema (&stream, &schema), 0);
  ck_assert_int_eq (stream.get_next (&stream, &array), 0);
  name = *schema.children[0];
  schema.children[0]->release = NULL;
  column = *array.children[0];
  array.children[0]->release = NULL;
  stream.release (&stream);
  schema.release (&schema);
  array.release (&array);

  ck_assert_str_eq (name.name, "district_code");
  ck_assert_mem_eq (column.buffers[2], "990001", 6);
  name.release (&name);
  column.release (&column);
}
END_TEST

/* Nobody reads it. */
START_TEST (test_unread)
{
  g_autoptr(BalanceEvaluation) evaluation = evaluate_table ();
  struct ArrowArrayStream stream;
  g_autoptr(GError) error = NULL;

  ck_assert (balance_evaluation_export_arrow (evaluation, (BalanceEvaluationTable) _i, &stream, &error));
  stream.release (&stream);
  ck_assert (balance_census_export_arrow (balance_evaluation_get_census (evaluation), BALANCE_LEVEL_SECTION, &stream, &error));
  stream.release (&stream);
}
END_TEST

START_TEST (test_groups_have_no_facts)
{
  g_autoptr(BalanceEvaluation) evaluation = evaluate_table ();
  struct ArrowArrayStream stream;
  g_autoptr(GError) error = NULL;

  memset (&stream, 0xff, sizeof stream);
  ck_assert (!balance_census_export_arrow (balance_evaluation_get_census (evaluation), BALANCE_LEVEL_STAGE, &stream, &error));
  ck_assert_int_eq (error->code, BALANCE_ERROR_NOT_FOUND);
  ck_assert_ptr_null (stream.release);
}
END_TEST

/* What goes out comes back. */
START_TEST (test_there_and_back)
{
  g_autoptr(BalanceEvaluation) evaluation = evaluate_table ();
  g_autoptr(BalanceImport) import = NULL;
  BalanceCensus *before = balance_evaluation_get_census (evaluation), *after;
  struct ArrowArrayStream stream;
  g_autoptr(GBytes) ours = NULL, theirs = NULL;
  g_autoptr(GError) error = NULL;

  ck_assert (balance_census_export_arrow (before, BALANCE_LEVEL_SECTION, &stream, &error));
  import = balance_census_import_arrow (&stream, NULL, NULL, NULL, NULL, &error);
  ck_assert_ptr_null (error);
  after = balance_import_get_census (import);
  ours = balance_census_dup_column (before, BALANCE_LEVEL_SECTION, "pupils", NULL, &error);
  theirs = balance_census_dup_column (after, BALANCE_LEVEL_SECTION, "pupils", NULL, &error);
  ck_assert (g_bytes_equal (ours, theirs));
}
END_TEST

static void
imported (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  GError *error = NULL;
  BalanceImport **import = data;

  *import = balance_census_import_arrow_finish (result, &error);
  ck_assert_ptr_null (error);
}

START_TEST (test_in_thread)
{
  Table table;
  struct ArrowArrayStream stream;
  BalanceImport *import = NULL;

  fill_table (&table);
  stream = open_table (&table);
  balance_census_import_arrow_async (&stream, NULL, NULL, NULL, NULL, imported, &import);
  ck_assert_ptr_null (stream.release);
  while (import == NULL)
    g_main_context_iteration (NULL, TRUE);
  ck_assert_uint_eq (balance_import_get_n_errors (import), 0);
  g_object_unref (import);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  ck_assert_uint_eq (table.released_streams, 1);
}
END_TEST

/* ---- decimals of binary numbers */

/* The slow way, by text. */
static gboolean
find_decimal_by_text (double          value,
                      BalanceDecimal *decimal)
{
  static const char *const formats[] = { "%.14e", "%.15e", "%.16e" };
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      double back;

      g_ascii_formatd (buffer, sizeof buffer, formats[i], value);
      back = g_ascii_strtod (buffer, NULL);
      if (memcmp (&back, &value, sizeof back) == 0)
        {
          gboolean fits = balance_decimal_parse (buffer, -1, decimal);

          if (fits)
            balance_decimal_normalize (decimal);
          return fits;
        }
    }

  return FALSE;
}

START_TEST (test_decimals)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (7);
  static const double edges[] = {
    0.0, 0.1, 0.3, 1e15, 1e15 - 1, 999999999999999.9, 99999999999999.99, 1e17, 1e18, 1e-18, 1e-19, 1.5e-15, 5e-324, 1e300, 0.1 + 0.2,
    4503599627370495.5, 9007199254740993.0, 123456789012345.678, 2.5, 1e14 + 0.5,
  };

  for (guint i = 0; i < 60000 + G_N_ELEMENTS (edges) * 2; i++)
    {
      BalanceDecimal fast = { 0, 0 }, slow = { 0, 0 };
      double value;
      gboolean fits;

      if (i < G_N_ELEMENTS (edges) * 2)
        {
          value = edges[i / 2] * (i % 2 == 0 ? 1 : -1);
        }
      else if (i % 2 == 0)
        {
          guint64 bits = (guint64) g_rand_int (rand) << 32 | g_rand_int (rand);

          /* any size that a decimal may have */
          memcpy (&value, &bits, sizeof value);
          value = ldexp (frexp (value, &(int) { 0 }), g_rand_int_range (rand, -60, 62));
        }
      else
        {
          value = (double) (gint64) ((guint64) g_rand_int (rand) << 18 | g_rand_int (rand) >> 14) / pow (10, g_rand_int_range (rand, 0, 16));
        }
      if (!isfinite (value))
        continue;
      fits = find_decimal_by_text (value, &slow);
      ck_assert_int_eq (balance_decimal_from_double (value, &fast), fits);
      if (fits)
        {
          ck_assert_int_eq (fast.digits, slow.digits);
          ck_assert_uint_eq (fast.scale, slow.scale);
        }
    }
}
END_TEST

START_TEST (test_single_precision)
{
  static const struct { float value; gint64 digits; guint scale; } cases[] = {
    { 0.1f, 1, 1 }, { 3.57f, 357, 2 }, { 1234.5f, 12345, 1 }, { 16777216.0f, 16777216, 0 }, { -0.07f, -7, 2 }, { 0.0f, 0, 0 },
    { 33554432.0f, 33554432, 0 }, { 1.0f / 3.0f, 33333334, 8 }, { 123456.7f, 1234567, 1 },
  };
  BalanceDecimal decimal;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ck_assert (balance_decimal_from_float (cases[i].value, &decimal));
      ck_assert_int_eq (decimal.digits, cases[i].digits);
      ck_assert_uint_eq (decimal.scale, cases[i].scale);
    }
  ck_assert (!balance_decimal_from_float (INFINITY, &decimal));
  ck_assert (!balance_decimal_from_float (NAN, &decimal));
  ck_assert (!balance_decimal_from_float (1e30f, &decimal));
}
END_TEST

static Suite *
arrow_suite (void)
{
  Suite *suite = suite_create ("arrow");
  TCase *reading = tcase_create ("import");
  TCase *giving = tcase_create ("export");
  TCase *decimals = tcase_create ("decimals");

  tcase_add_test (reading, test_import);
  tcase_add_test (reading, test_schema_fails);
  tcase_add_loop_test (reading, test_batch_fails, 0, 3);
  tcase_add_test (reading, test_cancelled);
  tcase_add_test (reading, test_unusable_reader);
  tcase_add_test (reading, test_spent);
  tcase_add_loop_test (reading, test_several, 0, 3);
  tcase_add_loop_test (reading, test_lie, 0, G_N_ELEMENTS (lies));
  tcase_add_test (reading, test_unknown_formats);
  tcase_add_test (reading, test_no_values);
  tcase_add_test (reading, test_whole_codes);
  tcase_add_test (reading, test_nothing);
  tcase_add_test (reading, test_in_thread);
  suite_add_tcase (suite, reading);

  tcase_add_loop_test (giving, test_export, 0, BALANCE_EVALUATION_TABLE_FINDINGS + 1);
  tcase_add_test (giving, test_columns_move);
  tcase_add_loop_test (giving, test_unread, 0, BALANCE_EVALUATION_TABLE_FINDINGS + 1);
  tcase_add_test (giving, test_groups_have_no_facts);
  tcase_add_test (giving, test_there_and_back);
  suite_add_tcase (suite, giving);

  tcase_add_test (decimals, test_decimals);
  tcase_add_test (decimals, test_single_precision);
  suite_add_tcase (suite, decimals);

  return suite;
}

int
main (void)
{
  SRunner *runner = srunner_create (arrow_suite ());

  int n_failed;

  srunner_run_all (runner, CK_ENV);
  n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
