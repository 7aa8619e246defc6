/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Columns of a batch as they lie, some rows at once. Loops that decide nothing row by row are made for the compiler to take
 * several rows in one step; a value that is not of the usual kind only leaves a bit behind. */

#include "io/balance-arrow-decoder-private.h"

#include <math.h>
#include <string.h>

/* Of a dictionary that is read as a whole. */
#define MAX_WORDS 1048576

/* So many numbers are tried at one scale before the next is. */
#define TRIED 64

/* Fractions have at most so many digits. */
#define MAX_SCALE 6

static gboolean
all_valid (const struct ArrowArray *array,
           gint64                   first,
           guint                    n)
{
  const guint8 *bits = array->n_buffers > 0 ? array->buffers[0] : NULL;
  gint64 at = array->offset + first;
  const gint64 end = at + n;

  if (bits == NULL)
    return TRUE;
  for (; at < end && at % 8 != 0; at++)
    if ((bits[at / 8] >> (at % 8) & 1) == 0)
      return FALSE;
  for (; at + 8 <= end; at += 8)
    if (bits[at / 8] != 0xff)
      return FALSE;
  for (; at < end; at++)
    if ((bits[at / 8] >> (at % 8) & 1) == 0)
      return FALSE;

  return TRUE;
}

/* ---- numbers */

#define COPY_INTEGERS(type) \
  { \
    const type *values = (const type *) array->buffers[1] + array->offset + first; \
    \
    for (guint i = 0; i < n; i++) \
      digits[i] = (gint64) values[i]; \
    return TRUE; \
  }

gboolean
balance_arrow_decoder_copy_integers (BalanceArrowDecoder     *self,
                                     const struct ArrowArray *array,
                                     gint64                   first,
                                     guint                    n,
                                     gint64                  *digits)
{
  switch (self->type)
    {
    case BALANCE_ARROW_TYPE_INT8:   COPY_INTEGERS (gint8)
    case BALANCE_ARROW_TYPE_UINT8:  COPY_INTEGERS (guint8)
    case BALANCE_ARROW_TYPE_INT16:  COPY_INTEGERS (gint16)
    case BALANCE_ARROW_TYPE_UINT16: COPY_INTEGERS (guint16)
    case BALANCE_ARROW_TYPE_INT32:  COPY_INTEGERS (gint32)
    case BALANCE_ARROW_TYPE_UINT32: COPY_INTEGERS (guint32)
    case BALANCE_ARROW_TYPE_INT64:  COPY_INTEGERS (gint64)
    case BALANCE_ARROW_TYPE_UNKNOWN:
    case BALANCE_ARROW_TYPE_NULL:
    case BALANCE_ARROW_TYPE_BOOL:
    case BALANCE_ARROW_TYPE_UINT64:
    case BALANCE_ARROW_TYPE_FLOAT:
    case BALANCE_ARROW_TYPE_DOUBLE:
    case BALANCE_ARROW_TYPE_DECIMAL:
    case BALANCE_ARROW_TYPE_UTF8:
    case BALANCE_ARROW_TYPE_LARGE_UTF8:
    case BALANCE_ARROW_TYPE_UTF8_VIEW:
    case BALANCE_ARROW_TYPE_DAYS:
    case BALANCE_ARROW_TYPE_MILLISECONDS:
    case BALANCE_ARROW_TYPE_TIMESTAMP:
    default:
      return FALSE;
    }
}

/* Is none below zero, and none of more digits than a decimal of ours has? */
static gboolean
are_usual (const gint64 *digits,
           guint         n)
{
  const guint64 most = (guint64) balance_power_of_ten (BALANCE_DECIMAL_MAX_SCALE);
  guint64 bits = 0;

  for (guint i = 0; i < n; i++)
    bits |= (guint64) digits[i];
  if (bits < (guint64) 1 << (g_bit_storage (most) - 1))
    return TRUE;
  for (guint i = 0; i < n; i++)
    if ((guint64) digits[i] >= most)
      return FALSE;

  return TRUE;
}

