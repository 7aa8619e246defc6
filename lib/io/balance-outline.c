/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "io/balance-outline-private.h"

#include "census/balance-value-private.h"

#include <string.h>

/* Headers stand near the top, in few rows. */
#define MAX_TOP_ROWS    40
#define MAX_HEADER_ROWS 4
#define MAX_PARTS       (MAX_HEADER_ROWS + 1)

/* So many known headers leave no doubt. */
#define CLEAR_KNOWN     5
#define LEAST_KNOWN     2
#define LEAST_FORM      3
#define MAX_FORM_COLUMNS 64

#define MAX_TEXT        400

/* ---- cells of the preview */

static const BalancePreviewRow *
get_row (const BalancePreview *preview,
         guint                 index)
{
  return &g_array_index (preview->rows, BalancePreviewRow, index);
}

/* FALSE if the cell is empty or not there. */
static gboolean
get_text (const BalancePreview *preview,
          guint                 index,
          guint                 column,
          const char          **text,
          gsize                *length)
{
  const BalancePreviewRow *row = get_row (preview, index);

  if (row->faulty || column >= row->n_cells)
    return FALSE;
  *text = row->cells[column].text;
  *length = row->cells[column].length;

  return !balance_value_trim (text, length);
}

/* (nullable) (transfer full) */
static char *
dup_text (const BalancePreview *preview,
          guint                 index,
          guint                 column)
{
  const char *text;
  gsize length;

  if (!get_text (preview, index, column, &text, &length))
    return NULL;

  return g_strndup (text, length);
}

/* (nullable) (transfer full) */
static char *
dup_plain (const BalancePreview *preview,
           guint                 index,
           guint                 column)
{
  const char *text;
  gsize length;

  if (!get_text (preview, index, column, &text, &length) || length > MAX_TEXT)
    return NULL;

  return balance_name_make_plain (text, length);
}

static const BalanceGridMerge *
find_merge (const BalancePreview *preview,
            guint                 row,
            guint                 column)
{
  for (guint i = 0; preview->merges != NULL && i < preview->merges->len; i++)
    {
      const BalanceGridMerge *merge = &g_array_index (preview->merges, BalanceGridMerge, i);

      if (merge->top <= row && row <= merge->bottom && merge->left <= column && column <= merge->right)
        return merge;
    }

  return NULL;
}

static gboolean
is_number (const char *text,
           gsize       length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isdigit (text[i]) && strchr (".,%", text[i]) == NULL)
      return FALSE;

  return TRUE;
}

/* Rows that are mostly numbers hold no headers. */
static gboolean
may_hold_headers (const BalancePreview *preview,
                  guint                 index)
{
  const char *text;
  gsize length;
  guint n = 0, n_numbers = 0;

  for (guint i = 0; i < get_row (preview, index)->n_cells; i++)
    if (get_text (preview, index, i, &text, &length))
      {
        n++;
        n_numbers += is_number (text, length);
      }

  return n > 0 && n_numbers * 2 <= n;
}

/* ---- rows that belong to the headers but name nothing */

/* Is the cell a number of a column: 甲, 1, L12, (3), 3=1+2? `number` is 0 where it is no plain number. */
static gboolean
is_code (const BalanceTableWords *words,
         const char              *text,
         gsize                    length,
         guint                   *number,
         gboolean                *lettered)
{
  g_autofree char *plain = NULL;
  char *p;
  gsize n;

  *number = 0;
  *lettered = FALSE;
  if (!balance_table_words_may_be_code (words, text, length))
    return FALSE;
  p = plain = balance_name_make_plain (text, length);
  n = strlen (plain);
  if (balance_table_words_contain (words, BALANCE_WORDS_COLUMN_NUMBER, plain))
    return TRUE;
  if (balance_table_words_contain (words, BALANCE_WORDS_ORDINAL, plain))
    {
      *lettered = TRUE;
      return TRUE;
    }
  if (n > 2 && p[0] == '(' && p[n - 1] == ')')
    {
      p[n - 1] = '\0';
      p++;
    }
  if (g_ascii_isalpha (*p))
    {
      *lettered = TRUE;
      p++;
    }
  if (!g_ascii_isdigit (*p))
    return FALSE;
  for (; g_ascii_isdigit (*p) && *number < 100000; p++)
    *number = *number * 10 + (guint) (*p - '0');
  if (*p == '\0')
    return TRUE;
  if (*p != '=')
    return FALSE;
  for (p++; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && strchr ("+-*/().%", *p) == NULL && (guchar) *p < 128)
      return FALSE;
  *lettered = TRUE;

  return TRUE;
}

/* Numbers of columns rise one by one; figures do so by chance only, so without letters four are wanted. */
static gboolean
are_codes (const BalanceTableWords *words,
           const BalanceSpan       *cells,
           guint                    n_cells)
{
  guint n = 0, n_numbers = 0, last = 0;
  gboolean any_letter = FALSE;

  for (guint i = 0; i < n_cells; i++)
    {
      const char *text = cells[i].text;
      gsize length = cells[i].length;
      guint number;
      gboolean lettered;

      if (balance_value_trim (&text, &length))
        continue;
      if (n == 0 && length > 1 && is_number (text, length))
        return FALSE;
      if (length > 32 || !is_code (words, text, length, &number, &lettered))
        return FALSE;
      if (number != 0 && number != last + 1)
        return FALSE;
      if (number != 0)
        {
          last = number;
          n_numbers++;
        }
      any_letter |= lettered;
      n++;
    }

  return n >= 2 && (any_letter ? n_numbers > 0 || n > 2 : n_numbers >= 4);
}

static gboolean
row_is_codes (BalanceNames         *names,
              const BalancePreview *preview,
              guint                 index)
{
  const BalancePreviewRow *row = get_row (preview, index);

  return !row->faulty && are_codes (names->words, row->cells, row->n_cells);
}

static gboolean
row_is_units (BalanceNames         *names,
              const BalancePreview *preview,
              guint                 index)
{
  guint n = 0;

  for (guint i = 0; i < get_row (preview, index)->n_cells; i++)
    {
      g_autofree char *plain = dup_plain (preview, index, i);

      if (plain == NULL || g_str_equal (plain, "-") || g_str_equal (plain, "--") || g_str_equal (plain, "/"))
        continue;
      if (balance_table_words_contain (names->words, BALANCE_WORDS_UNIT, plain))
        continue;
      if (!balance_names_is_unit (names, plain))
        return FALSE;
      n++;
    }

  return n >= 2;
}

/* ---- composing a header of several rows */

/* What stands over a column in one row of the block `first`..`last`: its own cell, the one it is merged with, or,
 * where merging was lost, the group heading to the left. (nullable) (transfer full) */
