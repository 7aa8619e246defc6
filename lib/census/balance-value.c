/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "census/balance-value-private.h"

#include <string.h>

#define FIRST_YEAR 1800
#define LAST_YEAR  2999

/* Longer numbers have too many digits anyway. */
#define MAX_CLEAN  60

static gsize
leading_blank (const char *text,
               gsize       length)
{
  const guchar *s = (const guchar *) text;

  if (length >= 1 && (s[0] == ' ' || (s[0] >= '\t' && s[0] <= '\r')))
    return 1;
  if (length >= 2 && s[0] == 0xc2 && s[1] == 0xa0)
    return 2;
  if (length >= 3 && s[0] == 0xe3 && s[1] == 0x80 && s[2] == 0x80)
    return 3;

  return 0;
}

static gsize
trailing_blank (const char *text,
                gsize       length)
{
  const guchar *end = (const guchar *) text + length;

  if (length >= 1 && (end[-1] == ' ' || (end[-1] >= '\t' && end[-1] <= '\r')))
    return 1;
  if (length >= 2 && end[-2] == 0xc2 && end[-1] == 0xa0)
    return 2;
  if (length >= 3 && end[-3] == 0xe3 && end[-2] == 0x80 && end[-1] == 0x80)
    return 3;

  return 0;
}

gboolean
balance_value_trim (const char **text,
                    gsize       *length)
{
  gsize n;

  while ((n = leading_blank (*text, *length)) > 0)
    {
      *text += n;
      *length -= n;
    }
  while ((n = trailing_blank (*text, *length)) > 0)
    *length -= n;

  return *length == 0;
}

gboolean
balance_field_is_shared (BalanceField *field)
{
  return field->level == BALANCE_LEVEL_SCHOOL &&
         (field->type == BALANCE_FIELD_COUNT || field->type == BALANCE_FIELD_AMOUNT);
}

int
balance_decimal_compare (const BalanceDecimal *a,
                         const BalanceDecimal *b)
{
  /* 19 digits times 10^18 at most */
  __int128 x = a->digits, y = b->digits;

  if (a->scale < b->scale)
    x *= balance_power_of_ten (b->scale - a->scale);
  else if (b->scale < a->scale)
    y *= balance_power_of_ten (a->scale - b->scale);

  return (x > y) - (x < y);
}

BalanceFault
balance_value_check (BalanceField   *field,
                     BalanceDecimal *value)
{
  balance_decimal_normalize (value);

  if (field->type == BALANCE_FIELD_COUNT && value->scale > 0)
    return BALANCE_FAULT_NOT_WHOLE;

  if (field->has_min)
    {
      if (balance_decimal_compare (value, &field->min) < 0)
        return value->digits < 0 && field->min.digits == 0 ? BALANCE_FAULT_NEGATIVE : BALANCE_FAULT_OUT_OF_BOUNDS;
    }
  else if (value->digits < 0 &&
           (field->type == BALANCE_FIELD_COUNT || field->type == BALANCE_FIELD_AMOUNT || field->type == BALANCE_FIELD_SHARE))
    {
      return BALANCE_FAULT_NEGATIVE;
    }

  if (field->has_max)
    {
      if (balance_decimal_compare (value, &field->max) > 0)
        return BALANCE_FAULT_OUT_OF_BOUNDS;
    }
  else if (field->type == BALANCE_FIELD_SHARE)
    {
      const BalanceDecimal one = { 1, 0 };

      if (balance_decimal_compare (value, &one) > 0)
        return BALANCE_FAULT_OUT_OF_BOUNDS;
    }

  return BALANCE_FAULT_NONE;
}

