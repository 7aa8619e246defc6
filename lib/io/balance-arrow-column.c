/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "io/balance-arrow-decoder-private.h"

#include <math.h>
#include <string.h>

#define SECONDS_PER_DAY 86400

static const struct
{
  const char        *format;
  BalanceArrowType   type;
  BalanceArrowClass  class;
  const char        *name;
} types[] = {
  { "n", BALANCE_ARROW_TYPE_NULL, BALANCE_ARROW_CLASS_NULL, "null" },
  { "b", BALANCE_ARROW_TYPE_BOOL, BALANCE_ARROW_CLASS_TRUTH, "bool" },
  { "c", BALANCE_ARROW_TYPE_INT8, BALANCE_ARROW_CLASS_NUMBER, "int8" },
  { "C", BALANCE_ARROW_TYPE_UINT8, BALANCE_ARROW_CLASS_NUMBER, "uint8" },
  { "s", BALANCE_ARROW_TYPE_INT16, BALANCE_ARROW_CLASS_NUMBER, "int16" },
  { "S", BALANCE_ARROW_TYPE_UINT16, BALANCE_ARROW_CLASS_NUMBER, "uint16" },
  { "i", BALANCE_ARROW_TYPE_INT32, BALANCE_ARROW_CLASS_NUMBER, "int32" },
  { "I", BALANCE_ARROW_TYPE_UINT32, BALANCE_ARROW_CLASS_NUMBER, "uint32" },
  { "l", BALANCE_ARROW_TYPE_INT64, BALANCE_ARROW_CLASS_NUMBER, "int64" },
  { "L", BALANCE_ARROW_TYPE_UINT64, BALANCE_ARROW_CLASS_NUMBER, "uint64" },
  { "f", BALANCE_ARROW_TYPE_FLOAT, BALANCE_ARROW_CLASS_NUMBER, "float" },
  { "g", BALANCE_ARROW_TYPE_DOUBLE, BALANCE_ARROW_CLASS_NUMBER, "double" },
  { "u", BALANCE_ARROW_TYPE_UTF8, BALANCE_ARROW_CLASS_TEXT, "string" },
  { "U", BALANCE_ARROW_TYPE_LARGE_UTF8, BALANCE_ARROW_CLASS_TEXT, "large_string" },
  { "vu", BALANCE_ARROW_TYPE_UTF8_VIEW, BALANCE_ARROW_CLASS_TEXT, "string_view" },
  { "tdD", BALANCE_ARROW_TYPE_DAYS, BALANCE_ARROW_CLASS_DATE, "date32" },
  { "tdm", BALANCE_ARROW_TYPE_MILLISECONDS, BALANCE_ARROW_CLASS_DATE, "date64" },
  /* only their names are known */
  { "e", BALANCE_ARROW_TYPE_UNKNOWN, BALANCE_ARROW_CLASS_UNKNOWN, "halffloat" },
  { "z", BALANCE_ARROW_TYPE_UNKNOWN, BALANCE_ARROW_CLASS_UNKNOWN, "binary" },
  { "Z", BALANCE_ARROW_TYPE_UNKNOWN, BALANCE_ARROW_CLASS_UNKNOWN, "large_binary" },
  { "vz", BALANCE_ARROW_TYPE_UNKNOWN, BALANCE_ARROW_CLASS_UNKNOWN, "binary_view" },
  { "+l", BALANCE_ARROW_TYPE_UNKNOWN, BALANCE_ARROW_CLASS_UNKNOWN, "list" },
  { "+L", BALANCE_ARROW_TYPE_UNKNOWN, BALANCE_ARROW_CLASS_UNKNOWN, "large_list" },
  { "+s", BALANCE_ARROW_TYPE_UNKNOWN, BALANCE_ARROW_CLASS_UNKNOWN, "struct" },
  { "+m", BALANCE_ARROW_TYPE_UNKNOWN, BALANCE_ARROW_CLASS_UNKNOWN, "map" },
  { "+r", BALANCE_ARROW_TYPE_UNKNOWN, BALANCE_ARROW_CLASS_UNKNOWN, "run_end_encoded" },
};

/* ---- schemas */

