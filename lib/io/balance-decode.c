/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "io/balance-decode-private.h"

#include <string.h>

gboolean
balance_decode (const char **data,
                gsize       *length)
{
  if (*length >= 2 && (memcmp (*data, "\xff\xfe", 2) == 0 || memcmp (*data, "\xfe\xff", 2) == 0))
    return FALSE;

  if (*length >= 3 && memcmp (*data, "\xef\xbb\xbf", 3) == 0)
    {
      *data += 3;
      *length -= 3;
    }

  return TRUE;
}