/* Nearly every cell of a large file is a short plain number. */
static inline gboolean
parse_plain (const char     *text,
             gsize           length,
             BalanceDecimal *value)
{
  guint64 digits = 0;
  gsize point = length;

  if (length == 0 || length > 18)
    return FALSE;

  for (gsize i = 0; i < length; i++)
    {
      guint digit = (guint) (guchar) text[i] - '0';

      if (digit <= 9)
        digits = digits * 10 + digit;
      else if (text[i] == '.' && point == length && i > 0 && i + 1 < length)
        point = i;
      else
        return FALSE;
    }

  value->digits = (gint64) digits;
  value->scale = point == length ? 0 : (guint) (length - point - 1);

  return TRUE;
}

static gsize
count_digits (const char *text,
              gsize       length)
{
  gsize n = 0;

  while (n < length && g_ascii_isdigit (text[n]))
    n++;

  return n;
}

/* A number that is only too long deserves another answer than a text: 12345678901234567890, 1e99, but no date. */
static gboolean
looks_like_number (const char *text,
                   gsize       length)
{
  gsize at = length > 0 && (*text == '+' || *text == '-'), n = count_digits (text + at, length - at), n_digits = n;

  at += n;
  if (at < length && text[at] == '.')
    {
      n = count_digits (text + at + 1, length - at - 1);
      n_digits += n;
      at += n + 1;
    }
  if (n_digits > 0 && at + 1 < length && (text[at] == 'e' || text[at] == 'E'))
    {
      at += 1 + (text[at + 1] == '+' || text[at + 1] == '-');
      n = count_digits (text + at, length - at);
      if (n == 0)
        return FALSE;
      at += n;
    }

  return n_digits > 0 && at == length && length > 3;
}

static BalanceFault
parse_number (BalanceField         *field,
              const char           *text,
              gsize                 length,
              const BalanceDecimal *factor,
              BalanceDecimal       *value)
{
  guint percent = 0;

  if (field->type == BALANCE_FIELD_SHARE)
    {
      if (length > 1 && text[length - 1] == '%')
        percent = 1;
      else if (length > 3 && memcmp (text + length - 3, "％", 3) == 0)
        percent = 3;

      if (percent > 0)
        {
          length -= percent;
          balance_value_trim (&text, &length);
          factor = NULL;
        }
    }

  if (!parse_plain (text, length, value) &&
      !balance_decimal_parse (text, (gssize) length, value))
    return looks_like_number (text, length) ? BALANCE_FAULT_TOO_LONG : BALANCE_FAULT_NO_NUMBER;

  if (percent > 0)
    value->scale += 2;

  return balance_value_take (field, factor, value);
}

BalanceFault
balance_value_take (BalanceField         *field,
                    const BalanceDecimal *factor,
                    BalanceDecimal       *value)
{
  balance_decimal_normalize (value);
  if (factor != NULL)
    {
      if (__builtin_mul_overflow (value->digits, factor->digits, &value->digits))
        return BALANCE_FAULT_TOO_LONG;
      value->scale += factor->scale;
    }
  balance_decimal_normalize (value);
  if (value->scale > BALANCE_DECIMAL_MAX_SCALE)
    return BALANCE_FAULT_TOO_LONG;

  return balance_value_check (field, value);
}

static gboolean
text_is (const char *text,
         gsize       length,
         const char *word)
{
  return length == strlen (word) && g_ascii_strncasecmp (text, word, length) == 0;
}

static BalanceFault
parse_flag (const char     *text,
            gsize           length,
            BalanceDecimal *value)
{
  static const char *const yes[] = { "1", "是", "有", "true", "yes", "y", "√", "✓" };
  static const char *const no[] = { "0", "否", "无", "false", "no", "n", "×", "✗" };

  value->scale = 0;
  for (guint i = 0; i < G_N_ELEMENTS (yes); i++)
    {
      if (text_is (text, length, yes[i]))
        {
          value->digits = 1;
          return BALANCE_FAULT_NONE;
        }
      if (text_is (text, length, no[i]))
        {
          value->digits = 0;
          return BALANCE_FAULT_NONE;
        }
    }

  return BALANCE_FAULT_NO_FLAG;
}

static gboolean
eat (const char **text,
     gsize       *length,
     const char  *word)
{
  gsize n = strlen (word);

  if (*length < n || memcmp (*text, word, n) != 0)
    return FALSE;

  *text += n;
  *length -= n;

  return TRUE;
}

