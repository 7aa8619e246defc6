/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/balance-arrow-private.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/balance-float-private.h"

/* So many rows ahead texts are fetched from memory. */
#define AHEAD 16

/* Bytes of a text for which there is room at first. */
#define USUAL_LENGTH 24

/* Bytes that grow, aligned as malloc aligns. */
typedef struct
{
  char  *data;
  gsize  length, size;
} Buffer;

struct _BalanceArrowColumn
{
  char             *name;
  BalanceArrowKind  kind;
  char            **words;       /* nullable */
  guint             n_words;

  /* of the batch */
  gsize             n_rows, n_missing;
  Buffer            validity;
  Buffer            values;
  Buffer            text;
};

struct _BalanceArrowTable
{
  GPtrArray *columns;            /* of BalanceArrowColumn */
};

/* Makes room for so many bytes more. */
static void
buffer_reserve (Buffer *self,
                gsize   n)
{
  if (self->length + n > self->size)
    {
      self->size = MAX (self->length + n, MAX (64, self->size * 2));
      self->data = g_realloc (self->data, self->size);
    }
}

static gpointer
buffer_grow (Buffer *self,
             gsize   n)
{
  gpointer at;

  buffer_reserve (self, n);
  at = self->data + self->length;
  self->length += n;

  return at;
}

static void
buffer_clear (Buffer *self)
{
  g_free (self->data);
  *self = (Buffer) { NULL, 0, 0 };
}

static void
column_reset (BalanceArrowColumn *self)
{
  self->n_rows = self->n_missing = 0;
  buffer_clear (&self->validity);
  buffer_clear (&self->values);
  buffer_clear (&self->text);
}

static void
column_free (gpointer data)
{
  BalanceArrowColumn *self = data;

  column_reset (self);
  g_strfreev (self->words);
  g_free (self->name);
  g_free (self);
}

BalanceArrowTable *
balance_arrow_table_new (void)
{
  BalanceArrowTable *self = g_new0 (BalanceArrowTable, 1);

  self->columns = g_ptr_array_new_with_free_func (column_free);

  return self;
}

void
balance_arrow_table_free (BalanceArrowTable *self)
{
  g_ptr_array_unref (self->columns);
  g_free (self);
}

guint
balance_arrow_table_add (BalanceArrowTable *self,
                         const char        *name,
                         BalanceArrowKind   kind,
                         const char *const *words,
                         guint              n_words)
{
  BalanceArrowColumn *column = g_new0 (BalanceArrowColumn, 1);

  column->name = g_strdup (name);
  column->kind = kind;
  column->n_words = n_words;
  column->words = g_new0 (char *, n_words + 1);
  for (guint i = 0; i < n_words; i++)
    column->words[i] = g_strdup (words[i]);
  g_ptr_array_add (self->columns, column);

  return self->columns->len - 1;
}

/* ---- rows */

static BalanceArrowColumn *
add_row (BalanceArrowTable *self,
         guint              index,
         gboolean           valid)
{
  BalanceArrowColumn *column = g_ptr_array_index (self->columns, index);
  gsize row = column->n_rows++;

  if (row % 8 == 0)
    *(guint8 *) buffer_grow (&column->validity, 1) = 0;
  if (valid)
    column->validity.data[row / 8] |= (char) (1 << row % 8);
  else
    column->n_missing++;

  return column;
}

void
balance_arrow_table_put_text (BalanceArrowTable *self,
                              guint              index,
                              const char        *text)
{
  BalanceArrowColumn *column = add_row (self, index, text != NULL);
  gsize length = text != NULL ? strlen (text) : 0;
  gint32 end;

  if (column->values.length == 0)
    *(gint32 *) buffer_grow (&column->values, sizeof (gint32)) = 0;
  if (length > 0)
    memcpy (buffer_grow (&column->text, length), text, length);
  /* what does not fit is found when the batch is made */
  end = (gint32) MIN (column->text.length, G_MAXINT32);
  memcpy (buffer_grow (&column->values, sizeof end), &end, sizeof end);
}

static gboolean
has_many_words (const BalanceArrowColumn *column)
{
  return column->n_words > G_MAXINT8;
}