static const gint64 *
read_integers (BalanceArrowDecoder     *self,
               const struct ArrowArray *array,
               gint64                   first,
               guint                    n,
               gboolean                 valid,
               gint64                   missing,
               gint64                  *digits)
{
  if (valid && self->type == BALANCE_ARROW_TYPE_INT64 && (gsize) array->buffers[1] % sizeof (gint64) == 0)
    {
      const gint64 *values = (const gint64 *) array->buffers[1] + array->offset + first;

      return are_usual (values, n) ? values : NULL;
    }

  if (!balance_arrow_decoder_copy_integers (self, array, first, n, digits))
    return NULL;
  /* what lies where nothing is may be anything */
  for (guint i = 0; !valid && i < n; i++)
    digits[i] &= -(gint64) balance_arrow_is_valid (array, first + i);
  if (!are_usual (digits, n))
    return NULL;
  for (guint i = 0; !valid && i < n; i++)
    digits[i] |= missing & -(gint64) !balance_arrow_is_valid (array, first + i);

  return digits;
}

static inline guint64
get_bits (double value)
{
  guint64 word;

  memcpy (&word, &value, sizeof word);

  return word;
}

/* From zero to 2^49 all are whole numbers at the scale that read back to the same double: division by a power of ten below 10^22
 * is as exact as reading the decimal is. With 2^52 added a number is rounded to a whole one, which its last bits are. */
static gboolean
are_whole (const double *values,
           guint         n,
           double        power,
           gint64       *digits)
{
  const double two52 = (double) ((gint64) 1 << 52);
  guint64 differing = 0, bits = 0;

  for (guint i = 0; i < n; i++)
    {
      const double sum = values[i] * power + two52, back = (sum - two52) / power, off = back - values[i];
      const guint64 word = get_bits (sum) - ((guint64) (1023 + 52) << 52);

      /* a difference of zero may have a sign; outside of the range the exponent is another one, and NaN stays NaN */
      differing |= get_bits (off) << 1;
      bits |= word;
      digits[i] = (gint64) word;
    }

  return differing == 0 && bits >> 49 == 0;
}

/* All bits if the double is NaN. Where something is missing and where not, no processor can guess: nobody asks. */
static inline guint64
find_nan (guint64 word)
{
  return -(guint64) ((word & G_MAXINT64) > (guint64) 0x7ff << 52);
}

/* The same with gaps: NaN is missing. At most TRIED. */
static gboolean
read_gaps (const double *values,
           guint         n,
           double        power,
           gint64        missing,
           gint64       *digits)
{
  double present[TRIED];

  for (guint i = 0; i < n; i++)
    {
      const guint64 word = get_bits (values[i]) & ~find_nan (get_bits (values[i]));

      memcpy (&present[i], &word, sizeof word);
    }
  if (!are_whole (present, n, power, digits))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      const guint64 gap = find_nan (get_bits (values[i]));

      digits[i] = (gint64) (((guint64) digits[i] & ~gap) | ((guint64) missing & gap));
    }

  return TRUE;
}

/* Any that has 15 digits. */
static gboolean
read_whole (const double *values,
            guint         n,
            double        power,
            gint64        missing,
            gint64       *digits)
{
  for (guint i = 0; i < n; i++)
    {
      double whole;

      digits[i] = missing;
      if (isnan (values[i]))
        continue;
      whole = rint (values[i] * power);
      if (!(values[i] >= 0.0 && whole < 1e15) || whole / power < values[i] || whole / power > values[i])
        return FALSE;
      digits[i] = (gint64) whole;
    }

  return TRUE;
}

/* The least scale at which all rows are whole numbers: that of the finest decimal. */
static gboolean
read_doubles (const struct ArrowArray *array,
              gint64                   first,
              guint                    n,
              gboolean                 valid,
              gint64                   missing,
              gint64                  *digits,
              guint                   *scale)
{
  const double *values = (const double *) array->buffers[1] + array->offset + first;
  double present[BALANCE_ARROW_CHUNK];

  if (!valid)
    {
      for (guint i = 0; i < n; i++)
        {
          const guint64 word = get_bits (values[i]) | -(guint64) !balance_arrow_is_valid (array, first + i);

          memcpy (&present[i], &word, sizeof word);
        }
      values = present;
    }

  *scale = 0;
  for (guint from = 0; from < n;)
    {
      const guint n_tried = MIN (n - from, TRIED);
      const double power = (double) balance_power_of_ten (*scale);

      if (are_whole (values + from, n_tried, power, digits + from) || read_gaps (values + from, n_tried, power, missing, digits + from) ||
          read_whole (values + from, n_tried, power, missing, digits + from))
        {
          from += n_tried;
          continue;
        }
      if (++*scale > MAX_SCALE)
        return FALSE;
      from = 0;
    }

  return TRUE;
}

