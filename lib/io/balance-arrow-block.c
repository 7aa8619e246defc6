/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "io/balance-arrow-block-private.h"

#include <string.h>

#include "census/balance-intake-private.h"
#include "census/balance-value-private.h"
#include "io/balance-csv-choices-private.h"

/* Bytes of texts of a block, whose places are 32 bits wide. */
#define MAX_TEXTS   (G_MAXUINT32 / 2)

/* How a column of the block is read. */
typedef enum
{
  READ_CELLS,        /* its cells were decoded */
  READ_NUMBERS,      /* as a whole; it has no texts */
  READ_RUN,          /* as a whole, out of texts that lie one behind the other */
  READ_WORDS,        /* the same out of a dictionary */
} Read;

/* What a word of a dictionary is here; other codes are those of choices. */
enum
{
  WORD_EMPTY = -1,
  WORD_ODD   = -2,     /* something has to be said, or looked at */
};

typedef struct
{
  guint          chunk;          /* in which it was looked at; 0: never */
  int            code;
  BalanceCsvText text;           /* in that chunk */
} Word;

/* A column that has a dictionary. */
typedef struct
{
  const BalanceSpan *texts;      /* [word] of the decoder */
  Word              *known;      /* [n_alloc] those of the batch */
  guint              n_alloc, batch;
  guint32           *indices;    /* [row] G_MAXUINT32: none */
} Words;

struct _BalanceArrowBlock
{
  BalanceCsvPlan  *plan;
  BalanceCsvBlock  block;
  char            *texts;          /* of the block */
  gsize            n_texts, texts_size;
  Read            *read;           /* [column] */
  gint64         **digits;         /* [column] memory for numbers; NULL where the column holds none */
  BalanceArrowRun *runs;           /* [column] */
  Words           *words;          /* [column] */
  guint            chunk;          /* number of the block */
  BalanceDecimal  *numbers;        /* [row] of the column that is made */
};

BalanceArrowBlock *
balance_arrow_block_new (BalanceCsvPlan *plan,
                         guint           n_rows)
{
  BalanceArrowBlock *self = g_new0 (BalanceArrowBlock, 1);
  BalanceCsvBlock *block = &self->block;

  self->plan = plan;
  self->texts_size = 1 << 16;
  self->texts = g_malloc0 (self->texts_size);
  self->read = g_new0 (Read, plan->n_columns + 1);
  self->digits = g_new0 (gint64 *, plan->n_columns + 1);
  self->runs = g_new0 (BalanceArrowRun, plan->n_columns + 1);
  self->words = g_new0 (Words, plan->n_columns + 1);
  self->numbers = g_new (BalanceDecimal, n_rows);
  block->n_columns = plan->n_columns;
  block->numbered = plan->n_columns > 0 && !balance_outline_begins_with_number (plan->outline);
  block->n_alloc = n_rows;
  block->flags = g_new (guint8, n_rows);
  block->lines = g_new (guint32, n_rows);
  for (guint i = 0; i < n_rows; i++)
    block->lines[i] = i;
  block->values = g_new0 (BalanceCsvValues, plan->n_columns + 1);
  for (guint i = 0; i < plan->n_columns; i++)
    {
      if (plan->columns[i].kind == BALANCE_CSV_TEXT)
        block->values[i].texts = g_new (BalanceCsvText, n_rows);
      else if (plan->columns[i].kind >= BALANCE_CSV_NUMBER)
        self->digits[i] = g_new (gint64, n_rows);
      if (plan->columns[i].kind == BALANCE_CSV_CHOICE)
        block->values[i].choices = g_new0 (BalanceCsvChoices, 1);
    }

  return self;
}

void
balance_arrow_block_free (BalanceArrowBlock *self)
{
  for (guint i = 0; i < self->plan->n_columns; i++)
    {
      /* what lay in a buffer of the table is not the block's */
      self->block.values[i].digits = self->digits[i];
      g_free (self->words[i].known);
      g_free (self->words[i].indices);
    }
  g_free (self->digits);
  g_free (self->words);
  g_free (self->runs);
  g_free (self->read);
  g_free (self->numbers);
  balance_csv_block_clear (&self->block);
  g_free (self->texts);
  balance_csv_plan_free (self->plan);
  g_free (self);
}