void
balance_arrow_table_put_word (BalanceArrowTable *self,
                              guint              index,
                              int                word)
{
  BalanceArrowColumn *column = add_row (self, index, word >= 0);
  gint32 code = MAX (word, 0);

  if (has_many_words (column))
    memcpy (buffer_grow (&column->values, sizeof code), &code, sizeof code);
  else
    *(gint8 *) buffer_grow (&column->values, 1) = (gint8) code;
}

void
balance_arrow_table_put_double (BalanceArrowTable *self,
                                guint              index,
                                double             value)
{
  gboolean valid = !isnan (value);
  BalanceArrowColumn *column = add_row (self, index, valid);

  if (!valid)
    value = 0.0;
  memcpy (buffer_grow (&column->values, sizeof value), &value, sizeof value);
}

void
balance_arrow_table_put_int (BalanceArrowTable *self,
                             guint              index,
                             gboolean           valid,
                             gint64             value)
{
  BalanceArrowColumn *column = add_row (self, index, valid);
  gsize row = column->n_rows - 1;
  gint32 small;

  if (!valid)
    value = 0;
  switch (column->kind)
    {
    case BALANCE_ARROW_BOOL:
      if (row % 8 == 0)
        *(guint8 *) buffer_grow (&column->values, 1) = 0;
      if (value != 0)
        column->values.data[row / 8] |= (char) (1 << row % 8);
      break;

    case BALANCE_ARROW_INT64:
      memcpy (buffer_grow (&column->values, sizeof value), &value, sizeof value);
      break;

    case BALANCE_ARROW_INT32:
    case BALANCE_ARROW_DATE:
    case BALANCE_ARROW_TEXT:
    case BALANCE_ARROW_WORD:
    case BALANCE_ARROW_DOUBLE:
    default:
      small = (gint32) value;
      memcpy (buffer_grow (&column->values, sizeof small), &small, sizeof small);
      break;
    }
}

/* Bits for n rows more, all of which are there. */
static void
add_valid_rows (BalanceArrowColumn *column,
                guint               n)
{
  const gsize first = column->n_rows, end = first + n, n_bytes = (end + 7) / 8;
  const gsize had = column->validity.length;

  if (n_bytes > had)
    memset (buffer_grow (&column->validity, n_bytes - had), 0xff, n_bytes - had);
  if (first % 8 != 0)
    column->validity.data[first / 8] |= (char) (0xff << first % 8);
  /* what is added later sets its bits itself */
  if (end % 8 != 0)
    column->validity.data[end / 8] &= (char) ((1 << end % 8) - 1);
  column->n_rows = end;
}

static void
forget_row (BalanceArrowColumn *column,
            gsize               row)
{
  column->validity.data[row / 8] &= (char) ~(1 << row % 8);
  column->n_missing++;
}

void
balance_arrow_table_put_texts (BalanceArrowTable *self,
                               guint              index,
                               const char *const *texts,
                               const guint32     *which,
                               guint              n,
                               gboolean           empty_is_missing)
{
  BalanceArrowColumn *column = g_ptr_array_index (self->columns, index);
  const gsize first = column->n_rows;
  const char *text = NULL;
  gsize length = 0;
  gint32 *ends;

  if (column->values.length == 0)
    *(gint32 *) buffer_grow (&column->values, sizeof (gint32)) = 0;
  ends = buffer_grow (&column->values, n * sizeof *ends);
  buffer_reserve (&column->text, n * USUAL_LENGTH);
  add_valid_rows (column, n);
  for (guint i = 0; i < n; i++)
    {
      /* they lie where the rows of the input stood */
      if (i + AHEAD < n)
        __builtin_prefetch (texts[which[i + AHEAD]]);
      /* rows that follow each other often name the same */
      if (texts[which[i]] != text)
        {
          text = texts[which[i]];
          length = strlen (text);
        }
      if (length > 0)
        memcpy (buffer_grow (&column->text, length), text, length);
      else if (empty_is_missing)
        forget_row (column, first + i);
      /* what does not fit is found when the batch is made */
      ends[i] = (gint32) MIN (column->text.length, G_MAXINT32);
    }
}

void
balance_arrow_table_put_doubles (BalanceArrowTable *self,
                                 guint              index,
                                 const double      *values,
                                 guint              n)
{
  BalanceArrowColumn *column = g_ptr_array_index (self->columns, index);
  const gsize first = column->n_rows;
  double *to = buffer_grow (&column->values, n * sizeof *values);

  add_valid_rows (column, n);
  for (guint i = 0; i < n; i++)
    {
      to[i] = values[i];
      if (G_LIKELY (!isnan (values[i])))
        continue;
      to[i] = 0.0;
      forget_row (column, first + i);
    }
}

