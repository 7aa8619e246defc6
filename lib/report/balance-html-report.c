/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "balance-html-page.h"
#include "base/balance-float-private.h"
#include "census/balance-census-private.h"
#include "report/balance-html-data-private.h"

/* What the page of web/ leaves open. */
#define MARK_LANGUAGE "@language@"
#define MARK_TITLE "@title@"
#define MARK_DATA "@data@"

static gboolean
write_text (GOutputStream  *stream,
            const char     *text,
            gsize           length,
            GCancellable   *cancellable,
            GError        **error)
{
  return g_output_stream_write_all (stream, text, length, NULL, cancellable, error);
}

/* The page up to a mark; `page` goes on after it. */
static gboolean
write_until (const char    **page,
             gsize          *length,
             const char     *mark,
             GOutputStream  *stream,
             GCancellable   *cancellable,
             GError        **error)
{
  const char *found = g_strstr_len (*page, (gssize) *length, mark);
  gsize before;

  g_assert (found != NULL);
  before = (gsize) (found - *page);
  if (!write_text (stream, *page, before, cancellable, error))
    return FALSE;
  *page = found + strlen (mark);
  *length -= before + strlen (mark);

  return TRUE;
}

/* What a browser shows as the name of the tab and proposes as the name of a file. */
static char *
dup_title (BalanceReport *report)
{
  BalanceFacts *facts = balance_evaluation_get_census (report->evaluation)->facts;
  BalanceStandard *standard = balance_evaluation_get_standard (report->evaluation);
  const char *name = facts->districts.n_rows == 1 ? facts->district_names[0] : NULL;
  g_autofree char *title = NULL, *valid = NULL;

  for (guint i = 0; report->district != NULL && i < facts->districts.n_rows; i++)
    if (g_str_equal (facts->district_codes[i], report->district))
      name = *facts->district_names[i] == '\0' ? facts->district_codes[i] : facts->district_names[i];
  title = g_strconcat (name == NULL ? "" : name, name == NULL || *name == '\0' ? "" : " · ",
                       balance_standard_get_title (standard, balance_report_get_language (report)), NULL);
  valid = g_utf8_make_valid (title, -1);

  return g_markup_escape_text (valid, -1);
}

/**
 * balance_report_write_html:
 * @self: a report
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes the report as one HTML document that needs no other file and no
 * network: the verdict and its reasons, the schools by indicator, the
 * coefficients of variation beside their limits, the requirements, the
 * problems of the data, and the explanation of each down to the cell. It is
 * in both languages; the language of the report is the one shown first.
 *
 * Up to 600 school stages every result is explained, above it those that
 * are not met. Of several districts those with up to 600 school stages
 * together are shown in full, else the one that the report names; the others
 * take one line each.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_report_write_html (BalanceReport  *self,
                           GOutputStream  *stream,
                           GCancellable   *cancellable,
                           GError        **error)
{
  BALANCE_FLOAT_DEFAULT;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *title = NULL;
  const char *page, *language;
  gsize length;

  g_return_val_if_fail (BALANCE_IS_REPORT (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  bytes = g_resource_lookup_data (balance_html_page_get_resource (), "/balance/report.html", G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  if (bytes == NULL)
    return FALSE;

  page = g_bytes_get_data (bytes, &length);
  language = balance_report_get_language (self);
  title = dup_title (self);

  return write_until (&page, &length, MARK_LANGUAGE, stream, cancellable, error) &&
         write_text (stream, language, strlen (language), cancellable, error) &&
         write_until (&page, &length, MARK_TITLE, stream, cancellable, error) &&
         write_text (stream, title, strlen (title), cancellable, error) &&
         write_until (&page, &length, MARK_DATA, stream, cancellable, error) &&
         balance_html_data_write (self, stream, cancellable, error) &&
         write_text (stream, page, length, cancellable, error);
}