/* decimal: "d:precision,scale" or with ",bits" */
static gboolean
parse_decimal (BalanceArrowDecoder *self)
{
  g_auto(GStrv) parts = NULL;
  gint64 scale;
  guint64 precision, bits = 128;

  if (!g_str_has_prefix (self->format, "d:"))
    return FALSE;
  parts = g_strsplit (self->format + 2, ",", 4);
  if (g_strv_length (parts) < 2 || g_strv_length (parts) > 3 ||
      !g_ascii_string_to_unsigned (parts[0], 10, 1, 76, &precision, NULL) ||
      !g_ascii_string_to_signed (parts[1], 10, -76, 76, &scale, NULL) ||
      (parts[2] != NULL && !g_ascii_string_to_unsigned (parts[2], 10, 32, 256, &bits, NULL)) ||
      (bits != 32 && bits != 64 && bits != 128 && bits != 256))
    return FALSE;

  self->type = BALANCE_ARROW_TYPE_DECIMAL;
  self->class = BALANCE_ARROW_CLASS_NUMBER;
  self->scale = (int) scale;
  self->width = (guint) bits / 8;

  return TRUE;
}

/* timestamp: "ts" and the unit, then ":zone" */
static gboolean
parse_timestamp (BalanceArrowDecoder *self)
{
  static const char units[] = "smun";
  const char *unit;

  if (!g_str_has_prefix (self->format, "ts") || self->format[2] == '\0' || self->format[3] != ':')
    return FALSE;
  unit = strchr (units, self->format[2]);
  if (unit == NULL)
    return FALSE;
  self->per_second = 1;
  for (const char *p = units; p < unit; p++)
    self->per_second *= 1000;
  if (self->format[4] != '\0')
    {
      self->zone = g_time_zone_new_identifier (self->format + 4);
      if (self->zone == NULL)
        return FALSE;
    }
  self->type = BALANCE_ARROW_TYPE_TIMESTAMP;
  self->class = BALANCE_ARROW_CLASS_DATE;

  return TRUE;
}

static void
parse_format (BalanceArrowDecoder *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_equal (self->format, types[i].format))
      {
        self->type = types[i].type;
        self->class = types[i].class;
        return;
      }

  if (!parse_decimal (self))
    parse_timestamp (self);
}

static BalanceArrowDecoder *
decoder_new (const struct ArrowSchema *schema,
             BalanceArrowDecoder      *column,
             BalanceText              *why)
{
  g_autoptr(BalanceArrowDecoder) self = g_new0 (BalanceArrowDecoder, 1);

  if (schema == NULL || schema->release == NULL || schema->format == NULL || schema->n_children < 0)
    {
      balance_text_set (why, "its schema has no format", "其模式（schema）没有格式");
      return NULL;
    }

  self->format = g_strdup (schema->format);
  parse_format (self);
  if (column != NULL)
    {
      self->cells = column->cells;
      self->texts = column->texts;
      /* of dictionaries in dictionaries nobody knows */
      if (schema->dictionary != NULL)
        self->type = BALANCE_ARROW_TYPE_UNKNOWN;
      return g_steal_pointer (&self);
    }

  self->cells = &self->own;
  self->own.spans = g_new0 (BalanceSpan, BALANCE_ARROW_CHUNK);
  self->own.digits = g_new0 (gint64, BALANCE_ARROW_CHUNK);
  self->own.scales = g_new0 (guint8, BALANCE_ARROW_CHUNK);
  self->texts = g_string_chunk_new (1024);
  if (schema->dictionary == NULL)
    return g_steal_pointer (&self);

  if (self->type < BALANCE_ARROW_TYPE_INT8 || self->type > BALANCE_ARROW_TYPE_UINT64)
    {
      balance_text_set (why, "the indices into its dictionary are no integers", "其字典索引不是整数");
      return NULL;
    }
  self->dictionary = decoder_new (schema->dictionary, self, why);
  if (self->dictionary == NULL)
    return NULL;
  self->class = self->dictionary->class;

  return g_steal_pointer (&self);
}

BalanceArrowDecoder *
balance_arrow_decoder_new (const struct ArrowSchema *schema,
                           BalanceText              *why)
{
  return decoder_new (schema, NULL, why);
}

