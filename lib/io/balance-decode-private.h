/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Leaves the text of a file without its byte order mark. FALSE if it is in an encoding that cannot be read. */
gboolean balance_decode (const char **data,
                         gsize       *length);

G_END_DECLS