static char *
dup_part (const BalancePreview *preview,
          guint                 first,
          guint                 last,
          guint                 index,
          guint                 column)
{
  const BalancePreviewRow *row = get_row (preview, index);
  const BalanceGridMerge *merge;
  const char *text;
  gsize length;
  gboolean below = FALSE;

  if (get_text (preview, index, column, &text, &length))
    return g_strndup (text, length);

  merge = find_merge (preview, row->row, column + 1);
  if (merge != NULL)
    {
      for (guint i = first; i <= index; i++)
        if (get_row (preview, i)->row == merge->top)
          return dup_text (preview, i, merge->left - 1);
      return NULL;
    }

  for (guint i = index + 1; i <= last; i++)
    below |= get_text (preview, i, column, &text, &length);
  if (!below)
    return NULL;

  for (guint i = column; i-- > 0;)
    {
      if (!get_text (preview, index, i, &text, &length))
        continue;
      /* a group has headers of its own below; where cells are merged they say how far it goes */
      below = FALSE;
      for (guint j = index + 1; j <= last; j++)
        below |= get_text (preview, j, i, &text, &length);
      if (!below || find_merge (preview, row->row, i + 1) != NULL)
        return NULL;
      for (guint j = first; j < index; j++)
        {
          g_autofree char *ours = dup_part (preview, first, last, j, column);
          g_autofree char *theirs = dup_part (preview, first, last, j, i);

          if (g_strcmp0 (ours, theirs) != 0)
            return NULL;
        }
      return dup_text (preview, index, i);
    }

  return NULL;
}

/* "其中：本科" is 本科, "（1）人口" is 人口. */
static const char *
skip_prefix (BalanceNames *names,
             const char   *text)
{
  const char *start = text;
  const char *p;

  for (gsize n = 1; n > 0;)
    {
      n = balance_table_words_get_prefix (names->words, BALANCE_WORDS_PREFIX, text);
      text += n;
      while (n > 0 && *text == ' ')
        text++;
    }

  /* 1. 1、 (1) （1） */
  p = text;
  if (g_str_has_prefix (p, "（"))
    p += strlen ("（");
  else if (*p == '(')
    p++;
  if (g_ascii_isdigit (*p))
    {
      while (g_ascii_isdigit (*p))
        p++;
      if (*p == '.' || *p == ')')
        p++;
      else if (g_str_has_prefix (p, "、") || g_str_has_prefix (p, "）") || g_str_has_prefix (p, "．"))
        p += strlen ("、");
      else
        p = text;
      if (*p != '\0' && !g_ascii_isdigit (*p))
        text = p;
    }

  return *text != '\0' ? text : start;
}

static gboolean
try_text (BalanceNames *names,
          const char   *text,
          BalanceMatch *match)
{
  g_autofree char *plain = balance_name_make_plain (text, strlen (text));

  return balance_names_match_one (names, plain, match);
}

static gboolean
is_stage (BalanceNames *names,
          const char   *text)
{
  g_autofree char *plain = balance_name_make_plain (text, strlen (text));

  return balance_names_find_stage (names, plain) >= 0;
}

/* The chosen ones of the parts, the stage first. */
static char *
join_parts (BalanceNames *names,
            char        **parts,
            guint         n,
            guint         mask)
{
  GString *text = g_string_new (NULL);

  for (int want_stage = 1; want_stage >= 0; want_stage--)
    for (guint i = 0; i < n; i++)
      if ((mask >> i & 1) != 0 && is_stage (names, parts[i]) == (want_stage == 1))
        g_string_append (text, parts[i]);

  return g_string_free (text, FALSE);
}

typedef struct
{
  char         *text;      /* (transfer full) what to call the column */
  gboolean      known;
  BalanceMatch  match;
  char         *dropped;   /* (nullable) a heading over it that has no part in it */
} Composed;

static void
composed_clear (Composed *self)
{
  g_free (self->text);
  g_free (self->dropped);
}

static gboolean
take_text (BalanceNames *names,
           char         *text,
           Composed     *composed)
{
  if (!try_text (names, text, &composed->match))
    {
      g_free (text);
      return FALSE;
    }

  composed->text = text;
  composed->known = TRUE;

  return TRUE;
}

/* With all headings over it, else with as many as make a header that is known. */
static gboolean
compose_with (BalanceNames *names,
              char        **parts,
              guint         n_above,
              guint         mask,
              const char   *leaf,
              Composed     *composed)
{
  g_autofree char *above = join_parts (names, parts, n_above, mask);

  if (take_text (names, g_strconcat (above, leaf, NULL), composed))
    return TRUE;
  if (mask == 0)
    return FALSE;
  if (is_stage (names, leaf) && take_text (names, g_strconcat (leaf, above, NULL), composed))
    return TRUE;
  if (balance_table_words_contain_text (names->words, BALANCE_WORDS_TOTAL_COLUMN, leaf) &&
      take_text (names, g_strdup (above), composed))
    return TRUE;

  return take_text (names, g_strdup_printf ("%s（%s）", above, leaf), composed);
}

static void
compose (BalanceNames *names,
         char        **parts,
         guint         n,
         Composed     *composed)
{
  guint n_above = n - 1;
  const char *leaf = parts[n - 1];
  const char *plain_leaf = skip_prefix (names, leaf);

  memset (composed, 0, sizeof *composed);
  for (int want = (int) n_above; want >= 0; want--)
    for (guint mask = 0; mask < 1u << n_above; mask++)
      {
        if (__builtin_popcount (mask) != want)
          continue;
        if (!compose_with (names, parts, n_above, mask, leaf, composed) &&
            (plain_leaf == leaf || !compose_with (names, parts, n_above, mask, plain_leaf, composed)))
          continue;

        for (guint i = 0; i < n_above && composed->dropped == NULL; i++)
          if ((mask >> i & 1) == 0)
            composed->dropped = g_strdup (parts[i]);
        return;
      }

  composed->text = g_strjoinv (NULL, parts);
}

/* The parts over a column from the top down, what is repeated once. */
static guint
collect_parts (BalanceNames         *names,
               const BalancePreview *preview,
               guint                 first,
               guint                 last,
               guint                 column,
               char                 *parts[MAX_PARTS + 1])
{
  guint n = 0;

  for (guint i = first; i <= last && n < MAX_PARTS; i++)
    {
      g_autofree char *part = NULL;

      if (i > first && row_is_codes (names, preview, i))
        continue;
      part = dup_part (preview, first, last, i, column);
      if (part != NULL && strlen (part) <= MAX_TEXT && (n == 0 || !g_str_equal (part, parts[n - 1])))
        parts[n++] = g_steal_pointer (&part);
    }
  parts[n] = NULL;

  return n;
}

static void
clear_parts (char  *parts[MAX_PARTS + 1],
             guint  n)
{
  for (guint i = 0; i < n; i++)
    g_free (parts[i]);
}

static guint
count_columns (const BalancePreview *preview,
               guint                 first,
               guint                 last)
{
  guint n = 0;

  for (guint i = first; i <= last; i++)
    n = MAX (n, get_row (preview, i)->n_cells);

  return n;
}

