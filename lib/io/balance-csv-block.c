/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "io/balance-csv-block-private.h"

#include "base/balance-text-private.h"
#include "census/balance-value-private.h"
#include "io/balance-csv-choices-private.h"

#include <string.h>

/* Bytes of which the separators are looked for at once, so that their places are still near when they are used. */
#define PIECE        16384
#define BLOCK        64

#define MAX_ROWS     32768
#define MAX_VALUES   (2 << 20)
#define FIRST_ROWS   512

#define AT_ONCE      8           /* numbers that are read one by one before more of the usual kind are looked for */

void
balance_csv_block_init (BalanceCsvBlock      *self,
                        const BalanceCsvPlan *plan)
{
  memset (self, 0, sizeof *self);
  self->n_columns = plan->n_columns;
  self->numbered = plan->n_columns > 0 && !balance_outline_begins_with_number (plan->outline);
  self->values = g_new0 (BalanceCsvValues, plan->n_columns + 1);
  for (guint i = 0; i < plan->n_columns; i++)
    if (plan->columns[i].kind == BALANCE_CSV_CHOICE)
      self->values[i].choices = g_new0 (BalanceCsvChoices, 1);
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
  if (self->marks.positions != NULL)
    g_free (self->marks.positions - 1);
  g_free (self->marks.breaks);
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

/* A number of digits, as many as are certain to fit. */
static gboolean
read_long_number (const char *text,
                  gsize       length,
                  gint64     *digits,
                  guint      *scale)
{
  gsize point = length;

  if (length > 18)
    return FALSE;
  *digits = 0;
  for (gsize i = 0; i < length; i++)
    {
      if (g_ascii_isdigit (text[i]))
        *digits = *digits * 10 + (text[i] - '0');
      else if (text[i] == '.' && point == length && i > 0)
        point = i;
      else
        return FALSE;
    }
  *scale = point < length ? (guint) (length - point - 1) : 0;

  return length > 0 && point != length - 1;
}

/* All values of the column up to a row at a finer scale. FALSE, and nothing done, if some value does not fit it. */
static gboolean
refine (BalanceCsvBlock  *self,
        BalanceCsvValues *values,
        guint             row,
        guint             scale)
{
  gint64 factor = balance_power_of_ten (scale - values->scale);

  for (guint i = 0; i < row; i++)
    {
      gint64 result;

      if ((self->flags[i] & BALANCE_CSV_ROW_PLAIN) != 0 && values->digits[i] != BALANCE_CSV_MISSING &&
          __builtin_mul_overflow (values->digits[i], factor, &result))
        return FALSE;
    }
  for (guint i = 0; i < row; i++)
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
      if (scale > values->scale && !refine (self, values, row, scale))
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
read_number (BalanceCsvBlock        *self,
             const BalanceCsvPlan   *plan,
             const BalanceCsvColumn *column,
             BalanceCsvValues       *values,
             guint                   row,
             const char             *text,
             gsize                   length)
{
  BalanceDecimal value;
  gint64 digits;
  guint scale;

  if (column->quick && read_long_number (text, length, &digits, &scale) &&
      (scale == 0 || column->field->type != BALANCE_FIELD_COUNT))
    return put_number (self, values, row, digits, scale);

  return column->values == NULL && read_carefully (plan, column, text, length, &value) &&
         put_number (self, values, row, value.digits, value.scale);
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

/* Looks a trimmed text up and keeps it if it can. */
static gboolean
read_choice (BalanceCsvBlock        *self,
             const BalanceCsvColumn *column,
             BalanceCsvValues       *values,
             guint                   row,
             const char             *text,
             gsize                   length)
{
  const int code = match_choice (column, text, length);

  if (code < 0)
    return FALSE;
  if (length <= BALANCE_CSV_MAX_SHORT && text + length >= self->text + BALANCE_CSV_MAX_SHORT)
    balance_csv_choices_keep (values->choices, balance_csv_load_short (text + length, length, 0), length, code);
  values->digits[row] = code;

  return TRUE;
}

static inline gboolean
read_text (BalanceCsvBlock        *self,
           const BalanceCsvColumn *column,
           BalanceCsvValues       *values,
           guint                   row,
           const char             *text,
           gsize                   length)
{
  BalanceCsvText *cell = &values->texts[row];

  if (G_UNLIKELY (*text == '#' || *text == '=' || *text == '\'' || column->values != NULL ||
                  (!self->marks.is_valid && !balance_text_is_valid (text, length)) ||
                  (length <= 3 && balance_value_is_filler (text, length) == BALANCE_FILLER_DASH)))
    return FALSE;
  cell->at = (guint32) (text - self->text);
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
read_any_cell (BalanceCsvBlock      *self,
               const BalanceCsvPlan *plan,
               guint                 row,
               guint                 index,
               const char           *text,
               gsize                 length)
{
  const BalanceCsvColumn *column = &plan->columns[index];
  BalanceCsvValues *values = &self->values[index];
  BalanceDecimal value;

  if (length > BALANCE_MAX_CELL_LENGTH)
    return FALSE;
  if (length > 0 && (may_be_blank (text[0]) || may_be_blank (text[length - 1])))
    balance_value_trim (&text, &length);
  if (length == 0)
    {
      if (column->kind == BALANCE_CSV_TEXT)
        values->texts[row].length = 0;
      else if (column->kind >= BALANCE_CSV_NUMBER)
        values->digits[row] = BALANCE_CSV_MISSING;
      return !column->needed;
    }

  switch (column->kind)
    {
    case BALANCE_CSV_NUMBER:
      return read_number (self, plan, column, values, row, text, length);

    case BALANCE_CSV_CHOICE:
      return read_choice (self, column, values, row, text, length);

    case BALANCE_CSV_TEXT:
      return read_text (self, column, values, row, text, length);

    case BALANCE_CSV_OTHER:
      return column->values == NULL && read_carefully (plan, column, text, length, &value) &&
             put_number (self, values, row, value.digits, value.scale);

    case BALANCE_CSV_UNTITLED:
      self->flags[row] |= BALANCE_CSV_ROW_UNTITLED;
      return self->marks.is_valid || balance_text_is_valid (text, length);

    case BALANCE_CSV_UNUSED:
    default:
      return self->marks.is_valid || balance_text_is_valid (text, length);
    }
}

/* ---- columns of rows that have as many cells as there are headers, and no quotes */

static inline const char *
get_end (const BalanceCsvBlock *self,
         const BalanceCsvCells *cells,
         guint                  i,
         gsize                 *length)
{
  const guint32 *end = cells->ends + (gsize) i * cells->stride;

  *length = end[0] - end[-1] - 1;

  return self->text + end[0];
}

/* What is not seen at once to be right: if it is not, its row is not plain. */
static void
read_doubtful (BalanceCsvBlock      *self,
               const BalanceCsvPlan *plan,
               guint                 row,
               guint                 index,
               const char           *end,
               gsize                 length)
{
  const BalanceCsvColumnKind kind = plan->columns[index].kind;

  if (read_any_cell (self, plan, row, index, end - length, length))
    return;
  self->flags[row] &= (guint8) ~BALANCE_CSV_ROW_PLAIN;
  if (kind == BALANCE_CSV_TEXT)
    self->values[index].texts[row].length = 0;
  else if (kind >= BALANCE_CSV_NUMBER)
    self->values[index].digits[row] = BALANCE_CSV_MISSING;
}

/* A number that is not like those before it. */
static void
read_unusual_number (BalanceCsvBlock      *self,
                     const BalanceCsvPlan *plan,
                     guint                 index,
                     guint                 row,
                     const char           *end,
                     gsize                 length)
{
  BalanceCsvValues *values = &self->values[index];
  gint64 number;
  guint scale;

  if (length == 0)
    values->digits[row] = BALANCE_CSV_MISSING;
  else if (length > 8 || !balance_csv_read_short_number (end, length, &number, &scale) ||
           (scale > 0 && plan->columns[index].field->type == BALANCE_FIELD_COUNT) || !put_number (self, values, row, number, scale))
    read_doubtful (self, plan, row, index, end, length);
}

static void
read_numbers (BalanceCsvBlock       *self,
              const BalanceCsvPlan  *plan,
              guint                  index,
              const BalanceCsvCells *cells)
{
  BalanceCsvValues *values = &self->values[index];
  guint i = 0;

  while (i < cells->n)
    {
      const BalanceCsvCells rest = { cells->ends + (gsize) i * cells->stride, cells->stride, cells->n - i };
      const guint n_read = plan->numbers (self->text, &rest, values->scale, values->digits + self->n_rows + i);
      /* where there is one that is not usual, there may be more */
      const guint n_more = MIN (cells->n - i - n_read, n_read < AT_ONCE ? AT_ONCE : 1);

      i += n_read;
      for (const guint after = i + n_more; i < after; i++)
        {
          gsize length;
          const char *end = get_end (self, cells, i, &length);

          read_unusual_number (self, plan, index, self->n_rows + i, end, length);
        }
    }
}

static void
read_choices (BalanceCsvBlock      *self,
              const BalanceCsvPlan *plan,
              guint                 index,
              const BalanceCsvCells *cells)
{
  const BalanceCsvChoices *choices = self->values[index].choices;
  const char *text = self->text;
  gint64 *digits = self->values[index].digits + self->n_rows;
  const guint32 *end = cells->ends;

  for (guint i = 0; i < cells->n; i++, end += cells->stride)
    {
      const gsize length = end[0] - end[-1] - 1;

      if (G_UNLIKELY (!balance_csv_choices_find (choices, text + end[0], length, &digits[i])))
        read_doubtful (self, plan, self->n_rows + i, index, text + end[0], length);
    }
}

/* Bytes that a text does not begin or end with unless it has to be looked at. */
enum
{
  DOUBTED_AT_FIRST = 1 << 0,
  DOUBTED_AT_LAST  = 1 << 1,
};

#define DOUBTED (DOUBTED_AT_FIRST | DOUBTED_AT_LAST)

static const guint8 doubted[256] = {
  [0 ... ' '] = DOUBTED, [0x80] = DOUBTED, [0xa0] = DOUBTED, [0xc2] = DOUBTED, [0xe3] = DOUBTED,      /* may_be_blank() */
  ['#'] = DOUBTED_AT_FIRST, ['='] = DOUBTED_AT_FIRST, ['\''] = DOUBTED_AT_FIRST,
};

/* Valid texts that stand for themselves. */
static void
read_texts (BalanceCsvBlock      *self,
            const BalanceCsvPlan *plan,
            guint                 index,
            const BalanceCsvCells *cells)
{
  BalanceCsvText *texts = self->values[index].texts + self->n_rows;
  const gboolean hashed = plan->columns[index].hashed;
  const guint32 *end = cells->ends;

  for (guint i = 0; i < cells->n; i++, end += cells->stride)
    {
      const guint32 at = end[-1] + 1, length = end[0] - at;
      const char *text = self->text + at;

      if (G_UNLIKELY (length - 4 > BALANCE_MAX_CELL_LENGTH - 4 || (doubted[(guchar) text[0]] & DOUBTED_AT_FIRST) != 0 ||
                      (doubted[(guchar) text[(gssize) length - 1]] & DOUBTED_AT_LAST) != 0))
        read_doubtful (self, plan, self->n_rows + i, index, text + length, length);
      else
        texts[i] = (BalanceCsvText) { at, length, hashed ? balance_text_hash (text, length) : 0 };
    }
}

static void
read_others (BalanceCsvBlock      *self,
             const BalanceCsvPlan *plan,
             guint                 index,
             const BalanceCsvCells *cells)
{
  for (guint i = 0; i < cells->n; i++)
    {
      gsize length;
      const char *end = get_end (self, cells, i, &length);

      read_doubtful (self, plan, self->n_rows + i, index, end, length);
    }
}

static void
read_column (BalanceCsvBlock      *self,
             const BalanceCsvPlan *plan,
             guint                 index,
             const BalanceCsvCells *cells)
{
  const BalanceCsvColumn *column = &plan->columns[index];

  if (column->kind == BALANCE_CSV_NUMBER && column->quick)
    read_numbers (self, plan, index, cells);
  else if (column->kind == BALANCE_CSV_CHOICE)
    read_choices (self, plan, index, cells);
  else if (column->kind == BALANCE_CSV_TEXT && column->values == NULL && self->marks.is_valid)
    read_texts (self, plan, index, cells);
  else
    read_others (self, plan, index, cells);
}

/* Is the row data whatever stands in it? `first` is the first of its cells that is not empty. */
static gboolean
is_certainly_data (const BalanceCsvBlock *self,
                   const BalanceCsvPlan  *plan,
                   guint                  row,
                   const char            *first,
                   gsize                  first_length)
{
  const BalanceCsvText *code = &self->values[plan->code].texts[row];

  return balance_outline_is_certainly_data (plan->outline, first, first_length, self->text + code->at, code->length);
}

/* The same at a glance: a row is if its first cell has two digits or more and nothing else, as no row of title and headers begins
 * and no note, and its code does not end like a total. `end` is that of the first cell, of which a short one can be loaded. */
static inline gboolean
is_seen_to_be_data (const BalanceCsvBlock *self,
                    const BalanceCsvPlan  *plan,
                    guint                  row,
                    const char            *end,
                    gsize                  length)
{
  const BalanceCsvText *code = &self->values[plan->code].texts[row];

  return code->length > 0 && !plan->outline->words->last_bytes[(guchar) self->text[code->at + code->length - 1]] &&
         balance_csv_are_digits (end, length);
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

/* What is known while a block is read. */
typedef struct
{
  BalanceCsvBlock      *block;
  const BalanceCsvPlan *plan;
  guint32               indexed;     /* separators are known up to here */
  guint32               start;       /* of the record that comes next .. */
  gsize                 at;          /* .. its first separator .. */
  gsize                 n_breaks;    /* .. and how many breaks are before it */
  guint32               n_lines;     /* line ends before it */
  gboolean              is_end;      /* nothing follows the text */
} Reading;

typedef enum
{
  CUT_DONE,         /* the record is complete */
  CUT_OPEN,         /* the text ends before it does */
  CUT_MORE,         /* more places of separators are needed */
} Cut;

/* Reads one record of whatever shape. With `all` no more separators follow. Only with CUT_DONE has anything changed but
 * the place of its values. */
static Cut
read_record (Reading  *reading,
             gboolean  all)
{
  BalanceCsvBlock *self = reading->block;
  const BalanceCsvPlan *plan = reading->plan;
  const char *text = self->text, *first = NULL;
  const guint32 length = self->length, *positions = self->marks.positions;
  const gsize n = self->marks.n_positions;
  const guint row = self->n_rows, n_columns = plan->n_columns;
  guint32 start = reading->start, n_lines = reading->n_lines, end;
  gsize first_length = 0, i = reading->at;
  gboolean plain = TRUE, open = FALSE;
  guint column = 0;

  self->flags[row] = 0;
  for (;;)
    {
      const char *cell = text + start;
      gsize cell_length;
      guint32 p;

      if (G_UNLIKELY (start < length && *cell == '"'))
        {
          gboolean closed;

          i++;
          if (!read_quotes (text, positions, n, &i, start, length, &n_lines, &closed, &cell, &cell_length))
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
        plain = column < n_columns && read_any_cell (self, plan, row, column, cell, cell_length);
      if (first == NULL && !balance_value_trim (&cell, &cell_length))
        {
          first = cell;
          first_length = cell_length;
        }
      column++;

      if (p == length)
        {
          end = length;
          open = TRUE;
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
      n_lines++;
      end = p + 1;
      /* a line feed may follow */
      open = text[p] == '\r' && p + 1 == length;
      break;
    }
  if (open && !reading->is_end)
    return CUT_OPEN;

  if (plain && column == n_columns && is_certainly_data (self, plan, row, first, first_length))
    self->flags[row] |= BALANCE_CSV_ROW_PLAIN;
  self->starts[row] = reading->start;
  self->lines[row] = reading->n_lines;
  self->n_rows++;
  reading->start = end;
  reading->n_lines = n_lines;
  reading->at = i;
  while (reading->n_breaks < self->marks.n_breaks && self->marks.breaks[reading->n_breaks] < i)
    reading->n_breaks++;

  return CUT_DONE;
}

/* How many of the next records, at most `max`, are of the usual shape: without quotes, with as many cells as headers, all
 * with the same line end of `n_ends` characters. They begin before `limit`. */
static guint
count_usual (const Reading *reading,
             guint          max,
             guint32        limit,
             guint         *n_ends)
{
  const BalanceCsvBlock *self = reading->block;
  const BalanceCsvMarks *marks = &self->marks;
  const guint n_columns = reading->plan->n_columns;
  const guint32 *breaks, *after;
  gsize end = reading->at + n_columns - 1;
  guint n = 0;

  if (n_columns == 0 || reading->n_breaks == marks->n_breaks)
    return 0;
  breaks = marks->breaks + reading->n_breaks;
  after = marks->breaks + marks->n_breaks;
  /* numbers and choices are loaded by words that end with them */
  if (*breaks != end || marks->positions[reading->at] < BALANCE_CSV_MAX_SHORT)
    return 0;
  *n_ends = self->text[marks->positions[end]] == '\r' ? 2 : 1;

  for (; n < max && after - breaks >= (gssize) *n_ends && *breaks == end; n++)
    {
      const guint32 line_end = marks->positions[end];

      if (*n_ends == 1 ? self->text[line_end] != '\n'
                       : self->text[line_end] != '\r' || marks->positions[end + 1] != line_end + 1 || self->text[line_end + 1] != '\n')
        break;
      if (n > 0 && marks->positions[end - n_columns] + 1 >= limit)
        break;
      breaks += *n_ends;
      end += n_columns + *n_ends - 1;
    }

  return n;
}

/* Reads so many usual records, column by column. */
static void
read_usual_records (Reading *reading,
                    guint    n,
                    guint    n_ends)
{
  BalanceCsvBlock *self = reading->block;
  const BalanceCsvPlan *plan = reading->plan;
  guint32 *positions = self->marks.positions + reading->at;
  const guint stride = plan->n_columns + n_ends - 1;

  /* the first cell of a row begins behind the end of the row before it */
  positions[-1] = reading->start - 1;
  memset (self->flags + self->n_rows, BALANCE_CSV_ROW_PLAIN, n);
  for (guint i = 0; i < plan->n_columns; i++)
    {
      const BalanceCsvCells cells = { positions + i, stride, n };

      read_column (self, plan, i, &cells);
    }
  for (guint i = 0; i < n; i++)
    {
      const guint row = self->n_rows + i;
      const guint32 *ends = positions + (gsize) i * stride;
      const char *first = NULL;
      gsize first_length = 0;

      self->starts[row] = ends[-1] + 1;
      self->lines[row] = reading->n_lines + i;
      if (G_LIKELY (self->numbered && is_seen_to_be_data (self, plan, row, self->text + ends[0], ends[0] - ends[-1] - 1)))
        continue;
      for (guint j = 0; j < plan->n_columns && first_length == 0; j++)
        {
          first = self->text + ends[(gssize) j - 1] + 1;
          first_length = ends[j] - ends[(gssize) j - 1] - 1;
          balance_value_trim (&first, &first_length);
        }
      if ((self->flags[row] & BALANCE_CSV_ROW_PLAIN) != 0 && !is_certainly_data (self, plan, row, first, first_length))
        self->flags[row] &= (guint8) ~BALANCE_CSV_ROW_PLAIN;
    }

  self->n_rows += n;
  reading->n_lines += n;
  reading->at += (gsize) n * stride;
  reading->n_breaks += (gsize) n * n_ends;
  reading->start = positions[(gsize) n * stride - 1] + 1;
}

/* Looks for separators in the next piece of the text; those that are read already are let go. */
static void
index_piece (Reading *reading)
{
  BalanceCsvBlock *self = reading->block;
  BalanceCsvMarks *marks = &self->marks;
  const gsize kept = marks->n_positions - reading->at;
  /* with every further piece a record is read from its start again: pieces grow with it */
  const guint32 size = MIN (self->length - reading->indexed, MAX (PIECE, (reading->indexed - reading->start) / BLOCK * BLOCK));

  if (kept + size + BALANCE_CSV_INDEX_SLACK > self->n_marks_alloc)
    {
      guint32 *positions = marks->positions != NULL ? marks->positions - 1 : NULL;

      self->n_marks_alloc = kept + size + BALANCE_CSV_INDEX_SLACK;
      marks->positions = g_renew (guint32, positions, self->n_marks_alloc + 1) + 1;
      marks->breaks = g_renew (guint32, marks->breaks, self->n_marks_alloc);
    }
  memmove (marks->positions, marks->positions + reading->at, kept * sizeof (guint32));
  marks->n_positions = kept;
  marks->n_breaks -= reading->n_breaks;
  for (gsize i = 0; i < marks->n_breaks; i++)
    marks->breaks[i] = marks->breaks[i + reading->n_breaks] - (guint32) reading->at;
  reading->at = reading->n_breaks = 0;

  reading->plan->index (self->text, reading->indexed, reading->indexed + size, reading->plan->delimiter, marks);
  reading->indexed += size;
  /* no separator shows whether the last character of all is complete */
  if (reading->indexed == self->length && size > 0 && (guchar) self->text[self->length - 1] >= 0x80)
    marks->is_valid = FALSE;
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
  Reading reading = { .block = self, .plan = plan, .is_end = is_end, .indexed = begin, .start = begin };

  self->text = text;
  self->length = length;
  self->begin = begin;
  self->cut = FALSE;
  self->n_rows = 0;
  self->marks.n_positions = self->marks.n_breaks = 0;
  self->marks.is_valid = TRUE;
  self->marks.carry = 0;
  for (guint i = 0; i < self->n_columns; i++)
    self->values[i].scale = 0;

  while (reading.start < MIN (limit, length) && self->n_rows < max_rows)
    {
      guint n_ends, n = count_usual (&reading, max_rows - self->n_rows, limit, &n_ends);
      Cut cut = CUT_DONE;

      while (self->n_rows + MAX (1, n) > self->n_alloc)
        grow_rows (self, plan);
      if (n > 0)
        read_usual_records (&reading, n, n_ends);
      else
        cut = read_record (&reading, reading.indexed == length);
      if (cut == CUT_MORE)
        index_piece (&reading);
      if (cut == CUT_OPEN)
        {
          self->cut = TRUE;
          break;
        }
    }

  self->end = reading.start;
  self->n_lines = reading.n_lines;
  if (self->n_alloc == 0)
    grow_rows (self, plan);
  self->starts[self->n_rows] = reading.start;
}
