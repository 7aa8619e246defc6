/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <balance/balance.h>

#include "base/balance-text-private.h"

G_BEGIN_DECLS

#define BALANCE_LAYOUT_WIDTH 80

/* How a piece of text is to look where the reader can show it. */
typedef enum
{
  BALANCE_INK_PLAIN,
  BALANCE_INK_STRONG,
  BALANCE_INK_FAINT,
  BALANCE_INK_GOOD,
  BALANCE_INK_BAD,
  BALANCE_INK_DOUBT,
} BalanceInk;

/* Text in lines of at most BALANCE_LAYOUT_WIDTH terminal columns. Control characters that stand in the data
 * never reach the reader's terminal. */
typedef struct
{
  GString         *text;
  BalanceLanguage  language;
  gboolean         colour;
} BalanceLayout;

typedef struct
{
  const char *text;      /* NULL: empty */
  guint       width;
  gboolean    right;     /* aligned to the right edge */
  BalanceInk  ink;
  guint       hang;      /* how far lines after the first are set in */
} BalanceLayoutCell;

void        balance_layout_init      (BalanceLayout           *self,
                                      BalanceLanguage          language,
                                      gboolean                 colour);
/* (transfer full); the layout is spent */
char       *balance_layout_end       (BalanceLayout           *self);
/* the wording of the language of the layout */
const char *balance_layout_word      (BalanceLayout           *self,
                                      const char              *en,
                                      const char              *zh) G_GNUC_FORMAT (2) G_GNUC_FORMAT (3);
void        balance_layout_blank     (BalanceLayout           *self);
/* Wrapped at `indent`; lines after the first at `hang`. */
void        balance_layout_paragraph (BalanceLayout           *self,
                                      guint                    indent,
                                      guint                    hang,
                                      BalanceInk               ink,
                                      const char              *text);
/* One line of any length, made printable; the label is inked. */
void        balance_layout_line      (BalanceLayout           *self,
                                      BalanceInk               ink,
                                      const char              *label,
                                      const char              *text);
/* A line with a rule under it. */
void        balance_layout_heading   (BalanceLayout           *self,
                                      const char              *text);
/* "  label   text", the text wrapped in its own column */
void        balance_layout_labelled  (BalanceLayout           *self,
                                      const char              *label,
                                      BalanceInk               ink,
                                      const char              *text);
/* One row of a table; cells are two columns apart. Text that is too wide for its cell goes on in the next line. */
void        balance_layout_row       (BalanceLayout           *self,
                                      guint                    indent,
                                      const BalanceLayoutCell *cells,
                                      guint                    n_cells);

G_END_DECLS