/* What has to be looked at: blanks, which begin and end with these bytes, texts that stand for something else, and bytes with
 * which no character begins. */
enum
{
  DOUBTED_AT_FIRST = 1 << 0,
  DOUBTED_AT_LAST  = 1 << 1,
};

#define DOUBTED (DOUBTED_AT_FIRST | DOUBTED_AT_LAST)

static const guint8 doubted[256] = {
  [0 ... ' '] = DOUBTED, [0x80] = DOUBTED, [0x81 ... 0x9f] = DOUBTED_AT_FIRST, [0xa0] = DOUBTED, [0xa1 ... 0xbf] = DOUBTED_AT_FIRST,
  [0xc2] = DOUBTED, [0xe3] = DOUBTED, ['#'] = DOUBTED_AT_FIRST, ['='] = DOUBTED_AT_FIRST, ['\''] = DOUBTED_AT_FIRST,
};

static gboolean
is_special (char c)
{
  return c == '#' || c == '=' || c == '\'';
}

/* Bytes of a text of at least one. */
static inline gboolean
is_bare (const char *text,
         gsize       length)
{
  return (doubted[(guchar) text[0]] & DOUBTED_AT_FIRST) == 0 && (doubted[(guchar) text[length - 1]] & DOUBTED_AT_LAST) == 0;
}

/* What a cell holds without the blanks around it; FALSE if nothing, or nothing that is text. */
static gboolean
get_text (BalanceArrowBlock *self,
          const BalanceSpan *span,
          guint              row,
          const char       **text,
          gsize             *length)
{
  *text = span->text;
  *length = span->length;
  if (G_UNLIKELY (span->text == NULL))
    {
      self->block.flags[row] = 0;
      return FALSE;
    }

  return *length > 0 && (is_bare (*text, *length) || !balance_value_trim (text, length));
}

static char *
add_text (BalanceArrowBlock *self,
          gsize              length)
{
  char *at;

  if (self->n_texts + length > self->texts_size)
    {
      self->texts_size = MAX (self->n_texts + length, 2 * self->texts_size);
      self->texts = g_realloc (self->texts, self->texts_size);
    }
  at = self->texts + self->n_texts;
  self->n_texts += length;

  return at;
}

/* The number of a cell; FALSE if it is empty or if something is to be said about it. */
static gboolean
get_number (BalanceArrowBlock        *self,
            const BalanceCsvColumn   *column,
            const BalanceSpan        *span,
            const BalanceValueColumn *values,
            guint                     row,
            BalanceDecimal           *value)
{
  const char *text;
  gsize length;

  if (values->digits != NULL && values->scales[row] != BALANCE_NO_VALUE)
    {
      *value = (BalanceDecimal) { values->digits[row], values->scales[row] };
      if ((column->quick && value->digits >= 0 && (value->scale == 0 || column->field->type != BALANCE_FIELD_COUNT)) ||
          column->kind != BALANCE_CSV_NUMBER || balance_value_take (column->field, column->factor, value) == BALANCE_FAULT_NONE)
        return TRUE;
      self->block.flags[row] = 0;
      return FALSE;
    }

  if (!get_text (self, span, row, &text, &length))
    return FALSE;
  if (column->values == NULL && !is_special (*text) &&
      balance_value_parse_cell (self->plan->dictionary, column->field, text, length, column->factor, value) == BALANCE_FAULT_NONE)
    return TRUE;
  self->block.flags[row] = 0;

  return FALSE;
}

/* At the finest scale that a value of the block has. */
static void
make_numbers (BalanceArrowBlock        *self,
              guint                     index,
              const BalanceSpan        *spans,
              const BalanceValueColumn *values,
              guint                     n)
{
  const BalanceCsvColumn *column = &self->plan->columns[index];
  BalanceCsvValues *made = &self->block.values[index];

  made->scale = 0;
  made->digits = self->digits[index];
  for (guint row = 0; row < n; row++)
    {
      if (get_number (self, column, &spans[row], values, row, &self->numbers[row]))
        made->scale = MAX (made->scale, self->numbers[row].scale);
      else
        self->numbers[row] = (BalanceDecimal) { BALANCE_CSV_MISSING, 0 };
    }
  for (guint row = 0; row < n; row++)
    {
      const BalanceDecimal *value = &self->numbers[row];

      made->digits[row] = value->digits;
      if (value->digits != BALANCE_CSV_MISSING && value->scale < made->scale &&
          __builtin_mul_overflow (value->digits, balance_power_of_ten (made->scale - value->scale), &made->digits[row]))
        {
          self->block.flags[row] = 0;
          made->digits[row] = BALANCE_CSV_MISSING;
        }
    }
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

  return is_special (*text) ? -1 : balance_field_match_choice (column->field, text, (gssize) length);
}