void
balance_arrow_decoder_free (BalanceArrowDecoder *self)
{
  if (self->cells == &self->own)
    {
      g_free (self->own.spans);
      g_free (self->own.digits);
      g_free (self->own.scales);
      g_string_chunk_free (self->texts);
    }
  g_free (self->made);
  g_free (self->ends);
  g_free (self->words);
  g_clear_pointer (&self->dictionary, balance_arrow_decoder_free);
  g_clear_pointer (&self->zone, g_time_zone_unref);
  g_free (self->format);
  g_free (self);
}

BalanceArrowClass
balance_arrow_decoder_get_class (BalanceArrowDecoder *self)
{
  return self->class;
}

char *
balance_arrow_decoder_dup_type (BalanceArrowDecoder *self)
{
  if (self->dictionary != NULL)
    {
      g_autofree char *values = balance_arrow_decoder_dup_type (self->dictionary);

      return g_strdup_printf ("dictionary of %s", values);
    }
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_equal (self->format, types[i].format))
      return g_strdup (types[i].name);

  return g_utf8_make_valid (self->format, -1);
}

void
balance_arrow_decoder_set_wanted (BalanceArrowDecoder *self,
                                  BalanceValueForm     wanted)
{
  self->wanted = wanted;
  if (self->dictionary != NULL)
    self->dictionary->wanted = wanted;
}

const BalanceArrowCells *
balance_arrow_decoder_get_cells (BalanceArrowDecoder *self)
{
  return self->cells;
}

/* ---- arrays */

gboolean
balance_arrow_decoder_check (BalanceArrowDecoder     *self,
                             const struct ArrowArray *array,
                             gint64                   n_rows,
                             BalanceText             *why)
{
  int64_t n_buffers = self->type == BALANCE_ARROW_TYPE_UNKNOWN || self->type == BALANCE_ARROW_TYPE_NULL ? 0
                      : self->type >= BALANCE_ARROW_TYPE_UTF8 && self->type <= BALANCE_ARROW_TYPE_UTF8_VIEW ? 3 : 2;

  g_clear_pointer (&self->words, g_free);
  self->batch++;
  if (array == NULL || array->release == NULL)
    balance_text_set (why, "the array was released already", "数组已被释放");
  else if (array->length < n_rows)
    balance_text_set (why, "the array has fewer rows than its batch", "数组的行数少于所在批次");
  else if (array->offset < 0 || array->offset > G_MAXINT64 / 64 || array->length > G_MAXINT64 / 64)
    balance_text_set (why, "length or offset of the array cannot be", "数组的长度或偏移量不合理");
  else if (array->null_count < -1 || array->null_count > array->length)
    balance_text_set (why, "the count of nulls of the array cannot be", "数组的空值计数不合理");
  else if (array->n_buffers < n_buffers || (array->n_buffers > 0 && array->buffers == NULL))
    balance_text_set (why, "the array lacks buffers", "数组缺少缓冲区");
  else if (n_buffers > 0 && n_rows > 0 && array->buffers[0] == NULL && array->null_count > 0)
    balance_text_set (why, "the array has nulls and no validity bitmap", "数组有空值但没有有效位图");
  else if (n_buffers > 0 && n_rows > 0 && array->buffers[1] == NULL)
    balance_text_set (why, "the array has rows and no buffer for them", "数组有行但没有数据缓冲区");
  else if ((array->dictionary != NULL) != (self->dictionary != NULL))
    balance_text_set (why, "the array has a dictionary where the schema has none, or the other way round",
                      "数组与模式（schema）在是否有字典上不一致");
  else
    return self->dictionary == NULL ||
           balance_arrow_decoder_check (self->dictionary, array->dictionary, 0, why);

  return FALSE;
}

/* ---- cells */

static void
put_nothing (BalanceArrowDecoder *self,
             guint                to)
{
  self->cells->spans[to] = (BalanceSpan) { "", 0 };
  self->cells->scales[to] = BALANCE_NO_VALUE;
}

static void
put_placeholder (BalanceArrowDecoder *self,
                 guint                to)
{
  self->cells->spans[to] = (BalanceSpan) { BALANCE_ARROW_PLACEHOLDER, sizeof BALANCE_ARROW_PLACEHOLDER - 1 };
  self->cells->scales[to] = BALANCE_NO_VALUE;
}

