/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Every text that a person reads exists in two languages; which one is shown
 * is an argument of the function that shows it, never a global setting. */
typedef enum
{
  BALANCE_LANGUAGE_EN,
  BALANCE_LANGUAGE_ZH,
} BalanceLanguage;

typedef struct
{
  char *zh;
  char *en;
} BalanceText;

/* "zh", "zh_CN.UTF-8", "zh-Hans" -> ZH; NULL, "en", anything else -> EN */
BalanceLanguage balance_language_parse (const char        *language);

void            balance_text_clear     (BalanceText       *text);
void            balance_text_set       (BalanceText       *text,
                                        const char        *en,
                                        const char        *zh);
void            balance_text_copy      (BalanceText       *dest,
                                        const BalanceText *src);
/* The wanted language, or the other one where it is missing, or "". */
const char     *balance_text_get       (const BalanceText *text,
                                        BalanceLanguage    language);
/* Both formats take the same arguments; the Chinese one may reorder them (%2$s). */
void            balance_text_printf    (BalanceText       *text,
                                        const char        *en,
                                        const char        *zh,
                                        ...) G_GNUC_PRINTF (2, 4);

/* Valid UTF-8 without NUL. */
gboolean        balance_text_is_valid  (const char        *text,
                                        gsize              length);

/* (transfer full) Names in files are typed by people: width of letters and brackets, case and blanks do not tell them apart. For valid
 * UTF-8. */
char           *balance_text_fold      (const char        *text);

/* Columns that a character or a UTF-8 text takes on a terminal: East Asian wide characters take two. */
guint           balance_character_width (gunichar          c);
guint           balance_text_width     (const char        *text);

G_END_DECLS
