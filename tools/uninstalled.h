/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* To be called first in main(). Lets the tool find rule packs and dictionary while it lies in its build directory. */
void balance_tool_find_uninstalled_data (void);
