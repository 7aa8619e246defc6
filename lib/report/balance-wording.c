/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include "report/balance-wording-private.h"

BalanceInk
balance_verdict_ink (BalanceVerdict verdict)
{
  switch (verdict)
    {
    case BALANCE_VERDICT_MET:          return BALANCE_INK_GOOD;
    case BALANCE_VERDICT_UNMET:        return BALANCE_INK_BAD;
    case BALANCE_VERDICT_UNDETERMINED: return BALANCE_INK_DOUBT;
    case BALANCE_VERDICT_NOT_APPLICABLE:
    default:                           return BALANCE_INK_FAINT;
    }
}

const char *
balance_verdict_word (BalanceVerdict  verdict,
                      BalanceLanguage language)
{
  gboolean zh = language == BALANCE_LANGUAGE_ZH;

  switch (verdict)
    {
    case BALANCE_VERDICT_MET:          return zh ? "达标" : "met";
    case BALANCE_VERDICT_UNMET:        return zh ? "未达标" : "unmet";
    case BALANCE_VERDICT_UNDETERMINED: return zh ? "无法判定" : "undetermined";
    case BALANCE_VERDICT_NOT_APPLICABLE:
    default:                           return zh ? "不适用" : "not applicable";
    }
}

const char *
balance_level_word (BalanceLevel    level,
                    BalanceLanguage language)
{
  static const char *const words[][2] = {
    { "each stage of each school", "每校每学段" },
    { "each school", "每所学校" },
    { "each stage of the district", "县内每学段" },
    { "the district", "县（市、区）" },
    { "the region", "区域" },
  };

  return words[level][language == BALANCE_LANGUAGE_ZH];
}

const char *
balance_severity_label (BalanceSeverity severity,
                        BalanceLanguage language)
{
  gboolean zh = language == BALANCE_LANGUAGE_ZH;

  switch (severity)
    {
    case BALANCE_SEVERITY_NOTE:    return zh ? "提示：" : "note: ";
    case BALANCE_SEVERITY_WARNING: return zh ? "警告：" : "warning: ";
    case BALANCE_SEVERITY_ERROR:
    default:                       return zh ? "错误：" : "error: ";
    }
}

const char *
balance_comparison_sign (const char *comparison)
{
  if (g_strcmp0 (comparison, "at_least") == 0)
    return "≥";
  if (g_strcmp0 (comparison, "at_most") == 0)
    return "≤";
  if (g_strcmp0 (comparison, "above") == 0)
    return ">";
  if (g_strcmp0 (comparison, "below") == 0)
    return "<";

  return "";
}

static gboolean
is_percent (const char *unit)
{
  return g_strcmp0 (unit, "%") == 0;
}

/* printf would follow the decimal point of the host's locale. */
static char *
format_decimals (double number,
                 int    decimals)
{
  char format[16], buffer[G_ASCII_DTOSTR_BUF_SIZE + 320];

  g_snprintf (format, sizeof format, "%%.%df", CLAMP (decimals, 0, 17));
  g_ascii_formatd (buffer, sizeof buffer, format, number);

  return g_strdup (buffer);
}

char *
balance_number_text (double      number,
                     int         decimals,
                     const char *unit)
{
  g_autofree char *digits = NULL;

  if (isnan (number))
    return g_strdup ("–");

  digits = format_decimals (is_percent (unit) ? 100 * number : number, decimals);

  return is_percent (unit) ? g_strconcat (digits, " %", NULL) : g_steal_pointer (&digits);
}

char *
balance_number_text_beside (double      number,
                            double      limit,
                            int         decimals,
                            const char *unit)
{
  char *text = balance_number_text (number, decimals, unit);

  if (isnan (number) || isnan (limit))
    return text;

  for (int more = decimals + 1; more <= decimals + 9; more++)
    {
      g_autofree char *limit_text = balance_number_text (limit, more - 1, unit);

      if (strcmp (text, limit_text) != 0 || (!(number < limit) && !(number > limit)))
        break;
      g_free (text);
      text = balance_number_text (number, more, unit);
    }

  return text;
}

char *
balance_number_limit_text (double number)
{
  g_autofree char *exact = balance_number_exact (number);
  const char *point = strchr (exact, '.');
  int decimals = point == NULL ? 0 : (int) strlen (point + 1);

  return balance_number_text (number, MAX (decimals, 2), NULL);
}

char *
balance_number_exact (double number)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (isnan (number))
    return g_strdup ("");
  /* most are whole; what is written is the same */
  if (fabs (number) < 1e15 && number >= (double) (gint64) number && number <= (double) (gint64) number && !signbit (number))
    return g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) number);

  for (int digits = 15; digits <= 17; digits++)
    {
      char format[8];
      double back;

      g_snprintf (format, sizeof format, "%%.%dg", digits);
      g_ascii_formatd (buffer, sizeof buffer, format, number);
      back = g_ascii_strtod (buffer, NULL);
      if (!(back < number) && !(back > number))
        break;
    }

  return g_strdup (buffer);
}

char *
balance_finding_dup_plain_value_text (BalanceFinding  *finding,
                                      BalanceLanguage  language)
{
  const char *name = language == BALANCE_LANGUAGE_ZH ? "zh" : "en";
  g_autofree char *value = balance_finding_dup_value_text (finding, name);
  g_autofree char *limit = balance_finding_dup_limit_text (finding, name);

  /* Where the official rounding hides on which side of the limit the value lies, it is not used. */
  if (value != NULL && limit != NULL && (strcmp (value, limit) == 0 || balance_finding_get_rounding_flips (finding)))
    {
      const char *unit = balance_finding_get_unit (finding);
      g_autofree char *number = balance_number_text_beside (balance_finding_get_value (finding), balance_finding_get_limit (finding),
                                                            MAX (0, balance_finding_get_decimals (finding)), unit);
      const char *blank = strchr (value, ' ');

      return blank == NULL || strchr (number, ' ') != NULL ? g_strdup (number) : g_strconcat (number, blank, NULL);
    }

  return g_steal_pointer (&value);
}

char *
balance_finding_dup_comparison_text (BalanceFinding  *finding,
                                     BalanceLanguage  language)
{
  gboolean zh = language == BALANCE_LANGUAGE_ZH;
  g_autofree char *limit = balance_finding_dup_limit_text (finding, zh ? "zh" : "en");
  const char *sign = balance_comparison_sign (balance_finding_get_comparison (finding));
  gboolean met = balance_finding_get_verdict (finding) != BALANCE_VERDICT_UNMET;
  g_autofree char *official = balance_finding_dup_value_text (finding, zh ? "zh" : "en");
  g_autofree char *value = NULL;

  if (limit == NULL || *sign == '\0')
    return g_steal_pointer (&official);

  value = balance_finding_dup_plain_value_text (finding, language);
  if (value == NULL)
    return NULL;
  if (met)
    return g_strdup_printf ("%s %s %s", value, sign, limit);

  return g_strdup_printf (zh ? "%s，要求 %s %s" : "%s, not %s %s", value, sign, limit);
}