gint8 *
balance_arrow_table_add_words (BalanceArrowTable *self,
                               guint              index,
                               guint              n)
{
  BalanceArrowColumn *column = g_ptr_array_index (self->columns, index);

  add_valid_rows (column, n);

  return buffer_grow (&column->values, n);
}

/* ---- schemas */

static void
release_schema (struct ArrowSchema *schema)
{
  /* whoever took a child has marked it */
  for (int64_t i = 0; i < schema->n_children; i++)
    {
      if (schema->children[i]->release != NULL)
        schema->children[i]->release (schema->children[i]);
      g_free (schema->children[i]);
    }
  g_free (schema->children);
  if (schema->dictionary != NULL && schema->dictionary->release != NULL)
    schema->dictionary->release (schema->dictionary);
  g_free (schema->dictionary);
  g_free ((char *) schema->format);
  g_free ((char *) schema->name);
  schema->release = NULL;
}

static void
init_schema (struct ArrowSchema *schema,
             const char         *format,
             const char         *name,
             int64_t             flags)
{
  *schema = (struct ArrowSchema) {
    .format = g_strdup (format),
    .name = g_strdup (name),
    .flags = flags,
    .release = release_schema,
  };
}

static void
export_schema (BalanceArrowTable  *self,
               struct ArrowSchema *schema)
{
  static const char *const formats[] = {
    [BALANCE_ARROW_TEXT] = "u",
    [BALANCE_ARROW_WORD] = "c",
    [BALANCE_ARROW_DOUBLE] = "g",
    [BALANCE_ARROW_INT32] = "i",
    [BALANCE_ARROW_INT64] = "l",
    [BALANCE_ARROW_BOOL] = "b",
    [BALANCE_ARROW_DATE] = "tdD",
  };

  init_schema (schema, "+s", "", 0);
  schema->n_children = self->columns->len;
  schema->children = g_new0 (struct ArrowSchema *, self->columns->len + 1);
  for (guint i = 0; i < self->columns->len; i++)
    {
      const BalanceArrowColumn *column = g_ptr_array_index (self->columns, i);
      gboolean is_word = column->kind == BALANCE_ARROW_WORD;
      struct ArrowSchema *child = schema->children[i] = g_new0 (struct ArrowSchema, 1);

      init_schema (child, is_word && has_many_words (column) ? "i" : formats[column->kind], column->name, ARROW_FLAG_NULLABLE);
      if (is_word)
        {
          child->dictionary = g_new0 (struct ArrowSchema, 1);
          init_schema (child->dictionary, "u", "", 0);
        }
    }
}

/* ---- arrays */

static void
release_array (struct ArrowArray *array)
{
  for (int64_t i = 0; i < array->n_children; i++)
    {
      if (array->children[i]->release != NULL)
        array->children[i]->release (array->children[i]);
      g_free (array->children[i]);
    }
  g_free (array->children);
  if (array->dictionary != NULL && array->dictionary->release != NULL)
    array->dictionary->release (array->dictionary);
  g_free (array->dictionary);
  for (int64_t i = 0; i < array->n_buffers; i++)
    g_free ((gpointer) array->buffers[i]);
  g_free (array->buffers);
  array->release = NULL;
}

/* Takes the buffers. */
static void
init_array (struct ArrowArray *array,
            gsize              length,
            gsize              n_missing,
            guint              n_buffers,
            gpointer           first,
            gpointer           second,
            gpointer           third)
{
  *array = (struct ArrowArray) {
    .length = (int64_t) length,
    .null_count = (int64_t) n_missing,
    .n_buffers = n_buffers,
    .buffers = g_new0 (const void *, 3),
    .release = release_array,
  };
  array->buffers[0] = first;
  array->buffers[1] = second;
  array->buffers[2] = third;
}

static gpointer
buffer_steal (Buffer *self)
{
  gpointer data = g_steal_pointer (&self->data);

  buffer_clear (self);

  /* a buffer that holds nothing must be there nevertheless */
  return data != NULL ? data : g_malloc0 (8);
}

static void
export_words (const BalanceArrowColumn *column,
              struct ArrowArray        *array)
{
  gint32 *ends = g_new0 (gint32, column->n_words + 1);
  Buffer text = { NULL, 0, 0 };

