/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bytes as a description of Arrow streams: types, lengths, offsets, dictionaries, what the buffers hold, and lies. Every
 * buffer is exactly as long as the interface demands for the lengths that are claimed, for nobody can check that; what
 * can be checked may be anything. Each structure must be released once, and row by row the same must come out. */

#include <balance/balance.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/balance-arrow-private.h"
#include "io/balance-reader-private.h"

#include "fuzz-import.h"

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

#define MAX_COLUMNS 10
#define MAX_BATCHES 3
#define MAX_ROWS    70
#define MAX_STREAMS 3

static const char map_text[] =
  "map: fuzz\n"
  "columns: {pupils: count}\n"
  "values: {stage: {x: primary}, district_code: {'7': '8'}}\n"
  "ignore: [z]\n";

static const char *const names[] = {
  "d", "s", "st", "n", "k", "v", "区县代码", "学校代码", "school_name", "district_name", "stage", "在校生数", "v (万元)", "小学n", "初中n",
  "b", "o", "t", "i", "year", "count", "z", "", "unknown", "\xff\xfe", NULL,
};

static const char *const formats[] = {
  "u", "l", "g", "U", "vu", "i", "b", "c", "C", "s", "S", "I", "L", "f", "n", "tdD", "tdm", "tsu:", "tsn:Asia/Shanghai", "tss:Nowhere/At_all",
  "d:9,2", "d:38,3,128", "d:76,-2,256", "d:9,1,32", "e", "z", "+l", "+r", "ttu", "vz", "", NULL, "w:7",
};

/* The bytes that are left. */
typedef struct
{
  const uint8_t *data;
  size_t         size;
} Source;

static guint
take (Source *self)
{
  if (self->size == 0)
    return 0;
  self->size--;

  return *self->data++;
}

static void
take_bytes (Source *self,
            char   *to,
            gsize   n)
{
  for (gsize i = 0; i < n; i++)
    to[i] = (char) take (self);
}

/* One structure: whoever gets it calls its release once. */
typedef struct
{
  guint     n_released;
  GPtrArray *memory;        /* what goes with it */
} Record;

typedef struct
{
  const char *name, *format, *values;     /* the last: of a dictionary, nullable */
  guint       lie;
} Column;

typedef struct
{
  Source    *source;
  GPtrArray *records;
  guint      n_columns, n_batches, batch, schema_fault, batch_fault, fault_at;
  Column     columns[MAX_COLUMNS];
} Stream;

static void
record_free (gpointer data)
{
  Record *self = data;

  g_clear_pointer (&self->memory, g_ptr_array_unref);
  g_free (self);
}

static Record *
add_record (Stream *stream)
{
  Record *record = g_new0 (Record, 1);

  record->memory = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (stream->records, record);

  return record;
}

/* Of exactly this size, so that a sanitizer sees a byte too far. */
static gpointer
allocate (Record *record,
          gsize   size)
{
  gpointer memory = g_malloc (MAX (size, 1));

  memset (memory, 0, MAX (size, 1));
  g_ptr_array_add (record->memory, memory);

  return memory;
}

static void
finish (Record *record)
{
  if (record->n_released++ > 0)
    abort ();
  g_clear_pointer (&record->memory, g_ptr_array_unref);
}

/* -- schemas ------------------------------------------------------------------------------------------ */

static void
release_schema (struct ArrowSchema *schema)
{
  for (gint64 i = 0; schema->children != NULL && i < schema->n_children; i++)
    if (schema->children[i] != NULL && schema->children[i]->release != NULL)
      schema->children[i]->release (schema->children[i]);
  if (schema->dictionary != NULL && schema->dictionary->release != NULL)
    schema->dictionary->release (schema->dictionary);
  schema->release = NULL;
  finish (schema->private_data);
}

static Record *
init_schema (Stream             *stream,
             struct ArrowSchema *schema,
             const char         *format,
             const char         *name)
{
  Record *record = add_record (stream);

  *schema = (struct ArrowSchema) { .format = format, .name = name, .release = release_schema, .private_data = record };

  return record;
}

