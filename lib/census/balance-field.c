/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "census/balance-field-private.h"

#include <math.h>
#include <string.h>

#include "base/balance-float-private.h"

/**
 * BalanceField:
 *
 * One entry of the data dictionary: what a fact is called, what it is about,
 * and which values it may have.
 *
 * A field never changes and may be used from any thread.
 *
 * Since: 1.0
 */

static const char *const level_names[] = {
  [BALANCE_LEVEL_SECTION] = "section",
  [BALANCE_LEVEL_SCHOOL] = "school",
  [BALANCE_LEVEL_STAGE] = "stage",
  [BALANCE_LEVEL_DISTRICT] = "district",
  [BALANCE_LEVEL_REGION] = "region",
};

static const char *const type_names[] = {
  [BALANCE_FIELD_COUNT] = "count",
  [BALANCE_FIELD_AMOUNT] = "amount",
  [BALANCE_FIELD_NUMBER] = "number",
  [BALANCE_FIELD_SHARE] = "share",
  [BALANCE_FIELD_FLAG] = "flag",
  [BALANCE_FIELD_CHOICE] = "choice",
  [BALANCE_FIELD_TEXT] = "text",
  [BALANCE_FIELD_DATE] = "date",
  [BALANCE_FIELD_YEAR] = "year",
  [BALANCE_FIELD_ATTESTED] = "attested",
};

enum
{
  PROP_ID = 1,
  PROP_LEVEL,
  PROP_FIELD_TYPE,
  PROP_UNIT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BalanceField, balance_field, G_TYPE_OBJECT)

const char *
balance_level_to_string (BalanceLevel level)
{
  return level_names[level];
}

gboolean
balance_level_from_string (const char   *text,
                           BalanceLevel *level)
{
  for (guint i = 0; i < G_N_ELEMENTS (level_names); i++)
    {
      if (strcmp (text, level_names[i]) == 0)
        {
          *level = (BalanceLevel) i;
          return TRUE;
        }
    }

  return FALSE;
}

const char *
balance_field_type_to_string (BalanceFieldType type)
{
  return type_names[type];
}

gboolean
balance_field_type_from_string (const char       *text,
                                BalanceFieldType *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (type_names); i++)
    {
      if (strcmp (text, type_names[i]) == 0)
        {
          *type = (BalanceFieldType) i;
          return TRUE;
        }
    }

  return FALSE;
}

void
balance_choice_free (BalanceChoice *choice)
{
  g_free (choice->id);
  balance_text_clear (&choice->title);
  g_strfreev (choice->aliases);
  g_strfreev (choice->stages);
  g_strfreev (choice->holds);
  g_free (choice);
}

BalanceChoice *
balance_choice_copy (const BalanceChoice *choice)
{
  BalanceChoice *copy = g_new0 (BalanceChoice, 1);

  copy->id = g_strdup (choice->id);
  copy->code = choice->code;
  balance_text_copy (&copy->title, &choice->title);
  copy->aliases = g_strdupv (choice->aliases);
  copy->stages = g_strdupv (choice->stages);
  copy->holds = g_strdupv (choice->holds);
  return copy;
}

BalanceField *
balance_field_copy (BalanceField *field)
{
  BalanceField *copy = g_object_new (BALANCE_TYPE_FIELD, NULL);

  copy->id = g_strdup (field->id);
  copy->index = field->index;
  copy->level = field->level;
  copy->type = field->type;
  copy->unit = g_strdup (field->unit);
  balance_text_copy (&copy->title, &field->title);
  copy->aliases = g_strdupv (field->aliases);
  if (field->choices != NULL)
    {
      copy->choices = g_ptr_array_new_with_free_func ((GDestroyNotify) balance_choice_free);
      for (guint i = 0; i < field->choices->len; i++)
        g_ptr_array_add (copy->choices, balance_choice_copy (g_ptr_array_index (field->choices, i)));
    }
  copy->min = field->min;
  copy->max = field->max;
  copy->has_min = field->has_min;
  copy->has_max = field->has_max;
  copy->companion = field->companion;
  copy->formula = g_strdup (field->formula);
  copy->line = field->line;
  return copy;
}

static void
balance_field_finalize (GObject *object)
{
  BalanceField *self = (BalanceField *) object;

  g_free (self->id);
  g_free (self->unit);
  balance_text_clear (&self->title);
  g_strfreev (self->aliases);
  g_clear_pointer (&self->choices, g_ptr_array_unref);
  g_free (self->formula);

  G_OBJECT_CLASS (balance_field_parent_class)->finalize (object);
}

