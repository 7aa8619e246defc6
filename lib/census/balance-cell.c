/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "census/balance-view-private.h"

/**
 * BalanceCell:
 *
 * The place in an input that a value came from.
 *
 * Since: 1.0
 */

struct _BalanceCell
{
  GObject  parent_instance;

  char    *file;
  char    *sheet;
  guint    row;
  guint    column;
};

G_DEFINE_FINAL_TYPE (BalanceCell, balance_cell, G_TYPE_OBJECT)

static void
balance_cell_finalize (GObject *object)
{
  BalanceCell *self = (BalanceCell *) object;

  g_free (self->file);
  g_free (self->sheet);

  G_OBJECT_CLASS (balance_cell_parent_class)->finalize (object);
}

static void
balance_cell_class_init (BalanceCellClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_cell_finalize;
}

static void
balance_cell_init (BalanceCell *self)
{
}

BalanceCell *
balance_cell_new (const char *file,
                  const char *sheet,
                  guint       row,
                  guint       column)
{
  BalanceCell *self = g_object_new (BALANCE_TYPE_CELL, NULL);

  self->file = g_strdup (file);
  self->sheet = g_strdup (sheet);
  self->row = row;
  self->column = column;

  return self;
}

/**
 * balance_cell_get_file:
 * @self: a cell
 *
 * Gets the file, as it was named when it was read.
 *
 * Returns: the file
 *
 * Since: 1.0
 */
const char *
balance_cell_get_file (BalanceCell *self)
{
  g_return_val_if_fail (BALANCE_IS_CELL (self), NULL);

  return self->file;
}

/**
 * balance_cell_get_sheet:
 * @self: a cell
 *
 * Gets the sheet of the file.
 *
 * Returns: (nullable): the sheet, or %NULL if the file has no sheets
 *
 * Since: 1.0
 */
const char *
balance_cell_get_sheet (BalanceCell *self)
{
  g_return_val_if_fail (BALANCE_IS_CELL (self), NULL);

  return self->sheet;
}

/**
 * balance_cell_get_row:
 * @self: a cell
 *
 * Gets the row of a sheet or the line of a text file.
 *
 * Returns: the row, from 1
 *
 * Since: 1.0
 */
guint
balance_cell_get_row (BalanceCell *self)
{
  g_return_val_if_fail (BALANCE_IS_CELL (self), 0);

  return self->row;
}

/**
 * balance_cell_get_column:
 * @self: a cell
 *
 * Gets the column.
 *
 * Returns: the column, from 1; 0 if the file has no column for the value
 *
 * Since: 1.0
 */
guint
balance_cell_get_column (BalanceCell *self)
{
  g_return_val_if_fail (BALANCE_IS_CELL (self), 0);

  return self->column;
}

/**
 * balance_cell_to_text:
 * @self: a cell
 *
 * Writes the cell as in a spreadsheet, such as "schools.xlsx!Sheet1!K17";
 * without a column only the row follows.
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
balance_cell_to_text (BalanceCell *self)
{
  char letters[8];
  guint i = sizeof letters - 1;

  g_return_val_if_fail (BALANCE_IS_CELL (self), NULL);

  letters[i] = '\0';
  for (guint n = self->column; n > 0; n = (n - 1) / 26)
    letters[--i] = (char) ('A' + (n - 1) % 26);

  return g_strdup_printf ("%s%s%s!%s%u", self->file,
                          self->sheet != NULL ? "!" : "", self->sheet != NULL ? self->sheet : "",
                          letters + i, self->row);
}
