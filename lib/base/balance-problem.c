/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/balance-problem-private.h"

#include <string.h>

/* Longer texts of a file are cut: a problem is read by people and may be one of thousands. */
#define MAX_SHOWN_CHARS 200

/**
 * BalanceProblem:
 *
 * One thing that is wrong with an input: where it is, what was found there,
 * what was expected, and how to mend it, in English and Chinese.
 *
 * A problem never changes and may be used from any thread.
 *
 * Since: 1.0
 */
struct _BalanceProblem
{
  GObject          parent_instance;

  BalanceSeverity  severity;
  const char      *kind;          /* interned */
  char            *file;
  char            *sheet;
  guint            row;
  guint            column;
  char            *column_name;
  char            *field;
  char            *found;
  BalanceText      message;
  BalanceText      expected;
  BalanceText      remedy;
};

enum
{
  PROP_KIND = 1,
  PROP_SEVERITY,
  PROP_FILE,
  PROP_SHEET,
  PROP_ROW,
  PROP_COLUMN,
  PROP_COLUMN_NAME,
  PROP_FIELD,
  PROP_FOUND,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BalanceProblem, balance_problem, G_TYPE_OBJECT)

static void
balance_problem_finalize (GObject *object)
{
  BalanceProblem *self = (BalanceProblem *) object;

  g_free (self->file);
  g_free (self->sheet);
  g_free (self->column_name);
  g_free (self->field);
  g_free (self->found);
  balance_text_clear (&self->message);
  balance_text_clear (&self->expected);
  balance_text_clear (&self->remedy);

  G_OBJECT_CLASS (balance_problem_parent_class)->finalize (object);
}

static void
balance_problem_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  BalanceProblem *self = BALANCE_PROBLEM (object);

  switch (prop_id)
    {
    case PROP_KIND:
      g_value_set_string (value, self->kind);
      break;

    case PROP_SEVERITY:
      g_value_set_enum (value, (int) self->severity);
      break;

    case PROP_FILE:
      g_value_set_string (value, self->file);
      break;

    case PROP_SHEET:
      g_value_set_string (value, self->sheet);
      break;

    case PROP_ROW:
      g_value_set_uint (value, self->row);
      break;

    case PROP_COLUMN:
      g_value_set_uint (value, self->column);
      break;

    case PROP_COLUMN_NAME:
      g_value_set_string (value, self->column_name);
      break;

    case PROP_FIELD:
      g_value_set_string (value, self->field);
      break;

    case PROP_FOUND:
      g_value_set_string (value, self->found);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
    }
}

