/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "io/balance-names-private.h"

G_BEGIN_DECLS

typedef enum
{
  BALANCE_DECODE_FINE,
  BALANCE_DECODE_UNKNOWN,       /* no encoding that is known fits */
  BALANCE_DECODE_UNCLEAR,       /* several fit alike */
  BALANCE_DECODE_FAILED,        /* it is in the encoding, but not all of it */
  BALANCE_DECODE_BINARY,        /* no text at all */
} BalanceDecodeResult;

/* The text of a file as UTF-8. */
typedef struct
{
  GBytes              *owner;       /* keeps `text` */
  const char          *text;
  gsize                length;
  const char          *encoding;    /* "UTF-8", "GB18030", … or what was asked for */
  gboolean             guessed;     /* neither asked for nor told by the file */
  BalanceDecodeResult  result;
  gsize                offset;      /* of the byte that does not fit, or the first that is no ASCII or text */
  guint                line;        /* where it stands, from 1 */
} BalanceDecoding;

/* `encoding` (nullable) is taken as given; else the byte order mark tells, then whether it is UTF-8, then which
 * encoding makes headers and common characters of it. With `is_head` the end of the bytes may cut a character.
 * Text that is UTF-8 but for a few bytes stays as it is: the cells that have them will be reported. */
void     balance_decode              (BalanceDecoding *self,
                                      GBytes          *bytes,
                                      const char      *encoding,
                                      gboolean         is_head,
                                      BalanceNames    *names);
/* Does the beginning of a file, of at least 1 MiB, alone tell that all of it is to be taken as UTF-8? */
gboolean balance_decode_is_settled   (GBytes          *head,
                                      const char      *encoding);
void     balance_decoding_clear      (BalanceDecoding *self);
/* Says what went wrong, or as a note what was guessed. */
void     balance_decoding_report     (const BalanceDecoding *self,
                                      const char            *file,
                                      BalanceProblems       *problems);
/* Does iconv know it, and does ASCII stay ASCII or is it UTF-16? */
gboolean balance_encoding_is_known   (const char      *encoding);

G_END_DECLS
