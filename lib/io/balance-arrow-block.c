/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "io/balance-arrow-block-private.h"

#include <string.h>

#include "census/balance-intake-private.h"
#include "census/balance-value-private.h"

#define N_CHOICES   64
#define MAX_SHORT   16          /* choices up to this length are kept */

/* Bytes of texts of a block, whose places are 32 bits wide. */
#define MAX_TEXTS   (G_MAXUINT32 / 2)

/* The same few words fill a column of choices. */
typedef struct
{
  guint64 words[2];    /* with its length they are all of the text */
  guint32 length;      /* 0: none */
  int     code;
} Choice;

struct _BalanceArrowBlock
{
  BalanceCsvPlan  *plan;
  BalanceCsvBlock  block;
  char            *texts;          /* of the block */
  gsize            n_texts, texts_size;
  gboolean        *quick;          /* [column] was read the short way */
  BalanceSpan    **spans;          /* [column] texts that were; NULL where the column holds none */
  Choice         **choices;        /* [column][N_CHOICES]; NULL where the column holds no choices */
  BalanceDecimal  *numbers;        /* [row] of the column that is made */
};

BalanceArrowBlock *
balance_arrow_block_new (BalanceCsvPlan *plan,
                         guint           n_rows)
{
  BalanceArrowBlock *self = g_new0 (BalanceArrowBlock, 1);
  BalanceCsvBlock *block = &self->block;

  self->plan = plan;
  self->texts_size = 4096;
  self->texts = g_malloc (self->texts_size);
  self->quick = g_new0 (gboolean, plan->n_columns + 1);
  self->spans = g_new0 (BalanceSpan *, plan->n_columns + 1);
  self->numbers = g_new (BalanceDecimal, n_rows);
  self->choices = g_new0 (Choice *, plan->n_columns + 1);
  block->n_columns = plan->n_columns;
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
        block->values[i].digits = g_new (gint64, n_rows);
      if (plan->columns[i].kind == BALANCE_CSV_CHOICE)
        self->choices[i] = g_new0 (Choice, N_CHOICES);
      if (plan->columns[i].kind == BALANCE_CSV_TEXT || plan->columns[i].kind == BALANCE_CSV_CHOICE)
        self->spans[i] = g_new (BalanceSpan, n_rows);
    }

  return self;
}

void
balance_arrow_block_free (BalanceArrowBlock *self)
{
  for (guint i = 0; i < self->plan->n_columns; i++)
    {
      g_free (self->choices[i]);
      g_free (self->spans[i]);
    }
  g_free (self->choices);
  g_free (self->spans);
  g_free (self->quick);
  g_free (self->numbers);
  balance_csv_block_clear (&self->block);
  g_free (self->texts);
  balance_csv_plan_free (self->plan);
  g_free (self);
}

static gboolean
is_special (char c)
{
  return c == '#' || c == '=' || c == '\'';
}

