/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "io/balance-csv-block-private.h"

#include "census/balance-intake-private.h"
#include "census/balance-value-private.h"

#include <string.h>

/* Bytes of which the separators are looked for at once, so that their places are still near when they are used. */
#define PIECE        16384

#define MAX_ROWS     32768
#define MAX_VALUES   (2 << 20)
#define FIRST_ROWS   512

#define MAX_SHORT    16          /* choices up to this length are kept */
#define N_CHOICES    64

/* The same few words fill a column of choices. */
struct _BalanceCsvChoices
{
  struct
  {
    guint64 words[2];
    guint32 length;
    int     code;
  } known[N_CHOICES];
};

/* The record that is being read. */
typedef struct
{
  BalanceCsvBlock      *block;
  const BalanceCsvPlan *plan;
  guint                 row;
  gboolean              plain;
  gboolean              open;        /* the text ends before it does */
  guint8                flags;
  const char           *first;       /* of the first cell that is not empty */
  gsize                 first_length;
} Record;

void
balance_csv_block_init (BalanceCsvBlock      *self,
                        const BalanceCsvPlan *plan)
{
  memset (self, 0, sizeof *self);
  self->n_columns = plan->n_columns;
  self->values = g_new0 (BalanceCsvValues, plan->n_columns + 1);
  for (guint i = 0; i < plan->n_columns; i++)
    if (plan->columns[i].kind == BALANCE_CSV_CHOICE)
      self->values[i].choices = g_new0 (struct _BalanceCsvChoices, 1);
}

void
balance_csv_block_clear (BalanceCsvBlock *self)
{
  for (guint i = 0; i < self->n_columns; i++)
    {
      g_free (self->values[i].digits);
      g_free (self->values[i].texts);
      g_free (self->values[i].choices);
    }
  g_free (self->values);
  g_free (self->starts);
  g_free (self->lines);
  g_free (self->flags);
  g_free (self->positions);
}

static void
grow_rows (BalanceCsvBlock      *self,
           const BalanceCsvPlan *plan)
{
  guint n = MAX (FIRST_ROWS, self->n_alloc * 2);

  self->starts = g_renew (guint32, self->starts, n + 1);
  self->lines = g_renew (guint32, self->lines, n);
  self->flags = g_renew (guint8, self->flags, n);
  for (guint i = 0; i < self->n_columns; i++)
    {
      BalanceCsvValues *values = &self->values[i];

      if (plan->columns[i].kind == BALANCE_CSV_TEXT)
        values->texts = g_renew (BalanceCsvText, values->texts, n);
      else if (plan->columns[i].kind >= BALANCE_CSV_NUMBER)
        values->digits = g_renew (gint64, values->digits, n);
    }
  self->n_alloc = n;
}

/* ---- cells */

static inline guint64
load_word (const char *text)
{
  guint64 word;

  memcpy (&word, text, sizeof word);

  return GUINT64_FROM_LE (word);
}

#define ONES G_GUINT64_CONSTANT (0x0101010101010101)

/* The last `length` bytes of the result are those of the text, the others zero; it has eight to be read. */
static inline guint64
load_short (const char *text,
            gsize       length)
{
  return load_word (text) << (64 - 8 * (guint) length);
}

/* One to eight digits, with a point among them or not, all at once. */
static inline gboolean
read_short_number (const char *text,
                   gsize       length,
                   gint64     *digits,
                   guint      *scale)
{
  /* the values of the digits, zeros in front */
  guint64 word = (load_word (text) ^ ONES * '0') << (64 - 8 * (guint) length);
  guint64 other = ((word + ONES * (0x80 - 10)) | word) & ONES * 0x80;

  *scale = 0;
  if (other != 0)
    {
      const guint at = (guint) __builtin_ctzll (other) / 8;
      const guint64 before = (G_GUINT64_CONSTANT (1) << (8 * at)) - 1;

      if ((other & (other - 1)) != 0 || (word >> (8 * at) & 0xff) != ('.' ^ '0') || at == 8 - length || at == 7)
        return FALSE;
      *scale = 7 - at;
      word = (word & ~(before << 8 | 0xff)) | (word & before) << 8;
    }

  word = (word * 10 + (word >> 8)) & G_GUINT64_CONSTANT (0x00ff00ff00ff00ff);
  word = (word * 100 + (word >> 16)) & G_GUINT64_CONSTANT (0x0000ffff0000ffff);
  *digits = (gint64) ((word * 10000 + (word >> 32)) & G_MAXUINT32);

  return TRUE;
}