static BalanceCsvShort
copy_short (const char *text,
            gsize       length)
{
  char last[BALANCE_CSV_MAX_SHORT] = { 0 };

  memcpy (last + sizeof last - length, text, length);

  return balance_csv_load_short (last + sizeof last, length, 0);
}

/* A choice that is not known yet, in a valid text without blanks around it. */
static void
take_choice (BalanceArrowBlock *self,
             guint              index,
             guint              row,
             const char        *text,
             gsize              length)
{
  BalanceCsvValues *made = &self->block.values[index];
  const int code = match_choice (&self->plan->columns[index], text, length);

  if (code < 0)
    {
      self->block.flags[row] = 0;
      return;
    }
  made->digits[row] = code;
  if (length <= BALANCE_CSV_MAX_SHORT)
    balance_csv_choices_keep (made->choices, copy_short (text, length), length, code);
}

static void
make_choices (BalanceArrowBlock *self,
              guint              index,
              const BalanceSpan *spans,
              guint              n)
{
  BalanceCsvValues *made = &self->block.values[index];

  made->scale = 0;
  made->digits = self->digits[index];
  for (guint row = 0; row < n; row++)
    {
      const char *text;
      gsize length;

      made->digits[row] = BALANCE_CSV_MISSING;
      if (!get_text (self, &spans[row], row, &text, &length))
        continue;
      if (length <= BALANCE_CSV_MAX_SHORT)
        {
          const BalanceCsvShort last = copy_short (text, length);
          const BalanceCsvChoice *known = balance_csv_choices_find_short (made->choices, last, length);

          if (known != NULL)
            {
              made->digits[row] = known->code;
              continue;
            }
        }
      take_choice (self, index, row, text, length);
    }
}

/* What is known is valid; only what is not has to be looked at. */
static void
read_choices (BalanceArrowBlock       *self,
              guint                    index,
              const struct ArrowArray *array,
              gint64                   first)
{
  const BalanceArrowRun *run = &self->runs[index];
  BalanceCsvValues *made = &self->block.values[index];

  made->scale = 0;
  made->digits = self->digits[index];
  for (guint row = 0; row < self->block.n_rows; row++)
    {
      const gint32 begin = run->ends[row], end = run->ends[row + 1];
      const char *text = run->data + begin;
      gsize length = (gsize) (end - begin);

      if (G_LIKELY (run->all_valid && end >= BALANCE_CSV_MAX_SHORT &&
                    balance_csv_choices_find (made->choices, run->data + end, length, &made->digits[row])))
        continue;
      made->digits[row] = BALANCE_CSV_MISSING;
      if (!run->all_valid && !balance_arrow_is_valid (array, first + row))
        continue;
      if (end >= BALANCE_CSV_MAX_SHORT && balance_csv_choices_find (made->choices, run->data + end, length, &made->digits[row]))
        continue;
      if (!balance_text_is_valid (text, length))
        self->block.flags[row] = 0;
      else if (!balance_value_trim (&text, &length))
        take_choice (self, index, row, text, length);
    }
}

static gboolean
is_plain_text (const char *text,
               gsize       length)
{
  return !is_special (*text) && (length > 3 || balance_value_is_filler (text, length) != BALANCE_FILLER_DASH);
}

static void
make_texts (BalanceArrowBlock *self,
            guint              index,
            const BalanceSpan *spans,
            guint              n)
{
  BalanceCsvText *made = self->block.values[index].texts;
  const gboolean mapped = self->plan->columns[index].values != NULL;

  for (guint row = 0; row < n; row++)
    {
      const char *text;
      gsize length;

      made[row] = (BalanceCsvText) { 0, 0, 0 };
      if (!get_text (self, &spans[row], row, &text, &length))
        continue;
      if (mapped || self->n_texts > MAX_TEXTS || !is_plain_text (text, length))
        {
          self->block.flags[row] = 0;
          continue;
        }
      made[row] = (BalanceCsvText) { (guint32) self->n_texts, (guint32) length, balance_text_hash (text, length) };
      memcpy (add_text (self, length), text, length);
    }
}

