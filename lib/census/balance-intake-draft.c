/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The records of a draft: how wide they are, and how the columns of a block become some. */

#include "base/balance-decimal-private.h"
#include "base/balance-memory-private.h"
#include "census/balance-intake-draft-private.h"

/* So many columns of sections are a band: mostly less than a line of the cache. */
#define COLUMNS_OF_BAND 25

#define WORD sizeof (guint64)

#define RECORDS_AT_ONCE 256

/* The first values of a column hardly ever are the greatest: others may be so many times greater before blocks have to be made
 * anew. */
#define ROOM 8

#define MIN_PIECE (1 << 16)
#define MAX_PIECE (4 * BALANCE_HUGE_PAGE)

static void
layout_free (gpointer data)
{
  BalanceDraftLayout *self = data;

  g_free (self->sizes);
  g_free (self->places);
  g_free (self);
}

static void
block_free (gpointer data)
{
  BalanceDraftBlock *self = data;

  g_free (self->bands);
  g_free (self->districts);
  g_free (self);
}

static void
memory_clear (gpointer data)
{
  BalanceDraftMemory *self = data;

  g_clear_pointer (&self->pieces, g_ptr_array_unref);
}

/* Each piece is as large as all before it, up to some large pages. */
static guint8 *
memory_get (BalanceDraftMemory *self,
            gsize               size)
{
  guint8 *memory;

  /* a band without any value is somewhere as well */
  size = MAX (size, 1);
  if (size > self->n_piece)
    {
      const gsize least = CLAMP (self->size, MIN_PIECE, MAX_PIECE);

      if (self->pieces == NULL)
        self->pieces = g_ptr_array_new_with_free_func (g_aligned_free);
      self->n_piece = MAX (size, least);
      self->piece = g_aligned_alloc (1, self->n_piece, self->n_piece >= BALANCE_HUGE_PAGE ? BALANCE_HUGE_PAGE : BALANCE_DRAFT_LINE_SIZE);
      balance_memory_prefer_huge (self->piece, self->n_piece);
      self->size += self->n_piece;
      g_ptr_array_add (self->pieces, self->piece);
    }
  memory = self->piece;
  size = (size + BALANCE_DRAFT_LINE_SIZE - 1) / BALANCE_DRAFT_LINE_SIZE * BALANCE_DRAFT_LINE_SIZE;
  size = MIN (size, self->n_piece);
  self->piece += size;
  self->n_piece -= size;

  return memory;
}

void
balance_intake_draft_forget (BalanceIntakeDraft *self,
                             guint               band)
{
  memory_clear (&g_array_index (self->memories, BalanceDraftMemory, band));
}

void
balance_intake_draft_free (BalanceIntakeDraft *self)
{
  g_array_unref (self->memories);
  g_array_unref (self->columns);
  g_ptr_array_unref (self->blocks);
  g_ptr_array_unref (self->layouts);
  g_free (self->bounds);
  g_free (self);
}

gboolean
balance_intake_begin_draft (BalanceIntake *self,
                            guint          source,
                            gboolean       once)
{
  if (self->skipped)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (self->tables); i++)
    if (self->tables[i].n_rows > 0)
      return FALSE;

  self->draft = g_new0 (BalanceIntakeDraft, 1);
  self->draft->once = once;
  self->draft->source = source;
  self->draft->columns = g_array_new (FALSE, FALSE, sizeof (BalanceDraftColumn));
  self->draft->n_bands = 1;
  self->draft->memories = g_array_new (FALSE, TRUE, sizeof (BalanceDraftMemory));
  g_array_set_clear_func (self->draft->memories, memory_clear);
  self->draft->layouts = g_ptr_array_new_with_free_func (layout_free);
  self->draft->blocks = g_ptr_array_new_with_free_func (block_free);

  return TRUE;
}

void
balance_intake_add_draft_column (BalanceIntake *self,
                                 BalanceCells  *cells,
                                 BalanceLevel   level,
                                 int            stage,
                                 gboolean       has_texts)
{
  BalanceIntakeDraft *draft = self->draft;
  BalanceDraftColumn column = { cells, level, stage, has_texts, 0 };
  guint n = 0;

  for (guint i = 0; i < draft->columns->len; i++)
    n += g_array_index (draft->columns, BalanceDraftColumn, i).level == BALANCE_LEVEL_SECTION;
  if (level == BALANCE_LEVEL_SECTION)
    column.band = 1 + n / COLUMNS_OF_BAND;
  draft->n_bands = MAX (draft->n_bands, column.band + 1);
  g_array_append_val (draft->columns, column);
}