/* No blank has its bytes where these texts begin and end: visible ASCII, Chinese characters. */
static inline gboolean
is_bare (const char *text,
         gsize       length)
{
  const guchar first = (guchar) text[0], last = (guchar) text[length - 1];

  return ((first > ' ' && first < 0x7f) || (first >= 0xe4 && first <= 0xe9)) &&
         ((last > ' ' && last < 0x7f) || (length >= 3 && (guchar) text[length - 3] >= 0xe4 && (guchar) text[length - 3] <= 0xe9));
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

/* The first and the last bytes of a text of at most MAX_SHORT. */
static inline void
get_words (const char *text,
           gsize       length,
           guint64     words[2])
{
  if (length < 8)
    {
      words[0] = balance_text_get_word (text, length);
      words[1] = 0;
      return;
    }
  memcpy (&words[0], text, 8);
  memcpy (&words[1], text + length - 8, 8);
}

static void
make_choices (BalanceArrowBlock *self,
              guint              index,
              const BalanceSpan *spans,
              guint              n)
{
  BalanceCsvValues *made = &self->block.values[index];

  made->scale = 0;
  for (guint row = 0; row < n; row++)
    {
      Choice *known = NULL;
      guint64 words[2];
      const char *text;
      gsize length;
      int code;

      made->digits[row] = BALANCE_CSV_MISSING;
      if (!get_text (self, &spans[row], row, &text, &length))
        continue;
      if (length <= MAX_SHORT)
        {
          get_words (text, length, words);
          G_STATIC_ASSERT (N_CHOICES == 1 << 6);
          known = &self->choices[index][(words[0] ^ words[1] ^ length) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15) >> 58];
          if (known->length == length && known->words[0] == words[0] && known->words[1] == words[1])
            {
              made->digits[row] = known->code;
              continue;
            }
        }
      code = match_choice (&self->plan->columns[index], text, length);
      if (code < 0)
        {
          self->block.flags[row] = 0;
          continue;
        }
      made->digits[row] = code;
      if (known != NULL)
        *known = (Choice) { { words[0], words[1] }, (guint32) length, code };
    }
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
      if (mapped || is_special (*text) || self->n_texts > MAX_TEXTS || (length <= 3 && balance_value_is_filler (text, length) == BALANCE_FILLER_DASH))
        {
          self->block.flags[row] = 0;
          continue;
        }
      made[row] = (BalanceCsvText) { (guint32) self->n_texts, (guint32) length, balance_text_hash (text, length) };
      memcpy (add_text (self, length), text, length);
    }
}

static inline const BalanceSpan *
spans_of (BalanceArrowBlock        *self,
          const BalanceSpan *const *spans,
          guint                     index)
{
  return self->quick[index] ? self->spans[index] : spans[index];
}

/* What stands for a number whose text was never made. */
static inline gboolean
get_placeholder (const BalanceCsvValues  *values,
                 guint                    row,
                 const char             **text,
                 gsize                   *length)
{
  *text = BALANCE_ARROW_PLACEHOLDER;
  *length = sizeof BALANCE_ARROW_PLACEHOLDER - 1;

  return values->digits != NULL && values->digits[row] != BALANCE_CSV_MISSING;
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

      /* the first that has something; the code of the school has */
      for (guint i = 0; i < plan->n_columns && block->flags[row] != 0; i++)
        if (self->quick[i] && self->spans[i] == NULL ? get_placeholder (&block->values[i], row, &text, &length)
                                                     : get_text (self, &spans_of (self, spans, i)[row], row, &text, &length))
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
  self->n_texts = 0;
  memset (self->block.flags, BALANCE_CSV_ROW_PLAIN, n);
  memset (self->quick, 0, sizeof *self->quick * self->plan->n_columns);
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

  switch (column->kind)
    {
    case BALANCE_CSV_NUMBER:
      self->quick[index] = column->quick &&
                           balance_arrow_decoder_read_numbers (decoder, array, first, n, BALANCE_CSV_MISSING, made->digits, &made->scale) &&
                           (made->scale == 0 || column->field->type != BALANCE_FIELD_COUNT);
      break;

    case BALANCE_CSV_TEXT:
    case BALANCE_CSV_CHOICE:
      self->quick[index] = balance_arrow_decoder_read_texts (decoder, array, first, n, self->spans[index]);
      break;

    case BALANCE_CSV_UNUSED:
      /* what stands behind the code of the school says nothing about the row, whatever it is */
      self->quick[index] = index > self->plan->code && balance_arrow_decoder_get_class (decoder) != BALANCE_ARROW_CLASS_TEXT;
      break;

    case BALANCE_CSV_UNTITLED:
    case BALANCE_CSV_OTHER:
    default:
      self->quick[index] = FALSE;
      break;
    }

  return self->quick[index];
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

      if (kind == BALANCE_CSV_TEXT)
        make_texts (self, i, spans_of (self, spans, i), n);
      else if (kind == BALANCE_CSV_CHOICE)
        make_choices (self, i, spans_of (self, spans, i), n);
      else if (!self->quick[i] && (kind == BALANCE_CSV_NUMBER || kind == BALANCE_CSV_OTHER))
        make_numbers (self, i, spans[i], &values[i], n);
    }
  block->text = self->texts;
  block->length = (guint32) self->n_texts;
  make_flags (self, spans, n);

  return block;
}