/* Are all valid? Together they are, and so each is if none begins within a character. */
static gboolean
are_valid (const BalanceCsvPlan  *plan,
           const BalanceArrowRun *run,
           guint                  n)
{
  const char *begin = run->data + run->ends[0];
  const gsize length = (gsize) (run->ends[n] - run->ends[0]);
  guint begun = 0;

  if (run->is_made)
    return TRUE;
  if (!plan->validate (begin, length) && !balance_text_is_valid (begin, length))
    return FALSE;
  for (guint i = 0; i < n; i++)
    begun |= run->ends[i + 1] > run->ends[i] && (run->data[run->ends[i]] & 0xc0) == 0x80;

  return !begun;
}

/* All are copied at once. FALSE if they have to be looked at one by one. */
static gboolean
read_texts (BalanceArrowBlock       *self,
            guint                    index,
            const struct ArrowArray *array,
            gint64                   first)
{
  const BalanceArrowRun *run = &self->runs[index];
  const guint n = self->block.n_rows;
  const gsize size = (gsize) (run->ends[n] - run->ends[0]);
  const gboolean hashed = self->plan->columns[index].hashed;
  BalanceCsvText *made = self->block.values[index].texts;
  guint32 base;
  char *texts;

  if (self->plan->columns[index].values != NULL || self->n_texts + size > MAX_TEXTS || !are_valid (self->plan, run, n))
    return FALSE;

  base = (guint32) self->n_texts;
  texts = add_text (self, size);
  memcpy (texts, run->data + run->ends[0], size);
  for (guint row = 0; row < n; row++)
    {
      const guint32 at = (guint32) (run->ends[row] - run->ends[0]);
      const char *text = texts + at;
      gsize length = (gsize) (run->ends[row + 1] - run->ends[row]);

      if (G_LIKELY (length > 3 && is_bare (text, length) && (run->all_valid || balance_arrow_is_valid (array, first + row))))
        {
          made[row] = (BalanceCsvText) { base + at, (guint32) length, hashed ? balance_text_hash (text, length) : 0 };
          continue;
        }
      made[row] = (BalanceCsvText) { 0, 0, 0 };
      if ((!run->all_valid && !balance_arrow_is_valid (array, first + row)) || balance_value_trim (&text, &length))
        continue;
      if (is_plain_text (text, length))
        made[row] = (BalanceCsvText) { base + (guint32) (text - texts), (guint32) length, balance_text_hash (text, length) };
      else
        self->block.flags[row] = 0;
    }

  return TRUE;
}

static void
look_at_word (BalanceArrowBlock *self,
              guint              index,
              BalanceSpan        span,
              Word              *word)
{
  const BalanceCsvColumn *column = &self->plan->columns[index];
  const char *text = span.text;
  gsize length = span.length;

  word->chunk = self->chunk;
  word->text = (BalanceCsvText) { 0, 0, 0 };
  if (length == 0 || balance_value_trim (&text, &length))
    {
      word->code = WORD_EMPTY;
    }
  else if (column->kind == BALANCE_CSV_CHOICE)
    {
      const int code = match_choice (column, text, length);

      word->code = code < 0 ? WORD_ODD : code;
    }
  else if (column->values != NULL || self->n_texts > MAX_TEXTS || !is_plain_text (text, length))
    {
      word->code = WORD_ODD;
    }
  else
    {
      word->code = 0;
      word->text = (BalanceCsvText) { (guint32) self->n_texts, (guint32) length, balance_text_hash (text, length) };
      memcpy (add_text (self, length), text, length);
    }
}