/* How many different fields the headers `first`..`last` name. */
static guint
count_known (BalanceNames         *names,
             const BalancePreview *preview,
             guint                 first,
             guint                 last)
{
  guint n_columns = count_columns (preview, first, last);
  g_autoptr(GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < n_columns; i++)
    {
      char *parts[MAX_PARTS + 1];
      guint n = collect_parts (names, preview, first, last, i, parts);
      Composed composed = { NULL };

      if (n > 0)
        compose (names, parts, n, &composed);
      if (composed.known)
        g_hash_table_add (known, g_strdup_printf ("%s.%d", composed.match.field->id, composed.match.stage));
      clear_parts (parts, n);
      composed_clear (&composed);
    }

  return g_hash_table_size (known);
}

/* ---- finding the headers */

typedef struct
{
  guint first, last, n_known;
} Block;

/* Does the last row say what columns are that the rows above leave without a header? 合计 and 其中：女 below a heading over both. Rows of
 * data are no such row: they begin with something, and have numbers. */
static gboolean
heads_more_columns (const BalancePreview *preview,
                    guint                 first,
                    guint                 last)
{
  const char *text;
  gsize length;
  gboolean any = FALSE;

  for (guint i = 0; i < get_row (preview, last)->n_cells; i++)
    {
      gboolean above = FALSE;

      if (!get_text (preview, last, i, &text, &length))
        continue;
      if (i == 0 || is_number (text, length))
        return FALSE;
      for (guint j = first; j < last && !above; j++)
        above = get_text (preview, j, i, &text, &length);
      any |= !above;
    }

  return any;
}

static void
find_block (BalanceNames         *names,
            const BalancePreview *preview,
            Block                *best)
{
  guint n = MIN (preview->rows->len, MAX_TOP_ROWS);

  *best = (Block) { 0, 0, 0 };
  for (guint first = 0; first < n; first++)
    {
      if (best->n_known >= CLEAR_KNOWN && first > best->last + 3)
        break;
      if (get_row (preview, first)->faulty || !may_hold_headers (preview, first))
        continue;

      for (guint last = first; last < n && last < first + MAX_HEADER_ROWS; last++)
        {
          guint n_known;

          if (get_row (preview, last)->faulty)
            break;
          if (last > first && row_is_codes (names, preview, last))
            continue;
          if (!may_hold_headers (preview, last))
            break;
          n_known = count_known (names, preview, first, last);
          /* titles above and rows below that add nothing are no headers */
          if (n_known > best->n_known || (n_known == best->n_known && n_known > 0 && last - first < best->last - best->first) ||
              (n_known == best->n_known && n_known > 0 && first == best->first && last == best->last + 1 && heads_more_columns (preview, first, last)))
            *best = (Block) { first, last, n_known };
        }
    }
}

static void
add_remark (BalanceOutline  *self,
            BalanceSeverity  severity,
            const char      *kind,
            guint            row,
            guint            column,
            const char      *found,
            BalanceText     *message,
            BalanceText     *remedy)
{
  BalanceRemark remark = { severity, kind, row, column, g_strdup (found), *message, { NULL, NULL } };

  if (remedy != NULL)
    remark.remedy = *remedy;
  g_array_append_val (self->remarks, remark);
}

static void
reserve_headers (BalanceOutline *self,
                 guint           n)
{
  self->texts = g_renew (char *, self->texts, n + 1);
  self->places = g_renew (BalanceHeaderPlace, self->places, n + 1);
  self->constants = g_renew (BalanceSpan, self->constants, n + 1);
  for (guint i = self->n_headers; i <= n; i++)
    {
      self->texts[i] = NULL;
      self->places[i] = (BalanceHeaderPlace) { 0, 0, 0, 0 };
      self->constants[i] = (BalanceSpan) { "", 0 };
    }
}

static guint
add_header (BalanceOutline *self,
            const char     *text,
            const char     *value,
            guint           header_row,
            guint           header_column,
            guint           row,
            guint           column)
{
  guint index = self->n_headers;

  reserve_headers (self, index + 1);
  self->texts[index] = g_strdup (text);
  self->constants[index].text = g_string_chunk_insert (self->chunk, value);
  self->constants[index].length = strlen (value);
  self->places[index] = (BalanceHeaderPlace) { header_row, header_column, row, column };
  self->n_headers++;

  return index;
}

static void
note_identity (BalanceOutline     *self,
               BalanceNames       *names,
               const BalanceMatch *match,
               guint               index)
{
  for (guint i = 0; i < BALANCE_N_IDS; i++)
    if (match->field == names->dictionary->identity[i] && self->identity[i] < 0)
      self->identity[i] = (int) index;
}

void
balance_outline_add_constant (BalanceOutline  *self,
                              BalanceNames    *names,
                              BalanceIdentity  identity,
                              const char      *value,
                              guint            row,
                              guint            column)
{
  BalanceField *field = names->dictionary->identity[identity];

  if (field != NULL && self->identity[identity] < 0)
    self->identity[identity] = (int) add_header (self, field->id, value, row, column, row, column);
}

/* A heading that has no part in what a column below it means may change what it means. */
static void
remark_dropped (BalanceOutline   *self,
                BalanceNames     *names,
                const Composed   *composed,
                guint             row,
                guint             column)
{
  BalanceText message = { NULL, NULL }, remedy = { NULL, NULL };

  balance_text_printf (&message, "“%s” stands over this column and is not understood; the column is read as “%s”",
                       "该列上方的“%s”无法识别，该列按“%s”读取", composed->dropped, composed->text);
  balance_text_set (&remedy, "if the heading changes what the figures are, name the column in a map file",
                    "如该标题改变了数据含义，请在映射文件中指定该列");
  add_remark (self, BALANCE_SEVERITY_WARNING, "heading-not-used", row, column, composed->dropped, &message, &remedy);
}

static void
compose_headers (BalanceOutline       *self,
                 BalanceNames         *names,
                 const BalancePreview *preview,
                 const Block          *block)
{
  g_autoptr(GArray) list = g_array_new (FALSE, TRUE, sizeof (Composed));
  guint n_columns = MAX (count_columns (preview, block->first, block->last), preview->n_columns);
  gboolean staged = FALSE;

  reserve_headers (self, n_columns);
  self->n_columns = self->n_headers = n_columns;
  self->first_row = get_row (preview, block->first)->row;
  self->last_row = get_row (preview, block->last)->row;
  g_array_set_size (list, n_columns);
  g_array_set_clear_func (list, (GDestroyNotify) composed_clear);

  for (guint i = 0; i < n_columns; i++)
    {
      Composed *composed = &g_array_index (list, Composed, i);
      char *parts[MAX_PARTS + 1];
      guint n = collect_parts (names, preview, block->first, block->last, i, parts);

      if (n > 0)
        compose (names, parts, n, composed);
      self->texts[i] = g_strdup (composed->text != NULL ? composed->text : "");
      for (guint j = block->last + 1; j-- > block->first && self->places[i].header_row == 0;)
        {
          const char *text;
          gsize length;

          if (get_text (preview, j, i, &text, &length) && !row_is_codes (names, preview, j))
            self->places[i].header_row = get_row (preview, j)->row;
        }
      if (composed->known)
        note_identity (self, names, &composed->match, i);
      staged |= composed->known && composed->match.stage >= 0;
      clear_parts (parts, n);
    }

  for (guint i = 0; i < n_columns && staged; i++)
    {
      const Composed *composed = &g_array_index (list, Composed, i);

      if (composed->known && composed->dropped != NULL && composed->match.stage < 0 &&
          (composed->match.field->level == BALANCE_LEVEL_SECTION || balance_field_is_shared (composed->match.field)))
        remark_dropped (self, names, composed, self->places[i].header_row, i + 1);
    }
}