static int
get_schema (struct ArrowArrayStream *from,
            struct ArrowSchema      *schema)
{
  Stream *self = from->private_data;
  Record *record;

  if (self->schema_fault == 1)
    {
      memset (schema, 0xff, sizeof *schema);
      return EIO;
    }
  *schema = (struct ArrowSchema) { 0 };
  if (self->schema_fault == 2)
    return 0;

  record = init_schema (self, schema, self->schema_fault == 3 ? "u" : "+s", NULL);
  schema->n_children = self->schema_fault == 4 ? -1 : self->schema_fault == 5 ? G_MAXINT64 : (gint64) self->n_columns;
  if (self->schema_fault == 5)
    return 0;
  schema->children = allocate (record, sizeof (gpointer) * self->n_columns);
  for (guint i = 0; i < self->n_columns; i++)
    {
      const Column *column = &self->columns[i];

      if (column->lie == 1)
        continue;
      schema->children[i] = allocate (record, sizeof (struct ArrowSchema));
      if (column->lie == 2)
        continue;
      init_schema (self, schema->children[i], column->format, column->name);
      if (column->values != NULL)
        {
          schema->children[i]->dictionary = allocate (record, sizeof (struct ArrowSchema));
          init_schema (self, schema->children[i]->dictionary, column->values, NULL);
        }
    }
  if (schema->n_children < 0)
    {
      /* nobody would find them */
      for (guint i = 0; i < self->n_columns; i++)
        if (schema->children[i] != NULL && schema->children[i]->release != NULL)
          schema->children[i]->release (schema->children[i]);
      schema->children = NULL;
    }

  return 0;
}

/* -- arrays ------------------------------------------------------------------------------------------- */

static void
release_array (struct ArrowArray *array)
{
  for (gint64 i = 0; array->children != NULL && i < array->n_children; i++)
    if (array->children[i] != NULL && array->children[i]->release != NULL)
      array->children[i]->release (array->children[i]);
  if (array->dictionary != NULL && array->dictionary->release != NULL)
    array->dictionary->release (array->dictionary);
  array->release = NULL;
  finish (array->private_data);
}

static Record *
init_array (Stream            *stream,
            struct ArrowArray *array,
            gint64             length,
            gint64             offset)
{
  Record *record = add_record (stream);

  *array = (struct ArrowArray) { .length = length, .offset = offset, .release = release_array, .private_data = record };

  return record;
}

/* Bytes of one value in the buffer behind the validity; 0: none, or bits. */
static guint
get_width (const char *format)
{
  static const struct { const char *format; guint width; } widths[] = {
    { "c", 1 }, { "C", 1 }, { "s", 2 }, { "S", 2 }, { "i", 4 }, { "I", 4 }, { "f", 4 }, { "tdD", 4 }, { "d:9,1,32", 4 },
    { "l", 8 }, { "L", 8 }, { "g", 8 }, { "tdm", 8 }, { "tsu:", 8 }, { "tsn:Asia/Shanghai", 8 }, { "tss:Nowhere/At_all", 8 },
    { "ttu", 8 }, { "d:9,2", 16 }, { "d:38,3,128", 16 }, { "d:76,-2,256", 32 }, { "e", 2 }, { "w:7", 7 },
  };

  for (guint i = 0; format != NULL && i < G_N_ELEMENTS (widths); i++)
    if (g_str_equal (format, widths[i].format))
      return widths[i].width;

  return 0;
}

static gboolean
is_any_of (const char        *format,
           const char *const *some)
{
  return format != NULL && g_strv_contains (some, format);
}