/* A word is looked at when the first row has it: for a choice once in a batch, for a text once in a block, which has it once. */
static gboolean
read_words (BalanceArrowBlock       *self,
            guint                    index,
            BalanceArrowDecoder     *decoder,
            const struct ArrowArray *array,
            gint64                   first)
{
  static const Word none = { 0, WORD_EMPTY, { 0, 0, 0 } };
  const gboolean is_choice = self->plan->columns[index].kind == BALANCE_CSV_CHOICE;
  BalanceCsvValues *made = &self->block.values[index];
  Words *words = &self->words[index];
  guint n_words, batch;

  words->texts = balance_arrow_decoder_get_words (decoder, array, &n_words, &batch);
  if (words->texts == NULL)
    return FALSE;
  if (words->indices == NULL)
    words->indices = g_new (guint32, self->block.n_alloc);
  if (!balance_arrow_decoder_read_indices (decoder, array, first, self->block.n_rows, words->indices))
    return FALSE;
  if (batch != words->batch)
    {
      if (n_words > words->n_alloc)
        {
          g_free (words->known);
          words->known = g_new (Word, n_words);
          words->n_alloc = n_words;
        }
      /* of no words there is no memory */
      if (n_words > 0)
        memset (words->known, 0, sizeof *words->known * n_words);
      words->batch = batch;
    }

  made->scale = 0;
  made->digits = self->digits[index];
  for (guint row = 0; row < self->block.n_rows; row++)
    {
      const guint32 at = words->indices[row];
      const Word *word = &none;

      if (at != G_MAXUINT32)
        {
          word = &words->known[at];
          if (is_choice ? word->chunk == 0 : word->chunk != self->chunk)
            look_at_word (self, index, words->texts[at], &words->known[at]);
        }
      if (is_choice)
        made->digits[row] = word->code >= 0 ? word->code : BALANCE_CSV_MISSING;
      else
        made->texts[row] = word->text;
      if (word->code == WORD_ODD)
        self->block.flags[row] = 0;
    }

  return TRUE;
}

/* What a cell holds, or what stands for a number whose text was never made; FALSE if nothing. */
static gboolean
get_cell (BalanceArrowBlock        *self,
          const BalanceSpan *const *spans,
          guint                     index,
          guint                     row,
          const char              **text,
          gsize                    *length)
{
  const BalanceCsvValues *values = &self->block.values[index];
  const BalanceArrowRun *run = &self->runs[index];

  switch (self->read[index])
    {
    case READ_NUMBERS:
      *text = BALANCE_ARROW_PLACEHOLDER;
      *length = sizeof BALANCE_ARROW_PLACEHOLDER - 1;
      return values->digits != NULL && values->digits[row] != BALANCE_CSV_MISSING;

    case READ_RUN:
      if (values->texts != NULL)
        {
          *text = self->texts + values->texts[row].at;
          *length = values->texts[row].length;
          return *length > 0;
        }
      *text = run->data + run->ends[row];
      *length = (gsize) (run->ends[row + 1] - run->ends[row]);
      return values->digits[row] != BALANCE_CSV_MISSING && !balance_value_trim (text, length);

    case READ_WORDS:
      if (self->words[index].indices[row] == G_MAXUINT32)
        return FALSE;
      return get_text (self, &self->words[index].texts[self->words[index].indices[row]], row, text, length);

    case READ_CELLS:
    default:
      return get_text (self, &spans[index][row], row, text, length);
    }
}

/* A row is data if its first cell has digits and nothing else, as no row of title and headers begins and no note, and its code does
 * not end like a total. */
static inline gboolean
is_seen_to_be_data (const BalanceArrowBlock *self,
                    guint                    row)
{
  const BalanceCsvText *first = self->block.values[0].texts != NULL ? &self->block.values[0].texts[row] : NULL;
  const BalanceCsvText *code = &self->block.values[self->plan->code].texts[row];

  return self->block.numbered && first != NULL && balance_csv_are_digits (self->texts + first->at + first->length, first->length) &&
         code->length > 0 && !self->plan->outline->words->last_bytes[(guchar) self->texts[code->at + code->length - 1]];
}