/* Units in a row of their own become part of the headers. */
static void
add_unit_row (BalanceOutline       *self,
              BalanceNames         *names,
              const BalancePreview *preview,
              guint                 index)
{
  for (guint i = 0; i < self->n_columns; i++)
    {
      g_autofree char *plain = dup_plain (preview, index, i);
      BalanceMatch match;

      if (plain == NULL || !balance_names_is_unit (names, plain) || !try_text (names, self->texts[i], &match) ||
          match.has_factor || match.field->unit == NULL)
        continue;
      {
        g_autofree char *bare = plain[0] == '(' ? g_strndup (plain + 1, strlen (plain) - 2) : g_strdup (plain);
        char *text = g_strdup_printf ("%s（%s）", self->texts[i], bare);

        g_free (self->texts[i]);
        self->texts[i] = text;
      }
    }
}

/* "单位：人、万元" over a table: a column takes the one that fits it, where it states none itself. */
static void
apply_units (BalanceOutline *self,
             BalanceNames   *names,
             const char     *list,
             guint           row,
             guint           column)
{
  g_auto(GStrv) units = NULL;
  g_autofree char *text = g_strdup (list);
  gboolean used = FALSE;

  for (char *p = text; *p != '\0'; p++)
    if (strchr (",;/", *p) != NULL)
      *p = '\n';
  {
    g_auto(GStrv) pieces = g_strsplit (text, "、", -1);
    g_autofree char *joined = g_strjoinv ("\n", pieces);
    g_auto(GStrv) more = g_strsplit (joined, "，", -1);
    g_autofree char *again = g_strjoinv ("\n", more);

    units = g_strsplit (again, "\n", -1);
  }

  for (guint i = 0; i < self->n_columns; i++)
    {
      const char *chosen = NULL;
      BalanceDecimal factor = { 1, 0 };
      BalanceMatch match;
      guint n = 0;

      if (!try_text (names, self->texts[i], &match) || match.has_factor || match.field->unit == NULL)
        continue;
      for (guint j = 0; units[j] != NULL; j++)
        {
          g_autofree char *plain = balance_name_make_plain (units[j], strlen (units[j]));
          BalanceDecimal other;

          if (*plain != '\0' && balance_dictionary_match_unit (names->dictionary, match.field, plain, -1, &other))
            {
              n++;
              chosen = units[j];
              factor = other;
            }
        }
      if (n == 1 && (factor.digits != 1 || factor.scale != 0))
        {
          char *with_unit = g_strdup_printf ("%s（%s）", self->texts[i], chosen);

          g_free (self->texts[i]);
          self->texts[i] = with_unit;
          used = TRUE;
        }
    }

  if (used)
    {
      BalanceText message = { NULL, NULL };

      balance_text_printf (&message, "the unit “%s” over the table is taken for the columns that it fits and that state none",
                           "表头上方的单位“%s”用于未注明单位的相应列", list);
      add_remark (self, BALANCE_SEVERITY_WARNING, "unit-over-table", row, column, list, &message, NULL);
    }
}

/* ---- what stands above the table */

/* Is there a word of years before `end`, parted by a blank? School year 2024. */
static gboolean
is_after_year_word (BalanceNames *names,
                    const char   *text,
                    const char   *end)
{
  g_autofree char *before = g_strndup (text, (gsize) (end - text));
  gsize length = strlen (before);

  g_strchomp (before);

  return strlen (before) < length && balance_table_words_get_suffix (names->words, BALANCE_WORDS_YEAR, before) > 0;
}

/* "2024年", "2023—2024学年" anywhere in a title; NULL if there is none or more than one. (transfer full) */
static char *
find_year (BalanceNames *names,
           const char   *text)
{
  char *found = NULL;

  for (const char *p = text; *p != '\0'; p++)
    {
      const char *end, *word;
      g_autofree char *year = NULL;
      gsize n;

      if (!g_ascii_isdigit (*p) || (p > text && g_ascii_isdigit (p[-1])))
        continue;
      if (strspn (p, "0123456789") != 4 || (*p != '1' && *p != '2'))
        continue;

      end = p + 4;
      n = balance_table_words_get_prefix (names->words, BALANCE_WORDS_SPAN, end);
      if (n > 0 && strspn (end + n, "0123456789") == 4)
        end += n + 4;
      for (word = end; *word == ' ';)
        word++;
      if (balance_table_words_get_prefix (names->words, BALANCE_WORDS_YEAR, word) == 0 && !is_after_year_word (names, text, p))
        continue;
      year = g_strndup (p, 4);
      if (found != NULL && !g_str_equal (found, year))
        {
          g_free (found);
          return NULL;
        }
      g_free (found);
      found = g_steal_pointer (&year);
      /* the second half of a school year is no other one */
      p = end - 1;
    }

  return found;
}

static void
remark_taken (BalanceOutline *self,
              BalanceField   *field,
              const char     *value,
              const char     *from,
              guint           row,
              guint           column)
{
  BalanceText message = { NULL, NULL };

  message.en = g_strdup_printf ("%s: “%s” is taken from “%s”", balance_text_get (&field->title, BALANCE_LANGUAGE_EN), value, from);
  message.zh = g_strdup_printf ("%s“%s”取自“%s”", balance_text_get (&field->title, BALANCE_LANGUAGE_ZH), value, from);
  add_remark (self, BALANCE_SEVERITY_NOTE, "taken-from-title", row, column, value, &message, NULL);
}

static void
take_caption (BalanceOutline  *self,
              BalanceNames    *names,
              BalanceIdentity  identity,
              const char      *value,
              const char      *from,
              guint            row,
              guint            column)
{
  if (self->identity[identity] >= 0 || names->dictionary->identity[identity] == NULL || *value == '\0')
    return;

  balance_outline_add_constant (self, names, identity, value, row, column);
  remark_taken (self, names->dictionary->identity[identity], value, from, row, column);
}