/* ---- layouts */

static guint8
choose_width (guint64 bound)
{
  return bound <= G_MAXINT8 ? 1 : bound <= G_MAXINT16 ? 2 : bound <= G_MAXINT32 ? 4 : 8;
}

/* Of numbers that are not above the bound so far. */
static guint8
leave_room (const BalanceField *field,
            guint64             bound)
{
  const guint8 width = choose_width (bound);

  /* of others the greatest is soon known */
  if (width >= 4 || field->type == BALANCE_FIELD_CHOICE || field->type == BALANCE_FIELD_TEXT)
    return width;

  return choose_width (bound * ROOM);
}

gboolean
balance_draft_rescale_bound (guint64 *bound,
                             guint    from,
                             guint    to)
{
  return to == from || (!__builtin_mul_overflow (*bound, (guint64) balance_power_of_ten (to - from), bound) && *bound <= G_MAXINT64);
}

/* What comes to stand where, once the widths and the size of codes are known. */
static void
lay_out (const BalanceIntakeDraft *draft,
         BalanceDraftLayout       *layout)
{
  memset (layout->sizes, 0, draft->n_bands * sizeof *layout->sizes);
  layout->sizes[0] = layout->code_size + BALANCE_DRAFT_HEAD_SIZE;
  for (guint i = 0; i < draft->columns->len; i++)
    {
      guint *size = &layout->sizes[g_array_index (draft->columns, BalanceDraftColumn, i).band];

      layout->places[i].offset = *size;
      *size += layout->places[i].width;
    }
  for (guint i = 0; i < draft->n_bands; i++)
    layout->sizes[i] = (layout->sizes[i] + 3) / 4 * 4;
}

static const BalanceDraftLayout *
get_layout (const BalanceIntakeDraft *draft)
{
  return draft->layouts->len > 0 ? g_ptr_array_index (draft->layouts, draft->layouts->len - 1) : NULL;
}

/* The last layout, or a new one if that cannot hold the block as well; NULL if none can. Tells which columns have values below zero. */
static const BalanceDraftLayout *
take_layout (BalanceIntakeDraft       *draft,
             guint                     n_rows,
             const BalanceDraftValues *values,
             gsize                     code_length,
             gboolean                 *negative)
{
  const guint n = draft->columns->len;
  const BalanceDraftLayout *known = get_layout (draft);
  g_autofree guint64 *bounds = g_new0 (guint64, n + 1);
  g_autofree BalanceDraftPlace *places = g_new0 (BalanceDraftPlace, n + 1);
  const guint code_size = (guint) MAX ((code_length + WORD) / WORD * WORD, known != NULL ? known->code_size : 2 * WORD);
  gboolean same = known != NULL && code_size == known->code_size;
  BalanceDraftLayout *layout;

  for (guint i = 0; i < n; i++)
    {
      guint64 bound = balance_draft_find_bound (values[i].digits, n_rows, &negative[i]);

      if (known != NULL)
        {
          places[i] = known->places[i];
          bounds[i] = draft->bounds[i];
        }
      if (bound == G_MAXUINT64)
        continue;
      if (places[i].width == 0)
        places[i].scale = (guint8) values[i].scale;
      if (values[i].scale > places[i].scale)
        {
          if (!balance_draft_rescale_bound (&bounds[i], places[i].scale, values[i].scale))
            return NULL;
          places[i].scale = (guint8) values[i].scale;
        }
      if (!balance_draft_rescale_bound (&bound, values[i].scale, places[i].scale))
        return NULL;
      bounds[i] = MAX (bounds[i], bound);
      if (places[i].width == 0 || choose_width (bounds[i]) > places[i].width)
        places[i].width = leave_room (g_array_index (draft->columns, BalanceDraftColumn, i).cells->field, bounds[i]);
      same = same && places[i].width == known->places[i].width && places[i].scale == known->places[i].scale;
    }
  g_free (draft->bounds);
  draft->bounds = g_steal_pointer (&bounds);
  if (same)
    return known;

  layout = g_new0 (BalanceDraftLayout, 1);
  layout->code_size = code_size;
  layout->sizes = g_new (guint, draft->n_bands);
  layout->places = g_steal_pointer (&places);
  lay_out (draft, layout);
  g_ptr_array_add (draft->layouts, layout);

  return layout;
}