/* Numbers that are likely to be read, others that are not. */
static void
fill_numbers (Source     *source,
              const char *format,
              char       *to,
              guint       width,
              gint64      n)
{
  static const double doubles[] = { 0.1, 12.5, 1e15, 123456789.123, -1.0, 1e300, 0.333333333333333314829616256247, 990001.0 };

  for (gint64 i = 0; i < n; i++, to += width)
    {
      const guint way = take (source);

      memset (to, 0, width);
      if (way >= 0xe0)
        take_bytes (source, to, width);
      else if (format[0] == 'g' || format[0] == 'f')
        {
          const double value = way >= 0xc0 ? doubles[way % G_N_ELEMENTS (doubles)] : way / 2.0;
          const float single = (float) value;

          memcpy (to, width == 8 ? (const void *) &value : (const void *) &single, width);
        }
      else
        to[0] = (char) (way & 0x7f);
    }
}

/* Ends of texts, each mostly a little behind the one before it; `most` becomes the largest. */
static gint64
take_end (Source *source,
          gint64  before,
          gint64 *most)
{
  const guint way = take (source);
  gint64 end = way < 0xe0 ? before + (way & 0x07) : way < 0xf0 ? before + way : way < 0xfc ? (gint64) way - 0xf0 : (gint64) way - 0x100;

  end = MIN (end, 4000);
  *most = MAX (*most, end);

  return end;
}

static void
fill_text (Source *source,
           char   *to,
           gint64  n)
{
  static const char *const some[] = { "1", "2", "30", "小学", "p", "j", "S", "初中", " ", "合计", "小", "九", "是", "—", "1.5", "#N/A", "\xe2", "2020-09-01" };

  for (gint64 i = 0; i < n;)
    {
      const guint way = take (source);
      const char *text = some[way % G_N_ELEMENTS (some)];
      const gint64 length = MIN ((gint64) strlen (text), n - i);

      if (way >= 0xc0)
        {
          to[i++] = (char) take (source);
          continue;
        }
      memcpy (to + i, text, (gsize) length);
      i += length;
    }
}

static void
fill_views (Source *source,
            Record *record,
            char   *views,
            gint64  n,
            char   *data,
            gint32  size)
{
  for (gint64 i = 0; i < n; i++, views += 16)
    {
      const guint way = take (source);
      gint32 length = (gint32) (way & 0x1f), buffer = 0, offset = 0;

      if (way >= 0xf0)
        {
          take_bytes (source, views, 16);
          continue;
        }
      memcpy (views, &length, 4);
      if (length <= 12)
        {
          fill_text (source, views + 4, length);
          continue;
        }
      /* a few reach beyond */
      offset = (gint32) take (source) % MAX (size - length + (way >= 0xe0), 1);
      memcpy (views + 4, data, MIN (4, (gsize) size));
      memcpy (views + 8, &buffer, 4);
      memcpy (views + 12, &offset, 4);
    }
}

/* Buffers for a claim of length and offset. */
static void
fill_array (Stream            *stream,
            struct ArrowArray *array,
            Record            *record,
            const char        *format)
{
  static const char *const texts[] = { "u", "z", "U", NULL }, *const views[] = { "vu", "vz", NULL };
  static const char *const nothing[] = { "n", "+l", "+r", "", NULL };
  Source *source = stream->source;
  const gint64 n = array->length + array->offset;
  const guint way = take (source);
  gint64 most = 0;

  array->buffers = allocate (record, 5 * sizeof (gpointer));
  if (format == NULL || is_any_of (format, nothing))
    return;
  if (way % 2 == 1)
    {
      array->buffers[0] = allocate (record, (gsize) (n + 7) / 8);
      take_bytes (source, (char *) array->buffers[0], (gsize) (n + 7) / 8);
      array->null_count = -1;
    }
  array->n_buffers = 2;
  if (is_any_of (format, texts))
    {
      const guint width = format[0] == 'U' ? 8 : 4;
      char *ends = allocate (record, (gsize) (n + 1) * width);
      gint64 end = 0;

      for (gint64 i = 0; i <= n; i++)
        {
          gint32 small;

          end = take_end (source, i > 0 ? end : 0, &most);
          small = (gint32) end;
          memcpy (ends + i * width, width == 8 ? (const void *) &end : (const void *) &small, width);
        }
      array->buffers[1] = ends;
      array->buffers[2] = most > 0 || way % 4 < 2 ? allocate (record, (gsize) most) : NULL;
      if (array->buffers[2] != NULL)
        fill_text (source, (char *) array->buffers[2], most);
      array->n_buffers = 3;
    }
  else if (is_any_of (format, views))
    {
      const gint32 size = (gint32) take (source);
      char *data = allocate (record, (gsize) size);
      gint64 *sizes = allocate (record, sizeof *sizes);
      char *made = allocate (record, (gsize) n * 16);

      fill_text (source, data, size);
      fill_views (source, record, made, n, data, size);
      *sizes = size;
      array->buffers[1] = made;
      array->buffers[2] = data;
      array->buffers[3] = sizes;
      array->n_buffers = 4;
    }
  else if (g_str_equal (format, "b"))
    {
      array->buffers[1] = allocate (record, (gsize) (n + 7) / 8);
      take_bytes (source, (char *) array->buffers[1], (gsize) (n + 7) / 8);
    }
  else
    {
      const guint width = get_width (format);

      array->buffers[1] = allocate (record, (gsize) n * width);
      fill_numbers (source, format, (char *) array->buffers[1], width, n);
    }
}