  for (guint i = 0; i < column->n_words; i++)
    {
      gsize length = strlen (column->words[i]);

      if (length > 0)
        memcpy (buffer_grow (&text, length), column->words[i], length);
      ends[i + 1] = (gint32) text.length;
    }
  init_array (array, column->n_words, 0, 3, NULL, ends, buffer_steal (&text));
}

static void
export_column (BalanceArrowColumn *column,
               struct ArrowArray  *array)
{
  gboolean is_text = column->kind == BALANCE_ARROW_TEXT;
  gsize n_rows = column->n_rows, n_missing = column->n_missing;
  gpointer validity = n_missing > 0 ? buffer_steal (&column->validity) : NULL;

  init_array (array, n_rows, n_missing, is_text ? 3 : 2, validity, buffer_steal (&column->values),
              is_text ? buffer_steal (&column->text) : NULL);
  if (column->kind == BALANCE_ARROW_WORD)
    {
      array->dictionary = g_new0 (struct ArrowArray, 1);
      export_words (column, array->dictionary);
    }
  column_reset (column);
}

static void
export_batch (BalanceArrowTable *self,
              gsize              n_rows,
              struct ArrowArray *array)
{
  init_array (array, n_rows, 0, 1, NULL, NULL, NULL);
  array->n_children = self->columns->len;
  array->children = g_new0 (struct ArrowArray *, self->columns->len + 1);
  for (guint i = 0; i < self->columns->len; i++)
    {
      array->children[i] = g_new0 (struct ArrowArray, 1);
      export_column (g_ptr_array_index (self->columns, i), array->children[i]);
    }
}

/* ---- the stream */

typedef struct
{
  BalanceArrowTable *table;
  BalanceArrowFill   fill;
  gpointer           data;
  GDestroyNotify     free_data;
  char              *last_error;   /* nullable */
} Stream;

static int
get_schema (struct ArrowArrayStream *stream,
            struct ArrowSchema      *schema)
{
  Stream *self = stream->private_data;

  g_clear_pointer (&self->last_error, g_free);
  export_schema (self->table, schema);

  return 0;
}

static gboolean
text_fits (BalanceArrowTable *table)
{
  for (guint i = 0; i < table->columns->len; i++)
    if (((BalanceArrowColumn *) g_ptr_array_index (table->columns, i))->text.length > G_MAXINT32)
      return FALSE;

  return TRUE;
}

static int
get_next (struct ArrowArrayStream *stream,
          struct ArrowArray       *array)
{
  BALANCE_FLOAT_DEFAULT;
  Stream *self = stream->private_data;
  g_autoptr(GError) error = NULL;
  int n;

  g_clear_pointer (&self->last_error, g_free);
  *array = (struct ArrowArray) { 0 };
  n = self->fill (self->table, self->data, &error);
  if (n > 0 && text_fits (self->table))
    {
      export_batch (self->table, (gsize) n, array);
      return 0;
    }

  for (guint i = 0; i < self->table->columns->len; i++)
    column_reset (g_ptr_array_index (self->table->columns, i));
  if (n == 0)
    return 0;
  self->last_error = g_strdup (n < 0 ? error->message
                                     : "the texts of a batch are too long for Arrow's 32-bit offsets\n"
                                       "一批数据中的文本过长，超出Arrow的32位偏移量");

  return n < 0 ? EIO : EOVERFLOW;
}

static const char *
get_last_error (struct ArrowArrayStream *stream)
{
  Stream *self = stream->private_data;

  return self->last_error;
}

static void
release_stream (struct ArrowArrayStream *stream)
{
  Stream *self = stream->private_data;

  balance_arrow_table_free (self->table);
  self->free_data (self->data);
  g_free (self->last_error);
  g_free (self);
  stream->release = NULL;
}

void
balance_arrow_table_export (BalanceArrowTable       *self,
                            BalanceArrowFill         fill,
                            gpointer                 data,
                            GDestroyNotify           free_data,
                            struct ArrowArrayStream *stream)
{
  Stream *content = g_new0 (Stream, 1);

  content->table = self;
  content->fill = fill;
  content->data = data;
  content->free_data = free_data;
  *stream = (struct ArrowArrayStream) {
    .get_schema = get_schema,
    .get_next = get_next,
    .get_last_error = get_last_error,
    .release = release_stream,
    .private_data = content,
  };
}