/* "填报单位：示例县教育局" names the county. */
static void
take_reporter (BalanceOutline *self,
               BalanceNames   *names,
               const char     *value,
               const char     *from,
               guint           row,
               guint           column)
{
  g_autofree char *name = g_strdup (value);
  gsize n;

  if (self->identity[BALANCE_ID_DISTRICT_CODE] >= 0)
    return;
  n = balance_table_words_get_suffix (names->words, BALANCE_WORDS_AGENCY, name);
  if (n == 0)
    return;
  name[strlen (name) - n] = '\0';
  take_caption (self, names, BALANCE_ID_DISTRICT_NAME, g_strchomp (name), from, row, column);
}

/* "区县代码：990001" */
static void
read_pair (BalanceOutline *self,
           BalanceNames   *names,
           const char     *label,
           const char     *value,
           guint           row,
           guint           column)
{
  static const BalanceIdentity wanted[] = { BALANCE_ID_YEAR, BALANCE_ID_DISTRICT_CODE, BALANCE_ID_DISTRICT_NAME };
  g_autofree char *plain = balance_name_make_plain (label, strlen (label));
  g_autofree char *from = g_strconcat (label, "：", value, NULL);
  BalanceMatch match;

  if (balance_table_words_contain (names->words, BALANCE_WORDS_UNIT, plain))
    {
      apply_units (self, names, value, row, column);
      return;
    }
  if (balance_table_words_contain (names->words, BALANCE_WORDS_REPORTER, plain))
    {
      take_reporter (self, names, value, from, row, column);
      return;
    }
  if (!balance_names_match_one (names, plain, &match))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    if (match.field == names->dictionary->identity[wanted[i]])
      take_caption (self, names, wanted[i], value, from, row, column);
}

/* Names of several words, as in "District code: 990001", are parted from the value by the only colon. */
static gboolean
read_sentence (BalanceOutline *self,
               BalanceNames   *names,
               const char     *text,
               guint           row,
               guint           column)
{
  g_auto(GStrv) sides = g_strsplit (text, ":", 3);

  if (g_strv_length (sides) != 2 || strchr (sides[0], ' ') == NULL || !g_str_is_ascii (sides[0]) || *g_strstrip (sides[1]) == '\0')
    return FALSE;
  read_pair (self, names, sides[0], sides[1], row, column);

  return TRUE;
}

/* A cell may hold several pairs: "区县：示例县　　年度：2024". The value may stand in the next cell. */
static void
read_caption (BalanceOutline       *self,
              BalanceNames         *names,
              const BalancePreview *preview,
              guint                 index,
              guint                 column)
{
  g_autofree char *text = dup_text (preview, index, column);
  g_autofree char *spaced = NULL;
  g_auto(GStrv) words = NULL;
  guint row = get_row (preview, index)->row;

  if (text == NULL || strlen (text) > MAX_TEXT)
    return;
  {
    g_auto(GStrv) wide = g_strsplit (text, "　", -1);

    spaced = g_strjoinv (" ", wide);
  }
  if (read_sentence (self, names, g_strstrip (spaced), row, column + 1))
    return;
  words = g_strsplit_set (spaced, " \t\r\n", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      const char *wide_colon = strstr (words[i], "：");
      const char *colon = strchr (words[i], ':');
      g_autofree char *label = NULL, *next = NULL;
      const char *value;

      if (wide_colon != NULL)
        value = wide_colon + strlen ("：");
      else if (colon != NULL)
        value = colon + 1;
      else
        continue;
      label = g_strndup (words[i], (gsize) ((wide_colon != NULL ? wide_colon : colon) - words[i]));

      for (guint j = i + 1; *value == '\0' && words[j] != NULL && strstr (words[j], "：") == NULL; j++)
        value = words[j];
      for (guint j = column + 1; *value == '\0' && next == NULL && j < get_row (preview, index)->n_cells; j++)
        next = dup_text (preview, index, j);
      if (*value == '\0' && next != NULL && strstr (next, "：") == NULL)
        value = next;
      if (*value != '\0')
        read_pair (self, names, label, value, row, column + 1);
    }
}

static void
read_titles (BalanceOutline       *self,
             BalanceNames         *names,
             const BalancePreview *preview,
             guint                 n)
{
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < get_row (preview, i)->n_cells && !get_row (preview, i)->faulty; j++)
      read_caption (self, names, preview, i, j);

  for (guint i = 0; i < n && self->identity[BALANCE_ID_YEAR] < 0; i++)
    for (guint j = 0; j < get_row (preview, i)->n_cells && !get_row (preview, i)->faulty; j++)
      {
        g_autofree char *text = dup_text (preview, i, j);
        g_autofree char *year = text != NULL && strlen (text) <= MAX_TEXT ? find_year (names, text) : NULL;

        if (year != NULL)
          take_caption (self, names, BALANCE_ID_YEAR, year, text, get_row (preview, i)->row, j + 1);
      }
  if (preview->sheet != NULL && self->identity[BALANCE_ID_YEAR] < 0)
    {
      g_autofree char *year = find_year (names, preview->sheet);

      if (year != NULL)
        take_caption (self, names, BALANCE_ID_YEAR, year, preview->sheet, 0, 0);
    }
}

/* A sheet “小学” whose columns do not say of which stage they are is about that stage. */
static void
read_stage (BalanceOutline       *self,
            BalanceNames         *names,
            const BalancePreview *preview)
{
  const BalanceChoice *found = NULL;
  gboolean unstaged = FALSE;
  guint n = 0;

  if (preview->sheet == NULL || self->identity[BALANCE_ID_STAGE] >= 0 || balance_table_words_are_in (names->words, BALANCE_WORDS_ALL_STAGES, preview->sheet) ||
      (self->identity[BALANCE_ID_SCHOOL_CODE] < 0 && self->identity[BALANCE_ID_SCHOOL_NAME] < 0))
    return;

  for (guint i = 0; i < self->n_columns; i++)
    {
      BalanceMatch match;

      if (*self->texts[i] == '\0' || !try_text (names, self->texts[i], &match))
        continue;
      if (match.stage >= 0)
        return;
      unstaged |= match.field->level == BALANCE_LEVEL_SECTION;
    }
  for (guint i = 0; i < balance_dictionary_get_n_stages (names->dictionary); i++)
    {
      const BalanceChoice *stage = balance_dictionary_get_stage (names->dictionary, i);

      if (stage->holds == NULL && stage->title.zh != NULL && strstr (preview->sheet, stage->title.zh) != NULL)
        {
          found = stage;
          n++;
        }
    }
  if (n == 1 && unstaged)
    take_caption (self, names, BALANCE_ID_STAGE, found->id, preview->sheet, 0, 0);
}

/* ---- forms: a field a row */

typedef struct
{
  guint column;         /* of the names */
  guint n_hits, first;  /* first: index of the row */
} NameColumn;

static gboolean
match_label (BalanceNames         *names,
             const BalancePreview *preview,
             guint                 index,
             guint                 column,
             BalanceMatch         *match)
{
  g_autofree char *text = dup_text (preview, index, column);
  const char *rest;

  if (text == NULL || strlen (text) > MAX_TEXT)
    return FALSE;
  if (try_text (names, text, match))
    return TRUE;
  rest = skip_prefix (names, text);

  return rest != text && try_text (names, rest, match);
}