static void
balance_field_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  BalanceField *self = BALANCE_FIELD (object);

  switch (prop_id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;

    case PROP_LEVEL:
      g_value_set_enum (value, (int) self->level);
      break;

    case PROP_FIELD_TYPE:
      g_value_set_enum (value, (int) self->type);
      break;

    case PROP_UNIT:
      g_value_set_string (value, self->unit);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
    }
}

static void
balance_field_class_init (BalanceFieldClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = balance_field_finalize;
  object_class->get_property = balance_field_get_property;

  /**
   * BalanceField:id: (getter get_id)
   *
   * The name by which formulas and programs know the field.
   *
   * Since: 1.0
   */
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);

  /**
   * BalanceField:level: (getter get_level)
   *
   * What the field is about.
   *
   * Since: 1.0
   */
  properties[PROP_LEVEL] =
    g_param_spec_enum ("level", NULL, NULL, BALANCE_TYPE_LEVEL, (int) BALANCE_LEVEL_SECTION, flags);

  /**
   * BalanceField:field-type: (getter get_field_type)
   *
   * The type of the values.
   *
   * Since: 1.0
   */
  properties[PROP_FIELD_TYPE] =
    g_param_spec_enum ("field-type", NULL, NULL, BALANCE_TYPE_FIELD_TYPE, (int) BALANCE_FIELD_COUNT, flags);

  /**
   * BalanceField:unit: (getter get_unit)
   *
   * The unit of the values.
   *
   * Since: 1.0
   */
  properties[PROP_UNIT] = g_param_spec_string ("unit", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
balance_field_init (BalanceField *self)
{
}

/**
 * balance_field_get_id: (get-property id)
 * @self: a field
 *
 * Gets the name by which formulas and programs know the field.
 *
 * Returns: (transfer none): the id
 *
 * Since: 1.0
 */
const char *
balance_field_get_id (BalanceField *self)
{
  g_return_val_if_fail (BALANCE_IS_FIELD (self), NULL);

  return self->id;
}

/**
 * balance_field_get_level: (get-property level)
 * @self: a field
 *
 * Gets what the field is about.
 *
 * Returns: the level
 *
 * Since: 1.0
 */
BalanceLevel
balance_field_get_level (BalanceField *self)
{
  g_return_val_if_fail (BALANCE_IS_FIELD (self), BALANCE_LEVEL_SECTION);

  return self->level;
}

/**
 * balance_field_get_field_type: (get-property field-type)
 * @self: a field
 *
 * Gets the type of the values.
 *
 * Returns: the type
 *
 * Since: 1.0
 */
BalanceFieldType
balance_field_get_field_type (BalanceField *self)
{
  g_return_val_if_fail (BALANCE_IS_FIELD (self), BALANCE_FIELD_TEXT);

  return self->type;
}

/**
 * balance_field_get_unit: (get-property unit)
 * @self: a field
 *
 * Gets the unit of the values, such as `m2` or `yuan/pupil`.
 *
 * Returns: (transfer none) (nullable): the unit, %NULL for pure numbers and what is no number
 *
 * Since: 1.0
 */
const char *
balance_field_get_unit (BalanceField *self)
{
  g_return_val_if_fail (BALANCE_IS_FIELD (self), NULL);

  return self->unit;
}

/**
 * balance_field_get_title:
 * @self: a field
 * @language: (nullable): `zh` for Chinese; everything else is English
 *
 * Gets how people call the field.
 *
 * Returns: (transfer none): the title
 *
 * Since: 1.0
 */
const char *
balance_field_get_title (BalanceField *self,
                         const char   *language)
{
  g_return_val_if_fail (BALANCE_IS_FIELD (self), NULL);

  return balance_text_get (&self->title, balance_language_parse (language));
}

/**
 * balance_field_get_aliases:
 * @self: a field
 *
 * Gets other headers under which the field stands in files.
 *
 * Returns: (transfer none) (array zero-terminated=1): the headers, possibly none
 *
 * Since: 1.0
 */
const char * const *
balance_field_get_aliases (BalanceField *self)
{
  static const char *const none[] = { NULL };

  g_return_val_if_fail (BALANCE_IS_FIELD (self), NULL);

  return self->aliases != NULL ? (const char * const *) self->aliases : none;
}

static double
to_double (const BalanceDecimal *decimal)
{
  BALANCE_FLOAT_DEFAULT;
  g_autofree char *text = balance_decimal_to_string (decimal);

  return g_ascii_strtod (text, NULL);
}

/**
 * balance_field_get_minimum:
 * @self: a field
 *
 * Gets the smallest valid value.
 *
 * Returns: the value, NaN if there is no such bound
 *
 * Since: 1.0
 */
double
balance_field_get_minimum (BalanceField *self)
{
  g_return_val_if_fail (BALANCE_IS_FIELD (self), (double) NAN);

  return self->has_min ? to_double (&self->min) : (double) NAN;
}

/**
 * balance_field_get_maximum:
 * @self: a field
 *
 * Gets the largest valid value.
 *
 * Returns: the value, NaN if there is no such bound
 *
 * Since: 1.0
 */
double
balance_field_get_maximum (BalanceField *self)
{
  g_return_val_if_fail (BALANCE_IS_FIELD (self), (double) NAN);

  return self->has_max ? to_double (&self->max) : (double) NAN;
}

/**
 * balance_field_get_formula:
 * @self: a field
 *
 * Gets the formula of a field that a rule pack computes from others.
 *
 * Returns: (transfer none) (nullable): the formula, %NULL if the field is read from data
 *
 * Since: 1.0
 */
const char *
balance_field_get_formula (BalanceField *self)
{
  g_return_val_if_fail (BALANCE_IS_FIELD (self), NULL);

  return self->formula;
}

/**
 * balance_field_dup_choices:
 * @self: a field
 *
 * Gets the ids of the values that a choice field may have, in the order of
 * the dictionary.
 *
 * Returns: (transfer full) (array zero-terminated=1): the ids; none if it is no choice field
 *
 * Since: 1.0
 */
char **
balance_field_dup_choices (BalanceField *self)
{
  g_autoptr(GStrvBuilder) builder = NULL;

  g_return_val_if_fail (BALANCE_IS_FIELD (self), NULL);

  builder = g_strv_builder_new ();
  for (guint i = 0; self->choices != NULL && i < self->choices->len; i++)
    {
      const BalanceChoice *choice = g_ptr_array_index (self->choices, i);

      g_strv_builder_add (builder, choice->id);
    }

  return g_strv_builder_end (builder);
}

/**
 * balance_field_get_choice_title:
 * @self: a field
 * @choice: the id of one of its choices
 * @language: (nullable): `zh` for Chinese; everything else is English
 *
 * Gets how people call a value of a choice field.
 *
 * Returns: (transfer none) (nullable): the title, %NULL if there is no such choice
 *
 * Since: 1.0
 */
const char *
balance_field_get_choice_title (BalanceField *self,
                                const char   *choice,
                                const char   *language)
{
  const BalanceChoice *found;
  int index;

  g_return_val_if_fail (BALANCE_IS_FIELD (self), NULL);
  g_return_val_if_fail (choice != NULL, NULL);

  index = balance_field_find_choice (self, choice);
  if (index < 0)
    return NULL;

  found = g_ptr_array_index (self->choices, (guint) index);
  return balance_text_get (&found->title, balance_language_parse (language));
}

int
balance_field_find_choice (BalanceField *self,
                           const char   *id)
{
  for (guint i = 0; self->choices != NULL && i < self->choices->len; i++)
    {
      const BalanceChoice *choice = g_ptr_array_index (self->choices, i);

      if (strcmp (choice->id, id) == 0)
        return (int) i;
    }

  return -1;
}

static gboolean
spells (const char *name,
        const char *text,
        gsize       length)
{
  return name != NULL && strlen (name) == length && g_ascii_strncasecmp (name, text, length) == 0;
}

/* -1 if the text is no plain number; codes have few digits */
static int
parse_code (const char *text,
            gsize       length)
{
  int code = 0;

  if (length == 0 || length > 9)
    return -1;
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return -1;
      code = code * 10 + (text[i] - '0');
    }

  return code;
}

int
balance_field_match_choice (BalanceField *self,
                            const char   *text,
                            gssize        length)
{
  const gsize n = length < 0 ? strlen (text) : (gsize) length;
  const int code = parse_code (text, n);

  if (n == 0)
    return -1;

  for (guint i = 0; self->choices != NULL && i < self->choices->len; i++)
    {
      const BalanceChoice *choice = g_ptr_array_index (self->choices, i);

      if (code >= 0 && choice->code == code)
        return (int) i;
      if (spells (choice->id, text, n) || spells (choice->title.zh, text, n) || spells (choice->title.en, text, n))
        return (int) i;
      for (guint j = 0; choice->aliases != NULL && choice->aliases[j] != NULL; j++)
        {
          if (spells (choice->aliases[j], text, n))
            return (int) i;
        }
    }

  return -1;
}
