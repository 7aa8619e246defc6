/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/balance-yaml-shipped-private.h"

#include <nettle/sha2.h>
#include <string.h>

/* not there where the library is built for another machine */
#if __has_include ("base/balance-yaml-shipped-trees.h")
# include "base/balance-yaml-shipped-trees.h"
#else
static const BalanceYamlShipped shipped[] = { { .length = 0 } };
#endif

const BalanceYamlShipped *
balance_yaml_find_shipped (const char *data,
                           gsize       length)
{
  struct sha256_ctx context;
  guint8 digest[SHA256_DIGEST_SIZE];
  gboolean known = FALSE;

  /* hardly any other file is as long, and is digested for nothing */
  for (guint i = 0; i < G_N_ELEMENTS (shipped); i++)
    known = known || shipped[i].length == length;
  if (!known || length == 0)
    return NULL;

  sha256_init (&context);
  sha256_update (&context, length, (const guint8 *) data);
  sha256_digest (&context, sizeof digest, digest);
  for (guint i = 0; i < G_N_ELEMENTS (shipped); i++)
    if (shipped[i].length == length && memcmp (shipped[i].digest, digest, sizeof digest) == 0)
      return &shipped[i];

  return NULL;
}