static void
find_name_columns (BalanceNames         *names,
                   const BalancePreview *preview,
                   GArray               *columns)
{
  guint n_columns = MIN (count_columns (preview, 0, preview->rows->len - 1), MAX_FORM_COLUMNS);

  for (guint i = 0; i < n_columns; i++)
    {
      NameColumn column = { i, 0, 0 };

      for (guint j = 0; j < preview->rows->len; j++)
        {
          BalanceMatch match;

          if (match_label (names, preview, j, i, &match) && column.n_hits++ == 0)
            column.first = j;
        }
      if (column.n_hits >= LEAST_KNOWN)
        g_array_append_val (columns, column);
    }
}

/* Values of a field that a column right of its name may hold. */
typedef struct
{
  guint n_values;       /* not empty, of fields that are no text */
  guint n_fitting;      /* of a kind that the field can have */
} Fit;

static void
count_fitting (BalanceNames         *names,
               const BalancePreview *preview,
               const NameColumn     *name,
               guint                 column,
               Fit                  *fit)
{
  for (guint i = name->first; i < preview->rows->len; i++)
    {
      BalanceMatch match;
      BalanceDecimal value;
      const char *text;
      gsize length;

      if (!get_text (preview, i, column, &text, &length) || !match_label (names, preview, i, name->column, &match) ||
          match.field->type == BALANCE_FIELD_TEXT || balance_value_is_filler (text, length) != BALANCE_FILLER_NONE)
        continue;
      fit->n_values++;
      /* bounds are looked at when it is read */
      switch (balance_value_parse_cell (names->dictionary, match.field, text, length, NULL, &value))
        {
        case BALANCE_FAULT_NO_NUMBER:
        case BALANCE_FAULT_NO_FLAG:
        case BALANCE_FAULT_NO_DATE:
        case BALANCE_FAULT_NO_YEAR:
        case BALANCE_FAULT_UNKNOWN_CHOICE:
          break;
        case BALANCE_FAULT_NONE:
        case BALANCE_FAULT_TOO_LONG:
        case BALANCE_FAULT_NOT_WHOLE:
        case BALANCE_FAULT_NEGATIVE:
        case BALANCE_FAULT_OUT_OF_BOUNDS:
        default:
          fit->n_fitting++;
        }
    }
}

/* The column of the values: not that of the units, and the one with the most that fit; its header may say of which
 * stage it is. */
static void
find_value_columns (BalanceNames         *names,
                    const BalancePreview *preview,
                    const NameColumn     *name,
                    guint                 end,
                    int                  *unit,
                    GArray               *values)
{
  guint best = 0, best_n = 0, best_fitting = 0;

  *unit = -1;
  for (guint i = name->column + 1; i < end; i++)
    {
      guint n = 0, n_units = 0;
      gboolean is_staged = FALSE;

      for (guint j = 0; j < name->first; j++)
        {
          g_autofree char *plain = dup_plain (preview, j, i);

          is_staged |= plain != NULL && balance_names_find_stage (names, plain) >= 0;
        }
      for (guint j = name->first; j < preview->rows->len; j++)
        {
          g_autofree char *plain = dup_plain (preview, j, i);

          if (plain == NULL)
            continue;
          n++;
          n_units += balance_names_is_unit (names, plain);
        }

      if (is_staged)
        g_array_append_val (values, i);
      else if (n > 0 && n_units * 2 > n)
        *unit = (int) i;
      else if (n > 0)
        {
          Fit fit = { 0, 0 };

          count_fitting (names, preview, name, i, &fit);
          if (fit.n_fitting > best_fitting || (fit.n_fitting == best_fitting && n > best_n))
            {
              best = i;
              best_n = n;
              best_fitting = fit.n_fitting;
            }
        }
    }
  if (values->len == 0 && best_n > 0)
    g_array_append_val (values, best);
}

/* The name of a row, with the heading to the left of it where it alone is none. */
static void
compose_label (BalanceNames         *names,
               const BalancePreview *preview,
               guint                 index,
               guint                 column,
               Composed             *composed)
{
  char *parts[MAX_PARTS + 1] = { NULL };
  BalanceMatch match;
  guint n = 0;

  if (column > 0 && !match_label (names, preview, index, column, &match))
    for (guint i = index + 1; i-- > 0 && n == 0;)
      {
        char *left = dup_text (preview, i, column - 1);

        if (left != NULL && strlen (left) <= MAX_TEXT)
          parts[n++] = left;
        else
          g_free (left);
      }
  parts[n++] = dup_text (preview, index, column);
  compose (names, parts, n, composed);
  if (!composed->known)
    {
      g_free (composed->text);
      composed->text = g_strdup (skip_prefix (names, parts[n - 1]));
    }
  clear_parts (parts, n);
}

static void
add_form_row (BalanceOutline       *self,
              BalanceNames         *names,
              const BalancePreview *preview,
              const NameColumn     *name,
              guint                 index,
              int                   unit,
              guint                 value)
{
  guint row = get_row (preview, index)->row;
  g_autofree char *plain = dup_plain (preview, index, name->column);
  g_autofree char *text = dup_text (preview, index, value);
  Composed composed;
  char *header;
  guint at;

  if (plain == NULL || balance_table_words_contain (names->words, BALANCE_WORDS_ITEM, plain))
    return;
  compose_label (names, preview, index, name->column, &composed);
  if (!composed.known && text == NULL)
    {
      composed_clear (&composed);
      return;
    }

  header = g_strdup (composed.text);
  for (guint i = 0; i < name->first; i++)
    {
      g_autofree char *stage = dup_text (preview, i, value);
      char *staged;

      if (stage == NULL || !is_stage (names, stage))
        continue;
      staged = g_strconcat (stage, header, NULL);
      if (try_text (names, staged, &composed.match))
        {
          g_free (header);
          header = staged;
        }
      else
        g_free (staged);
      break;
    }
  if (unit >= 0 && composed.known && !composed.match.has_factor && composed.match.field->unit != NULL)
    {
      g_autofree char *unit_text = dup_plain (preview, index, (guint) unit);

      if (unit_text != NULL && balance_names_is_unit (names, unit_text))
        {
          char *with_unit = g_strdup_printf ("%s（%s）", header, unit_text);

          g_free (header);
          header = with_unit;
        }
    }

  at = add_header (self, header, text != NULL ? text : "", row, name->column + 1, row, value + 1);
  if (composed.known)
    {
      note_identity (self, names, &composed.match, at);
      self->n_known++;
    }
  g_free (header);
  composed_clear (&composed);
}

