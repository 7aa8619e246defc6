/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "io/balance-arrow-block-private.h"

#include <string.h>

#include "census/balance-intake-private.h"
#include "census/balance-value-private.h"

#define N_CHOICES   64
#define CHOICE_TEXT 48

/* The same few words fill a column of choices. */
typedef struct
{
  guint32 length;
  int     code;
  char    text[CHOICE_TEXT];
} Choice;

struct _BalanceArrowBlock
{
  BalanceCsvPlan  *plan;
  BalanceCsvBlock  block;
  GString         *texts;          /* of the block */
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
  self->texts = g_string_new (NULL);
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
    }

  return self;
}

void
balance_arrow_block_free (BalanceArrowBlock *self)
{
  for (guint i = 0; i < self->plan->n_columns; i++)
    g_free (self->choices[i]);
  g_free (self->choices);
  g_free (self->numbers);
  balance_csv_block_clear (&self->block);
  g_string_free (self->texts, TRUE);
  balance_csv_plan_free (self->plan);
  g_free (self);
}

static gboolean
is_special (char c)
{
  return c == '#' || c == '=' || c == '\'';
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

  return *length > 0 && !balance_value_trim (text, length);
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
      const char *text;
      gsize length;
      Choice *known;

      made->digits[row] = BALANCE_CSV_MISSING;
      if (!get_text (self, &spans[row], row, &text, &length))
        continue;
      known = &self->choices[index][balance_text_hash (text, length) % N_CHOICES];
      if (known->length != length || memcmp (known->text, text, length) != 0)
        {
          const int code = match_choice (&self->plan->columns[index], text, length);

          if (code < 0)
            {
              self->block.flags[row] = 0;
              continue;
            }
          if (length > sizeof known->text)
            {
              made->digits[row] = code;
              continue;
            }
          known->length = (guint32) length;
          known->code = code;
          memcpy (known->text, text, length);
        }
      made->digits[row] = known->code;
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
      if (mapped || is_special (*text) || (length <= 3 && balance_value_is_filler (text, length) == BALANCE_FILLER_DASH))
        {
          self->block.flags[row] = 0;
          continue;
        }
      made[row] = (BalanceCsvText) { (guint32) self->texts->len, (guint32) length, balance_text_hash (text, length) };
      g_string_append_len (self->texts, text, (gssize) length);
    }
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

      for (guint i = 0; i < plan->n_columns && block->flags[row] != 0; i++)
        if (get_text (self, &spans[i][row], row, &text, &length))
          break;
      if (block->flags[row] != 0 &&
          !balance_outline_is_certainly_data (plan->outline, text, length, block->text + code->at, code->length))
        block->flags[row] = 0;
    }
}

BalanceCsvBlock *
balance_arrow_block_make (BalanceArrowBlock        *self,
                          const BalanceSpan *const *spans,
                          const BalanceValueColumn *values,
                          guint                     n)
{
  BalanceCsvBlock *block = &self->block;

  g_string_truncate (self->texts, 0);
  memset (block->flags, BALANCE_CSV_ROW_PLAIN, n);
  for (guint i = 0; i < self->plan->n_columns; i++)
    {
      const BalanceCsvColumnKind kind = self->plan->columns[i].kind;

      if (kind == BALANCE_CSV_TEXT)
        make_texts (self, i, spans[i], n);
      else if (kind == BALANCE_CSV_CHOICE)
        make_choices (self, i, spans[i], n);
      else if (kind == BALANCE_CSV_NUMBER || kind == BALANCE_CSV_OTHER)
        make_numbers (self, i, spans[i], &values[i], n);
    }
  block->n_rows = n;
  block->text = self->texts->str;
  block->length = (guint32) self->texts->len;
  make_flags (self, spans, n);

  return block;
}
