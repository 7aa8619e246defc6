/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <balance/balance.h>

#include "census/balance-import-private.h"
#include "census/balance-value-private.h"

#include <math.h>
#include <string.h>

/**
 * BalanceCensusBuilder:
 *
 * Builds a census from values that a program already has.
 *
 * Add the rows first; each add gives the number of the row, under which its
 * values are set. Rows keep their numbers until the end; the census then has
 * them in its own order. What is wrong with a value is not thrown but told by
 * the import that [method@Balance.CensusBuilder.end] gives.
 *
 * A builder may be used by one thread at a time.
 *
 * Since: 1.0
 */

struct _BalanceCensusBuilder
{
  GObject            parent_instance;

  BalanceDictionary *dictionary;
  int                year;
  GPtrArray         *sources;    /* none; rows of a builder have no cells */
  BalanceIntake     *intake;     /* NULL when the builder is spent */
  BalanceProblems   *problems;
  GError            *error;      /* why there is no dictionary */
};

enum
{
  PROP_DICTIONARY = 1,
  PROP_YEAR,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BalanceCensusBuilder, balance_census_builder, G_TYPE_OBJECT)

static void
balance_census_builder_constructed (GObject *object)
{
  BalanceCensusBuilder *self = (BalanceCensusBuilder *) object;

  G_OBJECT_CLASS (balance_census_builder_parent_class)->constructed (object);

  if (self->dictionary == NULL)
    {
      BalanceDictionary *dictionary = balance_dictionary_get_default (&self->error);

      if (dictionary != NULL)
        self->dictionary = g_object_ref (dictionary);
    }
  if (self->dictionary != NULL)
    self->intake = balance_intake_new (self->dictionary, self->year, self->sources);
}

static void
balance_census_builder_finalize (GObject *object)
{
  BalanceCensusBuilder *self = (BalanceCensusBuilder *) object;

  g_clear_pointer (&self->intake, balance_intake_free);
  g_ptr_array_unref (self->sources);
  balance_problems_unref (self->problems);
  g_clear_object (&self->dictionary);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (balance_census_builder_parent_class)->finalize (object);
}

static void
balance_census_builder_get_property (GObject    *object,
                                     guint       prop_id,
                                     GValue     *value,
                                     GParamSpec *pspec)
{
  BalanceCensusBuilder *self = BALANCE_CENSUS_BUILDER (object);

  switch (prop_id)
    {
    case PROP_DICTIONARY:
      g_value_set_object (value, self->dictionary);
      break;

    case PROP_YEAR:
      g_value_set_int (value, self->year);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
    }
}