/* A list of fields with words about them is no form. */
static gboolean
holds_values (BalanceNames         *names,
              const BalancePreview *preview,
              GArray               *columns)
{
  guint n_columns = MIN (count_columns (preview, 0, preview->rows->len - 1), MAX_FORM_COLUMNS);
  Fit fit = { 0, 0 };

  for (guint i = 0; i < columns->len; i++)
    {
      const NameColumn *name = &g_array_index (columns, NameColumn, i);
      guint end = i + 1 < columns->len ? g_array_index (columns, NameColumn, i + 1).column : n_columns;
      g_autoptr(GArray) values = g_array_new (FALSE, FALSE, sizeof (guint));
      int unit;

      find_value_columns (names, preview, name, end, &unit, values);
      for (guint j = 0; j < values->len; j++)
        count_fitting (names, preview, name, g_array_index (values, guint, j), &fit);
    }

  return fit.n_fitting * 2 >= fit.n_values;
}

static void
read_form (BalanceOutline       *self,
           BalanceNames         *names,
           const BalancePreview *preview,
           GArray               *columns)
{
  guint n_columns = MIN (count_columns (preview, 0, preview->rows->len - 1), MAX_FORM_COLUMNS);
  guint first = preview->rows->len;

  self->kind = BALANCE_OUTLINE_FORM;
  self->certain = TRUE;
  self->n_known = 0;
  for (guint i = 0; i < columns->len; i++)
    {
      const NameColumn *name = &g_array_index (columns, NameColumn, i);
      guint end = i + 1 < columns->len ? g_array_index (columns, NameColumn, i + 1).column : n_columns;
      g_autoptr(GArray) values = g_array_new (FALSE, FALSE, sizeof (guint));
      int unit;

      find_value_columns (names, preview, name, end, &unit, values);
      for (guint j = name->first; j < preview->rows->len; j++)
        {
          const BalancePreviewRow *row = get_row (preview, j);

          if (row->faulty || balance_outline_classify (self, row->cells, row->n_cells) == BALANCE_ROW_NOTE)
            continue;
          for (guint k = 0; k < values->len; k++)
            add_form_row (self, names, preview, name, j, unit, g_array_index (values, guint, k));
        }
      first = MIN (first, name->first);
    }

  self->first_row = self->last_row = get_row (preview, first)->row;
  self->next = preview->rows->len;
  read_titles (self, names, preview, first);
}

/* ---- the whole */

/* Two or three words that happen to be names of fields do not make a table of a list: half of the headers must be
 * known. The first row of a text file is asked for less, as it holds the headers anyway. */
static gboolean
is_evident (const BalancePreview *preview,
            const Block          *block)
{
  guint n_columns = count_columns (preview, block->first, block->last), n = 0;

  if (block->n_known < LEAST_KNOWN)
    return FALSE;
  if (block->n_known >= CLEAR_KNOWN || (preview->first_row_decides && block->first == 0))
    return TRUE;

  for (guint i = 0; i < n_columns; i++)
    {
      const char *text;
      gsize length;
      gboolean any = FALSE;

      for (guint j = block->first; j <= block->last && !any; j++)
        any = get_text (preview, j, i, &text, &length);
      n += any;
    }

  return block->n_known * 2 >= n;
}

static void
add_repeated (BalanceOutline       *self,
              const BalancePreview *preview,
              guint                 index)
{
  const BalancePreviewRow *row = get_row (preview, index);
  g_autoptr(GString) key = g_string_new (NULL);

  if (row->faulty)
    return;
  for (guint i = 0; i < row->n_cells; i++)
    {
      const char *text;
      gsize length;

      if (get_text (preview, index, i, &text, &length))
        {
          if (key->len == 0)
            g_ptr_array_add (self->first_texts, g_strndup (text, length));
          g_string_append_len (key, text, (gssize) length);
          g_string_append_c (key, '\n');
        }
    }
  if (key->len > 0)
    g_hash_table_add (self->repeated, g_strdup (key->str));
}

static void
read_rows (BalanceOutline       *self,
           BalanceNames         *names,
           const BalancePreview *preview,
           Block                *block)
{
  self->kind = BALANCE_OUTLINE_ROWS;
  self->certain = is_evident (preview, block);
  self->n_known = block->n_known;
  compose_headers (self, names, preview, block);

  self->next = block->last + 1;
  while (self->next < preview->rows->len)
    {
      if (row_is_units (names, preview, self->next))
        add_unit_row (self, names, preview, self->next);
      else if (!row_is_codes (names, preview, self->next))
        break;
      self->last_row = get_row (preview, self->next)->row;
      self->next++;
    }

  for (guint i = 0; i < self->next; i++)
    add_repeated (self, preview, i);
  read_titles (self, names, preview, block->first);
  read_stage (self, names, preview);
}

BalanceOutline *
balance_outline_new (BalanceNames         *names,
                     const BalancePreview *preview)
{
  BalanceOutline *self = g_new0 (BalanceOutline, 1);
  g_autoptr(GArray) columns = g_array_new (FALSE, FALSE, sizeof (NameColumn));
  Block block;
  guint n_hits = 0;

  self->words = balance_table_words_ref (names->words);
  self->remarks = g_array_new (FALSE, TRUE, sizeof (BalanceRemark));
  self->repeated = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->first_texts = g_ptr_array_new_with_free_func (g_free);
  self->chunk = g_string_chunk_new (1024);
  for (guint i = 0; i < BALANCE_N_IDS; i++)
    self->identity[i] = -1;
  if (preview->rows->len == 0)
    return self;

  find_block (names, preview, &block);
  self->n_known = block.n_known;
  if (block.n_known < CLEAR_KNOWN)
    {
      find_name_columns (names, preview, columns);
      for (guint i = 0; i < columns->len; i++)
        n_hits += g_array_index (columns, NameColumn, i).n_hits;
    }

  if (n_hits >= LEAST_FORM && n_hits > block.n_known && holds_values (names, preview, columns))
    {
      read_form (self, names, preview, columns);
    }
  else if (is_evident (preview, &block) || preview->first_row_decides)
    {
      if (!is_evident (preview, &block))
        block = (Block) { 0, 0, MIN (block.n_known, LEAST_KNOWN - 1) };
      if (!get_row (preview, block.first)->faulty)
        read_rows (self, names, preview, &block);
    }

  return self;
}

void
balance_outline_free (BalanceOutline *self)
{
  for (guint i = 0; i < self->n_headers; i++)
    g_free (self->texts[i]);
  for (guint i = 0; i < self->remarks->len; i++)
    {
      BalanceRemark *remark = &g_array_index (self->remarks, BalanceRemark, i);

      g_free (remark->found);
      balance_text_clear (&remark->message);
      balance_text_clear (&remark->remedy);
    }
  g_free (self->texts);
  g_free (self->places);
  g_free (self->constants);
  g_array_unref (self->remarks);
  g_hash_table_unref (self->repeated);
  g_ptr_array_unref (self->first_texts);
  g_string_chunk_free (self->chunk);
  balance_table_words_unref (self->words);
  g_free (self);
}

