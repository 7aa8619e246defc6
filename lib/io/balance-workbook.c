/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "io/balance-workbook-private.h"

#include "base/balance-helper-private.h"
#include "io/balance-sheet-protocol-private.h"

#include <string.h>

#define HELPER "balance-sheet"

/* Of the helper: GDAL and what it links take some hundred megabytes of addresses, and the parts of a workbook are
 * read as streams. A workbook of twelve million cells takes less than half of the time. */
static const BalanceHelperLimits limits = {
  .max_memory = G_GUINT64_CONSTANT (3) << 30,
  .max_seconds = 120,
  .max_output = (guint64) BALANCE_SHEET_MAX_TEXT + (guint64) BALANCE_SHEET_MAX_CELLS * 5,
};

/* Header of a dBASE table: a version that is no printable character, a date, and sizes that fit each other. Text
 * begins otherwise. */
static gboolean
is_dbf (const guchar *data,
        gsize         length)
{
  static const guchar versions[] = { 0x02, 0x03, 0x30, 0x31, 0x43, 0x63, 0x83, 0x8b, 0xcb, 0xf5, 0xfb };
  guint header, record;

  if (length < 33 || memchr (versions, data[0], sizeof versions) == NULL)
    return FALSE;

  header = data[8] + 256u * data[9];
  record = data[10] + 256u * data[11];

  return data[2] <= 12 && data[3] <= 31 && header >= 33 && record >= 1 && memchr (data, '\0', 12) != NULL;
}

/* Tables that are web pages or XML under the name of a workbook, as many programs export them. No CSV file begins
 * so; the helper says what they are. */
static gboolean
is_markup (const char *data,
           gsize       length)
{
  static const char *const beginnings[] = { "<html", "<!doctype", "<table", "<?xml", "<meta" };

  if (length >= 3 && memcmp (data, "\357\273\277", 3) == 0)
    {
      data += 3;
      length -= 3;
    }
  while (length > 0 && g_ascii_isspace (*data))
    {
      data++;
      length--;
    }
  for (guint i = 0; i < G_N_ELEMENTS (beginnings); i++)
    {
      gsize n = strlen (beginnings[i]);

      if (length >= n && g_ascii_strncasecmp (data, beginnings[i], n) == 0)
        return TRUE;
    }

  return FALSE;
}

gboolean
balance_workbook_recognise (const char *data,
                            gsize       length)
{
  static const struct
  {
    const char *bytes;
    gsize       length;
  } containers[] = {
    { "PK\003\004", 4 },
    { "PK\005\006", 4 },                              /* a ZIP container without content */
    { "\320\317\021\340\241\261\032\341", 8 },        /* OLE */
  };

  for (guint i = 0; i < G_N_ELEMENTS (containers); i++)
    if (length >= containers[i].length && memcmp (data, containers[i].bytes, containers[i].length) == 0)
      return TRUE;

  return is_dbf ((const guchar *) data, length) || is_markup (data, length);
}

static void
report_helper (BalanceProblems *problems,
               const char      *name,
               const GError    *error)
{
  BalancePlace place = { .file = name };
  BalanceText message = { NULL, NULL };
  BalanceText remedy = { NULL, NULL };
  gboolean missing = g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_HELPER_MISSING);

  if (missing)
    {
      balance_helper_explain_missing (HELPER, &message, &remedy);
    }
  else
    {
      balance_text_printf (&message, "the workbook cannot be read (%s)", "无法读取工作簿（%s）", error->message);
      balance_text_set (&remedy,
                        "save the workbook under another name and try again, or save the sheet as CSV UTF-8",
                        "请将工作簿另存后重试，或把工作表另存为“CSV UTF-8”");
    }
  balance_problems_add (problems, BALANCE_SEVERITY_ERROR, missing ? "missing-helper" : "workbook-unread", &place,
                        &message, NULL, &remedy);
}

BalanceWorkbook *
balance_workbook_read (GBytes           *bytes,
                       const char       *name,
                       BalanceProblems  *problems,
                       GCancellable     *cancellable,
                       GError          **error)
{
  g_autoptr(GError) local = NULL;
  g_autoptr(GBytes) answer = balance_helper_run (HELPER, NULL, bytes, &limits, cancellable, &local);

  if (answer != NULL)
    return balance_workbook_parse (answer, name, problems);

  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_steal_pointer (&local));
  else
    report_helper (problems, name, local);

  return NULL;
}