static void
make_bands (BalanceIntakeDraft       *draft,
            BalanceDraftBlock        *block,
            const BalanceDraftLayout *layout)
{
  block->layout = layout;
  block->bands = g_new0 (guint8 *, draft->n_bands);
  for (guint i = 0; i < draft->n_bands; i++)
    block->bands[i] = memory_get (&g_array_index (draft->memories, BalanceDraftMemory, i), (gsize) block->n_rows * layout->sizes[i]);
}

BalanceDraftBlock *
balance_intake_add_draft_block (BalanceIntake            *self,
                                guint                     n_rows,
                                guint32                  *districts,
                                const BalanceDraftValues *values,
                                gsize                     code_length,
                                gsize                     texts_size)
{
  BalanceIntakeDraft *draft = self->draft;
  const guint n_most = MAX (draft->n_most, n_rows);
  g_autofree gboolean *negative = g_new (gboolean, draft->columns->len + 1);
  const BalanceDraftLayout *layout;
  BalanceDraftBlock *block;

  /* a number for each record, and one for each of its sections */
  if (code_length > BALANCE_DRAFT_MAX_CODE || texts_size > G_MAXINT32 ||
      (guint64) (draft->blocks->len + 1) << g_bit_storage (n_most) > (guint64) 1 << 32 ||
      ((guint64) draft->n_rows + n_rows) * (self->n_stages + 1) > G_MAXINT32)
    return NULL;
  g_array_set_size (draft->memories, draft->n_bands);
  layout = take_layout (draft, n_rows, values, code_length, negative);
  if (layout == NULL)
    return NULL;

  block = g_new0 (BalanceDraftBlock, 1);
  block->n_rows = n_rows;
  block->districts = districts;
  block->texts = texts_size > 0 ? balance_intake_get_text_memory (self, texts_size + BALANCE_DRAFT_SLACK) : NULL;
  make_bands (draft, block, layout);
  /* some records with all their columns, so that these stay in the first cache */
  for (guint row = 0; row < n_rows; row += RECORDS_AT_ONCE)
    for (guint i = 0; i < draft->columns->len; i++)
      {
        const guint band = g_array_index (draft->columns, BalanceDraftColumn, i).band, size = layout->sizes[band];

        balance_draft_put_values (block->bands[band] + (gsize) row * size, size, &layout->places[i], values[i].digits + row,
                                  values[i].scale, negative[i], MIN (RECORDS_AT_ONCE, n_rows - row));
      }
  draft->n_rows += n_rows;
  draft->n_most = n_most;
  g_ptr_array_add (draft->blocks, block);

  return block;
}

static void
align_block (BalanceIntakeDraft *draft,
             BalanceDraftBlock  *block)
{
  const BalanceDraftLayout *from = block->layout, *to = get_layout (draft);
  g_autofree gint64 *digits = g_new (gint64, block->n_rows + 1);
  guint8 **bands = block->bands;

  make_bands (draft, block, to);
  for (guint row = 0; row < block->n_rows; row++)
    {
      const guint8 *head = bands[0] + (gsize) row * from->sizes[0];

      balance_draft_set_head (block, row, (const char *) head, from->code_size, from->code_size, balance_draft_get_line (from, head),
                              balance_draft_get_stages (from, head), balance_draft_get_only (from, head));
    }
  for (guint i = 0; i < draft->columns->len; i++)
    {
      const guint band = g_array_index (draft->columns, BalanceDraftColumn, i).band;

      for (guint row = 0; row < block->n_rows; row++)
        digits[row] = balance_draft_get_value (&from->places[i], bands[band] + (gsize) row * from->sizes[band]);
      balance_draft_put_values (block->bands[band], to->sizes[band], &to->places[i], digits, from->places[i].scale, TRUE, block->n_rows);
    }
  g_free (bands);
}

void
balance_intake_align_draft (BalanceIntake *self)
{
  BalanceIntakeDraft *draft = self->draft;

  for (guint i = 0; i < draft->blocks->len; i++)
    {
      BalanceDraftBlock *block = g_ptr_array_index (draft->blocks, i);

      if (block->layout != get_layout (draft))
        align_block (draft, block);
    }
}
