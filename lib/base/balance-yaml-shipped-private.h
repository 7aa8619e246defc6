/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The trees of the YAML files that come with the library lie in it, so that no process has to parse them. They stand for a
 * file only where that has the very text that they were made of, by its digest; who edits a file has it parsed.
 *
 * A tree is a stream of its nodes, what a list or mapping holds before it. A record: its kind, line, column, then the length of the
 * text or the number of items, each number in bytes of seven bits, the least first, all but the last with the high bit;
 * then the text and a NUL. This header is all that the compiler of them and the library share. */
typedef enum
{
  BALANCE_YAML_RECORD_PLAIN,
  BALANCE_YAML_RECORD_QUOTED,
  BALANCE_YAML_RECORD_SEQUENCE,
  BALANCE_YAML_RECORD_MAPPING,
} BalanceYamlRecord;

typedef struct
{
  gsize         length;         /* of the text */
  guint8        digest[32];     /* of the text, SHA-256 */
  const guint8 *stream;
  gsize         n_bytes;        /* of the stream */
} BalanceYamlShipped;

/* NULL where this is no text that comes with the library. */
const BalanceYamlShipped *balance_yaml_find_shipped (const char *data,
                                                     gsize       length);

G_END_DECLS
