/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A JSON string with its quotes, or null. What is no UTF-8 is made valid. */
void balance_json_append_string (GString    *text,
                                 const char *value);

G_END_DECLS