static void
put_text (BalanceArrowDecoder *self,
          guint                to,
          const char          *text,
          gsize                length)
{
  BalanceSpan *span = &self->cells->spans[to];

  self->cells->scales[to] = BALANCE_NO_VALUE;
  if (length > BALANCE_MAX_CELL_LENGTH)
    *span = (BalanceSpan) { NULL, BALANCE_ARROW_TOO_LONG };
  else if (!balance_text_is_valid (text, length))
    *span = (BalanceSpan) { NULL, BALANCE_ARROW_NO_UTF8 };
  else
    *span = (BalanceSpan) { text != NULL ? text : "", length };
}

static void
put_copy (BalanceArrowDecoder *self,
          guint                to,
          const char          *text)
{
  gsize length = strlen (text);

  self->cells->spans[to] = (BalanceSpan) { g_string_chunk_insert_len (self->texts, text, (gssize) length), length };
  self->cells->scales[to] = BALANCE_NO_VALUE;
}

static void
put_value (BalanceArrowDecoder *self,
           guint                to,
           gint64               digits,
           guint                scale)
{
  self->cells->spans[to] = (BalanceSpan) { BALANCE_ARROW_PLACEHOLDER, sizeof BALANCE_ARROW_PLACEHOLDER - 1 };
  self->cells->digits[to] = digits;
  self->cells->scales[to] = (guint8) scale;
}

static void
put_decimal (BalanceArrowDecoder *self,
             guint                to,
             BalanceDecimal       value)
{
  g_autofree char *text = NULL;

  if (self->wanted == BALANCE_VALUE_FORM_NUMBER)
    {
      put_value (self, to, value.digits, value.scale);
      return;
    }
  text = balance_decimal_to_string (&value);
  put_copy (self, to, text);
}

/* A whole number of more digits than a decimal of ours has goes on as text, which says so. */
static void
put_integer (BalanceArrowDecoder *self,
             guint                to,
             gint64               value)
{
  gint64 most = balance_power_of_ten (BALANCE_DECIMAL_MAX_SCALE);
  char text[BALANCE_ARROW_INTEGER_SIZE + 1] = "";

  if (self->wanted == BALANCE_VALUE_FORM_NUMBER && value < most && value > -most)
    put_value (self, to, value, 0);
  else
    put_copy (self, to, balance_arrow_write_integer (text + BALANCE_ARROW_INTEGER_SIZE, value));
}

static void
put_unsigned (BalanceArrowDecoder *self,
              guint                to,
              guint64              value)
{
  char text[32];

  if (value <= G_MAXINT64)
    {
      put_integer (self, to, (gint64) value);
      return;
    }
  g_snprintf (text, sizeof text, "%" G_GUINT64_FORMAT, value);
  put_copy (self, to, text);
}

/* NaN is what data frames have for missing. */
static void
put_binary (BalanceArrowDecoder *self,
            guint                to,
            double               value,
            gboolean             single)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  BalanceDecimal decimal;

  if (isnan (value))
    put_nothing (self, to);
  else if (single ? balance_decimal_from_float ((float) value, &decimal) : balance_decimal_from_double (value, &decimal))
    put_decimal (self, to, decimal);
  else
    put_copy (self, to, g_ascii_formatd (text, sizeof text, "%.15g", value));
}

/* Written out whatever its length; what is too long is found as in a file. */
static void
put_wide (BalanceArrowDecoder *self,
          guint                to,
          __int128             value)
{
  unsigned __int128 rest = value < 0 ? -(unsigned __int128) value : (unsigned __int128) value;
  int scale = self->scale;
  BalanceDecimal decimal = { 0, 0 };
  g_autoptr(GString) text = NULL;

  while (scale > 0 && rest % 10 == 0)
    {
      rest /= 10;
      scale--;
    }
  if (scale >= 0 && scale <= BALANCE_DECIMAL_MAX_SCALE && rest < (unsigned __int128) balance_power_of_ten (BALANCE_DECIMAL_MAX_SCALE))
    {
      decimal.digits = value < 0 ? -(gint64) rest : (gint64) rest;
      decimal.scale = (guint) scale;
      put_decimal (self, to, decimal);
      return;
    }

  text = g_string_new (NULL);
  do
    {
      g_string_prepend_c (text, (char) ('0' + (int) (rest % 10)));
      rest /= 10;
    }
  while (rest != 0);
  if (value < 0)
    g_string_prepend_c (text, '-');
  if (scale != 0)
    g_string_append_printf (text, "e%d", -scale);
  if (balance_decimal_parse (text->str, (gssize) text->len, &decimal))
    put_decimal (self, to, decimal);
  else
    put_copy (self, to, text->str);
}