/* All values of the column so far at a finer scale. FALSE, and nothing done, if some value does not fit it. */
static gboolean
refine (BalanceCsvBlock  *self,
        BalanceCsvValues *values,
        guint             scale)
{
  gint64 factor = balance_power_of_ten (scale - values->scale);

  for (guint i = 0; i < self->n_rows; i++)
    {
      gint64 result;

      if ((self->flags[i] & BALANCE_CSV_ROW_PLAIN) != 0 && values->digits[i] != BALANCE_CSV_MISSING &&
          __builtin_mul_overflow (values->digits[i], factor, &result))
        return FALSE;
    }
  for (guint i = 0; i < self->n_rows; i++)
    if ((self->flags[i] & BALANCE_CSV_ROW_PLAIN) != 0 && values->digits[i] != BALANCE_CSV_MISSING)
      values->digits[i] *= factor;
  values->scale = scale;

  return TRUE;
}

/* FALSE if the value has no place in the column as it is in this block. */
static gboolean
put_number (BalanceCsvBlock  *self,
            BalanceCsvValues *values,
            guint             row,
            gint64            digits,
            guint             scale)
{
  if (G_UNLIKELY (scale > values->scale))
    {
      BalanceDecimal value = { digits, scale };

      balance_decimal_normalize (&value);
      digits = value.digits;
      scale = value.scale;
      if (scale > values->scale && !refine (self, values, scale))
        return FALSE;
    }
  if (scale < values->scale &&
      __builtin_mul_overflow (digits, balance_power_of_ten (values->scale - scale), &digits))
    return FALSE;
  values->digits[row] = digits;

  return TRUE;
}

/* As a cell of a workbook is read; FALSE if there is anything to say about it. */
static gboolean
read_carefully (const BalanceCsvPlan   *plan,
                const BalanceCsvColumn *column,
                const char             *text,
                gsize                   length,
                BalanceDecimal         *value)
{
  return *text != '#' && *text != '=' && *text != '\'' && g_utf8_validate_len (text, length, NULL) &&
         balance_value_parse_cell (plan->dictionary, column->field, text, length, column->factor, value) == BALANCE_FAULT_NONE;
}

static gboolean
read_number (Record                 *record,
             const BalanceCsvColumn *column,
             BalanceCsvValues       *values,
             const char             *text,
             gsize                   length)
{
  BalanceDecimal value;

  return column->values == NULL && read_carefully (record->plan, column, text, length, &value) &&
         put_number (record->block, values, record->row, value.digits, value.scale);
}

static int
match_choice (const BalanceCsvColumn *column,
              const char             *text,
              gsize                   length)
{
  if (column->values != NULL)
    {
      g_autofree char *foreign = g_strndup (text, length);
      const char *ours = g_hash_table_lookup (column->values, foreign);

      if (ours != NULL)
        return balance_field_match_choice (column->field, ours, -1);
    }
  if (*text == '#' || *text == '=' || *text == '\'')
    return -1;

  return balance_field_match_choice (column->field, text, (gssize) length);
}

/* The place in the table of known choices, and the bytes of the text by which it is known there. */
static inline guint
hash_choice (const char *text,
             gsize       length,
             guint64     words[2])
{
  if (length <= 8)
    {
      words[0] = load_short (text, length);
      words[1] = 0;
    }
  else
    {
      words[0] = load_word (text);
      words[1] = load_word (text + length - 8);
    }
  G_STATIC_ASSERT (N_CHOICES == 1 << 6);

  return (guint) ((words[0] ^ words[1] ^ length) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15) >> 58);
}

/* Looks a trimmed text up and keeps it if it can. */
static gboolean
read_choice (Record                 *record,
             const BalanceCsvColumn *column,
             BalanceCsvValues       *values,
             const char             *text,
             gsize                   length)
{
  const int code = match_choice (column, text, length);

  if (code < 0)
    return FALSE;
  if (length <= MAX_SHORT && text + 8 <= record->block->text + record->block->length)
    {
      guint64 words[2];
      guint index = hash_choice (text, length, words);

      values->choices->known[index].length = (guint32) length;
      values->choices->known[index].words[0] = words[0];
      values->choices->known[index].words[1] = words[1];
      values->choices->known[index].code = code;
    }
  values->digits[record->row] = code;

  return TRUE;
}