const gint64 *
balance_arrow_decoder_read_numbers (BalanceArrowDecoder     *self,
                                    const struct ArrowArray *array,
                                    gint64                   first,
                                    guint                    n,
                                    gint64                   missing,
                                    gint64                  *digits,
                                    guint                   *scale)
{
  const gboolean valid = all_valid (array, first, n);

  if (self->wanted != BALANCE_VALUE_FORM_NUMBER || self->dictionary != NULL)
    return NULL;
  if (self->type == BALANCE_ARROW_TYPE_DOUBLE)
    return read_doubles (array, first, n, valid, missing, digits, scale) ? digits : NULL;

  *scale = 0;

  return read_integers (self, array, first, n, valid, missing, digits);
}

/* ---- texts */

/* Memory for texts that do not lie one behind the other. */
static void
begin_run (BalanceArrowDecoder *self,
           gsize                size)
{
  if (size > self->n_made)
    {
      g_free (self->made);
      self->made = g_malloc (size);
      self->n_made = size;
    }
  if (self->ends == NULL)
    self->ends = g_new (gint32, BALANCE_ARROW_CHUNK + 1);
}

/* The ends of texts as they lie, or relative to the first one where they are wider than ours. FALSE if they do not rise, or
 * if a text is longer than a cell may be. */
static gboolean
read_ends (BalanceArrowDecoder     *self,
           const struct ArrowArray *array,
           gint64                   first,
           guint                    n,
           BalanceArrowRun         *run)
{
  const gint64 at = array->offset + first;
  guint32 bits = 0;

  run->data = array->buffers[2];
  if (self->type == BALANCE_ARROW_TYPE_UTF8)
    {
      run->ends = (const gint32 *) array->buffers[1] + at;
      if (run->ends[0] < 0)
        return FALSE;
    }
  else
    {
      const gint64 *ends = (const gint64 *) array->buffers[1] + at;

      if (self->ends == NULL)
        self->ends = g_new (gint32, BALANCE_ARROW_CHUNK + 1);
      /* the last one is as far as so many cells can reach, if none is too long */
      if (ends[0] < 0 || ends[n] < ends[0] || ends[n] - ends[0] > (gint64) n * BALANCE_MAX_CELL_LENGTH)
        return FALSE;
      self->ends[0] = 0;
      for (guint i = 0; i < n; i++)
        {
          if (ends[i + 1] < ends[i] || ends[i + 1] > ends[n])
            return FALSE;
          self->ends[i + 1] = (gint32) (ends[i + 1] - ends[0]);
        }
      run->ends = self->ends;
      if (run->data != NULL)
        run->data += ends[0];
    }

  G_STATIC_ASSERT ((BALANCE_MAX_CELL_LENGTH & (BALANCE_MAX_CELL_LENGTH - 1)) == 0);
  for (guint i = 0; i < n; i++)
    bits |= (guint32) run->ends[i + 1] - (guint32) run->ends[i];
  if (bits >= BALANCE_MAX_CELL_LENGTH)
    for (guint i = 0; i < n; i++)
      if ((guint32) run->ends[i + 1] - (guint32) run->ends[i] > BALANCE_MAX_CELL_LENGTH)
        return FALSE;
  if (run->data == NULL)
    {
      run->data = "";
      return run->ends[n] == run->ends[0];
    }

  return TRUE;
}