gboolean
balance_outline_is_clear (BalanceOutline *self)
{
  return self->kind == BALANCE_OUTLINE_ROWS && self->n_known >= CLEAR_KNOWN;
}

void
balance_outline_report (BalanceOutline  *self,
                        const char      *file,
                        const char      *sheet,
                        BalanceProblems *problems)
{
  for (guint i = 0; i < self->remarks->len; i++)
    {
      const BalanceRemark *remark = &g_array_index (self->remarks, BalanceRemark, i);
      BalancePlace place = { .file = file, .sheet = sheet, .row = remark->row, .column = remark->column, .found = remark->found };
      BalanceText message = { NULL, NULL }, remedy = { NULL, NULL };

      balance_text_copy (&message, &remark->message);
      balance_text_copy (&remedy, &remark->remedy);
      balance_problems_add (problems, remark->severity, remark->kind, &place, &message, NULL, &remedy);
    }
}

/* ---- rows below the headers */

static gboolean
is_blank_span (const BalanceSpan *cells,
               guint              n_cells,
               guint              index)
{
  const char *text;
  gsize length;

  if (index >= n_cells)
    return TRUE;
  text = cells[index].text;
  length = cells[index].length;

  return balance_value_trim (&text, &length);
}

/* Does one of the rows of title and headers begin so? */
static gboolean
is_first_text (const BalanceOutline *self,
               const char           *text,
               gsize                 length)
{
  for (guint i = 0; i < self->first_texts->len; i++)
    {
      const char *other = g_ptr_array_index (self->first_texts, i);

      if (length > 0 && *other == *text && strncmp (other, text, length) == 0 && other[length] == '\0')
        return TRUE;
    }

  return FALSE;
}

static gboolean
is_repeated (BalanceOutline    *self,
             const BalanceSpan *cells,
             guint              n_cells,
             const char        *first_text,
             gsize              first_length)
{
  g_autoptr(GString) key = NULL;

  if (!is_first_text (self, first_text, first_length))
    return FALSE;

  key = g_string_new (NULL);
  for (guint i = 0; i < n_cells; i++)
    {
      const char *text = cells[i].text;
      gsize length = cells[i].length;

      if (!balance_value_trim (&text, &length))
        {
          g_string_append_len (key, text, (gssize) length);
          g_string_append_c (key, '\n');
        }
    }

  return g_hash_table_contains (self->repeated, key->str);
}

static gboolean
has_cell (BalanceOutline    *self,
          const BalanceSpan *cells,
          guint              n_cells,
          BalanceIdentity    identity)
{
  int index = self->identity[identity];

  return index >= 0 && (guint) index < self->n_columns && !is_blank_span (cells, n_cells, (guint) index);
}

/* Nearly all rows are data, and nearly all of those have their first cells filled with what no other kind of row
 * begins with: that is looked at first. */
BalanceRowClass
balance_outline_classify (BalanceOutline    *self,
                          const BalanceSpan *cells,
                          guint              n_cells)
{
  static const BalanceIdentity names[] = { BALANCE_ID_SCHOOL_NAME, BALANCE_ID_DISTRICT_NAME, BALANCE_ID_SCHOOL_CODE, BALANCE_ID_DISTRICT_CODE };
  gboolean by_code = self->identity[BALANCE_ID_SCHOOL_CODE] >= 0;
  const char *first_text = NULL;
  gsize first_length = 0;
  guint n = 0, first = 0;

  for (guint i = 0; i < n_cells && n < 4; i++)
    {
      const char *text = cells[i].text;
      gsize length = cells[i].length;

      if (balance_value_trim (&text, &length))
        continue;
      if (n++ == 0)
        {
          first = i;
          first_text = text;
          first_length = length;
        }
    }
  if (n == 0)
    return BALANCE_ROW_DATA;

  /* a row with a code is a school, whatever it is called */
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      int index = self->identity[names[i]];
      const char *text;
      gsize length;

      if (index < 0 || (guint) index >= self->n_columns || (guint) index >= n_cells)
        continue;
      text = cells[index].text;
      length = cells[index].length;
      if (balance_value_trim (&text, &length) || !balance_table_words_is_total (self->words, text, length))
        continue;
      if (!by_code || names[i] == BALANCE_ID_SCHOOL_CODE || !has_cell (self, cells, n_cells, BALANCE_ID_SCHOOL_CODE))
        return BALANCE_ROW_TOTAL;
    }
  if (!has_cell (self, cells, n_cells, BALANCE_ID_SCHOOL_CODE) && balance_table_words_is_total (self->words, first_text, first_length) &&
      (self->identity[BALANCE_ID_SCHOOL_NAME] >= 0 || by_code))
    return BALANCE_ROW_TOTAL;

  if (balance_table_words_is_note (self->words, first_text, first_length) &&
      (n <= 3 || memchr (first_text, ':', first_length) != NULL || g_strstr_len (first_text, (gssize) first_length, "：") != NULL))
    return BALANCE_ROW_NOTE;
  if (self->certain && is_repeated (self, cells, n_cells, first_text, first_length))
    return BALANCE_ROW_REPEATED;
  if (self->certain && n >= 2 && first_length <= 16 && are_codes (self->words, cells, n_cells))
    return BALANCE_ROW_CODES;

  /* a single text that no school column holds heads the rows below it */
  if (self->certain && n == 1 && self->n_columns > 2 && self->kind == BALANCE_OUTLINE_ROWS &&
      (int) first != self->identity[BALANCE_ID_SCHOOL_NAME] && (int) first != self->identity[BALANCE_ID_SCHOOL_CODE] &&
      !is_number (first_text, first_length) &&
      (self->identity[BALANCE_ID_SCHOOL_NAME] >= 0 || by_code))
    return BALANCE_ROW_HEADING;

  return BALANCE_ROW_DATA;
}

gboolean
balance_outline_begins_with_number (const BalanceOutline *self)
{
  for (guint i = 0; self->words->plain[BALANCE_WORDS_NOTE][i] != NULL; i++)
    if (g_ascii_isdigit (self->words->plain[BALANCE_WORDS_NOTE][i][0]))
      return TRUE;
  for (guint i = 0; i < self->first_texts->len; i++)
    {
      const char *text = g_ptr_array_index (self->first_texts, i);

      if (text[strspn (text, "0123456789")] == '\0')
        return TRUE;
    }

  return FALSE;
}

gboolean
balance_outline_is_certainly_data (const BalanceOutline *self,
                                   const char           *first_text,
                                   gsize                 first_length,
                                   const char           *code,
                                   gsize                 code_length)
{
  guint number;
  gboolean lettered;

  return !balance_table_words_may_be_total (self->words, code, code_length) &&
         !balance_table_words_is_note (self->words, first_text, first_length) &&
         !is_first_text (self, first_text, first_length) &&
         (first_length > 16 || (first_length > 1 && is_number (first_text, first_length)) ||
          !is_code (self->words, first_text, first_length, &number, &lettered));
}