static void
make_lie (Source            *source,
          struct ArrowArray *array)
{
  switch (take (source) % 12)
    {
    case 0:  array->n_buffers--; break;
    case 1:  array->null_count = array->length + 1; break;
    case 2:  array->null_count = -2; break;
    case 3:  array->length = -1; break;
    case 4:  array->offset = -1; break;
    case 5:  array->length = MAX (array->length - 1, 0); break;
    case 6:  array->buffers = NULL; break;
    case 7:  array->n_buffers = 0; break;
    case 8:  array->null_count = 1; break;
    case 9:  array->offset = G_MAXINT64; break;
    case 10: array->buffers[1] = NULL; break;
    default: array->n_buffers = -1; break;
    }
}

static void
make_column (Stream            *stream,
             const Column      *column,
             struct ArrowArray *array,
             gint64             n)
{
  const guint way = take (stream->source);
  const gint64 offset = way >= 0xf0 ? way & 0x07 : 0, more = way >= 0xe0 ? way & 0x03 : 0;
  Record *record = init_array (stream, array, n + more, offset);

  fill_array (stream, array, record, column->format);
  if ((column->values != NULL && column->lie != 3) || column->lie == 4)
    {
      Record *values;

      array->dictionary = allocate (record, sizeof (struct ArrowArray));
      values = init_array (stream, array->dictionary, take (stream->source) % 8, take (stream->source) % 3);
      fill_array (stream, array->dictionary, values, column->values);
      if (column->lie == 5)
        make_lie (stream->source, array->dictionary);
    }
  if (column->lie == 6)
    make_lie (stream->source, array);
}

static int
get_next (struct ArrowArrayStream *from,
          struct ArrowArray       *array)
{
  Stream *self = from->private_data;
  const gboolean faulty = self->batch_fault != 0 && self->batch == self->fault_at;
  gint64 n, offset;
  Record *record;

  if (faulty && self->batch_fault == 1)
    {
      memset (array, 0xff, sizeof *array);
      return ENOMEM;
    }
  *array = (struct ArrowArray) { 0 };
  if (self->batch++ >= self->n_batches)
    return 0;