/* Eight digits as eight bytes with their values, the first one lowest: two numbers of four, four of two, eight of one. */
static inline guint64
split_digits (guint32 number)
{
  const guint64 fours = (number / 10000) | (guint64) (number % 10000) << 32;
  const guint64 hundreds = (fours * 10486 >> 20) & G_GUINT64_CONSTANT (0x0000007f0000007f);
  const guint64 twos = hundreds | (fours - 100 * hundreds) << 16;
  const guint64 tens = (twos * 103 >> 10) & G_GUINT64_CONSTANT (0x000f000f000f000f);

  return tens | (twos - 10 * tens) << 8;
}

static inline char *
put_bytes (char    *to,
           guint64  word,
           guint    n)
{
  word = GUINT64_TO_LE (word);
  memcpy (to, &word, sizeof word);

  return to + n;
}

/* Codes are often whole numbers, two in each row: printing them with a format, or digit by digit, would take longer than all
 * else that is done with them here. Eight bytes may be written behind the end, which is returned. */
static inline char *
put_number (char    *to,
            guint64  number)
{
  const guint64 zeros = G_GUINT64_CONSTANT (0x3030303030303030);
  const guint64 high = number / 100000000, low = split_digits ((guint32) (number % 100000000));
  const guint64 front = high == 0 ? low : split_digits ((guint32) high);
  const guint n_blank = front == 0 ? 7 : (guint) __builtin_ctzll (front) / 8;

  to = put_bytes (to, (front + zeros) >> 8 * n_blank, 8 - n_blank);

  return high == 0 ? to : put_bytes (to, low + zeros, 8);
}

/* Whole numbers that stand for texts. */
static gboolean
read_codes (BalanceArrowDecoder     *self,
            const struct ArrowArray *array,
            gint64                   first,
            guint                    n,
            BalanceArrowRun         *run)
{
  gint64 digits[BALANCE_ARROW_CHUNK];
  char *to;

  if (self->wanted != BALANCE_VALUE_FORM_TEXT || !balance_arrow_decoder_copy_integers (self, array, first, n, digits))
    return FALSE;

  begin_run (self, BALANCE_ARROW_CHUNK * BALANCE_ARROW_INTEGER_SIZE + sizeof (guint64));
  to = self->made;
  for (guint i = 0; i < n; i++)
    {
      self->ends[i] = (gint32) (to - self->made);
      if (G_LIKELY ((guint64) digits[i] < G_GUINT64_CONSTANT (10000000000000000)))
        {
          to = put_number (to, (guint64) digits[i]);
        }
      else
        {
          char text[BALANCE_ARROW_INTEGER_SIZE], *end = text + sizeof text, *begin = balance_arrow_write_integer (end, digits[i]);

          memcpy (to, begin, (gsize) (end - begin));
          to += end - begin;
        }
    }
  self->ends[n] = (gint32) (to - self->made);
  run->data = self->made;
  run->ends = self->ends;
  run->all_valid = all_valid (array, first, n);
  run->is_made = TRUE;

  return TRUE;
}

/* Texts that lie anywhere are put one behind the other; those that are missing are empty. */
static gboolean
read_views (BalanceArrowDecoder     *self,
            const struct ArrowArray *array,
            gint64                   first,
            guint                    n,
            BalanceArrowRun         *run)
{
  const gboolean valid = all_valid (array, first, n);
  gsize size = 0;

  begin_run (self, BALANCE_ARROW_CHUNK * BALANCE_ARROW_INLINED);
  for (guint i = 0; i < n; i++)
    {
      const char *text;
      gsize length;

      self->ends[i] = (gint32) size;
      if (!valid && !balance_arrow_is_valid (array, first + i))
        continue;
      if (!balance_arrow_get_view (array, array->offset + first + i, &text, &length) || length > BALANCE_MAX_CELL_LENGTH)
        return FALSE;
      if (length <= BALANCE_ARROW_INLINED)
        {
          /* all of them can be read, and so many written */
          memcpy (self->made + size, text, BALANCE_ARROW_INLINED);
          size += length;
          continue;
        }
      if (size + length + (gsize) (n - i) * BALANCE_ARROW_INLINED > self->n_made)
        {
          self->n_made = 2 * size + length + BALANCE_ARROW_CHUNK * BALANCE_ARROW_INLINED;
          self->made = g_realloc (self->made, self->n_made);
        }
      memcpy (self->made + size, text, length);
      size += length;
    }
  self->ends[n] = (gint32) size;
  *run = (BalanceArrowRun) { .data = self->made, .ends = self->ends, .all_valid = TRUE };

  return TRUE;
}