static void
balance_census_builder_set_property (GObject      *object,
                                     guint         prop_id,
                                     const GValue *value,
                                     GParamSpec   *pspec)
{
  BalanceCensusBuilder *self = BALANCE_CENSUS_BUILDER (object);

  switch (prop_id)
    {
    case PROP_DICTIONARY:
      self->dictionary = g_value_dup_object (value);
      break;

    case PROP_YEAR:
      self->year = g_value_get_int (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
    }
}

static void
balance_census_builder_class_init (BalanceCensusBuilderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->constructed = balance_census_builder_constructed;
  object_class->finalize = balance_census_builder_finalize;
  object_class->get_property = balance_census_builder_get_property;
  object_class->set_property = balance_census_builder_set_property;

  /**
   * BalanceCensusBuilder:dictionary:
   *
   * The dictionary that names the fields; by default the one of the library.
   *
   * Since: 1.0
   */
  properties[PROP_DICTIONARY] =
    g_param_spec_object ("dictionary", NULL, NULL, BALANCE_TYPE_DICTIONARY, flags);

  /**
   * BalanceCensusBuilder:year:
   *
   * The school year, or 0 if it is not stated.
   *
   * Since: 1.0
   */
  properties[PROP_YEAR] =
    g_param_spec_int ("year", NULL, NULL, 0, 9999, 0, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
balance_census_builder_init (BalanceCensusBuilder *self)
{
  self->sources = g_ptr_array_new ();
  self->problems = balance_problems_new ();
}

/**
 * balance_census_builder_new:
 * @dictionary: (nullable): the dictionary, or %NULL for the one of the library
 * @year: the school year, or 0
 *
 * Creates a builder without any rows.
 *
 * Returns: (transfer full): a new builder
 *
 * Since: 1.0
 */
BalanceCensusBuilder *
balance_census_builder_new (BalanceDictionary *dictionary,
                            int                year)
{
  return g_object_new (BALANCE_TYPE_CENSUS_BUILDER, "dictionary", dictionary, "year", year, NULL);
}

static void
report (BalanceCensusBuilder *self,
        const char           *kind,
        const char           *field,
        const char           *found,
        const char           *message_en,
        const char           *message_zh)
{
  BalancePlace place = { .field = field, .found = found };

  balance_problems_add_literal (self->problems, BALANCE_SEVERITY_ERROR, kind, &place, message_en, message_zh,
                                NULL, NULL, NULL, NULL);
}

static gboolean
check_code (BalanceCensusBuilder *self,
            const char           *code,
            const char           *kind,
            const char           *message_en,
            const char           *message_zh)
{
  const char *text = code != NULL ? code : "";
  gsize length = strlen (text);

  if (!g_utf8_validate_len (text, length, NULL))
    {
      report (self, "encoding", NULL, NULL, "a code is not valid UTF-8", "代码不是有效的UTF-8");
      return FALSE;
    }
  if (balance_value_trim (&text, &length))
    {
      report (self, kind, NULL, NULL, message_en, message_zh);
      return FALSE;
    }

  return TRUE;
}

/**
 * balance_census_builder_add_district:
 * @self: a builder
 * @district: the code of a district
 *
 * Adds a district, or finds it if it was added before.
 *
 * Returns: the number of the row among districts, or %G_MAXUINT if it cannot
 *   be added
 *
 * Since: 1.0
 */
guint
balance_census_builder_add_district (BalanceCensusBuilder *self,
                                     const char           *district)
{
  g_return_val_if_fail (BALANCE_IS_CENSUS_BUILDER (self), G_MAXUINT);

  if (self->intake == NULL ||
      !check_code (self, district, "missing-district", "a row names no district", "有一行没有指明区县"))
    return G_MAXUINT;

  return balance_intake_add_district (self->intake, district, strlen (district));
}

/**
 * balance_census_builder_add_school:
 * @self: a builder
 * @district: the code of a district
 * @school: the code of a school
 *
 * Adds a school and its district, or finds it if it was added before.
 *
 * Returns: the number of the row among schools, or %G_MAXUINT if it cannot
 *   be added
 *
 * Since: 1.0
 */
guint
balance_census_builder_add_school (BalanceCensusBuilder *self,
                                   const char           *district,
                                   const char           *school)
{
  guint row;

  g_return_val_if_fail (BALANCE_IS_CENSUS_BUILDER (self), G_MAXUINT);

  row = balance_census_builder_add_district (self, district);
  if (row == G_MAXUINT ||
      !check_code (self, school, "missing-school", "a row names no school", "有一行没有指明学校"))
    return G_MAXUINT;

  return balance_intake_add_school (self->intake, row, school, strlen (school));
}

/**
 * balance_census_builder_add_section:
 * @self: a builder
 * @district: the code of a district
 * @school: the code of a school
 * @stage: the id, a title or an alias of a stage
 *
 * Adds a section, its school and its district. A section that was added
 * before is a problem.
 *
 * Returns: the number of the row among sections, or %G_MAXUINT if it cannot
 *   be added
 *
 * Since: 1.0
 */
guint
balance_census_builder_add_section (BalanceCensusBuilder *self,
                                    const char           *district,
                                    const char           *school,
                                    const char           *stage)
{
  BalanceField *field;
  guint row, n;
  int code;

  g_return_val_if_fail (BALANCE_IS_CENSUS_BUILDER (self), G_MAXUINT);

  row = balance_census_builder_add_school (self, district, school);
  if (row == G_MAXUINT ||
      !check_code (self, stage, "missing-stage", "a row names no stage", "有一行没有指明学段"))
    return G_MAXUINT;

  field = self->dictionary->identity[BALANCE_ID_STAGE];
  code = balance_field_match_choice (field, stage, -1);
  if (code < 0)
    {
      BalancePlace place = { .field = field->id, .found = stage };

      balance_value_report (BALANCE_FAULT_UNKNOWN_CHOICE, field, BALANCE_SEVERITY_ERROR, &place, self->problems);
      return G_MAXUINT;
    }

  n = self->intake->tables[BALANCE_LEVEL_SECTION].n_rows;
  row = balance_intake_add_section (self->intake, row, (guint) code);
  if (row < n)
    {
      BalancePlace place = { .field = field->id, .found = stage };
      BalanceText message = { NULL, NULL };

      balance_text_printf (&message, "stage %s of school %s was added before", "学段%s（学校%s）重复添加", stage, school);
      balance_problems_add (self->problems, BALANCE_SEVERITY_ERROR, "duplicate-section", &place, &message, NULL, NULL);
    }

  return row;
}

/* The values that a setter may put in `row`; NULL and a problem if the field cannot stand there. Rows that
 * could not be added were reported when they were not. */
static BalanceCells *
get_cells (BalanceCensusBuilder *self,
           BalanceLevel          level,
           guint                 row,
           const char           *id)
{
  BalanceField *field;

  if (self->intake == NULL || row == G_MAXUINT)
    return NULL;

  field = balance_dictionary_find (self->dictionary, id);
  if (field == NULL)
    {
      report (self, "unknown-field", id, id, "there is no such field in the dictionary", "数据字典中没有该数据项");
      return NULL;
    }
  for (guint i = 0; i < BALANCE_N_IDS; i++)
    if (field == self->dictionary->identity[i] && i != BALANCE_ID_KIND && i != BALANCE_ID_DISTRICT_NAME &&
        i != BALANCE_ID_SCHOOL_NAME)
      {
        report (self, "identity", id, NULL, "this field says which row it is and is given when the row is added",
                "该数据项用于标识行，应在添加行时给出");
        return NULL;
      }
  if (level == BALANCE_LEVEL_STAGE ||
      (field->level != level && !(level == BALANCE_LEVEL_SECTION && balance_field_is_shared (field))))
    {
      report (self, "wrong-level", id, NULL, "this field does not stand on this level", "该数据项不属于这一层级");
      return NULL;
    }

  if (level == BALANCE_LEVEL_REGION)
    balance_intake_add_region (self->intake);
  if (row >= self->intake->tables[level].n_rows)
    {
      report (self, "unknown-row", id, NULL, "no row of this number was added", "没有添加过该行");
      return NULL;
    }

  return balance_intake_get_cells (self->intake, level, field);
}

static void
put (BalanceCensusBuilder *self,
     BalanceLevel          level,
     guint                 row,
     BalanceCells         *cells,
     BalanceDecimal       *value,
     BalanceFault          fault,
     const char           *found)
{
  if (fault != BALANCE_FAULT_NONE)
    {
      g_autofree char *number = found == NULL ? balance_decimal_to_string (value) : g_strdup (found);
      BalancePlace place = { .field = cells->field->id, .found = number };

      balance_value_report (fault, cells->field, BALANCE_SEVERITY_ERROR, &place, self->problems);
      return;
    }

  /* of what is set twice the last holds, as everywhere in a program */
  balance_cells_clear (cells, row);
  balance_intake_put (&self->intake->tables[level], cells, row, value, 0, 0);
}

static gboolean
holds_numbers (const BalanceCells *cells)
{
  return cells->field->type <= BALANCE_FIELD_SHARE;
}

static BalanceFault
check_number (BalanceField   *field,
              BalanceDecimal *value)
{
  balance_decimal_normalize (value);
  switch (field->type)
    {
    case BALANCE_FIELD_COUNT:
    case BALANCE_FIELD_AMOUNT:
    case BALANCE_FIELD_NUMBER:
    case BALANCE_FIELD_SHARE:
      return balance_value_check (field, value);

    case BALANCE_FIELD_FLAG:
    case BALANCE_FIELD_ATTESTED:
      return value->scale == 0 && (value->digits == 0 || value->digits == 1) ? BALANCE_FAULT_NONE : BALANCE_FAULT_NO_FLAG;

    case BALANCE_FIELD_YEAR:
      return value->scale == 0 && value->digits >= 1000 && value->digits <= 9999 ? BALANCE_FAULT_NONE : BALANCE_FAULT_NO_YEAR;

    case BALANCE_FIELD_CHOICE:
    case BALANCE_FIELD_TEXT:
      return BALANCE_FAULT_UNKNOWN_CHOICE;

    case BALANCE_FIELD_DATE:
    default:
      return BALANCE_FAULT_NO_DATE;
    }
}

/**
 * balance_census_builder_set_decimal:
 * @self: a builder
 * @level: the level of the row; not %BALANCE_LEVEL_STAGE
 * @row: the number of the row; for %BALANCE_LEVEL_REGION it is 0
 * @field: the id of a field
 * @digits: all digits of the number
 * @scale: how many of them stand behind the decimal point, at most 18
 *
 * Sets an exact number: 12.50 is 1250 with scale 2. Flags are 0 or 1.
 *
 * A count or amount of a school that is set on a section is the section's own
 * part.
 *
 * Since: 1.0
 */
void
balance_census_builder_set_decimal (BalanceCensusBuilder *self,
                                    BalanceLevel          level,
                                    guint                 row,
                                    const char           *field,
                                    gint64                digits,
                                    guint                 scale)
{
  BalanceDecimal value = { digits, scale };
  BalanceCells *cells;

  g_return_if_fail (BALANCE_IS_CENSUS_BUILDER (self));
  g_return_if_fail (field != NULL);
  g_return_if_fail (scale <= BALANCE_DECIMAL_MAX_SCALE);

  cells = get_cells (self, level, row, field);
  if (cells != NULL)
    put (self, level, row, cells, &value, check_number (cells->field, &value), NULL);
}

/* A double as a decimal; NaN was asked before. */
static void
put_double (BalanceCensusBuilder *self,
            BalanceLevel          level,
            guint                 row,
            BalanceCells         *cells,
            double                number)
{
  BalanceDecimal value = { 0, 0 };

  if (!balance_decimal_from_double (number, &value))
    {
      char found[G_ASCII_DTOSTR_BUF_SIZE];

      g_ascii_dtostr (found, sizeof found, number);
      put (self, level, row, cells, &value, BALANCE_FAULT_TOO_LONG, found);
      return;
    }

  put (self, level, row, cells, &value, check_number (cells->field, &value), NULL);
}

/**
 * balance_census_builder_set_number:
 * @self: a builder
 * @level: the level of the row; not %BALANCE_LEVEL_STAGE
 * @row: the number of the row; for %BALANCE_LEVEL_REGION it is 0
 * @field: the id of a field
 * @value: the number; NaN leaves the value missing
 *
 * Sets a number. It is taken as the decimal of 15 digits if that is the same
 * binary number, else as the shortest decimal that is.
 *
 * Since: 1.0
 */
void
balance_census_builder_set_number (BalanceCensusBuilder *self,
                                   BalanceLevel          level,
                                   guint                 row,
                                   const char           *field,
                                   double                value)
{
  BalanceCells *cells;

  g_return_if_fail (BALANCE_IS_CENSUS_BUILDER (self));
  g_return_if_fail (field != NULL);

  cells = get_cells (self, level, row, field);
  if (cells == NULL)
    return;

  if (isnan (value))
    balance_cells_clear (cells, row);
  else
    put_double (self, level, row, cells, value);
}

/**
 * balance_census_builder_set_text:
 * @self: a builder
 * @level: the level of the row; not %BALANCE_LEVEL_STAGE
 * @row: the number of the row; for %BALANCE_LEVEL_REGION it is 0
 * @field: the id of a field
 * @text: (nullable): the value as it would stand in a file; %NULL or blank leaves it missing
 *
 * Sets a value of any type from text: numbers, choices, flags, dates and texts.
 *
 * Since: 1.0
 */
void
balance_census_builder_set_text (BalanceCensusBuilder *self,
                                 BalanceLevel          level,
                                 guint                 row,
                                 const char           *field,
                                 const char           *text)
{
  BalanceDecimal value = { 0, 0 };
  BalanceFault fault = BALANCE_FAULT_NONE;
  BalanceCells *cells;
  gsize length;

  g_return_if_fail (BALANCE_IS_CENSUS_BUILDER (self));
  g_return_if_fail (field != NULL);

  cells = get_cells (self, level, row, field);
  if (cells == NULL)
    return;
  if (text != NULL && !g_utf8_validate (text, -1, NULL))
    {
      report (self, "encoding", field, NULL, "the text is not valid UTF-8", "文本不是有效的UTF-8");
      return;
    }

  length = text != NULL ? strlen (text) : 0;
  if (balance_value_trim (&text, &length))
    {
      balance_cells_clear (cells, row);
      return;
    }

  if (cells->field->type == BALANCE_FIELD_TEXT)
    value.digits = balance_intake_intern (self->intake, text, length);
  else
    fault = balance_value_parse (cells->field, text, length, NULL, &value);
  put (self, level, row, cells, &value, fault, text);
}

/**
 * balance_census_builder_set_column:
 * @self: a builder
 * @level: a level other than %BALANCE_LEVEL_STAGE
 * @field: the id of a field of numbers or flags
 * @doubles: doubles in the byte order of the machine, one for each row of the
 *   level that was added so far
 * @validity: (nullable): one byte per row, 0 where the value is missing
 * @error: return location for an error
 *
 * Sets a field of all rows at once. NaN is missing.
 *
 * An error is thrown if the field does not fit or the number of values is not
 * that of the rows; values out of bounds are problems of the import.
 *
 * Returns: %TRUE if the column was taken
 *
 * Since: 1.0
 */
gboolean
balance_census_builder_set_column (BalanceCensusBuilder  *self,
                                   BalanceLevel           level,
                                   const char            *field,
                                   GBytes                *doubles,
                                   GBytes                *validity,
                                   GError               **error)
{
  guint n;
  BalanceCells *cells;
  const char *values;
  const guint8 *valid;
  BalanceField *known;

  g_return_val_if_fail (BALANCE_IS_CENSUS_BUILDER (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);
  g_return_val_if_fail (doubles != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  known = self->intake != NULL ? balance_dictionary_find (self->dictionary, field) : NULL;
  if (known == NULL || level == BALANCE_LEVEL_STAGE ||
      (known->level != level && !(level == BALANCE_LEVEL_SECTION && balance_field_is_shared (known))))
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND, "there is no field “%s” on this level\n这一级没有字段“%s”", field, field);
      return FALSE;
    }

  if (level == BALANCE_LEVEL_REGION)
    balance_intake_add_region (self->intake);
  n = self->intake->tables[level].n_rows;
  if (g_bytes_get_size (doubles) != n * sizeof (double) ||
      (validity != NULL && g_bytes_get_size (validity) != n))
    {
      gsize n_values = g_bytes_get_size (doubles) / sizeof (double), n_marks = validity != NULL ? g_bytes_get_size (validity) : n;

      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA,
                   "“%s” needs %u values and as many validity bytes, as many as there are rows; "
                   "there are %" G_GSIZE_FORMAT " and %" G_GSIZE_FORMAT "\n"
                   "“%s”需要 %u 个数值和同样多的有效标记（每行一个），现有 %" G_GSIZE_FORMAT " 个和 %" G_GSIZE_FORMAT " 个",
                   field, n, n_values, n_marks, field, n, n_values, n_marks);
      return FALSE;
    }
  if (n == 0)
    return TRUE;

  cells = get_cells (self, level, 0, field);
  if (cells == NULL || (!holds_numbers (cells) && cells->field->type != BALANCE_FIELD_FLAG &&
                        cells->field->type != BALANCE_FIELD_ATTESTED && cells->field->type != BALANCE_FIELD_YEAR))
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA, "“%s” holds no numbers\n“%s”不是数值字段", field, field);
      return FALSE;
    }

  values = g_bytes_get_data (doubles, NULL);
  valid = validity != NULL ? g_bytes_get_data (validity, NULL) : NULL;
  for (guint i = 0; i < n; i++)
    {
      double value;

      /* a slice of bytes need not be aligned */
      memcpy (&value, values + i * sizeof value, sizeof value);
      if ((valid != NULL && valid[i] == 0) || isnan (value))
        balance_cells_clear (cells, i);
      else
        put_double (self, level, i, cells, value);
    }

  return TRUE;
}

/**
 * balance_census_builder_end:
 * @self: a builder
 *
 * Ends the building. The builder is spent and takes nothing more.
 *
 * Returns: (transfer full): an import with the census, if nothing was wrong
 *
 * Since: 1.0
 */
BalanceImport *
balance_census_builder_end (BalanceCensusBuilder *self)
{
  g_autoptr(GPtrArray) intakes = g_ptr_array_new ();
  BalanceImport *import;

  g_return_val_if_fail (BALANCE_IS_CENSUS_BUILDER (self), NULL);

  if (self->error != NULL)
    report (self, "no-dictionary", NULL, NULL, self->error->message, self->error->message);
  else if (self->intake == NULL)
    report (self, "spent", NULL, NULL, "the builder was ended before", "构建器已经结束");
  else
    g_ptr_array_add (intakes, self->intake);

  import = balance_import_new (intakes, self->problems);
  g_clear_pointer (&self->intake, balance_intake_free);

  return import;
}