  n = take (self->source) % MAX_ROWS;
  offset = take (self->source) % 5;
  /* rows of a batch begin at its offset in each child */
  record = init_array (self, array, n, offset);
  array->n_buffers = 1;
  array->buffers = allocate (record, sizeof (gpointer));
  if (take (self->source) % 4 == 0)
    {
      array->buffers[0] = allocate (record, (gsize) (n + offset + 7) / 8);
      take_bytes (self->source, (char *) array->buffers[0], (gsize) (n + offset + 7) / 8);
    }
  array->n_children = self->n_columns;
  array->children = allocate (record, self->n_columns * sizeof (gpointer));
  for (guint i = 0; i < self->n_columns; i++)
    {
      if (self->columns[i].lie == 7)
        continue;
      array->children[i] = allocate (record, sizeof (struct ArrowArray));
      if (self->columns[i].lie == 8)
        continue;
      make_column (self, &self->columns[i], array->children[i], n + offset);
    }
  if (!faulty)
    return 0;
  switch (self->batch_fault)
    {
    case 2:
      array->length = -1;
      break;
    case 3:
      array->offset = -1;
      break;
    case 4:
      array->length = G_MAXINT64;
      break;
    case 5:
      array->n_buffers = 0;
      break;
    case 6:
      /* one too many, which is released all the same */
      {
        struct ArrowArray **children = allocate (record, (self->n_columns + 1) * sizeof (gpointer));

        memcpy (children, array->children, self->n_columns * sizeof (gpointer));
        array->children = children;
        array->n_children++;
      }
      break;
    default:
      array->offset = G_MAXINT64;
      break;
    }

  return 0;
}

static const char *
get_last_error (struct ArrowArrayStream *from)
{
  const Stream *self = from->private_data;

  return self->fault_at % 2 == 0 ? "broken \xff" : NULL;
}

static void
release_stream (struct ArrowArrayStream *from)
{
  from->release = NULL;
  if (((Stream *) from->private_data)->n_batches == G_MAXUINT)
    abort ();
  /* released: a second time would be seen above, and no batch comes after it */
  ((Stream *) from->private_data)->n_batches = G_MAXUINT;
}

static void
init_stream (Stream                  *self,
             Source                  *source,
             struct ArrowArrayStream *stream)
{
  guint way = take (source);

  self->source = source;
  self->records = g_ptr_array_new_with_free_func (record_free);
  self->n_columns = take (source) % (MAX_COLUMNS + 1);
  self->n_batches = take (source) % (MAX_BATCHES + 1);
  if (way >= 0xe0)
    {
      self->schema_fault = way >= 0xf0 ? way & 0x07 : 0;
      self->batch_fault = way < 0xf0 ? way & 0x07 : 0;
      self->fault_at = take (source) % MAX_BATCHES;
    }
  for (guint i = 0; i < self->n_columns; i++)
    {
      Column *column = &self->columns[i];

      column->name = names[take (source) % G_N_ELEMENTS (names)];
      column->format = formats[take (source) % G_N_ELEMENTS (formats)];
      way = take (source);
      if (way >= 0x80)
        {
          column->values = formats[way % G_N_ELEMENTS (formats)];
          column->lie = way >= 0xf0 ? take (source) % 9 : 0;
        }
    }
  *stream = (struct ArrowArrayStream) {
    .get_schema = get_schema, .get_next = get_next, .get_last_error = get_last_error, .release = release_stream, .private_data = self,
  };
}

static void
check_stream (Stream                        *self,
              const struct ArrowArrayStream *stream)
{
  if (stream->release != NULL || self->n_batches != G_MAXUINT)
    abort ();
  for (guint i = 0; i < self->records->len; i++)
    if (((Record *) g_ptr_array_index (self->records, i))->n_released != 1)
      abort ();
  g_ptr_array_unref (self->records);
}

/* -- reading ------------------------------------------------------------------------------------------ */

static void
say_section (BalanceSection *section,
             GString        *all)
{
  static const char *const fields[] = { "pupils", "value", "boarding", "opened", "district_name", "school_name", "income", "year", "kind", "trained" };

  g_string_append (all, balance_section_get_stage (section));
  for (guint j = 0; j < G_N_ELEMENTS (fields); j++)
    {
      g_autofree char *text = balance_section_dup_text (section, fields[j], "zh");
      g_autoptr(BalanceCell) cell = balance_section_get_cell (section, fields[j]);
      g_autofree char *where = cell != NULL ? balance_cell_to_text (cell) : NULL;

      if ((text != NULL) != balance_section_has_value (section, fields[j]) || (text != NULL && !g_utf8_validate (text, -1, NULL)))
        abort ();
      g_string_append_printf (all, " %s %s\n", text, where);
    }
}

