/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "io/balance-csv-private.h"

#include <string.h>

/* So many lines show how a table is cut; titles above it have no part in it. */
#define GUESS_LINES 32

/* The one that the most lines have alike; then the one they have more of. */
static char
guess_delimiter (const char *data,
                 const char *end)
{
  static const char candidates[] = { ',', '\t', ';' };
  guint n[GUESS_LINES + 1][G_N_ELEMENTS (candidates)] = { 0 };
  guint n_lines = 0, best = 0, best_alike = 0, best_n = 0;
  gboolean quoted = FALSE, blank = TRUE;

  for (const char *p = data; p < end && n_lines < GUESS_LINES; p++)
    {
      if (*p == '"')
        quoted = !quoted;
      if (!quoted && (*p == '\n' || *p == '\r'))
        {
          n_lines += !blank;
          blank = TRUE;
          continue;
        }
      blank = FALSE;
      for (guint i = 0; i < G_N_ELEMENTS (candidates) && !quoted; i++)
        n[n_lines][i] += *p == candidates[i];
    }
  n_lines += !blank;

  for (guint i = 0; i < G_N_ELEMENTS (candidates); i++)
    for (guint j = 0; j < n_lines; j++)
      {
        guint alike = 0;

        if (n[j][i] == 0)
          continue;
        for (guint k = 0; k < n_lines; k++)
          alike += n[k][i] == n[j][i];
        if (alike > best_alike || (alike == best_alike && n[j][i] > best_n))
          {
            best = i;
            best_alike = alike;
            best_n = n[j][i];
          }
      }

  return candidates[best];
}

void
balance_csv_init (BalanceCsv *self,
                  const char *data,
                  gsize       length)
{
  memset (self, 0, sizeof *self);
  self->at = data;
  self->end = data + length;
  self->delimiter = guess_delimiter (data, self->end);
  self->next_line = 1;
  self->cells = g_array_new (FALSE, FALSE, sizeof (BalanceSpan));
  self->escaped = g_array_new (FALSE, FALSE, sizeof (guint));

  self->special[(guchar) self->delimiter] = 1;
  self->special['\n'] = 1;
  self->special['\r'] = 1;
  self->special['"'] = 1;
}

void
balance_csv_clear (BalanceCsv *self)
{
  g_array_unref (self->cells);
  g_array_unref (self->escaped);
  g_free (self->scratch);
}

void
balance_csv_seek (BalanceCsv *self,
                  const char *at,
                  guint       line)
{
  self->at = at;
  self->next_line = line;
}

void
balance_csv_set_text (BalanceCsv *self,
                      const char *data,
                      gsize       length,
                      guint       line)
{
  self->at = data;
  self->end = data + length;
  self->next_line = line;
}

static void
set_fault (BalanceCsv      *self,
           BalanceCsvFault  fault,
           guint            column)
{
  if (self->fault == BALANCE_CSV_FINE)
    {
      self->fault = fault;
      self->fault_column = column;
    }
}

/* Past the end of a line that begins at `p`. */
static inline const char *
end_line (BalanceCsv *self,
          const char *p)
{
  self->next_line++;

  return *p == '\r' && p + 1 < self->end && p[1] == '\n' ? p + 2 : p + 1;
}

/* After the opening quote. Leaves the cell's content in `cell` and returns what follows the closing quote. */
static const char *
scan_quoted (BalanceCsv  *self,
             const char  *p,
             BalanceSpan *cell,
             guint        column)
{
  gboolean escaped = FALSE;

  cell->text = p;
  while (p < self->end)
    {
      if (*p == '"')
        {
          if (p + 1 == self->end || p[1] != '"')
            break;
          escaped = TRUE;
          p += 2;
        }
      else if (*p == '\n' || *p == '\r')
        {
          p = end_line (self, p);
        }
      else
        {
          p++;
        }
    }
  cell->length = (gsize) (p - cell->text);

  if (p == self->end)
    {
      set_fault (self, BALANCE_CSV_UNTERMINATED, column);
      return p;
    }
  if (escaped)
    {
      guint index = column - 1;

      g_array_append_val (self->escaped, index);
    }

  p++;
  if (p < self->end && *p != self->delimiter && *p != '\n' && *p != '\r')
    {
      set_fault (self, BALANCE_CSV_AFTER_QUOTE, column);
      while (p < self->end && *p != self->delimiter && *p != '\n' && *p != '\r')
        p++;
    }

  return p;
}

static inline const char *
scan_plain (BalanceCsv  *self,
            const char  *p,
            BalanceSpan *cell,
            guint        column)
{
  cell->text = p;
  for (;;)
    {
      while (p < self->end && !self->special[(guchar) *p])
        p++;
      if (p == self->end || *p != '"')
        break;
      set_fault (self, BALANCE_CSV_STRAY_QUOTE, column);
      p++;
    }
  cell->length = (gsize) (p - cell->text);

  return p;
}

static void
unescape (BalanceCsv *self)
{
  gsize need = 0;
  char *to;

  for (guint i = 0; i < self->escaped->len; i++)
    need += g_array_index (self->cells, BalanceSpan, g_array_index (self->escaped, guint, i)).length;
  if (need > self->scratch_size)
    {
      self->scratch = g_realloc (self->scratch, need);
      self->scratch_size = need;
    }

  to = self->scratch;
  for (guint i = 0; i < self->escaped->len; i++)
    {
      BalanceSpan *cell = &g_array_index (self->cells, BalanceSpan, g_array_index (self->escaped, guint, i));
      char *start = to;

      for (gsize j = 0; j < cell->length; j++)
        {
          *to++ = cell->text[j];
          if (cell->text[j] == '"')
            j++;
        }
      cell->text = start;
      cell->length = (gsize) (to - start);
    }
}

static void
check_cells (BalanceCsv *self)
{
  for (guint i = 0; i < self->cells->len; i++)
    {
      const BalanceSpan *cell = &g_array_index (self->cells, BalanceSpan, i);

      if (memchr (cell->text, '\0', cell->length) != NULL)
        set_fault (self, BALANCE_CSV_NUL, i + 1);
      else if (!g_utf8_validate_len (cell->text, cell->length, NULL))
        set_fault (self, BALANCE_CSV_INVALID_TEXT, i + 1);
    }
}

gboolean
balance_csv_next (BalanceCsv *self)
{
  const char *start = self->at, *p = start;
  guint n = 0;

  if (p >= self->end)
    return FALSE;

  self->line = self->next_line;
  self->fault = BALANCE_CSV_FINE;
  self->fault_column = 0;
  g_array_set_size (self->cells, 0);
  g_array_set_size (self->escaped, 0);

  for (;;)
    {
      BalanceSpan cell;

      n++;
      if (p < self->end && *p == '"')
        p = scan_quoted (self, p + 1, &cell, n);
      else
        p = scan_plain (self, p, &cell, n);

      if (cell.length > BALANCE_MAX_CELL_LENGTH)
        set_fault (self, BALANCE_CSV_TOO_LONG, n);
      if (n <= BALANCE_MAX_COLUMNS)
        g_array_append_val (self->cells, cell);
      else
        set_fault (self, BALANCE_CSV_TOO_MANY_CELLS, 0);

      if (p == self->end)
        break;
      if (*p != self->delimiter)
        {
          p = end_line (self, p);
          break;
        }
      p++;
    }

  self->at = p;
  if (!g_utf8_validate_len (start, (gsize) (p - start), NULL))
    check_cells (self);
  if (self->escaped->len > 0 && self->fault == BALANCE_CSV_FINE)
    unescape (self);

  return TRUE;
}
