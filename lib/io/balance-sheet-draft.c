/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What becomes of the rows that a table put into a draft of its year: mostly they only have to be joined. Where something is to
 * be said about one of them, all are taken again, one by one, as if nobody had drafted them. */

#include "census/balance-intake-draft-private.h"
#include "io/balance-sheet-rows-private.h"

#include <string.h>

/* Two columns for the same values: which of them a value is from does not show afterwards. */
static gboolean
has_rivals (const BalanceSheetImport *self)
{
  for (guint i = 0; i < self->n_items; i++)
    for (guint j = 0; j < i; j++)
      if (self->items[i].target.field == self->items[j].target.field &&
          (self->items[i].target.stage == self->items[j].target.stage || self->items[i].target.stage < 0 || self->items[j].target.stage < 0))
        return TRUE;

  return FALSE;
}

gboolean
balance_sheet_import_begin_draft (BalanceSheetImport *self,
                                  BalanceSheetSlot   *slot)
{
  if (self->drafted)
    return self->drafting;

  self->drafted = TRUE;
  self->drafting = self->slots->len == 1 && !has_rivals (self) &&
                   balance_intake_begin_draft (slot->intake, self->source, self->form == BALANCE_TABLE_SCHOOLS);

  return self->drafting;
}

/* A record that becomes a row again. */
typedef struct
{
  BalanceIntake           *from;
  const BalanceDraftBlock *block;
  guint                    row;
} Record;

static const guint8 *
get_band (const Record *record,
          guint         band)
{
  return record->block->bands[band] + (gsize) record->row * record->block->layout->sizes[band];
}

/* The value that the row had, or for its district could have had: in a draft no other row gave it another one. `column` is that
 * of the record. */
static void
read_value (const Record     *record,
            BalanceSheetItem *item,
            guint             column)
{
  const char *texts = NULL;

  if (item->level == BALANCE_LEVEL_DISTRICT)
    {
      const BalanceCells *cells = record->from->tables[BALANCE_LEVEL_DISTRICT].by_field[item->target.field->index];

      item->given = balance_cells_get (cells, record->block->districts[record->row], &item->value);
    }
  else
    {
      const BalanceDraftColumn *drafted = &g_array_index (record->from->draft->columns, BalanceDraftColumn, column);
      const BalanceDraftPlace *place = &record->block->layout->places[column];

      item->value.digits = balance_draft_get_value (place, get_band (record, drafted->band));
      item->value.scale = place->scale;
      item->given = item->value.digits != G_MININT64;
      if (item->given)
        balance_decimal_normalize (&item->value);
      texts = drafted->has_texts ? record->block->texts : NULL;
    }
  if (item->given && item->target.field->type == BALANCE_FIELD_TEXT)
    item->text = texts != NULL ? texts + item->value.digits : g_ptr_array_index (record->from->texts, item->value.digits);
}

static void
read_row (BalanceSheetImport *self,
          const Record       *record)
{
  const BalanceDraftLayout *layout = record->block->layout;
  const guint8 *head = get_band (record, 0);
  guint column = 0;

  self->row = balance_draft_get_line (layout, head);
  for (guint i = 0; i < self->n_items; i++)
    {
      BalanceSheetItem *item = &self->items[i];

      item->faulty = FALSE;
      item->given = !item->stored;
      item->stage = item->target.stage;
      item->text = "";
      item->value = (BalanceDecimal) { 0, 0 };
      if (item->stored)
        read_value (record, item, column);
      else if (item == self->identity[BALANCE_ID_YEAR])
        item->value.digits = record->from->year;
      else if (item == self->identity[BALANCE_ID_DISTRICT_CODE])
        item->text = balance_intake_get_name (record->from, BALANCE_LEVEL_DISTRICT, record->block->districts[record->row]);
      else if (item == self->identity[BALANCE_ID_SCHOOL_CODE])
        item->text = (const char *) head;
      else
        item->value.digits = __builtin_ctz (balance_draft_get_stages (layout, head));
      item->length = strlen (item->text);
      column += balance_sheet_item_is_drafted (item);
    }
}

/* Takes the rows again, into a new intake. */
static void
take_again (BalanceSheetImport *self,
            BalanceSheetSlot   *slot)
{
  g_autoptr(BalanceIntake) from = slot->intake;
  const guint row_before = self->row;
  const GPtrArray *blocks = from->draft->blocks;
  guint index = 0;

  slot->intake = balance_intake_new (self->run->dictionary, from->year, self->run->sources);
  slot->intake->n_threads = from->n_threads;
  g_ptr_array_find (self->run->intakes, from, &index);
  self->run->intakes->pdata[index] = slot->intake;
  balance_sheet_import_open_cells (self, slot);
  slot->district = BALANCE_NO_ROW;
  memset (slot->districts, 0, sizeof *slot->districts * (slot->n_districts + BALANCE_SHEET_DISTRICT_WAYS));

  for (guint i = 0; i < blocks->len; i++)
    {
      Record record = { from, g_ptr_array_index (blocks, i), 0 };

      for (; record.row < record.block->n_rows; record.row++)
        {
          read_row (self, &record);
          balance_sheet_import_take_items (self, slot);
        }
    }
  self->row = row_before;
}

void
balance_sheet_import_settle (BalanceSheetImport *self)
{
  if (!self->drafting)
    return;

  self->drafting = FALSE;
  if (!balance_intake_settle (self->last_slot->intake))
    take_again (self, self->last_slot);
}