gboolean
balance_arrow_decoder_read_run (BalanceArrowDecoder     *self,
                                const struct ArrowArray *array,
                                gint64                   first,
                                guint                    n,
                                BalanceArrowRun         *run)
{
  *run = (BalanceArrowRun) { .data = NULL };
  if (self->dictionary != NULL)
    return FALSE;
  if (self->type == BALANCE_ARROW_TYPE_UTF8 || self->type == BALANCE_ARROW_TYPE_LARGE_UTF8)
    {
      run->all_valid = all_valid (array, first, n);
      return read_ends (self, array, first, n, run);
    }

  return self->type == BALANCE_ARROW_TYPE_UTF8_VIEW ? read_views (self, array, first, n, run) : read_codes (self, array, first, n, run);
}

/* ---- dictionaries */

/* A word where it lies; FALSE if it is none. */
static gboolean
read_word (BalanceArrowDecoder     *self,
           const struct ArrowArray *array,
           gint64                   row,
           BalanceSpan             *word)
{
  gboolean found = TRUE;

  *word = (BalanceSpan) { "", 0 };
  if (!balance_arrow_is_valid (array, row))
    return TRUE;
  if (self->type == BALANCE_ARROW_TYPE_UTF8_VIEW)
    found = balance_arrow_get_view (array, array->offset + row, &word->text, &word->length);
  else if (self->type == BALANCE_ARROW_TYPE_UTF8 || self->type == BALANCE_ARROW_TYPE_LARGE_UTF8)
    found = balance_arrow_decoder_get_utf8 (self, array, array->offset + row, &word->text, &word->length);
  else
    return FALSE;

  return found && word->length <= BALANCE_MAX_CELL_LENGTH && balance_text_is_valid (word->text, word->length);
}

/* They are looked at once for each batch; a dictionary that is much longer than the rows is not worth it. */
const BalanceSpan *
balance_arrow_decoder_get_words (BalanceArrowDecoder     *self,
                                 const struct ArrowArray *array,
                                 guint                   *n_words,
                                 guint                   *batch)
{
  const struct ArrowArray *words = array->dictionary;
  BalanceText why = { NULL, NULL };

  if (self->dictionary == NULL || self->class != BALANCE_ARROW_CLASS_TEXT)
    return NULL;
  if (self->words == NULL)
    {
      self->words = g_new (BalanceSpan, (gsize) MIN (words->length, MAX_WORDS) + 1);
      self->words_usable = words->length <= MAX_WORDS && balance_arrow_decoder_check (self->dictionary, words, MIN (1, words->length), &why);
      for (gint64 i = 0; self->words_usable && i < words->length; i++)
        self->words_usable = read_word (self->dictionary, words, i, &self->words[i]);
      balance_text_clear (&why);
    }
  if (!self->words_usable)
    return NULL;
  *n_words = (guint) words->length;
  *batch = self->batch;

  return self->words;
}

gboolean
balance_arrow_decoder_read_indices (BalanceArrowDecoder     *self,
                                    const struct ArrowArray *array,
                                    gint64                   first,
                                    guint                    n,
                                    guint32                 *indices)
{
  gint64 places[BALANCE_ARROW_CHUNK];

  if (!balance_arrow_decoder_copy_integers (self, array, first, n, places))
    return FALSE;
  if (!all_valid (array, first, n))
    for (guint i = 0; i < n; i++)
      if (!balance_arrow_is_valid (array, first + i))
        places[i] = G_MAXUINT32;
  for (guint i = 0; i < n; i++)
    {
      if ((guint64) places[i] >= (guint64) array->dictionary->length &&
          (places[i] != G_MAXUINT32 || balance_arrow_is_valid (array, first + i)))
        return FALSE;
      indices[i] = (guint32) places[i];
    }

  return TRUE;
}