/* Days since 1970, and seconds of the day. */
static void
put_time (BalanceArrowDecoder *self,
          guint                to,
          gint64               days,
          gint64               seconds)
{
  g_autofree char *date = NULL;
  char text[32];

  /* years that a date of ours has: 0001 to 9999 */
  if (days < -719162 || days > 2932896)
    {
      g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT " d", days);
      put_copy (self, to, text);
      return;
    }
  if (self->wanted == BALANCE_VALUE_FORM_DATE)
    {
      put_value (self, to, days, 0);
      return;
    }

  date = balance_date_to_string ((gint32) days);
  if (self->wanted == BALANCE_VALUE_FORM_YEAR)
    g_snprintf (text, sizeof text, "%.4s", date);
  else if (seconds != 0)
    g_snprintf (text, sizeof text, "%sT%02d:%02d:%02d", date, (int) (seconds / 3600), (int) (seconds / 60 % 60), (int) (seconds % 60));
  else
    g_strlcpy (text, date, sizeof text);
  put_copy (self, to, text);
}

static gint64
divide_down (gint64  a,
             gint64  b,
             gint64 *rest)
{
  gint64 quotient = a / b;

  *rest = a % b;
  if (*rest < 0)
    {
      *rest += b;
      quotient--;
    }

  return quotient;
}

static void
put_timestamp (BalanceArrowDecoder *self,
               guint                to,
               gint64               value)
{
  gint64 rest, seconds = divide_down (value, self->per_second, &rest), days;

  if (self->zone != NULL)
    seconds += g_time_zone_get_offset (self->zone, g_time_zone_find_interval (self->zone, G_TIME_TYPE_UNIVERSAL, seconds));
  days = divide_down (seconds, SECONDS_PER_DAY, &rest);
  put_time (self, to, days, rest);
}

/* ---- decoding */

gboolean
balance_arrow_decoder_get_utf8 (BalanceArrowDecoder     *self,
                                const struct ArrowArray *array,
                                gint64                   at,
                                const char             **text,
                                gsize                   *length)
{
  gint64 start, end;
  const char *data = array->buffers[2];

  if (self->type == BALANCE_ARROW_TYPE_UTF8)
    {
      start = ((const gint32 *) array->buffers[1])[at];
      end = ((const gint32 *) array->buffers[1])[at + 1];
    }
  else
    {
      start = ((const gint64 *) array->buffers[1])[at];
      end = ((const gint64 *) array->buffers[1])[at + 1];
    }
  if (start < 0 || end < start || (data == NULL && end > start))
    return FALSE;

  *text = data != NULL ? data + start : NULL;
  *length = (gsize) (end - start);

  return TRUE;
}

typedef struct
{
  gint32 length;
  union
  {
    char inlined[BALANCE_ARROW_INLINED];
    struct
    {
      char   prefix[4];
      gint32 buffer, offset;
    };
  };
} View;

gboolean
balance_arrow_get_view (const struct ArrowArray *array,
                        gint64                   at,
                        const char             **text,
                        gsize                   *length)
{
  const View *view = (const View *) array->buffers[1] + at;
  gint64 n_data = array->n_buffers - 3;
  const gint64 *sizes = array->buffers[array->n_buffers - 1];

  if (view->length < 0)
    return FALSE;
  *length = (gsize) view->length;
  *text = view->inlined;
  if (view->length <= (gint32) sizeof view->inlined)
    return TRUE;

  if (view->buffer < 0 || view->buffer >= n_data || view->offset < 0 || sizes == NULL ||
      array->buffers[2 + view->buffer] == NULL || (gint64) view->offset + view->length > sizes[view->buffer])
    return FALSE;
  *text = (const char *) array->buffers[2 + view->buffer] + view->offset;

  return TRUE;
}