/* What goes out again, to its end. */
static void
drain (BalanceCensus *census,
       BalanceLevel   level)
{
  struct ArrowArrayStream out;
  struct ArrowSchema schema;
  struct ArrowArray array;

  if (!balance_census_export_arrow (census, level, &out, NULL) || out.get_schema (&out, &schema) != 0)
    abort ();
  schema.release (&schema);
  while (out.get_next (&out, &array) == 0 && array.release != NULL)
    array.release (&array);
  out.release (&out);
}

/* (transfer full) everything that was read and said */
static char *
read_streams (BalanceReader *reader,
              const uint8_t *data,
              size_t         size)
{
  g_autoptr(GString) all = g_string_new (NULL);
  g_autoptr(BalanceImport) import = NULL;
  g_autoptr(GListModel) sections = NULL;
  g_autoptr(GError) error = NULL;
  struct ArrowArrayStream streams[MAX_STREAMS];
  Stream made[MAX_STREAMS] = { 0 };
  Source source = { data, size };
  BalanceCensus *census;
  const guint n = 1 + take (&source) % MAX_STREAMS;

  for (guint i = 0; i < n; i++)
    init_stream (&made[i], &source, &streams[i]);
  import = n == 1 ? balance_census_import_arrow (streams, "fuzz", reader, NULL, NULL, &error)
                  : balance_census_import_arrow_tables (streams, n, NULL, reader, NULL, NULL, &error);
  for (guint i = 0; i < n; i++)
    check_stream (&made[i], &streams[i]);
  if ((import == NULL) != (error != NULL) || (error != NULL && !g_utf8_validate (error->message, -1, NULL)))
    abort ();
  if (import == NULL)
    return g_strdup (error->message);

  fuzz_append_problems (all, import);
  census = balance_import_get_census (import);
  if ((census == NULL) != (balance_import_get_n_errors (import) > 0))
    abort ();
  if (census == NULL)
    return g_string_free (g_steal_pointer (&all), FALSE);

  sections = balance_census_get_sections (census);
  for (guint i = 0; i < g_list_model_get_n_items (sections); i++)
    {
      g_autoptr(BalanceSection) section = g_list_model_get_item (sections, i);

      say_section (section, all);
    }
  drain (census, BALANCE_LEVEL_SECTION);
  drain (census, BALANCE_LEVEL_SCHOOL);
  drain (census, BALANCE_LEVEL_DISTRICT);

  return g_string_free (g_steal_pointer (&all), FALSE);
}

/* The first byte chooses the reader: with or without a map, with bad rows or without. */
int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  static BalanceReader *readers[4], *row_readers[4];
  g_autofree char *expected = NULL;
  g_autofree char *found = NULL;

  if (readers[0] == NULL)
    {
      g_autoptr(GBytes) rules = g_bytes_new_static (map_text, sizeof map_text - 1);
      g_autoptr(BalanceDictionary) dictionary = fuzz_dictionary ();
      g_autoptr(BalanceMap) map = balance_map_new_from_bytes (rules, "fuzz.map.yaml", dictionary, NULL);

      if (map == NULL)
        abort ();
      for (guint i = 0; i < G_N_ELEMENTS (readers); i++)
        {
          readers[i] = balance_reader_new (dictionary, i % 2 == 1 ? map : NULL, i >= 2);
          row_readers[i] = balance_reader_new (dictionary, i % 2 == 1 ? map : NULL, i >= 2);
          balance_reader_set_bulk (row_readers[i], 0, NULL);
        }
    }
  if (size == 0)
    return 0;

  expected = read_streams (row_readers[data[0] % G_N_ELEMENTS (readers)], data + 1, size - 1);
  found = read_streams (readers[data[0] % G_N_ELEMENTS (readers)], data + 1, size - 1);
  if (!g_str_equal (expected, found))
    abort ();

  return 0;
}