/* One to `most` digits. */
static gboolean
eat_digits (const char **text,
            gsize       *length,
            guint        least,
            guint        most,
            guint       *value)
{
  guint n = 0;

  for (*value = 0; n < most && *length > 0 && g_ascii_isdigit (**text); n++)
    {
      *value = *value * 10 + (guint) (**text - '0');
      (*text)++;
      (*length)--;
    }

  return n >= least;
}

static BalanceFault
parse_date (const char     *text,
            gsize           length,
            BalanceDecimal *value)
{
  static const char *const separators[][3] = {
    { "-", "-", "" }, { "/", "/", "" }, { ".", ".", "" }, { "年", "月", "日" },
  };
  guint year, month, day;

  if (!eat_digits (&text, &length, 4, 4, &year))
    return BALANCE_FAULT_NO_DATE;

  for (guint i = 0; i < G_N_ELEMENTS (separators); i++)
    {
      char iso[16];
      gint32 days;

      if (!eat (&text, &length, separators[i][0]))
        continue;
      if (!eat_digits (&text, &length, 1, 2, &month) ||
          !eat (&text, &length, separators[i][1]) ||
          !eat_digits (&text, &length, 1, 2, &day) ||
          !eat (&text, &length, separators[i][2]) ||
          length > 0)
        return BALANCE_FAULT_NO_DATE;

      g_snprintf (iso, sizeof iso, "%04u-%02u-%02u", year, month, day);
      if (!balance_date_parse (iso, -1, &days))
        return BALANCE_FAULT_NO_DATE;
      value->digits = days;
      value->scale = 0;
      return BALANCE_FAULT_NONE;
    }

  return BALANCE_FAULT_NO_DATE;
}

/* "2024", "2024年", and school years by their first half: "2024-2025学年". */
static BalanceFault
parse_year (const char     *text,
            gsize           length,
            BalanceDecimal *value)
{
  static const char *const separators[] = { "-", "/", "—", "–", "至" };
  guint first, second;

  if (!eat_digits (&text, &length, 4, 4, &first) || first < FIRST_YEAR || first > LAST_YEAR)
    return BALANCE_FAULT_NO_YEAR;

  for (guint i = 0; i < G_N_ELEMENTS (separators); i++)
    if (eat (&text, &length, separators[i]))
      {
        if (!eat_digits (&text, &length, 4, 4, &second) || second != first + 1)
          return BALANCE_FAULT_NO_YEAR;
        break;
      }

  if (!eat (&text, &length, "学年度") && !eat (&text, &length, "学年") && !eat (&text, &length, "年度"))
    eat (&text, &length, "年");
  if (length > 0)
    return BALANCE_FAULT_NO_YEAR;

  value->digits = first;
  value->scale = 0;

  return BALANCE_FAULT_NONE;
}

BalanceFault
balance_value_parse (BalanceField         *field,
                     const char           *text,
                     gsize                 length,
                     const BalanceDecimal *factor,
                     BalanceDecimal       *value)
{
  switch (field->type)
    {
    case BALANCE_FIELD_COUNT:
    case BALANCE_FIELD_AMOUNT:
    case BALANCE_FIELD_NUMBER:
    case BALANCE_FIELD_SHARE:
      return parse_number (field, text, length, factor, value);

    case BALANCE_FIELD_FLAG:
    case BALANCE_FIELD_ATTESTED:
      return parse_flag (text, length, value);

    case BALANCE_FIELD_CHOICE:
      value->digits = balance_field_match_choice (field, text, (gssize) length);
      value->scale = 0;
      return value->digits >= 0 ? BALANCE_FAULT_NONE : BALANCE_FAULT_UNKNOWN_CHOICE;

    case BALANCE_FIELD_DATE:
      return parse_date (text, length, value);

    case BALANCE_FIELD_YEAR:
      return parse_year (text, length, value);

    case BALANCE_FIELD_TEXT:
    default:
      g_return_val_if_reached (BALANCE_FAULT_NO_NUMBER);
    }
}