gboolean
balance_arrow_decoder_get_index (BalanceArrowDecoder     *self,
                                 const struct ArrowArray *array,
                                 gint64                   at,
                                 gint64                  *row)
{
  /* what is too large for 63 bits is negative then, and refused as well */
  if (self->type == BALANCE_ARROW_TYPE_UINT64)
    *row = (gint64) ((const guint64 *) array->buffers[1])[at];
  else if (!balance_arrow_decoder_copy_integers (self, array, at - array->offset, 1, row))
    return FALSE;

  return *row >= 0 && *row < array->dictionary->length;
}

static gboolean decode (BalanceArrowDecoder *self, const struct ArrowArray *array, gint64 first, guint n, guint to, BalanceText *why);

static gboolean
decode_dictionary (BalanceArrowDecoder     *self,
                   const struct ArrowArray *array,
                   gint64                   first,
                   guint                    n,
                   BalanceText             *why)
{
  gint64 row;

  if (n > 0 && !balance_arrow_decoder_check (self->dictionary, array->dictionary, MIN (1, array->dictionary->length), why))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      if (!balance_arrow_is_valid (array, first + i))
        {
          put_nothing (self, i);
          continue;
        }
      if (!balance_arrow_decoder_get_index (self, array, array->offset + first + i, &row))
        {
          balance_text_set (why, "an index lies outside of the dictionary", "索引超出字典范围");
          return FALSE;
        }
      if (!decode (self->dictionary, array->dictionary, row, 1, i, why))
        return FALSE;
    }

  return TRUE;
}

static __int128
get_wide (BalanceArrowDecoder *self,
          const char          *data,
          gboolean            *fits)
{
  __int128 value = 0;
  gint64 high[2];
  gint64 middle;
  gint32 low;

  *fits = TRUE;
  switch (self->width)
    {
    case 4:
      memcpy (&low, data, sizeof low);
      return low;
    case 8:
      memcpy (&middle, data, sizeof middle);
      return middle;
    case 32:
      memcpy (high, data + 16, sizeof high);
      memcpy (&value, data, sizeof value);
      *fits = high[0] == high[1] && high[0] == (value < 0 ? -1 : 0);
      return value;
    default:
      memcpy (&value, data, sizeof value);
      return value;
    }
}