/* Valid UTF-8 without NUL. Nearly all is ASCII or common Chinese characters, of three bytes. */
static inline gboolean
is_valid (const char *text,
          gsize       length)
{
  const guchar *p = (const guchar *) text, *end = p + length;

  while (p < end)
    {
      if (*p - 1u < 0x7f)
        p++;
      else if (end - p >= 3 && *p - 0xe1u <= 0xec - 0xe1 && (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80)
        p += 3;
      else
        return g_utf8_validate_len ((const char *) p, (gsize) (end - p), NULL);
    }

  return TRUE;
}

static inline gboolean
read_text (Record                 *record,
           const BalanceCsvColumn *column,
           BalanceCsvValues       *values,
           const char             *text,
           gsize                   length)
{
  BalanceCsvText *cell = &values->texts[record->row];

  if (G_UNLIKELY (*text == '#' || *text == '=' || *text == '\'' || column->values != NULL || !is_valid (text, length) ||
                  (length <= 3 && balance_value_is_filler (text, length) == BALANCE_FILLER_DASH)))
    return FALSE;
  cell->at = (guint32) (text - record->block->text);
  cell->length = (guint32) length;
  cell->hash = balance_text_hash (text, length);

  return TRUE;
}

/* Bytes with which a blank begins or ends: ASCII ones, no-break and full-width spaces. */
static inline gboolean
may_be_blank (char c)
{
  const guchar byte = (guchar) c;

  return byte <= ' ' || byte == 0xc2 || byte == 0xe3 || byte == 0xa0 || byte == 0x80;
}

/* Whatever a cell may hold. FALSE if the row is not plain any more. */
static gboolean
read_any_cell (Record     *record,
               guint       index,
               const char *text,
               gsize       length)
{
  const BalanceCsvColumn *column = &record->plan->columns[index];
  BalanceCsvValues *values = &record->block->values[index];
  BalanceDecimal value;

  if (length > BALANCE_MAX_CELL_LENGTH)
    return FALSE;
  if (length > 0 && (may_be_blank (text[0]) || may_be_blank (text[length - 1])))
    balance_value_trim (&text, &length);
  if (length == 0)
    {
      if (column->kind == BALANCE_CSV_TEXT)
        values->texts[record->row].length = 0;
      else if (column->kind >= BALANCE_CSV_NUMBER)
        values->digits[record->row] = BALANCE_CSV_MISSING;
      return !column->needed;
    }
  if (record->first == NULL)
    {
      record->first = text;
      record->first_length = length;
    }

  switch (column->kind)
    {
    case BALANCE_CSV_NUMBER:
      return read_number (record, column, values, text, length);

    case BALANCE_CSV_CHOICE:
      return read_choice (record, column, values, text, length);

    case BALANCE_CSV_TEXT:
      return read_text (record, column, values, text, length);

    case BALANCE_CSV_OTHER:
      return column->values == NULL && read_carefully (record->plan, column, text, length, &value) &&
             put_number (record->block, values, record->row, value.digits, value.scale);

    case BALANCE_CSV_UNTITLED:
      record->flags |= BALANCE_CSV_ROW_UNTITLED;
      return is_valid (text, length);

    case BALANCE_CSV_UNUSED:
    default:
      return is_valid (text, length);
    }
}

/* The same. What nearly every cell is comes first: a short number, a choice that was there before. It must not be the
 * first of its row, and eight bytes can be read. */
static inline gboolean
read_cell (Record     *record,
           guint       index,
           const char *text,
           gsize       length)
{
  const BalanceCsvColumn *column = &record->plan->columns[index];
  BalanceCsvValues *values = &record->block->values[index];

  if (column->kind == BALANCE_CSV_NUMBER)
    {
      gint64 digits;
      guint scale;

      if (G_LIKELY (length - 1 < 8 && column->quick && read_short_number (text, length, &digits, &scale)))
        {
          if (G_LIKELY (scale == values->scale))
            values->digits[record->row] = digits;
          else if (scale > 0 && column->field->type == BALANCE_FIELD_COUNT)
            return read_any_cell (record, index, text, length);
          else
            return put_number (record->block, values, record->row, digits, scale);
          return TRUE;
        }
    }
  else if (column->kind == BALANCE_CSV_CHOICE)
    {
      guint64 words[2];

      if (G_LIKELY (length - 1 < MAX_SHORT))
        {
          guint known = hash_choice (text, length, words);

          if (G_LIKELY (values->choices->known[known].length == length && values->choices->known[known].words[0] == words[0] &&
                        values->choices->known[known].words[1] == words[1]))
            {
              values->digits[record->row] = values->choices->known[known].code;
              return TRUE;
            }
        }
    }
  else if (column->kind == BALANCE_CSV_TEXT && length > 3 && length <= BALANCE_MAX_CELL_LENGTH && !may_be_blank (text[0]) &&
           !may_be_blank (text[length - 1]))
    {
      return read_text (record, column, values, text, length);
    }

  return read_any_cell (record, index, text, length);
}

/* ---- records */

guint32
balance_csv_find_record (const char *text,
                         guint32     from,
                         guint32     length)
{
  if (from == 0 || from >= length)
    return MIN (from, length);
  /* a line that ends with CR and LF may be cut between the two */
  if (text[from - 1] == '\n' || (text[from - 1] == '\r' && text[from] != '\n'))
    return from;
  for (; from < length; from++)
    if (text[from] == '\n' || text[from] == '\r')
      return from + 1 < length && text[from] == '\r' && text[from + 1] == '\n' ? from + 2 : from + 1;

  return length;
}

/* Moves `*at`, the first of the `positions` behind the quote at `start`, to the separator that ends the cell. FALSE if
 * the content is not simply what stands between two quotes; `closed` tells whether there is a second one. */
static gboolean
read_quotes (const char    *text,
             const guint32 *positions,
             gsize          n,
             gsize         *at,
             guint32        start,
             guint32        length,
             guint32       *n_lines,
             gboolean      *closed,
             const char   **content,
             gsize         *content_length)
{
  gboolean simple = TRUE;
  gsize i = *at;

  *closed = FALSE;
  for (; i < n; i++)
    {
      guint32 p = positions[i];

      if (text[p] == '"')
        {
          if (i + 1 < n && positions[i + 1] == p + 1 && text[p + 1] == '"')
            {
              simple = FALSE;
              i++;
              continue;
            }
          *content = text + start + 1;
          *content_length = p - start - 1;
          *closed = TRUE;
          i++;
          /* text behind the quote belongs to the cell; of that only its end matters */
          if (p + 1 < length && !(i < n && positions[i] == p + 1))
            simple = FALSE;
          while (i < n && text[positions[i]] == '"')
            i++;
          break;
        }
      if (text[p] == '\n' || (text[p] == '\r' && !(p + 1 < length && text[p + 1] == '\n')))
        (*n_lines)++;
    }
  *at = i;

  return simple && *closed;
}

typedef enum
{
  CUT_DONE,         /* the record is complete */
  CUT_MORE,         /* more places of separators are needed */
} Cut;

/* Reads one record from `start`, whose separators begin at `*at`. With `all` no more separators follow. */
static Cut
read_record (Record        *record,
             const guint32 *positions,
             gsize          n,
             gsize         *at,
             gboolean       all,
             guint32        start,
             guint32       *end,
             guint32       *n_lines)
{
  const BalanceCsvPlan *plan = record->plan;
  const char *text = record->block->text;
  const guint32 length = record->block->length;
  const guint n_columns = plan->n_columns;
  gboolean plain = TRUE;
  gsize i = *at;
  guint column = 0;

  record->flags = 0;
  record->open = FALSE;
  record->first = NULL;
  record->first_length = 0;
  for (;;)
    {
      const char *cell = text + start;
      gsize cell_length;
      guint32 p;

      if (G_UNLIKELY (start < length && *cell == '"'))
        {
          gboolean closed;

          i++;
          if (!read_quotes (text, positions, n, &i, start, length, n_lines, &closed, &cell, &cell_length))
            {
              plain = FALSE;
              cell_length = 0;
            }
          if (i >= n && !all)
            return CUT_MORE;
        }
      else
        {
          /* quotes within a cell are wrong, but only separators end it */
          while (i < n && G_UNLIKELY (text[positions[i]] == '"'))
            {
              plain = FALSE;
              i++;
            }
          if (i >= n && !all)
            return CUT_MORE;
          cell_length = (i < n ? positions[i] : length) - start;
        }

      p = i < n ? positions[i] : length;
      if (plain)
        plain = column < n_columns && read_any_cell (record, column, cell, cell_length);
      column++;

      if (p == length)
        {
          *end = length;
          record->open = TRUE;
          break;
        }
      i++;
      if (text[p] == plan->delimiter)
        {
          start = p + 1;
          continue;
        }

      /* the line feed after a carriage return may be among the separators that are not known yet */
      if (text[p] == '\r' && p + 1 < length && text[p + 1] == '\n')
        {
          if (i >= n && !all)
            return CUT_MORE;
          i++;
          p++;
        }
      (*n_lines)++;
      *end = p + 1;
      /* a line feed may follow */
      record->open = text[p] == '\r' && p + 1 == length;
      break;
    }

  *at = i;
  record->plain = plain && column == n_columns;

  return CUT_DONE;
}

/* The usual record, without quotes, with as many cells as headers: TRUE if it is one. What else it may be finds
 * read_record(). */
static inline gboolean
read_usual_record (Record        *record,
                   const guint32 *positions,
                   gsize          n,
                   gsize         *at,
                   guint32        start,
                   guint32       *end,
                   guint32       *n_lines)
{
  const BalanceCsvPlan *plan = record->plan;
  const char *text = record->block->text;
  const guint last = plan->n_columns - 1;
  const guint32 *p;

  if (plan->n_columns == 0 || n - *at < (gsize) plan->n_columns + 1)
    return FALSE;
  p = positions + *at;
  if (p[last] + 9 > record->block->length)
    return FALSE;
  for (guint i = 0; i < last; i++)
    if (text[p[i]] != plan->delimiter)
      return FALSE;
  if (text[p[last]] == '"' || text[p[last]] == plan->delimiter)
    return FALSE;

  record->flags = 0;
  record->open = FALSE;
  record->first = NULL;
  record->plain = read_any_cell (record, 0, text + start, p[0] - start);
  for (guint i = 1; i <= last && record->plain; i++)
    record->plain = (record->first != NULL ? read_cell : read_any_cell) (record, i, text + p[i - 1] + 1, p[i] - p[i - 1] - 1);

  *at += last + 1;
  *end = p[last] + 1;
  if (text[p[last]] == '\r' && text[*end] == '\n')
    {
      (*at)++;
      (*end)++;
    }
  (*n_lines)++;

  return TRUE;
}

static gboolean
is_certainly_data (Record *record)
{
  const BalanceCsvText *code = &record->block->values[record->plan->code].texts[record->row];

  return balance_outline_is_certainly_data (record->plan->outline, record->first, record->first_length,
                                            record->block->text + code->at, code->length);
}

void
balance_csv_block_read (BalanceCsvBlock      *self,
                        const BalanceCsvPlan *plan,
                        const char           *text,
                        guint32               length,
                        gboolean              is_end,
                        guint32               begin,
                        guint32               limit)
{
  const guint max_rows = MIN (MAX_ROWS, MAX (FIRST_ROWS, MAX_VALUES / MAX (1, plan->n_columns)));
  Record record = { .block = self, .plan = plan };
  gsize n = 0, at = 0;
  guint32 indexed = begin, start = begin, n_lines = 0;

  self->text = text;
  self->length = length;
  self->begin = begin;
  self->cut = FALSE;
  self->n_rows = 0;
  for (guint i = 0; i < self->n_columns; i++)
    self->values[i].scale = 0;

  while (start < MIN (limit, length) && self->n_rows < max_rows)
    {
      guint32 end = start, lines = n_lines;
      gsize before = at;

      if (self->n_rows == self->n_alloc)
        grow_rows (self, plan);
      record.row = self->n_rows;
      self->flags[record.row] = 0;
      if (!read_usual_record (&record, self->positions, n, &at, start, &end, &lines) &&
          read_record (&record, self->positions, n, &at, indexed == length, start, &end, &lines) == CUT_MORE)
        {
          guint32 next = MIN (length, indexed + PIECE);
          gsize kept = n - before;

          /* with every further piece the record is read from its start again: pieces grow with it */
          next = MIN (length, MAX (next, indexed + (indexed - start)));
          if (kept + (next - indexed) + BALANCE_CSV_INDEX_SLACK > self->n_positions_alloc)
            {
              self->n_positions_alloc = kept + (next - indexed) + BALANCE_CSV_INDEX_SLACK;
              self->positions = g_renew (guint32, self->positions, self->n_positions_alloc);
            }
          memmove (self->positions, self->positions + before, kept * sizeof (guint32));
          n = kept + plan->index (text, indexed, next, plan->delimiter, self->positions + kept);
          at = 0;
          indexed = next;
          continue;
        }
      if (record.open && !is_end)
        {
          self->cut = TRUE;
          break;
        }

      if (record.plain && is_certainly_data (&record))
        self->flags[record.row] = record.flags | BALANCE_CSV_ROW_PLAIN;
      self->starts[record.row] = start;
      self->lines[record.row] = n_lines;
      n_lines = lines;
      start = end;
      self->n_rows++;
    }

  self->end = start;
  self->n_lines = n_lines;
  if (self->n_alloc == 0)
    grow_rows (self, plan);
  self->starts[self->n_rows] = start;
}
