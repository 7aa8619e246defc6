/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "io/balance-csv-numbers-private.h"

G_BEGIN_DECLS

/* Choices are kept up to this length. */
#define BALANCE_CSV_MAX_SHORT 24
#define BALANCE_CSV_N_CHOICES 64

/* The last bytes of a text, zeros in front. */
typedef struct
{
  guint64 first, middle, last;
} BalanceCsvShort;

/* The same few words fill a column of choices. */
typedef struct
{
  BalanceCsvShort text;
  guint32         length;        /* 0: none */
  int             code;
} BalanceCsvChoice;

/* A choice stands in its place or in the one behind. */
typedef struct _BalanceCsvChoices
{
  BalanceCsvChoice known[BALANCE_CSV_N_CHOICES + 1];
} BalanceCsvChoices;

/* The text that ends at `end`, each byte with the bits of `flip` turned. It has at most BALANCE_CSV_MAX_SHORT, and as many can be
 * read before the end. */
static inline BalanceCsvShort
balance_csv_load_short (const char *end,
                        gsize       length,
                        guint8      flip)
{
  static const char mask[2 * BALANCE_CSV_MAX_SHORT] = { [BALANCE_CSV_MAX_SHORT ... 2 * BALANCE_CSV_MAX_SHORT - 1] = (char) 0xff };

  G_STATIC_ASSERT (BALANCE_CSV_MAX_SHORT == sizeof (BalanceCsvShort));

  return (BalanceCsvShort) {
    .first = (balance_csv_load_word (end - 24) ^ BALANCE_CSV_ONES * flip) & balance_csv_load_word (mask + length),
    .middle = (balance_csv_load_word (end - 16) ^ BALANCE_CSV_ONES * flip) & balance_csv_load_word (mask + length + 8),
    .last = (balance_csv_load_word (end - 8) ^ BALANCE_CSV_ONES * flip) & balance_csv_load_word (mask + length + 16),
  };
}

/* Two digits or more, and nothing else? FALSE if there are too many to see at a glance. */
static inline gboolean
balance_csv_are_digits (const char *end,
                        gsize       length)
{
  BalanceCsvShort number;

  if (length - 2 > BALANCE_CSV_MAX_SHORT - 2)
    return FALSE;
  number = balance_csv_load_short (end, length, '0');

  return (balance_csv_find_others (number.first) | balance_csv_find_others (number.middle) | balance_csv_find_others (number.last)) == 0;
}

/* The place in the table of known choices. */
static inline gsize
balance_csv_choices_hash (BalanceCsvShort text,
                          gsize           length)
{
  G_STATIC_ASSERT (BALANCE_CSV_N_CHOICES == 1 << 6);

  return (text.first ^ text.middle ^ text.last ^ length) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15) >> 58;
}

static inline gboolean
balance_csv_choice_is (const BalanceCsvChoice *known,
                       BalanceCsvShort         text,
                       gsize                   length)
{
  return ((known->text.first ^ text.first) | (known->text.middle ^ text.middle) | (known->text.last ^ text.last) | (known->length ^ length)) == 0;
}

/* NULL if it is not known. */
static inline const BalanceCsvChoice *
balance_csv_choices_find_short (const BalanceCsvChoices *self,
                                BalanceCsvShort          text,
                                gsize                    length)
{
  const BalanceCsvChoice *known = &self->known[balance_csv_choices_hash (text, length)];

  return G_LIKELY (balance_csv_choice_is (known, text, length)) || balance_csv_choice_is (++known, text, length) ? known : NULL;
}

/* As many bytes as a choice has at most can be read before the end. */
static inline gboolean
balance_csv_choices_find (const BalanceCsvChoices *self,
                          const char              *end,
                          gsize                    length,
                          gint64                  *code)
{
  const BalanceCsvChoice *known;

  if (G_UNLIKELY (length - 1 >= BALANCE_CSV_MAX_SHORT))
    return FALSE;
  known = balance_csv_choices_find_short (self, balance_csv_load_short (end, length, 0), length);
  if (G_UNLIKELY (known == NULL))
    return FALSE;
  *code = known->code;

  return TRUE;
}

static inline void
balance_csv_choices_keep (BalanceCsvChoices *self,
                          BalanceCsvShort    text,
                          gsize              length,
                          int                code)
{
  BalanceCsvChoice *known = &self->known[balance_csv_choices_hash (text, length)];

  if (known->length != 0 && known[1].length == 0)
    known++;
  *known = (BalanceCsvChoice) { text, (guint32) length, code };
}

G_END_DECLS