/* All rows of a type in one loop; `VALUE` is made of `data` and `at`. */
#define DECODE(type, put, ...) \
  for (guint i = 0; i < n; i++) \
    { \
      if (balance_arrow_is_valid (array, first + i)) \
        put (self, to + i, ((const type *) array->buffers[1])[array->offset + first + i], ##__VA_ARGS__); \
      else \
        put_nothing (self, to + i); \
    } \
  break

static void
put_truth (BalanceArrowDecoder     *self,
           const struct ArrowArray *array,
           gint64                   row,
           guint                    to)
{
  gint64 at = array->offset + row;
  gboolean value = (((const guint8 *) array->buffers[1])[at / 8] >> (at % 8) & 1) != 0;

  if (self->wanted == BALANCE_VALUE_FORM_FLAG)
    put_value (self, to, value, 0);
  else
    put_text (self, to, value ? "true" : "false", value ? 4 : 5);
}

static gboolean
put_string (BalanceArrowDecoder     *self,
            const struct ArrowArray *array,
            gint64                   row,
            guint                    to)
{
  gint64 at = array->offset + row;
  const char *text;
  gsize length;

  if (self->type == BALANCE_ARROW_TYPE_UTF8_VIEW ? !balance_arrow_get_view (array, at, &text, &length) : !balance_arrow_decoder_get_utf8 (self, array, at, &text, &length))
    return FALSE;
  put_text (self, to, text, length);

  return TRUE;
}

static void
put_bytes (BalanceArrowDecoder     *self,
           const struct ArrowArray *array,
           gint64                   row,
           guint                    to)
{
  const char *data = (const char *) array->buffers[1] + (array->offset + row) * self->width;
  gboolean fits;
  __int128 value = get_wide (self, data, &fits);

  if (fits)
    put_wide (self, to, value);
  else
    put_copy (self, to, "1e99");
}

static gboolean
decode (BalanceArrowDecoder     *self,
        const struct ArrowArray *array,
        gint64                   first,
        guint                    n,
        guint                    to,
        BalanceText             *why)
{
  switch (self->type)
    {
    case BALANCE_ARROW_TYPE_INT8:         DECODE (gint8, put_integer);
    case BALANCE_ARROW_TYPE_UINT8:        DECODE (guint8, put_integer);
    case BALANCE_ARROW_TYPE_INT16:        DECODE (gint16, put_integer);
    case BALANCE_ARROW_TYPE_UINT16:       DECODE (guint16, put_integer);
    case BALANCE_ARROW_TYPE_INT32:        DECODE (gint32, put_integer);
    case BALANCE_ARROW_TYPE_UINT32:       DECODE (guint32, put_integer);
    case BALANCE_ARROW_TYPE_INT64:        DECODE (gint64, put_integer);
    case BALANCE_ARROW_TYPE_UINT64:       DECODE (guint64, put_unsigned);
    case BALANCE_ARROW_TYPE_FLOAT:        DECODE (float, put_binary, TRUE);
    case BALANCE_ARROW_TYPE_DOUBLE:       DECODE (double, put_binary, FALSE);
    case BALANCE_ARROW_TYPE_DAYS:         DECODE (gint32, put_time, 0);
    case BALANCE_ARROW_TYPE_TIMESTAMP:    DECODE (gint64, put_timestamp);
    case BALANCE_ARROW_TYPE_MILLISECONDS:
    case BALANCE_ARROW_TYPE_BOOL:
    case BALANCE_ARROW_TYPE_DECIMAL:
    case BALANCE_ARROW_TYPE_UTF8:
    case BALANCE_ARROW_TYPE_LARGE_UTF8:
    case BALANCE_ARROW_TYPE_UTF8_VIEW:
      for (guint i = 0; i < n; i++)
        {
          gint64 rest;

          if (!balance_arrow_is_valid (array, first + i))
            put_nothing (self, to + i);
          else if (self->type == BALANCE_ARROW_TYPE_BOOL)
            put_truth (self, array, first + i, to + i);
          else if (self->type == BALANCE_ARROW_TYPE_DECIMAL)
            put_bytes (self, array, first + i, to + i);
          else if (self->type == BALANCE_ARROW_TYPE_MILLISECONDS)
            put_time (self, to + i, divide_down (((const gint64 *) array->buffers[1])[array->offset + first + i],
                                                 SECONDS_PER_DAY * G_GINT64_CONSTANT (1000), &rest), 0);
          else if (!put_string (self, array, first + i, to + i))
            {
              balance_text_set (why, "a text lies outside of its buffer", "文本超出缓冲区范围");
              return FALSE;
            }
        }
      break;

    case BALANCE_ARROW_TYPE_NULL:
    case BALANCE_ARROW_TYPE_UNKNOWN:
    default:
      for (guint i = 0; i < n; i++)
        put_nothing (self, to + i);
      break;
    }

  return TRUE;
}

/* Columns that nobody reads matter only so far as they keep a row from being empty, or say what kind of row it is. */
static gboolean
decode_unread (BalanceArrowDecoder     *self,
               const struct ArrowArray *array,
               gint64                   first,
               guint                    n)
{
  for (guint i = 0; i < n; i++)
    {
      if (self->type == BALANCE_ARROW_TYPE_NULL || (self->type != BALANCE_ARROW_TYPE_UNKNOWN && !balance_arrow_is_valid (array, first + i)))
        put_nothing (self, i);
      else
        put_placeholder (self, i);
    }

  return TRUE;
}

gboolean
balance_arrow_decoder_decode (BalanceArrowDecoder     *self,
                              const struct ArrowArray *array,
                              gint64                   first,
                              guint                    n,
                              BalanceText             *why)
{
  gboolean done;

  g_string_chunk_clear (self->texts);
  if (self->wanted == BALANCE_VALUE_FORM_NONE && (self->class != BALANCE_ARROW_CLASS_TEXT || self->dictionary != NULL))
    return decode_unread (self, array, first, n);

  done = self->dictionary != NULL ? decode_dictionary (self, array, first, n, why) : decode (self, array, first, n, 0, why);
  for (guint i = 0; done && self->wanted == BALANCE_VALUE_FORM_NONE && i < n; i++)
    if (self->cells->spans[i].text == NULL)
      put_placeholder (self, i);

  return done;
}