static void
balance_problem_class_init (BalanceProblemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = balance_problem_finalize;
  object_class->get_property = balance_problem_get_property;

  /**
   * BalanceProblem:kind: (getter get_kind)
   *
   * What kind of problem it is, a fixed word such as `unknown-column`.
   *
   * Since: 1.0
   */
  properties[PROP_KIND] = g_param_spec_string ("kind", NULL, NULL, NULL, flags);

  /**
   * BalanceProblem:severity: (getter get_severity)
   *
   * How grave the problem is.
   *
   * Since: 1.0
   */
  properties[PROP_SEVERITY] =
    g_param_spec_enum ("severity", NULL, NULL,
                       BALANCE_TYPE_SEVERITY, (int) BALANCE_SEVERITY_NOTE, flags);

  /**
   * BalanceProblem:file: (getter get_file)
   *
   * The file, as the caller named it.
   *
   * Since: 1.0
   */
  properties[PROP_FILE] = g_param_spec_string ("file", NULL, NULL, NULL, flags);

  /**
   * BalanceProblem:sheet: (getter get_sheet)
   *
   * The sheet of a workbook.
   *
   * Since: 1.0
   */
  properties[PROP_SHEET] = g_param_spec_string ("sheet", NULL, NULL, NULL, flags);

  /**
   * BalanceProblem:row: (getter get_row)
   *
   * The row of the sheet or line of the file, from 1; 0 if it is not known.
   *
   * Since: 1.0
   */
  properties[PROP_ROW] = g_param_spec_uint ("row", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * BalanceProblem:column: (getter get_column)
   *
   * The column, from 1; 0 if it is not known.
   *
   * Since: 1.0
   */
  properties[PROP_COLUMN] = g_param_spec_uint ("column", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * BalanceProblem:column-name: (getter get_column_name)
   *
   * The header of the column.
   *
   * Since: 1.0
   */
  properties[PROP_COLUMN_NAME] = g_param_spec_string ("column-name", NULL, NULL, NULL, flags);

  /**
   * BalanceProblem:field: (getter get_field)
   *
   * The id of the field of the dictionary, or the path in a rule pack.
   *
   * Since: 1.0
   */
  properties[PROP_FIELD] = g_param_spec_string ("field", NULL, NULL, NULL, flags);

  /**
   * BalanceProblem:found: (getter get_found)
   *
   * The text that was found.
   *
   * Since: 1.0
   */
  properties[PROP_FOUND] = g_param_spec_string ("found", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
balance_problem_init (BalanceProblem *self)
{
}

/* What comes from a file may be any bytes; what a program or terminal gets is valid text of bounded length. */
static char *
dup_shown (const char *text)
{
  g_autofree char *prefix = NULL;
  g_autofree char *valid = NULL;
  gboolean cut;

  if (text == NULL)
    return NULL;

  /* a character has at most 4 bytes, so this much holds all that is shown */
  prefix = g_strndup (text, 4 * MAX_SHOWN_CHARS + 4);
  valid = g_utf8_make_valid (prefix, -1);
  cut = g_utf8_strlen (valid, -1) > MAX_SHOWN_CHARS;
  if (!cut)
    return g_steal_pointer (&valid);

  *g_utf8_offset_to_pointer (valid, MAX_SHOWN_CHARS) = '\0';
  return g_strconcat (valid, "…", NULL);
}

static char *
take_valid (char **text)
{
  g_autofree char *taken = g_steal_pointer (text);

  return taken == NULL || g_utf8_validate (taken, -1, NULL) ? g_steal_pointer (&taken) : g_utf8_make_valid (taken, -1);
}

static void
take_text (BalanceText *dest,
           BalanceText *src)
{
  if (src == NULL)
    return;

  dest->en = take_valid (&src->en);
  dest->zh = take_valid (&src->zh);
}

BalanceProblem *
balance_problem_new (BalanceSeverity     severity,
                     const char         *kind,
                     const BalancePlace *place,
                     BalanceText        *message,
                     BalanceText        *expected,
                     BalanceText        *remedy)
{
  BalanceProblem *self = g_object_new (BALANCE_TYPE_PROBLEM, NULL);

  self->severity = severity;
  self->kind = g_intern_string (kind);
  if (place != NULL)
    {
      self->file = place->file != NULL ? g_utf8_make_valid (place->file, -1) : NULL;
      self->sheet = dup_shown (place->sheet);
      self->row = place->row;
      self->column = place->column;
      self->column_name = dup_shown (place->column_name);
      self->field = dup_shown (place->field);
      self->found = dup_shown (place->found);
    }
  take_text (&self->message, message);
  take_text (&self->expected, expected);
  take_text (&self->remedy, remedy);

  return self;
}

/**
 * balance_problem_get_kind: (get-property kind)
 * @self: a problem
 *
 * Gets the kind of the problem, a fixed word such as `unknown-column` by
 * which a program can tell problems apart.
 *
 * Returns: (transfer none): the kind
 *
 * Since: 1.0
 */
const char *
balance_problem_get_kind (BalanceProblem *self)
{
  g_return_val_if_fail (BALANCE_IS_PROBLEM (self), NULL);

  return self->kind;
}

/**
 * balance_problem_get_severity: (get-property severity)
 * @self: a problem
 *
 * Gets how grave the problem is.
 *
 * Returns: the severity
 *
 * Since: 1.0
 */
BalanceSeverity
balance_problem_get_severity (BalanceProblem *self)
{
  g_return_val_if_fail (BALANCE_IS_PROBLEM (self), BALANCE_SEVERITY_ERROR);

  return self->severity;
}

/**
 * balance_problem_get_file: (get-property file)
 * @self: a problem
 *
 * Gets the file that has the problem, as the caller named it.
 *
 * Returns: (transfer none) (nullable): the file
 *
 * Since: 1.0
 */
const char *
balance_problem_get_file (BalanceProblem *self)
{
  g_return_val_if_fail (BALANCE_IS_PROBLEM (self), NULL);

  return self->file;
}

/**
 * balance_problem_get_sheet: (get-property sheet)
 * @self: a problem
 *
 * Gets the sheet of a workbook that has the problem.
 *
 * Returns: (transfer none) (nullable): the sheet
 *
 * Since: 1.0
 */
const char *
balance_problem_get_sheet (BalanceProblem *self)
{
  g_return_val_if_fail (BALANCE_IS_PROBLEM (self), NULL);

  return self->sheet;
}

/**
 * balance_problem_get_row: (get-property row)
 * @self: a problem
 *
 * Gets the row of the sheet or line of the file.
 *
 * Returns: the row, from 1; 0 if it is not known
 *
 * Since: 1.0
 */
guint
balance_problem_get_row (BalanceProblem *self)
{
  g_return_val_if_fail (BALANCE_IS_PROBLEM (self), 0);

  return self->row;
}

/**
 * balance_problem_get_column: (get-property column)
 * @self: a problem
 *
 * Gets the column.
 *
 * Returns: the column, from 1; 0 if it is not known
 *
 * Since: 1.0
 */
guint
balance_problem_get_column (BalanceProblem *self)
{
  g_return_val_if_fail (BALANCE_IS_PROBLEM (self), 0);

  return self->column;
}

/**
 * balance_problem_get_column_name: (get-property column-name)
 * @self: a problem
 *
 * Gets the header of the column.
 *
 * Returns: (transfer none) (nullable): the header
 *
 * Since: 1.0
 */
const char *
balance_problem_get_column_name (BalanceProblem *self)
{
  g_return_val_if_fail (BALANCE_IS_PROBLEM (self), NULL);

  return self->column_name;
}

/**
 * balance_problem_get_field: (get-property field)
 * @self: a problem
 *
 * Gets the id of the field of the dictionary, or the path in a rule pack.
 *
 * Returns: (transfer none) (nullable): the field
 *
 * Since: 1.0
 */
const char *
balance_problem_get_field (BalanceProblem *self)
{
  g_return_val_if_fail (BALANCE_IS_PROBLEM (self), NULL);

  return self->field;
}

/**
 * balance_problem_get_found: (get-property found)
 * @self: a problem
 *
 * Gets the text that was found. Very long texts are cut.
 *
 * Returns: (transfer none) (nullable): the text
 *
 * Since: 1.0
 */
const char *
balance_problem_get_found (BalanceProblem *self)
{
  g_return_val_if_fail (BALANCE_IS_PROBLEM (self), NULL);

  return self->found;
}

/**
 * balance_problem_get_message:
 * @self: a problem
 * @language: (nullable): `zh` for Chinese; everything else is English
 *
 * Gets what is wrong.
 *
 * Returns: (transfer none): the message, `""` if place, found and expected say it all
 *
 * Since: 1.0
 */
const char *
balance_problem_get_message (BalanceProblem *self,
                             const char     *language)
{
  g_return_val_if_fail (BALANCE_IS_PROBLEM (self), NULL);

  return balance_text_get (&self->message, balance_language_parse (language));
}

/**
 * balance_problem_get_expected:
 * @self: a problem
 * @language: (nullable): `zh` for Chinese; everything else is English
 *
 * Gets what should stand there.
 *
 * Returns: (transfer none): the expectation, `""` if there is none to state
 *
 * Since: 1.0
 */
const char *
balance_problem_get_expected (BalanceProblem *self,
                              const char     *language)
{
  g_return_val_if_fail (BALANCE_IS_PROBLEM (self), NULL);

  return balance_text_get (&self->expected, balance_language_parse (language));
}

/**
 * balance_problem_get_remedy:
 * @self: a problem
 * @language: (nullable): `zh` for Chinese; everything else is English
 *
 * Gets how to mend it.
 *
 * Returns: (transfer none): the remedy, `""` if there is none to state
 *
 * Since: 1.0
 */
const char *
balance_problem_get_remedy (BalanceProblem *self,
                            const char     *language)
{
  g_return_val_if_fail (BALANCE_IS_PROBLEM (self), NULL);

  return balance_text_get (&self->remedy, balance_language_parse (language));
}

/* The letters of a spreadsheet column: 1 is A, 27 is AA. */
static void
append_letters (GString *text,
                guint    column)
{
  char letters[16];
  gsize n = sizeof letters;

  letters[--n] = '\0';
  for (; column > 0; column = (column - 1) / 26)
    letters[--n] = (char) ('A' + (column - 1) % 26);
  g_string_append (text, letters + n);
}

static void
append_place (GString         *text,
              BalanceProblem  *self,
              BalanceLanguage  language)
{
  const gboolean zh = language == BALANCE_LANGUAGE_ZH;

  if (self->file != NULL)
    g_string_append (text, self->file);

  if (self->sheet != NULL)
    {
      g_string_append_printf (text, "%s%s", self->file != NULL ? "!" : "", self->sheet);
      if (self->column > 0 || self->row > 0)
        g_string_append_c (text, '!');
      append_letters (text, self->column);
      if (self->row > 0)
        g_string_append_printf (text, "%u", self->row);
    }
  else if (self->row > 0)
    {
      g_string_append_printf (text, "%s%u", self->file != NULL ? ":" : zh ? "行 " : "row ", self->row);
      if (self->column > 0 && self->column_name == NULL)
        g_string_append_printf (text, ":%u", self->column);
    }

  if (self->column_name != NULL)
    {
      if (zh)
        {
          g_string_append_printf (text, "%s列“%s”", text->len > 0 ? ": " : "", self->column_name);
          if (self->column > 0)
            {
              g_string_append (text, "（");
              append_letters (text, self->column);
              g_string_append (text, "）");
            }
        }
      else
        {
          g_string_append (text, text->len > 0 ? ", column" : "column");
          if (self->column > 0)
            g_string_append_printf (text, " %u", self->column);
          g_string_append_printf (text, " \"%s\"", self->column_name);
          if (self->field != NULL)
            g_string_append_printf (text, " (%s)", self->field);
        }
    }
  else if (self->field != NULL)
    {
      if (text->len > 0)
        g_string_append (text, zh ? "（" : " (");
      g_string_append (text, self->field);
      if (text->len > strlen (self->field))
        g_string_append (text, zh ? "）" : ")");
    }
}

/* Line breaks and terminal escapes from a file must not break the one line out of its frame. */
static char *
escape_controls (const char *text)
{
  GString *escaped = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '\n')
        g_string_append (escaped, "\\n");
      else if (c == '\t')
        g_string_append (escaped, "\\t");
      else if (g_unichar_iscntrl (c))
        g_string_append_printf (escaped, "\\x%02x", c);
      else
        g_string_append_unichar (escaped, c);
    }

  return g_string_free (escaped, FALSE);
}

static void
end_sentence (GString         *text,
              BalanceLanguage  language)
{
  static const char *const ends[] = { ".", "!", "?", "。", "！", "？", "…" };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      if (g_str_has_suffix (text->str, ends[i]))
        return;
    }
  g_string_append (text, language == BALANCE_LANGUAGE_ZH ? "。" : ".");
}

/* Appended to a message, which therefore loses its full stop. */
static void
drop_full_stop (GString *text)
{
  if (g_str_has_suffix (text->str, "。"))
    g_string_truncate (text, text->len - strlen ("。"));
  else if (g_str_has_suffix (text->str, "."))
    g_string_truncate (text, text->len - 1);
}

/* A word of letters that begins a sentence is capitalised; names of fields and options stay as they are. */
static void
append_sentence (GString    *text,
                 const char *sentence)
{
  gsize start = text->len;
  gsize n = 0;

  while (g_ascii_islower (sentence[n]))
    n++;
  g_string_append (text, sentence);
  if (n > 0 && (sentence[n] == ' ' || sentence[n] == ','))
    text->str[start] = g_ascii_toupper (text->str[start]);
}

/**
 * balance_problem_to_text:
 * @self: a problem
 * @language: (nullable): `zh` for Chinese; everything else is English
 *
 * Says the whole problem in one line: the place, what is wrong, what was
 * found and expected, and how to mend it.
 *
 * Returns: (transfer full): the line, without a line break at the end
 *
 * Since: 1.0
 */
char *
balance_problem_to_text (BalanceProblem *self,
                         const char     *language)
{
  g_autoptr(GString) text = NULL;
  BalanceLanguage lang = balance_language_parse (language);
  const gboolean zh = lang == BALANCE_LANGUAGE_ZH;
  const char *message, *expected, *remedy;
  gboolean says_found;
  gsize start;

  g_return_val_if_fail (BALANCE_IS_PROBLEM (self), NULL);

  message = balance_text_get (&self->message, lang);
  expected = balance_text_get (&self->expected, lang);
  remedy = balance_text_get (&self->remedy, lang);
  text = g_string_new (NULL);

  append_place (text, self, lang);
  if (text->len > 0)
    g_string_append (text, ": ");

  start = text->len;
  g_string_append (text, message);
  says_found = self->found != NULL && *self->found != '\0' &&
               strstr (message, self->found) == NULL;

  if (says_found)
    {
      if (text->len > start)
        {
          drop_full_stop (text);
          g_string_append (text, zh ? "：" : ": ");
        }
      g_string_append_printf (text, zh ? "找到 “%s”" : "found \"%s\"", self->found);
    }
  if (*expected != '\0')
    {
      if (text->len > start)
        {
          drop_full_stop (text);
          g_string_append (text, zh ? "，" : says_found || *message == '\0' ? ", " : "; ");
        }
      g_string_append_printf (text, zh ? "应为%s" : "expected %s", expected);
    }
  if (text->len > start)
    end_sentence (text, lang);
  if (*remedy != '\0')
    {
      if (text->len > start && !zh)
        g_string_append_c (text, ' ');
      append_sentence (text, remedy);
      end_sentence (text, lang);
    }

  return escape_controls (text->str);
}