/* Rows that lack what they need, that may be totals or notes, or have something under no header. */
static void
make_flags (BalanceArrowBlock        *self,
            const BalanceSpan *const *spans,
            guint                     n)
{
  const BalanceCsvPlan *plan = self->plan;
  BalanceCsvBlock *block = &self->block;

  for (guint i = 0; i < plan->n_columns; i++)
    {
      const BalanceCsvColumn *column = &plan->columns[i];
      const BalanceCsvValues *values = &block->values[i];

      for (guint row = 0; column->needed && row < n; row++)
        if (values->texts != NULL ? values->texts[row].length == 0 : values->digits[row] == BALANCE_CSV_MISSING)
          block->flags[row] = 0;
      for (guint row = 0; column->kind == BALANCE_CSV_UNTITLED && row < n; row++)
        if (spans[i][row].text == NULL)
          block->flags[row] = 0;
        else if (spans[i][row].length > 0 && block->flags[row] != 0)
          block->flags[row] |= BALANCE_CSV_ROW_UNTITLED;
    }
  for (guint row = 0; row < n; row++)
    {
      const BalanceCsvText *code = &block->values[plan->code].texts[row];
      const char *text = NULL;
      gsize length = 0;

      if (is_seen_to_be_data (self, row))
        continue;
      /* the first that has something; the code of the school has */
      for (guint i = 0; i < plan->n_columns && block->flags[row] != 0; i++)
        if (get_cell (self, spans, i, row, &text, &length))
          break;
      if (block->flags[row] != 0 &&
          !balance_outline_is_certainly_data (plan->outline, text, length, block->text + code->at, code->length))
        block->flags[row] = 0;
    }
}

void
balance_arrow_block_begin (BalanceArrowBlock *self,
                           guint              n)
{
  self->block.n_rows = n;
  /* of the first ones, too, the last bytes can be loaded */
  self->n_texts = BALANCE_CSV_MAX_SHORT;
  self->chunk++;
  memset (self->block.flags, BALANCE_CSV_ROW_PLAIN, n);
}

gboolean
balance_arrow_block_read (BalanceArrowBlock       *self,
                          guint                    index,
                          BalanceArrowDecoder     *decoder,
                          const struct ArrowArray *array,
                          gint64                   first)
{
  const BalanceCsvColumn *column = &self->plan->columns[index];
  BalanceCsvBlock *block = &self->block;
  BalanceCsvValues *made = &block->values[index];
  const guint n = block->n_rows;
  const gint64 *digits;

  self->read[index] = READ_CELLS;
  switch (column->kind)
    {
    case BALANCE_CSV_NUMBER:
      digits = column->quick ? balance_arrow_decoder_read_numbers (decoder, array, first, n, BALANCE_CSV_MISSING, self->digits[index], &made->scale)
                             : NULL;
      if (digits != NULL && (made->scale == 0 || column->field->type != BALANCE_FIELD_COUNT))
        {
          made->digits = (gint64 *) digits;
          self->read[index] = READ_NUMBERS;
        }
      break;

    case BALANCE_CSV_TEXT:
    case BALANCE_CSV_CHOICE:
      if (read_words (self, index, decoder, array, first))
        {
          self->read[index] = READ_WORDS;
        }
      else if (balance_arrow_decoder_read_run (decoder, array, first, n, &self->runs[index]))
        {
          if (column->kind == BALANCE_CSV_CHOICE)
            read_choices (self, index, array, first);
          if (column->kind == BALANCE_CSV_CHOICE || read_texts (self, index, array, first))
            self->read[index] = READ_RUN;
        }
      break;

    case BALANCE_CSV_UNUSED:
      /* what stands behind the code of the school says nothing about the row, whatever it is */
      if (index > self->plan->code && balance_arrow_decoder_get_class (decoder) != BALANCE_ARROW_CLASS_TEXT)
        self->read[index] = READ_NUMBERS;
      break;

    case BALANCE_CSV_UNTITLED:
    case BALANCE_CSV_OTHER:
    default:
      break;
    }

  return self->read[index] != READ_CELLS;
}

BalanceCsvBlock *
balance_arrow_block_make (BalanceArrowBlock        *self,
                          const BalanceSpan *const *spans,
                          const BalanceValueColumn *values)
{
  BalanceCsvBlock *block = &self->block;
  const guint n = block->n_rows;

  for (guint i = 0; i < self->plan->n_columns; i++)
    {
      const BalanceCsvColumnKind kind = self->plan->columns[i].kind;

      if (self->read[i] != READ_CELLS)
        continue;
      if (kind == BALANCE_CSV_TEXT)
        make_texts (self, i, spans[i], n);
      else if (kind == BALANCE_CSV_CHOICE)
        make_choices (self, i, spans[i], n);
      else if (kind == BALANCE_CSV_NUMBER || kind == BALANCE_CSV_OTHER)
        make_numbers (self, i, spans[i], &values[i], n);
    }
  block->text = self->texts;
  block->length = (guint32) self->n_texts;
  make_flags (self, spans, n);

  return block;
}