/* Digits and signs in ASCII, without the separators of thousands and blanks between; what follows the number is left
 * in `rest`. FALSE if it does not begin with a number or is grouped otherwise than by thousands. */
static gboolean
clean_number (const char  *text,
              gsize        length,
              char         number[MAX_CLEAN + 1],
              const char **rest)
{
  const char *end = text + length;
  guint n = 0, n_digits = 0, group = 0;
  gboolean grouped = FALSE, point = FALSE;

  for (; text < end; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);

      if (c > 0xff00 && c < 0xff5f)
        c -= 0xfee0;
      if (n == 0 && (c == '\'' || c == 0x2019 || c == 0x2018))
        continue;
      if (c == ' ' || c == 0xa0 || c == 0x3000 || c == 0x2009 || c == 0x202f)
        continue;

      if (c == ',' && !point)
        {
          if (n_digits == 0 || (grouped ? group != 3 : n_digits > 3))
            return FALSE;
          grouped = TRUE;
          group = 0;
          continue;
        }
      if (c == '.' && !point && n_digits > 0)
        {
          if (grouped && group != 3)
            return FALSE;
          point = TRUE;
        }
      else if (c < 128 && g_ascii_isdigit ((char) c))
        {
          n_digits++;
          group++;
        }
      else if ((c != '-' && c != '+') || n > 0)
        {
          break;
        }
      if (n == MAX_CLEAN)
        return FALSE;
      number[n++] = (char) c;
    }
  number[n] = '\0';
  *rest = text;

  return n_digits > 0 && (!grouped || point || group == 3);
}

static gboolean
is_numeric (BalanceField *field)
{
  return field->type == BALANCE_FIELD_COUNT || field->type == BALANCE_FIELD_AMOUNT ||
         field->type == BALANCE_FIELD_NUMBER || field->type == BALANCE_FIELD_SHARE;
}

BalanceFault
balance_value_parse_cell (BalanceDictionary    *dictionary,
                          BalanceField         *field,
                          const char           *text,
                          gsize                 length,
                          const BalanceDecimal *factor,
                          BalanceDecimal       *value)
{
  BalanceFault fault = balance_value_parse (field, text, length, factor, value);
  char number[MAX_CLEAN + 4];
  BalanceDecimal own;
  const char *rest;
  gsize n_rest;

  if (G_LIKELY (fault != BALANCE_FAULT_NO_NUMBER) || !is_numeric (field) || !clean_number (text, length, number, &rest))
    return fault;

  n_rest = length - (gsize) (rest - text);
  if (n_rest > 0)
    {
      gboolean percent = (n_rest == 1 && *rest == '%') || (n_rest == 3 && memcmp (rest, "％", 3) == 0);

      /* shares know the sign themselves */
      if (percent && field->type == BALANCE_FIELD_SHARE)
        strcat (number, "%");
      else if (balance_dictionary_match_unit (dictionary, field, rest, (gssize) n_rest, &own))
        factor = &own;
      else
        return fault;
    }

  fault = balance_value_parse (field, number, strlen (number), factor, value);

  return fault;
}

BalanceFiller
balance_value_is_filler (const char *text,
                         gsize       length)
{
  static const char *const dashes[] = { "-", "--", "---", "—", "——", "———", "－", "－－", "–", "/", "／", "\\", "…", "……", "*", "·" };
  static const char *const words[] = { "无", "没有", "暂无", "不详", "未知", "未填", "未统计", "不适用", "空", "缺", "n/a", "na", "none", "null", "nil" };

  for (guint i = 0; i < G_N_ELEMENTS (dashes); i++)
    if (text_is (text, length, dashes[i]))
      return BALANCE_FILLER_DASH;
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (text_is (text, length, words[i]))
      return BALANCE_FILLER_WORD;

  return BALANCE_FILLER_NONE;
}
