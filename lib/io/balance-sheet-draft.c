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
                   balance_intake_begin_draft (slot->intake, self->form == BALANCE_TABLE_SCHOOLS);

  return self->drafting;
}

/* The section of a drafted school that an item goes to, or BALANCE_NO_ROW. */
static guint32
find_section (const BalanceSheetImport *self,
              BalanceIntake            *from,
              guint32                   row,
              const BalanceSheetItem   *item)
{
  const BalanceField *kind = self->run->dictionary->identity[BALANCE_ID_KIND];
  const guint32 last = g_array_index (from->school_section, guint32, row);
  const BalanceCells *kinds = kind != NULL ? from->tables[BALANCE_LEVEL_SCHOOL].by_field[kind->index] : NULL;

  if (self->form == BALANCE_TABLE_SECTIONS)
    return last - 1;
  if (item->target.stage >= 0)
    return balance_intake_find_section (from, row, (guint) item->target.stage);

  /* of a school of one stage, which its kind tells */
  for (guint i = 0; i < self->n_stages && kinds != NULL && balance_cells_has (kinds, row); i++)
    if (self->kind_stages[(guint) balance_cells_get_raw (kinds, row) * self->n_stages + i])
      return balance_intake_find_section (from, row, i);

  return BALANCE_NO_ROW;
}

/* The value that the row had, or for its district could have had: in a draft no other row gave it another one. */
static void
read_value (const BalanceSheetImport *self,
            BalanceIntake            *from,
            guint32                   row,
            BalanceSheetItem         *item)
{
  const BalanceCells *cells = from->tables[item->level].by_field[item->target.field->index];
  guint32 at = row;

  if (item->level == BALANCE_LEVEL_DISTRICT)
    at = g_array_index (from->school_district, guint32, row);
  else if (item->level == BALANCE_LEVEL_SECTION)
    at = find_section (self, from, row, item);
  if (at == BALANCE_NO_ROW || !balance_cells_get (cells, at, &item->value))
    return;

  item->given = TRUE;
  if (item->target.field->type == BALANCE_FIELD_TEXT)
    item->text = g_ptr_array_index (from->texts, item->value.digits);
}

static void
read_row (BalanceSheetImport *self,
          BalanceIntake      *from,
          guint32             row)
{
  for (guint i = 0; i < self->n_items; i++)
    {
      BalanceSheetItem *item = &self->items[i];

      item->faulty = FALSE;
      item->given = !item->stored;
      item->stage = item->target.stage;
      item->text = "";
      item->value = (BalanceDecimal) { 0, 0 };
      if (item->stored)
        read_value (self, from, row, item);
      else if (item == self->identity[BALANCE_ID_YEAR])
        item->value.digits = from->year;
      else if (item == self->identity[BALANCE_ID_DISTRICT_CODE])
        item->text = balance_intake_get_name (from, BALANCE_LEVEL_DISTRICT, g_array_index (from->school_district, guint32, row));
      else if (item == self->identity[BALANCE_ID_SCHOOL_CODE])
        item->text = balance_intake_get_name (from, BALANCE_LEVEL_SCHOOL, row);
      else
        item->value.digits = g_array_index (from->section_stage, guint8, g_array_index (from->school_section, guint32, row) - 1);
      item->length = strlen (item->text);
    }
}

/* Takes the rows again, into a new intake. */
static void
take_again (BalanceSheetImport *self,
            BalanceSheetSlot   *slot)
{
  g_autoptr(BalanceIntake) from = slot->intake;
  const guint row_before = self->row;
  guint index = 0;

  slot->intake = balance_intake_new (self->run->dictionary, from->year, self->run->sources);
  slot->intake->n_threads = from->n_threads;
  g_ptr_array_find (self->run->intakes, from, &index);
  self->run->intakes->pdata[index] = slot->intake;
  balance_sheet_import_open_cells (self, slot);
  slot->district = BALANCE_NO_ROW;
  memset (slot->districts, 0, sizeof *slot->districts * (slot->n_districts + BALANCE_SHEET_DISTRICT_WAYS));

  for (guint32 row = 0; row < from->tables[BALANCE_LEVEL_SCHOOL].n_rows; row++)
    {
      self->row = from->tables[BALANCE_LEVEL_SCHOOL].seen_line[row];
      read_row (self, from, row);
      balance_sheet_import_take_items (self, slot);
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
